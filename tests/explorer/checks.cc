#include "tests/explorer/checks.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "care/times.h"

namespace fosse::care {
namespace {

bool HasTimer(const State& state, const std::string& about) {
  for (const PendingTimer& timer : state.timers) {
    if (timer.about == about) return true;
  }
  return false;
}

// It has an owner, the time of its next action is not past, and a timer brings it up.
void CheckItem(const State& state, const std::string& what, const std::string& id,
               const std::string& owner, absl::Time by, Broken& broken) {
  if (owner.empty()) broken.push_back("CTL-15: nobody owns " + what);
  // A timer acts a millisecond after its time, and of several due at once one acts first.
  if (by < state.now - absl::Seconds(1))
    broken.push_back("CTL-15: overdue and not chased, " + what);
  if (!HasTimer(state, id)) broken.push_back("CTL-15: no timer brings up " + what);
}

// Care runs, nothing is missing, nobody has been asked for anything.
bool IsQuiet(const v1::Delegation& d) {
  return d.state() == v1::DELEGATION_STATE_ACTIVE && d.missing_rules().empty() &&
         !d.has_offer_prompted_at() && d.oversight().state() == v1::OVERSIGHT_STATE_HELD;
}

// Whatever waits for somebody says for whom, and comes up again by itself; what is quiet is looked
// at again.
void CheckWaiting(const State& state, const v1::Delegation& delegation, Broken& broken) {
  if (Over(delegation)) return;
  const std::string what =
      absl::StrCat("what waits, state ", v1::DelegationState_Name(delegation.state()));
  if (!IsQuiet(delegation) || !delegation.owner().empty()) {
    // An open offer has a time and a timer of its own, checked below: by these it comes up again.
    const v1::Oversight& oversight = delegation.oversight();
    const bool offered = oversight.has_offer() && !oversight.offer().closed();
    CheckItem(state, what, delegation.delegation_id(), delegation.owner(),
              offered ? TimeOf(oversight.offer().deadline()) : TimeOf(delegation.next_action_at()),
              broken);
  } else if (!HasTimer(state, delegation.delegation_id())) {
    broken.push_back("CTL-15: no timer looks again at care that runs");
  }
}

void CheckConcernsAndCovers(const State& state, const v1::CareRecord& record, Broken& broken) {
  for (const v1::ConcernState& concern : record.concerns()) {
    if (!concern.open()) continue;
    CheckItem(state, "a concern", concern.concern_id(), concern.owner(), TimeOf(concern.act_by()),
              broken);
  }
  for (const v1::CoverOrderState& cover : record.covers()) {
    if (cover.state() == v1::COVER_STATE_ENDED || cover.state() == v1::COVER_STATE_REFUSED) {
      continue;
    }
    CheckItem(state, "a cover order", cover.cover_id(), cover.owner(),
              TimeOf(cover.next_action_at()), broken);
  }
}

void CheckOffer(const State& state, const v1::Delegation& delegation, Broken& broken) {
  const v1::OfferState& offer = delegation.oversight().offer();
  if (delegation.oversight().has_offer() && !offer.closed() && !HasTimer(state, offer.offer_id())) {
    broken.push_back("CTL-15: no timer brings up an offer that is open");
  }
}

bool SaysWhoIsWho(const Step& step) {
  if (step.envelope == nullptr || !step.envelope->has_person_update()) return false;
  const v1::PersonUpdateKind kind = step.envelope->person_update().kind();
  return kind == v1::PERSON_UPDATE_KIND_MERGE || kind == v1::PERSON_UPDATE_KIND_UN_MERGE;
}

// Every task is in one record, and stays in one, whatever becomes of the records.
void CheckNothingLost(const Step& step, Broken& broken) {
  std::map<std::string, int> held;
  for (const auto& [number, record] : step.after.persons) {
    for (const v1::Delegation& delegation : record->delegations()) {
      if (++held[delegation.delegation_id()] > 1) {
        broken.push_back("HAZ-02: one task stands in two records");
      }
    }
  }
  for (const auto& [number, record] : step.before.persons) {
    for (const v1::Delegation& delegation : record->delegations()) {
      if (held.count(delegation.delegation_id()) == 0) {
        broken.push_back("HAZ-02: a task is in no record any more");
      }
    }
  }
}

bool OverseesIn(const Records& records, const std::string& organisation) {
  for (const auto& [number, record] : records.persons) {
    for (const v1::Delegation& delegation : record->delegations()) {
      if (!Over(delegation) && delegation.oversight().holder() == organisation) return true;
    }
  }
  return false;
}

// Records are joined, and taken apart, by a second organisation or by a registrant of one that
// oversees, and never because time passes.
void CheckJoins(const Step& step, Broken& broken) {
  for (const auto& [number, record] : step.after.persons) {
    const v1::CareRecord* before = step.before.Find(number);
    const std::string was = before == nullptr ? "" : before->identity().merged_into();
    if (record->identity().merged_into() == was) continue;
    if (!SaysWhoIsWho(step)) {
      broken.push_back("HAZ-02: records joined or parted, and nobody said so");
      continue;
    }
    bool second = false;
    for (const auto& [other, held] : step.before.persons) {
      for (const v1::IdentityClaim& claim : held->identity().claims()) {
        second = second || claim.claimed_by() != step.envelope->sender();
      }
    }
    const v1::Practitioner& acting = step.envelope->acting_person().practitioner();
    const bool registrant =
        acting.register_() == v1::REGISTER_NMC || acting.register_() == v1::REGISTER_GMC;
    if (!second && !(registrant && OverseesIn(step.before, step.envelope->sender()))) {
      broken.push_back("HAZ-02: records joined or parted on one word");
    }
  }
}

// What a timer is about is in the record that it will look in.
void CheckPlaces(const State& after, Broken& broken) {
  for (const PendingTimer& timer : after.timers) {
    for (int person = 0; person < kPersons; ++person) {
      const auto& record = after.persons[static_cast<size_t>(person)];
      if (record == nullptr || person == timer.person) continue;
      for (const v1::Delegation& delegation : record->delegations()) {
        if (delegation.delegation_id() == timer.about ||
            (!timer.about.empty() && delegation.oversight().offer().offer_id() == timer.about)) {
          broken.push_back("HAZ-02: a timer looks for a task in the wrong record");
        }
      }
    }
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
  CheckNothingLost(step, broken);
  CheckJoins(step, broken);
  CheckPlaces(after, broken);
  if (step.envelope != nullptr && step.envelope->has_delivery_outcome() &&
      (!step.sent->effect.changes.empty() || !step.sent->effect.timers.empty())) {
    broken.push_back("INV-02: an acknowledgement by a system moved something");
  }
  for (const auto& [number, record] : step.after.persons) {
    const v1::CareRecord* before = step.before.Find(number);
    const bool was = before != nullptr && before->identity().identity_in_question();
    if (was && !record->identity().identity_in_question() && !SaysWhoIsWho(step)) {
      broken.push_back("HAZ-02: who the person is was in question, and no person decided");
    }
    for (const v1::Delegation& delegation : record->delegations()) {
      CheckWaiting(after, delegation, broken);
      CheckOffer(after, delegation, broken);
    }
    CheckConcernsAndCovers(after, *record, broken);
  }
  return broken;
}

}  // namespace fosse::care
