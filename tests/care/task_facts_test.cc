// What the task itself, its catalogue and whoever vouches for a record say, and what follows.
#include "absl/strings/str_cat.h"
#include "care/facts.h"
#include "care/times.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/care/world.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

using ::testing::Contains;
using ::testing::Not;
using v1::Facts;

constexpr char kRef[] = "R-1";

// Ids of the rules that answered `question` first.
std::vector<std::string> RulesOf(const Sent& sent, v1::Question question) {
  std::vector<std::string> ids;
  for (const v1::Decision& decision : sent.effect.decisions) {
    if (decision.question() != question) continue;
    for (const v1::Finding& finding : decision.findings()) ids.push_back(finding.rule_id());
    return ids;
  }
  return ids;
}

v1::Envelope ProposalOf(const std::string& code) {
  v1::Envelope envelope = Proposal(kAda, kRef);
  envelope.mutable_delegation_proposal()->mutable_task()->mutable_code()->set_code(code);
  return envelope;
}

v1::TaskParticulars& ParticularsOf(v1::Envelope& envelope) {
  return *envelope.mutable_delegation_proposal()->mutable_task()->mutable_particulars();
}

// One to one in giving insulin to Ada, by a nurse who knows the task.
v1::Envelope Insulin(const std::string& sender, absl::Time on) {
  v1::Envelope envelope = Checked(kWorker, "K-1", on);
  v1::CompetencyRecord& record = *envelope.mutable_competency_record();
  record.mutable_task()->set_code("insulin");
  record.set_training_class(v1::TRAINING_CLASS_SPECIFIC);
  record.set_mode(v1::TRAINING_MODE_ONE_TO_ONE);
  *record.mutable_for_person() = Person(kAda);
  record.set_assessor_competent_in_task(v1::ANSWER_YES);
  *record.mutable_assessor() = Nurse(kCommunity);
  envelope.set_sender(sender);
  *envelope.mutable_acting_person() = From(sender, "").acting_person();
  return envelope;
}

class TaskFactsTest : public ::testing::Test {
 protected:
  TaskFactsTest() { world_.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world_.now)); }

  Facts::AssessorVoucher VoucherOf(const v1::Envelope& envelope) const {
    return RecognitionFacts(envelope.competency_record(), envelope, *world_.directory,
                            *world_.rulebook, {}, world_.now)
        .assessor_voucher();
  }
  Facts FactsOf(const v1::DelegatedTask& task) const {
    Facts facts;
    AddTaskFacts(*world_.rulebook, task, facts);
    return facts;
  }
  const v1::Delegation& task() const { return world_.delegation(kAda, kRef); }
  v1::Outcome Propose(const v1::Envelope& envelope) {
    return world_.Must(envelope).OutcomeOf(v1::QUESTION_PROPOSE);
  }

  World world_;
};

TEST_F(TaskFactsTest, OnlyTheAssessorOrABodyThatAnswersVouches) {
  Shows({"b-4.6", "ctl-05", "haz-11"});
  v1::Envelope envelope = Insulin(kProvider, world_.now);
  EXPECT_EQ(VoucherOf(envelope), Facts::ASSESSOR_VOUCHER_OTHER) << "a clerk who writes of a nurse";
  *envelope.mutable_acting_person()->mutable_practitioner() = Nurse(kProvider);
  EXPECT_EQ(VoucherOf(envelope), Facts::ASSESSOR_VOUCHER_ASSESSOR);
  envelope.mutable_acting_person()->set_basis(v1::PRACTITIONER_BASIS_AUTHENTICATED);
  EXPECT_EQ(VoucherOf(envelope), Facts::ASSESSOR_VOUCHER_ASSESSOR);
  envelope.mutable_acting_person()->set_basis(v1::PRACTITIONER_BASIS_ASSERTED);
  EXPECT_EQ(VoucherOf(envelope), Facts::ASSESSOR_VOUCHER_OTHER) << "nobody vouches for who acts";
  envelope.mutable_acting_person()->set_basis(v1::PRACTITIONER_BASIS_ATTESTED);
  envelope.mutable_acting_person()->mutable_practitioner()->set_register_(v1::REGISTER_HCPC);
  EXPECT_EQ(VoucherOf(envelope), Facts::ASSESSOR_VOUCHER_OTHER) << "the number of another register";
  envelope.mutable_competency_record()->mutable_assessor()->clear_identifier();
  EXPECT_EQ(VoucherOf(envelope), Facts::ASSESSOR_VOUCHER_UNKNOWN) << "nobody is named";
  for (const char* const body : {kCommunity, kTraining}) {
    EXPECT_EQ(VoucherOf(Insulin(body, world_.now)), Facts::ASSESSOR_VOUCHER_HEALTH_BODY) << body;
  }
  EXPECT_EQ(VoucherOf(Insulin(kCouncil, world_.now)), Facts::ASSESSOR_VOUCHER_OTHER);
}

