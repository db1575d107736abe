// Opening: who may, on what file, with what schema and settings.

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "gmock/gmock.h"
#include "store/sqlite/migrations.h"
#include "tests/store/sqlite_fixture.h"
#include "tests/support/shows.h"

namespace fosse::store {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr uid_t kNobody = 65534;

class SqliteOpenTest : public SqliteTest {
 protected:
  static int ModeOf(const std::string& file) {
    struct stat found = {};
    EXPECT_EQ(lstat(file.c_str(), &found), 0) << file;
    return found.st_mode & 0777;
  }
  static std::string ReadFile(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
};

TEST_F(SqliteOpenTest, FilesAreForTheirOwnerOnly) {
  const mode_t before = umask(0);
  {
    ASSERT_OK_AND_ASSIGN(auto store, Open());
    ASSERT_THAT(Keep(*store, Whole(0)), IsOk());
    EXPECT_EQ(ModeOf(path()), 0600);
    EXPECT_EQ(ModeOf(path() + "-wal"), 0600);
    EXPECT_EQ(ModeOf(path() + ".lock"), 0600);
  }
  umask(before);
}

TEST_F(SqliteOpenTest, SecondOpenerIsRefusedNamingTheHolder) {
  Shows({"flt-08", "ctl-41"});
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  const auto second = Open();
  EXPECT_THAT(second, FailsWith("STORE_IN_USE"));
  EXPECT_THAT(second, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(MetadataOf(second.status()), ElementsAre(Pair("holderPid", absl::StrCat(getpid()))));
  // By another way to the same directory, too.
  SqliteStore::Options options = OptionsOf();
  options.path = directory_.path() + "/../" +
                 std::filesystem::path(directory_.path()).filename().string() + "/store.db";
  EXPECT_THAT(SqliteStore::Open(options), FailsWith("STORE_IN_USE"));

  const pid_t holder = getpid();
  const int status = InChild([&] {
    const auto other = Open();
    const auto metadata = MetadataOf(other.status());
    return ReasonOf(other.status()) == "STORE_IN_USE" && metadata.size() == 1 &&
                   metadata[0].second == absl::StrCat(holder)
               ? 0
               : 1;
  });
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_THAT(Keep(*store, Whole(0)), IsOk()) << "the holder goes on";
}

TEST_F(SqliteOpenTest, HolderThatDiedHoldsNothing) {
  const int status = InChild([&] {
    const auto store = Open();
    kill(getpid(), SIGKILL);
    return store.ok() ? 0 : 1;
  });
  ASSERT_TRUE(WasKilled(status));
  EXPECT_THAT(Open(), IsOk());
}

// Run by the next test in a process of its own: what any other program would do.
TEST(OtherProgram, DISABLED_WritesToTheFile) {
  const char* const file = std::getenv("FOSSE_TEST_FILE");
  ASSERT_NE(file, nullptr);
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open_v2(file, &handle, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, "DELETE FROM entry", nullptr, nullptr, nullptr), SQLITE_BUSY);
  sqlite3_close(handle);
}

TEST_F(SqliteOpenTest, NoOtherProgramMayWriteTheFileMeanwhile) {
  Shows({"ctl-41"});
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  ASSERT_THAT(Keep(*store, EntriesFrom(0, 1)), IsOk());
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  const std::string command = absl::StrCat(
      "FOSSE_TEST_FILE='", path(), "' '", self,
      "' --gtest_also_run_disabled_tests --gtest_filter='OtherProgram.*' >/dev/null 2>&1");
  EXPECT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(store->ScanEntries(0, 10).value().size(), 1u);
}

TEST_F(SqliteOpenTest, MissingDirectoryIsNamed) {
  Shows({"flt-08"});
  SqliteStore::Options options = OptionsOf();
  options.path = directory_.path() + "/nowhere/store.db";
  EXPECT_THAT(SqliteStore::Open(options), FailsWith("STORE_DIRECTORY_MISSING"));
  std::ofstream(directory_.path() + "/nowhere") << "a file";
  EXPECT_THAT(SqliteStore::Open(options), FailsWith("STORE_DIRECTORY_MISSING"));
}

TEST_F(SqliteOpenTest, FileThatOthersMayOpenIsRefused) {
  { ASSERT_THAT(Open(), IsOk()); }
  ASSERT_EQ(chmod(path().c_str(), 0640), 0);
  EXPECT_THAT(Open(), FailsWith("STORE_UNSAFE_MODE"));
  ASSERT_EQ(chmod(path().c_str(), 0600), 0);
  EXPECT_THAT(Open(), IsOk());
}

TEST_F(SqliteOpenTest, FileOfAnotherUserIsRefused) {
  Shows({"flt-08"});
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  { ASSERT_THAT(Open(), IsOk()); }
  for (const std::string& file : {path(), path() + ".lock", directory_.path()}) {
    ASSERT_EQ(chown(file.c_str(), kNobody, kNobody), 0);
    EXPECT_THAT(Open(), FailsWith("STORE_WRONG_OWNER")) << file;
    ASSERT_EQ(chown(file.c_str(), 0, 0), 0);
  }
  EXPECT_THAT(Open(), IsOk());
}

TEST_F(SqliteOpenTest, DirectoryThatCannotBeWrittenIsRefused) {
  Shows({"flt-08"});
  const int status = InChild([&] {
    // root may write everywhere, so somebody else tries.
    if (geteuid() == 0) {
      if (chmod(directory_.path().c_str(), 0755) != 0 || setuid(kNobody) != 0) return 2;
    } else if (chmod(directory_.path().c_str(), 0555) != 0) {
      return 2;
    }
    return ReasonOf(Open().status()) == "STORE_NOT_WRITABLE" ? 0 : 1;
  });
  ASSERT_EQ(chmod(directory_.path().c_str(), 0755), 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(SqliteOpenTest, OrderlyStopIsNotCheckedAndASudddenOneIs) {
  Shows({"ctl-40"});
  {
    ASSERT_OK_AND_ASSIGN(auto store, Open());
    EXPECT_FALSE(store->checked_at_open()) << "a new file has nothing to check";
    ASSERT_THAT(Keep(*store, Whole(0)), IsOk());
  }
  {
    ASSERT_OK_AND_ASSIGN(auto store, Open());
    EXPECT_FALSE(store->checked_at_open());
  }
  const int status = InChild([&] {
    const auto store = Open();
    kill(getpid(), SIGKILL);
    return store.ok() ? 0 : 1;
  });
  ASSERT_TRUE(WasKilled(status));
  {
    ASSERT_OK_AND_ASSIGN(auto store, Open());
    EXPECT_TRUE(store->checked_at_open());
    EXPECT_EQ(SizeIfWhole(*store), 1u);
  }
  std::filesystem::remove(path() + ".lock");  // As after copying the database alone.
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  EXPECT_TRUE(store->checked_at_open());
}

TEST_F(SqliteOpenTest, DamageIsFoundAfterAnUncleanStopAndNothingIsTouched) {
  Shows({"ctl-40"});
  {
    ASSERT_OK_AND_ASSIGN(auto store, Open());
    for (int i = 0; i < 20; ++i) ASSERT_THAT(Keep(*store, Whole(i)), IsOk());
  }
  {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-3 * 4096, std::ios::end);
    file << std::string(3 * 4096, '\xff');
  }
  std::ofstream(path() + ".lock") << "running 1\n";
  const std::string before = ReadFile(path());
  const auto store = Open();
  EXPECT_THAT(store, FailsWith("STORE_DAMAGED"));
  EXPECT_THAT(store, HasCode(absl::StatusCode::kDataLoss));
  EXPECT_TRUE(ReadFile(path()) == before);
}

TEST_F(SqliteOpenTest, FileThatIsNoDatabaseOfOursIsRefusedAndLeftAlone) {
  std::ofstream(path()) << std::string(8192, 'x');
  ASSERT_EQ(chmod(path().c_str(), 0600), 0);
  EXPECT_THAT(Open(), FailsWith("STORE_DAMAGED"));
  EXPECT_EQ(ReadFile(path()), std::string(8192, 'x'));

  std::filesystem::remove(path());
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &handle), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(handle, "CREATE TABLE theirs (x)", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(handle);
  ASSERT_EQ(chmod(path().c_str(), 0600), 0);
  EXPECT_THAT(Open(), FailsWith("STORE_NOT_OURS"));
}

TEST_F(SqliteOpenTest, OneFileServesOneLocality) {
  { ASSERT_THAT(Open(), IsOk()); }
  SqliteStore::Options options = OptionsOf();
  options.locality = "qk1";
  EXPECT_THAT(SqliteStore::Open(options), FailsWith("LOCALITY_DIFFERENT"));
  EXPECT_THAT(Open(), IsOk());
}

class MigrationsTest : public SqliteOpenTest {
 protected:
  // The file as a program with these steps leaves it.
  absl::Status MigrateFile(absl::Span<const Migration> steps) {
    std::ofstream(path(), std::ios::app);
    chmod(path().c_str(), 0600);
    auto connection = Connection::Open(
        {.path = std::filesystem::canonical(path()).string(), .vfs = "unix-excl", .writes = true});
    if (!connection.ok()) return connection.status();
    if (absl::Status once = Migrate(**connection, steps); !once.ok()) return once;
    return Migrate(**connection, steps);  // The second time there is nothing to do.
  }
  std::vector<Migration> WithOneMore(const char* sql) {
    std::vector<Migration> steps(Migrations().begin(), Migrations().end());
    steps.push_back(
        {.number = steps.back().number + 1, .release_major = 7, .release_minor = 3, .sql = sql});
    return steps;
  }
};

TEST_F(MigrationsTest, StepsAreNumberedWithoutAGap) {
  int number = 0;
  for (const Migration& step : Migrations()) EXPECT_EQ(step.number, ++number);
  EXPECT_GT(number, 0);
}

TEST_F(MigrationsTest, RunningAgainDoesNothing) {
  ASSERT_THAT(MigrateFile(Migrations()), IsOk());
  {
    ASSERT_OK_AND_ASSIGN(auto store, Open());
    ASSERT_THAT(Keep(*store, Whole(0)), IsOk());
  }
  ASSERT_THAT(MigrateFile(Migrations()), IsOk());
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  EXPECT_EQ(SizeIfWhole(*store), 1u);
}

TEST_F(MigrationsTest, NewerSchemaIsRefusedNamingTheReleaseItNeeds) {
  Shows({"flt-35"});
  ASSERT_THAT(MigrateFile(WithOneMore("CREATE TABLE later (x INTEGER) STRICT")), IsOk());
  const std::string before = ReadFile(path());
  const auto store = Open();
  EXPECT_THAT(store, FailsWith("SCHEMA_NEWER"));
  EXPECT_THAT(store, HasCode(absl::StatusCode::kFailedPrecondition));
  const int known = Migrations().back().number;
  EXPECT_THAT(MetadataOf(store.status()),
              ElementsAre(Pair("schemaFound", absl::StrCat(known + 1)),
                          Pair("schemaKnown", absl::StrCat(known)), Pair("needsMajor", "7"),
                          Pair("needsMinor", "3")));
  EXPECT_TRUE(ReadFile(path()) == before);
}

TEST_F(MigrationsTest, StepThatFailsLeavesNothingOfItselfAndIsDoneNextTime) {
  Shows({"flt-35"});
  { ASSERT_THAT(Open(), IsOk()); }
  EXPECT_THAT(MigrateFile(WithOneMore("CREATE TABLE later (x INTEGER) STRICT; NOT SQL")),
              FailsWith("COMMIT_FAILED"));
  { EXPECT_THAT(Open(), IsOk()) << "still the schema of before"; }
  EXPECT_THAT(MigrateFile(WithOneMore("CREATE TABLE later (x INTEGER) STRICT")), IsOk());
}

// Every connection that SQLite opens while the test runs.
std::vector<sqlite3*>* opened = nullptr;
int NoteOpened(sqlite3* handle, char**, const sqlite3_api_routines*) {
  opened->push_back(handle);
  return SQLITE_OK;
}

class SqliteConnectionsTest : public SqliteOpenTest {
 protected:
  SqliteConnectionsTest() {
    opened = &opened_;
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(NoteOpened));
  }
  ~SqliteConnectionsTest() override { sqlite3_reset_auto_extension(); }

  static int64_t Pragma(sqlite3* handle, const std::string& name) {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(handle, ("PRAGMA " + name).c_str(), -1, &statement, nullptr),
              SQLITE_OK);
    EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW);
    const std::string text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    const int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return name == "journal_mode" ? (text == "wal") : number;
  }

