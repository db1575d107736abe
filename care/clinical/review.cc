#include <algorithm>
#include <set>

#include "base/local_date.h"
#include "base/status.h"
#include "care/handlers.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

bool OverseesOrDelegates(const Work& work, const v1::Delegation& delegation) {
  return work.sender() == delegation.oversight().holder() ||
         work.sender() == delegation.oversight().gap_owner() ||
         work.sender() == delegation.proposal().delegating();
}

void Conclude(Work& work, v1::Delegation& delegation, const v1::ClinicalReview& review) {
  switch (review.conclusion()) {
    case v1::REVIEW_CONCLUSION_END:
      EndDelegation(
          work, delegation, v1::DELEGATION_STATE_ENDED, "ended-by-review",
          /*need_has_ended=*/false,
          "A clinical review ended the delegation. The provider does the task no longer.");
      return;
    case v1::REVIEW_CONCLUSION_SUSPEND:
      if (IsRunning(delegation)) {
        Suspend(
            work, delegation,
            "A clinical review suspended the task. The provider stops; who delivers meanwhile is "
            "shown.");
      }
      return;
    default:
      break;
  }
  const bool overseer = work.sender() == delegation.oversight().holder();
  const bool there = !work.person().identity().away() && !work.person().identity().death_reported();
  const bool asked_to_stop =
      delegation.state() == v1::DELEGATION_STATE_AT_RISK && delegation.missing_rules().empty();
  // The overseer's answer after an absence (HAZ-41), or to a provider who asked to stop.
  if ((delegation.state() == v1::DELEGATION_STATE_PAUSED && overseer && there) || asked_to_stop) {
    Resume(work, delegation);
  } else {
    AskContinue(work, delegation);
  }
  TellCareTeam(work, delegation, v1::URGENCY_ROUTINE,
               review.conclusion() == v1::REVIEW_CONCLUSION_CONTINUE_CHANGED
                   ? "The task was reviewed: it goes on with a changed plan. Read the findings."
                   : "The task was reviewed: it goes on.");
}

void CloseConcerns(Work& work, const v1::ClinicalReview& review) {
  for (const std::string& reference : review.closes_concerns()) {
    const v1::ConcernState* found = FindConcern(work.person(), reference);
    if (found == nullptr || found->concern().kind() == v1::CONCERN_KIND_SAFEGUARDING ||
        found->owner() != work.sender()) {
      work.AddNotice("CONCERN_NOT_CLOSED",
                     "A concern named is not this organisation's to close, or is not there. The "
                     "review is kept.",
                     "");
      continue;
    }
    v1::ConcernState& concern = work.EditConcern(found->concern_id());
    concern.set_open(false);
    work.CancelTimer(v1::TIMER_KIND_CONCERN_DEADLINE, concern.concern_id());
    work.Tell({.recipient = concern.raised_by(),
               .urgency = v1::URGENCY_SAME_DAY,
               .words = "The concern has been closed by a clinical review.",
               .delegation_id = concern.delegation_id()});
  }
}

}  // namespace

absl::Status HandleClinicalReview(Work& work) {
  const v1::ClinicalReview& review = work.envelope().clinical_review();
  std::vector<v1::Delegation*> delegations;
  for (const v1::DelegationReference& reference : review.delegations()) {
    FOSSE_ASSIGN_OR_RETURN(v1::Delegation * found, SendersDelegation(work, reference));
    if (!OverseesOrDelegates(work, *found)) {
      return MakeError(absl::StatusCode::kNotFound, "DELEGATION_NOT_FOUND",
                       "no such delegation is this organisation's to review");
    }
    if (IsOver(*found)) return StateConflict(CodeOf(v1::DELEGATION_STATE_ACTIVE));
    delegations.push_back(found);
  }
  if (!IsRegisteredClinician(review.reviewer())) {
    work.AddNotice("NOT_A_NAMED_CLINICIAN",
                   "A review needs a named registrant. It is kept and changes nothing.", "B-1.7d");
    return absl::OkStatus();
  }
  const bool stops = review.conclusion() == v1::REVIEW_CONCLUSION_END ||
                     review.conclusion() == v1::REVIEW_CONCLUSION_SUSPEND;
  if (stops && !IsNamedClinician(work.envelope().acting_person())) {
    // As with a change that says the same: only whom we have reason to believe stops care (CTL-05).
    work.AddNotice("NOT_A_NAMED_CLINICIAN",
                   "Only a named clinician can suspend or end the task. The review is kept, those "
                   "who care are told, and the task goes on.",
                   "B-7.3");
    for (const v1::Delegation* delegation : delegations) {
      TellCareTeam(work, *delegation, v1::URGENCY_URGENT,
                   "A review asks to stop the task, and no named clinician stands behind it. The "
                   "task goes on: decide now.");
    }
    return absl::OkStatus();
  }
  CloseConcerns(work, review);
  for (v1::Delegation* delegation : delegations) {
    SetReview(work, *delegation, review.next_review_on());
    Conclude(work, *delegation, review);
  }
  return absl::OkStatus();
}

