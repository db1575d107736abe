#ifndef FOSSE_STORE_FAKE_STORE_H_
#define FOSSE_STORE_FAKE_STORE_H_

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/status.h"
#include "store/forwarding_reader.h"
#include "store/store.h"

namespace fosse::store {

// The store in memory, for tests and simulated days: it passes the same contract suite as the real
// ones, except that nothing outlives it. Thread-safe.
class FakeStore : public Store {
 public:
  absl::StatusOr<Head> GetHead() override {
    absl::MutexLock lock(&mutex_);
    return head_;
  }
  absl::StatusOr<std::optional<Receipt>> FindReceipt(const Digest& message_key) override {
    return Find(receipts_, message_key);
  }
  absl::StatusOr<std::optional<RecordKey>> FindAlias(const Digest& alias) override {
    return Find(aliases_, alias);
  }
  absl::StatusOr<std::optional<Record>> ReadRecord(const RecordKey& key) override {
    return Find(records_, key);
  }
  absl::StatusOr<std::vector<std::string>> RecordsAfter(RecordKind kind, absl::string_view after,
                                                        size_t limit) override {
    absl::MutexLock lock(&mutex_);
    std::vector<std::string> found;
    for (auto place = records_.upper_bound({kind, std::string(after)});
         place != records_.end() && place->first.kind == kind && found.size() < limit; ++place) {
      found.push_back(place->first.key);
    }
    return found;
  }
  absl::StatusOr<std::optional<std::string>> ReadKey(const RecordKey& subject) override {
    return Find(keys_, subject);
  }
  absl::StatusOr<std::optional<Entry>> ReadEntry(uint64_t index) override {
    absl::MutexLock lock(&mutex_);
    if (index >= entries_.size()) return std::optional<Entry>();
    return std::optional<Entry>(Shown(entries_[index]));
  }
  absl::StatusOr<std::vector<Entry>> ScanEntries(uint64_t from, size_t limit) override {
    absl::MutexLock lock(&mutex_);
    std::vector<Entry> found;
    for (uint64_t i = from; i < entries_.size() && found.size() < limit; ++i) {
      found.push_back(Shown(entries_[i]));
    }
    return found;
  }
  absl::StatusOr<std::vector<uint64_t>> FindEntries(const Search& search) override {
    absl::MutexLock lock(&mutex_);
    std::vector<uint64_t> found;
    for (uint64_t i = search.after_index; i < entries_.size() && found.size() < search.limit; ++i) {
      const Entry& entry = entries_[i];
      const bool named = !search.term.has_value() ||
                         std::count(entry.terms.begin(), entry.terms.end(), *search.term) > 0;
      if (named && entry.committed_at >= search.from && entry.committed_at < search.until &&
          (search.outcome == 0 || search.outcome == entry.outcome)) {
        found.push_back(i);
      }
    }
    return found;
  }
  absl::StatusOr<std::vector<uint64_t>> ConsequencesOf(uint64_t index) override {
    absl::MutexLock lock(&mutex_);
    std::vector<uint64_t> found;
    for (const Entry& entry : entries_) {
      if (entry.cause > 0 && entry.cause == index + 1) found.push_back(entry.index);
    }
    return found;
  }
  absl::StatusOr<std::optional<Digest>> ReadNode(uint32_t level, uint64_t index) override {
    return Find(nodes_, std::pair(level, index));
  }
  absl::StatusOr<std::optional<Delivery>> ReadDelivery(absl::string_view delivery_id) override {
    return Find(deliveries_, std::string(delivery_id));
  }
  absl::StatusOr<std::vector<Delivery>> QueuedDeliveries(absl::string_view recipient,
                                                         uint64_t after, size_t limit) override {
    absl::MutexLock lock(&mutex_);
    std::vector<Delivery> found;
    for (auto place = queued_.upper_bound({std::string(recipient), after});
         place != queued_.end() && place->first.first == recipient && found.size() < limit;
         ++place) {
      found.push_back(deliveries_[place->second]);
    }
    return found;
  }
  absl::StatusOr<std::vector<Timer>> TimersDue(absl::Time at, size_t limit) override {
    std::vector<Timer> found = TimersWhere([&](const Timer& timer) { return timer.due_at <= at; });
    if (found.size() > limit) found.resize(limit);
    return found;
  }
  absl::StatusOr<std::vector<Timer>> TimersOf(const RecordKey& record) override {
    return TimersWhere([&](const Timer& timer) { return timer.record == record; });
  }
  absl::StatusOr<std::optional<absl::Time>> NextTimer() override {
    const std::vector<Timer> all = TimersWhere([](const Timer&) { return true; });
    return all.empty() ? std::optional<absl::Time>() : all.front().due_at;
  }
  absl::StatusOr<std::vector<Standing>> FindStandings(const StandingSearch& search) override {
    FOSSE_CHECK(search.terms.size() <= kMaxStandingTerms);
    absl::MutexLock lock(&mutex_);
    std::vector<Standing> found;
    for (auto it = standings_.upper_bound(search.after);
         it != standings_.end() && found.size() < search.limit; ++it) {
      if (!Fits(it->second, search)) continue;
      found.push_back(it->second);
      found.back().terms.clear();
    }
    return found;
  }
  absl::StatusOr<std::optional<Document>> DocumentInForce(Document::Kind kind,
                                                          absl::Time at) override {
    return LatestDocument([&](const Document& document) {
      return document.kind == kind && document.effective_at <= at;
    });
  }
  absl::StatusOr<std::optional<Document>> ReadDocument(Document::Kind kind,
                                                       const Digest& digest) override {
    return LatestDocument([&](const Document& document) {
      return document.kind == kind && document.digest == digest;
    });
  }

