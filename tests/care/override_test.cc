// Clinical override (CTL-07), and what the Shared Care forum, a sign-off and a dispute do to later
// answers.
#include <string>

#include "care/facts.h"
#include "care/times.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/care/world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::care {
namespace {

using v1::Facts;

constexpr char kRef[] = "REF-1";

class OverrideTest : public ::testing::Test {
 protected:
  OverrideTest() { world_.Must(Episode(kAda, v1::EPISODE_CHANGE_KIND_OPENED, world_.now)); }

  const v1::Delegation& task() { return world_.delegation(kAda, kRef); }

  // A proposal that the team has still to decide.
  v1::Envelope Pending() {
    v1::Envelope proposal = Proposal(kAda, kRef);
    proposal.mutable_delegation_proposal()->mutable_mdt()->set_outcome(v1::MDT_OUTCOME_PENDING);
    return proposal;
  }

  v1::Envelope Over(std::initializer_list<const char*> rules, const std::string& until) {
    v1::Envelope envelope = From(kCommunity, kAda);
    v1::ClinicalOverride& override_by = *envelope.mutable_clinical_override();
    override_by.mutable_delegation()->set_reference(kRef);
    for (const char* rule : rules) override_by.add_rule_ids(rule);
    override_by.set_reason("the person goes home today");
    override_by.set_until(until);
    return envelope;
  }

  v1::Outcome Ask(const v1::Envelope& envelope) {
    return world_.Must(envelope).OutcomeOf(v1::QUESTION_OVERRIDE);
  }

  std::string InDays(int days) { return DayOf(world_.now + absl::Hours(24) * days); }

  World world_;
};

TEST_F(OverrideTest, LetsAHoldPassUntilTheTeamMeets) {
  Shows({"ctl-07", "haz-24"});
  EXPECT_EQ(world_.Must(Pending()).OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_HOLD);
  const Sent sent = world_.Must(Over({"propose-mdt-pending"}, InDays(7)));
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_OVERRIDE), v1::OUTCOME_PERMIT);
  EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_PERMIT);
  EXPECT_TRUE(sent.HasNotice("OVERRIDE_RECORDED"));
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
  ASSERT_EQ(task().overrides_size(), 1);
  // It starts nothing that no rulebook can waive: the team still has to decide (INV-03).
  world_.Must(Accepted(kAda, kRef));
  world_.Must(Checked(kWorker, "K-1", world_.now));
  EXPECT_EQ(world_.Must(Assigned(kAda, kRef, kWorker)).OutcomeOf(v1::QUESTION_ACTIVATE),
            v1::OUTCOME_HOLD);
}

TEST_F(OverrideTest, OfATaskThatIsOverIsRefusedAndToldToNobody) {
  Shows({"ctl-07"});
  world_.Must(Pending());
  world_.Must(Change(kCommunity, kAda, kRef, v1::DELEGATION_CHANGE_KIND_END, v1::ANSWER_NO));
  ASSERT_EQ(task().state(), v1::DELEGATION_STATE_ENDED);
  const size_t mail = world_.mail.size();
  EXPECT_THAT(world_.Send(Over({"propose-mdt-pending"}, InDays(7))), FailsWith("STATE_CONFLICT"));
  EXPECT_EQ(task().overrides_size(), 0);
  EXPECT_EQ(world_.mail.size(), mail);
}

TEST_F(OverrideTest, IsAFactOfLaterQuestionsUntilItsLastDay) {
  Shows({"ctl-07"});
  world_.Must(Pending());
  world_.Must(Over({"propose-mdt-pending"}, InDays(1)));
  const auto cover = [&] {
    const Facts facts = DelegationFacts(
        {world_.person(kAda), *world_.directory, *world_.rulebook, world_.now}, task());
    return OverrideCoverOf(*world_.rulebook, v1::QUESTION_PROPOSE, task(), world_.now, facts);
  };
  EXPECT_EQ(cover(), Facts::OVERRIDE_COVER_COVERED);
  world_.now += absl::Hours(24);
  EXPECT_EQ(cover(), Facts::OVERRIDE_COVER_COVERED) << "on the day of the meeting";
  world_.now += absl::Hours(24);
  EXPECT_EQ(cover(), Facts::OVERRIDE_COVER_NOT_COVERED) << "the day after";
}

TEST_F(OverrideTest, CoversNothingWhereItLeavesARuleOut) {
  Shows({"ctl-07"});
  v1::Envelope proposal = Pending();
  proposal.mutable_delegation_proposal()->mutable_plan()->clear_clinical_reviewer();
  world_.Must(proposal);
  EXPECT_EQ(world_.Must(Over({"propose-mdt-pending"}, InDays(7))).OutcomeOf(v1::QUESTION_PROPOSE),
            v1::OUTCOME_HOLD);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_HELD);
  // The second adds to the first.
  EXPECT_EQ(world_.Must(Over({"propose-plan-names-no-reviewer"}, InDays(7)))
                .OutcomeOf(v1::QUESTION_PROPOSE),
            v1::OUTCOME_PERMIT);
}

