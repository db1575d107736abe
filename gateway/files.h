#ifndef FOSSE_GATEWAY_FILES_H_
#define FOSSE_GATEWAY_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// The few things that the gateway does with files of its own. Errors never hold a path: the caller
// knows which of its files it asked about.
namespace fosse::gateway {

// The whole file. NOT_FOUND, reason FILE_MISSING; UNAVAILABLE, reason FILE_UNREADABLE, also where
// it is longer than `most_bytes`.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t most_bytes);

// Puts `bytes` in place of the file in one step, durable when this returns, mode 0600. UNAVAILABLE,
// reason FILE_UNWRITABLE.
absl::Status ReplaceFile(const std::string& path, const std::string& bytes);

// Makes the folder, mode 0700, unless it is there. UNAVAILABLE, reason FILE_UNWRITABLE.
absl::Status MakeFolder(const std::string& path);

}  // namespace fosse::gateway

#endif  // FOSSE_GATEWAY_FILES_H_
