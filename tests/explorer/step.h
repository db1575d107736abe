#ifndef FOSSE_TESTS_EXPLORER_STEP_H_
#define FOSSE_TESTS_EXPLORER_STEP_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/explorer/moves.h"
#include "tests/explorer/state.h"

namespace fosse::care {

// care::Handle, or a copy with a planted bug.
using HandleFunction = std::function<absl::StatusOr<Effect>(
    const View& view, const v1::Envelope& envelope, const Moment& moment)>;

// One step taken.
struct Taken {
  std::optional<v1::Envelope> envelope;  // Of a timer: what the engine would send.
  absl::Status status;                   // Not OK: refused, and `after` is as before.
  Sent sent;
  State after;
  bool changed = false;
  Broken broken;  // What does not hold, in words.
};

// Takes steps as the engine would: timers first, then the message, then what it means for other
// records. Thread-safe as far as the handler is.
class Stepper {
 public:
  Stepper(std::shared_ptr<const policy::Rulebook> rulebook,
          std::shared_ptr<const Directory> directory, Bounds bounds, HandleFunction handle);

  // Nothing: the move cannot be made here. A message waits while a timer is due.
  std::optional<Taken> Take(const State& state, const Move& move) const;
  // The same with a message of the caller's.
  Taken Send(const State& state, const v1::Envelope& envelope) const;

  const Bounds& bounds() const { return bounds_; }
  const policy::Rulebook& rulebook() const { return *rulebook_; }

 private:
  std::optional<Taken> LetTimePass(const State& state, const Move& move) const;
  // `other`: index of the second record that the message names.
  void Handle(const State& state, int person, int worker, int other, const v1::Envelope& envelope,
              Taken& taken) const;
  void Apply(const Effect& effect, int person, int worker, State& state) const;
  void HandleConsequences(const std::vector<Consequence>& consequences,
                          const v1::Envelope& envelope, Taken& taken) const;
  void Check(const State& before, Taken& taken) const;
  Moment NextMoment(State& state) const;

  const std::shared_ptr<const policy::Rulebook> rulebook_;
  const std::shared_ptr<const Directory> directory_;
  const Bounds bounds_;
  const HandleFunction handle_;
};

// The rulebook and the directory of every exploration.
std::shared_ptr<const policy::Rulebook> ExplorerRulebook();
std::shared_ptr<const Directory> ExplorerDirectory();

// The first instant of every exploration.
absl::Time FirstInstant();

}  // namespace fosse::care

#endif  // FOSSE_TESTS_EXPLORER_STEP_H_
