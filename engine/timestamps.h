#ifndef FOSSE_ENGINE_TIMESTAMPS_H_
#define FOSSE_ENGINE_TIMESTAMPS_H_

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace fosse::engine {

// Whole microseconds, rounded down: what the trail and the store keep, so that a time read back is
// the time that was decided with.
inline absl::Time WholeMicroseconds(absl::Time time) {
  return absl::FromUnixMicros(absl::ToUnixMicros(time));
}

// `time` is a real instant, neither infinite nor outside years 1 to 9999.
inline google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

inline absl::Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_TIMESTAMPS_H_
