#include "care/handle.h"
#include "care/lookup.h"
#include "care/times.h"

namespace fosse::care {
namespace {

// An ended delegation is no relationship after this.
constexpr absl::Duration kAfterTheEnd = absl::Hours(24 * 30);

bool RelatesThrough(const v1::Delegation& delegation, absl::string_view organisation,
                    absl::Time now) {
  if (IsOver(delegation) && now > TimeOf(delegation.ended_at()) + kAfterTheEnd) return false;
  const v1::DelegationProposal& proposal = delegation.proposal();
  if (organisation == proposal.delegating()) return true;
  // A provider that was never told of a held or denied proposal has no part in it.
  if (organisation == proposal.delegated_to()) return WasProposed(delegation);
  if (organisation == delegation.interim_deliverer()) return true;
  if (IsOver(delegation)) return organisation == delegation.oversight().holder();
  return organisation == delegation.oversight().holder() || organisation == delegation.owner() ||
         organisation == delegation.oversight().gap_owner() ||
         (HasOpenOffer(delegation) && organisation == delegation.oversight().offer().offered_to());
}

}  // namespace

bool HasLiveRelationship(const v1::CareRecord& record, absl::string_view organisation,
                         absl::Time now) {
  if (organisation.empty()) return false;
  if (organisation == record.identity().registered_practice()) return true;
  for (const v1::Episode& episode : record.episodes()) {
    if (!episode.has_closed_at() && episode.has_opened_at() &&
        organisation == episode.organisation()) {
      return true;
    }
  }
  for (const v1::Delegation& delegation : record.delegations()) {
    if (RelatesThrough(delegation, organisation, now)) return true;
  }
  for (const v1::ConcernState& concern : record.concerns()) {
    if (concern.open() && organisation == concern.owner()) return true;
  }
  for (const v1::CoverOrderState& cover : record.covers()) {
    if (cover.state() != v1::COVER_STATE_ENDED && cover.state() != v1::COVER_STATE_REFUSED &&
        organisation == cover.cover_by()) {
      return true;
    }
  }
  return false;
}

}  // namespace fosse::care
