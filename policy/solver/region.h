#ifndef FOSSE_POLICY_SOLVER_REGION_H_
#define FOSSE_POLICY_SOLVER_REGION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "fosse/v1/facts.pb.h"
#include "policy/vocabulary.h"

// Sets of situations. Facts are counted by their place in AllFacts().
namespace fosse::policy::solver {

// Values of one fact, bit n for the value with number n.
using Values = uint64_t;

// Every value that the vocabulary has for the fact at `place`.
Values AllValues(size_t place);

// A cube: for each fact, the values that it may have; a situation is in it when every fact has one
// of them. What one rule's condition describes, and what a comparison is told in. Copyable; the
// functions are pure.
class Region {
 public:
  // Every situation.
  Region();
  // The situations that a condition describes.
  static Region Of(const v1::When& when);
  // Exactly one situation; none where a value's number is not among 0 to 63.
  static Region Of(const v1::Facts& facts);

  size_t size() const { return values_.size(); }  // Facts of the vocabulary.
  Values values(size_t place) const { return values_[place]; }
  void Set(size_t place, Values values) { values_[place] = values; }

  // Some value of this fact is outside.
  bool Narrows(size_t place) const { return values_[place] != AllValues(place); }
  // The facts that it narrows, in order.
  std::vector<size_t> Narrowed() const;

  bool Intersects(const Region& other) const;
  bool Covers(const Region& inner) const;
  bool Contains(const v1::Facts& facts) const;

  friend bool operator==(const Region& a, const Region& b) { return a.values_ == b.values_; }
  friend bool operator<(const Region& a, const Region& b) { return a.values_ < b.values_; }

 private:
  std::vector<Values> values_;
};

// `whole` without `without`, as disjoint regions; empty where nothing is left.
std::vector<Region> Without(const Region& whole, const Region& without);
// The same for several.
std::vector<Region> Without(const Region& whole, absl::Span<const Region> without);

// The facts that a region narrows, in plain words (policy/words.h), one line a fact: "Consent to
// the task: the person declines, or nobody asked"; where fewer values are out than in: "…: anything
// but the person declines". "Any situation" for all.
std::vector<std::string> LinesInWords(const Region& region);

// The same as a rulebook writes it: "consent: [CONSENT_DECLINED, CONSENT_NOT_ASKED] performer: …".
// Empty for all.
std::string AsWritten(const Region& region);

// One line a rulebook would write: "consent: CONSENT_DECLINED".
std::string AsWritten(size_t place, Values values);

}  // namespace fosse::policy::solver

#endif  // FOSSE_POLICY_SOLVER_REGION_H_
