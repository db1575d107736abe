#include <algorithm>

#include "care/handle.h"
#include "care/locality.h"
#include "care/merge.h"

namespace fosse::care {
namespace {

// All reports are in the trail; the record keeps the latest.
constexpr int kMaxPerformances = 100;

void PutOrigin(const v1::ItemOrigin& origin, v1::CareRecord& record) {
  auto& origins = *record.mutable_origins();
  for (int i = 0; i < origins.size(); ++i) {
    if (!IsSameItem(origins.Get(i).item(), origin.item())) continue;
    if (origin.forgotten()) {
      origins.DeleteSubrange(i, 1);
    } else {
      origins[i] = origin;
    }
    return;
  }
  if (!origin.forgotten()) *origins.Add() = origin;
}

// Puts `item` where `same` finds its older self, else at the end.
template <typename Items, typename Item, typename Same>
void Put(Items& items, const Item& item, Same same) {
  for (auto& held : items) {
    if (same(held)) {
      held = item;
      return;
    }
  }
  *items.Add() = item;
}

// The oldest go where there are more than `most`.
template <typename Items>
void KeepLatest(Items& items, int most) {
  if (items.size() > most) items.DeleteSubrange(0, items.size() - most);
}

bool IsSettled(const v1::TrainingWait& wait) {
  return std::all_of(wait.waiting().begin(), wait.waiting().end(),
                     [](const v1::WaitingWorker& worker) { return worker.has_competent_at(); });
}

void FoldTraining(const v1::TrainingChange& change, v1::LocalityRecord& record) {
  if (change.has_count()) {
    const v1::TrainingCount& count = change.count();
    Put(*record.mutable_training_counts(), count, [&](const v1::TrainingCount& held) {
      return held.month() == count.month() && held.mode() == count.mode() &&
             held.task_code() == count.task_code();
    });
    KeepLatest(*record.mutable_training_counts(), kMaxTrainingCounts);
  } else if (change.has_wait()) {
    auto& waits = *record.mutable_training_waits();
    const auto same = [&change](const v1::TrainingWait& held) {
      return held.requested_by() == change.wait().requested_by() &&
             held.reference() == change.wait().reference();
    };
    if (IsSettled(change.wait())) {
      waits.erase(std::remove_if(waits.begin(), waits.end(), same), waits.end());
    } else {
      Put(waits, change.wait(), same);
    }
  }
}

}  // namespace

void Fold(const v1::Change& change, v1::CareRecord& record) {
  switch (change.change_case()) {
    case v1::Change::kIdentity:
      *record.mutable_identity() = change.identity();
      return;
    case v1::Change::kEpisode: {
      const v1::Episode& item = change.episode();
      Put(*record.mutable_episodes(), item, [&](const v1::Episode& held) {
        return held.organisation() == item.organisation() && held.reference() == item.reference();
      });
      return;
    }
    case v1::Change::kDelegation:
      Put(*record.mutable_delegations(), change.delegation(), [&](const v1::Delegation& held) {
        return held.delegation_id() == change.delegation().delegation_id();
      });
      return;
    case v1::Change::kConcern:
      Put(*record.mutable_concerns(), change.concern(), [&](const v1::ConcernState& held) {
        return held.concern_id() == change.concern().concern_id();
      });
      return;
    case v1::Change::kCover:
      Put(*record.mutable_covers(), change.cover(), [&](const v1::CoverOrderState& held) {
        return held.cover_id() == change.cover().cover_id();
      });
      return;
    case v1::Change::kPerformance: {
      auto& performances = *record.mutable_performances();
      *performances.Add() = change.performance();
      const int surplus = performances.size() - kMaxPerformances;
      if (surplus > 0) performances.DeleteSubrange(0, surplus);
      return;
    }
    case v1::Change::kMovedAway:
      return RemoveItem(change.moved_away(), record);
    case v1::Change::kOrigin:
      return PutOrigin(change.origin(), record);
    default:
      return;  // A change to a worker's record is none to a person's.
  }
}

void Fold(const v1::Change& change, v1::WorkerRecord& record) {
  switch (change.change_case()) {
    case v1::Change::kWorker:
      record.set_worker_number(change.worker().worker_number());
      *record.mutable_references() = change.worker().references();
      return;
    case v1::Change::kCompetency:
      Put(*record.mutable_competencies(), change.competency(), [&](const v1::Competency& held) {
        return held.recorded_by() == change.competency().recorded_by() &&
               held.record().reference() == change.competency().record().reference();
      });
      return;
    case v1::Change::kWorkerTask:
      Put(*record.mutable_tasks(), change.worker_task(), [&](const v1::WorkerTask& held) {
        return held.person_key() == change.worker_task().person_key() &&
               held.delegation_id() == change.worker_task().delegation_id();
      });
      return;
    default:
      return;
  }
}

void Fold(const v1::Change& change, v1::LocalityRecord& record) {
  switch (change.change_case()) {
    case v1::Change::kSignOff: {
      const v1::SignOffState& item = change.sign_off();
      Put(*record.mutable_sign_offs(), item, [&](const v1::SignOffState& held) {
        return held.organisation() == item.organisation() && held.register_() == item.register_() &&
               held.identifier() == item.identifier() && held.task_code() == item.task_code();
      });
      return;
    }
    case v1::Change::kTaskVersion:
      Put(*record.mutable_task_versions(), change.task_version(),
          [&](const v1::TaskVersionState& held) {
            return held.task_code() == change.task_version().task_code() &&
                   held.version() == change.task_version().version();
          });
      return;
    case v1::Change::kTraining:
      return FoldTraining(change.training(), record);
    case v1::Change::kIssue:
      Put(*record.mutable_issues(), change.issue(), [&](const v1::IssueState& held) {
        return held.reported_by() == change.issue().reported_by() &&
               held.reference() == change.issue().reference();
      });
      KeepLatest(*record.mutable_issues(), kMaxIssues);
      return;
    case v1::Change::kPrecedent:
      *record.add_precedents() = change.precedent();
      KeepLatest(*record.mutable_precedents(), kMaxPrecedents);
      return;
    case v1::Change::kSweep: {
      auto& sweeps = *record.mutable_sweeps();
      const auto same = [&](const v1::SweepState& held) {
        return held.cause_index() == change.sweep().cause_index() &&
               held.kind() == change.sweep().kind() &&
               held.worker_key() == change.sweep().worker_key();
      };
      if (change.sweep().finished()) {
        sweeps.erase(std::remove_if(sweeps.begin(), sweeps.end(), same), sweeps.end());
      } else {
        Put(sweeps, change.sweep(), same);
      }
      return;
    }
    case v1::Change::kClock:
      *record.mutable_clock() = change.clock();
      return;
    case v1::Change::kDocuments:
      *record.mutable_documents() = change.documents();
      return;
    default:
      return;
  }
}

}  // namespace fosse::care
