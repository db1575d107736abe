#include "policy/decide.h"

#include <algorithm>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/explain.h"
#include "tests/policy/llr.h"
#include "tests/policy/sound.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::policy {
namespace {

using ::testing::ElementsAreArray;

struct Case {
  const char* name;
  const char* facts;
  v1::Outcome outcome;
  std::vector<const char*> matched;
};

void PrintTo(const Case& row, std::ostream* out) { *out << row.name; }

const Case kCases[] = {
    {"AMissingFactIsItsUnknownValue", "", v1::OUTCOME_HOLD, {"consent-unknown"}},
    {"AnyValueOfAListMatches", "consent: CONSENT_NOT_ASKED", v1::OUTCOME_HOLD, {"consent-unknown"}},
    {"EveryNamedFactMustMatch",
     "consent: CONSENT_GIVEN task_restriction: TASK_RESTRICTION_REGISTERED_NURSE_ONLY",
     v1::OUTCOME_REFER,
     {}},
    {"SilenceIsReferred", "consent: CONSENT_GIVEN", v1::OUTCOME_REFER, {}},
    {"PermitStandsAlone",
     "consent: CONSENT_GIVEN mdt_decision: MDT_DECISION_AGREED",
     v1::OUTCOME_PERMIT,
     {"agreed"}},
    {"HoldOutranksPermit",
     "mdt_decision: MDT_DECISION_AGREED",
     v1::OUTCOME_HOLD,
     {"agreed", "consent-unknown"}},
    {"ReferOutranksHold",
     "mdt_decision: MDT_DECISION_AGREED task_listing: TASK_LISTING_NOT_LISTED",
     v1::OUTCOME_REFER,
     {"agreed", "consent-unknown", "unlisted-task"}},
    {"DenyOutranksAllAndAllAreTold",
     "mdt_decision: MDT_DECISION_AGREED task_listing: TASK_LISTING_NOT_LISTED "
     "task_restriction: TASK_RESTRICTION_REGISTERED_NURSE_ONLY "
     "performer: PERFORMER_NOT_A_REGISTERED_NURSE",
     v1::OUTCOME_DENY,
     {"agreed", "consent-unknown", "nurse-only-task", "unlisted-task"}},
};

class Combination : public ::testing::TestWithParam<Case> {};

TEST_P(Combination, IsDecided) {
  const Verdict verdict = Decide(Sound(), v1::QUESTION_PROPOSE, FactsOf(GetParam().facts));
  EXPECT_EQ(verdict.outcome, GetParam().outcome);
  EXPECT_THAT(RuleIds(Sound(), verdict.matched), ElementsAreArray(GetParam().matched));
}
INSTANTIATE_TEST_SUITE_P(Decide, Combination, ::testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(DecideTest, AQuestionThatNoRuleAnswersIsReferred) {
  for (const v1::Question question : {v1::QUESTION_ASSIGN, v1::QUESTION_UNSPECIFIED}) {
    const Verdict verdict = Decide(Sound(), question, v1::Facts());
    EXPECT_EQ(verdict.outcome, v1::OUTCOME_REFER);
    EXPECT_TRUE(verdict.matched.none());
  }
}

std::unique_ptr<const Rulebook> Load(const v1::Rulebook& document) {
  std::string text;
  FOSSE_CHECK(google::protobuf::TextFormat::PrintToString(document, &text));
  auto rulebook = Rulebook::Create(text);
  EXPECT_THAT(rulebook, IsOk());
  return *std::move(rulebook);
}

TEST(DecideTest, AValueOfALaterVocabularySuitsOnlyRulesThatDoNotNameTheFact) {
  for (const int value : {77, -1}) {
    v1::Facts facts = FactsOf("mdt_decision: MDT_DECISION_AGREED");
    facts.set_consent(static_cast<v1::Facts::Consent>(value));
    const Verdict verdict = Decide(Sound(), v1::QUESTION_PROPOSE, facts);
    EXPECT_THAT(RuleIds(Sound(), verdict.matched), ElementsAreArray({"agreed"}));
  }
}

TEST(DecideTest, NoFactIsReadByReflection) {
  for (const Fact& fact : AllFacts()) {
    const FactReader read = ReaderOf(fact.number());
    ASSERT_NE(read, nullptr) << fact.name() << ": add its line to policy/fact_readers.cc";
    // Only this fact set: a line that reads another one would tell zero.
    v1::Facts facts;
    const int last = fact.values().value(fact.values().value_count() - 1)->number();
    facts.GetReflection()->SetEnumValue(&facts, fact.in_facts, last);
    EXPECT_EQ(read(facts), last) << fact.name();
  }
}

TEST(DecideTest, CombiningRulebooksNeverWeakensAnAnswer) {
  std::mt19937 random(11);
  for (int round = 0; round < 10; ++round) {
    v1::Rulebook left = Llr().document();
    v1::Rulebook right = Llr().document();
    left.clear_rules();
    right.clear_rules();
    for (const v1::Rule& rule : Llr().document().rules()) {
      *(random() % 2 == 0 ? left : right).add_rules() = rule;
    }
    const auto a = Load(left), b = Load(right);
    for (int i = 0; i < 300; ++i) {
      const v1::Question question = AnyQuestion(random);
      const v1::Facts facts = NearBase(question, 3, random);
      const Verdict of_a = Decide(*a, question, facts);
      const Verdict of_b = Decide(*b, question, facts);
      const Verdict of_both = Decide(Llr(), question, facts);
      // The strongest of the parts that said anything; silence is no answer of its own.
      v1::Outcome strongest = v1::OUTCOME_UNSPECIFIED;
      if (of_a.matched.any()) strongest = std::max(strongest, of_a.outcome);
      if (of_b.matched.any()) strongest = std::max(strongest, of_b.outcome);
      if (strongest == v1::OUTCOME_UNSPECIFIED) strongest = v1::OUTCOME_REFER;
      ASSERT_EQ(of_both.outcome, strongest) << facts.ShortDebugString();
      ASSERT_EQ(of_both.matched.count(), of_a.matched.count() + of_b.matched.count());
    }
  }
}

TEST(DecideTest, ForgettingAFactNeverDenies) {
  Shows({"haz-24"});
  std::mt19937 random(13);
  for (int i = 0; i < 5'000; ++i) {
    const v1::Question question = AnyQuestion(random);
    v1::Facts facts = NearBase(question, 3, random);
    if (Decide(Llr(), question, facts).outcome == v1::OUTCOME_DENY) continue;
    Forget(AllFacts()[random() % AllFacts().size()].name(), facts);
    ASSERT_NE(Decide(Llr(), question, facts).outcome, v1::OUTCOME_DENY) << facts.ShortDebugString();
  }
}

}  // namespace
}  // namespace fosse::policy
