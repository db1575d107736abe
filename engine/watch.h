#ifndef FOSSE_ENGINE_WATCH_H_
#define FOSSE_ENGINE_WATCH_H_

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "engine/engine.h"
#include "engine/reads.h"
#include "fosse/v1/care_records.pb.h"
#include "fosse/v1/record.pb.h"
#include "store/store.h"

namespace fosse::engine {

// One person followed by one caller. Its fields are the Watches' business; callers only hold it.
class Engine::Watch {
 public:
  Watch(Caller caller, v1::WatchRequest request,
        std::function<void(absl::StatusOr<v1::WatchResponse>)> on_change)
      : caller_(std::move(caller)),
        request_(std::move(request)),
        on_change_(std::move(on_change)) {}

 private:
  friend class Watches;

  const Caller caller_;
  const v1::WatchRequest request_;
  const std::function<void(absl::StatusOr<v1::WatchResponse>)> on_change_;

  // Of the one step that runs at a time.
  bool begun_ = false;
  store::RecordKey key_;
  v1::CareRecord record_;  // As of the entry before next_.
  uint64_t next_ = 0;      // Entries from here on are new.
  std::string last_sent_;  // The standings sent last.

  // Guarded by the Watches' mutex.
  bool running_ = false;  // A step runs, or its reading waits for its entry.
  bool again_ = false;    // Something was committed meanwhile.
  bool out_ = false;      // The caller's side has not taken the last one yet.
  bool ended_ = false;
  absl::Duration out_since_;
  store::RecordKey wakes_by_;
};

// Whoever follows a person: gets the present standing, then each change of it, in the order of the
// trail, once it is committed and the reading of it is in the trail too. Nothing is buffered: the
// next change is read from the trail when the one before was taken, so a slow reader costs no
// memory; one that takes nothing for a minute while changes come is let go. Thread-safe. Made with
// std::make_shared: work on the executor holds it.
class Watches : public std::enable_shared_from_this<Watches> {
 public:
  static constexpr size_t kMost = 1000;
  static constexpr size_t kMostOfOne = 64;
  static constexpr absl::Duration kPatience = absl::Minutes(1);

  // `hold` keeps what `deps` refers to for as long as its result lives; null: it is going.
  Watches(ReadDeps deps, std::function<std::shared_ptr<void>()> hold)
      : deps_(std::move(deps)), hold_(std::move(hold)) {}

  // `on_change` gets responses and at last, unless Stop() comes before, one error: that of the
  // reading, RESOURCE_EXHAUSTED with WATCHES_TOO_MANY or WATCH_TOO_SLOW, or PERSON_NOT_VISIBLE once
  // the relationship has ended.
  std::shared_ptr<Engine::Watch> Start(
      const Caller& caller, v1::WatchRequest request,
      std::function<void(absl::StatusOr<v1::WatchResponse>)> on_change);
  // The last response was taken: the next one may come.
  void Taken(const std::shared_ptr<Engine::Watch>& watch);
  // No response comes any more, but for one that is being given.
  void Stop(const std::shared_ptr<Engine::Watch>& watch);
  // These records were changed by a commit.
  void Notify(const std::set<store::RecordKey>& changed);

 private:
  using Found = absl::StatusOr<std::optional<v1::WatchResponse>>;

  void Run(const std::shared_ptr<Engine::Watch>& watch);
  void Step(const std::shared_ptr<Engine::Watch>& watch);
  void Record(const std::shared_ptr<Engine::Watch>& watch, ReadNote note, Found found);
  void End(const std::shared_ptr<Engine::Watch>& watch, const absl::Status& status);
  Found Begin(Engine::Watch& watch, ReadNote& note);
  Found Next(Engine::Watch& watch, ReadNote& note);
  // Brings the record to the trail's end as found in the store.
  absl::Status CatchUp(Engine::Watch& watch);
  // Whether the entry changed the record.
  absl::StatusOr<bool> FoldIn(Engine::Watch& watch, uint64_t index);
  // The standings, where they differ from those sent last.
  std::optional<v1::WatchResponse> Shown(Engine::Watch& watch, const ReadAs& reader);

  const ReadDeps deps_;
  const std::function<std::shared_ptr<void>()> hold_;
  absl::Mutex mutex_;
  std::vector<std::shared_ptr<Engine::Watch>> open_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_WATCH_H_
