#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "audit/note.h"
#include "audit/rulebook_note.h"
#include "audit/signer_key.h"
#include "base/encoding.h"
#include "base/random.h"
#include "cli/rulebook_commands.h"

// `fosse rulebook sign`: the board signs a rulebook, offline; and `key`, which makes a key for it.
namespace fosse::cli {
namespace {

struct SignOptions {
  std::string file;
  std::string suite;
  std::string from;
  std::string key;
  std::string output = "-";
};

struct KeyOptions {
  std::string name;
  std::string output;
};

ExitCode Sign(Session& session, const SignOptions& options) {
  ExitCode code = kExitOk;
  const auto rulebook = ReadRulebookFile(session, options.file, code);
  if (rulebook == nullptr) return code;
  const absl::StatusOr<std::string> text = session.ReadInput(options.key);
  if (!text.ok()) return session.Wrong(text.status());
  const absl::StatusOr<audit::NoteSigner> signer =
      audit::ParseSignerKey(absl::StripAsciiWhitespace(*text));
  if (!signer.ok()) return session.Wrong(signer.status());
  // What the board signs, holds: nobody finds out first when the gateway refuses it.
  std::string suite_text;
  if (!ReadHoldingSuite(session, *rulebook, options.suite, suite_text, code)) return code;
  const absl::StatusOr<absl::Time> from = ReadInstant("--from", options.from);
  if (!from.ok()) return session.Wrong(from.status());
  const audit::RulebookStatement statement{rulebook->document().locality(),
                                           rulebook->document().id(), rulebook->digest(), *from,
                                           Sha256(suite_text)};
  if (!audit::CanBeSigned(statement)) {
    return session.Wrong(absl::InvalidArgumentError(
        "locality and id must be words of 64 characters at most, without spaces; the instant lies "
        "in the years 0001 to 9999"));
  }
  const absl::Status written =
      WriteOutput(session, options.output, audit::SignRulebook(statement, *signer));
  if (!written.ok()) return session.Wrong(written);
  if (options.output != "-") {
    session.out() << "Signed " << statement.id << " for " << statement.locality << ", from "
                  << options.from << " on.\nsha256: " << Hex(statement.digest)
                  << "\nsuite: " << Hex(statement.suite_digest) << "\nnote: " << options.output
                  << "\n";
  }
  return kExitOk;
}

ExitCode MakeKey(Session& session, const KeyOptions& options) {
  if (!audit::IsKeyName(options.name)) {
    return session.Wrong(absl::InvalidArgumentError(
        "the name of a key has printable characters without space, plus, quote and backslash"));
  }
  SystemRandom random;
  const audit::NoteSigner signer{options.name, SigningKey::Generate(random)};
  const absl::Status written = WriteOutput(
      session, options.output, absl::StrCat(audit::SignerKey(signer), "\n"), /*mode=*/0600);
  if (!written.ok()) return session.Wrong(written);
  session.out() << "The key is in " << options.output
                << "; keep it with whoever signs for the board.\n"
                << "Put this into the directory, as publishing_keys of the board:\n"
                << audit::VerifierKey(signer.name, signer.key.public_key()) << "\n";
  return kExitOk;
}

}  // namespace

void AddRulebookSign(CLI::App& rulebook, Chosen& chosen) {
  const auto options = std::make_shared<SignOptions>();
  CLI::App* const sign =
      AddRulebookCommand(rulebook, chosen, "sign", "Sign a rulebook for the board",
                         [options](Session& session) { return Sign(session, *options); });
  sign->add_option("FILE", options->file, "Rulebook, as it will be published")->required();
  sign->add_option("--suite", options->suite, "Its suite, of which every row holds")->required();
  sign->add_option("--from", options->from, "Instant with zone from which it decides")->required();
  sign->add_option("--signing-key", options->key, "File of the key; see `fosse rulebook key`")
      ->required();
  sign->add_option("-o,--output", options->output, "The signed note; - for standard output")
      ->capture_default_str();

  const auto key = std::make_shared<KeyOptions>();
  CLI::App* const make =
      AddRulebookCommand(rulebook, chosen, "key", "Make a key that signs rulebooks",
                         [key](Session& session) { return MakeKey(session, *key); });
  make->add_option("--name", key->name, "Name of the key, such as fosse.example/QK1-IPCB")
      ->required();
  make->add_option("-o,--output", key->output, "File of the key, for its owner's eyes alone")
      ->required();
}

}  // namespace fosse::cli
