// Cover while nobody else delivers: asked, chased, given and settled (B-2.4, B-7.3); and a worker's
// competence that runs out.
#include "absl/strings/match.h"
#include "base/local_date.h"
#include "base/status.h"
#include "care/times.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/care/world.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

constexpr char kRef[] = "REF-1";

class CoverTest : public ::testing::Test {
 protected:
  // At risk: its only worker is no longer competent.
  CoverTest() {
    Bring(world_, kAda, kRef, v1::DELEGATION_STATE_ACTIVE);
    world_.Must(Revoked(kWorker, "K-" + std::string(kWorker), world_.now));
    EXPECT_EQ(world_.person(kAda).covers_size(), 1);
  }

  const v1::Delegation& task() { return world_.delegation(kAda, kRef); }
  const v1::CoverOrderState& cover() { return world_.person(kAda).covers(0); }

  v1::Envelope News(v1::CoverState state, uint32_t visits = 0) {
    v1::Envelope envelope = From(kCommunity, kAda);
    v1::CoverConfirmed& confirmed = *envelope.mutable_cover_confirmed();
    confirmed.set_order_reference(cover().cover_id());
    confirmed.set_state(state);
    *confirmed.mutable_at() = Timestamp(world_.now - absl::Minutes(5));
    confirmed.set_visits(visits);
    return envelope;
  }

  World world_;
};

TEST_F(CoverTest, UnconfirmedItIsEscalatedAgainAndAgain) {
  Shows({"b-7.3", "ctl-15", "ctl-16", "haz-04", "inv-13"});
  EXPECT_EQ(cover().owner(), kCommunity);
  const absl::Time by = TimeOf(cover().next_action_at());
  EXPECT_EQ(by, world_.now + absl::Minutes(240));
  EXPECT_TRUE(world_.AdvanceTo(by).empty()) << "at the deadline an answer is in time";
  for (int n = 0; n < 3; ++n) {
    const std::vector<Sent> sent =
        world_.AdvanceTo(TimeOf(cover().next_action_at()) + absl::Seconds(1));
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].Count(kCommissioner, v1::DELIVERY_KIND_ESCALATION), 1);
    EXPECT_EQ(sent[0].Count(kCommunity, v1::DELIVERY_KIND_ESCALATION), 1);
    EXPECT_EQ(cover().owner(), kCommissioner);
    EXPECT_GT(TimeOf(cover().next_action_at()), world_.now);
    EXPECT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK) << "nothing stops by itself";
  }
}

TEST_F(CoverTest, ConfirmedItIsItsGiversAndIsAskedForVisits) {
  Shows({"b-7.3", "haz-42"});
  world_.Must(News(v1::COVER_STATE_CONFIRMED));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_SUSPENDED);
  EXPECT_EQ(cover().owner(), kCommunity);
  int prompts = 0;
  int escalations = 0;
  for (const Sent& sent : world_.Advance(absl::Hours(24 * 8))) {
    prompts += sent.Count(kCommunity, v1::DELIVERY_KIND_PROMPT);
    escalations += sent.Count(kCommissioner, v1::DELIVERY_KIND_ESCALATION);
  }
  EXPECT_EQ(prompts, 1);
  EXPECT_EQ(escalations, 0);
}

TEST_F(CoverTest, TimesAndVisitsAreKeptAndSettledAtTheEnd) {
  Shows({"b-2.4"});
  world_.Must(News(v1::COVER_STATE_CONFIRMED));
  world_.now += absl::Hours(1);
  world_.Must(News(v1::COVER_STATE_STARTED, 1));
  world_.now += absl::Hours(1);
  world_.Must(News(v1::COVER_STATE_CONFIRMED));
  EXPECT_EQ(cover().state(), v1::COVER_STATE_STARTED) << "told late, it takes nothing back";
  world_.now += absl::Hours(24);
  const Sent sent = world_.Must(News(v1::COVER_STATE_ENDED, 2));
  EXPECT_EQ(sent.Count(kCommissioner, v1::DELIVERY_KIND_REFERRAL), 1);
  EXPECT_EQ(cover().settled_by(), kCommissioner);
  EXPECT_EQ(cover().visits(), 3u);
  ASSERT_EQ(cover().events_size(), 4);
  EXPECT_EQ(cover().events(1).visits(), 1u);
  EXPECT_EQ(TimeOf(cover().events(3).at()), world_.now - absl::Minutes(5));
  EXPECT_EQ(TimeOf(cover().ended_at()), world_.now - absl::Minutes(5));
  EXPECT_EQ(cover().owner(), "");
  // A visit that is told late is settled too; anything else of it is over.
  EXPECT_EQ(
      world_.Must(News(v1::COVER_STATE_ENDED, 1)).Count(kCommissioner, v1::DELIVERY_KIND_REFERRAL),
      1);
  EXPECT_EQ(cover().visits(), 4u);
  EXPECT_EQ(ReasonOf(world_.Send(News(v1::COVER_STATE_STARTED)).status()), "STATE_CONFLICT");
}

