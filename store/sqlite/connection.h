#ifndef FOSSE_STORE_SQLITE_CONNECTION_H_
#define FOSSE_STORE_SQLITE_CONNECTION_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/crypto.h"
#include "store/store.h"

namespace fosse::store {

// One connection to the database, with the settings that Fosse insists on: write-ahead log,
// synchronous FULL, foreign keys on, no automatic checkpoints (CTL-40, CTL-41), and no checkpoint
// on closing either. Used by one thread at a time. Calls return SQLite's extended result codes.
class Connection {
 public:
  struct Settings {
    std::string path;     // Of an existing file, empty at first.
    std::string vfs;      // SQLite's name of its file layer.
    bool writes = false;  // Otherwise every write is refused.
    int64_t cache_bytes = 0;
    int64_t max_bytes = 0;       // Of the file; 0: as much as the disk has.
    int64_t log_kept_bytes = 0;  // The log is cut to this when it begins anew.
  };
  // Errors of OpenFailure(); FAILED_PRECONDITION, STORE_SETTINGS_REFUSED, when a setting did not
  // take: each is read back.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const Settings& settings);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs statements that give no rows. `sql` may hold several.
  int Run(const char* sql);

  // The first column of the first row as a number; `otherwise` when there is none. Not prepared.
  absl::StatusOr<int64_t> AskNumber(const char* sql, int64_t otherwise);
  absl::StatusOr<std::string> AskText(const char* sql);

  // A statement prepared once and kept. `sql` must be a constant that lives as long as the program:
  // its address is its name.
  int Prepare(const char* sql, sqlite3_stmt** statement);

  bool InTransaction() const { return sqlite3_get_autocommit(handle_) == 0; }
  // Ends a transaction without keeping it, if one is open.
  void Rollback();
  // Writes what the transaction changed to the log, without the mark of a commit.
  int Flush();
  int64_t ChangedRows() const { return sqlite3_changes64(handle_); }

  // A checkpoint in SQLite's given mode. `frames` and `moved` are the log's frames and those of
  // them that are in the main file now.
  int Checkpoint(int mode, int* frames, int* moved);
  // Frames in the log at this connection's last commit.
  int log_frames() const { return log_frames_; }
  // The error number of the system at the last failure.
  int SystemError() const { return sqlite3_system_errno(handle_); }

 private:
  explicit Connection(sqlite3* handle) : handle_(handle) {}
  absl::Status Apply(const Settings& settings);
  absl::Status Expect(const char* pragma, int64_t value);

  sqlite3* const handle_;
  absl::flat_hash_map<const char*, sqlite3_stmt*> statements_;
  int log_frames_ = 0;
};

// One run of a prepared statement: values are bound from left to right, columns are read from left
// to right. Failures are kept and asked for at the end, so that a row reads like a row. The bytes
// bound must live until Again() or the end.
class Query {
 public:
  Query(Connection& connection, const char* sql) : code_(connection.Prepare(sql, &statement_)) {}
  // With the locality as the first value.
  Query(Connection& connection, const char* sql, absl::string_view locality)
      : Query(connection, sql) {
    Text(locality);
  }
  ~Query() {
    if (statement_ != nullptr) sqlite3_reset(statement_);
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& Number(int64_t value);
  // A count or position of our own making; beyond 2^63 it is a broken invariant.
  Query& Count(uint64_t value);
  // A bound that a caller chose: beyond 2^63 there is nothing, so it is cut to that.
  Query& Limit(uint64_t value);
  Query& Time(absl::Time value);
  Query& Text(absl::string_view value);
  Query& Blob(ByteView value);
  Query& Key(const RecordKey& value);

  // Whether there is a (next) row.
  bool Next();
  // Runs a statement that gives no rows, and makes it ready to be bound again.
  int RunAgain();

  int64_t NumberAt();
  uint64_t CountAt();
  absl::Time TimeAt();
  std::string BytesAt();
  Digest DigestAt();
  RecordKey KeyAt();
  // An enum whose values are 1 to `last`.
  template <typename E>
  E EnumAt(E last) {
    return static_cast<E>(SmallAt(1, static_cast<int64_t>(last)));
  }
  uint8_t ByteAt() { return static_cast<uint8_t>(SmallAt(0, 255)); }

  // OK, or why there was no (further) row, or why a row is not whole.
  absl::Status Failure() const;
  int code() const { return code_; }

 private:
  int64_t SmallAt(int64_t first, int64_t last);
  void Keep(int code) {
    if (code_ == SQLITE_OK) code_ = code;
  }

  sqlite3_stmt* statement_ = nullptr;
  int code_;
  int next_parameter_ = 1;
  int next_column_ = 0;
  bool damaged_ = false;
};

// Nanoseconds since 1970, as stored; infinite times are the ends of the range. What absl::Time
// holds below a nanosecond is dropped.
int64_t StoredTime(absl::Time time);
absl::Time TimeOfStored(int64_t stored);

}  // namespace fosse::store

#endif  // FOSSE_STORE_SQLITE_CONNECTION_H_
