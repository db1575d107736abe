// What becomes of a task once the clinical override that let it pass is over (CTL-07, B-7.3).
#include "base/local_date.h"
#include "care/times.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/care/world.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

constexpr char kRef[] = "REF-1";

class OverrideEndTest : public ::testing::Test {
 protected:
  OverrideEndTest() { world_.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world_.now)); }

  const v1::Delegation& task() { return world_.delegation(kAda, kRef); }

  // One that does not say what follows from a reading.
  v1::Envelope Incomplete() {
    v1::Envelope proposal = Proposal(kAda, kRef);
    proposal.mutable_delegation_proposal()
        ->mutable_task()
        ->mutable_particulars()
        ->clear_follow_up_defined();
    return proposal;
  }

  v1::Envelope Over(std::initializer_list<const char*> rules, int days) {
    v1::Envelope envelope = From(kCommunity, kAda);
    v1::ClinicalOverride& override_by = *envelope.mutable_clinical_override();
    override_by.mutable_delegation()->set_reference(kRef);
    for (const char* rule : rules) override_by.add_rule_ids(rule);
    override_by.set_reason("the person goes home today");
    override_by.set_until(DayOf(world_.now + absl::Hours(24) * days));
    return envelope;
  }

  void Propose(int days) {
    world_.Must(Incomplete());
    ASSERT_EQ(task().state(), v1::DELEGATION_STATE_HELD);
    world_.Must(Over({"propose-task-7-follow-up-missing"}, days));
    ASSERT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
  }

  void Start(int days) {
    Propose(days);
    world_.Must(Accepted(kAda, kRef));
    world_.Must(Checked(kWorker, "K-1", world_.now));
    world_.Must(Assigned(kAda, kRef, kWorker));
    world_.Must(Started(kAda, kRef, kWorker, world_.now));
    ASSERT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  }

  bool Misses(const std::string& rule) {
    for (const std::string& missing : task().missing_rules()) {
      if (missing == rule) return true;
    }
    return false;
  }

  absl::Time EndOf(int days) {
    return LondonEndOfDay(LondonDay(world_.now + absl::Hours(24) * days));
  }

  World world_;
};

TEST_F(OverrideEndTest, BeforeTheStartTheProposalIsHeldAgainAndAllAreTold) {
  Shows({"ctl-07", "haz-24", "inv-15"});
  Propose(2);
  world_.Must(Accepted(kAda, kRef));
  const absl::Time end = EndOf(2);
  world_.AdvanceTo(end - absl::Seconds(1));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED) << "on its last day";
  const std::vector<Sent> sent = world_.AdvanceTo(end);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_HOLD);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_HELD);
  EXPECT_TRUE(Misses("propose-task-7-follow-up-missing"));
  EXPECT_TRUE(sent[0].Told(kProvider));
  EXPECT_TRUE(sent[0].Told(kCommunity));
  EXPECT_TRUE(sent[0].Told(kCouncil));
  EXPECT_EQ(task().owner(), kCommunity);
  EXPECT_EQ(task().interim_deliverer(), kCommunity);
  EXPECT_FALSE(task().has_response()) << "it is accepted anew";
}

TEST_F(OverrideEndTest, WhatWasReadyWaitsAgain) {
  Shows({"ctl-07", "haz-42"});
  Propose(2);
  world_.Must(Accepted(kAda, kRef));
  world_.Must(Checked(kWorker, "K-1", world_.now));
  world_.Must(Assigned(kAda, kRef, kWorker));
  ASSERT_EQ(task().state(), v1::DELEGATION_STATE_READY);
  world_.AdvanceTo(EndOf(2));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_HELD);
  // The complete proposal supersedes it, as any that was held.
  world_.Must(Proposal(kAda, kRef));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
  EXPECT_EQ(task().overrides_size(), 0);
}

TEST_F(OverrideEndTest, WhatRunsGoesOnAtRiskUntilTheMissingIsSent) {
  Shows({"ctl-07", "b-7.3", "haz-40"});
  Start(2);
  const std::vector<Sent> sent = world_.AdvanceTo(EndOf(2));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK);
  EXPECT_TRUE(Misses("propose-task-7-follow-up-missing"));
  EXPECT_EQ(sent[0].Count(kCommunity, v1::DELIVERY_KIND_COVER_ORDER), 1);
  EXPECT_TRUE(sent[0].Told(kProvider));
  EXPECT_EQ(task().owner(), kCommunity) << "who can send it";
  EXPECT_TRUE(task().has_next_action_at());
  // A fact of another kind mends nothing.
  world_.Must(Checked(kWorker, "K-2", world_.now));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK);
  EXPECT_TRUE(Misses("propose-task-7-follow-up-missing"));
  EXPECT_EQ(task().overrides_size(), 1);
  // Sent, it mends it.
  world_.Must(Proposal(kAda, kRef));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(task().missing_rules_size(), 0);
  EXPECT_EQ(task().overrides_size(), 0);
  EXPECT_EQ(task().owner(), "");
}

