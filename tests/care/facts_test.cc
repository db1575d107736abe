// Facts at the edge of each limit, and just past it.
#include "care/facts.h"

#include "care/overseer.h"
#include "care/times.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

using v1::Facts;

absl::Time Noon(const std::string& day) {
  absl::Time time;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, day + "T12:00:00Z", &time, nullptr));
  return time;
}

v1::Delegation ADelegation(const v1::Envelope& proposal) {
  v1::Delegation delegation;
  delegation.set_delegation_id("D-1");
  *delegation.mutable_proposal() = proposal.delegation_proposal();
  *delegation.mutable_proposed_by() = proposal.acting_person();
  delegation.set_task_code(kTask);
  delegation.set_training_class(v1::TRAINING_CLASS_GENERIC);
  return delegation;
}

struct PriorLearning {
  const char* trained;
  const char* approved;
  Facts::PriorLearningAge age;
};

TEST(FactsTest, PriorLearningServesThreeYearsToTheDay) {
  Shows({"b-4.6", "haz-12"});
  const PriorLearning kCases[] = {
      {"2023-11-02", "2026-11-02", Facts::PRIOR_LEARNING_AGE_WITHIN_THREE_YEARS},
      {"2023-11-01", "2026-11-02", Facts::PRIOR_LEARNING_AGE_OVER_THREE_YEARS},
      {"2020-02-29", "2023-02-28", Facts::PRIOR_LEARNING_AGE_WITHIN_THREE_YEARS},
      {"2020-02-29", "2023-03-01", Facts::PRIOR_LEARNING_AGE_OVER_THREE_YEARS},
      {"2021-02-28", "2024-02-28", Facts::PRIOR_LEARNING_AGE_WITHIN_THREE_YEARS},
      {"2021-02-28", "2024-02-29", Facts::PRIOR_LEARNING_AGE_OVER_THREE_YEARS},
      {"2021-03-01", "2024-02-29", Facts::PRIOR_LEARNING_AGE_WITHIN_THREE_YEARS},
      {"2026-11-03", "2026-11-02", Facts::PRIOR_LEARNING_AGE_UNKNOWN},
      {"", "2026-11-02", Facts::PRIOR_LEARNING_AGE_UNKNOWN},
  };
  World world;
  for (const PriorLearning& row : kCases) {
    v1::Envelope envelope = Checked(kWorker, "K", world.now);
    v1::CompetencyRecord& record = *envelope.mutable_competency_record();
    record.set_mode(v1::TRAINING_MODE_PRIOR_LEARNING);
    record.set_trained_on(row.trained);
    record.set_assessed_on(row.approved);
    EXPECT_EQ(RecognitionFacts(record, envelope, *world.directory, *world.rulebook, {}, world.now)
                  .prior_learning_age(),
              row.age)
        << row.trained << " " << row.approved;
  }
}

TEST(FactsTest, RegisterCheckIsDatedTodayAtTheLatest) {
  Shows({"b-1.5"});
  World world;
  v1::Practitioner nurse = Nurse(kCommunity);
  const v1::DelegationProposal proposal = Proposal(kAda, "R").delegation_proposal();
  const auto at = [&](const std::string& day) {
    nurse.set_register_checked_on(day);
    return RegistrationOf(nurse, proposal, *world.directory, Noon("2026-11-02"));
  };
  EXPECT_EQ(at("2026-11-02"), Facts::DELEGATOR_REGISTRATION_CURRENT);
  EXPECT_EQ(at("2026-11-03"), Facts::DELEGATOR_REGISTRATION_UNKNOWN);
  EXPECT_EQ(at(""), Facts::DELEGATOR_REGISTRATION_UNKNOWN);
  nurse.set_register_checked_on("2026-11-02");
  nurse.set_register_status(v1::REGISTER_STATUS_LAPSED);
  EXPECT_EQ(RegistrationOf(nurse, proposal, *world.directory, world.now),
            Facts::DELEGATOR_REGISTRATION_LAPSED);
  nurse = Nurse(kCommunity);
  nurse.set_identifier("12A3456");  // One letter short: no PIN of anybody.
  EXPECT_EQ(RegistrationOf(nurse, proposal, *world.directory, world.now),
            Facts::DELEGATOR_REGISTRATION_UNKNOWN);
  v1::Practitioner officer;
  officer.set_register_(v1::REGISTER_LOCAL);
  officer.set_identifier("officer-1");
  officer.set_organisation(kCouncil);
  EXPECT_EQ(RegistrationOf(officer, proposal, *world.directory, world.now),
            Facts::DELEGATOR_REGISTRATION_COUNCIL_OFFICER);
  officer.set_organisation(kProvider);
  officer.set_register_status(v1::REGISTER_STATUS_NOT_REGISTERED);
  EXPECT_EQ(RegistrationOf(officer, proposal, *world.directory, world.now),
            Facts::DELEGATOR_REGISTRATION_NOT_REGISTERED);
  EXPECT_EQ(RegistrationOf(v1::Practitioner(), proposal, *world.directory, world.now),
            Facts::DELEGATOR_REGISTRATION_UNKNOWN);
}

