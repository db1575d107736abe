#include "cli/directory_commands.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "audit/note.h"
#include "audit/rulebook_note.h"
#include "audit/signer_key.h"
#include "base/bytes.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/field_check.h"
#include "base/status.h"
#include "cli/table.h"
#include "cli/words.h"
#include "fosse/v1/directories.grpc.pb.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace fosse::cli {
namespace {

struct Options {
  std::string file;
  std::string key;
  std::string output = "-";
  std::string note;
  std::string sender;
  std::string from;
};

struct Directory {
  std::string text;
  v1::DirectoryDocument document;
};

class Faults : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    found.push_back(absl::StrCat(line + 1, ":", column + 1, ": ", message));
  }
  std::vector<std::string> found;
};

// What can be said without the gateway, which looks at the rest when it takes the directory.
std::vector<std::string> FaultsOf(const std::string& text, v1::DirectoryDocument& document) {
  Faults faults;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&faults);
  if (!parser.ParseFromString(text, &document) || !faults.found.empty()) return faults.found;
  for (const auto& [key, value] : MetadataOf(CheckFields(document))) {
    if (key.rfind("field", 0) != 0) continue;
    faults.found.push_back(absl::StrCat(value, ": missing, or not of its stated form"));
  }
  std::set<std::string> ids;
  std::set<std::string> names;
  for (const v1::Participant& participant : document.participants()) {
    if (!ids.insert(participant.id()).second) {
      faults.found.push_back(absl::StrCat(participant.id(), ": its id is used twice"));
    }
    for (const std::string& name : participant.certificate_names()) {
      if (names.insert(name).second) continue;
      faults.found.push_back(
          absl::StrCat(participant.id(), ": its certificate name is used twice"));
    }
  }
  return faults.found;
}

// False: what is wrong was said, and `code` says how to end.
bool Read(Session& session, const std::string& file, Directory& directory, ExitCode& code) {
  const absl::StatusOr<std::string> text = session.ReadInput(file);
  if (!text.ok()) {
    code = session.Wrong(text.status());
    return false;
  }
  directory.text = *text;
  const std::vector<std::string> faults = FaultsOf(directory.text, directory.document);
  for (const std::string& fault : faults) session.err() << file << ":" << fault << "\n";
  code = faults.empty() ? kExitOk : kExitNotVerified;
  return faults.empty();
}

ExitCode Check(Session& session, const Options& options) {
  ExitCode code = kExitOk;
  Directory directory;
  if (!Read(session, options.file, directory, code)) return code;
  int closed = 0;
  for (const v1::Participant& participant : directory.document.participants()) {
    closed += participant.closed() ? 1 : 0;
  }
  session.out() << directory.document.id() << " of " << directory.document.locality() << ": "
                << directory.document.participants_size() << " participants, " << closed
                << " of them closed.\nsha256: " << Hex(Sha256(directory.text)) << "\n";
  return kExitOk;
}

ExitCode Sign(Session& session, const Options& options) {
  ExitCode code = kExitOk;
  Directory directory;
  if (!Read(session, options.file, directory, code)) return code;
  const absl::StatusOr<std::string> text = session.ReadInput(options.key);
  if (!text.ok()) return session.Wrong(text.status());
  const absl::StatusOr<audit::NoteSigner> signer =
      audit::ParseSignerKey(absl::StripAsciiWhitespace(*text));
  if (!signer.ok()) return session.Wrong(signer.status());
  const absl::StatusOr<absl::Time> from = ReadInstant("--from", options.from);
  if (!from.ok()) return session.Wrong(from.status());
  const audit::RulebookStatement statement{directory.document.locality(), directory.document.id(),
                                           Sha256(directory.text), *from};
  if (!audit::CanBeSigned(statement)) {
    return session.Wrong(absl::InvalidArgumentError(
        "locality and id must be words of 64 characters at most, without spaces; the instant lies "
        "in the years 0001 to 9999"));
  }
  const absl::Status written =
      WriteOutput(session, options.output, audit::SignDirectory(statement, *signer));
  return written.ok() ? kExitOk : session.Wrong(written);
}

