#ifndef FOSSE_STORE_SQLITE_WRITES_H_
#define FOSSE_STORE_SQLITE_WRITES_H_

#include <string>

#include "store/sqlite/connection.h"
#include "store/store.h"

namespace fosse::store {

// Writes a batch into the connection's open transaction. SQLite's result code; a delivery change
// that finds no delivery is SQLITE_CONSTRAINT.
int WriteBatch(Connection& connection, const std::string& locality, const Batch& batch);

// Writes the new head.
int WriteHead(Connection& connection, const std::string& locality, const Head& head);

}  // namespace fosse::store

#endif  // FOSSE_STORE_SQLITE_WRITES_H_
