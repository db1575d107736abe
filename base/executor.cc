#include "base/executor.h"

#include <utility>

#include "base/status.h"

namespace fosse {

ThreadExecutor::ThreadExecutor(int threads) {
  FOSSE_CHECK(threads >= 1);
  threads_.reserve(threads);
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Serve(); });
}

ThreadExecutor::~ThreadExecutor() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

void ThreadExecutor::Run(std::function<void()> work) {
  absl::MutexLock lock(&mutex_);
  queue_.push_back(std::move(work));
}

void ThreadExecutor::Serve() {
  // A thread may leave only when nothing waits and nothing runs: running work may hand over more.
  const auto ready = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return !queue_.empty() || (stopping_ && running_ == 0);
  };
  mutex_.Lock();
  while (true) {
    mutex_.Await(absl::Condition(&ready));
    if (queue_.empty()) break;
    std::function<void()> work = std::move(queue_.front());
    queue_.pop_front();
    ++running_;
    mutex_.Unlock();
    work();
    work = nullptr;  // What it holds goes before anybody can see it as done.
    mutex_.Lock();
    --running_;
  }
  mutex_.Unlock();
}

}  // namespace fosse