TEST_F(CoverTest, NeverGivenThereIsNothingToSettle) {
  Shows({"b-2.4"});
  world_.now += absl::Hours(24);
  const Sent sent = world_.Must(Checked(kWorker, "K-9", world_.now));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(cover().state(), v1::COVER_STATE_ENDED);
  EXPECT_EQ(cover().settled_by(), "");
  EXPECT_EQ(sent.Count(kCommissioner, v1::DELIVERY_KIND_REFERRAL), 0);
  for (const auto& [id, timer] : world_.timers()) {
    EXPECT_NE(timer.kind, v1::TIMER_KIND_COVER_DEADLINE);
  }
}

TEST_F(CoverTest, RefusedByTheLastOneItIsCommissionings) {
  Shows({"b-7.3", "inv-15"});
  const Sent sent = world_.Must(News(v1::COVER_STATE_REFUSED));
  EXPECT_EQ(sent.Count(kCommissioner, v1::DELIVERY_KIND_ESCALATION), 1);
  EXPECT_EQ(cover().state(), v1::COVER_STATE_UNSPECIFIED) << "still open";
  EXPECT_EQ(cover().owner(), kCommissioner);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK);
}

TEST_F(CoverTest, ADisputeAboutWhoPaysStopsNeitherCareNorCover) {
  Shows({"b-7.2", "b-7.3", "inv-14"});
  world_.Must(News(v1::COVER_STATE_CONFIRMED));
  const std::string before = cover().SerializeAsString();
  v1::Envelope dispute = From(kCouncil, kAda);
  dispute.mutable_dispute_raised()->set_reference("DIS-1");
  dispute.mutable_dispute_raised()->mutable_delegation()->set_reference(kRef);
  dispute.mutable_dispute_raised()->set_summary("who pays for the cover");
  world_.Must(dispute);
  EXPECT_EQ(cover().SerializeAsString(), before);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_SUSPENDED);
}

TEST_F(CoverTest, AnOrderByMessageIsChasedToo) {
  Shows({"b-7.3", "ctl-15"});
  v1::Envelope order = From(kPractice, kAda);
  order.mutable_cover_order()->set_reference("CO-1");
  order.mutable_cover_order()->set_cover_by(kCommunity);
  *order.mutable_cover_order()->mutable_from() = Timestamp(world_.now);
  world_.Must(order);
  EXPECT_EQ(world_.person(kAda).covers(1).owner(), kCommunity);
  int escalated = 0;
  for (const Sent& sent : world_.Advance(absl::Hours(5))) {
    escalated += sent.Count(kCommissioner, v1::DELIVERY_KIND_ESCALATION);
  }
  EXPECT_EQ(escalated, 2) << "of both orders";
}

// --- Competence that runs out ---

class LastDayTest : public ::testing::Test {
 protected:
  const v1::Delegation& task() { return world_.delegation(kAda, kRef); }

  // The worker's competence is in force for 40 days.
  void BringTo(v1::DelegationState state) {
    Bring(world_, kAda, kRef, state);
    last_ = LondonDay(world_.now) + 40;
    v1::Envelope record = Checked(kWorker, "K-" + std::string(kWorker), world_.now);
    record.mutable_competency_record()->set_refresher_due_on(FormatLocalDate(last_));
    world_.Must(record);
    ASSERT_EQ(task().state(), state);
  }

  World world_;
  absl::CivilDay last_;
};

TEST_F(LastDayTest, IsWarnedOfAheadAndChangesNothing) {
  Shows({"b-4.2", "haz-12", "haz-22"});
  BringTo(v1::DELEGATION_STATE_ACTIVE);
  const absl::Time warning = LondonStartOfDay(last_ + 1 - 28);
  for (const Sent& sent : world_.AdvanceTo(warning - absl::Seconds(1))) {
    EXPECT_EQ(sent.Count(kProvider, v1::DELIVERY_KIND_TRAINING_OFFERED), 0);
  }
  const std::vector<Sent> sent = world_.AdvanceTo(warning);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].Count(kProvider, v1::DELIVERY_KIND_TRAINING_OFFERED), 1);
  EXPECT_TRUE(sent[0].Told(kCommunity));
  EXPECT_TRUE(absl::StrContains(sent[0].deliveries()[0].words(), FormatLocalDate(last_)));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
}

TEST_F(LastDayTest, IsWarnedOfAtOnceWhereItIsNearWhenTheWorkerIsNamed) {
  Shows({"b-4.2", "haz-12"});
  Bring(world_, kAda, kRef, v1::DELEGATION_STATE_PROPOSED);
  world_.Must(Accepted(kAda, kRef));
  v1::Envelope record = Checked(kWorker, "K-1", world_.now);
  record.mutable_competency_record()->set_refresher_due_on(
      FormatLocalDate(LondonDay(world_.now) + 10));
  world_.Must(record);
  const Sent sent = world_.Must(Assigned(kAda, kRef, kWorker));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_READY);
  EXPECT_TRUE(sent.Told(kCommunity));
  bool named = false;
  for (const v1::Delivery& delivery : sent.deliveries()) {
    named |= absl::StrContains(delivery.words(), FormatLocalDate(LondonDay(world_.now) + 10));
  }
  EXPECT_TRUE(named);
}

