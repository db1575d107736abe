// Versions of the shipped rulebook with planted changes, told exactly.

#include "policy/solver/compare.h"

#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/policy/solver/edited_llr.h"
#include "tests/support/shows.h"

namespace fosse::policy::solver {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

v1::Outcome OutcomeOf(const v1::Rulebook& document, v1::Question question, const v1::Facts& facts) {
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  for (const v1::Rule& rule : document.rules()) {
    if (rule.question() == question && Region::Of(rule.when()).Contains(facts)) {
      outcome = std::max(outcome, rule.outcome());
    }
  }
  return outcome == v1::OUTCOME_UNSPECIFIED ? v1::OUTCOME_REFER : outcome;
}

std::set<std::string> Causes(const Comparison& comparison) {
  std::set<std::string> ids;
  for (const ChangeGroup& group : comparison.outcomes) ids.insert(group.rule_id);
  for (const FindingsGroup& group : comparison.findings) ids.insert(group.rule_id);
  return ids;
}

// Every example does what its group says.
void ExpectExamplesHold(const v1::Rulebook& before, const v1::Rulebook& after,
                        const Comparison& comparison) {
  for (const ChangeGroup& group : comparison.outcomes) {
    ASSERT_FALSE(group.changes.empty());
    EXPECT_TRUE(group.changes[0].region.Contains(group.example)) << group.rule_id;
    EXPECT_TRUE(group.matters.Contains(group.example)) << group.rule_id;
    EXPECT_EQ(OutcomeOf(before, group.question, group.example), group.changes[0].before.outcome);
    EXPECT_EQ(OutcomeOf(after, group.question, group.example), group.changes[0].after.outcome);
  }
  for (const FindingsGroup& group : comparison.findings) {
    ASSERT_FALSE(group.regions.empty());
    EXPECT_TRUE(group.regions[0].Contains(group.example)) << group.rule_id;
    EXPECT_EQ(OutcomeOf(before, group.question, group.example),
              OutcomeOf(after, group.question, group.example));
  }
}

TEST(CompareTest, EqualRulebooksDoNotDiffer) {
  const v1::Rulebook document = Llr2022();
  const auto comparison = Compare(document, document);
  ASSERT_TRUE(comparison.ok());
  EXPECT_THAT(comparison->outcomes, IsEmpty());
  EXPECT_THAT(comparison->findings, IsEmpty());
  EXPECT_THAT(comparison->possible, IsEmpty());
  EXPECT_FALSE(FindDifference(document, document).has_value());
}

TEST(CompareTest, ThreePlantedChangesAreThoseThree) {
  Shows({"b-6.1", "ctl-06"});
  const v1::Rulebook before = Llr2022();
  v1::Rulebook after = before;
  // Loosened, tightened, and taken away.
  Drop(after, "activate-consent-declined");
  RuleOf(after, "competence-generic-serves-anyone").set_outcome(v1::OUTCOME_HOLD);
  RuleOf(after, "take-responder-unknown").set_outcome(v1::OUTCOME_DENY);
  const auto comparison = Compare(before, after);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_THAT(Causes(*comparison),
              UnorderedElementsAre("activate-consent-declined", "competence-generic-serves-anyone",
                                   "take-responder-unknown"));
  EXPECT_THAT(comparison->possible, IsEmpty());
  ExpectExamplesHold(before, after, *comparison);
  // DENY to PERMIT, other loosening, tightening.
  EXPECT_TRUE(std::is_sorted(
      comparison->outcomes.begin(), comparison->outcomes.end(),
      [](const ChangeGroup& a, const ChangeGroup& b) { return a.direction < b.direction; }));
  for (const ChangeGroup& group : comparison->outcomes) {
    EXPECT_EQ(group.direction == Direction::kTightening,
              group.rule_id != "activate-consent-declined");
  }
  EXPECT_TRUE(FindDifference(before, after).has_value());
}

TEST(CompareTest, DenyToPermitComesFirst) {
  Shows({"b-6.1"});
  const v1::Rulebook before = Llr2022();
  v1::Rulebook after = before;
  Drop(after, "propose-consent-declined");
  const auto comparison = Compare(before, after);
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  ASSERT_FALSE(comparison->outcomes.empty());
  const ChangeGroup& first = comparison->outcomes[0];
  EXPECT_EQ(first.direction, Direction::kDenyToPermit);
  EXPECT_EQ(first.rule_id, "propose-consent-declined");
  EXPECT_EQ(AsWritten(first.matters), "consent: CONSENT_DECLINED");
  ExpectExamplesHold(before, after, *comparison);
}

TEST(CompareTest, OtherWordsChangeFindingsAlone) {
  const v1::Rulebook before = Llr2022();
  v1::Rulebook after = before;
  RuleOf(after, "propose-sharing-objected").set_remedy("Ask again.");
  const auto comparison = Compare(before, after);
  ASSERT_TRUE(comparison.ok());
  EXPECT_THAT(comparison->outcomes, IsEmpty());
  ASSERT_EQ(comparison->findings.size(), 1u);
  EXPECT_EQ(comparison->findings[0].question, v1::QUESTION_PROPOSE);
  EXPECT_EQ(comparison->findings[0].rule_id, "propose-sharing-objected");
  ASSERT_EQ(comparison->findings[0].regions.size(), 1u);
  EXPECT_EQ(AsWritten(comparison->findings[0].regions[0]),
            "sharing_objection: SHARING_OBJECTION_OBJECTS");
}

TEST(CompareTest, AChangedConstraintIsToldAsWhatIsPossibleInOneOnly) {
  const v1::Rulebook before = Llr2022();
  v1::Rulebook after = before;
  *after.add_constraints() = Parsed<v1::Constraint>(
      R"pb(id: "no-drops-at-home"
           never { generic_task: GENERIC_TASK_TASK_2 setting: SETTING_OWN_HOME })pb");
  const auto comparison = Compare(before, after);
  ASSERT_TRUE(comparison.ok());
  EXPECT_THAT(comparison->outcomes, IsEmpty());
  ASSERT_EQ(comparison->possible.size(), 1u);
  const PossibleInOne& one = comparison->possible[0];
  EXPECT_TRUE(one.in_first);
  EXPECT_EQ(one.constraint_id, "no-drops-at-home");
  ASSERT_FALSE(one.regions.empty());
  EXPECT_EQ(one.example.setting(), v1::Facts::SETTING_OWN_HOME);

  const auto back = Compare(after, before);
  ASSERT_TRUE(back.ok());
  ASSERT_EQ(back->possible.size(), 1u);
  EXPECT_FALSE(back->possible[0].in_first);
}

TEST(CompareTest, ShippedRulebooksCompareExactly) {
  for (const auto& [id, other] : AllShipped()) {
    SCOPED_TRACE(id);
    const auto comparison = Compare(Llr().document(), other);
    ASSERT_TRUE(comparison.ok()) << comparison.status();
    ExpectExamplesHold(Llr().document(), other, *comparison);
    EXPECT_EQ(comparison->outcomes.empty() && comparison->findings.empty(),
              !FindDifference(Llr().document(), other).has_value());
  }
}

TEST(CompareTest, ARuleThatConstraintsRuleOutMakesNoDifference) {
  const v1::Rulebook before = Llr2022();
  v1::Rulebook after = before;
  Add(after, R"(
    id: "assign-never"
    question: QUESTION_ASSIGN
    outcome: OUTCOME_DENY
    when {
      task_listing: TASK_LISTING_SPECIFIC
      worker_competence: WORKER_COMPETENCE_NOT_NEEDED
    })");
  EXPECT_FALSE(FindDifference(before, after).has_value());
  const auto comparison = Compare(before, after);
  ASSERT_TRUE(comparison.ok());
  EXPECT_THAT(comparison->outcomes, IsEmpty());
  EXPECT_THAT(comparison->findings, IsEmpty());
}

TEST(CompareTest, DirectionsGoByTheStrengthOfOutcomes) {
  EXPECT_EQ(DirectionOf(v1::OUTCOME_DENY, v1::OUTCOME_PERMIT), Direction::kDenyToPermit);
  EXPECT_EQ(DirectionOf(v1::OUTCOME_DENY, v1::OUTCOME_REFER), Direction::kLoosening);
  EXPECT_EQ(DirectionOf(v1::OUTCOME_HOLD, v1::OUTCOME_PERMIT), Direction::kLoosening);
  EXPECT_EQ(DirectionOf(v1::OUTCOME_PERMIT, v1::OUTCOME_HOLD), Direction::kTightening);
  EXPECT_EQ(DirectionOf(v1::OUTCOME_REFER, v1::OUTCOME_DENY), Direction::kTightening);
}

}  // namespace
}  // namespace fosse::policy::solver
