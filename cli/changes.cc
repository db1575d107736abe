#include "cli/changes.h"

#include "absl/strings/str_cat.h"
#include "cli/words.h"

namespace fosse::cli {
namespace {

std::string DelegationText(const v1::Delegation& delegation) {
  std::string text =
      absl::StrCat("delegation ", delegation.delegation_id(), ": ", EnumText(delegation.state()));
  const v1::Oversight& oversight = delegation.oversight();
  if (oversight.holder().empty()) return text;
  absl::StrAppend(&text, ", overseer ", oversight.holder(), " (", EnumText(oversight.state()), ")");
  return text;
}

std::string PerformanceText(const v1::Performance& performance) {
  const std::string of = absl::StrCat("report on delegation ", performance.delegation_id(), ": ");
  if (performance.not_done() != v1::NOT_DONE_REASON_UNSPECIFIED) {
    return absl::StrCat(of, "not done, ", EnumText(performance.not_done()));
  }
  return absl::StrCat(of, performance.counts() ? "counts" : "outside delegation");
}

std::string CompetencyText(const v1::Competency& competency) {
  const absl::string_view state = competency.has_revoked_at() ? "revoked"
                                  : competency.recognised()   ? "recognised"
                                                              : "not recognised";
  return absl::StrCat("competency in ", competency.task_code(), ": ", state);
}

std::string TrainingText(const v1::TrainingChange& training) {
  if (training.has_wait()) {
    const v1::TrainingWait& wait = training.wait();
    return absl::StrCat("training asked of ", wait.training_provider(), ", reference ",
                        wait.reference(), ": ", wait.waiting_size(), " named");
  }
  const v1::TrainingCount& count = training.count();
  return absl::StrCat("training in ", count.month(), ", ", EnumText(count.mode()), ", ",
                      count.task_code().empty() ? "all tasks" : count.task_code(), ": ",
                      count.sessions(), " sessions, ", count.people(), " people");
}

std::string IssueText(const v1::IssueState& issue) {
  const std::string ruled = issue.ruling().empty() ? "no ruling yet" : "ruling " + issue.ruling();
  return absl::StrCat("issue ", issue.reference(), " about ", issue.clause(), ": ", ruled);
}

std::string PrecedentText(const v1::Precedent& precedent) {
  return absl::StrCat(
      "precedent ", precedent.number(), " of ", precedent.decided_on(), ": ",
      precedent.task_code().empty() ? "a task in no catalogue" : precedent.task_code(),
      " may be delegated: ", EnumText(precedent.may_be_delegated()));
}

}  // namespace

std::string ChangeText(const v1::Change& change) {
  switch (change.change_case()) {
    case v1::Change::kIdentity:
      return "who the person is";
    case v1::Change::kEpisode:
      return absl::StrCat("episode ", change.episode().reference(), " at ",
                          change.episode().organisation(), ": ",
                          change.episode().has_closed_at() ? "closed" : "open");
    case v1::Change::kDelegation:
      return DelegationText(change.delegation());
    case v1::Change::kConcern:
      return absl::StrCat("concern ", change.concern().concern_id(), ": ",
                          change.concern().open() ? "open" : "closed", ", ",
                          change.concern().owner(), " acts");
    case v1::Change::kCover:
      return absl::StrCat("cover ", change.cover().cover_id(), " for delegation ",
                          change.cover().delegation_id(), ": ",
                          change.cover().state() == v1::COVER_STATE_UNSPECIFIED
                              ? "ordered"
                              : EnumText(change.cover().state()));
    case v1::Change::kPerformance:
      return PerformanceText(change.performance());
    case v1::Change::kWorker:
      return absl::StrCat("worker ", change.worker().worker_number());
    case v1::Change::kCompetency:
      return CompetencyText(change.competency());
    case v1::Change::kWorkerTask:
      return absl::StrCat("work of the worker on delegation ", change.worker_task().delegation_id(),
                          change.worker_task().removed() ? ": ended" : ": begun");
    case v1::Change::kSignOff:
      return absl::StrCat("a trainer's sign-off for ", change.sign_off().task_code());
    case v1::Change::kTaskVersion:
      return absl::StrCat("version ", change.task_version().version(), " of ",
                          change.task_version().task_code(), " from ",
                          change.task_version().changed_on());
    case v1::Change::kTraining:
      return TrainingText(change.training());
    case v1::Change::kIssue:
      return IssueText(change.issue());
    case v1::Change::kPrecedent:
      return PrecedentText(change.precedent());
    case v1::Change::kMovedAway:
      return absl::StrCat(EnumText(change.moved_away().kind()), " ", change.moved_away().id(),
                          ": another record's from now on");
    case v1::Change::kOrigin:
      return absl::StrCat("which record ", EnumText(change.origin().item().kind()), " ",
                          change.origin().item().id(), " came from");
    case v1::Change::kSweep:
      return absl::StrCat("sweep for entry ", change.sweep().cause_index(), ": ",
                          change.sweep().reached(), " people reached",
                          change.sweep().finished() ? ", finished" : "");
    case v1::Change::kClock:
      return change.clock().unsure() ? "the clock is doubted" : "the clock is believed";
    case v1::Change::kDocuments:
      return "documents under which everybody is looked at";
    case v1::Change::CHANGE_NOT_SET:
      break;
  }
  return "a change that this program does not know";
}

}  // namespace fosse::cli
