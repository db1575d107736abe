#include "store/sqlite/connection.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "store/sqlite/errors.h"

namespace fosse::store {
namespace {

constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();

// How long to wait for a lock that another program holds. Fosse's own connections never wait here.
constexpr int kBusyMilliseconds = 1000;

int OnLogGrown(void* frames, sqlite3*, const char*, int count) {
  *static_cast<int*>(frames) = count;
  return SQLITE_OK;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const Settings& settings) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(
      settings.path.c_str(), &handle,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW,
      settings.vfs.c_str());
  std::unique_ptr<Connection> connection(new Connection(handle));  // Closes it, opened or not.
  if (code != SQLITE_OK) return OpenFailure(code);
  FOSSE_RETURN_IF_ERROR(connection->Apply(settings));
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

absl::Status Connection::Apply(const Settings& settings) {
  sqlite3_busy_timeout(handle_, kBusyMilliseconds);
  for (const auto& [option, on] :
       {std::pair(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1), std::pair(SQLITE_DBCONFIG_DEFENSIVE, 1),
        std::pair(SQLITE_DBCONFIG_DQS_DML, 0), std::pair(SQLITE_DBCONFIG_DQS_DDL, 0),
        std::pair(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)}) {
    if (const int code = sqlite3_db_config(handle_, option, on, nullptr); code != SQLITE_OK) {
      return OpenFailure(code);
    }
  }
  // The first statement that touches the file: here a damaged or locked one shows.
  if (const int code = Run("PRAGMA wal_autocheckpoint = 0; PRAGMA journal_mode = WAL");
      code != SQLITE_OK) {
    return OpenFailure(code);
  }
  const std::string rest = absl::StrCat(
      "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON;"
      "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;"
      "PRAGMA cache_size = ",
      -std::max<int64_t>(settings.cache_bytes / 1024, 64),
      "; PRAGMA journal_size_limit = ", settings.log_kept_bytes,
      "; PRAGMA query_only = ", settings.writes ? "OFF" : "ON");
  if (const int code = Run(rest.c_str()); code != SQLITE_OK) return OpenFailure(code);
  if (settings.max_bytes > 0) {
    FOSSE_ASSIGN_OR_RETURN(const int64_t page, AskNumber("PRAGMA page_size", 4096));
    const std::string limit =
        absl::StrCat("PRAGMA max_page_count = ", std::max<int64_t>(settings.max_bytes / page, 1));
    if (const int code = Run(limit.c_str()); code != SQLITE_OK) return OpenFailure(code);
  }
  FOSSE_ASSIGN_OR_RETURN(const std::string mode, AskText("PRAGMA journal_mode"));
  FOSSE_RETURN_IF_ERROR(Expect("PRAGMA synchronous", mode == "wal" ? 2 : -1));
  FOSSE_RETURN_IF_ERROR(Expect("PRAGMA foreign_keys", 1));
  FOSSE_RETURN_IF_ERROR(Expect("PRAGMA wal_autocheckpoint", 0));
  FOSSE_RETURN_IF_ERROR(Expect("PRAGMA query_only", settings.writes ? 0 : 1));
  sqlite3_wal_hook(handle_, OnLogGrown, &log_frames_);
  return absl::OkStatus();
}

absl::Status Connection::Expect(const char* pragma, int64_t value) {
  FOSSE_ASSIGN_OR_RETURN(const int64_t found, AskNumber(pragma, -1));
  if (found == value) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, "STORE_SETTINGS_REFUSED",
                   "SQLite did not take a setting that Fosse needs; use a local file system",
                   {{"found", found}, {"wanted", value}});
}

int Connection::Run(const char* sql) {
  return sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
}

absl::StatusOr<int64_t> Connection::AskNumber(const char* sql, int64_t otherwise) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr);
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  const int64_t number = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : otherwise;
  sqlite3_finalize(statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE) return ReadFailure(code);
  return number;
}

absl::StatusOr<std::string> Connection::AskText(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr);
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  std::string text;
  if (code == SQLITE_ROW && sqlite3_column_bytes(statement, 0) > 0) {
    text.assign(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)),
                sqlite3_column_bytes(statement, 0));
  }
  sqlite3_finalize(statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE) return ReadFailure(code);
  return text;
}

