#include "base/status.h"
#include "care/handlers.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

using References = google::protobuf::RepeatedPtrField<v1::DelegationReference>;

// All of the delegations that a message names, each once; an error names none of them.
absl::StatusOr<std::vector<v1::Delegation*>> FindAll(Work& work, const References& references) {
  std::vector<v1::Delegation*> found;
  for (const v1::DelegationReference& reference : references) {
    FOSSE_ASSIGN_OR_RETURN(v1::Delegation * delegation, SendersDelegation(work, reference));
    if (std::find(found.begin(), found.end(), delegation) == found.end()) {
      found.push_back(delegation);
    }
  }
  return found;
}

void Offer(Work& work, v1::Delegation& delegation, const OfferTerms& terms,
           const std::string& offer_id, absl::Time deadline) {
  CloseOffer(work, delegation, v1::OFFER_CLOSURE_WITHDRAWN,
             delegation.oversight().offer().offered_to() == terms.offered_to
                 ? ""
                 : "The offer of oversight has been taken back.");
  v1::OfferState offer;
  offer.set_offer_id(offer_id);
  offer.set_reference(terms.reference);
  offer.set_offered_to(terms.offered_to);
  *offer.mutable_offered_at() = Timestamp(work.now());
  *offer.mutable_deadline() = Timestamp(deadline);
  *offer.mutable_author() = terms.author;
  offer.set_hand_back(terms.hand_back);
  *delegation.mutable_oversight()->mutable_offer() = offer;
  delegation.mutable_oversight()->set_state(v1::OVERSIGHT_STATE_OFFERED);
  delegation.clear_offer_prompted_at();
  work.CancelTimer(v1::TIMER_KIND_OFFER_PROMPT_DEADLINE, delegation.delegation_id());
  SetOwner(delegation, terms.offered_to, deadline);
}

absl::Status OfferAll(Work& work, const OfferTerms& terms, const References& references,
                      const FieldPath& offered_to) {
  FOSSE_RETURN_IF_ERROR(CheckParticipant(work, terms.offered_to, offered_to));
  FOSSE_ASSIGN_OR_RETURN(const std::vector<v1::Delegation*> delegations, FindAll(work, references));
  const std::string offer_id = work.NewId("O-");
  const absl::Time deadline = work.DeadlineOf(v1::TIMER_KIND_OFFER_DEADLINE);
  bool offered = false;
  for (v1::Delegation* delegation : delegations) {
    const v1::Facts facts = OfferFacts(SituationOf(work), *delegation, terms, work.envelope());
    const v1::Outcome outcome = work.Ask(v1::QUESTION_OFFER_OVERSIGHT, facts, delegation);
    // Only the holder can give away what it holds, whatever the rules say (INV-02).
    const bool holds = facts.offer_holder() == v1::Facts::OFFER_HOLDER_HOLDS &&
                       delegation->oversight().state() != v1::OVERSIGHT_STATE_GAP;
    if (outcome == v1::OUTCOME_PERMIT && holds && terms.offered_to != terms.offered_by) {
      Offer(work, *delegation, terms, offer_id, deadline);
      work.Tell({.recipient = terms.offered_to,
                 .kind = v1::DELIVERY_KIND_OFFER,
                 .urgency = v1::URGENCY_SAME_DAY,
                 .words =
                     "Oversight of this task is offered to you. A named clinician answers by the "
                     "time shown; until then the giver oversees.",
                 .delegation_id = delegation->delegation_id(),
                 .act_by = deadline,
                 .with_proposal = true});
      offered = true;
    } else if (outcome == v1::OUTCOME_REFER) {
      work.Tell({.recipient = work.ReferredTo(*delegation),
                 .kind = v1::DELIVERY_KIND_REFERRAL,
                 .urgency = v1::URGENCY_SAME_DAY,
                 .words =
                     "To whom oversight of this task can be offered must be decided by you. The "
                     "giver oversees meanwhile.",
                 .delegation_id = delegation->delegation_id()});
    }
  }
  if (offered) {
    work.SetTimer(v1::TIMER_KIND_OFFER_DEADLINE, offer_id, JustAfter(deadline));
    work.receipt().set_made_id(offer_id);
  }
  return absl::OkStatus();
}

// The giver takes its open offer back, for every delegation that it spans.
absl::Status TakeBack(Work& work, const v1::OversightOffer& offer) {
  bool found = false;
  for (const std::string& id : work.DelegationIds()) {
    v1::DelegationReference reference;
    reference.set_delegation_id(id);
    const v1::Delegation& held = *FindDelegation(work.person(), reference);
    const v1::OfferState& open = held.oversight().offer();
    if (!HasOpenOffer(held) || held.oversight().holder() != work.sender() ||
        (open.reference() != offer.reference() && open.offer_id() != offer.reference())) {
      continue;
    }
    found = true;
    v1::Delegation& delegation = work.EditDelegation(id);
    if (held.oversight().state() == v1::OVERSIGHT_STATE_GAP) {
      // It closes, and oversees no longer: nothing goes back to it. To whom else is not known.
      v1::Facts facts = OfferFacts(SituationOf(work), held, TermsOf(offer), work.envelope());
      facts.set_offer_holder(v1::Facts::OFFER_HOLDER_UNKNOWN);
      work.Ask(v1::QUESTION_OFFER_OVERSIGHT, facts, &held);
      work.AddNotice(
          "GAP_STAYS_OPEN",
          "Nobody oversees this task. The offer stays open until a named clinician takes "
          "it.",
          "B-5.4");
      continue;
    }
    CloseOffer(work, delegation, v1::OFFER_CLOSURE_WITHDRAWN,
               "The offer of oversight has been taken back. The giver oversees.");
    if (KindOf(work.directory(), work.sender()) == v1::ORGANISATION_KIND_COMMUNITY_HEALTH &&
        !IsOpenTo(work.person(), work.sender())) {
      // It has let the person go, so the question stays with it.
      *delegation.mutable_offer_prompted_at() = Timestamp(work.now());
    }
    PassOwner(work, delegation);
  }
  if (found) return absl::OkStatus();
  return MakeError(absl::StatusCode::kNotFound, "OFFER_NOT_FOUND",
                   "no open offer of this organisation has this reference");
}

}  // namespace

absl::Status HandleOversightOffer(Work& work) {
  const v1::OversightOffer& offer = work.envelope().oversight_offer();
  if (offer.withdrawn()) return TakeBack(work, offer);
  return OfferAll(work, TermsOf(offer), offer.delegations(),
                  FieldPath("oversight_offer.offered_to"));
}

absl::Status HandleOversightHandBack(Work& work) {
  const v1::OversightHandBack& hand_back = work.envelope().oversight_hand_back();
  return OfferAll(work, TermsOf(hand_back), hand_back.delegations(),
                  FieldPath("oversight_hand_back.offered_to"));
}

}  // namespace fosse::care
