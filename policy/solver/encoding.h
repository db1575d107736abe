#ifndef FOSSE_POLICY_SOLVER_ENCODING_H_
#define FOSSE_POLICY_SOLVER_ENCODING_H_

#include <z3++.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "fosse/v1/facts.pb.h"
#include "fosse/v1/rulebook.pb.h"
#include "policy/solver/region.h"

// How situations are put to Z3: one Boolean for each value of each fact that is mentioned, exactly
// one of them true. Facts that nothing mentions are free, and are _UNKNOWN in examples. Inside this
// folder only: nobody else sees Z3.
namespace fosse::policy::solver {

// The situations that constraints allow. Not thread-safe.
class Encoding {
 public:
  Encoding() : solver_(context_, "QF_FD") {}
  Encoding(const Encoding&) = delete;
  Encoding& operator=(const Encoding&) = delete;

  // Rules these situations out, from now on.
  void Exclude(const Region& never) { solver_.add(!In(never)); }
  void Exclude(const v1::Rulebook& document);

  z3::expr Is(size_t place, Values values);
  z3::expr In(const Region& region);
  z3::expr In(absl::Span<const Region> regions);  // In any of them.

  z3::expr Yes() { return context_.bool_val(true); }
  // A Boolean of its own.
  z3::expr NewChoice();

  z3::context& context() { return context_; }
  z3::solver& solver() { return solver_; }

  // Whether some allowed situation is as `wanted` says. Z3 always answers here: the space is finite
  // and small; anything else stops the program.
  bool CanBe(const z3::expr& wanted);
  // The same for a region, `also` holding, without leaving anything behind in the solver: for
  // thousands of questions. `also` are Booleans of NewChoice().
  bool CanBe(const Region& region, absl::Span<const z3::expr> also = {});
  // Rules a region out where `choice`, one of NewChoice(), holds.
  void ExcludeIf(const z3::expr& choice, const Region& region);
  // Such a situation.
  std::optional<v1::Facts> Find(const z3::expr& wanted);
  // After CanBe() said yes.
  v1::Facts Model();

 private:
  using Variables = std::map<int, z3::expr>;  // By value.

  const Variables& VariablesOf(size_t place);

  z3::context context_;
  z3::solver solver_;
  std::map<size_t, Variables> variables_;  // By fact.
  uint64_t choices_ = 0;
};

}  // namespace fosse::policy::solver

#endif  // FOSSE_POLICY_SOLVER_ENCODING_H_
