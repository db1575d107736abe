#include "care/overseer.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

constexpr int kMaxPastOffers = 16;

}  // namespace

void RefreshOverseer(Work& work, v1::Delegation& delegation) {
  const DerivedOverseer derived = DeriveOverseer(work.person(), delegation, work.directory());
  v1::Oversight& oversight = *delegation.mutable_oversight();
  if (derived.organisation != oversight.holder()) {
    const std::string before = oversight.holder();
    oversight.set_holder(derived.organisation);
    *oversight.mutable_since() = Timestamp(work.now());
    work.Tell({.recipient = before,
               .words = "You will not oversee this task: by B-5.5 another organisation does.",
               .delegation_id = delegation.delegation_id()});
    TellOfTask(work, delegation,
               {.recipient = derived.organisation,
                .words = "You would oversee this task once it is active (B-5.5)."});
  }
  if (derived.organisation.empty()) {
    oversight.clear_contacts();
    oversight.set_state(v1::OVERSIGHT_STATE_UNSPECIFIED);
    return;
  }
  *oversight.mutable_contacts() = ContactsOf(work.directory(), derived.organisation);
  oversight.set_state(v1::OVERSIGHT_STATE_HELD);
}

void PromptForOffer(Work& work, v1::Delegation& delegation, absl::string_view words) {
  const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_OFFER_PROMPT_DEADLINE);
  *delegation.mutable_offer_prompted_at() = Timestamp(work.now());
  SetOwner(delegation, delegation.oversight().holder(), by);
  work.SetTimer(v1::TIMER_KIND_OFFER_PROMPT_DEADLINE, delegation.delegation_id(), JustAfter(by));
  work.Tell({.recipient = delegation.oversight().holder(),
             .kind = v1::DELIVERY_KIND_PROMPT,
             .urgency = v1::URGENCY_SAME_DAY,
             .words = std::string(words),
             .delegation_id = delegation.delegation_id(),
             .act_by = by,
             .with_proposal = true});
}

void AskWhoOversees(Work& work, v1::Delegation& delegation, absl::string_view words) {
  const std::string commissioning = EscalationOwner(work, delegation, v1::ROUTE_COMMISSIONING);
  const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_REGISTRATION_ACTION);
  delegation.clear_offer_prompted_at();
  work.CancelTimer(v1::TIMER_KIND_OFFER_PROMPT_DEADLINE, delegation.delegation_id());
  SetOwner(delegation, commissioning, by);
  work.SetTimer(v1::TIMER_KIND_REGISTRATION_ACTION, delegation.delegation_id(), JustAfter(by));
  work.Tell({.recipient = delegation.oversight().holder(),
             .kind = v1::DELIVERY_KIND_PROMPT,
             .urgency = v1::URGENCY_SAME_DAY,
             .words = std::string(words),
             .delegation_id = delegation.delegation_id(),
             .act_by = by});
  work.Tell({.recipient = commissioning,
             .kind = v1::DELIVERY_KIND_REFERRAL,
             .urgency = v1::URGENCY_SAME_DAY,
             .words = "The person has gone where nobody here can take oversight over. The overseer "
                      "shown keeps it: settle who oversees and who delivers from now on.",
             .delegation_id = delegation.delegation_id(),
             .act_by = by,
             .with_proposal = true});
}

bool AwaitsCommissioning(const Work& work, const v1::Delegation& delegation) {
  const v1::PersonIdentity& identity = work.person().identity();
  if (!IsLive(delegation) || HasOpenOffer(delegation)) return false;
  const bool outside =
      !identity.registered_practice().empty() &&
      KindOf(work.directory(), identity.registered_practice()) != v1::ORGANISATION_KIND_PRACTICE &&
      !IsOpenTo(work.person(), delegation.oversight().holder());
  return outside || identity.out_of_area();
}

void CloseOffer(Work& work, v1::Delegation& delegation, v1::OfferClosure closure,
                absl::string_view words_to_recipient) {
  if (!HasOpenOffer(delegation)) return;
  v1::Oversight& oversight = *delegation.mutable_oversight();
  v1::OfferState offer = oversight.offer();
  offer.set_closed(true);
  offer.set_closure(closure);
  oversight.clear_offer();
  *oversight.add_past_offers() = offer;
  if (const int surplus = oversight.past_offers_size() - kMaxPastOffers; surplus > 0) {
    oversight.mutable_past_offers()->DeleteSubrange(0, surplus);
  }
  if (oversight.state() == v1::OVERSIGHT_STATE_OFFERED) {
    oversight.set_state(v1::OVERSIGHT_STATE_HELD);
  }
  if (!words_to_recipient.empty()) {
    work.Tell({.recipient = offer.offered_to(),
               .kind = v1::DELIVERY_KIND_WITHDRAWAL,
               .urgency = v1::URGENCY_SAME_DAY,
               .words = std::string(words_to_recipient),
               .delegation_id = delegation.delegation_id()});
  }
  // One offer may span several delegations: its timer goes with the last of them.
  for (const v1::Delegation& other : work.person().delegations()) {
    if (HasOpenOffer(other) && other.oversight().offer().offer_id() == offer.offer_id()) return;
  }
  work.CancelTimer(v1::TIMER_KIND_OFFER_DEADLINE, offer.offer_id());
}

}  // namespace fosse::care
