// The life of a delegation outside the grid: superseding, objecting, ending, timers, cover.
#include "care/reading.h"
#include "care/times.h"
#include "gtest/gtest.h"
#include "tests/care/task_fixture.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

v1::Envelope HeldProposal() {
  v1::Envelope envelope = Proposal(kAda, kRef);
  envelope.mutable_delegation_proposal()->mutable_plan()->clear_clinical_reviewer();
  return envelope;
}

using DelegationTest = TaskFixture;

TEST_F(DelegationTest, ACompleteProposalSupersedesTheHeldOne) {
  Shows({"b-4.1", "b-7.3"});
  Open();
  world_.Must(HeldProposal());
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_HELD);
  ASSERT_EQ(task().missing_rules_size(), 1);
  const std::string id = task().delegation_id();
  world_.Must(Proposal(kAda, kRef));
  EXPECT_EQ(task().delegation_id(), id);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
  EXPECT_TRUE(task().missing_rules().empty());
  EXPECT_EQ(world_.person(kAda).delegations_size(), 1);
  EXPECT_EQ(Refused(Proposal(kAda, kRef)), "STATE_CONFLICT");
}

TEST_F(DelegationTest, AHeldProposalIsAskedAgainWhenItsFactArrives) {
  Shows({"b-5.5b", "b-7.3"});
  world_.Must(Registered(kAda, kPractice));
  v1::Envelope proposal = Proposal(kAda, kRef);
  proposal.set_sender(kPractice);
  proposal.mutable_delegation_proposal()->set_delegating(kPractice);
  proposal.mutable_delegation_proposal()->mutable_task()->mutable_code()->set_code("insulin");
  world_.Must(proposal);
  // Specific training, and not open to community health: no branch gives an overseer.
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_REFERRED);
  const Sent sent = world_.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world_.now));
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_PERMIT);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
  ASSERT_EQ(sent.Count(kProvider, v1::DELIVERY_KIND_PROPOSAL), 1);
  for (const v1::Delivery& delivery : sent.deliveries()) {
    if (delivery.kind() == v1::DELIVERY_KIND_PROPOSAL) {
      EXPECT_EQ(delivery.proposal().reference(), kRef);  // The message itself is an episode.
    }
  }
}

TEST_F(DelegationTest, OnlyTheOneWhoHandsOverProposes) {
  Shows({"ctl-04"});
  Open();
  v1::Envelope proposal = Proposal(kAda, kRef);
  proposal.set_sender(kPractice);
  EXPECT_EQ(Refused(proposal), "SENDER_WRONG");
  proposal = Proposal(kAda, kRef);
  proposal.mutable_delegation_proposal()->set_delegated_to("GHOST");
  EXPECT_EQ(Refused(proposal), "PARTICIPANT_UNKNOWN");
}

TEST_F(DelegationTest, ASecondLiveOneIsRefusedWithWhoDelivers) {
  Shows({"b-1.7b", "inv-06", "haz-08"});
  To(v1::DELEGATION_STATE_ACTIVE);
  v1::Envelope second = Proposal(kAda, "REF-2");
  second.mutable_delegation_proposal()->set_delegated_to(kOtherProvider);
  const Sent sent = world_.Must(second);
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_DENY);
  EXPECT_EQ(sent.effect.decisions[0].delivers_meanwhile(), kCommunity);
  EXPECT_FALSE(sent.Told(kOtherProvider));
}

TEST_F(DelegationTest, ADeclineGoesBackWithItsReason) {
  Shows({"b-3.4", "hwb25-20", "haz-09"});
  To(v1::DELEGATION_STATE_PROPOSED);
  v1::Envelope decline = Accepted(kAda, kRef);
  decline.mutable_delegation_response()->set_answer(v1::DELEGATION_ANSWER_DECLINED);
  decline.mutable_delegation_response()->set_decline_reason(v1::DECLINE_REASON_CAPACITY);
  const Sent sent = world_.Must(decline);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_DECLINED);
  EXPECT_EQ(task().ended_because(), "declined-capacity");
  EXPECT_EQ(task().interim_deliverer(), kCommunity);
  EXPECT_TRUE(sent.Told(kCommunity));
  EXPECT_EQ(Refused(Accepted(kAda, kRef)), "STATE_CONFLICT");
}

