// Two records that somebody says are of one person: held, joined, taken apart again.
#include <algorithm>

#include "care/handlers.h"
#include "care/merge_steps.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

// How much may be said of one record, and joined into it, before a person must clear up.
constexpr int kMaxClaims = 8;
constexpr int kMaxJoined = 8;

constexpr char kAskedWords[] =
    "Another record may be of the same person. Check who the person is before acting on either. "
    "They are kept apart until another source, or a named clinician of yours, says the same.";
constexpr char kAskedApartWords[] =
    "Two joined records may be of two persons. Check who the person is before acting. They stay "
    "joined until another source, or a named clinician of yours, says the same.";

bool Oversees(const v1::CareRecord& record, const std::string& organisation) {
  return std::any_of(record.delegations().begin(), record.delegations().end(),
                     [&](const v1::Delegation& delegation) {
                       return !IsOver(delegation) &&
                              delegation.oversight().holder() == organisation;
                     });
}

bool IsEmpty(const v1::CareRecord& record) {
  return ItemsOf(record).empty() && record.identity().registered_practice().empty();
}

const v1::IdentityClaim* FindClaim(const v1::CareRecord& record, const std::string& other_key) {
  for (const v1::IdentityClaim& claim : record.identity().claims()) {
    if (claim.other_key() == other_key) return &claim;
  }
  return nullptr;
}

// Two organisations say the same, or a named clinician of one that oversees. Between them they know
// both persons; of somebody of whom nothing is held nobody can, and then it takes two.
bool IsSettled(const Work& work, const v1::CareRecord& other, const v1::IdentityClaim* claim) {
  const bool second = claim != nullptr && claim->claimed_by() != work.sender();
  const bool clinician = IsNamedClinician(work.envelope().acting_person()) &&
                         (Oversees(work.person(), work.sender()) || Oversees(other, work.sender()));
  if (!second && !clinician) return false;
  const auto known = [&](const v1::CareRecord& record) {
    return HasLiveRelationship(record, work.sender(), work.now()) ||
           (second && HasLiveRelationship(record, claim->claimed_by(), work.now()));
  };
  return known(work.person()) && (known(other) || (second && IsEmpty(other)));
}

v1::IdentityClaim ClaimOf(const Work& work, const std::string& other_key, bool split,
                          const v1::PersonIdentity& identity) {
  v1::IdentityClaim claim;
  claim.set_other_key(other_key);
  claim.set_split(split);
  claim.set_claimed_by(work.sender());
  *claim.mutable_claimed_at() = Timestamp(work.now());
  claim.set_was_in_question(identity.identity_in_question());
  return claim;
}

void AddClaim(const v1::IdentityClaim& claim, v1::PersonIdentity& identity) {
  RemoveClaim(claim.other_key(), identity);
  if (identity.claims_size() == kMaxClaims) identity.mutable_claims()->DeleteSubrange(0, 1);
  *identity.add_claims() = claim;
  identity.set_identity_in_question(true);
}

void Hold(Work& work, const v1::CareRecord& other, bool split) {
  const std::string& own_key = work.person().person_key();
  AddClaim(ClaimOf(work, other.person_key(), split, work.person().identity()), work.EditIdentity());
  TellOverseers(work, split ? kAskedApartWords : kAskedWords);
  work.SetTimer(v1::TIMER_KIND_HELD_DEADLINE, ClaimId(own_key, other.person_key()),
                JustAfter(work.DeadlineOf(v1::TIMER_KIND_HELD_DEADLINE)));
  work.AddNotice("IDENTITY_KEPT_APART",
                 split ? "The records stay joined until another source, or a named clinician of an "
                         "overseer, says the same."
                       : "The records are kept apart until a person has decided: another source, "
                         "or a named clinician of an overseer. Nothing was joined.",
                 "");
  if (split) return;  // The other one has nothing to ask about: all is here.
  Consequence asked{.kind = Consequence::Kind::kIdentityClaimed,
                    .person_key = other.person_key(),
                    .other_key = own_key,
                    .words = kAskedWords};
  v1::PersonIdentity& identity = *asked.changes.emplace_back().mutable_identity();
  identity = other.identity();
  AddClaim(ClaimOf(work, own_key, split, other.identity()), identity);
  work.AddConsequence(std::move(asked));
}

