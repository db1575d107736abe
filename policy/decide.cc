#include "policy/decide.h"

namespace fosse::policy {

Verdict Decide(const Rulebook& rulebook, v1::Question question, const v1::Facts& facts) {
  return rulebook.MasksOf(question).Answer(facts);
}

bool IsHeldWhileClockIsUnsure(v1::Question question, const Verdict& verdict) {
  if (verdict.outcome != v1::OUTCOME_PERMIT) return false;
  switch (question) {
    case v1::QUESTION_PROPOSE:
    case v1::QUESTION_RECOGNISE_COMPETENCE:
    case v1::QUESTION_ASSIGN:
    case v1::QUESTION_ACTIVATE:
    case v1::QUESTION_TAKE_OVERSIGHT:
      return true;
    default:
      return false;
  }
}

}  // namespace fosse::policy
