#include "store/sqlite/errors.h"

#include <sqlite3.h>

#include "base/status.h"

namespace fosse::store {
namespace {

// The low byte of an extended code is its family.
int FamilyOf(int code) { return code & 0xff; }

bool IsDamage(int code) {
  return FamilyOf(code) == SQLITE_CORRUPT || FamilyOf(code) == SQLITE_NOTADB;
}

absl::Status Damaged(int code) {
  return MakeError(absl::StatusCode::kDataLoss, "STORE_DAMAGED",
                   "the database is damaged; restore it before starting again",
                   {{"sqliteCode", code}});
}

absl::Status Full(int code) {
  return MakeError(absl::StatusCode::kResourceExhausted, "STORE_FULL",
                   "no space is left for the database; nothing was kept", {{"sqliteCode", code}});
}

}  // namespace

bool IsConflict(int code) {
  // A blob beyond SQLite's limit, too, is the batch's fault.
  return FamilyOf(code) == SQLITE_CONSTRAINT || FamilyOf(code) == SQLITE_TOOBIG ||
         FamilyOf(code) == SQLITE_MISMATCH;
}

absl::Status ReadFailure(int code) {
  if (IsDamage(code)) return Damaged(code);
  return MakeError(absl::StatusCode::kUnavailable, "STORE_READ_FAILED",
                   "the database could not be read", {{"sqliteCode", code}});
}

absl::Status WriteFailure(int code) {
  if (IsDamage(code)) return Damaged(code);
  if (FamilyOf(code) == SQLITE_FULL) return Full(code);
  if (IsConflict(code)) return ConflictFailure();
  return MakeError(absl::StatusCode::kUnavailable, "COMMIT_FAILED",
                   "the database could not be written; nothing was kept", {{"sqliteCode", code}});
}

absl::Status CommitFailure(int code) {
  // The frame with the commit mark is written last, so a write that found no space was that frame
  // or one before it: what is there has no valid mark. After any other error, and after a failed
  // sync above all, the mark may be on the disk.
  if (FamilyOf(code) == SQLITE_FULL) return Full(code);
  return MakeError(absl::StatusCode::kUnknown, "COMMIT_UNKNOWN",
                   "whether the commit was kept cannot be told; ask again with the same key",
                   {{"sqliteCode", code}});
}

absl::Status OpenFailure(int code) {
  switch (FamilyOf(code)) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return MakeError(absl::StatusCode::kFailedPrecondition, "STORE_IN_USE",
                       "another program has the database open; end it first",
                       {{"sqliteCode", code}});
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return MakeError(absl::StatusCode::kFailedPrecondition, "STORE_NOT_WRITABLE",
                       "the database file cannot be opened for writing", {{"sqliteCode", code}});
    default:
      return ReadFailure(code);
  }
}

absl::Status DamagedFailure() { return Damaged(SQLITE_CORRUPT); }

absl::Status ConflictFailure() {
  return MakeError(absl::StatusCode::kInternal, "STORE_CONFLICT",
                   "the batch contradicts itself or what is stored; nothing was kept");
}

bool IsStoreTrouble(const absl::Status& status) {
  if (status.ok()) return false;
  const std::string reason = ReasonOf(status);
  return reason == "STORE_READ_FAILED" || reason == "STORE_DAMAGED";
}

}  // namespace fosse::store
