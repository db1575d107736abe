#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "cli/rulebook_commands.h"
#include "cli/table.h"
#include "cli/words.h"
#include "fosse/v1/rulebooks.grpc.pb.h"

// `fosse rulebook list` and `get`: what the gateway keeps.
namespace fosse::cli {
namespace {

struct GetOptions {
  std::string id;
  std::string digest;
  std::string output = "-";
};

void Print(Session& session, const v1::ListRulebooksResponse& response) {
  Table table({"STATE", "RULEBOOK"});
  for (const v1::RulebookSummary& rulebook : response.rulebooks()) {
    table.Row({EnumText(rulebook.state()), rulebook.rulebook_id()});
    table.Note("name", rulebook.name());
    table.Note("decides from", TimeText(rulebook.effective_at()));
    table.Note("rules", absl::StrCat(rulebook.rules()));
    table.Note("sha256", Hex(rulebook.digest()));
    table.Note("entry", absl::StrCat(rulebook.entry_index()));
    const v1::RulebookActivation& activation = rulebook.activation();
    if (!activation.approved_by().empty()) {
      table.Note("approved",
                 absl::StrCat(activation.approved_by(), ", ", activation.approved_on()));
      table.Note("hazards",
                 absl::StrCat(activation.hazard_review(), ", ", activation.hazard_reviewed_on()));
    }
    for (const std::string& number : activation.answers_rulings()) {
      table.Note("answers ruling", number);
    }
  }
  table.Print(session.out());
}

ExitCode List(Session& session) {
  v1::ListRulebooksRequest request;
  v1::ListRulebooksResponse all;
  do {
    v1::ListRulebooksResponse page;
    const ExitCode code = session.Call<v1::RulebooksService>(
        &v1::RulebooksService::Stub::ListRulebooks, request, page);
    if (code != kExitOk) return code;
    all.mutable_rulebooks()->MergeFrom(page.rulebooks());
    all.mutable_rulebook_ids()->MergeFrom(page.rulebook_ids());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (session.settings().json) {
    session.PrintJson(all);
  } else {
    Print(session, all);
  }
  return kExitOk;
}

ExitCode Get(Session& session, const GetOptions& options) {
  v1::GetRulebookRequest request;
  request.set_rulebook_id(options.id);
  if (!options.digest.empty()) {
    const absl::StatusOr<std::string> digest = FromHex(options.digest);
    if (!digest.ok()) return session.Wrong(digest.status());
    request.set_digest(*digest);
  }
  v1::GetRulebookResponse response;
  const ExitCode code = session.Call<v1::RulebooksService>(&v1::RulebooksService::Stub::GetRulebook,
                                                           request, response);
  if (code != kExitOk) return code;
  if (ByteView(Sha256(response.stored())).view() != response.digest()) {
    return session.Wrong(absl::DataLossError("the text does not have the digest beside it"),
                         kExitNotVerified);
  }
  if (session.settings().json) {
    session.PrintJson(response);
    return kExitOk;
  }
  const absl::Status written = WriteOutput(session, options.output, response.stored());
  return written.ok() ? kExitOk : session.Wrong(written);
}

}  // namespace

void AddRulebookList(CLI::App& rulebook, Chosen& chosen) {
  AddRulebookCommand(rulebook, chosen, "list", "Rulebooks of the gateway: past, in force, coming",
                     [](Session& session) { return List(session); });
  const auto options = std::make_shared<GetOptions>();
  CLI::App* const get = AddRulebookCommand(
      rulebook, chosen, "get", "The text of a rulebook of the gateway; the one in force by default",
      [options](Session& session) { return Get(session, *options); });
  get->add_option("ID", options->id, "Its id");
  get->add_option("--digest", options->digest, "SHA-256 in hex, such as a past decision names");
  get->add_option("-o,--output", options->output, "File; - for standard output")
      ->capture_default_str();
}

}  // namespace fosse::cli