TEST_F(TaskFactsTest, AProvidersClerkMakesNobodyCompetent) {
  Shows({"b-4.6", "haz-11", "haz-13"});
  const auto recognised = [this](const v1::Envelope& envelope) {
    return world_.Must(envelope).OutcomeOf(v1::QUESTION_RECOGNISE_COMPETENCE);
  };
  v1::Envelope by_clerk = Insulin(kProvider, world_.now);
  EXPECT_EQ(recognised(by_clerk), v1::OUTCOME_HOLD);
  v1::Envelope unstated = Insulin(kCommunity, world_.now);
  unstated.mutable_competency_record()->clear_assessor_competent_in_task();
  EXPECT_EQ(recognised(unstated), v1::OUTCOME_HOLD) << "occupation not stated";
  v1::Envelope by_assessor = Insulin(kProvider, world_.now);
  *by_assessor.mutable_acting_person()->mutable_practitioner() = Nurse(kProvider);
  EXPECT_EQ(recognised(by_assessor), v1::OUTCOME_PERMIT);
}

TEST_F(TaskFactsTest, WhatIsNoCreamIsAskedForNoStrength) {
  Shows({"b-4.5", "b-5.5"});
  v1::DelegatedTask task;
  const auto strength = [&](const char* code) {
    task.mutable_code()->set_code(code);
    return FactsOf(task).cream_strength();
  };
  EXPECT_EQ(strength("mild-cream"), Facts::CREAM_STRENGTH_UNKNOWN);
  EXPECT_EQ(strength("generic-1-steroid-cream"), Facts::CREAM_STRENGTH_UNKNOWN);
  EXPECT_EQ(strength("in-no-catalogue"), Facts::CREAM_STRENGTH_UNKNOWN);
  EXPECT_EQ(strength("medication-prompt"), Facts::CREAM_STRENGTH_NOT_A_CREAM);
  EXPECT_EQ(strength(kTask), Facts::CREAM_STRENGTH_NOT_A_CREAM);
  // What is stated counts, whatever the task is listed as.
  task.mutable_particulars()->set_cream_strength_percent_x100(101);
  EXPECT_EQ(strength("medication-prompt"), Facts::CREAM_STRENGTH_ABOVE_ONE_PERCENT);
}

TEST_F(TaskFactsTest, AMildCreamSaysHowStrongItIs) {
  Shows({"b-5.5", "b-5.5b", "haz-25"});
  v1::Envelope envelope = ProposalOf("mild-cream");
  EXPECT_EQ(Propose(envelope), v1::OUTCOME_HOLD) << "neither strength nor potency";
  ParticularsOf(envelope).set_cream_potency(v1::CREAM_POTENCY_MILD);
  EXPECT_EQ(Propose(envelope), v1::OUTCOME_HOLD) << "no strength";
  ParticularsOf(envelope).set_cream_strength_percent_x100(100);
  ParticularsOf(envelope).clear_cream_potency();
  EXPECT_EQ(Propose(envelope), v1::OUTCOME_HOLD) << "no potency";
  ParticularsOf(envelope).set_cream_potency(v1::CREAM_POTENCY_MILD);
  EXPECT_EQ(Propose(envelope), v1::OUTCOME_PERMIT);
  envelope = ProposalOf("mild-cream");
  envelope.mutable_delegation_proposal()->set_reference("R-2");
  envelope.mutable_delegation_proposal()->mutable_task()->set_slot("evening");
  ParticularsOf(envelope).set_cream_potency(v1::CREAM_POTENCY_VERY_POTENT);
  EXPECT_EQ(Propose(envelope), v1::OUTCOME_REFER) << "more than mild, strength not stated";
}

TEST_F(TaskFactsTest, ATaskInNoCatalogueNeedsACliniciansWord) {
  Shows({"b-1.8", "b-3.3", "haz-10"});
  v1::Envelope envelope = ProposalOf("in-no-catalogue");
  Sent sent = world_.Must(envelope);
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_HOLD);
  EXPECT_THAT(RulesOf(sent, v1::QUESTION_PROPOSE), Contains("propose-restriction-unknown"));
  ParticularsOf(envelope).set_clinician_class(v1::CLINICIAN_CLASS_MAY_DELEGATE);
  EXPECT_EQ(Propose(envelope), v1::OUTCOME_PERMIT);
  EXPECT_EQ(FactsOf(envelope.delegation_proposal().task()).task_restriction(),
            Facts::TASK_RESTRICTION_NONE);
  ParticularsOf(envelope).set_clinician_class(v1::CLINICIAN_CLASS_NURSE_ONLY);
  envelope.mutable_delegation_proposal()->set_reference("R-2");
  envelope.mutable_delegation_proposal()->mutable_task()->set_slot("evening");
  EXPECT_EQ(Propose(envelope), v1::OUTCOME_DENY);
}