TEST(FactsTest, ReviewIsOverdueFromTheDayAfterInLondon) {
  Shows({"b-1.7d", "haz-22"});
  v1::Delegation delegation;
  EXPECT_EQ(ReviewOf(delegation, Noon("2026-07-01")), Facts::REVIEW_STATUS_UNKNOWN);
  delegation.set_review_on("2026-07-01");
  absl::Time last;
  // In summer time London's day ends at 23:00 UTC.
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, "2026-07-01T22:59:59Z", &last, nullptr));
  EXPECT_EQ(ReviewOf(delegation, last), Facts::REVIEW_STATUS_CURRENT);
  EXPECT_EQ(ReviewOf(delegation, last + absl::Seconds(1)), Facts::REVIEW_STATUS_OVERDUE);
}

TEST(FactsTest, OfferIsOpenAtItsDeadlineAndExpiredAfter) {
  Shows({"b-5.5d", "haz-14"});
  v1::OfferState offer;
  const absl::Time deadline = Noon("2026-11-02");
  *offer.mutable_deadline() = Timestamp(deadline);
  EXPECT_EQ(StateOf(offer, deadline), Facts::OFFER_STATE_OPEN);
  EXPECT_EQ(StateOf(offer, deadline + absl::Nanoseconds(1)), Facts::OFFER_STATE_EXPIRED);
  offer.set_closure(v1::OFFER_CLOSURE_ACCEPTED);
  EXPECT_EQ(StateOf(offer, deadline), Facts::OFFER_STATE_ANSWERED);
  offer.set_closure(v1::OFFER_CLOSURE_WITHDRAWN);
  EXPECT_EQ(StateOf(offer, deadline), Facts::OFFER_STATE_WITHDRAWN);
}

TEST(FactsTest, BitesizeIsSixtyMinutesAtMost) {
  Shows({"b-4.6"});
  World world;
  v1::Envelope envelope = Checked(kWorker, "K", world.now);
  v1::CompetencyRecord& record = *envelope.mutable_competency_record();
  const auto length = [&](uint32_t minutes) {
    record.set_session_minutes(minutes);
    return RecognitionFacts(record, envelope, *world.directory, *world.rulebook, {}, world.now)
        .session_length();
  };
  EXPECT_EQ(length(60), Facts::SESSION_LENGTH_WITHIN_60_MINUTES);
  EXPECT_EQ(length(61), Facts::SESSION_LENGTH_OVER_60_MINUTES);
  EXPECT_EQ(length(0), Facts::SESSION_LENGTH_UNKNOWN);
}

TEST(FactsTest, NursingAssociateIsNoRegisteredNurse) {
  Shows({"b-4.6", "b-3.3"});
  World world;
  v1::Envelope envelope = Checked(kWorker, "K", world.now);
  v1::CompetencyRecord& record = *envelope.mutable_competency_record();
  const auto assessor = [&] {
    return RecognitionFacts(record, envelope, *world.directory, *world.rulebook, {}, world.now)
        .assessor();
  };
  EXPECT_EQ(assessor(), Facts::ASSESSOR_REGISTERED_NURSE);
  record.mutable_assessor()->set_register_part(v1::REGISTER_PART_NURSING_ASSOCIATE);
  EXPECT_EQ(assessor(), Facts::ASSESSOR_OTHER_REGISTRANT);
  record.mutable_assessor()->clear_register_part();
  EXPECT_EQ(assessor(), Facts::ASSESSOR_UNKNOWN);
  record.mutable_assessor()->set_register_status(v1::REGISTER_STATUS_LAPSED);
  EXPECT_EQ(assessor(), Facts::ASSESSOR_NOT_REGISTERED);
}

