#ifndef FOSSE_ENGINE_STANDINGS_H_
#define FOSSE_ENGINE_STANDINGS_H_

#include "audit/keys.h"
#include "care/directory.h"
#include "engine/reads.h"
#include "fosse/v1/care_records.pb.h"
#include "fosse/v1/record.pb.h"
#include "store/store.h"

// Delegations found by how they stand, without naming a person. The rows hold random ids, states,
// times and keyed hashes; whatever a reader sees comes from the opened record.
namespace fosse::engine {

// The row of a delegation, kept in the same batch as the record that holds it. `directory` says
// where the provider is; null: nobody knows.
store::Standing StandingOf(const audit::KeyRing& keys, const store::RecordKey& record,
                           const v1::Delegation& delegation, const care::Directory* directory);

// Writes the rows of a store from before there were any, once: where there are entries and no row,
// every person's record is looked at. It takes as long as reading the trail.
absl::Status FillStandings(store::Store& store, const audit::KeyRing& keys,
                           const care::Directory* directory);

// Whether the request asks by how delegations stand.
bool AsksForStandings(const v1::ListDelegationsRequest& request);

// What rows a request is about. INVALID_ARGUMENT, reason FIELD_INVALID, for a state that is none or
// a page token that was not given; notes the kinds of terms asked.
absl::StatusOr<store::StandingSearch> StandingsAskedFor(const audit::KeyRing& keys,
                                                        const v1::ListDelegationsRequest& request,
                                                        ReadNote& note);

// A page of those that the reader is party to, or for auditors those within their remit.
absl::StatusOr<v1::ListDelegationsResponse> FindDelegations(
    const ReadDeps& deps, const v1::ListDelegationsRequest& request, const ReadAs& reader,
    ReadNote& note);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_STANDINGS_H_
