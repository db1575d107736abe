#include "engine/timestamps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

class IntakeTest : public ::testing::Test {
 protected:
  IntakeTest() { EXPECT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk()); }

  // Nothing of a refused message reaches the trail but its count.
  template <typename StatusT>
  void ExpectNothingKept(const StatusT& refused, absl::string_view reason, uint64_t size) {
    EXPECT_THAT(refused, FailsWith(std::string(reason)));
    EXPECT_EQ(world_.Size(), size);
  }

  EngineWorld world_;
};

TEST_F(IntakeTest, ACallerSpeaksForItselfOrForWhomTheDirectorySays) {
  Shows({"ctl-01", "thr-01"});
  const v1::Envelope concern = world_.Concern(kAda, "c1", kPractice, "unsettled");
  const uint64_t size = world_.Size();
  ExpectNothingKept(world_.SubmitAs({.participant = kProvider}, concern), "SENDER_NOT_ALLOWED",
                    size);
  ExpectNothingKept(world_.SubmitAs({.participant = "NOBODY"}, concern), "SENDER_NOT_ALLOWED",
                    size);
  ASSERT_OK_AND_ASSIGN(const v1::Receipt receipt,
                       world_.SubmitAs({.participant = kRelay}, concern));
  EXPECT_EQ(world_.Leaf(receipt.entry_index()).sender(), kPractice);
  EXPECT_EQ(world_.Leaf(receipt.entry_index()).relay(), kRelay);
}

TEST_F(IntakeTest, ARelayMayHandOverOnlyTheBodiesThatTheDirectoryNames) {
  Shows({"ctl-01", "ctl-03"});
  v1::Envelope risk = world_.Risk(kAda, "r1");
  risk.set_sender(kOtherPractice);  // The relay speaks for it with concerns alone.
  EXPECT_THAT(world_.SubmitAs({.participant = kRelay}, risk), FailsWith("SENDER_NOT_ALLOWED"));
}

TEST_F(IntakeTest, BasisIsSetFromTheCallAndNeverFromTheMessage) {
  Shows({"ctl-05"});
  struct Case {
    const char* id;
    engine::Caller caller;
    const char* sender;
    v1::PractitionerBasis basis;
  };
  ASSERT_THAT(world_.Submit([&] {
    v1::Envelope registration = world_.Message(kOtherPractice, "reg", kAda);
    registration.mutable_registration_change()->set_practice(kOtherPractice);
    registration.mutable_registration_change()->set_registered_on("2022-10-01");
    return registration;
  }()),
              IsOk());
  const Case cases[] = {
      {"b1",
       {.participant = kCommunity, .user_token = true},
       kCommunity,
       v1::PRACTITIONER_BASIS_AUTHENTICATED},
      {"b2", {.participant = kCommunity}, kCommunity, v1::PRACTITIONER_BASIS_ATTESTED},
      {"b3", {.participant = kOtherPractice}, kOtherPractice, v1::PRACTITIONER_BASIS_ASSERTED},
      {"b4", {.participant = kRelay}, kOtherPractice, v1::PRACTITIONER_BASIS_ASSERTED},
  };
  for (const Case& c : cases) {
    v1::Envelope concern = world_.Concern(kAda, c.id, c.sender, "unsettled");
    concern.mutable_acting_person()->set_basis(v1::PRACTITIONER_BASIS_AUTHENTICATED);
    ASSERT_OK_AND_ASSIGN(const v1::Receipt receipt, world_.SubmitAs(c.caller, concern));
    EXPECT_EQ(world_.Detail(receipt.entry_index()).envelope().acting_person().basis(), c.basis)
        << c.id;
  }
  v1::Envelope unnamed = world_.Concern(kAda, "b5", kCommunity, "unsettled");
  unnamed.mutable_acting_person()->clear_practitioner();
  ASSERT_OK_AND_ASSIGN(const v1::Receipt receipt,
                       world_.SubmitAs({.participant = kCommunity, .user_token = true}, unnamed));
  EXPECT_EQ(world_.Detail(receipt.entry_index()).envelope().acting_person().basis(),
            v1::PRACTITIONER_BASIS_UNSPECIFIED);
}

TEST_F(IntakeTest, WhatHasNotHappenedYetIsRefused) {
  Shows({"haz-06", "flt-29"});
  const absl::Time limit = world_.clock().Now() + absl::Minutes(5);
  const uint64_t size = world_.Size();
  v1::Envelope sent = world_.Concern(kAda, "c1", kPractice, "unsettled");
  *sent.mutable_sent_at() = engine::ToTimestamp(limit + absl::Nanoseconds(1));
  ExpectNothingKept(world_.Submit(sent), "TIME_IN_FUTURE", size);
  v1::Envelope noticed = world_.Concern(kAda, "c2", kPractice, "unsettled");
  *noticed.mutable_concern_raised()->mutable_noticed_at() =
      engine::ToTimestamp(limit + absl::Nanoseconds(1));
  ExpectNothingKept(world_.Submit(noticed), "TIME_IN_FUTURE", size);
  *sent.mutable_sent_at() = engine::ToTimestamp(limit);
  EXPECT_THAT(world_.Submit(sent), IsOk());
}

