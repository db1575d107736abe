#include "care/overseer.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

void BecomeActiveAgain(Work& work, v1::Delegation& delegation) {
  delegation.set_state(v1::DELEGATION_STATE_ACTIVE);
  work.CancelTimer(v1::TIMER_KIND_HELD_DEADLINE, delegation.delegation_id());
  PassOwner(work, delegation);  // Beside another of the same care it is chased on.
  TellParties(work, delegation, v1::URGENCY_SAME_DAY, "The delegated task is no longer at risk.");
  EndCovers(work, delegation);
  // Who was kept back only because the task was at risk.
  for (v1::Assignment& assignment : *delegation.mutable_assignments()) {
    if (!assignment.assigned()) AskAssign(work, delegation, assignment);
  }
}

// DENY, REFER, HOLD, PERMIT.
v1::Outcome Stronger(v1::Outcome a, v1::Outcome b) {
  for (const v1::Outcome outcome : {v1::OUTCOME_DENY, v1::OUTCOME_REFER, v1::OUTCOME_HOLD}) {
    if (a == outcome || b == outcome) return outcome;
  }
  return v1::OUTCOME_PERMIT;
}

}  // namespace

void AskContinue(Work& work, v1::Delegation& delegation) {
  if (!IsRunning(delegation)) return;
  const bool was_at_risk = delegation.state() == v1::DELEGATION_STATE_AT_RISK;
  const std::vector<std::string> missing_before(delegation.missing_rules().begin(),
                                                delegation.missing_rules().end());
  const Lapsed lapsed = AskLapsedOverrides(work, delegation);
  const v1::Facts facts = DelegationFacts(SituationOf(work), delegation);
  const v1::Outcome answer = work.Ask(v1::QUESTION_CONTINUE, facts, &delegation);
  const std::string owner = answer == v1::OUTCOME_REFER || lapsed.referred_to.empty()
                                ? work.ReferredTo(delegation)
                                : lapsed.referred_to;
  const v1::Outcome outcome = Stronger(answer, lapsed.outcome);
  NoteMissing(work, delegation);
  for (const std::string& rule : lapsed.rules) delegation.add_missing_rules(rule);
  ArmReviewTimer(work, delegation);
  if (outcome == v1::OUTCOME_PERMIT) {
    // At risk by no rule: its provider asked to stop, and only a clinician's review answers that.
    if (was_at_risk && !missing_before.empty()) BecomeActiveAgain(work, delegation);
    return;
  }
  // Running care is never stopped here (B-7.3): no new assignment, cover ordered, everybody told.
  delegation.set_state(v1::DELEGATION_STATE_AT_RISK);
  const std::vector<std::string> missing(delegation.missing_rules().begin(),
                                         delegation.missing_rules().end());
  if (was_at_risk && missing == missing_before) return;
  const v1::Urgency urgency =
      outcome == v1::OUTCOME_DENY ? v1::URGENCY_URGENT : v1::URGENCY_SAME_DAY;
  if (outcome == v1::OUTCOME_REFER) {
    ReferTo(work, delegation, owner);
  } else {
    const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_HELD_DEADLINE);
    SetOwner(delegation,
             outcome == v1::OUTCOME_DENY    ? delegation.oversight().holder()
             : answer == v1::OUTCOME_PERMIT ? lapsed.sent_by
                                            : delegation.proposal().delegated_to(),
             by);
    work.SetTimer(v1::TIMER_KIND_HELD_DEADLINE, delegation.delegation_id(), JustAfter(by));
  }
  TellParties(
      work, delegation, urgency,
      "The delegated task is at risk: the findings say why. Care goes on, cover is ordered, "
      "and until it is mended no worker is newly assigned but in place of one who has lapsed.");
  const Interim cover =
      InterimDelivererOf(work.person(), delegation.proposal(), work.directory(), work.rulebook());
  OrderCover(work, delegation, cover.organisation, urgency);
}

void AskOpenQuestions(Work& work) {
  for (const std::string& id : work.DelegationIds()) {
    v1::Delegation& delegation = work.EditDelegation(id);
    if (AwaitsProposal(delegation)) {
      AskPropose(work, delegation, /*again=*/true);
    } else {
      AskActivate(work, delegation);
    }
  }
}

}  // namespace fosse::care
