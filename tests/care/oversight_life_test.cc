// Oversight when services, practices and places change (B-5.4, B-5.5): one holder always, and
// whoever must act next is named.
#include "care/directory.h"
#include "care/times.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/care/world.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

constexpr char kRef[] = "REF-1";
constexpr char kOtherCommunity[] = "RYF";

class OversightLifeTest : public ::testing::Test {
 protected:
  OversightLifeTest() {
    auto created = Directory::Create(StoredDirectory() + R"(
      participants { id: "RYF" name: "Another community health service"
        kind: ORGANISATION_KIND_COMMUNITY_HEALTH roles: ROLE_EXCHANGE attests: true
        services { code: "NURSING" name: "Community nursing" }
        duty { in_hours { name: "Desk" telephone: "0116 496 0401" hours: "08:00 to 18:30" }
               out_of_hours { name: "Night" telephone: "0116 496 0402" hours: "18:30 to 08:00" } }
      })");
    EXPECT_TRUE(created.ok()) << created.status();
    if (created.ok()) world_.directory = *std::move(created);
    Bring(world_, kAda, kRef, v1::DELEGATION_STATE_ACTIVE);
    world_.now += absl::Hours(1);
  }

  const v1::Delegation& task() { return world_.delegation(kAda, kRef); }
  const v1::Oversight& oversight() { return task().oversight(); }

  v1::Envelope OtherEpisode(v1::EpisodeChangeKind kind) {
    v1::Envelope envelope = Episode(kAda, kind, world_.now);
    envelope.set_sender(kOtherCommunity);
    *envelope.mutable_acting_person()->mutable_practitioner() = Nurse(kOtherCommunity);
    envelope.mutable_episode_change()->set_organisation(kOtherCommunity);
    envelope.mutable_episode_change()->set_episode_reference("E-OTHER");
    return envelope;
  }

  Sent Close() { return world_.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_CLOSED, world_.now)); }

  std::string Prompt(const Sent& sent, const std::string& recipient) {
    for (const v1::Delivery& delivery : sent.deliveries()) {
      if (delivery.recipient() == recipient && delivery.kind() == v1::DELIVERY_KIND_PROMPT) {
        return delivery.words();
      }
    }
    return "";
  }

  void HandOver() {
    Close();
    world_.Must(Offer(kAda, "OF-1", kRef));
    world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED));
    ASSERT_EQ(oversight().holder(), kPractice);
    world_.now += absl::Hours(1);
  }

  World world_;
};

TEST_F(OversightLifeTest, ASecondServiceAsksNothingOfAHolderThatHasThePerson) {
  Shows({"b-5.5c", "haz-15", "inv-02"});
  const Sent sent = world_.Must(OtherEpisode(v1::EPISODE_CHANGE_KIND_OPENED));
  EXPECT_EQ(oversight().holder(), kCommunity);
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_PROMPT), 0);
}

TEST_F(OversightLifeTest, WhereOneClosesTheOtherIsOfferedOversight) {
  Shows({"b-5.5c", "b-5.5d", "haz-14", "inv-02"});
  world_.Must(OtherEpisode(v1::EPISODE_CHANGE_KIND_OPENED));
  const Sent closed = Close();
  EXPECT_EQ(oversight().holder(), kCommunity) << "until the other takes it";
  EXPECT_NE(Prompt(closed, kCommunity).find(kOtherCommunity), std::string::npos);
  EXPECT_EQ(task().owner(), kCommunity);
  v1::Envelope offer = Offer(kAda, "OF-1", kRef);
  offer.mutable_oversight_offer()->set_offered_to(kOtherCommunity);
  EXPECT_EQ(world_.Must(offer).Count(kOtherCommunity, v1::DELIVERY_KIND_OFFER), 1);
  v1::Envelope answer = Answer(kAda, kOtherCommunity, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED);
  *answer.mutable_acting_person()->mutable_practitioner() = Nurse(kOtherCommunity);
  *answer.mutable_oversight_response()->mutable_clinician() = Nurse(kOtherCommunity);
  world_.Must(answer);
  EXPECT_EQ(oversight().holder(), kOtherCommunity);
  EXPECT_EQ(task().owner(), "");
}

