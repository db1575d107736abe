// Whether the suites notice slips: every mutant of every rule of every shipped rulebook fails its
// suite, but for those that decide nothing differently, which Z3 proves and a file lists.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/check.h"
#include "policy/solver/compare.h"
#include "tests/policy/llr.h"
#include "tests/policy/mutants.h"
#include "tests/policy/shipped.h"
#include "tests/policy/sound.h"
#include "tests/support/status_matchers.h"

namespace fosse::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

// The rules of one question alone: others neither see nor change a mutant's answers.
v1::Rulebook OnlyQuestion(const v1::Rulebook& rulebook, v1::Question question) {
  v1::Rulebook only = rulebook;
  only.clear_rules();
  for (const v1::Rule& rule : rulebook.rules()) {
    if (rule.question() == question) *only.add_rules() = rule;
  }
  return only;
}

// A situation, within the constraints, in which outcome or set of rules differ; none where Z3 shows
// that there is none. Other words of a finding are no difference: no suite row could tell them.
std::optional<v1::Facts> ToldApartBy(const v1::Rulebook& rulebook, const Mutant& mutant) {
  const v1::Rulebook before = OnlyQuestion(rulebook, mutant.rule.question());
  const v1::Rulebook after = WithMutant(before, mutant);
  const std::optional<solver::Difference> found = solver::FindDifference(before, after);
  if (!found.has_value()) return std::nullopt;
  const v1::Rule& original =
      *std::find_if(before.rules().begin(), before.rules().end(),
                    [&](const v1::Rule& rule) { return rule.id() == mutant.rule.id(); });
  if (original.outcome() == mutant.rule.outcome()) return found->example;
  // The rule's own outcome is told with its finding; here only the decision's counts.
  const std::optional<solver::Difference> other = solver::FindOutcomeDifference(before, after);
  if (!other.has_value()) return std::nullopt;
  return other->example;
}

std::string Line(const Mutant& mutant) { return absl::StrCat(mutant.rule.id(), ": ", mutant.slip); }

// Mutants that pass the suite, in words: those that decide nothing differently, and those for which
// the suite needs one row more, with a situation that would tell them apart.
struct Passed {
  std::vector<std::string> equivalent;
  std::vector<std::string> unnoticed;
};

Passed PassedBy(const v1::Rulebook& rulebook, const v1::Suite& suite,
                const std::vector<std::string>& rules, size_t& tried) {
  Passed passed;
  for (const Mutant& mutant : Survivors(rulebook, suite, rules, tried)) {
    const std::optional<v1::Facts> example = ToldApartBy(rulebook, mutant);
    if (example.has_value()) {
      passed.unnoticed.push_back(absl::StrCat(Line(mutant), " when ", example->ShortDebugString()));
    } else {
      passed.equivalent.push_back(Line(mutant));
    }
  }
  return passed;
}

// The list beside this file. UPDATE_GOLDEN rewrites it; then the test fails, for a look at the
// diff.
std::string ListPath(const std::string& folder) {
  const char* root = std::getenv("FOSSE_SOURCE");
  return absl::StrCat(root == nullptr ? "." : root, "/tests/policy/equivalent_mutants/",
                      absl::StrReplaceAll(folder, {{"/", "_"}}), ".txt");
}

TEST(MutationTest, EverySlipInAShippedRuleIsNoticedOrDecidesNothing) {
  for (const Shipped& shipped : ShippedRulebooks()) {
    SCOPED_TRACE(shipped.folder);
    EXPECT_THAT(CheckSuite(*shipped.rulebook, shipped.suite), IsEmpty());
    const std::vector<std::string> rules = shipped.OwnRules();
    ASSERT_THAT(rules, Not(IsEmpty()));
    size_t tried = 0;
    const Passed passed = PassedBy(shipped.rulebook->document(), shipped.suite, rules, tried);
    EXPECT_GT(tried, 5 * rules.size());
    EXPECT_THAT(passed.unnoticed, IsEmpty());

    const std::string path = ListPath(shipped.folder);
    std::string list =
        "# Slips in rules that change no decision within the constraints, as Z3 proves; of all "
        "that\n"
        "# tests/policy/mutants.h tries, the suite notices the others.\n";
    for (const std::string& line : passed.equivalent) absl::StrAppend(&list, line, "\n");
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
      std::ofstream(path, std::ios::binary) << list;
      ADD_FAILURE() << "rewrote " << path << "; review the diff, then run without UPDATE_GOLDEN";
    } else {
      EXPECT_EQ(list, SourceFile(absl::StrCat("tests/policy/equivalent_mutants/",
                                              std::filesystem::path(path).filename().string())));
    }
    std::cout << shipped.folder << ": " << tried << " mutants, " << passed.equivalent.size()
              << " decide nothing differently\n";
  }
}

