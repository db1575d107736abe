// Challenges to records of competence: kept beside the record, told to who can answer, and by
// themselves changing nothing of what the worker may do.
#include "care/governance/challenge.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "care/handlers.h"
#include "care/locality.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

bool IsOpen(const v1::CompetencyChallenge& challenge) {
  return challenge.state() == v1::CHALLENGE_STATE_OPEN;
}

// Those who can answer: whoever recorded it, and the training provider.
void TellWhoAnswers(Work& work, const v1::Competency& competency, v1::DeliveryKind kind,
                    absl::string_view words, absl::Time by) {
  std::set<std::string> recipients = {competency.recorded_by(),
                                      work.rulebook().document().training_provider()};
  for (const std::string& recipient : recipients) {
    work.Tell({.recipient = recipient,
               .kind = kind,
               .urgency = v1::URGENCY_SAME_DAY,
               .words = std::string(words),
               .act_by = by});
  }
}

// The record that is meant, where the sender employs the worker; null: none, or two that fit.
const v1::Competency* Challenged(const Work& work, const v1::CompetencyChallenged& stated) {
  if (SendersWorker(work, work.envelope().subject().worker()) == nullptr) return nullptr;
  const v1::CatalogueTask* task = work.rulebook().FindTask(stated.task());
  const v1::Competency* found = nullptr;
  for (const v1::Competency& competency : work.worker()->competencies()) {
    const bool same_task = task == nullptr
                               ? competency.record().task().code() == stated.task().code()
                               : competency.task_code() == task->code();
    if (!same_task || competency.record().reference() != stated.competency_reference() ||
        (!stated.recorded_by().empty() && stated.recorded_by() != competency.recorded_by())) {
      continue;
    }
    if (found != nullptr) return nullptr;
    found = &competency;
  }
  return found;
}

// A challenge of this sender and reference, or room for a new one. Null: all that are held are
// open.
v1::CompetencyChallenge* PlaceFor(v1::Competency& competency, const std::string& sender,
                                  const std::string& reference) {
  auto& challenges = *competency.mutable_challenges();
  for (v1::CompetencyChallenge& held : challenges) {
    if (held.raised_by() == sender && held.reference() == reference) return &held;
  }
  for (int i = 0; challenges.size() >= kMaxChallenges && i < challenges.size(); ++i) {
    if (!IsOpen(challenges.Get(i))) challenges.DeleteSubrange(i--, 1);
  }
  return challenges.size() >= kMaxChallenges ? nullptr : competency.add_challenges();
}

void Close(Work& work, v1::CompetencyChallenge& challenge, v1::ChallengeState state) {
  challenge.set_state(state);
  *challenge.mutable_closed_at() = Timestamp(work.now());
  work.CancelTimer(v1::TIMER_KIND_CHALLENGE_DEADLINE, challenge.challenge_id());
}

void Raise(Work& work, const v1::CompetencyChallenged& stated, v1::Competency& competency,
           v1::CompetencyChallenge& challenge) {
  // Said once more it is due when it was.
  const absl::Time by = challenge.state() == v1::CHALLENGE_STATE_OPEN
                            ? TimeOf(challenge.answer_by())
                            : work.DeadlineOf(v1::TIMER_KIND_CHALLENGE_DEADLINE);
  if (challenge.challenge_id().empty()) challenge.set_challenge_id(work.NewId("Q-"));
  challenge.set_reference(stated.reference());
  challenge.set_raised_by(work.sender());
  *challenge.mutable_raised_at() = Timestamp(work.now());
  challenge.set_reason(stated.reason());
  challenge.set_raised_by_worker(stated.raised_by_worker());
  *challenge.mutable_answer_by() = Timestamp(by);
  challenge.set_state(v1::CHALLENGE_STATE_OPEN);
  challenge.clear_closed_at();
  work.receipt().set_made_id(challenge.challenge_id());
  work.SetTimer(v1::TIMER_KIND_CHALLENGE_DEADLINE, challenge.challenge_id(), JustAfter(by));
  TellWhoAnswers(work, competency, v1::DELIVERY_KIND_REFERRAL,
                 "A record of competence is challenged. Answer by the time shown: record it again, "
                 "record a new check, or revoke it.",
                 by);
  work.AddNotice(
      "COMPETENCY_CHALLENGED",
      "The challenge stands beside the record. Until it is answered the record counts as "
      "before.",
      "B-4.2");
}

}  // namespace

