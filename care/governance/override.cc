// A named registrant lets HOLD or REFER pass until the next team meeting (CTL-07). Its limits are
// rules; its effect is a fact that later questions see.
#include <algorithm>
#include <set>

#include "base/local_date.h"
#include "base/status.h"
#include "care/handlers.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

constexpr int kMaxOverrides = 16;

void Keep(const Work& work, v1::Delegation& delegation) {
  const v1::ClinicalOverride& override_by = work.envelope().clinical_override();
  v1::OverrideState& held = *delegation.add_overrides();
  *held.mutable_rule_ids() = override_by.rule_ids();
  held.set_until(override_by.until());
  held.set_reason(override_by.reason());
  *held.mutable_by() = work.envelope().acting_person();
  *held.mutable_at() = Timestamp(work.now());
  const int surplus = delegation.overrides_size() - kMaxOverrides;
  if (surplus > 0) delegation.mutable_overrides()->DeleteSubrange(0, surplus);
}

bool HasEnded(const v1::OverrideState& held, absl::Time now) { return IsBefore(held.until(), now); }

// Rules that ended overrides name.
std::set<std::string> EndedRules(const v1::Delegation& delegation, absl::Time now) {
  std::set<std::string> rules;
  for (const v1::OverrideState& held : delegation.overrides()) {
    if (HasEnded(held, now)) rules.insert(held.rule_ids().begin(), held.rule_ids().end());
  }
  return rules;
}

// Rules of the last answer that keep it from PERMIT; of those in `only`, where it is not null.
void AddInTheWay(const Work& work, const std::set<std::string>* only, Lapsed& lapsed) {
  for (const v1::Finding& finding : work.last_decision().findings()) {
    if (finding.outcome() != v1::OUTCOME_PERMIT &&
        (only == nullptr || only->count(finding.rule_id()) > 0)) {
      lapsed.rules.push_back(finding.rule_id());
    }
  }
}

// Care that has begun is asked of its start only where an override let that pass, and of those
// rules alone: that it is no longer waiting is no news.
void AskLapsedStart(Work& work, const v1::Delegation& delegation,
                    const std::set<std::string>& ended, Lapsed& lapsed) {
  const auto& rules = work.rulebook().document().rules();
  const bool named = std::any_of(rules.begin(), rules.end(), [&](const v1::Rule& rule) {
    return rule.question() == v1::QUESTION_ACTIVATE && ended.count(rule.id()) > 0;
  });
  if (!named) return;
  v1::Facts facts = DelegationFacts(SituationOf(work), delegation);
  facts.set_delegation_state(v1::Facts::DELEGATION_STATE_READY);
  facts.set_start(v1::Facts::START_CONFIRMED);
  if (work.Ask(v1::QUESTION_ACTIVATE, facts, &delegation) == v1::OUTCOME_PERMIT) return;
  const size_t before = lapsed.rules.size();
  AddInTheWay(work, &ended, lapsed);
  if (lapsed.rules.size() > before && lapsed.outcome == v1::OUTCOME_PERMIT) {
    lapsed.outcome = v1::OUTCOME_HOLD;
    lapsed.sent_by = delegation.proposal().delegated_to();
  }
}

}  // namespace

Lapsed AskLapsedOverrides(Work& work, v1::Delegation& delegation) {
  Lapsed lapsed;
  const std::set<std::string> ended = EndedRules(delegation, work.now());
  if (ended.empty()) return lapsed;
  const v1::Facts facts = DelegationFacts(SituationOf(work), delegation);
  const bool covered = OverrideCoverOf(work.rulebook(), v1::QUESTION_PROPOSE, delegation,
                                       work.now(), facts) == v1::Facts::OVERRIDE_COVER_COVERED;
  lapsed.outcome = work.Ask(v1::QUESTION_PROPOSE, facts, &delegation);
  // The rules let it pass and only the time is not sure: nothing is missing, and it is asked again.
  const bool held_for_clock = work.held_for_clock();
  if (held_for_clock) lapsed.outcome = v1::OUTCOME_PERMIT;
  if (lapsed.outcome == v1::OUTCOME_REFER) lapsed.referred_to = work.ReferredTo(delegation);
  if (lapsed.outcome != v1::OUTCOME_PERMIT) {
    lapsed.sent_by = delegation.proposal().delegating();
    AddInTheWay(work, nullptr, lapsed);
  }
  if (IsLive(delegation)) AskLapsedStart(work, delegation, ended, lapsed);
  if (lapsed.outcome != v1::OUTCOME_PERMIT || covered || held_for_clock) return lapsed;
  auto& overrides = *delegation.mutable_overrides();
  overrides.erase(
      std::remove_if(overrides.begin(), overrides.end(),
                     [&](const v1::OverrideState& held) { return HasEnded(held, work.now()); }),
      overrides.end());
  return lapsed;
}

void ArmOverrideTimer(Work& work, const v1::Delegation& delegation) {
  absl::Time due = absl::InfiniteFuture();
  for (const v1::OverrideState& held : delegation.overrides()) {
    const std::optional<absl::CivilDay> day = ParseLocalDate(held.until());
    if (day.has_value() && LondonEndOfDay(*day) > work.now()) {
      due = std::min(due, LondonEndOfDay(*day));
    }
  }
  if (due == absl::InfiniteFuture()) return;
  work.SetTimer(v1::TIMER_KIND_OVERRIDE_ENDS, delegation.delegation_id(), due);
}

// Until then it stood on a registrant's word. Before the start it waits again; what runs goes on,
// at risk, until the missing is sent (B-7.3).
void OverrideEnds(Work& work, v1::Delegation& delegation) {
  AskActivate(work, delegation);
  AskContinue(work, delegation);
  ArmOverrideTimer(work, delegation);
}

absl::Status HandleClinicalOverride(Work& work) {
  const v1::ClinicalOverride& override_by = work.envelope().clinical_override();
  FOSSE_ASSIGN_OR_RETURN(v1::Delegation * found, SendersDelegation(work, override_by.delegation()));
  v1::Delegation& delegation = *found;
  if (IsOver(delegation)) return StateConflict(CodeOf(v1::DELEGATION_STATE_PROPOSED));
  const v1::Facts facts =
      OverrideFacts(SituationOf(work), delegation, override_by, work.envelope().acting_person());
  const v1::Outcome outcome = work.Ask(v1::QUESTION_OVERRIDE, facts, &delegation);
  if (outcome != v1::OUTCOME_PERMIT) {
    work.AddNotice("OVERRIDE_WITHOUT_EFFECT",
                   "The override is kept in the trail and passes over nothing: the findings say "
                   "why.",
                   "CTL-07");
    return absl::OkStatus();
  }
  Keep(work, delegation);
  ArmOverrideTimer(work, delegation);
  TellParties(work, delegation, v1::URGENCY_SAME_DAY,
              "A named registrant overrides what held this task, until the next team meeting.");
  work.AddNotice("OVERRIDE_RECORDED",
                 "The override is recorded and passed on. It passes over the rules it names until "
                 "the end of the day shown, and over no others.",
                 "CTL-07");
  if (AwaitsProposal(delegation)) {
    AskPropose(work, delegation, /*again=*/true);
  } else {
    AskActivate(work, delegation);
    AskContinue(work, delegation);
  }
  return absl::OkStatus();
}

}  // namespace fosse::care
