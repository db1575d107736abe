// Faults planted in the shipped rulebook, each found with a situation that shows it.

#include "policy/solver/faults.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/decide.h"
#include "tests/policy/solver/edited_llr.h"
#include "tests/support/shows.h"

namespace fosse::policy::solver {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// No rule of the question matches, and no constraint forbids.
bool IsSilent(const v1::Rulebook& document, v1::Question question, const v1::Facts& facts) {
  for (const v1::Rule& rule : document.rules()) {
    if (rule.question() == question && Region::Of(rule.when()).Contains(facts)) return false;
  }
  for (const v1::Constraint& constraint : document.constraints()) {
    if (Region::Of(constraint.never()).Contains(facts)) return false;
  }
  return true;
}

TEST(FaultsTest, ShippedRulebooksHaveNone) {
  Shows({"haz-10"});
  for (const auto& [id, document] : AllShipped()) {
    SCOPED_TRACE(id);
    for (const Gap& gap : FindGaps(document)) {
      ADD_FAILURE() << v1::Question_Name(gap.question) << ": " << AsWritten(gap.region);
    }
    for (const DeadRule& dead : FindDeadRules(document)) {
      ADD_FAILURE() << dead.rule_id << ": " << AsWritten(dead.impossible);
    }
    for (const ContradictoryRules& pair : FindContradictions(document)) {
      ADD_FAILURE() << pair.first << ", " << pair.second << ": " << InWords(pair.kind) << ": "
                    << AsWritten(pair.region);
    }
    EXPECT_THAT(FindImpossibleConstraints(document), IsEmpty());
  }
}

TEST(FaultsTest, APlantedGapIsFoundWithTheFactsThatMatter) {
  Shows({"haz-10"});
  v1::Rulebook document = Llr2022();
  Drop(document, "respond-no-answer");
  const std::vector<Gap> gaps = FindGaps(document);
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].question, v1::QUESTION_RESPOND);
  EXPECT_THAT(AsWritten(gaps[0].region), HasSubstr("provider_response: [PROVIDER_RESPONSE_UNKNOWN, "
                                                   "PROVIDER_RESPONSE_AWAITED]"));
  // Of 91 facts, these few.
  EXPECT_LE(gaps[0].region.Narrowed().size(), 3u);
  EXPECT_TRUE(gaps[0].region.Contains(gaps[0].example));
  EXPECT_TRUE(IsSilent(document, v1::QUESTION_RESPOND, gaps[0].example));
}

TEST(FaultsTest, AConstraintClosesAGap) {
  v1::Rulebook document = Llr2022();
  Drop(document, "respond-no-answer");
  *document.add_constraints() = Parsed<v1::Constraint>(
      R"(id: "answered"
         never { provider_response: [PROVIDER_RESPONSE_UNKNOWN, PROVIDER_RESPONSE_AWAITED] })");
  EXPECT_THAT(FindGaps(document), IsEmpty());
}

TEST(FaultsTest, GapsOfOneQuestionDoNotOverlapAndAreLimited) {
  v1::Rulebook document = Llr2022();
  Drop(document, "continue-care-goes-on");
  const std::vector<Gap> gaps = FindGaps(document);
  ASSERT_FALSE(gaps.empty());
  EXPECT_LE(gaps.size(), kMaxGaps);
  for (size_t i = 0; i < gaps.size(); ++i) {
    EXPECT_EQ(gaps[i].question, v1::QUESTION_CONTINUE);
    EXPECT_TRUE(IsSilent(document, gaps[i].question, gaps[i].example));
    for (size_t j = i + 1; j < gaps.size(); ++j) {
      EXPECT_FALSE(gaps[i].region.Intersects(gaps[j].region));
    }
  }
}

TEST(FaultsTest, AQuestionWithoutRulesIsAGapInAnySituation) {
  v1::Rulebook document = Llr2022();
  for (int i = document.rules_size() - 1; i >= 0; --i) {
    if (document.rules(i).question() == v1::QUESTION_RESPOND) {
      document.mutable_rules()->DeleteSubrange(i, 1);
    }
  }
  const std::vector<Gap> gaps = FindGaps(document);
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(AsWritten(gaps[0].region), "");
  EXPECT_THAT(LinesInWords(gaps[0].region), ElementsAre("Any situation"));
}

