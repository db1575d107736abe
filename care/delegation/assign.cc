#include "base/status.h"
#include "care/governance/challenge.h"
#include "care/handlers.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

bool IsSameReference(const v1::WorkerReference& a, const v1::WorkerReference& b) {
  if (!a.worker_number().empty() && !b.worker_number().empty()) {
    return a.worker_number() == b.worker_number();
  }
  return !a.employer_reference().empty() && a.employer() == b.employer() &&
         a.employer_reference() == b.employer_reference();
}

void AddTaskConsequence(Work& work, const v1::Delegation& delegation, const std::string& worker_key,
                        bool removed) {
  if (worker_key.empty()) return;
  work.AddConsequence({.kind = Consequence::Kind::kWorkerTask,
                       .person_key = work.person().person_key(),
                       .worker_key = worker_key,
                       .delegation_id = delegation.delegation_id(),
                       .removed = removed});
}

void Remove(Work& work, v1::Delegation& delegation, const v1::WorkerAssignment& stated) {
  auto& assignments = *delegation.mutable_assignments();
  const v1::WorkerRecord* worker = SendersWorker(work, stated.worker());
  const std::string key = worker == nullptr ? "" : worker->worker_key();
  for (int i = 0; i < assignments.size(); ++i) {
    const v1::Assignment& assignment = assignments.Get(i);
    const bool same = key.empty()
                          ? IsSameReference(assignment.assignment().worker(), stated.worker())
                          : assignment.worker_key() == key;
    if (!same) continue;
    AddTaskConsequence(work, delegation, assignment.worker_key(), /*removed=*/true);
    assignments.DeleteSubrange(i, 1);
    // An objection is to somebody: with nobody left there is none.
    if (assignments.empty()) delegation.set_delegator_objects(false);
    AskActivate(work, delegation);
    AskContinue(work, delegation);
    return;
  }
  work.AddNotice("WORKER_NOT_ON_TASK", "The worker was not on this task. Nothing changed.", "");
}

// Where the rules keep a worker back, the provider learns what would help.
void OfferTraining(Work& work, const v1::Delegation& delegation, const v1::Assignment& assignment) {
  const v1::Facts::WorkerCompetence competence = CompetenceNow(assignment, work.now());
  if (competence == v1::Facts::WORKER_COMPETENCE_IN_FORCE ||
      competence == v1::Facts::WORKER_COMPETENCE_NOT_NEEDED) {
    return;
  }
  work.Tell({.recipient = delegation.proposal().delegated_to(),
             .kind = v1::DELIVERY_KIND_TRAINING_OFFERED,
             .words = "The worker may not do this task yet. Ask the training provider for training "
                      "or a competency check; the findings say what is missing.",
             .delegation_id = delegation.delegation_id()});
}

// Whoever does it while it runs is told of as before its start: the delegator stays accountable for
// who does the work, and may object (B-5.3).
void TellWhoDoesIt(Work& work, v1::Delegation& delegation, const v1::Assignment& assignment) {
  const bool in_view =
      work.worker() != nullptr && work.worker()->worker_key() == assignment.worker_key();
  const std::string number =
      in_view ? WorkerNumberOf(*work.worker()) : assignment.assignment().worker().worker_number();
  const std::string who = "Another worker of the organisation asked" +
                          (number.empty() ? std::string() : " (" + number + ")") +
                          " does this task from now on. ";
  TellOfTask(work, delegation,
             {.recipient = delegation.proposal().delegating(),
              .urgency = v1::URGENCY_SAME_DAY,
              .words = who + "You may object to the worker; care goes on meanwhile (B-5.3)."});
  if (delegation.oversight().holder() == delegation.proposal().delegating()) return;
  TellOfTask(work, delegation,
             {.recipient = delegation.oversight().holder(),
              .urgency = v1::URGENCY_SAME_DAY,
              .words = who + "You oversee it as before. The delegator may object (B-5.3)."});
}

// The objection was to the workers named before; another one answers it. Care that runs keeps those
// it has until the rules let the other one do it.
void AnswerObjection(Work& work, v1::Delegation& delegation, const std::string& keep) {
  TakeOffOthers(work, delegation, keep);
  delegation.set_delegator_objects(false);
  if (delegation.state() == v1::DELEGATION_STATE_REFERRED) {
    delegation.set_state(v1::DELEGATION_STATE_PROPOSED);
    delegation.clear_resumes_as();
    AwaitProvider(work, delegation);
  }
}

// Another's worker and one that nobody knows are answered alike, so that a number tells nothing of
// whose it is and what its worker can do. The answer is kept, the assignment is not.
void AssignNobodyKnown(Work& work, v1::Delegation& delegation) {
  v1::Assignment nobody;
  *nobody.mutable_assignment() = work.envelope().worker_assignment();
  *nobody.mutable_assigned_by() = work.envelope().acting_person();
  AskAssign(work, delegation, nobody);
  work.AddNotice("WORKER_NOT_KNOWN",
                 "No worker of the sender is known by this. Name the worker by the sender's own "
                 "reference. Nobody was assigned.",
                 "B-2.3");
}

}  // namespace

