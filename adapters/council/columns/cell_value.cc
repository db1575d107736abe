#include "adapters/council/columns/cell_value.h"

#include <cstdint>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "adapters/csv/reader.h"
#include "adapters/kit/words.h"
#include "base/local_date.h"
#include "base/nhs_number.h"
#include "re2/re2.h"

namespace fosse::adapters::council {
namespace {

constexpr absl::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec"};

CellValue Fault(std::string reason, std::string remedy) {
  return {nullptr, std::move(reason), std::move(remedy)};
}

std::optional<absl::CivilDay> DayOf(int year, int month, int day) {
  const absl::CivilDay civil(year, month, day);
  const bool exists = civil.year() == year && civil.month() == month && civil.day() == day;
  if (!exists || year < 1800 || year > 2999) return std::nullopt;
  return civil;
}

// The day that `text` begins with; what follows it stays.
std::optional<absl::CivilDay> TakeDay(absl::string_view& text) {
  static const RE2 kIso(R"((\d{4})-(\d{1,2})-(\d{1,2}))");
  static const RE2 kBritish(R"((\d{1,2})[/.-](\d{1,2})[/.-](\d{4}))");
  static const RE2 kNamed(R"((\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ -](\d{4}))");
  re2::StringPiece rest(text.data(), text.size());
  int year = 0;
  int month = 0;
  int day = 0;
  std::string name;
  if (RE2::Consume(&rest, kNamed, &day, &name, &year)) {
    for (const absl::string_view known : kMonths) {
      ++month;
      if (known == absl::AsciiStrToLower(name)) break;
      if (month == std::size(kMonths)) return std::nullopt;
    }
  } else if (!RE2::Consume(&rest, kIso, &year, &month, &day) &&
             !RE2::Consume(&rest, kBritish, &day, &month, &year)) {
    return std::nullopt;
  }
  text = absl::string_view(rest.data(), rest.size());
  return DayOf(year, month, day);
}

struct Clock {
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::string fraction;
  std::string offset;  // Z, +01:00, or empty.
};

bool ReadClock(absl::string_view text, Clock& clock) {
  static const RE2 kClock(
      R"([T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(Z|[+-]\d{2}:?\d{2})?)");
  std::string second;
  if (!RE2::FullMatch(re2::StringPiece(text.data(), text.size()), kClock, &clock.hour,
                      &clock.minute, &second, &clock.fraction, &clock.offset)) {
    return false;
  }
  clock.second = second.empty() ? 0 : (second[0] - '0') * 10 + (second[1] - '0');
  return clock.hour < 24 && clock.minute < 60 && clock.second < 60;
}

absl::Duration OffsetOf(const std::string& text) {
  if (text == "Z") return absl::ZeroDuration();
  const std::string digits = absl::StrReplaceAll(text, {{":", ""}});
  const int hours = (digits[1] - '0') * 10 + (digits[2] - '0');
  const int minutes = (digits[3] - '0') * 10 + (digits[4] - '0');
  const absl::Duration offset = absl::Hours(hours) + absl::Minutes(minutes);
  return text[0] == '-' ? -offset : offset;
}

CellValue NumberFor(absl::string_view text) {
  absl::string_view digits = text;
  for (const absl::string_view nothing : {".00", ".0"}) absl::ConsumeSuffix(&digits, nothing);
  uint32_t number = 0;
  const bool plain = !digits.empty() && digits.size() <= 10 &&
                     digits.find_first_not_of("0123456789") == absl::string_view::npos;
  if (plain && absl::SimpleAtoi(digits, &number)) return {number, "", ""};
  return Fault("FIELD_INVALID", "give a whole number, not negative");
}

CellValue AnswerFor(absl::string_view text) {
  const std::string word = csv::FoldName(text);
  for (const absl::string_view yes : {"y", "yes", "true", "t", "1"}) {
    if (word == yes) return {true, "", ""};
  }
  for (const absl::string_view no : {"n", "no", "false", "f", "0"}) {
    if (word == no) return {false, "", ""};
  }
  return Fault("CODE_UNKNOWN", "give yes or no, or list this word in the column map");
}

CellValue ChoiceFor(const Target& target, absl::string_view text) {
  const std::string word = absl::StrReplaceAll(csv::FoldName(text), {{" ", "-"}});
  if (FindWord(*target.field->enum_type(), word) != 0) return {word, "", ""};
  return Fault("CODE_UNKNOWN",
               "list this word in the column map, or " + WordsOf(*target.field->enum_type()));
}

CellValue TextFor(const Target& target, absl::string_view text) {
  if (target.format == v1::FORMAT_NHS_NUMBER) {
    if (const std::optional<std::string> number = NormaliseNhsNumber(text)) {
      return {*number, "", ""};
    }
    return Fault("FIELD_INVALID", "give the NHS number of England: ten digits, the last its check");
  }
  if (target.format == v1::FORMAT_LOCAL_DATE) {
    if (const std::optional<absl::CivilDay> day = ReadDay(text)) {
      return {FormatLocalDate(*day), "", ""};
    }
    return Fault("FIELD_INVALID", "give a day that exists, such as 2026-11-02 or 02/11/2026");
  }
  return {std::string(text), "", ""};
}

CellValue TextsFor(absl::string_view text) {
  nlohmann::json texts = nlohmann::json::array();
  for (const absl::string_view part : absl::StrSplit(text, ';')) {
    const absl::string_view trimmed = absl::StripAsciiWhitespace(part);
    if (!trimmed.empty()) texts.push_back(std::string(trimmed));
  }
  return {std::move(texts), "", ""};
}

}  // namespace

std::optional<absl::CivilDay> ReadDay(absl::string_view text) {
  const std::optional<absl::CivilDay> day = TakeDay(text);
  Clock clock;
  if (!day.has_value() || (!text.empty() && !ReadClock(text, clock))) return std::nullopt;
  return day;
}

std::optional<absl::Time> ReadTime(absl::string_view text) {
  const std::optional<absl::CivilDay> day = TakeDay(text);
  if (!day.has_value()) return std::nullopt;
  if (text.empty()) return LondonStartOfDay(*day);
  Clock clock;
  if (!ReadClock(text, clock)) return std::nullopt;
  const absl::CivilSecond civil(day->year(), day->month(), day->day(), clock.hour, clock.minute,
                                clock.second);
  absl::Duration fraction;
  if (!clock.fraction.empty()) {
    clock.fraction.resize(9, '0');
    int64_t nanoseconds = 0;
    if (!absl::SimpleAtoi(clock.fraction, &nanoseconds)) return std::nullopt;
    fraction = absl::Nanoseconds(nanoseconds);
  }
  if (!clock.offset.empty()) {
    return absl::FromCivil(civil, absl::UTCTimeZone()) - OffsetOf(clock.offset) + fraction;
  }
  const absl::Time time = LondonTime(civil);
  if (LondonClock(time) != civil) return std::nullopt;
  return time + fraction;
}

CellValue ValueFor(const Target& target, absl::string_view text) {
  switch (target.form) {
    case Form::kText:
      return TextFor(target, text);
    case Form::kTexts:
      return TextsFor(text);
    case Form::kNumber:
      return NumberFor(text);
    case Form::kBoolean:
    case Form::kAnswer:
      return AnswerFor(text);
    case Form::kChoice:
      return ChoiceFor(target, text);
    case Form::kTime: {
      const std::optional<absl::Time> time = ReadTime(text);
      if (!time.has_value()) {
        return Fault("FIELD_INVALID", "give a time, such as 2026-11-02 09:30 or 02/11/2026 09:30");
      }
      return {absl::FormatTime(absl::RFC3339_full, *time, absl::UTCTimeZone()), "", ""};
    }
    case Form::kItems:
      break;
  }
  return Fault("FIELD_INVALID", "name a field of one of the items");
}

}  // namespace fosse::adapters::council