// Nothing is missing then but a sure time, which stops nothing that runs.
TEST_F(OverrideEndTest, ADoubtedClockPutsNothingThatRunsAtRisk) {
  Shows({"ctl-07", "ctl-43", "b-7.3"});
  Start(2);
  world_.Must(Proposal(kAda, kRef));
  ASSERT_EQ(task().overrides_size(), 1);
  const absl::Time end = EndOf(2);
  v1::Envelope envelope;
  envelope.set_message_id("timer");
  envelope.set_locality("QK1");
  envelope.mutable_timer_due()->set_timer_id("timer");
  envelope.mutable_timer_due()->set_kind(v1::TIMER_KIND_OVERRIDE_ENDS);
  envelope.mutable_timer_due()->set_about(task().delegation_id());
  View view{&world_.person(kAda), nullptr, nullptr, world_.rulebook.get(), world_.directory.get()};
  view.clock_unsure = true;
  const absl::StatusOr<Effect> effect = Handle(view, envelope, {end, std::string(32, 's')});
  ASSERT_TRUE(effect.ok()) << effect.status();
  EXPECT_TRUE(effect->held_for_clock);  // So it is asked again.
  EXPECT_TRUE(effect->deliveries.empty());
  for (const v1::Change& change : effect->changes) {
    EXPECT_EQ(change.delegation().state(), v1::DELEGATION_STATE_ACTIVE);
    EXPECT_EQ(change.delegation().overrides_size(), 1);
  }
}

TEST_F(OverrideEndTest, WhatWasSentInTimeIsNoNews) {
  Shows({"ctl-07"});
  Start(2);
  world_.Must(Proposal(kAda, kRef));
  const std::vector<Sent> sent = world_.AdvanceTo(EndOf(2));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_TRUE(sent[0].deliveries().empty());
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(task().overrides_size(), 0);
}

TEST_F(OverrideEndTest, OnlyTheSameCareStatedInFullCompletesIt) {
  Shows({"ctl-07", "inv-06"});
  Start(2);
  EXPECT_TRUE(world_.Must(Incomplete()).HasNotice("OVERRIDE_RECORDED") == false);
  v1::Envelope other = Proposal(kAda, kRef);
  other.mutable_delegation_proposal()->set_delegated_to(kOtherProvider);
  EXPECT_FALSE(world_.Send(other).ok());
  world_.AdvanceTo(EndOf(2));
  EXPECT_TRUE(world_.Must(Incomplete()).HasNotice("PROPOSAL_NOT_COMPLETE"));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK);
}

TEST_F(OverrideEndTest, AnotherOverrideCarriesItOnToItsOwnLastDay) {
  Shows({"ctl-07", "haz-22"});
  Start(2);
  world_.AdvanceTo(EndOf(2));
  ASSERT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK);
  world_.Must(Over({"propose-task-7-follow-up-missing"}, 3));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  world_.AdvanceTo(EndOf(3));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK);
}

TEST_F(OverrideEndTest, OfTwoTheOneThatEndsFirstIsMissedFirst) {
  Shows({"ctl-07"});
  v1::Envelope proposal = Incomplete();
  proposal.mutable_delegation_proposal()->mutable_plan()->clear_changed();
  world_.Must(proposal);
  world_.Must(Over({"propose-task-7-follow-up-missing"}, 6));
  world_.Must(Over({"propose-plan-change-unknown"}, 2));
  ASSERT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
  world_.AdvanceTo(EndOf(2));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_HELD);
  EXPECT_TRUE(Misses("propose-plan-change-unknown"));
}

TEST_F(OverrideEndTest, WhatPassedOverItsStartIsMissedToo) {
  Shows({"ctl-07", "b-3.5"});
  world_.Must(Proposal(kAda, kRef));
  world_.Must(Accepted(kAda, kRef));
  world_.Must(Checked(kWorker, "K-1", world_.now));
  v1::Envelope assigned = Assigned(kAda, kRef, kWorker);
  assigned.mutable_worker_assignment()->clear_contingency_confirmed();
  world_.Must(assigned);
  ASSERT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
  world_.Must(Over({"activate-contingency-not-confirmed"}, 1));
  world_.Must(Started(kAda, kRef, kWorker, world_.now));
  ASSERT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  world_.AdvanceTo(EndOf(1));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK);
  EXPECT_TRUE(Misses("activate-contingency-not-confirmed"));
  EXPECT_EQ(task().owner(), kProvider) << "who can send it";
  world_.Must(Assigned(kAda, kRef, kWorker));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
}

