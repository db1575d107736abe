// Training in the locality: requests, sessions, trainers from elsewhere, versions of tasks. What is
// kept here acts when a question derives its facts; none of it stops care that runs (B-7.3).
#include <algorithm>
#include <set>

#include "base/local_date.h"
#include "care/handlers.h"
#include "care/locality.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

void RecordFull(Work& work) {
  work.AddNotice("LOCALITY_RECORD_FULL",
                 "The message is kept in the trail, but the locality's record has no more room for "
                 "it: it has no effect. Tell the board.",
                 "");
}

bool IsTrainingOffice(const Work& work) {
  const std::string& office = work.rulebook().document().training_provider();
  return !office.empty() && work.sender() == office;
}

// How a task is counted and waited for: by the catalogue's code, else by the code as sent.
std::string CodeOf(const Work& work, const v1::Code& task, absl::string_view otherwise) {
  const v1::CatalogueTask* listed = work.rulebook().FindTask(task);
  return listed == nullptr ? std::string(otherwise) : listed->code();
}

// What a task asks of its workers has changed: wherever that changes what is remembered of a worker
// the question is asked again, by a sweep from this one cause.
void AskEverybodyAgain(Work& work) {
  work.AddConsequence({.kind = Consequence::Kind::kLookAfresh, .why = v1::SWEEP_KIND_TASK});
}

void AddToCount(Work& work, const v1::TrainingSession& session, const std::string& task_code) {
  v1::Change change;
  v1::TrainingCount& count = *change.mutable_training()->mutable_count();
  // The month in which it began, by the calendar of the people who came.
  count.set_month(DayOf(TimeOf(session.held_at())).substr(0, 7));
  count.set_mode(session.mode());
  count.set_task_code(task_code);
  for (const v1::TrainingCount& held : work.locality().training_counts()) {
    if (held.month() == count.month() && held.mode() == count.mode() &&
        held.task_code() == task_code) {
      count.set_sessions(held.sessions());
      count.set_people(held.people());
    }
  }
  count.set_sessions(count.sessions() + 1);
  count.set_people(count.people() + session.people());
  work.SetLocality(change);
}

// A sign-off that goes on from one in force keeps its first day: what was assessed under it counts
// however late it is recorded.
std::string FirstDayOf(const v1::TrainerSignOff& stated, const v1::SignOffState* held) {
  if (held == nullptr || held->has_withdrawn_at()) return stated.valid_from();
  const std::optional<absl::CivilDay> from = ParseLocalDate(stated.valid_from());
  const std::optional<absl::CivilDay> until = ParseLocalDate(held->valid_until());
  const bool goes_on = from.has_value() && until.has_value() && *from <= *until + 1;
  return goes_on ? std::min(stated.valid_from(), held->valid_from()) : stated.valid_from();
}

v1::SignOffState StateOf(const Work& work, const v1::TrainerSignOff& stated,
                         const std::string& task_code, const v1::SignOffState* held) {
  v1::SignOffState state;
  state.set_organisation(stated.organisation());
  state.set_register_(stated.trainer().register_());
  state.set_identifier(stated.trainer().identifier());
  state.set_task_code(task_code);
  state.set_valid_from(FirstDayOf(stated, held));
  state.set_valid_until(stated.valid_until());
  *state.mutable_observed_by() = stated.observed_by();
  state.set_recorded_by(work.sender());
  *state.mutable_recorded_at() = Timestamp(work.now());
  return state;
}

// The tasks of a sign-off as the catalogue has them, each once. Of others nothing can be assessed.
std::vector<std::string> TasksOf(Work& work, const v1::TrainerSignOff& stated) {
  std::vector<std::string> codes;
  for (const v1::Code& task : stated.tasks()) {
    const std::string code = CodeOf(work, task, "");
    if (code.empty()) {
      work.AddNotice("TASK_NOT_IN_CATALOGUE",
                     "A task named is not in the locality's catalogue and was passed over.", "");
    } else if (std::find(codes.begin(), codes.end(), code) == codes.end()) {
      codes.push_back(code);
    }
  }
  return codes;
}

}  // namespace

absl::Status HandleTrainingRequest(Work& work) {
  const v1::TrainingRequest& request = work.envelope().training_request();
  work.Tell({.recipient = request.training_provider(),
             .kind = v1::DELIVERY_KIND_REFERRAL,
             .words = "Training is asked for. The Training Needs Analysis is enclosed (B-4.6)."});
  v1::Change change;
  v1::TrainingWait& wait = *change.mutable_training()->mutable_wait();
  wait.set_requested_by(work.sender());
  wait.set_reference(request.reference());
  wait.set_training_provider(request.training_provider());
  *wait.mutable_requested_at() = Timestamp(work.now());
  for (const v1::WorkerReference& worker : request.workers()) {
    for (const v1::Code& task : request.tasks()) {
      v1::WaitingWorker& waiting = *wait.add_waiting();
      *waiting.mutable_worker() = worker;
      waiting.mutable_worker()->clear_name();  // Found by its reference; nobody reads it here.
      waiting.set_task_code(CodeOf(work, task, task.code()));
    }
  }
  if (wait.waiting().empty()) return absl::OkStatus();
  if (WaitingWorkers(work.locality()) + wait.waiting_size() > kMaxWaitingWorkers) {
    work.AddNotice("WAITING_NOT_COUNTED",
                   "The request is passed on. So many wait for training that this one is missing "
                   "from the figures.",
                   "");
    return absl::OkStatus();
  }
  work.SetLocality(change);
  return absl::OkStatus();
}

