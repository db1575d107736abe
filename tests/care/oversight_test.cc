// Oversight: discharge, the two-phase handover, hand-back, gaps.
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "care/reading.h"
#include "care/times.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

constexpr char kRef[] = "REF-1";

class OversightTest : public ::testing::Test {
 protected:
  OversightTest() { Bring(world_, kAda, kRef, v1::DELEGATION_STATE_ACTIVE); }
  const v1::Delegation& task() { return world_.delegation(kAda, kRef); }
  const v1::Oversight& oversight() { return task().oversight(); }
  Sent Discharge(v1::DischargeDestination destination = v1::DISCHARGE_DESTINATION_USUAL_RESIDENCE) {
    v1::Envelope closed = Episode(kAda, v1::EPISODE_CHANGE_KIND_CLOSED, world_.now);
    closed.mutable_episode_change()->set_destination(destination);
    return world_.Must(closed);
  }
  void HandOver() {
    Discharge();
    world_.Must(Offer(kAda, "OF-1", kRef));
    world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED));
    ASSERT_EQ(oversight().holder(), kPractice);
  }

  World world_;
};

TEST_F(OversightTest, DischargeMovesNothingAndPromptsANamedClinician) {
  Shows({"b-5.4", "b-5.5d", "haz-14", "inv-01"});
  const Sent sent = Discharge();
  EXPECT_EQ(oversight().holder(), kCommunity);
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_PROMPT), 1);
  EXPECT_FALSE(sent.Told(kPractice));
  EXPECT_TRUE(sent.HasNotice("STILL_OVERSEES"));
  EXPECT_TRUE(task().has_offer_prompted_at());
  EXPECT_EQ(task().owner(), kCommunity);
  // Nobody acts: the holder and the next one up are told, and nothing moves.
  const std::vector<Sent> later = world_.Advance(absl::Hours(25));
  ASSERT_EQ(later.size(), 1u);
  EXPECT_EQ(later[0].Count(kCommunity, v1::DELIVERY_KIND_ESCALATION), 1);
  EXPECT_EQ(later[0].Count(kSharedCare, v1::DELIVERY_KIND_ESCALATION), 1);
  EXPECT_EQ(oversight().holder(), kCommunity);
}

TEST_F(OversightTest, DischargeToOthersAsksNoPractice) {
  Shows({"b-5.5d"});
  const Sent sent = Discharge(v1::DISCHARGE_DESTINATION_OTHER_PROVIDER);
  EXPECT_EQ(oversight().holder(), kCommunity);
  EXPECT_FALSE(task().has_offer_prompted_at());
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_PROMPT), 1);
  EXPECT_FALSE(sent.Told(kPractice));
}

TEST_F(OversightTest, DeathAtDischargePausesAndAsksNobody) {
  Shows({"b-5.5d", "haz-02"});
  const Sent sent = Discharge(v1::DISCHARGE_DESTINATION_DIED);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PAUSED);
  EXPECT_EQ(oversight().holder(), kCommunity);
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_PROMPT), 0);
  EXPECT_TRUE(sent.Told(kProvider));
}

TEST_F(OversightTest, AnOlderEventIsKeptAndNotApplied) {
  Shows({"haz-06"});
  v1::Envelope old = Episode(kAda, v1::EPISODE_CHANGE_KIND_CLOSED, world_.now - absl::Hours(1));
  const Sent sent = world_.Must(old);
  EXPECT_TRUE(sent.HasNotice("OLDER_THAN_RECORD"));
  EXPECT_FALSE(world_.person(kAda).episodes(0).has_closed_at());
}

TEST_F(OversightTest, ASecondListedServiceKeepsThePersonOpen) {
  Shows({"b-5.5c"});
  v1::Envelope therapy = Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world_.now);
  therapy.mutable_episode_change()->set_service("THERAPY");
  therapy.mutable_episode_change()->set_episode_reference("E-THERAPY");
  world_.Must(therapy);
  const Sent sent = Discharge();
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_PROMPT), 0);
}

