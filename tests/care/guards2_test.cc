// What one sender alone can bring about, and what it cannot.
#include "absl/strings/str_replace.h"
#include "base/status.h"
#include "care/reading.h"
#include "care/times.h"
#include "gtest/gtest.h"
#include "tests/care/task_fixture.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

class Guards2Test : public TaskFixture {
 protected:
  void ToActive() { To(v1::DELEGATION_STATE_ACTIVE); }
  void Leaves(const std::string& organisation) {
    auto created = Directory::Create(absl::StrReplaceAll(
        StoredDirectory(), {{"participants { id: \"" + organisation + "\"",
                             "participants { id: \"ELSE-" + organisation + "\""},
                            {"safeguarding_team: \"" + organisation + "\"",
                             "safeguarding_team: \"ELSE-" + organisation + "\""},
                            {"\"urn:fosse:" + organisation + "\"", "\"urn:fosse:else\""},
                            {"speaks_for { participant: \"" + organisation + "\"",
                             "speaks_for { participant: \"ELSE-" + organisation + "\""}}));
    ASSERT_TRUE(created.ok()) << created.status();
    world_.directory = *std::move(created);
  }
  v1::Envelope Update(const char* sender, v1::PersonUpdateKind kind) {
    v1::Envelope envelope = From(sender, kAda);
    envelope.mutable_person_update()->set_kind(kind);
    *envelope.mutable_person_update()->mutable_occurred_at() = Timestamp(world_.now);
    return envelope;
  }
  void AllTold(const Sent& sent) {
    for (const v1::Delivery& delivery : sent.deliveries()) {
      EXPECT_NE(world_.directory->Find(delivery.recipient()), nullptr) << delivery.recipient();
    }
  }
  v1::Oversight HandOverAndClose() {
    ToActive();
    world_.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_CLOSED, world_.now));
    world_.Must(Offer(kAda, "OF-1", kRef));
    world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED));
    EXPECT_EQ(task().oversight().holder(), kPractice);
    world_.Must(Closing(kPractice));
    EXPECT_EQ(task().oversight().state(), v1::OVERSIGHT_STATE_GAP);
    return task().oversight();
  }
  v1::Envelope Closing(const char* sender) {
    v1::Envelope closing = Registered(kAda, kPractice);
    closing.set_sender(sender);
    closing.mutable_registration_change()->set_practice_closing(true);
    return closing;
  }
};

TEST_F(Guards2Test, WhoIsNotInTheDirectoryIsReplacedByCommissioning) {
  Shows({"inv-05", "b-7.3"});
  ToActive();
  Leaves(kProvider);
  const Sent sent =
      world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_END, v1::ANSWER_NO));
  AllTold(sent);
  EXPECT_TRUE(sent.Told(kCommissioner));
  EXPECT_TRUE(sent.HasNotice("RECIPIENT_REPLACED"));
}

TEST_F(Guards2Test, AConcernForSomebodyOutsideTheDirectoryGoesToWhoeverCovers) {
  Shows({"inv-05", "haz-09"});
  world_.Must(Registered(kAda, kPractice));
  Leaves(kPractice);
  const Sent sent = world_.Must(Concern(kAda, kProvider, "C-1", v1::CONCERN_KIND_CLINICAL, ""));
  AllTold(sent);
  EXPECT_EQ(sent.Count(kCommunity, v1::DELIVERY_KIND_CONCERN), 1);
  EXPECT_EQ(world_.person(kAda).concerns(0).owner(), kCommunity);
}

TEST_F(Guards2Test, ASafeguardingConcernHasNoStandIn) {
  Shows({"haz-43"});
  ToActive();
  world_.Must(Concern(kAda, kProvider, "C-1", v1::CONCERN_KIND_SAFEGUARDING, kRef));
  Leaves(kSafeguarding);
  const std::vector<Sent> late = world_.Advance(absl::Hours(24));
  ASSERT_FALSE(late.empty());
  for (const Sent& sent : late) {
    for (const v1::Delivery& delivery : sent.deliveries()) {
      EXPECT_EQ(world_.directory->Find(delivery.recipient()), nullptr) << delivery.recipient();
    }
  }
}

TEST_F(Guards2Test, OnlyTheTrainingProvidersOwnWordMakesItsAssessment) {
  Shows({"b-4.2", "ctl-05"});
  v1::Envelope record = Checked(kWorker, "K-1", world_.now);
  record.set_sender(kProvider);
  EXPECT_NE(world_.Must(record).OutcomeOf(v1::QUESTION_RECOGNISE_COMPETENCE), v1::OUTCOME_PERMIT);
  EXPECT_FALSE(world_.worker(kWorker).competencies(0).recognised());
  record = Checked(kWorker, "K-2", world_.now);
  record.mutable_competency_record()->mutable_assessor()->clear_organisation();
  EXPECT_EQ(world_.Must(record).OutcomeOf(v1::QUESTION_RECOGNISE_COMPETENCE), v1::OUTCOME_PERMIT);
}

