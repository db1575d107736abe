#include <algorithm>

#include "absl/strings/str_cat.h"
#include "care/handlers.h"
#include "care/steps.h"

// What becomes of deliveries. No state of care moves by it: a system that took something is no
// person who acted. But what did not arrive has an owner who is told (CTL-14).
namespace fosse::care {
namespace {

// Who answers for it that this reached its recipient: whoever sent it, and the delegating
// organisation of each delegation that it showed. Where that is the recipient itself, or nobody,
// commissioning is.
std::vector<std::string> OwnersOf(const Work& work, const v1::Delivery& delivery) {
  std::vector<std::string> owners;
  const auto add = [&](const std::string& organisation) {
    if (organisation.empty() || organisation == delivery.recipient() ||
        work.directory().Find(organisation) == nullptr ||
        std::find(owners.begin(), owners.end(), organisation) != owners.end()) {
      return;
    }
    owners.push_back(organisation);
  };
  add(delivery.message().sender());
  for (const v1::DelegationStanding& standing : delivery.standings()) add(standing.delegating());
  // Of what a safeguarding team is told nobody else learns, not even that there was something.
  if (owners.empty() &&
      KindOf(work.directory(), delivery.recipient()) != v1::ORGANISATION_KIND_SAFEGUARDING) {
    add(std::string(work.rulebook().OwnerOf(v1::ROUTE_COMMISSIONING)));
    if (owners.empty()) add(work.rulebook().document().cover_owner());
  }
  return owners;
}

std::string DelegationOf(const Work& work, const v1::Delivery& delivery) {
  if (delivery.standings().empty()) return "";
  v1::DelegationReference reference;
  reference.set_delegation_id(delivery.standings(0).delegation_id());
  return FindDelegation(work.person(), reference) == nullptr ? "" : reference.delegation_id();
}

void TellOwners(Work& work, const v1::Delivery& delivery, absl::string_view what) {
  const bool pressing =
      delivery.urgency() == v1::URGENCY_URGENT || delivery.kind() == v1::DELIVERY_KIND_WITHDRAWAL;
  for (const std::string& owner : OwnersOf(work, delivery)) {
    work.Tell({.recipient = owner,
               .kind = v1::DELIVERY_KIND_ESCALATION,
               .urgency = pressing ? v1::URGENCY_URGENT : v1::URGENCY_SAME_DAY,
               .words = absl::StrCat("What was sent to ", delivery.recipient(), " ", what,
                                     " Nobody there has seen it: reach them by other means now. "
                                     "It can be sent once more as delivery ",
                                     delivery.delivery_id(), "."),
               .delegation_id = DelegationOf(work, delivery),
               .to_nobody_else = true});
  }
}

// The recipient takes something urgent before what it takes back: it must not go on as before until
// it finds the gap (INV-10).
void TellOfWithdrawal(Work& work, const v1::Delivery& delivery) {
  work.Tell({.recipient = delivery.recipient(),
             .kind = v1::DELIVERY_KIND_ESCALATION,
             .urgency = v1::URGENCY_URGENT,
             .words = absl::StrCat("Something is taken back that your system has not taken in: it "
                                   "was set aside as delivery ",
                                   delivery.delivery_id(), ". It says: ", delivery.words()),
             .delegation_id = DelegationOf(work, delivery),
             .to_nobody_else = true});
}

}  // namespace

absl::Status HandleDeliveryOutcome(Work& work) {
  const v1::Delivery* const delivery = work.delivery();
  // A notice of this very kind that does not arrive makes no further one: it stays to be seen among
  // the dead letters.
  if (delivery == nullptr || delivery->message().has_delivery_outcome()) return absl::OkStatus();
  switch (work.envelope().delivery_outcome().state()) {
    case v1::DELIVERY_STATE_DEAD:
      TellOwners(work, *delivery, "has not reached its system, which has given up trying.");
      break;
    case v1::DELIVERY_STATE_PARKED:
      TellOwners(
          work, *delivery,
          "could not be handed over, and was set aside so that something urgent could pass.");
      if (delivery->kind() == v1::DELIVERY_KIND_WITHDRAWAL) TellOfWithdrawal(work, *delivery);
      break;
    default:  // The recipient's system has it, or refused it to its face; nothing moves.
      break;
  }
  return absl::OkStatus();
}

}  // namespace fosse::care
