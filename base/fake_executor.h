#ifndef FOSSE_BASE_FAKE_EXECUTOR_H_
#define FOSSE_BASE_FAKE_EXECUTOR_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/executor.h"

namespace fosse {

// Runs the work inside Run(), on the caller's thread.
class InlineExecutor : public Executor {
 public:
  void Run(std::function<void()> work) override { work(); }
};

// Keeps the work until the test wants it. Thread-safe. What was never run is dropped at the end.
class ManualExecutor : public Executor {
 public:
  void Run(std::function<void()> work) override {
    absl::MutexLock lock(&mutex_);
    queue_.push_back(std::move(work));
  }

  // Runs the oldest on this thread; false when nothing waited.
  bool RunOne() {
    std::function<void()> work;
    {
      absl::MutexLock lock(&mutex_);
      if (queue_.empty()) return false;
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    work();
    return true;
  }

  // Runs in order until nothing waits, including what the work itself hands over.
  void RunAll() {
    while (RunOne()) {
    }
  }

  size_t waiting() const {
    absl::MutexLock lock(&mutex_);
    return queue_.size();
  }

 private:
  mutable absl::Mutex mutex_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fosse

#endif  // FOSSE_BASE_FAKE_EXECUTOR_H_