TEST_F(DelegationTest, AnotherOrganisationsAnswerChangesNothing) {
  Shows({"b-3.4"});
  To(v1::DELEGATION_STATE_PROPOSED);
  v1::Envelope answer = Accepted(kAda, kRef);
  answer.set_sender(kCommunity);
  EXPECT_TRUE(world_.Must(answer).HasNotice("NOT_THE_ONE_ASKED"));
  EXPECT_FALSE(task().has_response());
  answer.set_sender(kOtherProvider);
  EXPECT_EQ(Refused(answer), "DELEGATION_NOT_FOUND");
}

TEST_F(DelegationTest, AnObjectionIsAnsweredByAnotherWorker) {
  Shows({"b-5.3"});
  To(v1::DELEGATION_STATE_READY);
  const Sent sent = world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_OBJECT));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_REFERRED);
  EXPECT_TRUE(sent.Told(kProvider));
  EXPECT_EQ(Refused(Performed(kAda, kRef, kWorker, world_.now)), "");  // Kept, never refused.
  world_.Must(Checked(kOtherWorker, "K-2", world_.now));
  world_.Must(Assigned(kAda, kRef, kOtherWorker));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_READY);
  ASSERT_EQ(task().assignments_size(), 1);
  EXPECT_EQ(task().assignments(0).worker_key(), "worker-W200");
}

TEST_F(DelegationTest, AWeakBasisIsNotMendedByAnothersMessage) {
  Shows({"ctl-05"});
  To(v1::DELEGATION_STATE_PROPOSED);
  world_.Must(Accepted(kAda, kRef));
  v1::Envelope assigned = Assigned(kAda, kRef, kWorker);
  assigned.mutable_acting_person()->set_basis(v1::PRACTITIONER_BASIS_ASSERTED);
  world_.Must(assigned);
  // The training office vouches for its own nurse, not for the provider's planner.
  world_.Must(Checked(kWorker, "K-1", world_.now));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
  EXPECT_FALSE(task().assignments(0).assigned());
  world_.Must(Assigned(kAda, kRef, kWorker));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_READY);
}

TEST_F(DelegationTest, AStartInTheFutureStartsNothing) {
  Shows({"haz-42"});
  To(v1::DELEGATION_STATE_READY);
  const Sent sent = world_.Must(Started(kAda, kRef, kWorker, world_.now + absl::Seconds(1)));
  EXPECT_TRUE(sent.HasNotice("START_IN_FUTURE"));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_READY);
  EXPECT_EQ(StandingOf(task()).delivers_now(), kCommunity);
  EXPECT_EQ(Refused(Started(kAda, "NONE", kWorker, world_.now)), "DELEGATION_NOT_FOUND");
  world_.Must(Started(kAda, kRef, kWorker, world_.now));
  EXPECT_EQ(Refused(Started(kAda, kRef, kWorker, world_.now)), "STATE_CONFLICT");
}

TEST_F(DelegationTest, AStartByAnotherWorkerDoesNotCount) {
  Shows({"b-2.3", "inv-03"});
  To(v1::DELEGATION_STATE_READY);
  world_.Must(Started(kAda, kRef, kOtherWorker, world_.now));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_READY);
  EXPECT_FALSE(task().has_active_since());
}

TEST_F(DelegationTest, NoRulebookStartsWhatMayNeverStart) {
  Shows({"inv-04", "b-3.3", "haz-10", "haz-25"});
  world_.rulebook = AllPermit();
  Open();
  v1::Envelope catheter = Proposal(kAda, kRef);
  catheter.mutable_delegation_proposal()->mutable_task()->mutable_code()->set_code(
      "indwelling-catheter");
  world_.Must(catheter);
  world_.Must(Accepted(kAda, kRef));
  world_.Must(Assigned(kAda, kRef, kWorker));
  const Sent sent = world_.Must(Started(kAda, kRef, kWorker, world_.now));
  EXPECT_TRUE(sent.HasNotice("START_BARRED"));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
  world_.Must(Performed(kAda, kRef, kWorker, world_.now));
  EXPECT_FALSE(world_.person(kAda).performances(0).counts());
}