// The forum decided, a clinician spoke, the training is stated: nothing holds it for ever.
TEST_F(TaskFactsTest, WhatTheForumAllowsOfNoCatalogueIsProposed) {
  Shows({"b-7.1", "b-1.8"});
  v1::Envelope envelope = ProposalOf("in-no-catalogue");
  ParticularsOf(envelope).set_clinician_class(v1::CLINICIAN_CLASS_MAY_DELEGATE);
  envelope.mutable_delegation_proposal()->mutable_mdt()->set_outcome(v1::MDT_OUTCOME_NO_CONSENSUS);
  EXPECT_EQ(Propose(envelope), v1::OUTCOME_REFER);
  v1::Envelope referral = From(kCommunity, kAda);
  referral.mutable_shared_care_referral()->set_reference("SC-1");
  referral.mutable_shared_care_referral()->mutable_delegation()->set_reference(kRef);
  referral.mutable_shared_care_referral()->set_reason("no consensus");
  world_.Must(referral);
  v1::Envelope decision = From(kSharedCare, kAda);
  decision.mutable_panel_decision()->set_referral_reference("SC-1");
  decision.mutable_panel_decision()->set_decided_on(DayOf(world_.now));
  decision.mutable_panel_decision()->set_may_be_delegated(v1::ANSWER_YES);
  EXPECT_EQ(world_.Must(decision).OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_PERMIT);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
}

// What breaks a limit of the seven is lifted by the team that asks for specific training.
TEST_F(TaskFactsTest, WhereTheTeamAsksForSpecificTrainingTheTaskIsSpecific) {
  Shows({"b-4.4", "b-4.5", "b-1.8"});
  v1::Envelope envelope = ProposalOf("generic-2-eye-ear-drops");
  ParticularsOf(envelope).set_operation_phase(v1::OPERATION_PHASE_PRE_OR_POST_OPERATIVE);
  v1::MdtDecision& mdt = *envelope.mutable_delegation_proposal()->mutable_mdt();
  Sent sent = world_.Must(envelope);
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_REFER);
  EXPECT_FALSE(sent.HasNotice("TASK_TAKEN_AS_SPECIFIC"));
  mdt.set_training_class(v1::TRAINING_CLASS_SPECIFIC);
  mdt.clear_members();
  EXPECT_EQ(Propose(envelope), v1::OUTCOME_REFER) << "the team's decision is not complete";
  EXPECT_EQ(task().training_class(), v1::TRAINING_CLASS_GENERIC);
  mdt.add_members("community nurse");
  sent = world_.Must(envelope);
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_PERMIT);
  EXPECT_TRUE(sent.HasNotice("TASK_TAKEN_AS_SPECIFIC"));
  EXPECT_EQ(task().training_class(), v1::TRAINING_CLASS_SPECIFIC);
  const Facts facts = DelegationFacts(
      {world_.person(kAda), *world_.directory, *world_.rulebook, world_.now}, task());
  EXPECT_EQ(facts.task_listing(), Facts::TASK_LISTING_SPECIFIC);
  EXPECT_EQ(facts.generic_task(), Facts::GENERIC_TASK_NONE);
}

// Generic training in the task serves nobody where the team asked for specific training.
TEST_F(TaskFactsTest, GenericTrainingDoesNotReachATaskMadeSpecific) {
  Shows({"b-4.4", "haz-13"});
  v1::Envelope envelope = ProposalOf(kTask);
  envelope.mutable_delegation_proposal()->mutable_mdt()->set_training_class(
      v1::TRAINING_CLASS_SPECIFIC);
  ASSERT_EQ(Propose(envelope), v1::OUTCOME_PERMIT);
  world_.Must(Accepted(kAda, kRef));
  world_.Must(Checked(kWorker, "K-1", world_.now));
  EXPECT_EQ(world_.Must(Assigned(kAda, kRef, kWorker)).OutcomeOf(v1::QUESTION_ASSIGN),
            v1::OUTCOME_HOLD);
}

