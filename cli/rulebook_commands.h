#ifndef FOSSE_CLI_RULEBOOK_COMMANDS_H_
#define FOSSE_CLI_RULEBOOK_COMMANDS_H_

#include <functional>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cli/exit_code.h"
#include "cli/session.h"
#include "fosse/v1/rulebook.pb.h"
#include "policy/rulebook.h"

// `fosse rulebook …`: one file a command. Each adds its own subcommand and options, and sets
// `chosen` when it is named. A new command is one line here and one in AddRulebookCommands().
namespace fosse::cli {

using Chosen = std::function<ExitCode(Session&)>;

// All of them, under `fosse rulebook`.
void AddRulebookCommands(CLI::App& rulebook, Chosen& chosen);

void AddRulebookActivate(CLI::App& rulebook, Chosen& chosen);  // rulebook_activate.cc
void AddRulebookCheck(CLI::App& rulebook, Chosen& chosen);     // rulebook_check.cc
void AddRulebookClauses(CLI::App& rulebook, Chosen& chosen);   // rulebook_clauses.cc
void AddRulebookCompare(CLI::App& rulebook, Chosen& chosen);   // rulebook_compare.cc
void AddRulebookCompose(CLI::App& rulebook, Chosen& chosen);   // rulebook_compose.cc
void AddRulebookExplain(CLI::App& rulebook, Chosen& chosen);   // rulebook_explain.cc
void AddRulebookList(CLI::App& rulebook, Chosen& chosen);      // rulebook_list.cc
void AddRulebookRender(CLI::App& rulebook, Chosen& chosen);    // rulebook_render.cc
void AddRulebookSign(CLI::App& rulebook, Chosen& chosen);      // rulebook_sign.cc
void AddRulebookSimulate(CLI::App& rulebook, Chosen& chosen);  // rulebook_simulate.cc
void AddRulebookTest(CLI::App& rulebook, Chosen& chosen);      // rulebook_test.cc
void AddRulebookWhatIf(CLI::App& rulebook, Chosen& chosen);    // rulebook_what_if.cc

// A subcommand that takes the program's global options after its name, too. `run` is called when it
// was named and all its options were read.
CLI::App* AddRulebookCommand(CLI::App& rulebook, Chosen& chosen, const std::string& name,
                             const std::string& words, Chosen run);

// The rulebook in a file; `-` is standard input. Null: what is wrong was said, every fault as
// `file:line:column: what is wrong and how to mend it`, and `code` says how to end.
std::unique_ptr<const policy::Rulebook> ReadRulebookFile(Session& session, const std::string& file,
                                                         ExitCode& code);

// The suite in a file, in the same manner. False: it was said.
bool ReadSuiteFile(Session& session, const std::string& file, v1::Suite& suite, ExitCode& code);

// The stored text of a suite whose rows all hold for `rulebook`; read once, so that what was looked
// at is what is signed or sent. False: every row that does not hold was said, or what else is
// wrong.
bool ReadHoldingSuite(Session& session, const policy::Rulebook& rulebook, const std::string& file,
                      std::string& stored, ExitCode& code);

// Says each located fault of a text, `line:column: what`, with the file before it.
void SayFaults(Session& session, const std::string& file, const absl::Status& status);

// Writes a whole file, or to standard output for `-`. `mode` as of chmod.
absl::Status WriteOutput(Session& session, const std::string& file, absl::string_view bytes,
                         unsigned mode = 0644);

// An instant with its zone, such as 2026-12-01T00:00:00Z, in whole microseconds. `option` is the
// one it was given by. INVALID_ARGUMENT in words.
absl::StatusOr<absl::Time> ReadInstant(absl::string_view option, absl::string_view text);

// "PROPOSE", "propose" or "QUESTION_PROPOSE". UNSPECIFIED: none of ours.
v1::Question QuestionOf(const std::string& text);

}  // namespace fosse::cli

#endif  // FOSSE_CLI_RULEBOOK_COMMANDS_H_