TEST_F(OversightLifeTest, ANewServiceLapsesAnOfferToAPractice) {
  Shows({"b-5.5c", "inv-02"});
  Close();
  world_.Must(Offer(kAda, "OF-1", kRef));
  const Sent sent = world_.Must(OtherEpisode(v1::EPISODE_CHANGE_KIND_OPENED));
  EXPECT_EQ(sent.Count(kPractice, v1::DELIVERY_KIND_WITHDRAWAL), 1);
  EXPECT_NE(Prompt(sent, kCommunity).find(kOtherCommunity), std::string::npos);
  EXPECT_EQ(oversight().holder(), kCommunity);
  EXPECT_EQ(oversight().state(), v1::OVERSIGHT_STATE_HELD);
}

TEST_F(OversightLifeTest, ACancelledEpisodeKeepsTheHolderAndPromptsIt) {
  Shows({"b-5.5c", "b-5.4", "inv-01"});
  const Sent sent = world_.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_CANCELLED, world_.now));
  EXPECT_EQ(oversight().holder(), kCommunity);
  EXPECT_NE(Prompt(sent, kCommunity).find("cancelled"), std::string::npos);
  EXPECT_TRUE(task().has_offer_prompted_at());
  EXPECT_EQ(task().owner(), kCommunity);
}

TEST_F(OversightLifeTest, ACancelledEpisodeIsNoReasonToHandBack) {
  Shows({"b-5.5c"});
  HandOver();
  world_.Must(OtherEpisode(v1::EPISODE_CHANGE_KIND_OPENED));
  v1::Envelope hand_back = HandBack(kAda, "HB-1", kRef, kPractice);
  hand_back.mutable_oversight_hand_back()->set_offered_to(kOtherCommunity);
  world_.Must(hand_back);
  ASSERT_EQ(oversight().state(), v1::OVERSIGHT_STATE_OFFERED);
  world_.now += absl::Hours(1);
  const Sent sent = world_.Must(OtherEpisode(v1::EPISODE_CHANGE_KIND_CANCELLED));
  EXPECT_TRUE(sent.Told(kPractice));
  EXPECT_EQ(oversight().holder(), kPractice);
}

TEST_F(OversightLifeTest, BeforeTheStartACancelledEpisodeIsAsIfItHadNotBeen) {
  Shows({"b-5.5b", "b-5.5c"});
  Bring(world_, kBen, kRef, v1::DELEGATION_STATE_READY);
  ASSERT_EQ(world_.delegation(kBen, kRef).oversight().holder(), kCommunity);
  world_.Must(Episode(kBen, v1::EPISODE_CHANGE_KIND_CANCELLED, world_.now));
  EXPECT_EQ(world_.delegation(kBen, kRef).oversight().holder(), kPractice);
  EXPECT_EQ(world_.delegation(kBen, kRef).state(), v1::DELEGATION_STATE_READY);
}

TEST_F(OversightLifeTest, AnOfferIsAimedAnewWhenThePracticeChangesUnderIt) {
  Shows({"b-5.5d", "haz-17", "inv-02"});
  Close();
  world_.Must(Offer(kAda, "OF-1", kRef));
  const Sent moved = world_.Must(Registered(kAda, kOtherPractice));
  EXPECT_EQ(moved.Count(kPractice, v1::DELIVERY_KIND_WITHDRAWAL), 1);
  EXPECT_EQ(moved.Count(kCommunity, v1::DELIVERY_KIND_PROMPT), 1);
  EXPECT_EQ(task().owner(), kCommunity);
  // The old practice is too late, with the reason.
  const Sent late = world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED));
  EXPECT_EQ(late.OutcomeOf(v1::QUESTION_TAKE_OVERSIGHT), v1::OUTCOME_DENY);
  ASSERT_FALSE(late.effect.decisions[0].findings().empty());
  EXPECT_FALSE(late.effect.decisions[0].findings(0).because().empty());
  EXPECT_EQ(oversight().holder(), kCommunity);
  // Offered to the old one again it is no offer to the person's practice; to the new one it is.
  EXPECT_EQ(world_.Must(Offer(kAda, "OF-2", kRef)).OutcomeOf(v1::QUESTION_OFFER_OVERSIGHT),
            v1::OUTCOME_REFER);
  v1::Envelope offer = Offer(kAda, "OF-3", kRef);
  offer.mutable_oversight_offer()->set_offered_to(kOtherPractice);
  world_.Must(offer);
  world_.Must(Answer(kAda, kOtherPractice, "OF-3", v1::OVERSIGHT_ANSWER_ACCEPTED));
  EXPECT_EQ(oversight().holder(), kOtherPractice);
}

