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

// Only a registration moves anything. But whoever offered oversight, or holds it as the practice,
// looks into it before the wrong practice learns of the person or goes on overseeing (HAZ-17).
void TellOfAnotherPractice(Work& work) {
  work.AddNotice("PRACTICE_DIFFERS",
                 "The record holds another registered practice. A registration change from the "
                 "practice settles it.",
                 "B-5.5");
  for (const v1::Delegation& delegation : work.person().delegations()) {
    const std::string& holder = delegation.oversight().holder();
    if (!IsLive(delegation) || (!HasOpenOffer(delegation) && KindOf(work.directory(), holder) !=
                                                                 v1::ORGANISATION_KIND_PRACTICE)) {
      continue;
    }
    work.Tell({.recipient = holder,
               .urgency = v1::URGENCY_SAME_DAY,
               .words =
                   "Another system holds another practice for this person. Nothing has moved. "
                   "Check where the person is registered: oversight belongs with that practice.",
               .delegation_id = delegation.delegation_id()});
  }
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

// Two sources, one of them a health body: what a provider was told here and says again is no second
// source.
bool IsSecondReport(const Work& work) {
  const v1::PersonIdentity& identity = work.person().identity();
  return identity.death_reported() && !identity.death_reported_by().empty() &&
         identity.death_reported_by() != work.sender() &&
         IsHealthBody(work.directory(), work.sender());
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

}  // namespace

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
    work.SetTimer(v1::TIMER_KIND_HELD_DEADLINE, delegation.delegation_id(), JustAfter(by));
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

namespace {

// Where the person has moved away for good the pause has no end of its own: who oversees and who
// delivers there is commissioning's to settle with the overseer, who keeps oversight meanwhile.
void AskAboutMove(Work& work) {
  ForEachOpen(work, [&](v1::Delegation& delegation) {
    if (!IsLive(delegation) || delegation.oversight().state() == v1::OVERSIGHT_STATE_GAP) return;
    AskWhoOversees(
        work, delegation,
        "The person has left the locality and no return is known. You still oversee this "
        "task. Commissioning is asked to settle with you who oversees it.");
  });
}

// The day of the return is known: the overseer is asked then, and not before.
void AskOnReturn(Work& work, absl::Time until) {
  if (until <= work.now()) return;
  ForEachOpen(work, [&](v1::Delegation& delegation) {
    if (delegation.state() != v1::DELEGATION_STATE_PAUSED) return;
    SetOwner(delegation, delegation.owner(), until);
    work.SetTimer(v1::TIMER_KIND_HELD_DEADLINE, delegation.delegation_id(), JustAfter(until));
  });
}

// Who goes to the person must keep the place to themselves; nobody else is told of it.
void Restrict(Work& work, bool restricted) {
  const bool was_restricted = work.person().identity().location_restricted();
  work.EditIdentity().set_location_restricted(restricted);
  if (restricted == was_restricted) return;  // Systems say it again with every change of details.
  ForEachOpen(work, [&](v1::Delegation& delegation) {
    for (const std::string& member : CareTeamOf(delegation)) {
      const v1::OrganisationKind kind = KindOf(work.directory(), member);
      const bool gives_care =
          IsHealthBody(work.directory(), member) || kind == v1::ORGANISATION_KIND_PROVIDER;
      if (!gives_care) continue;
      work.Tell({.recipient = member,
                 .urgency = v1::URGENCY_SAME_DAY,
                 .words = restricted ? "Where the person is must be shielded from now on: pass on "
                                       "no address, telephone, next of kin or practice."
                                     : "Where the person is need not be shielded any longer.",
                 .delegation_id = delegation.delegation_id()});
    }
  });
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
  v1::PersonIdentity& identity = work.EditIdentity();
  identity.set_away(!away.returned());
  identity.clear_away_until();
  if (!away.returned() && away.has_until()) *identity.mutable_away_until() = away.until();
  identity.set_out_of_area(!away.returned() && !away.has_until() &&
                           away.place() == v1::AWAY_PLACE_OUT_OF_AREA);
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
  if (identity.out_of_area()) AskAboutMove(work);
  if (identity.has_away_until()) AskOnReturn(work, TimeOf(identity.away_until()));
  return absl::OkStatus();
}

absl::Status HandlePersonUpdate(Work& work) {
  const v1::PersonUpdate& update = work.envelope().person_update();
  switch (update.kind()) {
    case v1::PERSON_UPDATE_KIND_DEATH:
      if (IsSecondReport(work)) {
        ConfirmDeath(work);
      } else {
        ReportDeath(work);
      }
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
      Restrict(work, update.location_restricted());
      break;
    case v1::PERSON_UPDATE_KIND_MERGE:
    case v1::PERSON_UPDATE_KIND_UN_MERGE:
      HandleMerge(work);
      break;
    default:
      if (!update.registered_practice().empty() &&
          work.person().identity().registered_practice().empty()) {
        work.EditIdentity().set_registered_practice(update.registered_practice());
        AskOpenQuestions(work);
      }
      if (work.person().identity().registered_practice() != update.registered_practice() &&
          !update.registered_practice().empty()) {
        TellOfAnotherPractice(work);
      }
  }
  return absl::OkStatus();
}

}  // namespace fosse::care