  absl::StatusOr<std::unique_ptr<Session>> Begin() override {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(
        +[](bool* taken) { return !*taken; }, &taken_));
    taken_ = true;
    return std::make_unique<Writing>(*this, head_.size);
  }
  bool Healthy() const override { return true; }
  void OnCommit(std::function<void()> callback) override {
    absl::MutexLock lock(&mutex_);
    callbacks_.push_back(std::move(callback));
  }

  // Entries committed so far.
  size_t entries() {
    absl::MutexLock lock(&mutex_);
    return entries_.size();
  }

 private:
  using NodeKey = std::pair<uint32_t, uint64_t>;
  using QueuePlace = std::pair<std::string, uint64_t>;

  // What a session added, by key: what is only added may not be there already.
  struct Added {
    std::set<NodeKey> nodes;
    std::set<RecordKey> keys;
    std::set<Digest> receipts;
    std::set<std::string> deliveries;
    std::set<QueuePlace> queued;
  };

  class Writing : public ForwardingReader<Session> {
   public:
    Writing(FakeStore& store, uint64_t size) : store_(store), next_index_(size) {}
    ~Writing() override {
      if (!over_) store_.EndSession();
    }

    absl::Status Stage(const Batch& batch) override {
      FOSSE_CHECK(!over_);
      for (const Entry& entry : batch.entries) FOSSE_CHECK(entry.index == next_index_++);
      if (failed_ || store_.Conflicts(batch, next_index_, added_)) {
        failed_ = true;
        return Conflict();
      }
      staged_.push_back(batch);
      return absl::OkStatus();
    }

    absl::StatusOr<std::vector<std::string>> ReadBackLeaves(uint64_t from) override {
      FOSSE_CHECK(!over_ && from <= next_index_);
      if (failed_) return Conflict();
      std::vector<std::string> leaves;
      FOSSE_ASSIGN_OR_RETURN(const std::vector<Entry> kept, ScanEntries(from, next_index_));
      for (const Entry& entry : kept) leaves.push_back(entry.leaf);
      for (const Batch& batch : staged_) {
        for (const Entry& entry : batch.entries) {
          if (entry.index >= from) leaves.push_back(entry.leaf);
        }
      }
      return leaves;
    }