TEST_F(OversightLifeTest, WhereASystemHoldsAnotherPracticeTheGiverIsToldAndNothingMoves) {
  Shows({"b-5.5d", "haz-17", "inv-02"});
  v1::Envelope update = From(kCommunity, kAda);
  update.mutable_person_update()->set_kind(v1::PERSON_UPDATE_KIND_DEMOGRAPHICS);
  update.mutable_person_update()->set_registered_practice(kOtherPractice);
  *update.mutable_person_update()->mutable_occurred_at() = Timestamp(world_.now);
  const Sent before = world_.Must(update);
  EXPECT_TRUE(before.HasNotice("PRACTICE_DIFFERS"));
  EXPECT_FALSE(before.Told(kCommunity)) << "nothing is offered, and no practice oversees";
  Close();
  world_.Must(Offer(kAda, "OF-1", kRef));
  EXPECT_TRUE(world_.Must(update).HasNotice("PRACTICE_DIFFERS")) << "the giver reads it at once";
  update.set_sender(kProvider);
  const Sent sent = world_.Must(update);
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_TOLD), 1);
  EXPECT_FALSE(sent.Told(kPractice)) << "the wrong one learns nothing";
  EXPECT_TRUE(oversight().has_offer());
  world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED));
  EXPECT_EQ(world_.Must(update).Count(kPractice, v1::DELIVERY_KIND_TOLD), 1);
  EXPECT_EQ(oversight().holder(), kPractice);
}

TEST_F(OversightLifeTest, AQuestionAboutAnOfferIsAnsweredToWhoAsked) {
  Shows({"b-5.5d", "b-5.4"});
  Close();
  world_.Must(Offer(kAda, "OF-1", kRef));
  const absl::Time deadline = TimeOf(oversight().offer().deadline());
  EXPECT_TRUE(
      world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_QUESTION)).Told(kCommunity));
  v1::Envelope advice = From(kCommunity, kAda);
  advice.mutable_advice_given()->mutable_delegation()->set_reference(kRef);
  advice.mutable_advice_given()->set_advice("the readings are written down in the home");
  EXPECT_TRUE(world_.Must(advice).Told(kPractice));
  EXPECT_EQ(TimeOf(oversight().offer().deadline()), deadline) << "asking buys no time";
}

TEST_F(OversightLifeTest, WhoCannotBeCalledTakesNothing) {
  Shows({"haz-16", "b-5.4", "inv-01"});
  std::string text = StoredDirectory();
  const size_t duty =
      text.find("duty { in_hours { name: \"Duty doctor\" telephone: \"0116 496 0201\"");
  ASSERT_NE(duty, std::string::npos);
  text.erase(duty, text.find("} } }", duty) + 4 - duty);
  auto created = Directory::Create(text);
  ASSERT_TRUE(created.ok()) << created.status();
  world_.directory = *std::move(created);
  Close();
  world_.Must(Offer(kAda, "OF-1", kRef));
  v1::Envelope answer = Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED);
  answer.mutable_oversight_response()->mutable_contacts()->clear_out_of_hours();
  EXPECT_EQ(world_.Must(answer).OutcomeOf(v1::QUESTION_TAKE_OVERSIGHT), v1::OUTCOME_HOLD);
  EXPECT_EQ(oversight().holder(), kCommunity);
  EXPECT_EQ(world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED))
                .OutcomeOf(v1::QUESTION_TAKE_OVERSIGHT),
            v1::OUTCOME_PERMIT);
  EXPECT_EQ(oversight().contacts().out_of_hours().telephone(), "0116 496 0202");
}