TEST(FactsTest, SteroidAboveOnePercentAlone) {
  Shows({"b-4.5"});
  World world;
  v1::DelegatedTask task;
  task.mutable_code()->set_code("generic-1-steroid-cream");
  const auto strength = [&](uint32_t x100) {
    Facts facts;
    task.mutable_particulars()->set_cream_strength_percent_x100(x100);
    AddTaskFacts(*world.rulebook, task, facts);
    return facts.cream_strength();
  };
  EXPECT_EQ(strength(101), Facts::CREAM_STRENGTH_ABOVE_ONE_PERCENT);
  EXPECT_EQ(strength(100), Facts::CREAM_STRENGTH_ONE_PERCENT_OR_LESS);
  EXPECT_EQ(strength(0), Facts::CREAM_STRENGTH_UNKNOWN);
}

TEST(FactsTest, CostSharesMustSumToTheWhole) {
  Shows({"b-5.2", "b-2.4"});
  World world;
  v1::Envelope envelope = Proposal(kAda, "R");
  v1::DelegationProposal& proposal = *envelope.mutable_delegation_proposal();
  proposal.set_added_minutes_per_week(30);  // A change, though the sender says there is none.
  const auto change = [&] {
    const v1::CareRecord record;
    return DelegationFacts({record, *world.directory, *world.rulebook, world.now},
                           ADelegation(envelope))
        .plan_change();
  };
  EXPECT_EQ(change(), Facts::PLAN_CHANGE_CHANGED_NOT_APPORTIONED);
  proposal.add_cost_shares()->set_share_x10000(6000);
  proposal.add_cost_shares()->set_share_x10000(3999);
  EXPECT_EQ(change(), Facts::PLAN_CHANGE_CHANGED_NOT_APPORTIONED);
  proposal.mutable_cost_shares(1)->set_share_x10000(4000);
  EXPECT_EQ(change(), Facts::PLAN_CHANGE_CHANGED_APPORTIONED);
  proposal.set_added_minutes_per_week(0);
  EXPECT_EQ(change(), Facts::PLAN_CHANGE_UNCHANGED);
}

v1::Competency ACompetency(const std::string& day) {
  v1::Competency competency;
  *competency.mutable_record() = Checked(kWorker, "K", Noon(day)).competency_record();
  competency.set_recognised(true);
  competency.set_task_code(kTask);
  *competency.mutable_recorded_at() = Timestamp(Noon(day));
  return competency;
}

class CompetenceTest : public ::testing::Test {
 protected:
  CompetenceTest() : delegation_(ADelegation(Proposal(kAda, "R"))) {
    person_.set_person_key("ada");
    *person_.mutable_identity()->mutable_reference() = Person(kAda);
  }
  Facts::WorkerCompetence At(const std::string& day) {
    return CompetenceOf(&worker_, person_, delegation_, *world_.rulebook, locality_, Noon(day))
        .value;
  }

  World world_;
  v1::LocalityRecord locality_;
  v1::CareRecord person_;
  v1::WorkerRecord worker_;
  v1::Delegation delegation_;
};

TEST_F(CompetenceTest, HoldsThroughItsLastDay) {
  Shows({"b-4.2", "haz-12", "inv-05"});
  EXPECT_EQ(At("2026-11-02"), Facts::WORKER_COMPETENCE_NONE);
  v1::Competency& competency = *worker_.add_competencies();
  competency = ACompetency("2026-11-02");
  competency.mutable_record()->set_refresher_due_on("2026-11-20");
  EXPECT_EQ(At("2026-11-01"), Facts::WORKER_COMPETENCE_NONE);  // Before it was assessed.
  EXPECT_EQ(At("2026-11-02"), Facts::WORKER_COMPETENCE_IN_FORCE);
  EXPECT_EQ(At("2026-11-20"), Facts::WORKER_COMPETENCE_IN_FORCE);
  EXPECT_EQ(At("2026-11-21"), Facts::WORKER_COMPETENCE_EXPIRED);
  competency.set_recognised(false);
  EXPECT_EQ(At("2026-11-02"), Facts::WORKER_COMPETENCE_NOT_RECOGNISED);
}