TEST_F(DelegationTest, WithdrawingReachesThoseWhoWereTold) {
  Shows({"inv-10", "haz-19"});
  To(v1::DELEGATION_STATE_PROPOSED);
  const Sent sent = world_.Must(
      Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_WITHDRAW, v1::ANSWER_YES));
  EXPECT_EQ(sent.Count(kProvider, v1::DELIVERY_KIND_WITHDRAWAL), 1);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ENDED);
  EXPECT_EQ(task().interim_deliverer(), "");
  for (const auto& [id, timer] : world_.timers()) {
    EXPECT_NE(timer.about, task().delegation_id());
  }
}

TEST_F(DelegationTest, EndingLeavesAHealthDelivererWhereTheNeedGoesOn) {
  Shows({"b-7.3", "inv-10", "inv-15"});
  To(v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(Refused(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_WITHDRAW)),
            "STATE_CONFLICT");
  EXPECT_EQ(Refused(Change(kOtherProvider, kAda, kRef, v1::DELEGATION_CHANGE_KIND_END)),
            "DELEGATION_NOT_FOUND");
  // A provider hands the task back; that the need is gone is not its to say.
  const Sent sent =
      world_.Must(Change(kProvider, kAda, kRef, v1::DELEGATION_CHANGE_KIND_END, v1::ANSWER_YES));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ENDED);
  EXPECT_EQ(task().interim_deliverer(), kCommunity);
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_WITHDRAWAL), 1);
  EXPECT_EQ(sent.Count(kCouncil, v1::DELIVERY_KIND_WITHDRAWAL), 1);
  EXPECT_TRUE(world_.worker(kWorker).tasks(0).removed());
}

TEST_F(DelegationTest, OnlyAClinicianSuspendsAndResumes) {
  Shows({"b-7.3", "haz-40"});
  To(v1::DELEGATION_STATE_ACTIVE);
  // The provider asks: care goes on, cover is ordered.
  const Sent asked = world_.Must(Change(kProvider, kAda, kRef, v1::DELEGATION_CHANGE_KIND_SUSPEND));
  EXPECT_TRUE(asked.HasNotice("NOT_A_NAMED_CLINICIAN"));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK);
  EXPECT_EQ(asked.Count(kCommunity, v1::DELIVERY_KIND_COVER_ORDER), 1);
  const Sent stopped =
      world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_SUSPEND));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_SUSPENDED);
  EXPECT_EQ(stopped.Count(kProvider, v1::DELIVERY_KIND_WITHDRAWAL), 1);
  EXPECT_EQ(StandingOf(task()).delivers_now(), kCommunity);
  EXPECT_EQ(Refused(Change(kProvider, kAda, kRef, v1::DELEGATION_CHANGE_KIND_RESUME)),
            "DELEGATION_NOT_FOUND");
  world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_RESUME));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(StandingOf(task()).delivers_now(), kProvider);
}

// The worker will not come back: another is named while cover delivers, and a named clinician lets
// the task go on. Naming somebody starts nothing.
TEST_F(DelegationTest, ASuspendedTaskGoesOnWithAnotherWorker) {
  Shows({"b-7.3", "b-3.5", "inv-03", "inv-15"});
  To(v1::DELEGATION_STATE_ACTIVE);
  world_.Must(Revoked(kWorker, "K-W100", world_.now));
  world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_SUSPEND));
  ASSERT_EQ(task().state(), v1::DELEGATION_STATE_SUSPENDED);
  world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_RESUME));
  ASSERT_EQ(task().state(), v1::DELEGATION_STATE_SUSPENDED) << "nobody is competent";
  world_.Must(Checked(kOtherWorker, "K-9", world_.now));
  v1::Envelope other = Assigned(kAda, kRef, kOtherWorker);
  other.mutable_worker_assignment()->set_worker_confident(v1::ANSWER_NO);
  EXPECT_EQ(world_.Must(other).OutcomeOf(v1::QUESTION_ASSIGN), v1::OUTCOME_HOLD);
  other.mutable_worker_assignment()->set_worker_confident(v1::ANSWER_YES);
  EXPECT_EQ(world_.Must(other).OutcomeOf(v1::QUESTION_ASSIGN), v1::OUTCOME_PERMIT);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_SUSPENDED);
  EXPECT_EQ(StandingOf(task()).delivers_now(), kCommunity);
  world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_RESUME));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(StandingOf(task()).delivers_now(), kProvider);
}

