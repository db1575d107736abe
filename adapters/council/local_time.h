#ifndef FOSSE_ADAPTERS_COUNCIL_LOCAL_TIME_H_
#define FOSSE_ADAPTERS_COUNCIL_LOCAL_TIME_H_

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace fosse::adapters::council {

// A time by the clock of the people who read it, as 2026-11-27 14:05; empty for none.
inline std::string LocalTime(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) return "";
  absl::TimeZone london;
  if (!absl::LoadTimeZone("Europe/London", &london)) london = absl::UTCTimeZone();
  return absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixSeconds(time.seconds()), london);
}

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_LOCAL_TIME_H_
