#include "adapters/community/hl7_door.h"

#include <map>
#include <optional>

#include "absl/strings/str_replace.h"
#include "adapters/community/delivery_message.h"
#include "base/log.h"
#include "gtest/gtest.h"
#include "tests/adapters/community/messages.h"
#include "tests/support/shows.h"

namespace fosse::adapters::community {
namespace {

class Hl7DoorTest : public ::testing::Test {
 protected:
  Hl7DoorTest()
      : door_(
            {.profile = ProfileOf(kUsualEvents),
             .locality = "QK1",
             .zone = absl::UTCTimeZone(),
             .participant_of = [](absl::string_view name) -> std::string {
               if (name == "fosse:participant:RT5") return "RT5";
               return name == "fosse:participant:C82999" ? "C82999" : "";
             },
             .hand =
                 [this](v1::Envelope envelope, std::function<void(Answer)> answered) {
                   handed_.push_back(std::move(envelope));
                   answered_ = std::move(answered);
                 },
             .has_note =
                 [](const std::string& name) {
                   return name == SentNote("0123456789abcdef0123") || name == SentNote("D-7");
                 },
             .order = std::make_shared<const EventOrder>(EventOrder::Notes{
                 .find =
                     [this](const std::string& name) -> absl::StatusOr<std::optional<std::string>> {
                   if (broken_) return absl::UnavailableError("broken");
                   const auto found = notes_.find(name);
                   if (found == notes_.end()) return std::optional<std::string>();
                   return std::optional<std::string>(found->second);
                 },
                 .keep =
                     [this](const std::string& name, const std::string& text) {
                       notes_[name] = text;
                       return absl::OkStatus();
                     },
                 .key = [](const v1::Envelope& envelope) { return envelope.ShortDebugString(); }}),
             .random = random_}) {}

  // MSA-1 of the answer; "none" where there is none yet, or nothing in it.
  std::string Send(const std::string& bytes, const std::string& client = "fosse:participant:RT5",
                   bool is_cut = false) {
    answers_.reset();
    door_.Handle({.bytes = bytes, .client = client, .is_cut = is_cut},
                 [this](std::vector<std::string> answers) { answers_ = std::move(answers); });
    return Code();
  }
  std::string Code() const {
    if (!answers_.has_value() || answers_->empty()) return "none";
    return hl7::Message::Read(answers_->front()).Value("MSA", 1);
  }

