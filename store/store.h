#ifndef FOSSE_STORE_STORE_H_
#define FOSSE_STORE_STORE_H_

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/crypto.h"

// What must last, in the words of the domain. A store keeps bytes that others sealed: no person's
// data in clear ever reaches it. One locality has one order of events, given by whoever holds its
// write session.
//
// The shape fits SQLite (one file, one writer) and PostgreSQL (many replicas): a session's first
// act is to lock the locality's head, all its reads come after, and nothing read before may be
// used.
namespace fosse::store {

enum class RecordKind : uint8_t { kPerson = 1, kWorker = 2, kLocality = 3 };

// A record's key: 16 random bytes, or the locality's name for kLocality.
struct RecordKey {
  RecordKind kind = RecordKind::kPerson;
  std::string key;
  friend bool operator==(const RecordKey&, const RecordKey&) = default;
  friend auto operator<=>(const RecordKey&, const RecordKey&) = default;
};

struct Head {
  uint64_t size = 0;  // Entries in the trail.
  Digest root{};      // Root of the tree of that size.
  absl::Time last_entry_time = absl::InfinitePast();
  std::string checkpoint;  // Signed note; empty while size is 0.
};

struct Entry {
  uint64_t index = 0;
  std::string leaf;    // Canonical leaf bytes.
  std::string detail;  // Sealed; empty once redacted.
  RecordKey subject;
  absl::Time committed_at;
  uint8_t outcome = 0;                    // v1::Outcome of the asked decision.
  uint64_t cause = 0;                     // Entry that caused it, plus one.
  std::vector<Digest> terms;              // Keyed hashes by which it is found. Left empty by reads.
  std::vector<std::string> delivery_ids;  // Deliveries it made. Filled by reads.
};

struct TreeNode {
  uint32_t level = 0;  // 0: leaf hashes.
  uint64_t index = 0;
  Digest hash{};
};

struct Record {
  RecordKey key;
  uint64_t version = 0;
  std::string sealed;
};

struct Alias {
  Digest alias{};  // Keyed hash of an identifier.
  RecordKey record;
};

struct WrappedKey {
  RecordKey subject;
  std::string wrapped;  // The subject's data key under the master key.
};

struct Receipt {
  Digest message_key{};  // Keyed hash of sender and message id.
  Digest sameness{};     // Digest of the canonical message.
  absl::Time first_seen;
  uint64_t entry_index = 0;
  RecordKey subject;
  std::string sealed;
};

enum class DeliveryState : uint8_t {
  kQueued = 1,
  kKept = 2,
  kDelivered = 3,
  kRefused = 4,
  kParked = 5,
  kDead = 6
};

struct Delivery {
  std::string delivery_id;
  std::string recipient;
  uint64_t sequence = 0;  // Commit order over the whole locality, without gaps that matter.
  RecordKey subject;      // Whose order it keeps, and whose key seals it.
  uint8_t urgency = 0;    // v1::Urgency.
  uint8_t kind = 0;       // v1::DeliveryKind.
  DeliveryState state = DeliveryState::kQueued;
  absl::Time state_since;
  uint64_t entry_index = 0;
  absl::Time act_by = absl::InfiniteFuture();
  std::string sealed;
};

struct DeliveryChange {
  std::string delivery_id;
  DeliveryState state = DeliveryState::kQueued;
  absl::Time since;
};

struct Timer {
  std::string timer_id;
  RecordKey record;
  uint8_t kind = 0;  // v1::TimerKind.
  absl::Time due_at;
  std::string about;
};

// A rulebook or a directory, as stored bytes.
struct Document {
  enum class Kind : uint8_t { kRulebook = 1, kDirectory = 2 };
  Kind kind = Kind::kRulebook;
  std::string id;
  Digest digest{};
  std::string stored;
  absl::Time effective_at = absl::InfinitePast();
};

// How one delegation stands, so that it is found without naming the person. Nobody is named in
// clear: the record's key is random, and who has a part in it are keyed hashes.
struct Standing {
  std::string delegation_id;
  RecordKey record;
  uint8_t state = 0;                           // v1::DelegationState.
  uint8_t oversight = 0;                       // v1::OversightState.
  absl::Time due_at = absl::InfiniteFuture();  // By when somebody must act.
  std::vector<Digest> terms;                   // By which it is found. Left empty by reads.
};

// Everything that one batch writes; all of it or nothing. Applied from top to bottom, so that a
// change may name a delivery of the same batch, and a timer that is both set and cancelled is
// cancelled. Receipts, deliveries and terms refer to entries that are stored or in the batch.
// INTERNAL, reason STORE_CONFLICT, where something that is only added is there already (node, key,
// receipt, delivery id, sequence in one queue) or a change names no delivery.
struct Batch {
  std::vector<Entry> entries;  // Indices follow the head's size without a gap.
  std::vector<TreeNode> nodes;
  std::vector<Record> records;  // Replace by key.
  std::vector<Alias> aliases;   // Replace by alias.
  std::vector<WrappedKey> keys;
  std::vector<Receipt> receipts;
  std::vector<Delivery> deliveries;
  std::vector<DeliveryChange> delivery_changes;
  std::vector<Timer> timers;                  // Replace by id.
  std::vector<std::string> cancelled_timers;  // Unknown ones are no error.
  std::vector<Document> documents;  // Of one kind and effective time, the last one put holds.
  std::vector<Standing> standings;  // Replace by delegation id, terms and all.
};

// Terms of a search; all given must hold.
struct Search {
  std::optional<Digest> term;
  absl::Time from = absl::InfinitePast();     // Inclusive.
  absl::Time until = absl::InfiniteFuture();  // Exclusive.
  uint8_t outcome = 0;                        // 0: any.
  uint64_t after_index = 0;                   // Entries from here on, inclusive.
  size_t limit = 50;
};

// Most terms that a search for standings may give.
inline constexpr size_t kMaxStandingTerms = 4;

// Terms of a search for standings; all given must hold.
struct StandingSearch {
  std::vector<Digest> terms;                       // All of them; kMaxStandingTerms at most.
  uint32_t states = 0;                             // Bit n: those in state n, below 32. 0: any.
  uint8_t oversight = 0;                           // 0: any.
  absl::Time due_before = absl::InfiniteFuture();  // Exclusive. Infinite: any, or no, due time.
  std::string after;                               // Ids above this one, byte by byte.
  size_t limit = 50;
};

// Times are kept to the nanosecond.
//
// Reads. On a Store each call sees the latest committed state; on a Session all see the state under
// its lock, and never what the session itself has staged. UNAVAILABLE, reason STORE_READ_FAILED,
// where the store cannot read; DATA_LOSS, reason STORE_DAMAGED, where what it reads is not whole.
class Reader {
 public:
  virtual ~Reader() = default;
  virtual absl::StatusOr<Head> GetHead() = 0;
  virtual absl::StatusOr<std::optional<Receipt>> FindReceipt(const Digest& message_key) = 0;
  virtual absl::StatusOr<std::optional<RecordKey>> FindAlias(const Digest& alias) = 0;
  virtual absl::StatusOr<std::optional<Record>> ReadRecord(const RecordKey& key) = 0;
  // Keys of records of a kind after `after` (empty: from the first), in the order of their bytes.
  virtual absl::StatusOr<std::vector<std::string>> RecordsAfter(RecordKind kind,
                                                                absl::string_view after,
                                                                size_t limit) = 0;
  virtual absl::StatusOr<std::optional<std::string>> ReadKey(const RecordKey& subject) = 0;
  virtual absl::StatusOr<std::optional<Entry>> ReadEntry(uint64_t index) = 0;
  virtual absl::StatusOr<std::vector<Entry>> ScanEntries(uint64_t from, size_t limit) = 0;
  // Ascending by index.
  virtual absl::StatusOr<std::vector<uint64_t>> FindEntries(const Search& search) = 0;
  virtual absl::StatusOr<std::vector<uint64_t>> ConsequencesOf(uint64_t index) = 0;
  virtual absl::StatusOr<std::optional<Digest>> ReadNode(uint32_t level, uint64_t index) = 0;
  virtual absl::StatusOr<std::optional<Delivery>> ReadDelivery(absl::string_view delivery_id) = 0;
  // Queued ones of a recipient with a sequence above `after`, ascending.
  virtual absl::StatusOr<std::vector<Delivery>> QueuedDeliveries(absl::string_view recipient,
                                                                 uint64_t after, size_t limit) = 0;
  // Those with due_at <= at. Ascending by (due, id).
  virtual absl::StatusOr<std::vector<Timer>> TimersDue(absl::Time at, size_t limit) = 0;
  virtual absl::StatusOr<std::vector<Timer>> TimersOf(const RecordKey& record) = 0;
  virtual absl::StatusOr<std::optional<absl::Time>> NextTimer() = 0;
  // Ascending by delegation id, byte by byte.
  virtual absl::StatusOr<std::vector<Standing>> FindStandings(const StandingSearch& search) = 0;
  // The latest of a kind whose effective time is not after `at`; the named one.
  virtual absl::StatusOr<std::optional<Document>> DocumentInForce(Document::Kind kind,
                                                                  absl::Time at) = 0;
  virtual absl::StatusOr<std::optional<Document>> ReadDocument(Document::Kind kind,
                                                               const Digest& digest) = 0;
};

// The right to write one locality, from Begin() until Commit() or destruction. Not thread-safe.
class Session : public Reader {
 public:
  // Writes the batch into the open transaction. Nothing is durable yet. May be called again;
  // entries go on where those before ended. After an error nothing of the session can be kept:
  // INTERNAL, STORE_CONFLICT (the store goes on), else the errors of Commit() that are certain.
  virtual absl::Status Stage(const Batch& batch) = 0;
  // Reads staged entries' leaves back from the store, from index `from` on, so that what is signed
  // is what is stored (CTL-21).
  virtual absl::StatusOr<std::vector<std::string>> ReadBackLeaves(uint64_t from) = 0;
  // Makes it durable together with the new head. OK: durable. UNAVAILABLE, reason COMMIT_FAILED:
  // nothing was kept. RESOURCE_EXHAUSTED, reason STORE_FULL: nothing was kept, for want of space.
  // UNKNOWN, reason COMMIT_UNKNOWN: ask again with the same key. The session is over either way.
  // A head whose size is not that of the trail with the staged entries is a broken invariant and
  // aborts; so is any use of a session that is over.
  virtual absl::Status Commit(const Head& head) = 0;
};

// Thread-safe. One Session at a time for each locality; Begin() waits for it.
class Store : public Reader {
 public:
  // Locks the locality's head, then lets the session read. UNAVAILABLE, reason STORE_READ_ONLY,
  // after a failed write or sync: until restarted (CTL-40).
  virtual absl::StatusOr<std::unique_ptr<Session>> Begin() = 0;
  // False once a write or sync has failed, or a read met a damaged or unreadable disk.
  virtual bool Healthy() const = 0;
  // Calls back after each durable commit, from any thread, lossy; polling is the guarantee. Every
  // callback given stays, and must be valid as long as the store.
  virtual void OnCommit(std::function<void()> callback) = 0;
};

}  // namespace fosse::store

#endif  // FOSSE_STORE_STORE_H_
