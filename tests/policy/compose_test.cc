// One rulebook out of several texts: what layers and bases may do, and what they may not.
#include "policy/compose.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/check.h"
#include "policy/decide.h"
#include "policy/explain.h"
#include "tests/policy/llr.h"
#include "tests/policy/sound.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::policy {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr int kSituations = 20000;

std::string LlrText() { return SourceFile("policy/rulebooks/llr/2022-10-01/rulebook.txtpb"); }
std::string GlosText() { return SourceFile("policy/rulebooks/glos/2026-04-01/rulebook.txtpb"); }
std::string NationalText() {
  return SourceFile("policy/rulebooks/national/2024-11-01/layer.txtpb");
}

std::unique_ptr<const Rulebook> Composed(const Parts& parts) {
  const absl::StatusOr<std::string> text = Compose(parts);
  EXPECT_THAT(text.status(), IsOk());
  return text.ok() ? *Rulebook::Create(*text) : nullptr;
}

const Rulebook& LlrWithNational() {
  static const Rulebook* const kRulebook =
      Composed({.rulebook = LlrText(), .layers = {NationalText()}}).release();
  return *kRulebook;
}

const Rulebook& Glos() {
  static const Rulebook* const kRulebook =
      Composed({.rulebook = GlosText(), .base = LlrText()}).release();
  return *kRulebook;
}

std::string LayerText(absl::string_view rules) {
  return absl::StrCat("id: \"over/2026-01-01\" name: \"Over\" vocabulary: 1\n", rules);
}

constexpr char kOneRule[] = R"(
rules {
  id: "over-consent" clause: "X-1" standing: STANDING_READING question: QUESTION_PROPOSE
  when { consent: CONSENT_GIVEN } outcome: OUTCOME_HOLD because: "So." remedy: "Do." }
)";

TEST(ComposeTest, WithoutBaseAndLayersTheTextIsItself) {
  EXPECT_THAT(Compose({.rulebook = LlrText()}), IsOkAndHolds(LlrText()));
}

TEST(ComposeTest, WhatComesOutIsOneTextThatDecidesAlone) {
  Shows({"nf-1"});
  EXPECT_EQ(LlrWithNational().document().id(), "llr/2022-10-01:national/2024-11-01");
  EXPECT_EQ(LlrWithNational().document().locality(), "QK1");
  ASSERT_EQ(LlrWithNational().document().parts_size(), 2);
  EXPECT_EQ(LlrWithNational().document().parts(0).kind(), v1::PART_KIND_LOCALITY);
  EXPECT_EQ(LlrWithNational().document().parts(0).digest(), Hex(Sha256(LlrText())));
  EXPECT_EQ(LlrWithNational().document().parts(1).kind(), v1::PART_KIND_LAYER);
  EXPECT_EQ(LlrWithNational().document().parts(1).digest(), Hex(Sha256(NationalText())));
  EXPECT_EQ(Glos().document().id(), "glos/2026-04-01");
  ASSERT_EQ(Glos().document().parts_size(), 2);
  EXPECT_EQ(Glos().document().parts(1).kind(), v1::PART_KIND_BASE);
}

TEST(ComposeTest, EveryRuleAndFindingSaysWhoWroteIt) {
  for (const Rulebook* rulebook : {&LlrWithNational(), &Glos()}) {
    for (const v1::Rule& rule : rulebook->document().rules()) {
      EXPECT_THAT(rule.layer(), Not(IsEmpty())) << rule.id();
    }
  }
  v1::Facts facts = BaseOf(v1::QUESTION_PROPOSE);
  Forget("route_back", facts);
  const v1::Decision decision = Explain(LlrWithNational(), v1::QUESTION_PROPOSE, facts,
                                        Decide(LlrWithNational(), v1::QUESTION_PROPOSE, facts));
  ASSERT_EQ(decision.outcome(), v1::OUTCOME_HOLD);
  EXPECT_EQ(decision.findings(0).rule_id(), "national-propose-no-route-back");
  EXPECT_EQ(decision.findings(0).layer(), "national/2024-11-01");
  EXPECT_EQ(decision.findings(1).layer(), "llr/2022-10-01");
}

