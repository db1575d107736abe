#ifndef FOSSE_TESTS_POLICY_MUTANTS_H_
#define FOSSE_TESTS_POLICY_MUTANTS_H_

#include <string>
#include <vector>

#include "fosse/v1/rulebook.pb.h"

// Slips that a rule's author could make, and whether a rulebook's suite would notice them. Reads
// rules by the reference evaluator, not by the masks that it is to judge.
namespace fosse::policy {

// One rule with one slip in it. Everything else of the rulebook is as it was.
struct Mutant {
  v1::Rule rule;
  std::string slip;  // In words: "flips DENY to HOLD", "drops consent".
};

// The slips of one rule: drops each condition (all of a fact's values); flips the outcome to each
// other one; and for each condition takes away each value (where it has several), adds each value
// that it lacks, and puts each value that it lacks in the place of each that it has. A mutant that
// the loader would refuse, such as a rule without any condition, is one all the same: the suite has
// to notice it by itself.
std::vector<Mutant> MutantsOf(const v1::Rule& rule);

// `rulebook` with the mutant in the place of the rule of its id.
v1::Rulebook WithMutant(const v1::Rulebook& rulebook, const Mutant& mutant);

// The mutants of `rules`, by id, that pass every row of the suite: same outcome, same rules, in
// each row of their question. The suite must hold for the rulebook itself; then a mutant passes
// CheckSuite() exactly where it is among these. Counts all mutants in `tried`.
std::vector<Mutant> Survivors(const v1::Rulebook& rulebook, const v1::Suite& suite,
                              const std::vector<std::string>& rules, size_t& tried);

}  // namespace fosse::policy

#endif  // FOSSE_TESTS_POLICY_MUTANTS_H_