TEST_F(LastDayTest, IsCountedInDaysOfTheCalendarWhenTheClocksChange) {
  Shows({"haz-22"});
  Bring(world_, kAda, kRef, v1::DELEGATION_STATE_ACTIVE);
  v1::Envelope record = Checked(kWorker, "K-" + std::string(kWorker), world_.now);
  record.mutable_competency_record()->set_refresher_due_on("2027-04-05");  // In summer time.
  world_.Must(record);
  absl::Time warning;
  absl::Time end;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, "2027-03-09T00:00:00Z", &warning, nullptr));
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, "2027-04-05T23:00:00Z", &end, nullptr));
  bool found = false;
  for (const auto& [id, timer] : world_.timers()) {
    if (timer.kind != v1::TIMER_KIND_COMPETENCE_WARNING) continue;
    found = true;
    EXPECT_EQ(timer.due_at, warning);
  }
  EXPECT_TRUE(found);
  world_.AdvanceTo(end - absl::Seconds(1));
  EXPECT_EQ(task().assignments(0).competence(), v1::Facts::WORKER_COMPETENCE_IN_FORCE);
  world_.AdvanceTo(end);
  EXPECT_EQ(task().assignments(0).competence(), v1::Facts::WORKER_COMPETENCE_EXPIRED);
}

TEST_F(LastDayTest, RenewedInTimeNothingLapses) {
  Shows({"b-4.2", "haz-12"});
  BringTo(v1::DELEGATION_STATE_ACTIVE);
  world_.AdvanceTo(LondonStartOfDay(last_));
  v1::Envelope record = Checked(kWorker, "K-new", world_.now);
  record.mutable_competency_record()->set_refresher_due_on(FormatLocalDate(last_ + 300));
  world_.Must(record);
  world_.AdvanceTo(LondonEndOfDay(last_) + absl::Hours(1));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
}

TEST_F(LastDayTest, PastItRunningCareIsAtRiskAndRenewalRestoresIt) {
  Shows({"b-4.2", "b-7.3", "haz-12", "haz-40"});
  BringTo(v1::DELEGATION_STATE_ACTIVE);
  world_.AdvanceTo(LondonEndOfDay(last_) - absl::Seconds(1));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE) << "on its last day";
  world_.AdvanceTo(LondonEndOfDay(last_));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK);
  EXPECT_EQ(task().assignments(0).competence(), v1::Facts::WORKER_COMPETENCE_EXPIRED);
  ASSERT_EQ(world_.person(kAda).covers_size(), 1);
  EXPECT_FALSE(task().owner().empty());
  world_.Must(Checked(kWorker, "K-new", world_.now));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(world_.person(kAda).covers(0).state(), v1::COVER_STATE_ENDED);
}

TEST_F(LastDayTest, AnotherWorkerCarriesOnAndTheLapsedOneIsNoted) {
  Shows({"b-4.2", "haz-12"});
  BringTo(v1::DELEGATION_STATE_ACTIVE);
  world_.Must(Checked(kOtherWorker, "K-2", world_.now));
  world_.Must(Assigned(kAda, kRef, kOtherWorker));
  world_.AdvanceTo(LondonEndOfDay(last_) - absl::Seconds(1));
  int offered = 0;
  for (const Sent& sent : world_.AdvanceTo(LondonEndOfDay(last_))) {
    offered += sent.Count(kProvider, v1::DELIVERY_KIND_TRAINING_OFFERED);
  }
  EXPECT_EQ(offered, 1);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(task().assignments(0).competence(), v1::Facts::WORKER_COMPETENCE_EXPIRED);
  // What the lapsed one does is no delegated care.
  EXPECT_EQ(world_.Must(Performed(kAda, kRef, kWorker, world_.now))
                .Count(kCommunity, v1::DELIVERY_KIND_INCIDENT),
            1);
}

TEST_F(LastDayTest, WhatIsReadyGoesBackAndWaitsForAWorker) {
  Shows({"b-4.2", "haz-12", "haz-42"});
  BringTo(v1::DELEGATION_STATE_READY);
  world_.AdvanceTo(LondonEndOfDay(last_) - absl::Seconds(1));
  ASSERT_EQ(task().state(), v1::DELEGATION_STATE_READY);
  bool told = false;
  for (const Sent& sent : world_.AdvanceTo(LondonEndOfDay(last_))) told |= sent.Told(kCommunity);
  EXPECT_TRUE(told);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
  EXPECT_FALSE(task().assignments(0).assigned()) << "barred";
  EXPECT_FALSE(task().owner().empty());
  world_.Must(Checked(kWorker, "K-new", world_.now));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_READY);
}

}  // namespace
}  // namespace fosse::care
