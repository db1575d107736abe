#include <cstdlib>
#include <iostream>

#include "cli/run.h"

int main(int argc, char** argv) {
  // The library's own lines about failed handshakes would stand between ours; who wants them sets
  // the variable.
  setenv("GRPC_VERBOSITY", "NONE", 0);
  return fosse::cli::Run(argc, argv, std::cin, std::cout, std::cerr);
}
