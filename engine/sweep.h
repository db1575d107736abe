#ifndef FOSSE_ENGINE_SWEEP_H_
#define FOSSE_ENGINE_SWEEP_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/random.h"
#include "care/handle.h"
#include "engine/documents.h"
#include "engine/intake.h"
#include "engine/working_set.h"

namespace fosse::engine {

// More delegations than this put at risk by one cause are one alarm, where the locality sets no
// number of its own (HAZ-40).
inline constexpr uint32_t kMassChangeLimit = 10;

struct Turn {  // One message with all that it is decided by.
  const InForce& in_force;
  absl::Time now;
  WorkingSet& work;
  absl::Time wall = absl::InfinitePast();  // What the wall clock says, believed or not.
};

// Whether everybody was looked at, or a sweep for it begun, under the documents in force.
bool HasSeen(const v1::LocalityRecord& locality, const InForce& in_force);

// What Sweeper::Arrive() would do to the person, done to `person` in memory alone: for deciding
// without effect.
absl::Status ArriveWithoutEffect(Records& records, const std::string& locality, Slot* person,
                                 const InForce& in_force, const care::Moment& moment);

// Brings what one entry means to the other records that it concerns: at once where they are few, in
// steps where they are many. How far a sweep has come is kept in the locality's record, in the same
// commit as what it did, so that it goes on exactly there after a crash. Until it arrives, Arrive()
// brings the cause to a person ahead of anything decided about that person.
// Not thread-safe: the committer's.
class Sweeper {
 public:
  // References outlive the Sweeper.
  Sweeper(IntakeDeps intake, Random& random) : intake_(intake), random_(random) {}

  // What the entry at `cause_index` means for others. INTERNAL, reason MESSAGE_FAILED_CHECK, where
  // one of them is not there, or so many are not a worker's persons. A failure after the first one
  // was added spoils the working set.
  absl::Status Spread(std::vector<care::Consequence> consequences, const v1::Envelope& cause,
                      uint64_t cause_index, Turn& turn);

  // Begins a sweep for each document that came into force since everybody was last looked at. Those
  // that it reaches at once are in this commit.
  absl::Status NoticeDocuments(Turn& turn);

  // Goes one step further with the oldest sweep; nothing where there is none.
  absl::Status Step(size_t persons, Turn& turn);

  // Brings what is still on its way to this person, where it concerns the person. Nothing comes to
  // a record that was joined into another.
  absl::Status Arrive(Slot* person, Turn& turn);

  // A worker follows from one employer to the next: a new employer's own reference becomes another
  // name of the same record.
  absl::Status NameWorker(const NewEntry& entry, Turn& turn);

 private:
  absl::Status SpreadToNamed(const std::vector<care::Consequence>& consequences,
                             const v1::Envelope& cause, uint64_t cause_index, Turn& turn);
  absl::Status Run(const care::Consequence& consequence, const v1::Envelope& cause,
                   uint64_t cause_index, uint32_t& at_risk, Turn& turn);
  absl::Status RunAll(const std::vector<care::Consequence>& consequences, const v1::Envelope& cause,
                      uint64_t cause_index, uint32_t& at_risk, Turn& turn);
  // The names and timers of a record that was joined into another, or taken out of it, go with what
  // they name. `held_by` is the key of the record that had them, where it was not this one.
  absl::Status MoveNames(const care::Consequence& consequence, Slot& slot,
                         const std::string& held_by, Turn& turn);
  absl::StatusOr<std::vector<std::string>> NextPersons(const v1::SweepState& state, size_t limit,
                                                       Turn& turn);
  absl::StatusOr<v1::Envelope> CauseOf(uint64_t index, Turn& turn);
  // Reaches the next `limit` people and adds the entry that says so, with `changes` besides.
  absl::Status StepOf(v1::SweepState state, size_t limit, std::vector<v1::Change> changes,
                      Turn& turn);
  absl::Status AddStep(const v1::SweepState& state, const v1::SweepStep& step,
                       std::vector<v1::Change> changes, Turn& turn);
  // One alarm in place of many, once the number is over the locality's limit. `first` is the first
  // of the drafts that the cause made in this batch.
  absl::Status Alarm(v1::SweepState& state, size_t first, bool goes_on, Turn& turn);
  care::Moment MomentOf(const Turn& turn) const { return {turn.now, random_.Bytes(32)}; }

  const IntakeDeps intake_;
  Random& random_;
  std::map<uint64_t, v1::Envelope> causes_;  // Of sweeps under way, once read.
  std::set<std::string> stuck_;              // People whose looking at failed half-way.
};

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_SWEEP_H_
