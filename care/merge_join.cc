// Two records of one person become one.
#include "care/facts.h"
#include "care/handlers.h"
#include "care/merge_steps.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

constexpr char kJoinedWords[] =
    "Two records were of the same person and are one now. Who oversees and who delivers each task "
    "stays as it was. Check the plan against the other tasks shown for the person.";
constexpr char kTwiceWords[] =
    "Two live tasks are the same care in the same slot: they came from two records of one person. "
    "Both go on. Agree which one ends, and end it (B-1.7b).";

// Items that each record had: those that were there before keep where they came from. What was
// added while other records were joined to it, nobody can tell.
void RememberOrigins(Work& work, const v1::CareRecord& record, const std::string& key) {
  const bool joined = record.identity().joined_size() > 0;
  for (const v1::Change& item : ItemsOf(record)) {
    v1::ItemOrigin origin;
    *origin.mutable_item() = ItemOf(item);
    if (FindOrigin(work.person(), origin.item()) != nullptr) continue;
    if (const v1::ItemOrigin* known = FindOrigin(record, origin.item())) {
      origin = *known;
    } else if (!joined) {
      origin.set_person_key(key);
    }
    work.SetOrigin(origin);
  }
}

// An episode that both records hold is one: the later word on it stands here, and the other record
// keeps its own.
bool KeepsItsOwn(Work& work, const v1::Episode& theirs) {
  for (const v1::Episode& held : work.person().episodes()) {
    if (held.organisation() != theirs.organisation() || held.reference() != theirs.reference()) {
      continue;
    }
    if (TimeOf(held.last_event_at()) < TimeOf(theirs.last_event_at())) {
      work.EditEpisode(theirs.organisation(), theirs.reference()) = theirs;
    }
    return true;
  }
  return false;
}

// Brings the other record's items here; gives the changes that take them from it.
std::vector<v1::Change> TakeItems(Work& work, const v1::CareRecord& other) {
  std::vector<v1::Change> leave;
  for (const v1::Change& item : ItemsOf(other)) {
    if (item.has_episode() && KeepsItsOwn(work, item.episode())) continue;
    work.Put(item);
    *leave.emplace_back().mutable_moved_away() = ItemOf(item);
    if (item.has_delegation()) {
      MoveWorkerTasks(work, item.delegation(), other.person_key(), work.person().person_key());
    }
  }
  for (const v1::ItemOrigin& origin : other.origins()) {
    v1::Change& forgotten = leave.emplace_back();
    *forgotten.mutable_origin() = origin;
    forgotten.mutable_origin()->set_forgotten(true);
  }
  return leave;
}

// What takes care back in either record holds for all of it.
void ApplyStricter(Work& work, const v1::IdentityFlags& before, const v1::IdentityFlags& its_own,
                   const v1::CareRecord& other) {
  v1::PersonIdentity& identity = work.EditIdentity();
  SetFlags(Either(before, its_own), identity);
  if (identity.death_reported_by().empty()) {
    identity.set_death_reported_by(other.identity().death_reported_by());
  }
  if (identity.registered_practice().empty()) {
    identity.set_registered_practice(other.identity().registered_practice());
  } else if (!other.identity().registered_practice().empty() &&
             other.identity().registered_practice() != identity.registered_practice()) {
    work.AddNotice("PRACTICE_DIFFERS",
                   "The two records held different registered practices. The surviving record's "
                   "stands; a registration change from the practice settles it.",
                   "B-5.5");
  }
  if (!identity.objects_to_sharing() && !IsAbsent(work.person())) return;
  for (const std::string& id : work.DelegationIds()) {
    if (IsOver(HeldDelegation(work, id))) continue;
    v1::Delegation& delegation = work.EditDelegation(id);
    if (identity.objects_to_sharing()) {
      delegation.mutable_proposal()->set_objects_to_sharing(v1::ANSWER_YES);
    }
    if (!IsAbsent(work.person())) continue;
    if (IsRunning(delegation)) {
      Pause(work, delegation, v1::URGENCY_URGENT,
            "The other record of this person says that they are away or have died. The task is "
            "paused until the overseer says that it goes on.");
    }
    HoldForReturn(work, delegation);
  }
}

