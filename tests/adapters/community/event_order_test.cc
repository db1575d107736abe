// What comes after a later event is handed over so that it changes nothing.
#include "adapters/community/event_order.h"

#include <map>
#include <string>

#include "absl/strings/str_replace.h"
#include "base/status.h"
#include "gtest/gtest.h"
#include "tests/adapters/community/messages.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::community {
namespace {

constexpr char kStays[] =
    "events { event: 'ADT^A01' native_service: 'NUR' meaning: 'AWAY_HOSPITAL' } "
    "events { event: 'ADT^A03' native_service: 'NUR' meaning: 'BACK' } ";

class EventOrderTest : public ::testing::Test {
 protected:
  EventOrderTest()
      : order_(
            {.find = [this](const std::string& name) -> absl::StatusOr<std::optional<std::string>> {
               if (broken_) return MakeError(absl::StatusCode::kUnavailable, "OUTBOX_FAILED", "");
               const auto found = notes_.find(name);
               if (found == notes_.end()) return std::optional<std::string>();
               return std::optional<std::string>(found->second);
             },
             .keep =
                 [this](const std::string& name, const std::string& text) {
                   notes_[name] = text;
                   return absl::OkStatus();
                 },
             .key = [](const v1::Envelope& envelope) { return envelope.ShortDebugString(); }}) {}

  // An event that happened, and was sent, at so many minutes past ten.
  static std::string Event(const std::string& event, const std::string& id, const char* happened,
                           const char* sent, const char* number = "", const char* episode = "E-1") {
    Parts parts;
    parts.event = event;
    parts.msh_tail = absl::StrCat("P|2.4|", number, "||AL|NE||UNICODE UTF-8");
    parts.evn = absl::StrCat("EVN||2026030110", sent, "00+0000||||2026030110", happened, "00+0000");
    return absl::StrReplaceAll(
        parts.Bytes(), {{"20260301101501+0000", absl::StrCat("2026030110", sent, "01+0000")},
                        {"|ID-7|", absl::StrCat("|", id, "|")},
                        {"|E-1|", absl::StrCat("|", episode, "|")}});
  }

  // What is handed over, once it is taken.
  v1::Envelope Take(const std::string& bytes, const std::string& events = kUsualEvents) {
    const hl7::Message message = hl7::Message::Read(bytes);
    Translated translated = Translate(bytes, events);
    EXPECT_EQ(translated.result, Translated::Result::kMessage) << Told(translated.faults);
    const absl::StatusOr<bool> late = order_.Arrange(message, translated.envelope, now_);
    EXPECT_THAT(late, IsOk());
    late_ = late.value_or(false);
    EXPECT_THAT(order_.Took(message, translated.envelope, now_, late_), IsOk());
    return translated.envelope;
  }

