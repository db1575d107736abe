#include "adapters/community/referral_answer.h"

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "adapters/community/answer.h"
#include "gtest/gtest.h"
#include "tests/adapters/community/messages.h"
#include "tests/support/shows.h"

namespace fosse::adapters::community {
namespace {

// The answers to a referral in this mode (MSH-15 and 16), once it is taken or refused.
std::vector<std::string> Answers(const Parts& parts, const Verdict& verdict) {
  return Acknowledgements(hl7::Message::Read(parts.Bytes()), verdict, "X", absl::UnixEpoch(),
                          absl::UTCTimeZone());
}

TEST(ReferralAnswerTest, IsWhatAReferralGetsForAnApplicationAcknowledgement) {
  Shows({"haz-21"});
  for (const char* event : {"I12", "I13", "I14"}) {
    Parts parts = Referral();
    parts.event = absl::StrCat("REF^", event, "^REF_I12");
    for (const char* mode : {"P|2.4", "P|2.4|||NE|AL"}) {
      parts.msh_tail = mode;
      const std::vector<std::string> answers = Answers(parts, {});
      ASSERT_EQ(answers.size(), 1u);
      const hl7::Message answer = hl7::Message::Read(answers[0]);
      EXPECT_TRUE(answer.ok());
      EXPECT_EQ(answer.Raw("MSH", 9, 1, 0), absl::StrCat("RRI^", event, "^RRI_", event));
      EXPECT_EQ(answer.Value("MSA", 1), "AA");
      EXPECT_EQ(answer.Value("MSA", 2), "ID-7");
      EXPECT_EQ(answer.Find("RF1")->raw(), hl7::Message::Read(parts.Bytes()).Find("RF1")->raw());
      EXPECT_EQ(answer.Named("PRD").size(), 2u);
      EXPECT_EQ(answer.Value("PID", 3), "9990000018");
    }
  }
}

TEST(ReferralAnswerTest, ReceiptAndRefusalStayAcknowledgements) {
  Parts parts = Referral();
  EXPECT_EQ(hl7::Message::Read(Answers(parts, {})[0]).Value("MSH", 9), "ACK") << "CA";
  parts.msh_tail = "P|2.4";
  const Verdict refused = {.outcome = hl7::AckOutcome::kError};
  EXPECT_EQ(hl7::Message::Read(Answers(parts, refused)[0]).Value("MSH", 9), "ACK");
  parts.event = "ADT^A03^ADT_A03";
  EXPECT_EQ(hl7::Message::Read(Answers(parts, {})[0]).Value("MSH", 9), "ACK");
}

TEST(ReferralAnswerTest, NoAnswerOfASystemMovesOversight) {
  Shows({"haz-39", "haz-21"});
  const auto answered = [](const char* status) {
    return AnswerToOurs(hl7::Message::Read(
        absl::StrCat("MSH|^~\\&|A|RT5|FOSSE|QK1|20260301||RRI^I12^RRI_I12|7|P|2.4\rMSA|AA|ours\r",
                     "RF1|", status, "|||||D-7\r")));
  };
  EXPECT_EQ(answered("P").result, Translated::Result::kNoEffect);
  for (const char* status : {"A", "R", "E", ""}) {
    EXPECT_EQ(answered(status).result, Translated::Result::kFaulty);
    EXPECT_EQ(Told(answered(status).faults), "RF1-1.1 ANSWER_BY_CLINICIAN 103");
  }
}

}  // namespace
}  // namespace fosse::adapters::community
