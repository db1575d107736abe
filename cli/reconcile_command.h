#ifndef FOSSE_CLI_RECONCILE_COMMAND_H_
#define FOSSE_CLI_RECONCILE_COMMAND_H_

#include <string>

#include "cli/exit_code.h"
#include "cli/session.h"

// `fosse reconcile`: whether what the gateway says of a day's exchange between two organisations is
// what one of them has in its own books (CTL-17).
namespace fosse::cli {

struct ReconcileOptions {
  std::string organisation;  // Empty: whoever reads.
  std::string other;
  std::string day;
  std::string purpose;
  std::string own;           // File of delivery ids; empty: nothing is compared.
  std::string output;        // File for the signed note.
  std::string verifier_key;  // Empty: the one that the gateway names.
};

// kExitNotVerified where the note's signature, or the own list, does not agree.
ExitCode Reconcile(Session& session, const ReconcileOptions& options);

}  // namespace fosse::cli

#endif  // FOSSE_CLI_RECONCILE_COMMAND_H_
