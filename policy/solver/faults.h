#ifndef FOSSE_POLICY_SOLVER_FAULTS_H_
#define FOSSE_POLICY_SOLVER_FAULTS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "fosse/v1/decision.pb.h"
#include "fosse/v1/facts.pb.h"
#include "fosse/v1/rulebook.pb.h"
#include "policy/solver/region.h"

// What is wrong with a rulebook as a whole, found by Z3 over every situation that its constraints
// allow, not by trying some. All functions are pure and thread-safe; a rulebook of 300 rules takes
// seconds. They take documents that Rulebook::Create() accepts.
namespace fosse::policy::solver {

// Most gaps that are told for one question; mending these shows the next.
inline constexpr size_t kMaxGaps = 20;

// Situations that no rule answers, so that silence refers them to the rulebook's owner.
struct Gap {
  v1::Question question = v1::QUESTION_UNSPECIFIED;
  // One of them, whole.
  v1::Facts example;
  // The facts that matter: in everything here that the constraints allow, no rule matches. No fact
  // can be dropped. Different gaps of a question do not overlap.
  Region region;
};

// Gaps of every question, in order of question; at most kMaxGaps each.
std::vector<Gap> FindGaps(const v1::Rulebook& document);

// A rule that can never match: constraints rule out all that its condition describes. A rule that
// always stands beside a stronger one is no fault: its finding is still told.
struct DeadRule {
  std::string rule_id;
  // The part of the condition that cannot be, which is an example in words; the rest is dropped.
  Region impossible;
  // The constraints that exclude it, no more than needed, by id.
  std::vector<std::string> constraints;
};

// In the order of the document.
std::vector<DeadRule> FindDeadRules(const v1::Rulebook& document);

// Ids of constraints that together allow no situation at all, no more than needed; empty where
// some situation is possible. Where it is not empty, everything else here has nothing to say.
std::vector<std::string> FindImpossibleConstraints(const v1::Rulebook& document);

// How two rules contradict each other. In all cases they answer the same question, and some
// situation within the constraints matches both.
enum class Contradiction {
  // They cite the same clause; one denies, the other permits, and names every fact that the denial
  // names: it says yes, in so many words, where the clause says no. (A permission that leaves a
  // denial's fact open relies on the denial, and is no fault.)
  kYesAndNo,
  // They cite the same clause, name the same facts, and refer to different routes: two bodies are
  // to decide one matter. (Rules that name different facts refer different matters.)
  kTwoRoutes,
  // They cite the same clause and describe exactly the same situations within the constraints,
  // neither permits, and they tell different remedies.
  kTwoRemedies,
  // Neither permits, and each rule's remedy is the other's trouble. A remedy is followed by
  // changing facts so that its rule no longer matches. Changing only what a person could remedy
  // (remediable.h), each rule can be left alone; but no change leaves both.
  kNoWayOut,
};

struct ContradictoryRules {
  Contradiction kind;
  std::string first;  // Rule ids, the lower one first.
  std::string second;
  // A situation that matches both, whole; and of it the facts that either rule names.
  v1::Facts example;
  Region region;
};

// Every such pair, once for each kind, in order of ids.
std::vector<ContradictoryRules> FindContradictions(const v1::Rulebook& document);

// "both permitted and denied", for people.
std::string InWords(Contradiction kind);

}  // namespace fosse::policy::solver

#endif  // FOSSE_POLICY_SOLVER_FAULTS_H_
