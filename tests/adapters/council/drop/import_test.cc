// Rows of an extract: what is new is handed over, in order, and told.
#include "adapters/council/drop/import.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/crypto.h"
#include "gmock/gmock.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::council {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// One file whose rows say themselves.
class Rows : public FileReading {
 public:
  explicit Rows(std::vector<Reading> readings) : readings_(std::move(readings)) {}
  std::optional<Reading> Next() override {
    if (next_ == readings_.size()) return std::nullopt;
    return readings_[next_++];
  }
  bool is_table() const override { return true; }

 private:
  std::vector<Reading> readings_;
  size_t next_ = 0;
};

Reading Row(uint64_t line, const std::string& about, const std::string& content,
            const std::string& person = "9990000018") {
  Said said{.type = "person-update", .about = about, .content = content};
  said.envelope.set_sender("LCC");
  said.envelope.mutable_subject()->mutable_person()->set_nhs_number(person);
  return {.line = line, .said = {said}};
}

class ImportTest : public ::testing::Test {
 protected:
  ImportTest() {
    fs::remove_all(folder_);
    fs::create_directory(folder_);
    snapshots_ = *Snapshots::Open(folder_ + "/snapshots");
  }
  ~ImportTest() override { fs::remove_all(folder_); }

  ImportDeps Deps() {
    return {
        .snapshots = *snapshots_,
        .digest =
            [](absl::string_view text) {
              const Digest digest = Sha256(text);
              return std::string(digest.begin(), digest.end());
            },
        .hand =
            [this](v1::Envelope envelope, std::function<void(Answer)> answered) {
              handed_.push_back(envelope.message_id());
              answered(answer_);
            },
        .keep_episode = [](const std::string&, const ServiceEpisode&) { return absl::OkStatus(); },
        .stopping = stopping_};
  }
  absl::StatusOr<ImportCounts> Take(const std::string& name, std::vector<Reading> readings) {
    Rows rows(std::move(readings));
    FOSSE_ASSIGN_OR_RETURN(const auto result, ResultFile::Open(folder_ + "/" + name));
    return ImportFile(rows, name, "LCC", Deps(), *result);
  }
  std::string Result(const std::string& name) const {
    std::ifstream file(folder_ + "/" + name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  const std::string folder_ = absl::StrCat(::testing::TempDir(), "import-", getpid());
  std::unique_ptr<Snapshots> snapshots_;
  std::vector<std::string> handed_;
  Answer answer_{.kind = Answer::Kind::kReceipt, .receipt = {}, .refusal = {}};
  std::atomic<bool> stopping_{false};
};

TEST_F(ImportTest, TheSameExtractAgainSaysNothingAndAChangeIsANewMessage) {
  Shows({"ctl-13", "haz-07"});
  ASSERT_THAT(Take("day-1", {Row(2, "ada", "home"), Row(3, "bede", "home")}), IsOk());
  EXPECT_THAT(handed_, SizeIs(2));
  ASSERT_THAT(Take("day-2", {Row(2, "bede", "home"), Row(3, "ada", "home")}), IsOk());
  EXPECT_THAT(handed_, SizeIs(2));
  EXPECT_THAT(Result("day-2"), HasSubstr("unchanged"));
  ASSERT_THAT(Take("day-3", {Row(2, "ada", "away")}), IsOk());
  ASSERT_THAT(Take("day-4", {Row(2, "ada", "home")}), IsOk());
  ASSERT_THAT(handed_, SizeIs(4));
  EXPECT_EQ((std::set<std::string>(handed_.begin(), handed_.end()).size()), 4u)
      << "back to what it was is news, too";
}

TEST_F(ImportTest, ARowThatWasCutShortIsTheSameMessageAgain) {
  Shows({"haz-38", "ctl-13"});
  ASSERT_THAT(Take("day-1", {Row(2, "ada", "home"), Row(3, "bede", "home")}), IsOk());
  // Its result held nothing of line 3 yet, but snapshots do.
  ASSERT_THAT(Take("day-1", {Row(2, "ada", "home"), Row(3, "bede", "home")}), IsOk());
  ASSERT_THAT(handed_, SizeIs(3));
  EXPECT_EQ(handed_[2], handed_[1]);
  EXPECT_THAT(Result("day-1"), ::testing::Not(HasSubstr("unchanged")));
}

TEST_F(ImportTest, WhatIsRefusedIsSaidAgainNextTime) {
  answer_ = {
      .kind = Answer::Kind::kRefused, .receipt = {}, .refusal = {.reason = "STATE_CONFLICT"}};
  ASSERT_OK_AND_ASSIGN(ImportCounts counts, Take("day-1", {Row(2, "ada", "home")}));
  EXPECT_EQ(counts.refused, 1u);
  answer_.refusal.reason = "PERSON_NOT_VISIBLE";
  ASSERT_OK_AND_ASSIGN(counts, Take("day-2", {Row(2, "ada", "home")}));
  EXPECT_EQ(counts.refused, 0u) << "of whom nothing is delegated is passed over";
  answer_ = {.kind = Answer::Kind::kReceipt, .receipt = {}, .refusal = {}};
  ASSERT_THAT(Take("day-3", {Row(2, "ada", "home")}), IsOk());
  EXPECT_THAT(handed_, SizeIs(3));
}

TEST_F(ImportTest, WhatIsNotKeptWaitsAndStoppingIsBetweenRows) {
  answer_ = {.kind = Answer::Kind::kNotKept, .receipt = {}, .refusal = {}};
  EXPECT_THAT(Take("day-1", {Row(2, "ada", "home")}), FailsWith("NOT_KEPT"));
  EXPECT_THAT(Result("day-1"), ::testing::Not(HasSubstr("person-update")));
  stopping_ = true;
  EXPECT_THAT(Take("day-1", {Row(2, "ada", "home")}), FailsWith("IMPORT_STOPPED"));
  stopping_ = false;
  answer_ = {.kind = Answer::Kind::kReceipt, .receipt = {}, .refusal = {}};
  ASSERT_OK_AND_ASSIGN(const ImportCounts counts, Take("day-1", {Row(2, "ada", "home")}));
  EXPECT_EQ(counts.taken, 1u);
}

TEST_F(ImportTest, TwoRowsAboutOnePersonAreNeverUnderWayAtOnce) {
  Shows({"haz-06"});
  ImportDeps deps = Deps();
  int most = 0;
  std::atomic<int> open{0};
  std::vector<std::thread> threads;
  deps.hand = [&](v1::Envelope, std::function<void(Answer)> answered) {
    most = std::max(most, static_cast<int>(++open));
    threads.emplace_back([&open, answered = std::move(answered), answer = answer_] {
      absl::SleepFor(absl::Milliseconds(5));
      --open;
      answered(answer);
    });
  };
  std::vector<Reading> rows;
  for (uint64_t line = 2; line < 12; ++line) rows.push_back(Row(line, "ada", absl::StrCat(line)));
  Rows file(rows);
  ASSERT_OK_AND_ASSIGN(const auto result, ResultFile::Open(folder_ + "/one"));
  ASSERT_THAT(ImportFile(file, "one", "LCC", deps, *result), IsOk());
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(most, 1);
}

TEST_F(ImportTest, NothingOfAPersonStandsInTheSnapshotsOrTheResult) {
  Shows({"ctl-26"});
  ASSERT_THAT(Take("day-1", {Row(2, "about Okonjo-Bramley", "9990000018 at home")}), IsOk());
  for (const std::string name : {"snapshots", "snapshots-wal", "day-1"}) {
    EXPECT_THAT(Result(name), ::testing::Not(HasSubstr("Bramley"))) << name;
    EXPECT_THAT(Result(name), ::testing::Not(HasSubstr("9990000018"))) << name;
  }
}

}  // namespace
}  // namespace fosse::adapters::council
