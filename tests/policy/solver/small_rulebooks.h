#ifndef FOSSE_TESTS_POLICY_SOLVER_SMALL_RULEBOOKS_H_
#define FOSSE_TESTS_POLICY_SOLVER_SMALL_RULEBOOKS_H_

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "fosse/v1/rulebook.pb.h"
#include "policy/vocabulary.h"

// Random rulebooks over so few facts that every situation can be tried, and what they answer,
// worked out the plain way: nothing here is shared with what is tested.
namespace fosse::policy::solver {

// A few facts of the vocabulary, three to six values each.
inline std::vector<const Fact*> AFewFacts(std::mt19937& random) {
  std::vector<std::string> names = {"consent",     "performer", "setting",
                                    "plan_change", "insurance", "plan_reviewer"};
  std::shuffle(names.begin(), names.end(), random);
  names.resize(3 + random() % 4);
  std::vector<const Fact*> facts;
  for (const std::string& name : names) facts.push_back(FindFact(name));
  return facts;
}

// One or two facts (at times three), each with some of its values.
inline v1::When AnyCondition(const std::vector<const Fact*>& facts, std::mt19937& random) {
  v1::When when;
  const size_t count = 1 + random() % 2 + (random() % 4 == 0 ? 1 : 0);
  for (size_t i = 0; i < count; ++i) {
    const Fact& fact = *facts[random() % facts.size()];
    if (!ValuesOf(fact, when).empty()) continue;
    const int size = fact.values().value_count();
    const int skipped = static_cast<int>(random() % static_cast<unsigned>(size));
    for (int n = 0; n < size; ++n) {
      const bool is_last = n == (skipped + 1) % size;
      if (n == skipped || (!is_last && random() % 2 == 0)) continue;
      when.GetReflection()->AddEnumValue(&when, fact.in_when, fact.values().value(n)->number());
    }
  }
  return when;
}

inline v1::Rule AnyRule(const std::vector<const Fact*>& facts, const std::string& id,
                        std::mt19937& random) {
  v1::Rule rule;
  rule.set_id(id);
  rule.set_question(random() % 5 == 0 ? v1::QUESTION_ASSIGN : v1::QUESTION_PROPOSE);
  rule.set_outcome(static_cast<v1::Outcome>(1 + random() % 4));
  rule.set_remedy(random() % 2 == 0 ? "One." : "Two.");
  *rule.mutable_when() = AnyCondition(facts, random);
  return rule;
}

inline v1::Rulebook AnyRulebook(const std::vector<const Fact*>& facts, std::mt19937& random) {
  v1::Rulebook document;
  const int rules = 3 + static_cast<int>(random() % 8);
  for (int i = 0; i < rules; ++i) {
    *document.add_rules() = AnyRule(facts, absl::StrCat("rule-", i), random);
  }
  for (unsigned left = static_cast<unsigned>(random()) % 3; left > 0; --left) {
    v1::Constraint& constraint = *document.add_constraints();
    constraint.set_id(absl::StrCat("constraint-", left));
    *constraint.mutable_never() = AnyCondition(facts, random);
  }
  return document;
}

// The next version: some rules are changed, gone or new.
inline v1::Rulebook NextVersion(v1::Rulebook document, const std::vector<const Fact*>& facts,
                                std::mt19937& random) {
  for (unsigned left = 1 + static_cast<unsigned>(random()) % 3; left > 0; --left) {
    const int n = static_cast<int>(random() % static_cast<unsigned>(document.rules_size()));
    v1::Rule& rule = *document.mutable_rules(n);
    switch (random() % 6) {
      case 0:
        rule.set_outcome(static_cast<v1::Outcome>(1 + random() % 4));
        break;
      case 1:
        *rule.mutable_when() = AnyCondition(facts, random);
        break;
      case 2:
        rule.set_because("Otherwise.");
        break;
      case 3:
        if (document.rules_size() > 1) document.mutable_rules()->DeleteSubrange(n, 1);
        break;
      case 4:
        *document.add_rules() = AnyRule(facts, absl::StrCat("new-", left), random);
        break;
      default:
        if (document.constraints_size() > 0) document.mutable_constraints()->RemoveLast();
    }
  }
  return document;
}

inline bool Matches(const v1::When& when, const v1::Facts& facts) {
  std::vector<const google::protobuf::FieldDescriptor*> named;
  when.GetReflection()->ListFields(when, &named);
  return std::all_of(named.begin(), named.end(), [&](const auto* field) {
    const Fact& fact = *FindFact(field->name());
    const std::vector<int> values = ValuesOf(fact, when);
    return std::find(values.begin(), values.end(), ValueOf(fact, facts)) != values.end();
  });
}

inline bool IsAllowed(const v1::Rulebook& document, const v1::Facts& facts) {
  return std::none_of(
      document.constraints().begin(), document.constraints().end(),
      [&facts](const v1::Constraint& constraint) { return Matches(constraint.never(), facts); });
}

// What a rulebook says, the plain way.
struct Said {
  v1::Outcome outcome = v1::OUTCOME_REFER;
  bool is_silent = true;
  std::map<std::string, std::string> findings;  // Id to words of the rules that match.
};

inline Said Ask(const v1::Rulebook& document, v1::Question question, const v1::Facts& facts) {
  Said said;
  for (const v1::Rule& rule : document.rules()) {
    if (rule.question() != question || !Matches(rule.when(), facts)) continue;
    said.outcome = said.is_silent ? rule.outcome() : std::max(said.outcome, rule.outcome());
    said.is_silent = false;
    v1::Rule words = rule;
    words.clear_when();
    said.findings[rule.id()] = words.SerializeAsString();
  }
  return said;
}

// Calls `visit` with every situation over `facts`, from this one on.
inline void ForEach(const std::vector<const Fact*>& facts, size_t from, v1::Facts& situation,
                    const std::function<void(const v1::Facts&)>& visit) {
  if (from == facts.size()) return visit(situation);
  for (int n = 0; n < facts[from]->values().value_count(); ++n) {
    situation.GetReflection()->SetEnumValue(&situation, facts[from]->in_facts,
                                            facts[from]->values().value(n)->number());
    ForEach(facts, from + 1, situation, visit);
  }
}

inline void ForEach(const std::vector<const Fact*>& facts,
                    const std::function<void(const v1::Facts&)>& visit) {
  v1::Facts situation;
  ForEach(facts, 0, situation, visit);
}

}  // namespace fosse::policy::solver

#endif  // FOSSE_TESTS_POLICY_SOLVER_SMALL_RULEBOOKS_H_
