#include "base/status.h"
#include "care/handlers.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

bool IsDelegating(const Work& work, const v1::Delegation& delegation) {
  return work.sender() == delegation.proposal().delegating();
}

bool IsOverseer(const Work& work, const v1::Delegation& delegation) {
  // In a gap the last holder is gone: its word is the gap owner's to give.
  if (delegation.oversight().state() == v1::OVERSIGHT_STATE_GAP) {
    return work.sender() == delegation.oversight().gap_owner();
  }
  return work.sender() == delegation.oversight().holder();
}

bool IsProvider(const Work& work, const v1::Delegation& delegation) {
  return work.sender() == delegation.proposal().delegated_to();
}

absl::Status NotTheirs() {
  return MakeError(absl::StatusCode::kNotFound, "DELEGATION_NOT_FOUND",
                   "no such delegation is this organisation's to change in this way");
}

absl::Status Withdraw(Work& work, v1::Delegation& delegation) {
  if (!IsDelegating(work, delegation)) return NotTheirs();
  if (IsOver(delegation) || IsLive(delegation)) {
    return StateConflict(CodeOf(v1::DELEGATION_STATE_PROPOSED));
  }
  const bool ended = work.envelope().delegation_change().need_has_ended() == v1::ANSWER_YES;
  EndDelegation(work, delegation, v1::DELEGATION_STATE_ENDED, "withdrawn", ended,
                "The proposal is withdrawn. The task is not, and will not be, yours.");
  return absl::OkStatus();
}

absl::Status End(Work& work, v1::Delegation& delegation) {
  if (!IsDelegating(work, delegation) && !IsOverseer(work, delegation) &&
      !IsProvider(work, delegation)) {
    return NotTheirs();
  }
  if (IsOver(delegation)) return StateConflict(CodeOf(v1::DELEGATION_STATE_ACTIVE));
  // Only those who know the need may say that it has gone; a provider hands it back.
  const bool ended = work.envelope().delegation_change().need_has_ended() == v1::ANSWER_YES &&
                     !IsProvider(work, delegation);
  EndDelegation(work, delegation, v1::DELEGATION_STATE_ENDED, "ended", ended,
                "The delegation has ended. The provider does the task no longer.");
  return absl::OkStatus();
}

// Without a named clinician nothing stops: the task is at risk, cover is ordered, all are told.
void AskForCover(Work& work, v1::Delegation& delegation) {
  work.AddNotice("NOT_A_NAMED_CLINICIAN",
                 "Only a named clinician of the delegating or overseeing organisation can suspend "
                 "the task. It goes on, cover is ordered, and those who can decide are told.",
                 "B-7.3");
  delegation.set_state(v1::DELEGATION_STATE_AT_RISK);
  const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_HELD_DEADLINE);
  SetOwner(delegation, delegation.oversight().holder(), by);
  work.SetTimer(v1::TIMER_KIND_HELD_DEADLINE, delegation.delegation_id(), JustAfter(by));
  TellParties(work, delegation, v1::URGENCY_URGENT,
              "The provider asks to stop the delegated task. It is at risk: decide who delivers.");
  const std::string cover = delegation.oversight().holder().empty()
                                ? work.rulebook().document().cover_owner()
                                : delegation.oversight().holder();
  OrderCover(work, delegation, cover, v1::URGENCY_URGENT);
}

absl::Status SuspendTask(Work& work, v1::Delegation& delegation) {
  if (!IsRunning(delegation) && delegation.state() != v1::DELEGATION_STATE_PAUSED) {
    return StateConflict(CodeOf(v1::DELEGATION_STATE_ACTIVE));
  }
  const bool clinician = IsNamedClinician(work.envelope().acting_person()) &&
                         (IsDelegating(work, delegation) || IsOverseer(work, delegation));
  if (clinician) {
    Suspend(work, delegation,
            "A named clinician has suspended the task. The provider stops; who delivers meanwhile "
            "is shown.");
    return absl::OkStatus();
  }
  if (!IsProvider(work, delegation) && !IsDelegating(work, delegation) &&
      !IsOverseer(work, delegation)) {
    return NotTheirs();
  }
  if (IsRunning(delegation)) AskForCover(work, delegation);
  return absl::OkStatus();
}

// Settled with the provider after all: the worker named does it.
void TakeObjectionBack(Work& work, v1::Delegation& delegation) {
  delegation.set_delegator_objects(false);
  work.Tell({.recipient = delegation.proposal().delegated_to(),
             .urgency = v1::URGENCY_SAME_DAY,
             .words = "The delegator objects to the worker no longer.",
             .delegation_id = delegation.delegation_id()});
  AskActivate(work, delegation);
  AskContinue(work, delegation);
}

