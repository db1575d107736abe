// A disk that fails, and a process that dies, at each call that SQLite makes.

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>

#include "base/fault_point.h"
#include "gmock/gmock.h"
#include "tests/store/sqlite_fixture.h"
#include "tests/support/shows.h"

namespace fosse::store {
namespace {

using Call = FaultyVfs::Call;
using File = FaultyVfs::File;

class SqliteFaultTest : public SqliteTest {
 protected:
  FaultyVfs& vfs() { return FaultyVfs::Get(); }

  // The store takes no more writes, and says so.
  static void ExpectReadOnly(Store& store) {
    EXPECT_FALSE(store.Healthy());
    EXPECT_THAT(store.Begin(), FailsWith("STORE_READ_ONLY"));
    EXPECT_THAT(store.Begin(), HasCode(absl::StatusCode::kUnavailable));
  }

  // Keeps two batches, fails the third at the nth such call, and looks at what is there then and
  // after opening again. Gives the reason of the failure, "" when the call never came.
  std::string FailThirdAt(Call call, File file, int nth, int code) {
    std::filesystem::remove_all(directory_.path());
    std::filesystem::create_directory(directory_.path());
    vfs().Reset();
    auto store = Open().value();
    EXPECT_THAT(Keep(*store, Whole(0)), IsOk());
    EXPECT_THAT(Keep(*store, Whole(1)), IsOk());
    vfs().FailAt(call, file, nth, code);
    const absl::Status kept = Keep(*store, Whole(2));
    if (!vfs().failed()) {
      vfs().Reset();
      EXPECT_THAT(kept, IsOk());
      return "";
    }
    // The failure was one; what follows would go well, and must not be tried.
    ExpectReadOnly(*store);
    EXPECT_EQ(SizeIfWhole(*store), kept.ok() ? 3u : 2u) << "reads go on";
    store.reset();

    store = Open().value();
    EXPECT_TRUE(store->checked_at_open());
    const uint64_t size = SizeIfWhole(*store);
    const std::string reason = ReasonOf(kept);
    if (reason == "COMMIT_UNKNOWN") {
      EXPECT_TRUE(size == 2 || size == 3) << size;
    } else {
      EXPECT_EQ(size, kept.ok() ? 3u : 2u) << reason;
    }
    EXPECT_THAT(Keep(*store, Whole(size)), IsOk()) << "restarted, it works again";
    EXPECT_EQ(SizeIfWhole(*store), size + 1);
    return kept.ok() ? "OK" : reason;
  }

