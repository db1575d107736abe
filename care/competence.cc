#include <set>

#include "base/status.h"
#include "care/governance/challenge.h"
#include "care/handlers.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

// Numbers the worker, and keeps how the message names them.
void Know(Work& work, const v1::WorkerReference& named) {
  const v1::WorkerRecord& worker = *work.worker();
  v1::WorkerIdentity identity;
  identity.set_worker_number(WorkerNumberOf(worker));
  *identity.mutable_references() = worker.references();
  bool known = named.employer().empty() || named.employer_reference().empty() ||
               !MayNameWorker(named, work.sender(), work.rulebook());
  for (const v1::WorkerReference& reference : worker.references()) {
    known = known || (reference.employer() == named.employer() &&
                      reference.employer_reference() == named.employer_reference());
  }
  if (!known) {
    v1::WorkerReference& reference = *identity.add_references();
    reference = named;
    reference.clear_worker_number();
  }
  if (!known || worker.worker_number().empty()) work.SetWorkerIdentity(identity);
}

// Everybody whose tasks this worker is wanted for looks again, each person once.
void AddCompetenceConsequences(Work& work) {
  std::set<std::string> persons;
  for (const v1::WorkerTask& task : work.worker()->tasks()) {
    if (task.removed() || !persons.insert(task.person_key()).second) continue;
    work.AddConsequence({.kind = Consequence::Kind::kCompetenceChanged,
                         .person_key = task.person_key(),
                         .worker_key = work.worker()->worker_key()});
  }
}

void TellEmployers(Work& work, v1::DeliveryKind kind, v1::Urgency urgency,
                   absl::string_view words) {
  std::set<std::string> employers;
  for (const v1::WorkerReference& reference : work.worker()->references()) {
    if (!employers.insert(reference.employer()).second) continue;
    work.Tell({.recipient = reference.employer(),
               .kind = kind,
               .urgency = urgency,
               .words = std::string(words)});
  }
}

bool IsThisWorker(const v1::WorkerRecord& worker, const v1::WorkerReference& named) {
  if (!named.worker_number().empty() && named.worker_number() == worker.worker_number()) {
    return true;
  }
  for (const v1::WorkerReference& reference : worker.references()) {
    if (!named.employer_reference().empty() && reference.employer() == named.employer() &&
        reference.employer_reference() == named.employer_reference()) {
      return true;
    }
  }
  return false;
}

// Who asked for this training waits no longer (HWB25-14).
void EndWaiting(Work& work, const v1::Competency& competency) {
  const std::string& task =
      competency.task_code().empty() ? competency.record().task().code() : competency.task_code();
  std::vector<v1::Change> ended;
  for (const v1::TrainingWait& wait : work.locality().training_waits()) {
    v1::TrainingWait copy = wait;
    bool any = false;
    for (v1::WaitingWorker& waiting : *copy.mutable_waiting()) {
      if (waiting.has_competent_at() || waiting.task_code() != task ||
          !IsThisWorker(*work.worker(), waiting.worker())) {
        continue;
      }
      *waiting.mutable_competent_at() = Timestamp(work.now());
      any = true;
    }
    if (any) *ended.emplace_back().mutable_training()->mutable_wait() = std::move(copy);
  }
  for (const v1::Change& change : ended) work.SetLocality(change);
}

// A task of a person, seen from the worker's record.
void LookAgain(Work& work, v1::Delegation& delegation, v1::Assignment& assignment) {
  const Competence competence = CompetenceOf(work.worker(), work.person(), delegation,
                                             work.rulebook(), work.locality(), work.now());
  assignment.set_competence(competence.value);
  assignment.set_competence_until(competence.until);
  ArmCompetenceTimer(work, delegation);
  if (IsLive(delegation) && assignment.assigned()) {
    // What was assigned stays so; whether running care may go on is the question.
    AskContinue(work, delegation);
    return;
  }
  AskAssign(work, delegation, assignment);
  AskActivate(work, delegation);
  AskContinue(work, delegation);
}

}  // namespace

