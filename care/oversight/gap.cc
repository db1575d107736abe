#include "absl/strings/str_cat.h"
#include "care/overseer.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {

// Whoever oversees goes away: a gap, with its alarm, its owner, cover ordered and an
// offer to that owner, all in this one commit (INV-01). Only an acceptance by name closes it.
void OpenGap(Work& work, v1::Delegation& delegation, absl::string_view what_happened) {
  std::string owner = work.rulebook().document().cover_owner();
  if (work.directory().Find(owner) == nullptr) owner = work.StandIn(/*clinical=*/true);
  const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_OFFER_DEADLINE);
  CloseOffer(work, delegation, v1::OFFER_CLOSURE_WITHDRAWN,
             absl::StrCat("The offer of oversight has lapsed. ", what_happened));
  v1::Oversight& oversight = *delegation.mutable_oversight();
  oversight.set_state(v1::OVERSIGHT_STATE_GAP);
  oversight.set_gap_owner(owner);
  // Whoever still needs an answer telephones the owner, and not the one who has gone (HAZ-16).
  *oversight.mutable_contacts() = ContactsOf(work.directory(), owner);
  v1::OfferState& offer = *oversight.mutable_offer();
  offer.set_offer_id(work.NewId("O-"));
  offer.set_offered_to(owner);
  *offer.mutable_offered_at() = Timestamp(work.now());
  *offer.mutable_deadline() = Timestamp(by);
  offer.set_hand_back(true);
  SetOwner(delegation, owner, by);
  work.SetTimer(v1::TIMER_KIND_OFFER_DEADLINE, offer.offer_id(), JustAfter(by));
  OrderCover(work, delegation, owner, v1::URGENCY_URGENT);
  work.Tell({.recipient = owner,
             .kind = v1::DELIVERY_KIND_OFFER,
             .urgency = v1::URGENCY_URGENT,
             .words = absl::StrCat(what_happened,
                                   " Nobody oversees it. A named clinician must take oversight "
                                   "now."),
             .delegation_id = delegation.delegation_id(),
             .act_by = by,
             .with_proposal = true});
  work.Tell({.recipient = EscalationOwner(work, delegation, v1::ROUTE_COMMISSIONING),
             .kind = v1::DELIVERY_KIND_ESCALATION,
             .urgency = v1::URGENCY_URGENT,
             .words = "A live delegated task has no clinical overseer. See that somebody takes it.",
             .delegation_id = delegation.delegation_id()});
  TellParties(work, delegation, v1::URGENCY_URGENT,
              absl::StrCat(what_happened,
                           " Until a named clinician takes it, turn to the organisation shown as "
                           "owner."));
}

}  // namespace fosse::care