    absl::Status Commit(const Head& head) override {
      FOSSE_CHECK(!over_ && head.size == next_index_);
      over_ = true;
      if (!failed_) store_.Keep(staged_, head);
      store_.EndSession();
      if (failed_) return Conflict();
      store_.NotifyCommitted();
      return absl::OkStatus();
    }

   private:
    absl::Status WithReader(Read read) override {
      FOSSE_CHECK(!over_);
      return read(store_);  // Nobody else can commit meanwhile.
    }
    static absl::Status Conflict() {
      return MakeError(absl::StatusCode::kInternal, "STORE_CONFLICT",
                       "the batch contradicts itself or what is stored; nothing was kept");
    }

    FakeStore& store_;
    std::vector<Batch> staged_;
    Added added_;
    uint64_t next_index_;
    bool failed_ = false;
    bool over_ = false;
  };

  template <typename Key, typename Value>
  absl::StatusOr<std::optional<Value>> Find(const std::map<Key, Value>& map, const Key& key) {
    absl::MutexLock lock(&mutex_);
    const auto found = map.find(key);
    return found == map.end() ? std::optional<Value>() : found->second;
  }

  static bool Fits(const Standing& standing, const StandingSearch& search) {
    for (const Digest& term : search.terms) {
      if (std::count(standing.terms.begin(), standing.terms.end(), term) == 0) return false;
    }
    return (search.states == 0 ||
            (standing.state < 32 && (search.states >> standing.state & 1) != 0)) &&
           (search.oversight == 0 || search.oversight == standing.oversight) &&
           (search.due_before == absl::InfiniteFuture() || standing.due_at < search.due_before);
  }

  template <typename Where>
  std::vector<Timer> TimersWhere(Where where) {
    absl::MutexLock lock(&mutex_);
    std::vector<Timer> found;
    for (const auto& [id, timer] : timers_) {
      if (where(timer)) found.push_back(timer);
    }
    std::sort(found.begin(), found.end(), [](const Timer& a, const Timer& b) {
      return std::tie(a.due_at, a.timer_id) < std::tie(b.due_at, b.timer_id);
    });
    return found;
  }

  template <typename Where>
  std::optional<Document> LatestDocument(Where where) {
    absl::MutexLock lock(&mutex_);
    const Document* latest = nullptr;
    for (const Document& document : documents_) {
      if (!where(document)) continue;
      if (latest == nullptr || document.effective_at >= latest->effective_at) latest = &document;
    }
    return latest == nullptr ? std::optional<Document>() : *latest;
  }