TEST_F(OversightLifeTest, AnOfferTakenBackStaysTheGiversToSettle) {
  Shows({"b-5.5d", "ctl-15"});
  Close();
  world_.Must(Offer(kAda, "OF-1", kRef));
  v1::Envelope back = Offer(kAda, "OF-1", kRef);
  back.mutable_oversight_offer()->set_withdrawn(true);
  world_.Must(back);
  EXPECT_EQ(task().owner(), kCommunity);
  int escalated = 0;
  for (const Sent& sent : world_.Advance(absl::Hours(25))) {
    escalated += sent.Count(kCommunity, v1::DELIVERY_KIND_ESCALATION);
  }
  EXPECT_EQ(escalated, 1);
}

TEST_F(OversightLifeTest, APracticeThatTakesNoPartHereIsCommissioningsToSettle) {
  Shows({"haz-17", "b-5.4", "inv-01"});
  HandOver();
  v1::Envelope moved = Registered(kAda, kPractice);
  moved.set_sender(kCommissioner);
  moved.mutable_registration_change()->set_practice("Y99999");
  const Sent sent = world_.Must(moved);
  EXPECT_EQ(oversight().holder(), kPractice) << "the holder keeps";
  EXPECT_EQ(sent.Count(kPractice, v1::DELIVERY_KIND_PROMPT), 1);
  EXPECT_EQ(sent.Count(kCommissioner, v1::DELIVERY_KIND_REFERRAL), 1);
  EXPECT_EQ(task().owner(), kCommissioner);
  int escalated = 0;
  for (const Sent& later : world_.Advance(absl::Hours(24 * 15))) {
    escalated += later.Count(kCommissioner, v1::DELIVERY_KIND_ESCALATION);
  }
  EXPECT_EQ(escalated, 2) << "each week";
  EXPECT_EQ(oversight().holder(), kPractice);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
}

TEST_F(OversightLifeTest, WhoMovesAwayForGoodIsCommissioningsToSettle) {
  Shows({"haz-17", "haz-41", "b-5.4"});
  v1::Envelope away = From(kCommunity, kAda);
  away.mutable_person_away()->set_place(v1::AWAY_PLACE_OUT_OF_AREA);
  *away.mutable_person_away()->mutable_from() = Timestamp(world_.now);
  const Sent sent = world_.Must(away);
  EXPECT_TRUE(world_.person(kAda).identity().out_of_area());
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PAUSED);
  EXPECT_EQ(oversight().holder(), kCommunity);
  EXPECT_EQ(sent.Count(kCommissioner, v1::DELIVERY_KIND_REFERRAL), 1);
  EXPECT_EQ(task().owner(), kCommissioner);
  away.mutable_person_away()->set_returned(true);
  world_.Must(away);
  EXPECT_FALSE(world_.person(kAda).identity().out_of_area());
  EXPECT_EQ(task().owner(), kCommunity) << "asked whether it goes on";
}

TEST_F(OversightLifeTest, AVisitElsewhereWithItsEndKnownIsNoMove) {
  Shows({"haz-41"});
  v1::Envelope away = From(kCommunity, kAda);
  away.mutable_person_away()->set_place(v1::AWAY_PLACE_OUT_OF_AREA);
  *away.mutable_person_away()->mutable_from() = Timestamp(world_.now);
  *away.mutable_person_away()->mutable_until() = Timestamp(world_.now + absl::Hours(72));
  EXPECT_FALSE(world_.Must(away).Told(kCommissioner));
  EXPECT_FALSE(world_.person(kAda).identity().out_of_area());
}

}  // namespace
}  // namespace fosse::care
