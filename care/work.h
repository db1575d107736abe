#ifndef FOSSE_CARE_WORK_H_
#define FOSSE_CARE_WORK_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "care/handle.h"
#include "care/lookup.h"
#include "fosse/v1/facts.pb.h"

namespace fosse::care {

// What somebody is to be told.
struct Telling {
  std::string recipient;
  v1::DeliveryKind kind = v1::DELIVERY_KIND_TOLD;
  v1::Urgency urgency = v1::URGENCY_ROUTINE;
  std::string words;               // Plain English. No person's name: the message says who.
  std::string delegation_id = {};  // Whose standing and decisions go along; empty: none.
  absl::Time act_by = absl::InfiniteFuture();
  bool with_proposal = false;   // The recipient needs the proposal and the message is another.
  bool to_nobody_else = false;  // Safeguarding: never told to a stand-in (HAZ-43).
};

// One handling under way: a working copy of the record, and the Effect that grows. What is edited
// here becomes a Change at the end, once, at its final value; decisions and standings in deliveries
// and receipt are those of the end. Not thread-safe; one handling, one Work.
class Work {
 public:
  Work(const View& view, const v1::Envelope& envelope, const Moment& moment);
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  absl::Time now() const { return now_; }
  const v1::Envelope& envelope() const { return envelope_; }
  const std::string& sender() const { return envelope_.sender(); }
  const Directory& directory() const { return *view_.directory; }
  const policy::Rulebook& rulebook() const { return *view_.rulebook; }
  const v1::CareRecord* other_person() const { return view_.other_person; }
  // The worker's record, as changed so far where this entry is about the worker. Null: none.
  const v1::WorkerRecord* worker() const { return view_.worker == nullptr ? nullptr : &worker_; }
  const View& view() const { return view_; }
  bool has_person() const { return view_.person != nullptr; }
  // The delivery that a DeliveryOutcome is about; null where nothing is to be said of it.
  const v1::Delivery* delivery() const { return view_.delivery; }
  // As changed so far; empty where the message is about no person.
  const v1::CareRecord& person() const { return person_; }
  // As changed so far; empty while nothing is kept of the locality.
  const v1::LocalityRecord& locality() const;

  // A new id: `prefix` and 20 characters made from the seed and a counter.
  std::string NewId(absl::string_view prefix);

  // Items to change. The references stay good until Finish(). An item that is not there is added.
  v1::PersonIdentity& EditIdentity();
  v1::Episode& EditEpisode(const std::string& organisation, const std::string& reference);
  v1::Delegation& EditDelegation(const std::string& delegation_id);
  v1::ConcernState& EditConcern(const std::string& concern_id);
  v1::CoverOrderState& EditCover(const std::string& cover_id);
  void Add(const v1::Performance& performance);
  // Puts an item as another record had it. It is not shown in the receipt: whoever sent the message
  // may have no part in it.
  void Put(const v1::Change& item);
  // Takes an item out that nothing else here has edited: it is another record's from now on.
  void MoveAway(const v1::RecordItem& item);
  void SetOrigin(const v1::ItemOrigin& origin);
  void SetWorkerIdentity(const v1::WorkerIdentity& identity);
  void SetCompetency(const v1::Competency& competency);
  void SetWorkerTask(const v1::WorkerTask& task);
  // A change to the locality's record, whatever the message is about: where that is a person or a
  // worker, it becomes a consequence, an entry of the locality's own.
  void SetLocality(const v1::Change& change);

  // Ids of all delegations, oldest first: for going through them while changing them.
  std::vector<std::string> DelegationIds() const;

  // Asks the rulebook, records the answer, and puts it in words. `delegation` null: none is asked
  // about. Of one that is, a clinical override in force is added to what is known (CTL-07).
  v1::Outcome Ask(v1::Question question, const v1::Facts& known, const v1::Delegation* delegation);
  // The last answer. Call Ask() first.
  const v1::Decision& last_decision() const { return effect_.decisions.back(); }
  // The last answer is HOLD only because the time is not sure.
  bool held_for_clock() const { return effect_.recorded.back().clock_unsure(); }

  // Who must decide the last answer, where it refers: never empty.
  std::string ReferredTo(const v1::Delegation& delegation) const;

  // Tells somebody. A recipient that is empty is left out; so is the sender of this very message,
  // but for what it is asked to do. One that the directory lacks is replaced by StandIn(), with a
  // notice to the sender: a message is not lost because the directory changed. Tellings to one
  // recipient about one delegation and of one kind become one.
  void Tell(Telling telling);

  // Who acts for an organisation that the directory lacks: commissioning; of what a clinician must
  // see, whom the rulebook names for cover. Empty: the directory has neither.
  std::string StandIn(bool clinical) const;

  // Sets, or replaces, the one timer of this kind about this id.
  void SetTimer(v1::TimerKind kind, absl::string_view about, absl::Time due_at);
  void CancelTimer(v1::TimerKind kind, absl::string_view about);
  // The locality's deadline of a kind, from now.
  absl::Time DeadlineOf(v1::TimerKind kind) const;

  void AddConsequence(Consequence consequence);
  void AddNotice(absl::string_view code, absl::string_view words, absl::string_view clause);
  v1::Receipt& receipt() { return effect_.receipt; }
  // This delegation's standing goes into the receipt; editing one does that too.
  void Show(const std::string& delegation_id);

  Effect Finish() &&;

 private:
  enum class Item { kIdentity, kEpisode, kDelegation, kConcern, kCover };
  struct Touched {
    Item item;
    std::string id;
    std::string other;  // Of an episode: its reference.
    bool operator==(const Touched&) const = default;
  };

  void HoldForClock(v1::RecordedDecision& recorded, v1::Decision& decision);
  // Puts the stand-in into `telling`. False: there is none, and it is kept as unreached.
  bool Redirect(Telling& telling);
  void Touch(Touched touched, bool shown = true);
  // The item as `record` has it; no change where it has none.
  static v1::Change ChangeOf(const Touched& touched, const v1::CareRecord& record);
  void FinishLocality();
  void FinishOwners();
  void FinishChanges();
  void FinishReceipt();
  void FinishDeliveries();

  const View view_;
  const v1::Envelope& envelope_;
  const absl::Time now_;
  const std::string id_seed_;
  uint64_t ids_ = 0;
  v1::CareRecord person_;
  v1::WorkerRecord worker_;
  std::optional<v1::LocalityRecord> locality_;  // Once changed: it may be large.
  std::vector<v1::Change> locality_changes_;
  std::vector<Touched> touched_;
  std::vector<v1::Change> added_;  // Performances and changes to the worker, in order.
  std::vector<std::string> shown_;
  std::vector<Telling> tellings_;
  std::vector<Telling> unreached_;  // Neither they nor a stand-in are in the directory.
  Effect effect_;
};

// The standing of one delegation, and who delivers: the provider while care runs, else the interim
// deliverer.
std::string DeliversNow(const v1::Delegation& delegation);

}  // namespace fosse::care

#endif  // FOSSE_CARE_WORK_H_
