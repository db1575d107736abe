// What happens when the wall clock jumps, stands still or turns back (CTL-43).
#include "engine/clock_watch.h"
#include "tests/engine/many_people.h"
#include "tests/support/shows.h"

namespace fosse {
namespace {

using engine::ClockWatch;

TEST(ClockWatchTest, TwoSecondsAreNoJumpAndMoreIsOne) {
  Shows({"ctl-43"});
  for (const absl::Duration step : {absl::Seconds(2), -absl::Seconds(2)}) {
    FakeClock clock;
    ClockWatch watch(clock);
    EXPECT_FALSE(watch.Read().unsure);
    clock.Set(clock.Now() + step);
    EXPECT_FALSE(watch.Read().unsure);
    EXPECT_EQ(watch.Read().now, clock.Now());
    clock.Set(clock.Now() + step * 1.001);
    EXPECT_TRUE(watch.Read().unsure);
  }
}

TEST(ClockWatchTest, WhileItIsUnsureTimeGoesOnFromWhereItWasSure) {
  Shows({"ctl-43", "flt-23"});
  for (const absl::Duration jump :
       {absl::Hours(1), -absl::Hours(1), absl::Hours(24 * 3653), -absl::Hours(24 * 365)}) {
    FakeClock clock;
    ClockWatch watch(clock);
    const absl::Time start = watch.Read().now;
    clock.Set(clock.Now() + jump);
    clock.Advance(absl::Seconds(10));
    const ClockWatch::Reading reading = watch.Read();
    EXPECT_TRUE(reading.unsure);
    EXPECT_EQ(reading.now, start + absl::Seconds(10));
    EXPECT_EQ(reading.off(), jump);
    // However long it goes on so: a step of this size needs somebody who looked.
    clock.Advance(absl::Hours(10));
    EXPECT_TRUE(watch.Read().unsure);
    watch.Confirm();
    EXPECT_FALSE(watch.Read().unsure);
    EXPECT_EQ(watch.Read().now, clock.Now());
  }
}

TEST(ClockWatchTest, AClockThatComesBackIsBelievedOnceItAgreedForTenMinutes) {
  Shows({"ctl-43", "flt-23"});
  FakeClock clock;
  ClockWatch watch(clock);
  const absl::Time start = watch.Read().now;
  clock.Set(start + absl::Hours(1));
  EXPECT_TRUE(watch.Read().unsure);
  clock.Set(start);
  EXPECT_TRUE(watch.Read().unsure);
  clock.Advance(engine::kClockAgrees - absl::Microseconds(1));
  EXPECT_TRUE(watch.Read().unsure);
  clock.Advance(absl::Microseconds(1));
  EXPECT_FALSE(watch.Read().unsure);
}

TEST(ClockWatchTest, ASmallStepOfATimeServerIsTakenOverAfterTenMinutes) {
  Shows({"ctl-43"});
  FakeClock clock;
  ClockWatch watch(clock);
  watch.Read();
  clock.Set(clock.Now() + engine::kOwnStep);
  EXPECT_TRUE(watch.Read().unsure);
  clock.Advance(engine::kClockAgrees);
  EXPECT_FALSE(watch.Read().unsure);
  clock.Set(clock.Now() + engine::kOwnStep + absl::Microseconds(1));
  EXPECT_TRUE(watch.Read().unsure);
  clock.Advance(engine::kClockAgrees);
  EXPECT_TRUE(watch.Read().unsure);
}

TEST(ClockWatchTest, AClockThatStandsStillIsNoticedAndNeverSteady) {
  Shows({"ctl-43", "flt-23"});
  FakeClock clock;
  ClockWatch watch(clock);
  const absl::Time stands = watch.Read().now;
  for (int i = 1; i <= 20 * 60; ++i) {
    clock.Advance(absl::Seconds(1));
    clock.Set(stands);
    EXPECT_EQ(watch.Read().unsure, i > 2) << i;
  }
  EXPECT_EQ(watch.Read().now, stands + absl::Minutes(20));
}

TEST(ClockWatchTest, AtTheStartAClockBehindTheTrailIsDoubted) {
  Shows({"ctl-43", "flt-23"});
  FakeClock clock;
  ClockWatch watch(clock);
  watch.BeginAt(clock.Now() + absl::Seconds(2), false);
  EXPECT_FALSE(watch.Read().unsure);
  watch.BeginAt(clock.Now() + absl::Seconds(3), false);
  EXPECT_TRUE(watch.Read().unsure);
  EXPECT_EQ(watch.Read().now, clock.Now() + absl::Seconds(3));
}

class ClockTest : public ::testing::Test {
 protected:
  ClockTest() : many_(world_) {}

