// A named registrant lets HOLD or REFER pass until the next team meeting (CTL-07). Its limits are
// rules; its effect is a fact that later questions see.
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

}  // namespace

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
  }
  return absl::OkStatus();
}

}  // namespace fosse::care
