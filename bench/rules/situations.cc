#include "bench/rules/situations.h"

#include <algorithm>
#include <random>
#include <set>

#include "policy/check.h"
#include "policy/vocabulary.h"

namespace fosse::bench {
namespace {

using policy::AllFacts;
using policy::Fact;

bool Matches(const v1::When& when, const v1::Facts& facts) {
  return std::all_of(AllFacts().begin(), AllFacts().end(), [&](const Fact& fact) {
    const std::vector<int> values = policy::ValuesOf(fact, when);
    return values.empty() || std::count(values.begin(), values.end(), ValueOf(fact, facts)) != 0;
  });
}

bool CanBe(const v1::Rulebook& rulebook, const v1::Facts& facts) {
  return std::none_of(
      rulebook.constraints().begin(), rulebook.constraints().end(),
      [&](const v1::Constraint& constraint) { return Matches(constraint.never(), facts); });
}

void SetAnyValue(const Fact& fact, std::mt19937& random, v1::Facts& facts) {
  const int n = static_cast<int>(random() % static_cast<unsigned>(fact.values().value_count()));
  facts.GetReflection()->SetEnumValue(&facts, fact.in_facts, fact.values().value(n)->number());
}

// Every fact at any value; those that break a constraint are drawn again until none does.
v1::Facts Anywhere(const v1::Rulebook& rulebook, std::mt19937& random) {
  v1::Facts facts;
  for (const Fact& fact : AllFacts()) SetAnyValue(fact, random, facts);
  for (bool again = true; again;) {
    again = false;
    for (const v1::Constraint& constraint : rulebook.constraints()) {
      if (!Matches(constraint.never(), facts)) continue;
      again = true;
      for (const Fact& fact : AllFacts()) {
        if (!policy::ValuesOf(fact, constraint.never()).empty()) SetAnyValue(fact, random, facts);
      }
    }
  }
  return facts;
}

v1::Facts Near(const v1::Facts& base, std::mt19937& random) {
  v1::Facts facts = base;
  for (unsigned left = 1 + static_cast<unsigned>(random()) % 8; left > 0; --left) {
    SetAnyValue(AllFacts()[random() % AllFacts().size()], random, facts);
  }
  return facts;
}

}  // namespace

std::vector<Asked> VariedSituations(const v1::Rulebook& rulebook, const v1::Suite& suite,
                                    size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::set<v1::Question> answered;
  for (const v1::Rule& rule : rulebook.rules()) answered.insert(rule.question());
  const std::vector<v1::Question> questions(answered.begin(), answered.end());
  std::vector<Asked> situations;
  while (situations.size() < count) {
    v1::SuiteCase row;
    row.set_question(questions[situations.size() / 2 % questions.size()]);
    const v1::Facts facts = situations.size() % 2 == 0
                                ? Anywhere(rulebook, random)
                                : Near(policy::SituationOf(suite, row), random);
    if (CanBe(rulebook, facts)) situations.push_back({row.question(), facts});
  }
  // Questions come in no order, as they do in a day.
  std::shuffle(situations.begin(), situations.end(), random);
  return situations;
}

bool IsNamed(const policy::Fact& fact, const v1::Rulebook& rulebook) {
  return std::any_of(rulebook.rules().begin(), rulebook.rules().end(), [&](const v1::Rule& rule) {
    return !policy::ValuesOf(fact, rule.when()).empty();
  });
}

std::vector<Asked> SituationsNear(const v1::Rulebook& rulebook, v1::Question question,
                                  const v1::Facts& base, size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<Asked> situations;
  while (situations.size() < count) {
    v1::Facts facts = base;
    for (const Fact& fact : AllFacts()) {
      if (IsNamed(fact, rulebook) && random() % 2 == 0) SetAnyValue(fact, random, facts);
    }
    if (CanBe(rulebook, facts)) situations.push_back({question, facts});
  }
  return situations;
}

}  // namespace fosse::bench
