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

// Another community health organisation that has the person on a listed caseload. Empty: none.
std::string OtherService(const v1::CareRecord& record, const std::string& organisation) {
  for (const v1::Episode& episode : record.episodes()) {
    if (episode.organisation() != organisation && IsOpenTo(record, episode.organisation())) {
      return episode.organisation();
    }
  }
  return "";
}

// To whom the holder, that lets the person go, can offer oversight.
std::string WordsOfPrompt(const Work& work, const std::string& organisation) {
  const std::string other = OtherService(work.person(), organisation);
  if (!other.empty()) {
    return "The person is, or is about to be, discharged from your service, and is open to another "
           "community health service (" +
           other +
           "). You still oversee this task. A named clinician ends it or sends the offer to that "
           "service (B-5.5).";
  }
  if (work.envelope().episode_change().kind() == v1::EPISODE_CHANGE_KIND_CANCELLED) {
    return "The episode by which you oversee this task has been cancelled, as if it had not been. "
           "You still oversee the task. A named clinician ends it or sends the offer to the "
           "practice (B-5.5).";
  }
  return "The person is, or is about to be, discharged while this task goes on. You still oversee "
         "it. A named clinician ends the task or sends the offer to the practice (B-5.5).";
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
    PromptForOffer(work, delegation, WordsOfPrompt(work, organisation));
  }
}

// What others began because of an episode that never was: a practice may have offered to hand back.
void TellGiversBack(Work& work, const std::string& organisation) {
  for (const std::string& id : work.DelegationIds()) {
    const v1::Delegation& delegation = work.EditDelegation(id);
    const v1::OfferState& offer = delegation.oversight().offer();
    if (!IsLive(delegation) || !HasOpenOffer(delegation) || !offer.hand_back() ||
        offer.offered_to() != organisation ||
        delegation.oversight().state() == v1::OVERSIGHT_STATE_GAP) {
      continue;
    }
    work.Tell({.recipient = delegation.oversight().holder(),
               .urgency = v1::URGENCY_SAME_DAY,
               .words =
                   "The episode of community health has been cancelled, as if it had not been. "
                   "You still oversee this task; take your offer to hand it back, if it rests "
                   "on that episode.",
               .delegation_id = id});
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
      work.SetTimer(v1::TIMER_KIND_OFFER_PROMPT_DEADLINE, id, JustAfter(by));
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
      PassOwner(work, delegation);
    } else if (IsOpenTo(work.person(), delegation.oversight().holder())) {
      continue;  // The holder has the person itself; that another has too changes nothing.
    } else if (KindOf(work.directory(), delegation.oversight().holder()) ==
                   v1::ORGANISATION_KIND_COMMUNITY_HEALTH &&
               delegation.oversight().state() != v1::OVERSIGHT_STATE_GAP) {
      // It let the person go, and no practice oversees while community health has the person.
      CloseOffer(work, delegation, v1::OFFER_CLOSURE_WITHDRAWN,
                 "The offer of oversight has lapsed: community health has the person on its "
                 "caseload again.");
      PromptForOffer(work, delegation, WordsOfPrompt(work, delegation.oversight().holder()));
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
    // A council's service makes the person known to it, and has no listing to miss.
    if (!IsHealthBody(work.directory(), change.organisation())) return;
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
  if (cancelled) TellGiversBack(work, change.organisation());
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
  // With whom somebody is registered is for health to say: that practice may be asked to oversee.
  if (!change.registered_practice().empty() &&
      IsHealthBody(work.directory(), change.organisation()) &&
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
