// Who gives and takes oversight, to whom it is offered, and when what is reported happened.
#include <functional>
#include <utility>
#include <vector>

#include "base/status.h"
#include "care/facts.h"
#include "care/lookup.h"
#include "care/reading.h"
#include "care/times.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

constexpr char kRef[] = "REF-1";

// What spoils a clinician, and whether the clinician still counts then.
struct Spoil {
  const char* name;
  std::function<void(v1::Practitioner&)> spoil;
  bool counts;
};

// As of 2026-11-02, the world's first day.
const std::vector<Spoil>& Spoils() {
  static const auto& spoils = *new std::vector<Spoil>{
      {"as it should be", [](v1::Practitioner&) {}, true},
      {"no name", [](v1::Practitioner& p) { p.clear_name(); }, false},
      {"a social worker",
       [](v1::Practitioner& p) {
         p.set_register_(v1::REGISTER_SWE);
         p.set_identifier("SW12345");
       },
       false},
      {"a council's number",
       [](v1::Practitioner& p) {
         p.set_register_(v1::REGISTER_LOCAL);
         p.set_identifier("staff-7");
       },
       false},
      {"a number of a wrong form", [](v1::Practitioner& p) { p.set_identifier("12"); }, false},
      {"lapsed", [](v1::Practitioner& p) { p.set_register_status(v1::REGISTER_STATUS_LAPSED); },
       false},
      {"not registered",
       [](v1::Practitioner& p) { p.set_register_status(v1::REGISTER_STATUS_NOT_REGISTERED); },
       false},
      {"status not stated", [](v1::Practitioner& p) { p.clear_register_status(); }, true},
      {"checked today", [](v1::Practitioner& p) { p.set_register_checked_on("2026-11-02"); }, true},
      {"checked tomorrow", [](v1::Practitioner& p) { p.set_register_checked_on("2026-11-03"); },
       false},
      {"checked a year ago", [](v1::Practitioner& p) { p.set_register_checked_on("2025-11-02"); },
       true},
      {"checked before that", [](v1::Practitioner& p) { p.set_register_checked_on("2025-11-01"); },
       false},
      {"no day of the check", [](v1::Practitioner& p) { p.clear_register_checked_on(); }, true},
      {"no organisation", [](v1::Practitioner& p) { p.clear_organisation(); }, true},
      {"of another organisation", [](v1::Practitioner& p) { p.set_organisation(kOtherPractice); },
       false},
  };
  return spoils;
}

class TakersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Bring(world_, kAda, kRef, v1::DELEGATION_STATE_ACTIVE);
    ASSERT_EQ(DayOf(world_.now), "2026-11-02");
  }
  void Discharge() { world_.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_CLOSED, world_.now)); }
  const v1::Oversight& oversight() { return world_.delegation(kAda, kRef).oversight(); }

  World world_;
};

TEST_F(TakersTest, OnlyANamedClinicianWhoActsTakesOversight) {
  Shows({"b-5.5d", "inv-02", "haz-14", "ctl-05"});
  Discharge();
  world_.Must(Offer(kAda, "OF-1", kRef));
  const v1::Delegation& task = world_.delegation(kAda, kRef);
  const Situation situation{world_.person(kAda), *world_.directory, *world_.rulebook, world_.now};
  for (const Spoil& row : Spoils()) {
    v1::Envelope answer = Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED);
    row.spoil(*answer.mutable_oversight_response()->mutable_clinician());
    *answer.mutable_acting_person()->mutable_practitioner() =
        answer.oversight_response().clinician();
    const v1::Facts facts = TakeFacts(situation, task, task.oversight().offer(), answer);
    EXPECT_EQ(facts.accepting_clinician() == v1::Facts::ACCEPTING_CLINICIAN_NAMED, row.counts)
        << row.name;
    if (row.counts) continue;
    EXPECT_EQ(world_.Must(answer).OutcomeOf(v1::QUESTION_TAKE_OVERSIGHT), v1::OUTCOME_HOLD)
        << row.name;
    EXPECT_EQ(oversight().holder(), kCommunity) << row.name;
  }
  world_.Must(Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED));
  EXPECT_EQ(oversight().holder(), kPractice);
}

