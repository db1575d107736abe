#include "cli/adapter_command.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace fosse::cli {

ExitCode AdapterCheck(const std::string& kind, const std::vector<std::string>& files) {
  std::error_code fault;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", fault);
  const std::string program = (self.parent_path() / ("fosse-" + kind)).string();
  if (fault || access(program.c_str(), X_OK) != 0) {
    std::fprintf(stderr, "fosse: %s is not there; install the adapter beside this program\n",
                 program.c_str());
    return kExitUsage;
  }
  std::vector<std::string> words = {program, "check"};
  words.insert(words.end(), files.begin(), files.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::fflush(nullptr);
  pid_t child = 0;
  int status = 0;
  if (posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments.data(), environ) != 0 ||
      waitpid(child, &status, 0) != child) {
    std::fprintf(stderr, "fosse: %s cannot be run\n", program.c_str());
    return kExitUsage;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? kExitOk : kExitUsage;
}

}  // namespace fosse::cli