v1::Envelope AdHocDrops(v1::OperationPhase phase, absl::Time at) {
  v1::Envelope envelope = Performed(kAda, "", kWorker, at);
  v1::TaskPerformed& performed = *envelope.mutable_task_performed();
  performed.clear_delegation();
  performed.set_ad_hoc(true);
  performed.mutable_task()->mutable_code()->set_code("generic-2-eye-ear-drops");
  performed.mutable_task()->mutable_particulars()->set_operation_phase(phase);
  performed.mutable_task()->mutable_particulars()->set_excluded_for_person(v1::ANSWER_NO);
  return envelope;
}

TEST_F(TaskFactsTest, AdHocCareKeepsWithinTheLimits) {
  Shows({"b-4.5", "b-1.7c", "inv-05"});
  v1::Envelope check = Checked(kWorker, "K-1", world_.now);
  check.mutable_competency_record()->mutable_task()->set_code("generic-2-eye-ear-drops");
  world_.Must(check);
  const auto counts = [this] {
    const auto& performances = world_.person(kAda).performances();
    return performances.Get(performances.size() - 1).counts();
  };
  Sent sent = world_.Must(AdHocDrops(v1::OPERATION_PHASE_NOT_OPERATIVE, world_.now));
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_PERFORM), v1::OUTCOME_PERMIT);
  EXPECT_TRUE(counts());
  EXPECT_THAT(RulesOf(sent, v1::QUESTION_PERFORM),
              Not(Contains("perform-ad-hoc-task-2-phase-not-stated")));
  sent = world_.Must(AdHocDrops(v1::OPERATION_PHASE_UNSPECIFIED, world_.now));
  EXPECT_TRUE(counts()) << "a limit that nobody states is asked for";
  EXPECT_THAT(RulesOf(sent, v1::QUESTION_PERFORM),
              Contains("perform-ad-hoc-task-2-phase-not-stated"));
  sent = world_.Must(AdHocDrops(v1::OPERATION_PHASE_PRE_OR_POST_OPERATIVE, world_.now));
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_PERFORM), v1::OUTCOME_HOLD);
  EXPECT_FALSE(counts()) << "kept, outside delegation";
  EXPECT_TRUE(sent.HasNotice("OUTSIDE_DELEGATION"));
}

// The worker is what a delegator objects to: another one mends it.
TEST_F(TaskFactsTest, AnObjectionIsToTheWorkerAlone) {
  Shows({"b-5.3", "b-7.3"});
  v1::Delegation delegation;
  delegation.set_state(v1::DELEGATION_STATE_AT_RISK);
  delegation.add_missing_rules("continue-delegator-objects");
  const auto cause = [&] {
    return DelegationFacts({world_.person(kAda), *world_.directory, *world_.rulebook, world_.now},
                           delegation)
        .at_risk_cause();
  };
  EXPECT_EQ(cause(), Facts::AT_RISK_CAUSE_WORKER);
  delegation.add_missing_rules("continue-no-overseer");
  EXPECT_EQ(cause(), Facts::AT_RISK_CAUSE_OTHER);
}

TEST_F(TaskFactsTest, OnlyJointlyFundedDisputesGoTheirOwnWay) {
  Shows({"b-7.2"});
  Bring(world_, kAda, kRef, v1::DELEGATION_STATE_ACTIVE);
  v1::Rulebook document = world_.rulebook->document();
  for (v1::RouteOwner& owner : *document.mutable_routes()) {
    if (owner.route() == v1::ROUTE_DISPUTE_RESOLUTION) owner.set_organisation(kBoard);
  }
  auto loaded = policy::Rulebook::Create(document.DebugString());
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  world_.rulebook = *std::move(loaded);
  v1::Envelope dispute = From(kCouncil, kAda);
  dispute.mutable_dispute_raised()->set_reference("DIS-1");
  dispute.mutable_dispute_raised()->mutable_delegation()->set_reference(kRef);
  dispute.mutable_dispute_raised()->set_summary("who pays");
  Sent sent = world_.Must(dispute);
  EXPECT_EQ(sent.Count(kCommissioner, v1::DELIVERY_KIND_REFERRAL), 1);
  EXPECT_FALSE(sent.Told(kBoard));
  EXPECT_FALSE(sent.Told(kSharedCare));
  dispute.mutable_dispute_raised()->set_jointly_funded(true);
  sent = world_.Must(dispute);
  EXPECT_EQ(sent.Count(kBoard, v1::DELIVERY_KIND_REFERRAL), 1);
  EXPECT_EQ(sent.Count(kCommissioner, v1::DELIVERY_KIND_REFERRAL), 0);
}

}  // namespace
}  // namespace fosse::care
