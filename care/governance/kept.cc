// Bodies that are kept in the trail and passed on to whom they concern. None stops care that runs.
#include "base/status.h"
#include "care/handlers.h"
#include "care/steps.h"

namespace fosse::care {
namespace {

void TellRoute(Work& work, v1::Route route, v1::DeliveryKind kind, absl::string_view words,
               const std::string& delegation_id) {
  work.Tell({.recipient = std::string(work.rulebook().OwnerOf(route)),
             .kind = kind,
             .urgency = v1::URGENCY_SAME_DAY,
             .words = std::string(words),
             .delegation_id = delegation_id,
             .with_proposal = kind == v1::DELIVERY_KIND_REFERRAL});
}

// Who resolves disputes in jointly funded cases; commissioning where the locality names nobody.
v1::Route JointDisputes(const Work& work) {
  return work.rulebook().OwnerOf(v1::ROUTE_DISPUTE_RESOLUTION).empty()
             ? v1::ROUTE_COMMISSIONING
             : v1::ROUTE_DISPUTE_RESOLUTION;
}

// The forum's decision on the task that was referred to it (B-7.1), which is asked again with it.
void TakeDecision(Work& work) {
  const v1::PanelDecision& decision = work.envelope().panel_decision();
  for (const std::string& id : work.DelegationIds()) {
    v1::DelegationReference reference;
    reference.set_delegation_id(id);
    const v1::Delegation* held = FindDelegation(work.person(), reference);
    if (held == nullptr || IsOver(*held) || decision.referral_reference().empty() ||
        held->shared_care().reference() != decision.referral_reference()) {
      continue;
    }
    v1::Delegation& delegation = work.EditDelegation(id);
    delegation.mutable_shared_care()->set_decided_on(decision.decided_on());
    delegation.mutable_shared_care()->set_may_be_delegated(decision.may_be_delegated());
    if (AwaitsProposal(delegation)) {
      AskPropose(work, delegation, /*again=*/true);
    } else {
      AskActivate(work, delegation);
    }
  }
}

}  // namespace

absl::Status HandleTrainingRequest(Work& work) {
  work.Tell({.recipient = work.envelope().training_request().training_provider(),
             .kind = v1::DELIVERY_KIND_REFERRAL,
             .words = "Training is asked for. The Training Needs Analysis is enclosed (B-4.6)."});
  return absl::OkStatus();
}

absl::Status HandleSharedCareReferral(Work& work) {
  const v1::SharedCareReferral& referral = work.envelope().shared_care_referral();
  std::string id;
  if (referral.has_delegation()) {
    FOSSE_ASSIGN_OR_RETURN(v1::Delegation * found, SendersDelegation(work, referral.delegation()));
    id = found->delegation_id();
    // The forum answers by this reference.
    found->mutable_shared_care()->set_reference(referral.reference());
    found->mutable_shared_care()->clear_decided_on();
    found->mutable_shared_care()->clear_may_be_delegated();
    TellParties(work, *found, v1::URGENCY_ROUTINE,
                "The case goes to the Shared Care forum. Care goes on meanwhile as shown.");
  }
  TellRoute(work, v1::ROUTE_SHARED_CARE, v1::DELIVERY_KIND_REFERRAL,
            "A case for the Shared Care forum (B-7.1).", id);
  return absl::OkStatus();
}

absl::Status HandlePanelDecision(Work& work) {
  TakeDecision(work);
  for (const std::string& id : work.DelegationIds()) {
    v1::DelegationReference reference;
    reference.set_delegation_id(id);
    const v1::Delegation& delegation = *FindDelegation(work.person(), reference);
    if (IsOver(delegation)) continue;
    work.Show(id);
    TellParties(work, delegation, v1::URGENCY_SAME_DAY,
                "The Shared Care forum has decided. Where the task may be handed over, propose it "
                "again with the decision.");
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
  TellParties(work, *found, v1::URGENCY_ROUTINE,
              dispute.resolved() ? "The dispute about funding has ended."
                                 : "There is a dispute about funding. Care goes on unchanged.");
  // Only jointly funded cases have a way of their own (B-7.2).
  TellRoute(work, dispute.jointly_funded() ? JointDisputes(work) : v1::ROUTE_COMMISSIONING,
            v1::DELIVERY_KIND_REFERRAL,
            dispute.jointly_funded()
                ? "A dispute in a jointly funded case, for the inter-agency policy (B-7.2)."
                : "A dispute about funding.",
            found->delegation_id());
  work.AddNotice("CARE_GOES_ON", "The dispute is passed on. Care goes on unchanged.", "B-7.3");
  return absl::OkStatus();
}

absl::Status HandleIssueReport(Work& work) {
  TellRoute(work, v1::ROUTE_IPCB, v1::DELIVERY_KIND_REFERRAL,
            "A problem with the framework is reported to the board (B-6.1).", "");
  return absl::OkStatus();
}

absl::Status HandleRuling(Work& work) {
  for (const v1::Participant& participant : work.directory().document().participants()) {
    switch (participant.kind()) {
      case v1::ORGANISATION_KIND_COMMUNITY_HEALTH:
      case v1::ORGANISATION_KIND_COUNCIL:
      case v1::ORGANISATION_KIND_ACUTE:
      case v1::ORGANISATION_KIND_SHARED_CARE:
        work.Tell({.recipient = participant.id(), .words = "The board has ruled (B-6.1)."});
        break;
      default:
        break;
    }
  }
  return absl::OkStatus();
}

absl::Status HandleBreakGlass(Work& work) {
  for (const v1::Delegation& delegation : work.person().delegations()) {
    if (IsOver(delegation)) continue;
    work.Tell({.recipient = delegation.oversight().holder(),
               .urgency = v1::URGENCY_URGENT,
               .words = "Exceptional access to this person's record was used (CTL-07)."});
  }
  return absl::OkStatus();
}

absl::Status HandleKept(Work& work) {
  work.AddNotice("ENTRY_ONLY", "The message is kept in the trail.", "");
  return absl::OkStatus();
}

}  // namespace fosse::care
