#include "adapters/council/drop/snapshots.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/status.h"

namespace fosse::adapters::council {
namespace {

absl::Status Failed() {
  return MakeError(absl::StatusCode::kUnavailable, "SNAPSHOTS_FAILED",
                   "what extracts said so far cannot be read or written; look at the disk");
}

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

Statement Prepare(sqlite3* database, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(database, sql, -1, &statement, nullptr);
  return Statement(statement);
}

void Bind(const Statement& statement, int place, const std::string& bytes) {
  sqlite3_bind_blob(statement.get(), place, bytes.data(), static_cast<int>(bytes.size()),
                    SQLITE_STATIC);
}

std::string Bytes(const Statement& statement, int column) {
  const void* const bytes = sqlite3_column_blob(statement.get(), column);
  const int size = sqlite3_column_bytes(statement.get(), column);
  return bytes == nullptr ? ""
                          : std::string(static_cast<const char*>(bytes), static_cast<size_t>(size));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Snapshots>> Snapshots::Open(const std::string& path) {
  const int made = open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (made < 0) return Failed();
  close(made);
  sqlite3* database = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &database,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Snapshots> snapshots(new Snapshots(database));
  if (opened != SQLITE_OK) return Failed();
  sqlite3_busy_timeout(database, 10000);
  constexpr char kSetUp[] =
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
      "CREATE TABLE IF NOT EXISTS said (about BLOB PRIMARY KEY, content BLOB NOT NULL,"
      " version INTEGER NOT NULL, source BLOB NOT NULL) WITHOUT ROWID;";
  if (sqlite3_exec(database, kSetUp, nullptr, nullptr, nullptr) != SQLITE_OK) return Failed();
  return snapshots;
}

Snapshots::~Snapshots() { sqlite3_close_v2(database_); }

absl::StatusOr<std::optional<Snapshots::Known>> Snapshots::Find(const std::string& about) {
  const Statement find =
      Prepare(database_, "SELECT content, version, source FROM said WHERE about = ?");
  if (find == nullptr) return Failed();
  Bind(find, 1, about);
  const int step = sqlite3_step(find.get());
  if (step == SQLITE_DONE) return std::optional<Known>();
  if (step != SQLITE_ROW) return Failed();
  return std::optional<Known>(
      Known{.content = Bytes(find, 0),
            .version = static_cast<uint64_t>(sqlite3_column_int64(find.get(), 1)),
            .source = Bytes(find, 2)});
}

absl::Status Snapshots::Keep(const std::string& about, const Known& known) {
  const Statement keep = Prepare(database_, "INSERT OR REPLACE INTO said VALUES (?, ?, ?, ?)");
  if (keep == nullptr) return Failed();
  Bind(keep, 1, about);
  Bind(keep, 2, known.content);
  sqlite3_bind_int64(keep.get(), 3, static_cast<int64_t>(known.version));
  Bind(keep, 4, known.source);
  return sqlite3_step(keep.get()) == SQLITE_DONE ? absl::OkStatus() : Failed();
}

}  // namespace fosse::adapters::council
