// fosse-gp translate, as a person runs it.
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support/shows.h"

namespace fosse::adapters::gp {
namespace {

struct Ran {
  int code = -1;
  std::string out;
};

Ran Translate(const std::string& arguments) {
  Ran run;
  FILE* const pipe = popen((std::string(FOSSE_GP) + " translate " + arguments).c_str(), "r");
  if (pipe == nullptr) return run;
  char buffer[4096];
  size_t size;
  while ((size = std::fread(buffer, 1, sizeof(buffer), pipe)) > 0) run.out.append(buffer, size);
  const int status = pclose(pipe);
  run.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return run;
}

std::string SamplePath(const std::string& name) {
  const char* source = std::getenv("FOSSE_SOURCE");
  return std::string(source == nullptr ? "." : source) + "/tests/corpus/fhir/" + name;
}

TEST(TranslateTest, PrintsTheEnvelope) {
  const Ran run = Translate(SamplePath("oversight-accepted.json"));
  EXPECT_EQ(run.code, 0);
  const nlohmann::json json = nlohmann::json::parse(run.out, nullptr, false);
  EXPECT_EQ(json["envelope"]["oversight_response"]["answer"], "OVERSIGHT_ANSWER_ACCEPTED");
  EXPECT_EQ(json["envelope"]["sender"], "C82999");
  EXPECT_TRUE(json["issues"].empty());
}

TEST(TranslateTest, PrintsIssuesAndSaysSo) {
  Shows({"haz-21"});
  const Ran run = Translate(SamplePath("make.mjs"));
  EXPECT_EQ(run.code, 3);
  const nlohmann::json json = nlohmann::json::parse(run.out, nullptr, false);
  EXPECT_EQ(json["issues"][0]["reason"], "JSON_INVALID");
  EXPECT_FALSE(json.contains("envelope"));
  EXPECT_EQ(Translate("/nowhere").code, 3);
  EXPECT_EQ(Translate("2>/dev/null").code, 2);
}

TEST(TranslateTest, ReadsAResourceByItself) {
  Shows({"haz-21"});
  const Ran run = Translate(SamplePath("alone-oversight-accepted.json"));
  EXPECT_EQ(run.code, 0);
  const nlohmann::json json = nlohmann::json::parse(run.out, nullptr, false);
  EXPECT_EQ(json["envelope"]["oversight_response"]["answer"], "OVERSIGHT_ANSWER_ACCEPTED");
}

TEST(TranslateTest, ReadsAFileAsTheEventNamedAndNoOther) {
  Shows({"haz-21"});
  for (const char* name : {"alone-oversight-accepted.json", "oversight-accepted.json"}) {
    EXPECT_EQ(Translate("--as servicerequest-response " + SamplePath(name)).code, 0) << name;
    const Ran other = Translate("--as servicerequest-request " + SamplePath(name));
    EXPECT_EQ(other.code, 3) << name;
    EXPECT_EQ(nlohmann::json::parse(other.out, nullptr, false)["issues"][0]["reason"],
              "COMBINATION_UNKNOWN");
  }
  EXPECT_EQ(Translate("--as ITK008M " + SamplePath("../itk3/answer-taken.xml")).code, 0);
  EXPECT_EQ(Translate("--as servicerequest-request " + SamplePath("../itk3/answer-taken.xml")).code,
            3);
  EXPECT_EQ(Translate("--as tea " + SamplePath("proposal.json") + " 2>/dev/null").code, 2);
  EXPECT_EQ(Translate("--as servicerequest-request 2>/dev/null").code, 2);
}

TEST(TranslateTest, TellsWhatAnItk3AnswerMeansAndThatItMovesNothing) {
  Shows({"haz-21"});
  const Ran run = Translate(SamplePath("../itk3/answer-taken.xml"));
  EXPECT_EQ(run.code, 0);
  const nlohmann::json json = nlohmann::json::parse(run.out, nullptr, false);
  EXPECT_EQ(json["answer"]["codes"][0]["kind"], "infrastructure");
  EXPECT_EQ(json["answer"]["codes"][0]["effect"], "delivered");
  EXPECT_EQ(json["answer"]["codes"][1]["kind"], "business");
  EXPECT_EQ(json["answer"]["codes"][1]["effect"], "shown");
  EXPECT_EQ(json["answer"]["movesOversight"], false);
  const Ran other = Translate(SamplePath("../itk3/not-an-answer.xml"));
  EXPECT_EQ(other.code, 3);
  EXPECT_EQ(nlohmann::json::parse(other.out, nullptr, false)["issues"][0]["at"],
            "Bundle/entry[0]/resource/MessageHeader/event");
}

}  // namespace
}  // namespace fosse::adapters::gp
