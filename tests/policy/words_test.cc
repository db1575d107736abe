#include "policy/words.h"

#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(WordsTest, EveryFactAndEveryValueHasWords) {
  Shows({"b-6.1"});
  for (const Fact& fact : AllFacts()) {
    EXPECT_TRUE(HasWords(fact)) << fact.name() << " has no words; add them to words_table.cc";
    for (int i = 0; i < fact.values().value_count(); ++i) {
      const int value = fact.values().value(i)->number();
      EXPECT_TRUE(HasWords(fact, value))
          << ValueName(fact, value) << " has no words; add them to words_table.cc";
    }
  }
  EXPECT_THAT(WordsOfNothing(), IsEmpty());
}

TEST(WordsTest, ValuesOfOneFactAreToldApart) {
  for (const Fact& fact : AllFacts()) {
    std::set<std::string> told;
    for (int i = 0; i < fact.values().value_count(); ++i) {
      const std::string words = ValueInWords(fact, fact.values().value(i)->number());
      EXPECT_TRUE(told.insert(words).second) << fact.name() << ": " << words;
      EXPECT_EQ(words.find('_'), std::string::npos) << words;
    }
  }
}

TEST(WordsTest, LabelsAreToldApart) {
  std::set<std::string> labels;
  for (const Fact& fact : AllFacts()) {
    EXPECT_TRUE(labels.emplace(FactLabel(fact)).second) << FactLabel(fact);
  }
}

TEST(WordsTest, AConditionIsALineAFact) {
  v1::When when;
  when.add_consent(v1::Facts::CONSENT_DECLINED);
  when.add_consent(v1::Facts::CONSENT_UNKNOWN);
  when.add_performer(v1::Facts::PERFORMER_UNPAID);
  EXPECT_THAT(ConditionInWords(when),
              ElementsAre("Consent to the task: the person declines, or not known",
                          "Who does the task: an unpaid carer or volunteer"));
}

TEST(WordsTest, AValueThatIsNoneShowsItsNumber) {
  EXPECT_EQ(ValueInWords(*FindFact("consent"), 99), "99");
}

TEST(WordsTest, EveryQuestionOutcomeRouteAndStandingHasWords) {
  for (int n = 1; n < v1::Question_ARRAYSIZE; ++n) {
    const absl::string_view words = QuestionInWords(static_cast<v1::Question>(n));
    EXPECT_FALSE(words.empty());
    EXPECT_EQ(words.back(), '?') << words;
  }
  for (int n = 1; n < v1::Outcome_ARRAYSIZE; ++n) {
    EXPECT_FALSE(OutcomeInWords(static_cast<v1::Outcome>(n)).empty());
  }
  for (int n = 1; n < v1::Route_ARRAYSIZE; ++n) {
    EXPECT_FALSE(RouteInWords(static_cast<v1::Route>(n)).empty());
  }
  for (int n = 1; n < v1::Standing_ARRAYSIZE; ++n) {
    EXPECT_FALSE(StandingInWords(static_cast<v1::Standing>(n)).empty());
  }
}

TEST(WordsTest, OnlyTheFrameworksOwnWordForbids) {
  Shows({"b-6.1"});
  EXPECT_EQ(OutcomeInWords(v1::OUTCOME_DENY, v1::STANDING_EXPLICIT),
            "No: the framework forbids it");
  EXPECT_EQ(OutcomeInWords(v1::OUTCOME_DENY, v1::STANDING_READING),
            "No: by our reading of the framework");
  EXPECT_EQ(OutcomeInWords(v1::OUTCOME_DENY), "No");
  EXPECT_EQ(OutcomeInWords(v1::OUTCOME_HOLD, v1::STANDING_READING),
            OutcomeInWords(v1::OUTCOME_HOLD));
}

}  // namespace
}  // namespace fosse::policy
