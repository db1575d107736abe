#include "care/times.h"

#include "base/local_date.h"

namespace fosse::care {

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  if (timestamp.seconds() == 0 && timestamp.nanos() == 0) return absl::InfinitePast();
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

google::protobuf::Timestamp Timestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const absl::Time second = absl::FromUnixSeconds(absl::ToUnixSeconds(time));
  timestamp.set_seconds(absl::ToUnixSeconds(second));
  timestamp.set_nanos(static_cast<int32_t>((time - second) / absl::Nanoseconds(1)));
  return timestamp;
}

std::string DayOf(absl::Time time) { return FormatLocalDate(LondonDay(time)); }

bool IsBefore(absl::string_view day, absl::Time now) {
  const std::optional<absl::CivilDay> parsed = ParseLocalDate(day);
  return parsed.has_value() && *parsed < LondonDay(now);
}

bool IsNotAfter(absl::string_view day, absl::Time now) {
  const std::optional<absl::CivilDay> parsed = ParseLocalDate(day);
  return parsed.has_value() && *parsed <= LondonDay(now);
}

absl::Time JustAfter(absl::Time deadline) { return deadline + absl::Milliseconds(1); }

}  // namespace fosse::care
