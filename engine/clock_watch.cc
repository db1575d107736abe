#include "engine/clock_watch.h"

#include "engine/timestamps.h"

namespace fosse::engine {
namespace {

// The two clocks are looked at one after the other. Where the machine stood still in between, the
// difference says nothing, and they are looked at again.
constexpr absl::Duration kOneLook = absl::Milliseconds(500);
constexpr int kLooks = 3;

}  // namespace

ClockWatch::Moment ClockWatch::Look() const {
  Moment moment;
  absl::Duration before = clock_.Monotonic();
  for (int i = 0; i < kLooks; ++i) {
    moment.wall = clock_.Now();
    moment.monotonic = clock_.Monotonic();
    if (moment.monotonic - before < kOneLook) break;
    before = moment.monotonic;
  }
  return moment;
}

ClockWatch::Reading ClockWatch::Read() {
  absl::MutexLock lock(&mutex_);
  const Moment moment = Look();
  if (!agreed_.has_value()) agreed_ = moment;
  const absl::Duration off = moment.wall - Expected(moment);
  const bool doubted = unsure_;
  if (!unsure_ && absl::AbsDuration(off) > kClockJump) {
    unsure_ = true;
    off_ = off;
    steady_since_ = moment.monotonic;
  } else if (unsure_) {
    // A clock that is being brought back gently is no further jump; one that stands still is.
    if (absl::AbsDuration(off - off_) > kClockJump) {
      steady_since_ = moment.monotonic;
      off_ = off;
    }
    const bool steady = moment.monotonic - steady_since_ >= kClockAgrees;
    if (steady && absl::AbsDuration(off) <= kOwnStep) unsure_ = false;
  }
  const bool believed_anew = !unsure_ && doubted;
  if (believed_anew || (!unsure_ && moment.monotonic - agreed_->monotonic >= kClockAgrees)) {
    agreed_ = moment;  // Small differences are forgiven in the long run, not at each look.
  }
  if (!unsure_) return {WholeMicroseconds(moment.wall), moment.wall, false};
  return {WholeMicroseconds(Expected(moment)), moment.wall, true};
}

void ClockWatch::BeginAt(absl::Time last_entry_time, bool unsure) {
  absl::MutexLock lock(&mutex_);
  const Moment moment = Look();
  if (last_entry_time == absl::InfinitePast()) return;
  if (!unsure && moment.wall >= last_entry_time - kClockJump) return;
  agreed_ = {last_entry_time, moment.monotonic};
  unsure_ = true;
  off_ = moment.wall - last_entry_time;
  steady_since_ = moment.monotonic;
}

void ClockWatch::Confirm() {
  absl::MutexLock lock(&mutex_);
  agreed_ = Look();
  unsure_ = false;
}

}  // namespace fosse::engine