TEST(FaultsTest, APlantedDeadRuleIsFoundWithWhatExcludesIt) {
  Shows({"haz-10"});
  v1::Rulebook document = Llr2022();
  Add(document, R"pb(
    id: "assign-never"
    question: QUESTION_ASSIGN
    outcome: OUTCOME_HOLD
    when {
      setting: SETTING_CARE_HOME
      task_listing: TASK_LISTING_SPECIFIC
      worker_competence: WORKER_COMPETENCE_NOT_NEEDED
    })pb");
  const std::vector<DeadRule> dead = FindDeadRules(document);
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_EQ(dead[0].rule_id, "assign-never");
  EXPECT_EQ(AsWritten(dead[0].impossible),
            "task_listing: TASK_LISTING_SPECIFIC "
            "worker_competence: WORKER_COMPETENCE_NOT_NEEDED");
  EXPECT_THAT(dead[0].constraints, ElementsAre("listed-training-is-needed"));
}

TEST(FaultsTest, ARuleBesideAStrongerOneIsNotDead) {
  v1::Rulebook document = Llr2022();
  Add(document, R"pb(
    id: "propose-declined-note"
    question: QUESTION_PROPOSE
    outcome: OUTCOME_HOLD
    when { consent: CONSENT_DECLINED })pb");
  EXPECT_THAT(FindDeadRules(document), IsEmpty());
}

TEST(FaultsTest, ConstraintsThatAllowNothingAreNamed) {
  v1::Rulebook document = Llr2022();
  *document.add_constraints() = Parsed<v1::Constraint>(R"pb(id: "not-known"
                                                            never { start: START_UNKNOWN })pb");
  *document.add_constraints() =
      Parsed<v1::Constraint>(R"pb(id: "not-otherwise"
                                  never { start: [ START_CONFIRMED, START_AWAITED ] })pb");
  EXPECT_THAT(FindImpossibleConstraints(document), ElementsAre("not-known", "not-otherwise"));
}

struct Planted {
  const char* name;
  const char* first;
  const char* second;
  Contradiction kind;
};

class PlantedContradiction : public ::testing::TestWithParam<Planted> {};

TEST_P(PlantedContradiction, IsFoundWithASituation) {
  Shows({"haz-10"});
  v1::Rulebook document = Llr2022();
  const std::string first = Add(document, GetParam().first).id();
  const std::string second = Add(document, GetParam().second).id();
  const std::vector<ContradictoryRules> found = FindContradictions(document);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, GetParam().kind);
  EXPECT_EQ(found[0].first, first);
  EXPECT_EQ(found[0].second, second);
  EXPECT_TRUE(found[0].region.Contains(found[0].example));
  for (const std::string& id : {first, second}) {
    EXPECT_TRUE(Region::Of(RuleOf(document, id).when()).Contains(found[0].example)) << id;
  }
}

