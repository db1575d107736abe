// A person followed: the present standing, then each change once it is committed.
#include "engine/watch.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

using ::testing::SizeIs;

class WatchTest : public ::testing::Test {
 protected:
  WatchTest() {
    EXPECT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
    EXPECT_THAT(world_.Submit(world_.Proposal(kAda, "p1", "D1")), IsOk());
  }

  std::shared_ptr<engine::Engine::Watch> Follow(absl::string_view reader,
                                                const TestPerson& person = kAda) {
    v1::WatchRequest request;
    *request.mutable_person() = ReferenceOf(person);
    request.set_purpose("test");
    auto watch = world_.engine().StartWatch({.participant = std::string(reader)}, request,
                                            [this](absl::StatusOr<v1::WatchResponse> change) {
                                              if (change.ok()) {
                                                changes_.push_back(*std::move(change));
                                              } else {
                                                end_ = change.status();
                                              }
                                            });
    world_.Run();
    return watch;
  }
  void Take(const std::shared_ptr<engine::Engine::Watch>& watch) {
    world_.engine().WatchTaken(watch);
    world_.Run();
  }

  EngineWorld world_;
  std::vector<v1::WatchResponse> changes_;
  absl::Status end_;
};

TEST_F(WatchTest, ThePresentComesFirstAndIsARecordedReading) {
  Shows({"ctl-25", "aud-09"});
  const uint64_t at = world_.Size();
  Follow(kCommunity);
  ASSERT_THAT(changes_, SizeIs(1));
  ASSERT_THAT(changes_[0].delegations(), SizeIs(1));
  EXPECT_EQ(changes_[0].delegations(0).state(), v1::DELEGATION_STATE_PROPOSED);
  EXPECT_FALSE(changes_[0].has_change_index());
  EXPECT_EQ(changes_[0].entry_index(), at);
  EXPECT_EQ(world_.Detail(at).envelope().access_recorded().method(), "Watch");
}

TEST_F(WatchTest, EachChangeComesInOrderOnceTheOneBeforeWasTaken) {
  Shows({"ctl-12"});
  const auto watch = Follow(kCommunity);
  Take(watch);
  ASSERT_THAT(changes_, SizeIs(1));  // Nothing has changed.
  const uint64_t first = world_.Size();
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p2", "D2")), IsOk());
  world_.Run();
  ASSERT_THAT(changes_, SizeIs(2));
  EXPECT_EQ(changes_[1].change_index(), first);
  EXPECT_THAT(changes_[1].delegations(), SizeIs(2));
  // Not taken yet: two more wait in the trail, not in memory.
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p3", "D3")), IsOk());
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p4", "D4")), IsOk());
  ASSERT_THAT(changes_, SizeIs(2));
  Take(watch);
  ASSERT_THAT(changes_, SizeIs(3));
  EXPECT_THAT(changes_[2].delegations(), SizeIs(3));
  Take(watch);
  ASSERT_THAT(changes_, SizeIs(4));
  EXPECT_THAT(changes_[3].delegations(), SizeIs(4));
  EXPECT_GT(changes_[3].change_index(), changes_[2].change_index());
  Take(watch);
  EXPECT_THAT(changes_, SizeIs(4));
}

TEST_F(WatchTest, WhatChangesNothingOfTheStandingIsNotSent) {
  const auto watch = Follow(kCommunity);
  Take(watch);
  ASSERT_THAT(world_.GetPerson(kCommunity, ReferenceOf(kAda)), IsOk());
  ASSERT_THAT(world_.Submit(world_.Episode(kBede, "e2")), IsOk());
  world_.Run();
  EXPECT_THAT(changes_, SizeIs(1));
}

TEST_F(WatchTest, APersonNotVisibleIsAsOneNotExisting) {
  Shows({"ctl-04"});
  Follow(kOtherPractice);
  const absl::Status invisible = end_;
  EXPECT_THAT(invisible, FailsWith("PERSON_NOT_VISIBLE"));
  end_ = absl::OkStatus();
  const uint64_t at = world_.Size();
  Follow(kOtherPractice, kCleo);
  EXPECT_EQ(end_, invisible);
  EXPECT_EQ(world_.Size(), at + 1);  // It was tried, and that is kept.
  EXPECT_THAT(changes_, SizeIs(0));
}

TEST_F(WatchTest, TheRelationshipIsLookedAtBeforeEachChange) {
  Shows({"ctl-04"});
  const auto watch = Follow(kPractice);
  ASSERT_THAT(changes_, SizeIs(1));
  Take(watch);
  // The person registers elsewhere: what happens to them is no longer this practice's to know.
  v1::Envelope moved = world_.Message(kOtherPractice, "g1", kAda);
  moved.mutable_registration_change()->set_practice(kOtherPractice);
  moved.mutable_registration_change()->set_registered_on("2022-10-01");
  ASSERT_THAT(world_.Submit(moved), IsOk());
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p2", "D2")), IsOk());
  world_.Run();
  EXPECT_THAT(end_, FailsWith("PERSON_NOT_VISIBLE"));
  EXPECT_THAT(changes_, SizeIs(1));
}

TEST_F(WatchTest, WhoeverStopsGetsNothingMore) {
  const auto watch = Follow(kCommunity);
  Take(watch);
  world_.engine().StopWatch(watch);
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p2", "D2")), IsOk());
  world_.Run();
  EXPECT_THAT(changes_, SizeIs(1));
  EXPECT_THAT(end_, IsOk());
}

TEST_F(WatchTest, ASlowReaderIsLetGo) {
  Shows({"flt-17"});
  Follow(kCommunity);  // Takes nothing.
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p2", "D2")), IsOk());
  world_.clock().Advance(engine::Watches::kPatience + absl::Seconds(1));
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p3", "D3")), IsOk());
  world_.Run();
  EXPECT_THAT(end_, FailsWith("WATCH_TOO_SLOW"));
}

TEST_F(WatchTest, OneCallerFollowsSoManyAndNoMore) {
  Shows({"ctl-30"});
  for (size_t i = 0; i < engine::Watches::kMostOfOne; ++i) Follow(kCommunity);
  EXPECT_THAT(end_, IsOk());
  Follow(kCommunity);
  EXPECT_THAT(end_, FailsWith("WATCHES_TOO_MANY"));
  end_ = absl::OkStatus();
  Follow(kProvider);
  EXPECT_THAT(end_, IsOk());
}

TEST_F(WatchTest, WithoutItsEntryNothingIsSent) {
  Shows({"ctl-25"});
  world_.faults().FailAt(
      store::FaultyStore::Call::kCommit, 1,
      MakeError(absl::StatusCode::kUnavailable, "COMMIT_FAILED", "nothing was kept"),
      store::FaultyStore::Afterwards::kGoesOn);
  Follow(kCommunity);
  EXPECT_THAT(changes_, SizeIs(0));
  EXPECT_THAT(end_, FailsWith("COMMIT_FAILED"));
}

}  // namespace
}  // namespace fosse