TEST_F(CompetenceTest, EndsWhenRevokedAndAtALaterFailure) {
  Shows({"b-4.2", "haz-11", "inv-05"});
  *worker_.add_competencies() = ACompetency("2026-11-02");
  *worker_.mutable_competencies(0)->mutable_revoked_at() = Timestamp(Noon("2026-11-05"));
  EXPECT_EQ(At("2026-11-04"), Facts::WORKER_COMPETENCE_IN_FORCE);
  EXPECT_EQ(At("2026-11-05"), Facts::WORKER_COMPETENCE_REVOKED);  // At that very instant.
  // An older record does not outlive the revocation; a newer one does.
  v1::Competency older = ACompetency("2026-11-01");
  older.mutable_record()->set_reference("K-0");
  *worker_.add_competencies() = older;
  EXPECT_EQ(At("2026-11-06"), Facts::WORKER_COMPETENCE_REVOKED);
  v1::Competency newer = ACompetency("2026-11-07");
  newer.mutable_record()->set_reference("K-1");
  *worker_.add_competencies() = newer;
  EXPECT_EQ(At("2026-11-07"), Facts::WORKER_COMPETENCE_IN_FORCE);
  v1::Competency failed = ACompetency("2026-11-08");
  failed.mutable_record()->set_reference("K-2");
  failed.mutable_record()->set_result(v1::COMPETENCY_RESULT_NOT_COMPETENT);
  *worker_.add_competencies() = failed;
  EXPECT_EQ(At("2026-11-07"), Facts::WORKER_COMPETENCE_IN_FORCE);
  EXPECT_EQ(At("2026-11-08"), Facts::WORKER_COMPETENCE_NOT_COMPETENT);
}

TEST_F(CompetenceTest, SpecificServesOnePersonAndGenericNoSpecificTask) {
  Shows({"b-4.4", "haz-13", "inv-05"});
  *worker_.add_competencies() = ACompetency("2026-11-02");
  delegation_.set_training_class(v1::TRAINING_CLASS_SPECIFIC);
  EXPECT_EQ(At("2026-11-02"), Facts::WORKER_COMPETENCE_NOT_RECOGNISED);
  v1::Competency& competency = *worker_.mutable_competencies(0);
  competency.mutable_record()->set_training_class(v1::TRAINING_CLASS_SPECIFIC);
  competency.set_person_key("ben");
  EXPECT_EQ(At("2026-11-02"), Facts::WORKER_COMPETENCE_FOR_ANOTHER_PERSON);
  competency.set_person_key("ada");
  EXPECT_EQ(At("2026-11-02"), Facts::WORKER_COMPETENCE_IN_FORCE);
  // Named before the person was known here: by identity.
  competency.clear_person_key();
  *competency.mutable_record()->mutable_for_person() = Person(kAda);
  EXPECT_EQ(At("2026-11-02"), Facts::WORKER_COMPETENCE_IN_FORCE);
  delegation_.set_training_class(v1::TRAINING_CLASS_NONE);
  EXPECT_EQ(At("2026-11-02"), Facts::WORKER_COMPETENCE_NOT_NEEDED);
}

TEST_F(CompetenceTest, OlderThanTheTaskServesThroughTheTransition) {
  Shows({"b-3.5", "haz-12"});
  v1::Competency competency = ACompetency("2022-09-30");
  *worker_.add_competencies() = competency;
  // The catalogue's version changed on 1 October 2022, with no transition.
  EXPECT_EQ(At("2022-09-30"), Facts::WORKER_COMPETENCE_IN_FORCE);
  EXPECT_EQ(At("2022-10-01"), Facts::WORKER_COMPETENCE_TASK_CHANGED);
  worker_.mutable_competencies(0)->mutable_record()->set_assessed_on("2022-10-01");
  EXPECT_EQ(At("2022-10-01"), Facts::WORKER_COMPETENCE_IN_FORCE);
}