TEST_F(DelegationTest, ALapseNeverSuspendsUntilCoverHasCome) {
  Shows({"b-7.3", "haz-12", "haz-40", "inv-05"});
  To(v1::DELEGATION_STATE_ACTIVE);
  world_.Must(Revoked(kWorker, "K-W100", world_.now));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK);
  EXPECT_EQ(StandingOf(task()).delivers_now(), kProvider);
  ASSERT_EQ(world_.person(kAda).covers_size(), 1);
  // The lapsed worker is not assigned anew.
  EXPECT_EQ(world_.Must(Assigned(kAda, kRef, kWorker)).OutcomeOf(v1::QUESTION_ASSIGN),
            v1::OUTCOME_DENY);
  v1::Envelope confirmed = From(kCommunity, kAda);
  confirmed.mutable_cover_confirmed()->set_order_reference(
      world_.person(kAda).covers(0).cover_id());
  confirmed.mutable_cover_confirmed()->set_state(v1::COVER_STATE_CONFIRMED);
  world_.Must(confirmed);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_SUSPENDED);
  EXPECT_EQ(StandingOf(task()).delivers_now(), kCommunity);
}

// An order of the gateway's own shows whom it asks the delegation, and no id of its own.
TEST_F(DelegationTest, ACoverOrderIsAnsweredByTheDelegationThatItCovers) {
  Shows({"b-7.3", "haz-40"});
  To(v1::DELEGATION_STATE_ACTIVE);
  world_.Must(Revoked(kWorker, "K-W100", world_.now));
  ASSERT_EQ(world_.person(kAda).covers(0).cover_by(), kCommunity);
  v1::Envelope confirmed = From(kPractice, kAda);
  confirmed.mutable_cover_confirmed()->set_order_reference(kRef);
  confirmed.mutable_cover_confirmed()->set_state(v1::COVER_STATE_CONFIRMED);
  EXPECT_EQ(Refused(confirmed), "COVER_NOT_FOUND") << "it was not asked";
  confirmed.set_sender(kCommunity);
  confirmed.mutable_cover_confirmed()->set_order_reference("REF-OTHER");
  EXPECT_EQ(Refused(confirmed), "COVER_NOT_FOUND");
  confirmed.mutable_cover_confirmed()->set_order_reference(task().delegation_id());
  world_.Must(confirmed);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_SUSPENDED);
  confirmed.mutable_cover_confirmed()->set_order_reference(kRef);
  confirmed.mutable_cover_confirmed()->set_state(v1::COVER_STATE_ENDED);
  world_.Must(confirmed);
  EXPECT_EQ(world_.person(kAda).covers(0).state(), v1::COVER_STATE_ENDED);
}

TEST_F(DelegationTest, AnotherWorkerMendsALapse) {
  Shows({"b-7.3", "haz-12", "haz-24"});
  To(v1::DELEGATION_STATE_ACTIVE);
  world_.Must(Revoked(kWorker, "K-W100", world_.now));
  ASSERT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK);
  world_.Must(Checked(kOtherWorker, "K-2", world_.now));
  const Sent sent = world_.Must(Assigned(kAda, kRef, kOtherWorker));
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_ASSIGN), v1::OUTCOME_PERMIT);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_WITHDRAWAL), 1) << "cover is stood down";
}

TEST_F(DelegationTest, AnotherWorkerDoesNotMendWhatIsNotTheWorkers) {
  Shows({"b-7.3", "haz-12"});
  To(v1::DELEGATION_STATE_ACTIVE);
  v1::Envelope declined = From(kCommunity, kAda);
  declined.mutable_consent_changed()->mutable_delegation()->set_reference(kRef);
  declined.mutable_consent_changed()->set_consent(v1::CONSENT_DECLINED);
  world_.Must(declined);
  ASSERT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK);
  world_.Must(Checked(kOtherWorker, "K-2", world_.now));
  EXPECT_EQ(world_.Must(Assigned(kAda, kRef, kOtherWorker)).OutcomeOf(v1::QUESTION_ASSIGN),
            v1::OUTCOME_HOLD);
}

