#include "care/governance/challenge.h"
#include "care/handlers.h"
#include "care/overseer.h"
#include "care/shared_care/steps.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

// Tells the owner and the next one up, and chases again after another such time. A timer never
// moves oversight and never stops care.
void Escalate(Work& work, v1::Delegation& delegation, v1::TimerKind kind, v1::Route route,
              const std::string& owner, absl::string_view words) {
  const absl::Time by = work.DeadlineOf(kind);
  SetOwner(delegation, owner, by);
  work.SetTimer(kind, delegation.delegation_id(), JustAfter(by));
  for (const std::string& recipient : {owner, EscalationOwner(work, delegation, route)}) {
    work.Tell({.recipient = recipient,
               .kind = v1::DELIVERY_KIND_ESCALATION,
               .urgency = v1::URGENCY_SAME_DAY,
               .words = std::string(words),
               .delegation_id = delegation.delegation_id(),
               .act_by = by,
               .with_proposal = true});
  }
}

void OfferUnanswered(Work& work, const v1::TimerDue& due) {
  for (const std::string& id : work.DelegationIds()) {
    v1::DelegationReference reference;
    reference.set_delegation_id(id);
    const v1::Delegation& held = *FindDelegation(work.person(), reference);
    if (!HasOpenOffer(held) || held.oversight().offer().offer_id() != due.about()) continue;
    const absl::Time deadline = TimeOf(held.oversight().offer().deadline());
    if (work.now() <= deadline) {  // At the deadline itself an answer is still in time.
      work.SetTimer(v1::TIMER_KIND_OFFER_DEADLINE, due.about(), JustAfter(deadline));
      continue;
    }
    v1::Delegation& delegation = work.EditDelegation(id);
    if (held.oversight().state() == v1::OVERSIGHT_STATE_GAP) {
      // Nobody to go back to: the offer stays open and the alarm sounds again.
      const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_OFFER_DEADLINE);
      *delegation.mutable_oversight()->mutable_offer()->mutable_deadline() = Timestamp(by);
      SetOwner(delegation, delegation.oversight().gap_owner(), by);
      work.SetTimer(v1::TIMER_KIND_OFFER_DEADLINE, due.about(), JustAfter(by));
      for (const std::string& recipient :
           {delegation.oversight().gap_owner(),
            EscalationOwner(work, delegation, v1::ROUTE_COMMISSIONING)}) {
        work.Tell({.recipient = recipient,
                   .kind = v1::DELIVERY_KIND_ESCALATION,
                   .urgency = v1::URGENCY_URGENT,
                   .words = "A live delegated task still has no clinical overseer. Take it now.",
                   .delegation_id = id,
                   .act_by = by});
      }
      continue;
    }
    CloseOffer(work, delegation, v1::OFFER_CLOSURE_EXPIRED,
               "The offer of oversight was not answered in time. The giver oversees.");
    Escalate(
        work, delegation, v1::TIMER_KIND_OFFER_PROMPT_DEADLINE, v1::ROUTE_SHARED_CARE,
        delegation.oversight().holder(),
        "The offer of oversight was not answered in time. The giver still oversees; settle who "
        "will.");
  }
}

void ConcernUnanswered(Work& work, const v1::TimerDue& due) {
  const v1::ConcernState* found = FindConcern(work.person(), due.about());
  if (found == nullptr || !found->open()) return;
  const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_CONCERN_DEADLINE);
  v1::ConcernState& concern = work.EditConcern(found->concern_id());
  *concern.mutable_act_by() = Timestamp(by);
  work.SetTimer(v1::TIMER_KIND_CONCERN_DEADLINE, concern.concern_id(), JustAfter(by));
  std::vector<std::string> recipients = {concern.owner()};
  // A safeguarding concern goes nowhere else, late or not (HAZ-43).
  const bool safeguarding = concern.concern().kind() == v1::CONCERN_KIND_SAFEGUARDING;
  if (!safeguarding) {
    recipients.push_back(work.rulebook().document().cover_owner());
    recipients.push_back(std::string(work.rulebook().OwnerOf(v1::ROUTE_COMMISSIONING)));
  }
  for (const std::string& recipient : recipients) {
    work.Tell({.recipient = recipient,
               .kind = v1::DELIVERY_KIND_ESCALATION,
               .urgency = v1::URGENCY_URGENT,
               .words = "A concern has not been acted on in time. Act now, and call.",
               .delegation_id = safeguarding ? "" : concern.delegation_id(),
               .act_by = by,
               .to_nobody_else = safeguarding});
  }
}