// Survivors() judges rows by itself; CheckSuite() over a rulebook loaded with the slip says the
// same, for a sample of all that the loader takes.
TEST(MutationTest, TheSuiteItselfSaysTheSame) {
  size_t tried = 0;
  std::set<std::string> survivors;
  std::vector<std::string> rules;
  for (const v1::Rule& rule : Llr().document().rules()) rules.push_back(rule.id());
  for (const Mutant& mutant : Survivors(Llr().document(), LlrSuite(), rules, tried)) {
    survivors.insert(Line(mutant));
  }
  std::mt19937 random(29);
  int compared = 0;
  while (compared < 40) {
    const v1::Rule& rule = Llr().rule(random() % Llr().size());
    const std::vector<Mutant> mutants = MutantsOf(rule);
    const Mutant& mutant = mutants[random() % mutants.size()];
    std::string text;
    ASSERT_TRUE(
        google::protobuf::TextFormat::PrintToString(WithMutant(Llr().document(), mutant), &text));
    const auto loaded = Rulebook::Create(text);
    if (!loaded.ok()) continue;
    ++compared;
    EXPECT_EQ(CheckSuite(**loaded, LlrSuite()).empty(), survivors.count(Line(mutant)) != 0)
        << Line(mutant);
  }
}

constexpr char kProbeSuite[] = R"(
rulebook_id: "probe/2026-01-01"
bases { question: QUESTION_PROPOSE facts { consent: CONSENT_GIVEN } }
cases { name: "silence" question: QUESTION_PROPOSE outcome: OUTCOME_REFER }
)";

// A rule with two values, asked of by rows that leave one of them out.
TEST(MutationTest, APlantedWeakSuiteIsReported) {
  ASSERT_OK_AND_ASSIGN(const auto rulebook, Rulebook::Create(kSound));
  v1::Rulebook one = rulebook->document();
  one.clear_rules();
  one.clear_constraints();
  for (const v1::Rule& rule : rulebook->document().rules()) {
    if (rule.id() == "consent-unknown") *one.add_rules() = rule;
  }
  ASSERT_OK_AND_ASSIGN(v1::Suite suite, ParseSuite(kProbeSuite));
  const auto add = [&](v1::Facts::Consent consent, bool matches) {
    v1::SuiteCase& row = *suite.add_cases();
    row.set_name(v1::Facts::Consent_Name(consent));
    row.set_question(v1::QUESTION_PROPOSE);
    row.mutable_facts()->set_consent(consent);
    if (consent == v1::Facts::CONSENT_UNKNOWN) row.add_unknown("consent");
    row.set_outcome(matches ? v1::OUTCOME_HOLD : v1::OUTCOME_REFER);
    if (matches) row.add_rules("consent-unknown");
  };
  add(v1::Facts::CONSENT_UNKNOWN, true);
  for (const auto consent : {v1::Facts::CONSENT_DECLINED, v1::Facts::CONSENT_ATTORNEY_OR_DEPUTY,
                             v1::Facts::CONSENT_BEST_INTERESTS}) {
    add(consent, false);
  }
  size_t tried = 0;
  const Passed weak = PassedBy(one, suite, {"consent-unknown"}, tried);
  EXPECT_THAT(weak.unnoticed,
              ElementsAre("consent-unknown: takes away CONSENT_NOT_ASKED when consent: "
                          "CONSENT_NOT_ASKED"));
  EXPECT_THAT(weak.equivalent, IsEmpty());
  // 3 outcomes, one condition to drop, 2 values to take away, 4 to add, 8 to put for another.
  EXPECT_EQ(tried, 18);

  add(v1::Facts::CONSENT_NOT_ASKED, true);
  EXPECT_THAT(PassedBy(one, suite, {"consent-unknown"}, tried).unnoticed, IsEmpty());
}

// A value that a constraint rules out beside the rule's other condition can be added unnoticed, and
// is listed, not reported.
TEST(MutationTest, ASlipThatDecidesNothingIsProvedToBeOne) {
  v1::Rulebook rulebook = Sound().document();
  Mutant mutant;
  for (const v1::Rule& rule : rulebook.rules()) {
    if (rule.id() == "unlisted-task") mutant.rule = rule;
  }
  // A listing that is generic always names its task here, so the pair never comes.
  mutant.rule.mutable_when()->add_generic_task(v1::Facts::GENERIC_TASK_NONE);
  EXPECT_TRUE(ToldApartBy(rulebook, mutant).has_value());
  v1::Rulebook narrowed = rulebook;
  for (v1::Rule& rule : *narrowed.mutable_rules()) {
    if (rule.id() == "unlisted-task") {
      rule.mutable_when()->add_generic_task(v1::Facts::GENERIC_TASK_NONE);
      mutant.rule = rule;
    }
  }
  mutant.rule.mutable_when()->add_task_listing(v1::Facts::TASK_LISTING_GENERIC);
  EXPECT_FALSE(ToldApartBy(narrowed, mutant).has_value());
}

}  // namespace
}  // namespace fosse::policy
