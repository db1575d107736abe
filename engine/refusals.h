#ifndef FOSSE_ENGINE_REFUSALS_H_
#define FOSSE_ENGINE_REFUSALS_H_

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "fosse/v1/internal.pb.h"

namespace fosse::engine {

// How often counted refusals become entries.
inline constexpr absl::Duration kRefusalPeriod = absl::Minutes(1);

// Refused calls, counted until they become entries: a flood of refusals costs the trail a few
// entries a minute, and no refusal goes unrecorded. Thread-safe.
class Refusals {
 public:
  // Distinct counts kept; further ones are counted together under OTHER.
  static constexpr size_t kMaxCounts = 1000;

  void Count(absl::string_view participant, absl::string_view method, absl::string_view reason,
             absl::Time now);

  struct Counted {
    std::string participant;
    v1::RefusedAttempts attempts;
  };
  // All counts, once the oldest is a period old or `all` is asked for; then counting begins anew.
  std::vector<Counted> Take(absl::Time now, bool all);

 private:
  using Key = std::tuple<std::string, std::string, std::string>;  // Participant, method, reason.

  absl::Mutex mutex_;
  std::map<Key, uint32_t> counts_ ABSL_GUARDED_BY(mutex_);
  absl::Time since_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_REFUSALS_H_
