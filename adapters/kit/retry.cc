#include "adapters/kit/retry.h"

#include <algorithm>
#include <cstdint>

namespace fosse::adapters {

absl::Duration RetryDelay(int attempts, Random& random) {
  return JitteredDelay(kFirstRetry, kLongestRetry, attempts, random);
}

absl::Duration JitteredDelay(absl::Duration first, absl::Duration longest, int turns,
                             Random& random) {
  const int doublings = std::clamp(turns - 1, 0, 20);
  const absl::Duration bound = std::min(first * (int64_t{1} << doublings), longest);
  uint32_t part = 0;
  random.Fill(&part, sizeof(part));
  return bound * (static_cast<double>(part) / 4294967296.0);
}

}  // namespace fosse::adapters