TEST_F(IntakeTest, ATestEnvironmentTakesTestNumbersOnly) {
  Shows({"haz-35"});
  constexpr TestPerson kReal = {"9434765919", "1941-03-02", "Quillfeather"};
  EXPECT_THAT(world_.Submit(world_.Episode(kReal, "e2")), FailsWith("NHS_NUMBER_NOT_TEST"));
  std::string live = TestDirectory();
  const auto at = live.find("test_environment: true");
  live.replace(at, 22, "test_environment: false");
  EngineWorld live_world({.directory_text = live});
  EXPECT_THAT(live_world.Submit(live_world.Episode(kAda, "e1")), FailsWith("NHS_NUMBER_IS_TEST"));
  EXPECT_THAT(live_world.Submit(live_world.Episode(kReal, "e2")), IsOk());
}

TEST_F(IntakeTest, BadShapeIsRefusedWithItsFieldAndChangesNothing) {
  Shows({"flt-29", "ctl-26"});
  const uint64_t size = world_.Size();
  v1::Envelope wrong_digit = world_.Concern(kAda, "c1", kPractice, "unsettled");
  wrong_digit.mutable_subject()->mutable_person()->set_nhs_number("9990000019");
  const auto refused = world_.Submit(wrong_digit);
  EXPECT_THAT(refused, HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(refused.status().ToString().find("9990000019"), std::string::npos);
  EXPECT_EQ(world_.Size(), size);

  v1::Envelope no_body = world_.Message(kPractice, "c2", kAda);
  ExpectNothingKept(world_.Submit(no_body), "BODY_MISSING", size);
  v1::Envelope internal = world_.Message(kPractice, "c3", kAda);
  internal.mutable_timer_due()->set_timer_id("T");
  internal.mutable_timer_due()->set_kind(v1::TIMER_KIND_REVIEW_DUE);
  internal.mutable_timer_due()->mutable_due_at()->set_seconds(1);
  ExpectNothingKept(world_.Submit(internal), "BODY_INTERNAL", size);
  v1::Envelope elsewhere = world_.Concern(kAda, "c4", kPractice, "unsettled");
  elsewhere.set_locality("QJ2");
  ExpectNothingKept(world_.Submit(elsewhere), "LOCALITY_NOT_SERVED", size);
}

TEST(IntakeSizeTest, AMessageOverTheLimitIsRefused) {
  Shows({"ctl-30", "flt-27"});
  EngineWorld world({.limits = {.message_bytes = 2000}});
  v1::Envelope episode = world.Episode(kAda, "e1");
  EXPECT_THAT(world.Submit(episode), IsOk());
  v1::Envelope concern = world.Concern(kAda, "c1", kPractice, "unsettled");
  concern.mutable_original()->set_media_type("text/plain");
  concern.mutable_original()->set_content(std::string(2000, 'x'));
  EXPECT_THAT(world.Submit(concern), FailsWith("MESSAGE_TOO_LARGE"));
}

TEST_F(IntakeTest, RefusedCallsAreCountedIntoTheTrailOnceAMinute) {
  Shows({"ctl-04", "aud-02"});
  const v1::Envelope concern = world_.Concern(kAda, "c1", kPractice, "unsettled");
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(world_.SubmitAs({.participant = kProvider}, concern),
                FailsWith("SENDER_NOT_ALLOWED"));
  }
  world_.engine().CountRefusal("no such participant", "GetPerson", "ROLE_MISSING");
  world_.Run();
  const uint64_t size = world_.Size();
  world_.clock().Advance(absl::Minutes(1));
  world_.Run();
  ASSERT_EQ(world_.Size(), size + 2);
  const v1::EntryDetail first = world_.Detail(size);
  const v1::EntryDetail second = world_.Detail(size + 1);
  EXPECT_EQ(first.envelope().sender(), kProvider);
  EXPECT_EQ(first.envelope().refused_attempts().count(), 3u);
  EXPECT_EQ(first.envelope().refused_attempts().reason(), "SENDER_NOT_ALLOWED");
  EXPECT_EQ(second.envelope().sender(), "gateway");  // Nobody the directory knows.
  EXPECT_EQ(second.envelope().refused_attempts().reason(), "ROLE_MISSING");
}

}  // namespace
}  // namespace fosse
