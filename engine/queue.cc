#include "engine/queue.h"

#include <algorithm>
#include <utility>

#include "base/status.h"

namespace fosse::engine {

absl::Status ShuttingDown() {
  return MakeError(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
                   "the gateway is shutting down; send again to another or later");
}

absl::Status Queue::Push(Item& item) {
  absl::MutexLock lock(&mutex_);
  if (closed_) {
    return ShuttingDown();
  }
  if (items_.size() >= max_items_ || bytes_ + item.message.bytes > max_bytes_) {
    return MakeError(absl::StatusCode::kResourceExhausted, "QUEUE_FULL",
                     "the queue is full; nothing happened, wait and send again",
                     {{"retryAfterMs", kRetryAfterMs}});
  }
  bytes_ += item.message.bytes;
  items_.push_back(std::move(item));
  return absl::OkStatus();
}

std::vector<Item> Queue::Take(size_t max_items, size_t max_bytes, absl::Duration timeout) {
  absl::MutexLock lock(&mutex_);
  const auto ready = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return !items_.empty() || closed_ || woken_;
  };
  if (timeout > absl::ZeroDuration()) mutex_.AwaitWithTimeout(absl::Condition(&ready), timeout);
  woken_ = false;
  std::vector<Item> taken;
  taken.reserve(std::min(items_.size(), max_items));
  size_t bytes = 0;
  while (!items_.empty() && taken.size() < max_items) {
    const size_t next = items_.front().message.bytes;
    if (!taken.empty() && bytes + next > max_bytes) break;
    bytes += next;
    taken.push_back(std::move(items_.front()));
    items_.pop_front();
  }
  bytes_ -= bytes;
  return taken;
}

void Queue::Wake() {
  absl::MutexLock lock(&mutex_);
  woken_ = true;
}

void Queue::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
}

bool Queue::Drained() const {
  absl::MutexLock lock(&mutex_);
  return closed_ && items_.empty();
}

std::vector<Item> Queue::TakeAll() {
  absl::MutexLock lock(&mutex_);
  std::vector<Item> taken(std::make_move_iterator(items_.begin()),
                          std::make_move_iterator(items_.end()));
  items_.clear();
  bytes_ = 0;
  return taken;
}

}  // namespace fosse::engine
