#ifndef FOSSE_ENGINE_DOCUMENTS_H_
#define FOSSE_ENGINE_DOCUMENTS_H_

#include <functional>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "care/directory.h"
#include "policy/rulebook.h"
#include "store/store.h"

namespace fosse::engine {

// What decides: the rulebook and the directory in force (null: there is none yet), and whether the
// time can be believed.
struct InForce {
  std::shared_ptr<const policy::Rulebook> rulebook;
  std::shared_ptr<const care::Directory> directory;
  bool clock_unsure = false;

  bool complete() const { return rulebook != nullptr && directory != nullptr; }
};

// Watches which documents are in force, exactly: a message at a document's effective time is
// decided by it. Thread-safe.
class Documents {
 public:
  InForce Get() const;

  // Looks again where `now` may have changed the answer. DATA_LOSS, reason STORE_DAMAGED, where a
  // stored document no longer loads; the last good one stays in force (FLT-31).
  absl::Status Refresh(store::Reader& reader, absl::Time now);

  // Whether Refresh() at `now` would look.
  bool MayChange(absl::Time now) const;

  // Something was activated: the next Refresh() looks.
  void LookAgain();

 private:
  absl::Status Load(store::Reader& reader, absl::Time now, InForce& found,
                    absl::Time& next_look) const;

  mutable absl::Mutex mutex_;
  InForce in_force_ ABSL_GUARDED_BY(mutex_);
  absl::Time next_look_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

// Calls `look` with every document of a kind that is kept, latest instant first, until it answers
// false. One for each instant: documents never share one.
absl::Status WalkDocuments(store::Reader& reader, store::Document::Kind kind,
                           const std::function<bool(const store::Document&)>& look);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_DOCUMENTS_H_