TEST_F(OversightTest, AcceptanceMovesEverythingInOneCommitAndTellsEachOnce) {
  Shows({"b-5.3", "b-5.5d", "inv-02", "haz-15"});
  Discharge();
  const Sent offered = world_.Must(Offer(kAda, "OF-1", kRef));
  EXPECT_EQ(oversight().state(), v1::OVERSIGHT_STATE_OFFERED);
  EXPECT_EQ(oversight().holder(), kCommunity);
  EXPECT_EQ(offered.effect.receipt.made_id(), oversight().offer().offer_id());
  const Sent sent = world_.Must(
      Answer(kAda, kPractice, offered.effect.receipt.made_id(), v1::OVERSIGHT_ANSWER_ACCEPTED));
  EXPECT_EQ(oversight().state(), v1::OVERSIGHT_STATE_HELD);
  EXPECT_EQ(oversight().holder(), kPractice);
  EXPECT_EQ(oversight().contacts().in_hours().telephone(), "0116 496 0201");
  EXPECT_EQ(oversight().accountable_delegator().identifier(), "1234567");
  ASSERT_EQ(oversight().past_offers_size(), 1);
  EXPECT_EQ(oversight().past_offers(0).closure(), v1::OFFER_CLOSURE_ACCEPTED);
  for (const char* told : {kCommunity, kProvider, kCouncil}) {
    int count = 0;
    for (const v1::Delivery& delivery : sent.deliveries()) count += delivery.recipient() == told;
    EXPECT_EQ(count, 1) << told;
  }
  EXPECT_EQ(sent.effect.receipt.overseer(), kPractice);
  // The same again, as another message: answered, moves nothing, tells nobody.
  const Sent again = world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED));
  EXPECT_EQ(again.OutcomeOf(v1::QUESTION_TAKE_OVERSIGHT), v1::OUTCOME_DENY);
  EXPECT_TRUE(again.deliveries().empty());
}

TEST_F(OversightTest, TheDeadlineItselfIsInTimeAndAfterItIsAnAnswerStill) {
  Shows({"b-5.5d", "haz-14"});
  Discharge();
  world_.Must(Offer(kAda, "OF-1", kRef));
  const absl::Time deadline = TimeOf(oversight().offer().deadline());
  world_.AdvanceTo(deadline);
  world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_QUESTION));
  EXPECT_EQ(oversight().state(), v1::OVERSIGHT_STATE_OFFERED);
  const std::vector<Sent> expired = world_.AdvanceTo(deadline + absl::Milliseconds(1));
  ASSERT_EQ(expired.size(), 1u);
  EXPECT_EQ(expired[0].Count(kCommunity, v1::DELIVERY_KIND_ESCALATION), 1);
  EXPECT_EQ(expired[0].Count(kPractice, v1::DELIVERY_KIND_WITHDRAWAL), 1);
  EXPECT_EQ(oversight().state(), v1::OVERSIGHT_STATE_HELD);
  EXPECT_EQ(oversight().holder(), kCommunity);
  EXPECT_EQ(task().owner(), kCommunity);
  const Sent late = world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED));
  EXPECT_EQ(late.OutcomeOf(v1::QUESTION_TAKE_OVERSIGHT), v1::OUTCOME_DENY);
  ASSERT_EQ(late.effect.recorded.size(), 1u);
  EXPECT_EQ(late.effect.recorded[0].facts().offer_state(), v1::Facts::OFFER_STATE_EXPIRED);
  EXPECT_TRUE(late.Told(kCommunity));
  EXPECT_EQ(oversight().holder(), kCommunity);
}

TEST_F(OversightTest, AcceptedAtTheDeadline) {
  Shows({"b-5.5d"});
  Discharge();
  world_.Must(Offer(kAda, "OF-1", kRef));
  world_.AdvanceTo(TimeOf(oversight().offer().deadline()));
  world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED));
  EXPECT_EQ(oversight().holder(), kPractice);
}

TEST_F(OversightTest, AnEarlyTimerWaits) {
  Shows({"haz-22"});
  Discharge();
  world_.Must(Offer(kAda, "OF-1", kRef));
  v1::Envelope due;
  due.set_message_id("T-early");
  due.mutable_timer_due()->set_kind(v1::TIMER_KIND_OFFER_DEADLINE);
  due.mutable_timer_due()->set_about(oversight().offer().offer_id());
  const View view{&world_.person(kAda), nullptr, nullptr, world_.rulebook.get(),
                  world_.directory.get()};
  const auto effect = Handle(view, due, {TimeOf(oversight().offer().deadline()), "seed"});
  ASSERT_TRUE(effect.ok());
  EXPECT_TRUE(effect->changes.empty());
  ASSERT_EQ(effect->timers.size(), 1u);
  EXPECT_GT(effect->timers[0].due_at, TimeOf(oversight().offer().deadline()));
}