int Connection::Prepare(const char* sql, sqlite3_stmt** statement) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) {
    *statement = found->second;
    return SQLITE_OK;
  }
  const int code =
      sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, nullptr);
  if (code == SQLITE_OK) statements_.emplace(sql, *statement);
  return code;
}

void Connection::Rollback() {
  // Some failures end the transaction by themselves. A rollback that fails leaves the connection in
  // SQLite's error state, where every later statement fails too.
  if (InTransaction()) Run("ROLLBACK");
}

int Connection::Flush() {
  const int code = sqlite3_db_cacheflush(handle_);
  return code == SQLITE_BUSY ? SQLITE_OK : code;  // Pages in use are written by the commit itself.
}

int Connection::Checkpoint(int mode, int* frames, int* moved) {
  return sqlite3_wal_checkpoint_v2(handle_, nullptr, mode, frames, moved);
}

Query& Query::Number(int64_t value) {
  Keep(sqlite3_bind_int64(statement_, next_parameter_++, value));
  return *this;
}

Query& Query::Count(uint64_t value) {
  FOSSE_CHECK(value <= static_cast<uint64_t>(kLargest));
  return Number(static_cast<int64_t>(value));
}

Query& Query::Limit(uint64_t value) {
  return Number(static_cast<int64_t>(std::min(value, static_cast<uint64_t>(kLargest))));
}

Query& Query::Time(absl::Time value) { return Number(StoredTime(value)); }

Query& Query::Text(absl::string_view value) {
  // A null pointer would be NULL, and an empty view may have one.
  Keep(sqlite3_bind_text64(statement_, next_parameter_++, value.empty() ? "" : value.data(),
                           value.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Query& Query::Blob(ByteView value) {
  Keep(sqlite3_bind_blob64(statement_, next_parameter_++,
                           value.empty() ? static_cast<const void*>("") : value.data(),
                           value.size(), SQLITE_STATIC));
  return *this;
}

Query& Query::Key(const RecordKey& value) {
  return Number(static_cast<int64_t>(value.kind)).Blob(value.key);
}

bool Query::Next() {
  if (code_ != SQLITE_OK) return false;
  const int code = sqlite3_step(statement_);
  next_column_ = 0;
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) code_ = code;
  return false;
}

int Query::RunAgain() {
  if (code_ == SQLITE_OK) {
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_DONE) code_ = code;
  }
  if (statement_ != nullptr) sqlite3_reset(statement_);
  next_parameter_ = 1;
  return code_;
}

int64_t Query::NumberAt() { return sqlite3_column_int64(statement_, next_column_++); }

uint64_t Query::CountAt() {
  const int64_t number = NumberAt();
  if (number < 0) damaged_ = true;
  return static_cast<uint64_t>(number);
}

absl::Time Query::TimeAt() { return TimeOfStored(NumberAt()); }

std::string Query::BytesAt() {
  const int column = next_column_++;
  const void* const bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (bytes != nullptr) return std::string(static_cast<const char*>(bytes), size);
  if (size > 0) code_ = SQLITE_NOMEM;  // SQLite could not bring the bytes together.
  return "";
}

Digest Query::DigestAt() {
  const int column = next_column_++;
  const void* const bytes = sqlite3_column_blob(statement_, column);
  Digest digest{};
  if (bytes != nullptr && sqlite3_column_bytes(statement_, column) == digest.size()) {
    std::memcpy(digest.data(), bytes, digest.size());
  } else {
    damaged_ = true;
  }
  return digest;
}

RecordKey Query::KeyAt() {
  const RecordKind kind = EnumAt(RecordKind::kLocality);
  return {.kind = kind, .key = BytesAt()};
}

int64_t Query::SmallAt(int64_t first, int64_t last) {
  const int64_t number = NumberAt();
  if (number >= first && number <= last) return number;
  damaged_ = true;
  return first;
}

absl::Status Query::Failure() const {
  if (code_ != SQLITE_OK) return ReadFailure(code_);
  return damaged_ ? DamagedFailure() : absl::OkStatus();
}

int64_t StoredTime(absl::Time time) { return absl::ToUnixNanos(time); }

absl::Time TimeOfStored(int64_t stored) {
  if (stored == std::numeric_limits<int64_t>::min()) return absl::InfinitePast();
  if (stored == kLargest) return absl::InfiniteFuture();
  return absl::FromUnixNanos(stored);
}

}  // namespace fosse::store
