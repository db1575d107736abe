#ifndef FOSSE_POLICY_SOLVER_REMEDIABLE_H_
#define FOSSE_POLICY_SOLVER_REMEDIABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "policy/solver/region.h"

// Which facts a person could remedy, and how: the one list that what-if and the search for
// contradictory remedies go by. Nothing here is the framework's text; it is what is decent to
// propose. A fact that the list does not have is never proposed (a test keeps the list whole).
namespace fosse::policy::solver {

enum class Remedy {
  kDo,      // Somebody can bring it about: train, name, apportion, ask.
  kRecord,  // It is as it is, and can be found out: proposed only where nobody knows it yet.
  kNever,   // Not for anyone to change so that an answer comes out otherwise.
};

struct Remediable {
  absl::string_view fact;
  Remedy remedy;
  // What is to be done, or why nothing is.
  absl::string_view words;
  // Values that it can be brought to: kDo names them, kRecord means every known one.
  std::vector<absl::string_view> to;
  // Values from which no change is ever proposed.
  std::vector<absl::string_view> not_from = {};
};

// Sorted by the number of the fact.
const std::vector<Remediable>& AllRemediable();

// Null where the list does not have the fact.
const Remediable* FindRemediable(const Fact& fact);

// The values that a person could bring the fact at `place` to from `value`, without `value`; zero
// where it cannot be remedied. _UNKNOWN is never among them.
Values Reachable(size_t place, int value);

}  // namespace fosse::policy::solver

#endif  // FOSSE_POLICY_SOLVER_REMEDIABLE_H_
