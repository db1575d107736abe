#include "base/local_date.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "base/status.h"

namespace fosse {
namespace {

std::optional<absl::TimeZone> LoadLondon() {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone("Europe/London", &zone)) return std::nullopt;
  return zone;
}

const absl::TimeZone& London() {
  static const std::optional<absl::TimeZone> zone = LoadLondon();
  FOSSE_CHECK(zone.has_value() && "Europe/London is missing: install the tzdata package");
  return *zone;
}

}  // namespace

absl::Status CheckTimeZone() {
  if (!LoadLondon().has_value()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "TIME_ZONE_MISSING",
                     "time zone Europe/London is missing; install the tzdata package");
  }
  return absl::OkStatus();
}

std::optional<absl::CivilDay> ParseLocalDate(absl::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  for (const size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (!absl::ascii_isdigit(text[i])) return std::nullopt;
  }
  int year = 0;
  int month = 0;
  int day = 0;
  if (!absl::SimpleAtoi(text.substr(0, 4), &year) || !absl::SimpleAtoi(text.substr(5, 2), &month) ||
      !absl::SimpleAtoi(text.substr(8, 2), &day) || year < 1800 || year > 2999) {
    return std::nullopt;
  }
  const absl::CivilDay civil(year, month, day);
  // CivilDay carries 31 February over into March.
  if (civil.month() != month || civil.day() != day) return std::nullopt;
  return civil;
}

std::string FormatLocalDate(absl::CivilDay day) {
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

absl::CivilDay LondonDay(absl::Time time) { return absl::ToCivilDay(time, London()); }

absl::Time LondonStartOfDay(absl::CivilDay day) { return absl::FromCivil(day, London()); }

absl::Time LondonEndOfDay(absl::CivilDay day) { return LondonStartOfDay(day + 1); }

absl::Time LondonTime(absl::CivilSecond civil) { return London().At(civil).pre; }

absl::CivilSecond LondonClock(absl::Time time) { return absl::ToCivilSecond(time, London()); }

absl::CivilDay AddMonths(absl::CivilDay day, int months) {
  const absl::CivilMonth month = absl::CivilMonth(day) + months;
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  return absl::CivilDay(month.year(), month.month(), std::min(day.day(), last.day()));
}

absl::CivilDay AddYears(absl::CivilDay day, int years) { return AddMonths(day, 12 * years); }

}  // namespace fosse
