#include "policy/masks.h"

#include <algorithm>
#include <numeric>

#include "base/status.h"

namespace fosse::policy {

QuestionMasks::QuestionMasks(const v1::Rulebook& document, size_t first, size_t last)
    : first_(first), last_(last), words_((last - first + kWordBits - 1) / kWordBits) {
  FOSSE_CHECK(first <= last && last <= kMaxRules);
  for (size_t n = first; n < last; ++n) {
    const v1::Rule& rule = document.rules(static_cast<int>(n));
    const size_t word = (n - first) / kWordBits;
    const uint64_t bit = uint64_t{1} << ((n - first) % kWordBits);
    all_[word] |= bit;
    by_outcome_[static_cast<size_t>(rule.outcome())][word] |= bit;
  }
  for (const Fact& fact : AllFacts()) AddColumn(document, fact);
  in_order_of_telling_.resize(last - first);
  std::iota(in_order_of_telling_.begin(), in_order_of_telling_.end(), first);
  std::stable_sort(in_order_of_telling_.begin(), in_order_of_telling_.end(),
                   [&](size_t a, size_t b) {
                     return document.rules(static_cast<int>(a)).outcome() >
                            document.rules(static_cast<int>(b)).outcome();
                   });
}

void QuestionMasks::AddColumn(const v1::Rulebook& document, const Fact& fact) {
  int most = 0;
  for (int i = 0; i < fact.values().value_count(); ++i) {
    most = std::max(most, fact.values().value(i)->number());
  }
  const uint32_t beyond = static_cast<uint32_t>(most) + 1;
  std::vector<uint64_t> masks((beyond + size_t{1}) * words_);
  bool named = false;
  for (size_t n = first_; n < last_; ++n) {
    const std::vector<int> values = ValuesOf(fact, document.rules(static_cast<int>(n)).when());
    const size_t word = (n - first_) / kWordBits;
    const uint64_t bit = uint64_t{1} << ((n - first_) % kWordBits);
    if (values.empty()) {
      for (size_t value = 0; value <= beyond; ++value) masks[value * words_ + word] |= bit;
    }
    for (const int value : values) masks[static_cast<size_t>(value) * words_ + word] |= bit;
    named = named || !values.empty();
  }
  if (!named) return;
  columns_.push_back({fact, ReaderOf(fact.number()), masks_.size(), beyond});
  masks_.insert(masks_.end(), masks.begin(), masks.end());
}

Verdict QuestionMasks::Answer(const v1::Facts& facts) const {
  std::array<uint64_t, kMaxWords> left = all_;
  for (const Column& column : columns_) {
    const int read = column.read != nullptr ? column.read(facts) : ValueOf(column.fact, facts);
    // A negative value becomes a large one.
    const uint32_t value = std::min(static_cast<uint32_t>(read), column.beyond);
    const uint64_t* mask = &masks_[column.at + value * words_];
    for (size_t word = 0; word < words_; ++word) left[word] &= mask[word];
  }
  Verdict verdict;
  for (size_t word = words_; word > 0; --word) {
    verdict.matched <<= kWordBits;
    verdict.matched |= RuleSet(left[word - 1]);
  }
  verdict.matched <<= first_;
  // Outcomes are numbered by strength, so the strongest is the largest.
  for (size_t outcome = by_outcome_.size(); outcome-- > 0;) {
    for (size_t word = 0; word < words_; ++word) {
      if ((left[word] & by_outcome_[outcome][word]) == 0) continue;
      verdict.outcome = static_cast<v1::Outcome>(outcome);
      return verdict;
    }
  }
  return verdict;  // Silence is REFER.
}

}  // namespace fosse::policy
