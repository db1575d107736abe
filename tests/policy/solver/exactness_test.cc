// Random pairs of small rulebooks: what is told of them is what trying every situation shows.

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "policy/solver/compare.h"
#include "policy/solver/faults.h"
#include "tests/policy/solver/small_rulebooks.h"
#include "tests/support/shows.h"

namespace fosse::policy::solver {
namespace {

constexpr int kPairs = 50;

// How many times `situation` is told as changed, and as what.
struct Told {
  int outcomes = 0;
  std::multiset<std::string> findings;
  Answer before;
  Answer after;
  Direction direction = Direction::kTightening;
  std::string rule_id;
};

Told TellOf(const Comparison& comparison, v1::Question question, const v1::Facts& situation) {
  Told told;
  const Region here = Region::Of(situation);
  for (const ChangeGroup& group : comparison.outcomes) {
    if (group.question != question) continue;
    for (const Change& change : group.changes) {
      if (!change.region.Covers(here)) continue;
      ++told.outcomes;
      told.before = change.before;
      told.after = change.after;
      told.direction = group.direction;
      told.rule_id = group.rule_id;
    }
  }
  for (const FindingsGroup& group : comparison.findings) {
    if (group.question != question) continue;
    for (const Region& region : group.regions) {
      if (region.Covers(here)) told.findings.insert(group.rule_id);
    }
  }
  return told;
}

// The rule that is told as the cause is in one rulebook as it is not in the other, and matches.
bool IsCause(const std::string& id, const v1::Rulebook& a, const v1::Rulebook& b,
             const v1::Facts& situation) {
  std::string texts[2];
  bool matches = false;
  int side = 0;
  for (const v1::Rulebook* document : {&a, &b}) {
    for (const v1::Rule& rule : document->rules()) {
      if (rule.id() != id) continue;
      texts[side] = rule.SerializeAsString();
      matches = matches || Matches(rule.when(), situation);
    }
    ++side;
  }
  return texts[0] != texts[1] && matches;
}

// Rules whose findings are not the same.
std::multiset<std::string> Differing(const Said& before, const Said& after) {
  std::multiset<std::string> ids;
  for (const auto& [id, words] : before.findings) {
    const auto other = after.findings.find(id);
    if (other == after.findings.end() || other->second != words) ids.insert(id);
  }
  for (const auto& [id, words] : after.findings) {
    if (before.findings.count(id) == 0) ids.insert(id);
  }
  return ids;
}

void CheckSituation(const v1::Rulebook& a, const v1::Rulebook& b, const Comparison& comparison,
                    v1::Question question, const v1::Facts& situation) {
  if (!IsAllowed(a, situation) || !IsAllowed(b, situation)) return;
  const Said before = Ask(a, question, situation);
  const Said after = Ask(b, question, situation);
  const Told told = TellOf(comparison, question, situation);
  const bool outcome_differs = before.outcome != after.outcome;
  ASSERT_EQ(told.outcomes, outcome_differs ? 1 : 0) << situation.ShortDebugString();
  const std::multiset<std::string> findings = Differing(before, after);
  if (outcome_differs) {
    ASSERT_TRUE(
        std::includes(findings.begin(), findings.end(), told.findings.begin(), told.findings.end()))
        << situation.ShortDebugString();
  } else {
    ASSERT_EQ(told.findings, findings) << situation.ShortDebugString();
  }
  if (!outcome_differs) return;
  ASSERT_EQ(told.before, (Answer{before.outcome, before.is_silent}));
  ASSERT_EQ(told.after, (Answer{after.outcome, after.is_silent}));
  ASSERT_EQ(told.direction, DirectionOf(before.outcome, after.outcome));
  ASSERT_TRUE(IsCause(told.rule_id, a, b, situation)) << told.rule_id;
}

// All of outcomes.
std::vector<Region> RegionsOf(const Comparison& comparison, v1::Question question) {
  std::vector<Region> regions;
  for (const ChangeGroup& group : comparison.outcomes) {
    if (group.question != question) continue;
    for (const Change& change : group.changes) regions.push_back(change.region);
  }
  return regions;
}

void CheckPair(const v1::Rulebook& a, const v1::Rulebook& b,
               const std::vector<const Fact*>& facts) {
  const auto comparison = Compare(a, b);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  const bool any_differs = !comparison->outcomes.empty() || !comparison->findings.empty();
  for (const v1::Question question : {v1::QUESTION_PROPOSE, v1::QUESTION_ASSIGN}) {
    const std::vector<Region> regions = RegionsOf(*comparison, question);
    for (size_t i = 0; i < regions.size(); ++i) {
      for (size_t j = i + 1; j < regions.size(); ++j) {
        ASSERT_FALSE(regions[i].Intersects(regions[j]));
      }
    }
    ForEach(facts, [&](const v1::Facts& situation) {
      if (!::testing::Test::HasFatalFailure()) {
        CheckSituation(a, b, *comparison, question, situation);
      }
    });
  }
  EXPECT_EQ(FindDifference(a, b).has_value(), any_differs);
  EXPECT_EQ(FindOutcomeDifference(a, b).has_value(), !comparison->outcomes.empty());
  // What only one of them thinks possible.
  ForEach(facts, [&](const v1::Facts& situation) {
    int in_first = 0;
    int in_second = 0;
    const Region here = Region::Of(situation);
    for (const PossibleInOne& one : comparison->possible) {
      for (const Region& region : one.regions) {
        if (region.Covers(here)) ++(one.in_first ? in_first : in_second);
      }
    }
    const bool in_a = IsAllowed(a, situation);
    const bool in_b = IsAllowed(b, situation);
    EXPECT_EQ(in_first, in_a && !in_b ? 1 : 0);
    EXPECT_EQ(in_second, in_b && !in_a ? 1 : 0);
  });
}

TEST(ExactnessTest, ComparisonsOfVersionsAgreeWithTryingEverything) {
  Shows({"b-6.1"});
  std::mt19937 random(20221001);
  for (int pair = 0; pair < kPairs && !HasFatalFailure(); ++pair) {
    SCOPED_TRACE(pair);
    const std::vector<const Fact*> facts = AFewFacts(random);
    const v1::Rulebook first = AnyRulebook(facts, random);
    CheckPair(first, NextVersion(first, facts, random), facts);
  }
}

TEST(ExactnessTest, ComparisonsOfStrangersAgreeWithTryingEverything) {
  Shows({"b-6.1"});
  std::mt19937 random(7);
  for (int pair = 0; pair < kPairs && !HasFatalFailure(); ++pair) {
    SCOPED_TRACE(pair);
    const std::vector<const Fact*> facts = AFewFacts(random);
    const v1::Rulebook first = AnyRulebook(facts, random);
    CheckPair(first, AnyRulebook(facts, random), facts);
  }
}

TEST(ExactnessTest, GapsAndDeadRulesAgreeWithTryingEverything) {
  std::mt19937 random(11);
  for (int n = 0; n < kPairs; ++n) {
    SCOPED_TRACE(n);
    const std::vector<const Fact*> facts = AFewFacts(random);
    const v1::Rulebook document = AnyRulebook(facts, random);
    const std::vector<Gap> gaps = FindGaps(document);
    std::set<std::string> alive;
    bool any_allowed = false;
    std::vector<int> told(v1::Question_ARRAYSIZE);
    for (const Gap& gap : gaps) ++told[gap.question];
    ForEach(facts, [&](const v1::Facts& situation) {
      if (!IsAllowed(document, situation)) return;
      any_allowed = true;
      const Region here = Region::Of(situation);
      for (const v1::Rule& rule : document.rules()) {
        if (Matches(rule.when(), situation)) alive.insert(rule.id());
      }
      for (const v1::Question question : {v1::QUESTION_PROPOSE, v1::QUESTION_ASSIGN}) {
        int held = 0;
        for (const Gap& gap : gaps) {
          held += gap.question == question && gap.region.Covers(here) ? 1 : 0;
        }
        const bool is_silent = Ask(document, question, situation).is_silent;
        EXPECT_LE(held, is_silent ? 1 : 0);
        if (told[question] < static_cast<int>(kMaxGaps)) {
          EXPECT_EQ(held, is_silent ? 1 : 0);
        }
      }
    });
    EXPECT_EQ(FindImpossibleConstraints(document).empty(), any_allowed);
    std::set<std::string> dead;
    for (const DeadRule& rule : FindDeadRules(document)) dead.insert(rule.rule_id);
    for (const v1::Rule& rule : document.rules()) {
      EXPECT_EQ(dead.count(rule.id()), any_allowed && alive.count(rule.id()) == 0 ? 1u : 0u);
    }
  }
}

}  // namespace
}  // namespace fosse::policy::solver