TEST_F(OversightTest, ADeclineGoesBackAndUp) {
  Shows({"b-5.5d", "haz-04"});
  Discharge();
  world_.Must(Offer(kAda, "OF-1", kRef));
  const Sent sent = world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_DECLINED));
  EXPECT_EQ(oversight().holder(), kCommunity);
  EXPECT_EQ(oversight().state(), v1::OVERSIGHT_STATE_HELD);
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_ESCALATION), 1);
  EXPECT_EQ(sent.Count(kSharedCare, v1::DELIVERY_KIND_ESCALATION), 1);
  EXPECT_EQ(task().owner(), kCommunity);
  // And a change of mind does not count: a new offer is needed.
  const Sent after = world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED));
  EXPECT_EQ(after.OutcomeOf(v1::QUESTION_TAKE_OVERSIGHT), v1::OUTCOME_DENY);
  EXPECT_EQ(oversight().holder(), kCommunity);
}

TEST_F(OversightTest, OnlyTheHolderOffersAndOnlyWhatIsLive) {
  Shows({"b-5.5d", "inv-02"});
  v1::Envelope practice = Offer(kAda, "OF-1", kRef);
  practice.set_sender(kPractice);
  practice.mutable_oversight_offer()->set_offered_by(kPractice);
  practice.mutable_oversight_offer()->set_offered_to(kOtherPractice);
  EXPECT_EQ(ReasonOf(world_.Send(practice).status()), "DELEGATION_NOT_FOUND");
  v1::Envelope second = Proposal(kAda, "REF-2");
  second.mutable_delegation_proposal()->mutable_task()->set_slot("evening");
  world_.Must(second);
  const Sent sent = world_.Must(Offer(kAda, "OF-2", "REF-2"));
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_OFFER_OVERSIGHT), v1::OUTCOME_DENY);
  EXPECT_EQ(sent.Count(kPractice, v1::DELIVERY_KIND_OFFER), 0);
  v1::Envelope nowhere = Offer(kAda, "OF-3", kRef);
  nowhere.mutable_oversight_offer()->set_offered_to("GHOST");
  EXPECT_EQ(ReasonOf(world_.Send(nowhere).status()), "PARTICIPANT_UNKNOWN");
}

TEST_F(OversightTest, AnOfferIsAnsweredOnlyByTheOneAsked) {
  Shows({"b-5.5d", "ctl-04"});
  Discharge();
  world_.Must(Offer(kAda, "OF-1", kRef));
  const Sent provider = world_.Must(Answer(kAda, kProvider, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED));
  EXPECT_EQ(provider.OutcomeOf(v1::QUESTION_TAKE_OVERSIGHT), v1::OUTCOME_DENY);
  EXPECT_EQ(oversight().holder(), kCommunity);
  EXPECT_EQ(
      ReasonOf(world_.Send(Answer(kAda, kOtherPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED))
                   .status()),
      "OFFER_NOT_FOUND");
  EXPECT_EQ(
      ReasonOf(
          world_.Send(Answer(kAda, kPractice, "OF-NONE", v1::OVERSIGHT_ANSWER_ACCEPTED)).status()),
      "OFFER_NOT_FOUND");
}

TEST_F(OversightTest, WithoutANamedClinicianTheGiverKeeps) {
  Shows({"b-5.5d", "ctl-05"});
  Discharge();
  world_.Must(Offer(kAda, "OF-1", kRef));
  v1::Envelope answer = Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED);
  answer.mutable_oversight_response()->clear_clinician();
  const Sent sent = world_.Must(answer);
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_TAKE_OVERSIGHT), v1::OUTCOME_HOLD);
  EXPECT_EQ(oversight().holder(), kCommunity);
  EXPECT_EQ(oversight().state(), v1::OVERSIGHT_STATE_OFFERED);  // It may still be answered.
  // A rulebook that lets it pass makes no difference.
  world_.rulebook = AllPermit();
  world_.Must(answer);
  EXPECT_EQ(oversight().holder(), kCommunity);
}

TEST_F(OversightTest, AnOfferTakenBackCannotBeAccepted) {
  Shows({"b-5.5d", "inv-02"});
  Discharge();
  world_.Must(Offer(kAda, "OF-1", kRef));
  v1::Envelope back = Offer(kAda, "OF-1", kRef);
  back.mutable_oversight_offer()->set_withdrawn(true);
  const Sent sent = world_.Must(back);
  EXPECT_EQ(sent.Count(kPractice, v1::DELIVERY_KIND_WITHDRAWAL), 1);
  const Sent answer = world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED));
  EXPECT_EQ(answer.effect.recorded[0].facts().offer_state(), v1::Facts::OFFER_STATE_WITHDRAWN);
  EXPECT_EQ(oversight().holder(), kCommunity);
  EXPECT_EQ(ReasonOf(world_.Send(back).status()), "OFFER_NOT_FOUND");
}

