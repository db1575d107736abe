#include <algorithm>

#include "care/handle.h"
#include "care/lookup.h"
#include "care/times.h"

namespace fosse::care {
namespace {

// An ended delegation is no relationship after this.
constexpr absl::Duration kAfterTheEnd = absl::Hours(24 * 30);

// Who bears a part of the cost, provides or funds an element by the panel's decision, or settles a
// dispute about it: they answer for it, and can dispute or decide it (B-2.4, B-7.2).
bool PaysOrProvides(const v1::Delegation& delegation, absl::string_view organisation) {
  const auto bears = [organisation](const auto& shares) {
    return std::any_of(shares.begin(), shares.end(), [organisation](const v1::CostShare& share) {
      return share.organisation() == organisation;
    });
  };
  const auto& elements = delegation.shared_care().elements();
  return organisation == delegation.dispute_owner() || bears(delegation.proposal().cost_shares()) ||
         std::any_of(elements.begin(), elements.end(), [&](const v1::PanelElement& element) {
           return element.provided_by() == organisation || bears(element.funded_by());
         });
}

bool RelatesThrough(const v1::Delegation& delegation, absl::string_view organisation,
                    absl::Time now) {
  if (IsOver(delegation) && now > TimeOf(delegation.ended_at()) + kAfterTheEnd) return false;
  const v1::DelegationProposal& proposal = delegation.proposal();
  if (organisation == proposal.delegating()) return true;
  // A provider that was never told of a held or denied proposal has no part in it.
  if (organisation == proposal.delegated_to()) return WasProposed(delegation);
  if (organisation == delegation.interim_deliverer()) return true;
  // Whoever must take the next step of a Shared Care case; none is named once it is closed.
  if (organisation == delegation.shared_care().owner()) return true;
  if (IsOver(delegation)) return organisation == delegation.oversight().holder();
  if (PaysOrProvides(delegation, organisation)) return true;
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
    if (IsOpenCover(cover) && organisation == cover.cover_by()) return true;
  }
  return false;
}

bool AnswersOffer(const v1::CareRecord& record, const v1::Envelope& envelope, absl::Time now) {
  if (!envelope.has_oversight_response()) return false;
  const std::string& reference = envelope.oversight_response().offer_reference();
  return std::any_of(record.delegations().begin(), record.delegations().end(),
                     [&](const v1::Delegation& delegation) {
                       const v1::OfferState* const offer = FindOffer(delegation, reference);
                       return offer != nullptr && offer->offered_to() == envelope.sender() &&
                              now <= TimeOf(offer->deadline()) + kAfterTheEnd;
                     });
}

}  // namespace fosse::care
