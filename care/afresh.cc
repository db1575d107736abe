// A cause that concerns many persons has come to one of them: what was remembered is looked at
// afresh, every open question is asked again, and whoever left the directory is missed. Nothing
// that runs is stopped (B-7.3).
#include <algorithm>
#include <set>

#include "care/facts.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

bool HasLeft(const Directory& directory, const std::string& organisation) {
  return !organisation.empty() && directory.Find(organisation) == nullptr;
}

bool HasLostOverseer(const Directory& directory, const v1::Delegation& delegation) {
  if (!IsLive(delegation)) return false;
  const v1::Oversight& oversight = delegation.oversight();
  return oversight.state() == v1::OVERSIGHT_STATE_GAP ? HasLeft(directory, oversight.gap_owner())
                                                      : HasLeft(directory, oversight.holder());
}

bool HasLostTaker(const Directory& directory, const v1::Delegation& delegation) {
  return IsLive(delegation) && delegation.oversight().state() != v1::OVERSIGHT_STATE_GAP &&
         HasOpenOffer(delegation) &&
         HasLeft(directory, delegation.oversight().offer().offered_to());
}

bool HasLostProvider(const Directory& directory, const v1::Delegation& delegation) {
  return delegation.state() == v1::DELEGATION_STATE_ACTIVE &&
         HasLeft(directory, delegation.proposal().delegated_to());
}

// The overseer to be, while nothing has started.
bool HasLostOverseerToBe(const Directory& directory, const v1::Delegation& delegation) {
  return AwaitsStart(delegation) && HasLeft(directory, delegation.oversight().holder());
}

bool MissesSomebody(const Directory& directory, const v1::Delegation& delegation) {
  return HasLostOverseer(directory, delegation) || HasLostTaker(directory, delegation) ||
         HasLostProvider(directory, delegation) || HasLostOverseerToBe(directory, delegation);
}

const v1::WorkerRecord* FindWorker(const View& view, const v1::Assignment& assignment) {
  if (view.worker != nullptr && view.worker->worker_key() == assignment.worker_key()) {
    return view.worker;
  }
  const auto found =
      std::find_if(view.workers.begin(), view.workers.end(), [&](const v1::WorkerRecord* worker) {
        return worker->worker_key() == assignment.worker_key();
      });
  return found == view.workers.end() ? nullptr : *found;
}

const v1::LocalityRecord& LocalityOf(const View& view) {
  return view.locality == nullptr ? v1::LocalityRecord::default_instance() : *view.locality;
}

// What is remembered of a worker differs from what the worker's record says now.
bool IsStale(const View& view, const v1::Delegation& delegation, absl::Time now) {
  return std::any_of(delegation.assignments().begin(), delegation.assignments().end(),
                     [&](const v1::Assignment& assignment) {
                       const v1::WorkerRecord* const worker = FindWorker(view, assignment);
                       if (worker == nullptr) return false;
                       const Competence found = CompetenceOf(worker, *view.person, delegation,
                                                             *view.rulebook, LocalityOf(view), now);
                       return found.value != assignment.competence() ||
                              found.until != assignment.competence_until();
                     });
}

// Which of the assignments, by their place, are seen otherwise than they were.
std::set<int> RefreshCompetence(const Work& work, v1::Delegation& delegation) {
  std::set<int> changed;
  for (int i = 0; i < delegation.assignments_size(); ++i) {
    v1::Assignment& assignment = *delegation.mutable_assignments(i);
    const v1::WorkerRecord* const worker = FindWorker(work.view(), assignment);
    if (worker == nullptr) continue;
    const Competence found = CompetenceOf(worker, work.person(), delegation, work.rulebook(),
                                          work.locality(), work.now());
    if (found.value == assignment.competence() && found.until == assignment.competence_until()) {
      continue;
    }
    assignment.set_competence(found.value);
    assignment.set_competence_until(found.until);
    changed.insert(i);
  }
  return changed;
}

