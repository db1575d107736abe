#ifndef FOSSE_GATEWAY_OPTIONS_H_
#define FOSSE_GATEWAY_OPTIONS_H_

#include <string>

#include "absl/types/optional.h"

namespace fosse::gateway {

// What the command line says. `fosse-gateway --help` explains each.
struct Options {
  std::string listen = "127.0.0.1:7400";
  std::string metrics;
  std::string locality;
  std::string origin;
  std::string database;
  std::string keys;
  bool create_keys = false;
  std::string rulebook;
  std::string directory;
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_authority;
  std::string witness_file;
  std::string fault_points;
  bool reflection = false;
  bool verbose = false;
};

// How the program ends.
enum ExitCode : int {
  kExitStopped = 0,    // Stopped when asked to.
  kExitUsage = 2,      // The command line is wrong.
  kExitSetup = 3,      // Keys, certificates, rulebook or directory are missing or wrong.
  kExitTrail = 4,      // Database or trail cannot be opened, are damaged, or were put back.
  kExitListening = 5,  // An address is in use.
};

// Reads the command line and, with --config, a file of `name = value` lines. On --help, --version
// or a mistake, prints what is to be said and returns the exit code; otherwise returns nothing.
absl::optional<int> ReadOptions(int argc, char** argv, Options& options);

}  // namespace fosse::gateway

#endif  // FOSSE_GATEWAY_OPTIONS_H_