TEST_F(TakersTest, NobodyAcceptsInSomebodyElsesName) {
  Shows({"b-5.5d", "inv-02", "ctl-05"});
  Discharge();
  world_.Must(Offer(kAda, "OF-1", kRef));
  v1::Envelope answer = Answer(kAda, kPractice, "OF-1", v1::OVERSIGHT_ANSWER_ACCEPTED);
  v1::Practitioner& acting = *answer.mutable_acting_person()->mutable_practitioner();
  acting.set_identifier("7654321");
  EXPECT_EQ(world_.Must(answer).OutcomeOf(v1::QUESTION_TAKE_OVERSIGHT), v1::OUTCOME_HOLD);
  acting = answer.oversight_response().clinician();
  acting.set_register_(v1::REGISTER_GPHC);  // The same digits on another register are another's.
  EXPECT_EQ(world_.Must(answer).OutcomeOf(v1::QUESTION_TAKE_OVERSIGHT), v1::OUTCOME_HOLD);
  EXPECT_EQ(oversight().holder(), kCommunity);
}

TEST_F(TakersTest, OnlyANamedClinicianWhoActsOffersOversight) {
  Shows({"b-5.5d", "ctl-05"});
  for (const Spoil& row : Spoils()) {
    v1::Envelope offer = Offer(kAda, "OF-1", kRef);
    row.spoil(*offer.mutable_oversight_offer()->mutable_author());
    *offer.mutable_acting_person()->mutable_practitioner() = offer.oversight_offer().author();
    EXPECT_EQ(world_.Must(offer).OutcomeOf(v1::QUESTION_OFFER_OVERSIGHT),
              row.counts ? v1::OUTCOME_PERMIT : v1::OUTCOME_HOLD)
        << row.name;
  }
  v1::Envelope offer = Offer(kAda, "OF-2", kRef);
  offer.mutable_acting_person()->mutable_practitioner()->set_identifier("98Z7654Y");
  EXPECT_EQ(world_.Must(offer).OutcomeOf(v1::QUESTION_OFFER_OVERSIGHT), v1::OUTCOME_HOLD);
}

TEST_F(TakersTest, NobodyOffersOversightToItself) {
  Shows({"b-5.4", "b-5.5c", "inv-02"});
  v1::Envelope offer = Offer(kAda, "OF-1", kRef);
  offer.mutable_oversight_offer()->set_offered_to(kCommunity);
  const Sent sent = world_.Must(offer);
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_OFFER_OVERSIGHT), v1::OUTCOME_REFER);
  ASSERT_FALSE(sent.effect.recorded.empty());
  EXPECT_EQ(sent.effect.recorded[0].facts().offer_target(), v1::Facts::OFFER_TARGET_OTHER);
  EXPECT_FALSE(oversight().has_offer());
  Discharge();
  world_.Must(Offer(kAda, "OF-2", kRef));
  world_.Must(Answer(kAda, kPractice, "OF-2", v1::OVERSIGHT_ANSWER_ACCEPTED));
  v1::Envelope back = HandBack(kAda, "HB-1", kRef, kPractice);
  back.mutable_oversight_hand_back()->set_offered_to(kPractice);
  EXPECT_EQ(world_.Must(back).OutcomeOf(v1::QUESTION_OFFER_OVERSIGHT), v1::OUTCOME_REFER);
  EXPECT_EQ(oversight().holder(), kPractice);
}

TEST_F(TakersTest, ASocialWorkerOrSomebodyUnnamedStopsAndResumesNothing) {
  Shows({"b-5.4", "b-7.3"});
  world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_SUSPEND));
  ASSERT_EQ(world_.delegation(kAda, kRef).state(), v1::DELEGATION_STATE_SUSPENDED);
  for (const Spoil& row : Spoils()) {
    v1::Envelope resume = Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_RESUME);
    v1::Practitioner& acting = *resume.mutable_acting_person()->mutable_practitioner();
    row.spoil(acting);
    // Day of check and organisation are asked of who gives and takes oversight.
    if (row.counts || acting.organisation() != kCommunity ||
        acting.register_checked_on() != "2026-10-01") {
      continue;
    }
    EXPECT_TRUE(world_.Must(resume).HasNotice("NOT_A_NAMED_CLINICIAN")) << row.name;
    EXPECT_EQ(world_.delegation(kAda, kRef).state(), v1::DELEGATION_STATE_SUSPENDED) << row.name;
  }
}

