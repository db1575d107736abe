#include "adapters/hl7/time.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::hl7 {
namespace {

absl::TimeZone London() {
  const absl::StatusOr<absl::TimeZone> zone = LondonTimeZone();
  EXPECT_TRUE(zone.ok()) << zone.status();
  return zone.value_or(absl::UTCTimeZone());
}

struct Case {
  const char* name;
  const char* text;
  const char* instant;  // RFC 3339, UTC.
  Precision precision;
  bool has_offset;
  Clarity clarity = Clarity::kExact;
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.text; }

class ParseTimeTest : public ::testing::TestWithParam<Case> {};

TEST_P(ParseTimeTest, IsRead) {
  Shows({"haz-22", "ctl-43"});
  const absl::StatusOr<Timestamp> got = ParseTime(GetParam().text, London());
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(absl::FormatTime(absl::RFC3339_full, got->time, absl::UTCTimeZone()),
            GetParam().instant);
  EXPECT_EQ(got->precision, GetParam().precision);
  EXPECT_EQ(got->has_offset, GetParam().has_offset);
  EXPECT_EQ(got->clarity, GetParam().clarity);
}

const Case kCases[] = {
    {"Year", "2026", "2026-01-01T00:00:00+00:00", Precision::kYear, false},
    {"Month", "202607", "2026-06-30T23:00:00+00:00", Precision::kMonth, false},
    {"Day", "20260131", "2026-01-31T00:00:00+00:00", Precision::kDay, false},
    {"LeapDay", "20240229", "2024-02-29T00:00:00+00:00", Precision::kDay, false},
    {"Hour", "2026013109", "2026-01-31T09:00:00+00:00", Precision::kHour, false},
    {"Minute", "202601310915", "2026-01-31T09:15:00+00:00", Precision::kMinute, false},
    {"Second", "20260131091530", "2026-01-31T09:15:30+00:00", Precision::kSecond, false},
    {"SummerTime", "20260731091530", "2026-07-31T08:15:30+00:00", Precision::kSecond, false},
    {"BornInSummerTime", "19830824003000", "1983-08-23T23:30:00+00:00", Precision::kSecond, false},
    {"StandardTimeAllYear", "19700115120000", "1970-01-15T11:00:00+00:00", Precision::kSecond,
     false},
    {"Fraction", "20260131091530.1234", "2026-01-31T09:15:30.1234+00:00", Precision::kFraction,
     false},
    {"LongFraction", "20260131091530.123456789", "2026-01-31T09:15:30.123456789+00:00",
     Precision::kFraction, false},
    {"OffsetWins", "20260731091530+0000", "2026-07-31T09:15:30+00:00", Precision::kSecond, true},
    {"OffsetWest", "20130926150434-0400", "2013-09-26T19:04:34+00:00", Precision::kSecond, true},
    {"OffsetOfHalfAnHour", "20260131091530.5+0530", "2026-01-31T03:45:30.5+00:00",
     Precision::kFraction, true},
    {"OffsetOnADay", "20260131+0100", "2026-01-30T23:00:00+00:00", Precision::kDay, true},
    {"OffsetOnAYear", "2026-0500", "2026-01-01T05:00:00+00:00", Precision::kYear, true},
    {"RepeatedHour", "20251026013000", "2025-10-26T00:30:00+00:00", Precision::kSecond, false,
     Clarity::kRepeated},
    {"RepeatedHourWithOffset", "20251026013000+0000", "2025-10-26T01:30:00+00:00",
     Precision::kSecond, true},
    {"SkippedHour", "20250330013000", "2025-03-30T01:30:00+00:00", Precision::kSecond, false,
     Clarity::kSkipped},
    {"Hyphens", "2025-05-05 23:23:32", "2025-05-05T22:23:32+00:00", Precision::kSecond, false},
    {"HyphensZulu", "2025-05-05T23:23:32Z", "2025-05-05T23:23:32+00:00", Precision::kSecond, true},
    {"HyphensOffset", "2025-05-05T23:23:32.5+01:00", "2025-05-05T22:23:32.5+00:00",
     Precision::kFraction, true},
    {"HyphensDay", "2025-05-05", "2025-05-04T23:00:00+00:00", Precision::kDay, false},
    {"HyphensMonth", "2025-12", "2025-12-01T00:00:00+00:00", Precision::kMonth, false},
    {"HyphensDayOffset", "2025-05-05-0100", "2025-05-05T01:00:00+00:00", Precision::kDay, true},
};
INSTANTIATE_TEST_SUITE_P(Hl7, ParseTimeTest, ::testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(ParseTimeRefusals, NameThePartAndNeverTheValue) {
  Shows({"haz-22"});
  const struct {
    const char* text;
    const char* why;
  } kRefused[] = {
      {"", "year"},
      {"196", "year"},
      {"0000", "year"},
      {"19831331", "month"},
      {"19830031", "month"},
      {"20260230", "day"},
      {"20250229", "day"},
      {"20260100", "day"},
      {"20260431", "day"},
      {"2026013124", "hour"},
      {"202601312360", "minute"},
      {"20260131235960", "second"},
      {"196203520", "odd number"},
      {"2026013109153", "odd number"},
      {"20260131091530.", "fraction"},
      {"20260131091530.1234567891", "unexpected"},
      {"202601310915.5", "unexpected"},
      {"20260131+1500", "offset"},
      {"20260131+0060", "offset"},
      {"20260131+01", "offset"},
      {"20260131091530 ", "unexpected"},
      {" 20260131", "year"},
      {"20260131^D", "unexpected"},
      {"2026-1-1", "unexpected"},
      {"31/01/2026", "year"},
      {"2026-13-01", "month"},
      {"20260131091530Z", "unexpected"},
      {"\"\"", "year"},
      {"2026013109153012", "unexpected"},
  };
  for (const auto& test : kRefused) {
    const absl::StatusOr<Timestamp> got = ParseTime(test.text, London());
    ASSERT_FALSE(got.ok()) << test.text;
    EXPECT_EQ(got.status().code(), absl::StatusCode::kInvalidArgument);
    const std::string message(got.status().message());
    EXPECT_THAT(message, ::testing::HasSubstr(test.why)) << test.text;
    for (const char* digits : {"1983", "2026", "1962"}) {
      EXPECT_THAT(message, ::testing::Not(::testing::HasSubstr(digits)));
    }
  }
}

TEST(ParseTimeTest, KeepsTheDayAsWrittenWhateverTheZone) {
  Shows({"haz-01"});
  const absl::StatusOr<Timestamp> birth = ParseTime("19560704", London());
  ASSERT_TRUE(birth.ok());
  EXPECT_EQ(absl::CivilDay(birth->written), absl::CivilDay(1956, 7, 4));
  const absl::StatusOr<Timestamp> west = ParseTime("20260131233000-0800", London());
  ASSERT_TRUE(west.ok());
  EXPECT_EQ(absl::CivilDay(west->written), absl::CivilDay(2026, 1, 31));
}

TEST(FormatTimeTest, IsReadBackAsTheSameInstant) {
  const absl::TimeZone london = London();
  const absl::Time summer = absl::FromUnixSeconds(1'785'000'000) + absl::Milliseconds(500);
  EXPECT_EQ(FormatTime(summer, london, Precision::kYear), "2026");
  EXPECT_EQ(FormatTime(summer, london, Precision::kMonth), "202607");
  EXPECT_EQ(FormatTime(summer, london, Precision::kDay), "20260725");
  EXPECT_EQ(FormatTime(summer, london, Precision::kHour), "2026072518+0100");
  EXPECT_EQ(FormatTime(summer, london, Precision::kMinute), "202607251820+0100");
  EXPECT_EQ(FormatTime(summer, london, Precision::kSecond), "20260725182000+0100");
  EXPECT_EQ(FormatTime(summer, london, Precision::kFraction), "20260725182000.5000+0100");
  EXPECT_EQ(ParseTime(FormatTime(summer, london, Precision::kFraction), london)->time, summer);
}

}  // namespace
}  // namespace fosse::hl7
