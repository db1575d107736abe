#include "care/handlers.h"
#include "care/overseer.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

// Gives a new record its identity; a record that has one keeps it.
void Establish(Work& work) {
  if (work.person().identity().has_reference()) return;
  *work.EditIdentity().mutable_reference() = work.envelope().subject().person();
}

// A planned or actual discharge: who holds oversight keeps it, and is asked to offer it (B-5.5d).
void PromptHolder(Work& work, const std::string& organisation) {
  if (IsOpenTo(work.person(), organisation) &&
      work.envelope().episode_change().kind() != v1::EPISODE_CHANGE_KIND_DISCHARGE_PLANNED) {
    return;  // Another listed service of the same organisation still has the person.
  }
  for (const std::string& id : work.DelegationIds()) {
    v1::Delegation& delegation = work.EditDelegation(id);
    if (!IsLive(delegation) || delegation.oversight().holder() != organisation) continue;
    work.AddNotice("STILL_OVERSEES",
                   "Your organisation still oversees the delegated tasks shown, with its duty "
                   "contacts, until a named clinician at the practice accepts. A named nurse is "
                   "asked to send the offer or to end the task.",
                   "B-5.5");
    if (HasOpenOffer(delegation)) continue;
    PromptForOffer(
        work, delegation,
        "The person is, or is about to be, discharged while this task goes on. You still "
        "oversee it. A named clinician ends the task or sends the offer to the practice "
        "(B-5.5).");
  }
}

// No practice is asked to take over somebody who died or is another provider's.
void KeepWithoutOffer(Work& work, const std::string& organisation, bool died) {
  for (const std::string& id : work.DelegationIds()) {
    v1::Delegation& delegation = work.EditDelegation(id);
    if (died && IsRunning(delegation)) {
      Pause(work, delegation, v1::URGENCY_URGENT,
            "The person is reported to have died. The task is paused until this is confirmed or "
            "corrected.");
    } else if (!died && IsLive(delegation) && delegation.oversight().holder() == organisation) {
      const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_OFFER_PROMPT_DEADLINE);
      SetOwner(delegation, organisation, by);
      work.Tell({.recipient = organisation,
                 .kind = v1::DELIVERY_KIND_PROMPT,
                 .urgency = v1::URGENCY_SAME_DAY,
                 .words =
                     "The person went to another provider of health care. You still oversee this "
                     "task; no practice is asked. End it, or agree with that provider who takes "
                     "it on.",
                 .delegation_id = id,
                 .act_by = by});
    }
  }
}

// Community health has the person again: offers that send oversight away lapse at once, and a
// practice that holds it is asked to hand it back. Nothing moves by itself.
void LapseOffers(Work& work, const std::string& organisation) {
  for (const std::string& id : work.DelegationIds()) {
    v1::Delegation& delegation = work.EditDelegation(id);
    if (!IsLive(delegation)) continue;
    if (delegation.oversight().holder() == organisation) {
      CloseOffer(work, delegation, v1::OFFER_CLOSURE_WITHDRAWN,
                 "The offer of oversight has lapsed: community health has the person on its "
                 "caseload again.");
      delegation.clear_offer_prompted_at();
      work.CancelTimer(v1::TIMER_KIND_OFFER_PROMPT_DEADLINE, id);
      if (IsRunning(delegation) && delegation.state() == v1::DELEGATION_STATE_ACTIVE) {
        ClearOwner(delegation);
      }
    } else if (!HasOpenOffer(delegation)) {
      work.Tell({.recipient = delegation.oversight().holder(),
                 .kind = v1::DELIVERY_KIND_PROMPT,
                 .words =
                     "The person is open to community health again. You still oversee this task. "
                     "If the service concerns it, send a hand-back; a clinician there takes it.",
                 .delegation_id = id});
    }
  }
}

void Open(Work& work, v1::Episode& episode, const v1::EpisodeChange& change) {
  const bool is_new = !episode.has_opened_at();
  episode.set_service(change.service());
  episode.set_listed(work.directory().IsListedService(change.organisation(), change.service()));
  if (is_new) *episode.mutable_opened_at() = change.occurred_at();
  episode.clear_closed_at();
  if (change.has_care_manager()) *episode.mutable_care_manager() = change.care_manager();
  if (!episode.listed()) {
    work.AddNotice("SERVICE_NOT_LISTED",
                   "The service is not listed as community nursing or therapy. The episode is kept "
                   "and moves no oversight.",
                   "B-5.5");
    return;
  }
  LapseOffers(work, change.organisation());
}

void Close(Work& work, v1::Episode& episode, const v1::EpisodeChange& change) {
  const bool cancelled = change.kind() == v1::EPISODE_CHANGE_KIND_CANCELLED;
  if (!episode.has_opened_at()) {
    // Its opening never came: kept, and closed as soon as known.
    *episode.mutable_opened_at() = change.occurred_at();
    episode.set_service(change.service());
    episode.set_listed(work.directory().IsListedService(change.organisation(), change.service()));
  }
  *episode.mutable_closed_at() = cancelled ? episode.opened_at() : change.occurred_at();
  switch (change.destination()) {
    case v1::DISCHARGE_DESTINATION_DIED:
      if (!work.person().identity().death_reported()) {
        work.EditIdentity().set_death_reported_by(work.sender());
      }
      work.EditIdentity().set_death_reported(true);
      KeepWithoutOffer(work, change.organisation(), /*died=*/true);
      return;
    case v1::DISCHARGE_DESTINATION_OTHER_PROVIDER:
      KeepWithoutOffer(work, change.organisation(), /*died=*/false);
      return;
    default:
      PromptHolder(work, change.organisation());
  }
}

}  // namespace

absl::Status HandleEpisodeChange(Work& work) {
  const v1::EpisodeChange& change = work.envelope().episode_change();
  Establish(work);
  v1::Episode& episode = work.EditEpisode(change.organisation(), change.episode_reference());
  if (episode.has_last_event_at() &&
      TimeOf(change.occurred_at()) < TimeOf(episode.last_event_at())) {
    work.AddNotice("OLDER_THAN_RECORD",
                   "The record holds a later event of this episode. This one is kept and changes "
                   "nothing.",
                   "");
    return absl::OkStatus();
  }
  *episode.mutable_last_event_at() = change.occurred_at();
  if (!change.registered_practice().empty() &&
      work.person().identity().registered_practice().empty()) {
    work.EditIdentity().set_registered_practice(change.registered_practice());
  }
  switch (change.kind()) {
    case v1::EPISODE_CHANGE_KIND_OPENED:
    case v1::EPISODE_CHANGE_KIND_REOPENED:
      Open(work, episode, change);
      break;
    case v1::EPISODE_CHANGE_KIND_CLOSED:
    case v1::EPISODE_CHANGE_KIND_CANCELLED:
      Close(work, episode, change);
      break;
    default:
      if (!episode.has_opened_at()) {
        Open(work, episode, change);
      }
      PromptHolder(work, change.organisation());
  }
  AskOpenQuestions(work);
  // Who oversees this person's tasks, where there are any; else who would.
  if (work.receipt().overseer().empty() && IsOpenTo(work.person(), change.organisation())) {
    work.receipt().set_overseer(change.organisation());
    *work.receipt().mutable_contacts() = ContactsOf(work.directory(), change.organisation());
  }
  return absl::OkStatus();
}

}  // namespace fosse::care
