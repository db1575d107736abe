#ifndef FOSSE_ENGINE_WORKING_SET_H_
#define FOSSE_ENGINE_WORKING_SET_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "audit/keys.h"
#include "base/random.h"
#include "care/handle.h"
#include "engine/documents.h"
#include "engine/message.h"
#include "engine/records.h"
#include "fosse/v1/delivery.pb.h"
#include "fosse/v1/trail.pb.h"
#include "store/store.h"

namespace fosse::engine {

// An entry of the batch, not sealed yet.
struct Draft {
  Slot* about = nullptr;    // Whose entry it is.
  v1::EntryDetail detail;   // Without salts.
  v1::LeafView leaf;        // Without commitments and detail digest.
  Digest message_digest{};  // All zero in a consequence.
  std::vector<Digest> terms;
  std::vector<v1::Delivery> deliveries;
  std::optional<Digest> receipt_key;  // The receipt is kept under this key, for repeats.
};

// What an entry is made of.
struct NewEntry {
  Slot* about = nullptr;
  const Message* message = nullptr;        // Null: a consequence.
  const v1::Envelope* envelope = nullptr;  // The message's, or the one that caused it.
  uint64_t cause = 0;                      // Index of the causing entry, plus one.
  absl::Time now;
  const InForce* in_force = nullptr;
  std::vector<v1::Change> changes_before;  // To identity, ahead of the effect's own.
  care::Effect effect;
};

// One batch before its commit: records read and opened, changes folded in, entries, timers and
// deliveries to come. Later messages see what earlier ones of the batch did. Dropping it undoes all
// of it. Not thread-safe: the committer's.
class WorkingSet {
 public:
  // References outlive the WorkingSet. `head` is the session's.
  WorkingSet(store::Session& session, const audit::KeyRing& keys, const Decoy& decoy,
             const store::Head& head, std::string locality);

  Records& records() { return records_; }
  store::Session& session() { return session_; }
  const std::string& locality() const { return locality_; }
  // The trail's last time, this batch included; never below it (CTL-43).
  absl::Time last_entry_time() const { return last_entry_time_; }
  // Index of the batch's first entry: all below it are committed.
  uint64_t first_index() const { return first_index_; }
  uint64_t next_index() const { return first_index_ + drafts_.size(); }

  // The receipt of a message of this key and sameness, in the store or earlier in this batch;
  // nothing where the key is new. ALREADY_EXISTS, reason MESSAGE_ID_REUSED, with firstSeen, where
  // the key is another message's.
  absl::StatusOr<std::optional<v1::Receipt>> FindRepeat(const Message& message);

  // A failed check after part of a message was added: this batch must be dropped and redone without
  // the message.
  void Spoil() { spoiled_ = true; }
  bool spoiled() const { return spoiled_; }

  // Whether any timer at all is past at `now`: not the one due exactly then, for a message `at` the
  // deadline is in time.
  absl::StatusOr<bool> AnyTimerPast(absl::Time now);
  // Timers of a record that are past, this batch's changes included.
  absl::StatusOr<std::vector<store::Timer>> PastTimersOf(Slot& slot, absl::Time now);
  // Timers of any record that are past, `limit` at most, in (due, id) order.
  absl::StatusOr<std::vector<store::Timer>> PastTimers(absl::Time now, size_t limit);
  void CancelTimer(const std::string& timer_id);
  void SetTimer(const store::RecordKey& record, const care::TimerChange& change);

  // Timers of `from` about what `moves` says yes to belong to `to` from now on.
  absl::Status MoveTimers(Slot& from, const store::RecordKey& to,
                          absl::FunctionRef<bool(const std::string&)> moves);

  // A delivery as this batch leaves it; nothing where there is none.
  absl::StatusOr<std::optional<store::Delivery>> ReadDelivery(absl::string_view delivery_id);
  void ChangeDelivery(store::DeliveryChange change);

