#include "adapters/council/columns/cell_value.h"

#include "base/local_date.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::adapters::council {
namespace {

std::string Day(const char* text) {
  const std::optional<absl::CivilDay> day = ReadDay(text);
  return day.has_value() ? FormatLocalDate(*day) : "none";
}

std::string Time(const char* text) {
  const std::optional<absl::Time> time = ReadTime(text);
  return time.has_value() ? absl::FormatTime(absl::RFC3339_full, *time, absl::UTCTimeZone())
                          : "none";
}

TEST(CellValueTest, DaysAreReadAsCouncilsWriteThem) {
  for (const char* text : {"2026-11-02", "02/11/2026", "2/11/2026", "02-11-2026", "02.11.2026",
                           "2 Nov 2026", "02-NOV-2026", "2 November 2026", "2026-11-02T00:00:00Z",
                           "2026-11-02 13:45:00", "02/11/2026 00:00"}) {
    EXPECT_EQ(Day(text), "2026-11-02") << text;
  }
  for (const char* text : {"02/11/26", "31/02/2026", "11/31/2026", "2026", "46057", "soon",
                           "02/11/2026 later", "2026-11-02T25:00", "2 Nev 2026", "02/11/1066"}) {
    EXPECT_EQ(Day(text), "none") << text;
  }
}

TEST(CellValueTest, TimesWithoutAnOffsetAreLondons) {
  EXPECT_EQ(Time("2026-11-02T09:30:00Z"), "2026-11-02T09:30:00+00:00");
  EXPECT_EQ(Time("2026-11-02T09:30:00+01:00"), "2026-11-02T08:30:00+00:00");
  EXPECT_EQ(Time("2026-11-02 09:30:00.250 -0500"), "2026-11-02T14:30:00.25+00:00");
  EXPECT_EQ(Time("02/11/2026 09:30"), "2026-11-02T09:30:00+00:00");
  EXPECT_EQ(Time("02/07/2026 09:30"), "2026-07-02T08:30:00+00:00");
  EXPECT_EQ(Time("02/07/2026"), "2026-07-01T23:00:00+00:00");
  // The hour that comes twice is the first; the one that never comes is none.
  EXPECT_EQ(Time("25/10/2026 01:30"), "2026-10-25T00:30:00+00:00");
  EXPECT_EQ(Time("29/03/2026 01:30"), "none");
}

Target TargetOf(const char* type, const char* pointer) {
  const std::optional<Target> target = FindTarget(*FindRowType(type), pointer);
  EXPECT_TRUE(target.has_value()) << pointer;
  return target.value_or(Target{});
}

std::string Value(const Target& target, const char* text) {
  const CellValue value = ValueFor(target, text);
  return value.reason.empty() ? value.value.dump() : value.reason;
}

TEST(CellValueTest, EachFieldTakesWhatItCanHold) {
  Shows({"haz-21", "haz-01"});
  const Target number = TargetOf("person-update", "/person/nhsNumber");
  EXPECT_EQ(Value(number, "999 000 0018"), "\"9990000018\"");
  EXPECT_EQ(Value(number, "9990000019"), "FIELD_INVALID");
  EXPECT_EQ(Value(number, "4444444444"), "FIELD_INVALID");
  const Target answer = TargetOf("delegation-response", "/withinInsurance");
  EXPECT_EQ(Value(answer, "YES"), "true");
  EXPECT_EQ(Value(answer, "n"), "false");
  EXPECT_EQ(Value(answer, "perhaps"), "CODE_UNKNOWN");
  const Target choice = TargetOf("task-not-done", "/reason");
  EXPECT_EQ(Value(choice, "Person Away"), "\"person-away\"");
  EXPECT_EQ(Value(choice, "unspecified"), "CODE_UNKNOWN");
  const Target minutes = TargetOf("delegation-proposal", "/addedMinutesPerWeek");
  EXPECT_EQ(Value(minutes, "45.0"), "45");
  EXPECT_EQ(Value(minutes, "-1"), "FIELD_INVALID");
  EXPECT_EQ(Value(minutes, "4294967296"), "FIELD_INVALID");
  EXPECT_EQ(Value(TargetOf("panel-decision", "/decidedBy"), "A; B ;"), "[\"A\",\"B\"]");
  EXPECT_EQ(Value(TargetOf("service-episode", "/startedOn"), "01/10/2026"), "\"2026-10-01\"");
}

TEST(CellValueTest, ListsAreMetItemByItem) {
  EXPECT_EQ(TargetOf("training-request", "/workers/0/reference").path,
            "training_request.workers[0].employer_reference");
  EXPECT_EQ(TargetOf("panel-decision", "/elements/1/fundedBy/0/organisation").path,
            "panel_decision.elements[1].funded_by[0].organisation");
  for (const char* none :
       {"/workers", "/workers/0", "/workers/x/name", "/workers/10/name", "/no"}) {
    EXPECT_FALSE(FindTarget(*FindRowType("training-request"), none).has_value()) << none;
  }
}

}  // namespace
}  // namespace fosse::adapters::council
