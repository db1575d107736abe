// Joined records are of two persons after all.
#include <algorithm>

#include "care/facts.h"
#include "care/handle.h"
#include "care/handlers.h"
#include "care/merge_steps.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

constexpr char kApartWords[] =
    "Two records were joined and are of two persons: they are apart again. Check at once that what "
    "you hold and do is this person's own.";
constexpr char kWhoseWords[] =
    "This was added while two records were joined; they are apart again. Say whose it is: where it "
    "is another person's, end it here and enter it there. Until then it stays here.";

// What was added while the records were joined stays, with whoever must say whose it is.
void HoldUnsettled(Work& work, const v1::Change& item) {
  v1::ItemOrigin origin;
  *origin.mutable_item() = ItemOf(item);
  work.SetOrigin(origin);
  const absl::Time by = work.DeadlineOf(v1::TIMER_KIND_HELD_DEADLINE);
  if (item.has_delegation() && !IsOver(item.delegation())) {
    v1::Delegation& delegation = work.EditDelegation(item.delegation().delegation_id());
    const std::string overseer = OverseerOf(delegation);
    if (delegation.owner().empty()) SetOwner(delegation, overseer, by);
    work.Tell({.recipient = overseer,
               .kind = v1::DELIVERY_KIND_PROMPT,
               .urgency = v1::URGENCY_URGENT,
               .words = kWhoseWords,
               .delegation_id = delegation.delegation_id(),
               .act_by = by});
  } else if (item.has_concern() && item.concern().open()) {
    const bool safeguarding = item.concern().concern().kind() == v1::CONCERN_KIND_SAFEGUARDING;
    work.Tell({.recipient = item.concern().owner(),
               .kind = v1::DELIVERY_KIND_PROMPT,
               .urgency = v1::URGENCY_URGENT,
               .words = kWhoseWords,
               .act_by = by,
               .to_nobody_else = safeguarding});
  }
}

bool Holds(const std::vector<v1::Change>& items, const std::string& delegation_id) {
  return std::any_of(items.begin(), items.end(), [&](const v1::Change& item) {
    return item.delegation().delegation_id() == delegation_id;
  });
}

// Gives the items that go back to the record they came from, and takes them out here.
std::vector<v1::Change> GiveBack(Work& work, const std::string& their_key, bool last) {
  std::vector<v1::Change> back;
  const v1::CareRecord record = work.person();
  std::vector<v1::Change> unsettled;
  for (const v1::Change& item : ItemsOf(record)) {
    const v1::ItemOrigin* origin = FindOrigin(record, ItemOf(item));
    const bool unknown = origin == nullptr || origin->person_key().empty();
    if (unknown) {
      unsettled.push_back(item);
    } else if (origin->person_key() == their_key) {
      back.push_back(item);
      work.MoveAway(ItemOf(item));
    }
    if (origin != nullptr && !unknown && (last || origin->person_key() == their_key)) {
      v1::ItemOrigin forgotten = *origin;
      forgotten.set_forgotten(true);
      work.SetOrigin(forgotten);
    }
  }
  // Care is a duplicate of nothing that is another person's.
  for (v1::Change& item : back) {
    if (!item.has_delegation()) continue;
    if (!Holds(back, item.delegation().duplicate_of())) {
      item.mutable_delegation()->clear_duplicate_of();
    }
  }
  for (const std::string& id : work.DelegationIds()) {
    const std::string& twin = HeldDelegation(work, id).duplicate_of();
    if (!twin.empty() && Holds(back, twin)) work.EditDelegation(id).clear_duplicate_of();
  }
  for (const v1::Change& item : unsettled) HoldUnsettled(work, item);
  return back;
}

}  // namespace

std::set<std::string> TimersThatGo(const Consequence& taken_apart) {
  std::set<std::string> about;
  for (const v1::Change& item : taken_apart.changes) {
    about.insert(item.delegation().delegation_id());
    about.insert(item.delegation().oversight().offer().offer_id());
    about.insert(item.concern().concern_id());
    about.insert(item.cover().cover_id());
  }
  about.erase("");
  return about;
}

void TakeApart(Work& work, const v1::CareRecord& other) {
  const std::string own_key = work.person().person_key();
  const std::string& their_key = other.person_key();
  v1::PersonIdentity& identity = work.EditIdentity();
  v1::JoinedRecord joined;
  auto& all = *identity.mutable_joined();
  for (int i = all.size() - 1; i >= 0; --i) {
    if (all.Get(i).person_key() != their_key) continue;
    joined = all.Get(i);
    all.DeleteSubrange(i, 1);
  }
  const v1::IdentityFlags now = FlagsOf(identity);
  const v1::IdentityFlags since = Since(now, joined.before(), joined.its_own());
  Settle(their_key, /*same_number=*/false, identity);
  identity.set_identity_in_question(identity.claims_size() > 0);
  const bool was_absent = IsAbsent(work.person());
  SetFlags(Either(joined.before(), since), identity);
  if (!identity.death_reported()) identity.clear_death_reported_by();

  Consequence back{.kind = Consequence::Kind::kTakenApart,
                   .person_key = their_key,
                   .other_key = own_key,
                   .words = kApartWords};
  v1::PersonIdentity& theirs = *back.changes.emplace_back().mutable_identity();
  theirs = other.identity();
  theirs.clear_merged_into();
  theirs.set_identity_in_question(theirs.claims_size() > 0);
  SetFlags(Either(joined.its_own(), since), theirs);
  for (v1::Change& item : GiveBack(work, their_key, all.empty())) {
    if (item.has_delegation()) MoveWorkerTasks(work, item.delegation(), own_key, their_key);
    back.changes.push_back(std::move(item));
  }
  TellAll(work, v1::URGENCY_URGENT, kApartWords);
  if (was_absent && !IsAbsent(work.person())) {
    PromptOverseers(work,
                    "The person's record no longer says that they are away or have died: that was "
                    "another person's. Say whether the task goes on as it was.");
  }
  work.AddConsequence(std::move(back));
  work.CancelTimer(v1::TIMER_KIND_HELD_DEADLINE, ClaimId(own_key, their_key));
  work.AddNotice("RECORDS_TAKEN_APART",
                 "The records are two again. Each has what it had; what was added meanwhile stays "
                 "with the surviving record until its overseer says whose it is.",
                 "");
}

}  // namespace fosse::care
