// The rulebook of Leicester, Leicestershire and Rutland as a whole. Its clauses are in
// llr_clauses_test.cc.
#include <initializer_list>
#include <map>
#include <random>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/check.h"
#include "policy/decide.h"
#include "policy/explain.h"
#include "tests/policy/llr.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::policy {
namespace {

using ::testing::IsEmpty;
using F = v1::Facts;

TEST(LlrRulebookTest, Loads) {
  EXPECT_THAT(
      Rulebook::Create(SourceFile("policy/rulebooks/llr/2022-10-01/rulebook.txtpb")).status(),
      IsOk());
  EXPECT_EQ(Llr().document().id(), "llr/2022-10-01");
  EXPECT_EQ(Llr().document().locality(), "QK1");
}

// Every row holds, every rule is matched by some row and not by all, every value is asked.
TEST(LlrRulebookTest, ItsSuiteHolds) { EXPECT_THAT(CheckSuite(Llr(), LlrSuite()), IsEmpty()); }

TEST(LlrRulebookTest, EveryQuestionIsPermittedWhenAllIsInOrder) {
  for (int n = 1; n <= v1::Question_MAX; ++n) {
    const v1::Question question = static_cast<v1::Question>(n);
    EXPECT_EQ(Decide(Llr(), question, BaseOf(question)).outcome, v1::OUTCOME_PERMIT)
        << v1::Question_Name(question);
  }
}

TEST(LlrRulebookTest, NothingKnownIsNeverPermittedNorDenied) {
  Shows({"haz-24"});
  for (int n = 1; n <= v1::Question_MAX; ++n) {
    const Verdict verdict = Decide(Llr(), static_cast<v1::Question>(n), v1::Facts());
    EXPECT_EQ(verdict.outcome, v1::OUTCOME_HOLD) << v1::Question_Name(static_cast<v1::Question>(n));
  }
}

TEST(LlrRulebookTest, RuleIdsBeginWithTheirQuestion) {
  const std::map<v1::Question, std::string> prefixes = {
      {v1::QUESTION_PROPOSE, "propose-"},     {v1::QUESTION_RESPOND, "respond-"},
      {v1::QUESTION_ASSIGN, "assign-"},       {v1::QUESTION_RECOGNISE_COMPETENCE, "competence-"},
      {v1::QUESTION_ACTIVATE, "activate-"},   {v1::QUESTION_PERFORM, "perform-"},
      {v1::QUESTION_CONTINUE, "continue-"},   {v1::QUESTION_OFFER_OVERSIGHT, "offer-"},
      {v1::QUESTION_TAKE_OVERSIGHT, "take-"}, {v1::QUESTION_OVERRIDE, "override-"}};
  for (const v1::Rule& rule : Llr().document().rules()) {
    EXPECT_TRUE(absl::StartsWith(rule.id(), prefixes.at(rule.question()))) << rule.id();
  }
}

TEST(LlrRulebookTest, TheDocumentNamesEveryRule) {
  const std::string document = SourceFile("docs/rules.md");
  for (const v1::Rule& rule : Llr().document().rules()) {
    EXPECT_TRUE(absl::StrContains(document, absl::StrCat("`", rule.id(), "`"))) << rule.id();
  }
}

TEST(LlrRulebookTest, TheCatalogueHoldsTheSevenGenericTasksOnce) {
  Shows({"b-4.5"});
  std::set<int> generic;
  for (const v1::CatalogueTask& task : Llr().document().catalogue()) {
    if (task.generic_task() == F::GENERIC_TASK_NONE) continue;
    EXPECT_TRUE(generic.insert(task.generic_task()).second) << task.code();
    // TASK_1 has the number 2: the code carries the number of the task itself.
    EXPECT_TRUE(
        absl::StartsWith(task.code(), absl::StrCat("generic-", task.generic_task() - 1, "-")))
        << task.code();
  }
  EXPECT_EQ(generic.size(), 7);
}

TEST(LlrRulebookTest, TheCatalogueReservesWhatTheFrameworkReserves) {
  Shows({"b-3.3", "haz-10"});
  std::set<std::string> reserved;
  for (const v1::CatalogueTask& task : Llr().document().catalogue()) {
    if (task.restriction() == F::TASK_RESTRICTION_REGISTERED_NURSE_ONLY) {
      reserved.insert(task.code());
    }
  }
  EXPECT_EQ(reserved, (std::set<std::string>{"indwelling-catheter", "iv-drugs", "syringe-driver"}));
  // "Some complex dressings": which, a clinician says with each proposal.
  EXPECT_EQ(Llr().FindTask("wound-dressing")->restriction(),
            F::TASK_RESTRICTION_DRESSING_NOT_CLASSED);
}

TEST(LlrRulebookTest, OneSnomedCodeIsMapped) {
  v1::Code code;
  code.set_system("http://snomed.info/sct");
  code.set_code("182531007");
  ASSERT_NE(Llr().FindTask(code), nullptr);
  EXPECT_EQ(Llr().FindTask(code)->code(), "wound-dressing");
  code.set_code("182531008");
  EXPECT_EQ(Llr().FindTask(code), nullptr);
}

TEST(LlrRulebookTest, EveryDeadlineAndEveryRouteIsSet) {
  std::set<int> kinds, routes;
  for (const v1::Deadline& deadline : Llr().document().deadlines()) kinds.insert(deadline.kind());
  for (const v1::RouteOwner& owner : Llr().document().routes()) routes.insert(owner.route());
  // All but the one that states none, and the end of an override, which has a day of its own.
  EXPECT_EQ(kinds.size(), static_cast<size_t>(v1::TimerKind_descriptor()->value_count() - 2));
  EXPECT_EQ(kinds.count(v1::TIMER_KIND_OVERRIDE_ENDS), 0u);
  EXPECT_EQ(routes.size(), v1::Route_MAX);
  EXPECT_EQ(Llr().OwnerOf(v1::ROUTE_TRAINING_PROVIDER), "RT5-TRAINING");
  EXPECT_EQ(Llr().OwnerOf(v1::ROUTE_RULEBOOK_OWNER), "QK1-IPCB");
  EXPECT_EQ(Llr().OwnerOf(v1::ROUTE_MDT), "") << "the delegating organisation's team";
}

bool IsOneOf(int value, std::initializer_list<int> values) {
  for (const int each : values) {
    if (value == each) return true;
  }
  return false;
}

// What a permitted activation must rest on, written out from the clauses and not from the rules.
void ExpectSoundActivation(const F& facts) {
  EXPECT_TRUE(
      IsOneOf(facts.provider_response(),
              {F::PROVIDER_RESPONSE_ACCEPTED, F::PROVIDER_RESPONSE_ACCEPTED_SUBJECT_TO_TRAINING}));
  EXPECT_EQ(facts.feasibility(), F::FEASIBILITY_FEASIBLE);
  EXPECT_EQ(facts.insurance(), F::INSURANCE_WITHIN);
  EXPECT_EQ(facts.provider_registration(), F::PROVIDER_REGISTRATION_WITHIN);
  EXPECT_EQ(facts.provider_confidence(), F::PROVIDER_CONFIDENCE_CONFIDENT);
  EXPECT_EQ(facts.assignment(), F::ASSIGNMENT_ASSIGNED);
  EXPECT_TRUE(IsOneOf(facts.worker_competence(),
                      {F::WORKER_COMPETENCE_IN_FORCE, F::WORKER_COMPETENCE_NOT_NEEDED}));
  EXPECT_EQ(facts.worker_agreement(), F::WORKER_AGREEMENT_AGREED);
  EXPECT_EQ(facts.worker_confidence(), F::WORKER_CONFIDENCE_CONFIDENT);
  EXPECT_EQ(facts.visits(), F::VISITS_CONFIRMED);
  // The one thing that a registrant may let wait until the team meets (CTL-07).
  EXPECT_TRUE(facts.contingency() == F::CONTINGENCY_CONFIRMED ||
              facts.override_cover() == F::OVERRIDE_COVER_COVERED);
  EXPECT_EQ(facts.delegator_objection(), F::DELEGATOR_OBJECTION_NONE);
  // Where the team finds no consensus, the Shared Care forum decides in its place (B-7.1).
  EXPECT_TRUE(facts.mdt_decision() == F::MDT_DECISION_AGREED ||
              (facts.mdt_decision() == F::MDT_DECISION_NO_CONSENSUS &&
               facts.panel_decision() == F::PANEL_DECISION_MAY_BE_DELEGATED));
  EXPECT_NE(facts.panel_decision(), F::PANEL_DECISION_MAY_NOT_BE_DELEGATED);
  EXPECT_TRUE(IsOneOf(facts.consent(), {F::CONSENT_GIVEN, F::CONSENT_ATTORNEY_OR_DEPUTY,
                                        F::CONSENT_BEST_INTERESTS}));
  EXPECT_EQ(facts.person_exclusion(), F::PERSON_EXCLUSION_NONE);
  EXPECT_TRUE(facts.task_restriction() != F::TASK_RESTRICTION_REGISTERED_NURSE_ONLY ||
              facts.performer() == F::PERFORMER_REGISTERED_NURSE);
  EXPECT_TRUE(IsOneOf(facts.competing_delegation(),
                      {F::COMPETING_DELEGATION_NONE, F::COMPETING_DELEGATION_CHANGEOVER}));
  EXPECT_EQ(facts.plan_support(), F::PLAN_SUPPORT_NAMED);
  EXPECT_EQ(facts.plan_reviewer(), F::PLAN_REVIEWER_NAMED);
  if (facts.task_listing() != F::TASK_LISTING_NO_TRAINING) {
    EXPECT_EQ(facts.plan_training(), F::PLAN_TRAINING_NAMED);
    EXPECT_EQ(facts.plan_assessor(), F::PLAN_ASSESSOR_NAMED);
  }
  if (facts.direction() != F::DIRECTION_SOCIAL_CARE_TO_HEALTH) {
    EXPECT_TRUE(IsOneOf(facts.overseer(),
                        {F::OVERSEER_COMMUNITY_HEALTH, F::OVERSEER_PRACTICE, F::OVERSEER_NAMED}));
    EXPECT_EQ(facts.overseer_contact(), F::OVERSEER_CONTACT_STAFFED);
  }
  EXPECT_NE(facts.start(), F::START_UNKNOWN);
}

TEST(LlrRulebookTest, APermittedActivationRestsOnAllThatTheFrameworkAsks) {
  Shows({"inv-03", "inv-04", "b-3.4", "b-4.1"});
  std::mt19937 random(17);
  int permitted = 0;
  for (int i = 0; i < 10'000; ++i) {
    const F facts = NearBase(v1::QUESTION_ACTIVATE, 4, random);
    if (Decide(Llr(), v1::QUESTION_ACTIVATE, facts).outcome != v1::OUTCOME_PERMIT) continue;
    ++permitted;
    ExpectSoundActivation(facts);
    ASSERT_FALSE(::testing::Test::HasFailure()) << facts.ShortDebugString();
  }
  EXPECT_GT(permitted, 1'000) << "the situations must reach PERMIT to show anything";
}

// A permission by a note alone, without the rule that carries it, would be a gap in the HOLD rules.
TEST(LlrRulebookTest, NoPermissionRestsOnANoteAlone) {
  const std::map<v1::Question, std::set<std::string>> carriers = {
      {v1::QUESTION_PROPOSE,
       {"propose-agreed-by-mdt", "propose-ordinary-support", "propose-social-care-task-to-health",
        "propose-unlisted-task-decided-by-mdt", "propose-panel-lets-it-be-delegated",
        "propose-overridden"}},
      {v1::QUESTION_RESPOND,
       {"respond-accepted", "respond-accepted-subject-to-training", "respond-declined"}},
      {v1::QUESTION_RECOGNISE_COMPETENCE,
       {"competence-generic-serves-anyone", "competence-specific-serves-one-person"}},
      {v1::QUESTION_ASSIGN, {"assign-competent-and-agreed", "assign-no-training-needed"}},
      {v1::QUESTION_ACTIVATE, {"activate-ready", "activate-started"}},
      {v1::QUESTION_PERFORM,
       {"perform-competent", "perform-ad-hoc-competent", "perform-task-changed-since-training"}},
      {v1::QUESTION_CONTINUE, {"continue-care-goes-on"}},
      {v1::QUESTION_OFFER_OVERSIGHT,
       {"offer-to-registered-practice", "offer-back-to-community-health"}},
      {v1::QUESTION_TAKE_OVERSIGHT, {"take-accepted-by-named-clinician"}},
      {v1::QUESTION_OVERRIDE, {"override-allowed"}}};
  std::mt19937 random(19);
  for (int i = 0; i < 20'000; ++i) {
    const v1::Question question = AnyQuestion(random);
    const F facts = NearBase(question, 6, random);
    const Verdict verdict = Decide(Llr(), question, facts);
    if (verdict.outcome != v1::OUTCOME_PERMIT) continue;
    bool carried = false;
    for (const std::string& id : RuleIds(Llr(), verdict.matched)) {
      carried = carried || carriers.at(question).count(id) != 0;
    }
    ASSERT_TRUE(carried) << v1::Question_Name(question) << " " << facts.ShortDebugString();
  }
}

TEST(LlrRulebookTest, AReservedTaskIsDeniedWhateverElseHolds) {
  Shows({"b-3.3", "haz-10", "inv-04"});
  std::mt19937 random(23);
  for (const v1::Question question :
       {v1::QUESTION_PROPOSE, v1::QUESTION_ASSIGN, v1::QUESTION_ACTIVATE, v1::QUESTION_PERFORM,
        v1::QUESTION_CONTINUE}) {
    for (int i = 0; i < 1'000; ++i) {
      F facts = i % 2 == 0 ? AnyFacts(random) : NearBase(question, 3, random);
      facts.set_task_restriction(F::TASK_RESTRICTION_REGISTERED_NURSE_ONLY);
      facts.set_performer(i % 3 == 0 ? F::PERFORMER_UNPAID : F::PERFORMER_NOT_A_REGISTERED_NURSE);
      ASSERT_EQ(Decide(Llr(), question, facts).outcome, v1::OUTCOME_DENY)
          << v1::Question_Name(question) << " " << facts.ShortDebugString();
      facts.set_performer(F::PERFORMER_UNKNOWN);
      ASSERT_NE(Decide(Llr(), question, facts).outcome, v1::OUTCOME_PERMIT)
          << v1::Question_Name(question) << " " << facts.ShortDebugString();
    }
  }
}

}  // namespace
}  // namespace fosse::policy
