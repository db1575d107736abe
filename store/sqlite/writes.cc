#include "store/sqlite/writes.h"

#include <map>
#include <utility>

namespace fosse::store {
namespace {

constexpr char kPutHead[] =
    "INSERT OR REPLACE INTO head (locality, size, root, last_entry_time, checkpoint)"
    " VALUES (?, ?, ?, ?, ?)";
constexpr char kPutEntry[] =
    "INSERT INTO entry (locality, entry_index, committed_at, outcome, cause, subject_kind,"
    " subject_key, leaf, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
// A term that an entry names twice finds it once.
constexpr char kPutTerm[] =
    "INSERT OR IGNORE INTO entry_term (locality, term, entry_index) VALUES (?, ?, ?)";
constexpr char kPutNode[] =
    "INSERT INTO tree_node (locality, level, node_index, hash) VALUES (?, ?, ?, ?)";
constexpr char kPutRecord[] =
    "INSERT INTO record (locality, kind, record_key, version, sealed) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (locality, kind, record_key)"
    " DO UPDATE SET version = excluded.version, sealed = excluded.sealed";
constexpr char kPutAlias[] =
    "INSERT OR REPLACE INTO alias (locality, alias, kind, record_key) VALUES (?, ?, ?, ?)";
constexpr char kPutKey[] =
    "INSERT INTO wrapped_key (locality, subject_kind, subject_key, wrapped) VALUES (?, ?, ?, ?)";
constexpr char kPutReceipt[] =
    "INSERT INTO receipt (locality, message_key, sameness, first_seen, entry_index, subject_kind,"
    " subject_key, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
constexpr char kPutDelivery[] =
    "INSERT INTO delivery (locality, delivery_id, recipient, sequence, subject_kind, subject_key,"
    " urgency, kind, state, state_since, entry_index, act_by, sealed)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr char kChangeDelivery[] =
    "UPDATE delivery SET state = ?2, state_since = ?3 WHERE locality = ?1 AND delivery_id = ?4";
constexpr char kPutTimer[] =
    "INSERT OR REPLACE INTO timer (locality, timer_id, record_kind, record_key, kind, due_at, "
    "about)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)";
constexpr char kCancelTimer[] = "DELETE FROM timer WHERE locality = ? AND timer_id = ?";
// Replacing gives a new activation number: the latest activation holds.
constexpr char kPutDocument[] =
    "INSERT OR REPLACE INTO document (locality, kind, effective_at, digest, document_id, stored)"
    " VALUES (?, ?, ?, ?, ?, ?)";

constexpr char kForgetStandingTerms[] =
    "DELETE FROM standing_term WHERE locality = ? AND delegation_id = ?";
constexpr char kPutStanding[] =
    "INSERT OR REPLACE INTO standing (locality, delegation_id, record_kind, record_key, state,"
    " oversight, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
constexpr char kPutStandingTerm[] =
    "INSERT OR IGNORE INTO standing_term (locality, delegation_id, term) VALUES (?, ?, ?)";

// Runs one statement for each item, binding the locality and then what `bind` says.
template <typename Items, typename Bind>
int PutAll(Connection& connection, const std::string& locality, const char* sql, const Items& items,
           Bind bind) {
  if (items.empty()) return SQLITE_OK;
  Query query(connection, sql);
  for (const auto& item : items) {
    bind(query.Text(locality), item);
    if (const int code = query.RunAgain(); code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

int PutEntries(Connection& connection, const std::string& locality, const Batch& batch) {
  const int code =
      PutAll(connection, locality, kPutEntry, batch.entries, [](Query& row, const Entry& entry) {
        row.Count(entry.index).Time(entry.committed_at).Number(entry.outcome).Count(entry.cause);
        row.Key(entry.subject).Blob(entry.leaf).Blob(entry.detail);
      });
  if (code != SQLITE_OK) return code;
  for (const Entry& entry : batch.entries) {
    const int term_code =
        PutAll(connection, locality, kPutTerm, entry.terms,
               [&](Query& row, const Digest& term) { row.Blob(term).Count(entry.index); });
    if (term_code != SQLITE_OK) return term_code;
  }
  return SQLITE_OK;
}

int PutNodes(Connection& connection, const std::string& locality, const Batch& batch) {
  return PutAll(connection, locality, kPutNode, batch.nodes, [](Query& row, const TreeNode& node) {
    row.Number(node.level).Count(node.index).Blob(node.hash);
  });
}

int PutRecords(Connection& connection, const std::string& locality, const Batch& batch) {
  return PutAll(connection, locality, kPutRecord, batch.records,
                [](Query& row, const Record& record) {
                  row.Key(record.key).Count(record.version).Blob(record.sealed);
                });
}

int PutAliases(Connection& connection, const std::string& locality, const Batch& batch) {
  return PutAll(connection, locality, kPutAlias, batch.aliases,
                [](Query& row, const Alias& alias) { row.Blob(alias.alias).Key(alias.record); });
}

int PutKeys(Connection& connection, const std::string& locality, const Batch& batch) {
  return PutAll(connection, locality, kPutKey, batch.keys,
                [](Query& row, const WrappedKey& key) { row.Key(key.subject).Blob(key.wrapped); });
}

int PutReceipts(Connection& connection, const std::string& locality, const Batch& batch) {
  return PutAll(connection, locality, kPutReceipt, batch.receipts,
                [](Query& row, const Receipt& receipt) {
                  row.Blob(receipt.message_key).Blob(receipt.sameness).Time(receipt.first_seen);
                  row.Count(receipt.entry_index).Key(receipt.subject).Blob(receipt.sealed);
                });
}

int PutDeliveries(Connection& connection, const std::string& locality, const Batch& batch) {
  return PutAll(connection, locality, kPutDelivery, batch.deliveries,
                [](Query& row, const Delivery& delivery) {
                  row.Text(delivery.delivery_id).Text(delivery.recipient);
                  row.Count(delivery.sequence).Key(delivery.subject).Number(delivery.urgency);
                  row.Number(delivery.kind).Number(static_cast<int64_t>(delivery.state));
                  row.Time(delivery.state_since).Count(delivery.entry_index);
                  row.Time(delivery.act_by).Blob(delivery.sealed);
                });
}

int ChangeDeliveries(Connection& connection, const std::string& locality, const Batch& batch) {
  if (batch.delivery_changes.empty()) return SQLITE_OK;
  Query query(connection, kChangeDelivery);
  for (const DeliveryChange& change : batch.delivery_changes) {
    query.Text(locality).Number(static_cast<int64_t>(change.state)).Time(change.since);
    query.Text(change.delivery_id);
    if (const int code = query.RunAgain(); code != SQLITE_OK) return code;
    if (connection.ChangedRows() != 1) return SQLITE_CONSTRAINT;
  }
  return SQLITE_OK;
}

int PutTimers(Connection& connection, const std::string& locality, const Batch& batch) {
  return PutAll(connection, locality, kPutTimer, batch.timers, [](Query& row, const Timer& timer) {
    row.Text(timer.timer_id).Key(timer.record).Number(timer.kind);
    row.Time(timer.due_at).Blob(timer.about);
  });
}

int CancelTimers(Connection& connection, const std::string& locality, const Batch& batch) {
  return PutAll(connection, locality, kCancelTimer, batch.cancelled_timers,
                [](Query& row, const std::string& timer_id) { row.Text(timer_id); });
}

int PutDocuments(Connection& connection, const std::string& locality, const Batch& batch) {
  return PutAll(connection, locality, kPutDocument, batch.documents,
                [](Query& row, const Document& document) {
                  row.Number(static_cast<int64_t>(document.kind)).Time(document.effective_at);
                  row.Blob(document.digest).Text(document.id).Blob(document.stored);
                });
}

int PutStandings(Connection& connection, const std::string& locality, const Batch& batch) {
  for (const auto& [sql, whole] : {std::pair(kForgetStandingTerms, false), {kPutStanding, true}}) {
    const int code =
        PutAll(connection, locality, sql, batch.standings,
               [whole = whole](Query& row, const Standing& standing) {
                 row.Text(standing.delegation_id);
                 if (!whole) return;
                 row.Key(standing.record).Number(standing.state).Number(standing.oversight);
                 row.Time(standing.due_at);
               });
    if (code != SQLITE_OK) return code;
  }
  std::map<absl::string_view, const Standing*> last;  // Of one id, the last one put holds.
  for (const Standing& standing : batch.standings) last[standing.delegation_id] = &standing;
  for (const auto& [id, standing] : last) {
    const int code = PutAll(connection, locality, kPutStandingTerm, standing->terms,
                            [id = id](Query& row, const Digest& term) { row.Text(id).Blob(term); });
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

}  // namespace

int WriteBatch(Connection& connection, const std::string& locality, const Batch& batch) {
  // Entries first: receipts, deliveries and terms refer to them.
  for (const auto& put :
       {PutEntries, PutNodes, PutRecords, PutAliases, PutKeys, PutReceipts, PutDeliveries,
        ChangeDeliveries, PutTimers, CancelTimers, PutDocuments, PutStandings}) {
    if (const int code = put(connection, locality, batch); code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

int WriteHead(Connection& connection, const std::string& locality, const Head& head) {
  Query query(connection, kPutHead);
  query.Text(locality).Count(head.size).Blob(head.root).Time(head.last_entry_time);
  return query.Blob(head.checkpoint).RunAgain();
}

}  // namespace fosse::store
