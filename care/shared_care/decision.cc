// What the panel decides, who pays, and disputes about it. None stops care that runs (INV-14).
#include <algorithm>

#include "base/status.h"
#include "care/handlers.h"
#include "care/locality.h"
#include "care/shared_care/steps.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

const v1::Delegation& DelegationOf(const Work& work, const std::string& id) {
  v1::DelegationReference reference;
  reference.set_delegation_id(id);
  return *FindDelegation(work.person(), reference);
}

// Who provides or funds an element must be somebody whom the decision can be told to.
absl::Status CheckElements(const Work& work) {
  for (const v1::PanelElement& element : work.envelope().panel_decision().elements()) {
    FOSSE_RETURN_IF_ERROR(
        CheckParticipant(work, element.provided_by(), FieldPath("panel_decision.elements")));
    for (const v1::CostShare& share : element.funded_by()) {
      FOSSE_RETURN_IF_ERROR(
          CheckParticipant(work, share.organisation(), FieldPath("panel_decision.elements")));
    }
  }
  return absl::OkStatus();
}

void TellElements(Work& work, const std::string& delegation_id) {
  for (const v1::PanelElement& element : work.envelope().panel_decision().elements()) {
    std::vector<std::string> concerned = {element.provided_by()};
    for (const v1::CostShare& share : element.funded_by()) {
      concerned.push_back(share.organisation());
    }
    for (const std::string& organisation : concerned) {
      work.Tell({.recipient = organisation,
                 .urgency = v1::URGENCY_SAME_DAY,
                 .words = "The panel has decided which elements of this care you provide or fund.",
                 .delegation_id = delegation_id});
    }
  }
}

// Whoever saw the need is told. Where a worker of theirs is to hear of it, that is a step of its
// own; else this is the last one.
void TellWhoRaisedIt(Work& work, v1::Delegation& delegation) {
  const v1::SharedCareState& held = delegation.shared_care();
  if (!held.raised_by_worker().empty()) {
    AwaitStep(work, delegation, v1::SHARED_CARE_STEP_TOLD);
    return;
  }
  work.Tell({.recipient = held.raised_by(),
             .urgency = v1::URGENCY_SAME_DAY,
             .words = "The panel has decided the case that you raised.",
             .delegation_id = delegation.delegation_id()});
  CloseCase(work, delegation);
}

// A decision that leaves the task where it was: its own deadline, which the case's steps stood in
// for, sounds for it again.
void StillWaits(Work& work, v1::Delegation& delegation) {
  const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_HELD_DEADLINE);
  SetOwner(delegation, EscalationOwner(work, delegation, v1::ROUTE_SHARED_CARE), by);
  work.SetTimer(v1::TIMER_KIND_HELD_DEADLINE, delegation.delegation_id(), JustAfter(by));
}

// The decision as a precedent for like cases, with nothing in it that says whose it was (B-7.1).
void LeavePrecedent(Work& work, const v1::Delegation& delegation) {
  const v1::PanelDecision& decision = work.envelope().panel_decision();
  const auto& held = work.locality().precedents();
  v1::Change change;
  v1::Precedent& precedent = *change.mutable_precedent();
  precedent = CaseOf(delegation);
  precedent.set_number(held.empty() ? 1 : held.rbegin()->number() + 1);
  precedent.set_may_be_delegated(decision.may_be_delegated());
  precedent.set_decided_on(decision.decided_on());
  precedent.set_decided_by(work.sender());
  precedent.set_reasons_message_id(work.envelope().message_id());
  auto& kinds = *precedent.mutable_provider_kinds();
  for (const v1::PanelElement& element : decision.elements()) {
    const v1::OrganisationKind kind = KindOf(work.directory(), element.provided_by());
    if (kind == v1::ORGANISATION_KIND_UNSPECIFIED) continue;
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.Add(kind);
  }
  work.SetLocality(change);
}

