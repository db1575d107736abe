#ifndef FOSSE_ADAPTERS_KIT_RETRY_H_
#define FOSSE_ADAPTERS_KIT_RETRY_H_

#include "absl/time/time.h"
#include "base/random.h"

namespace fosse::adapters {

// CTL-14: full jitter between nothing and a bound that doubles from 1 second to 15 minutes.
inline constexpr absl::Duration kFirstRetry = absl::Seconds(1);
inline constexpr absl::Duration kLongestRetry = absl::Minutes(15);
inline constexpr int kMostAttempts = 12;  // Then it is dead, and a person's.

// Full jitter: between nothing and `first`, doubled with each turn after the first, `longest` at
// most.
absl::Duration JitteredDelay(absl::Duration first, absl::Duration longest, int turns,
                             Random& random);

// How long to wait after `attempts` failed ones. Thread-safe.
absl::Duration RetryDelay(int attempts, Random& random);

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_RETRY_H_
