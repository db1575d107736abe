// Concerns, reviews, risk, absence, consent, death, and what is kept and passed on.
#include "base/status.h"
#include "care/reading.h"
#include "care/times.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

constexpr char kRef[] = "REF-1";

class ClinicalTest : public ::testing::Test {
 protected:
  ClinicalTest() { Bring(world_, kAda, kRef, v1::DELEGATION_STATE_ACTIVE); }
  const v1::Delegation& task() { return world_.delegation(kAda, kRef); }
  std::string Refused(const v1::Envelope& envelope) {
    return ReasonOf(world_.Send(envelope).status());
  }
  v1::Envelope Away(bool returned) {
    v1::Envelope envelope = From(kCommunity, kAda);
    envelope.mutable_person_away()->set_place(v1::AWAY_PLACE_HOSPITAL);
    *envelope.mutable_person_away()->mutable_from() = Timestamp(world_.now);
    envelope.mutable_person_away()->set_returned(returned);
    return envelope;
  }
  v1::Envelope Update(v1::PersonUpdateKind kind) {
    v1::Envelope envelope = From(kCommunity, kAda);
    envelope.mutable_person_update()->set_kind(kind);
    *envelope.mutable_person_update()->mutable_occurred_at() = Timestamp(world_.now);
    return envelope;
  }

  World world_;
};

TEST_F(ClinicalTest, AConcernShowsWhomToCallAndBringsTheReviewForward) {
  Shows({"b-5.4", "haz-18", "haz-39"});
  const Sent sent = world_.Must(Concern(kAda, kProvider, "CON-1", v1::CONCERN_KIND_CLINICAL, kRef));
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_CONCERN), 1);
  for (const v1::Delivery& delivery : sent.deliveries()) {
    if (delivery.kind() != v1::DELIVERY_KIND_CONCERN) continue;
    EXPECT_EQ(delivery.urgency(), v1::URGENCY_URGENT);
    EXPECT_EQ(TimeOf(delivery.act_by()), world_.now + absl::Hours(4));
  }
  EXPECT_TRUE(sent.HasNotice("CALL_NOW"));
  EXPECT_EQ(sent.effect.receipt.notices(0).words(), world_.rulebook->document().unwell_words());
  EXPECT_EQ(sent.effect.receipt.contacts().in_hours().telephone(), "0116 496 0101");
  EXPECT_EQ(sent.effect.receipt.made_id(), world_.person(kAda).concerns(0).concern_id());
  EXPECT_EQ(task().review_on(), "2026-11-02");
}

TEST_F(ClinicalTest, AnUnansweredConcernGoesUp) {
  Shows({"b-5.4", "haz-05", "ctl-15"});
  world_.Must(Concern(kAda, kProvider, "CON-1", v1::CONCERN_KIND_CLINICAL, kRef));
  EXPECT_TRUE(world_.Advance(absl::Hours(4)).empty());
  const std::vector<Sent> late = world_.Advance(absl::Milliseconds(1));
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(late[0].Count(kCommunity, v1::DELIVERY_KIND_ESCALATION), 1);
  EXPECT_EQ(late[0].Count(kCommissioner, v1::DELIVERY_KIND_ESCALATION), 1);
  // Advice by the owner ends the chase; the concern stays open until it is closed.
  v1::Envelope advice = From(kCommunity, kAda);
  advice.mutable_advice_given()->set_concern_reference("CON-1");
  advice.mutable_advice_given()->set_advice("test twice");
  *advice.mutable_advice_given()->mutable_clinician() = Nurse(kCommunity);
  EXPECT_EQ(world_.Must(advice).Count(kProvider, v1::DELIVERY_KIND_TOLD), 1);
  EXPECT_TRUE(world_.Advance(absl::Hours(5)).empty());
  EXPECT_TRUE(world_.person(kAda).concerns(0).open());
  advice.mutable_advice_given()->set_concern_reference("CON-NONE");
  EXPECT_EQ(Refused(advice), "CONCERN_NOT_FOUND");
}

