#ifndef FOSSE_ENGINE_DIRECTORY_QUERIES_H_
#define FOSSE_ENGINE_DIRECTORY_QUERIES_H_

#include "absl/status/statusor.h"
#include "engine/reads.h"
#include "fosse/v1/directories.pb.h"

namespace fosse::engine {

// Directories in force, before and to come, latest instant first; reading them leaves no entry.
// INVALID_ARGUMENT, reason FIELD_INVALID, for a page token that was not given.
absl::StatusOr<v1::ListDirectoriesResponse> ReadDirectories(
    const ReadDeps& deps, const v1::ListDirectoriesRequest& request);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_DIRECTORY_QUERIES_H_
