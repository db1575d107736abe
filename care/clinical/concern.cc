#include "base/status.h"
#include "care/handlers.h"
#include "care/overseer.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

// The team of the organisations that have to do with this person's care; else the only one there
// is.
std::string SafeguardingTeam(const Work& work) {
  std::vector<std::string> organisations = {work.sender()};
  for (const v1::Delegation& delegation : work.person().delegations()) {
    organisations.push_back(delegation.proposal().delegated_to());
    organisations.push_back(delegation.proposal().delegating());
  }
  for (const std::string& organisation : organisations) {
    const v1::Participant* participant = work.directory().Find(organisation);
    if (participant != nullptr &&
        work.directory().Find(participant->safeguarding_team()) != nullptr) {
      return participant->safeguarding_team();
    }
  }
  for (const v1::Participant& participant : work.directory().document().participants()) {
    if (participant.kind() == v1::ORGANISATION_KIND_SAFEGUARDING) return participant.id();
  }
  return "";
}

// Who must act on a clinical concern or an incident: the overseer of the task; else whom the person
// is open to; else the practice; else the locality's community health service.
std::string OwnerOf(const Work& work, const v1::Delegation* delegation) {
  if (delegation != nullptr) {
    if (delegation->oversight().state() == v1::OVERSIGHT_STATE_GAP) {
      return delegation->oversight().gap_owner();
    }
    if (!delegation->oversight().holder().empty()) return delegation->oversight().holder();
  }
  if (const v1::Episode* episode = OpenEpisode(work.person()); episode != nullptr) {
    return episode->organisation();
  }
  const std::string& practice = work.person().identity().registered_practice();
  return practice.empty() ? work.rulebook().document().cover_owner() : practice;
}

v1::ConcernState& Keep(Work& work, const std::string& owner, absl::Time act_by,
                       const v1::Delegation* delegation) {
  v1::ConcernState& concern = work.EditConcern(work.NewId("C-"));
  *concern.mutable_concern() = work.envelope().concern_raised();
  concern.set_raised_by(work.sender());
  concern.set_owner(owner);
  concern.set_open(true);
  *concern.mutable_act_by() = Timestamp(act_by);
  if (delegation != nullptr) concern.set_delegation_id(delegation->delegation_id());
  work.SetTimer(v1::TIMER_KIND_CONCERN_DEADLINE, concern.concern_id(), JustAfter(act_by));
  work.receipt().set_made_id(concern.concern_id());
  return concern;
}

// To the safeguarding team and to nobody else: the concern may be about any of the others (HAZ-43).
void RaiseSafeguarding(Work& work, absl::Time act_by) {
  const std::string team = SafeguardingTeam(work);
  Keep(work, team, act_by, nullptr);
  if (team.empty()) {
    work.AddNotice("CALL_SAFEGUARDING",
                   "The directory names no safeguarding team. Call the council's safeguarding team "
                   "now: this message has reached nobody.",
                   "");
    return;
  }
  work.Tell({.recipient = team,
             .kind = v1::DELIVERY_KIND_CONCERN,
             .urgency = v1::URGENCY_URGENT,
             .words = "A safeguarding concern. It has been given to you alone.",
             .act_by = act_by,
             .to_nobody_else = true});
}

void RaiseClinical(Work& work, absl::Time act_by, const v1::Delegation* found) {
  const std::string owner = OwnerOf(work, found);
  Keep(work, owner, act_by, found);
  const std::string id = found == nullptr ? "" : found->delegation_id();
  work.Tell({.recipient = owner,
             .kind = v1::DELIVERY_KIND_CONCERN,
             .urgency = v1::URGENCY_URGENT,
             .words =
                 "A concern about a delegated task. Act on it by the time shown: advise, review, "
                 "or see the person.",
             .delegation_id = id,
             .act_by = act_by,
             .with_proposal = true});
  if (found != nullptr) {
    work.Tell({.recipient = found->proposal().delegating(),
               .urgency = v1::URGENCY_SAME_DAY,
               .words = "A concern was raised; the overseer has been asked to act.",
               .delegation_id = id});
    if (IsLive(*found)) SetReview(work, work.EditDelegation(id), DayOf(work.now()));
    work.Show(id);
  }
  work.receipt().set_overseer(owner);
  const bool known = found != nullptr && found->oversight().state() == v1::OVERSIGHT_STATE_HELD &&
                     found->oversight().has_contacts();
  *work.receipt().mutable_contacts() =
      known ? found->oversight().contacts() : ContactsOf(work.directory(), owner);
}

absl::Status CloseConcern(Work& work, const v1::ConcernRaised& raised) {
  const v1::ConcernState* found = FindConcern(work.person(), raised.reference());
  if (found == nullptr) {
    return MakeError(absl::StatusCode::kNotFound, "CONCERN_NOT_FOUND",
                     "no concern about this person has this reference or id");
  }
  const bool safeguarding = found->concern().kind() == v1::CONCERN_KIND_SAFEGUARDING;
  const bool owns = work.sender() == found->owner();
  if (!owns && safeguarding && work.sender() != found->raised_by()) {
    // Not even that there is one.
    return MakeError(absl::StatusCode::kNotFound, "CONCERN_NOT_FOUND",
                     "no concern about this person has this reference or id");
  }
  if (!owns || (!safeguarding && !IsNamedClinician(work.envelope().acting_person()))) {
    work.AddNotice("CONCERN_STAYS_OPEN",
                   "Only a named clinician of the organisation that owns the concern, or the "
                   "safeguarding team for its own, can close it. It stays open.",
                   "B-5.4");
    return absl::OkStatus();
  }
  v1::ConcernState& concern = work.EditConcern(found->concern_id());
  concern.set_open(false);
  work.CancelTimer(v1::TIMER_KIND_CONCERN_DEADLINE, concern.concern_id());
  if (safeguarding) return absl::OkStatus();
  work.Tell({.recipient = concern.raised_by(),
             .urgency = v1::URGENCY_SAME_DAY,
             .words = "The concern has been closed by its owner.",
             .delegation_id = concern.delegation_id()});
  return absl::OkStatus();
}

}  // namespace

absl::Status HandleConcernRaised(Work& work) {
  const v1::ConcernRaised& raised = work.envelope().concern_raised();
  if (raised.closed()) return CloseConcern(work, raised);
  const absl::Time act_by = work.DeadlineOf(v1::TIMER_KIND_CONCERN_DEADLINE);
  // The words come first, whatever else happens: nobody who is unwell waits for a message (HAZ-39).
  work.AddNotice("CALL_NOW", work.rulebook().document().unwell_words(), "B-5.4");
  if (raised.kind() == v1::CONCERN_KIND_SAFEGUARDING) {
    RaiseSafeguarding(work, act_by);
    return absl::OkStatus();
  }
  // A reference to no delegation of the sender's is no reason to lose a concern.
  absl::StatusOr<v1::Delegation*> found = SendersDelegation(work, raised.delegation());
  RaiseClinical(work, act_by, found.ok() ? *found : nullptr);
  return absl::OkStatus();
}

}  // namespace fosse::care
