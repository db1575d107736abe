#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "care/handlers.h"
#include "care/locality.h"
#include "care/overseer.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

// What the catalogue says of the task, or for one in no catalogue the team (B-1.8). Where the team
// asks for specific training in a generic task, it says so too (B-4.4).
void SetTask(Work& work, v1::Delegation& delegation, bool again) {
  const v1::DelegationProposal& proposal = delegation.proposal();
  const v1::CatalogueTask* listed = work.rulebook().FindTask(proposal.task().code());
  delegation.set_task_code(listed == nullptr ? "" : listed->code());
  delegation.set_training_class(listed == nullptr ? proposal.mdt().training_class()
                                                  : listed->training_class());
  if (!IsMadeSpecific(SituationOf(work), delegation)) return;
  delegation.set_training_class(v1::TRAINING_CLASS_SPECIFIC);
  if (again) return;  // Told when it was proposed; whoever sends now brings something else.
  work.AddNotice("TASK_TAKEN_AS_SPECIFIC",
                 "The team asks for specific training, so this is not taken as one of the seven "
                 "generic tasks: the worker is trained and assessed for this person alone.",
                 "B-4.4");
}

void BecomeProposed(Work& work, v1::Delegation& delegation, bool again) {
  const v1::DelegationProposal& proposal = delegation.proposal();
  const DerivedOverseer derived = DeriveOverseer(work.person(), delegation, work.directory());
  delegation.set_state(v1::DELEGATION_STATE_PROPOSED);
  delegation.clear_resumes_as();
  delegation.clear_missing_rules();
  if (!derived.organisation.empty()) {
    v1::Oversight& oversight = *delegation.mutable_oversight();
    oversight.set_state(v1::OVERSIGHT_STATE_HELD);
    oversight.set_holder(derived.organisation);
    *oversight.mutable_contacts() = ContactsOf(work.directory(), derived.organisation);
    *oversight.mutable_since() = Timestamp(work.now());
  }
  const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_RESPONSE_DEADLINE);
  SetOwner(delegation, proposal.delegated_to(), by);
  work.CancelTimer(v1::TIMER_KIND_HELD_DEADLINE, delegation.delegation_id());
  work.SetTimer(v1::TIMER_KIND_RESPONSE_DEADLINE, delegation.delegation_id(), JustAfter(by));

  TellOfTask(
      work, delegation,
      {.recipient = proposal.delegated_to(),
       .kind = v1::DELIVERY_KIND_PROPOSAL,
       .urgency = v1::URGENCY_ROUTINE,
       .words = "This task is proposed to you. Accept or decline it by the time shown. It is "
                "not yours before the start is confirmed.",
       .act_by = by,
       .with_proposal = again});
  TellOfTask(work, delegation,
             {.recipient = proposal.delegating(),
              .words = "The task has been proposed to the organisation named."});
  TellOfTask(work, delegation,
             {.recipient = delegation.oversight().holder(),
              .words = "You would oversee this task once it is active (B-5.5)."});
  if (!proposal.proposed_overseer().empty() &&
      proposal.proposed_overseer() != derived.organisation) {
    work.AddNotice(
        "OVERSEER_CORRECTED",
        "The overseer named in the proposal is not the one that the framework gives; the "
        "one shown oversees.",
        "B-5.5");
  }
}

void BecomeHeld(Work& work, v1::Delegation& delegation) {
  const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_HELD_DEADLINE);
  delegation.set_state(v1::DELEGATION_STATE_HELD);
  delegation.clear_resumes_as();
  NoteMissing(work, delegation);
  SetOwner(delegation, delegation.proposal().delegating(), by);
  work.SetTimer(v1::TIMER_KIND_HELD_DEADLINE, delegation.delegation_id(), JustAfter(by));
}

void BecomeReferred(Work& work, v1::Delegation& delegation) {
  delegation.set_state(v1::DELEGATION_STATE_REFERRED);
  delegation.clear_resumes_as();
  NoteMissing(work, delegation);
  Refer(work, delegation);
}

void BecomeDenied(Work& work, v1::Delegation& delegation) {
  NoteMissing(work, delegation);
  const auto missing = delegation.missing_rules();
  EndDelegation(work, delegation, v1::DELEGATION_STATE_DECLINED, "denied-by-rules",
                /*need_has_ended=*/false,
                "The task may not be handed over. Whoever gives the care now goes on.");
  *delegation.mutable_missing_rules() = missing;
}