  std::map<std::string, std::string> notes_;
  bool broken_ = false;
  bool late_ = false;
  const absl::Time now_ = absl::FromUnixSeconds(1772366400);  // Noon.
  EventOrder order_;
};

TEST_F(EventOrderTest, AnUndoingThatOvertookWhatItUndoesStands) {
  Shows({"haz-21", "haz-22"});
  const v1::Envelope undone = Take(Event("ADT^A13^ADT_A01", "2", "00", "20"));
  EXPECT_FALSE(late_);
  const v1::Envelope closed = Take(Event("ADT^A03^ADT_A03", "1", "00", "10"));
  EXPECT_TRUE(late_) << "both happened at ten; it was sent before";
  EXPECT_LT(closed.episode_change().occurred_at().seconds(),
            undone.episode_change().occurred_at().seconds());
  EXPECT_EQ(closed.episode_change().occurred_at().nanos(), 999'999'000);
  EXPECT_NE(closed.original().content().find("ADT^A03"), std::string::npos) << "as it came";
}

TEST_F(EventOrderTest, InOrderNothingIsChanged) {
  const v1::Envelope closed = Take(Event("ADT^A03^ADT_A03", "1", "00", "10"));
  EXPECT_FALSE(late_);
  EXPECT_EQ(closed.episode_change().occurred_at().seconds(), 1772359200);
  EXPECT_EQ(
      Take(Event("ADT^A13^ADT_A01", "2", "00", "20")).episode_change().occurred_at().seconds(),
      1772359200);
  EXPECT_FALSE(late_);
}

TEST_F(EventOrderTest, InOneSecondTheSequenceNumberTells) {
  Shows({"haz-22"});
  Take(Event("ADT^A13^ADT_A01", "2", "00", "10", "8"));
  Take(Event("ADT^A03^ADT_A03", "1", "00", "10", "7"));
  EXPECT_TRUE(late_);
  Take(Event("ADT^A03^ADT_A03", "3", "00", "10", "9"));
  EXPECT_FALSE(late_);
}

TEST_F(EventOrderTest, OtherEpisodesAreNoneOfItsBusiness) {
  Take(Event("ADT^A13^ADT_A01", "2", "00", "20"));
  Take(Event("ADT^A03^ADT_A03", "1", "00", "10", "", "E-2"));
  EXPECT_FALSE(late_);
}

TEST_F(EventOrderTest, WhatHappenedEarlierIsTheGatewaysToSee) {
  Take(Event("ADT^A03^ADT_A03", "2", "30", "40"));
  const v1::Envelope earlier = Take(Event("ADT^A03^ADT_A03", "1", "00", "10"));
  EXPECT_FALSE(late_);
  EXPECT_EQ(earlier.episode_change().occurred_at().seconds(), 1772359200);
}

TEST_F(EventOrderTest, AStayThatComesLateLeavesWhatALaterOneSaid) {
  Shows({"haz-41", "haz-22"});
  EXPECT_TRUE(Take(Event("ADT^A03^ADT_A03", "2", "30", "31"), kStays).person_away().returned());
  const v1::Envelope admitted = Take(Event("ADT^A01^ADT_A01", "1", "00", "10"), kStays);
  EXPECT_TRUE(late_);
  EXPECT_TRUE(admitted.person_away().returned()) << "the person is back since";
  EXPECT_FALSE(Take(Event("ADT^A01^ADT_A01", "4", "50", "51"), kStays).person_away().returned());
  EXPECT_FALSE(Take(Event("ADT^A03^ADT_A03", "3", "40", "41"), kStays).person_away().returned())
      << "the person is away again since";
}

// Else whoever goes to hospital in 2099 would never be back.
TEST_F(EventOrderTest, ATimeThatHasNotComeMakesNothingLate) {
  Shows({"haz-41", "haz-22"});
  Take(absl::StrReplaceAll(Event("ADT^A01^ADT_A01", "1", "00", "10"),
                           {{"||||20260301100000", "||||20990301100000"}}),
       kStays);
  EXPECT_TRUE(Take(Event("ADT^A03^ADT_A03", "2", "30", "31"), kStays).person_away().returned());
  EXPECT_FALSE(late_);
}

// The same message gets the same answer: what was made of it once is made of it again.
TEST_F(EventOrderTest, ARepeatIsWhatItWas) {
  Shows({"haz-07"});
  const std::string first = Event("ADT^A03^ADT_A03", "1", "00", "10");
  const std::string closed = Take(first).SerializeAsString();
  Take(Event("ADT^A13^ADT_A01", "2", "00", "20"));
  EXPECT_EQ(Take(first).SerializeAsString(), closed) << "it was not late when it came";
  const std::string late = Event("ADT^A03^ADT_A03", "3", "00", "15");
  const std::string changed = Take(late).SerializeAsString();
  EXPECT_TRUE(late_);
  EXPECT_EQ(Take(late).SerializeAsString(), changed);
  for (size_t n = 0; n < EventOrder::kRemembered + 5; ++n) {
    Take(Event("ADT^A03^ADT_A03", absl::StrCat("more", n), "30", "40"));
  }
  EXPECT_LT(notes_.begin()->second.size(), 2000u);
}

TEST_F(EventOrderTest, WithoutNotesNothingIsHandedOver) {
  broken_ = true;
  Translated translated = Translate(Parts{}.Bytes());
  EXPECT_THAT(order_.Arrange(hl7::Message::Read(Parts{}.Bytes()), translated.envelope, now_),
              FailsWith("OUTBOX_FAILED"));
}

TEST_F(EventOrderTest, DemographicsHaveNoOrderHere) {
  Parts parts{.event = "ADT^A31^ADT_A05", .pv1 = ""};
  Take(parts.Bytes());
  EXPECT_TRUE(notes_.empty());
}

}  // namespace
}  // namespace fosse::adapters::community