TEST_F(ClinicalTest, AReviewSetsTheNextAndClosesItsConcerns) {
  Shows({"b-1.7d"});
  world_.Must(Concern(kAda, kProvider, "CON-1", v1::CONCERN_KIND_CLINICAL, kRef));
  v1::Envelope review =
      Review(kAda, kCommunity, kRef, v1::REVIEW_CONCLUSION_CONTINUE, "2027-03-01");
  review.mutable_clinical_review()->add_closes_concerns("CON-1");
  review.mutable_clinical_review()->add_closes_concerns("CON-NONE");
  const Sent sent = world_.Must(review);
  EXPECT_TRUE(sent.HasNotice("CONCERN_NOT_CLOSED"));
  EXPECT_FALSE(world_.person(kAda).concerns(0).open());
  EXPECT_EQ(task().review_on(), "2027-03-01");
  EXPECT_TRUE(sent.Told(kProvider));
  review.mutable_clinical_review()->clear_closes_concerns();
  review.mutable_clinical_review()->clear_reviewer();
  review.mutable_clinical_review()->set_next_review_on("2028-01-01");
  EXPECT_TRUE(world_.Must(review).HasNotice("NOT_A_NAMED_CLINICIAN"));
  EXPECT_EQ(task().review_on(), "2027-03-01");
  EXPECT_EQ(Refused(Review(kAda, kProvider, kRef, v1::REVIEW_CONCLUSION_END, "2027-01-01")),
            "DELEGATION_NOT_FOUND");
  world_.Must(Review(kAda, kCommunity, kRef, v1::REVIEW_CONCLUSION_SUSPEND, "2027-01-01"));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_SUSPENDED);
  world_.Must(Review(kAda, kCommunity, kRef, v1::REVIEW_CONCLUSION_END, "2027-01-01"));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ENDED);
}

TEST_F(ClinicalTest, OnlyItsOwnerClosesAConcern) {
  Shows({"b-5.4"});
  world_.Must(Concern(kAda, kProvider, "CON-1", v1::CONCERN_KIND_CLINICAL, kRef));
  v1::Envelope close = Concern(kAda, kProvider, "CON-1", v1::CONCERN_KIND_CLINICAL, "");
  close.mutable_concern_raised()->set_closed(true);
  EXPECT_TRUE(world_.Must(close).HasNotice("CONCERN_STAYS_OPEN"));
  EXPECT_TRUE(world_.person(kAda).concerns(0).open());
  close.set_sender(kCommunity);
  *close.mutable_acting_person()->mutable_practitioner() = Nurse(kCommunity);
  world_.Must(close);
  EXPECT_FALSE(world_.person(kAda).concerns(0).open());
}

TEST_F(ClinicalTest, SafeguardingReachesItsTeamAndNobodyElse) {
  Shows({"haz-43"});
  const Sent sent =
      world_.Must(Concern(kAda, kCommunity, "CON-S", v1::CONCERN_KIND_SAFEGUARDING, kRef));
  ASSERT_EQ(sent.deliveries().size(), 1u);
  EXPECT_EQ(sent.deliveries()[0].recipient(), kSafeguarding);
  EXPECT_TRUE(sent.deliveries()[0].standings().empty());
  EXPECT_EQ(task().review_on(), "2027-01-15");  // What others see does not move.
  const std::vector<Sent> late = world_.Advance(absl::Hours(5));
  ASSERT_EQ(late.size(), 1u);
  for (const v1::Delivery& delivery : late[0].deliveries()) {
    EXPECT_EQ(delivery.recipient(), kSafeguarding);
  }
  // No decision of anybody else's may show that it is there.
  world_.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_CLOSED, world_.now));
  const Sent offer = world_.Must(Offer(kAda, "OF-1", kRef));
  EXPECT_EQ(offer.effect.recorded[0].facts().open_concern(), v1::Facts::OPEN_CONCERN_NONE);
  v1::Envelope probe = Concern(kAda, kPractice, "CON-S", v1::CONCERN_KIND_CLINICAL, "");
  probe.mutable_concern_raised()->set_closed(true);
  EXPECT_EQ(Refused(probe), "CONCERN_NOT_FOUND");
  v1::Envelope close = probe;
  close.set_sender(kSafeguarding);
  world_.Must(close);
  EXPECT_FALSE(world_.person(kAda).concerns(0).open());
}

TEST_F(ClinicalTest, AConcernIsNeverLostOverAReference) {
  Shows({"haz-18", "haz-39"});
  const Sent sent =
      world_.Must(Concern(kAda, kProvider, "CON-1", v1::CONCERN_KIND_CLINICAL, "NO-SUCH"));
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_CONCERN), 1);
}

