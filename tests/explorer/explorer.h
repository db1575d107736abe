#ifndef FOSSE_TESTS_EXPLORER_EXPLORER_H_
#define FOSSE_TESTS_EXPLORER_EXPLORER_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/explorer/canonical.h"
#include "tests/explorer/moves.h"
#include "tests/explorer/step.h"

namespace fosse::care {

// What one exploration covers: from where, by which moves, within which bounds.
struct Scope {
  const char* name;
  const char* about;  // One line for the report.
  std::vector<Group> groups;
  Bounds bounds;
  Symmetry symmetry;
  std::vector<State> (*starts)(const Stepper& stepper);
};

struct Limits {
  uint64_t states = 1'000'000;
  uint64_t memory_mib = 4096;  // Of states, frontier and parents together, as counted here.
  int threads = 2;
};

inline constexpr int kDelegationStates = v1::DelegationState_ARRAYSIZE;
inline constexpr int kOversightStates = v1::OversightState_ARRAYSIZE;

// What was reached, and how often.
struct Hits {
  explicit Hits(size_t moves = 0, size_t rules = 0) : moves(moves), rules(rules) {}
  struct OfMove {
    uint64_t changed = 0;
    uint64_t same = 0;  // Handled, and nothing but the trail grows.
    uint64_t refused = 0;
  };
  std::vector<OfMove> moves;    // As the alphabet.
  std::vector<uint64_t> rules;  // As the rulebook.
  std::array<std::array<uint64_t, kDelegationStates>, kDelegationStates> delegation{};
  std::array<std::array<uint64_t, kOversightStates>, kOversightStates> oversight{};
  uint64_t transitions = 0;

  void Add(const Hits& other);
};

// One step of a counter-example.
struct Told {
  std::string who_sends_what;
  std::string decision;
  std::string tasks;  // State, overseer and deliverer of each.
};

struct Exploration {
  bool exhausted = false;  // The frontier emptied within the bounds.
  std::vector<uint64_t> states_by_depth;
  uint64_t states = 0;
  double seconds = 0;
  uint64_t memory_mib = 0;
  Hits hits;
  std::vector<Move> alphabet;
  // Empty: nothing was found broken. Else what is, and the shortest way to it; where the
  // exploration was cut, the way to the last state.
  Broken broken;
  std::vector<Told> counter_example;
  std::vector<Move> counter_moves;
};

// Breadth first, so that what is found is the shortest. Stops at the first depth at which something
// is broken, or at a limit: then it is not exhausted.
Exploration Explore(const Scope& scope, const Stepper& stepper, const Limits& limits);

// A stepper for the scope, over the real rules and directory.
Stepper StepperFor(const Scope& scope, HandleFunction handle = Handle);

// What one step did, in words.
Told Tell(const Move& move, const Taken& taken);

// The report of one exploration, for people.
std::string ReportOf(const Scope& scope, const Exploration& exploration,
                     const policy::Rulebook& rulebook);
std::string TableOf(const std::vector<Told>& steps);

}  // namespace fosse::care

#endif  // FOSSE_TESTS_EXPLORER_EXPLORER_H_
