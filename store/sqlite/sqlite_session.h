#ifndef FOSSE_STORE_SQLITE_SQLITE_SESSION_H_
#define FOSSE_STORE_SQLITE_SQLITE_SESSION_H_

#include <string>
#include <vector>

#include "store/forwarding_reader.h"
#include "store/sqlite/sqlite_store.h"

namespace fosse::store {

// A write transaction on the store's writing connection. Made with the writer's turn taken, which
// it gives back when it is over. Not thread-safe.
class SqliteSession : public ForwardingReader<Session> {
 public:
  explicit SqliteSession(SqliteStore& store) : store_(store) {}
  ~SqliteSession() override;

  // Opens the transaction and reads the head. UNAVAILABLE, STORE_READ_ONLY, or a failed read.
  absl::Status Start();

  absl::Status Stage(const Batch& batch) override;
  absl::StatusOr<std::vector<std::string>> ReadBackLeaves(uint64_t from) override;
  absl::Status Commit(const Head& head) override;

 private:
  absl::Status WithReader(Read read) override;
  absl::Status CommitTransaction(const Head& head);
  // Undoes everything; turns the store read-only unless the batch alone is at fault.
  absl::Status Undo(int code, absl::Status failure);

  SqliteStore& store_;
  absl::Status failure_;     // Of Stage(): nothing of this session can be kept any more.
  uint64_t next_index_ = 0;  // Of the entry to be staged next.
  bool staged_ = false;
  bool over_ = false;
};

}  // namespace fosse::store

#endif  // FOSSE_STORE_SQLITE_SQLITE_SESSION_H_
