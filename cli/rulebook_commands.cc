#include "cli/rulebook_commands.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "policy/check.h"

namespace fosse::cli {
namespace {

bool ReadStoredSuite(Session& session, const std::string& file, std::string& stored,
                     v1::Suite& suite, ExitCode& code) {
  absl::StatusOr<std::string> text = session.ReadInput(file);
  if (!text.ok()) {
    code = session.Wrong(text.status());
    return false;
  }
  absl::StatusOr<v1::Suite> parsed = policy::ParseSuite(*text);
  if (!parsed.ok()) {
    SayFaults(session, file, parsed.status());
    code = kExitNotVerified;
    return false;
  }
  stored = *std::move(text);
  suite = *std::move(parsed);
  return true;
}

}  // namespace
void AddRulebookCommands(CLI::App& rulebook, Chosen& chosen) {
  AddRulebookActivate(rulebook, chosen);
  AddRulebookCheck(rulebook, chosen);
  AddRulebookClauses(rulebook, chosen);
  AddRulebookCompare(rulebook, chosen);
  AddRulebookCompose(rulebook, chosen);
  AddRulebookExplain(rulebook, chosen);
  AddRulebookList(rulebook, chosen);
  AddRulebookRender(rulebook, chosen);
  AddRulebookSign(rulebook, chosen);
  AddRulebookSimulate(rulebook, chosen);
  AddRulebookTest(rulebook, chosen);
  AddRulebookWhatIf(rulebook, chosen);
}

// Located faults come one a line below a headline that says no more than that there are some.
void SayFaults(Session& session, const std::string& file, const absl::Status& status) {
  std::vector<absl::string_view> lines = absl::StrSplit(status.message(), '\n', absl::SkipEmpty());
  if (lines.size() > 1 && !absl::ascii_isdigit(lines[0][0])) lines.erase(lines.begin());
  for (const absl::string_view line : lines) session.err() << file << ":" << line << "\n";
}

CLI::App* AddRulebookCommand(CLI::App& rulebook, Chosen& chosen, const std::string& name,
                             const std::string& words, Chosen run) {
  CLI::App* const command = rulebook.add_subcommand(name, words);
  command->fallthrough();
  command->final_callback([&chosen, run = std::move(run)] { chosen = run; });
  return command;
}

std::unique_ptr<const policy::Rulebook> ReadRulebookFile(Session& session, const std::string& file,
                                                         ExitCode& code) {
  const absl::StatusOr<std::string> text = session.ReadInput(file);
  if (!text.ok()) {
    code = session.Wrong(text.status());
    return nullptr;
  }
  absl::StatusOr<std::unique_ptr<const policy::Rulebook>> rulebook =
      policy::Rulebook::Create(*text);
  if (rulebook.ok()) return *std::move(rulebook);
  SayFaults(session, file, rulebook.status());
  code = kExitNotVerified;
  return nullptr;
}

bool ReadSuiteFile(Session& session, const std::string& file, v1::Suite& suite, ExitCode& code) {
  std::string stored;
  return ReadStoredSuite(session, file, stored, suite, code);
}

bool ReadHoldingSuite(Session& session, const policy::Rulebook& rulebook, const std::string& file,
                      std::string& stored, ExitCode& code) {
  v1::Suite suite;
  if (!ReadStoredSuite(session, file, stored, suite, code)) return false;
  const std::vector<std::string> faults = policy::CheckSuite(rulebook, suite);
  for (const std::string& fault : faults) session.err() << file << ": " << fault << "\n";
  if (!faults.empty()) code = kExitNotVerified;
  return faults.empty();
}

absl::Status WriteOutput(Session& session, const std::string& file, absl::string_view bytes,
                         unsigned mode) {
  if (file == "-") {
    session.out().write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return absl::OkStatus();
  }
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  bool good = descriptor >= 0 && fchmod(descriptor, mode) == 0;
  while (good && !bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    good = written > 0;
    if (good) bytes.remove_prefix(static_cast<size_t>(written));
  }
  if (descriptor >= 0) good = close(descriptor) == 0 && good;
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(file, ": cannot be written"));
}

absl::StatusOr<absl::Time> ReadInstant(absl::string_view option, absl::string_view text) {
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, nullptr) ||
      time == absl::InfiniteFuture() || time == absl::InfinitePast()) {
    return absl::InvalidArgumentError(
        absl::StrCat(option, " is an instant with its zone, such as 2026-12-01T00:00:00Z"));
  }
  return absl::FromUnixMicros(absl::ToUnixMicros(time));
}

v1::Question QuestionOf(const std::string& text) {
  std::string name = absl::AsciiStrToUpper(text);
  for (char& c : name) {
    if (c == '-' || c == ' ') c = '_';
  }
  if (!absl::StartsWith(name, "QUESTION_")) name = "QUESTION_" + name;
  v1::Question question = v1::QUESTION_UNSPECIFIED;
  return v1::Question_Parse(name, &question) ? question : v1::QUESTION_UNSPECIFIED;
}

}  // namespace fosse::cli
