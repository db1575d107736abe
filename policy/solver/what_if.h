#ifndef FOSSE_POLICY_SOLVER_WHAT_IF_H_
#define FOSSE_POLICY_SOLVER_WHAT_IF_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "fosse/v1/decision.pb.h"
#include "fosse/v1/facts.pb.h"
#include "fosse/v1/rulebook.pb.h"
#include "policy/solver/region.h"

// What would have to be otherwise for an answer to be PERMIT. Pure and thread-safe.
namespace fosse::policy::solver {

// Most ways that are told.
inline constexpr size_t kMaxWays = 10;

// One fact brought to another value.
struct FactChange {
  size_t place = 0;  // In AllFacts().
  int from = 0;
  int to = 0;
};

// Changes that are needed together: leave one out, and the answer is not PERMIT, or the situation
// cannot be. In order of fact.
using Way = std::vector<FactChange>;

struct WhatIf {
  v1::Outcome outcome = v1::OUTCOME_REFER;  // The answer as it is.
  std::vector<Way> ways;                    // Fewest changes first. A PERMIT needs none: empty.
  bool has_more = false;                    // There are more than were asked for.
  // Rules that match, do not permit, and that nobody can remedy, by id: where there is one, there
  // is no way.
  std::vector<std::string> standing_rules;
};

// The smallest changes to `facts` that turn the answer to `question` into PERMIT, at most `most` of
// them. Only facts that a person could remedy change, as remediable.h says; the constraints of the
// document hold in the result. No ways: no remedy within these limits leads to PERMIT.
// INVALID_ARGUMENT, reason SITUATION_IMPOSSIBLE, where `facts` themselves break a constraint, and
// FACTS_INVALID where a value is not of the vocabulary.
absl::StatusOr<WhatIf> FindWays(const v1::Rulebook& document, v1::Question question,
                                const v1::Facts& facts, size_t most = kMaxWays);

}  // namespace fosse::policy::solver

#endif  // FOSSE_POLICY_SOLVER_WHAT_IF_H_