absl::Status HandleCompetencyRecord(Work& work) {
  const v1::CompetencyRecord& record = work.envelope().competency_record();
  if (work.worker() == nullptr) return absl::OkStatus();
  Know(work, work.envelope().subject().worker());
  const v1::Facts facts = RecognitionFacts(record, work.envelope(), work.directory(),
                                           work.rulebook(), work.locality(), work.now());
  const v1::Outcome outcome = work.Ask(v1::QUESTION_RECOGNISE_COMPETENCE, facts, nullptr);

  v1::Competency competency;
  *competency.mutable_record() = record;
  competency.set_recognised(outcome == v1::OUTCOME_PERMIT);
  competency.set_rests_on_sign_off(facts.assessor_organisation() ==
                                   v1::Facts::ASSESSOR_ORGANISATION_SIGNED_OFF);
  const v1::CareRecord* person = work.other_person();
  if (person != nullptr && IsThisPerson(person->identity(), record.for_person())) {
    // Under a joined record's number it stays that record's, should they be taken apart.
    const std::string joined =
        JoinedKeyOf(person->identity(), record.for_person(), record.for_person());
    competency.set_person_key(joined.empty() ? person->person_key() : joined);
  }
  *competency.mutable_recorded_at() = Timestamp(work.now());
  const v1::CatalogueTask* task = work.rulebook().FindTask(record.task());
  if (task != nullptr) competency.set_task_code(task->code());
  competency.set_recorded_by(work.sender());
  for (const v1::Competency& held : work.worker()->competencies()) {
    if (held.recorded_by() != work.sender() || held.record().reference() != record.reference()) {
      continue;
    }
    // Sent again, it stays revoked: a new check has a new reference (B-4.2).
    if (held.has_revoked_at()) *competency.mutable_revoked_at() = held.revoked_at();
    *competency.mutable_challenges() = held.challenges();
  }
  AnswerChallenges(work, competency);
  AnswerByNewRecord(work, competency);
  work.SetCompetency(competency);
  work.receipt().set_worker_number(work.worker()->worker_number());

  if (outcome == v1::OUTCOME_PERMIT && !competency.has_revoked_at()) {
    EndWaiting(work, competency);
    TellEmployers(work, v1::DELIVERY_KIND_TOLD, v1::URGENCY_ROUTINE,
                  "The worker is competent in this task.");
  } else {
    TellEmployers(
        work, v1::DELIVERY_KIND_TRAINING_OFFERED, v1::URGENCY_ROUTINE,
        "The record is kept and does not make the worker competent. A competency check is "
        "offered: ask the training provider.");
    work.AddNotice("NOT_COMPETENT_YET",
                   "The record is kept and does not make the worker competent. A competency check "
                   "is offered, and the employer has been told.",
                   "B-4.6");
  }
  AddCompetenceConsequences(work);
  return absl::OkStatus();
}

absl::Status HandleCompetencyRevoked(Work& work) {
  const v1::CompetencyRevoked& revoked = work.envelope().competency_revoked();
  const v1::CatalogueTask* task = work.rulebook().FindTask(revoked.task());
  // Its own record, or as the training provider anybody's of that reference.
  std::vector<v1::Competency> found;
  const bool trainer = work.sender() == work.rulebook().document().training_provider();
  if (work.worker() != nullptr) {
    for (const v1::Competency& competency : work.worker()->competencies()) {
      const bool same_task = task == nullptr
                                 ? competency.record().task().code() == revoked.task().code()
                                 : competency.task_code() == task->code();
      if (competency.record().reference() == revoked.reference() && same_task &&
          (trainer || competency.recorded_by() == work.sender())) {
        found.push_back(competency);
      }
    }
  }
  if (found.empty()) {
    return MakeError(absl::StatusCode::kNotFound, "COMPETENCY_NOT_FOUND",
                     "no such record of competence in this task is held for this worker");
  }
  for (v1::Competency& competency : found) {
    *competency.mutable_revoked_at() = revoked.revoked_at();
    AnswerChallenges(work, competency);
    work.SetCompetency(competency);
  }
  work.receipt().set_worker_number(WorkerNumberOf(*work.worker()));
  TellEmployers(work, v1::DELIVERY_KIND_TOLD, v1::URGENCY_URGENT,
                "The worker's competence in this task has been revoked. No new assignment; running "
                "care is covered.");
  AddCompetenceConsequences(work);
  return absl::OkStatus();
}

Effect HandleConsequence(const View& view, const Consequence& consequence,
                         const v1::Envelope& cause, const Moment& moment) {
  // The cause is about somebody else: nothing of it but where and when it came from goes on.
  v1::Envelope known;
  known.set_message_id(cause.message_id());
  known.set_locality(cause.locality());
  known.set_sender(cause.sender());
  *known.mutable_sent_at() = cause.sent_at();

  Work work(view, known, moment);
  if (consequence.kind == Consequence::Kind::kLocality) {
    for (const v1::Change& change : consequence.changes) work.SetLocality(change);
    return std::move(work).Finish();
  }
  if (consequence.kind == Consequence::Kind::kWorkerTask) {
    if (work.worker() == nullptr) return std::move(work).Finish();
    if (cause.has_worker_assignment() && !consequence.removed) {
      Know(work, cause.worker_assignment().worker());
    }
    v1::WorkerTask task;
    task.set_person_key(consequence.person_key);
    task.set_delegation_id(consequence.delegation_id);
    task.set_removed(consequence.removed);
    work.SetWorkerTask(task);
    return std::move(work).Finish();
  }
  if (consequence.kind == Consequence::Kind::kLookAfresh) {
    LookAfresh(work, consequence.why);
    return std::move(work).Finish();
  }
  if (consequence.kind != Consequence::Kind::kCompetenceChanged) {
    HandleRecordChanged(work, consequence);
    return std::move(work).Finish();
  }
  for (const std::string& id : work.DelegationIds()) {
    if (work.worker() == nullptr ||
        (!consequence.delegation_id.empty() && consequence.delegation_id != id)) {
      continue;
    }
    const std::string key = work.worker()->worker_key();
    // Not every delegation of the person has this worker; only those that do are touched.
    v1::DelegationReference reference;
    reference.set_delegation_id(id);
    v1::Delegation copy = *FindDelegation(work.person(), reference);
    if (IsOver(copy) || AssignmentOf(copy, key) == nullptr) continue;
    v1::Delegation& delegation = work.EditDelegation(id);
    LookAgain(work, delegation, *AssignmentOf(delegation, key));
  }
  return std::move(work).Finish();
}

}  // namespace fosse::care
