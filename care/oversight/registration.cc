#include "care/handlers.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

// Another practice: the old one holds until the new one accepts (HAZ-17).
void PromptOldPractice(Work& work, v1::Delegation& delegation, const std::string& practice) {
  if (HasOpenOffer(delegation)) {
    CloseOffer(work, delegation, v1::OFFER_CLOSURE_WITHDRAWN,
               "The offer of oversight has lapsed: the person registered with another practice.");
  }
  PromptForOffer(
      work, delegation,
      "The person registered with another practice. You still oversee this task. Send the "
      "offer to the new practice; it oversees once a named clinician there accepts.");
  work.Tell({.recipient = practice,
             .words = "A person now registered with you has a delegated task. Oversight will be "
                      "offered to you.",
             .delegation_id = delegation.delegation_id()});
}

// The new practice takes no part here, so nothing can be offered to it: the holder keeps, and
// commissioning settles with it who oversees from now on.
void AskCommissioning(Work& work, v1::Delegation& delegation) {
  if (HasOpenOffer(delegation) && !delegation.oversight().offer().hand_back()) {
    CloseOffer(work, delegation, v1::OFFER_CLOSURE_WITHDRAWN,
               "The offer of oversight has lapsed: the person registered with another practice.");
  }
  AskWhoOversees(work, delegation,
                 "The person registered with a practice that takes no part here. You still oversee "
                 "this task. Commissioning is asked to settle with you who oversees it.");
}

// A practice speaks of itself. Another practice is named by a community health body, which traces
// it nationally, or by commissioning; a closing, by commissioning or the board. Read so because a
// person belongs to the practice that says so: a practice that could name another would send away
// both the person and the oversight. What anybody else states is kept and moves nothing.
bool MaySay(const Work& work, const v1::RegistrationChange& change) {
  if (work.sender() == change.practice()) return true;
  const v1::OrganisationKind kind = KindOf(work.directory(), work.sender());
  if (kind == v1::ORGANISATION_KIND_COMMISSIONER) return true;
  return change.practice_closing() ? kind == v1::ORGANISATION_KIND_IPCB
                                   : kind == v1::ORGANISATION_KIND_COMMUNITY_HEALTH;
}

}  // namespace

absl::Status HandleRegistrationChange(Work& work) {
  const v1::RegistrationChange& change = work.envelope().registration_change();
  if (!work.person().identity().has_reference()) {
    *work.EditIdentity().mutable_reference() = work.envelope().subject().person();
  }
  if (!MaySay(work, change)) {
    work.AddNotice(
        "PRACTICE_NOT_SENDERS",
        "The sender cannot say this of that practice. It is kept and changes nothing: the "
        "practice itself, or commissioning, says it.",
        "B-5.5");
    return absl::OkStatus();
  }
  const std::string before = work.person().identity().registered_practice();
  if (!change.practice_closing()) work.EditIdentity().set_registered_practice(change.practice());
  if (change.practice_closing() && before == change.practice()) {
    work.EditIdentity().clear_registered_practice();
  }
  for (const std::string& id : work.DelegationIds()) {
    v1::DelegationReference reference;
    reference.set_delegation_id(id);
    const v1::Delegation& held = *FindDelegation(work.person(), reference);
    // A gap's offer stands until somebody takes it: no registration withdraws it (INV-01).
    if (!IsLive(held) || held.oversight().state() == v1::OVERSIGHT_STATE_GAP) continue;
    const std::string holder = held.oversight().holder();
    if (change.practice_closing()) {
      if (holder == change.practice())
        OpenGap(work, work.EditDelegation(id), "The practice that oversees this task closes.");
      continue;
    }
    const bool old_practice = holder != change.practice() &&
                              KindOf(work.directory(), holder) == v1::ORGANISATION_KIND_PRACTICE;
    const bool offered_elsewhere = HasOpenOffer(held) && !held.oversight().offer().hand_back() &&
                                   held.oversight().offer().offered_to() != change.practice();
    const bool outside =
        KindOf(work.directory(), change.practice()) != v1::ORGANISATION_KIND_PRACTICE;
    const bool let_go = !IsOpenTo(work.person(), holder);
    if (outside && let_go) {
      AskCommissioning(work, work.EditDelegation(id));
    } else if (old_practice || offered_elsewhere) {
      PromptOldPractice(work, work.EditDelegation(id), change.practice());
    }
  }
  AskOpenQuestions(work);
  return absl::OkStatus();
}

}  // namespace fosse::care
