#ifndef FOSSE_ENGINE_TRAIL_QUERIES_H_
#define FOSSE_ENGINE_TRAIL_QUERIES_H_

#include <string>
#include <vector>

#include "engine/reads.h"
#include "fosse/v1/audit.pb.h"

// Reads of the trail. An auditor sees the entries of the organisations in its remit, whole. Another
// participant sees those of messages that it sent or that were delivered to it, its own part of
// them, and bare leaves of people it has a live relationship with. Each call reads the store as
// committed, on the executor's thread; errors are those of engine.h.
namespace fosse::engine {

// NOT_FOUND, reason ENTRY_NOT_FOUND, also for an entry that the reader may not see.
absl::StatusOr<v1::GetTraceResponse> ReadTrace(const ReadDeps& deps,
                                               const v1::GetTraceRequest& request, ReadNote& note);

absl::StatusOr<v1::SearchResponse> SearchTrail(const ReadDeps& deps,
                                               const v1::SearchRequest& request, ReadNote& note);

// NOT_FOUND, reason CHECKPOINT_NONE, while the trail is empty.
absl::StatusOr<v1::GetCheckpointResponse> ReadCheckpoint(const ReadDeps& deps);

// OUT_OF_RANGE, reason PROOF_OUT_OF_RANGE, for these two.
absl::StatusOr<v1::GetInclusionProofResponse> ProveInclusion(
    const ReadDeps& deps, const v1::GetInclusionProofRequest& request);
absl::StatusOr<v1::GetConsistencyProofResponse> ProveConsistency(
    const ReadDeps& deps, const v1::GetConsistencyProofRequest& request);

// Leaves of the tree of the latest signed size.
absl::StatusOr<std::vector<std::string>> ReadLeafBytes(const ReadDeps& deps, uint64_t from,
                                                       size_t limit);

// The same leaves with their details, each sealed as stored beside the key of that piece alone.
// WITHHELD outside an auditor's remit. Notes whom it read about.
absl::StatusOr<std::vector<Engine::OpenedEntry>> OpenDetails(const ReadDeps& deps, uint64_t from,
                                                             size_t limit, ReadNote& note);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_TRAIL_QUERIES_H_
