#include "policy/check.h"

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/policy/sound.h"
#include "tests/support/status_matchers.h"

namespace fosse::policy {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSuite[] = R"(rulebook_id: "probe/2026-01-01"
bases {
  question: QUESTION_PROPOSE
  facts { consent: CONSENT_GIVEN mdt_decision: MDT_DECISION_AGREED }
}
cases {
  name: "agreed"
  question: QUESTION_PROPOSE
  outcome: OUTCOME_PERMIT
  rules: "agreed"
}
cases {
  name: "nobody asked"
  question: QUESTION_PROPOSE
  unknown: ["consent", "mdt_decision"]
  outcome: OUTCOME_HOLD
  rules: "consent-unknown"
}
)";

std::string EditedSuite(absl::string_view from, absl::string_view to) {
  const std::string edited = absl::StrReplaceAll(kSuite, {{from, to}});
  FOSSE_CHECK(edited != kSuite);
  return edited;
}

struct Faulty {
  const char* name;
  const char* from;
  const char* to;
  const char* says;
};

void PrintTo(const Faulty& row, std::ostream* out) { *out << row.name; }

const Faulty kFaulty[] = {
    {"TextThatDoesNotParse", "outcome: OUTCOME_PERMIT", "outcome OUTCOME_PERMIT", "\n9:11: "},
    {"NoRulebook", "rulebook_id: \"probe/2026-01-01\"", "",
     "\n1:1: the suite names no rulebook_id"},
    {"RowWithoutName", "  name: \"agreed\"\n", "", "\n6:1: a row says what it shows"},
    {"NameTwice", "\"nobody asked\"", "\"agreed\"", "\n13:3: the name \"agreed\" is used twice"},
    {"RowWithoutQuestion", "  question: QUESTION_PROPOSE\n  outcome", "  outcome",
     "\n6:1: a row asks a question"},
    {"RowWithoutOutcome", "  outcome: OUTCOME_PERMIT\n", "",
     "\n6:1: a row says what must come out"},
    {"RuleTwice", "rules: \"agreed\"", "rules: \"agreed\"\n  rules: \"agreed\"",
     "\n11:3: rule agreed is named twice"},
    {"UnknownThatIsNoFact", "\"consent\"", "\"concent\"", "\n15:3: concent is no fact"},
    {"UnknownAndStated", "outcome: OUTCOME_HOLD", "facts { consent: CONSENT_GIVEN }",
     "\n15:3: consent is both unknown and stated"},
    {"BaseOfNoQuestion", "bases {\n  question: QUESTION_PROPOSE", "bases {",
     "\n2:1: a base says for which question"},
    {"TwoBases", "cases {\n  name: \"agreed\"",
     "bases { question: QUESTION_PROPOSE }\ncases {\n  name: \"agreed\"",
     "\n6:1: two bases for one question"},
};

class FaultySuite : public ::testing::TestWithParam<Faulty> {};

TEST_P(FaultySuite, IsRefusedWithThePlace) {
  const auto suite = ParseSuite(EditedSuite(GetParam().from, GetParam().to));
  EXPECT_THAT(suite, FailsWith("SUITE_INVALID"));
  EXPECT_THAT(std::string(suite.status().message()), HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(Suite, FaultySuite, ::testing::ValuesIn(kFaulty),
                         [](const auto& test) { return test.param.name; });

std::vector<std::string> Checked(const std::string& text) {
  const auto suite = ParseSuite(text);
  EXPECT_THAT(suite, IsOk());
  return CheckSuite(Sound(), *suite);
}

TEST(CheckSuiteTest, RowsThatHoldAreNoFault) {
  EXPECT_THAT(Checked(kSuite), Each(Not(HasSubstr("row \""))));
}

TEST(CheckSuiteTest, UnknownTakesAFactOutOfTheBase) {
  const auto suite = ParseSuite(kSuite);
  ASSERT_THAT(suite, IsOk());
  EXPECT_EQ(SituationOf(*suite, suite->cases(0)).consent(), v1::Facts::CONSENT_GIVEN);
  EXPECT_EQ(SituationOf(*suite, suite->cases(1)).consent(), v1::Facts::CONSENT_UNKNOWN);
}

TEST(CheckSuiteTest, TellsARowThatDoesNotHold) {
  EXPECT_THAT(Checked(EditedSuite("OUTCOME_PERMIT", "OUTCOME_DENY")),
              Contains("row \"agreed\" (QUESTION_PROPOSE): comes out as OUTCOME_PERMIT, not "
                       "OUTCOME_DENY"));
  EXPECT_THAT(Checked(EditedSuite("  rules: \"agreed\"\n", "")),
              Contains("row \"agreed\" (QUESTION_PROPOSE): rule agreed matches, which it does not "
                       "name"));
  EXPECT_THAT(Checked(EditedSuite("rules: \"agreed\"", "rules: [\"agreed\", \"no-such\"]")),
              Contains("row \"agreed\" (QUESTION_PROPOSE): rule no-such does not match"));
}

TEST(CheckSuiteTest, TellsASituationThatCannotBe) {
  EXPECT_THAT(Checked(absl::StrCat(kSuite, R"(cases {
      name: "impossible" question: QUESTION_PROPOSE outcome: OUTCOME_PERMIT rules: "agreed"
      facts { task_listing: TASK_LISTING_GENERIC generic_task: GENERIC_TASK_NONE } })")),
              Contains("row \"impossible\" (QUESTION_PROPOSE): cannot be, by constraint "
                       "impossible"));
}

TEST(CheckSuiteTest, TellsWhatNoRowReaches) {
  const std::vector<std::string> faults = Checked(kSuite);
  EXPECT_THAT(faults, Contains("rule nurse-only-task is matched by no row"));
  EXPECT_THAT(faults, Contains("QUESTION_PROPOSE: no row asks consent: CONSENT_DECLINED"));
  EXPECT_THAT(faults, Contains("QUESTION_PROPOSE: no row asks performer: PERFORMER_UNPAID"));
  EXPECT_THAT(faults, Not(Contains("rule agreed is matched by every row")));
  EXPECT_THAT(Checked(EditedSuite(R"(  unknown: ["consent", "mdt_decision"])",
                                  R"(  unknown: ["consent"])")),
              Contains("rule agreed is matched by every row"));
}

TEST(CheckSuiteTest, TellsASuiteForAnotherRulebook) {
  EXPECT_THAT(Checked(EditedSuite("probe/2026-01-01", "probe/2027-01-01")),
              Contains("the suite is for probe/2027-01-01, not for probe/2026-01-01"));
}

}  // namespace
}  // namespace fosse::policy