TEST(ComposeTest, TheSuitesOfThePartsHold) {
  const auto national = ParseSuite(SourceFile("policy/rulebooks/national/2024-11-01/suite.txtpb"));
  ASSERT_THAT(national.status(), IsOk());
  EXPECT_THAT(CheckSuite(LlrWithNational(), *national), IsEmpty());
  const auto glos = ParseSuite(SourceFile("policy/rulebooks/glos/2026-04-01/suite.txtpb"));
  ASSERT_THAT(glos.status(), IsOk());
  EXPECT_THAT(CheckSuite(Glos(), *glos), IsEmpty());
}

TEST(ComposeTest, ASuiteOfAPartStillAnswersForThatPart) {
  v1::Suite suite;
  suite.set_rulebook_id("llr/2022-10-01:national/2024-11-01");
  const std::vector<std::string> faults = CheckSuite(LlrWithNational(), suite);
  EXPECT_THAT(faults, Contains(HasSubstr("national-propose-no-route-back is matched by no row")));
  EXPECT_THAT(faults, Not(Contains(HasSubstr("propose-nurse-only is matched by no row"))));
}

// However the facts lie: the layer takes nothing away, and no answer is weaker with it.
TEST(ComposeTest, ALayerNeverWeakensAnAnswer) {
  Shows({"nf-1"});
  std::mt19937 random(20261122);
  int stricter = 0;
  for (int n = 0; n < kSituations; ++n) {
    const v1::Question question = AnyQuestion(random);
    const v1::Facts facts = n % 2 == 0 ? AnyFacts(random) : NearBase(question, 6, random);
    const Verdict without = Decide(Llr(), question, facts);
    const Verdict with = Decide(LlrWithNational(), question, facts);
    const std::vector<std::string> before = RuleIds(Llr(), without.matched);
    const std::vector<std::string> after = RuleIds(LlrWithNational(), with.matched);
    for (const std::string& id : before) ASSERT_THAT(after, Contains(id));
    if (!before.empty()) {
      ASSERT_GE(with.outcome, without.outcome);
    }
    stricter += with.outcome > without.outcome ? 1 : 0;
  }
  EXPECT_GT(stricter, 0) << "the layer was never felt, so nothing was shown";
}

TEST(ComposeTest, TheOrderOfLayersDoesNotMatter) {
  const std::string over = LayerText(kOneRule);
  const auto one = Compose({.rulebook = LlrText(), .layers = {over, NationalText()}});
  const auto other = Compose({.rulebook = LlrText(), .layers = {NationalText(), over}});
  ASSERT_THAT(one.status(), IsOk());
  EXPECT_EQ(*one, *other);
}

TEST(ComposeTest, ABaseIsTakenButForWhatIsWrittenAnew) {
  Shows({"nf-1"});
  const auto find = [](const Rulebook& rulebook, absl::string_view id) -> const v1::Rule* {
    for (const v1::Rule& rule : rulebook.document().rules()) {
      if (rule.id() == id) return &rule;
    }
    return nullptr;
  };
  ASSERT_NE(find(Glos(), "propose-nurse-only"), nullptr);
  EXPECT_EQ(find(Glos(), "propose-nurse-only")->layer(), "llr/2022-10-01");
  ASSERT_NE(find(Glos(), "competence-task-is-not-generic"), nullptr);
  EXPECT_EQ(find(Glos(), "competence-task-is-not-generic")->layer(), "glos/2026-04-01");
  EXPECT_EQ(find(Glos(), "propose-task-6-stoma-unknown"), nullptr);
  EXPECT_EQ(Glos().FindTask("generic-7-blood-sugar")->training_class(),
            v1::TRAINING_CLASS_SPECIFIC);
  EXPECT_EQ(Llr().FindTask("generic-7-blood-sugar")->training_class(), v1::TRAINING_CLASS_GENERIC);
  EXPECT_EQ(Glos().FindTask("insulin")->training_class(), v1::TRAINING_CLASS_SPECIFIC);
  // Organisations are never taken.
  EXPECT_EQ(Glos().OwnerOf(v1::ROUTE_RULEBOOK_OWNER), "QR1-BOARD");
  for (const v1::RouteOwner& owner : Glos().document().routes()) {
    EXPECT_FALSE(absl::StartsWith(owner.organisation(), "QK1")) << v1::Route_Name(owner.route());
  }
}

struct Misfit {
  const char* name;
  std::string rulebook;
  std::string base;
  std::vector<std::string> layers;
  const char* reason;
  const char* says;
};

