#ifndef FOSSE_POLICY_MASKS_H_
#define FOSSE_POLICY_MASKS_H_

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fosse/v1/facts.pb.h"
#include "fosse/v1/rulebook.pb.h"
#include "policy/fact_readers.h"
#include "policy/vocabulary.h"

namespace fosse::policy {

// Most rules that one rulebook may hold.
inline constexpr size_t kMaxRules = 512;

// One bit a rule, in the order of Rulebook::rule().
using RuleSet = std::bitset<kMaxRules>;

// Bits, not words: at the edge, Explain() turns them into clause, reason, remedy, what is missing.
struct Verdict {
  v1::Outcome outcome = v1::OUTCOME_REFER;
  RuleSet matched;  // All that match, not the first.
};

// The rules of one question as bit masks: for each fact that any of them names and each of its
// values, the rules that this value does not rule out. What is left after all facts has matched.
// Only the words that the question's rules need are kept, and only the facts that they name, so a
// decision touches a few kilobytes. Thread-safe: nothing changes after construction.
class QuestionMasks {
 public:
  // No rules: silence, whatever the facts.
  QuestionMasks() = default;

  // Rules [first, last) of `document`, all of one question; `first` is the bit of the first.
  QuestionMasks(const v1::Rulebook& document, size_t first, size_t last);

  // The strongest outcome of all that match; REFER where none does.
  Verdict Answer(const v1::Facts& facts) const;

  size_t first() const { return first_; }
  size_t last() const { return last_; }

  // The rules strongest first, then in order of id: as findings are told.
  const std::vector<size_t>& in_order_of_telling() const { return in_order_of_telling_; }

 private:
  static constexpr size_t kWordBits = 64;
  static constexpr size_t kMaxWords = kMaxRules / kWordBits;

  // One fact. Its masks are at `masks_[at + value * words_]`; values that the vocabulary does not
  // have, in either direction, share the place `beyond`: they suit only rules that do not name it.
  struct Column {
    Fact fact;
    FactReader read;  // Null: by reflection.
    size_t at;
    uint32_t beyond;
  };

  void AddColumn(const v1::Rulebook& document, const Fact& fact);

  size_t first_ = 0;
  size_t last_ = 0;
  size_t words_ = 0;
  std::vector<Column> columns_;
  std::vector<uint64_t> masks_;
  std::array<uint64_t, kMaxWords> all_{};
  // [outcome], numbered by strength.
  std::array<std::array<uint64_t, kMaxWords>, v1::Outcome_ARRAYSIZE> by_outcome_{};
  std::vector<size_t> in_order_of_telling_;
};

}  // namespace fosse::policy

#endif  // FOSSE_POLICY_MASKS_H_
