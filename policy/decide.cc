#include "policy/decide.h"

namespace fosse::policy {

Verdict Decide(const Rulebook& rulebook, v1::Question question, const v1::Facts& facts) {
  return rulebook.MasksOf(question).Answer(facts);
}

}  // namespace fosse::policy
