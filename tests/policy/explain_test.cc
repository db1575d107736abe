#include "policy/explain.h"

#include <random>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/words.h"
#include "tests/policy/llr.h"
#include "tests/policy/sound.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

v1::Decision Explained(const Rulebook& rulebook, v1::Question question, const char* text) {
  const v1::Facts facts = FactsOf(text);
  return Explain(rulebook, question, facts, Decide(rulebook, question, facts));
}

TEST(ExplainTest, TellsEveryRuleStrongestFirstThenById) {
  const v1::Decision decision =
      Explained(Sound(), v1::QUESTION_PROPOSE,
                "mdt_decision: MDT_DECISION_AGREED task_listing: TASK_LISTING_NOT_LISTED "
                "task_restriction: TASK_RESTRICTION_REGISTERED_NURSE_ONLY "
                "performer: PERFORMER_NOT_A_REGISTERED_NURSE");
  EXPECT_EQ(decision.question(), v1::QUESTION_PROPOSE);
  EXPECT_EQ(decision.outcome(), v1::OUTCOME_DENY);
  ASSERT_EQ(decision.findings_size(), 4);
  EXPECT_EQ(decision.findings(0).rule_id(), "nurse-only-task");
  EXPECT_EQ(decision.findings(1).rule_id(), "unlisted-task");
  EXPECT_EQ(decision.findings(2).rule_id(), "consent-unknown");
  EXPECT_EQ(decision.findings(3).rule_id(), "agreed");
  EXPECT_EQ(decision.owner(), "") << "a DENY waits for nobody's decision";
}

TEST(ExplainTest, AFindingCarriesClauseStandingWordsRouteAndFacts) {
  const v1::Decision decision =
      Explained(Sound(), v1::QUESTION_PROPOSE,
                "consent: CONSENT_GIVEN task_restriction: TASK_RESTRICTION_REGISTERED_NURSE_ONLY "
                "performer: PERFORMER_NOT_A_REGISTERED_NURSE");
  ASSERT_EQ(decision.findings_size(), 1);
  const v1::Finding& finding = decision.findings(0);
  EXPECT_EQ(finding.clause(), "B-3.3");
  EXPECT_EQ(finding.standing(), v1::STANDING_EXPLICIT);
  EXPECT_EQ(finding.outcome(), v1::OUTCOME_DENY);
  EXPECT_EQ(finding.because(), "Only a registered nurse may do this task.");
  EXPECT_EQ(finding.remedy(), "Community nursing keeps it.");
  EXPECT_EQ(finding.route(), v1::ROUTE_UNSPECIFIED);
  EXPECT_THAT(finding.facts(),
              ElementsAre("task_restriction: TASK_RESTRICTION_REGISTERED_NURSE_ONLY",
                          "performer: PERFORMER_NOT_A_REGISTERED_NURSE"));
}

TEST(ExplainTest, FactsAreToldInPlainWordsToo) {
  const v1::Decision decision =
      Explained(Sound(), v1::QUESTION_PROPOSE,
                "task_restriction: TASK_RESTRICTION_REGISTERED_NURSE_ONLY "
                "performer: PERFORMER_NOT_A_REGISTERED_NURSE");
  ASSERT_EQ(decision.findings_size(), 2);
  for (const v1::Finding& finding : decision.findings()) {
    std::vector<std::string> words;
    for (const std::string& fact : finding.facts()) {
      const std::vector<std::string> parts = absl::StrSplit(fact, ": ");
      const Fact& named = *FindFact(parts[0]);
      words.push_back(FactInWords(named, named.values().FindValueByName(parts[1])->number()));
    }
    EXPECT_THAT(finding.facts_in_words(), ElementsAreArray(words)) << finding.rule_id();
  }
  EXPECT_EQ(decision.findings(0).facts_in_words_size(), 2);
}

TEST(ExplainTest, AComposedRulesLayerIsTold) {
  ASSERT_OK_AND_ASSIGN(const auto rulebook,
                       Rulebook::Create(Edited("  because: \"Nobody asked.\"",
                                               "  because: \"Nobody asked.\" layer: \"over/1\"")));
  const v1::Decision decision = Explained(*rulebook, v1::QUESTION_PROPOSE, "");
  ASSERT_EQ(decision.findings_size(), 1);
  EXPECT_EQ(decision.findings(0).layer(), "over/1");
}

