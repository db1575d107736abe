// How reports look, and what a hidden number shows as.
#include <sstream>
#include <string>

#include "cli/report_commands.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::cli {
namespace {

template <typename Message>
Message Parse(const char* text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(ReportTest, AHiddenNumberIsSaidToBeHiddenAndGivesNoRate) {
  Shows({"b-6.1"});
  std::ostringstream out;
  PrintEquality(Parse<v1::GetEqualityReturnResponse>(R"(
    period { first_day: "2026-07-01" last_day: "2026-09-30" }
    strands { strand: "sex" delegations: 60 people: 1000
      rows { group: "female" delegations: 50 people: 800 }
      rows { group: "male" hidden: true } }
    strands { strand: "race" }
    returned_by: "LCC" threshold: 5)"),
                out);
  EXPECT_TRUE(Has(out.str(), "hidden")) << out.str();
  EXPECT_TRUE(Has(out.str(), "6.3%")) << out.str();
  EXPECT_TRUE(Has(out.str(), "nothing returned")) << out.str();
  EXPECT_TRUE(Has(out.str(), "below 5")) << out.str();
}

TEST(ReportTest, AColumnThatIsWithheldShowsNoNumberAtAll) {
  Shows({"b-6.1"});
  std::ostringstream out;
  PrintEquality(Parse<v1::GetEqualityReturnResponse>(R"(
    strands { strand: "sex" people: 1000
      rows { group: "female" people: 800 } rows { group: "male" people: 200 } }
    delegations_withheld: true threshold: 5)"),
                out);
  EXPECT_TRUE(Has(out.str(), "withheld")) << out.str();
  EXPECT_FALSE(Has(out.str(), "%")) << out.str();
  EXPECT_TRUE(Has(out.str(), "nobody")) << out.str();
}

TEST(ReportTest, WhatWasNeverCountedIsNoZero) {
  Shows({"hwb25-14", "hwb25-20"});
  std::ostringstream out;
  PrintDelegationFigures(Parse<v1::GetDelegationFiguresResponse>(R"(
    rows { organisation: "PROV-A" place: "City" proposed: 3
      declines { reason: DECLINE_REASON_CAPACITY count: 2 } })"),
                         out);
  EXPECT_TRUE(Has(out.str(), "2 capacity")) << out.str();
  EXPECT_TRUE(Has(out.str(), "-")) << out.str();
  std::ostringstream training;
  PrintTraining(Parse<v1::GetTrainingFiguresResponse>(R"(
    sessions: 212 people: 1722
    rows { month: "2026-11" mode: TRAINING_MODE_CLASSROOM task_code: "other" sessions: 1 people: 9 }
    waits { organisation: "PROV-A" still_waiting: 4 longest_waiting_days: 31 })"),
                training);
  EXPECT_TRUE(Has(training.str(), "212 sessions, 1722 people")) << training.str();
  EXPECT_TRUE(Has(training.str(), "classroom")) << training.str();
  EXPECT_TRUE(Has(training.str(), "31")) << training.str();
}

}  // namespace
}  // namespace fosse::cli
