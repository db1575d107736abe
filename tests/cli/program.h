#ifndef FOSSE_TESTS_CLI_PROGRAM_H_
#define FOSSE_TESTS_CLI_PROGRAM_H_

#include <sstream>
#include <string>
#include <vector>

#include "cli/run.h"

namespace fosse {

// How one run of `fosse` ended, and what it said.
struct ProgramEnd {
  int code = -1;
  std::string out;
  std::string err;
};

inline ProgramEnd RunFosse(const std::vector<std::string>& arguments,
                           const std::string& input = "") {
  std::vector<const char*> argv = {"fosse"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  ProgramEnd end;
  end.code = cli::Run(static_cast<int>(argv.size()), argv.data(), in, out, err);
  end.out = out.str();
  end.err = err.str();
  return end;
}

}  // namespace fosse

#endif  // FOSSE_TESTS_CLI_PROGRAM_H_
