#ifndef FOSSE_ADAPTERS_MESH_CHUNKS_H_
#define FOSSE_ADAPTERS_MESH_CHUNKS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// How MESH carries what is large: chunks, each compressed by itself. Everything is pure.
namespace fosse::adapters::mesh {

// One gzip member. The same text is the same bytes.
std::string Gzip(absl::string_view plain);

// What gzip members, one behind the other, hold. INVALID_ARGUMENT, reason GZIP_INVALID, where they
// are damaged or cut; RESOURCE_EXHAUSTED, reason MESSAGE_TOO_LARGE, where more than `most` bytes
// would come out: what is small may unfold to anything.
absl::StatusOr<std::string> Gunzip(absl::string_view bytes, size_t most);

// Pieces of at most `size` bytes, at least one.
std::vector<absl::string_view> Split(absl::string_view bytes, size_t size);

// "2:5" is the second of five. INVALID_ARGUMENT, reason CHUNK_RANGE_INVALID.
absl::StatusOr<std::pair<int, int>> ChunkRange(absl::string_view text);

inline constexpr int kMostChunks = 200;

}  // namespace fosse::adapters::mesh

#endif  // FOSSE_ADAPTERS_MESH_CHUNKS_H_
