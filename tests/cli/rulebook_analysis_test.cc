// `fosse rulebook check`, `compare` and `what-if`: what an author of rulebooks reads, and how the
// program ends.

#include <string>

#include "cli/exit_code.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "tests/cli/program.h"
#include "tests/gateway/test_gateway.h"
#include "tests/policy/solver/edited_llr.h"
#include "tests/support/shows.h"

namespace fosse::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string TextOf(const google::protobuf::Message& message) {
  std::string text;
  FOSSE_CHECK(google::protobuf::TextFormat::PrintToString(message, &text));
  return text;
}

google::protobuf::Struct Json(const std::string& text) {
  google::protobuf::Struct document;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(text, &document).ok()) << text;
  return document;
}

class RulebookAnalysisTest : public ::testing::Test {
 protected:
  RulebookAnalysisTest() : document_(policy::solver::Llr2022()) {
    folder_.Write("shipped.txtpb", policy::Llr().stored());
  }

  // The shipped rulebook as it was changed.
  std::string Edited() {
    folder_.Write("edited.txtpb", TextOf(document_));
    return folder_.path("edited.txtpb");
  }
  std::string Shipped() { return folder_.path("shipped.txtpb"); }
  std::string Facts(const v1::Facts& facts) {
    folder_.Write("facts.txtpb", TextOf(facts));
    return folder_.path("facts.txtpb");
  }

  TestFolder folder_;
  v1::Rulebook document_;
};

TEST_F(RulebookAnalysisTest, TheShippedRulebookHasNoFault) {
  const ProgramEnd end = RunFosse({"rulebook", "check", Shipped()});
  EXPECT_EQ(end.code, kExitOk) << end.out << end.err;
  EXPECT_THAT(end.out, HasSubstr("no gap, no dead rule, no contradiction"));
}

TEST_F(RulebookAnalysisTest, AGapIsToldInPlainWordsAndAsWritten) {
  Shows({"haz-10"});
  policy::solver::Drop(document_, "respond-no-answer");
  const std::string file = Edited();
  const ProgramEnd end = RunFosse({"rulebook", "check", file});
  EXPECT_EQ(end.code, kExitNotVerified);
  EXPECT_THAT(end.out, HasSubstr("No rule answers RESPOND where"));
  EXPECT_THAT(end.out, HasSubstr("provider_response: "));
  EXPECT_THAT(end.out, HasSubstr("1 fault."));

  const ProgramEnd as_json = RunFosse({"--json", "rulebook", "check", file});
  EXPECT_EQ(as_json.code, kExitNotVerified);
  const google::protobuf::Struct json = Json(as_json.out);
  EXPECT_FALSE(json.fields().at("ok").bool_value());
  ASSERT_EQ(json.fields().at("gaps").list_value().values_size(), 1);
  const auto& gap = json.fields().at("gaps").list_value().values(0).struct_value().fields();
  EXPECT_EQ(gap.at("question").string_value(), "QUESTION_RESPOND");
  EXPECT_EQ(gap.at("situations").struct_value().fields().count("provider_response"), 1u);
}

TEST_F(RulebookAnalysisTest, ADeadRuleAndAContradictionAreTold) {
  const std::string common =
      "standing: STANDING_READING question: QUESTION_ASSIGN outcome: OUTCOME_HOLD because: 'B.' ";
  policy::solver::Add(document_, common + R"(
      id: "x-never" clause: "X-1" remedy: "None."
      when {
        task_listing: TASK_LISTING_SPECIFIC
        worker_competence: WORKER_COMPETENCE_NOT_NEEDED
      })");
  for (const char* const id : {"x-one", "x-two"}) {
    policy::solver::Add(document_, common + "id: '" + id + "' remedy: 'Ask " + id +
                                       ".' clause: 'X-2' when { setting: SETTING_CARE_HOME }");
  }
  const ProgramEnd end = RunFosse({"rulebook", "check", Edited()});
  EXPECT_EQ(end.code, kExitNotVerified);
  EXPECT_THAT(end.out, HasSubstr("Rule x-never can never match"));
  EXPECT_THAT(end.out, HasSubstr("ruled out by: listed-training-is-needed"));
  EXPECT_THAT(end.out, HasSubstr("Rules x-one and x-two contradict each other"));
  EXPECT_THAT(end.out, HasSubstr("2 faults."));
}

