#include "policy/explain.h"

namespace fosse::policy {

v1::Decision Explain(const Rulebook& rulebook, v1::Question question, const v1::Facts& facts,
                     const Verdict& verdict) {
  v1::Decision decision;
  ExplainInto(rulebook, question, facts, verdict, decision);
  return decision;
}

void ExplainInto(const Rulebook& rulebook, v1::Question question, const v1::Facts& facts,
                 const Verdict& verdict, v1::Decision& decision) {
  decision.Clear();
  decision.set_question(question);
  decision.set_outcome(verdict.outcome);
  decision.set_rulebook_id(rulebook.document().id());
  decision.set_rulebook_digest(rulebook.digest_bytes());
  for (const size_t n : rulebook.MasksOf(question).in_order_of_telling()) {
    if (verdict.matched.test(n)) rulebook.WordingOf(n).Tell(facts, *decision.add_findings());
  }
  if (verdict.outcome == v1::OUTCOME_REFER) {
    const v1::Route route =
        decision.findings().empty() ? v1::ROUTE_RULEBOOK_OWNER : decision.findings(0).route();
    decision.set_owner(std::string(rulebook.OwnerOf(route)));
  }
}

v1::Standing StandingOf(const v1::Decision& decision) {
  v1::Standing standing = v1::STANDING_UNSPECIFIED;
  for (const v1::Finding& finding : decision.findings()) {
    if (finding.outcome() != decision.outcome()) continue;
    if (finding.standing() == v1::STANDING_EXPLICIT) return v1::STANDING_EXPLICIT;
    standing = finding.standing();
  }
  return standing;
}

std::vector<std::string> RuleIds(const Rulebook& rulebook, const RuleSet& matched) {
  std::vector<std::string> ids;
  for (size_t n = 0; n < rulebook.size(); ++n) {
    if (matched.test(n)) ids.push_back(rulebook.rule(n).id());
  }
  return ids;
}

}  // namespace fosse::policy
