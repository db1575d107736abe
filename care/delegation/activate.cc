#include <algorithm>

#include "base/local_date.h"
#include "care/overseer.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

using v1::Facts;

bool HasStaffedOverseer(const v1::Delegation& delegation) {
  return delegation.oversight().state() == v1::OVERSIGHT_STATE_HELD &&
         !delegation.oversight().holder().empty() && AreStaffed(delegation.oversight().contacts());
}

// What no rulebook can waive (INV-01, 03, 04, 06): held here again, so that a rulebook with a gap
// starts nothing unsafe.
bool MayStart(const v1::Delegation& delegation, const Facts& facts) {
  const bool healthcare = facts.direction() != Facts::DIRECTION_SOCIAL_CARE_TO_HEALTH;
  if (healthcare && !HasStaffedOverseer(delegation)) return false;
  if (facts.task_restriction() == Facts::TASK_RESTRICTION_REGISTERED_NURSE_ONLY &&
      facts.performer() != Facts::PERFORMER_REGISTERED_NURSE) {
    return false;
  }
  // Where the team finds no consensus, the Shared Care forum decides in its place (B-7.1).
  const bool decided = facts.mdt_decision() == Facts::MDT_DECISION_AGREED ||
                       (facts.mdt_decision() == Facts::MDT_DECISION_NO_CONSENSUS &&
                        facts.panel_decision() == Facts::PANEL_DECISION_MAY_BE_DELEGATED);
  return decided && facts.competing_delegation() != Facts::COMPETING_DELEGATION_LIVE &&
         delegation.response().answer() == v1::DELEGATION_ANSWER_ACCEPTED &&
         !delegation.delegator_objects() && facts.assignment() == Facts::ASSIGNMENT_ASSIGNED &&
         facts.worker_agreement() == Facts::WORKER_AGREEMENT_AGREED &&
         (facts.worker_competence() == Facts::WORKER_COMPETENCE_IN_FORCE ||
          facts.worker_competence() == Facts::WORKER_COMPETENCE_NOT_NEEDED) &&
         !delegation.proposal().plan().ongoing_support().empty() &&
         !delegation.proposal().plan().clinical_reviewer().empty();
}

// The task waits again: something that was there has gone, or has not come yet.
void StayProposed(Work& work, v1::Delegation& delegation, v1::Outcome outcome,
                  const std::vector<std::string>& missing_before) {
  const v1::DelegationProposal& proposal = delegation.proposal();
  const bool was_ready = delegation.state() == v1::DELEGATION_STATE_READY;
  const std::vector<std::string> missing(delegation.missing_rules().begin(),
                                         delegation.missing_rules().end());
  const bool was_proposed = delegation.state() == v1::DELEGATION_STATE_PROPOSED;
  delegation.set_state(v1::DELEGATION_STATE_PROPOSED);
  delegation.clear_resumes_as();
  work.CancelTimer(v1::TIMER_KIND_START_DUE, delegation.delegation_id());
  if (!was_proposed) AwaitProvider(work, delegation);
  if (was_ready) {
    TellParties(
        work, delegation, v1::URGENCY_SAME_DAY,
        "The task is no longer ready to start: the findings say what is missing. It has not "
        "started, and whoever gives the care now goes on.");
  } else if (outcome == v1::OUTCOME_DENY) {
    TellParties(work, delegation, v1::URGENCY_SAME_DAY,
                "The task may not start as things stand: the findings say why.");
  } else if (missing != missing_before) {
    work.Tell({.recipient = proposal.delegated_to(),
               .words = "What is missing before the task can start has changed.",
               .delegation_id = delegation.delegation_id()});
  }
}