  // Where each delegation changed in this batch stands now.
  const std::map<std::string, store::Standing>& standings() const { return standings_; }

  void KeepDocuments(const std::vector<store::Document>& documents);

  // Whether the entry would be whole: changes of its record's kind, deliveries to known recipients
  // with ids, as many decisions in words as recorded. INTERNAL, reason MESSAGE_FAILED_CHECK.
  static absl::Status Check(const NewEntry& entry);

  // The locality's own record.
  absl::StatusOr<Slot*> Locality();

  // The rows of all that the record holds, anew: what the directory says of it may have changed.
  void KeepStandings(const Slot& person, const care::Directory* directory);

  // Takes out deliveries of an entry of this batch, as if they had never been in it.
  void Untell(Draft& draft, absl::FunctionRef<bool(const v1::Delivery&)> whom);

  // Delegations that a sweep's cause put at risk ahead of it, until its next step counts them.
  void AddAhead(uint64_t cause_index, uint32_t at_risk) { ahead_[cause_index] += at_risk; }
  uint32_t TakeAhead(uint64_t cause_index) { return std::exchange(ahead_[cause_index], 0); }
  // A sweep went a step in this batch.
  void SetSwept() { swept_ = true; }
  bool swept() const { return swept_; }
  // Alarms about many at once in this batch.
  void CountMassChange() { ++mass_changes_; }
  uint64_t mass_changes() const { return mass_changes_; }

  // Something was HOLD for want of a sure time.
  bool held_for_clock() const { return held_for_clock_; }
  // Somebody confirmed the wall clock, by this entry.
  void ConfirmClock(uint64_t entry_index) { clock_confirmed_by_ = entry_index; }
  std::optional<uint64_t> clock_confirmed_by() const { return clock_confirmed_by_; }

  // Folds the changes in and adds the entry, which passed Check(). Returns its receipt, complete.
  v1::Receipt Add(NewEntry entry);

  bool empty() const { return drafts_.empty(); }
  std::vector<Draft>& drafts() { return drafts_; }
  const std::vector<Draft>& drafts() const { return drafts_; }
  const std::map<std::string, store::Timer>& set_timers() const { return set_timers_; }
  const std::set<std::string>& cancelled_timers() const { return cancelled_timers_; }
  const std::map<std::string, store::DeliveryChange>& delivery_changes() const {
    return delivery_changes_;
  }
  const std::vector<store::Document>& documents() const { return documents_; }

 private:
  struct Seen {
    Digest sameness{};
    size_t draft = 0;
  };
  absl::Status ReadTimers(Slot& slot);
  void FoldChanges(const NewEntry& entry, Draft& draft);
  void KeepStandings(const NewEntry& entry, const Draft& draft);
  void AddTerms(const NewEntry& entry, Draft& draft) const;
  bool IsChanged(const std::string& timer_id) const {
    return set_timers_.count(timer_id) != 0 || cancelled_timers_.count(timer_id) != 0;
  }

  store::Session& session_;
  const audit::KeyRing& keys_;
  Records records_;
  const std::string locality_;
  const uint64_t first_index_;
  absl::Time last_entry_time_;
  bool spoiled_ = false;
  bool held_for_clock_ = false;
  std::map<uint64_t, uint32_t> ahead_;
  uint64_t mass_changes_ = 0;
  bool swept_ = false;
  std::optional<uint64_t> clock_confirmed_by_;
  std::vector<Draft> drafts_;
  std::map<Digest, Seen> seen_;  // Keys of this batch.
  std::map<std::string, store::Timer> set_timers_;
  std::set<std::string> cancelled_timers_;
  std::optional<absl::Time> earliest_timer_;  // Of the store and of this batch, once asked.
  std::map<std::string, store::DeliveryChange> delivery_changes_;
  std::vector<store::Document> documents_;
  std::map<std::string, store::Standing> standings_;  // By delegation id.
};

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_WORKING_SET_H_