absl::Status HandleCompetencyChallenged(Work& work) {
  const v1::CompetencyChallenged& stated = work.envelope().competency_challenged();
  const v1::Competency* held = Challenged(work, stated);
  if (held == nullptr) {
    return MakeError(absl::StatusCode::kNotFound, "COMPETENCY_NOT_FOUND",
                     "no such record of competence in this task is held for this worker");
  }
  v1::Competency competency = *held;
  v1::CompetencyChallenge* challenge = PlaceFor(competency, work.sender(), stated.reference());
  if (challenge == nullptr) {
    work.AddNotice("CHALLENGES_FULL",
                   "The record has as many open challenges as are kept. The message is kept in the "
                   "trail; the others are being answered.",
                   "B-4.2");
    return absl::OkStatus();
  }
  if (!stated.withdrawn()) {
    Raise(work, stated, competency, *challenge);
  } else if (IsOpen(*challenge)) {
    Close(work, *challenge, v1::CHALLENGE_STATE_WITHDRAWN);
    TellWhoAnswers(work, competency, v1::DELIVERY_KIND_TOLD,
                   "The challenge to this record of competence is taken back.",
                   absl::InfiniteFuture());
  } else {
    work.AddNotice("NO_OPEN_CHALLENGE", "There is no open challenge of this reference.", "");
    return absl::OkStatus();
  }
  work.SetCompetency(competency);
  work.receipt().set_worker_number(WorkerNumberOf(*work.worker()));
  return absl::OkStatus();
}

bool AnswerChallenges(Work& work, v1::Competency& competency) {
  std::set<std::string> told;
  for (v1::CompetencyChallenge& challenge : *competency.mutable_challenges()) {
    if (!IsOpen(challenge)) continue;
    Close(work, challenge, v1::CHALLENGE_STATE_ANSWERED);
    if (!told.insert(challenge.raised_by()).second) continue;
    work.Tell({.recipient = challenge.raised_by(),
               .words = "The challenge to this record of competence has been answered."});
  }
  return !told.empty();
}

void AnswerByNewRecord(Work& work, const v1::Competency& recorded) {
  const bool office = work.sender() == work.rulebook().document().training_provider();
  std::vector<v1::Competency> answered;
  for (const v1::Competency& held : work.worker()->competencies()) {
    if (held.task_code() != recorded.task_code() || held.task_code().empty() ||
        (!office && held.recorded_by() != work.sender()) ||
        held.record().reference() == recorded.record().reference()) {
      continue;
    }
    v1::Competency copy = held;
    if (AnswerChallenges(work, copy)) answered.push_back(std::move(copy));
  }
  for (const v1::Competency& competency : answered) work.SetCompetency(competency);
}

bool HasOpenChallenge(const v1::WorkerRecord& worker, const v1::Delegation& delegation) {
  for (const v1::Competency& competency : worker.competencies()) {
    if (competency.task_code().empty() || competency.task_code() != delegation.task_code()) {
      continue;
    }
    for (const v1::CompetencyChallenge& challenge : competency.challenges()) {
      if (IsOpen(challenge)) return true;
    }
  }
  return false;
}

void ChallengeUnanswered(Work& work, const std::string& challenge_id) {
  if (work.worker() == nullptr) return;
  for (const v1::Competency& held : work.worker()->competencies()) {
    for (int i = 0; i < held.challenges_size(); ++i) {
      if (held.challenges(i).challenge_id() != challenge_id || !IsOpen(held.challenges(i)))
        continue;
      const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_CHALLENGE_DEADLINE);
      v1::Competency competency = held;
      *competency.mutable_challenges(i)->mutable_answer_by() = Timestamp(by);
      work.SetTimer(v1::TIMER_KIND_CHALLENGE_DEADLINE, challenge_id, JustAfter(by));
      TellWhoAnswers(work, competency, v1::DELIVERY_KIND_ESCALATION,
                     absl::StrCat("A challenge to a record of competence in ",
                                  held.task_code().empty() ? "a task" : held.task_code(),
                                  " has not been answered in time. Answer it now; meanwhile the "
                                  "record counts as before."),
                     by);
      work.Tell({.recipient = competency.challenges(i).raised_by(),
                 .words =
                     "The challenge to the record of competence has not been answered in time. "
                     "Those who must answer have been told again."});
      work.SetCompetency(competency);
      return;
    }
  }
}

}  // namespace fosse::care