TEST_F(DelegationTest, RefusedCoverGoesUpAndStaysOpen) {
  Shows({"b-7.3", "inv-15"});
  To(v1::DELEGATION_STATE_ACTIVE);
  world_.Must(Revoked(kWorker, "K-W100", world_.now));
  v1::Envelope refused = From(kCommunity, kAda);
  refused.mutable_cover_confirmed()->set_order_reference(world_.person(kAda).covers(0).cover_id());
  refused.mutable_cover_confirmed()->set_state(v1::COVER_STATE_REFUSED);
  const Sent sent = world_.Must(refused);
  EXPECT_EQ(sent.Count(kCommissioner, v1::DELIVERY_KIND_ESCALATION), 1);
  EXPECT_EQ(world_.person(kAda).covers(0).state(), v1::COVER_STATE_UNSPECIFIED);
  refused.set_sender(kPractice);
  EXPECT_EQ(Refused(refused), "COVER_NOT_FOUND");
}

TEST_F(DelegationTest, RenewedCompetenceMakesTheTaskSafeAgain) {
  Shows({"b-2.3", "haz-12"});
  To(v1::DELEGATION_STATE_ACTIVE);
  world_.Must(Revoked(kWorker, "K-W100", world_.now));
  world_.now += absl::Seconds(1);
  const Sent sent = world_.Must(Checked(kWorker, "K-NEW", world_.now));
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_CONTINUE), v1::OUTCOME_PERMIT);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(world_.person(kAda).covers(0).state(), v1::COVER_STATE_ENDED);
}

TEST_F(DelegationTest, CareGivenBeforeTheEndCountsThoughReportedAfter) {
  Shows({"b-2.3", "inv-05"});
  To(v1::DELEGATION_STATE_ACTIVE);
  world_.now += absl::Hours(2);
  world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_END, v1::ANSWER_YES));
  const absl::Time end = world_.now;
  world_.now += absl::Hours(1);
  world_.Must(Performed(kAda, kRef, kWorker, end - absl::Seconds(1)));
  world_.Must(Performed(kAda, kRef, kWorker, end));
  world_.Must(Performed(kAda, kRef, kWorker, end - absl::Hours(3)));  // Before the start.
  const auto& performances = world_.person(kAda).performances();
  ASSERT_EQ(performances.size(), 3);
  EXPECT_TRUE(performances.Get(0).counts());
  EXPECT_FALSE(performances.Get(1).counts());
  EXPECT_FALSE(performances.Get(2).counts());
}

TEST_F(DelegationTest, RegularAdHocCareCallsForAReview) {
  Shows({"b-1.7c"});
  To(v1::DELEGATION_STATE_ACTIVE);
  int prompts = 0;
  for (int n = 0; n < 4; ++n) {
    v1::Envelope performed = Performed(kAda, kRef, kWorker, world_.now);
    performed.mutable_task_performed()->set_ad_hoc(true);
    prompts += world_.Must(performed).Count(kCommunity, v1::DELIVERY_KIND_PROMPT);
    world_.now += absl::Hours(24);
  }
  EXPECT_EQ(prompts, 1);
}

TEST_F(DelegationTest, AReportUnderNoDelegationIsKept) {
  Shows({"b-2.3", "inv-05"});
  Open();
  v1::Envelope performed = Performed(kAda, "", kWorker, world_.now);
  performed.mutable_task_performed()->clear_delegation();
  performed.mutable_task_performed()->mutable_task()->mutable_code()->set_code(kTask);
  const Sent sent = world_.Must(performed);
  ASSERT_EQ(world_.person(kAda).performances_size(), 1);
  EXPECT_FALSE(world_.person(kAda).performances(0).counts());
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_INCIDENT), 1);
  EXPECT_EQ(sent.Count(kProvider, v1::DELIVERY_KIND_INCIDENT), 1);
}