void FlagDuplicate(Work& work, v1::Delegation& delegation, const std::string& other_id) {
  delegation.set_duplicate_of(other_id);
  const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_HELD_DEADLINE);
  const std::string overseer = OverseerOf(delegation);
  if (delegation.owner().empty()) SetOwner(delegation, overseer, by);
  work.SetTimer(v1::TIMER_KIND_HELD_DEADLINE, delegation.delegation_id(), JustAfter(by));
  work.Tell({.recipient = overseer,
             .kind = v1::DELIVERY_KIND_PROMPT,
             .urgency = v1::URGENCY_SAME_DAY,
             .words = kTwiceWords,
             .delegation_id = delegation.delegation_id(),
             .act_by = by});
  TellParties(work, delegation, v1::URGENCY_SAME_DAY, kTwiceWords);
}

void FlagDuplicates(Work& work) {
  const std::vector<std::string> ids = work.DelegationIds();
  for (size_t i = 0; i < ids.size(); ++i) {
    for (size_t j = i + 1; j < ids.size(); ++j) {
      if (!AreDuplicates(HeldDelegation(work, ids[i]), HeldDelegation(work, ids[j]), work.now())) {
        continue;
      }
      v1::Delegation& one = work.EditDelegation(ids[i]);
      v1::Delegation& other = work.EditDelegation(ids[j]);
      if (one.duplicate_of().empty()) FlagDuplicate(work, one, ids[j]);
      if (other.duplicate_of().empty()) FlagDuplicate(work, other, ids[i]);
    }
  }
}

}  // namespace

void Join(Work& work, const v1::CareRecord& other, const v1::IdentityClaim* claim) {
  const std::string own_key = work.person().person_key();
  const std::string& their_key = other.person_key();
  const v1::PersonReference own_reference = work.person().identity().reference();
  v1::JoinedRecord joined;
  joined.set_person_key(their_key);
  *joined.mutable_reference() = other.identity().reference();
  *joined.mutable_joined_at() = Timestamp(work.now());
  joined.set_claimed_by(claim == nullptr ? work.sender() : claim->claimed_by());
  joined.set_confirmed_by(work.sender());
  *joined.mutable_before() = FlagsOf(work.person().identity());
  *joined.mutable_its_own() = FlagsOf(other.identity());
  const bool same_number = own_reference.nhs_number() == other.identity().reference().nhs_number();

  RememberOrigins(work, work.person(), own_key);
  RememberOrigins(work, other, their_key);
  Consequence leave{
      .kind = Consequence::Kind::kJoined, .person_key = their_key, .other_key = own_key};
  v1::PersonIdentity& left = *leave.changes.emplace_back().mutable_identity();
  left = other.identity();
  left.set_merged_into(own_key);
  left.clear_joined();
  Settle(own_key, same_number, left);
  for (v1::Change& change : TakeItems(work, other)) leave.changes.push_back(std::move(change));

  v1::PersonIdentity& identity = work.EditIdentity();
  Settle(their_key, same_number, identity);
  *identity.add_joined() = joined;
  work.AddConsequence(std::move(leave));
  for (const v1::JoinedRecord& earlier : other.identity().joined()) {
    // What was joined to the other one is joined to this one now.
    *identity.add_joined() = earlier;
    work.AddConsequence({.kind = Consequence::Kind::kJoined,
                         .person_key = earlier.person_key(),
                         .other_key = own_key});
  }
  ApplyStricter(work, joined.before(), joined.its_own(), other);
  TellAll(work, v1::URGENCY_SAME_DAY, kJoinedWords);
  FlagDuplicates(work);
  work.CancelTimer(v1::TIMER_KIND_HELD_DEADLINE, ClaimId(own_key, their_key));
  work.AddNotice("RECORDS_JOINED",
                 "The records are one now. Messages under either number reach it; every task keeps "
                 "its overseer, and everybody with a part in one has been told.",
                 "");
}

}  // namespace fosse::care