TEST_F(OversightTest, AnOpenConcernKeepsOversightWithTheGiver) {
  Shows({"b-5.5d"});
  Discharge();
  world_.Must(Concern(kAda, kProvider, "CON-1", v1::CONCERN_KIND_CLINICAL, kRef));
  EXPECT_EQ(world_.Must(Offer(kAda, "OF-1", kRef)).OutcomeOf(v1::QUESTION_OFFER_OVERSIGHT),
            v1::OUTCOME_HOLD);
  v1::Envelope stated = Offer(kAda, "OF-2", kRef);
  stated.mutable_oversight_offer()->set_open_concern("readings rise");
  EXPECT_EQ(world_.Must(stated).OutcomeOf(v1::QUESTION_OFFER_OVERSIGHT), v1::OUTCOME_PERMIT);
  const Sent sent = world_.Must(Answer(kAda, kPractice, "OF-2", v1::OVERSIGHT_ANSWER_ACCEPTED));
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_TAKE_OVERSIGHT), v1::OUTCOME_HOLD);
  EXPECT_EQ(oversight().holder(), kCommunity);
}

TEST_F(OversightTest, HandBackTakesTheSameTwoPhases) {
  Shows({"b-5.5c", "b-5.5d", "inv-02"});
  HandOver();
  const Sent offered = world_.Must(HandBack(kAda, "HB-1", kRef, kPractice));
  EXPECT_EQ(offered.Count(kCommunity, v1::DELIVERY_KIND_OFFER), 1);
  EXPECT_EQ(oversight().holder(), kPractice);
  EXPECT_TRUE(oversight().offer().hand_back());
  world_.Must(Answer(kAda, kCommunity, "HB-1", v1::OVERSIGHT_ANSWER_ACCEPTED));
  EXPECT_EQ(oversight().holder(), kCommunity);
}

TEST_F(OversightTest, ReopeningLapsesTheOfferAndMovesNothing) {
  Shows({"b-5.5c", "inv-02"});
  Discharge();
  world_.Must(Offer(kAda, "OF-1", kRef));
  world_.now += absl::Hours(1);
  const Sent sent = world_.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_REOPENED, world_.now));
  EXPECT_EQ(sent.Count(kPractice, v1::DELIVERY_KIND_WITHDRAWAL), 1);
  EXPECT_EQ(oversight().state(), v1::OVERSIGHT_STATE_HELD);
  EXPECT_EQ(oversight().holder(), kCommunity);
  EXPECT_EQ(world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED))
                .OutcomeOf(v1::QUESTION_TAKE_OVERSIGHT),
            v1::OUTCOME_DENY);
}

TEST_F(OversightTest, ReopeningAsksThePracticeToHandBackAndTakesNothing) {
  Shows({"b-5.5c"});
  HandOver();
  world_.now += absl::Hours(1);
  const Sent sent = world_.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world_.now));
  EXPECT_EQ(oversight().holder(), kPractice);
  EXPECT_EQ(sent.Count(kPractice, v1::DELIVERY_KIND_PROMPT), 1);
}

TEST_F(OversightTest, AnUnlistedServicePullsNothing) {
  Shows({"b-5.5c"});
  HandOver();
  v1::Envelope podiatry = Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world_.now);
  podiatry.mutable_episode_change()->set_service("PODIATRY");
  podiatry.mutable_episode_change()->set_episode_reference("E-POD");
  const Sent sent = world_.Must(podiatry);
  EXPECT_TRUE(sent.HasNotice("SERVICE_NOT_LISTED"));
  EXPECT_TRUE(sent.deliveries().empty());
}

TEST_F(OversightTest, TheOldPracticeHoldsUntilTheNewOneAccepts) {
  Shows({"haz-17", "inv-01"});
  HandOver();
  const Sent sent = world_.Must(Registered(kAda, kOtherPractice));
  EXPECT_EQ(oversight().holder(), kPractice);
  EXPECT_EQ(sent.Count(kPractice, v1::DELIVERY_KIND_PROMPT), 1);
  EXPECT_EQ(world_.person(kAda).identity().registered_practice(), kOtherPractice);
}

