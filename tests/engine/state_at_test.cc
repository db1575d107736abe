// How a person's record stood at a time, from the trail.
#include "base/canonical.h"
#include "engine/timestamps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

using ::testing::SizeIs;

class StateAtTest : public ::testing::Test {
 protected:
  StateAtTest() { EXPECT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk()); }

  v1::StateAtRequest Asked(absl::Time at, v1::StateSense sense, const TestPerson& person = kAda) {
    v1::StateAtRequest request;
    *request.mutable_person() = ReferenceOf(person);
    *request.mutable_at() = engine::ToTimestamp(at);
    request.set_sense(sense);
    request.set_purpose("test");
    return request;
  }
  absl::StatusOr<v1::StateAtResponse> StateAt(absl::string_view reader,
                                              const v1::StateAtRequest& request) {
    return world_.Ask<v1::StateAtResponse>([&](engine::Done<v1::StateAtResponse> done) {
      world_.engine().StateAt({.participant = std::string(reader)}, request, std::move(done));
    });
  }
  v1::StateAtResponse Known(absl::Time at) {
    auto state = StateAt(kAuditTeam, Asked(at, v1::STATE_SENSE_KNOWN_THEN));
    EXPECT_THAT(state, IsOk());
    return state.ok() ? *std::move(state) : v1::StateAtResponse();
  }
  v1::StateAtResponse True(absl::Time at) {
    auto state = StateAt(kAuditTeam, Asked(at, v1::STATE_SENSE_TRUE_THEN));
    EXPECT_THAT(state, IsOk());
    return state.ok() ? *std::move(state) : v1::StateAtResponse();
  }
  absl::Time Now() { return world_.clock().Now(); }

  EngineWorld world_;
};

TEST_F(StateAtTest, WhatIsKnownNowIsTheStoredRecord) {
  Shows({"inv-11", "aud-04"});
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p1", "D1")), IsOk());
  ASSERT_THAT(world_.Submit(world_.Acceptance(kAda, "r1", "D1")), IsOk());
  world_.clock().Advance(absl::Hours(24 * 20));
  world_.Run();  // Timers too.
  EXPECT_EQ(CanonicalBytes(Known(Now()).record()), CanonicalBytes(world_.StoredPerson(kAda)));
}

TEST_F(StateAtTest, EarlierItIsWhatWasStoredThen) {
  Shows({"inv-11", "aud-04", "haz-34"});
  std::vector<std::pair<absl::Time, std::string>> then;
  const auto remember = [&] {
    then.emplace_back(Now(), CanonicalBytes(world_.StoredPerson(kAda)));
    world_.clock().Advance(absl::Hours(1));
  };
  remember();
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p1", "D1")), IsOk());
  remember();
  ASSERT_THAT(world_.Submit(world_.Acceptance(kAda, "r1", "D1")), IsOk());
  remember();
  ASSERT_THAT(world_.Submit(world_.Concern(kAda, "c1", kCommunity, "unsettled")), IsOk());
  remember();
  ASSERT_THAT(world_.Restart(), IsOk());
  for (const auto& [at, stored] : then) EXPECT_EQ(CanonicalBytes(Known(at).record()), stored);
  // Before anything was known there was nothing.
  EXPECT_THAT(Known(then[0].first - absl::Hours(1)).record().episodes(), SizeIs(0));
}

TEST_F(StateAtTest, ADischargeThatCameInLateWasNotKnownAndWasSo) {
  Shows({"aud-04", "haz-34"});
  const absl::Time opened = Now();
  world_.clock().Advance(absl::Hours(10));
  v1::Envelope closed = world_.Episode(kAda, "e2");
  closed.mutable_episode_change()->set_kind(v1::EPISODE_CHANGE_KIND_CLOSED);
  *closed.mutable_episode_change()->mutable_occurred_at() =
      engine::ToTimestamp(opened + absl::Hours(2));
  ASSERT_THAT(world_.Submit(closed), IsOk());
  const absl::Time between = opened + absl::Hours(5);
  ASSERT_THAT(Known(between).record().episodes(), SizeIs(1));
  EXPECT_FALSE(Known(between).record().episodes(0).has_closed_at());
  const v1::StateAtResponse truth = True(between);
  ASSERT_THAT(truth.record().episodes(), SizeIs(1));
  EXPECT_TRUE(truth.record().episodes(0).has_closed_at());
  ASSERT_THAT(truth.learned_later(), SizeIs(1));
  EXPECT_EQ(truth.learned_later(0).kind(), "episode_change");
  EXPECT_EQ(truth.sense(), v1::STATE_SENSE_TRUE_THEN);
  EXPECT_FALSE(True(opened + absl::Hours(1)).record().episodes(0).has_closed_at());
}