TEST_F(RulebookAnalysisTest, ComparingTellsWhatChangesAndIsNoFault) {
  Shows({"b-6.1", "ctl-06"});
  policy::solver::Drop(document_, "activate-consent-declined");
  const std::string edited = Edited();
  const ProgramEnd end = RunFosse({"rulebook", "compare", Shipped(), edited});
  EXPECT_EQ(end.code, kExitOk) << end.err;
  EXPECT_THAT(end.out, HasSubstr("by rule activate-consent-declined"));
  EXPECT_THAT(end.out, HasSubstr("DENY becomes"));
  EXPECT_THAT(end.out, HasSubstr("Consent to the task: the person declines"));
  EXPECT_THAT(end.out, Not(HasSubstr("Tightened")));

  const ProgramEnd as_json = RunFosse({"--json", "rulebook", "compare", Shipped(), edited});
  EXPECT_EQ(as_json.code, kExitOk);
  const google::protobuf::Struct json = Json(as_json.out);
  const auto& outcomes = json.fields().at("outcomes").list_value();
  ASSERT_GT(outcomes.values_size(), 0);
  const auto& group = outcomes.values(0).struct_value().fields();
  EXPECT_EQ(group.at("rule").string_value(), "activate-consent-declined");
  EXPECT_EQ(group.at("example").struct_value().fields().at("consent").string_value(),
            "CONSENT_DECLINED");
}

TEST_F(RulebookAnalysisTest, NothingChangesBetweenOneAndItself) {
  const ProgramEnd end = RunFosse({"rulebook", "compare", Shipped(), Shipped()});
  EXPECT_EQ(end.code, kExitOk);
  EXPECT_THAT(end.out, HasSubstr("Nothing changes"));
}

TEST_F(RulebookAnalysisTest, WhatIfNamesTheLeastThatHelps) {
  v1::Facts facts = policy::BaseOf(v1::QUESTION_PROPOSE);
  policy::Forget("plan_reviewer", facts);
  const ProgramEnd end = RunFosse(
      {"rulebook", "what-if", Shipped(), "--question", "propose", "--facts", "@" + Facts(facts)});
  EXPECT_EQ(end.code, kExitHold) << end.err;
  EXPECT_THAT(end.out, HasSubstr("1. PERMIT, with this"));
  EXPECT_THAT(end.out, HasSubstr("how: name who reviews clinically"));
}

TEST_F(RulebookAnalysisTest, WhatIfLeavesARefusalAlone) {
  v1::Facts facts = policy::BaseOf(v1::QUESTION_PROPOSE);
  facts.set_consent(v1::Facts::CONSENT_DECLINED);
  const std::vector<std::string> command = {"--json",  "rulebook",        "what-if",
                                            Shipped(), "--question",      "propose",
                                            "--facts", "@" + Facts(facts)};
  const ProgramEnd end = RunFosse(command);
  EXPECT_EQ(end.code, kExitDeny) << end.err;
  const google::protobuf::Struct json = Json(end.out);
  EXPECT_EQ(json.fields().at("ways").list_value().values_size(), 0);
  ASSERT_EQ(json.fields().at("standingRules").list_value().values_size(), 1);
  EXPECT_EQ(json.fields().at("standingRules").list_value().values(0).string_value(),
            "propose-consent-declined");
}

TEST_F(RulebookAnalysisTest, AWrongQuestionOrFileIsSaid) {
  EXPECT_EQ(RunFosse({"rulebook", "what-if", Shipped(), "--question", "why", "--facts", "-"}).code,
            kExitUsage);
  folder_.Write("facts.txtpb", "performer: PERFORMER_OF_MAGIC");
  const ProgramEnd end = RunFosse({"rulebook", "what-if", Shipped(), "--question", "propose",
                                   "--facts", "@" + folder_.path("facts.txtpb")});
  EXPECT_EQ(end.code, kExitUsage);
  EXPECT_THAT(end.err, Not(HasSubstr("MAGIC")));
}

}  // namespace
}  // namespace fosse::cli