// Whoever gave the care can no longer be reached through the gateway, and may or may not still give
// it. Only people can settle that: the task is at risk, cover is ordered, all others are told.
void MissProvider(Work& work, v1::Delegation& delegation) {
  delegation.set_state(v1::DELEGATION_STATE_AT_RISK);
  delegation.clear_missing_rules();
  const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_HELD_DEADLINE);
  SetOwner(delegation, delegation.oversight().holder(), by);
  work.SetTimer(v1::TIMER_KIND_HELD_DEADLINE, delegation.delegation_id(), JustAfter(by));
  TellParties(work, delegation, v1::URGENCY_URGENT,
              "The organisation that gives this care has left the directory or closed. The task is "
              "at risk: find out who gives the care now, and decide who delivers.");
  const std::string cover = delegation.oversight().holder().empty()
                                ? work.rulebook().document().cover_owner()
                                : delegation.oversight().holder();
  OrderCover(work, delegation, cover, v1::URGENCY_URGENT);
}

void MissWhoLeft(Work& work, v1::Delegation& delegation) {
  if (HasLostOverseer(work.directory(), delegation)) {
    OpenGap(work, delegation,
            "The organisation that oversees this task has left the directory or closed.");
  } else if (HasLostTaker(work.directory(), delegation)) {
    CloseOffer(work, delegation, v1::OFFER_CLOSURE_WITHDRAWN, "");
    PromptForOffer(work, delegation,
                   "The organisation that you offered oversight to has left the directory or "
                   "closed. You still oversee this task. Offer it to another or end the task.");
  }
  if (HasLostProvider(work.directory(), delegation)) MissProvider(work, delegation);
}

// `changed`: the assignments whose worker is seen otherwise than before.
void AskAll(Work& work, v1::Delegation& delegation, const std::set<int>& changed) {
  if (IsRunning(delegation)) {
    AskContinue(work, delegation);
  } else if (AwaitsProposal(delegation)) {
    AskPropose(work, delegation, /*again=*/true);
  } else if (AwaitsStart(delegation)) {
    for (int i = 0; i < delegation.assignments_size(); ++i) {
      v1::Assignment& assignment = *delegation.mutable_assignments(i);
      if (!assignment.assigned() || changed.count(i) > 0) AskAssign(work, delegation, assignment);
    }
    AskActivate(work, delegation);
  }
}

// Whether the cause says anything new of this delegation. A directory that still lists everybody,
// or a task that none of the workers here does, is no new fact of this person.
bool Concerns(const Work& work, v1::SweepKind why, const v1::Delegation& delegation) {
  switch (why) {
    case v1::SWEEP_KIND_DIRECTORY:
      return MissesSomebody(work.directory(), delegation);
    case v1::SWEEP_KIND_TASK:
      return IsStale(work.view(), delegation, work.now());
    default:
      return true;
  }
}

}  // namespace

bool IsConcerned(const View& view, const Consequence& consequence, absl::Time now) {
  const std::string& rulebook = view.rulebook->document().id();
  for (const v1::Delegation& delegation : view.person->delegations()) {
    if (IsOver(delegation)) continue;
    const bool by_directory = consequence.why == v1::SWEEP_KIND_DIRECTORY;
    if (!by_directory && IsStale(view, delegation, now)) return true;
    switch (consequence.why) {
      case v1::SWEEP_KIND_DIRECTORY:
        if (MissesSomebody(*view.directory, delegation)) return true;
        break;
      case v1::SWEEP_KIND_RULEBOOK: {
        const bool open =
            IsRunning(delegation) || AwaitsProposal(delegation) || AwaitsStart(delegation);
        if (open && delegation.rulebook_id() != rulebook) return true;
        break;
      }
      default:
        break;
    }
  }
  return false;
}

void LookAfresh(Work& work, v1::SweepKind why) {
  for (const std::string& id : work.DelegationIds()) {
    v1::DelegationReference reference;
    reference.set_delegation_id(id);
    const v1::Delegation& held = *FindDelegation(work.person(), reference);
    if (IsOver(held) || !Concerns(work, why, held)) continue;
    v1::Delegation& delegation = work.EditDelegation(id);
    if (why == v1::SWEEP_KIND_DIRECTORY) MissWhoLeft(work, delegation);
    const std::set<int> changed = RefreshCompetence(work, delegation);
    AskAll(work, delegation, changed);
    if (changed.empty()) continue;
    WarnWhereSoon(work, delegation);
    ArmCompetenceTimer(work, delegation);
  }
}

}  // namespace fosse::care
