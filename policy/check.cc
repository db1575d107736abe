#include "policy/check.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "policy/decide.h"
#include "policy/explain.h"
#include "policy/located_text.h"
#include "policy/vocabulary.h"

namespace fosse::policy {
namespace {

bool IsAsked(v1::Question question) {
  return v1::Question_IsValid(question) && question != v1::QUESTION_UNSPECIFIED;
}

void FindRowFaults(const v1::SuiteCase& row, const Place& at, Faults& faults) {
  using Row = v1::SuiteCase;
  if (row.name().empty()) faults.Add(at, "a row says what it shows; add a name");
  if (!IsAsked(row.question())) faults.Add(at, "a row asks a question; add one");
  if (!v1::Outcome_IsValid(row.outcome()) || row.outcome() == v1::OUTCOME_UNSPECIFIED) {
    faults.Add(at, "a row says what must come out; add the outcome");
  }
  std::set<std::string> rules;
  for (int i = 0; i < row.rules_size(); ++i) {
    if (!rules.insert(row.rules(i)).second) {
      faults.Add(at.At(Row::kRulesFieldNumber, i),
                 absl::StrCat("rule ", row.rules(i), " is named twice"));
    }
  }
  for (int i = 0; i < row.unknown_size(); ++i) {
    const Place here = at.At(Row::kUnknownFieldNumber, i);
    const Fact* fact = FindFact(row.unknown(i));
    if (fact == nullptr) {
      faults.Add(here, absl::StrCat(row.unknown(i), " is no fact of facts.proto"));
    } else if (ValueOf(*fact, row.facts()) != 0) {
      faults.Add(here, absl::StrCat(row.unknown(i), " is both unknown and stated"));
    }
  }
}

bool Matches(const v1::When& when, const v1::Facts& facts) {
  for (const Fact& fact : AllFacts()) {
    const std::vector<int> values = ValuesOf(fact, when);
    if (values.empty()) continue;
    if (std::find(values.begin(), values.end(), ValueOf(fact, facts)) == values.end()) return false;
  }
  return true;
}

std::string Words(const v1::SuiteCase& row) {
  return absl::StrCat("row \"", row.name(), "\" (", v1::Question_Name(row.question()), "): ");
}

void CheckRow(const Rulebook& rulebook, const v1::SuiteCase& row, const v1::Facts& facts,
              const Verdict& verdict, std::vector<std::string>& faults) {
  if (verdict.outcome != row.outcome()) {
    faults.push_back(absl::StrCat(Words(row), "comes out as ", v1::Outcome_Name(verdict.outcome),
                                  ", not ", v1::Outcome_Name(row.outcome())));
  }
  const std::vector<std::string> ids = RuleIds(rulebook, verdict.matched);
  const std::set<std::string> got(ids.begin(), ids.end());
  const std::set<std::string> wanted(row.rules().begin(), row.rules().end());
  for (const std::string& id : got) {
    if (wanted.count(id) == 0) {
      faults.push_back(absl::StrCat(Words(row), "rule ", id, " matches, which it does not name"));
    }
  }
  for (const std::string& id : wanted) {
    if (got.count(id) == 0) {
      faults.push_back(absl::StrCat(Words(row), "rule ", id, " does not match"));
    }
  }
  for (const v1::Constraint& constraint : rulebook.document().constraints()) {
    if (Matches(constraint.never(), facts)) {
      faults.push_back(absl::StrCat(Words(row), "cannot be, by constraint ", constraint.id()));
    }
  }
}

// What the rows of one question reached.
struct Reached {
  size_t rows = 0;
  std::map<size_t, size_t> matches;           // Rule to number of rows that it matched.
  std::set<std::pair<int, int>> fact_values;  // Fact and value that some row asks.
};

// Whose rules a suite answers for: the last part that the rulebook's id names, or all where it was
// written as it is.
std::string AnswersFor(const Rulebook& rulebook) {
  if (rulebook.document().parts().empty()) return "";
  const std::string& id = rulebook.document().id();
  const size_t colon = id.rfind(':');
  return colon == std::string::npos ? id : id.substr(colon + 1);
}

void CheckReach(const Rulebook& rulebook, const std::map<v1::Question, Reached>& reached,
                std::vector<std::string>& faults) {
  const std::string part = AnswersFor(rulebook);
  std::set<std::string> gaps;
  for (size_t n = 0; n < rulebook.size(); ++n) {
    const v1::Rule& rule = rulebook.rule(n);
    if (!part.empty() && rule.layer() != part) continue;
    const auto found = reached.find(rule.question());
    const Reached none;
    const Reached& here = found == reached.end() ? none : found->second;
    const auto matches = here.matches.find(n);
    if (matches == here.matches.end()) {
      faults.push_back(absl::StrCat("rule ", rule.id(), " is matched by no row"));
    } else if (matches->second == here.rows) {
      faults.push_back(absl::StrCat("rule ", rule.id(), " is matched by every row"));
    }
    for (const Fact& fact : AllFacts()) {
      if (ValuesOf(fact, rule.when()).empty()) continue;
      for (int i = 0; i < fact.values().value_count(); ++i) {
        const int value = fact.values().value(i)->number();
        if (here.fact_values.count({fact.number(), value}) != 0) continue;
        gaps.insert(absl::StrCat(v1::Question_Name(rule.question()), ": no row asks ", fact.name(),
                                 ": ", ValueName(fact, value)));
      }
    }
  }
  faults.insert(faults.end(), gaps.begin(), gaps.end());
}

}  // namespace

absl::StatusOr<v1::Suite> ParseSuite(absl::string_view text) {
  v1::Suite suite;
  LocatedText located;
  Faults faults;
  if (located.Parse(text, suite, faults)) {
    const Place root = located.root();
    if (suite.rulebook_id().empty()) faults.Add(root, "the suite names no rulebook_id");
    std::set<int> bases;
    for (int i = 0; i < suite.bases_size(); ++i) {
      const Place at = root.At(v1::Suite::kBasesFieldNumber, i);
      if (!IsAsked(suite.bases(i).question())) faults.Add(at, "a base says for which question");
      if (!bases.insert(suite.bases(i).question()).second) {
        faults.Add(at, "two bases for one question; merge them");
      }
    }
    std::set<std::pair<int, std::string>> names;
    for (int i = 0; i < suite.cases_size(); ++i) {
      const v1::SuiteCase& row = suite.cases(i);
      const Place at = root.Into(v1::Suite::kCasesFieldNumber, i);
      FindRowFaults(row, at, faults);
      if (!names.emplace(row.question(), row.name()).second) {
        faults.Add(at.At(v1::SuiteCase::kNameFieldNumber),
                   absl::StrCat("the name \"", row.name(), "\" is used twice for its question"));
      }
    }
  }
  FOSSE_RETURN_IF_ERROR(faults.ToStatus("SUITE_INVALID", "the suite has faults"));
  return suite;
}

v1::Facts SituationOf(const v1::Suite& suite, const v1::SuiteCase& row) {
  v1::Facts facts;
  for (const v1::SuiteBase& base : suite.bases()) {
    if (base.question() == row.question()) facts = base.facts();
  }
  for (const std::string& name : row.unknown()) {
    if (const Fact* fact = FindFact(name); fact != nullptr) {
      facts.GetReflection()->ClearField(&facts, fact->in_facts);
    }
  }
  facts.MergeFrom(row.facts());
  return facts;
}

std::vector<std::string> CheckSuite(const Rulebook& rulebook, const v1::Suite& suite) {
  std::vector<std::string> faults;
  if (suite.rulebook_id() != rulebook.document().id()) {
    faults.push_back(absl::StrCat("the suite is for ", suite.rulebook_id(), ", not for ",
                                  rulebook.document().id()));
  }
  std::map<v1::Question, Reached> reached;
  for (const v1::SuiteCase& row : suite.cases()) {
    const v1::Facts facts = SituationOf(suite, row);
    const Verdict verdict = Decide(rulebook, row.question(), facts);
    CheckRow(rulebook, row, facts, verdict, faults);
    Reached& here = reached[row.question()];
    ++here.rows;
    for (size_t n = 0; n < rulebook.size(); ++n) {
      if (verdict.matched.test(n)) ++here.matches[n];
    }
    for (const Fact& fact : AllFacts()) {
      here.fact_values.emplace(fact.number(), ValueOf(fact, facts));
    }
  }
  CheckReach(rulebook, reached, faults);
  return faults;
}

}  // namespace fosse::policy