absl::Status HandleAdviceGiven(Work& work) {
  const v1::AdviceGiven& advice = work.envelope().advice_given();
  std::set<std::string> recipients;
  std::string id;
  if (!advice.concern_reference().empty()) {
    const v1::ConcernState* concern = FindConcern(work.person(), advice.concern_reference());
    const bool safeguarding =
        concern != nullptr && concern->concern().kind() == v1::CONCERN_KIND_SAFEGUARDING;
    if (concern == nullptr || (safeguarding && concern->owner() != work.sender())) {
      return MakeError(absl::StatusCode::kNotFound, "CONCERN_NOT_FOUND",
                       "no concern about this person has this reference or id");
    }
    recipients.insert(concern->raised_by());
    id = concern->delegation_id();
    // Acted on: the chase ends for now. The concern stays open, and its owner's, until it is
    // closed.
    if (concern->owner() == work.sender() && concern->open()) {
      const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_HELD_DEADLINE);
      *work.EditConcern(concern->concern_id()).mutable_act_by() = Timestamp(by);
      work.SetTimer(v1::TIMER_KIND_CONCERN_DEADLINE, concern->concern_id(), JustAfter(by));
    }
  }
  if (advice.has_delegation()) {
    FOSSE_ASSIGN_OR_RETURN(const v1::Delegation* found,
                           SendersDelegation(work, advice.delegation()));
    id = found->delegation_id();
  }
  if (!id.empty()) {
    const v1::Delegation& delegation = work.EditDelegation(id);
    for (const std::string& party : CareTeamOf(delegation)) recipients.insert(party);
    // It may be the answer to what somebody asked who is offered oversight.
    if (HasOpenOffer(delegation) && work.sender() == delegation.oversight().holder()) {
      recipients.insert(delegation.oversight().offer().offered_to());
    }
  }
  for (const std::string& recipient : recipients) {
    work.Tell({.recipient = recipient,
               .urgency = v1::URGENCY_SAME_DAY,
               .words = "The overseer gives advice. Read it and act on it.",
               .delegation_id = id});
  }
  return absl::OkStatus();
}

absl::Status HandleRiskChange(Work& work) {
  const v1::RiskChange& change = work.envelope().risk_change();
  std::vector<v1::Delegation*> delegations;
  for (const v1::DelegationReference& reference : change.delegations()) {
    FOSSE_ASSIGN_OR_RETURN(v1::Delegation * found, SendersDelegation(work, reference));
    delegations.push_back(found);
  }
  if (change.delegations().empty()) {
    for (const std::string& id : work.DelegationIds()) {
      delegations.push_back(&work.EditDelegation(id));
    }
  }
  const bool raised = change.risk().level() == v1::RISK_LEVEL_HIGH;
  for (v1::Delegation* delegation : delegations) {
    if (IsOver(*delegation)) continue;
    *delegation->mutable_proposal()->mutable_risk() = change.risk();
    // Brought forward, never put off.
    std::string day = change.review_by().empty() && raised ? DayOf(work.now()) : change.review_by();
    if (day.empty()) day = delegation->review_on();
    if (!delegation->review_on().empty()) day = std::min(day, delegation->review_on());
    SetReview(work, *delegation, day);
    TellCareTeam(work, *delegation, raised ? v1::URGENCY_URGENT : v1::URGENCY_SAME_DAY,
                 "The clinical risk has changed. The day of the next review is shown.");
  }
  return absl::OkStatus();
}

}  // namespace fosse::care