TEST_F(OverrideTest, HasLimitsThatAreRules) {
  Shows({"ctl-07", "b-3.3"});
  world_.Must(Pending());
  EXPECT_EQ(Ask(Over({"propose-nurse-only"}, InDays(7))), v1::OUTCOME_DENY) << "never a denial";
  EXPECT_EQ(Ask(Over({"propose-dressing-not-classed"}, InDays(7))), v1::OUTCOME_DENY);
  EXPECT_EQ(Ask(Over({"propose-no-overseer-derived"}, InDays(7))), v1::OUTCOME_DENY);
  EXPECT_EQ(Ask(Over({"propose-consent-missing"}, InDays(7))), v1::OUTCOME_DENY);
  EXPECT_EQ(Ask(Over({"no-such-rule"}, InDays(7))), v1::OUTCOME_HOLD);
  EXPECT_EQ(Ask(Over({"propose-mdt-pending"}, InDays(-1))), v1::OUTCOME_HOLD) << "past";
  EXPECT_EQ(Ask(Over({"propose-mdt-pending"}, InDays(15))), v1::OUTCOME_HOLD) << "too far";
  v1::Envelope unregistered = Over({"propose-mdt-pending"}, InDays(7));
  unregistered.mutable_acting_person()->mutable_practitioner()->set_register_(v1::REGISTER_LOCAL);
  EXPECT_EQ(Ask(unregistered), v1::OUTCOME_DENY);
  v1::Envelope asserted = Over({"propose-mdt-pending"}, InDays(7));
  asserted.mutable_acting_person()->set_basis(v1::PRACTITIONER_BASIS_ASSERTED);
  EXPECT_EQ(Ask(asserted), v1::OUTCOME_HOLD);
  EXPECT_EQ(task().overrides_size(), 0) << "none of them is kept";
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_HELD);
  EXPECT_EQ(Ask(Over({"propose-mdt-pending"}, InDays(14))), v1::OUTCOME_PERMIT) << "just in time";
}

TEST_F(OverrideTest, IsGoneWithTheProposalItWasAbout) {
  Shows({"ctl-07"});
  world_.Must(Pending());
  world_.Must(Over({"propose-mdt-incomplete"}, InDays(7)));
  ASSERT_EQ(task().overrides_size(), 1);
  world_.Must(Pending());
  EXPECT_EQ(task().overrides_size(), 0);
}

TEST_F(OverrideTest, TheForumDecidesInTheTeamsPlace) {
  Shows({"b-7.1"});
  v1::Envelope proposal = Proposal(kAda, kRef);
  proposal.mutable_delegation_proposal()->mutable_mdt()->set_outcome(v1::MDT_OUTCOME_NO_CONSENSUS);
  EXPECT_EQ(world_.Must(proposal).OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_REFER);
  v1::Envelope referral = From(kCommunity, kAda);
  referral.mutable_shared_care_referral()->set_reference("SC-1");
  referral.mutable_shared_care_referral()->mutable_delegation()->set_reference(kRef);
  referral.mutable_shared_care_referral()->set_reason("no consensus");
  world_.Must(referral);
  v1::Envelope other = From(kSharedCare, kAda);
  other.mutable_panel_decision()->set_referral_reference("SC-2");
  other.mutable_panel_decision()->set_decided_on(DayOf(world_.now));
  other.mutable_panel_decision()->set_may_be_delegated(v1::ANSWER_YES);
  world_.Must(other);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_REFERRED) << "that was another case";
  v1::Envelope decided = other;
  decided.mutable_panel_decision()->set_referral_reference("SC-1");
  EXPECT_EQ(world_.Must(decided).OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_PERMIT);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_PROPOSED);
}

TEST_F(OverrideTest, WhatTheForumKeepsWithHealthIsNotHandedOver) {
  Shows({"b-7.1"});
  v1::Envelope proposal = Proposal(kAda, kRef);
  proposal.mutable_delegation_proposal()->mutable_mdt()->set_outcome(v1::MDT_OUTCOME_NO_CONSENSUS);
  world_.Must(proposal);
  v1::Envelope referral = From(kCommunity, kAda);
  referral.mutable_shared_care_referral()->set_reference("SC-1");
  referral.mutable_shared_care_referral()->mutable_delegation()->set_reference(kRef);
  referral.mutable_shared_care_referral()->set_reason("no consensus");
  world_.Must(referral);
  v1::Envelope decided = From(kSharedCare, kAda);
  decided.mutable_panel_decision()->set_referral_reference("SC-1");
  decided.mutable_panel_decision()->set_decided_on(DayOf(world_.now));
  decided.mutable_panel_decision()->set_may_be_delegated(v1::ANSWER_NO);
  EXPECT_EQ(world_.Must(decided).OutcomeOf(v1::QUESTION_PROPOSE), v1::OUTCOME_DENY);
  EXPECT_EQ(task().state(), v1::DELEGATION_STATE_DECLINED);
}