// Nothing starts again by itself: its overseer is asked until it has said what becomes of the task.
void StillStopped(Work& work, v1::Delegation& delegation) {
  const v1::PersonIdentity& identity = work.person().identity();
  absl::string_view words =
      "The task is still suspended. Say whether it goes on or ends; who delivers meanwhile is "
      "shown.";
  if (identity.death_reported()) {
    words =
        "The person was reported to have died, and nobody has confirmed or corrected it. The "
        "task is still paused: find out.";
  } else if (identity.away()) {
    words =
        "The person is still recorded as away and the task is still paused. Find out when the "
        "person is back, or end the task.";
  } else if (delegation.state() != v1::DELEGATION_STATE_SUSPENDED) {
    words = "The person is back and the task still waits. Say whether it goes on as it was.";
  }
  Escalate(work, delegation, v1::TIMER_KIND_HELD_DEADLINE, v1::ROUTE_NAMED_CLINICIAN,
           delegation.oversight().holder().empty() ? delegation.proposal().delegating()
                                                   : delegation.oversight().holder(),
           words);
}

void StillWithCommissioning(Work& work, v1::Delegation& delegation) {
  const std::string owner = EscalationOwner(work, delegation, v1::ROUTE_COMMISSIONING);
  if (AwaitsCommissioning(work, delegation)) {
    Escalate(work, delegation, v1::TIMER_KIND_REGISTRATION_ACTION, v1::ROUTE_COMMISSIONING, owner,
             "It is still not settled who oversees this task, and who delivers, where the person "
             "is now. The overseer shown keeps it meanwhile.");
  } else if (IsLive(delegation) && delegation.owner() == owner) {
    PassOwner(work, delegation);
  }
}

// Two organisations do one task and the day is over until which they may (INV-06): the older one is
// to be ended. Nothing stops by itself.
void ChangeoverEnds(Work& work, v1::Delegation& delegation) {
  for (const std::string& id : OverlapsOf(work, delegation)) {
    v1::Delegation& other = work.EditDelegation(id);
    const bool is_older = TimeOf(delegation.active_since()) <= TimeOf(other.active_since());
    v1::Delegation& older = is_older ? delegation : other;
    const v1::Delegation& newer = is_older ? other : delegation;
    // Chased already: either of the two may carry the day.
    if (older.state() == v1::DELEGATION_STATE_ACTIVE && !older.owner().empty() &&
        TimeOf(older.next_action_at()) > work.now()) {
      continue;
    }
    Escalate(work, older, v1::TIMER_KIND_HELD_DEADLINE, v1::ROUTE_COMMISSIONING,
             older.proposal().delegating(),
             "The changeover is over and two organisations still do this task. End the older "
             "delegation; until then both visit, and care goes on.");
    for (const std::string& provider :
         {older.proposal().delegated_to(), newer.proposal().delegated_to()}) {
      work.Tell({.recipient = provider,
                 .urgency = v1::URGENCY_SAME_DAY,
                 .words = "The changeover is over and two organisations still do this task. Speak "
                          "with each other: the older delegation is to be ended.",
                 .delegation_id = provider == older.proposal().delegated_to()
                                      ? older.delegation_id()
                                      : newer.delegation_id()});
    }
  }
}

void ReviewDue(Work& work, v1::Delegation& delegation) {
  if (!IsLive(delegation)) return;
  if (NoteLapsedWorkers(work, delegation)) AskContinue(work, delegation);
  if (ReviewOf(delegation, work.now()) == v1::Facts::REVIEW_STATUS_OVERDUE) {
    const ReviewChase chase = NextReviewChase(work, delegation);
    std::vector<std::string> recipients = {
        delegation.oversight().holder(),
        EscalationOwner(work, delegation, v1::ROUTE_NAMED_CLINICIAN)};
    if (chase.again)
      recipients.push_back(EscalationOwner(work, delegation, v1::ROUTE_COMMISSIONING));
    for (const std::string& recipient : recipients) {
      work.Tell({.recipient = recipient,
                 .kind = v1::DELIVERY_KIND_ESCALATION,
                 .urgency = v1::URGENCY_SAME_DAY,
                 .words = chase.again
                              ? "The review of this task is still overdue. Care goes on; see that "
                                "it is reviewed now (B-1.7d)."
                              : "The review of this task is overdue. Care goes on; review it now "
                                "(B-1.7d).",
                 .delegation_id = delegation.delegation_id(),
                 .act_by = chase.next});
    }
  }
  ChangeoverEnds(work, delegation);
  ArmReviewTimer(work, delegation);
}

