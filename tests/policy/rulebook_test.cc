#include "policy/rulebook.h"

#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/explain.h"
#include "policy/located_text.h"
#include "policy/rulebook_faults.h"
#include "tests/policy/sound.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::policy {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// The located lines of a refusal.
std::vector<std::string> FaultsOf(const std::string& text) {
  const auto rulebook = Rulebook::Create(text);
  EXPECT_THAT(rulebook, FailsWith("RULEBOOK_INVALID"));
  EXPECT_THAT(rulebook, HasCode(absl::StatusCode::kInvalidArgument));
  std::vector<std::string> lines = absl::StrSplit(std::string(rulebook.status().message()), '\n');
  lines.erase(lines.begin());  // The title.
  return lines;
}

struct Faulty {
  const char* name;
  const char* from;
  const char* to;
  const char* at;
  const char* says;
};

void PrintTo(const Faulty& row, std::ostream* out) { *out << row.name; }

const Faulty kFaulty[] = {
    {"TextThatDoesNotParse", "cover_owner: \"RT9\"", "cover_owner \"RT9\"", "5:13: ", "Expected"},
    {"UnknownField", "cover_owner", "cover_ower", "5:1: ", "no field named \"cover_ower\""},
    {"UnknownValue", "OUTCOME_DENY", "OUTCOME_NEVER", "18:12: ", "OUTCOME_NEVER"},
    {"IdUsedTwice", "\"unlisted-task\"", "\"consent-unknown\"", "33:3: ", "used twice"},
    {"IdMissing", "  id: \"unlisted-task\"\n", "", "32:1: ", "needs an id"},
    {"IdMalformed", "\"unlisted-task\"", "\"Unlisted task\"", "33:3: ", "needs an id"},
    {"ClauseMissing", "  clause: \"B-1.8\"\n", "", "32:1: ", "unlisted-task names no clause"},
    {"StandingMissing", "  clause: \"B-3.3\"\n  standing: STANDING_EXPLICIT\n",
     "  clause: \"B-3.3\"\n", "9:1: ", "nurse-only-task has no standing"},
    {"StandingUnspecified", "B-3.3\"\n  standing: STANDING_EXPLICIT",
     "B-3.3\"\n  standing: STANDING_UNSPECIFIED", "12:3: ", "has no standing"},
    {"QuestionMissing", "  question: QUESTION_PROPOSE\n  when { consent", "  when { consent",
     "22:1: ", "consent-unknown answers no question"},
    {"QuestionOutsideTheContract", "QUESTION_PROPOSE\n  when { consent", "99\n  when { consent",
     "26:3: ", "answers no question"},
    {"OutcomeMissing", "  outcome: OUTCOME_HOLD\n", "", "22:1: ", "has no outcome"},
    {"BecauseMissing", "  because: \"Nobody asked.\"\n", "", "22:1: ", "says no because"},
    {"RemedyMissing", "  remedy: \"Ask.\"\n", "", "22:1: ", "has no remedy"},
    {"ReferWithoutRoute", "  route: ROUTE_MDT\n}", "}", "38:3: ", "refers without a route"},
    {"RouteWithoutOwner", "  route: ROUTE_MDT\n}", "  route: ROUTE_IPCB\n}",
     "41:3: ", "ROUTE_IPCB has no owner"},
    {"NobodyOwnsSilence", "organisation: \"QK9-IPCB\" ", "", "1:1: ", "ROUTE_RULEBOOK_OWNER"},
    {"NoCondition", "when { consent: [CONSENT_UNKNOWN, CONSENT_NOT_ASKED] }", "when { }",
     "22:1: ", "no condition beyond its question"},
    {"WhenMissing", "  when { consent: [CONSENT_UNKNOWN, CONSENT_NOT_ASKED] }\n", "",
     "22:1: ", "no condition beyond its question"},
    {"ConditionOfEveryValue", "consent: [CONSENT_UNKNOWN, CONSENT_NOT_ASKED]",
     "risk_decision: [RISK_DECISION_UNKNOWN, RISK_DECISION_RECORDED, RISK_DECISION_NOT_RECORDED]",
     "27:10: ", "risk_decision names every value"},
    {"EveryValueIsNoCondition", "consent: [CONSENT_UNKNOWN, CONSENT_NOT_ASKED]",
     "risk_decision: [RISK_DECISION_UNKNOWN, RISK_DECISION_RECORDED, RISK_DECISION_NOT_RECORDED]",
     "22:1: ", "no condition beyond its question"},
    {"ValueNamedTwiceInAList", "CONSENT_NOT_ASKED]", "CONSENT_UNKNOWN]",
     "27:10: ", "consent names CONSENT_UNKNOWN twice"},
    {"ValueNamedTwiceApart", "[CONSENT_UNKNOWN, CONSENT_NOT_ASKED]",
     "CONSENT_UNKNOWN consent: CONSENT_UNKNOWN", "27:35: ", "consent names CONSENT_UNKNOWN twice"},
    {"ValueOutsideTheVocabulary", "[CONSENT_UNKNOWN, CONSENT_NOT_ASKED]", "77",
     "27:10: ", "consent has no value 77"},
    {"DenyOnAMissingFact", "PERFORMER_NOT_A_REGISTERED_NURSE",
     "[PERFORMER_NOT_A_REGISTERED_NURSE, PERFORMER_UNKNOWN]",
     "16:5: ", "a missing fact is no reason to deny"},
    {"OtherVocabulary", "vocabulary: 1", "vocabulary: 2", "4:1: ", "written for vocabulary 2"},
    {"NoVocabulary", "vocabulary: 1\n", "\n", "1:1: ", "written for vocabulary 0"},
    {"NoId", "id: \"probe/2026-01-01\"", "", "1:1: ", "rulebook has no id"},
    {"NoLocality", "locality: \"QK9\"", "", "1:1: ", "no locality"},
    {"NoName", "name: \"Probe\"", "", "1:1: ", "no name for people"},
    {"NoCoverOwner", "cover_owner: \"RT9\"", "", "1:1: ", "cover_owner is missing"},
    {"NoUnwellWords", "unwell_words: \"Call now.\"", "", "1:1: ", "unwell_words are missing"},
    {"CatalogueCodeUsedTwice", "deadlines {",
     "catalogue { code: \"wound-dressing\" name: \"x\" generic_task: GENERIC_TASK_NONE "
     "training_class: TRAINING_CLASS_NONE restriction: TASK_RESTRICTION_NONE version: \"1\" }\n"
     "deadlines {",
     "66:13: ", "wound-dressing is used twice"},
    {"CatalogueCodeMissing", "  code: \"wound-dressing\"\n", "", "57:1: ", "needs a code"},
    {"TaskNameMissing", "  name: \"Dress a wound\"\n", "", "57:1: ", "has no name for people"},
    {"TaskVersionMissing", "  version: \"1\"\n", "", "57:1: ", "has no version"},
    {"TrainingClassMissing", "  training_class: TRAINING_CLASS_SPECIFIC\n", "",
     "57:1: ", "has no training class"},
    {"RestrictionMissing", "  restriction: TASK_RESTRICTION_NONE\n", "",
     "57:1: ", "does not say who alone may do it"},
    {"GenericTaskMissing", "  generic_task: GENERIC_TASK_NONE\n", "",
     "57:1: ", "names a generic task where"},
    {"GenericTaskOfASpecificOne", "generic_task: GENERIC_TASK_NONE\n",
     "generic_task: GENERIC_TASK_TASK_7\n", "60:3: ", "names a generic task where"},
    {"MapWithoutSystem", "system: \"urn:other\" ", "", "64:3: ", "needs both system and code"},
    {"MappedTwice", "same_as { system: \"urn:other\" code: \"42\" }",
     "same_as { system: \"urn:other\" code: \"42\" }\n"
     "  same_as { system: \"urn:other\" code: \"42\" }",
     "65:3: ", "42 is mapped twice"},
    {"DeadlineOfNothing", "kind: TIMER_KIND_OFFER_DEADLINE ", "", "66:1: ", "add its kind"},
    {"DeadlineOfNoTime", "minutes: 90", "minutes: 0", "66:1: ", "at least one minute"},
    {"DeadlineOfMoreThanAYear", "minutes: 90", "minutes: 527041", "66:", "at most 527040 minutes"},
    {"DeadlineBeyondAllTime", "minutes: 90", "minutes: 4294967295",
     "66:", "at most 527040 minutes"},
    {"AdHocPeriodOfMoreThanAYear", "vocabulary: 1\n",
     "vocabulary: 1\nad_hoc_limit { times: 3 days: 367 }\n", "5:", "at most 366 days"},
    {"AdHocTooOften", "vocabulary: 1\n", "vocabulary: 1\nad_hoc_limit { times: 1001 days: 28 }\n",
     "5:", "after 1000 times at the latest"},
    {"OverrideOfMoreThanAYear", "vocabulary: 1\n", "vocabulary: 1\noverride_days: 367\n",
     "5:1: ", "after 366 days at the latest"},
    {"NameOfSpaces", "name: \"Probe\"", "name: \"  \"", "1:1: ", "no name for people"},
    {"DeadlineTwice", "minutes: 90 }",
     "minutes: 90 }\ndeadlines { kind: TIMER_KIND_OFFER_DEADLINE minutes: 9 }",
     "67:1: ", "TIMER_KIND_OFFER_DEADLINE has two deadlines"},
    {"RouteTwice", "words: \"the team\" }",
     "words: \"the team\" }\nroutes { route: ROUTE_MDT words: \"them\" }",
     "9:1: ", "ROUTE_MDT has two owners"},
    {"OwnerOfNoRoute", "route: ROUTE_MDT words", "words", "8:1: ", "says of which route"},
    {"OwnerWithoutWords", " words: \"the team\"", "", "8:1: ", "add words"},
    {"ConstraintWithoutId", "  id: \"impossible\"\n", "", "52:1: ", "constraint needs an id"},
    {"ConstraintWithoutCondition",
     "{ task_listing: TASK_LISTING_GENERIC generic_task: GENERIC_TASK_NONE }", "{ }",
     "52:1: ", "rules everything out"},
    {"ConstraintWithoutReason", "  because: \"It is one of seven.\"\n", "",
     "52:1: ", "says why it holds"},
};