TEST_F(OverrideTest, AdHocCareThatHasBecomeRegularIsTold) {
  Shows({"b-1.7c"});
  world_.Must(Checked(kWorker, "K-1", world_.now));
  const auto report = [&] {
    v1::Envelope envelope = Performed(kAda, kRef, kWorker, world_.now);
    envelope.mutable_task_performed()->clear_delegation();
    envelope.mutable_task_performed()->set_ad_hoc(true);
    *envelope.mutable_task_performed()->mutable_task() =
        Proposal(kAda, kRef).delegation_proposal().task();
    const Sent sent = world_.Must(envelope);
    EXPECT_EQ(sent.OutcomeOf(v1::QUESTION_PERFORM), v1::OUTCOME_PERMIT);
    return sent.effect.recorded.at(0).facts().ad_hoc_frequency();
  };
  EXPECT_EQ(report(), Facts::AD_HOC_FREQUENCY_OCCASIONAL);
  EXPECT_EQ(report(), Facts::AD_HOC_FREQUENCY_OCCASIONAL);
  EXPECT_EQ(report(), Facts::AD_HOC_FREQUENCY_REGULAR) << "the third within 28 days";
  world_.now += absl::Hours(24 * 29);
  EXPECT_EQ(report(), Facts::AD_HOC_FREQUENCY_OCCASIONAL);
}

TEST_F(OverrideTest, ATrainerFromElsewhereCountsWithASignOffInForce) {
  Shows({"hwb25-11"});
  v1::Envelope envelope = Checked(kWorker, "K-1", world_.now);
  v1::CompetencyRecord& record = *envelope.mutable_competency_record();
  *record.mutable_assessor() = Nurse(kProvider);
  const auto organisation = [&] {
    return RecognitionFacts(record, envelope, *world_.directory, *world_.rulebook, {}, world_.now)
        .assessor_organisation();
  };
  EXPECT_EQ(organisation(), Facts::ASSESSOR_ORGANISATION_OTHER);
  v1::TrainerSignOff& sign_off = *record.mutable_sign_off();
  *sign_off.mutable_trainer() = Nurse(kProvider);
  sign_off.set_organisation(kProvider);
  *sign_off.add_tasks() = record.task();
  sign_off.set_valid_from(record.assessed_on());
  sign_off.set_valid_until(record.assessed_on());
  *sign_off.mutable_observed_by() = Nurse(kTraining);
  EXPECT_EQ(organisation(), Facts::ASSESSOR_ORGANISATION_SIGNED_OFF) << "on its only day";
  sign_off.set_valid_until("2026-01-01");
  EXPECT_EQ(organisation(), Facts::ASSESSOR_ORGANISATION_OTHER) << "no longer in force";
  sign_off.set_valid_until(record.assessed_on());
  sign_off.mutable_tasks(0)->set_code("generic-6-stoma");
  EXPECT_EQ(organisation(), Facts::ASSESSOR_ORGANISATION_OTHER) << "for another task";
  *sign_off.mutable_tasks(0) = record.task();
  sign_off.mutable_trainer()->set_identifier("98B7654E");
  EXPECT_EQ(organisation(), Facts::ASSESSOR_ORGANISATION_OTHER) << "of another trainer";
  *sign_off.mutable_trainer() = Nurse(kProvider);
  sign_off.mutable_observed_by()->set_organisation(kProvider);
  EXPECT_EQ(organisation(), Facts::ASSESSOR_ORGANISATION_OTHER) << "nobody signs off themselves";
  *sign_off.mutable_observed_by() = Nurse(kTraining);
  sign_off.set_withdrawn(true);
  EXPECT_EQ(organisation(), Facts::ASSESSOR_ORGANISATION_OTHER);
  sign_off.set_withdrawn(false);
  envelope.set_sender(kProvider);
  EXPECT_EQ(organisation(), Facts::ASSESSOR_ORGANISATION_OTHER) << "its own word does not count";
}

TEST_F(OverrideTest, BothTestsOfTheCareActNeedANameToAYes) {
  Shows({"hwb21-22"});
  v1::Envelope envelope = Proposal(kAda, kRef);
  v1::CareActTests& tests = *envelope.mutable_delegation_proposal()->mutable_care_act();
  const auto facts = [&] {
    v1::Delegation delegation;
    *delegation.mutable_proposal() = envelope.delegation_proposal();
    Facts found;
    AddCaseFacts({world_.person(kAda), *world_.directory, *world_.rulebook, world_.now}, delegation,
                 found);
    return found;
  };
  tests.set_incidental_or_ancillary(v1::ANSWER_YES);
  tests.set_nature_expected(v1::ANSWER_NO);
  EXPECT_EQ(facts().care_act_ancillary(), Facts::CARE_ACT_ANCILLARY_UNKNOWN);
  EXPECT_EQ(facts().care_act_nature(), Facts::CARE_ACT_NATURE_NOT_MET);
  tests.set_answered_by("head of service");
  EXPECT_EQ(facts().care_act_ancillary(), Facts::CARE_ACT_ANCILLARY_MET);
}

}  // namespace
}  // namespace fosse::care
