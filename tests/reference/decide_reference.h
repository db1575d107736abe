#ifndef FOSSE_TESTS_REFERENCE_DECIDE_REFERENCE_H_
#define FOSSE_TESTS_REFERENCE_DECIDE_REFERENCE_H_

#include <algorithm>
#include <vector>

#include "fosse/v1/decision.pb.h"
#include "fosse/v1/facts.pb.h"
#include "fosse/v1/rulebook.pb.h"
#include "google/protobuf/descriptor.h"

// What a rulebook answers, read straight off the page: no masks, no order, no tables of facts.
// Shares nothing with policy/ but the messages.
namespace fosse::reference {

// "The fact has one of these values."
struct Condition {
  const google::protobuf::FieldDescriptor* fact;
  std::vector<int> values;
};

inline std::vector<Condition> Read(const v1::When& when) {
  std::vector<const google::protobuf::FieldDescriptor*> named;
  when.GetReflection()->ListFields(when, &named);
  std::vector<Condition> conditions;
  for (const google::protobuf::FieldDescriptor* field : named) {
    Condition& condition = conditions.emplace_back();
    condition.fact = v1::Facts::descriptor()->FindFieldByName(field->name());
    for (int i = 0; i < when.GetReflection()->FieldSize(when, field); ++i) {
      condition.values.push_back(when.GetReflection()->GetRepeatedEnumValue(when, field, i));
    }
  }
  return conditions;
}

// All of the conditions hold.
inline bool Hold(const std::vector<Condition>& conditions, const v1::Facts& facts) {
  for (const auto& [fact, values] : conditions) {
    const int value = facts.GetReflection()->GetEnumValue(facts, fact);
    if (std::find(values.begin(), values.end(), value) == values.end()) return false;
  }
  return true;
}

inline bool Holds(const v1::When& when, const v1::Facts& facts) { return Hold(Read(when), facts); }

// The outcome, and the places in the document of all rules that match.
struct Answer {
  v1::Outcome outcome;
  std::vector<size_t> places;
};

// A rulebook read once.
class Reader {
 public:
  explicit Reader(const v1::Rulebook& rulebook) : rulebook_(rulebook) {
    for (const v1::Rule& rule : rulebook.rules()) conditions_.push_back(Read(rule.when()));
    for (const v1::Constraint& each : rulebook.constraints()) never_.push_back(Read(each.never()));
  }

  // Asks every rule of the question; among the outcomes of those that match, DENY outranks REFER
  // outranks HOLD outranks PERMIT. Where none matches, silence refers.
  Answer Decide(v1::Question question, const v1::Facts& facts) const {
    Answer answer{v1::OUTCOME_REFER, {}};
    bool denied = false, referred = false, held = false, permitted = false;
    for (size_t n = 0; n < conditions_.size(); ++n) {
      const v1::Rule& rule = rulebook_.rules(static_cast<int>(n));
      if (rule.question() != question || !Hold(conditions_[n], facts)) continue;
      answer.places.push_back(n);
      if (rule.outcome() == v1::OUTCOME_DENY) denied = true;
      if (rule.outcome() == v1::OUTCOME_REFER) referred = true;
      if (rule.outcome() == v1::OUTCOME_HOLD) held = true;
      if (rule.outcome() == v1::OUTCOME_PERMIT) permitted = true;
    }
    if (permitted) answer.outcome = v1::OUTCOME_PERMIT;
    if (held) answer.outcome = v1::OUTCOME_HOLD;
    if (referred) answer.outcome = v1::OUTCOME_REFER;
    if (denied) answer.outcome = v1::OUTCOME_DENY;
    return answer;
  }

  // No constraint rules the situation out.
  bool CanBe(const v1::Facts& facts) const {
    return std::none_of(never_.begin(), never_.end(),
                        [&](const auto& never) { return Hold(never, facts); });
  }

 private:
  const v1::Rulebook& rulebook_;  // Outlives this.
  std::vector<std::vector<Condition>> conditions_;
  std::vector<std::vector<Condition>> never_;
};

}  // namespace fosse::reference

#endif  // FOSSE_TESTS_REFERENCE_DECIDE_REFERENCE_H_
