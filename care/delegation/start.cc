#include "base/status.h"
#include "care/handlers.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {

absl::Status HandleStartConfirmed(Work& work) {
  const v1::StartConfirmed& start = work.envelope().start_confirmed();
  FOSSE_ASSIGN_OR_RETURN(v1::Delegation * found, SendersDelegation(work, start.delegation()));
  v1::Delegation& delegation = *found;
  if (work.sender() != delegation.proposal().delegated_to()) {
    return MakeError(absl::StatusCode::kNotFound, "DELEGATION_NOT_FOUND",
                     "no such delegation is with this organisation");
  }
  if (!AwaitsStart(delegation)) return StateConflict(CodeOf(v1::DELEGATION_STATE_READY));

  // The shape requires the worker to be named: only so can its competence be looked at.
  const v1::WorkerRecord* worker = SendersWorker(work, start.worker());
  v1::Assignment* assignment =
      worker == nullptr ? nullptr : AssignmentOf(delegation, worker->worker_key());
  if (assignment != nullptr) {
    // Looked at afresh: what was remembered may have changed since.
    const Competence competence = CompetenceOf(worker, work.person(), delegation, work.rulebook(),
                                               work.locality(), work.now());
    assignment->set_competence(competence.value);
    assignment->set_competence_until(competence.until);
  }
  const StartReport report{TimeOf(start.started_at()), assignment, assignment == nullptr};
  if (report.started_at > work.now()) {
    work.AddNotice("START_IN_FUTURE",
                   "The start lies in the future. Confirm it once the worker has begun.", "B-3.4");
  }
  AskActivate(work, delegation, &report);
  return absl::OkStatus();
}

}  // namespace fosse::care
