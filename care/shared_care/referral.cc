// A Shared Care case up to the panel: opened, taken from step to step in order, or brought before
// the panel at once.
#include "base/status.h"
#include "care/handlers.h"
#include "care/shared_care/steps.h"
#include "care/steps.h"

namespace fosse::care {
namespace {

void BeginCase(Work& work, v1::Delegation& delegation) {
  const v1::SharedCareReferral& referral = work.envelope().shared_care_referral();
  v1::SharedCareState& held = *delegation.mutable_shared_care();
  held.Clear();
  held.set_reference(referral.reference());
  held.set_raised_by(work.sender());
  held.set_raised_by_worker(referral.raised_by_worker());
}

// A provider and its workers see needs and are told; the steps between are the team's.
bool IsTheTeams(const Work& work) {
  return KindOf(work.directory(), work.sender()) != v1::ORGANISATION_KIND_PROVIDER;
}

absl::Status WrongSender() {
  return MakeError(absl::StatusCode::kInvalidArgument, "SENDER_WRONG",
                   "this step is reported by the team that takes the case to the panel, or by "
                   "whoever raised the need",
                   {{"field", FieldPath("shared_care_referral.step")}});
}

// A case that is under way is not begun anew: two who see the same need have one case (B-1.7b).
bool IsBeforeThePanelDecides(const v1::SharedCareState& held) {
  return IsOpenCase(held) && held.step() < v1::SHARED_CARE_STEP_DECIDED;
}

absl::Status SpotNeed(Work& work, v1::Delegation& delegation) {
  if (IsOver(delegation)) return StateConflict(CodeOf(v1::DELEGATION_STATE_ACTIVE));
  if (IsBeforeThePanelDecides(delegation.shared_care())) {
    return StateConflict(CodeOf(delegation.shared_care().next_step()));
  }
  BeginCase(work, delegation);
  delegation.mutable_shared_care()->set_step(v1::SHARED_CARE_STEP_NEED_SPOTTED);
  TellParties(work, delegation, v1::URGENCY_ROUTINE,
              "A need for health and social care together was seen. Care goes on meanwhile as "
              "shown.");
  AwaitStep(work, delegation, v1::SHARED_CARE_STEP_TEAM_MET);
  return absl::OkStatus();
}

// Everything before is done: the panel is asked.
absl::Status BringBeforePanel(Work& work, v1::Delegation& delegation) {
  const v1::SharedCareState& before = delegation.shared_care();
  if (!IsTheTeams(work)) return WrongSender();
  // A case that goes step by step does not pass over any.
  if (IsBeforeThePanelDecides(before) && before.next_step() != v1::SHARED_CARE_STEP_DECIDED) {
    return StateConflict(CodeOf(before.next_step()));
  }
  BeginCase(work, delegation);
  delegation.mutable_shared_care()->set_step(v1::SHARED_CARE_STEP_PASSED_ON);
  TellParties(work, delegation, v1::URGENCY_ROUTINE,
              "The case goes to the Shared Care forum. Care goes on meanwhile as shown.");
  AwaitStep(work, delegation, v1::SHARED_CARE_STEP_DECIDED);
  return absl::OkStatus();
}

void NoteTeam(Work& work, v1::Delegation& delegation) {
  const v1::MdtDecision& mdt = work.envelope().shared_care_referral().mdt();
  const bool agreed = mdt.outcome() == v1::MDT_OUTCOME_AGREED;
  delegation.mutable_shared_care()->set_team_agreed(agreed ? v1::ANSWER_YES : v1::ANSWER_NO);
  if (agreed) return;
  TellRoute(work, v1::ROUTE_SHARED_CARE, v1::DELIVERY_KIND_ESCALATION,
            "The team could not agree: the forum will decide (B-7.1). The form follows. Care goes "
            "on meanwhile as shown.",
            delegation.delegation_id());
}

absl::Status TakeStep(Work& work, v1::Delegation& delegation, v1::SharedCareStep step) {
  v1::SharedCareState& held = *delegation.mutable_shared_care();
  if (held.reference() != work.envelope().shared_care_referral().reference() || !IsOpenCase(held)) {
    return StateConflict(CodeOf(v1::SHARED_CARE_STEP_NEED_SPOTTED));
  }
  if (step != held.next_step()) return StateConflict(CodeOf(held.next_step()));
  if (IsOver(delegation) && step != v1::SHARED_CARE_STEP_TOLD) {
    return StateConflict(CodeOf(v1::DELEGATION_STATE_ACTIVE));
  }
  if (step == v1::SHARED_CARE_STEP_TOLD ? work.sender() != held.owner() : !IsTheTeams(work)) {
    return WrongSender();
  }
  held.set_step(step);
  switch (step) {
    case v1::SHARED_CARE_STEP_TEAM_MET:
      NoteTeam(work, delegation);
      AwaitStep(work, delegation, v1::SHARED_CARE_STEP_FORM_COMPLETED);
      break;
    case v1::SHARED_CARE_STEP_FORM_COMPLETED:
      AwaitStep(work, delegation, v1::SHARED_CARE_STEP_PASSED_ON);
      break;
    case v1::SHARED_CARE_STEP_PASSED_ON:
      TellParties(work, delegation, v1::URGENCY_ROUTINE,
                  "The case goes to the Shared Care forum. Care goes on meanwhile as shown.");
      AwaitStep(work, delegation, v1::SHARED_CARE_STEP_DECIDED);
      break;
    default:  // TOLD; nothing else is ever a next step that a referral takes.
      CloseCase(work, delegation);
      work.AddNotice("SHARED_CARE_CLOSED", "The decision has been told: the case is closed.",
                     "B-App-A");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status HandleSharedCareReferral(Work& work) {
  const v1::SharedCareReferral& referral = work.envelope().shared_care_referral();
  if (!referral.has_delegation()) {
    if (!IsTheTeams(work)) return WrongSender();
    TellRoute(work, v1::ROUTE_SHARED_CARE, v1::DELIVERY_KIND_REFERRAL,
              "A case for the Shared Care forum (B-7.1).", "");
    return absl::OkStatus();
  }
  FOSSE_ASSIGN_OR_RETURN(v1::Delegation * found, SendersDelegation(work, referral.delegation()));
  switch (referral.step()) {
    case v1::SHARED_CARE_STEP_UNSPECIFIED:
      return BringBeforePanel(work, *found);
    case v1::SHARED_CARE_STEP_NEED_SPOTTED:
      return SpotNeed(work, *found);
    default:
      return TakeStep(work, *found, referral.step());
  }
}

}  // namespace fosse::care
