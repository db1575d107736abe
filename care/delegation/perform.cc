#include <algorithm>

#include "care/handlers.h"
#include "care/overseer.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

using v1::Facts;

// Ad hoc care this often in this many days calls for a new look at the plan (B-1.7c), where the
// locality sets no limit: the framework gives none.
constexpr uint32_t kAdHocTimes = 3;
constexpr uint32_t kAdHocDays = 28;

// How the delegation stood when the care was given, not when the report came: reports come late.
Facts::DelegationState StateAt(const v1::Delegation& delegation, absl::Time at) {
  const bool had_started = delegation.has_started_at() && at >= TimeOf(delegation.started_at());
  if (delegation.state() == v1::DELEGATION_STATE_ENDED && had_started &&
      at < TimeOf(delegation.ended_at())) {
    return Facts::DELEGATION_STATE_ACTIVE;
  }
  if (IsRunning(delegation) && !had_started) return Facts::DELEGATION_STATE_READY;
  return StateFact(delegation.state());
}

// The delegation reported on, where the sender is the one it was handed to. A report that names
// another's is kept all the same, under no delegation.
const v1::Delegation* ReportedOn(const Work& work, const v1::DelegationReference& reference) {
  return FindDelegation(work.person(), reference, [&work](const v1::Delegation& delegation) {
    return delegation.proposal().delegated_to() == work.sender();
  });
}

// Care under no delegation, as one that was never proposed.
v1::Delegation AdHoc(const Work& work, const v1::TaskPerformed& performed) {
  v1::Delegation delegation;
  const v1::CatalogueTask* listed = work.rulebook().FindTask(performed.task().code());
  *delegation.mutable_proposal()->mutable_task() = performed.task();
  delegation.mutable_proposal()->set_delegated_to(work.sender());
  delegation.mutable_proposal()->set_performer(v1::PERFORMER_KIND_CARE_WORKER);
  delegation.set_task_code(listed == nullptr ? "" : listed->code());
  // A task in no catalogue is one that somebody must have been shown for this person.
  delegation.set_training_class(listed == nullptr ? v1::TRAINING_CLASS_SPECIFIC
                                                  : listed->training_class());
  return delegation;
}

// Ad hoc reports of this care within the locality's period before now.
uint32_t RecentAdHoc(const Work& work, const v1::Delegation& delegation) {
  const v1::AdHocLimit& limit = work.rulebook().document().ad_hoc_limit();
  const absl::Time since =
      work.now() - absl::Hours(24) * (limit.days() == 0 ? kAdHocDays : limit.days());
  const auto& performances = work.person().performances();
  return static_cast<uint32_t>(std::count_if(
      performances.begin(), performances.end(), [&](const v1::Performance& performance) {
        return performance.ad_hoc() && performance.delegation_id() == delegation.delegation_id() &&
               TimeOf(performance.performed_at()) > since;
      }));
}

uint32_t AdHocTimes(const Work& work) {
  const uint32_t times = work.rulebook().document().ad_hoc_limit().times();
  return times == 0 ? kAdHocTimes : times;
}

// This report counts too.
Facts::AdHocFrequency FrequencyOf(const Work& work, const v1::Delegation& delegation, bool ad_hoc) {
  if (!ad_hoc) return Facts::AD_HOC_FREQUENCY_PLANNED;
  return RecentAdHoc(work, delegation) + 1 >= AdHocTimes(work) ? Facts::AD_HOC_FREQUENCY_REGULAR
                                                               : Facts::AD_HOC_FREQUENCY_OCCASIONAL;
}

// `worker` null: nobody the sender can speak for.
Facts PerformFacts(const Work& work, const v1::Delegation& delegation,
                   const v1::WorkerRecord* worker, bool known, absl::Time at) {
  Facts facts = DelegationFacts(SituationOf(work), delegation);
  const std::string key = worker == nullptr ? "" : worker->worker_key();
  const v1::Assignment* assignment = nullptr;
  for (const v1::Assignment& other : delegation.assignments()) {
    if (!key.empty() && other.worker_key() == key) assignment = &other;
  }
  ForgetWorker(facts);
  AddWorkerFacts(delegation, assignment, work.now(), facts);
  facts.set_practitioner_basis(BasisOf(work.envelope().acting_person()));
  facts.set_worker_competence(
      CompetenceOf(worker, work.person(), delegation, work.rulebook(), work.locality(), at).value);
  facts.set_delegation_state(known ? StateAt(delegation, at) : Facts::DELEGATION_STATE_NONE);
  facts.set_ad_hoc_frequency(
      FrequencyOf(work, delegation, !known || work.envelope().task_performed().ad_hoc()));
  return facts;
}

// INV-04 and INV-05 hold whatever a rulebook says. Training older than the task's version never
// stops running care by itself, so it is for the rules.
bool MayCount(const Facts& facts) {
  if (facts.task_restriction() == Facts::TASK_RESTRICTION_REGISTERED_NURSE_ONLY &&
      facts.performer() != Facts::PERFORMER_REGISTERED_NURSE) {
    return false;
  }
  switch (facts.worker_competence()) {
    case Facts::WORKER_COMPETENCE_IN_FORCE:
    case Facts::WORKER_COMPETENCE_NOT_NEEDED:
    case Facts::WORKER_COMPETENCE_TASK_CHANGED:
      return true;
    default:
      return false;
  }
}