  std::vector<sqlite3*> opened_;
};

TEST_F(SqliteConnectionsTest, EachHasTheSettingsOfSafety) {
  Shows({"ctl-40", "ctl-41"});
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  ASSERT_THAT(opened_, SizeIs(1 + OptionsOf().readers));
  for (sqlite3* handle : opened_) {
    EXPECT_EQ(Pragma(handle, "journal_mode"), 1);
    EXPECT_EQ(Pragma(handle, "synchronous"), 2);
    EXPECT_EQ(Pragma(handle, "foreign_keys"), 1);
    EXPECT_EQ(Pragma(handle, "wal_autocheckpoint"), 0);
    EXPECT_EQ(Pragma(handle, "query_only"), handle == opened_[0] ? 0 : 1);
    int no_checkpoint_on_close = 0;
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, -1, &no_checkpoint_on_close);
    EXPECT_EQ(no_checkpoint_on_close, 1);
  }
}

TEST_F(SqliteConnectionsTest, NoReadSearchesAWholeTable) {
  ASSERT_OK_AND_ASSIGN(auto store, Open());
  for (int i = 0; i < 20; ++i) {
    Batch batch = Whole(i);
    batch.entries[0].cause = i;
    batch.aliases = {{DigestOf(i), PersonKey(1)}};
    batch.timers = {TimerOf(absl::StrCat("t", i), i)};
    batch.documents = {{.kind = Document::Kind::kRulebook,
                        .id = "llr",
                        .digest = DigestOf(i),
                        .stored = "rules",
                        .effective_at = At(i)}};
    ASSERT_THAT(Keep(*store, batch), IsOk());
  }
  Reader* const reader = store.get();
  {
    EXPECT_EQ(SizeIfWhole(*store), 20u);
    EXPECT_EQ(reader->ConsequencesOf(3).value().size(), 1u);
    EXPECT_EQ(reader->FindEntries({.from = At(3), .until = At(5)}).value().size(), 2u);
    EXPECT_EQ(reader->FindEntries({.after_index = 15}).value().size(), 5u);
    EXPECT_TRUE(reader->FindAlias(DigestOf(3)).value().has_value());
    EXPECT_TRUE(reader->ReadEntry(3).value().has_value());
    EXPECT_TRUE(reader->ReadDelivery("d3").value().has_value());
    EXPECT_EQ(reader->TimersDue(At(3), 10).value().size(), 4u);
    EXPECT_EQ(reader->TimersOf(PersonKey(1)).value().size(), 20u);
    EXPECT_EQ(reader->NextTimer().value(), At(0));
    EXPECT_EQ(reader->DocumentInForce(Document::Kind::kRulebook, At(3)).value()->digest,
              DigestOf(3));
    EXPECT_TRUE(reader->ReadDocument(Document::Kind::kRulebook, DigestOf(3)).value().has_value());
  }
  int looked_at = 0;
  for (sqlite3* handle : opened_) {
    for (sqlite3_stmt* s = sqlite3_next_stmt(handle, nullptr); s != nullptr;
         s = sqlite3_next_stmt(handle, s)) {
      ++looked_at;
      EXPECT_EQ(sqlite3_stmt_status(s, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0), 0) << sqlite3_sql(s);
      EXPECT_EQ(sqlite3_stmt_status(s, SQLITE_STMTSTATUS_AUTOINDEX, 0), 0) << sqlite3_sql(s);
    }
  }
  EXPECT_GT(looked_at, 20);
}

