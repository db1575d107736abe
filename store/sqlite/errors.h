#ifndef FOSSE_STORE_SQLITE_ERRORS_H_
#define FOSSE_STORE_SQLITE_ERRORS_H_

#include "absl/status/status.h"

namespace fosse::store {

// SQLite's (extended) result codes in the store's words. Each error carries the code as
// `sqliteCode`; SQLite's own sentences are never used, since they may quote what was stored.

// DATA_LOSS, STORE_DAMAGED or UNAVAILABLE, STORE_READ_FAILED.
absl::Status ReadFailure(int code);

// What a write gives that surely left nothing: RESOURCE_EXHAUSTED, STORE_FULL; INTERNAL,
// STORE_CONFLICT; DATA_LOSS, STORE_DAMAGED; else UNAVAILABLE, COMMIT_FAILED.
absl::Status WriteFailure(int code);

// UNKNOWN, COMMIT_UNKNOWN, unless the code itself tells that the mark of the commit was not
// written: RESOURCE_EXHAUSTED, STORE_FULL.
absl::Status CommitFailure(int code);

// Why a database could not be opened: FAILED_PRECONDITION, STORE_IN_USE or STORE_NOT_WRITABLE, or a
// ReadFailure().
absl::Status OpenFailure(int code);

// DATA_LOSS, STORE_DAMAGED: what was read is not what this store writes.
absl::Status DamagedFailure();

// INTERNAL, STORE_CONFLICT: the batch contradicts itself or what is stored. Nothing was kept, and
// the store goes on.
absl::Status ConflictFailure();

// Whether the code says that a batch is at fault, and not the disk.
bool IsConflict(int code);

// Whether the error of a read means that the disk or the file is no longer to be trusted.
bool IsStoreTrouble(const absl::Status& status);

}  // namespace fosse::store

#endif  // FOSSE_STORE_SQLITE_ERRORS_H_
