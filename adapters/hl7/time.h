// HL7 v2 times (TS, DTM, DT): YYYY[MM[DD[HH[MM[SS[.S…]]]]]][+/-ZZZZ].
//
// A time without an offset is meant where it was written; for the systems we speak with that is
// Europe/London, summer time included. Source: HL7 v2.4 section 2.9.47; CTL-43.
#ifndef FOSSE_ADAPTERS_HL7_TIME_H_
#define FOSSE_ADAPTERS_HL7_TIME_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace fosse::hl7 {

// How much of a time was written. Ordered from coarse to fine.
enum class Precision { kYear, kMonth, kDay, kHour, kMinute, kSecond, kFraction };

// Whether the local time stands for one instant only. Twice a year it does not.
enum class Clarity {
  kExact,
  kRepeated,  // In the hour that the autumn change repeats: the earlier instant is taken.
  kSkipped,   // In the hour that spring leaves out: read as if summer time had not begun, which
              // is right for a system that stays on GMT.
};

struct Timestamp {
  // The start of what was written: "2026" is midnight of 1 January.
  absl::Time time;
  Precision precision = Precision::kSecond;
  Clarity clarity = Clarity::kExact;
  bool has_offset = false;
  // The date and clock as written, in the writer's own zone. For dates of birth, which are days
  // and not instants.
  absl::CivilSecond written;
};

// Europe/London with its history, from the system's time zone files. FAILED_PRECONDITION where they
// are not installed: a program that reads times must not start then.
absl::StatusOr<absl::TimeZone> LondonTimeZone();

// Reads one time; `zone` is for times without an offset. Also reads the form with hyphens and
// colons that some systems send ("2025-05-05 23:23:32", "2025-05-05T23:23:32Z").
//
// INVALID_ARGUMENT, saying which part and never the value, for anything that is not a time: month
// 13, 30 February, hour 24, second 60, an odd number of digits, an offset beyond 14 hours, a year
// before 1, text before or after. Components after the first are the caller's to cut off.
absl::StatusOr<Timestamp> ParseTime(absl::string_view text, absl::TimeZone zone);

// The standard form, as precise as asked. With an offset from kHour on, since that leaves no doubt
// in autumn; a fraction has four digits.
std::string FormatTime(absl::Time time, absl::TimeZone zone, Precision precision);

}  // namespace fosse::hl7

#endif  // FOSSE_ADAPTERS_HL7_TIME_H_