TEST_F(ClinicalTest, RaisedRiskBringsTheReviewForwardAndNeverPutsItOff) {
  Shows({"b-5.4", "haz-18"});
  v1::Envelope risk = From(kCommunity, kAda);
  risk.mutable_risk_change()->mutable_risk()->set_level(v1::RISK_LEVEL_HIGH);
  risk.mutable_risk_change()->set_review_by("2026-11-05");
  const Sent sent = world_.Must(risk);
  EXPECT_EQ(task().review_on(), "2026-11-05");
  for (const v1::Delivery& delivery : sent.deliveries()) {
    EXPECT_EQ(delivery.urgency(), v1::URGENCY_URGENT);
  }
  EXPECT_TRUE(sent.Told(kProvider));
  risk.mutable_risk_change()->set_review_by("2027-05-01");
  world_.Must(risk);
  EXPECT_EQ(task().review_on(), "2026-11-05");
}

TEST_F(ClinicalTest, AbsencePausesAndOnlyTheOverseerStartsAgain) {
  Shows({"haz-41", "inv-15"});
  const Sent sent = world_.Must(Away(false));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PAUSED);
  EXPECT_EQ(world_.person(kAda).covers_size(), 0);
  EXPECT_EQ(task().interim_deliverer(), kCommunity);
  EXPECT_TRUE(sent.Told(kProvider));
  const v1::Envelope resume = Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_RESUME);
  EXPECT_TRUE(world_.Must(resume).HasNotice("PERSON_AWAY"));
  EXPECT_EQ(world_.Must(Away(true)).Count(kCommunity, v1::DELIVERY_KIND_PROMPT), 1);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PAUSED);
  EXPECT_EQ(Refused(Change(kProvider, kAda, kRef, v1::DELEGATION_CHANGE_KIND_RESUME)),
            "DELEGATION_NOT_FOUND");
  world_.Must(resume);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
}

TEST_F(ClinicalTest, AReviewIsTheOverseersAnswerToo) {
  Shows({"haz-41"});
  world_.Must(Away(false));
  world_.Must(Away(true));
  world_.Must(Review(kAda, kCommunity, kRef, v1::REVIEW_CONCLUSION_CONTINUE, "2027-02-01"));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
}

TEST_F(ClinicalTest, WithdrawnConsentPutsRunningCareAtRiskUrgently) {
  Shows({"b-1.7a", "b-7.3"});
  v1::Envelope consent = From(kProvider, kAda);
  consent.mutable_consent_changed()->mutable_delegation()->set_reference(kRef);
  consent.mutable_consent_changed()->set_consent(v1::CONSENT_DECLINED);
  const Sent sent = world_.Must(consent);
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_CONTINUE), v1::OUTCOME_DENY);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_AT_RISK);
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_COVER_ORDER), 1);
  for (const v1::Delivery& delivery : sent.deliveries()) {
    EXPECT_EQ(delivery.urgency(), v1::URGENCY_URGENT) << delivery.recipient();
  }
}

TEST_F(ClinicalTest, ReportedDeathPausesConfirmedDeathEnds) {
  Shows({"haz-02", "inv-10"});
  world_.Must(Update(v1::PERSON_UPDATE_KIND_DEATH));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PAUSED);
  EXPECT_EQ(world_.Must(Update(v1::PERSON_UPDATE_KIND_DEATH_CORRECTED))
                .Count(kCommunity, v1::DELIVERY_KIND_PROMPT),
            1);
  const Sent sent = world_.Must(Update(v1::PERSON_UPDATE_KIND_DEATH_CONFIRMED));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ENDED);
  EXPECT_EQ(task().ended_because(), "died");
  EXPECT_EQ(task().oversight().state(), v1::OVERSIGHT_STATE_CLOSED);
  EXPECT_EQ(task().interim_deliverer(), "");
  EXPECT_EQ(sent.Count(kProvider, v1::DELIVERY_KIND_WITHDRAWAL), 1);
  EXPECT_EQ(sent.Count(kCouncil, v1::DELIVERY_KIND_WITHDRAWAL), 1);
}