// What a clinical override passes over may be sent after it has gone on: the same care, to the same
// organisation, by the same kind of worker, stated in full.
bool MayComplete(const v1::Delegation& delegation, const v1::DelegationProposal& proposal) {
  const v1::DelegationProposal& before = delegation.proposal();
  return !delegation.overrides().empty() && before.delegated_to() == proposal.delegated_to() &&
         before.direction() == proposal.direction() && before.performer() == proposal.performer() &&
         before.task().code().system() == proposal.task().code().system() &&
         before.task().code().code() == proposal.task().code().code() &&
         before.task().setting() == proposal.task().setting() &&
         before.task().slot() == proposal.task().slot();
}

// Takes the proposal where PROPOSE permits it; else what stands stays, and the findings say why.
void CompleteProposal(Work& work, v1::Delegation& delegation,
                      const v1::DelegationProposal& proposal) {
  v1::Delegation candidate = delegation;
  *candidate.mutable_proposal() = proposal;
  *candidate.mutable_proposed_by() = work.envelope().acting_person();
  SetTask(work, candidate, /*again=*/false);
  const v1::Facts facts = DelegationFacts(SituationOf(work), candidate);
  // It starts nothing: it is taken where only the time is not sure.
  if (work.Ask(v1::QUESTION_PROPOSE, facts, &candidate) != v1::OUTCOME_PERMIT &&
      !work.held_for_clock()) {
    work.AddNotice("PROPOSAL_NOT_COMPLETE",
                   "The proposal still lacks what the override passed over: the findings say what. "
                   "The one before stands.",
                   "CTL-07");
    return;
  }
  candidate.set_review_on(delegation.review_on());
  delegation = candidate;
  TellParties(work, delegation, v1::URGENCY_ROUTINE,
              "What a clinical override passed over has been sent. The proposal is complete.");
  AskActivate(work, delegation);
  AskContinue(work, delegation);
}

constexpr int kMostPrecedents = 3;

// Where the team found no consensus, or the forum is to decide: what it decided in like cases, the
// latest first (B-7.1). It settles nothing here.
void ShowPrecedents(Work& work, const v1::Delegation& delegation, const v1::Facts& facts) {
  const v1::Decision& answer = work.last_decision();
  const bool to_forum = std::any_of(
      answer.findings().begin(), answer.findings().end(), [](const v1::Finding& finding) {
        return finding.outcome() == v1::OUTCOME_REFER && finding.route() == v1::ROUTE_SHARED_CARE;
      });
  if (facts.mdt_decision() != v1::Facts::MDT_DECISION_NO_CONSENSUS && !to_forum) return;
  const v1::Precedent wanted = CaseOf(delegation);
  const auto& precedents = work.locality().precedents();
  int shown = 0;
  for (auto it = precedents.rbegin(); it != precedents.rend() && shown < kMostPrecedents; ++it) {
    if (!IsLikeCase(*it, wanted)) continue;
    ++shown;
    const absl::string_view decided =
        it->may_be_delegated() == v1::ANSWER_YES  ? "may be handed over"
        : it->may_be_delegated() == v1::ANSWER_NO ? "may not be handed over"
                                                  : "see the reasons";
    work.AddNotice("PRECEDENT",
                   absl::StrCat("The Shared Care forum decided a like case on ", it->decided_on(),
                                ": ", decided, " (precedent ", it->number(), ")."),
                   "B-7.1");
  }
}

// Nothing said of the proposal before holds for the new one: no worker, no objection.
void Supersede(Work& work, v1::Delegation& delegation, const v1::DelegationProposal& proposal) {
  TakeOffOthers(work, delegation, "");
  delegation.clear_overrides();
  delegation.set_delegator_objects(false);
  const std::string before = delegation.proposal().delegated_to();
  if (before == proposal.delegated_to() || !WasProposed(delegation)) return;
  work.Tell({.recipient = before,
             .kind = v1::DELIVERY_KIND_WITHDRAWAL,
             .urgency = v1::URGENCY_SAME_DAY,
             .words = "The proposal is withdrawn. The task is not, and will not be, yours.",
             .delegation_id = delegation.delegation_id()});
  auto& told = *delegation.mutable_told();
  told.erase(std::remove(told.begin(), told.end(), before), told.end());
}

}  // namespace

