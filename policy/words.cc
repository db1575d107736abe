#include "policy/words.h"

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "policy/words_table.h"

namespace fosse::policy {
namespace {

constexpr absl::string_view kNotKnown = "not known";

// The table by the names of the contract; names of values are unique in it.
struct Index {
  std::map<absl::string_view, absl::string_view> labels;
  std::map<absl::string_view, absl::string_view> values;
};

const Index& Words() {
  static const Index* const index = [] {
    auto* made = new Index;
    for (const FactWords& fact : FactWordsTable()) {
      made->labels[fact.name] = fact.label;
      for (const ValueWords& value : fact.values) made->values[value.name] = value.words;
    }
    return made;
  }();
  return *index;
}

absl::string_view Find(const std::map<absl::string_view, absl::string_view>& words,
                       absl::string_view name) {
  const auto found = words.find(name);
  return found == words.end() ? "" : found->second;
}

}  // namespace

absl::string_view FactLabel(const Fact& fact) {
  const absl::string_view label = Find(Words().labels, fact.name());
  return label.empty() ? absl::string_view(fact.name()) : label;
}

std::string ValueInWords(const Fact& fact, int value) {
  if (value == 0) return std::string(kNotKnown);
  const std::string name = ValueName(fact, value);
  const absl::string_view words = Find(Words().values, name);
  return words.empty() ? name : std::string(words);
}

std::string FactInWords(const Fact& fact, int value) {
  return absl::StrCat(FactLabel(fact), ": ", ValueInWords(fact, value));
}

std::vector<std::string> ConditionInWords(const v1::When& when) {
  std::vector<std::string> lines;
  for (const Fact& fact : AllFacts()) {
    std::vector<std::string> values;
    for (const int value : ValuesOf(fact, when)) values.push_back(ValueInWords(fact, value));
    if (values.empty()) continue;
    lines.push_back(absl::StrCat(FactLabel(fact), ": ", absl::StrJoin(values, ", or ")));
  }
  return lines;
}

absl::string_view QuestionInWords(v1::Question question) {
  switch (question) {
    case v1::QUESTION_PROPOSE:
      return "May this task be handed over?";
    case v1::QUESTION_RESPOND:
      return "Is the provider's answer complete?";
    case v1::QUESTION_RECOGNISE_COMPETENCE:
      return "Does this record make the worker competent?";
    case v1::QUESTION_ASSIGN:
      return "May this worker be assigned?";
    case v1::QUESTION_ACTIVATE:
      return "May the delegation begin?";
    case v1::QUESTION_PERFORM:
      return "Does this count as delegated care?";
    case v1::QUESTION_CONTINUE:
      return "May the delegation go on?";
    case v1::QUESTION_OFFER_OVERSIGHT:
      return "May oversight be offered?";
    case v1::QUESTION_TAKE_OVERSIGHT:
      return "Does oversight pass?";
    case v1::QUESTION_OVERRIDE:
      return "May a registered professional pass over these rules?";
    default:
      return v1::Question_IsValid(question) ? absl::string_view(v1::Question_Name(question)) : "";
  }
}

absl::string_view OutcomeInWords(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_PERMIT:
      return "Yes";
    case v1::OUTCOME_HOLD:
      return "Not yet: something is missing";
    case v1::OUTCOME_REFER:
      return "A person must decide";
    case v1::OUTCOME_DENY:
      return "No";
    default:
      return "";
  }
}

absl::string_view OutcomeInWords(v1::Outcome outcome, v1::Standing standing) {
  if (outcome != v1::OUTCOME_DENY) return OutcomeInWords(outcome);
  switch (standing) {
    case v1::STANDING_EXPLICIT:
      return "No: the framework forbids it";
    case v1::STANDING_READING:
      return "No: by our reading of the framework";
    default:
      return OutcomeInWords(outcome);
  }
}

absl::string_view RouteInWords(v1::Route route) {
  switch (route) {
    case v1::ROUTE_MDT:
      return "the multi-disciplinary team";
    case v1::ROUTE_SHARED_CARE:
      return "the Shared Care forum";
    case v1::ROUTE_IPCB:
      return "the Integrated Personalised Care Board";
    case v1::ROUTE_COMMISSIONING:
      return "commissioning";
    case v1::ROUTE_NAMED_CLINICIAN:
      return "a named clinician of whoever hands over";
    case v1::ROUTE_RULEBOOK_OWNER:
      return "whoever owns the rulebook";
    case v1::ROUTE_TRAINING_PROVIDER:
      return "the training provider of the locality";
    case v1::ROUTE_DISPUTE_RESOLUTION:
      return "whoever resolves disputes in jointly funded cases";
    default:
      return "";
  }
}

absl::string_view StandingInWords(v1::Standing standing) {
  switch (standing) {
    case v1::STANDING_EXPLICIT:
      return "The framework says so";
    case v1::STANDING_READING:
      return "Our reading";
    default:
      return "";
  }
}

bool HasWords(const Fact& fact) { return Words().labels.count(fact.name()) != 0; }

bool HasWords(const Fact& fact, int value) {
  return value == 0 || Words().values.count(ValueName(fact, value)) != 0;
}

std::vector<std::string> WordsOfNothing() {
  std::set<std::string> facts;
  std::set<std::string> values;
  for (const Fact& fact : AllFacts()) {
    facts.insert(fact.name());
    for (int i = 0; i < fact.values().value_count(); ++i) {
      values.insert(fact.values().value(i)->name());
    }
  }
  std::vector<std::string> strangers;
  for (const FactWords& fact : FactWordsTable()) {
    if (facts.count(fact.name) == 0) strangers.emplace_back(fact.name);
    for (const ValueWords& value : fact.values) {
      if (values.count(value.name) == 0) strangers.emplace_back(value.name);
    }
  }
  return strangers;
}

}  // namespace fosse::policy
