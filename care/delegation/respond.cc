#include "base/status.h"
#include "care/handlers.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

std::string ReasonCode(v1::DeclineReason reason) {
  switch (reason) {
    case v1::DECLINE_REASON_CAPACITY:
      return "declined-capacity";
    case v1::DECLINE_REASON_INSURANCE:
      return "declined-insurance";
    case v1::DECLINE_REASON_REGISTRATION:
      return "declined-registration";
    case v1::DECLINE_REASON_TRAINING:
      return "declined-training";
    case v1::DECLINE_REASON_CONFIDENCE:
      return "declined-confidence";
    case v1::DECLINE_REASON_FUNDING:
      return "declined-funding";
    case v1::DECLINE_REASON_OTHER:
      return "declined-other";
    default:
      return "declined";
  }
}

void Accept(Work& work, v1::Delegation& delegation, v1::Outcome outcome) {
  work.Tell({.recipient = delegation.proposal().delegating(),
             .words = outcome == v1::OUTCOME_PERMIT
                          ? "The organisation asked has accepted the task. It is not active yet."
                          : "The organisation asked has answered; the answer is not complete.",
             .delegation_id = delegation.delegation_id()});
  if (outcome == v1::OUTCOME_REFER) {
    delegation.set_state(v1::DELEGATION_STATE_REFERRED);
    delegation.set_resumes_as(v1::DELEGATION_STATE_PROPOSED);
    NoteMissing(work, delegation);
    Refer(work, delegation);
    return;
  }
  // Still the provider's to bring to its start; the chase goes on until then.
  const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_RESPONSE_DEADLINE);
  // What is referred stays with whoever decides it.
  if (delegation.state() == v1::DELEGATION_STATE_PROPOSED) {
    SetOwner(delegation, delegation.proposal().delegated_to(), by);
  }
  work.SetTimer(v1::TIMER_KIND_RESPONSE_DEADLINE, delegation.delegation_id(), JustAfter(by));
  AskActivate(work, delegation);
}

}  // namespace

absl::Status HandleDelegationResponse(Work& work) {
  const v1::DelegationResponse& response = work.envelope().delegation_response();
  FOSSE_ASSIGN_OR_RETURN(v1::Delegation * found, SendersDelegation(work, response.delegation()));
  v1::Delegation& delegation = *found;
  if (!AwaitsStart(delegation)) return StateConflict(CodeOf(v1::DELEGATION_STATE_PROPOSED));

  v1::Delegation candidate = delegation;
  *candidate.mutable_response() = response;
  const bool asked = work.sender() == delegation.proposal().delegated_to();
  v1::Facts facts = DelegationFacts(SituationOf(work), candidate);
  facts.set_practitioner_basis(BasisOf(work.envelope().acting_person()));
  facts.set_responder(asked ? v1::Facts::RESPONDER_ASKED : v1::Facts::RESPONDER_OTHER);
  const v1::Outcome outcome = work.Ask(v1::QUESTION_RESPOND, facts, &delegation);
  delegation.set_rulebook_id(work.rulebook().document().id());
  if (!asked) {
    work.AddNotice("NOT_THE_ONE_ASKED",
                   "Only the organisation that the task is proposed to can answer. The answer is "
                   "kept and changes nothing.",
                   "B-3.4");
    return absl::OkStatus();
  }
  if (response.answer() == v1::DELEGATION_ANSWER_DECLINED) {
    // Nobody can be made to take a task, whatever else the answer lacks.
    *delegation.mutable_response() = response;
    EndDelegation(work, delegation, v1::DELEGATION_STATE_DECLINED,
                  ReasonCode(response.decline_reason()), /*need_has_ended=*/false,
                  "The organisation asked does not take the task. Whoever gives the care now goes "
                  "on.");
    return absl::OkStatus();
  }
  if (outcome == v1::OUTCOME_DENY) {
    work.Tell({.recipient = delegation.proposal().delegating(),
               .urgency = v1::URGENCY_SAME_DAY,
               .words = "The answer of the organisation asked cannot count: the findings say why.",
               .delegation_id = delegation.delegation_id()});
    return absl::OkStatus();
  }
  *delegation.mutable_response() = response;
  Accept(work, delegation, outcome);
  return absl::OkStatus();
}

}  // namespace fosse::care
