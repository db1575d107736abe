#include "gateway/ticker.h"

#include <utility>

namespace fosse::gateway {

Ticker::Ticker(absl::Duration period, std::function<void()> work)
    : thread_([this, period, work = std::move(work)] {
        while (true) {
          work();
          absl::MutexLock lock(&mutex_);
          if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), period)) return;
        }
      }) {}

Ticker::~Ticker() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

}  // namespace fosse::gateway
