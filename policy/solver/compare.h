#ifndef FOSSE_POLICY_SOLVER_COMPARE_H_
#define FOSSE_POLICY_SOLVER_COMPARE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "fosse/v1/decision.pb.h"
#include "fosse/v1/facts.pb.h"
#include "fosse/v1/rulebook.pb.h"
#include "policy/solver/region.h"

// What another rulebook would change: not sampled but exact, over every situation that the
// constraints of both allow. Pure and thread-safe. Documents are such as Rulebook::Create()
// accepts.
namespace fosse::policy::solver {

// Most regions that a comparison may have: where two rulebooks have little in common, a list of
// their differences serves nobody.
inline constexpr size_t kMaxRegions = 20000;

// What an answer consists of here: its outcome, and whether silence gave it.
struct Answer {
  v1::Outcome outcome = v1::OUTCOME_REFER;
  bool is_silent = false;  // REFER, because no rule matches.
  friend bool operator==(const Answer& a, const Answer& b) {
    return a.outcome == b.outcome && a.is_silent == b.is_silent;
  }
};

enum class Direction {
  kDenyToPermit,  // What was forbidden goes ahead: look here first.
  kLoosening,     // To a weaker outcome otherwise; DENY, REFER, HOLD, PERMIT is the order.
  kTightening,    // To a stronger one.
};
Direction DirectionOf(v1::Outcome before, v1::Outcome after);

// A set of situations, each of which changes in the same way by the same rule.
struct Change {
  Answer before;
  Answer after;
  Region region;
};

// All that changes in the same direction by the same rule of one question.
struct ChangeGroup {
  v1::Question question = v1::QUESTION_UNSPECIFIED;
  Direction direction = Direction::kTightening;
  // The rule that caused it. In one situation several may; this is the strongest of them, then the
  // lowest id. Loosening is caused by a rule that is gone from there or was stronger before;
  // tightening by one that is new there or stronger now; where silence is on one side, by the rule
  // that answers on the other.
  std::string rule_id;
  // Disjoint; each holds a possible situation. The largest steps first: DENY to PERMIT is three.
  std::vector<Change> changes;
  // One situation of the first region, whole, and of it the facts that matter: those that the rule
  // that caused it and the rules that decide before and after name.
  v1::Facts example;
  Region matters;
};

// Situations in which the finding of one rule changes: it matches in one rulebook alone, or its
// clause, reason, remedy or other words are not the same (the layer that wrote it aside). Where the
// outcome changes as well, `outcomes` has it; everywhere else here the outcome stays.
struct FindingsGroup {
  v1::Question question = v1::QUESTION_UNSPECIFIED;
  std::string rule_id;
  // Disjoint in this group. Groups overlap where findings of several rules change together.
  std::vector<Region> regions;
  v1::Facts example;  // One situation whose outcome stays.
};

// Situations that one rulebook's constraints rule out and the other's do not.
struct PossibleInOne {
  bool in_first = false;  // Else in the second.
  std::string constraint_id;
  std::vector<Region> regions;
  v1::Facts example;
};

struct Comparison {
  // Outcomes that change: DENY to PERMIT first, then other loosening, then tightening; in each by
  // question, then rule.
  std::vector<ChangeGroup> outcomes;
  // Findings that change where the outcome stays, by question, then rule. A rule is not here where
  // its finding never changes without the outcome.
  std::vector<FindingsGroup> findings;
  std::vector<PossibleInOne> possible;
};

// Exactly the situations, allowed by the constraints of both, whose outcome is not the same in
// `first` and `second`, and those in which findings differ. Regions of outcomes are disjoint in
// each question; before it returns, Z3 has shown that together they hold every situation whose
// outcome changes, with the outcomes told, and no other. Seconds for 300 rules.
// RESOURCE_EXHAUSTED, reason COMPARISON_TOO_LARGE, past kMaxRegions.
absl::StatusOr<Comparison> Compare(const v1::Rulebook& first, const v1::Rulebook& second);

// The quick question: one situation whose outcome or findings differ, and its question; none where
// Z3 shows that there is none, so that the rulebooks decide everything alike. Situations are those
// that both rulebooks' constraints allow.
struct Difference {
  v1::Question question = v1::QUESTION_UNSPECIFIED;
  v1::Facts example;
};
std::optional<Difference> FindDifference(const v1::Rulebook& first, const v1::Rulebook& second);
// The same for outcomes alone.
std::optional<Difference> FindOutcomeDifference(const v1::Rulebook& first,
                                                const v1::Rulebook& second);

}  // namespace fosse::policy::solver

#endif  // FOSSE_POLICY_SOLVER_COMPARE_H_