TEST_F(OverrideEndTest, WhatIsPausedDoesNotGoOnWithoutIt) {
  Shows({"ctl-07", "haz-41"});
  Start(2);
  v1::Envelope away = From(kCommunity, kAda);
  away.mutable_person_away()->set_place(v1::AWAY_PLACE_HOSPITAL);
  *away.mutable_person_away()->mutable_from() = Timestamp(world_.now);
  world_.Must(away);
  world_.AdvanceTo(EndOf(2));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PAUSED);
  away.mutable_person_away()->set_returned(true);
  world_.Must(away);
  world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_RESUME));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PAUSED);
  EXPECT_TRUE(Misses("propose-task-7-follow-up-missing"));
  world_.Must(Proposal(kAda, kRef));
  world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_RESUME));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
}

// --- A worker named while the task runs (B-5.3) ---

class NewWorkerTest : public ::testing::Test {
 protected:
  NewWorkerTest() { Bring(world_, kAda, kRef, v1::DELEGATION_STATE_ACTIVE); }
  const v1::Delegation& task() { return world_.delegation(kAda, kRef); }
  World world_;
};

TEST_F(NewWorkerTest, TheDelegatorIsToldWhoDoesItFromNowOn) {
  Shows({"b-5.3"});
  world_.Must(Checked(kOtherWorker, "K-2", world_.now));
  const Sent sent = world_.Must(Assigned(kAda, kRef, kOtherWorker));
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_ASSIGN), v1::OUTCOME_PERMIT);
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_TOLD), 1);
  // Said again of the same worker, nobody is told again.
  EXPECT_EQ(
      world_.Must(Assigned(kAda, kRef, kOtherWorker)).Count(kCommunity, v1::DELIVERY_KIND_TOLD), 0);
}

TEST_F(NewWorkerTest, AnOverseerThatIsNotTheDelegatorIsToldToo) {
  Shows({"b-5.3"});
  world_.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_CLOSED, world_.now));
  world_.Must(Offer(kAda, "OF-1", kRef));
  world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED));
  world_.Must(Checked(kOtherWorker, "K-2", world_.now));
  const Sent sent = world_.Must(Assigned(kAda, kRef, kOtherWorker));
  EXPECT_TRUE(sent.Told(kCommunity));
  EXPECT_TRUE(sent.Told(kPractice));
}

TEST_F(NewWorkerTest, ConfidenceIsAskedOfAWorkerWhoJoinsCareThatRuns) {
  Shows({"b-3.5", "b-5.3"});
  world_.Must(Checked(kOtherWorker, "K-2", world_.now));
  v1::Envelope assigned = Assigned(kAda, kRef, kOtherWorker);
  assigned.mutable_worker_assignment()->clear_worker_confident();
  EXPECT_EQ(world_.Must(assigned).OutcomeOf(v1::QUESTION_ASSIGN), v1::OUTCOME_HOLD);
  assigned.mutable_worker_assignment()->set_worker_confident(v1::ANSWER_NO);
  EXPECT_EQ(world_.Must(assigned).OutcomeOf(v1::QUESTION_ASSIGN), v1::OUTCOME_HOLD);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE) << "the first worker goes on";
}

TEST_F(NewWorkerTest, AnObjectionPutsRunningCareAtRiskAndAnotherWorkerMendsIt) {
  Shows({"b-5.3", "b-7.3"});
  const Sent sent = world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_OBJECT));
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_CONTINUE), v1::OUTCOME_REFER);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK);
  EXPECT_TRUE(sent.Told(kProvider));
  EXPECT_FALSE(task().owner().empty());
  // One who may not do it answers nothing, and the first goes on meanwhile.
  world_.Must(Assigned(kAda, kRef, kOtherWorker));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK);
  EXPECT_TRUE(task().delegator_objects());
  ASSERT_EQ(task().assignments_size(), 2);
  EXPECT_TRUE(task().assignments(0).assigned());
}

TEST_F(NewWorkerTest, AnotherCompetentWorkerWhoAgreesAnswersAnObjection) {
  Shows({"b-5.3"});
  world_.Must(Checked(kOtherWorker, "K-2", world_.now));
  world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_OBJECT));
  world_.Must(Assigned(kAda, kRef, kOtherWorker));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  EXPECT_FALSE(task().delegator_objects());
  ASSERT_EQ(task().assignments_size(), 1);
  EXPECT_EQ(task().assignments(0).worker_key(), world_.worker(kOtherWorker).worker_key());
}

TEST_F(NewWorkerTest, TheDelegatorMayTakeTheObjectionBack) {
  Shows({"b-5.3"});
  world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_OBJECT));
  const Sent sent = world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_RESUME));
  EXPECT_TRUE(sent.Told(kProvider));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  EXPECT_FALSE(task().delegator_objects());
}

}  // namespace
}  // namespace fosse::care