class FaultyRulebook : public ::testing::TestWithParam<Faulty> {};

TEST_P(FaultyRulebook, IsRefusedWithThePlace) {
  const Faulty& faulty = GetParam();
  EXPECT_THAT(FaultsOf(Edited(faulty.from, faulty.to)),
              Contains(AllOf(StartsWith(faulty.at), HasSubstr(faulty.says))));
}
INSTANTIATE_TEST_SUITE_P(Rulebook, FaultyRulebook, ::testing::ValuesIn(kFaulty),
                         [](const auto& test) { return test.param.name; });

TEST(RulebookTest, EveryFaultIsToldInOrderOfPlace) {
  std::string text = Edited("  remedy: \"Ask.\"\n", "");
  text.replace(text.find("vocabulary: 1"), 13, "vocabulary: 9");
  EXPECT_THAT(FaultsOf(text), ElementsAre(StartsWith("4:1: "), StartsWith("22:1: ")));
}

TEST(RulebookTest, AYearIsTheLongestOfAllPeriods) {
  const std::string text = Edited("minutes: 90", "minutes: 527040");
  EXPECT_THAT(Rulebook::Create(absl::StrCat(
                  text, "ad_hoc_limit { times: 1000 days: 366 }\noverride_days: 366\n")),
              IsOk());
}

