#include "store/sqlite/reads.h"

#include "base/status.h"
#include "store/sqlite/errors.h"

namespace fosse::store {
namespace {

constexpr char kHead[] =
    "SELECT size, root, last_entry_time, checkpoint FROM head WHERE locality = ?";
constexpr char kReceipt[] =
    "SELECT message_key, sameness, first_seen, entry_index, subject_kind, subject_key, sealed"
    " FROM receipt WHERE locality = ? AND message_key = ?";
constexpr char kAlias[] = "SELECT kind, record_key FROM alias WHERE locality = ? AND alias = ?";
constexpr char kRecord[] =
    "SELECT kind, record_key, version, sealed FROM record"
    " WHERE locality = ? AND kind = ? AND record_key = ?";
constexpr char kRecordsAfter[] =
    "SELECT record_key FROM record WHERE locality = ? AND kind = ? AND record_key > ?"
    " ORDER BY record_key LIMIT ?";
constexpr char kKey[] =
    "SELECT wrapped FROM wrapped_key"
    " WHERE locality = ? AND subject_kind = ? AND subject_key = ?";

#define FOSSE_ENTRY_COLUMNS                                                                   \
  "SELECT entry_index, committed_at, outcome, cause, subject_kind, subject_key, leaf, detail" \
  " FROM entry WHERE locality = ? AND entry_index "
constexpr char kEntry[] = FOSSE_ENTRY_COLUMNS "= ?";
constexpr char kEntries[] = FOSSE_ENTRY_COLUMNS ">= ? ORDER BY entry_index LIMIT ?";
constexpr char kLeaves[] =
    "SELECT entry_index, leaf FROM entry WHERE locality = ? AND entry_index >= ?"
    " ORDER BY entry_index";
constexpr char kDeliveriesOfEntry[] =
    "SELECT delivery_id FROM delivery WHERE locality = ? AND entry_index = ?"
    " ORDER BY sequence, delivery_id";

constexpr char kFindByTerm[] =
    "SELECT t.entry_index FROM entry_term AS t CROSS JOIN entry AS e"
    " ON e.locality = t.locality AND e.entry_index = t.entry_index"
    " WHERE t.locality = ? AND t.term = ? AND t.entry_index >= ? AND e.committed_at >= ?"
    " AND e.committed_at < ? AND (?6 = 0 OR e.outcome = ?6) ORDER BY t.entry_index LIMIT ?";
// Within times: the index by time holds all that is asked. Without: in the entries' own order.
constexpr char kFindByTime[] =
    "SELECT entry_index FROM entry INDEXED BY entry_by_time"
    " WHERE locality = ? AND entry_index >= ? AND committed_at >= ? AND committed_at < ?"
    " AND (?5 = 0 OR outcome = ?5) ORDER BY entry_index LIMIT ?";
constexpr char kFindAny[] =
    "SELECT entry_index FROM entry WHERE locality = ? AND entry_index >= ?"
    " AND (?3 = 0 OR outcome = ?3) ORDER BY entry_index LIMIT ?";
constexpr char kConsequences[] =
    "SELECT entry_index FROM entry WHERE locality = ? AND cause = ? AND cause > 0"
    " ORDER BY entry_index";
constexpr char kNode[] =
    "SELECT hash FROM tree_node WHERE locality = ? AND level = ? AND node_index = ?";

#define FOSSE_DELIVERY_COLUMNS                                                                \
  "SELECT delivery_id, recipient, sequence, subject_kind, subject_key, urgency, kind, state," \
  " state_since, entry_index, act_by, sealed FROM delivery WHERE locality = ? AND "
constexpr char kDelivery[] = FOSSE_DELIVERY_COLUMNS "delivery_id = ?";
constexpr char kQueued[] =
    FOSSE_DELIVERY_COLUMNS "recipient = ? AND sequence > ? AND state = 1 ORDER BY sequence LIMIT ?";

#define FOSSE_TIMER_COLUMNS                                       \
  "SELECT timer_id, record_kind, record_key, kind, due_at, about" \
  " FROM timer WHERE locality = ? AND "
constexpr char kTimersDue[] = FOSSE_TIMER_COLUMNS "due_at <= ? ORDER BY due_at, timer_id LIMIT ?";
constexpr char kTimersOf[] =
    FOSSE_TIMER_COLUMNS "record_kind = ? AND record_key = ? ORDER BY due_at, timer_id";
constexpr char kNextTimer[] =
    "SELECT due_at FROM timer WHERE locality = ? ORDER BY due_at, timer_id LIMIT 1";

#define FOSSE_STANDING_COLUMNS \
  "SELECT s.delegation_id, s.record_kind, s.record_key, s.state, s.oversight, s.due_at FROM "
#define FOSSE_STANDING_FITS                                               \
  " AND (?3 = 0 OR (?3 >> s.state) & 1) AND (?4 = 0 OR s.oversight = ?4)" \
  " AND (?5 = 9223372036854775807 OR s.due_at < ?5)"
#define FOSSE_STANDING_HAS(n)                         \
  " AND (length(" n                                   \
  ") = 0 OR EXISTS (SELECT 1 FROM standing_term AS o" \
  " WHERE o.locality = s.locality AND o.term = " n " AND o.delegation_id = s.delegation_id))"
constexpr char kStandings[] = FOSSE_STANDING_COLUMNS
    "standing AS s WHERE s.locality = ? AND s.delegation_id > ?" FOSSE_STANDING_FITS
    " ORDER BY s.delegation_id LIMIT ?6";
// By the first term; the others are looked up for each one found.
constexpr char kStandingsByTerm[] = FOSSE_STANDING_COLUMNS
    "standing_term AS t CROSS JOIN standing AS s"
    " ON s.locality = t.locality AND s.delegation_id = t.delegation_id"
    " WHERE t.locality = ? AND t.delegation_id > ? AND t.term = ?7" FOSSE_STANDING_FITS
        FOSSE_STANDING_HAS("?8") FOSSE_STANDING_HAS("?9")
            FOSSE_STANDING_HAS("?10") " ORDER BY t.delegation_id LIMIT ?6";

#define FOSSE_DOCUMENT_COLUMNS                             \
  "SELECT kind, document_id, digest, stored, effective_at" \
  " FROM document WHERE locality = ? AND kind = ? AND "
constexpr char kDocumentInForce[] =
    FOSSE_DOCUMENT_COLUMNS "effective_at <= ? ORDER BY effective_at DESC, activation DESC LIMIT 1";
constexpr char kDocument[] =
    FOSSE_DOCUMENT_COLUMNS "digest = ? ORDER BY effective_at DESC, activation DESC LIMIT 1";

// Keeps several statements of one read on one snapshot; nothing to do inside a transaction.
class Snapshot {
 public:
  explicit Snapshot(Connection& connection)
      : connection_(connection), mine_(!connection.InTransaction()) {
    if (mine_) code_ = connection_.Run("BEGIN");
  }
  // Nothing was written: ending it either way is the same.
  ~Snapshot() {
    if (mine_) connection_.Rollback();
  }
  absl::Status Failure() const {
    return code_ == SQLITE_OK ? absl::OkStatus() : ReadFailure(code_);
  }