TEST_F(Guards2Test, AReferenceIsItsSendersOwn) {
  Shows({"b-4.2"});
  world_.Must(Checked(kWorker, "K-1", world_.now));
  v1::Envelope other = Checked(kWorker, "K-1", world_.now);
  other.set_sender(kProvider);
  other.mutable_competency_record()->set_result(v1::COMPETENCY_RESULT_NOT_COMPETENT);
  world_.Must(other);
  ASSERT_EQ(world_.worker(kWorker).competencies_size(), 2);
  EXPECT_EQ(world_.worker(kWorker).competencies(0).recorded_by(), kTraining);
  EXPECT_TRUE(world_.worker(kWorker).competencies(0).recognised());
}

TEST_F(Guards2Test, WhatWasRevokedStaysSoWhenSentAgain) {
  Shows({"b-4.2"});
  world_.Must(Checked(kWorker, "K-1", world_.now));
  v1::Envelope foreign = Revoked(kWorker, "K-1", world_.now);
  foreign.set_sender(kCommunity);
  EXPECT_EQ(Refused(foreign), "COMPETENCY_NOT_FOUND");
  world_.Must(Revoked(kWorker, "K-1", world_.now));
  const Sent again = world_.Must(Checked(kWorker, "K-1", world_.now));
  EXPECT_TRUE(world_.worker(kWorker).competencies(0).has_revoked_at());
  EXPECT_TRUE(again.HasNotice("NOT_COMPETENT_YET"));
}

TEST_F(Guards2Test, TheTrainingProviderRevokesWhatOthersRecorded) {
  Shows({"b-4.2"});
  v1::Envelope record = Checked(kWorker, "K-1", world_.now);
  record.set_sender(kProvider);
  world_.Must(record);
  world_.Must(Revoked(kWorker, "K-1", world_.now));
  EXPECT_TRUE(world_.worker(kWorker).competencies(0).has_revoked_at());
}

TEST_F(Guards2Test, OnlyTheEmployerOrTheTrainingProviderNamesAWorker) {
  Shows({"b-4.4"});
  v1::WorkerReference worker;
  worker.set_employer(kProvider);
  worker.set_employer_reference("W1");
  EXPECT_TRUE(MayNameWorker(worker, kProvider, *world_.rulebook));
  EXPECT_TRUE(MayNameWorker(worker, kTraining, *world_.rulebook));
  EXPECT_FALSE(MayNameWorker(worker, kOtherProvider, *world_.rulebook));
  EXPECT_FALSE(MayNameWorker(worker, kCommunity, *world_.rulebook));
  // Nor does a number that is known carry a foreign name into the record.
  const Sent first = world_.Must(Checked(kWorker, "K-1", world_.now));
  v1::Envelope moved = Checked(kWorker, "K-2", world_.now);
  moved.set_sender(kCommunity);
  v1::WorkerReference& named = *moved.mutable_subject()->mutable_worker();
  named.set_worker_number(first.effect.receipt.worker_number());
  named.set_employer(kOtherProvider);
  named.set_employer_reference("X-9");
  world_.Must(moved);
  EXPECT_EQ(world_.worker(kWorker).references_size(), 1);
}

TEST_F(Guards2Test, OneSourceAloneConfirmsNoDeath) {
  Shows({"haz-42"});
  ToActive();
  const Sent alone = world_.Must(Update(kProvider, v1::PERSON_UPDATE_KIND_DEATH_CONFIRMED));
  EXPECT_TRUE(alone.HasNotice("DEATH_NOT_CONFIRMED"));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PAUSED);
  world_.Must(Update(kProvider, v1::PERSON_UPDATE_KIND_DEATH_CONFIRMED));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PAUSED);
  EXPECT_FALSE(world_.person(kAda).identity().died());
  world_.Must(Update(kCouncil, v1::PERSON_UPDATE_KIND_DEATH_CONFIRMED));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ENDED);
}

TEST_F(Guards2Test, AHealthBodyConfirmsAtOnceAndACorrectionNamesWhoDelivers) {
  Shows({"haz-42", "inv-15", "b-7.3"});
  ToActive();
  world_.Must(Update(kCommunity, v1::PERSON_UPDATE_KIND_DEATH_CONFIRMED));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ENDED);
  EXPECT_EQ(task().interim_deliverer(), "");
  const Sent sent = world_.Must(Update(kPractice, v1::PERSON_UPDATE_KIND_DEATH_CORRECTED));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ENDED);
  EXPECT_EQ(task().interim_deliverer(), kCommunity);
  EXPECT_TRUE(sent.Told(kCommunity));
  EXPECT_TRUE(sent.Told(kProvider));
}

