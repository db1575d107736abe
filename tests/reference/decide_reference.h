#ifndef FOSSE_TESTS_REFERENCE_DECIDE_REFERENCE_H_
#define FOSSE_TESTS_REFERENCE_DECIDE_REFERENCE_H_

#include <set>
#include <string>
#include <vector>

#include "fosse/v1/decision.pb.h"
#include "fosse/v1/facts.pb.h"
#include "fosse/v1/rulebook.pb.h"
#include "google/protobuf/descriptor.h"

namespace fosse::reference {

// What a rulebook answers, read straight off the page: no masks, no order, no tables. Slow on
// purpose, and shares nothing with policy/ but the messages.
struct Answer {
  v1::Outcome outcome;
  std::set<std::string> rules;
};

// A rule matches when every fact that it names has one of the values that it names.
inline bool Holds(const v1::When& when, const v1::Facts& facts) {
  std::vector<const google::protobuf::FieldDescriptor*> named;
  when.GetReflection()->ListFields(when, &named);
  for (const google::protobuf::FieldDescriptor* field : named) {
    const google::protobuf::FieldDescriptor* fact =
        v1::Facts::descriptor()->FindFieldByName(field->name());
    const std::string value = facts.GetReflection()->GetEnum(facts, fact)->name();
    bool any = false;
    for (int i = 0; i < when.GetReflection()->FieldSize(when, field); ++i) {
      if (when.GetReflection()->GetRepeatedEnum(when, field, i)->name() == value) any = true;
    }
    if (!any) return false;
  }
  return true;
}

inline Answer Decide(const v1::Rulebook& rulebook, v1::Question question, const v1::Facts& facts) {
  Answer answer{v1::OUTCOME_REFER, {}};  // Silence refers.
  bool denied = false, referred = false, held = false, permitted = false;
  for (const v1::Rule& rule : rulebook.rules()) {
    if (rule.question() != question || !Holds(rule.when(), facts)) continue;
    answer.rules.insert(rule.id());
    denied = denied || rule.outcome() == v1::OUTCOME_DENY;
    referred = referred || rule.outcome() == v1::OUTCOME_REFER;
    held = held || rule.outcome() == v1::OUTCOME_HOLD;
    permitted = permitted || rule.outcome() == v1::OUTCOME_PERMIT;
  }
  if (permitted) answer.outcome = v1::OUTCOME_PERMIT;
  if (held) answer.outcome = v1::OUTCOME_HOLD;
  if (referred) answer.outcome = v1::OUTCOME_REFER;
  if (denied) answer.outcome = v1::OUTCOME_DENY;
  return answer;
}

}  // namespace fosse::reference

#endif  // FOSSE_TESTS_REFERENCE_DECIDE_REFERENCE_H_
