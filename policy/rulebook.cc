#include "policy/rulebook.h"

#include <algorithm>

#include "base/status.h"
#include "policy/located_text.h"
#include "policy/rulebook_faults.h"
#include "policy/vocabulary.h"

namespace fosse::policy {
namespace {

// Where the locality set no deadline.
constexpr absl::Duration kDefaultDeadline = absl::Hours(24 * 7);

// For each value of a fact, the rules that it does not rule out. One place more, at the end, is for
// values that the vocabulary does not have: they suit only rules that do not name the fact.
std::vector<RuleSet> ColumnsOf(const Fact& fact, const v1::Rulebook& document) {
  int most = 0;
  for (int i = 0; i < fact.values().value_count(); ++i) {
    most = std::max(most, fact.values().value(i)->number());
  }
  std::vector<RuleSet> columns(static_cast<size_t>(most) + 2);
  for (int n = 0; n < document.rules_size(); ++n) {
    const std::vector<int> values = ValuesOf(fact, document.rules(n).when());
    if (values.empty()) {
      for (RuleSet& column : columns) column.set(static_cast<size_t>(n));
    }
    for (const int value : values) columns[static_cast<size_t>(value)].set(static_cast<size_t>(n));
  }
  return columns;
}

}  // namespace

absl::StatusOr<std::unique_ptr<const Rulebook>> Rulebook::Create(absl::string_view stored) {
  std::unique_ptr<Rulebook> rulebook(new Rulebook);
  v1::Rulebook& document = rulebook->document_;
  LocatedText text;
  Faults faults;
  if (text.Parse(stored, document, faults)) {
    FindRulebookFaults(document, text.root(), faults);
  }
  FOSSE_RETURN_IF_ERROR(faults.ToStatus("RULEBOOK_INVALID", "the rulebook has faults"));

  // Only now: places in the text are by the order of writing.
  std::sort(document.mutable_rules()->begin(), document.mutable_rules()->end(),
            [](const v1::Rule& a, const v1::Rule& b) { return a.id() < b.id(); });
  rulebook->stored_ = std::string(stored);
  rulebook->digest_ = Sha256(rulebook->stored_);
  rulebook->by_question_.resize(static_cast<size_t>(v1::Question_ARRAYSIZE));
  for (size_t n = 0; n < rulebook->size(); ++n) {
    rulebook->by_question_[static_cast<size_t>(rulebook->rule(n).question())].set(n);
  }
  for (const Fact& fact : AllFacts()) {
    const size_t number = static_cast<size_t>(fact.number());
    if (rulebook->by_fact_.size() <= number) rulebook->by_fact_.resize(number + 1);
    rulebook->by_fact_[number] = ColumnsOf(fact, document);
  }
  return rulebook;
}

const v1::CatalogueTask* Rulebook::FindTask(const v1::Code& code) const {
  if (code.system().empty()) return FindTask(code.code());
  for (const v1::CatalogueTask& task : document_.catalogue()) {
    for (const v1::Code& same : task.same_as()) {
      if (same.system() == code.system() && same.code() == code.code()) return &task;
    }
  }
  return nullptr;
}

const v1::CatalogueTask* Rulebook::FindTask(absl::string_view our_code) const {
  for (const v1::CatalogueTask& task : document_.catalogue()) {
    if (task.code() == our_code) return &task;
  }
  return nullptr;
}

absl::Duration Rulebook::DeadlineFor(v1::TimerKind kind) const {
  for (const v1::Deadline& deadline : document_.deadlines()) {
    if (deadline.kind() == kind) return absl::Minutes(deadline.minutes());
  }
  return kDefaultDeadline;
}

absl::string_view Rulebook::OwnerOf(v1::Route route) const {
  for (const v1::RouteOwner& owner : document_.routes()) {
    if (owner.route() == route) return owner.organisation();
  }
  return "";
}

const RuleSet& Rulebook::RulesOf(v1::Question question) const {
  // A question that no rule can answer has the rules of none: the unspecified one.
  const size_t n = static_cast<size_t>(question);
  return by_question_[n < by_question_.size() ? n : 0];
}

const RuleSet& Rulebook::CompatibleWith(int fact_number, int value) const {
  FOSSE_CHECK(fact_number > 0 && static_cast<size_t>(fact_number) < by_fact_.size());
  const std::vector<RuleSet>& columns = by_fact_[static_cast<size_t>(fact_number)];
  FOSSE_CHECK(!columns.empty());
  const size_t last = columns.size() - 1;
  return columns[value >= 0 && static_cast<size_t>(value) < last ? static_cast<size_t>(value)
                                                                 : last];
}

}  // namespace fosse::policy
