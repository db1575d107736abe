#include "base/local_date.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

absl::Time Utc(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return time;
}

TEST(LocalDateTest, TimeZoneIsThere) { EXPECT_THAT(CheckTimeZone(), IsOk()); }

TEST(LocalDateTest, OnlyDaysThatExistAreTaken) {
  for (const char* good : {"2022-10-03", "2024-02-29", "1800-01-01", "2999-12-31", "2000-02-29"}) {
    const std::optional<absl::CivilDay> day = ParseLocalDate(good);
    ASSERT_TRUE(day.has_value()) << good;
    EXPECT_EQ(FormatLocalDate(*day), good);
  }
  for (const char* bad :
       {"", "2023-02-29", "1900-02-29", "2022-13-01", "2022-00-10", "2022-04-31", "2022-01-00",
        "2022-1-01", "20221003", "2022/10/03", "22-10-03", "2022-10-03 ", "2022-10-3", "+022-10-03",
        "1799-12-31", "3000-01-01", "2022-10-03T00:00:00Z", "2022- 1-01"}) {
    EXPECT_EQ(ParseLocalDate(bad), std::nullopt) << bad;
  }
}

TEST(LocalDateTest, LondonDayFollowsSummerTime) {
  Shows({"ctl-43", "haz-22"});
  EXPECT_EQ(LondonDay(Utc("2022-07-01T22:59:59Z")), absl::CivilDay(2022, 7, 1));
  EXPECT_EQ(LondonDay(Utc("2022-07-01T23:00:00Z")), absl::CivilDay(2022, 7, 2));
  EXPECT_EQ(LondonDay(Utc("2022-12-01T23:59:59Z")), absl::CivilDay(2022, 12, 1));
  EXPECT_EQ(LondonDay(Utc("2022-12-02T00:00:00Z")), absl::CivilDay(2022, 12, 2));
}

TEST(LocalDateTest, DaysBeginAndEndAtLondonMidnight) {
  Shows({"ctl-43", "haz-22"});
  const absl::CivilDay summer(2022, 7, 1);
  EXPECT_EQ(LondonStartOfDay(summer), Utc("2022-06-30T23:00:00Z"));
  EXPECT_EQ(LondonEndOfDay(summer), Utc("2022-07-01T23:00:00Z"));
  const absl::CivilDay forward(2022, 3, 27);  // Clocks go forward: 23 hours.
  EXPECT_EQ(LondonEndOfDay(forward) - LondonStartOfDay(forward), absl::Hours(23));
  const absl::CivilDay back(2022, 10, 30);  // And back: 25 hours.
  EXPECT_EQ(LondonEndOfDay(back) - LondonStartOfDay(back), absl::Hours(25));
  EXPECT_EQ(LondonDay(LondonStartOfDay(back)), back);
  EXPECT_EQ(LondonDay(LondonEndOfDay(back)), back + 1);
  EXPECT_EQ(LondonDay(LondonEndOfDay(back) - absl::Nanoseconds(1)), back);
}

TEST(LocalDateTest, MissingDaysEndOnTheLastOfTheMonth) {
  Shows({"haz-22"});
  EXPECT_EQ(AddYears(absl::CivilDay(2024, 2, 29), 1), absl::CivilDay(2025, 2, 28));
  EXPECT_EQ(AddYears(absl::CivilDay(2024, 2, 29), 4), absl::CivilDay(2028, 2, 29));
  EXPECT_EQ(AddYears(absl::CivilDay(2024, 2, 29), -1), absl::CivilDay(2023, 2, 28));
  EXPECT_EQ(AddYears(absl::CivilDay(2023, 2, 28), 1), absl::CivilDay(2024, 2, 28));
  EXPECT_EQ(AddYears(absl::CivilDay(2022, 10, 3), 3), absl::CivilDay(2025, 10, 3));
  EXPECT_EQ(AddMonths(absl::CivilDay(2023, 1, 31), 1), absl::CivilDay(2023, 2, 28));
  EXPECT_EQ(AddMonths(absl::CivilDay(2022, 12, 31), 2), absl::CivilDay(2023, 2, 28));
  EXPECT_EQ(AddMonths(absl::CivilDay(2022, 11, 30), 12), absl::CivilDay(2023, 11, 30));
  EXPECT_EQ(AddMonths(absl::CivilDay(2022, 1, 15), -1), absl::CivilDay(2021, 12, 15));
}

}  // namespace
}  // namespace fosse
