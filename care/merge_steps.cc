// Steps of joining records and of taking them apart.
#include "care/merge_steps.h"

#include "absl/strings/str_cat.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "care/steps.h"

namespace fosse::care {

void RemoveClaim(const std::string& other_key, v1::PersonIdentity& identity) {
  auto& claims = *identity.mutable_claims();
  for (int i = claims.size() - 1; i >= 0; --i) {
    if (claims.Get(i).other_key() == other_key) claims.DeleteSubrange(i, 1);
  }
}

std::string ClaimId(const std::string& key, const std::string& other_key) {
  return absl::StrCat("I-", Base32Crockford(Sha256(absl::StrCat(key, "\n", other_key))));
}

void Settle(const std::string& other_key, bool same_number, v1::PersonIdentity& identity) {
  bool was = identity.identity_in_question();
  for (const v1::IdentityClaim& claim : identity.claims()) {
    if (claim.other_key() == other_key) was = claim.was_in_question();
  }
  RemoveClaim(other_key, identity);
  identity.set_identity_in_question(identity.claims_size() > 0 || (was && !same_number));
}

const v1::Delegation& HeldDelegation(const Work& work, const std::string& id) {
  v1::DelegationReference reference;
  reference.set_delegation_id(id);
  return *FindDelegation(work.person(), reference);
}

std::string OverseerOf(const v1::Delegation& delegation) {
  const std::string& holder = delegation.oversight().holder();
  return holder.empty() ? delegation.proposal().delegating() : holder;
}

void TellOverseers(Work& work, absl::string_view words) {
  bool told = false;
  for (const std::string& id : work.DelegationIds()) {
    const v1::Delegation& delegation = HeldDelegation(work, id);
    if (IsOver(delegation)) continue;
    told = true;
    work.Tell({.recipient = OverseerOf(delegation),
               .urgency = v1::URGENCY_SAME_DAY,
               .words = std::string(words),
               .delegation_id = id});
  }
  if (told) return;
  work.Tell({.recipient = work.person().identity().registered_practice(),
             .urgency = v1::URGENCY_SAME_DAY,
             .words = std::string(words)});
}

void TellAll(Work& work, v1::Urgency urgency, absl::string_view words) {
  for (const std::string& id : work.DelegationIds()) {
    const v1::Delegation& delegation = HeldDelegation(work, id);
    if (!IsOver(delegation)) TellParties(work, delegation, urgency, words);
  }
}

void MoveWorkerTasks(Work& work, const v1::Delegation& delegation, const std::string& from,
                     const std::string& to) {
  for (const v1::Assignment& assignment : delegation.assignments()) {
    if (assignment.worker_key().empty() || IsOver(delegation)) continue;
    for (const bool removed : {true, false}) {
      work.AddConsequence({.kind = Consequence::Kind::kWorkerTask,
                           .person_key = removed ? from : to,
                           .worker_key = assignment.worker_key(),
                           .delegation_id = delegation.delegation_id(),
                           .removed = removed});
    }
  }
}

}  // namespace fosse::care