  SystemRandom random_;
  std::map<std::string, std::string> notes_;
  bool broken_ = false;
  std::vector<v1::Envelope> handed_;
  std::function<void(Answer)> answered_;
  std::optional<std::vector<std::string>> answers_;
  Hl7Door door_;
};

TEST_F(Hl7DoorTest, NothingIsAcknowledgedBeforeItIsKept) {
  Shows({"haz-38"});
  EXPECT_EQ(Send(Parts{}.Bytes()), "none");
  ASSERT_EQ(handed_.size(), 1);
  answered_({.kind = Answer::Kind::kKept});
  EXPECT_EQ(Code(), "CA");
}

// Only what was taken orders what follows.
TEST_F(Hl7DoorTest, WhatOvertookIsNotUndoneByWhatItUndid) {
  Shows({"haz-21"});
  Parts undoing;
  undoing.event = "ADT^A13^ADT_A01";
  Send(absl::StrReplaceAll(undoing.Bytes(), {{"20260301101501", "20260301102501"}}));
  EXPECT_TRUE(notes_.empty());
  answered_({.kind = Answer::Kind::kReceipt});
  EXPECT_EQ(notes_.size(), 1u);
  Send(absl::StrReplaceAll(Parts{}.Bytes(), {{"|ID-7|", "|ID-6|"}}));
  ASSERT_EQ(handed_.size(), 2u);
  EXPECT_EQ(handed_[1].episode_change().occurred_at().nanos(), 999'999'000);
  EXPECT_EQ(door_.counts().late, 1u);
}

TEST_F(Hl7DoorTest, WithoutItsNotesNothingIsTaken) {
  Shows({"haz-38"});
  broken_ = true;
  EXPECT_EQ(Send(Parts{}.Bytes()), "CR");
  EXPECT_TRUE(handed_.empty());
}

TEST_F(Hl7DoorTest, NotKeptIsRejected) {
  Shows({"haz-38"});
  Send(Parts{}.Bytes());
  answered_({.kind = Answer::Kind::kNotKept});
  EXPECT_EQ(Code(), "CR");
}

TEST_F(Hl7DoorTest, EventWithoutEffectIsAcknowledgedAndCounted) {
  Parts parts;
  parts.event = "ADT^A01^ADT_A01";
  EXPECT_EQ(Send(parts.Bytes()), "CA");
  EXPECT_TRUE(handed_.empty());
  EXPECT_EQ(door_.counts().without_effect, 1);
}

TEST_F(Hl7DoorTest, FaultyMessageIsRefusedAndNothingHandedOver) {
  Shows({"haz-21"});
  Parts parts;
  parts.pid = "PID|1||9990000019^^^NHS||Okonjo^Philippa||19410309";
  EXPECT_EQ(Send(parts.Bytes()), "CE");
  EXPECT_EQ(Send("not HL7"), "AE");
  EXPECT_TRUE(handed_.empty());
  EXPECT_EQ(door_.counts().faulty, 2);
}

TEST_F(Hl7DoorTest, OnlyTheSitesOwnCertificateMaySend) {
  Shows({"ctl-01", "haz-32"});
  EXPECT_EQ(Send(Parts{}.Bytes(), "fosse:participant:C82999"), "CR");
  EXPECT_EQ(Send(Parts{}.Bytes(), "fosse:participant:UNKNOWN"), "CR");
  EXPECT_EQ(Send(Parts{}.Bytes(), ""), "CR");
  EXPECT_TRUE(handed_.empty());
  EXPECT_EQ(door_.counts().of_strangers, 3);
}

// An RRI about what we sent opens nothing here, whether it names our message or our reference.
TEST_F(Hl7DoorTest, AnAnswerToOurReferralIsNoReferral) {
  Shows({"haz-21", "haz-39"});
  for (const char* const answers :
       {"MSA|AA|0123456789abcdef0123\rRF1|A||NUR|||X-1\r", "MSA|AA|other\rRF1|A||NUR|||D-7\r"}) {
    EXPECT_EQ(Send(absl::StrCat("MSH|^~\\&|A|RT5|FOSSE|QK1|20260301||RRI^I12|7|P|2.4|||AL|NE\r",
                                answers)),
              "CE");
  }
  EXPECT_TRUE(handed_.empty());
  Parts theirs = Referral();
  theirs.event = "RRI^I12^RRI_I12";
  Send(theirs.Bytes());
  EXPECT_EQ(handed_.size(), 1);
}

TEST_F(Hl7DoorTest, CutMessageIsRejected) {
  Shows({"haz-21"});
  EXPECT_EQ(Send(Parts{}.Bytes(), "fosse:participant:RT5", /*is_cut=*/true), "CR");
  EXPECT_TRUE(handed_.empty());
}

TEST_F(Hl7DoorTest, LogsHoldNoPerson) {
  Shows({"ctl-26"});
  std::string logged;
  {
    const ScopedLogSink sink([&logged](absl::string_view line) { logged += std::string(line); });
    Hl7Door door({.profile = ProfileOf(kUsualEvents),
                  .locality = "QK1",
                  .zone = absl::UTCTimeZone(),
                  .participant_of = [](absl::string_view) { return "RT5"; },
                  .hand = [](v1::Envelope, std::function<void(Answer)>) {},
                  .random = random_});
    door.Handle({.bytes = Parts{}.Bytes(), .client = "x"}, [](std::vector<std::string>) {});
  }
  EXPECT_NE(logged.find("\"handed-over\":1"), std::string::npos) << logged;
  EXPECT_EQ(logged.find("9990000018"), std::string::npos);
  EXPECT_EQ(logged.find("Okonjo"), std::string::npos);
}

}  // namespace
}  // namespace fosse::adapters::community
