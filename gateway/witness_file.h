#ifndef FOSSE_GATEWAY_WITNESS_FILE_H_
#define FOSSE_GATEWAY_WITNESS_FILE_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fosse::gateway {

// The last signed head, kept outside the database: whoever puts an old database back is noticed at
// the next start (TRAIL_ROLLED_BACK). Best on another disk. Not thread-safe.
class WitnessFile {
 public:
  // An empty path: nothing is kept and nothing noticed.
  explicit WitnessFile(std::string path) : path_(std::move(path)) {}

  // The head kept last; empty where there is none yet. UNAVAILABLE, reason FILE_UNREADABLE.
  absl::StatusOr<std::string> Read();

  // Keeps `checkpoint` unless it is the one kept last. UNAVAILABLE, reason FILE_UNWRITABLE.
  absl::Status Keep(absl::string_view checkpoint);

 private:
  const std::string path_;
  std::string kept_;
};

}  // namespace fosse::gateway

#endif  // FOSSE_GATEWAY_WITNESS_FILE_H_
