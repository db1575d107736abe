#include "tests/policy/mutants.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "policy/check.h"
#include "policy/vocabulary.h"
#include "tests/reference/decide_reference.h"

namespace fosse::policy {
namespace {

std::string Short(v1::Outcome outcome) {
  return std::string(absl::StripPrefix(v1::Outcome_Name(outcome), "OUTCOME_"));
}

Mutant WithValues(const v1::Rule& rule, const Fact& fact, const std::vector<int>& values,
                  std::string slip) {
  Mutant mutant{rule, std::move(slip)};
  v1::When& when = *mutant.rule.mutable_when();
  when.GetReflection()->ClearField(&when, fact.in_when);
  for (const int value : values) {
    when.GetReflection()->AddEnumValue(&when, fact.in_when, value);
  }
  return mutant;
}

void AddConditionSlips(const v1::Rule& rule, const Fact& fact, const std::vector<int>& named,
                       std::vector<Mutant>& mutants) {
  mutants.push_back(WithValues(rule, fact, {}, absl::StrCat("drops ", fact.name())));
  for (size_t i = 0; named.size() > 1 && i < named.size(); ++i) {
    std::vector<int> fewer = named;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    mutants.push_back(
        WithValues(rule, fact, fewer, absl::StrCat("takes away ", ValueName(fact, named[i]))));
  }
  for (int n = 0; n < fact.values().value_count(); ++n) {
    const int other = fact.values().value(n)->number();
    if (std::find(named.begin(), named.end(), other) != named.end()) continue;
    std::vector<int> more = named;
    more.push_back(other);
    mutants.push_back(WithValues(rule, fact, more, absl::StrCat("adds ", ValueName(fact, other))));
    for (size_t i = 0; i < named.size(); ++i) {
      std::vector<int> swapped = named;
      swapped[i] = other;
      mutants.push_back(WithValues(
          rule, fact, swapped,
          absl::StrCat("puts ", ValueName(fact, other), " for ", ValueName(fact, named[i]))));
    }
  }
}

// A row as the suite asks it, with what answers it before any slip.
struct AskedRow {
  const v1::SuiteCase* row;
  v1::Facts facts;
  std::map<std::string, v1::Outcome> matched;
};

// Whether the row still comes out as written when `mutant` stands for the rule of its id.
bool Passes(const AskedRow& asked, const Mutant& mutant) {
  std::map<std::string, v1::Outcome> matched = asked.matched;
  matched.erase(mutant.rule.id());
  if (reference::Holds(mutant.rule.when(), asked.facts)) {
    matched.emplace(mutant.rule.id(), mutant.rule.outcome());
  }
  if (matched.size() != static_cast<size_t>(asked.row->rules_size())) return false;
  for (const std::string& id : asked.row->rules()) {
    if (matched.count(id) == 0) return false;
  }
  std::set<v1::Outcome> outcomes;
  for (const auto& [id, outcome] : matched) outcomes.insert(outcome);
  for (const v1::Outcome outcome :
       {v1::OUTCOME_DENY, v1::OUTCOME_REFER, v1::OUTCOME_HOLD, v1::OUTCOME_PERMIT}) {
    if (outcomes.count(outcome) != 0) return asked.row->outcome() == outcome;
  }
  return asked.row->outcome() == v1::OUTCOME_REFER;  // Silence.
}

}  // namespace

std::vector<Mutant> MutantsOf(const v1::Rule& rule) {
  std::vector<Mutant> mutants;
  for (const v1::Outcome outcome :
       {v1::OUTCOME_PERMIT, v1::OUTCOME_HOLD, v1::OUTCOME_REFER, v1::OUTCOME_DENY}) {
    if (outcome == rule.outcome()) continue;
    mutants.push_back(
        {rule, absl::StrCat("flips ", Short(rule.outcome()), " to ", Short(outcome))});
    mutants.back().rule.set_outcome(outcome);
  }
  for (const Fact& fact : AllFacts()) {
    const std::vector<int> named = ValuesOf(fact, rule.when());
    if (!named.empty()) AddConditionSlips(rule, fact, named, mutants);
  }
  return mutants;
}

v1::Rulebook WithMutant(const v1::Rulebook& rulebook, const Mutant& mutant) {
  v1::Rulebook changed = rulebook;
  for (v1::Rule& rule : *changed.mutable_rules()) {
    if (rule.id() == mutant.rule.id()) rule = mutant.rule;
  }
  return changed;
}

std::vector<Mutant> Survivors(const v1::Rulebook& rulebook, const v1::Suite& suite,
                              const std::vector<std::string>& rules, size_t& tried) {
  std::map<v1::Question, std::vector<AskedRow>> rows;
  for (const v1::SuiteCase& row : suite.cases()) {
    AskedRow asked{&row, SituationOf(suite, row), {}};
    for (const v1::Rule& rule : rulebook.rules()) {
      if (rule.question() == row.question() && reference::Holds(rule.when(), asked.facts)) {
        asked.matched.emplace(rule.id(), rule.outcome());
      }
    }
    rows[row.question()].push_back(std::move(asked));
  }
  std::vector<Mutant> survivors;
  for (const v1::Rule& rule : rulebook.rules()) {
    if (std::find(rules.begin(), rules.end(), rule.id()) == rules.end()) continue;
    const std::vector<AskedRow>& asked = rows[rule.question()];
    for (Mutant& mutant : MutantsOf(rule)) {
      ++tried;
      const bool passes = std::all_of(asked.begin(), asked.end(),
                                      [&](const AskedRow& each) { return Passes(each, mutant); });
      if (passes) survivors.push_back(std::move(mutant));
    }
  }
  return survivors;
}

}  // namespace fosse::policy
