#ifndef FOSSE_ENGINE_COMMITTER_H_
#define FOSSE_ENGINE_COMMITTER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/executor.h"
#include "engine/breadcrumb.h"
#include "engine/buffered_random.h"
#include "engine/clock_watch.h"
#include "engine/commit.h"
#include "engine/decider.h"
#include "engine/documents.h"
#include "engine/queue.h"
#include "engine/records.h"
#include "engine/working_set.h"

namespace fosse::engine {

struct CommitterDeps {  // References outlive the Committer.
  const std::string& locality;
  store::Store& store;
  const audit::KeyRing& keys;
  const Clock& clock;
  Random& random;
  Executor& executor;
  const Limits& limits;
  Queue& queue;
  Documents& documents;
  Refusals& refusals;
  const Decoy& decoy;
  ClockWatch& watch;
};

// The one writer of the locality: takes what waits, decides it in order on one working set, commits
// the batch and answers. The authority on repeats. Not thread-safe: one thread runs it.
class Committer {
 public:
  using OnCommitted =
      std::function<void(const std::set<std::string>&, const std::set<store::RecordKey>&)>;

  // `on_committed` is told the recipients of new deliveries, and the records that changed, after
  // each commit.
  Committer(CommitterDeps deps, std::unique_ptr<Breadcrumb> breadcrumb, OnCommitted on_committed);

  // Takes one batch, waiting at most `wait` for it, and the timers that are past; commits and
  // answers. False where there was nothing to do.
  bool RunOnce(absl::Duration wait);

  // One message in a batch of its own, answered here.
  absl::StatusOr<v1::Receipt> CommitNow(Message message);

  // Before the first batch of a start: the clock is looked at beside the trail.
  absl::Status BeginClock();

  // Thread-safe.
  Engine::Figures figures() const;

  // False once the trail was found damaged: nothing more can be kept.
  bool signing() const { return sealer_.signing(); }

 private:
  struct Work {  // One item under way.
    Item item;
    std::optional<absl::StatusOr<v1::Receipt>> answer;
    bool settled = false;    // Answered whatever becomes of the commit.
    bool taken_out = false;  // Failed a check half-way: not tried again in this batch.
  };

  struct Kept {  // What others must hear of once the session is over.
    std::set<std::string> recipients;
    std::set<store::RecordKey> records;
    bool documents = false;
    absl::Time now;
  };

  // Commits, tells whom it concerns, and answers. False where there was nothing to do.
  bool CommitAndAnswer(std::vector<Work> batch);
  // Decides and commits; false in OK: nothing had to be kept.
  absl::StatusOr<bool> CommitBatch(std::vector<Work>& batch, Kept& kept);
  // False where the batch must be redone without an item.
  bool DecideAll(std::vector<Work>& batch, WorkingSet& work);
  // What the locality itself has to do before and after the messages of a batch.
  absl::Status BeginBatch(WorkingSet& work);
  absl::Status EndBatch(size_t messages, WorkingSet& work);
  absl::StatusOr<v1::Receipt> DecideOne(Work& one, WorkingSet& work);
  // The one reading of the clock, with what decides at that time.
  struct Moment {
    ClockWatch::Reading reading;
    absl::Time now;
    InForce in_force;
  };
  absl::StatusOr<Moment> Look(WorkingSet& work);
  bool HasOwnWork() const;
  void Remember(WorkingSet& work);
  void Answer(std::vector<Work> batch, const absl::Status& committed);
  void AfterCommit(const Kept& kept);

  const CommitterDeps deps_;
  const std::unique_ptr<Breadcrumb> breadcrumb_;
  const OnCommitted on_committed_;
  BufferedRandom random_;
  Decider decider_;
  Sealer sealer_;
  bool progressed_ = false;     // The last batch was kept: a sweep need not wait for the next.
  bool skip_own_work_ = false;  // For one redone batch: a timer or a sweep failed.
  std::atomic<uint64_t> mass_changes_ = 0;
  std::atomic<uint64_t> sweeps_ = 0;
  std::atomic<bool> clock_unsure_ = false;
};

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_COMMITTER_H_
