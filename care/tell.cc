#include <algorithm>

#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

void AddOnce(std::vector<std::string>& list, const std::string& organisation) {
  if (!organisation.empty() && std::find(list.begin(), list.end(), organisation) == list.end()) {
    list.push_back(organisation);
  }
}

}  // namespace

std::vector<std::string> PartiesOf(const Work& work, const v1::Delegation& delegation) {
  std::vector<std::string> parties;
  AddOnce(parties, delegation.proposal().delegating());
  if (WasProposed(delegation)) AddOnce(parties, delegation.proposal().delegated_to());
  AddOnce(parties, delegation.oversight().holder());
  AddOnce(parties, delegation.interim_deliverer());
  AddOnce(parties, delegation.oversight().gap_owner());
  if (WasProposed(delegation)) {
    for (const std::string& council : CouncilsOf(work.directory(), delegation)) {
      AddOnce(parties, council);
    }
  }
  return parties;
}

void TellParties(Work& work, const v1::Delegation& delegation, v1::Urgency urgency,
                 absl::string_view words) {
  for (const std::string& party : PartiesOf(work, delegation)) {
    work.Tell({.recipient = party,
               .urgency = urgency,
               .words = std::string(words),
               .delegation_id = delegation.delegation_id()});
  }
}

std::vector<std::string> CareTeamOf(const v1::Delegation& delegation) {
  std::vector<std::string> team;
  AddOnce(team, delegation.proposal().delegating());
  if (WasProposed(delegation)) AddOnce(team, delegation.proposal().delegated_to());
  AddOnce(team, delegation.oversight().holder());
  AddOnce(team, delegation.oversight().gap_owner());
  return team;
}

void TellCareTeam(Work& work, const v1::Delegation& delegation, v1::Urgency urgency,
                  absl::string_view words) {
  for (const std::string& member : CareTeamOf(delegation)) {
    work.Tell({.recipient = member,
               .urgency = urgency,
               .words = std::string(words),
               .delegation_id = delegation.delegation_id()});
  }
}

void TellOfTask(Work& work, v1::Delegation& delegation, Telling telling) {
  if (telling.recipient.empty()) return;
  const auto& told = delegation.told();
  if (std::find(told.begin(), told.end(), telling.recipient) == told.end()) {
    delegation.add_told(telling.recipient);
  }
  telling.delegation_id = delegation.delegation_id();
  work.Tell(std::move(telling));
}

void NoteMissing(const Work& work, v1::Delegation& delegation) {
  delegation.clear_missing_rules();
  for (const v1::Finding& finding : work.last_decision().findings()) {
    if (finding.outcome() != v1::OUTCOME_PERMIT) delegation.add_missing_rules(finding.rule_id());
  }
  delegation.set_rulebook_id(work.rulebook().document().id());
}

void SetOwner(v1::Delegation& delegation, const std::string& owner, absl::Time by) {
  delegation.set_owner(owner);
  *delegation.mutable_next_action_at() = Timestamp(by);
}

void ClearOwner(v1::Delegation& delegation) {
  delegation.clear_owner();
  delegation.clear_next_action_at();
}

void AwaitProvider(Work& work, v1::Delegation& delegation) {
  const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_RESPONSE_DEADLINE);
  SetOwner(delegation, delegation.proposal().delegated_to(), by);
  work.CancelTimer(v1::TIMER_KIND_HELD_DEADLINE, delegation.delegation_id());
  work.SetTimer(v1::TIMER_KIND_RESPONSE_DEADLINE, delegation.delegation_id(), JustAfter(by));
}

void PassOwner(Work& work, v1::Delegation& delegation) {
  const v1::Oversight& oversight = delegation.oversight();
  const std::string& holder =
      oversight.holder().empty() ? delegation.proposal().delegating() : oversight.holder();
  if (delegation.state() != v1::DELEGATION_STATE_ACTIVE) {
    const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_HELD_DEADLINE);
    SetOwner(delegation, holder, by);
    work.SetTimer(v1::TIMER_KIND_HELD_DEADLINE, delegation.delegation_id(), JustAfter(by));
  } else if (delegation.has_offer_prompted_at()) {
    const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_OFFER_PROMPT_DEADLINE);
    SetOwner(delegation, holder, by);
    work.SetTimer(v1::TIMER_KIND_OFFER_PROMPT_DEADLINE, delegation.delegation_id(), JustAfter(by));
  } else if (!OverlapsOf(work, delegation).empty()) {
    const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_HELD_DEADLINE);
    SetOwner(delegation, delegation.proposal().delegating(), by);
    work.SetTimer(v1::TIMER_KIND_HELD_DEADLINE, delegation.delegation_id(), JustAfter(by));
  } else {
    ClearOwner(delegation);
  }
  if (HasOpenOffer(delegation)) {
    SetOwner(delegation, oversight.offer().offered_to(), TimeOf(oversight.offer().deadline()));
  }
}

void Refer(Work& work, v1::Delegation& delegation) {
  ReferTo(work, delegation, work.ReferredTo(delegation));
}

void ReferTo(Work& work, v1::Delegation& delegation, const std::string& owner) {
  const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_HELD_DEADLINE);
  SetOwner(delegation, owner, by);
  work.SetTimer(v1::TIMER_KIND_HELD_DEADLINE, delegation.delegation_id(), JustAfter(by));
  work.Tell({.recipient = owner,
             .kind = v1::DELIVERY_KIND_REFERRAL,
             .urgency = v1::URGENCY_SAME_DAY,
             .words =
                 "The rules do not settle this: you are asked to decide. The findings say why. "
                 "Care meanwhile is delivered as shown.",
             .delegation_id = delegation.delegation_id(),
             .act_by = by,
             .with_proposal = !work.envelope().has_delegation_proposal()});
}

std::string EscalationOwner(const Work& work, const v1::Delegation& delegation, v1::Route route) {
  const absl::string_view owner = work.rulebook().OwnerOf(route);
  return owner.empty() ? delegation.proposal().delegating() : std::string(owner);
}

}  // namespace fosse::care
