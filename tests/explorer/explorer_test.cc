// The explorations of every run, and that an exploration finds what is broken.
#include <cstdio>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "tests/explorer/planted.h"
#include "tests/explorer/scopes.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

class EveryOrder : public ::testing::TestWithParam<Scope> {
 protected:
  // What all scopes together reached, for docs/verification.md.
  static void TearDownTestSuite() {
    if (explored_ < NormalScopes().size()) return;  // Some were left out by a filter.
    size_t reached = 0;
    for (size_t rule = 0; rule < rules_.size(); ++rule) reached += rules_[rule] > 0;
    std::printf("rules reached by one scope or another: %zu of %zu\n", reached, rules_.size());
    std::printf("rows of the alphabet made use of: %zu of %zu\n", made_.size(), Rows().size());
  }

  static inline size_t explored_ = 0;
  static inline std::vector<uint64_t> rules_;
  static inline std::set<int> made_;  // Rows that a scope made use of.
};

TEST_P(EveryOrder, KeepsWhatMustHold) {
  Shows({"inv-01", "inv-02", "inv-03", "inv-04", "inv-05", "inv-06", "inv-10", "inv-14", "inv-15",
         "ctl-15", "ctl-16", "haz-02", "haz-08", "haz-09", "haz-10", "haz-11", "haz-14", "haz-17",
         "haz-19", "haz-40", "haz-41", "haz-42", "flt-21", "b-5.4",  "b-5.5d", "b-7.3"});
  const Scope& scope = GetParam();
  const Exploration result = Explore(scope, StepperFor(scope), {});
  std::fputs(ReportOf(scope, result, *ExplorerRulebook()).c_str(), stdout);
  EXPECT_EQ(absl::StrJoin(result.broken, "; "), "") << TableOf(result.counter_example);
  EXPECT_TRUE(result.exhausted) << "cut at " << result.states;
  ++explored_;
  rules_.resize(result.hits.rules.size());
  for (size_t rule = 0; rule < rules_.size(); ++rule) rules_[rule] += result.hits.rules[rule];
  for (size_t n = 0; n < result.alphabet.size(); ++n) {
    const Hits::OfMove& hits = result.hits.moves[n];
    if (hits.changed + hits.same + hits.refused > 0) made_.insert(result.alphabet[n].row);
  }
}

INSTANTIATE_TEST_SUITE_P(Scopes, EveryOrder, ::testing::ValuesIn(NormalScopes()),
                         [](const auto& test) { return NameOf(test.param); });

class Planted : public ::testing::TestWithParam<PlantedBug> {};

TEST_P(Planted, BugIsFoundByTheShortestWay) {
  const PlantedBug& bug = GetParam();
  const Scope& scope = *FindScope(bug.scope);
  const Exploration result = Explore(scope, StepperFor(scope, bug.handle), {.states = 50'000});
  ASSERT_FALSE(result.broken.empty()) << bug.words;
  const std::string table = TableOf(result.counter_example);
  EXPECT_TRUE(absl::StartsWith(absl::StrJoin(result.broken, "; "), bug.breaks))
      << absl::StrJoin(result.broken, "; ");
  EXPECT_EQ(result.counter_example.size(), bug.steps) << table;
  EXPECT_FALSE(result.exhausted);
  EXPECT_TRUE(absl::StrContains(table, "oversees")) << table;
  EXPECT_TRUE(absl::StrContains(ReportOf(scope, result, *ExplorerRulebook()), "BROKEN"));
  EXPECT_LT(result.seconds, 30);
}

INSTANTIATE_TEST_SUITE_P(Bugs, Planted, ::testing::ValuesIn(PlantedBugs()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(ExplorationTest, CutIsNotProved) {
  const Scope& scope = *FindScope("oversight");
  const Exploration result = Explore(scope, StepperFor(scope), {.states = 100});
  EXPECT_FALSE(result.exhausted);
  const std::string report = ReportOf(scope, result, *ExplorerRulebook());
  EXPECT_TRUE(absl::StrContains(report, "not proved")) << report;
  EXPECT_FALSE(absl::StrContains(report, "exhausted")) << report;
}

TEST(ExplorationTest, MemoryIsALimitToo) {
  const Scope& scope = *FindScope("oversight");
  EXPECT_FALSE(Explore(scope, StepperFor(scope), {.memory_mib = 0}).exhausted);
}

TEST(ExplorationTest, CountsTheSameHoweverManyThreads) {
  Scope scope = *FindScope("oversight");
  scope.bounds.messages = 3;
  const Exploration one = Explore(scope, StepperFor(scope), {.threads = 1});
  const Exploration three = Explore(scope, StepperFor(scope), {.threads = 3});
  EXPECT_EQ(one.states_by_depth, three.states_by_depth);
  EXPECT_EQ(one.hits.transitions, three.hits.transitions);
}

}  // namespace
}  // namespace fosse::care