TEST_F(DelegationTest, TheNewDelegatorMustAccept) {
  Shows({"b-5.3"});
  To(v1::DELEGATION_STATE_ACTIVE);
  v1::Envelope change = From(kCommunity, kAda);
  change.mutable_delegator_changed()->mutable_delegation()->set_reference(kRef);
  *change.mutable_delegator_changed()->mutable_delegator() = Nurse(kCommunity);
  change.mutable_delegator_changed()->mutable_delegator()->set_identifier("98Z7654Y");
  EXPECT_TRUE(world_.Must(change).HasNotice("NOT_ACCEPTED"));
  EXPECT_EQ(task().oversight().accountable_delegator().identifier(), "12A3456E");
  change.mutable_delegator_changed()->set_accepted(v1::ANSWER_YES);
  world_.Must(change);
  EXPECT_EQ(task().oversight().accountable_delegator().identifier(), "98Z7654Y");
}

struct Chase {
  const char* name;
  v1::DelegationState state;
  absl::Duration after;
  const char* owner;
  const char* next_up;
};

TEST(TimerTest, EachWaitingStateIsChasedAndNothingMoves) {
  Shows({"ctl-15", "inv-13", "haz-04", "haz-09", "b-7.3"});
  const Chase kCases[] = {
      {"held", v1::DELEGATION_STATE_HELD, absl::Hours(24 * 7), kCommunity, kCommunity},
      {"unanswered", v1::DELEGATION_STATE_PROPOSED, absl::Hours(24 * 3), kCommunity, kCommissioner},
      {"not started", v1::DELEGATION_STATE_READY, absl::Hours(24), kProvider, kCommunity},
  };
  for (const Chase& row : kCases) {
    World world;
    if (row.state == v1::DELEGATION_STATE_HELD) {
      world.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world.now));
      world.Must(HeldProposal());
    } else {
      Bring(world, kAda, kRef, row.state);
    }
    EXPECT_TRUE(world.Advance(row.after).empty()) << row.name;  // At the deadline: in time.
    const std::vector<Sent> late = world.Advance(absl::Milliseconds(1));
    ASSERT_EQ(late.size(), 1u) << row.name;
    EXPECT_EQ(late[0].Count(row.owner, v1::DELIVERY_KIND_ESCALATION), 1) << row.name;
    EXPECT_EQ(late[0].Count(row.next_up, v1::DELIVERY_KIND_ESCALATION), 1) << row.name;
    const v1::Delegation& task = world.delegation(kAda, kRef);
    EXPECT_EQ(task.state(), row.state) << row.name;
    EXPECT_EQ(StandingOf(task).delivers_now(), kCommunity) << row.name;
    EXPECT_GT(TimeOf(task.next_action_at()), world.now) << row.name;
    EXPECT_EQ(world.Advance(row.after + absl::Milliseconds(1)).size(), 1u) << row.name;
  }
}

TEST(TimerTest, AnOverdueReviewIsChasedAndCareGoesOn) {
  Shows({"b-1.7d", "haz-22", "haz-40"});
  World world;
  Bring(world, kAda, kRef, v1::DELEGATION_STATE_ACTIVE);
  absl::Time end;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, "2027-01-16T00:00:00Z", &end, nullptr));
  EXPECT_TRUE(world.AdvanceTo(end - absl::Nanoseconds(1)).empty());
  const std::vector<Sent> due = world.AdvanceTo(end);
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].Count(kCommunity, v1::DELIVERY_KIND_ESCALATION), 1);
  EXPECT_EQ(due[0].Count(kCommissioner, v1::DELIVERY_KIND_ESCALATION), 0);
  EXPECT_EQ(world.delegation(kAda, kRef).state(), v1::DELEGATION_STATE_ACTIVE);
  // Whatever is said meanwhile puts nothing off: each week from its day on, now with commissioning.
  for (int week = 1; week <= 3; ++week) {
    const absl::Time again = end + week * absl::Hours(24 * 7);
    EXPECT_TRUE(world.AdvanceTo(again - absl::Hours(1)).empty());
    world.Must(Performed(kAda, kRef, kWorker, world.now));
    EXPECT_TRUE(world.AdvanceTo(again - absl::Nanoseconds(1)).empty()) << week;
    const std::vector<Sent> chased = world.AdvanceTo(again + absl::Seconds(1));
    ASSERT_EQ(chased.size(), 1u) << week;
    EXPECT_EQ(chased[0].Count(kCommunity, v1::DELIVERY_KIND_ESCALATION), 1);
    EXPECT_EQ(chased[0].Count(kCommissioner, v1::DELIVERY_KIND_ESCALATION), 1);
  }
  world.Must(Review(kAda, kCommunity, kRef, v1::REVIEW_CONCLUSION_CONTINUE, "2027-05-01"));
  EXPECT_TRUE(world.AdvanceTo(world.now + absl::Hours(24 * 30)).empty());
}