absl::Status HandleTrainingSession(Work& work) {
  const v1::TrainingSession& session = work.envelope().training_session();
  std::set<std::string> tasks = {""};  // Each session once, whatever it taught.
  for (const v1::Code& task : session.tasks()) tasks.insert(CodeOf(work, task, kOtherTask));
  for (const std::string& task : tasks) AddToCount(work, session, task);
  work.AddNotice("SESSION_COUNTED", "The session is counted in the figures of training.", "B-6.1");
  return absl::OkStatus();
}

absl::Status HandleTrainerSignOff(Work& work) {
  const v1::TrainerSignOff& stated = work.envelope().trainer_sign_off();
  // Taking one back needs no more than the office's own word.
  if (!IsTrainingOffice(work) ||
      (!stated.withdrawn() && !IsNamedClinician(work.envelope().acting_person()))) {
    work.AddNotice("SIGN_OFF_WITHOUT_EFFECT",
                   "The sign-off is kept. It counts only from the locality's training provider, by "
                   "a named registrant (CTL-05).",
                   "HWB25-11");
    return absl::OkStatus();
  }
  bool changes_what_counts = false;
  for (const std::string& code : TasksOf(work, stated)) {
    const v1::SignOffState* held =
        FindSignOff(work.locality(), stated.trainer(), stated.organisation(), code);
    v1::Change change;
    if (stated.withdrawn()) {
      if (held == nullptr || held->has_withdrawn_at()) continue;
      *change.mutable_sign_off() = *held;
      *change.mutable_sign_off()->mutable_withdrawn_at() = Timestamp(work.now());
      changes_what_counts = true;
    } else {
      if (held == nullptr && work.locality().sign_offs_size() >= kMaxSignOffs) {
        RecordFull(work);
        continue;
      }
      // What was assessed under a sign-off taken back counts again once it is given again.
      changes_what_counts = changes_what_counts || (held != nullptr && held->has_withdrawn_at());
      *change.mutable_sign_off() = StateOf(work, stated, code, held);
    }
    work.SetLocality(change);
  }
  work.Tell({.recipient = stated.organisation(),
             .urgency = stated.withdrawn() ? v1::URGENCY_SAME_DAY : v1::URGENCY_ROUTINE,
             .words = stated.withdrawn()
                          ? "The sign-off of this trainer is withdrawn. What the trainer assessed "
                            "under it no longer counts: no new assignment on it. Running care goes "
                            "on (HWB25-11)."
                          : "This trainer is signed off for the tasks and days shown. Records of "
                            "competence by the trainer count while that holds (HWB25-11)."});
  if (changes_what_counts) AskEverybodyAgain(work);
  return absl::OkStatus();
}

absl::Status HandleTaskVersionChanged(Work& work) {
  const v1::TaskVersionChanged& stated = work.envelope().task_version_changed();
  const bool board = KindOf(work.directory(), work.sender()) == v1::ORGANISATION_KIND_IPCB;
  const v1::CatalogueTask* task = work.rulebook().FindTask(stated.task());
  const std::optional<absl::CivilDay> changed = ParseLocalDate(stated.changed_on());
  if ((!board && !IsTrainingOffice(work)) || task == nullptr || !changed.has_value()) {
    work.AddNotice("VERSION_WITHOUT_EFFECT",
                   "The message is kept. A version counts where the training provider or the board "
                   "states it, of a task in the locality's catalogue.",
                   "B-3.5");
    return absl::OkStatus();
  }
  const std::optional<absl::CivilDay> latest = LatestChange(*task, work.locality());
  if (latest.has_value() && *changed <= *latest) {
    work.AddNotice("VERSION_NOT_NEWER",
                   "The message is kept. A version of this day or a later one is known already.",
                   "B-3.5");
    return absl::OkStatus();
  }
  if (work.locality().task_versions_size() >= kMaxTaskVersions) {
    RecordFull(work);
    return absl::OkStatus();
  }
  v1::Change change;
  v1::TaskVersionState& state = *change.mutable_task_version();
  state.set_task_code(task->code());
  state.set_version(stated.version());
  state.set_changed_on(stated.changed_on());
  state.set_transition_ends_on(stated.transition_ends_on());
  state.set_recorded_by(work.sender());
  *state.mutable_recorded_at() = Timestamp(work.now());
  work.SetLocality(change);
  for (const v1::Participant& participant : work.directory().document().participants()) {
    if (participant.kind() != v1::ORGANISATION_KIND_PROVIDER) continue;
    work.Tell({.recipient = participant.id(),
               .words = "The way a task is done has changed. Training older than that serves until "
                        "the day shown, then bars new assignment; running care goes on (B-3.5)."});
  }
  AskEverybodyAgain(work);
  return absl::OkStatus();
}

}  // namespace fosse::care
