// Messages that others published, under a profile that gives every event its strongest meaning.
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "adapters/community/answer.h"
#include "adapters/hl7/batch.h"
#include "base/field_check.h"
#include "gtest/gtest.h"
#include "tests/adapters/community/held_file.h"
#include "tests/adapters/community/messages.h"
#include "tests/adapters/hl7/samples.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::community {
namespace {

constexpr char kStrongest[] =
    "events { event: 'ADT^A01' meaning: 'CASELOAD_OPEN' service: 'nursing' } "
    "events { event: 'ADT^A04' meaning: 'CASELOAD_OPEN' service: 'nursing' } "
    "events { event: 'ADT^A28' meaning: 'CASELOAD_OPEN' service: 'nursing' } "
    "events { event: 'ADT^A03' meaning: 'CASELOAD_DISCHARGE' service: 'nursing' } "
    "events { event: 'REF^I12' meaning: 'CASELOAD_OPEN' service: 'nursing' } "
    "events { event: 'ADT^A08' meaning: 'DEMOGRAPHICS' } "
    "events { event: 'ADT^A31' meaning: 'DEMOGRAPHICS' } "
    "events { event: 'ADT^A34' meaning: 'DEMOGRAPHICS' } "
    "events { event: 'ADT^A40' meaning: 'DEMOGRAPHICS' }";

std::string BodyOf(const v1::Envelope& envelope) {
  const auto* const field =
      v1::Envelope::descriptor()->FindFieldByNumber(static_cast<int>(envelope.body_case()));
  return field == nullptr ? "nothing" : std::string(field->name());
}

class CorpusTest : public ::testing::Test {
 protected:
  void SetUp() override {
    files_ = hl7::CorpusFiles();
    if (files_.empty()) {
      std::cout << "SKIPPED: no corpus; set FOSSE_CORPUS to the folder that holds hl7v2\n";
      GTEST_SKIP() << "no corpus";
    }
  }
  std::vector<std::pair<std::string, std::string>> files_;
};

TEST_F(CorpusTest, EveryMessageIsTranslatedOrRefusedWithItsPlace) {
  Shows({"ctl-32", "haz-21"});
  size_t handed_over = 0;
  for (const auto& [name, published] : files_) {
    SCOPED_TRACE(name);
    // Published numbers were never issued, and published runs are marked as tests: as they are,
    // each is refused for that alone.
    const std::string bytes =
        absl::StrReplaceAll(published, {{"3333333333", "9990000018"}, {"|T|2.3|", "|P|2.3|"}});
    for (const absl::string_view part : hl7::SplitBatch(bytes).messages) {
      const hl7::Message message = hl7::Message::Read(std::string(part));
      const Translated translated = Translate(std::string(part), kStrongest);
      if (translated.result == Translated::Result::kMessage) {
        ++handed_over;
        EXPECT_THAT(CheckFields(translated.envelope), IsOk());
        EXPECT_EQ(translated.envelope.original().content(), part);
        EXPECT_TRUE(translated.faults.empty());
      } else {
        EXPECT_EQ(translated.envelope.ByteSizeLong(), 0);
        EXPECT_EQ(translated.faults.empty(), translated.result == Translated::Result::kNoEffect);
      }
      const std::vector<std::string> answers = Acknowledgements(
          message, VerdictOf(translated), "X", absl::UnixEpoch(), absl::UTCTimeZone());
      EXPECT_TRUE(!answers.empty() || message.Value("MSH", 15) == "NE" ||
                  message.Find("MSA") != nullptr);
    }
  }
  EXPECT_GE(handed_over, 3);
}

// "message 3, no effect 36, PID-3.1 NHS_NUMBER_MISSING 1": what became of a file's messages.
std::string Summary(const std::string& bytes) {
  std::map<std::string, int> counts;
  const hl7::Batch batch = hl7::SplitBatch(bytes);
  for (const hl7::Issue& issue : batch.issues) {
    ++counts[absl::StrCat("file refused: ", issue.at.ToString(), " `", issue.reason, "`")];
  }
  if (batch.messages.empty()) ++counts["no message in it"];
  for (const absl::string_view part : batch.messages) {
    const Translated translated = Translate(std::string(part), kStrongest);
    std::string became;
    if (translated.result == Translated::Result::kMessage) {
      became = absl::StrCat("`", BodyOf(translated.envelope), "`");
    } else if (translated.faults.empty()) {
      became = "no effect";
    } else {
      const hl7::Issue& first = translated.faults[0].issue;
      became = absl::StrCat("refused: ", first.at.ToString(), " `", first.reason, "`");
    }
    ++counts[became];
  }
  std::vector<std::string> said;
  for (const auto& [what, count] : counts) {
    said.push_back(count == 1 ? what : absl::StrCat(count, " × ", what));
  }
  return absl::StrJoin(said, "; ");
}

// docs/adapters/hl7-corpus.md: which published message becomes what, and why others are refused.
TEST_F(CorpusTest, TheTableOfPublishedMessagesIsTrue) {
  Shows({"haz-21", "ctl-32"});
  std::string page =
      "# Published HL7 v2 messages, as this adapter reads them\n\n"
      "Made by `adapters_community_test` (`UPDATE_GOLDEN=1`) from a folder of messages that others "
      "published;\nthey are not part of this project. Read under a profile that gives every event "
      "its strongest meaning,\nas they are: many are refused for numbers that were never issued or "
      "for being marked as tests.\nOf a refused message the first place and reason are named.\n\n"
      "| File | Becomes |\n| --- | --- |\n";
  for (const auto& [name, bytes] : files_) {
    absl::StrAppend(&page, "| ", name, " | ", Summary(bytes), " |\n");
  }
  ExpectHeld("docs/adapters/hl7-corpus.md", page);
}

// Bytes lost or changed at any place never crash it, and what it makes keeps the terms.
TEST(DamagedMessagesTest, NeverBreakTheTerms) {
  Shows({"ctl-32"});
  for (const std::string& sound : {Parts{}.Bytes(), Referral().Bytes()}) {
    for (size_t at = 0; at < sound.size(); ++at) {
      for (const char* change : {"", "|", "^", "~", "\\", "\r", "\"\"", "\xC3", "9"}) {
        std::string damaged = sound;
        damaged.replace(at, 1, change);
        const Translated translated = Translate(damaged);
        if (translated.result != Translated::Result::kMessage) continue;
        ASSERT_THAT(CheckFields(translated.envelope), IsOk()) << at << " " << change;
      }
    }
  }
}

TEST_F(CorpusTest, ItkDischargeIsRefusedForItsRepeatedDigit) {
  Shows({"haz-01"});
  for (const auto& [name, bytes] : files_) {
    if (name != "itk-v24/A03_example.hl7") continue;
    EXPECT_EQ(Told(Translate(bytes, kStrongest).faults), "PID-3.1 NHS_NUMBER_INVALID 102");
    EXPECT_EQ(Translate(bytes, "").result, Translated::Result::kNoEffect);
  }
}

}  // namespace
}  // namespace fosse::adapters::community