  Entry Shown(const Entry& kept) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    Entry entry = kept;
    entry.terms.clear();
    for (auto made = made_.lower_bound({entry.index, 0, ""});
         made != made_.end() && std::get<0>(*made) == entry.index; ++made) {
      entry.delivery_ids.push_back(std::get<2>(*made));
    }
    return entry;
  }

  bool Conflicts(const Batch& batch, uint64_t size, Added& added) {
    absl::MutexLock lock(&mutex_);
    bool conflict = false;
    const auto add = [&](const auto& kept, auto& fresh, const auto& key) {
      conflict |= kept.count(key) > 0 || !fresh.insert(key).second;
    };
    for (const TreeNode& node : batch.nodes) {
      add(nodes_, added.nodes, NodeKey(node.level, node.index));
    }
    for (const WrappedKey& key : batch.keys) add(keys_, added.keys, key.subject);
    for (const Receipt& receipt : batch.receipts) {
      conflict |= receipt.entry_index >= size;
      add(receipts_, added.receipts, receipt.message_key);
    }
    for (const Delivery& delivery : batch.deliveries) {
      conflict |= delivery.entry_index >= size;
      add(deliveries_, added.deliveries, delivery.delivery_id);
      if (delivery.state != DeliveryState::kQueued) continue;
      add(queued_, added.queued, QueuePlace(delivery.recipient, delivery.sequence));
    }
    for (const DeliveryChange& change : batch.delivery_changes) {
      conflict |= deliveries_.count(change.delivery_id) == 0 &&
                  added.deliveries.count(change.delivery_id) == 0;
    }
    return conflict;
  }

  void Keep(const std::vector<Batch>& batches, const Head& head) {
    absl::MutexLock lock(&mutex_);
    for (const Batch& batch : batches) Apply(batch);
    head_ = head;
  }

  void Apply(const Batch& batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    entries_.insert(entries_.end(), batch.entries.begin(), batch.entries.end());
    for (const TreeNode& node : batch.nodes) nodes_[NodeKey(node.level, node.index)] = node.hash;
    for (const Record& record : batch.records) records_[record.key] = record;
    for (const Alias& alias : batch.aliases) aliases_[alias.alias] = alias.record;
    for (const WrappedKey& key : batch.keys) keys_[key.subject] = key.wrapped;
    for (const Receipt& receipt : batch.receipts) receipts_[receipt.message_key] = receipt;
    for (const Delivery& delivery : batch.deliveries) {
      deliveries_[delivery.delivery_id] = delivery;
      made_.emplace(delivery.entry_index, delivery.sequence, delivery.delivery_id);
      Queue(delivery);
    }
    for (const DeliveryChange& change : batch.delivery_changes) {
      Delivery& delivery = deliveries_[change.delivery_id];
      delivery.state = change.state;
      delivery.state_since = change.since;
      Queue(delivery);
    }
    for (const Timer& timer : batch.timers) timers_[timer.timer_id] = timer;
    for (const std::string& id : batch.cancelled_timers) timers_.erase(id);
    documents_.insert(documents_.end(), batch.documents.begin(), batch.documents.end());
    for (const Standing& standing : batch.standings) {
      standings_[standing.delegation_id] = standing;
    }
  }

  void Queue(const Delivery& delivery) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const QueuePlace place(delivery.recipient, delivery.sequence);
    if (delivery.state == DeliveryState::kQueued) {
      queued_[place] = delivery.delivery_id;
    } else if (const auto found = queued_.find(place);
               found != queued_.end() && found->second == delivery.delivery_id) {
      queued_.erase(found);
    }
  }

  void EndSession() {
    absl::MutexLock lock(&mutex_);
    taken_ = false;
  }

  void NotifyCommitted() {
    std::vector<std::function<void()>> callbacks;
    {
      absl::MutexLock lock(&mutex_);
      callbacks = callbacks_;
    }
    for (const std::function<void()>& callback : callbacks) callback();
  }

  absl::Mutex mutex_;
  bool taken_ ABSL_GUARDED_BY(mutex_) = false;
  Head head_ ABSL_GUARDED_BY(mutex_);
  std::vector<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  // The maps are handed to Find(), which locks.
  std::map<NodeKey, Digest> nodes_;
  std::map<RecordKey, Record> records_;
  std::map<Digest, RecordKey> aliases_;
  std::map<RecordKey, std::string> keys_;
  std::map<Digest, Receipt> receipts_;
  std::map<std::string, Delivery> deliveries_;
  std::map<QueuePlace, std::string> queued_ ABSL_GUARDED_BY(mutex_);
  // (entry, sequence, delivery id)
  std::set<std::tuple<uint64_t, uint64_t, std::string>> made_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Timer> timers_ ABSL_GUARDED_BY(mutex_);
  std::vector<Document> documents_ ABSL_GUARDED_BY(mutex_);  // In the order they were put.
  std::map<std::string, Standing> standings_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::function<void()>> callbacks_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fosse::store

#endif  // FOSSE_STORE_FAKE_STORE_H_
