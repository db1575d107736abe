#ifndef FOSSE_TESTS_EXPLORER_STATE_H_
#define FOSSE_TESTS_EXPLORER_STATE_H_

#include <array>
#include <deque>
#include <memory>
#include <shared_mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "fosse/v1/internal.pb.h"
#include "fosse/v1/record.pb.h"
#include "tests/care/invariants.h"

// Everything that the next step of an exploration depends on, cheap to copy: records are shared
// until a step changes them.
namespace fosse::care {

// The persons and workers of every exploration, by index.
inline constexpr int kPersons = 2;
inline constexpr int kWorkers = 2;
const std::string& NumberOf(int person);     // NHS number.
const std::string& ReferenceOf(int worker);  // The employer's reference.

struct PendingTimer {
  std::string id;
  v1::TimerKind kind = v1::TIMER_KIND_UNSPECIFIED;
  absl::Time due;
  std::string about;
  int person = 0;
};

struct State {
  absl::Time now;
  std::array<std::shared_ptr<const v1::CareRecord>, kPersons> persons;    // Null: not known yet.
  std::array<std::shared_ptr<const v1::WorkerRecord>, kWorkers> workers;  // Null: not known yet.
  std::vector<PendingTimer> timers;                                       // By id.
  Watch watch;         // What INV-10 and INV-15 remember.
  uint32_t seeds = 0;  // Grows with every step, so that no id is ever made twice.
  int time_steps = 0;  // How often time has passed: bounded by the scope.

  Records AllRecords(const policy::Rulebook* rulebook) const;
};

// Ended or declined.
bool Over(const v1::Delegation& delegation);

// Whose record a person's number leads to: their own, or the one that theirs was joined into.
int HolderOf(const State& state, int person);

// Parts of records that many states share, each kept once. Thread-safe.
class Pieces {
 public:
  uint32_t IdOf(absl::string_view piece);
  const std::string& At(uint32_t id) const;
  size_t bytes() const;

 private:
  static constexpr uint32_t kShards = 16;
  struct Shard {
    mutable std::shared_mutex mutex;
    std::deque<std::string> pieces;
    absl::flat_hash_map<absl::string_view, uint32_t> ids;
    size_t bytes = 0;
  };
  std::array<Shard, kShards> shards_;
};

// A state as a hundred bytes or so: numbers, and ids of pieces.
std::string Pack(const State& state, Pieces& pieces);
State Unpack(const std::string& packed, const Pieces& pieces);

}  // namespace fosse::care

#endif  // FOSSE_TESTS_EXPLORER_STATE_H_
