#include "care/lookup.h"

#include <algorithm>

#include "base/registration.h"
#include "care/times.h"

namespace fosse::care {

const v1::Delegation* FindDelegation(const v1::CareRecord& record,
                                     const v1::DelegationReference& reference,
                                     absl::FunctionRef<bool(const v1::Delegation&)> counts) {
  const v1::Delegation* open = nullptr;
  const v1::Delegation* over = nullptr;
  bool over_ambiguous = false;
  for (const v1::Delegation& delegation : record.delegations()) {
    if (!reference.delegation_id().empty()) {
      if (delegation.delegation_id() != reference.delegation_id()) continue;
      return counts(delegation) ? &delegation : nullptr;
    }
    if (reference.reference().empty() ||
        delegation.proposal().reference() != reference.reference() || !counts(delegation)) {
      continue;
    }
    if (!IsOver(delegation)) {
      if (open != nullptr) return nullptr;
      open = &delegation;
      continue;
    }
    over_ambiguous = over_ambiguous || (over != nullptr && over->proposal().delegating() !=
                                                               delegation.proposal().delegating());
    over = &delegation;
  }
  if (open != nullptr) return open;
  return over_ambiguous ? nullptr : over;
}

const v1::OfferState* FindOffer(const v1::Delegation& delegation, absl::string_view reference) {
  const auto names = [reference](const v1::OfferState& offer) {
    return !reference.empty() && (reference == offer.offer_id() || reference == offer.reference());
  };
  const v1::Oversight& oversight = delegation.oversight();
  if (oversight.has_offer() && names(oversight.offer())) return &oversight.offer();
  for (int i = oversight.past_offers_size() - 1; i >= 0; --i) {
    if (names(oversight.past_offers(i))) return &oversight.past_offers(i);
  }
  return nullptr;
}

bool HasOpenOffer(const v1::Delegation& delegation) {
  return delegation.oversight().has_offer() && !delegation.oversight().offer().closed();
}

bool IsOpenCover(const v1::CoverOrderState& cover) {
  return cover.state() != v1::COVER_STATE_ENDED && cover.state() != v1::COVER_STATE_REFUSED;
}

const v1::ConcernState* FindConcern(const v1::CareRecord& record, absl::string_view reference) {
  const v1::ConcernState* found = nullptr;
  for (const v1::ConcernState& concern : record.concerns()) {
    if (reference.empty() ||
        (reference != concern.concern_id() && reference != concern.concern().reference())) {
      continue;
    }
    if (found == nullptr || concern.open() || !found->open()) found = &concern;
  }
  return found;
}

bool IsRunning(const v1::Delegation& delegation) {
  return delegation.state() == v1::DELEGATION_STATE_ACTIVE ||
         delegation.state() == v1::DELEGATION_STATE_AT_RISK;
}

bool IsLive(const v1::Delegation& delegation) {
  return IsRunning(delegation) || delegation.state() == v1::DELEGATION_STATE_PAUSED ||
         delegation.state() == v1::DELEGATION_STATE_SUSPENDED;
}

bool IsOver(const v1::Delegation& delegation) {
  return delegation.state() == v1::DELEGATION_STATE_ENDED ||
         delegation.state() == v1::DELEGATION_STATE_DECLINED;
}

bool AwaitsStart(const v1::Delegation& delegation) {
  return delegation.state() == v1::DELEGATION_STATE_PROPOSED ||
         delegation.state() == v1::DELEGATION_STATE_READY ||
         (delegation.state() == v1::DELEGATION_STATE_REFERRED &&
          delegation.resumes_as() == v1::DELEGATION_STATE_PROPOSED);
}

bool AwaitsProposal(const v1::Delegation& delegation) {
  return delegation.state() == v1::DELEGATION_STATE_HELD ||
         (delegation.state() == v1::DELEGATION_STATE_REFERRED &&
          delegation.resumes_as() != v1::DELEGATION_STATE_PROPOSED);
}

bool WasProposed(const v1::Delegation& delegation) {
  const std::string& provider = delegation.proposal().delegated_to();
  return std::find(delegation.told().begin(), delegation.told().end(), provider) !=
         delegation.told().end();
}

const v1::Episode* OpenEpisode(const v1::CareRecord& record) {
  const v1::Episode* found = nullptr;
  for (const v1::Episode& episode : record.episodes()) {
    if (!episode.listed() || episode.has_closed_at() || !episode.has_opened_at()) continue;
    if (found == nullptr || TimeOf(episode.opened_at()) < TimeOf(found->opened_at())) {
      found = &episode;
    }
  }
  return found;
}

bool IsOpenTo(const v1::CareRecord& record, absl::string_view organisation) {
  for (const v1::Episode& episode : record.episodes()) {
    if (episode.listed() && episode.has_opened_at() && !episode.has_closed_at() &&
        organisation == episode.organisation()) {
      return true;
    }
  }
  return false;
}

bool HasOpenConcern(const v1::CareRecord& record, const v1::Delegation& delegation) {
  for (const v1::ConcernState& concern : record.concerns()) {
    if (concern.open() && concern.concern().kind() != v1::CONCERN_KIND_SAFEGUARDING &&
        (concern.delegation_id().empty() ||
         concern.delegation_id() == delegation.delegation_id())) {
      return true;
    }
  }
  return false;
}

v1::OrganisationKind KindOf(const Directory& directory, absl::string_view organisation) {
  const v1::Participant* participant = directory.Find(organisation);
  return participant == nullptr ? v1::ORGANISATION_KIND_UNSPECIFIED : participant->kind();
}

const std::string& TurnTo(const v1::Oversight& oversight) {
  return oversight.state() == v1::OVERSIGHT_STATE_GAP ? oversight.gap_owner() : oversight.holder();
}

bool IsHealthBody(const Directory& directory, absl::string_view organisation) {
  switch (KindOf(directory, organisation)) {
    case v1::ORGANISATION_KIND_PRACTICE:
    case v1::ORGANISATION_KIND_COMMUNITY_HEALTH:
    case v1::ORGANISATION_KIND_ACUTE:
      return true;
    default:
      return false;
  }
}

std::vector<std::string> CouncilsOf(const Directory& directory, const v1::Delegation& delegation) {
  std::vector<std::string> councils;
  const auto add = [&](const std::string& organisation) {
    if (KindOf(directory, organisation) == v1::ORGANISATION_KIND_COUNCIL &&
        std::find(councils.begin(), councils.end(), organisation) == councils.end()) {
      councils.push_back(organisation);
    }
  };
  add(delegation.proposal().delegating());
  add(delegation.proposal().delegated_to());
  for (const v1::CostShare& share : delegation.proposal().cost_shares()) add(share.organisation());
  for (const v1::Participant& participant : directory.document().participants()) {
    for (const v1::SpeaksFor& other : participant.speaks_for()) {
      if (other.participant() == delegation.proposal().delegated_to()) add(participant.id());
    }
  }
  return councils;
}

bool IsNamedRegistrant(const v1::Practitioner& practitioner) {
  if (practitioner.name().empty() || practitioner.register_status() == v1::REGISTER_STATUS_LAPSED ||
      practitioner.register_status() == v1::REGISTER_STATUS_NOT_REGISTERED) {
    return false;
  }
  const std::string& number = practitioner.identifier();
  switch (practitioner.register_()) {
    case v1::REGISTER_NMC:
      return IsNmcPin(number);
    case v1::REGISTER_HCPC:
      return IsHcpcNumber(number);
    case v1::REGISTER_GMC:
      return IsGmcNumber(number) || IsGmpCode(number);
    case v1::REGISTER_GPHC:
      return IsGphcNumber(number);
    case v1::REGISTER_SWE:
      return !number.empty();
    default:
      return false;  // SDS and local numbers identify, and register nothing.
  }
}

bool IsRegisteredClinician(const v1::Practitioner& practitioner) {
  return practitioner.register_() != v1::REGISTER_SWE && IsNamedRegistrant(practitioner);
}

}  // namespace fosse::care