const Planted kPlanted[] = {
    {"YesAndNo",
     R"pb(id: "x-denies"
          clause: "X-1"
          question: QUESTION_ASSIGN
          outcome: OUTCOME_DENY
          when { worker_agreement: [ WORKER_AGREEMENT_DECLINED, WORKER_AGREEMENT_AGREED ] }
          remedy: "Another worker.")pb",
     R"pb(id: "x-permits"
          clause: "X-1"
          question: QUESTION_ASSIGN
          outcome: OUTCOME_PERMIT
          when { worker_agreement: WORKER_AGREEMENT_AGREED start: START_AWAITED })pb",
     Contradiction::kYesAndNo},
    {"TwoRoutes",
     R"pb(id: "x-board"
          clause: "X-1"
          question: QUESTION_RESPOND
          outcome: OUTCOME_REFER
          route: ROUTE_IPCB
          when { setting: [ SETTING_OWN_HOME, SETTING_CARE_HOME ] }
          remedy: "The board decides.")pb",
     R"pb(id: "x-team"
          clause: "X-1"
          question: QUESTION_RESPOND
          outcome: OUTCOME_REFER
          route: ROUTE_MDT
          when { setting: [ SETTING_DAY_CENTRE, SETTING_CARE_HOME ] }
          remedy: "The team decides.")pb",
     Contradiction::kTwoRoutes},
    {"TwoRemedies",
     R"pb(id: "x-one"
          clause: "X-1"
          question: QUESTION_RESPOND
          outcome: OUTCOME_HOLD
          when { setting: SETTING_CARE_HOME }
          remedy: "Ask the home.")pb",
     R"pb(id: "x-two"
          clause: "X-1"
          question: QUESTION_RESPOND
          outcome: OUTCOME_DENY
          when { setting: SETTING_CARE_HOME }
          remedy: "Ask nobody.")pb",
     Contradiction::kTwoRemedies},
    // The plan may be left unchanged or changed and paid for; each rule wants the other.
    {"NoWayOut",
     R"pb(id: "x-change"
          clause: "X-1"
          question: QUESTION_PROPOSE
          outcome: OUTCOME_HOLD
          when { plan_change: [ PLAN_CHANGE_UNCHANGED, PLAN_CHANGE_CHANGED_NOT_APPORTIONED ] }
          remedy: "Change the plan, and apportion the cost.")pb",
     R"pb(id: "x-leave"
          clause: "X-2"
          question: QUESTION_PROPOSE
          outcome: OUTCOME_HOLD
          when {
            plan_change: [ PLAN_CHANGE_CHANGED_APPORTIONED, PLAN_CHANGE_CHANGED_NOT_APPORTIONED ]
          }
          remedy: "Leave the plan as it is.")pb",
     Contradiction::kNoWayOut},
};
INSTANTIATE_TEST_SUITE_P(All, PlantedContradiction, ::testing::ValuesIn(kPlanted),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(FaultsTest, TwoFactsThatLeadOutAreAWay) {
  v1::Rulebook document = Llr2022();
  Add(document, R"pb(
    id: "x-change"
    clause: "X-1"
    question: QUESTION_PROPOSE
    outcome: OUTCOME_HOLD
    when { plan_change: [ PLAN_CHANGE_UNCHANGED, PLAN_CHANGE_CHANGED_NOT_APPORTIONED ] }
    remedy: "Change the plan.")pb");
  // Left by naming a reviewer, too.
  Add(document, R"pb(
    id: "x-leave"
    clause: "X-2"
    question: QUESTION_PROPOSE
    outcome: OUTCOME_HOLD
    when {
      plan_change: [ PLAN_CHANGE_CHANGED_APPORTIONED, PLAN_CHANGE_CHANGED_NOT_APPORTIONED ]
      plan_reviewer: PLAN_REVIEWER_UNKNOWN
    }
    remedy: "Name who reviews.")pb");
  EXPECT_THAT(FindContradictions(document), IsEmpty());
}

TEST(FaultsTest, CatchAllRulesAreRefusedAtLoad) {
  Shows({"haz-10"});
  v1::Rulebook document = Llr2022();
  Add(document, R"pb(
    id: "assign-anyone"
    clause: "B-2.3"
    standing: STANDING_READING
    question: QUESTION_ASSIGN
    outcome: OUTCOME_PERMIT
    because: "Anyone will do.")pb");
  Add(document, R"pb(
    id: "assign-any-start"
    clause: "B-2.3"
    standing: STANDING_READING
    question: QUESTION_ASSIGN
    outcome: OUTCOME_PERMIT
    because: "Whenever."
    when { start: [ START_UNKNOWN, START_CONFIRMED, START_AWAITED ] })pb");
  std::string text;
  ASSERT_TRUE(google::protobuf::TextFormat::PrintToString(document, &text));
  const auto rulebook = Rulebook::Create(text);
  ASSERT_FALSE(rulebook.ok());
  const std::string message(rulebook.status().message());
  EXPECT_THAT(message,
              HasSubstr("rule assign-anyone has no condition beyond its question; add a fact"));
  EXPECT_THAT(message, HasSubstr("start names every value, which is no condition; drop it"));
  EXPECT_THAT(message,
              HasSubstr("rule assign-any-start has no condition beyond its question; add a fact"));
}

}  // namespace
}  // namespace fosse::policy::solver
