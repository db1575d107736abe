#include "adapters/hl7/batch.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::hl7 {
namespace {

struct Case {
  const char* name;
  const char* bytes;
  std::vector<std::string> messages;
  std::vector<std::string> told;
};

TEST(BatchTest, IsTakenApart) {
  Shows({"haz-21"});
  const Case kCases[] = {
      {"Empty", "", {}, {}},
      {"One", "MSH|1\rPID|1\r", {"MSH|1\rPID|1\r"}, {}},
      {"TwoBare", "MSH|1\n\nMSH|2\nPID|2", {"MSH|1\n\n", "MSH|2\nPID|2"}, {}},
      {"Enveloped",
       "FHS|^~\\&\rBHS|^~\\&\rMSH|1\rPID|1\rMSH|2\rBTS|2\rFTS|1\r",
       {"MSH|1\rPID|1\r", "MSH|2\r"},
       {}},
      {"ByteOrderMark", "\xEF\xBB\xBFMSH|1\r", {"MSH|1\r"}, {}},
      {"UnreadableLinesStayInTheirMessage", "MSH|1\rfree text\r", {"MSH|1\rfree text\r"}, {}},
      {"LineBefore", "// note\rMSH|1\r", {"MSH|1\r"}, {"LINE_OUTSIDE_MESSAGE line 1"}},
      {"SegmentsWithoutMsh",
       "BHS|x\rEVN|1\rBTS|1\r",
       {},
       {"LINE_OUTSIDE_MESSAGE line 2", "BATCH_COUNT_WRONG BTS[1]-1"}},
      {"OneLost", "BHS|x\rMSH|1\rBTS|2\r", {"MSH|1\r"}, {"BATCH_COUNT_WRONG BTS[1]-1"}},
      {"CountUnreadable", "MSH|1\rBTS|two\r", {"MSH|1\r"}, {"BATCH_COUNT_WRONG BTS[1]-1"}},
      {"CountNotGiven", "MSH|1\rBTS||x\r", {"MSH|1\r"}, {}},
      {"EachBatchHasItsCount",
       "BHS|x\rMSH|1\rBTS|1\rBHS|x\rMSH|2\rMSH|3\rBTS|3\r",
       {"MSH|1\r", "MSH|2\r", "MSH|3\r"},
       {"BATCH_COUNT_WRONG BTS[2]-1"}},
      {"NotEveryMshIsAHeader", "MSH|1\rMSHX|2\r", {"MSH|1\rMSHX|2\r"}, {}},
  };
  for (const Case& test : kCases) {
    SCOPED_TRACE(test.name);
    const Batch batch = SplitBatch(test.bytes);
    std::vector<std::string> messages(batch.messages.begin(), batch.messages.end());
    std::vector<std::string> told;
    for (const Issue& issue : batch.issues) {
      told.push_back(absl::StrCat(issue.reason, " ", issue.at.ToString()));
    }
    EXPECT_EQ(messages, test.messages);
    EXPECT_EQ(told, test.told);
  }
}

TEST(BatchTest, IsBounded) {
  std::string bytes;
  for (int i = 0; i <= kMaxBatchMessages; ++i) bytes += "MSH|x\r";
  const Batch batch = SplitBatch(bytes);
  EXPECT_EQ(batch.messages.size(), kMaxBatchMessages);
  ASSERT_EQ(batch.issues.size(), 1);
  EXPECT_EQ(batch.issues[0].reason, "TOO_MANY_MESSAGES");
}

}  // namespace
}  // namespace fosse::hl7