// They were never joined, and will not be.
void Dismiss(Work& work, const v1::CareRecord& other) {
  const std::string& own_key = work.person().person_key();
  Consequence settled{.kind = Consequence::Kind::kIdentityClaimed,
                      .person_key = other.person_key(),
                      .other_key = own_key,
                      .words = "The other record is of another person: this one stands alone."};
  v1::PersonIdentity& identity = *settled.changes.emplace_back().mutable_identity();
  identity = other.identity();
  Settle(own_key, /*same_number=*/false, identity);
  Settle(other.person_key(), /*same_number=*/false, work.EditIdentity());
  TellOverseers(work, settled.words);
  work.AddConsequence(std::move(settled));
  work.CancelTimer(v1::TIMER_KIND_HELD_DEADLINE, ClaimId(own_key, other.person_key()));
}

void KeptApart(Work& work) {
  work.AddNotice("IDENTITY_KEPT_APART",
                 "The records are kept apart until a person has decided. Nothing was joined.", "");
}

}  // namespace

void HandleMerge(Work& work) {
  const v1::CareRecord* other = work.other_person();
  if (other == nullptr || other->person_key() == work.person().person_key()) {
    return KeptApart(work);
  }
  const bool split = work.envelope().person_update().kind() == v1::PERSON_UPDATE_KIND_UN_MERGE;
  const bool are_joined = other->identity().merged_into() == work.person().person_key();
  const v1::IdentityClaim* held = FindClaim(work.person(), other->person_key());
  if (!split && are_joined) {
    work.AddNotice("RECORDS_JOINED", "The records are one already.", "");
    return;
  }
  if (split && !are_joined) {
    if (held != nullptr && IsSettled(work, *other, held)) return Dismiss(work, *other);
    return KeptApart(work);
  }
  // What somebody said the other way round confirms nothing.
  const v1::IdentityClaim* claim = held != nullptr && held->split() == split ? held : nullptr;
  if (split) {
    // All is in one record: whoever knows it knows both.
    const bool second = claim != nullptr && claim->claimed_by() != work.sender();
    const bool clinician =
        IsNamedClinician(work.envelope().acting_person()) && Oversees(work.person(), work.sender());
    return second || clinician ? TakeApart(work, *other) : Hold(work, *other, split);
  }
  const bool room =
      work.person().identity().joined_size() + other->identity().joined_size() < kMaxJoined;
  if (room && IsSettled(work, *other, claim)) return Join(work, *other, claim);
  Hold(work, *other, split);
}

void ChaseClaims(Work& work, const std::string& about) {
  for (const v1::IdentityClaim& claim : work.person().identity().claims()) {
    if (ClaimId(work.person().person_key(), claim.other_key()) != about) continue;
    TellOverseers(work, claim.split() ? kAskedApartWords : kAskedWords);
    work.SetTimer(v1::TIMER_KIND_HELD_DEADLINE, about,
                  JustAfter(work.DeadlineOf(v1::TIMER_KIND_HELD_DEADLINE)));
    return;
  }
}

void HandleRecordChanged(Work& work, const Consequence& consequence) {
  for (const v1::Change& change : consequence.changes) work.Put(change);
  if (consequence.kind == Consequence::Kind::kJoined) {
    // Of one joined earlier nothing is left here but where it went.
    work.EditIdentity().set_merged_into(consequence.other_key);
    work.CancelTimer(v1::TIMER_KIND_HELD_DEADLINE,
                     ClaimId(consequence.person_key, consequence.other_key));
    return;
  }
  if (consequence.kind == Consequence::Kind::kIdentityClaimed) {
    TellOverseers(work, consequence.words);
    const std::string about = ClaimId(consequence.person_key, consequence.other_key);
    if (FindClaim(work.person(), consequence.other_key) == nullptr) {
      work.CancelTimer(v1::TIMER_KIND_HELD_DEADLINE, about);
    } else {
      work.SetTimer(v1::TIMER_KIND_HELD_DEADLINE, about,
                    JustAfter(work.DeadlineOf(v1::TIMER_KIND_HELD_DEADLINE)));
    }
    return;
  }
  TellAll(work, v1::URGENCY_URGENT, consequence.words);
}

void ClearDuplicatesOf(Work& work, const std::string& delegation_id) {
  for (const std::string& id : work.DelegationIds()) {
    if (HeldDelegation(work, id).duplicate_of() != delegation_id) continue;
    v1::Delegation& delegation = work.EditDelegation(id);
    delegation.clear_duplicate_of();
    if (delegation.state() == v1::DELEGATION_STATE_ACTIVE && !delegation.has_offer_prompted_at()) {
      ClearOwner(delegation);
      work.CancelTimer(v1::TIMER_KIND_HELD_DEADLINE, id);
    }
    if (work.person().identity().died()) continue;
    TellParties(work, delegation, v1::URGENCY_SAME_DAY,
                "The other task of the same care has ended. This one goes on alone.");
  }
}

}  // namespace fosse::care
