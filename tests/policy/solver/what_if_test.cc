#include "policy/solver/what_if.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/solver/remediable.h"
#include "tests/policy/solver/edited_llr.h"
#include "tests/policy/solver/small_rulebooks.h"
#include "tests/support/status_matchers.h"

namespace fosse::policy::solver {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::string WordsOf(const Way& way) {
  std::vector<std::string> words;
  for (const FactChange& change : way) {
    words.push_back(ValueName(AllFacts()[change.place], change.to));
  }
  return absl::StrJoin(words, " ");
}

std::vector<std::string> WaysOf(const WhatIf& what_if) {
  std::vector<std::string> words;
  for (const Way& way : what_if.ways) words.push_back(WordsOf(way));
  return words;
}

TEST(WhatIfTest, APermitNeedsNothing) {
  const auto found = FindWays(Llr2022(), v1::QUESTION_PROPOSE, BaseOf(v1::QUESTION_PROPOSE));
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->outcome, v1::OUTCOME_PERMIT);
  EXPECT_THAT(found->ways, IsEmpty());
}

TEST(WhatIfTest, WhatIsMissingIsNamed) {
  v1::Facts facts = BaseOf(v1::QUESTION_PROPOSE);
  Forget("plan_reviewer", facts);
  facts.set_plan_change(v1::Facts::PLAN_CHANGE_CHANGED_NOT_APPORTIONED);
  const auto found = FindWays(Llr2022(), v1::QUESTION_PROPOSE, facts);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->outcome, v1::OUTCOME_HOLD);
  EXPECT_FALSE(found->has_more);
  EXPECT_THAT(WaysOf(*found),
              UnorderedElementsAre("PLAN_REVIEWER_NAMED PLAN_CHANGE_UNCHANGED",
                                   "PLAN_REVIEWER_NAMED PLAN_CHANGE_CHANGED_APPORTIONED"));
}

TEST(WhatIfTest, NobodyIsToldToWorkOnARefusal) {
  v1::Facts facts = BaseOf(v1::QUESTION_PROPOSE);
  facts.set_consent(v1::Facts::CONSENT_DECLINED);
  Forget("plan_reviewer", facts);
  const auto found = FindWays(Llr2022(), v1::QUESTION_PROPOSE, facts);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->outcome, v1::OUTCOME_DENY);
  EXPECT_THAT(found->ways, IsEmpty());
  EXPECT_THAT(found->standing_rules, ElementsAre("propose-consent-declined"));
}

TEST(WhatIfTest, WaysAreLimitedAndSaySo) {
  v1::Facts facts = BaseOf(v1::QUESTION_PROPOSE);
  facts.set_plan_change(v1::Facts::PLAN_CHANGE_CHANGED_NOT_APPORTIONED);
  const auto found = FindWays(Llr2022(), v1::QUESTION_PROPOSE, facts, 1);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->ways.size(), 1u);
  EXPECT_TRUE(found->has_more);
}

TEST(WhatIfTest, ASituationThatCannotBeIsRefused) {
  v1::Facts facts = BaseOf(v1::QUESTION_PROPOSE);
  facts.set_task_listing(v1::Facts::TASK_LISTING_GENERIC);
  facts.set_generic_task(v1::Facts::GENERIC_TASK_NONE);
  EXPECT_THAT(FindWays(Llr2022(), v1::QUESTION_PROPOSE, facts), FailsWith("SITUATION_IMPOSSIBLE"));
  facts.set_generic_task(static_cast<v1::Facts::GenericTask>(4711));
  EXPECT_THAT(FindWays(Llr2022(), v1::QUESTION_PROPOSE, facts), FailsWith("FACTS_INVALID"));
}

// All subset-minimal sets of changes, by trying everything.
using Changes = std::map<std::string, int>;

std::vector<Changes> TryEverything(const v1::Rulebook& document, v1::Question question,
                                   const v1::Facts& facts, const std::vector<const Fact*>& named) {
  std::vector<Changes> working;
  ForEach(named, [&](const v1::Facts& situation) {
    Changes changes;
    for (const Fact* fact : named) {
      const int from = ValueOf(*fact, facts);
      const int to = ValueOf(*fact, situation);
      if (from == to) continue;
      const size_t place = static_cast<size_t>(fact - AllFacts().data());
      if ((Reachable(place, from) >> to & 1) == 0) return;
      changes[fact->name()] = to;
    }
    if (!IsAllowed(document, situation)) return;
    if (Ask(document, question, situation).outcome != v1::OUTCOME_PERMIT) return;
    working.push_back(std::move(changes));
  });
  std::vector<Changes> least;
  for (const Changes& changes : working) {
    const bool has_less =
        std::any_of(working.begin(), working.end(), [&changes](const Changes& other) {
          return other.size() < changes.size() &&
                 std::includes(changes.begin(), changes.end(), other.begin(), other.end());
        });
    if (!has_less) least.push_back(changes);
  }
  return least;
}

TEST(WhatIfTest, AgreesWithTryingEverything) {
  std::mt19937 random(5);
  int permitted = 0;
  int with_ways = 0;
  for (int n = 0; n < 300; ++n) {
    SCOPED_TRACE(n);
    const std::vector<const Fact*> named = AFewFacts(random);
    const v1::Rulebook document = AnyRulebook(named, random);
    v1::Facts facts;
    for (const Fact* fact : named) SetAnyValue(*fact, random, facts);
    const auto found = FindWays(document, v1::QUESTION_PROPOSE, facts, 1000);
    if (!IsAllowed(document, facts)) {
      EXPECT_THAT(found, FailsWith("SITUATION_IMPOSSIBLE"));
      continue;
    }
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found->outcome, Ask(document, v1::QUESTION_PROPOSE, facts).outcome);
    if (found->outcome == v1::OUTCOME_PERMIT) {
      EXPECT_THAT(found->ways, IsEmpty());
      ++permitted;
      continue;
    }
    std::vector<Changes> got;
    size_t size = 0;
    for (const Way& way : found->ways) {
      EXPECT_GE(way.size(), size);
      size = way.size();
      Changes changes;
      for (const FactChange& change : way) changes[AllFacts()[change.place].name()] = change.to;
      got.push_back(std::move(changes));
    }
    const std::vector<Changes> wanted = TryEverything(document, v1::QUESTION_PROPOSE, facts, named);
    EXPECT_THAT(got, ::testing::UnorderedElementsAreArray(wanted));
    if (!found->standing_rules.empty()) {
      EXPECT_THAT(wanted, IsEmpty());
    }
    with_ways += wanted.empty() ? 0 : 1;
  }
  // Else nothing was shown.
  EXPECT_GT(permitted, 10);
  EXPECT_GT(with_ways, 20);
}

}  // namespace
}  // namespace fosse::policy::solver
