#include "care/shared_care/steps.h"

#include "absl/strings/str_cat.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

// The team that hands the task over takes the case to the panel; who saw the need has the last
// word.
std::string OwnerOf(const Work& work, const v1::Delegation& delegation, v1::SharedCareStep next) {
  std::string owner = delegation.proposal().delegating();
  if (next == v1::SHARED_CARE_STEP_DECIDED) {
    owner = EscalationOwner(work, delegation, v1::ROUTE_SHARED_CARE);
  } else if (next == v1::SHARED_CARE_STEP_TOLD) {
    owner = delegation.shared_care().raised_by();
  }
  if (work.directory().Find(owner) != nullptr) return owner;
  return work.StandIn(/*clinical=*/false);
}

// Sets the time of the step that is waited for.
absl::Time SetDue(Work& work, v1::Delegation& delegation) {
  v1::SharedCareState& held = *delegation.mutable_shared_care();
  const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_SHARED_CARE_STEP);
  *held.mutable_due_at() = Timestamp(by);
  work.SetTimer(v1::TIMER_KIND_SHARED_CARE_STEP, delegation.delegation_id(), JustAfter(by));
  // A task that waits for the forum waits for the owner of the step, and by its time: a second
  // deadline beside it would chase those who are in time.
  if (delegation.state() == v1::DELEGATION_STATE_REFERRED &&
      held.next_step() != v1::SHARED_CARE_STEP_TOLD) {
    SetOwner(delegation, held.owner(), by);
    work.CancelTimer(v1::TIMER_KIND_HELD_DEADLINE, delegation.delegation_id());
  }
  return by;
}

// Who is called on where the owner of a step let its time pass twice: the forum, and of the forum
// itself the board that governs the framework.
v1::Route NextUp(v1::SharedCareStep next) {
  return next == v1::SHARED_CARE_STEP_DECIDED ? v1::ROUTE_IPCB : v1::ROUTE_SHARED_CARE;
}

}  // namespace

bool IsOpenCase(const v1::SharedCareState& state) {
  return state.next_step() != v1::SHARED_CARE_STEP_UNSPECIFIED;
}

absl::string_view ActionFor(v1::SharedCareStep step) {
  switch (step) {
    case v1::SHARED_CARE_STEP_TEAM_MET:
      return "Hold the team meeting with the person, and the family where fitting; then report it.";
    case v1::SHARED_CARE_STEP_FORM_COMPLETED:
      return "Write the plan, or what the team disagrees about, into the Shared Care form; then "
             "report it.";
    case v1::SHARED_CARE_STEP_PASSED_ON:
      return "The head of service looks at the form and passes it on to the panel; then report it.";
    case v1::SHARED_CARE_STEP_DECIDED:
      return "The panel decides who provides and who funds each element of the care.";
    case v1::SHARED_CARE_STEP_TOLD:
      return "Tell the worker who saw the need what was decided; then report it.";
    default:
      return "Nothing more is to be done.";
  }
}

void AwaitStep(Work& work, v1::Delegation& delegation, v1::SharedCareStep next) {
  v1::SharedCareState& held = *delegation.mutable_shared_care();
  held.set_next_step(next);
  held.set_owner(OwnerOf(work, delegation, next));
  held.set_chased(0);
  const absl::Time by = SetDue(work, delegation);
  const bool panel = next == v1::SHARED_CARE_STEP_DECIDED;
  work.Tell({.recipient = held.owner(),
             .kind = panel ? v1::DELIVERY_KIND_REFERRAL : v1::DELIVERY_KIND_TOLD,
             .urgency = v1::URGENCY_SAME_DAY,
             .words = absl::StrCat("A case for the Shared Care forum (B-7.1). ", ActionFor(next)),
             .delegation_id = delegation.delegation_id(),
             .act_by = by,
             .with_proposal = panel});
  work.AddNotice("SHARED_CARE_NEXT_STEP", ActionFor(next), "B-App-A");
}

void CloseCase(Work& work, v1::Delegation& delegation) {
  v1::SharedCareState& held = *delegation.mutable_shared_care();
  held.clear_next_step();
  held.clear_owner();
  held.clear_due_at();
  held.clear_chased();
  work.CancelTimer(v1::TIMER_KIND_SHARED_CARE_STEP, delegation.delegation_id());
}

void SharedCareStepDue(Work& work, const v1::TimerDue& due) {
  v1::DelegationReference reference;
  reference.set_delegation_id(due.about());
  const v1::Delegation* found = FindDelegation(work.person(), reference);
  if (found == nullptr || !IsOpenCase(found->shared_care())) return;
  v1::Delegation& delegation = work.EditDelegation(due.about());
  v1::SharedCareState& held = *delegation.mutable_shared_care();
  // The case ends with its task; but what was decided is still told.
  if (IsOver(delegation) && held.next_step() != v1::SHARED_CARE_STEP_TOLD) {
    CloseCase(work, delegation);
    return;
  }
  const absl::Time deadline = TimeOf(held.due_at());
  if (work.now() <= deadline) {  // At the deadline itself the step is still in time.
    work.SetTimer(v1::TIMER_KIND_SHARED_CARE_STEP, due.about(), JustAfter(deadline));
    return;
  }
  held.set_chased(held.chased() + 1);
  const absl::Time by = SetDue(work, delegation);
  const bool escalates = held.chased() > 1;
  const std::string words =
      absl::StrCat("A step of a Shared Care case is late. ", ActionFor(held.next_step()),
                   " Care goes on meanwhile as shown.");
  work.Tell({.recipient = held.owner(),
             .kind = escalates ? v1::DELIVERY_KIND_ESCALATION : v1::DELIVERY_KIND_TOLD,
             .urgency = v1::URGENCY_SAME_DAY,
             .words = words,
             .delegation_id = due.about(),
             .act_by = by});
  if (!escalates) return;
  work.Tell({.recipient = EscalationOwner(work, delegation, NextUp(held.next_step())),
             .kind = v1::DELIVERY_KIND_ESCALATION,
             .urgency = v1::URGENCY_SAME_DAY,
             .words = words,
             .delegation_id = due.about(),
             .act_by = by,
             .with_proposal = true});
}

void TellRoute(Work& work, v1::Route route, v1::DeliveryKind kind, absl::string_view words,
               const std::string& delegation_id) {
  work.Tell({.recipient = std::string(work.rulebook().OwnerOf(route)),
             .kind = kind,
             .urgency = v1::URGENCY_SAME_DAY,
             .words = std::string(words),
             .delegation_id = delegation_id,
             .with_proposal = kind == v1::DELIVERY_KIND_REFERRAL});
}

}  // namespace fosse::care
