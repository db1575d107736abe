#ifndef FOSSE_STORE_FORWARDING_READER_H_
#define FOSSE_STORE_FORWARDING_READER_H_

#include <optional>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "store/store.h"

namespace fosse::store {

// Implements the reads of a Store or a Session by handing each one to another Reader. A deriver
// says only which Reader that is, for how long it is held, and may answer in its place.
template <typename Interface>
class ForwardingReader : public Interface {
 public:
  absl::StatusOr<Head> GetHead() override {
    return Forward<Head>([](Reader& r) { return r.GetHead(); });
  }
  absl::StatusOr<std::optional<Receipt>> FindReceipt(const Digest& message_key) override {
    return Forward<std::optional<Receipt>>([&](Reader& r) { return r.FindReceipt(message_key); });
  }
  absl::StatusOr<std::optional<RecordKey>> FindAlias(const Digest& alias) override {
    return Forward<std::optional<RecordKey>>([&](Reader& r) { return r.FindAlias(alias); });
  }
  absl::StatusOr<std::optional<Record>> ReadRecord(const RecordKey& key) override {
    return Forward<std::optional<Record>>([&](Reader& r) { return r.ReadRecord(key); });
  }
  absl::StatusOr<std::vector<std::string>> RecordsAfter(RecordKind kind, absl::string_view after,
                                                        size_t limit) override {
    return Forward<std::vector<std::string>>(
        [&](Reader& r) { return r.RecordsAfter(kind, after, limit); });
  }
  absl::StatusOr<std::optional<std::string>> ReadKey(const RecordKey& subject) override {
    return Forward<std::optional<std::string>>([&](Reader& r) { return r.ReadKey(subject); });
  }
  absl::StatusOr<std::optional<Entry>> ReadEntry(uint64_t index) override {
    return Forward<std::optional<Entry>>([&](Reader& r) { return r.ReadEntry(index); });
  }
  absl::StatusOr<std::vector<Entry>> ScanEntries(uint64_t from, size_t limit) override {
    return Forward<std::vector<Entry>>([&](Reader& r) { return r.ScanEntries(from, limit); });
  }
  absl::StatusOr<std::vector<uint64_t>> FindEntries(const Search& search) override {
    return Forward<std::vector<uint64_t>>([&](Reader& r) { return r.FindEntries(search); });
  }
  absl::StatusOr<std::vector<uint64_t>> ConsequencesOf(uint64_t index) override {
    return Forward<std::vector<uint64_t>>([&](Reader& r) { return r.ConsequencesOf(index); });
  }
  absl::StatusOr<std::optional<Digest>> ReadNode(uint32_t level, uint64_t index) override {
    return Forward<std::optional<Digest>>([&](Reader& r) { return r.ReadNode(level, index); });
  }
  absl::StatusOr<std::optional<Delivery>> ReadDelivery(absl::string_view delivery_id) override {
    return Forward<std::optional<Delivery>>([&](Reader& r) { return r.ReadDelivery(delivery_id); });
  }
  absl::StatusOr<std::vector<Delivery>> QueuedDeliveries(absl::string_view recipient,
                                                         uint64_t after, size_t limit) override {
    return Forward<std::vector<Delivery>>(
        [&](Reader& r) { return r.QueuedDeliveries(recipient, after, limit); });
  }
  absl::StatusOr<std::vector<Timer>> TimersDue(absl::Time at, size_t limit) override {
    return Forward<std::vector<Timer>>([&](Reader& r) { return r.TimersDue(at, limit); });
  }
  absl::StatusOr<std::vector<Timer>> TimersOf(const RecordKey& record) override {
    return Forward<std::vector<Timer>>([&](Reader& r) { return r.TimersOf(record); });
  }
  absl::StatusOr<std::optional<absl::Time>> NextTimer() override {
    return Forward<std::optional<absl::Time>>([](Reader& r) { return r.NextTimer(); });
  }
  absl::StatusOr<std::vector<Standing>> FindStandings(const StandingSearch& search) override {
    return Forward<std::vector<Standing>>([&](Reader& r) { return r.FindStandings(search); });
  }
  absl::StatusOr<std::optional<Document>> DocumentInForce(Document::Kind kind,
                                                          absl::Time at) override {
    return Forward<std::optional<Document>>([&](Reader& r) { return r.DocumentInForce(kind, at); });
  }
  absl::StatusOr<std::optional<Document>> ReadDocument(Document::Kind kind,
                                                       const Digest& digest) override {
    return Forward<std::optional<Document>>(
        [&](Reader& r) { return r.ReadDocument(kind, digest); });
  }

 protected:
  // One read: gives a Reader to it and returns what it answers, or returns an error without asking.
  using Read = absl::FunctionRef<absl::Status(Reader&)>;
  virtual absl::Status WithReader(Read read) = 0;

 private:
  template <typename T, typename Ask>
  absl::StatusOr<T> Forward(Ask ask) {
    std::optional<T> answer;
    absl::Status status = WithReader([&](Reader& reader) {
      absl::StatusOr<T> asked = ask(reader);
      if (asked.ok()) answer.emplace(*std::move(asked));
      return asked.status();
    });
    if (!status.ok()) return status;
    return *std::move(answer);
  }
};

}  // namespace fosse::store

#endif  // FOSSE_STORE_FORWARDING_READER_H_