TEST(RulebookTest, NothingIsNoRulebook) {
  EXPECT_THAT(FaultsOf(""), Contains("1:1: there are no rules"));
}

TEST(RulebookTest, TooManyRulesAndTooLongATextAreRefused) {
  std::string rules(kSound);
  for (size_t n = 0; n < kMaxRules; ++n) {
    absl::StrAppend(&rules, "rules { id: \"r", n,
                    "\" clause: \"B-1.8\" standing: STANDING_READING question: QUESTION_PROPOSE "
                    "when { setting: SETTING_UNKNOWN } outcome: OUTCOME_HOLD because: \"b\" "
                    "remedy: \"r\" }\n");
  }
  EXPECT_THAT(FaultsOf(rules), ElementsAre(HasSubstr(": too many rules: 516")));
  EXPECT_THAT(FaultsOf(std::string(kMaxDocumentBytes + 1, ' ')),
              ElementsAre(StartsWith("1:1: the document is longer")));
}

TEST(RulebookTest, FaultsBeyondTheLimitAreCounted) {
  std::string text(kSound);
  for (size_t n = 0; n < kMaxFaults + 5; ++n) absl::StrAppend(&text, "deadlines { minutes: 1 }\n");
  const std::vector<std::string> faults = FaultsOf(text);
  EXPECT_EQ(faults.size(), kMaxFaults + 1);
  EXPECT_EQ(faults.back(), "and 5 more");
}

