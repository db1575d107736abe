#ifndef FOSSE_ENGINE_DECIDER_H_
#define FOSSE_ENGINE_DECIDER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/clock_watch.h"
#include "engine/documents.h"
#include "engine/intake.h"
#include "engine/message.h"
#include "engine/refusals.h"
#include "engine/scene.h"
#include "engine/sweep.h"
#include "engine/working_set.h"

namespace fosse::engine {

// Timers run ahead of one message, or by themselves in one batch.
inline constexpr size_t kMaxTimers = 256;
// A second document may not take effect sooner: the batch that keeps it is over by then.
inline constexpr absl::Duration kActivationLead = absl::Seconds(1);
// A word that the clock is right counts where it is of the same time as the clock, so nearly.
inline constexpr absl::Duration kConfirmsWithin = absl::Minutes(2);

// Decides messages on a working set: finds the records, runs their past timers, has care handle the
// message, adds its entry and those of its consequences; takes sweeps further, and records whether
// the clock is believed. Not thread-safe: the committer's.
class Decider {
 public:
  // References outlive the Decider.
  Decider(IntakeDeps intake, Random& random, Refusals& refusals)
      : intake_(intake), random_(random), refusals_(refusals), sweeper_(intake, random) {}

  // A failure adds nothing but past timers' entries and what was on its way to the person, or
  // spoils `work`. `wall` is what the wall clock says, believed or not.
  absl::StatusOr<v1::Receipt> Decide(const Message& message, const InForce& in_force,
                                     absl::Time now, absl::Time wall, WorkingSet& work);

  // At the start of a batch: an entry where the clock is doubted or believed anew, and a sweep for
  // each document that has come into force since.
  absl::Status Begin(const ClockWatch::Reading& reading, const InForce& in_force, absl::Time now,
                     WorkingSet& work);
  absl::Status NoticeClock(const ClockWatch::Reading& reading, const InForce& in_force,
                           absl::Time now, WorkingSet& work);
  // At its end: one step of the oldest sweep, where there is one.
  absl::Status Sweep(size_t persons, const InForce& in_force, absl::Time now, WorkingSet& work);

  // What is known of the locality without asking the store.
  struct Known {
    bool looked = false;         // The rest is what the store has; else look again.
    size_t sweeps = 0;           // Under way, or to begin.
    std::optional<bool> unsure;  // What the record says of the clock.
    bool held_for_clock = true;  // Something may wait for a sure time.
  };
  const Known& known() const { return known_; }
  // `work` is kept, or changed nothing.
  absl::Status Remember(const InForce& in_force, WorkingSet& work);
  // A commit failed or is unclear: look again.
  void Forget() { known_.looked = false; }

  // Runs all past timers, kMaxTimers at most.
  absl::Status RunPastTimers(const InForce& in_force, absl::Time now, WorkingSet& work);

 private:
  absl::StatusOr<v1::Receipt> DecideSubmitted(const Message& message, Turn& turn);
  absl::StatusOr<v1::Receipt> RecordReuse(const Message& message, absl::Status reused, Turn& turn);
  absl::StatusOr<v1::Receipt> Acknowledge(const Message& message, Turn& turn);
  absl::StatusOr<v1::Receipt> Replay(const Message& message, Turn& turn);
  absl::StatusOr<v1::Receipt> Activate(const Message& message, Turn& turn);
  absl::StatusOr<v1::Receipt> Note(const Message& message, Turn& turn,
                                   std::vector<v1::Change> changes = {});
  void ConfirmClock(const v1::Envelope& envelope, uint64_t entry_index, Turn& turn);

  // The acknowledgement of what lies aside from now on, so that it is found as that and names the
  // person to whoever is told.
  Message LayingAside(const Message& message, const store::Delivery& delivery, const Slot& slot,
                      absl::Time now) const;
  // What care makes of an acknowledgement. `of` is the delivery where somebody may have to be told.
  absl::StatusOr<care::Effect> HandleOutcome(const v1::Envelope& envelope, const Slot& slot,
                                             const v1::Delivery* of, Turn& turn);

  absl::Status RunTimersOf(const std::vector<Slot*>& slots, Turn& turn);
  absl::Status RunTimer(const store::Timer& timer, Turn& turn);
  care::Moment MomentOf(const Turn& turn) const { return {turn.now, random_.Bytes(32)}; }

  const IntakeDeps intake_;
  Random& random_;
  Refusals& refusals_;
  Sweeper sweeper_;
  Known known_;
  uint64_t confirmed_by_ = 0;  // Entry that last confirmed the clock, plus one.
};

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_DECIDER_H_