TEST_F(OversightTest, AClosingPracticeOpensAGapWithItsAlarm) {
  Shows({"haz-16", "b-5.4", "inv-01", "haz-17"});
  HandOver();
  v1::Envelope closing = Registered(kAda, kPractice);
  closing.mutable_registration_change()->set_practice_closing(true);
  const Sent sent = world_.Must(closing);
  EXPECT_EQ(oversight().state(), v1::OVERSIGHT_STATE_GAP);
  EXPECT_EQ(oversight().gap_owner(), kCommunity);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);  // Care goes on.
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_OFFER), 1);
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_COVER_ORDER), 1);
  EXPECT_EQ(sent.Count(kCommissioner, v1::DELIVERY_KIND_ESCALATION), 1);
  // Nobody is sent to the telephone of a practice that has gone.
  const std::string number = world_.directory->Find(kCommunity)->duty().in_hours().telephone();
  EXPECT_EQ(sent.effect.receipt.overseer(), kCommunity);
  EXPECT_EQ(sent.effect.receipt.contacts().in_hours().telephone(), number);
  sent.ForEachDelivery([&](const v1::Delivery& delivery) {
    for (const v1::DelegationStanding& standing : delivery.standings()) {
      EXPECT_EQ(standing.overseer(), kCommunity);
      EXPECT_EQ(standing.contacts().in_hours().telephone(), number);
    }
  });
  // Unanswered, it stays open and sounds again; an acceptance by name closes it. Its cover is
  // confirmed, so that nothing else is chased.
  v1::Envelope cover = From(kCommunity, kAda);
  cover.mutable_cover_confirmed()->set_order_reference(world_.person(kAda).covers(0).cover_id());
  cover.mutable_cover_confirmed()->set_state(v1::COVER_STATE_CONFIRMED);
  *cover.mutable_cover_confirmed()->mutable_at() = Timestamp(world_.now);
  world_.Must(cover);
  EXPECT_EQ(world_.Advance(absl::Hours(49)).size(), 1u);
  EXPECT_EQ(oversight().state(), v1::OVERSIGHT_STATE_GAP);
  world_.Must(
      Answer(kAda, kCommunity, oversight().offer().offer_id(), v1::OVERSIGHT_ANSWER_ACCEPTED));
  EXPECT_EQ(oversight().state(), v1::OVERSIGHT_STATE_HELD);
  EXPECT_EQ(oversight().holder(), kCommunity);
}

TEST_F(OversightTest, OneOfferMaySpanTasksAndIsTakenWhole) {
  Shows({"b-5.5d"});
  v1::Envelope evening = Proposal(kAda, "REF-2");
  evening.mutable_delegation_proposal()->mutable_task()->set_slot("evening");
  world_.Must(evening);
  world_.Must(Accepted(kAda, "REF-2"));
  world_.Must(Assigned(kAda, "REF-2", kWorker));
  world_.Must(Started(kAda, "REF-2", kWorker, world_.now));
  Discharge();
  v1::Envelope offer = Offer(kAda, "OF-1", kRef);
  offer.mutable_oversight_offer()->add_delegations()->set_reference("REF-2");
  world_.Must(offer);
  world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED));
  EXPECT_EQ(world_.delegation(kAda, kRef).oversight().holder(), kPractice);
  EXPECT_EQ(world_.delegation(kAda, "REF-2").oversight().holder(), kPractice);
}

TEST(OverseerTest, BeforeTheStartTheOverseerFollowsTheService) {
  Shows({"b-5.5b", "b-5.5c"});
  World world;
  Bring(world, kAda, kRef, v1::DELEGATION_STATE_READY);
  EXPECT_EQ(world.delegation(kAda, kRef).oversight().holder(), kCommunity);
  const Sent sent = world.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_CLOSED, world.now));
  EXPECT_EQ(world.delegation(kAda, kRef).oversight().holder(), kPractice);
  EXPECT_EQ(world.delegation(kAda, kRef).state(), v1::DELEGATION_STATE_READY);
  EXPECT_TRUE(sent.Told(kPractice));
}

TEST(OverseerTest, AProposalNamingAnotherIsCorrectedAndTheSenderTold) {
  Shows({"b-5.5b"});
  World world;
  world.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world.now));
  v1::Envelope proposal = Proposal(kAda, kRef);
  proposal.mutable_delegation_proposal()->set_proposed_overseer(kPractice);
  const Sent sent = world.Must(proposal);
  EXPECT_TRUE(sent.HasNotice("OVERSEER_CORRECTED"));
  EXPECT_EQ(world.delegation(kAda, kRef).oversight().holder(), kCommunity);
}

}  // namespace
}  // namespace fosse::care
