#include "store/sqlite/migrations.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "store/sqlite/errors.h"

namespace fosse::store {
namespace {

// "Foss": how a file is known to be ours.
constexpr int64_t kApplicationId = 0x466f7373;

constexpr char kNotes[] =
    "CREATE TABLE schema_migration ("
    " number INTEGER PRIMARY KEY,"
    " release_major INTEGER NOT NULL,"
    " release_minor INTEGER NOT NULL) STRICT";

// Every key begins with the locality. Rows with large blobs live in tables with a rowid, and narrow
// ones in their own key. Columns that searches look at stand before the blobs, so that a row's tail
// is not read for them. Times: nanoseconds since 1970.
constexpr char kFirst[] = R"sql(
CREATE TABLE locality_served (
  locality TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE head (
  locality TEXT NOT NULL PRIMARY KEY,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  last_entry_time INTEGER NOT NULL,
  checkpoint BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE entry (
  locality TEXT NOT NULL,
  entry_index INTEGER NOT NULL,
  committed_at INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  cause INTEGER NOT NULL,
  subject_kind INTEGER NOT NULL,
  subject_key BLOB NOT NULL,
  leaf BLOB NOT NULL,
  detail BLOB NOT NULL,
  PRIMARY KEY (locality, entry_index)
) STRICT;
CREATE INDEX entry_by_time ON entry (locality, committed_at, entry_index, outcome);
CREATE INDEX entry_by_cause ON entry (locality, cause, entry_index) WHERE cause > 0;

CREATE TABLE entry_term (
  locality TEXT NOT NULL,
  term BLOB NOT NULL,
  entry_index INTEGER NOT NULL,
  PRIMARY KEY (locality, term, entry_index),
  FOREIGN KEY (locality, entry_index) REFERENCES entry (locality, entry_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE tree_node (
  locality TEXT NOT NULL,
  level INTEGER NOT NULL,
  node_index INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (locality, level, node_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE record (
  locality TEXT NOT NULL,
  kind INTEGER NOT NULL,
  record_key BLOB NOT NULL,
  version INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (locality, kind, record_key)
) STRICT;

CREATE TABLE alias (
  locality TEXT NOT NULL,
  alias BLOB NOT NULL,
  kind INTEGER NOT NULL,
  record_key BLOB NOT NULL,
  PRIMARY KEY (locality, alias)
) STRICT, WITHOUT ROWID;

CREATE TABLE wrapped_key (
  locality TEXT NOT NULL,
  subject_kind INTEGER NOT NULL,
  subject_key BLOB NOT NULL,
  wrapped BLOB NOT NULL,
  PRIMARY KEY (locality, subject_kind, subject_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt (
  locality TEXT NOT NULL,
  message_key BLOB NOT NULL,
  sameness BLOB NOT NULL,
  first_seen INTEGER NOT NULL,
  entry_index INTEGER NOT NULL,
  subject_kind INTEGER NOT NULL,
  subject_key BLOB NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (locality, message_key),
  FOREIGN KEY (locality, entry_index) REFERENCES entry (locality, entry_index)
) STRICT;

CREATE TABLE delivery (
  locality TEXT NOT NULL,
  delivery_id TEXT NOT NULL,
  recipient TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  subject_kind INTEGER NOT NULL,
  subject_key BLOB NOT NULL,
  urgency INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  state INTEGER NOT NULL,
  state_since INTEGER NOT NULL,
  entry_index INTEGER NOT NULL,
  act_by INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (locality, delivery_id),
  FOREIGN KEY (locality, entry_index) REFERENCES entry (locality, entry_index)
) STRICT;
-- Queued ones only. Unique, since a mailbox goes on after the last sequence it saw.
CREATE UNIQUE INDEX delivery_queued ON delivery (locality, recipient, sequence) WHERE state = 1;
CREATE INDEX delivery_by_entry ON delivery (locality, entry_index, sequence, delivery_id);

CREATE TABLE timer (
  locality TEXT NOT NULL,
  timer_id TEXT NOT NULL,
  record_kind INTEGER NOT NULL,
  record_key BLOB NOT NULL,
  kind INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  about BLOB NOT NULL,
  PRIMARY KEY (locality, timer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX timer_by_due ON timer (locality, due_at, timer_id);
CREATE INDEX timer_by_record ON timer (locality, record_kind, record_key, due_at, timer_id);

-- A document may come into force again later, so its digest alone is no key. Of two from the same
-- time the later activation holds.
CREATE TABLE document (
  activation INTEGER PRIMARY KEY,
  locality TEXT NOT NULL,
  kind INTEGER NOT NULL,
  effective_at INTEGER NOT NULL,
  digest BLOB NOT NULL,
  document_id TEXT NOT NULL,
  stored BLOB NOT NULL,
  UNIQUE (locality, kind, effective_at, digest)
) STRICT;
CREATE INDEX document_by_digest ON document (locality, kind, digest);
)sql";

// How each delegation stands, so that it is found without naming the person. Those from
// before this step are sealed: the engine fills them in at its next start.
constexpr char kStandings[] = R"sql(
CREATE TABLE standing (
  locality TEXT NOT NULL,
  delegation_id TEXT NOT NULL,
  record_kind INTEGER NOT NULL,
  record_key BLOB NOT NULL,
  state INTEGER NOT NULL,
  oversight INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  PRIMARY KEY (locality, delegation_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE standing_term (
  locality TEXT NOT NULL,
  term BLOB NOT NULL,
  delegation_id TEXT NOT NULL,
  PRIMARY KEY (locality, term, delegation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX standing_term_by_delegation ON standing_term (locality, delegation_id);
)sql";

constexpr Migration kMigrations[] = {
    {.number = 1, .release_major = 0, .release_minor = 1, .sql = kFirst},
    {.number = 2, .release_major = 0, .release_minor = 1, .sql = kStandings},
};

// Makes the table of notes in a new file; refuses a file of somebody else.
absl::Status Claim(Connection& connection) {
  FOSSE_ASSIGN_OR_RETURN(const int64_t application,
                         connection.AskNumber("PRAGMA application_id", 0));
  if (application == kApplicationId) return absl::OkStatus();
  FOSSE_ASSIGN_OR_RETURN(const int64_t objects,
                         connection.AskNumber("SELECT count(*) FROM sqlite_schema", 0));
  if (application != 0 || objects != 0) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "STORE_NOT_OURS",
                     "the file is another program's database");
  }
  const std::string sql = absl::StrCat("BEGIN IMMEDIATE; PRAGMA application_id = ", kApplicationId,
                                       "; ", kNotes, "; COMMIT");
  const int code = connection.Run(sql.c_str());
  if (code == SQLITE_OK) return absl::OkStatus();
  connection.Rollback();
  return WriteFailure(code);
}

absl::Status RefuseNewer(Connection& connection, int64_t found, int64_t known) {
  FOSSE_ASSIGN_OR_RETURN(
      const int64_t major,
      connection.AskNumber(
          "SELECT release_major FROM schema_migration ORDER BY number DESC LIMIT 1", 0));
  FOSSE_ASSIGN_OR_RETURN(
      const int64_t minor,
      connection.AskNumber(
          "SELECT release_minor FROM schema_migration ORDER BY number DESC LIMIT 1", 0));
  return MakeError(absl::StatusCode::kFailedPrecondition, "SCHEMA_NEWER",
                   "a newer release wrote this database; run that release or a later one",
                   {{"schemaFound", found},
                    {"schemaKnown", known},
                    {"needsMajor", major},
                    {"needsMinor", minor}});
}

}  // namespace

absl::Span<const Migration> Migrations() { return kMigrations; }

absl::Status Migrate(Connection& connection, absl::Span<const Migration> steps) {
  FOSSE_RETURN_IF_ERROR(Claim(connection));
  FOSSE_ASSIGN_OR_RETURN(const int64_t found,
                         connection.AskNumber("SELECT max(number) FROM schema_migration", 0));
  const int64_t known = steps.empty() ? 0 : steps.back().number;
  if (found > known) return RefuseNewer(connection, found, known);
  for (const Migration& step : steps) {
    if (step.number <= found) continue;
    const std::string sql =
        absl::StrCat("BEGIN IMMEDIATE; ", step.sql, "; INSERT INTO schema_migration VALUES (",
                     step.number, ", ", step.release_major, ", ", step.release_minor, "); COMMIT");
    if (const int code = connection.Run(sql.c_str()); code != SQLITE_OK) {
      connection.Rollback();
      return WriteFailure(code);
    }
  }
  return absl::OkStatus();
}

}  // namespace fosse::store