  void Jump(absl::Duration by) { world_.clock().Set(world_.clock().Now() + by); }
  v1::Envelope Confirmation(absl::string_view id = "clock-1") {
    v1::Envelope envelope = world_.Message(kBoard, id, kAda);
    envelope.clear_subject();
    *envelope.mutable_clock_confirmed()->mutable_seen_at() =
        engine::ToTimestamp(world_.clock().Now());
    envelope.mutable_clock_confirmed()->set_checked_against("Speaking clock");
    return envelope;
  }
  static bool HasNotice(const v1::Receipt& receipt, absl::string_view code) {
    for (const v1::Notice& notice : receipt.notices()) {
      if (notice.code() == code) return true;
    }
    return false;
  }

  EngineWorld world_;
  ManyPeople many_;
};

TEST_F(ClockTest, AJumpIsRecordedAndWhatWouldStartSomethingIsHeld) {
  Shows({"ctl-43", "ctl-08", "flt-23", "haz-22"});
  ASSERT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
  const absl::Time before = world_.clock().Now();
  Jump(absl::Hours(1));
  const uint64_t size = world_.Size();
  v1::Envelope proposal = world_.Proposal(kAda, "p1", "D1");
  *proposal.mutable_sent_at() = engine::ToTimestamp(before);  // The sender's clock is right.
  ASSERT_OK_AND_ASSIGN(const v1::Receipt held, world_.Submit(proposal));
  ASSERT_EQ(world_.Leaf(size).kind(), "clock_noticed");
  const v1::ClockNoticed noticed = world_.Detail(size).envelope().clock_noticed();
  EXPECT_TRUE(noticed.unsure());
  EXPECT_EQ(noticed.off_ms(), absl::ToInt64Milliseconds(absl::Hours(1)));
  EXPECT_EQ(held.decisions(0).outcome(), v1::OUTCOME_HOLD);
  EXPECT_EQ(held.decisions(0).findings(0).rule_id(), "clock-unsure");
  EXPECT_TRUE(HasNotice(held, "CLOCK_UNSURE"));
  EXPECT_EQ(engine::ToTime(held.committed_at()), before);
  EXPECT_EQ(world_.StoredPerson(kAda).delegations(0).state(), v1::DELEGATION_STATE_HELD);
  EXPECT_FALSE(world_.StoredPerson(kAda).delegations(0).interim_deliverer().empty());
  const v1::RecordedDecision recorded = world_.Detail(held.entry_index()).decisions(0);
  EXPECT_TRUE(recorded.clock_unsure());
  EXPECT_EQ(recorded.outcome(), v1::OUTCOME_HOLD);
  EXPECT_TRUE(world_.engine().GetFigures().clock_unsure);

  // Recorded once, however often it is looked at.
  world_.Run();
  EXPECT_EQ(many_.EntriesOf("clock_noticed", size).size(), 1u);
}

TEST_F(ClockTest, ADenialStaysADenial) {
  Shows({"ctl-43", "inv-04"});
  ASSERT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
  Jump(absl::Hours(1));
  v1::Envelope proposal = world_.Proposal(kAda, "p1", "D1");
  proposal.mutable_delegation_proposal()->set_consent(v1::CONSENT_DECLINED);
  ASSERT_OK_AND_ASSIGN(const v1::Receipt denied, world_.Submit(proposal));
  EXPECT_EQ(denied.decisions(0).outcome(), v1::OUTCOME_DENY);
  EXPECT_FALSE(world_.Detail(denied.entry_index()).decisions(0).clock_unsure());
}

TEST_F(ClockTest, CareThatRunsIsUntouchedAndReportsAreKept) {
  Shows({"ctl-43", "ctl-08", "b-7.3", "inv-05", "haz-40", "flt-23"});
  many_.MakeActive(2);
  for (const absl::Duration jump :
       {absl::Hours(1), -absl::Hours(2), absl::Hours(24 * 3653), -absl::Hours(24 * 3653)}) {
    const absl::Time right = world_.clock().Now();
    const absl::Time last = engine::ToTime(world_.Leaf(world_.Size() - 1).committed_at());
    const std::string id = absl::FormatDuration(jump);
    Jump(jump);
    v1::Envelope performed = world_.Message(kProvider, "done" + id, many_.people()[0]);
    *performed.mutable_sent_at() = engine::ToTimestamp(right);
    performed.mutable_task_performed()->mutable_delegation()->set_reference("D0");
    *performed.mutable_task_performed()->mutable_performed_at() = engine::ToTimestamp(right);
    *performed.mutable_task_performed()->mutable_worker() = many_.worker();
    ASSERT_OK_AND_ASSIGN(const v1::Receipt receipt, world_.Submit(performed));
    EXPECT_EQ(receipt.decisions(0).outcome(), v1::OUTCOME_PERMIT) << id;
    EXPECT_GE(engine::ToTime(receipt.committed_at()), last);
    EXPECT_LE(engine::ToTime(receipt.committed_at()), right + absl::Seconds(1));
    v1::Envelope concern = world_.Concern(many_.people()[0], "c" + id, kCommunity, "unsettled");
    *concern.mutable_sent_at() = engine::ToTimestamp(right);
    EXPECT_THAT(world_.Submit(concern), IsOk());
    world_.Run();
    EXPECT_EQ(many_.Count(v1::DELEGATION_STATE_ACTIVE), 2) << id;
    world_.clock().Set(right);
    world_.Run();  // From here on the two agree again.
    world_.clock().Advance(engine::kClockAgrees);
    world_.Run();
    EXPECT_FALSE(world_.engine().GetFigures().clock_unsure);
  }
}

TEST_F(ClockTest, AJumpMakesNoTimerFireAheadOfItsTime) {
  Shows({"ctl-43", "ctl-15", "haz-22", "flt-23"});
  ASSERT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p1", "D1")), IsOk());
  const absl::Time due = **world_.store().NextTimer();
  const absl::Time right = world_.clock().Now();
  Jump(absl::Hours(24 * 365));
  const uint64_t size = world_.Size();
  world_.Run();
  EXPECT_THAT(many_.EntriesOf("timer_due", size), ::testing::IsEmpty());
  // By the time that has passed it comes due all the same, while the clock is still in doubt.
  world_.clock().Advance(due - right + absl::Seconds(1));
  world_.Run();
  EXPECT_THAT(many_.EntriesOf("timer_due", size), ::testing::SizeIs(1));
}

TEST_F(ClockTest, OnceConfirmedWhatFellDueComesInItsOrder) {
  Shows({"ctl-43", "ctl-15", "flt-23"});
  ASSERT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
  ASSERT_THAT(world_.Submit(world_.Episode(kBede, "e2")), IsOk());
  ASSERT_THAT(world_.Submit(world_.Proposal(kBede, "p1", "D1")), IsOk());
  world_.clock().Advance(absl::Hours(1));
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p2", "D2")), IsOk());
  Jump(absl::Hours(24 * 30));
  const uint64_t size = world_.Size();
  world_.Run();
  EXPECT_THAT(many_.EntriesOf("timer_due", size), ::testing::IsEmpty());
  ASSERT_THAT(world_.Submit(Confirmation()), IsOk());
  world_.Run();
  const std::vector<uint64_t> timers = many_.EntriesOf("timer_due", size);
  ASSERT_GE(timers.size(), 2u);
  absl::Time last = absl::InfinitePast();
  for (const uint64_t index : timers) {
    const absl::Time due = engine::ToTime(world_.Detail(index).envelope().timer_due().due_at());
    EXPECT_LE(last, due);
    last = due;
  }
}

// A caller reckons its deadline by a clock of its own kind: ours may be right or wrong.
TEST_F(ClockTest, ADeadlineOfACallerIsOfTheWallClock) {
  Shows({"ctl-43", "ctl-31", "ctl-08"});
  ASSERT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
  Jump(-absl::Hours(1));
  const absl::Time soon = world_.clock().Now() + absl::Seconds(10);
  const auto answer = world_.Start(world_.Concern(kAda, "c1", kPractice, "unsettled"), soon);
  world_.Run();
  ASSERT_TRUE(answer->has_value());
  EXPECT_THAT(**answer, IsOk());
}

TEST_F(ClockTest, OnceConfirmedTheNewTimeHoldsAndWhatWasHeldIsAskedAgain) {
  Shows({"ctl-43", "ctl-08", "flt-23"});
  ASSERT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
  Jump(absl::Hours(1));
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p1", "D1")), IsOk());
  ASSERT_EQ(world_.StoredPerson(kAda).delegations(0).state(), v1::DELEGATION_STATE_HELD);
  const uint64_t size = world_.Size();
  // A word about another time confirms nothing.
  v1::Envelope stale = Confirmation("stale");
  *stale.mutable_clock_confirmed()->mutable_seen_at() =
      engine::ToTimestamp(world_.clock().Now() - absl::Minutes(3));
  ASSERT_THAT(world_.Submit(stale), IsOk());
  world_.Run();
  EXPECT_TRUE(world_.engine().GetFigures().clock_unsure);

  ASSERT_OK_AND_ASSIGN(const v1::Receipt confirmed, world_.Submit(Confirmation()));
  world_.Run();
  EXPECT_FALSE(world_.engine().GetFigures().clock_unsure);
  const std::vector<uint64_t> noticed = many_.EntriesOf("clock_noticed", size);
  ASSERT_EQ(noticed.size(), 1u);
  const v1::ClockNoticed sure = world_.Detail(noticed[0]).envelope().clock_noticed();
  EXPECT_FALSE(sure.unsure());
  EXPECT_EQ(sure.confirmed_by(), confirmed.entry_index() + 1);
  EXPECT_EQ(engine::ToTime(world_.Leaf(noticed[0]).committed_at()), world_.clock().Now());
  EXPECT_EQ(world_.StoredPerson(kAda).delegations(0).state(), v1::DELEGATION_STATE_PROPOSED);
  ASSERT_OK_AND_ASSIGN(const auto queued, world_.store().QueuedDeliveries(kProvider, 0, 10));
  EXPECT_EQ(queued.size(), 1u);
}

TEST_F(ClockTest, NobodyElseMayConfirm) {
  Shows({"ctl-43", "ctl-03"});
  v1::Envelope envelope = Confirmation();
  envelope.set_sender(kProvider);
  EXPECT_THAT(world_.Submit(envelope), FailsWith("SENDER_NOT_ALLOWED"));
}

TEST_F(ClockTest, WhatIsReadyStaysReadyAndStartsOnceTheTimeIsSure) {
  Shows({"ctl-43", "haz-42", "flt-23"});
  many_.MakeReady(1);
  ASSERT_EQ(many_.Count(v1::DELEGATION_STATE_READY), 1);
  Jump(absl::Hours(1));
  v1::Envelope start = many_.Start(0);
  ASSERT_OK_AND_ASSIGN(const v1::Receipt held, world_.Submit(start));
  EXPECT_EQ(held.decisions(0).outcome(), v1::OUTCOME_HOLD);
  EXPECT_TRUE(HasNotice(held, "CLOCK_UNSURE"));
  EXPECT_EQ(many_.Count(v1::DELEGATION_STATE_READY), 1);
  ASSERT_THAT(world_.Submit(Confirmation()), IsOk());
  world_.Run();
  start.set_message_id("s-again");
  ASSERT_THAT(world_.Submit(start), IsOk());
  EXPECT_EQ(many_.Count(v1::DELEGATION_STATE_ACTIVE), 1);
}

TEST_F(ClockTest, ARestartForgetsNoDoubt) {
  Shows({"ctl-43", "flt-23"});
  ASSERT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
  ASSERT_THAT(world_.Submit(world_.Episode(kBede, "e2")), IsOk());
  const absl::Time right = world_.clock().Now();
  Jump(absl::Hours(24 * 3653));
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p1", "D1")), IsOk());
  ASSERT_THAT(world_.Restart(), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::Receipt held, world_.Submit(world_.Proposal(kBede, "p2", "D2")));
  EXPECT_EQ(held.decisions(0).outcome(), v1::OUTCOME_HOLD);
  EXPECT_LT(engine::ToTime(held.committed_at()), right + absl::Hours(1));
  world_.clock().Set(right);
  world_.clock().Advance(engine::kClockAgrees);
  world_.Run();
  world_.clock().Advance(engine::kClockAgrees);
  world_.Run();
  EXPECT_FALSE(world_.engine().GetFigures().clock_unsure);
  for (const TestPerson& person : {kAda, kBede}) {
    EXPECT_EQ(world_.StoredPerson(person).delegations(0).state(), v1::DELEGATION_STATE_PROPOSED);
  }
}

}  // namespace
}  // namespace fosse
