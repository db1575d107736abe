#include "policy/explain.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "policy/vocabulary.h"

namespace fosse::policy {
namespace {

v1::Finding FindingOf(const v1::Rule& rule, const v1::Facts& facts) {
  v1::Finding finding;
  finding.set_rule_id(rule.id());
  finding.set_clause(rule.clause());
  finding.set_standing(rule.standing());
  finding.set_outcome(rule.outcome());
  finding.set_because(rule.because());
  finding.set_remedy(rule.remedy());
  finding.set_route(rule.route());
  for (const Fact& fact : AllFacts()) {
    if (ValuesOf(fact, rule.when()).empty()) continue;
    finding.add_facts(absl::StrCat(fact.name(), ": ", ValueName(fact, ValueOf(fact, facts))));
  }
  return finding;
}

}  // namespace

v1::Decision Explain(const Rulebook& rulebook, v1::Question question, const v1::Facts& facts,
                     const Verdict& verdict) {
  v1::Decision decision;
  decision.set_question(question);
  decision.set_outcome(verdict.outcome);
  decision.set_rulebook_id(rulebook.document().id());
  decision.set_rulebook_digest(std::string(rulebook.digest().begin(), rulebook.digest().end()));
  for (size_t n = 0; n < rulebook.size(); ++n) {
    if (verdict.matched.test(n)) *decision.add_findings() = FindingOf(rulebook.rule(n), facts);
  }
  // Rules come by id; a stable sort keeps that among equals.
  std::stable_sort(
      decision.mutable_findings()->begin(), decision.mutable_findings()->end(),
      [](const v1::Finding& a, const v1::Finding& b) { return a.outcome() > b.outcome(); });
  if (verdict.outcome == v1::OUTCOME_REFER) {
    const v1::Route route =
        decision.findings().empty() ? v1::ROUTE_RULEBOOK_OWNER : decision.findings(0).route();
    decision.set_owner(std::string(rulebook.OwnerOf(route)));
  }
  return decision;
}

std::vector<std::string> RuleIds(const Rulebook& rulebook, const RuleSet& matched) {
  std::vector<std::string> ids;
  for (size_t n = 0; n < rulebook.size(); ++n) {
    if (matched.test(n)) ids.push_back(rulebook.rule(n).id());
  }
  return ids;
}

}  // namespace fosse::policy
