#ifndef FOSSE_CLI_COMMANDS_H_
#define FOSSE_CLI_COMMANDS_H_

#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/session.h"

// What `fosse` can do; one function a command. Each prints its answer and returns the exit code.
namespace fosse::cli {

// A person on the command line: a JSON or text file of a PersonReference (`-` for standard input),
// which other users of the machine cannot see, or three options, which they can.
struct PersonOptions {
  std::string file;
  std::string nhs_number;
  std::string date_of_birth;
  std::string family_name;
  bool given() const { return !file.empty() || !nhs_number.empty(); }
};

// How delegations stand that are looked for without naming a person.
struct StandingOptions {
  std::string overseer;
  std::string provider;
  std::vector<std::string> states;
  bool gap = false;
  std::string due_before;
  std::string place;
  bool given() const {
    return !overseer.empty() || !provider.empty() || !states.empty() || gap ||
           !due_before.empty() || !place.empty();
  }
};

struct ReadingOptions {
  PersonOptions person;
  StandingOptions standing;
  std::string at;          // Of state-at.
  bool true_then = false;  // Of state-at.
  std::string purpose;
  bool include_ended = false;
  unsigned page_size = 0;
  std::string page_token;
};

struct SearchOptions {
  PersonOptions person;
  std::string purpose;
  std::string from;
  std::string until;
  std::string outcome;
  unsigned page_size = 0;
  std::string page_token;
};

struct TraceOptions {
  std::string index;  // Of the entry; or:
  std::string sender;
  std::string message_id;
  std::string purpose;
};

struct DeadLetterOptions {
  std::string recipient;  // Empty: the caller's own; of an operator, everybody's.
  std::string purpose;
  unsigned page_size = 0;
  std::string page_token;
};

struct ReplayOptions {
  std::string delivery_id;
  std::string reason;
};

struct TrailOptions {
  uint64_t index = 0;
  std::string purpose;
  std::string output;        // A folder for proof, a file else; `-` is standard output.
  std::string details;       // Of an export: its companion with persons in clear; empty: none.
  std::string verifier_key;  // Empty: the one that the gateway names itself.
};

ExitCode Submit(Session& session, const std::string& file);
ExitCode Check(Session& session, const std::string& file);
ExitCode Person(Session& session, const ReadingOptions& options);
ExitCode Delegations(Session& session, const ReadingOptions& options);
ExitCode DeadLetters(Session& session, const DeadLetterOptions& options);
ExitCode Replay(Session& session, const ReplayOptions& options);
ExitCode StateAt(Session& session, const ReadingOptions& options);
ExitCode Watch(Session& session, const ReadingOptions& options);
ExitCode Trace(Session& session, const TraceOptions& options);
ExitCode Search(Session& session, const SearchOptions& options);
ExitCode ShowCheckpoint(Session& session, const TrailOptions& options);
ExitCode Prove(Session& session, const TrailOptions& options);
ExitCode Export(Session& session, const TrailOptions& options);

}  // namespace fosse::cli

#endif  // FOSSE_CLI_COMMANDS_H_
