#include "care/overseer.h"

#include "care/facts.h"
#include "care/times.h"

namespace fosse::care {
namespace {

// The sending health body that names itself, by a clinician we have reason to believe, has
// accepted by name.
bool AcceptedByName(const v1::Delegation& delegation, const Directory& directory) {
  const v1::DelegationProposal& proposal = delegation.proposal();
  const v1::ActingPerson& acting = delegation.proposed_by();
  return !proposal.proposed_overseer().empty() &&
         proposal.proposed_overseer() == proposal.delegating() &&
         IsHealthBody(directory, proposal.delegating()) &&
         IsRegisteredClinician(acting.practitioner()) &&
         (acting.basis() == v1::PRACTITIONER_BASIS_ATTESTED ||
          acting.basis() == v1::PRACTITIONER_BASIS_AUTHENTICATED);
}

}  // namespace

DerivedOverseer DeriveOverseer(const v1::CareRecord& record, const v1::Delegation& delegation,
                               const Directory& directory) {
  if (const v1::Episode* episode = OpenEpisode(record); episode != nullptr) {
    return {v1::Facts::OVERSEER_COMMUNITY_HEALTH, episode->organisation()};
  }
  if (delegation.training_class() == v1::TRAINING_CLASS_GENERIC ||
      delegation.training_class() == v1::TRAINING_CLASS_NONE) {
    // Named by the team or registered: a practice only where the directory says so.
    for (const std::string& practice :
         {delegation.proposal().mdt().practice(), record.identity().registered_practice()}) {
      if (KindOf(directory, practice) == v1::ORGANISATION_KIND_PRACTICE) {
        return {v1::Facts::OVERSEER_PRACTICE, practice};
      }
    }
  }
  if (AcceptedByName(delegation, directory)) {
    return {v1::Facts::OVERSEER_NAMED, delegation.proposal().delegating()};
  }
  return {};
}

v1::DutyContacts ContactsOf(const Directory& directory, absl::string_view organisation) {
  const v1::Participant* participant = directory.Find(organisation);
  return participant == nullptr ? v1::DutyContacts() : participant->duty();
}

bool AreStaffed(const v1::DutyContacts& contacts) {
  return !contacts.in_hours().telephone().empty() && !contacts.out_of_hours().telephone().empty();
}

Interim InterimDelivererOf(const v1::CareRecord& record, const v1::DelegationProposal& proposal,
                           const Directory& directory, const policy::Rulebook& rulebook) {
  if (DirectionOf(proposal, directory, rulebook) == v1::Facts::DIRECTION_SOCIAL_CARE_TO_HEALTH) {
    return {proposal.delegating(), false};
  }
  if (IsHealthBody(directory, proposal.interim_deliverer())) {
    return {proposal.interim_deliverer(), false};
  }
  if (const v1::Episode* episode = OpenEpisode(record); episode != nullptr) {
    return {episode->organisation(), false};
  }
  if (IsHealthBody(directory, proposal.delegating())) return {proposal.delegating(), false};
  return {rulebook.document().cover_owner(), true};
}

}  // namespace fosse::care
