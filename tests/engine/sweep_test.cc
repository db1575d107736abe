// A cause that concerns many people reaches all of them, in steps where they are very many.
#include <set>

#include "absl/strings/str_replace.h"
#include "audit/rulebook_note.h"
#include "tests/engine/many_people.h"
#include "tests/support/shows.h"
#include "tests/support/small_rulebook.h"

namespace fosse {
namespace {

constexpr char kLater[] = "llr/2026-12-01";
constexpr absl::Duration kAhead = absl::Hours(1);

EngineWorld::Options SmallSteps(size_t at_once, size_t step) {
  EngineWorld::Options options;
  options.directory_text = WithBoardKey(TestDirectory());
  options.limits.consequences = at_once;
  options.limits.sweep_step = step;
  options.limits.busy_sweep_step = 1;
  return options;
}

// Each person whom the cause changed, by the subjects of its consequences.
std::multiset<std::string> Reached(EngineWorld& world, uint64_t cause) {
  std::multiset<std::string> subjects;
  const auto entries = world.store().ConsequencesOf(cause);
  EXPECT_THAT(entries, IsOk());
  for (const uint64_t index : *entries) {
    if (world.Leaf(index).kind() != "consequence") continue;
    subjects.insert((*world.store().ReadEntry(index))->subject.key);
  }
  return subjects;
}

void ExpectEachOnce(EngineWorld& world, uint64_t cause, size_t people) {
  const std::multiset<std::string> reached = Reached(world, cause);
  EXPECT_EQ(reached.size(), people);
  EXPECT_EQ(std::set<std::string>(reached.begin(), reached.end()).size(), people);
}

TEST(SweepTest, TheLimitOfOneCommitIsFiveHundred) {
  Shows({"haz-40"});
  EXPECT_EQ(engine::Limits().consequences, 500u);
  EXPECT_LE(engine::Limits().busy_sweep_step, engine::Limits().sweep_step);
}

TEST(SweepTest, ARevocationGoesOnInStepsAndStopsNobodysCare) {
  Shows({"haz-40", "haz-12", "b-7.3"});
  EngineWorld world(SmallSteps(3, 2));
  ManyPeople many(world);
  many.MakeActive(8);
  const uint64_t size = world.Size();
  ASSERT_OK_AND_ASSIGN(const v1::Receipt revoked, world.Submit(many.Revocation()));
  EXPECT_EQ(revoked.entry_index(), size);
  EXPECT_EQ(many.Count(v1::DELEGATION_STATE_AT_RISK), 3);  // In the commit of the cause itself.
  EXPECT_EQ(world.engine().GetFigures().sweeps, 1u);
  EXPECT_TRUE(world.engine().RunOnce());
  EXPECT_EQ(many.Count(v1::DELEGATION_STATE_AT_RISK), 5);
  world.Run();
  EXPECT_EQ(many.Count(v1::DELEGATION_STATE_AT_RISK), 8);
  ExpectEachOnce(world, revoked.entry_index(), 8);
  EXPECT_EQ(world.engine().GetFigures().sweeps, 0u);

  const std::vector<uint64_t> steps = many.EntriesOf("sweep_step", size);
  ASSERT_EQ(steps.size(), 4u);  // 3, 2, 2 and the last one.
  uint32_t reached = 0;
  std::string cursor;
  for (const uint64_t index : steps) {
    const v1::SweepStep step = world.Detail(index).envelope().sweep_step();
    EXPECT_EQ(step.cause_index(), revoked.entry_index());
    EXPECT_EQ(step.kind(), v1::SWEEP_KIND_WORKER);
    EXPECT_LT(cursor, step.cursor());
    EXPECT_EQ(step.finished(), index == steps.back());
    cursor = step.cursor();
    reached += step.reached();
  }
  EXPECT_EQ(reached, 8u);
  EXPECT_FALSE(world.engine().RunOnce());
}

TEST(SweepTest, ANewVersionOfATaskReachesWhoeverDoesItInStepsAndNobodyElse) {
  Shows({"haz-40", "haz-12", "b-3.5", "b-7.3"});
  EngineWorld world(SmallSteps(3, 2));
  ManyPeople many(world);
  many.MakeActive(7);
  ASSERT_THAT(world.Submit(world.Episode(kAda, "ea")), IsOk());
  const uint64_t size = world.Size();
  ASSERT_OK_AND_ASSIGN(const v1::Receipt changed, world.Submit(many.NewVersion()));
  EXPECT_EQ(changed.entry_index(), size);
  EXPECT_GT(many.Count(v1::DELEGATION_STATE_ACTIVE), 0);
  const int waits = many.FirstIn(v1::DELEGATION_STATE_ACTIVE);
  ASSERT_OK_AND_ASSIGN(const v1::Receipt risk, world.Submit(world.Risk(many.people()[waits], "x")));
  EXPECT_EQ(risk.standings(0).state(), v1::DELEGATION_STATE_AT_RISK);
  world.Run();
  EXPECT_EQ(many.Count(v1::DELEGATION_STATE_AT_RISK), 7);
  ExpectEachOnce(world, changed.entry_index(), 7);
  EXPECT_EQ(many.DelegationOf(0).assignments(0).competence(),
            v1::Facts::WORKER_COMPETENCE_TASK_CHANGED);
  const std::vector<uint64_t> steps = many.EntriesOf("sweep_step", size);
  ASSERT_FALSE(steps.empty());
  for (const uint64_t index : steps) {
    EXPECT_EQ(world.Detail(index).envelope().sweep_step().kind(), v1::SWEEP_KIND_TASK);
  }
  ASSERT_THAT(world.Restart(), IsOk());
  const uint64_t after = world.Size();
  world.Run();
  EXPECT_EQ(world.Size(), after) << "once, whatever restarts";
}

TEST(SweepTest, MessagesGoBetweenStepsAndAreNotDelayedByThem) {
  Shows({"haz-05", "haz-40"});
  EngineWorld world(SmallSteps(1, 1));
  ManyPeople many(world);
  many.MakeActive(6);
  ASSERT_THAT(world.Submit(many.Revocation()), IsOk());
  const uint64_t size = world.Size();
  ASSERT_OK_AND_ASSIGN(
      const v1::Receipt urgent,
      world.Submit(world.Concern(many.people()[many.FirstIn(v1::DELEGATION_STATE_AT_RISK)], "c1",
                                 kCommunity, "unsettled")));
  EXPECT_EQ(urgent.entry_index(), size);  // At once, ahead of what is left of the sweep.
  EXPECT_GT(many.Count(v1::DELEGATION_STATE_ACTIVE), 0);
  world.Run();
  EXPECT_EQ(many.Count(v1::DELEGATION_STATE_AT_RISK), 6);
}

TEST(SweepTest, TheCauseComesToAPersonAheadOfWhateverIsDecidedAboutThem) {
  Shows({"haz-12", "inv-05", "b-7.3"});
  EngineWorld world(SmallSteps(1, 1));
  ManyPeople many(world);
  many.MakeActive(5);
  ASSERT_OK_AND_ASSIGN(const v1::Receipt revoked, world.Submit(many.Revocation()));
  const int waits = many.FirstIn(v1::DELEGATION_STATE_ACTIVE);
  ASSERT_GE(waits, 0);
  const uint64_t size = world.Size();
  ASSERT_OK_AND_ASSIGN(const v1::Receipt risk, world.Submit(world.Risk(many.people()[waits], "x")));
  EXPECT_EQ(risk.entry_index(), size + 1);
  EXPECT_EQ(world.Leaf(size).kind(), "consequence");
  EXPECT_EQ(world.Leaf(size).cause(), revoked.entry_index() + 1);
  EXPECT_EQ(risk.standings(0).state(), v1::DELEGATION_STATE_AT_RISK);
  EXPECT_EQ(many.DelegationOf(waits).assignments(0).competence(),
            v1::Facts::WORKER_COMPETENCE_REVOKED);
  world.Run();
  EXPECT_EQ(many.Count(v1::DELEGATION_STATE_AT_RISK), 5);
}

// The worker's competence is remembered with the assignment; deciding without effect sees through
// it as well.
TEST(SweepTest, WhatIsCheckedWithoutEffectSeesTheCauseToo) {
  Shows({"haz-11", "haz-12"});
  EngineWorld world(SmallSteps(1, 1));
  ManyPeople many(world);
  many.MakeReady(4);
  ASSERT_EQ(many.Count(v1::DELEGATION_STATE_READY), 4);
  ASSERT_THAT(world.Submit(many.Revocation()), IsOk());
  const int waits = many.FirstIn(v1::DELEGATION_STATE_READY);
  ASSERT_GE(waits, 0);
  v1::Envelope episode = world.Episode(many.people()[waits], "again");
  episode.mutable_episode_change()->set_episode_reference("E2");
  ASSERT_OK_AND_ASSIGN(const v1::CheckResponse answer,
                       world.Ask<v1::CheckResponse>([&](engine::Done<v1::CheckResponse> done) {
                         world.engine().Check({.participant = kCommunity}, episode,
                                              absl::InfiniteFuture(), std::move(done));
                       }));
  bool asked = false;
  for (const v1::Decision& decision : answer.decisions()) {
    if (decision.question() != v1::QUESTION_ACTIVATE) continue;
    asked = true;
    EXPECT_NE(decision.outcome(), v1::OUTCOME_PERMIT);
  }
  EXPECT_TRUE(asked);
}

class NewRulebook : public ::testing::Test {
 protected:
  void Publish(EngineWorld& world, const std::string& text, const std::string& suite) {
    v1::PublishRulebookRequest request;
    request.set_stored(text);
    request.set_suite(suite);
    v1::Envelope& envelope = *request.mutable_envelope();
    envelope = world.Message(kBoard, "p-new", kAda);
    envelope.clear_subject();
    v1::RulebookActivation& activation = *envelope.mutable_rulebook_activation();
    activation.set_rulebook_id(kLater);
    activation.set_digest(ByteView(Sha256(text)).str());
    activation.set_suite_digest(ByteView(Sha256(suite)).str());
    activation.set_approved_by("Clinical Executive, minute 12");
    activation.set_approved_on("2022-09-28");
    activation.set_hazard_review("HR-7");
    activation.set_hazard_reviewed_on("2022-09-27");
    const absl::Time at = world.clock().Now() + kAhead;
    *activation.mutable_effective_at() = engine::ToTimestamp(at);
    activation.set_signed_note(
        audit::SignRulebook({"QK1", kLater, Sha256(text), at, Sha256(suite)}, TestBoard()));
    ASSERT_OK_AND_ASSIGN(const v1::Receipt receipt,
                         world.Ask<v1::Receipt>([&](engine::Done<v1::Receipt> done) {
                           world.engine().PublishRulebook({.participant = kBoard}, request,
                                                          absl::InfiniteFuture(), std::move(done));
                         }));
    activation_ = receipt.entry_index();
  }
  // One that says nothing of running care, so that silence refers it.
  void PublishSmall(EngineWorld& world) {
    Publish(world, SmallRulebook(kLater), SmallSuite(kLater));
  }
  uint64_t activation_ = 0;
};

TEST_F(NewRulebook, AsksEveryLiveDelegationAndEveryOpenQuestionAgain) {
  Shows({"b-6.1", "b-7.3", "haz-23", "haz-40"});
  EngineWorld world(SmallSteps(500, 64));
  ManyPeople many(world);
  many.MakeActive(3);
  // Held for want of an answer that the new rulebook does not ask for.
  v1::Envelope held = world.Proposal(kAda, "held", "H1");
  held.mutable_delegation_proposal()->mutable_plan()->clear_ongoing_support();
  ASSERT_THAT(world.Submit(world.Episode(kAda, "ea")), IsOk());
  ASSERT_THAT(world.Submit(held), IsOk());
  ASSERT_EQ(world.StoredPerson(kAda).delegations(0).state(), v1::DELEGATION_STATE_HELD);
  PublishSmall(world);
  const uint64_t size = world.Size();
  world.Run();
  EXPECT_EQ(world.Size(), size);  // Nothing before its instant.

  world.clock().Advance(kAhead);
  EXPECT_TRUE(world.engine().RunOnce());  // One commit for all of them.
  EXPECT_EQ(many.Count(v1::DELEGATION_STATE_AT_RISK), 3);
  EXPECT_EQ(world.StoredPerson(kAda).delegations(0).state(), v1::DELEGATION_STATE_PROPOSED);
  ExpectEachOnce(world, activation_, 4);
  for (const uint64_t index : many.EntriesOf("consequence", size)) {
    const v1::EntryDetail detail = world.Detail(index);
    for (const v1::RecordedDecision& decision : detail.decisions()) {
      EXPECT_EQ(decision.rulebook_digest(), world.Leaf(index).rulebook_digest());
    }
  }
  const std::vector<uint64_t> steps = many.EntriesOf("sweep_step", size);
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_TRUE(world.Detail(steps[0]).envelope().sweep_step().finished());
  world.Run();
  ASSERT_THAT(world.Restart(), IsOk());
  const uint64_t after = world.Size();
  world.Run();
  EXPECT_EQ(world.Size(), after);  // Once, whatever restarts.
}

TEST_F(NewRulebook, BeyondTheLimitTheRestFollowsAndIsDecidedByItMeanwhile) {
  Shows({"b-6.1", "b-7.3", "haz-23"});
  EngineWorld world(SmallSteps(2, 2));
  ManyPeople many(world);
  many.MakeActive(7);
  PublishSmall(world);
  world.clock().Advance(kAhead);
  EXPECT_TRUE(world.engine().RunOnce());
  EXPECT_EQ(many.Count(v1::DELEGATION_STATE_AT_RISK), 2);
  const int waits = many.FirstIn(v1::DELEGATION_STATE_ACTIVE);
  const uint64_t size = world.Size();
  ASSERT_OK_AND_ASSIGN(const v1::Receipt risk, world.Submit(world.Risk(many.people()[waits], "x")));
  EXPECT_EQ(world.Leaf(size).cause(), activation_ + 1);
  EXPECT_EQ(risk.standings(0).state(), v1::DELEGATION_STATE_AT_RISK);
  world.Run();
  EXPECT_EQ(many.Count(v1::DELEGATION_STATE_AT_RISK), 7);
  EXPECT_EQ(many.Count(v1::DELEGATION_STATE_SUSPENDED), 0);
}

// Those whose practice oversees are told of once: commissioning sees a number, not a flood.
TEST(MassChangeTest, ManyAtRiskByOneCauseAreOneAlarmWithTheirNumber) {
  Shows({"haz-40", "haz-29"});
  EngineWorld world(SmallSteps(500, 64));
  ManyPeople many(world);
  many.MakeActive(11);
  const uint64_t size = world.Size();
  ASSERT_THAT(world.Submit(many.Revocation()), IsOk());
  EXPECT_EQ(many.Count(v1::DELEGATION_STATE_AT_RISK), 11);
  const std::vector<uint64_t> alarms = many.EntriesOf("mass_change_alarm", size);
  ASSERT_EQ(alarms.size(), 1u);
  const v1::EntryDetail detail = world.Detail(alarms[0]);
  EXPECT_EQ(detail.envelope().mass_change_alarm().delegations(), 11u);
  std::set<std::string> alarmed;
  for (const v1::DeliveryNote& note : detail.receipt().deliveries()) {
    alarmed.insert(note.recipient());
    ASSERT_OK_AND_ASSIGN(const auto delivery, world.store().ReadDelivery(note.delivery_id()));
    EXPECT_EQ(delivery->urgency, static_cast<uint8_t>(v1::URGENCY_URGENT));
  }
  EXPECT_EQ(alarmed, (std::set<std::string>{kCommunity, "QK1", kBoard}));
  EXPECT_EQ(world.engine().GetFigures().mass_changes, 1u);
}

TEST(MassChangeTest, AsManyAsTheLimitAreNoAlarmAndTheLocalityMaySetItsOwn) {
  Shows({"haz-40", "haz-29"});
  for (const bool own_limit : {false, true}) {
    EngineWorld::Options options = SmallSteps(500, 64);
    options.rulebook_text = TestRulebook() + (own_limit ? "\nmass_change_limit: 1\n" : "");
    EngineWorld world(options);
    ManyPeople many(world);
    many.MakeActive(own_limit ? 2 : 10);
    ASSERT_THAT(world.Submit(many.Revocation()), IsOk());
    EXPECT_EQ(many.EntriesOf("mass_change_alarm", 0).size(), own_limit ? 1u : 0u);
  }
}

TEST(MassChangeTest, ASweepCountsOverItsStepsAndAlarmsOnce) {
  Shows({"haz-40", "haz-29"});
  EngineWorld::Options options = SmallSteps(2, 2);
  options.rulebook_text = TestRulebook() + "\nmass_change_limit: 3\n";
  EngineWorld world(options);
  ManyPeople many(world);
  many.MakeActive(9);
  const uint64_t size = world.Size();
  ASSERT_THAT(world.Submit(many.Revocation()), IsOk());
  EXPECT_THAT(many.EntriesOf("mass_change_alarm", size), ::testing::IsEmpty());
  world.Run();
  const std::vector<uint64_t> alarms = many.EntriesOf("mass_change_alarm", size);
  ASSERT_EQ(alarms.size(), 1u);
  const v1::MassChangeAlarm alarm = world.Detail(alarms[0]).envelope().mass_change_alarm();
  EXPECT_EQ(alarm.delegations(), 4u);
  EXPECT_TRUE(alarm.goes_on());
}

}  // namespace
}  // namespace fosse
