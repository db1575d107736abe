#ifndef FOSSE_CLI_COMPLETION_H_
#define FOSSE_CLI_COMPLETION_H_

#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace fosse::cli {

// A bash script that completes the commands and options of `app` and, elsewhere, file names.
std::string BashCompletion(const CLI::App& app);

}  // namespace fosse::cli

#endif  // FOSSE_CLI_COMPLETION_H_