// The panel's decision on the task that was referred to it (B-7.1), which is asked again with it.
void TakeDecision(Work& work, const std::string& id) {
  const v1::PanelDecision& decision = work.envelope().panel_decision();
  v1::Delegation& delegation = work.EditDelegation(id);
  v1::SharedCareState& held = *delegation.mutable_shared_care();
  if (IsOpenCase(held) && held.next_step() < v1::SHARED_CARE_STEP_DECIDED) {
    work.AddNotice("SHARED_CARE_STEPS_PASSED_OVER",
                   "The panel decided before every step to it was reported. The decision stands.",
                   "B-App-A");
  }
  held.set_step(v1::SHARED_CARE_STEP_DECIDED);
  held.set_decided_on(decision.decided_on());
  held.set_may_be_delegated(decision.may_be_delegated());
  *held.mutable_elements() = decision.elements();
  if (AwaitsProposal(delegation)) {
    AskPropose(work, delegation, /*again=*/true);
  } else {
    AskActivate(work, delegation);
  }
  if (delegation.state() == v1::DELEGATION_STATE_REFERRED) StillWaits(work, delegation);
  TellElements(work, id);
  TellWhoRaisedIt(work, delegation);
}

// Who resolves disputes in jointly funded cases; commissioning for all others, and where the
// locality names nobody.
v1::Route DisputeRoute(const Work& work) {
  const bool joint = work.envelope().dispute_raised().jointly_funded();
  return joint && !work.rulebook().OwnerOf(v1::ROUTE_DISPUTE_RESOLUTION).empty()
             ? v1::ROUTE_DISPUTE_RESOLUTION
             : v1::ROUTE_COMMISSIONING;
}

}  // namespace

absl::Status HandlePanelDecision(Work& work) {
  FOSSE_RETURN_IF_ERROR(CheckElements(work));
  const std::string& reference = work.envelope().panel_decision().referral_reference();
  for (const std::string& id : work.DelegationIds()) {
    const v1::Delegation& held = DelegationOf(work, id);
    if (reference.empty() || held.shared_care().reference() != reference) continue;
    LeavePrecedent(work, held);
    if (!IsOver(held)) TakeDecision(work, id);
  }
  for (const std::string& id : work.DelegationIds()) {
    const v1::Delegation& delegation = DelegationOf(work, id);
    if (IsOver(delegation)) continue;
    work.Show(id);
    TellParties(
        work, delegation, v1::URGENCY_SAME_DAY,
        delegation.shared_care().reference() == reference
            ? "The Shared Care forum has decided this case. The standing shows what follows."
            : "The Shared Care forum has decided. Where the task may be handed over, propose "
              "it again with the decision.");
  }
  TellRoute(work, v1::ROUTE_IPCB, v1::DELIVERY_KIND_TOLD,
            "The Shared Care forum has decided a case (B-7.1).", "");
  return absl::OkStatus();
}

absl::Status HandleFundingDecision(Work& work) {
  const v1::FundingDecision& decision = work.envelope().funding_decision();
  FOSSE_ASSIGN_OR_RETURN(v1::Delegation * found, SendersDelegation(work, decision.delegation()));
  *found->mutable_proposal()->mutable_cost_shares() = decision.shares();
  TellParties(work, *found, v1::URGENCY_ROUTINE, "Who pays for this care has been settled.");
  for (const v1::CostShare& share : decision.shares()) {
    work.Tell({.recipient = share.organisation(),
               .words = "Who pays for this care has been settled.",
               .delegation_id = found->delegation_id()});
  }
  return absl::OkStatus();
}

// A dispute about funding is noted and changes nothing of the care (INV-14).
absl::Status HandleDisputeRaised(Work& work) {
  const v1::DisputeRaised& dispute = work.envelope().dispute_raised();
  FOSSE_ASSIGN_OR_RETURN(v1::Delegation * found, SendersDelegation(work, dispute.delegation()));
  v1::DisputeState& noted = *found->mutable_dispute();
  noted.set_reference(dispute.reference());
  noted.set_open(!dispute.resolved());
  noted.set_jointly_funded(dispute.jointly_funded());
  const v1::Route route = DisputeRoute(work);
  if (dispute.resolved()) {
    found->clear_dispute_owner();
  } else {
    found->set_dispute_owner(EscalationOwner(work, *found, route));
  }
  TellParties(work, *found, v1::URGENCY_ROUTINE,
              dispute.resolved() ? "The dispute about funding has ended."
                                 : "There is a dispute about funding. Care goes on unchanged.");
  TellRoute(work, route, v1::DELIVERY_KIND_REFERRAL,
            dispute.jointly_funded()
                ? "A dispute in a jointly funded case, for the inter-agency policy (B-7.2)."
                : "A dispute about funding.",
            found->delegation_id());
  work.AddNotice("CARE_GOES_ON", "The dispute is passed on. Care goes on unchanged.", "B-7.3");
  return absl::OkStatus();
}

}  // namespace fosse::care