void TakeOffOthers(Work& work, v1::Delegation& delegation, const std::string& keep) {
  auto& assignments = *delegation.mutable_assignments();
  for (int i = assignments.size() - 1; i >= 0; --i) {
    if (!keep.empty() && assignments.Get(i).worker_key() == keep) continue;
    AddTaskConsequence(work, delegation, assignments.Get(i).worker_key(), /*removed=*/true);
    assignments.DeleteSubrange(i, 1);
  }
}

void ForgetWorker(v1::Facts& facts) {
  facts.clear_worker_competence();
  facts.clear_worker_agreement();
  facts.clear_worker_confidence();
  facts.clear_provider_confidence();
  facts.clear_visits();
  facts.clear_contingency();
}

v1::Outcome AskAssign(Work& work, v1::Delegation& delegation, v1::Assignment& assignment) {
  v1::Facts facts = DelegationFacts(SituationOf(work), delegation);
  ForgetWorker(facts);
  AddWorkerFacts(delegation, &assignment, work.now(), facts);
  facts.set_practitioner_basis(BasisOf(assignment.assigned_by()));
  if (assignment.assigned() && delegation.state() == v1::DELEGATION_STATE_AT_RISK) {
    // Who does it already is not newly assigned: only what is said of the worker counts.
    facts.set_delegation_state(v1::Facts::DELEGATION_STATE_ACTIVE);
    facts.set_at_risk_cause(v1::Facts::AT_RISK_CAUSE_NOT_AT_RISK);
  }
  const v1::Outcome outcome = work.Ask(v1::QUESTION_ASSIGN, facts, &delegation);
  const bool was_assigned = assignment.assigned();
  if (work.held_for_clock()) return outcome;  // Neither assigned by it nor taken off.
  assignment.set_assigned(outcome == v1::OUTCOME_PERMIT);
  if (outcome == v1::OUTCOME_REFER) {
    work.Tell({.recipient = work.ReferredTo(delegation),
               .kind = v1::DELIVERY_KIND_REFERRAL,
               .urgency = v1::URGENCY_SAME_DAY,
               .words = "Whether this worker may do the task must be decided by you.",
               .delegation_id = delegation.delegation_id()});
  }
  if (outcome != v1::OUTCOME_PERMIT) {
    OfferTraining(work, delegation, assignment);
  } else if (!was_assigned) {
    work.Tell({.recipient = delegation.proposal().delegated_to(),
               .words = "The worker may be assigned to this task.",
               .delegation_id = delegation.delegation_id()});
    WarnWhereSoon(work, delegation);
    if (IsLive(delegation) && !assignment.worker_key().empty()) {
      TellWhoDoesIt(work, delegation, assignment);
    }
  }
  ArmCompetenceTimer(work, delegation);
  return outcome;
}

absl::Status HandleWorkerAssignment(Work& work) {
  const v1::WorkerAssignment& stated = work.envelope().worker_assignment();
  FOSSE_ASSIGN_OR_RETURN(v1::Delegation * found, SendersDelegation(work, stated.delegation()));
  v1::Delegation& delegation = *found;
  // Nobody else can speak for the provider's workers; to others the delegation is not theirs.
  if (work.sender() != delegation.proposal().delegated_to()) {
    return MakeError(absl::StatusCode::kNotFound, "DELEGATION_NOT_FOUND",
                     "no such delegation is with this organisation");
  }
  if (!AwaitsStart(delegation) && !IsLive(delegation)) {
    return StateConflict(CodeOf(v1::DELEGATION_STATE_PROPOSED));
  }
  if (stated.removes()) {
    Remove(work, delegation, stated);
    return absl::OkStatus();
  }

  const v1::WorkerRecord* worker = SendersWorker(work, stated.worker());
  if (worker == nullptr) {
    AssignNobodyKnown(work, delegation);
    return absl::OkStatus();
  }
  const std::string& key = worker->worker_key();
  const bool answers = delegation.delegator_objects() && AssignmentOf(delegation, key) == nullptr;
  if (answers && !IsLive(delegation)) AnswerObjection(work, delegation, "");
  v1::Assignment* assignment = AssignmentOf(delegation, key);
  if (assignment == nullptr) assignment = delegation.add_assignments();
  assignment->set_worker_key(key);
  *assignment->mutable_assignment() = stated;
  *assignment->mutable_assigned_by() = work.envelope().acting_person();
  *assignment->mutable_at() = Timestamp(work.now());
  const Competence competence =
      CompetenceOf(worker, work.person(), delegation, work.rulebook(), work.locality(), work.now());
  assignment->set_competence(competence.value);
  assignment->set_competence_until(competence.until);

  if (AskAssign(work, delegation, *assignment) == v1::OUTCOME_PERMIT && answers &&
      IsLive(delegation)) {
    AnswerObjection(work, delegation, key);
  }
  if (HasOpenChallenge(*worker, delegation)) {
    work.AddNotice(
        "COMPETENCY_CHALLENGED",
        "A record of this worker's competence in the task is challenged and not answered "
        "yet. It counts as before.",
        "B-4.2");
  }
  work.receipt().set_worker_number(WorkerNumberOf(*worker));
  AddTaskConsequence(work, delegation, key, /*removed=*/false);
  AskActivate(work, delegation);
  AskContinue(work, delegation);
  return absl::OkStatus();
}

}  // namespace fosse::care
