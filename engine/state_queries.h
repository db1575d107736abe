#ifndef FOSSE_ENGINE_STATE_QUERIES_H_
#define FOSSE_ENGINE_STATE_QUERIES_H_

#include "engine/reads.h"
#include "fosse/v1/care_records.pb.h"

// How a person's record stood at a time, put together from the trail (AUD-04).
namespace fosse::engine {

// Entries of one person that are read for one answer.
inline constexpr size_t kMaxHistory = 20000;

// INVALID_ARGUMENT for a sense or time that is missing, or a time that has not come;
// RESOURCE_EXHAUSTED, reason HISTORY_TOO_LONG, for a person with more than kMaxHistory entries;
// otherwise as ReadPerson(). Of joined records, what was known before they were joined is that of
// the record whose reference was asked.
absl::StatusOr<v1::StateAtResponse> ReadStateAt(const ReadDeps& deps,
                                                const v1::StateAtRequest& request, ReadNote& note);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_STATE_QUERIES_H_
