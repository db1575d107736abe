#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/encoding.h"
#include "base/status.h"
#include "care/overseer.h"
#include "care/steps.h"

namespace fosse::care {
namespace {

constexpr size_t kWorkerNumberLength = 12;

bool HasPart(const Work& work, const v1::Delegation& delegation, const std::string& sender) {
  const v1::DelegationProposal& proposal = delegation.proposal();
  if (sender == proposal.delegating()) return true;
  if (sender == proposal.delegated_to()) return WasProposed(delegation);
  if (sender == delegation.oversight().holder() || sender == delegation.interim_deliverer() ||
      sender == delegation.owner() || sender == delegation.oversight().gap_owner()) {
    return true;
  }
  if (HasOpenOffer(delegation) && sender == delegation.oversight().offer().offered_to()) {
    return true;
  }
  for (const std::string& council : CouncilsOf(work.directory(), delegation)) {
    if (council == sender) return true;
  }
  for (const v1::CoverOrderState& cover : work.person().covers()) {
    if (cover.delegation_id() == delegation.delegation_id() && cover.cover_by() == sender) {
      return true;
    }
  }
  // Those to whom disputes and funding go by their office.
  const v1::OrganisationKind kind = KindOf(work.directory(), sender);
  return kind == v1::ORGANISATION_KIND_COMMISSIONER || kind == v1::ORGANISATION_KIND_SHARED_CARE;
}

}  // namespace

Situation SituationOf(const Work& work) {
  return {work.person(), work.directory(), work.rulebook(), work.now()};
}

const v1::Delegation* FindSendersDelegation(const Work& work,
                                            const v1::DelegationReference& reference) {
  return FindDelegation(work.person(), reference, [&work](const v1::Delegation& delegation) {
    return HasPart(work, delegation, work.sender());
  });
}

absl::StatusOr<v1::Delegation*> SendersDelegation(Work& work,
                                                  const v1::DelegationReference& reference) {
  const v1::Delegation* found = FindSendersDelegation(work, reference);
  if (found == nullptr) {
    return MakeError(absl::StatusCode::kNotFound, "DELEGATION_NOT_FOUND",
                     "no such delegation; name it by the id in a receipt or delivery, or by the "
                     "reference of its proposal");
  }
  return &work.EditDelegation(found->delegation_id());
}

absl::Status StateConflict(Code expected) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "STATE_CONFLICT",
                   "the delegation is not in a state in which this can happen",
                   {{"expected", expected}});
}

absl::Status CheckParticipant(const Work& work, const std::string& organisation,
                              const FieldPath& field) {
  if (work.directory().Find(organisation) != nullptr) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kInvalidArgument, "PARTICIPANT_UNKNOWN",
      "an organisation that must act is not in the directory; ask its keeper to add it",
      {{"field", field}});
}

bool IsNamedClinician(const v1::ActingPerson& acting_person) {
  return IsRegisteredClinician(acting_person.practitioner()) &&
         (acting_person.basis() == v1::PRACTITIONER_BASIS_ATTESTED ||
          acting_person.basis() == v1::PRACTITIONER_BASIS_AUTHENTICATED);
}

v1::Assignment* AssignmentOf(v1::Delegation& delegation, absl::string_view worker_key) {
  for (v1::Assignment& assignment : *delegation.mutable_assignments()) {
    if (!worker_key.empty() && worker_key == assignment.worker_key()) return &assignment;
  }
  return nullptr;
}

const v1::WorkerRecord* SendersWorker(const Work& work, const v1::WorkerReference& named) {
  if (work.worker() == nullptr) return nullptr;
  if (!named.employer().empty()) {
    return named.employer() == work.sender() ? work.worker() : nullptr;
  }
  for (const v1::WorkerReference& reference : work.worker()->references()) {
    if (reference.employer() == work.sender()) return work.worker();
  }
  return nullptr;
}

std::string WorkerNumberOf(const v1::WorkerRecord& worker) {
  if (!worker.worker_number().empty()) return worker.worker_number();
  const Digest digest = Sha256(absl::StrCat("worker-number:", worker.worker_key()));
  return absl::StrCat("W-", Base32Crockford(digest).substr(0, kWorkerNumberLength));
}

}  // namespace fosse::care