// A rulebook comes from outside: damaged bytes are refused or read, never a crash.
TEST(RulebookTest, DamagedTextIsRefusedOrRead) {
  Shows({"ctl-32"});
  std::mt19937 random(29);
  size_t refused = 0;
  for (int i = 0; i < 3'000; ++i) {
    std::string text(kSound);
    for (unsigned hits = 1 + random() % 4; hits > 0; --hits) {
      const size_t at = random() % text.size();
      if (random() % 3 == 0) {
        text.erase(at, random() % 40);
      } else {
        text[at] = static_cast<char>(random() % 256);
      }
    }
    const auto rulebook = Rulebook::Create(text);
    if (!rulebook.ok()) {
      ++refused;
      ASSERT_THAT(rulebook, FailsWith("RULEBOOK_INVALID"));
    }
  }
  EXPECT_GT(refused, 2'000) << "the damage must matter";
}

TEST(RulebookTest, KeepsTheBytesAndTheirDigest) {
  ASSERT_OK_AND_ASSIGN(const auto rulebook, Rulebook::Create(kSound));
  EXPECT_EQ(rulebook->stored(), kSound);
  EXPECT_EQ(rulebook->digest(), Sha256(kSound));
  // The digest is over bytes: a comment makes another rulebook of the same rules.
  ASSERT_OK_AND_ASSIGN(const auto other, Rulebook::Create(absl::StrCat("# hello\n", kSound)));
  EXPECT_NE(other->digest(), rulebook->digest());
}

TEST(RulebookTest, RulesComeInOrderOfIdWhateverTheOrderOfWriting) {
  ASSERT_EQ(Sound().size(), 4);
  EXPECT_EQ(Sound().rule(0).id(), "agreed");
  EXPECT_EQ(Sound().rule(3).id(), "unlisted-task");
  EXPECT_THAT(RuleIds(Sound(), Sound().RulesOf(v1::QUESTION_PROPOSE)),
              ElementsAre("agreed", "consent-unknown", "nurse-only-task", "unlisted-task"));
  EXPECT_TRUE(Sound().RulesOf(v1::QUESTION_ASSIGN).none());
  EXPECT_TRUE(Sound().RulesOf(v1::QUESTION_UNSPECIFIED).none());
  EXPECT_TRUE(Sound().RulesOf(static_cast<v1::Question>(999)).none());
}

TEST(RulebookTest, FindsTasksByOurCodeAndThroughTheMap) {
  v1::Code code;
  code.set_code("wound-dressing");
  ASSERT_NE(Sound().FindTask(code), nullptr);
  EXPECT_EQ(Sound().FindTask(code), Sound().FindTask("wound-dressing"));
  code.set_system("urn:other");  // Our word in another system is not our code.
  EXPECT_EQ(Sound().FindTask(code), nullptr);
  code.set_code("42");
  EXPECT_EQ(Sound().FindTask(code), Sound().FindTask("wound-dressing"));
  code.set_system("urn:another");
  EXPECT_EQ(Sound().FindTask(code), nullptr);
  EXPECT_EQ(Sound().FindTask(""), nullptr);
}

TEST(RulebookTest, DeadlinesAndOwnersAreTheLocalitysOwn) {
  EXPECT_EQ(Sound().DeadlineFor(v1::TIMER_KIND_OFFER_DEADLINE), absl::Minutes(90));
  EXPECT_EQ(Sound().DeadlineFor(v1::TIMER_KIND_HELD_DEADLINE), absl::Hours(24 * 7));
  EXPECT_EQ(Sound().OwnerOf(v1::ROUTE_RULEBOOK_OWNER), "QK9-IPCB");
  EXPECT_EQ(Sound().OwnerOf(v1::ROUTE_MDT), "");
  EXPECT_EQ(Sound().OwnerOf(v1::ROUTE_SHARED_CARE), "");
}

TEST(RulebookTest, RuleIdsAreWordsJoinedByHyphens) {
  for (const char* id : {"a", "task-7-follow-up", "nurse-only"}) EXPECT_TRUE(IsRuleId(id)) << id;
  for (const char* id : {"", "-a", "a-", "a--b", "A-b", "a b", "7-days", "a_b", "caf\xC3\xA9"}) {
    EXPECT_FALSE(IsRuleId(id)) << id;
  }
}

}  // namespace
}  // namespace fosse::policy
