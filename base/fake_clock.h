#ifndef FOSSE_BASE_FAKE_CLOCK_H_
#define FOSSE_BASE_FAKE_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/clock.h"

namespace fosse {

// A clock that moves only when told. Thread-safe.
class FakeClock : public Clock {
 public:
  // Starts on Monday 3 October 2022, 09:00 UTC, unless told otherwise.
  explicit FakeClock(absl::Time start = absl::FromUnixSeconds(1664787600)) : now_(start) {}

  absl::Time Now() const override {
    absl::MutexLock lock(&mutex_);
    return now_;
  }
  absl::Duration Monotonic() const override {
    absl::MutexLock lock(&mutex_);
    return monotonic_;
  }

  // A clock step: wall time jumps, monotonic time does not notice.
  void Set(absl::Time now) {
    absl::MutexLock lock(&mutex_);
    now_ = now;
  }

  // Time passes until the wall clock shows `at`, which is not before now.
  void AdvanceTo(absl::Time at) { Advance(at - Now()); }

  // Time passes: both move. `step` is not negative.
  void Advance(absl::Duration step) {
    absl::MutexLock lock(&mutex_);
    now_ += step;
    monotonic_ += step;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
  absl::Duration monotonic_ ABSL_GUARDED_BY(mutex_) = absl::ZeroDuration();
};

}  // namespace fosse

#endif  // FOSSE_BASE_FAKE_CLOCK_H_