 private:
  Connection& connection_;
  const bool mine_;
  int code_ = SQLITE_OK;
};

// Members are read in the order in which the columns stand: braces fix it.
Head HeadAt(Query& row) {
  return {.size = row.CountAt(),
          .root = row.DigestAt(),
          .last_entry_time = row.TimeAt(),
          .checkpoint = row.BytesAt()};
}

Receipt ReceiptAt(Query& row) {
  return {.message_key = row.DigestAt(),
          .sameness = row.DigestAt(),
          .first_seen = row.TimeAt(),
          .entry_index = row.CountAt(),
          .subject = row.KeyAt(),
          .sealed = row.BytesAt()};
}

Record RecordAt(Query& row) {
  return {.key = row.KeyAt(), .version = row.CountAt(), .sealed = row.BytesAt()};
}

Entry EntryAt(Query& row) {
  Entry entry;
  entry.index = row.CountAt();
  entry.committed_at = row.TimeAt();
  entry.outcome = row.ByteAt();
  entry.cause = row.CountAt();
  entry.subject = row.KeyAt();
  entry.leaf = row.BytesAt();
  entry.detail = row.BytesAt();
  return entry;
}

Delivery DeliveryAt(Query& row) {
  return {.delivery_id = row.BytesAt(),
          .recipient = row.BytesAt(),
          .sequence = row.CountAt(),
          .subject = row.KeyAt(),
          .urgency = row.ByteAt(),
          .kind = row.ByteAt(),
          .state = row.EnumAt(DeliveryState::kDead),
          .state_since = row.TimeAt(),
          .entry_index = row.CountAt(),
          .act_by = row.TimeAt(),
          .sealed = row.BytesAt()};
}

Timer TimerAt(Query& row) {
  return {.timer_id = row.BytesAt(),
          .record = row.KeyAt(),
          .kind = row.ByteAt(),
          .due_at = row.TimeAt(),
          .about = row.BytesAt()};
}

Standing StandingAt(Query& row) {
  return {.delegation_id = row.BytesAt(),
          .record = row.KeyAt(),
          .state = row.ByteAt(),
          .oversight = row.ByteAt(),
          .due_at = row.TimeAt(),
          .terms = {}};
}

Document DocumentAt(Query& row) {
  return {.kind = row.EnumAt(Document::Kind::kDirectory),
          .id = row.BytesAt(),
          .digest = row.DigestAt(),
          .stored = row.BytesAt(),
          .effective_at = row.TimeAt()};
}

// The one row, if there is one.
template <typename Shape>
auto One(Query& query, Shape shape) -> absl::StatusOr<std::optional<decltype(shape(query))>> {
  std::optional<decltype(shape(query))> found;
  if (query.Next()) found = shape(query);
  FOSSE_RETURN_IF_ERROR(query.Failure());
  return found;
}

template <typename Shape>
auto All(Query& query, Shape shape) -> absl::StatusOr<std::vector<decltype(shape(query))>> {
  std::vector<decltype(shape(query))> found;
  while (query.Next()) found.push_back(shape(query));
  FOSSE_RETURN_IF_ERROR(query.Failure());
  return found;
}

uint64_t IndexAt(Query& row) { return row.CountAt(); }

absl::Status AddDeliveries(Connection& connection, const std::string& locality, Entry& entry) {
  Query query(connection, kDeliveriesOfEntry, locality);
  query.Limit(entry.index);
  while (query.Next()) entry.delivery_ids.push_back(query.BytesAt());
  return query.Failure();
}

}  // namespace

absl::StatusOr<Head> SqliteReads::GetHead() {
  Query query = Ask(kHead);
  FOSSE_ASSIGN_OR_RETURN(std::optional<Head> head, One(query, HeadAt));
  return head.has_value() ? *std::move(head) : Head();
}

absl::StatusOr<std::optional<Receipt>> SqliteReads::FindReceipt(const Digest& message_key) {
  Query query = Ask(kReceipt);
  return One(query.Blob(message_key), ReceiptAt);
}

absl::StatusOr<std::optional<RecordKey>> SqliteReads::FindAlias(const Digest& alias) {
  Query query = Ask(kAlias);
  return One(query.Blob(alias), [](Query& row) { return row.KeyAt(); });
}

absl::StatusOr<std::optional<Record>> SqliteReads::ReadRecord(const RecordKey& key) {
  Query query = Ask(kRecord);
  return One(query.Key(key), RecordAt);
}

absl::StatusOr<std::vector<std::string>> SqliteReads::RecordsAfter(RecordKind kind,
                                                                   absl::string_view after,
                                                                   size_t limit) {
  Query query = Ask(kRecordsAfter);
  query.Number(static_cast<int64_t>(kind)).Blob(after);
  return All(query.Limit(limit), [](Query& row) { return row.BytesAt(); });
}

absl::StatusOr<std::optional<std::string>> SqliteReads::ReadKey(const RecordKey& subject) {
  Query query = Ask(kKey);
  return One(query.Key(subject), [](Query& row) { return row.BytesAt(); });
}

absl::StatusOr<std::optional<Entry>> SqliteReads::ReadEntry(uint64_t index) {
  const Snapshot snapshot(connection_);
  FOSSE_RETURN_IF_ERROR(snapshot.Failure());
  Query query = Ask(kEntry);
  FOSSE_ASSIGN_OR_RETURN(std::optional<Entry> entry, One(query.Limit(index), EntryAt));
  if (entry.has_value()) {
    FOSSE_RETURN_IF_ERROR(AddDeliveries(connection_, locality_, *entry));
  }
  return entry;
}

absl::StatusOr<std::vector<Entry>> SqliteReads::ScanEntries(uint64_t from, size_t limit) {
  const Snapshot snapshot(connection_);
  FOSSE_RETURN_IF_ERROR(snapshot.Failure());
  Query query = Ask(kEntries);
  FOSSE_ASSIGN_OR_RETURN(std::vector<Entry> entries, All(query.Limit(from).Limit(limit), EntryAt));
  for (Entry& entry : entries) {
    FOSSE_RETURN_IF_ERROR(AddDeliveries(connection_, locality_, entry));
  }
  return entries;
}

absl::StatusOr<std::vector<uint64_t>> SqliteReads::FindEntries(const Search& search) {
  if (search.term.has_value()) {
    Query query = Ask(kFindByTerm);
    query.Blob(*search.term).Limit(search.after_index).Time(search.from).Time(search.until);
    return All(query.Number(search.outcome).Limit(search.limit), IndexAt);
  }
  if (search.from == absl::InfinitePast() && search.until == absl::InfiniteFuture()) {
    Query query = Ask(kFindAny);
    query.Limit(search.after_index).Number(search.outcome);
    return All(query.Limit(search.limit), IndexAt);
  }
  Query query = Ask(kFindByTime);
  query.Limit(search.after_index).Time(search.from).Time(search.until);
  return All(query.Number(search.outcome).Limit(search.limit), IndexAt);
}

absl::StatusOr<std::vector<uint64_t>> SqliteReads::ConsequencesOf(uint64_t index) {
  if (index == std::numeric_limits<uint64_t>::max()) return std::vector<uint64_t>();
  Query query = Ask(kConsequences);
  return All(query.Limit(index + 1), IndexAt);
}

absl::StatusOr<std::optional<Digest>> SqliteReads::ReadNode(uint32_t level, uint64_t index) {
  Query query = Ask(kNode);
  return One(query.Number(level).Limit(index), [](Query& row) { return row.DigestAt(); });
}

absl::StatusOr<std::optional<Delivery>> SqliteReads::ReadDelivery(absl::string_view delivery_id) {
  Query query = Ask(kDelivery);
  return One(query.Text(delivery_id), DeliveryAt);
}

absl::StatusOr<std::vector<Delivery>> SqliteReads::QueuedDeliveries(absl::string_view recipient,
                                                                    uint64_t after, size_t limit) {
  Query query = Ask(kQueued);
  return All(query.Text(recipient).Limit(after).Limit(limit), DeliveryAt);
}

absl::StatusOr<std::vector<Timer>> SqliteReads::TimersDue(absl::Time at, size_t limit) {
  Query query = Ask(kTimersDue);
  return All(query.Time(at).Limit(limit), TimerAt);
}

absl::StatusOr<std::vector<Timer>> SqliteReads::TimersOf(const RecordKey& record) {
  Query query = Ask(kTimersOf);
  return All(query.Key(record), TimerAt);
}

absl::StatusOr<std::optional<absl::Time>> SqliteReads::NextTimer() {
  Query query = Ask(kNextTimer);
  return One(query, [](Query& row) { return row.TimeAt(); });
}

absl::StatusOr<std::vector<Standing>> SqliteReads::FindStandings(const StandingSearch& search) {
  FOSSE_CHECK(search.terms.size() <= kMaxStandingTerms);
  Query query = Ask(search.terms.empty() ? kStandings : kStandingsByTerm);
  query.Text(search.after).Number(search.states).Number(search.oversight).Time(search.due_before);
  query.Limit(search.limit);
  if (!search.terms.empty()) {
    for (size_t i = 0; i < kMaxStandingTerms; ++i) {
      query.Blob(i < search.terms.size() ? ByteView(search.terms[i]) : ByteView());
    }
  }
  return All(query, StandingAt);
}

absl::StatusOr<std::optional<Document>> SqliteReads::DocumentInForce(Document::Kind kind,
                                                                     absl::Time at) {
  Query query = Ask(kDocumentInForce);
  return One(query.Number(static_cast<int64_t>(kind)).Time(at), DocumentAt);
}

absl::StatusOr<std::optional<Document>> SqliteReads::ReadDocument(Document::Kind kind,
                                                                  const Digest& digest) {
  Query query = Ask(kDocument);
  return One(query.Number(static_cast<int64_t>(kind)).Blob(digest), DocumentAt);
}

absl::StatusOr<std::vector<std::string>> SqliteReads::LeavesFrom(uint64_t from) {
  Query query = Ask(kLeaves);
  query.Limit(from);
  std::vector<std::string> leaves;
  bool gap = false;
  while (query.Next()) {
    gap |= query.CountAt() != from + leaves.size();
    leaves.push_back(query.BytesAt());
  }
  FOSSE_RETURN_IF_ERROR(query.Failure());
  if (gap) return DamagedFailure();
  return leaves;
}

}  // namespace fosse::store
