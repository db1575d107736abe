#ifndef FOSSE_BASE_CLOCK_H_
#define FOSSE_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace fosse {

// The two kinds of time (CTL-43): wall time is for people and for the record, monotonic time for
// leases, timeouts and waiting. Wall time may jump either way; never subtract two readings of it to
// learn how long something took. Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // Wall time, as the machine believes it.
  virtual absl::Time Now() const = 0;

  // Time since some fixed moment of this process; never goes backwards, not comparable between
  // processes.
  virtual absl::Duration Monotonic() const = 0;
};

// The machine's clocks: CLOCK_REALTIME and CLOCK_MONOTONIC.
class SystemClock : public Clock {
 public:
  absl::Time Now() const override;
  absl::Duration Monotonic() const override;
};

}  // namespace fosse

#endif  // FOSSE_BASE_CLOCK_H_
