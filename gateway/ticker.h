#ifndef FOSSE_GATEWAY_TICKER_H_
#define FOSSE_GATEWAY_TICKER_H_

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace fosse::gateway {

// Calls `work` at once and then again and again, `period` apart, on a thread of its own, until
// destruction. Never twice at once.
class Ticker {
 public:
  Ticker(absl::Duration period, std::function<void()> work);
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace fosse::gateway

#endif  // FOSSE_GATEWAY_TICKER_H_
