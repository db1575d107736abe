#include "store/sqlite/sqlite_store.h"

#include <utility>

#include "base/log.h"
#include "base/status.h"
#include "store/sqlite/errors.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/reads.h"
#include "store/sqlite/sqlite_session.h"

namespace fosse::store {
namespace {

constexpr int64_t kFrameHeaderBytes = 24;

}  // namespace

SqliteStore::SqliteStore(const Options& options, std::unique_ptr<FileGuard> guard)
    : options_(options), guard_(std::move(guard)) {
  next_checkpoint_bytes_ = options_.wal_limit_bytes;
}

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::Open(const Options& options) {
  FOSSE_CHECK(options.readers > 0 && !options.locality.empty());
  FOSSE_ASSIGN_OR_RETURN(std::unique_ptr<FileGuard> guard, FileGuard::Take(options.path));
  std::unique_ptr<SqliteStore> store(new SqliteStore(options, std::move(guard)));
  if (absl::Status opened = store->OpenConnections(); !opened.ok()) {
    store->healthy_ = false;  // No last checkpoint: the file stays as it was.
    if (!store->guard_->unclean()) store->guard_->MarkStopped();
    return opened;
  }
  return store;
}

absl::Status SqliteStore::OpenConnections() {
  const bool doubtful = guard_->unclean() && !guard_->is_new();
  if (doubtful) FOSSE_RETURN_IF_ERROR(guard_->RewriteLog());
  Connection::Settings settings = {.path = guard_->path(),
                                   .vfs = options_.vfs,
                                   .writes = true,
                                   .cache_bytes = options_.cache_bytes,
                                   .max_bytes = options_.max_bytes,
                                   .log_kept_bytes = 2 * options_.wal_limit_bytes};
  FOSSE_ASSIGN_OR_RETURN(writer_, Connection::Open(settings));
  if (doubtful) FOSSE_RETURN_IF_ERROR(CheckWhole());
  FOSSE_RETURN_IF_ERROR(Migrate(*writer_));
  FOSSE_RETURN_IF_ERROR(ClaimLocality());
  FOSSE_ASSIGN_OR_RETURN(page_bytes_, writer_->AskNumber("PRAGMA page_size", 4096));
  int frames = 0;
  int moved = 0;
  const int code = writer_->Checkpoint(SQLITE_CHECKPOINT_TRUNCATE, &frames, &moved);
  if (code != SQLITE_OK) return WriteFailure(code);
  settings.writes = false;
  settings.cache_bytes = options_.cache_bytes / 8;
  absl::MutexLock lock(&readers_mutex_);
  for (int i = 0; i < options_.readers; ++i) {
    FOSSE_ASSIGN_OR_RETURN(std::unique_ptr<Connection> reader, Connection::Open(settings));
    idle_readers_.push_back(std::move(reader));
  }
  return absl::OkStatus();
}

absl::Status SqliteStore::CheckWhole() {
  checked_at_open_ = true;
  // Its words may quote stored bytes, so only whether they are "ok" is looked at.
  FOSSE_ASSIGN_OR_RETURN(const std::string found, writer_->AskText("PRAGMA quick_check(1)"));
  if (found == "ok") return absl::OkStatus();
  return DamagedFailure();
}

absl::Status SqliteStore::ClaimLocality() {
  FOSSE_ASSIGN_OR_RETURN(
      const std::string served,
      writer_->AskText("SELECT locality FROM locality_served ORDER BY locality LIMIT 1"));
  if (served == options_.locality) return absl::OkStatus();
  if (!served.empty()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "LOCALITY_DIFFERENT",
                     "the database belongs to another locality than the configured one");
  }
  Query query(*writer_, "INSERT INTO locality_served (locality) VALUES (?)", options_.locality);
  const int code = query.RunAgain();
  return code == SQLITE_OK ? absl::OkStatus() : WriteFailure(code);
}

SqliteStore::~SqliteStore() {
  {
    absl::MutexLock lock(&turn_mutex_);
    FOSSE_CHECK(!writer_taken_);
  }
  {
    absl::MutexLock lock(&readers_mutex_);
    idle_readers_.clear();
  }
  if (!Healthy()) return;  // Nothing more is written: the next start looks at what is there.
  int frames = 0;
  int moved = 0;
  if (writer_->Checkpoint(SQLITE_CHECKPOINT_TRUNCATE, &frames, &moved) != SQLITE_OK) return;
  writer_.reset();
  guard_->MarkStopped();
}

absl::Status SqliteStore::WithReader(Read read) {
  std::unique_ptr<Connection> connection;
  {
    absl::MutexLock lock(&readers_mutex_);
    readers_mutex_.Await(absl::Condition(
        +[](std::vector<std::unique_ptr<Connection>>* idle) { return !idle->empty(); },
        &idle_readers_));
    connection = std::move(idle_readers_.back());
    idle_readers_.pop_back();
  }
  SqliteReads reads(*connection, options_.locality);
  absl::Status status = read(reads);
  if (IsStoreTrouble(status)) TurnReadOnly(status, *connection);
  absl::MutexLock lock(&readers_mutex_);
  idle_readers_.push_back(std::move(connection));
  return status;
}

absl::StatusOr<std::unique_ptr<Session>> SqliteStore::Begin() {
  TakeWriter();
  // From here on the session gives the turn back, whatever happens.
  auto session = std::make_unique<SqliteSession>(*this);
  FOSSE_RETURN_IF_ERROR(session->Start());
  return session;
}

void SqliteStore::OnCommit(std::function<void()> callback) {
  absl::MutexLock lock(&callbacks_mutex_);
  callbacks_.push_back(std::move(callback));
}

void SqliteStore::TakeWriter() {
  absl::MutexLock lock(&turn_mutex_);
  turn_mutex_.Await(absl::Condition(
      +[](bool* taken) { return !*taken; }, &writer_taken_));
  writer_taken_ = true;
}

void SqliteStore::ReleaseWriter() {
  absl::MutexLock lock(&turn_mutex_);
  writer_taken_ = false;
}

void SqliteStore::TurnReadOnly(const absl::Status& why, const Connection& connection) {
  if (!healthy_.exchange(false, std::memory_order_acq_rel)) return;
  Log(Severity::kError, "store-read-only", {{"why", why}, {"errno", connection.SystemError()}});
}

void SqliteStore::AfterCommit() {
  int64_t bytes = writer_->log_frames() * (page_bytes_ + kFrameHeaderBytes);
  wal_bytes_.store(bytes, std::memory_order_relaxed);
  if (bytes < options_.wal_limit_bytes) next_checkpoint_bytes_ = options_.wal_limit_bytes;
  if (bytes < next_checkpoint_bytes_) return;
  int frames = 0;
  int moved = 0;
  const int code = writer_->Checkpoint(SQLITE_CHECKPOINT_PASSIVE, &frames, &moved);
  if (code != SQLITE_OK) {
    // The commit itself stands, in the log; the log stays until it can be moved.
    TurnReadOnly(WriteFailure(code), *writer_);
    return;
  }
  // All moved: the next commit begins the log anew. Else a reader holds it, and trying again at
  // once would only cost syncs.
  next_checkpoint_bytes_ =
      moved == frames ? options_.wal_limit_bytes : bytes + options_.wal_limit_bytes;
}

void SqliteStore::NotifyCommitted() {
  std::vector<std::function<void()>> callbacks;
  {
    absl::MutexLock lock(&callbacks_mutex_);
    callbacks = callbacks_;
  }
  for (const std::function<void()>& callback : callbacks) callback();
}

}  // namespace fosse::store
