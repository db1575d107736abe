#ifndef FOSSE_ENGINE_CLOCK_WATCH_H_
#define FOSSE_ENGINE_CLOCK_WATCH_H_

#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/clock.h"

namespace fosse::engine {

// More than this between the wall clock and the time that has passed is a jump (CTL-43).
inline constexpr absl::Duration kClockJump = absl::Seconds(2);
// The two must agree for so long before the wall clock is believed again by itself.
inline constexpr absl::Duration kClockAgrees = absl::Minutes(10);
// A step of at most this may be taken over so, as a time server makes them. A larger one needs
// somebody who looked: a clock that is a year ahead would make everything overdue.
inline constexpr absl::Duration kOwnStep = absl::Minutes(5);

// Compares the wall clock with monotonic time. While they disagree, time goes on from the last
// moment at which they did, so that nothing falls due, lapses or turns back because of a clock.
// Thread-safe.
class ClockWatch {
 public:
  // `clock` outlives it.
  explicit ClockWatch(const Clock& clock) : clock_(clock) {}

  struct Reading {
    absl::Time now;   // What to go by: whole microseconds.
    absl::Time wall;  // What the wall clock says.
    bool unsure = false;
    absl::Duration off() const { return wall - now; }
    // How far either may be from the right time.
    absl::Duration doubt() const {
      return unsure ? absl::AbsDuration(off()) : absl::ZeroDuration();
    }
  };
  // The one reading for one message.
  Reading Read();

  // At the start: the trail's last time, and whether the clock was in doubt when it was written. A
  // wall clock behind the trail is in doubt too; one that was, goes on from the trail.
  void BeginAt(absl::Time last_entry_time, bool unsure);

  // Somebody looked, and the wall clock is right.
  void Confirm();

 private:
  struct Moment {
    absl::Time wall;
    absl::Duration monotonic;
  };
  Moment Look() const;
  absl::Time Expected(const Moment& moment) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return agreed_->wall + (moment.monotonic - agreed_->monotonic);
  }

  const Clock& clock_;
  absl::Mutex mutex_;
  // A moment at which the two agreed; while the clock is sure, of the last ten minutes.
  std::optional<Moment> agreed_ ABSL_GUARDED_BY(mutex_);
  bool unsure_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Duration off_ ABSL_GUARDED_BY(mutex_);           // While unsure: at the last look.
  absl::Duration steady_since_ ABSL_GUARDED_BY(mutex_);  // While unsure: no jump since.
};

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_CLOCK_WATCH_H_
