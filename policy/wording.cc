#include "policy/wording.h"

#include "absl/strings/str_cat.h"
#include "policy/words.h"

namespace fosse::policy {
namespace {

// One for each of AllFacts(), shared by all rulebooks.
const std::vector<FactWording>& AllWordings() {
  static const std::vector<FactWording>* const kWordings = [] {
    auto* wordings = new std::vector<FactWording>;
    for (const Fact& fact : AllFacts()) wordings->emplace_back(fact);
    return wordings;
  }();
  return *kWordings;
}

}  // namespace

FactWording::FactWording(const Fact& fact) : fact_(fact), read_(ReaderOf(fact.number())) {
  for (int i = 0; i < fact.values().value_count(); ++i) {
    const size_t value = static_cast<size_t>(fact.values().value(i)->number());
    if (text_.size() <= value) {
      text_.resize(value + 1);
      words_.resize(value + 1);
    }
    text_[value] = absl::StrCat(fact.name(), ": ", fact.values().value(i)->name());
    words_[value] = FactInWords(fact, static_cast<int>(value));
  }
}

void FactWording::Tell(const v1::Facts& facts, v1::Finding& finding) const {
  const int read = read_ != nullptr ? read_(facts) : ValueOf(fact_, facts);
  // Only values of the vocabulary make a rule that names the fact match.
  const size_t value = static_cast<size_t>(read);
  if (value >= text_.size()) return;
  finding.add_facts(text_[value]);
  finding.add_facts_in_words(words_[value]);
}

RuleWording::RuleWording(const v1::Rule& rule) {
  finding_.set_rule_id(rule.id());
  finding_.set_clause(rule.clause());
  finding_.set_standing(rule.standing());
  finding_.set_outcome(rule.outcome());
  finding_.set_because(rule.because());
  finding_.set_remedy(rule.remedy());
  finding_.set_route(rule.route());
  finding_.set_layer(rule.layer());
  finding_.set_layer(rule.layer());
  const std::vector<Fact>& all = AllFacts();
  for (size_t n = 0; n < all.size(); ++n) {
    if (!ValuesOf(all[n], rule.when()).empty()) facts_.push_back(&AllWordings()[n]);
  }
}

void RuleWording::Tell(const v1::Facts& facts, v1::Finding& finding) const {
  finding.MergeFrom(finding_);
  for (const FactWording* fact : facts_) fact->Tell(facts, finding);
}

}  // namespace fosse::policy