TEST_F(StateAtTest, ADeathThatWasAMistakeNeverWas) {
  Shows({"aud-04", "haz-34", "haz-02"});
  const auto update = [&](absl::string_view id, v1::PersonUpdateKind kind) {
    v1::Envelope envelope = world_.Message(kCommunity, id, kAda);
    envelope.mutable_person_update()->set_kind(kind);
    *envelope.mutable_person_update()->mutable_occurred_at() = engine::ToTimestamp(Now());
    return envelope;
  };
  ASSERT_THAT(world_.Submit(update("d1", v1::PERSON_UPDATE_KIND_DEATH)), IsOk());
  const absl::Time reported = Now();
  world_.clock().Advance(absl::Hours(3));
  ASSERT_THAT(world_.Submit(update("d2", v1::PERSON_UPDATE_KIND_DEATH_CORRECTED)), IsOk());
  EXPECT_TRUE(Known(reported).record().identity().death_reported());
  EXPECT_FALSE(True(reported).record().identity().death_reported());
  EXPECT_TRUE(True(reported).learned_later(0).correction());
}

TEST_F(StateAtTest, TheReaderSeesNoMoreOfThePastThanOfThePresent) {
  Shows({"ctl-04", "ctl-25"});
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p1", "D1")), IsOk());
  const auto request = Asked(Now(), v1::STATE_SENSE_KNOWN_THEN);
  const auto provider = StateAt(kProvider, request);
  ASSERT_THAT(provider, IsOk());
  EXPECT_THAT(provider->record().episodes(), SizeIs(0));
  ASSERT_THAT(provider->record().delegations(), SizeIs(1));
  EXPECT_EQ(provider->record().delegations(0).proposal().risk().summary(), "");
  EXPECT_EQ(provider->record().person_key(), "");
  // Neither does it learn what others reported late.
  const auto truth = StateAt(kProvider, Asked(Now(), v1::STATE_SENSE_TRUE_THEN));
  ASSERT_THAT(truth, IsOk());
  EXPECT_THAT(truth->learned_later(), SizeIs(0));

  const absl::Status unknown =
      StateAt(kOtherPractice, Asked(Now(), v1::STATE_SENSE_KNOWN_THEN, kCleo)).status();
  EXPECT_THAT(unknown, FailsWith("PERSON_NOT_VISIBLE"));
  EXPECT_EQ(StateAt(kOtherPractice, request).status(), unknown);
  EXPECT_EQ(world_.GetPerson(kOtherPractice, ReferenceOf(kCleo)).status(), unknown);
}

TEST_F(StateAtTest, TheReadingIsInTheTrailBeforeItIsAnswered) {
  Shows({"ctl-25", "aud-09"});
  const uint64_t at = world_.Size();
  EXPECT_EQ(Known(Now()).entry_index(), at);
  EXPECT_EQ(world_.Detail(at).envelope().access_recorded().method(), "StateAt");
  EXPECT_EQ(world_.Detail(at).envelope().access_recorded().query_shape(), "person,at,known_then");
  EXPECT_EQ(Known(Now()).trail_size(), at + 1);
}

TEST_F(StateAtTest, WhatCannotBeAskedIsSaid) {
  v1::StateAtRequest request = Asked(Now(), v1::STATE_SENSE_UNSPECIFIED);
  EXPECT_THAT(StateAt(kCommunity, request), FailsWith("FIELD_REQUIRED"));
  request = Asked(Now() + absl::Hours(1), v1::STATE_SENSE_KNOWN_THEN);
  EXPECT_THAT(StateAt(kCommunity, request), FailsWith("FIELD_INVALID"));
  request.clear_at();
  EXPECT_THAT(StateAt(kCommunity, request), FailsWith("FIELD_REQUIRED"));
}

}  // namespace
}  // namespace fosse