TEST_F(Guards2Test, AnEpisodeIsReportedByWhoHasIt) {
  Shows({"b-5.5c", "ctl-04"});
  v1::Envelope episode = Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world_.now);
  episode.set_sender(kPractice);
  EXPECT_EQ(Refused(episode), "FIELD_INVALID");
  EXPECT_FALSE(world_.Knows(kAda));
}

TEST_F(Guards2Test, APracticeSpeaksOfItselfAlone) {
  Shows({"haz-17", "inv-01"});
  HandOverAndClose();
  world_.Must(Registered(kBen, kPractice));
  v1::Envelope moved = Registered(kBen, kOtherPractice);
  moved.set_sender(kPractice);
  EXPECT_TRUE(world_.Must(moved).HasNotice("PRACTICE_NOT_SENDERS"));
  EXPECT_EQ(world_.person(kBen).identity().registered_practice(), kPractice);
  moved.set_sender(kCommunity);
  world_.Must(moved);
  EXPECT_EQ(world_.person(kBen).identity().registered_practice(), kOtherPractice);
}

TEST_F(Guards2Test, NobodyElseClosesAPractice) {
  Shows({"haz-17", "inv-01"});
  world_.Must(Registered(kAda, kPractice));
  for (const char* sender : {kCommunity, kOtherPractice}) {
    EXPECT_TRUE(world_.Must(Closing(sender)).HasNotice("PRACTICE_NOT_SENDERS")) << sender;
    EXPECT_EQ(world_.person(kAda).identity().registered_practice(), kPractice);
  }
  world_.Must(Closing(kCommissioner));
  EXPECT_EQ(world_.person(kAda).identity().registered_practice(), "");
}

TEST_F(Guards2Test, OnlyANamedClinicianStopsATaskByReview) {
  Shows({"ctl-05", "b-7.3"});
  ToActive();
  for (const v1::ReviewConclusion conclusion :
       {v1::REVIEW_CONCLUSION_SUSPEND, v1::REVIEW_CONCLUSION_END}) {
    v1::Envelope review = Review(kAda, kCommunity, kRef, conclusion, "2027-02-01");
    review.mutable_acting_person()->set_basis(v1::PRACTITIONER_BASIS_ASSERTED);
    const std::string before = task().SerializeAsString();
    const Sent sent = world_.Must(review);
    EXPECT_TRUE(sent.HasNotice("NOT_A_NAMED_CLINICIAN"));
    EXPECT_TRUE(sent.Told(kProvider));
    EXPECT_EQ(task().SerializeAsString(), before);
  }
  world_.Must(Review(kAda, kCommunity, kRef, v1::REVIEW_CONCLUSION_END, "2027-02-01"));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_ENDED);
}

TEST_F(Guards2Test, AGapsOfferStaysOpenWhenDeclined) {
  Shows({"inv-01", "b-5.4"});
  const std::string offer = HandOverAndClose().offer().offer_id();
  const Sent sent = world_.Must(Answer(kAda, kCommunity, offer, v1::OVERSIGHT_ANSWER_DECLINED));
  EXPECT_EQ(task().oversight().state(), v1::OVERSIGHT_STATE_GAP);
  EXPECT_EQ(task().oversight().offer().offer_id(), offer);
  EXPECT_FALSE(task().oversight().offer().closed());
  EXPECT_EQ(sent.Count(kCommissioner, v1::DELIVERY_KIND_ESCALATION), 1);
}

TEST_F(Guards2Test, NeitherRegistrationNorWithdrawalTouchesAGapsOffer) {
  Shows({"inv-01", "b-5.4"});
  const std::string offer = HandOverAndClose().offer().offer_id();
  world_.Must(Registered(kAda, kOtherPractice));
  EXPECT_EQ(task().oversight().offer().offer_id(), offer);
  EXPECT_EQ(task().oversight().state(), v1::OVERSIGHT_STATE_GAP);
  v1::Envelope back = From(kPractice, kAda);
  back.mutable_oversight_offer()->set_reference(offer);
  back.mutable_oversight_offer()->set_withdrawn(true);
  const Sent sent = world_.Must(back);
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_OFFER_OVERSIGHT), v1::OUTCOME_HOLD);
  EXPECT_EQ(task().oversight().offer().offer_id(), offer);
  EXPECT_EQ(task().oversight().state(), v1::OVERSIGHT_STATE_GAP);
}

TEST_F(Guards2Test, OnlyAPartyOrAHealthBodySeesADelegation) {
  Shows({"ctl-04"});
  ToActive();
  EXPECT_TRUE(ShowsDelegation(task(), *world_.directory->Find(kProvider)));
  EXPECT_TRUE(ShowsDelegation(task(), *world_.directory->Find(kPractice)));
  EXPECT_FALSE(ShowsDelegation(task(), *world_.directory->Find(kOtherProvider)));
}

}  // namespace
}  // namespace fosse::care
