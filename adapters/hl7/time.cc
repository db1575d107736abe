#include "adapters/hl7/time.h"

#include <cstdint>
#include <cstdlib>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"

namespace fosse::hl7 {
namespace {

constexpr int kMaxFractionDigits = 9;
constexpr int kMaxOffsetHours = 14;

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

// Takes exactly `digits` digits off the front of `text`.
bool Take(absl::string_view& text, int digits, int& number) {
  if (text.size() < static_cast<size_t>(digits)) return false;
  int value = 0;
  for (int i = 0; i < digits; ++i) {
    if (!IsDigit(text[i])) return false;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  number = value;
  return true;
}

bool TakeOneOf(absl::string_view& text, absl::string_view choices) {
  if (text.empty() || choices.find(text[0]) == absl::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

absl::Status Refuse(const char* what) { return absl::InvalidArgumentError(what); }

// The parts of a time as written, before any of them is checked.
struct Parts {
  int year = 0;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  absl::Duration fraction;
  absl::Duration offset;
  bool has_offset = false;
  Precision precision = Precision::kYear;
};

// One step of the grammar: two more digits, if any are left.
struct Step {
  int Parts::*part;
  Precision precision;
  absl::string_view separators;  // Only in the form with hyphens.
};
constexpr Step kSteps[] = {{&Parts::month, Precision::kMonth, "-"},
                           {&Parts::day, Precision::kDay, "-"},
                           {&Parts::hour, Precision::kHour, " T"},
                           {&Parts::minute, Precision::kMinute, ":"},
                           {&Parts::second, Precision::kSecond, ":"}};

absl::Status TakeFraction(absl::string_view& text, Parts& parts) {
  if (parts.precision != Precision::kSecond || !TakeOneOf(text, ".")) return absl::OkStatus();
  int digits = 0;
  int64_t nanoseconds = 0;
  while (!text.empty() && IsDigit(text[0]) && digits < kMaxFractionDigits) {
    nanoseconds = nanoseconds * 10 + (text[0] - '0');
    text.remove_prefix(1);
    ++digits;
  }
  if (digits == 0) return Refuse("fraction of the second has no digits");
  for (int i = digits; i < kMaxFractionDigits; ++i) nanoseconds *= 10;
  parts.fraction = absl::Nanoseconds(nanoseconds);
  parts.precision = Precision::kFraction;
  return absl::OkStatus();
}

absl::Status TakeOffset(absl::string_view& text, bool hyphens, Parts& parts) {
  if (text.empty()) return absl::OkStatus();
  parts.has_offset = true;
  if (hyphens && text == "Z") {
    text.remove_prefix(1);
    return absl::OkStatus();
  }
  const bool west = text[0] == '-';
  int hours = 0;
  int minutes = 0;
  if (!TakeOneOf(text, "+-") || !Take(text, 2, hours)) return Refuse("unexpected text in time");
  if (hyphens) TakeOneOf(text, ":");
  if (!Take(text, 2, minutes)) return Refuse("offset is not four digits");
  if (minutes > 59 || hours * 60 + minutes > kMaxOffsetHours * 60) {
    return Refuse("offset is beyond 14 hours");
  }
  parts.offset = absl::Minutes((west ? -1 : 1) * (hours * 60 + minutes));
  return absl::OkStatus();
}

absl::StatusOr<Parts> TakeParts(absl::string_view text) {
  Parts parts;
  if (!Take(text, 4, parts.year)) return Refuse("year is not four digits");
  // A hyphen after the year opens an offset if it is the last thing ("2026-0500"), and the form
  // with hyphens if a month and another hyphen, or nothing, follow.
  const bool hyphens =
      !text.empty() && text[0] == '-' && (text.size() == 3 || (text.size() > 3 && text[3] == '-'));
  for (const Step& step : kSteps) {
    if (text.empty() || !(hyphens || IsDigit(text[0]))) break;
    if (hyphens && !TakeOneOf(text, step.separators)) break;
    if (!Take(text, 2, parts.*step.part)) return Refuse("time has an odd number of digits");
    parts.precision = step.precision;
  }
  absl::Status status = TakeFraction(text, parts);
  if (status.ok()) status = TakeOffset(text, hyphens, parts);
  if (status.ok() && !text.empty()) status = Refuse("unexpected text after time");
  if (!status.ok()) return status;
  return parts;
}

absl::Status CheckRanges(const Parts& parts) {
  if (parts.year < 1) return Refuse("year is 0");
  if (parts.month < 1 || parts.month > 12) return Refuse("month is not 01 to 12");
  if (parts.hour > 23) return Refuse("hour is not 00 to 23");
  if (parts.minute > 59) return Refuse("minute is not 00 to 59");
  if (parts.second > 59) return Refuse("second is not 00 to 59");
  // Civil times roll over: 30 February becomes 2 March, and so shows itself.
  const absl::CivilDay day(parts.year, parts.month, parts.day);
  if (parts.day < 1 || day.month() != parts.month || day.day() != parts.day) {
    return Refuse("day is not in its month");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<absl::TimeZone> LondonTimeZone() {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone("Europe/London", &zone)) {
    return absl::FailedPreconditionError("time zone files are not installed");
  }
  return zone;
}

absl::StatusOr<Timestamp> ParseTime(absl::string_view text, absl::TimeZone zone) {
  const absl::StatusOr<Parts> parts = TakeParts(text);
  if (!parts.ok()) return parts.status();
  const absl::Status in_range = CheckRanges(*parts);
  if (!in_range.ok()) return in_range;
  Timestamp out;
  out.precision = parts->precision;
  out.has_offset = parts->has_offset;
  out.written = absl::CivilSecond(parts->year, parts->month, parts->day, parts->hour, parts->minute,
                                  parts->second);
  if (parts->has_offset) {
    out.time = absl::FromCivil(out.written, absl::UTCTimeZone()) - parts->offset;
  } else {
    const absl::TimeZone::TimeInfo at = zone.At(out.written);
    out.time = at.pre;  // In autumn the earlier of the two, in spring as before the change.
    if (at.kind == absl::TimeZone::TimeInfo::REPEATED) out.clarity = Clarity::kRepeated;
    if (at.kind == absl::TimeZone::TimeInfo::SKIPPED) out.clarity = Clarity::kSkipped;
  }
  out.time += parts->fraction;
  return out;
}

std::string FormatTime(absl::Time time, absl::TimeZone zone, Precision precision) {
  switch (precision) {
    case Precision::kYear:
      return absl::FormatTime("%E4Y", time, zone);
    case Precision::kMonth:
      return absl::FormatTime("%E4Y%m", time, zone);
    case Precision::kDay:
      return absl::FormatTime("%E4Y%m%d", time, zone);
    case Precision::kHour:
      return absl::FormatTime("%E4Y%m%d%H%z", time, zone);
    case Precision::kMinute:
      return absl::FormatTime("%E4Y%m%d%H%M%z", time, zone);
    case Precision::kSecond:
      return absl::FormatTime("%E4Y%m%d%H%M%S%z", time, zone);
    case Precision::kFraction:
      break;
  }
  return absl::FormatTime("%E4Y%m%d%H%M%E4S%z", time, zone);
}

}  // namespace fosse::hl7
