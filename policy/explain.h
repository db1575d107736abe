#ifndef FOSSE_POLICY_EXPLAIN_H_
#define FOSSE_POLICY_EXPLAIN_H_

#include <string>
#include <vector>

#include "fosse/v1/decision.pb.h"
#include "fosse/v1/facts.pb.h"
#include "policy/decide.h"

namespace fosse::policy {

// Turns a verdict into words: every matching rule with clause, standing, reason, remedy, route and
// the facts that made it match, strongest first, then by id. Fills question, outcome, findings,
// rulebook id and digest; `owner` for a REFER is the owner of the strongest finding's route (the
// rulebook owner's where no rule answered); who delivers meanwhile is the caller's to add. Pure.
v1::Decision Explain(const Rulebook& rulebook, v1::Question question, const v1::Facts& facts,
                     const Verdict& verdict);

// The same into `decision`, whatever it held before. One that is used again and again keeps its
// memory, so that telling a dozen findings allocates nothing.
void ExplainInto(const Rulebook& rulebook, v1::Question question, const v1::Facts& facts,
                 const Verdict& verdict, v1::Decision& decision);

// Whose word the outcome of a decision is: the framework's own where one finding of that outcome is
// its text, else our reading; UNSPECIFIED where no rule answered.
v1::Standing StandingOf(const v1::Decision& decision);

// Ids of the rules of `matched`, in order of id.
std::vector<std::string> RuleIds(const Rulebook& rulebook, const RuleSet& matched);

}  // namespace fosse::policy

#endif  // FOSSE_POLICY_EXPLAIN_H_
