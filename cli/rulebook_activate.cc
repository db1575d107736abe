#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "cli/rulebook_analysis.h"
#include "cli/rulebook_commands.h"
#include "cli/words.h"
#include "fosse/v1/rulebooks.grpc.pb.h"
#include "policy/solver/compare.h"

// `fosse rulebook activate`: hands a signed rulebook to the gateway, which brings it into force at
// an instant to come.
namespace fosse::cli {
namespace {

struct Options {
  std::string file;
  std::string suite;
  std::string note;
  std::string sender;
  std::string from;
  std::string approved_by;
  std::string approved_on;
  std::string hazard_review;
  std::string hazard_reviewed_on;
  std::vector<std::string> rulings;
  bool without_comparison = false;
};

absl::string_view Headline(policy::solver::Direction direction) {
  switch (direction) {
    case policy::solver::Direction::kDenyToPermit:
      return "DENY becomes PERMIT";
    case policy::solver::Direction::kLoosening:
      return "loosened";
    case policy::solver::Direction::kTightening:
      return "tightened";
  }
  return "";
}

// What changes against the rulebook in force is shown before anything is sent (CTL-06).
ExitCode ShowChanges(Session& session, const policy::Rulebook& next) {
  v1::GetRulebookResponse in_force;
  const ExitCode code = session.Call<v1::RulebooksService>(&v1::RulebooksService::Stub::GetRulebook,
                                                           v1::GetRulebookRequest(), in_force);
  if (code != kExitOk) return code;
  const auto before = policy::Rulebook::Create(in_force.stored());
  if (!before.ok()) {
    session.out() << in_force.rulebook_id() << " is of another vocabulary: nothing to compare.\n";
    return kExitOk;
  }
  const absl::StatusOr<policy::solver::Comparison> changes =
      policy::solver::Compare((*before)->document(), next.document());
  if (!changes.ok()) return session.Wrong(changes.status());
  session.out() << "Against " << in_force.rulebook_id() << ", in force now:\n";
  if (changes->outcomes.empty()) session.out() << "  no answer changes in any situation\n";
  for (const policy::solver::ChangeGroup& group : changes->outcomes) {
    session.out() << "  " << Headline(group.direction) << ": " << ShortName(group.question)
                  << ", by rule " << group.rule_id << "\n";
  }
  session.out() << "`fosse rulebook compare` tells each situation.\n\n";
  return kExitOk;
}

// The same files for the same instant are the same message: sending it twice does nothing twice.
std::string MessageIdOf(const Digest& digest, absl::Time from) {
  return absl::StrCat("activation-", Hex(digest).substr(0, 32), "-", absl::ToUnixMicros(from));
}

void FillActivation(const Options& options, const policy::Rulebook& rulebook, absl::Time from,
                    absl::string_view suite, v1::RulebookActivation& activation) {
  activation.set_rulebook_id(rulebook.document().id());
  activation.set_digest(ByteView(rulebook.digest()).str());
  activation.set_suite_digest(ByteView(Sha256(suite)).str());
  const int64_t micros = absl::ToUnixMicros(from);
  activation.mutable_effective_at()->set_seconds(micros / 1000000);
  activation.mutable_effective_at()->set_nanos(static_cast<int32_t>(micros % 1000000) * 1000);
  activation.set_approved_by(options.approved_by);
  activation.set_approved_on(options.approved_on);
  activation.set_hazard_review(options.hazard_review);
  activation.set_hazard_reviewed_on(options.hazard_reviewed_on);
  for (const std::string& number : options.rulings) activation.add_answers_rulings(number);
}

ExitCode Activate(Session& session, const Options& options) {
  ExitCode code = kExitOk;
  const auto rulebook = ReadRulebookFile(session, options.file, code);
  if (rulebook == nullptr) return code;
  // The gateway runs them too; here every row is told.
  std::string suite_text;
  if (!ReadHoldingSuite(session, *rulebook, options.suite, suite_text, code)) return code;
  const absl::StatusOr<std::string> note = session.ReadInput(options.note);
  if (!note.ok()) return session.Wrong(note.status());
  const absl::StatusOr<absl::Time> instant = ReadInstant("--from", options.from);
  if (!instant.ok()) return session.Wrong(instant.status());
  const absl::Time from = *instant;

  if (!options.without_comparison && !session.settings().json) {
    code = ShowChanges(session, *rulebook);
    if (code != kExitOk) return code;
  }

  v1::PublishRulebookRequest request;
  request.set_stored(rulebook->stored());
  request.set_suite(suite_text);
  v1::Envelope& envelope = *request.mutable_envelope();
  envelope.set_message_id(MessageIdOf(rulebook->digest(), from));
  envelope.set_locality(rulebook->document().locality());
  envelope.set_sender(options.sender);
  envelope.mutable_sent_at()->set_seconds(absl::ToUnixSeconds(absl::Now()));
  FillActivation(options, *rulebook, from, suite_text, *envelope.mutable_rulebook_activation());
  envelope.mutable_rulebook_activation()->set_signed_note(*note);

  v1::PublishRulebookResponse response;
  code = session.Call<v1::RulebooksService>(&v1::RulebooksService::Stub::PublishRulebook, request,
                                            response);
  if (code != kExitOk) return code;
  if (session.settings().json) {
    session.PrintJson(response);
    return kExitOk;
  }
  session.out() << rulebook->document().id() << " decides from "
                << TimeText(envelope.rulebook_activation().effective_at())
                << " on; until then the rulebook before it does.\nKept as entry "
                << response.receipt().entry_index() << ".\n";
  return kExitOk;
}

}  // namespace

void AddRulebookActivate(CLI::App& rulebook, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command = AddRulebookCommand(
      rulebook, chosen, "activate", "Publish a signed rulebook that decides from an instant on",
      [options](Session& session) { return Activate(session, *options); });
  command->add_option("FILE", options->file, "Rulebook, as it was signed")->required();
  command->add_option("--suite", options->suite, "Its suite, of which every row holds")->required();
  command->add_option("--note", options->note, "The signed note of `fosse rulebook sign`")
      ->required();
  command->add_option("--from", options->from, "Instant with zone, in the future")->required();
  command->add_option("--sender", options->sender, "The board, as the directory names it")
      ->required();
  command
      ->add_option("--approved-by", options->approved_by, "Clinical Executive approval: its minute")
      ->required();
  command->add_option("--approved-on", options->approved_on, "Its day, YYYY-MM-DD")->required();
  command
      ->add_option("--hazard-review", options->hazard_review,
                   "The safety officer's hazard review: its reference")
      ->required();
  command->add_option("--hazard-reviewed-on", options->hazard_reviewed_on, "Its day, YYYY-MM-DD")
      ->required();
  command->add_option("--answers-ruling", options->rulings,
                      "Number of a ruling of the board that it answers");
  command->add_flag("--without-comparison", options->without_comparison,
                    "Do not show what changes against the rulebook in force");
}

}  // namespace fosse::cli
