#include "adapters/hl7/ack.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "adapters/hl7/mllp.h"
#include "adapters/hl7/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::hl7 {
namespace {

using ::testing::HasSubstr;

Message Received(absl::string_view version, absl::string_view accept,
                 absl::string_view application) {
  return Message::Read(
      absl::StrCat("MSH|^~\\&|PAS^1&2|RT5|ROUTE|QK1|20260131091530||ADT^A03^ADT_A03|ID-1|P|",
                   version, "|||", accept, "|", application, "\rPID|1\r"));
}

Ack Of(AckOutcome outcome, AckStage stage = AckStage::kReceipt) {
  Ack ack;
  ack.stage = stage;
  ack.outcome = outcome;
  ack.control_id = "FOSSE1";
  ack.now = absl::FromUnixSeconds(1'785'000'000);
  ack.zone = LondonTimeZone().value_or(absl::UTCTimeZone());
  return ack;
}

// MSA-1 of the answer; "-" for none.
std::string CodeFor(const Message& message, AckOutcome outcome, AckStage stage) {
  const std::optional<std::string> bytes = BuildAck(message, Of(outcome, stage));
  return bytes.has_value() ? Message::Read(*bytes).Value("MSA", 1) : "-";
}

TEST(AckTest, IsAWholeMessageBackToItsSender) {
  const std::optional<std::string> bytes =
      BuildAck(Received("2.4", "", ""), Of(AckOutcome::kAccept));
  ASSERT_TRUE(bytes.has_value());
  EXPECT_EQ(*bytes,
            "MSH|^~\\&|ROUTE|QK1|PAS^1&2|RT5|20260725182000+0100||ACK^A03^ACK|FOSSE1|P|2.4\r"
            "MSA|AA|ID-1\r");
}

TEST(AckTest, CodeIsWhatMsh15And16AskFor) {
  const struct {
    const char* accept;
    const char* application;
    const char* at_receipt;  // For accept, error and reject.
    const char* later;
  } kCases[] = {
      {"", "", "AA AE AR", "- - -"},        {"AL", "NE", "CA CE CR", "- - -"},
      {"AL", "AL", "CA CE CR", "AA AE AR"}, {"AL", "", "CA CE CR", "- - -"},
      {"NE", "NE", "- - -", "- - -"},       {"NE", "AL", "- - -", "AA AE AR"},
      {"", "AL", "- - -", "AA AE AR"},      {"ER", "SU", "- CE CR", "AA - -"},
      {"SU", "ER", "CA - -", "- AE AR"},    {"??", "NE", "CA CE CR", "- - -"},
  };
  for (const auto& test : kCases) {
    SCOPED_TRACE(absl::StrCat(test.accept, "/", test.application));
    const Message message = Received("2.4", test.accept, test.application);
    const auto all = [&](AckStage stage) {
      return absl::StrCat(CodeFor(message, AckOutcome::kAccept, stage), " ",
                          CodeFor(message, AckOutcome::kError, stage), " ",
                          CodeFor(message, AckOutcome::kReject, stage));
    };
    EXPECT_EQ(all(AckStage::kReceipt), test.at_receipt);
    EXPECT_EQ(all(AckStage::kApplication), test.later);
  }
}

TEST(AckTest, AnAcknowledgementIsNeverAcknowledged) {
  const Message message =
      Message::Read("MSH|^~\\&|A|B|C|D|20260131||ACK^A03^ACK|9|P|2.4|||AL|AL\rMSA|AA|1\r");
  EXPECT_EQ(CodeFor(message, AckOutcome::kAccept, AckStage::kReceipt), "-");
  EXPECT_EQ(CodeFor(message, AckOutcome::kReject, AckStage::kApplication), "-");
}

TEST(AckTest, AnAnswerOfItsOwnIsToldThatItCameWhereItAsks) {
  const auto code = [](const char* accept, AckStage stage) {
    return CodeFor(Message::Read(absl::StrCat("MSH|^~\\&|A|B|C|D|20260131||RRI^I12|9|P|2.4|||",
                                              accept, "|AL\rMSA|AA|1\rRF1|A\r")),
                   AckOutcome::kAccept, stage);
  };
  EXPECT_EQ(code("AL", AckStage::kReceipt), "CA");
  EXPECT_EQ(code("AL", AckStage::kApplication), "-");
  EXPECT_EQ(code("NE", AckStage::kReceipt), "-");
  EXPECT_EQ(code("", AckStage::kReceipt), "-");
}

AckError MissingNumber() {
  return {{.at = {.segment = "PID", .occurrence = 1, .field = 3, .repetition = 2, .component = 1},
           .reason = "NHS_NUMBER_INVALID",
           .remedy = "send a traced NHS number"},
          ErrorCode::kRequiredFieldMissing};
}

TEST(AckTest, ErrorsAreLocatedInTheFormOfTheVersion) {
  Ack ack = Of(AckOutcome::kError);
  ack.errors = {MissingNumber(),
                {{.at = {.occurrence = 7}, .reason = "SEGMENT_UNREADABLE", .remedy = "r"},
                 ErrorCode::kSegmentSequence}};
  const std::string v24 = *BuildAck(Received("2.4", "", ""), ack);
  EXPECT_THAT(v24, HasSubstr("MSA|AE|ID-1|send a traced NHS number\r"
                             "ERR|PID^1^3^101&Required field missing&HL70357"
                             "~^7^^100&Segment sequence error&HL70357\r"));
  const std::string v251 = *BuildAck(Received("2.5.1", "", ""), ack);
  EXPECT_THAT(v251, HasSubstr("\rERR||PID^1^3^2^1|101^Required field missing^HL70357|E|"
                              "NHS_NUMBER_INVALID|||send a traced NHS number\r"
                              "ERR||^7|100^Segment sequence error^HL70357|E|"
                              "SEGMENT_UNREADABLE|||r\r"));
  EXPECT_TRUE(Message::Read(v24).ok());
  EXPECT_TRUE(Message::Read(v251).ok());
}

TEST(AckTest, VersionAndEventAreTheSenders) {
  EXPECT_THAT(*BuildAck(Received("2.3", "", ""), Of(AckOutcome::kAccept)),
              HasSubstr("||ACK^A03|FOSSE1|P|2.3\r"));
  EXPECT_THAT(*BuildAck(Received("", "", ""), Of(AckOutcome::kAccept)),
              HasSubstr("||ACK^A03^ACK|FOSSE1|P|2.4\r"));
}

TEST(AckTest, ErrorsAreBounded) {
  Ack ack = Of(AckOutcome::kError);
  ack.errors.assign(500, MissingNumber());
  EXPECT_EQ(Message::Read(*BuildAck(Received("2.5", "", ""), ack)).Named("ERR").size(),
            kMaxAckErrors);
  EXPECT_EQ(Message::Read(*BuildAck(Received("2.4", "", ""), ack)).Find("ERR")->RepetitionCount(1),
            kMaxAckErrors);
}

// Whatever came in, its sender gets an answer that can be read and framed.
TEST(AckTest, AnswersTheUnreadable) {
  Shows({"haz-21"});
  const struct {
    const char* bytes;
    const char* control_id;
  } kCases[] = {
      {"", ""},
      {"PID|1\r", ""},
      {"\x0B\x1C", ""},
      {"MSH", ""},
      {"MSH|", ""},
      {"MSH||A|B|C|D|||ADT^A01|ID9\r", "ID9"},
      {"MSH|^~\\\\&|A|B|C|D|||ADT^A01|ID9\r", "ID9"},
      {"MSH|^|A|B|C|D|||ADT^A01|ID9\r", "ID9"},
      {"MSH#^~\\#A#B|b#C#D###ADT^A01#I|9\r", "I|9"},
      {"MSH|^~\\&|A\x01|B|C|\xFF|||ADT^A\x02|I\x1C"
       "D9\r",
       "ID9"},
      {"MSH#:;!%#A#B#C#D###ADT:A01#ID:9#P#2.5\rbroken line\r", "ID"},
  };
  for (const auto& test : kCases) {
    SCOPED_TRACE(test.bytes);
    const Message message = Message::Read(test.bytes);
    Ack ack = Of(AckOutcome::kReject);
    ack.errors = ErrorsOf(message);
    const std::optional<std::string> bytes = BuildAck(message, ack);
    ASSERT_TRUE(bytes.has_value());
    EXPECT_TRUE(EncodeMllp(*bytes).ok());
    const Message answer = Message::Read(*bytes, {.undeclared = CharacterSet::kLatin1});
    EXPECT_TRUE(answer.ok());
    EXPECT_EQ(answer.Value("MSA", 1), "AR");
    EXPECT_EQ(answer.Value("MSA", 2), test.control_id);
    EXPECT_EQ(answer.Find("ERR") != nullptr, !message.ok());
  }
}

TEST(AckTest, Msa2IsByteForByteInTheSendersDelimiters) {
  Shows({"haz-21"});
  const Message message = Message::Read("MSH#:;!%#A#B#C#D###ADT:A01#I!F!D:9;x#P#2.5\rPID#1\r");
  const Message answer = Message::Read(*BuildAck(message, Of(AckOutcome::kAccept)));
  EXPECT_EQ(answer.Raw("MSA", 2, 0), "I!F!D:9;x");
  EXPECT_EQ(answer.Value("MSH", 2), ":;!%");
}

TEST(AckTest, ErrorsOfAMessageAreItsFaultsAlone) {
  const Message message = Message::Read("MSH|^~\\&|A\nPID|1\nbroken\n");
  ASSERT_EQ(message.issues().size(), 2);
  const std::vector<AckError> errors = ErrorsOf(message);
  ASSERT_EQ(errors.size(), 1);
  EXPECT_EQ(errors[0].issue.reason, "SEGMENT_UNREADABLE");
  EXPECT_EQ(errors[0].code, ErrorCode::kSegmentSequence);
  EXPECT_EQ(CodeOf({.reason = "CONTROL_CHARACTER"}), ErrorCode::kDatatype);
}

}  // namespace
}  // namespace fosse::hl7
