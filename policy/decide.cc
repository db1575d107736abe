#include "policy/decide.h"

#include <algorithm>

#include "policy/vocabulary.h"

namespace fosse::policy {

Verdict Decide(const Rulebook& rulebook, v1::Question question, const v1::Facts& facts) {
  Verdict verdict;
  verdict.matched = rulebook.RulesOf(question);
  for (const Fact& fact : AllFacts()) {
    verdict.matched &= rulebook.CompatibleWith(fact.number(), ValueOf(fact, facts));
  }
  if (verdict.matched.none()) return verdict;  // Silence is REFER.
  verdict.outcome = v1::OUTCOME_UNSPECIFIED;
  for (size_t n = 0; n < rulebook.size(); ++n) {
    // Outcomes are numbered by strength, so the strongest is the largest.
    if (verdict.matched.test(n)) {
      verdict.outcome = std::max(verdict.outcome, rulebook.rule(n).outcome());
    }
  }
  return verdict;
}

}  // namespace fosse::policy
