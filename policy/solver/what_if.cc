#include "policy/solver/what_if.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "policy/solver/encoding.h"
#include "policy/solver/remediable.h"

namespace fosse::policy::solver {
namespace {

absl::Status CheckFacts(const v1::Rulebook& document, const v1::Facts& facts) {
  const Region situation = Region::Of(facts);
  for (size_t place = 0; place < situation.size(); ++place) {
    if ((situation.values(place) & AllValues(place)) == 0) {
      return MakeError(
          absl::StatusCode::kInvalidArgument, "FACTS_INVALID",
          absl::StrCat(AllFacts()[place].name(), " has a value that the vocabulary does not have"));
    }
  }
  for (const v1::Constraint& constraint : document.constraints()) {
    if (Region::Of(constraint.never()).Covers(situation)) {
      return MakeError(absl::StatusCode::kInvalidArgument, "SITUATION_IMPOSSIBLE",
                       absl::StrCat("these facts cannot be together, by constraint ",
                                    constraint.id(), "; correct one of them"));
    }
  }
  return absl::OkStatus();
}

class Search {
 public:
  Search(const v1::Rulebook& document, v1::Question question, const v1::Facts& facts)
      : facts_(facts), changed_(encoding_.context()) {
    encoding_.Exclude(document);
    z3::expr_vector permits(encoding_.context());
    for (const v1::Rule& rule : document.rules()) {
      if (rule.question() != question) continue;
      const Region region = Region::Of(rule.when());
      if (rule.outcome() == v1::OUTCOME_PERMIT) {
        permits.push_back(encoding_.In(region));
      } else {
        encoding_.Exclude(region);
      }
      for (const size_t place : region.Narrowed()) mentioned_.Set(place, 0);
    }
    for (const v1::Constraint& constraint : document.constraints()) {
      for (const size_t place : Region::Of(constraint.never()).Narrowed()) {
        mentioned_.Set(place, 0);
      }
    }
    encoding_.solver().add(z3::mk_or(permits));
    AllowChanges();
  }

  WhatIf Run(size_t most) {
    WhatIf found;
    if (changed_.empty()) return found;
    for (unsigned size = 1; size <= changed_.size(); ++size) {
      // Where no number of changes helps any more, this says so at once.
      if (!encoding_.CanBe(encoding_.Yes())) break;
      const z3::expr few = z3::atmost(changed_, size);
      while (encoding_.CanBe(few)) {
        if (found.ways.size() == most) {
          found.has_more = true;
          return found;
        }
        Way way = WayTo(encoding_.Model());
        // Neither this way again, nor with anything on top: that would not be the least.
        z3::expr_vector together(encoding_.context());
        for (const FactChange& change : way) {
          together.push_back(encoding_.Is(change.place, Values{1} << change.to));
        }
        encoding_.solver().add(!z3::mk_and(together));
        found.ways.push_back(std::move(way));
      }
    }
    return found;
  }

 private:
  // Facts that no rule and no constraint mentions cannot help, and stay out of it.
  void AllowChanges() {
    for (size_t place = 0; place < mentioned_.size(); ++place) {
      if (mentioned_.values(place) != 0) continue;
      const int from = ValueOf(AllFacts()[place], facts_);
      const Values now = Values{1} << from;
      const Values to = Reachable(place, from);
      encoding_.solver().add(encoding_.Is(place, now | to));
      if (to != 0) changed_.push_back(encoding_.Is(place, to));
    }
  }

  Way WayTo(const v1::Facts& facts) const {
    Way way;
    for (size_t place = 0; place < mentioned_.size(); ++place) {
      if (mentioned_.values(place) != 0) continue;
      const int from = ValueOf(AllFacts()[place], facts_);
      const int to = ValueOf(AllFacts()[place], facts);
      if (from != to) way.push_back({place, from, to});
    }
    return way;
  }

  Encoding encoding_;
  const v1::Facts& facts_;
  Region mentioned_;  // No value left: mentioned.
  z3::expr_vector changed_;
};

v1::Outcome OutcomeOf(const v1::Rulebook& document, v1::Question question, const v1::Facts& facts) {
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  const Region situation = Region::Of(facts);
  for (const v1::Rule& rule : document.rules()) {
    if (rule.question() == question && Region::Of(rule.when()).Covers(situation)) {
      outcome = std::max(outcome, rule.outcome());
    }
  }
  return outcome == v1::OUTCOME_UNSPECIFIED ? v1::OUTCOME_REFER : outcome;
}

// No remedy leads out of this condition.
bool Stands(const Region& condition, const v1::Facts& facts) {
  for (const size_t place : condition.Narrowed()) {
    const int from = ValueOf(AllFacts()[place], facts);
    if ((Reachable(place, from) & ~condition.values(place)) != 0) return false;
  }
  return true;
}

std::vector<std::string> StandingRules(const v1::Rulebook& document, v1::Question question,
                                       const v1::Facts& facts) {
  std::vector<std::string> ids;
  for (const v1::Rule& rule : document.rules()) {
    if (rule.question() != question || rule.outcome() == v1::OUTCOME_PERMIT) continue;
    const Region region = Region::Of(rule.when());
    if (region.Contains(facts) && Stands(region, facts)) ids.push_back(rule.id());
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace

absl::StatusOr<WhatIf> FindWays(const v1::Rulebook& document, v1::Question question,
                                const v1::Facts& facts, size_t most) {
  FOSSE_RETURN_IF_ERROR(CheckFacts(document, facts));
  const v1::Outcome outcome = OutcomeOf(document, question, facts);
  WhatIf found;
  if (outcome != v1::OUTCOME_PERMIT) found = Search(document, question, facts).Run(most);
  found.outcome = outcome;
  found.standing_rules = StandingRules(document, question, facts);
  return found;
}

}  // namespace fosse::policy::solver
