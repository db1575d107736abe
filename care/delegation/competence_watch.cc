// A worker's competence has a last day. It is warned of ahead; from the day after, the worker may
// not do the task until it is renewed (B-4.2, HAZ-12).
#include <algorithm>

#include "base/local_date.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

using v1::Facts;

// When the last day is over; never, where there is none.
absl::Time EndOf(const v1::Assignment& assignment) {
  const std::optional<absl::CivilDay> day = ParseLocalDate(assignment.competence_until());
  const bool runs_out = day.has_value() && assignment.assigned() &&
                        assignment.competence() == Facts::WORKER_COMPETENCE_IN_FORCE;
  return runs_out ? LondonEndOfDay(*day) : absl::InfiniteFuture();
}

// Whole days ahead are days of the calendar, so that the clocks going back moves nothing (HAZ-22).
absl::Time WarningOf(const Work& work, const v1::Assignment& assignment) {
  const absl::Time end = EndOf(assignment);
  if (end == absl::InfiniteFuture()) return end;
  absl::Duration rest;
  const int64_t days = absl::IDivDuration(
      work.rulebook().DeadlineFor(v1::TIMER_KIND_COMPETENCE_WARNING), absl::Hours(24), &rest);
  return LondonStartOfDay(LondonDay(end) - days) - rest;
}

void Warn(Work& work, const v1::Delegation& delegation, const std::string& last_day) {
  work.Tell({.recipient = delegation.proposal().delegated_to(),
             .kind = v1::DELIVERY_KIND_TRAINING_OFFERED,
             .words = "The competence of a worker on this task runs out: its last day is " +
                      last_day +
                      ". Arrange the refresher now. From the day after, the worker may not do the "
                      "task.",
             .delegation_id = delegation.delegation_id()});
  for (const std::string& recipient :
       {delegation.proposal().delegating(), delegation.oversight().holder()}) {
    work.Tell({.recipient = recipient,
               .words = "The competence of a worker on this task runs out: its last day is " +
                        last_day + ". The provider has been asked to arrange the refresher.",
               .delegation_id = delegation.delegation_id()});
  }
}

}  // namespace

void ArmCompetenceTimer(Work& work, const v1::Delegation& delegation) {
  absl::Time due = absl::InfiniteFuture();
  for (const v1::Assignment& assignment : delegation.assignments()) {
    // While it is live the review's timer looks at the last day.
    const absl::Time end = IsLive(delegation) ? absl::InfiniteFuture() : EndOf(assignment);
    for (const absl::Time at : {WarningOf(work, assignment), end}) {
      if (at > work.now()) due = std::min(due, at);
    }
  }
  if (due == absl::InfiniteFuture()) return;
  work.SetTimer(v1::TIMER_KIND_COMPETENCE_WARNING, delegation.delegation_id(), due);
}

bool NoteLapsedWorkers(Work& work, v1::Delegation& delegation) {
  bool lapsed = false;
  for (v1::Assignment& assignment : *delegation.mutable_assignments()) {
    if (EndOf(assignment) > work.now()) continue;
    assignment.set_competence(Facts::WORKER_COMPETENCE_EXPIRED);
    lapsed = true;
  }
  if (!lapsed) return false;
  work.Tell({.recipient = delegation.proposal().delegated_to(),
             .kind = v1::DELIVERY_KIND_TRAINING_OFFERED,
             .urgency = v1::URGENCY_SAME_DAY,
             .words = "The competence of a worker on this task has run out. The worker may not do "
                      "it until it is renewed: ask the training provider.",
             .delegation_id = delegation.delegation_id()});
  return true;
}

void WarnWhereSoon(Work& work, const v1::Delegation& delegation) {
  std::string last_day;
  for (const v1::Assignment& assignment : delegation.assignments()) {
    if (WarningOf(work, assignment) > work.now() || EndOf(assignment) <= work.now()) continue;
    const std::string& day = assignment.competence_until();
    if (last_day.empty() || day < last_day) last_day = day;
  }
  if (!last_day.empty()) Warn(work, delegation, last_day);
}

void CompetenceRunsOut(Work& work, v1::Delegation& delegation) {
  WarnWhereSoon(work, delegation);
  if (!IsLive(delegation) && NoteLapsedWorkers(work, delegation)) {
    for (v1::Assignment& assignment : *delegation.mutable_assignments()) {
      if (assignment.assigned()) AskAssign(work, delegation, assignment);
    }
    AskActivate(work, delegation);
  }
  ArmCompetenceTimer(work, delegation);
}

}  // namespace fosse::care
