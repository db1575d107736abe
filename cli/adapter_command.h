#ifndef FOSSE_CLI_ADAPTER_COMMAND_H_
#define FOSSE_CLI_ADAPTER_COMMAND_H_

#include <string>
#include <vector>

#include "cli/exit_code.h"

namespace fosse::cli {

// `fosse adapter check KIND FILE…`: has the adapter of that kind (gp, community, council) look at
// its own files and say whether it would start with them. The program `fosse-KIND` stands in the
// folder of this one; it is the judge, so that the check and the start cannot differ.
ExitCode AdapterCheck(const std::string& kind, const std::vector<std::string>& files);

}  // namespace fosse::cli

#endif  // FOSSE_CLI_ADAPTER_COMMAND_H_