TEST_F(ClinicalTest, AMergeThatOneSourceSaysJoinsNothing) {
  Shows({"haz-02"});
  world_.Must(Episode(kBen, v1::EPISODE_CHANGE_KIND_OPENED, world_.now));
  v1::Envelope merge = Update(v1::PERSON_UPDATE_KIND_MERGE);
  *merge.mutable_person_update()->mutable_other_person() = Person(kBen);
  merge.set_sender(kProvider);
  EXPECT_TRUE(world_.Must(merge).HasNotice("IDENTITY_KEPT_APART"));
  EXPECT_TRUE(world_.person(kAda).identity().identity_in_question());
  EXPECT_TRUE(world_.person(kBen).identity().identity_in_question());
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
}

TEST_F(ClinicalTest, ADisputeChangesNothing) {
  Shows({"inv-14", "b-7.2", "b-7.3"});
  const std::string before = task().SerializeAsString();
  v1::Envelope dispute = From(kCouncil, kAda);
  dispute.mutable_dispute_raised()->set_reference("DIS-1");
  dispute.mutable_dispute_raised()->mutable_delegation()->set_reference(kRef);
  dispute.mutable_dispute_raised()->set_summary("who pays");
  dispute.mutable_dispute_raised()->set_jointly_funded(true);
  const Sent sent = world_.Must(dispute);
  v1::Delegation unnoted = task();
  EXPECT_TRUE(unnoted.dispute().open());
  EXPECT_EQ(unnoted.dispute_owner(), kCommissioner);
  unnoted.clear_dispute_owner();
  unnoted.clear_dispute();  // That there is one is noted, and nothing else is different.
  EXPECT_EQ(unnoted.SerializeAsString(), before);
  EXPECT_EQ(sent.Count(kCommissioner, v1::DELIVERY_KIND_REFERRAL), 1);
}

TEST_F(ClinicalTest, WhatComesLaterIsKeptAndPassedOn) {
  Shows({"b-7.1", "b-6.1", "ctl-07"});
  v1::Envelope referral = From(kCommunity, kAda);
  referral.mutable_shared_care_referral()->set_reference("SC-1");
  referral.mutable_shared_care_referral()->mutable_delegation()->set_reference(kRef);
  referral.mutable_shared_care_referral()->set_reason("no consensus");
  EXPECT_EQ(world_.Must(referral).Count(kSharedCare, v1::DELIVERY_KIND_REFERRAL), 1);

  v1::Envelope funding = From(kCouncil, kAda);
  funding.mutable_funding_decision()->mutable_delegation()->set_reference(kRef);
  v1::CostShare& share = *funding.mutable_funding_decision()->add_shares();
  share.set_organisation(kCommissioner);
  share.set_share_x10000(10000);
  EXPECT_EQ(world_.Must(funding).Count(kCommissioner, v1::DELIVERY_KIND_TOLD), 1);
  EXPECT_EQ(task().proposal().cost_shares(0).organisation(), kCommissioner);

  v1::Envelope issue = From(kPractice, "");
  issue.mutable_issue_report()->set_reference("I-1");
  issue.mutable_issue_report()->set_summary("what of generic tasks");
  EXPECT_EQ(world_.Must(issue).Count(kBoard, v1::DELIVERY_KIND_REFERRAL), 1);

  v1::Envelope request = From(kProvider, "");
  request.mutable_training_request()->set_reference("TNA-1");
  request.mutable_training_request()->set_training_provider(kTraining);
  EXPECT_EQ(world_.Must(request).Count(kTraining, v1::DELIVERY_KIND_REFERRAL), 1);

  v1::Envelope override_by = From(kCommunity, kAda);
  override_by.mutable_clinical_override()->mutable_delegation()->set_reference(kRef);
  EXPECT_TRUE(world_.Must(override_by).HasNotice("OVERRIDE_WITHOUT_EFFECT"));

  v1::Envelope glass = From(kPractice, kAda);
  glass.mutable_break_glass()->set_reason_code("X");
  EXPECT_EQ(world_.Must(glass).Count(kCommunity, v1::DELIVERY_KIND_TOLD), 1);

  v1::Envelope hold = From(kBoard, kAda);
  hold.mutable_legal_hold()->set_reference("H-1");
  EXPECT_TRUE(world_.Must(hold).HasNotice("ENTRY_ONLY"));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ACTIVE);
}

}  // namespace
}  // namespace fosse::care
