#include "engine/timestamps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

class TimersTest : public ::testing::Test {
 protected:
  TimersTest() {
    EXPECT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
    EXPECT_THAT(world_.Submit(world_.Episode(kBede, "e2")), IsOk());
    EXPECT_THAT(world_.Submit(world_.Proposal(kAda, "p1", "D1")), IsOk());
    const auto next = world_.store().NextTimer();
    EXPECT_TRUE(next.ok() && next->has_value());
    due_ = **next;
    world_.Run();
  }

  EngineWorld world_;
  absl::Time due_;  // When the provider should have answered.
};

TEST_F(TimersTest, AMessageAtTheDeadlineIsInTime) {
  Shows({"ctl-43", "flt-23"});
  world_.clock().AdvanceTo(due_);
  const uint64_t size = world_.Size();
  ASSERT_THAT(world_.Submit(world_.Concern(kAda, "c1", kPractice, "unsettled")), IsOk());
  EXPECT_EQ(world_.Leaf(size).kind(), "concern_raised");
}

TEST_F(TimersTest, ATimerThatIsPastActsBeforeTheMessage) {
  Shows({"ctl-15", "haz-09"});
  world_.clock().AdvanceTo(due_ + absl::Microseconds(1));
  const uint64_t size = world_.Size();
  ASSERT_THAT(world_.Submit(world_.Concern(kAda, "c1", kPractice, "unsettled")), IsOk());
  ASSERT_GE(world_.Size(), size + 2);
  EXPECT_EQ(world_.Leaf(size).kind(), "timer_due");
  EXPECT_EQ(world_.Leaf(size).sender(), "gateway");
  EXPECT_EQ(world_.Leaf(size + 1).kind(), "concern_raised");
  const v1::EntryDetail detail = world_.Detail(size);
  EXPECT_EQ(detail.envelope().timer_due().kind(), v1::TIMER_KIND_RESPONSE_DEADLINE);
  EXPECT_EQ(engine::ToTime(detail.envelope().timer_due().due_at()), due_);
}

TEST_F(TimersTest, TimersRunWhenNoMessageComes) {
  Shows({"ctl-15", "inv-13"});
  world_.clock().AdvanceTo(due_);
  EXPECT_FALSE(world_.engine().RunOnce());
  world_.clock().Advance(absl::Seconds(1));
  const uint64_t size = world_.Size();
  EXPECT_TRUE(world_.engine().RunOnce());
  ASSERT_GT(world_.Size(), size);
  EXPECT_EQ(world_.Leaf(size).kind(), "timer_due");
  const v1::EntryDetail detail = world_.Detail(size);
  world_.Run();
  for (uint64_t i = size + 1; i < world_.Size(); ++i) {
    EXPECT_NE(world_.Detail(i).envelope().timer_due().timer_id(),
              detail.envelope().timer_due().timer_id())
        << "a timer ran twice";
  }
}

TEST_F(TimersTest, SeveralPastTimersRunInTheOrderInWhichTheyWereDue) {
  Shows({"ctl-15"});
  world_.clock().Advance(absl::Hours(1));
  ASSERT_THAT(world_.Submit(world_.Proposal(kBede, "p2", "D2")), IsOk());
  world_.clock().Advance(absl::Hours(1));
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p3", "D3")), IsOk());
  world_.clock().Advance(absl::Hours(24 * 4));
  const uint64_t size = world_.Size();
  world_.Run();
  absl::Time last = absl::InfinitePast();
  int seen = 0;
  for (uint64_t i = size; i < world_.Size(); ++i) {
    const v1::EntryDetail detail = world_.Detail(i);
    if (!detail.envelope().has_timer_due()) continue;
    const absl::Time due = engine::ToTime(detail.envelope().timer_due().due_at());
    EXPECT_LE(last, due);
    last = due;
    ++seen;
  }
  EXPECT_GE(seen, 3);
}

TEST_F(TimersTest, TimersSurviveARestart) {
  Shows({"ctl-15"});
  ASSERT_THAT(world_.Restart(), IsOk());
  world_.clock().AdvanceTo(due_ + absl::Seconds(1));
  const uint64_t size = world_.Size();
  EXPECT_TRUE(world_.engine().RunOnce());
  EXPECT_EQ(world_.Leaf(size).kind(), "timer_due");
}

TEST_F(TimersTest, AFailedCommitLeavesTheTimerToRunAgain) {
  Shows({"ctl-11", "ctl-15"});
  world_.clock().AdvanceTo(due_ + absl::Seconds(1));
  world_.faults().FailAt(
      store::FaultyStore::Call::kCommit, 1,
      MakeError(absl::StatusCode::kUnavailable, "COMMIT_FAILED", "nothing was kept"),
      store::FaultyStore::Afterwards::kGoesOn);
  const uint64_t size = world_.Size();
  world_.engine().RunOnce();
  EXPECT_EQ(world_.Size(), size);
  EXPECT_TRUE(world_.engine().RunOnce());
  EXPECT_EQ(world_.Leaf(size).kind(), "timer_due");
}

TEST_F(TimersTest, TheTimeOfTheTrailNeverGoesBackwards) {
  Shows({"ctl-43", "flt-23"});
  const absl::Time last = engine::ToTime(world_.Leaf(world_.Size() - 1).committed_at());
  world_.clock().Set(last - absl::Hours(1));
  const uint64_t size = world_.Size();
  v1::Envelope concern = world_.Concern(kAda, "c1", kPractice, "unsettled");
  ASSERT_OK_AND_ASSIGN(const v1::Receipt receipt, world_.Submit(concern));
  EXPECT_EQ(world_.Leaf(size).kind(), "clock_noticed");  // The jump has an entry of its own.
  for (const uint64_t index : {size, receipt.entry_index()}) {
    EXPECT_EQ(engine::ToTime(world_.Leaf(index).committed_at()), last);
  }
  // What the sender's clock said is kept beside it.
  EXPECT_EQ(engine::ToTime(world_.Detail(receipt.entry_index()).envelope().sent_at()),
            last - absl::Hours(1));
}

}  // namespace
}  // namespace fosse