absl::Status ResumeTask(Work& work, v1::Delegation& delegation) {
  const bool paused = delegation.state() == v1::DELEGATION_STATE_PAUSED;
  const bool awaits_return = AwaitsReturn(delegation);
  if (delegation.delegator_objects() && IsDelegating(work, delegation) && !awaits_return &&
      (AwaitsStart(delegation) || IsRunning(delegation))) {
    TakeObjectionBack(work, delegation);
    return absl::OkStatus();
  }
  if (!paused && !awaits_return && delegation.state() != v1::DELEGATION_STATE_SUSPENDED) {
    return StateConflict(CodeOf(v1::DELEGATION_STATE_SUSPENDED));
  }
  // After an absence only the overseer's answer counts: needs or medicines may have changed
  // (HAZ-41). Where a social care task has no overseer, whoever hands it over answers.
  const bool delegating_may = awaits_return ? delegation.oversight().holder().empty() : !paused;
  const bool may =
      IsOverseer(work, delegation) || (delegating_may && IsDelegating(work, delegation));
  if (!may) return NotTheirs();
  if (!IsNamedClinician(work.envelope().acting_person())) {
    work.AddNotice("NOT_A_NAMED_CLINICIAN",
                   "Only a named clinician can let the task go on. Nothing changed.", "B-5.4");
    return absl::OkStatus();
  }
  if (IsAbsent(work.person())) {
    work.AddNotice("PERSON_AWAY", "The person is still recorded as away. Nothing changed.",
                   "B-5.4");
    return absl::OkStatus();
  }
  if (awaits_return) {
    delegation.clear_resumes_as();
    AwaitProvider(work, delegation);
    AskActivate(work, delegation);
    return absl::OkStatus();
  }
  Resume(work, delegation);
  return absl::OkStatus();
}

absl::Status Object(Work& work, v1::Delegation& delegation) {
  if (!IsDelegating(work, delegation)) return NotTheirs();
  if (!AwaitsStart(delegation) && !IsRunning(delegation)) {
    return StateConflict(CodeOf(v1::DELEGATION_STATE_READY));
  }
  delegation.set_delegator_objects(true);
  work.Tell(
      {.recipient = delegation.proposal().delegated_to(),
       .urgency = v1::URGENCY_SAME_DAY,
       .words =
           "The delegator objects to the worker. Name another, or settle it together. Care that "
           "runs goes on meanwhile.",
       .delegation_id = delegation.delegation_id()});
  AskActivate(work, delegation);
  AskContinue(work, delegation);
  return absl::OkStatus();
}

}  // namespace

absl::Status HandleDelegationChange(Work& work) {
  const v1::DelegationChange& change = work.envelope().delegation_change();
  FOSSE_ASSIGN_OR_RETURN(v1::Delegation * found, SendersDelegation(work, change.delegation()));
  switch (change.kind()) {
    case v1::DELEGATION_CHANGE_KIND_WITHDRAW:
      return Withdraw(work, *found);
    case v1::DELEGATION_CHANGE_KIND_SUSPEND:
      return SuspendTask(work, *found);
    case v1::DELEGATION_CHANGE_KIND_RESUME:
      return ResumeTask(work, *found);
    case v1::DELEGATION_CHANGE_KIND_END:
      return End(work, *found);
    case v1::DELEGATION_CHANGE_KIND_OBJECT:
      return Object(work, *found);
    default:
      return absl::OkStatus();  // The field terms refuse it before.
  }
}

absl::Status HandleDelegatorChanged(Work& work) {
  const v1::DelegatorChanged& change = work.envelope().delegator_changed();
  FOSSE_ASSIGN_OR_RETURN(v1::Delegation * found, SendersDelegation(work, change.delegation()));
  v1::Delegation& delegation = *found;
  if (!IsDelegating(work, delegation) && !IsOverseer(work, delegation)) return NotTheirs();
  if (IsOver(delegation)) return StateConflict(CodeOf(v1::DELEGATION_STATE_ACTIVE));
  if (change.accepted() != v1::ANSWER_YES) {
    work.AddNotice("NOT_ACCEPTED",
                   "The new delegator has not accepted. The one before stays accountable.",
                   "B-5.3");
    return absl::OkStatus();
  }
  *delegation.mutable_oversight()->mutable_accountable_delegator() = change.delegator();
  TellParties(work, delegation, v1::URGENCY_ROUTINE,
              "Another practitioner is now accountable for the delegation.");
  AskActivate(work, delegation);
  AskContinue(work, delegation);
  return absl::OkStatus();
}

}  // namespace fosse::care
