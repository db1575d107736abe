#ifndef FOSSE_CLI_EXIT_CODE_H_
#define FOSSE_CLI_EXIT_CODE_H_

#include "fosse/v1/decision.pb.h"

namespace fosse::cli {

// How `fosse` ends; `fosse --help` and docs/operations say the same. Scripts rely on these.
enum ExitCode : int {
  kExitOk = 0,           // Done; of a decision: PERMIT, or nothing was asked.
  kExitUsage = 2,        // The command line, or a file it names, is wrong.
  kExitRefused = 3,      // The gateway refused; the reason is shown.
  kExitUnreachable = 4,  // No answer: address, certificate, or the gateway is away.
  kExitNotVerified = 5,  // A proof, head or rulebook does not hold.
  kExitHold = 10,        // Decided: a fact is missing.
  kExitRefer = 11,       // Decided: a person must decide.
  kExitDeny = 12,        // Decided: the framework forbids it, or our reading does.
};

inline ExitCode ExitCodeOf(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_HOLD:
      return kExitHold;
    case v1::OUTCOME_REFER:
      return kExitRefer;
    case v1::OUTCOME_DENY:
      return kExitDeny;
    default:
      return kExitOk;
  }
}

}  // namespace fosse::cli

#endif  // FOSSE_CLI_EXIT_CODE_H_