// Another worker answers an objection, and the forum need not decide: the task is the provider's
// again, and does not lie unseen once the forum's time has passed.
TEST(TimerTest, WhatWasReferredOverAnObjectionIsChasedAtTheProviderAgain) {
  Shows({"ctl-15", "haz-04", "b-5.3"});
  World world;
  Bring(world, kAda, kRef, v1::DELEGATION_STATE_PROPOSED);
  world.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_OBJECT));
  ASSERT_EQ(world.delegation(kAda, kRef).state(), v1::DELEGATION_STATE_REFERRED);
  world.Must(Assigned(kAda, kRef, kWorker));
  ASSERT_EQ(world.delegation(kAda, kRef).state(), v1::DELEGATION_STATE_PROPOSED);
  EXPECT_EQ(world.delegation(kAda, kRef).owner(), kProvider);
  ASSERT_EQ(world.timers().size(), 1u);
  EXPECT_EQ(world.timers().begin()->second.kind, v1::TIMER_KIND_RESPONSE_DEADLINE);
  const std::vector<Sent> due = world.Advance(absl::Hours(24 * 3) + absl::Milliseconds(1));
  ASSERT_EQ(due.size(), 1u);
  EXPECT_TRUE(due[0].Told(kProvider));
  EXPECT_EQ(world.timers().size(), 1u);
}

// Whoever was asked to decide stays the owner until it has: that the provider accepts decides
// nothing.
TEST(TimerTest, AnAcceptanceTakesNoReferralFromWhoeverDecidesIt) {
  Shows({"ctl-15", "b-5.3"});
  World world;
  Bring(world, kAda, kRef, v1::DELEGATION_STATE_PROPOSED);
  world.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_OBJECT));
  const v1::Delegation before = world.delegation(kAda, kRef);
  ASSERT_EQ(before.state(), v1::DELEGATION_STATE_REFERRED);
  ASSERT_NE(before.owner(), kProvider);
  world.now += absl::Hours(1);
  world.Must(Accepted(kAda, kRef));
  const v1::Delegation& after = world.delegation(kAda, kRef);
  ASSERT_EQ(after.state(), v1::DELEGATION_STATE_REFERRED);
  EXPECT_EQ(after.owner(), before.owner());
  EXPECT_EQ(after.next_action_at().SerializeAsString(),
            before.next_action_at().SerializeAsString());
  ASSERT_EQ(world.timers().size(), 1u);
  EXPECT_EQ(world.timers().begin()->second.kind, v1::TIMER_KIND_HELD_DEADLINE);
}

// The start of a worker who is not on the task counts for nothing, and takes nothing away either.
TEST_F(DelegationTest, AStartOfTheWrongWorkerLeavesTheTaskReady) {
  Shows({"haz-42", "b-5.3"});
  To(v1::DELEGATION_STATE_READY);
  const Sent wrong = world_.Must(Started(kAda, kRef, kOtherWorker, world_.now));
  EXPECT_EQ(wrong.OutcomeOf(v1::QUESTION_ACTIVATE), v1::OUTCOME_HOLD);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_READY);
  EXPECT_FALSE(wrong.Told(kCommunity)) << "nothing has changed";
  world_.Must(Started(kAda, kRef, kWorker, world_.now));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
}

}  // namespace
}  // namespace fosse::care
