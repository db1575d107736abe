#ifndef FOSSE_STORE_SQLITE_MIGRATIONS_H_
#define FOSSE_STORE_SQLITE_MIGRATIONS_H_

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "store/sqlite/connection.h"

namespace fosse::store {

// A step of the schema. Steps are only ever added: one that was released never changes.
struct Migration {
  int number = 0;         // 1, 2, 3, … without a gap.
  int release_major = 0;  // The first release of Fosse that knows it.
  int release_minor = 0;
  const char* sql = nullptr;
};

// All steps that this program knows, ascending.
absl::Span<const Migration> Migrations();

// Brings the schema up to the last of `steps`, each step in a transaction of its own that also
// notes it in `schema_migration`. A process that dies between two steps goes on with the next at
// its next start. Running it again does nothing.
//
// FAILED_PRECONDITION, SCHEMA_NEWER, with `schemaFound`, `schemaKnown` and the release that is
// needed
// (`needsMajor`, `needsMinor`): a newer program wrote the file, and nothing was touched.
// FAILED_PRECONDITION, STORE_NOT_OURS: another program's database. Else as a failed write.
absl::Status Migrate(Connection& connection, absl::Span<const Migration> steps = Migrations());

}  // namespace fosse::store

#endif  // FOSSE_STORE_SQLITE_MIGRATIONS_H_
