#ifndef FOSSE_STORE_SQLITE_SQLITE_STORE_H_
#define FOSSE_STORE_SQLITE_SQLITE_STORE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "store/forwarding_reader.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/file_guard.h"
#include "store/store.h"

namespace fosse::store {

// The store in one SQLite file, for one locality and one process (CTL-40, CTL-41).
//
// One connection writes; a few others read, each read call on a snapshot of its own. A session
// reads on the writing connection, and once it has staged something on a reading one, which sees
// what was committed: under the session's lock that is the same.
//
// After the first failed write or sync, and after a read that the disk could not serve, the store
// is read-only and unhealthy until the process is started again; it is never tried again as if it
// had worked. The next Open() then writes the log into fresh blocks and checks the file.
//
// Thread-safe. Every session must have ended before it is destroyed.
class SqliteStore : public ForwardingReader<Store> {
 public:
  struct Options {
    std::string path;      // Its directory must exist. PATH-wal and PATH.lock stand beside it.
    std::string locality;  // Kept in the file at first; another one is refused later.
    // After a commit that leaves the log larger than this, the log is moved into the main file:
    // small and often, since large ones are the tail of the latency.
    int64_t wal_limit_bytes = 4 << 20;
    int64_t cache_bytes = 64 << 20;  // Of the writing connection; readers have an eighth each.
    int readers = 4;
    int64_t max_bytes = 0;  // Largest size of the file; 0: what the disk has.
    // SQLite's file layer. The default keeps every other process out of the file.
    std::string vfs = "unix-excl";
  };

  // Errors are those of FileGuard::Take(), Migrate() and Connection::Open(); further
  //   FAILED_PRECONDITION  LOCALITY_DIFFERENT  the file belongs to another locality.
  //   DATA_LOSS            STORE_DAMAGED       the check after an unclean stop found damage.
  // A failed Open() leaves the file as it was. It never waits for another process longer than 2 s;
  // the check after an unclean stop takes as long as reading the file.
  static absl::StatusOr<std::unique_ptr<SqliteStore>> Open(const Options& options);
  ~SqliteStore() override;

  absl::StatusOr<std::unique_ptr<Session>> Begin() override;
  bool Healthy() const override { return healthy_.load(std::memory_order_acquire); }
  void OnCommit(std::function<void()> callback) override;

  // Size of the log after the last commit: it grows while a reader holds an old snapshot.
  int64_t WalBytes() const { return wal_bytes_.load(std::memory_order_relaxed); }
  // Whether Open() had to check the file.
  bool checked_at_open() const { return checked_at_open_; }

 private:
  friend class SqliteSession;

  SqliteStore(const Options& options, std::unique_ptr<FileGuard> guard);
  absl::Status OpenConnections();
  absl::Status CheckWhole();
  absl::Status ClaimLocality();
  absl::Status WithReader(Read read) override;

  // For the session. TakeWriter() waits for its turn.
  void TakeWriter();
  void ReleaseWriter();
  Connection& writer() { return *writer_; }
  const std::string& locality() const { return options_.locality; }
  void TurnReadOnly(const absl::Status& why, const Connection& connection);
  // Both hold the writer's turn.
  void AfterCommit();
  void NotifyCommitted();

  const Options options_;
  const std::unique_ptr<FileGuard> guard_;  // Outlives the connections.
  std::unique_ptr<Connection> writer_;      // Used by whoever has the turn.
  std::atomic<bool> healthy_ = true;
  std::atomic<int64_t> wal_bytes_ = 0;
  bool checked_at_open_ = false;
  int64_t page_bytes_ = 4096;
  int64_t next_checkpoint_bytes_ = 0;  // Belongs to whoever has the turn.

  absl::Mutex turn_mutex_;
  bool writer_taken_ ABSL_GUARDED_BY(turn_mutex_) = false;

  absl::Mutex readers_mutex_;
  std::vector<std::unique_ptr<Connection>> idle_readers_ ABSL_GUARDED_BY(readers_mutex_);

  absl::Mutex callbacks_mutex_;
  std::vector<std::function<void()>> callbacks_ ABSL_GUARDED_BY(callbacks_mutex_);
};

}  // namespace fosse::store

#endif  // FOSSE_STORE_SQLITE_SQLITE_STORE_H_
