#ifndef FOSSE_BASE_LOCAL_DATE_H_
#define FOSSE_BASE_LOCAL_DATE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace fosse {

// Calendar days as people mean them. Instants are kept in UTC; what is due "on a day" is due by the
// calendar of Europe/London, summer time included (CTL-43). Everything here is pure and
// thread-safe.

// OK when the Europe/London rules can be loaded; else FAILED_PRECONDITION, TIME_ZONE_MISSING. Call
// it once at start: the functions below that need the rules abort without them.
absl::Status CheckTimeZone();

// Exactly YYYY-MM-DD, a day that exists, years 1800 to 2999; else nothing.
std::optional<absl::CivilDay> ParseLocalDate(absl::string_view text);
std::string FormatLocalDate(absl::CivilDay day);

// The London day that `time` falls on.
absl::CivilDay LondonDay(absl::Time time);

// The first instant of `day` in London, and the first instant after it (the start of the next day):
// a day is [LondonStartOfDay(day), LondonEndOfDay(day)), 23, 24 or 25 hours long.
absl::Time LondonStartOfDay(absl::CivilDay day);
absl::Time LondonEndOfDay(absl::CivilDay day);

// The instant at which London's clocks show `civil`: the first of two where they go back. Where
// they go forward past it, some instant at which they show something else.
absl::Time LondonTime(absl::CivilSecond civil);
// What London's clocks show then.
absl::CivilSecond LondonClock(absl::Time time);

// The same day of the month some months or years on (or back), or the last day of that month when
// it has no such day: 29 February 2024 plus one year is 28 February 2025, 31 January plus one month
// is 28 or 29 February. So a period that ends on a missing day ends early, never late. Adding one
// year four times to 29 February therefore stays on the 28th: add years once, from the first day.
absl::CivilDay AddMonths(absl::CivilDay day, int months);
absl::CivilDay AddYears(absl::CivilDay day, int years);

}  // namespace fosse

#endif  // FOSSE_BASE_LOCAL_DATE_H_
