#include "base/status.h"
#include "care/handlers.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

constexpr char kDied[] = "died";  // As Delegation.ended_because.

// Each delegation of the person that is not over.
template <typename Do>
void ForEachOpen(Work& work, Do act) {
  for (const std::string& id : work.DelegationIds()) {
    v1::DelegationReference reference;
    reference.set_delegation_id(id);
    if (!IsOver(*FindDelegation(work.person(), reference))) act(work.EditDelegation(id));
  }
}

void PromptOverseers(Work& work, absl::string_view words) {
  ForEachOpen(work, [&](v1::Delegation& delegation) {
    if (AwaitsStart(delegation) && !AwaitsReturn(delegation)) {
      AskActivate(work, delegation);  // It was not ready when the person went: nothing to confirm.
      return;
    }
    if (delegation.state() != v1::DELEGATION_STATE_PAUSED && !AwaitsReturn(delegation)) return;
    const std::string overseer = delegation.oversight().holder().empty()
                                     ? delegation.proposal().delegating()
                                     : delegation.oversight().holder();
    const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_OFFER_PROMPT_DEADLINE);
    SetOwner(delegation, overseer, by);
    work.Tell({.recipient = overseer,
               .kind = v1::DELIVERY_KIND_PROMPT,
               .urgency = v1::URGENCY_SAME_DAY,
               .words = std::string(words),
               .delegation_id = delegation.delegation_id(),
               .act_by = by});
    work.Tell({.recipient = delegation.interim_deliverer(),
               .urgency = v1::URGENCY_SAME_DAY,
               .words = "You deliver this care until the overseer has answered.",
               .delegation_id = delegation.delegation_id()});
  });
}

void ReportDeath(Work& work) {
  v1::PersonIdentity& identity = work.EditIdentity();
  if (!identity.death_reported()) identity.set_death_reported_by(work.sender());
  identity.set_death_reported(true);
  ForEachOpen(work, [&](v1::Delegation& delegation) {
    if (IsRunning(delegation)) {
      Pause(work, delegation, v1::URGENCY_URGENT,
            "The person is reported to have died. The task is paused until this is confirmed or "
            "corrected.");
    }
    HoldForReturn(work, delegation);
  });
}

// One source that is no health body ends nobody's care: another must have said so before.
bool MayConfirmDeath(const Work& work) {
  const v1::PersonIdentity& identity = work.person().identity();
  return IsHealthBody(work.directory(), work.sender()) ||
         (identity.death_reported() && identity.death_reported_by() != work.sender());
}

void ConfirmDeath(Work& work) {
  work.EditIdentity().set_death_reported(true);
  work.EditIdentity().set_died(true);
  ForEachOpen(work, [&](v1::Delegation& delegation) {
    EndDelegation(work, delegation, v1::DELEGATION_STATE_ENDED, kDied, /*need_has_ended=*/true,
                  "The person has died. The delegation has ended: make no further visits.");
  });
}

void CorrectDeath(Work& work) {
  work.EditIdentity().set_death_reported(false);
  work.EditIdentity().set_died(false);
  work.EditIdentity().clear_death_reported_by();
  for (const std::string& id : work.DelegationIds()) {
    v1::Delegation& delegation = work.EditDelegation(id);
    if (!IsOver(delegation) || delegation.ended_because() != kDied ||
        !delegation.interim_deliverer().empty()) {
      continue;
    }
    // The need is there again and nobody delivers (INV-15).
    NameInterim(work, delegation);
    TellParties(work, delegation, v1::URGENCY_URGENT,
                "The report that the person died was wrong. The delegation has ended and does not "
                "start again by itself: who delivers meanwhile is shown. Propose it anew.");
  }
  PromptOverseers(work,
                  "The report that the person died was wrong. Say whether the task goes on as it "
                  "was.");
}

// Which of two records is right is for a person to decide; until then they are kept apart.
void QuestionIdentity(Work& work) {
  work.EditIdentity().set_identity_in_question(true);
  ForEachOpen(work, [&](v1::Delegation& delegation) {
    work.Tell({.recipient = delegation.oversight().holder(),
               .urgency = v1::URGENCY_SAME_DAY,
               .words = "Another record may be of the same person. Check who the person is before "
                        "acting on either.",
               .delegation_id = delegation.delegation_id()});
  });
  work.AddNotice("IDENTITY_KEPT_APART",
                 "The records are kept apart until a person has decided. Nothing was joined.", "");
}

}  // namespace