TEST_F(CompetenceTest, AVersionOfTheLocalityCountsAsOneOfTheCatalogue) {
  Shows({"b-3.5", "haz-12"});
  *worker_.add_competencies() = ACompetency("2026-11-02");
  v1::TaskVersionState& version = *locality_.add_task_versions();
  version.set_task_code(kTask);
  version.set_version("2026-12");
  version.set_changed_on("2026-12-01");
  version.set_transition_ends_on("2026-12-31");
  EXPECT_EQ(At("2026-12-31"), Facts::WORKER_COMPETENCE_IN_FORCE);
  EXPECT_EQ(At("2027-01-01"), Facts::WORKER_COMPETENCE_TASK_CHANGED);
  v1::CompetencyRecord& record = *worker_.mutable_competencies(0)->mutable_record();
  record.set_task_version("2026-12");  // Taught ahead of the change.
  EXPECT_EQ(At("2027-01-01"), Facts::WORKER_COMPETENCE_IN_FORCE);
  record.set_task_version("2022-10");  // The catalogue's own.
  EXPECT_EQ(At("2027-01-01"), Facts::WORKER_COMPETENCE_TASK_CHANGED);
  record.clear_task_version();
  record.set_assessed_on("2026-12-01");  // On the day of the change itself.
  EXPECT_EQ(At("2027-01-01"), Facts::WORKER_COMPETENCE_IN_FORCE);
  // A second change, without transition, while the first still has one.
  v1::TaskVersionState& next = *locality_.add_task_versions();
  next = version;
  next.set_version("2026-12b");
  next.set_changed_on("2026-12-20");
  next.clear_transition_ends_on();
  EXPECT_EQ(At("2026-12-19"), Facts::WORKER_COMPETENCE_IN_FORCE);
  EXPECT_EQ(At("2026-12-20"), Facts::WORKER_COMPETENCE_TASK_CHANGED);
  next.set_task_code("generic-6-stoma");
  EXPECT_EQ(At("2026-12-20"), Facts::WORKER_COMPETENCE_IN_FORCE) << "another task's";
  // One older than the catalogue's says nothing.
  version.set_changed_on("2022-01-01");
  record.set_assessed_on("2022-10-01");
  EXPECT_EQ(At("2027-01-01"), Facts::WORKER_COMPETENCE_IN_FORCE);
}

TEST(FactsTest, RememberedCompetenceEndsWithItsLastDay) {
  Shows({"haz-12"});
  v1::Assignment assignment;
  assignment.set_competence(Facts::WORKER_COMPETENCE_IN_FORCE);
  assignment.set_competence_until("2026-11-20");
  EXPECT_EQ(CompetenceNow(assignment, Noon("2026-11-20")), Facts::WORKER_COMPETENCE_IN_FORCE);
  EXPECT_EQ(CompetenceNow(assignment, Noon("2026-11-21")), Facts::WORKER_COMPETENCE_EXPIRED);
}

TEST(FactsTest, OverseerFollowsTheFramework) {
  Shows({"b-5.5b", "b-5.5c", "haz-17"});
  World world;
  v1::CareRecord record;
  v1::Envelope envelope = Proposal(kAda, "R");
  envelope.mutable_delegation_proposal()->mutable_mdt()->clear_practice();
  v1::Delegation delegation = ADelegation(envelope);
  EXPECT_EQ(DeriveOverseer(record, delegation, *world.directory).branch,
            Facts::OVERSEER_NONE_DERIVED);
  record.mutable_identity()->set_registered_practice(kPractice);
  EXPECT_EQ(DeriveOverseer(record, delegation, *world.directory).organisation, kPractice);
  delegation.mutable_proposal()->mutable_mdt()->set_practice(kOtherPractice);
  EXPECT_EQ(DeriveOverseer(record, delegation, *world.directory).organisation, kOtherPractice);
  delegation.set_training_class(v1::TRAINING_CLASS_SPECIFIC);
  EXPECT_EQ(DeriveOverseer(record, delegation, *world.directory).branch,
            Facts::OVERSEER_NONE_DERIVED);
  // The delegating health body that names itself, by a registrant, has accepted by name.
  delegation.mutable_proposal()->set_proposed_overseer(kCommunity);
  EXPECT_EQ(DeriveOverseer(record, delegation, *world.directory).branch, Facts::OVERSEER_NAMED);
  delegation.mutable_proposed_by()->set_basis(v1::PRACTITIONER_BASIS_ASSERTED);
  EXPECT_EQ(DeriveOverseer(record, delegation, *world.directory).branch,
            Facts::OVERSEER_NONE_DERIVED);
  v1::Episode& episode = *record.add_episodes();
  episode.set_organisation(kCommunity);
  *episode.mutable_opened_at() = Timestamp(world.now);
  EXPECT_EQ(DeriveOverseer(record, delegation, *world.directory).branch,
            Facts::OVERSEER_NONE_DERIVED);  // A contact on no listed service is no episode.
  episode.set_listed(true);
  EXPECT_EQ(DeriveOverseer(record, delegation, *world.directory).organisation, kCommunity);
}

TEST(FactsTest, SomebodyHealthyDeliversMeanwhile) {
  Shows({"b-7.3", "inv-15"});
  World world;
  v1::CareRecord record;
  v1::DelegationProposal proposal = Proposal(kAda, "R").delegation_proposal();
  const auto interim = [&] {
    return InterimDelivererOf(record, proposal, *world.directory, *world.rulebook);
  };
  proposal.set_delegating(kCouncil);
  EXPECT_EQ(interim().organisation, "RT5");  // The rulebook's cover owner, who must be asked.
  EXPECT_TRUE(interim().needs_cover_order);
  proposal.set_delegating(kPractice);
  EXPECT_EQ(interim().organisation, kPractice);
  EXPECT_FALSE(interim().needs_cover_order);
  proposal.set_interim_deliverer(kProvider);  // No health body: does not count.
  EXPECT_EQ(interim().organisation, kPractice);
  proposal.set_interim_deliverer(kOtherPractice);
  EXPECT_EQ(interim().organisation, kOtherPractice);
}

