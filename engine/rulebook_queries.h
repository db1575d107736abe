#ifndef FOSSE_ENGINE_RULEBOOK_QUERIES_H_
#define FOSSE_ENGINE_RULEBOOK_QUERIES_H_

#include <vector>

#include "absl/status/statusor.h"
#include "engine/reads.h"
#include "fosse/v1/audit.pb.h"
#include "fosse/v1/rulebooks.pb.h"
#include "store/store.h"

// Rulebooks in force, before and to come. They are public among those who take part: reading them
// leaves no entry. On the executor's thread.
namespace fosse::engine {

// By id (its latest instant), by digest, or the one in force. NOT_FOUND, reason RULEBOOK_NOT_FOUND.
absl::StatusOr<v1::GetRulebookResponse> ReadRulebook(const ReadDeps& deps,
                                                     const v1::GetRulebookRequest& request);

// INVALID_ARGUMENT, reason FIELD_INVALID, for a page token that was not given.
absl::StatusOr<v1::ListRulebooksResponse> ReadRulebooks(const ReadDeps& deps,
                                                        const v1::ListRulebooksRequest& request);

// All of them, each digest once.
absl::StatusOr<std::vector<v1::KeptRulebook>> KeptRulebooks(store::Reader& reader);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_RULEBOOK_QUERIES_H_
