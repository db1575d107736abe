#include "store/sqlite/sqlite_session.h"

#include <utility>

#include "base/fault_point.h"
#include "base/status.h"
#include "store/sqlite/errors.h"
#include "store/sqlite/reads.h"
#include "store/sqlite/writes.h"

namespace fosse::store {
namespace {

absl::Status ReadOnly() {
  return MakeError(absl::StatusCode::kUnavailable, "STORE_READ_ONLY",
                   "the store takes no writes since one failed; start the gateway again");
}

absl::Status NothingKept() {
  return MakeError(absl::StatusCode::kUnavailable, "COMMIT_FAILED",
                   "the store turned read-only before the commit; nothing was kept");
}

}  // namespace

SqliteSession::~SqliteSession() {
  if (over_) return;
  store_.writer().Rollback();
  store_.ReleaseWriter();
}

absl::Status SqliteSession::Start() {
  if (!store_.Healthy()) return ReadOnly();
  // The locality's head is locked before anything is read.
  if (const int code = store_.writer().Run("BEGIN IMMEDIATE"); code != SQLITE_OK) {
    return Undo(code, ReadFailure(code));
  }
  FOSSE_ASSIGN_OR_RETURN(const Head head, GetHead());
  next_index_ = head.size;
  return absl::OkStatus();
}

absl::Status SqliteSession::WithReader(Read read) {
  FOSSE_CHECK(!over_);
  // The writing connection would show what was staged.
  if (staged_) return store_.WithReader(read);
  SqliteReads reads(store_.writer(), store_.locality());
  absl::Status status = read(reads);
  if (IsStoreTrouble(status)) store_.TurnReadOnly(status, store_.writer());
  return status;
}

absl::Status SqliteSession::Stage(const Batch& batch) {
  FOSSE_CHECK(!over_);
  for (const Entry& entry : batch.entries) FOSSE_CHECK(entry.index == next_index_++);
  if (!failure_.ok()) return failure_;
  staged_ = true;
  const int code = WriteBatch(store_.writer(), store_.locality(), batch);
  if (code != SQLITE_OK) failure_ = Undo(code, WriteFailure(code));
  return failure_;
}

absl::StatusOr<std::vector<std::string>> SqliteSession::ReadBackLeaves(uint64_t from) {
  FOSSE_CHECK(!over_ && from <= next_index_);
  if (!failure_.ok()) return failure_;
  SqliteReads reads(store_.writer(), store_.locality());
  absl::StatusOr<std::vector<std::string>> leaves = reads.LeavesFrom(from);
  if (leaves.ok() && from + leaves->size() != next_index_) leaves = DamagedFailure();
  if (IsStoreTrouble(leaves.status())) store_.TurnReadOnly(leaves.status(), store_.writer());
  return leaves;
}

absl::Status SqliteSession::Commit(const Head& head) {
  FOSSE_CHECK(!over_);
  FOSSE_CHECK(head.size == next_index_);
  absl::Status kept = failure_.ok() ? CommitTransaction(head) : failure_;
  if (kept.ok()) store_.AfterCommit();
  over_ = true;
  store_.ReleaseWriter();
  if (kept.ok()) store_.NotifyCommitted();
  return kept;
}

absl::Status SqliteSession::CommitTransaction(const Head& head) {
  Connection& writer = store_.writer();
  if (!store_.Healthy()) {
    writer.Rollback();
    return NothingKept();
  }
  // All pages but the head's go to the log first and without the mark of a commit, so whatever
  // fails up to here surely left nothing. Only the last page and the sync remain for which it may
  // be impossible to tell.
  int code = writer.Flush();
  if (code == SQLITE_OK) code = WriteHead(writer, store_.locality(), head);
  if (code != SQLITE_OK) return Undo(code, WriteFailure(code));
  FaultPoint("store-before-commit");
  code = writer.Run("COMMIT");
  if (code != SQLITE_OK) return Undo(code, CommitFailure(code));
  FaultPoint("store-after-commit");
  return absl::OkStatus();
}

absl::Status SqliteSession::Undo(int code, absl::Status failure) {
  if (!IsConflict(code)) store_.TurnReadOnly(failure, store_.writer());
  store_.writer().Rollback();
  return failure;
}

}  // namespace fosse::store