std::string GlosWith(absl::string_view from, absl::string_view to) {
  const std::string edited = absl::StrReplaceAll(GlosText(), {{from, to}});
  EXPECT_NE(edited, GlosText());
  return edited;
}

TEST(ComposeTest, WhatDoesNotFitIsRefusedByName) {
  const std::string permits =
      absl::StrReplaceAll(LayerText(kOneRule), {{"OUTCOME_HOLD", "OUTCOME_PERMIT"}});
  const std::string taken =
      absl::StrReplaceAll(LayerText(kOneRule), {{"over-consent", "propose-nurse-only"}});
  const std::vector<Misfit> misfits = {
      {"BaseMissing", GlosText(), "", {}, "COMPOSE_INVALID", "is missing"},
      {"BaseNotNamed", LlrText(), LlrText(), {}, "COMPOSE_INVALID", "names no base"},
      {"AnotherText", GlosText(), LlrText() + "\n", {}, "COMPOSE_INVALID", "another digest"},
      {"AnotherBase", GlosText(), kSound, {}, "COMPOSE_INVALID", "was given"},
      {"ReplacesNothing",
       GlosWith("replaces: \"competence-task-is-not-generic\"",
                "replaces: [\"competence-task-is-not-generic\", \"no-such-rule\"]"),
       LlrText(),
       {},
       "COMPOSE_INVALID",
       "no-such-rule"},
      {"WrittenTwice",
       GlosWith("replaces: \"competence-task-is-not-generic\"", ""),
       LlrText(),
       {},
       "COMPOSE_INVALID",
       "say that it replaces"},
      {"TaskTwice",
       GlosWith("replaces_tasks: [\"generic-6-stoma\", \"generic-7-blood-sugar\"]",
                "replaces_tasks: \"generic-6-stoma\""),
       LlrText(),
       {},
       "COMPOSE_INVALID",
       "generic-7-blood-sugar"},
      {"LayerPermits", LlrText(), "", {permits}, "COMPOSE_INVALID", "permits"},
      {"LayerTakesAnId", LlrText(), "", {taken}, "COMPOSE_INVALID", "propose-nurse-only"},
      {"LayerTwice", LlrText(), "", {NationalText(), NationalText()}, "COMPOSE_INVALID", "twice"},
      {"LayerNameless",
       LlrText(),
       "",
       {absl::StrReplaceAll(LayerText(kOneRule), {{"name: \"Over\"", ""}})},
       "COMPOSE_INVALID",
       "a name"},
      {"LayerOfAnotherVocabulary",
       LlrText(),
       "",
       {absl::StrReplaceAll(LayerText(kOneRule), {{"vocabulary: 1", "vocabulary: 2"}})},
       "COMPOSE_INVALID",
       "vocabulary"},
      {"LayerWithAFault",
       LlrText(),
       "",
       {absl::StrReplaceAll(LayerText(kOneRule), {{"remedy: \"Do.\"", ""}})},
       "RULEBOOK_INVALID",
       "over-consent"},
      {"LayerThatDoesNotParse", LlrText(), "", {"rules {"}, "RULEBOOK_INVALID", "1:"},
      {"SaysItsOwnLayer",
       absl::StrReplaceAll(kSound, {{"id: \"agreed\"", "id: \"agreed\" layer: \"me\""}}),
       "",
       {LayerText(kOneRule)},
       "COMPOSE_INVALID",
       "agreed"},
  };
  for (const Misfit& misfit : misfits) {
    Parts parts{.rulebook = misfit.rulebook, .base = misfit.base};
    for (const std::string& layer : misfit.layers) parts.layers.push_back(layer);
    const absl::Status status = Compose(parts).status();
    EXPECT_THAT(status, FailsWith(misfit.reason)) << misfit.name;
    EXPECT_THAT(std::string(status.message()), HasSubstr(misfit.says)) << misfit.name;
  }
}

TEST(ComposeTest, ARulebookWithABaseDoesNotDecide) {
  const auto rulebook = Rulebook::Create(GlosText());
  EXPECT_THAT(rulebook.status(), FailsWith("RULEBOOK_INVALID"));
  EXPECT_THAT(std::string(rulebook.status().message()), HasSubstr("compose it"));
  EXPECT_THAT(BaseIdOf(GlosText()), IsOkAndHolds(std::string("llr/2022-10-01")));
  EXPECT_THAT(BaseIdOf(LlrText()), IsOkAndHolds(std::string()));
}

}  // namespace
}  // namespace fosse::policy
