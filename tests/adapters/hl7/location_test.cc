#include "adapters/hl7/location.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace fosse::hl7 {
namespace {

struct Case {
  const char* text;
  Location at;
  const char* full;
  const char* hl7;
};

TEST(LocationTest, ReadsBothFormsAndWritesEach) {
  const Case kCases[] = {
      {"PID", {"PID", 1, 0, 0, 0, 0}, "PID[1]", "PID"},
      {"OBX[12]", {"OBX", 12, 0, 0, 0, 0}, "OBX[12]", "OBX"},
      {"PID-8", {"PID", 1, 8, 1, 0, 0}, "PID[1]-8[1]", "PID-8"},
      {"PID-3.1", {"PID", 1, 3, 1, 1, 0}, "PID[1]-3[1].1", "PID-3.1"},
      {"PID[1]-3[2].1", {"PID", 1, 3, 2, 1, 0}, "PID[1]-3[2].1", "PID-3.1"},
      {"ZU1[2]-14[3].1.2", {"ZU1", 2, 14, 3, 1, 2}, "ZU1[2]-14[3].1.2", "ZU1-14.1.2"},
  };
  for (const Case& test : kCases) {
    SCOPED_TRACE(test.text);
    const std::optional<Location> at = Location::Parse(test.text);
    ASSERT_TRUE(at.has_value());
    EXPECT_EQ(*at, test.at);
    EXPECT_EQ(at->ToString(), test.full);
    EXPECT_EQ(at->ToHl7(), test.hl7);
  }
}

TEST(LocationTest, RefusesWhatIsNoPlace) {
  for (const char* text :
       {"", "PI", "pid-3", "1ID-3", "PIDX", "PID-", "PID-0", "PID-3.", "PID-3.0", "PID[]-3",
        "PID[0]", "PID-3[2", "PID-3.1.2.3", "PID-3 ", "PID-100000", "PID--3", "PID-+3"}) {
    EXPECT_FALSE(Location::Parse(text).has_value()) << text;
  }
}

TEST(LocationTest, NamesALineThatHasNoSegmentName) {
  const Location at = {.occurrence = 7};
  EXPECT_EQ(at.ToString(), "line 7");
  EXPECT_EQ(at.ToHl7(), "line 7");
}

TEST(LocationTest, LeavesOutARepetitionThatIsNotMeant) {
  const Location at = {.segment = "PID", .field = 3};
  EXPECT_EQ(at.ToString(), "PID[1]-3");
}

}  // namespace
}  // namespace fosse::hl7