// Who oversees care given under no delegation: by B-5.5 as if it were one.
std::string OverseerFor(const Work& work, const v1::Delegation& delegation) {
  if (!delegation.oversight().holder().empty()) return delegation.oversight().holder();
  const DerivedOverseer derived = DeriveOverseer(work.person(), delegation, work.directory());
  return derived.organisation.empty() ? work.person().identity().registered_practice()
                                      : derived.organisation;
}

void OpenIncident(Work& work, const v1::Delegation& delegation) {
  std::vector<std::string> recipients = {delegation.proposal().delegated_to(),
                                         delegation.proposal().delegating(),
                                         OverseerFor(work, delegation)};
  for (const std::string& recipient : recipients) {
    work.Tell({.recipient = recipient,
               .kind = v1::DELIVERY_KIND_INCIDENT,
               .urgency = v1::URGENCY_SAME_DAY,
               .words = "Care was given outside delegation. The report is kept. Look into it: the "
                        "findings say what was missing.",
               .delegation_id = delegation.delegation_id(),
               .with_proposal =
                   recipient != delegation.proposal().delegated_to() || WasProposed(delegation)});
  }
  work.AddNotice("OUTSIDE_DELEGATION",
                 "The report is kept. It does not count as delegated care, and those accountable "
                 "have been told.",
                 "B-2.3");
}

void PassOn(Work& work, const v1::Delegation& delegation, v1::Urgency urgency,
            absl::string_view words) {
  for (const std::string& recipient :
       {delegation.proposal().delegating(), OverseerFor(work, delegation)}) {
    work.Tell({.recipient = recipient,
               .urgency = urgency,
               .words = std::string(words),
               .delegation_id = delegation.delegation_id()});
  }
}

void AskForPlanReview(Work& work, const v1::Delegation& delegation) {
  // Once, when the limit is reached.
  if (RecentAdHoc(work, delegation) != AdHocTimes(work)) return;
  work.Tell({.recipient = OverseerFor(work, delegation),
             .kind = v1::DELIVERY_KIND_PROMPT,
             .words = "Ad hoc care has become regular. Please review the plan (B-1.7c).",
             .delegation_id = delegation.delegation_id()});
}

}  // namespace

absl::Status HandleTaskPerformed(Work& work) {
  const v1::TaskPerformed& performed = work.envelope().task_performed();
  const absl::Time at = TimeOf(performed.performed_at());
  const v1::Delegation* known = ReportedOn(work, performed.delegation());
  const v1::Delegation delegation = known == nullptr ? AdHoc(work, performed) : *known;

  const v1::WorkerRecord* worker = SendersWorker(work, performed.worker());
  const Facts facts = PerformFacts(work, delegation, worker, known != nullptr, at);
  const v1::Outcome outcome = work.Ask(v1::QUESTION_PERFORM, facts, known);
  const bool counts = outcome == v1::OUTCOME_PERMIT && worker != nullptr && MayCount(facts);

  v1::Performance performance;
  performance.set_delegation_id(delegation.delegation_id());
  *performance.mutable_performed_at() = performed.performed_at();
  if (worker != nullptr) {
    performance.set_worker_key(worker->worker_key());
    work.receipt().set_worker_number(WorkerNumberOf(*worker));
  }
  performance.set_counts(counts);
  performance.set_ad_hoc(performed.ad_hoc() || known == nullptr);
  work.Add(performance);
  if (known != nullptr) work.Show(known->delegation_id());

  if (counts) {
    PassOn(work, delegation, v1::URGENCY_ROUTINE, "The delegated task was done.");
  } else {
    OpenIncident(work, delegation);
  }
  if (performance.ad_hoc()) AskForPlanReview(work, delegation);
  return absl::OkStatus();
}

absl::Status HandleTaskNotDone(Work& work) {
  const v1::TaskNotDone& not_done = work.envelope().task_not_done();
  const v1::Delegation* known = ReportedOn(work, not_done.delegation());
  v1::Performance performance;
  *performance.mutable_performed_at() = not_done.due_at();
  performance.set_not_done(not_done.reason());
  const bool needs_somebody = not_done.reason() == v1::NOT_DONE_REASON_NO_WORKER ||
                              not_done.reason() == v1::NOT_DONE_REASON_UNSAFE;
  const v1::Urgency urgency = needs_somebody ? v1::URGENCY_URGENT : v1::URGENCY_SAME_DAY;
  constexpr absl::string_view kWords =
      "The task was not done when it was due; the message says why. See that the person gets the "
      "care that is needed.";
  if (known == nullptr) {
    work.Add(performance);
    PassOn(work, v1::Delegation(), urgency, kWords);
    return absl::OkStatus();
  }
  performance.set_delegation_id(known->delegation_id());
  work.Add(performance);
  work.Show(known->delegation_id());
  PassOn(work, *known, urgency, kWords);
  return absl::OkStatus();
}

}  // namespace fosse::care
