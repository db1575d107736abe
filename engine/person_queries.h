#ifndef FOSSE_ENGINE_PERSON_QUERIES_H_
#define FOSSE_ENGINE_PERSON_QUERIES_H_

#include "engine/reads.h"
#include "fosse/v1/care_records.pb.h"
#include "fosse/v1/exchange.pb.h"

// Reads of care records, and deciding without effect. Each call reads the store as committed, on
// the executor's thread; errors are those of engine.h.
namespace fosse::engine {

absl::StatusOr<v1::GetPersonResponse> ReadPerson(const ReadDeps& deps,
                                                 const v1::GetPersonRequest& request,
                                                 ReadNote& note);

absl::StatusOr<v1::ListDelegationsResponse> ReadDelegations(
    const ReadDeps& deps, const v1::ListDelegationsRequest& request, ReadNote& note);

// What Submit would decide now. `message` passed TakeIn(). Nothing is kept but the read itself.
absl::StatusOr<v1::CheckResponse> DecideWithoutEffect(const ReadDeps& deps, const Message& message,
                                                      ReadNote& note);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_PERSON_QUERIES_H_