void BecomeReady(Work& work, v1::Delegation& delegation) {
  const bool was_ready = delegation.state() == v1::DELEGATION_STATE_READY;
  const v1::Assignment* assignment = WorkerInView(delegation, work.now());
  delegation.set_state(v1::DELEGATION_STATE_READY);
  delegation.clear_resumes_as();
  const absl::Time agreed = assignment == nullptr ? absl::InfinitePast()
                                                  : TimeOf(assignment->assignment().agreed_start());
  const absl::Time by =
      std::max(agreed, work.now()) + work.rulebook().DeadlineFor(v1::TIMER_KIND_START_DUE);
  SetOwner(delegation, delegation.proposal().delegated_to(), by);
  work.CancelTimer(v1::TIMER_KIND_RESPONSE_DEADLINE, delegation.delegation_id());
  work.CancelTimer(v1::TIMER_KIND_HELD_DEADLINE, delegation.delegation_id());
  work.SetTimer(v1::TIMER_KIND_START_DUE, delegation.delegation_id(), JustAfter(by));
  if (was_ready) return;
  const std::string number =
      assignment == nullptr ? "" : assignment->assignment().worker().worker_number();
  TellOfTask(
      work, delegation,
      {.recipient = delegation.proposal().delegating(),
       .urgency = v1::URGENCY_SAME_DAY,
       .words = "Everything is in place. A worker of the organisation asked" +
                (number.empty() ? std::string() : " (" + number + ")") +
                " will do the task. You may object to the worker before it starts (B-5.3)."});
  TellOfTask(work, delegation,
             {.recipient = delegation.proposal().delegated_to(),
              .urgency = v1::URGENCY_SAME_DAY,
              .words = "Everything is in place. The task is yours once you confirm that the worker "
                       "has begun."});
  TellOfTask(work, delegation,
             {.recipient = delegation.oversight().holder(),
              .words = "Everything is in place. You oversee this task from its start."});
}

void BecomeActive(Work& work, v1::Delegation& delegation, absl::Time started_at) {
  delegation.set_state(v1::DELEGATION_STATE_ACTIVE);
  delegation.clear_resumes_as();
  delegation.clear_missing_rules();
  *delegation.mutable_active_since() = Timestamp(work.now());
  *delegation.mutable_started_at() = Timestamp(started_at);
  ClearOwner(delegation);
  v1::Oversight& oversight = *delegation.mutable_oversight();
  *oversight.mutable_accountable_delegator() = delegation.proposal().delegator();
  for (const v1::TimerKind kind :
       {v1::TIMER_KIND_START_DUE, v1::TIMER_KIND_RESPONSE_DEADLINE, v1::TIMER_KIND_HELD_DEADLINE}) {
    work.CancelTimer(kind, delegation.delegation_id());
  }
  TellOfTask(
      work, delegation,
      {.recipient = oversight.holder(),
       .kind = v1::DELIVERY_KIND_CLINICAL_RECORD,
       .urgency = v1::URGENCY_SAME_DAY,
       .words = "The delegated task is active and you oversee it. Write the decision, with the "
                "risk weighed, into the clinical record (B-5.5).",
       .with_proposal = true});
  for (const std::string& party : PartiesOf(work, delegation)) {
    TellOfTask(work, delegation, {.recipient = party, .words = "The delegated task is active."});
  }
  StandDownInterim(work, delegation);
  const std::string review = delegation.review_on().empty()
                                 ? DayOf(work.DeadlineOf(v1::TIMER_KIND_REVIEW_DUE))
                                 : delegation.review_on();
  SetReview(work, delegation, review);
}

// A worker that the rules kept back only because of the delegation's own state is asked again.
bool AskWaitingWorkers(Work& work, v1::Delegation& delegation) {
  bool assigned = false;
  for (v1::Assignment& assignment : *delegation.mutable_assignments()) {
    if (assignment.assigned()) continue;
    assigned = AskAssign(work, delegation, assignment) == v1::OUTCOME_PERMIT || assigned;
  }
  return assigned;
}

}  // namespace

bool IsAbsent(const v1::CareRecord& record) {
  const v1::PersonIdentity& identity = record.identity();
  return identity.away() || identity.death_reported() || identity.died();
}