TEST_F(TakersTest, ASocialWorkerIsARegistrantAndNoClinician) {
  Shows({"b-1.5", "b-1.7d"});
  v1::Practitioner worker = Nurse(kCommunity);
  worker.set_register_(v1::REGISTER_SWE);
  worker.set_identifier("SW12345");
  EXPECT_TRUE(IsNamedRegistrant(worker));
  EXPECT_FALSE(IsRegisteredClinician(worker));
  v1::Envelope review =
      Review(kAda, kCommunity, kRef, v1::REVIEW_CONCLUSION_CONTINUE, "2027-02-15");
  *review.mutable_clinical_review()->mutable_reviewer() = worker;
  EXPECT_TRUE(world_.Must(review).HasNotice("NOT_A_NAMED_CLINICIAN"));
  EXPECT_EQ(world_.delegation(kAda, kRef).review_on(), "2027-01-15");
}

TEST_F(TakersTest, WhatHasNotHappenedYetIsNotReported) {
  Shows({"haz-06", "b-3.4"});
  const absl::Time now = world_.now;
  struct Row {
    const char* field;
    std::function<v1::Envelope(absl::Time)> at;
  };
  const Row kRows[] = {
      {"sent_at",
       [now](absl::Time at) {
         v1::Envelope envelope = Started(kAda, kRef, kWorker, now);
         *envelope.mutable_sent_at() = Timestamp(at);
         return envelope;
       }},
      {"task_performed.performed_at",
       [](absl::Time at) { return Performed(kAda, kRef, kWorker, at); }},
      {"start_confirmed.started_at",
       [](absl::Time at) { return Started(kAda, kRef, kWorker, at); }},
      {"episode_change.occurred_at",
       [](absl::Time at) { return Episode(kAda, v1::EPISODE_CHANGE_KIND_CLOSED, at); }},
      {"concern_raised.noticed_at",
       [](absl::Time at) {
         v1::Envelope envelope = Concern(kAda, kProvider, "C", v1::CONCERN_KIND_CLINICAL, kRef);
         *envelope.mutable_concern_raised()->mutable_noticed_at() = Timestamp(at);
         return envelope;
       }},
      {"clinical_review.reviewed_at",
       [](absl::Time at) {
         v1::Envelope envelope =
             Review(kAda, kCommunity, kRef, v1::REVIEW_CONCLUSION_CONTINUE, "2027-02-15");
         *envelope.mutable_clinical_review()->mutable_reviewed_at() = Timestamp(at);
         return envelope;
       }},
  };
  for (const Row& row : kRows) {
    const absl::Time limit = now + absl::Minutes(5);
    EXPECT_TRUE(CheckTimes(row.at(limit), now).ok()) << row.field;
    const absl::Status past = CheckTimes(row.at(limit + absl::Nanoseconds(1)), now);
    EXPECT_EQ(past.code(), absl::StatusCode::kInvalidArgument) << row.field;
    EXPECT_EQ(ReasonOf(past), "TIME_IN_FUTURE") << row.field;
    const std::vector<std::pair<std::string, std::string>> metadata = MetadataOf(past);
    ASSERT_FALSE(metadata.empty()) << row.field;
    EXPECT_EQ(metadata.front().second, row.field);
  }
}

TEST_F(TakersTest, ThatIdentityIsInQuestionShowsToAuditorsAlone) {
  Shows({"haz-01", "ctl-04"});
  v1::CareRecord record = world_.person(kAda);
  record.mutable_identity()->set_identity_in_question(true);
  for (const char* organisation : {kCommunity, kPractice, kProvider, kCouncil, kSafeguarding}) {
    EXPECT_FALSE(PersonFor(record, *world_.directory->Find(organisation), world_.now)
                     .identity()
                     .identity_in_question())
        << organisation;
  }
  v1::Participant auditor = *world_.directory->Find(kCommunity);
  auditor.add_roles(v1::ROLE_AUDITOR);
  EXPECT_TRUE(PersonFor(record, auditor, world_.now).identity().identity_in_question());
}

}  // namespace
}  // namespace fosse::care
