#ifndef FOSSE_CLI_RUN_H_
#define FOSSE_CLI_RUN_H_

#include <istream>
#include <ostream>

namespace fosse::cli {

// The program `fosse`: reads the command line, does one command, returns the exit code of
// cli/exit_code.h. Answers go to `out`, complaints to `err`.
int Run(int argc, const char* const* argv, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace fosse::cli

#endif  // FOSSE_CLI_RUN_H_
