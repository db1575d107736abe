// Reads messages that others published.
#include <iostream>
#include <map>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/hl7/ack.h"
#include "adapters/hl7/batch.h"
#include "adapters/hl7/message.h"
#include "adapters/hl7/time.h"
#include "adapters/hl7/writer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/adapters/hl7/samples.h"
#include "tests/support/shows.h"

namespace fosse::hl7 {
namespace {

class CorpusTest : public ::testing::Test {
 protected:
  void SetUp() override {
    files_ = CorpusFiles();
    if (files_.empty()) {
      std::cout << "SKIPPED: no corpus; set FOSSE_CORPUS to the folder that holds hl7v2\n";
      GTEST_SKIP() << "no corpus";
    }
  }

  // The file's first message.
  Message First(absl::string_view name) const {
    for (const auto& [file, bytes] : files_) {
      if (file != name) continue;
      const Batch batch = SplitBatch(bytes);
      if (!batch.messages.empty()) return Message::Read(std::string(batch.messages[0]));
    }
    ADD_FAILURE() << name << " is not in the corpus";
    return Message::Read("");
  }

  std::vector<std::pair<std::string, std::string>> files_;
};

// Files whose faults are real. "All" have an ok() in the test below unless they stand here.
const std::map<std::string, std::string>& KnownFaults() {
  static const auto& faults = *new std::map<std::string, std::string>{
      {"edge/lfh-sample_win.hl7", "DELIMITERS_INVALID"},
      {"edge/hapi-messages.hl7", "SEGMENT_UNREADABLE"},
      {"uk-other/DHCW-Example-Pathology-Report-HL7v2ORU.hl7", "SEGMENT_UNREADABLE"},
  };
  return faults;
}

TEST_F(CorpusTest, EveryFileIsReadAndReEmittedAsItWas) {
  Shows({"haz-21", "ctl-32"});
  for (const auto& [name, bytes] : files_) {
    SCOPED_TRACE(name);
    const Message whole = Message::Read(bytes);
    EXPECT_EQ(*Builder::From(whole).Bytes(), bytes);
    std::string fault;
    for (const absl::string_view part : SplitBatch(bytes).messages) {
      const Message message = Message::Read(std::string(part));
      EXPECT_EQ(*Builder::From(message).Bytes(), part);
      EXPECT_NE(message.Find("MSH"), nullptr);
      for (const Issue& issue : message.issues()) {
        if (issue.severity == Severity::kFault && fault.empty()) fault = issue.reason;
      }
    }
    const auto known = KnownFaults().find(name);
    EXPECT_EQ(fault, known == KnownFaults().end() ? "" : known->second);
  }
}

TEST_F(CorpusTest, EveryMessageCanBeAnswered) {
  Ack ack;
  ack.outcome = AckOutcome::kReject;
  ack.control_id = "X";
  for (const auto& [name, bytes] : files_) {
    SCOPED_TRACE(name);
    for (const absl::string_view part : SplitBatch(bytes).messages) {
      const Message message = Message::Read(std::string(part));
      ack.errors = ErrorsOf(message);
      const std::optional<std::string> answer = BuildAck(message, ack);
      const bool answer_itself = message.Find("MSA") != nullptr;
      if (message.Value("MSH", 15) == "NE" || message.Value("MSH", 9) == "ACK" ||
          (answer_itself && message.Value("MSH", 15).empty())) {
        EXPECT_FALSE(answer.has_value());
        continue;
      }
      ASSERT_TRUE(answer.has_value());
      const Message read = Message::Read(*answer);
      EXPECT_TRUE(read.ok());
      EXPECT_EQ(read.Value("MSA", 2), message.Value("MSH", 10));
    }
  }
}

TEST_F(CorpusTest, ItkDischarge) {
  const Message message = First("itk-v24/A03_example.hl7");
  EXPECT_TRUE(message.ok());
  EXPECT_EQ(message.Value("MSH", 9, 1, 2), "A03");
  EXPECT_EQ(message.Value("PV1", 36), "3");
  EXPECT_EQ(message.Value("PV1", 37), "19");
  EXPECT_EQ(message.Value("PID", 3, 1, 4), "NHS");
}

TEST_F(CorpusTest, ImpossibleBirthDateIsRefused) {
  Shows({"haz-22"});
  const Message message = First("itk-v24/A28_Example.hl7");
  const absl::StatusOr<Timestamp> born =
      ParseTime(message.Value("PID", 7), LondonTimeZone().value_or(absl::UTCTimeZone()));
  EXPECT_THAT(std::string(born.status().message()), ::testing::HasSubstr("month"));
}

TEST_F(CorpusTest, NhsNumberSecondInPid3) {
  const Message message = First("simhospital-v23/ADT_A01-0.hl7");
  EXPECT_EQ(message.Find("PID")->RepetitionCount(3), 2);
  EXPECT_EQ(message.Value("PID", 3, 2, 4), "NHSNBR");
  EXPECT_EQ(message.Value("PID", 3, 2, 5), "NHSNMBR");
}

TEST_F(CorpusTest, ARunOfMessagesIsTakenApart) {
  for (const auto& [name, bytes] : files_) {
    if (!absl::EndsWith(name, "run-first-40-messages.hl7s")) continue;
    const Batch batch = SplitBatch(bytes);
    EXPECT_EQ(batch.messages.size(), 40);
    EXPECT_TRUE(batch.issues.empty());
  }
}

TEST_F(CorpusTest, EnvelopesThatDoNotAddUpAreTold) {
  std::map<std::string, size_t> wrong;
  for (const auto& [name, bytes] : files_) {
    if (const size_t issues = SplitBatch(bytes).issues.size(); issues > 0) wrong[name] = issues;
  }
  EXPECT_GT(wrong["edge/pyhl7-sample-bad-batch.hl7"], 0);
  EXPECT_GT(wrong["edge/pyhl7-sample-bad-file.hl7"], 0);
  EXPECT_GT(wrong["edge/pyhl7-sample-bad-file2.hl7"], 0);
  EXPECT_GT(wrong["edge/invalid-missing-msh.hl7"], 0);
  EXPECT_EQ(wrong.count("edge/pyhl7-sample-file.hl7"), 0);
  EXPECT_EQ(wrong.count("edge/pyhl7-sample-batch1.hl7"), 0);
}

}  // namespace
}  // namespace fosse::hl7
