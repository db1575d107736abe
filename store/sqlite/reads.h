#ifndef FOSSE_STORE_SQLITE_READS_H_
#define FOSSE_STORE_SQLITE_READS_H_

#include <string>

#include "store/sqlite/connection.h"
#include "store/store.h"

namespace fosse::store {

// The reads of the store, in SQL, over one connection. A read of several statements is one
// snapshot. Used by one thread at a time; connection and locality outlive it.
class SqliteReads : public Reader {
 public:
  SqliteReads(Connection& connection, const std::string& locality)
      : connection_(connection), locality_(locality) {}

  absl::StatusOr<Head> GetHead() override;
  absl::StatusOr<std::optional<Receipt>> FindReceipt(const Digest& message_key) override;
  absl::StatusOr<std::optional<RecordKey>> FindAlias(const Digest& alias) override;
  absl::StatusOr<std::optional<Record>> ReadRecord(const RecordKey& key) override;
  absl::StatusOr<std::vector<std::string>> RecordsAfter(RecordKind kind, absl::string_view after,
                                                        size_t limit) override;
  absl::StatusOr<std::optional<std::string>> ReadKey(const RecordKey& subject) override;
  absl::StatusOr<std::optional<Entry>> ReadEntry(uint64_t index) override;
  absl::StatusOr<std::vector<Entry>> ScanEntries(uint64_t from, size_t limit) override;
  absl::StatusOr<std::vector<uint64_t>> FindEntries(const Search& search) override;
  absl::StatusOr<std::vector<uint64_t>> ConsequencesOf(uint64_t index) override;
  absl::StatusOr<std::optional<Digest>> ReadNode(uint32_t level, uint64_t index) override;
  absl::StatusOr<std::optional<Delivery>> ReadDelivery(absl::string_view delivery_id) override;
  absl::StatusOr<std::vector<Delivery>> QueuedDeliveries(absl::string_view recipient,
                                                         uint64_t after, size_t limit) override;
  absl::StatusOr<std::vector<Timer>> TimersDue(absl::Time at, size_t limit) override;
  absl::StatusOr<std::vector<Timer>> TimersOf(const RecordKey& record) override;
  absl::StatusOr<std::optional<absl::Time>> NextTimer() override;
  absl::StatusOr<std::vector<Standing>> FindStandings(const StandingSearch& search) override;
  absl::StatusOr<std::optional<Document>> DocumentInForce(Document::Kind kind,
                                                          absl::Time at) override;
  absl::StatusOr<std::optional<Document>> ReadDocument(Document::Kind kind,
                                                       const Digest& digest) override;

  // Leaves from `from` on. DATA_LOSS, STORE_DAMAGED, when one is missing between them.
  absl::StatusOr<std::vector<std::string>> LeavesFrom(uint64_t from);

 private:
  Query Ask(const char* sql) { return Query(connection_, sql, locality_); }

  Connection& connection_;
  const std::string& locality_;
};

}  // namespace fosse::store

#endif  // FOSSE_STORE_SQLITE_READS_H_
