#include "tests/explorer/checks.h"

#include "absl/strings/str_cat.h"

namespace fosse::care {
namespace {

bool HasTimer(const State& state, const std::string& about) {
  for (const PendingTimer& timer : state.timers) {
    if (timer.about == about) return true;
  }
  return false;
}

// Whatever waits for somebody says for whom, and comes up again by itself.
void CheckWaiting(const State& state, const v1::Delegation& delegation, Broken& broken) {
  switch (delegation.state()) {
    case v1::DELEGATION_STATE_HELD:
    case v1::DELEGATION_STATE_PROPOSED:
    case v1::DELEGATION_STATE_REFERRED:
    case v1::DELEGATION_STATE_READY:
    case v1::DELEGATION_STATE_AT_RISK:
      break;
    default:
      return;
  }
  if (delegation.owner().empty()) {
    broken.push_back(absl::StrCat("CTL-15: nobody owns what waits, state ",
                                  v1::DelegationState_Name(delegation.state())));
  }
  if (!HasTimer(state, delegation.delegation_id())) {
    broken.push_back(absl::StrCat("CTL-15: no timer brings up what waits, state ",
                                  v1::DelegationState_Name(delegation.state())));
  }
}

void CheckOffer(const State& state, const v1::Delegation& delegation, Broken& broken) {
  const v1::OfferState& offer = delegation.oversight().offer();
  if (delegation.oversight().has_offer() && !offer.closed() && !HasTimer(state, offer.offer_id())) {
    broken.push_back("CTL-15: no timer brings up an offer that is open");
  }
}

}  // namespace

Broken CheckRefusal(const v1::Envelope& envelope, const absl::Status& status) {
  const bool kept = envelope.has_task_performed() || envelope.has_episode_change() ||
                    (envelope.has_concern_raised() && !envelope.concern_raised().closed());
  if (!kept) return {};
  return {absl::StrCat("INV-05: refused what is always kept: ", std::string(status.message()))};
}

Broken CheckMore(const Step& step, const State& after) {
  Broken broken;
  if (step.envelope != nullptr && step.envelope->has_delivery_outcome() &&
      (!step.sent->effect.changes.empty() || !step.sent->effect.timers.empty())) {
    broken.push_back("INV-02: an acknowledgement by a system moved something");
  }
  for (const auto& [number, record] : step.after.persons) {
    const v1::CareRecord* before = step.before.Find(number);
    const bool was = before != nullptr && before->identity().identity_in_question();
    const bool asked = step.envelope != nullptr && step.envelope->has_person_update() &&
                       (step.envelope->person_update().kind() == v1::PERSON_UPDATE_KIND_MERGE ||
                        step.envelope->person_update().kind() == v1::PERSON_UPDATE_KIND_UN_MERGE) &&
                       step.envelope->subject().person().nhs_number() == number;
    if ((was || asked) && !record->identity().identity_in_question()) {
      broken.push_back("HAZ-02: who the person is was in question, and no person decided");
    }
    for (const v1::Delegation& delegation : record->delegations()) {
      CheckWaiting(after, delegation, broken);
      CheckOffer(after, delegation, broken);
    }
  }
  return broken;
}

}  // namespace fosse::care
