#include "base/status.h"
#include "care/handlers.h"
#include "care/overseer.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

// Oversight passes: holder, contacts and accountable delegator change here and nowhere else, and
// everybody concerned is told once.
void PassOversight(Work& work, v1::Delegation& delegation, const v1::OversightResponse& response) {
  const std::string giver = delegation.oversight().holder();
  const std::string taker = delegation.oversight().offer().offered_to();
  const bool closes_gap = delegation.oversight().state() == v1::OVERSIGHT_STATE_GAP;
  CloseOffer(work, delegation, v1::OFFER_CLOSURE_ACCEPTED, "");
  v1::Oversight& oversight = *delegation.mutable_oversight();
  oversight.set_state(v1::OVERSIGHT_STATE_HELD);
  oversight.set_holder(taker);
  *oversight.mutable_contacts() =
      AreStaffed(response.contacts()) ? response.contacts() : ContactsOf(work.directory(), taker);
  *oversight.mutable_since() = Timestamp(work.now());
  *oversight.mutable_accountable_delegator() = response.accountable_delegator();
  oversight.clear_gap_owner();
  delegation.clear_offer_prompted_at();
  PassOwner(work, delegation);
  const std::string words =
      "Oversight of this task has passed. The new overseer, its contacts and the accountable "
      "delegator are shown.";
  work.Tell({.recipient = giver,
             .urgency = v1::URGENCY_SAME_DAY,
             .words = words,
             .delegation_id = delegation.delegation_id()});
  TellParties(work, delegation, v1::URGENCY_SAME_DAY, words);
  TellOfTask(work, delegation, {.recipient = taker, .words = "You oversee this task from now on."});
  // What was ordered for the gap alone is over with it; care at risk keeps its cover.
  if (closes_gap && delegation.state() == v1::DELEGATION_STATE_ACTIVE) EndCovers(work, delegation);
}

void Decline(Work& work, v1::Delegation& delegation) {
  if (delegation.oversight().state() == v1::OVERSIGHT_STATE_GAP) {
    // Nobody to go back to: the offer stays open, and its timer sounds again (INV-01).
    work.AddNotice(
        "GAP_STAYS_OPEN",
        "Nobody oversees this task. The offer stays open until a named clinician takes it; "
        "commissioning has been told.",
        "B-5.4");
    work.Tell({.recipient = EscalationOwner(work, delegation, v1::ROUTE_COMMISSIONING),
               .kind = v1::DELIVERY_KIND_ESCALATION,
               .urgency = v1::URGENCY_URGENT,
               .words = "Oversight of a live task that nobody oversees was declined. See that "
                        "somebody takes it now.",
               .delegation_id = delegation.delegation_id()});
    return;
  }
  CloseOffer(work, delegation, v1::OFFER_CLOSURE_DECLINED, "");
  const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_OFFER_PROMPT_DEADLINE);
  const std::string holder = delegation.oversight().holder();
  SetOwner(delegation, holder, by);
  work.SetTimer(v1::TIMER_KIND_OFFER_PROMPT_DEADLINE, delegation.delegation_id(), JustAfter(by));
  for (const std::string& recipient :
       {holder, EscalationOwner(work, delegation, v1::ROUTE_SHARED_CARE)}) {
    work.Tell({.recipient = recipient,
               .kind = v1::DELIVERY_KIND_ESCALATION,
               .urgency = v1::URGENCY_SAME_DAY,
               .words = "The offer of oversight was declined. The giver still oversees; settle who "
                        "will.",
               .delegation_id = delegation.delegation_id(),
               .act_by = by});
  }
}

void TellGiver(Work& work, const v1::Delegation& delegation, absl::string_view words) {
  work.Tell({.recipient = delegation.oversight().holder(),
             .urgency = v1::URGENCY_SAME_DAY,
             .words = std::string(words),
             .delegation_id = delegation.delegation_id()});
}

void Answer(Work& work, v1::Delegation& delegation, const v1::OfferState& offer) {
  const v1::OversightResponse& response = work.envelope().oversight_response();
  const bool asked = work.sender() == offer.offered_to();
  const bool open = StateOf(offer, work.now()) == v1::Facts::OFFER_STATE_OPEN;
  if (response.answer() == v1::OVERSIGHT_ANSWER_ACCEPTED) {
    const v1::Facts facts = TakeFacts(SituationOf(work), delegation, offer, work.envelope());
    const v1::Outcome outcome = work.Ask(v1::QUESTION_TAKE_OVERSIGHT, facts, &delegation);
    // Whatever a rulebook says: an open offer, to this organisation, by a named clinician (INV-02).
    const bool may = asked && open &&
                     facts.accepting_clinician() == v1::Facts::ACCEPTING_CLINICIAN_NAMED &&
                     facts.overseer_contact() == v1::Facts::OVERSEER_CONTACT_STAFFED;
    if (outcome == v1::OUTCOME_PERMIT && may) {
      PassOversight(work, delegation, response);
    } else if (asked && facts.offer_state() != v1::Facts::OFFER_STATE_ANSWERED) {
      TellGiver(
          work, delegation,
          "An acceptance of oversight came that cannot count: the findings say why. You still "
          "oversee.");
    }
    return;
  }
  if (!asked || !open) {
    work.AddNotice("OFFER_NOT_OPEN",
                   "There is no open offer to this organisation. The answer is kept and changes "
                   "nothing.",
                   "B-5.5");
    return;
  }
  if (response.answer() == v1::OVERSIGHT_ANSWER_DECLINED) {
    Decline(work, delegation);
    return;
  }
  TellGiver(
      work, delegation,
      "The organisation that you offered oversight to asks something first. Its deadline runs "
      "on.");
}

}  // namespace

absl::Status HandleOversightResponse(Work& work) {
  const v1::OversightResponse& response = work.envelope().oversight_response();
  bool found = false;
  // The offer as it was when the message came: an answer for one delegation must not make the
  // same offer look answered for the next.
  std::vector<std::pair<std::string, v1::OfferState>> offers;
  for (const v1::Delegation& delegation : work.person().delegations()) {
    const v1::OfferState* offer = FindOffer(delegation, response.offer_reference());
    if (offer != nullptr) offers.emplace_back(delegation.delegation_id(), *offer);
  }
  for (const auto& [id, offer] : offers) {
    v1::DelegationReference reference;
    reference.set_delegation_id(id);
    // To anybody but those who have a part in it, the offer does not exist.
    if (work.sender() != offer.offered_to() && !SendersDelegation(work, reference).ok()) continue;
    found = true;
    Answer(work, work.EditDelegation(id), offer);
  }
  if (found) return absl::OkStatus();
  return MakeError(absl::StatusCode::kNotFound, "OFFER_NOT_FOUND",
                   "no offer has this id or reference; name it as the offer delivered did");
}

}  // namespace fosse::care
