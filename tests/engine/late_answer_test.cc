// The person moves while oversight is offered to the practice, which then has no other part in the
// person. Its answer is heard all the same: whoever believes that it has taken oversight must learn
// that it has not.
#include "tests/engine/many_people.h"
#include "tests/support/shows.h"

namespace fosse {
namespace {

constexpr char kNextPractice[] = "C82998";

class LateAnswerTest : public ::testing::Test {
 protected:
  LateAnswerTest() : many_(world_) {
    many_.MakeActive(1);
    world_.clock().Advance(absl::Hours(1));
    v1::Envelope closed = world_.Episode(person(), "closed");
    closed.mutable_episode_change()->set_kind(v1::EPISODE_CHANGE_KIND_CLOSED);
    EXPECT_THAT(world_.Submit(closed), IsOk());
  }

  const TestPerson& person() const { return many_.people()[0]; }
  v1::Oversight Oversight() { return many_.DelegationOf(0).oversight(); }

  v1::Envelope Offer() {
    v1::Envelope envelope = world_.Message(kCommunity, "offer", person());
    v1::OversightOffer& offer = *envelope.mutable_oversight_offer();
    offer.set_reference("OF-1");
    offer.add_delegations()->set_reference("D0");
    offer.set_offered_by(kCommunity);
    offer.set_offered_to(kPractice);
    *offer.mutable_author() = envelope.acting_person().practitioner();
    offer.set_task_summary("finger-prick test each morning");
    offer.set_plan_summary("test before breakfast");
    offer.set_thresholds("call above 15");
    offer.set_risk_summary("low");
    offer.set_recent_events("none");
    offer.set_next_review_on("2023-01-15");
    offer.mutable_contacts()->mutable_in_hours()->set_telephone("0116 496 0101");
    offer.mutable_contacts()->mutable_out_of_hours()->set_telephone("0116 496 0102");
    return envelope;
  }
  v1::Envelope Moved() {
    v1::Envelope envelope = world_.Message(kNextPractice, "moved", person());
    envelope.mutable_registration_change()->set_practice(kNextPractice);
    envelope.mutable_registration_change()->set_registered_on("2022-10-02");
    return envelope;
  }
  v1::Envelope Takes(absl::string_view message_id) {
    v1::Envelope envelope = world_.Message(kPractice, message_id, person());
    v1::OversightResponse& response = *envelope.mutable_oversight_response();
    response.set_offer_reference("OF-1");
    response.set_answer(v1::OVERSIGHT_ANSWER_ACCEPTED);
    *response.mutable_clinician() = envelope.acting_person().practitioner();
    *response.mutable_accountable_delegator() = envelope.acting_person().practitioner();
    return envelope;
  }

  EngineWorld world_;
  ManyPeople many_;
};

TEST_F(LateAnswerTest, AFormerPracticeIsToldThatItsAcceptanceCameTooLate) {
  Shows({"b-5.5d", "inv-02", "ctl-04"});
  ASSERT_THAT(world_.Submit(Offer()), IsOk());
  ASSERT_EQ(Oversight().offer().offered_to(), kPractice);
  ASSERT_THAT(world_.Submit(Moved()), IsOk());
  ASSERT_EQ(Oversight().past_offers_size(), 1);
  EXPECT_THAT(world_.Submit(world_.Concern(person(), "c1", kPractice, "unsettled")),
              FailsWith("PERSON_NOT_VISIBLE"))
      << "it has no other part in the person";
  ASSERT_OK_AND_ASSIGN(const v1::Receipt late, world_.Submit(Takes("t1")));
  ASSERT_EQ(late.decisions_size(), 1);
  EXPECT_EQ(late.decisions(0).outcome(), v1::OUTCOME_DENY);
  EXPECT_FALSE(late.decisions(0).findings().empty());
  EXPECT_EQ(Oversight().holder(), kCommunity);
}

TEST_F(LateAnswerTest, AMonthPastTheDeadlineThereIsNoSuchPerson) {
  Shows({"ctl-04"});
  ASSERT_THAT(world_.Submit(Offer()), IsOk());
  ASSERT_THAT(world_.Submit(Moved()), IsOk());
  world_.clock().Advance(absl::Hours(24 * 40));
  EXPECT_THAT(world_.Submit(Takes("t1")), FailsWith("PERSON_NOT_VISIBLE"));
}

TEST_F(LateAnswerTest, AnOfferThatWasNeverItsOwnIsNoReason) {
  Shows({"ctl-04"});
  v1::Envelope foreign = Takes("t1");
  EXPECT_THAT(world_.Submit(Offer()), IsOk());
  foreign.set_sender(kNextPractice);
  EXPECT_THAT(world_.Submit(foreign), FailsWith("PERSON_NOT_VISIBLE"));
}

}  // namespace
}  // namespace fosse
