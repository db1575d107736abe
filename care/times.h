#ifndef FOSSE_CARE_TIMES_H_
#define FOSSE_CARE_TIMES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

// Instants and days as the contract writes them. All pure.
namespace fosse::care {

// An absent timestamp (zero) is absl::InfinitePast().
absl::Time TimeOf(const google::protobuf::Timestamp& timestamp);
google::protobuf::Timestamp Timestamp(absl::Time time);

// The London day of `time` as YYYY-MM-DD.
std::string DayOf(absl::Time time);

// Whether `day` (YYYY-MM-DD) is one and lies before, or not after, the London day of `now`.
bool IsBefore(absl::string_view day, absl::Time now);
bool IsNotAfter(absl::string_view day, absl::Time now);

// When a timer must act so that an answer at `deadline` itself is still in time.
absl::Time JustAfter(absl::Time deadline);

}  // namespace fosse::care

#endif  // FOSSE_CARE_TIMES_H_