ExitCode Activate(Session& session, const Options& options) {
  ExitCode code = kExitOk;
  Directory directory;
  if (!Read(session, options.file, directory, code)) return code;
  const absl::StatusOr<std::string> note = session.ReadInput(options.note);
  if (!note.ok()) return session.Wrong(note.status());
  const absl::StatusOr<absl::Time> from = ReadInstant("--from", options.from);
  if (!from.ok()) return session.Wrong(from.status());
  const Digest digest = Sha256(directory.text);
  const int64_t micros = absl::ToUnixMicros(*from);
  v1::PublishDirectoryRequest request;
  request.set_stored(directory.text);
  v1::Envelope& envelope = *request.mutable_envelope();
  // The same file for the same instant is the same message: sending it twice does nothing twice.
  envelope.set_message_id(absl::StrCat("directory-", Hex(digest).substr(0, 32), "-", micros));
  envelope.set_locality(directory.document.locality());
  envelope.set_sender(options.sender);
  envelope.mutable_sent_at()->set_seconds(absl::ToUnixSeconds(absl::Now()));
  v1::DirectoryActivation& activation = *envelope.mutable_directory_activation();
  activation.set_directory_id(directory.document.id());
  activation.set_digest(ByteView(digest).str());
  activation.mutable_effective_at()->set_seconds(micros / 1000000);
  activation.mutable_effective_at()->set_nanos(static_cast<int32_t>(micros % 1000000) * 1000);
  activation.set_signed_note(*note);

  v1::PublishDirectoryResponse response;
  code = session.Call<v1::DirectoryService>(&v1::DirectoryService::Stub::PublishDirectory, request,
                                            response);
  if (code != kExitOk) return code;
  if (session.settings().json) {
    session.PrintJson(response);
    return kExitOk;
  }
  session.out() << directory.document.id() << " holds from " << TimeText(activation.effective_at())
                << " on; until then the directory before it does.\nKept as entry "
                << response.receipt().entry_index() << ".\n";
  return kExitOk;
}

ExitCode List(Session& session) {
  v1::ListDirectoriesRequest request;
  v1::ListDirectoriesResponse all;
  do {
    v1::ListDirectoriesResponse page;
    const ExitCode code = session.Call<v1::DirectoryService>(
        &v1::DirectoryService::Stub::ListDirectories, request, page);
    if (code != kExitOk) return code;
    all.mutable_directories()->MergeFrom(page.directories());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (session.settings().json) {
    session.PrintJson(all);
    return kExitOk;
  }
  Table table({"STATE", "DIRECTORY"});
  for (const v1::DirectorySummary& directory : all.directories()) {
    table.Row({EnumText(directory.state()), directory.directory_id()});
    table.Note("holds from", TimeText(directory.effective_at()));
    table.Note("participants", absl::StrCat(directory.participants()));
    table.Note("sha256", Hex(directory.digest()));
  }
  table.Print(session.out());
  return kExitOk;
}

}  // namespace

void AddDirectoryCommands(CLI::App& directory, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* words,
                       ExitCode (*run)(Session&, const Options&)) {
    CLI::App* const command =
        AddRulebookCommand(directory, chosen, name, words,
                           [options, run](Session& session) { return run(session, *options); });
    command->add_option("FILE", options->file, "Directory, as protobuf text")->required();
    return command;
  };
  add("check", "Look at a directory before it is signed", Check);
  CLI::App* const sign = add("sign", "Sign a directory for the board", Sign);
  sign->add_option("--signing-key", options->key, "File of the key; see `fosse rulebook key`")
      ->required();
  sign->add_option("--from", options->from, "Instant with zone from which it holds")->required();
  sign->add_option("-o,--output", options->output, "The signed note; - for standard output")
      ->capture_default_str();
  CLI::App* const activate =
      add("activate", "Publish a signed directory that holds from an instant on", Activate);
  activate->add_option("--note", options->note, "The signed note of `fosse directory sign`")
      ->required();
  activate->add_option("--from", options->from, "Instant with zone, in the future")->required();
  activate->add_option("--sender", options->sender, "The board, as the directory names it")
      ->required();
  AddRulebookCommand(directory, chosen, "list",
                     "Directories of the gateway: past, in force, coming",
                     [](Session& session) { return List(session); });
}

}  // namespace fosse::cli
