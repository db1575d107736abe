#ifndef FOSSE_TESTS_EXPLORER_CANONICAL_H_
#define FOSSE_TESTS_EXPLORER_CANONICAL_H_

#include <cstdint>
#include <string>

#include "tests/explorer/state.h"

// One form for all states that go on alike: what nothing reads is left out, ids are renamed in
// order of appearance, times are taken from now, and parties that cannot be told apart are put in
// the least order. canonical.cc says why each part may be left out; a test compares successors.
namespace fosse::care {

// 128 bits: among a thousand million states two share one by chance with odds of 1 in 10^20.
struct Fingerprint {
  uint64_t high = 0;
  uint64_t low = 0;
  bool operator==(const Fingerprint&) const = default;
  auto operator<=>(const Fingerprint&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const Fingerprint& print) {
    return H::combine(std::move(h), print.high, print.low);
  }
};

// Which parties cannot be told apart, and which times something can read.
struct Symmetry {
  bool workers = false;
  bool persons = false;
  bool late_reports = false;  // Care may be reported as given in the past.
};

// Keeps room for its work from call to call. One a thread.
class Canonical {
 public:
  explicit Canonical(Symmetry symmetry) : symmetry_(symmetry) {}
  Fingerprint Of(const State& state);
  // The canonical form itself, of the parties in the order given.
  const std::string& Form(const State& state, bool swap_persons, bool swap_workers);

 private:
  const Symmetry symmetry_;
  v1::CareRecord person_;
  v1::WorkerRecord worker_;
  std::string form_;
};

}  // namespace fosse::care

#endif  // FOSSE_TESTS_EXPLORER_CANONICAL_H_
