// What the locality has to do besides the messages of a batch: clock, documents, timers, sweeps.
#include <algorithm>

#include "base/log.h"
#include "base/status.h"
#include "engine/committer.h"

namespace fosse::engine {

bool Committer::HasOwnWork() const {
  const ClockWatch::Reading reading = deps_.watch.Read();
  if (!decider_.known().looked || decider_.known().sweeps > 0 ||
      decider_.known().unsure != reading.unsure || deps_.documents.MayChange(reading.now)) {
    return true;
  }
  const absl::StatusOr<std::optional<absl::Time>> next = deps_.store.NextTimer();
  return next.ok() && next->has_value() && **next < reading.now;
}

absl::StatusOr<Committer::Moment> Committer::Look(WorkingSet& work) {
  Moment moment;
  moment.reading = deps_.watch.Read();
  // The trail's time never goes backwards.
  moment.now = std::max(moment.reading.now, work.last_entry_time());
  FOSSE_RETURN_IF_ERROR(deps_.documents.Refresh(work.session(), moment.now));
  moment.in_force = deps_.documents.Get();
  moment.in_force.clock_unsure = moment.reading.unsure;
  return moment;
}

absl::Status Committer::BeginBatch(WorkingSet& work) {
  FOSSE_ASSIGN_OR_RETURN(const Moment at, Look(work));
  if (!at.in_force.complete()) return absl::OkStatus();
  FOSSE_RETURN_IF_ERROR(decider_.Begin(at.reading, at.in_force, at.now, work));
  return decider_.RunPastTimers(at.in_force, at.now, work);
}

absl::Status Committer::EndBatch(size_t messages, WorkingSet& work) {
  FOSSE_ASSIGN_OR_RETURN(const Moment at, Look(work));
  if (!at.in_force.complete()) return absl::OkStatus();
  for (const store::Document& document : work.documents()) {
    if (document.effective_at <= at.now) return absl::OkStatus();  // The next batch goes by it.
  }
  return decider_.Sweep(messages > 0 ? deps_.limits.busy_sweep_step : deps_.limits.sweep_step,
                        at.in_force, at.now, work);
}

void Committer::Remember(WorkingSet& work) {
  if (work.clock_confirmed_by().has_value()) deps_.watch.Confirm();
  const absl::Status remembered = decider_.Remember(deps_.documents.Get(), work);
  if (!remembered.ok()) Log(Severity::kError, "locality-not-read", {{"status", remembered}});
  mass_changes_ += work.mass_changes();
  sweeps_ = decider_.known().sweeps;
  clock_unsure_ = decider_.known().unsure.value_or(false);
}

absl::Status Committer::BeginClock() {
  FOSSE_ASSIGN_OR_RETURN(const store::Head head, deps_.store.GetHead());
  Records records(deps_.store, deps_.keys, deps_.decoy);
  FOSSE_ASSIGN_OR_RETURN(Slot* const locality,
                         records.Find({store::RecordKind::kLocality, deps_.locality}));
  deps_.watch.BeginAt(head.last_entry_time, locality->locality.clock().unsure());
  return absl::OkStatus();
}

Engine::Figures Committer::figures() const { return {mass_changes_, sweeps_, clock_unsure_}; }

}  // namespace fosse::engine