TEST_F(SqliteOpenTest, OnlyTheWritingConnectionMovesTheLogAndOnlyPastItsLimit) {
  Shows({"ctl-41"});
  SqliteStore::Options options = OptionsOf();
  options.wal_limit_bytes = 64 << 20;
  FaultyVfs& vfs = FaultyVfs::Get();
  {
    ASSERT_OK_AND_ASSIGN(auto store, SqliteStore::Open(options));
    ASSERT_EQ(vfs.main_writes().size(), 1u + options.readers);
    const std::vector<int> at_start = vfs.main_writes();
    // Beyond the thousand pages at which SQLite would act by itself.
    for (int i = 0; i < 30; ++i) ASSERT_THAT(Keep(*store, Whole(i, 200'000)), IsOk());
    EXPECT_GT(store->WalBytes(), 5 << 20);
    EXPECT_EQ(SizeIfWhole(*store), 30u);
    EXPECT_EQ(vfs.main_writes(), at_start) << "not by the writer, not by a reader";
  }
  EXPECT_GT(vfs.main_writes()[0], 1000) << "moved when stopping";

  vfs.Reset();
  options.wal_limit_bytes = 256 << 10;
  {
    ASSERT_OK_AND_ASSIGN(auto store, SqliteStore::Open(options));
    int64_t largest = 0;
    for (int i = 30; i < 130; ++i) {
      ASSERT_THAT(Keep(*store, Whole(i, 20'000)), IsOk());
      largest = std::max(largest, store->WalBytes());
      EXPECT_EQ(store->GetHead().value().size, i + 1u);
    }
    EXPECT_LT(largest, 2 * options.wal_limit_bytes) << "small and often";
    EXPECT_GT(vfs.main_writes()[0], 0);
  }
  for (size_t i = 1; i < vfs.main_writes().size(); ++i) EXPECT_EQ(vfs.main_writes()[i], 0);
}

}  // namespace
}  // namespace fosse::store