TEST(FactsTest, ADuplicateIsOneTaskOneSettingOneSlot) {
  Shows({"b-1.7b", "inv-06"});
  v1::CareRecord record;
  v1::Delegation& other = *record.add_delegations();
  other = ADelegation(Proposal(kAda, "OTHER"));
  other.set_delegation_id("D-2");
  v1::Delegation delegation = ADelegation(Proposal(kAda, "R"));
  const absl::Time now = Noon("2026-11-02");
  other.set_state(v1::DELEGATION_STATE_HELD);
  EXPECT_EQ(CompetingOf(record, delegation, now), Facts::COMPETING_DELEGATION_NONE);
  other.set_state(v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(CompetingOf(record, delegation, now), Facts::COMPETING_DELEGATION_LIVE);
  delegation.mutable_proposal()->set_changeover_ends_on("2026-11-02");
  EXPECT_EQ(CompetingOf(record, delegation, now), Facts::COMPETING_DELEGATION_CHANGEOVER);
  delegation.mutable_proposal()->set_changeover_ends_on("2026-11-01");
  EXPECT_EQ(CompetingOf(record, delegation, now), Facts::COMPETING_DELEGATION_LIVE);
  delegation.mutable_proposal()->mutable_task()->set_slot("evening");
  EXPECT_EQ(CompetingOf(record, delegation, now), Facts::COMPETING_DELEGATION_NONE);
  delegation.mutable_proposal()->mutable_task()->set_slot("morning");
  delegation.mutable_proposal()->mutable_task()->set_setting(v1::CARE_SETTING_DAY_CENTRE);
  EXPECT_EQ(CompetingOf(record, delegation, now), Facts::COMPETING_DELEGATION_NONE);
}

TEST(FactsTest, ConsentAndDecisionsNeedTheirRecords) {
  Shows({"b-1.7a", "b-1.7e", "b-5.5a", "ctl-05"});
  World world;
  const v1::CareRecord record;
  v1::Envelope envelope = Proposal(kAda, "R");
  v1::DelegationProposal& proposal = *envelope.mutable_delegation_proposal();
  const auto facts = [&] {
    return DelegationFacts({record, *world.directory, *world.rulebook, world.now},
                           ADelegation(envelope));
  };
  proposal.set_consent(v1::CONSENT_BEST_INTERESTS);
  EXPECT_EQ(facts().consent(), Facts::CONSENT_UNKNOWN);
  proposal.set_consent_record("CAP-1");
  EXPECT_EQ(facts().consent(), Facts::CONSENT_BEST_INTERESTS);
  proposal.set_involvement(v1::INVOLVEMENT_NOT_POSSIBLE);
  EXPECT_EQ(facts().involvement(), Facts::INVOLVEMENT_UNKNOWN);
  proposal.set_not_involved_because("asleep");
  EXPECT_EQ(facts().involvement(), Facts::INVOLVEMENT_NOT_POSSIBLE);
  EXPECT_EQ(facts().mdt_decision(), Facts::MDT_DECISION_AGREED);
  proposal.mutable_mdt()->set_decided_on("2026-11-03");  // Tomorrow.
  EXPECT_EQ(facts().mdt_decision(), Facts::MDT_DECISION_INCOMPLETE);
  proposal.mutable_risk()->clear_record_reference();
  EXPECT_EQ(facts().risk_decision(), Facts::RISK_DECISION_NOT_RECORDED);
  proposal.clear_risk();
  EXPECT_EQ(facts().risk_decision(), Facts::RISK_DECISION_UNKNOWN);
  envelope.mutable_acting_person()->set_basis(v1::PRACTITIONER_BASIS_ASSERTED);
  EXPECT_EQ(facts().practitioner_basis(), Facts::PRACTITIONER_BASIS_ASSERTED);
  envelope.clear_acting_person();
  EXPECT_EQ(facts().practitioner_basis(), Facts::PRACTITIONER_BASIS_NONE_NAMED);
}

}  // namespace
}  // namespace fosse::care
