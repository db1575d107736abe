#ifndef FOSSE_POLICY_SOLVER_PARTITION_H_
#define FOSSE_POLICY_SOLVER_PARTITION_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "fosse/v1/rulebook.pb.h"
#include "policy/solver/compare.h"
#include "policy/solver/region.h"

// Cuts the situations of one question into disjoint regions in each of which the outcomes of two
// rulebooks differ in one way. Inside this folder only; Compare() is the door.
namespace fosse::policy::solver {

// A rule as the two rulebooks have it. One that was edited in its condition or outcome is two
// entries: the old one in the first rulebook, the new one in the second.
struct Entry {
  const v1::Rule* rule = nullptr;
  Region region;
  std::vector<std::pair<size_t, Values>> terms;  // What `region` narrows.
  bool in[2] = {false, false};
  bool words_changed = false;  // The other rulebook words it otherwise.
  int partner = -1;            // The other entry of the same id.

  bool in_both() const { return in[0] && in[1]; }
  // The other rulebook has it otherwise, or not at all.
  bool changed() const { return !in_both() || words_changed; }
  v1::Outcome outcome() const { return rule->outcome(); }
};

// The rules of `question` in both documents, in order of id.
std::vector<Entry> EntriesOf(v1::Question question, const v1::Rulebook& first,
                             const v1::Rulebook& second);

// One region of the cut. `before` and `after` differ in outcome.
struct Piece {
  Answer before;
  Answer after;
  size_t cause = 0;  // Entry; see ChangeGroup::rule_id.
  Region region;
};

// All regions in which outcomes differ, disjoint. `nevers` rule situations out; a region may still
// hold some of these. False where there would be more than kMaxRegions.
bool Cut(absl::Span<const Entry> entries, absl::Span<const Region> nevers,
         std::vector<Piece>& pieces);

// Where the finding of the rule at `place` of `entries` is not the same in both rulebooks, as
// disjoint regions; none for an unchanged rule. Entries of one id have the same answer.
std::vector<Region> FindingDiffers(absl::Span<const Entry> entries, size_t place);

// Joins regions of the same change that differ in one fact only, until none do.
void Join(std::vector<Piece>& pieces);

}  // namespace fosse::policy::solver

#endif  // FOSSE_POLICY_SOLVER_PARTITION_H_