void DelegationTimer(Work& work, v1::TimerKind kind, v1::Delegation& delegation) {
  const v1::DelegationProposal& proposal = delegation.proposal();
  switch (kind) {
    case v1::TIMER_KIND_RESPONSE_DEADLINE:
      if (delegation.state() != v1::DELEGATION_STATE_PROPOSED) return;
      if (AwaitsReturn(delegation)) {
        StillStopped(work, delegation);
        return;
      }
      if (!delegation.has_response()) {
        work.Tell({.recipient = proposal.delegated_to(),
                   .urgency = v1::URGENCY_SAME_DAY,
                   .words = "The proposal has not been answered in time. It is not yours until you "
                            "accept it.",
                   .delegation_id = delegation.delegation_id()});
        Escalate(
            work, delegation, kind, v1::ROUTE_COMMISSIONING, proposal.delegating(),
            "The proposal has not been answered in time: it is not accepted. Whoever gives the "
            "care now goes on.");
      } else {
        Escalate(work, delegation, kind, v1::ROUTE_NAMED_CLINICIAN, proposal.delegated_to(),
                 "The task was accepted and cannot start yet. The standing shows what is missing.");
      }
      return;
    case v1::TIMER_KIND_HELD_DEADLINE:
      if (delegation.state() == v1::DELEGATION_STATE_HELD) {
        Escalate(work, delegation, kind, v1::ROUTE_NAMED_CLINICIAN, proposal.delegating(),
                 "The proposal is still incomplete. Complete or withdraw it; whoever gives "
                 "the care now goes on.");
      } else if (!delegation.duplicate_of().empty()) {
        Escalate(work, delegation, kind, v1::ROUTE_COMMISSIONING,
                 delegation.owner().empty() ? proposal.delegating() : delegation.owner(),
                 "Two live tasks are still the same care in the same slot. Agree which one ends.");
      } else if (delegation.state() == v1::DELEGATION_STATE_REFERRED ||
                 delegation.state() == v1::DELEGATION_STATE_AT_RISK) {
        Escalate(work, delegation, kind, v1::ROUTE_COMMISSIONING,
                 delegation.owner().empty() ? proposal.delegating() : delegation.owner(),
                 "This still waits for a decision or a remedy. The standing shows who must act.");
      } else if (AwaitsReturn(delegation) || delegation.state() == v1::DELEGATION_STATE_PAUSED ||
                 delegation.state() == v1::DELEGATION_STATE_SUSPENDED) {
        StillStopped(work, delegation);
      } else if (delegation.state() == v1::DELEGATION_STATE_ACTIVE) {
        ChangeoverEnds(work, delegation);
        if (OverlapsOf(work, delegation).empty()) PassOwner(work, delegation);
      }
      return;
    case v1::TIMER_KIND_OFFER_PROMPT_DEADLINE:
      if (!IsLive(delegation) || HasOpenOffer(delegation)) return;
      Escalate(work, delegation, kind, v1::ROUTE_SHARED_CARE, delegation.oversight().holder(),
               "No offer of oversight has been sent. You still oversee; end the task or send the "
               "offer.");
      return;
    case v1::TIMER_KIND_START_DUE:
      if (delegation.state() != v1::DELEGATION_STATE_READY) return;
      Escalate(work, delegation, kind, v1::ROUTE_NAMED_CLINICIAN, proposal.delegated_to(),
               "The agreed start has not been confirmed. Whoever gives the care now goes on.");
      return;
    case v1::TIMER_KIND_REVIEW_DUE:
      ReviewDue(work, delegation);
      return;
    case v1::TIMER_KIND_REGISTRATION_ACTION:
      StillWithCommissioning(work, delegation);
      return;
    case v1::TIMER_KIND_OVERRIDE_ENDS:
      OverrideEnds(work, delegation);
      return;
    case v1::TIMER_KIND_COMPETENCE_WARNING:
      CompetenceRunsOut(work, delegation);
      return;
    default:
      return;
  }
}

}  // namespace

absl::Status HandleTimerDue(Work& work) {
  const v1::TimerDue& due = work.envelope().timer_due();
  if (due.kind() == v1::TIMER_KIND_OFFER_DEADLINE) {
    OfferUnanswered(work, due);
    return absl::OkStatus();
  }
  if (due.kind() == v1::TIMER_KIND_CONCERN_DEADLINE) {
    ConcernUnanswered(work, due);
    return absl::OkStatus();
  }
  if (due.kind() == v1::TIMER_KIND_COVER_DEADLINE) {
    CoverUnsettled(work, due.about());
    return absl::OkStatus();
  }
  if (due.kind() == v1::TIMER_KIND_SHARED_CARE_STEP) {
    SharedCareStepDue(work, due);
    return absl::OkStatus();
  }
  if (due.kind() == v1::TIMER_KIND_CHALLENGE_DEADLINE) {
    ChallengeUnanswered(work, due.about());
    return absl::OkStatus();
  }
  if (due.kind() == v1::TIMER_KIND_HELD_DEADLINE) ChaseClaims(work, due.about());
  v1::DelegationReference reference;
  reference.set_delegation_id(due.about());
  const v1::Delegation* found = FindDelegation(work.person(), reference);
  if (found != nullptr && !IsOver(*found)) {
    DelegationTimer(work, due.kind(), work.EditDelegation(found->delegation_id()));
  }
  return absl::OkStatus();
}

}  // namespace fosse::care