absl::Status HandleConsentChanged(Work& work) {
  const v1::ConsentChanged& change = work.envelope().consent_changed();
  if (change.objects_to_sharing() != v1::ANSWER_UNSPECIFIED) {
    const bool objects = change.objects_to_sharing() == v1::ANSWER_YES;
    work.EditIdentity().set_objects_to_sharing(objects);
    ForEachOpen(work, [&](v1::Delegation& delegation) {
      delegation.mutable_proposal()->set_objects_to_sharing(change.objects_to_sharing());
      if (!objects) return;
      work.Tell({.recipient = delegation.oversight().holder(),
                 .urgency = v1::URGENCY_SAME_DAY,
                 .words = "The person objects to sharing. A named clinician decides what follows.",
                 .delegation_id = delegation.delegation_id()});
    });
  }
  if (!change.has_delegation()) return absl::OkStatus();
  FOSSE_ASSIGN_OR_RETURN(v1::Delegation * found, SendersDelegation(work, change.delegation()));
  v1::Delegation& delegation = *found;
  if (IsOver(delegation)) return absl::OkStatus();
  if (change.consent() != v1::CONSENT_UNSPECIFIED) {
    delegation.mutable_proposal()->set_consent(change.consent());
    delegation.mutable_proposal()->set_consent_record(change.record_reference());
    TellCareTeam(
        work, delegation,
        change.consent() == v1::CONSENT_DECLINED ? v1::URGENCY_URGENT : v1::URGENCY_SAME_DAY,
        "The person's agreement to this task has changed. Ask the person before each visit.");
  }
  if (AwaitsProposal(delegation)) AskPropose(work, delegation, /*again=*/true);
  AskActivate(work, delegation);
  AskContinue(work, delegation);
  return absl::OkStatus();
}

absl::Status HandlePersonAway(Work& work) {
  const v1::PersonAway& away = work.envelope().person_away();
  work.EditIdentity().set_away(!away.returned());
  if (away.returned()) {
    PromptOverseers(work,
                    "The person is back. Needs or medicines may have changed: say whether the task "
                    "goes on as it was. Until then it is paused.");
    return absl::OkStatus();
  }
  ForEachOpen(work, [&](v1::Delegation& delegation) {
    HoldForReturn(work, delegation);
    if (!IsRunning(delegation)) return;
    Pause(
        work, delegation, v1::URGENCY_SAME_DAY,
        "The person is away. The task is paused; it starts again only when the overseer says so.");
  });
  return absl::OkStatus();
}

absl::Status HandlePersonUpdate(Work& work) {
  const v1::PersonUpdate& update = work.envelope().person_update();
  switch (update.kind()) {
    case v1::PERSON_UPDATE_KIND_DEATH:
      ReportDeath(work);
      break;
    case v1::PERSON_UPDATE_KIND_DEATH_CONFIRMED:
      if (MayConfirmDeath(work)) {
        ConfirmDeath(work);
      } else {
        work.AddNotice("DEATH_NOT_CONFIRMED",
                       "A second source, or a health body, confirms a death. The tasks are paused "
                       "until then.",
                       "");
        ReportDeath(work);
      }
      break;
    case v1::PERSON_UPDATE_KIND_DEATH_CORRECTED:
      CorrectDeath(work);
      break;
    case v1::PERSON_UPDATE_KIND_RESTRICTION:
      work.EditIdentity().set_location_restricted(update.location_restricted());
      break;
    case v1::PERSON_UPDATE_KIND_MERGE:
    case v1::PERSON_UPDATE_KIND_UN_MERGE:
      QuestionIdentity(work);
      break;
    default:
      if (!update.registered_practice().empty() &&
          work.person().identity().registered_practice().empty()) {
        work.EditIdentity().set_registered_practice(update.registered_practice());
        AskOpenQuestions(work);
      }
      if (work.person().identity().registered_practice() != update.registered_practice() &&
          !update.registered_practice().empty()) {
        work.AddNotice(
            "PRACTICE_DIFFERS",
            "The record holds another registered practice. A registration change from the "
            "practice settles it.",
            "B-5.5");
      }
  }
  return absl::OkStatus();
}

}  // namespace fosse::care
