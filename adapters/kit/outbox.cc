#include "adapters/kit/outbox.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "base/crypto.h"
#include "base/status.h"

namespace fosse::adapters {
namespace {

constexpr char kSchema[] = R"sql(
  CREATE TABLE IF NOT EXISTS message(
    sequence INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, given_up INTEGER NOT NULL DEFAULT 0,
    sealed BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS delivery(
    sequence INTEGER PRIMARY KEY, delivery_id TEXT NOT NULL UNIQUE, recipient TEXT NOT NULL,
    state INTEGER NOT NULL, attempts INTEGER NOT NULL, next_attempt_ms INTEGER NOT NULL,
    detail_code TEXT NOT NULL DEFAULT '', told INTEGER NOT NULL DEFAULT 0, sealed BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS note(name TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS outcome(
    sequence INTEGER PRIMARY KEY, request BLOB NOT NULL UNIQUE, sealed BLOB NOT NULL);
  CREATE INDEX IF NOT EXISTS delivery_by_state ON delivery(state, told, sequence);
)sql";

constexpr char kItemColumns[] =
    "sealed, state, attempts, next_attempt_ms, detail_code, told, sequence";

absl::Status Failed() {
  return MakeError(absl::StatusCode::kUnavailable, "OUTBOX_FAILED",
                   "the outbox could not be read or written");
}

// A name is as durable as its folder.
bool SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return false;
  const bool synced = fsync(file) == 0;
  close(file);
  return synced;
}

// Reads the key, or makes it: the file appears whole or not at all. A key that is there but cannot
// be read is never replaced, since all that it sealed would be lost.
absl::StatusOr<std::string> LoadKey(const std::string& path, Random& random) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
      std::string key(kKeySize + 1, '\0');
      const ssize_t size = read(file, key.data(), key.size());
      close(file);
      if (size != static_cast<ssize_t>(kKeySize)) break;
      key.resize(kKeySize);
      return key;
    }
    if (errno != ENOENT) break;
    const std::string made = path + ".new";
    const int out = open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (out < 0) break;
    const std::string key = random.Bytes(kKeySize);
    const bool whole =
        write(out, key.data(), key.size()) == static_cast<ssize_t>(key.size()) && fsync(out) == 0;
    close(out);
    if (!whole || rename(made.c_str(), path.c_str()) != 0 || !SyncFolderOf(path)) break;
  }
  return MakeError(absl::StatusCode::kFailedPrecondition, "OUTBOX_KEY_UNUSABLE",
                   "the outbox key cannot be read or made; check path and owner");
}

}  // namespace