void AskPropose(Work& work, v1::Delegation& delegation, bool again) {
  const v1::DelegationState before = delegation.state();
  SetTask(work, delegation, again);
  NameInterim(work, delegation);
  const v1::Facts facts = DelegationFacts(SituationOf(work), delegation);
  const v1::Outcome outcome = work.Ask(v1::QUESTION_PROPOSE, facts, &delegation);
  delegation.set_rulebook_id(work.rulebook().document().id());
  if (!again && (outcome == v1::OUTCOME_HOLD || outcome == v1::OUTCOME_REFER)) {
    ShowPrecedents(work, delegation, facts);
  }
  switch (outcome) {
    case v1::OUTCOME_PERMIT:
      BecomeProposed(work, delegation, again);
      return;
    case v1::OUTCOME_HOLD:
      if (again && before == v1::DELEGATION_STATE_HELD) {
        NoteMissing(work, delegation);  // Still waits; its deadline runs on.
      } else {
        BecomeHeld(work, delegation);
      }
      return;
    case v1::OUTCOME_REFER:
      if (again && before == v1::DELEGATION_STATE_REFERRED) {
        NoteMissing(work, delegation);  // Whoever must decide has it already.
      } else {
        BecomeReferred(work, delegation);
      }
      return;
    default:
      BecomeDenied(work, delegation);
  }
}

void GoBackToProposal(Work& work, v1::Delegation& delegation, v1::Outcome outcome) {
  for (const v1::TimerKind kind :
       {v1::TIMER_KIND_START_DUE, v1::TIMER_KIND_RESPONSE_DEADLINE, v1::TIMER_KIND_HELD_DEADLINE}) {
    work.CancelTimer(kind, delegation.delegation_id());
  }
  if (outcome == v1::OUTCOME_DENY) {
    BecomeDenied(work, delegation);
    return;
  }
  // It was accepted on the strength of what is no longer there.
  delegation.clear_response();
  if (outcome == v1::OUTCOME_HOLD) {
    BecomeHeld(work, delegation);
  } else {
    BecomeReferred(work, delegation);
  }
  TellParties(work, delegation, v1::URGENCY_SAME_DAY,
              "The clinical override of this proposal has ended, and what it passed over is still "
              "missing: the findings say what. The task has not started, and whoever gives "
              "the care now goes on.");
}

absl::Status HandleDelegationProposal(Work& work) {
  const v1::DelegationProposal& proposal = work.envelope().delegation_proposal();
  if (proposal.delegating() != work.sender()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "SENDER_WRONG",
                     "only the organisation that hands a task over can propose it",
                     {{"field", FieldPath("delegation_proposal.delegating")}});
  }
  FOSSE_RETURN_IF_ERROR(CheckParticipant(work, proposal.delegated_to(),
                                         FieldPath("delegation_proposal.delegated_to")));
  // A complete proposal supersedes the one that was held or referred under the same reference.
  std::string id;
  for (const v1::Delegation& other : work.person().delegations()) {
    if (other.proposal().reference() != proposal.reference() ||
        other.proposal().delegating() != proposal.delegating() || IsOver(other)) {
      continue;
    }
    id = other.delegation_id();
    if (AwaitsProposal(other) || other.state() == v1::DELEGATION_STATE_REFERRED) continue;
    if (!MayComplete(other, proposal)) return StateConflict(CodeOf(v1::DELEGATION_STATE_HELD));
    CompleteProposal(work, work.EditDelegation(id), proposal);
    return absl::OkStatus();
  }
  v1::Delegation& delegation = work.EditDelegation(id.empty() ? work.NewId("D-") : id);
  if (!id.empty()) Supersede(work, delegation, proposal);
  if (IsHealthBody(work.directory(), proposal.interim_deliverer()) &&
      proposal.interim_deliverer() != delegation.interim_deliverer()) {
    // The new proposal names another; it is told below.
    StandDownInterim(work, delegation,
                     "Another organisation is named to deliver this care from now on. You need not "
                     "deliver it any longer.");
  }
  *delegation.mutable_proposal() = proposal;
  *delegation.mutable_proposed_by() = work.envelope().acting_person();
  *delegation.mutable_proposed_at() = Timestamp(work.now());
  delegation.set_review_on(proposal.plan().review_on());
  delegation.clear_response();
  delegation.clear_oversight();
  AskPropose(work, delegation, /*again=*/false);
  return absl::OkStatus();
}

}  // namespace fosse::care
