#ifndef FOSSE_BASE_EXECUTOR_H_
#define FOSSE_BASE_EXECUTOR_H_

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace fosse {

// Runs work somewhere else, so that whoever hands it over goes on at once. It has no limit of its
// own: what may wait here is bounded by the caller (the queue of the gateway, the count of its
// streams), who can refuse in words that a partner understands. Implementations are thread-safe.
class Executor {
 public:
  virtual ~Executor() = default;

  // Runs `work` once, later or now, on any thread. `work` does not throw.
  virtual void Run(std::function<void()> work) = 0;
};

// A fixed number of threads over one queue, first in, first out (so one thread keeps order).
class ThreadExecutor : public Executor {
 public:
  // `threads` is at least 1.
  explicit ThreadExecutor(int threads);

  // Waits until everything handed over has run, including what that work handed over in turn.
  ~ThreadExecutor() override;

  ThreadExecutor(const ThreadExecutor&) = delete;
  ThreadExecutor& operator=(const ThreadExecutor&) = delete;

  void Run(std::function<void()> work) override;

 private:
  void Serve();

  absl::Mutex mutex_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace fosse

#endif  // FOSSE_BASE_EXECUTOR_H_
