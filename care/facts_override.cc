// Clinical override (CTL-07): what one may pass over, and whether one lets a question pass.
#include <algorithm>
#include <set>

#include "base/local_date.h"
#include "care/facts.h"
#include "care/lookup.h"
#include "care/times.h"
#include "policy/decide.h"

namespace fosse::care {
namespace {

using v1::Facts;

// Longest time to a team meeting where the locality sets none.
constexpr uint32_t kDefaultOverrideDays = 14;

const v1::Rule* FindRule(const policy::Rulebook& rulebook, const std::string& id) {
  for (const v1::Rule& rule : rulebook.document().rules()) {
    if (rule.id() == id) return &rule;
  }
  return nullptr;
}

// The rulebook itself says so: a rule that may be passed over does not match once it is covered.
bool MayBePassed(const v1::Rule& rule) {
  const auto& cover = rule.when().override_cover();
  return (rule.outcome() == v1::OUTCOME_HOLD || rule.outcome() == v1::OUTCOME_REFER) &&
         !cover.empty() &&
         std::find(cover.begin(), cover.end(), Facts::OVERRIDE_COVER_COVERED) == cover.end();
}

// The strongest bar of all the rules named.
Facts::OverrideReach ReachOf(const policy::Rulebook& rulebook,
                             const v1::ClinicalOverride& override_by) {
  if (override_by.rule_ids().empty()) return Facts::OVERRIDE_REACH_UNKNOWN;
  Facts::OverrideReach reach = Facts::OVERRIDE_REACH_MAY_BE_PASSED;
  for (const std::string& id : override_by.rule_ids()) {
    const v1::Rule* rule = FindRule(rulebook, id);
    if (rule == nullptr) return Facts::OVERRIDE_REACH_NO_SUCH_RULE;
    if (rule->outcome() == v1::OUTCOME_DENY) {
      reach = Facts::OVERRIDE_REACH_DENIAL;
    } else if (!MayBePassed(*rule) && reach == Facts::OVERRIDE_REACH_MAY_BE_PASSED) {
      reach = Facts::OVERRIDE_REACH_MAY_NOT_BE_PASSED;
    }
  }
  return reach;
}

Facts::OverrideEnd EndOf(const policy::Rulebook& rulebook, const std::string& until,
                         absl::Time now) {
  const std::optional<absl::CivilDay> day = ParseLocalDate(until);
  if (!day.has_value()) return Facts::OVERRIDE_END_UNKNOWN;
  const absl::CivilDay today = LondonDay(now);
  if (*day < today) return Facts::OVERRIDE_END_PAST;
  const uint32_t days = rulebook.document().override_days();
  return *day - today > static_cast<int64_t>(days == 0 ? kDefaultOverrideDays : days)
             ? Facts::OVERRIDE_END_TOO_FAR
             : Facts::OVERRIDE_END_WITHIN_LIMIT;
}

// Rules that some override still in force names.
std::set<std::string> PassedOver(const v1::Delegation& delegation, absl::Time now) {
  std::set<std::string> passed;
  for (const v1::OverrideState& held : delegation.overrides()) {
    if (!ParseLocalDate(held.until()).has_value() || IsBefore(held.until(), now)) continue;
    passed.insert(held.rule_ids().begin(), held.rule_ids().end());
  }
  return passed;
}

}  // namespace

Facts OverrideFacts(const Situation& situation, const v1::Delegation& delegation,
                    const v1::ClinicalOverride& override_by, const v1::ActingPerson& acting) {
  Facts facts = DelegationFacts(situation, delegation);
  facts.set_practitioner_basis(BasisOf(acting));
  facts.set_override_author(IsRegisteredClinician(acting.practitioner())
                                ? Facts::OVERRIDE_AUTHOR_NAMED_REGISTRANT
                                : Facts::OVERRIDE_AUTHOR_OTHER);
  facts.set_override_reach(ReachOf(situation.rulebook, override_by));
  facts.set_override_end(EndOf(situation.rulebook, override_by.until(), situation.now));
  return facts;
}

Facts::OverrideCover OverrideCoverOf(const policy::Rulebook& rulebook, v1::Question question,
                                     const v1::Delegation& delegation, absl::Time now,
                                     const Facts& facts) {
  const std::set<std::string> passed = PassedOver(delegation, now);
  if (passed.empty()) return Facts::OVERRIDE_COVER_NOT_COVERED;
  Facts uncovered = facts;
  uncovered.set_override_cover(Facts::OVERRIDE_COVER_NOT_COVERED);
  const policy::Verdict verdict = policy::Decide(rulebook, question, uncovered);
  if (verdict.matched.none()) return Facts::OVERRIDE_COVER_NOT_COVERED;
  bool stands_in_the_way = false;
  for (size_t n = 0; n < rulebook.size(); ++n) {
    if (!verdict.matched.test(n) || rulebook.rule(n).outcome() == v1::OUTCOME_PERMIT) continue;
    stands_in_the_way = true;
    if (passed.count(rulebook.rule(n).id()) == 0) return Facts::OVERRIDE_COVER_NOT_COVERED;
  }
  return stands_in_the_way ? Facts::OVERRIDE_COVER_COVERED : Facts::OVERRIDE_COVER_NOT_COVERED;
}

}  // namespace fosse::care
