#ifndef FOSSE_ENGINE_DECIDER_H_
#define FOSSE_ENGINE_DECIDER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/documents.h"
#include "engine/intake.h"
#include "engine/message.h"
#include "engine/refusals.h"
#include "engine/scene.h"
#include "engine/working_set.h"

namespace fosse::engine {

// Most records that one message may concern besides its own, in its own commit.
inline constexpr size_t kMaxConsequences = 500;
// Timers run ahead of one message, or by themselves in one batch.
inline constexpr size_t kMaxTimers = 256;
// A second document may not take effect sooner: the batch that keeps it is over by then.
inline constexpr absl::Duration kActivationLead = absl::Seconds(1);

// Decides messages on a working set: finds the records, runs their past timers, has care handle the
// message, adds its entry and those of its consequences. Not thread-safe: the committer's.
class Decider {
 public:
  // References outlive the Decider.
  Decider(IntakeDeps intake, Random& random, Refusals& refusals)
      : intake_(intake), random_(random), refusals_(refusals) {}

  // A failure adds nothing but past timers' entries, or spoils `work`.
  absl::StatusOr<v1::Receipt> Decide(const Message& message, const InForce& in_force,
                                     absl::Time now, WorkingSet& work);

  // Runs all past timers, kMaxTimers at most.
  absl::Status RunPastTimers(const InForce& in_force, absl::Time now, WorkingSet& work);

 private:
  struct Turn {  // One message with all that it is decided by.
    const InForce& in_force;
    absl::Time now;
    WorkingSet& work;
  };

  absl::StatusOr<v1::Receipt> DecideSubmitted(const Message& message, Turn& turn);
  absl::StatusOr<v1::Receipt> RecordReuse(const Message& message, absl::Status reused, Turn& turn);
  absl::StatusOr<v1::Receipt> Acknowledge(const Message& message, Turn& turn);
  absl::StatusOr<v1::Receipt> Replay(const Message& message, Turn& turn);
  absl::StatusOr<v1::Receipt> Activate(const Message& message, Turn& turn);
  absl::StatusOr<v1::Receipt> Note(const Message& message, Turn& turn);

  // The acknowledgement of what lies aside from now on, so that it is found as that and names the
  // person to whoever is told.
  Message LayingAside(const Message& message, const store::Delivery& delivery, const Slot& slot,
                      absl::Time now) const;
  // What care makes of an acknowledgement. `of` is the delivery where somebody may have to be told.
  absl::StatusOr<care::Effect> HandleOutcome(const v1::Envelope& envelope, const Slot& slot,
                                             const v1::Delivery* of, Turn& turn);

  absl::Status RunTimersOf(const std::vector<Slot*>& slots, Turn& turn);
  absl::Status RunTimer(const store::Timer& timer, Turn& turn);
  absl::Status RunConsequences(const std::vector<care::Consequence>& consequences,
                               const v1::Envelope& cause, uint64_t cause_index, Turn& turn);
  absl::Status RunConsequence(const care::Consequence& consequence, const v1::Envelope& cause,
                              uint64_t cause_index, Turn& turn);
  // The names and timers of a record that was joined into another, or taken out of it, go with what
  // they name. `held_by` is the key of the record that had them, where it was not this one.
  absl::Status MoveNames(const care::Consequence& consequence, Slot& slot,
                         const std::string& held_by, Turn& turn);
  // A worker follows from one employer to the next: a new employer's own reference becomes another
  // name of the same record.
  absl::Status NameWorker(const NewEntry& entry, Turn& turn);
  // What a message about these records may read. Null: it is not about such a record.
  absl::StatusOr<care::View> ViewOf(const Slot* person, const Slot* worker, Turn& turn);
  care::Moment MomentOf(const Turn& turn) const { return {turn.now, random_.Bytes(32)}; }

  const IntakeDeps intake_;
  Random& random_;
  Refusals& refusals_;
};

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_DECIDER_H_