// A message that is used again holds nothing of what it held before.
TEST(ExplainTest, AMessageUsedAgainTellsTheSame) {
  std::mt19937 random(31);
  v1::Decision again;
  for (int i = 0; i < 2'000; ++i) {
    const v1::Question question = AnyQuestion(random);
    const v1::Facts facts = NearBase(question, 5, random);
    const Verdict verdict = Decide(Llr(), question, facts);
    again.set_delegation_id("of the decision before");
    ExplainInto(Llr(), question, facts, verdict, again);
    ASSERT_EQ(again.SerializeAsString(),
              Explain(Llr(), question, facts, verdict).SerializeAsString());
  }
}

TEST(ExplainTest, AMissingFactIsNamedAsUnknown) {
  const v1::Decision decision = Explained(Sound(), v1::QUESTION_PROPOSE, "");
  ASSERT_EQ(decision.findings_size(), 1);
  EXPECT_THAT(decision.findings(0).facts(), ElementsAre("consent: CONSENT_UNKNOWN"));
}

TEST(ExplainTest, ADenialIsTheFrameworksWhereOneOfItsRulesDenies) {
  Shows({"b-6.1"});
  const auto standing = [](absl::string_view changes) {
    v1::Facts facts = BaseOf(v1::QUESTION_PROPOSE);
    facts.MergeFrom(FactsOf(changes));
    return StandingOf(
        Explain(Llr(), v1::QUESTION_PROPOSE, facts, Decide(Llr(), v1::QUESTION_PROPOSE, facts)));
  };
  EXPECT_EQ(standing("consent: CONSENT_DECLINED"), v1::STANDING_READING);
  EXPECT_EQ(standing("person_exclusion: PERSON_EXCLUSION_EXCLUDED"), v1::STANDING_EXPLICIT);
  EXPECT_EQ(standing("consent: CONSENT_DECLINED person_exclusion: PERSON_EXCLUSION_EXCLUDED"),
            v1::STANDING_EXPLICIT);
  // Weaker findings of the text do not make a denial its own.
  EXPECT_EQ(standing("consent: CONSENT_DECLINED mdt_decision: MDT_DECISION_PENDING"),
            v1::STANDING_READING);
  EXPECT_EQ(StandingOf(Explained(Sound(), v1::QUESTION_PROPOSE, "consent: CONSENT_GIVEN")),
            v1::STANDING_UNSPECIFIED);
}

TEST(ExplainTest, NamesTheRulebookAndItsBytes) {
  const v1::Decision decision = Explained(Sound(), v1::QUESTION_PROPOSE, "");
  EXPECT_EQ(decision.rulebook_id(), "probe/2026-01-01");
  EXPECT_EQ(decision.rulebook_digest(),
            std::string(Sound().digest().begin(), Sound().digest().end()));
}

TEST(ExplainTest, SilenceGoesToTheOwnerOfTheRulebook) {
  Shows({"haz-24"});
  const v1::Decision decision = Explained(Sound(), v1::QUESTION_PROPOSE, "consent: CONSENT_GIVEN");
  EXPECT_EQ(decision.outcome(), v1::OUTCOME_REFER);
  EXPECT_THAT(decision.findings(), IsEmpty());
  EXPECT_EQ(decision.owner(), "QK9-IPCB");
}

TEST(ExplainTest, AReferralGoesToTheOwnerOfTheFirstReferringRule) {
  v1::Facts facts = BaseOf(v1::QUESTION_PROPOSE);
  facts.set_performer(v1::Facts::PERFORMER_REGISTERED_NURSE);
  facts.set_consent(v1::Facts::CONSENT_UNKNOWN);
  const v1::Decision decision =
      Explain(Llr(), v1::QUESTION_PROPOSE, facts, Decide(Llr(), v1::QUESTION_PROPOSE, facts));
  EXPECT_EQ(decision.outcome(), v1::OUTCOME_REFER);
  EXPECT_EQ(decision.findings(0).route(), v1::ROUTE_COMMISSIONING);
  EXPECT_EQ(decision.owner(), "QK1");
  EXPECT_EQ(decision.findings(1).rule_id(), "propose-consent-missing");
}

TEST(ExplainTest, ATeamRouteIsTheDelegatingOrganisations) {
  const v1::Decision decision =
      Explained(Sound(), v1::QUESTION_PROPOSE,
                "consent: CONSENT_GIVEN task_listing: TASK_LISTING_NOT_LISTED");
  EXPECT_EQ(decision.outcome(), v1::OUTCOME_REFER);
  EXPECT_EQ(decision.owner(), "") << "empty: the caller puts the delegating organisation";
}

}  // namespace
}  // namespace fosse::policy