  // FailThirdAt() for each n until the call never comes; how often each reason was given.
  std::map<std::string, int> FailThirdAtEach(Call call, File file, int code) {
    std::map<std::string, int> reasons;
    for (int nth = 1;; ++nth) {
      SCOPED_TRACE(nth);
      const std::string reason = FailThirdAt(call, file, nth, code);
      if (reason.empty() || HasFailure()) return reasons;
      ++reasons[reason];
    }
  }
};

TEST_F(SqliteFaultTest, NoSpaceAtAnyWriteKeepsNothing) {
  Shows({"flt-03", "ctl-40", "ctl-11"});
  const auto reasons = FailThirdAtEach(Call::kWrite, File::kLog, SQLITE_FULL);
  EXPECT_GT(reasons.at("STORE_FULL"), 5);
  EXPECT_EQ(reasons.size(), 1u);
}

TEST_F(SqliteFaultTest, FullStoreIsExhaustedAndWorksAgainWithSpace) {
  Shows({"flt-03"});
  SqliteStore::Options options = OptionsOf();
  options.max_bytes = 400 << 10;
  uint64_t kept = 0;
  {
    ASSERT_OK_AND_ASSIGN(auto store, SqliteStore::Open(options));
    absl::Status status;
    while ((status = Keep(*store, Whole(kept))).ok() && kept < 1000) ++kept;
    EXPECT_THAT(status, FailsWith("STORE_FULL"));
    EXPECT_THAT(status, HasCode(absl::StatusCode::kResourceExhausted));
    EXPECT_GT(kept, 10u);
    ExpectReadOnly(*store);
    EXPECT_EQ(SizeIfWhole(*store), kept);
  }
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  EXPECT_EQ(SizeIfWhole(*store), kept) << "every earlier answer stands";
  EXPECT_THAT(Keep(*store, Whole(kept)), IsOk());
}

TEST_F(SqliteFaultTest, WriteErrorKeepsNothingOrSaysThatItCannotTell) {
  Shows({"flt-04", "ctl-40", "ctl-11"});
  const auto reasons = FailThirdAtEach(Call::kWrite, File::kLog, SQLITE_IOERR_WRITE);
  // Only the last page carries the mark of the commit.
  EXPECT_GT(reasons.at("COMMIT_FAILED"), reasons.at("COMMIT_UNKNOWN"));
  EXPECT_EQ(reasons.size(), 2u);
}

TEST_F(SqliteFaultTest, SyncErrorIsNeverTakenAsDurable) {
  Shows({"flt-05", "ctl-40", "ctl-11"});
  const auto reasons = FailThirdAtEach(Call::kSync, File::kLog, SQLITE_IOERR_FSYNC);
  EXPECT_THAT(reasons, ::testing::ElementsAre(::testing::Pair("COMMIT_UNKNOWN", 1)));
}

TEST_F(SqliteFaultTest, AfterASyncErrorTheLogIsWrittenAnew) {
  Shows({"flt-05"});
  auto store = Open().value();
  ASSERT_THAT(Keep(*store, Whole(0)), IsOk());
  vfs().FailAt(Call::kSync, File::kLog, 1, SQLITE_IOERR_FSYNC);
  ASSERT_THAT(Keep(*store, Whole(1)), FailsWith("COMMIT_UNKNOWN"));
  store.reset();
  struct stat before = {};
  struct stat after = {};
  ASSERT_EQ(stat((path() + "-wal").c_str(), &before), 0);
  ASSERT_GT(before.st_size, 0) << "stopping moved nothing either";
  store = Open().value();
  ASSERT_EQ(stat((path() + "-wal").c_str(), &after), 0);
  EXPECT_NE(before.st_ino, after.st_ino);
  EXPECT_FALSE(std::filesystem::exists(path() + "-wal.fresh"));
}

TEST_F(SqliteFaultTest, FailedCheckpointLosesNothingAndEndsWriting) {
  Shows({"ctl-40", "ctl-41", "flt-04", "flt-05"});
  SqliteStore::Options options = OptionsOf();
  options.wal_limit_bytes = 1;  // After every commit.
  for (const auto& [call, code] :
       {std::pair(Call::kWrite, SQLITE_IOERR_WRITE), std::pair(Call::kWrite, SQLITE_FULL),
        std::pair(Call::kSync, SQLITE_IOERR_FSYNC)}) {
    std::filesystem::remove_all(directory_.path());
    std::filesystem::create_directory(directory_.path());
    auto store = SqliteStore::Open(options).value();
    ASSERT_THAT(Keep(*store, Whole(0)), IsOk());
    vfs().FailAt(call, File::kMain, 1, code);
    EXPECT_THAT(Keep(*store, Whole(1)), IsOk()) << "the log has it, synced";
    EXPECT_TRUE(vfs().failed());
    ExpectReadOnly(*store);
    store.reset();
    vfs().Reset();
    store = Open().value();
    EXPECT_TRUE(store->checked_at_open());
    EXPECT_EQ(SizeIfWhole(*store), 2u);
  }
}

TEST_F(SqliteFaultTest, ReadErrorIsTheReadersAndEndsWriting) {
  Shows({"flt-04", "ctl-40"});
  {
    auto store = Open().value();
    ASSERT_THAT(Keep(*store, Whole(0)), IsOk());
  }
  auto store = Open().value();  // With nothing read yet.
  ASSERT_OK_AND_ASSIGN(auto session, store->Begin());
  ASSERT_THAT(session->Stage(EntriesFrom(1, 1)), IsOk());
  vfs().FailAt(Call::kRead, File::kMain, 1, SQLITE_IOERR_READ);
  const auto record = store->ReadRecord(PersonKey(1));
  EXPECT_TRUE(vfs().failed());
  EXPECT_THAT(record, FailsWith("STORE_READ_FAILED"));
  EXPECT_THAT(record, HasCode(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(store->Healthy());
  EXPECT_THAT(session->Commit(HeadOf(2)), FailsWith("COMMIT_FAILED")) << "no OK after it";
  ExpectReadOnly(*store);
}

TEST_F(SqliteFaultTest, KilledAroundTheCommitLosesNothingAndLeavesNothingHalf) {
  Shows({"ctl-11"});
  for (const auto& [point, size_after] :
       {std::pair("store-before-commit", 2u), std::pair("store-after-commit", 3u)}) {
    std::filesystem::remove_all(directory_.path());
    std::filesystem::create_directory(directory_.path());
    const int status = InChild([&, point = point] {
      ArmFaultPoints(directory_.path());
      auto store = Open().value();
      if (!Keep(*store, Whole(0)).ok() || !Keep(*store, Whole(1)).ok()) return 1;
      fclose(fopen((directory_.path() + "/" + point).c_str(), "w"));
      Keep(*store, Whole(2)).IgnoreError();
      return 2;
    });
    ASSERT_TRUE(WasKilled(status)) << point;
    auto store = Open().value();
    EXPECT_EQ(SizeIfWhole(*store), size_after) << point;
    EXPECT_THAT(Keep(*store, Whole(size_after)), IsOk());
  }
}

// Opens, keeps six batches with checkpoints between them, stops; each commit that was answered is
// told through the pipe.
int KeepSix(const SqliteStore::Options& options, const std::function<Batch(uint64_t)>& make,
            int told) {
  auto store = SqliteStore::Open(options);
  if (!store.ok()) return 1;
  for (uint64_t i = (*store)->GetHead().value().size; i < 6; ++i) {
    if (!Keep(**store, make(i)).ok()) return 1;
    if (write(told, "x", 1) != 1) return 1;
  }
  return 0;
}

// The schema's steps are among what is killed, and the start after it finds the file half-made.
TEST_F(SqliteFaultTest, KilledAtAnyWriteOrSyncLosesNothingAnsweredAndLeavesNothingHalf) {
  Shows({"ctl-11", "ctl-40", "flt-35"});
  SqliteStore::Options options = OptionsOf();
  options.wal_limit_bytes = 40'000;
  for (const auto& [call, step] : {std::pair(Call::kWrite, 5), std::pair(Call::kSync, 1)}) {
    int kills = 0;
    for (int nth = 1;; nth += step) {
      SCOPED_TRACE(nth);
      std::filesystem::remove_all(directory_.path());
      std::filesystem::create_directory(directory_.path());
      int told[2];
      ASSERT_EQ(pipe(told), 0);
      const int status = InChild([&, call = call] {
        vfs().FailAt(call, File::kAny, nth, FaultyVfs::kKill);
        return KeepSix(
            options, [](uint64_t i) { return Whole(i); }, told[1]);
      });
      close(told[1]);
      uint64_t answered = 0;
      char byte;
      while (read(told[0], &byte, 1) == 1) ++answered;
      close(told[0]);
      auto store = SqliteStore::Open(options).value();
      const uint64_t size = SizeIfWhole(*store);
      EXPECT_GE(size, answered);
      EXPECT_LE(size, answered + 1);
      if (size < 6) {
        EXPECT_THAT(Keep(*store, Whole(size)), IsOk());
      }
      ASSERT_FALSE(HasFailure());
      if (!WasKilled(status)) {
        EXPECT_EQ(status, 0);
        break;
      }
      ++kills;
    }
    EXPECT_GT(kills, 10);
  }
}

}  // namespace
}  // namespace fosse::store
