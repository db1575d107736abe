// Files of a drop folder: whose they are, and when they are taken.
#include "adapters/council/drop/folder.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::council {
namespace {

namespace fs = std::filesystem;
using ::testing::EndsWith;
using ::testing::IsNull;
using ::testing::NotNull;

constexpr absl::Duration kSettle = absl::Seconds(5);

class DropFolderTest : public ::testing::Test {
 protected:
  DropFolderTest() {
    fs::remove_all(path_);
    folder_ = Open();
  }
  ~DropFolderTest() override { fs::remove_all(path_); }

  std::unique_ptr<DropFolder> Open() const { return *DropFolder::Open(path_, kSettle); }
  void Put(const std::string& name, const std::string& text = "a,b\n1,2\n") const {
    std::ofstream(absl::StrCat(path_, "/in/", name), std::ios::binary) << text;
  }
  // Looks until what is there has stood still.
  std::unique_ptr<ClaimedFile> Settled(DropFolder& folder) {
    if (auto file = folder.Next(now_); file != nullptr) return file;
    now_ += kSettle;
    return folder.Next(now_);
  }
  bool IsThere(const std::string& name) const { return fs::exists(absl::StrCat(path_, "/", name)); }

  const std::string path_ = absl::StrCat(::testing::TempDir(), "drop-", getpid());
  absl::Time now_ = absl::FromUnixSeconds(1795000000);
  std::unique_ptr<DropFolder> folder_;
};

TEST_F(DropFolderTest, IsTakenOnceItHasStoodStill) {
  Shows({"haz-21"});
  Put("a.csv", "half");
  EXPECT_THAT(folder_->Next(now_), IsNull());
  EXPECT_THAT(folder_->Next(now_ + kSettle - absl::Seconds(1)), IsNull());
  Put("a.csv", "half and the rest");
  EXPECT_THAT(folder_->Next(now_ + kSettle), IsNull()) << "it has changed";
  const auto file = folder_->Next(now_ + 2 * kSettle);
  ASSERT_THAT(file, NotNull());
  EXPECT_THAT(file->name(), EndsWith("Z-a.csv"));
  EXPECT_FALSE(IsThere("in/a.csv"));
}

TEST_F(DropFolderTest, IsOnePersonsAtATimeAndTheNextTakesUpWhatWasLeft) {
  Shows({"haz-07"});
  Put("a.csv");
  const auto other = Open();
  auto file = Settled(*folder_);
  ASSERT_THAT(file, NotNull());
  EXPECT_THAT(Settled(*other), IsNull()) << "somebody works on it";
  const std::string name = file->name();
  file.reset();  // As a death does.
  const auto again = other->Next(now_);
  ASSERT_THAT(again, NotNull());
  EXPECT_EQ(again->name(), name);
}

TEST_F(DropFolderTest, AFileNamedAsAResultIsNotTakenForOneAfterADeath) {
  Shows({"haz-07", "haz-21"});
  Put("a.csv.result.csv");
  auto file = Settled(*folder_);
  ASSERT_THAT(file, NotNull());
  const std::string name = file->name();
  file.reset();  // As a death does.
  const auto again = Open()->Next(now_);
  ASSERT_THAT(again, NotNull()) << "it would lie there for ever";
  EXPECT_EQ(again->name(), name);
}

TEST_F(DropFolderTest, ALongNameIsCutSoThatItsResultHasOneToo) {
  Shows({"haz-21"});
  Put(absl::StrCat(std::string(250, 'n'), ".csv"));
  const auto file = Settled(*folder_);
  ASSERT_THAT(file, NotNull()) << "it would lie there for ever";
  EXPECT_THAT(file->name(), EndsWith("nn.csv"));
  std::ofstream(file->result_path()) << "x";
  EXPECT_THAT(file->End(Ending::kDone), IsOk());
}

TEST_F(DropFolderTest, WhatEndedLiesBesideItsResult) {
  Put("a.csv");
  const auto file = Settled(*folder_);
  ASSERT_THAT(file, NotNull());
  std::ofstream(file->result_path()) << "result";
  ASSERT_THAT(file->End(Ending::kPartDone), IsOk());
  EXPECT_TRUE(IsThere("part-done/" + file->name()));
  EXPECT_TRUE(IsThere("part-done/" + file->name() + ".result.csv"));
  EXPECT_TRUE(fs::is_empty(path_ + "/working"));
}

TEST_F(DropFolderTest, ADeathBetweenTheTwoMovesIsMendedAndNothingIsTakenAgain) {
  Shows({"haz-07", "haz-38"});
  Put("a.csv");
  auto file = Settled(*folder_);
  ASSERT_THAT(file, NotNull());
  const std::string name = file->name();
  std::ofstream(path_ + "/done/" + name + ".result.csv") << "result";
  file.reset();
  EXPECT_THAT(folder_->Next(now_), IsNull());
  EXPECT_TRUE(IsThere("done/" + name));
}

TEST_F(DropFolderTest, LinksAndUploadsUnderWayAreLeftAlone) {
  Shows({"haz-21"});
  Put("other.part");
  Put(".hidden.csv");
  Put("a.CSV.FILEPART");
  fs::create_symlink("/etc/passwd", path_ + "/in/link.csv");
  fs::create_directory(path_ + "/in/folder.csv");
  Put("twice.tmp");
  fs::create_hard_link(path_ + "/in/twice.tmp", path_ + "/in/twice.csv");
  EXPECT_THAT(Settled(*folder_), IsNull());
  now_ += 10 * kSettle;
  EXPECT_THAT(folder_->Next(now_), IsNull());
  fs::create_symlink("/etc/passwd", path_ + "/working/link.csv");
  EXPECT_THAT(folder_->Next(now_), IsNull());
}

TEST_F(DropFolderTest, AFolderThatIsALinkIsRefused) {
  fs::remove_all(path_ + "/done");
  fs::create_directory_symlink("/tmp", path_ + "/done");
  EXPECT_THAT(DropFolder::Open(path_, kSettle), FailsWith("DROP_FOLDER_UNUSABLE"));
}

}  // namespace
}  // namespace fosse::adapters::council