// One prepared statement, finalised when it goes.
class Outbox::Statement {
 public:
  Statement(sqlite3* database, const std::string& sql) {
    ok_ = sqlite3_prepare_v2(database, sql.c_str(), -1, &statement_, nullptr) == SQLITE_OK;
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& Text(int n, absl::string_view text) {
    ok_ = ok_ && sqlite3_bind_text(statement_, n, text.data(), static_cast<int>(text.size()),
                                   SQLITE_TRANSIENT) == SQLITE_OK;
    return *this;
  }
  Statement& Blob(int n, absl::string_view blob) {
    ok_ = ok_ && sqlite3_bind_blob(statement_, n, blob.data(), static_cast<int>(blob.size()),
                                   SQLITE_TRANSIENT) == SQLITE_OK;
    return *this;
  }
  Statement& Number(int n, int64_t number) {
    ok_ = ok_ && sqlite3_bind_int64(statement_, n, number) == SQLITE_OK;
    return *this;
  }

  absl::Status Run() {
    return ok_ && sqlite3_step(statement_) == SQLITE_DONE ? absl::OkStatus() : Failed();
  }
  // True: a row; false: the end.
  absl::StatusOr<bool> Next() {
    const int result = ok_ ? sqlite3_step(statement_) : SQLITE_ERROR;
    if (result == SQLITE_ROW) return true;
    if (result == SQLITE_DONE) return false;
    return Failed();
  }

  std::string Bytes(int n) const {
    const void* bytes = sqlite3_column_blob(statement_, n);
    const int size = sqlite3_column_bytes(statement_, n);
    return size == 0 ? std::string() : std::string(static_cast<const char*>(bytes), size);
  }
  int64_t Number(int n) const { return sqlite3_column_int64(statement_, n); }

 private:
  sqlite3_stmt* statement_ = nullptr;
  bool ok_ = false;
};

absl::StatusOr<std::unique_ptr<Outbox>> Outbox::Open(const std::string& path,
                                                     const std::string& key_path, Random& random) {
  FOSSE_ASSIGN_OR_RETURN(std::string key, LoadKey(key_path, random));
  const mode_t before = umask(0077);
  sqlite3* database = nullptr;
  const int opened =
      sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  umask(before);
  std::unique_ptr<Outbox> outbox(new Outbox(database, std::move(key), random));
  if (opened != SQLITE_OK) return Failed();
  FOSSE_RETURN_IF_ERROR(outbox->Migrate());
  return outbox;
}

Outbox::~Outbox() { sqlite3_close_v2(database_); }

absl::Status Outbox::Migrate() {
  sqlite3_busy_timeout(database_, 5000);
  for (const char* sql : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", kSchema}) {
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return Failed();
  }
  return absl::OkStatus();
}

std::string Outbox::MessageKey(const v1::Envelope& envelope) const {
  v1::Envelope content = envelope;
  content.clear_traceparent();  // Technical: a native retry brings another.
  const Digest digest = HmacSha256(key_, content.SerializeAsString());
  return std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
}

absl::Status Outbox::KeepMessage(const v1::Envelope& envelope) {
  const std::lock_guard lock(mutex_);
  const std::string sealed =
      Seal(key_, random_.Bytes(kNonceSize), "message", envelope.SerializeAsString());
  Statement insert(database_,
                   "INSERT INTO message(key, sealed) VALUES(?, ?) "
                   "ON CONFLICT(key) DO UPDATE SET given_up = 0 WHERE given_up");
  return insert.Blob(1, MessageKey(envelope)).Blob(2, sealed).Run();
}

absl::Status Outbox::DropMessage(const v1::Envelope& envelope) {
  const std::lock_guard lock(mutex_);
  Statement drop(database_, "DELETE FROM message WHERE key = ?");
  return drop.Blob(1, MessageKey(envelope)).Run();
}

absl::Status Outbox::GiveUpMessage(const v1::Envelope& envelope) {
  const std::lock_guard lock(mutex_);
  Statement update(database_, "UPDATE message SET given_up = 1 WHERE key = ?");
  return update.Blob(1, MessageKey(envelope)).Run();
}

absl::StatusOr<std::vector<v1::Envelope>> Outbox::UnansweredMessages(size_t limit) {
  const std::lock_guard lock(mutex_);
  Statement rows(database_,
                 "SELECT sealed FROM message WHERE NOT given_up ORDER BY sequence LIMIT ?");
  rows.Number(1, static_cast<int64_t>(limit));
  std::vector<v1::Envelope> messages;
  while (true) {
    FOSSE_ASSIGN_OR_RETURN(const bool more, rows.Next());
    if (!more) return messages;
    const absl::StatusOr<std::string> plain = fosse::Open(key_, "message", rows.Bytes(0));
    if (!plain.ok() || !messages.emplace_back().ParseFromString(*plain)) {
      return MakeError(absl::StatusCode::kDataLoss, "OUTBOX_DAMAGED",
                       "a message in the outbox cannot be opened with this key");
    }
  }
}

absl::StatusOr<Outbox::Item> Outbox::ItemFrom(Statement& row) {
  Item item;
  const absl::StatusOr<std::string> plain = fosse::Open(key_, "delivery", row.Bytes(0));
  if (!plain.ok() || !item.delivery.ParseFromString(*plain)) {
    return MakeError(absl::StatusCode::kDataLoss, "OUTBOX_DAMAGED",
                     "a delivery in the outbox cannot be opened with this key");
  }
  item.state = static_cast<State>(row.Number(1));
  item.attempts = static_cast<int>(row.Number(2));
  item.next_attempt = absl::FromUnixMillis(row.Number(3));
  item.detail_code = row.Bytes(4);
  item.told = row.Number(5) != 0;
  item.sequence = row.Number(6);
  return item;
}

absl::StatusOr<std::vector<Outbox::Item>> Outbox::ReadItems(Statement& rows) {
  std::vector<Item> items;
  while (true) {
    FOSSE_ASSIGN_OR_RETURN(const bool more, rows.Next());
    if (!more) return items;
    FOSSE_ASSIGN_OR_RETURN(items.emplace_back(), ItemFrom(rows));
  }
}

absl::StatusOr<Outbox::Item> Outbox::KeepDelivery(const v1::Delivery& delivery, absl::Time now) {
  {
    const std::lock_guard lock(mutex_);
    const std::string sealed =
        Seal(key_, random_.Bytes(kNonceSize), "delivery", delivery.SerializeAsString());
    Statement insert(database_,
                     "INSERT INTO delivery(delivery_id, recipient, state, attempts, "
                     "next_attempt_ms, sealed) VALUES(?, ?, 1, 0, ?, ?) "
                     "ON CONFLICT(delivery_id) DO UPDATE SET "
                     "state = iif(told AND state IN (3, 4), 1, state), "
                     "attempts = iif(told AND state IN (3, 4), 0, attempts), "
                     "next_attempt_ms = iif(told AND state IN (3, 4), excluded.next_attempt_ms, "
                     "next_attempt_ms), told = 0 WHERE state <> 1");
    FOSSE_RETURN_IF_ERROR(insert.Text(1, delivery.delivery_id())
                              .Text(2, delivery.recipient())
                              .Number(3, absl::ToUnixMillis(now))
                              .Blob(4, sealed)
                              .Run());
  }
  FOSSE_ASSIGN_OR_RETURN(std::optional<Item> item, Find(delivery.delivery_id()));
  if (!item.has_value()) return Failed();
  return *std::move(item);
}

absl::StatusOr<std::vector<Outbox::Item>> Outbox::WaitingDeliveries(size_t limit, int64_t after) {
  const std::lock_guard lock(mutex_);
  Statement rows(database_, std::string("SELECT ") + kItemColumns +
                                " FROM delivery WHERE state = 1 AND sequence > ? "
                                "ORDER BY sequence LIMIT ?");
  rows.Number(1, after).Number(2, static_cast<int64_t>(limit));
  return ReadItems(rows);
}

absl::StatusOr<std::vector<Outbox::Item>> Outbox::UntoldDeliveries(size_t limit) {
  const std::lock_guard lock(mutex_);
  Statement rows(database_, std::string("SELECT ") + kItemColumns +
                                " FROM delivery WHERE state <> 1 AND NOT told "
                                "ORDER BY sequence LIMIT ?");
  rows.Number(1, static_cast<int64_t>(limit));
  return ReadItems(rows);
}

absl::Status Outbox::RecordAttempt(const std::string& delivery_id, absl::Time next_attempt) {
  const std::lock_guard lock(mutex_);
  Statement update(database_,
                   "UPDATE delivery SET attempts = attempts + 1, next_attempt_ms = ? "
                   "WHERE delivery_id = ?");
  return update.Number(1, absl::ToUnixMillis(next_attempt)).Text(2, delivery_id).Run();
}

absl::Status Outbox::Finish(const std::string& delivery_id, State state,
                            const std::string& detail_code) {
  const std::lock_guard lock(mutex_);
  Statement update(database_,
                   "UPDATE delivery SET state = ?, detail_code = ?, told = 0 "
                   "WHERE delivery_id = ? AND state = 1");
  return update.Number(1, static_cast<int>(state)).Text(2, detail_code).Text(3, delivery_id).Run();
}

absl::Status Outbox::MarkTold(const std::string& delivery_id) {
  const std::lock_guard lock(mutex_);
  Statement update(database_, "UPDATE delivery SET told = 1 WHERE delivery_id = ? AND state <> 1");
  return update.Text(1, delivery_id).Run();
}

absl::StatusOr<std::optional<Outbox::Item>> Outbox::Find(const std::string& delivery_id) {
  const std::lock_guard lock(mutex_);
  Statement rows(database_,
                 std::string("SELECT ") + kItemColumns + " FROM delivery WHERE delivery_id = ?");
  rows.Text(1, delivery_id);
  FOSSE_ASSIGN_OR_RETURN(std::vector<Item> items, ReadItems(rows));
  if (items.empty()) return std::nullopt;
  return std::move(items.front());
}

absl::Status Outbox::KeepNote(absl::string_view name, absl::string_view text) {
  const std::lock_guard lock(mutex_);
  Statement insert(database_, "INSERT OR REPLACE INTO note(name, sealed) VALUES(?, ?)");
  return insert.Text(1, name)
      .Blob(2, Seal(key_, random_.Bytes(kNonceSize), absl::StrCat("note/", name), text))
      .Run();
}

absl::StatusOr<std::optional<std::string>> Outbox::FindNote(absl::string_view name) {
  const std::lock_guard lock(mutex_);
  Statement rows(database_, "SELECT sealed FROM note WHERE name = ?");
  rows.Text(1, name);
  FOSSE_ASSIGN_OR_RETURN(const bool found, rows.Next());
  if (!found) return std::nullopt;
  absl::StatusOr<std::string> plain = fosse::Open(key_, absl::StrCat("note/", name), rows.Bytes(0));
  if (plain.ok()) return *std::move(plain);
  return MakeError(absl::StatusCode::kDataLoss, "OUTBOX_DAMAGED",
                   "a note in the outbox cannot be opened with this key");
}

std::string Outbox::RequestKey(absl::string_view request) const {
  const Digest digest = HmacSha256(key_, absl::StrCat("request/", request));
  return std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
}

absl::Status Outbox::KeepOutcome(absl::string_view request, absl::string_view outcome) {
  const std::lock_guard lock(mutex_);
  Statement insert(database_, "INSERT OR IGNORE INTO outcome(request, sealed) VALUES(?, ?)");
  FOSSE_RETURN_IF_ERROR(insert.Blob(1, RequestKey(request))
                            .Blob(2, Seal(key_, random_.Bytes(kNonceSize), "outcome", outcome))
                            .Run());
  // One row at most, found by its key.
  Statement drop(database_,
                 "DELETE FROM outcome WHERE sequence <= (SELECT max(sequence) FROM outcome) - ?");
  return drop.Number(1, kMostOutcomes).Run();
}

absl::StatusOr<std::optional<std::string>> Outbox::FindOutcome(absl::string_view request) {
  const std::lock_guard lock(mutex_);
  Statement rows(database_, "SELECT sealed FROM outcome WHERE request = ?");
  rows.Blob(1, RequestKey(request));
  FOSSE_ASSIGN_OR_RETURN(const bool found, rows.Next());
  if (!found) return std::nullopt;
  absl::StatusOr<std::string> plain = fosse::Open(key_, "outcome", rows.Bytes(0));
  if (plain.ok()) return *std::move(plain);
  return MakeError(absl::StatusCode::kDataLoss, "OUTBOX_DAMAGED",
                   "an outcome in the outbox cannot be opened with this key");
}

absl::StatusOr<std::vector<Outbox::Item>> Outbox::ItemsOf(absl::string_view recipient, State state,
                                                          size_t limit) {
  const std::lock_guard lock(mutex_);
  Statement rows(database_, std::string("SELECT ") + kItemColumns +
                                " FROM delivery WHERE recipient = ? AND state = ? "
                                "ORDER BY sequence LIMIT ?");
  rows.Text(1, recipient).Number(2, static_cast<int>(state)).Number(3, static_cast<int64_t>(limit));
  return ReadItems(rows);
}

}  // namespace fosse::adapters
