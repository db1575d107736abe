#ifndef FOSSE_ENGINE_QUEUE_H_
#define FOSSE_ENGINE_QUEUE_H_

#include <deque>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "engine/message.h"

namespace fosse::engine {

// What a full queue tells a caller to wait.
inline constexpr int kRetryAfterMs = 250;

// What is answered once nothing more is taken.
absl::Status ShuttingDown();

// Messages that wait for the committer, bounded in count and bytes (CTL-18). Thread-safe.
class Queue {
 public:
  Queue(size_t max_items, size_t max_bytes) : max_items_(max_items), max_bytes_(max_bytes) {}

  // Takes a place. RESOURCE_EXHAUSTED, reason QUEUE_FULL, with retryAfterMs: nothing happened,
  // `item` is untouched. UNAVAILABLE, reason SHUTTING_DOWN, once closed.
  absl::Status Push(Item& item);

  // The oldest, at most `max_items` of at most `max_bytes` together, but one at least where one
  // waits. Waits for the first until `timeout` has passed, Wake() or Close().
  std::vector<Item> Take(size_t max_items, size_t max_bytes, absl::Duration timeout);

  // Lets a waiting Take() return empty.
  void Wake();
  // Takes no more.
  void Close();
  bool Drained() const;  // Closed, and nothing waits.
  // Everything that waits.
  std::vector<Item> TakeAll();

 private:
  const size_t max_items_;
  const size_t max_bytes_;
  mutable absl::Mutex mutex_;
  std::deque<Item> items_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_QUEUE_H_