bool AwaitsReturn(const v1::Delegation& delegation) {
  return delegation.state() == v1::DELEGATION_STATE_PROPOSED &&
         delegation.resumes_as() == v1::DELEGATION_STATE_READY;
}

void HoldForReturn(Work& work, v1::Delegation& delegation) {
  if (delegation.state() != v1::DELEGATION_STATE_READY) return;
  StayProposed(work, delegation, v1::OUTCOME_HOLD, {});
  delegation.set_resumes_as(v1::DELEGATION_STATE_READY);
}

void AskActivate(Work& work, v1::Delegation& delegation, const StartReport* start) {
  if (!AwaitsStart(delegation)) return;
  RefreshOverseer(work, delegation);
  if (IsAbsent(work.person()) || AwaitsReturn(delegation)) {
    HoldForReturn(work, delegation);
    work.AddNotice("PERSON_AWAY",
                   "The task cannot start: the person is away or reported to have died, or is back "
                   "and the overseer has not yet said that the task may start. It is asked again "
                   "then.",
                   "B-5.4");
    return;
  }
  if (const Lapsed lapsed = AskLapsedOverrides(work, delegation);
      lapsed.outcome != v1::OUTCOME_PERMIT) {
    GoBackToProposal(work, delegation, lapsed.outcome);
    return;
  }
  const bool was_referred = delegation.state() == v1::DELEGATION_STATE_REFERRED;
  const bool was_ready = delegation.state() == v1::DELEGATION_STATE_READY;
  const std::vector<std::string> missing_before(delegation.missing_rules().begin(),
                                                delegation.missing_rules().end());
  Facts facts = DelegationFacts(SituationOf(work), delegation);
  const bool begun = start != nullptr && start->started_at <= work.now();
  facts.set_start(begun ? Facts::START_CONFIRMED : Facts::START_AWAITED);
  if (start != nullptr && (start->worker != nullptr || start->worker_unknown)) {
    ForgetWorker(facts);
    AddWorkerFacts(delegation, start->worker, work.now(), facts);
  }
  const v1::Outcome outcome = work.Ask(v1::QUESTION_ACTIVATE, facts, &delegation);
  // Nothing is known against the start: what is ready stays so, and is asked again.
  if (work.held_for_clock()) return;
  if (outcome != v1::OUTCOME_PERMIT && start != nullptr && was_ready) {
    // The start of somebody who may not begin is none. Whether the task is ready is another
    // question: it is lost to nobody's slip of a name.
    AskActivate(work, delegation);
    return;
  }
  NoteMissing(work, delegation);
  switch (outcome) {
    case v1::OUTCOME_PERMIT:
      if (!MayStart(delegation, facts)) {
        work.AddNotice(
            "START_BARRED",
            "The rules in force would let the task start, but what no rulebook can waive "
            "is missing: an overseer with contacts, acceptance, a competent worker, or "
            "that the task may be handed over at all.",
            "B-5.4");
        StayProposed(work, delegation, v1::OUTCOME_DENY, missing_before);
      } else if (begun) {
        BecomeActive(work, delegation, start->started_at);
      } else {
        BecomeReady(work, delegation);
      }
      return;
    case v1::OUTCOME_REFER:
      work.CancelTimer(v1::TIMER_KIND_START_DUE, delegation.delegation_id());
      work.CancelTimer(v1::TIMER_KIND_RESPONSE_DEADLINE, delegation.delegation_id());
      delegation.set_resumes_as(v1::DELEGATION_STATE_PROPOSED);
      delegation.set_state(v1::DELEGATION_STATE_REFERRED);
      if (was_ready) {
        TellParties(work, delegation, v1::URGENCY_SAME_DAY,
                    "The task is no longer ready to start: somebody must decide first. It has not "
                    "started, and whoever gives the care now goes on.");
      }
      if (!was_referred) Refer(work, delegation);
      return;
    default:
      StayProposed(work, delegation, outcome, missing_before);
      if (was_referred && AskWaitingWorkers(work, delegation)) AskActivate(work, delegation);
  }
}

}  // namespace fosse::care
