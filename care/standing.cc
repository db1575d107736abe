#include <algorithm>
#include <string>
#include <vector>

#include "care/audience.h"
#include "care/lookup.h"
#include "care/reading.h"
#include "care/times.h"
#include "care/work.h"

namespace fosse::care {
namespace {

bool IsParty(const v1::Delegation& delegation, const std::string& organisation) {
  const std::vector<std::string> readers = ReadersOf(delegation);
  return std::find(readers.begin(), readers.end(), organisation) != readers.end();
}

bool SeesAllDelegations(const v1::Participant& reader) {
  return reader.kind() == v1::ORGANISATION_KIND_PRACTICE ||
         reader.kind() == v1::ORGANISATION_KIND_COMMUNITY_HEALTH ||
         reader.kind() == v1::ORGANISATION_KIND_ACUTE;
}

bool IsAuditor(const v1::Participant& reader) {
  return std::find(reader.roles().begin(), reader.roles().end(), v1::ROLE_AUDITOR) !=
         reader.roles().end();
}

bool SeesConcern(const v1::CareRecord& record, const v1::ConcernState& concern,
                 const v1::Participant& reader) {
  if (!concern.open()) return false;
  const bool team = reader.kind() == v1::ORGANISATION_KIND_SAFEGUARDING;
  if (concern.concern().kind() == v1::CONCERN_KIND_SAFEGUARDING) {
    return team && concern.owner() == reader.id();
  }
  if (SeesAllDelegations(reader) || concern.owner() == reader.id() ||
      concern.raised_by() == reader.id()) {
    return true;
  }
  for (const v1::Delegation& delegation : record.delegations()) {
    if (delegation.delegation_id() == concern.delegation_id()) {
      return IsParty(delegation, reader.id());
    }
  }
  return false;
}

}  // namespace

std::vector<std::string> ReadersOf(const v1::Delegation& delegation) {
  std::vector<std::string> readers;
  const auto add = [&readers](const std::string& organisation) {
    if (organisation.empty()) return;
    if (std::find(readers.begin(), readers.end(), organisation) == readers.end()) {
      readers.push_back(organisation);
    }
  };
  add(delegation.proposal().delegating());
  add(delegation.oversight().holder());
  add(delegation.oversight().gap_owner());
  add(delegation.interim_deliverer());
  add(delegation.owner());
  if (WasProposed(delegation)) add(delegation.proposal().delegated_to());
  if (HasOpenOffer(delegation)) add(delegation.oversight().offer().offered_to());
  return readers;
}

bool ShowsDelegation(const v1::Delegation& delegation, const v1::Participant& reader) {
  return SeesAllDelegations(reader) || IsParty(delegation, reader.id());
}

v1::DelegationStanding StandingOf(const v1::Delegation& delegation) {
  v1::DelegationStanding standing;
  standing.set_delegation_id(delegation.delegation_id());
  standing.set_reference(delegation.proposal().reference());
  standing.set_state(delegation.state());
  standing.set_oversight(delegation.oversight().state());
  standing.set_overseer(TurnTo(delegation.oversight()));
  if (delegation.oversight().has_contacts()) {
    *standing.mutable_contacts() = delegation.oversight().contacts();
  }
  standing.set_delivers_now(DeliversNow(delegation));
  standing.set_owner(delegation.owner());
  *standing.mutable_task() = delegation.proposal().task().code();
  standing.set_delegating(delegation.proposal().delegating());
  standing.set_delegated_to(delegation.proposal().delegated_to());
  standing.set_review_on(delegation.review_on());
  if (HasOpenOffer(delegation)) *standing.mutable_offer() = delegation.oversight().offer();
  return standing;
}

v1::GetPersonResponse PersonFor(const v1::CareRecord& record, const v1::Participant& reader,
                                absl::Time now) {
  v1::GetPersonResponse response;
  *response.mutable_as_of() = Timestamp(now);
  *response.mutable_identity() = record.identity();
  const bool clinical = SeesAllDelegations(reader);
  if (clinical) *response.mutable_episodes() = record.episodes();
  for (const v1::Delegation& delegation : record.delegations()) {
    if (ShowsDelegation(delegation, reader)) {
      *response.add_delegations() = StandingOf(delegation);
    }
  }
  for (const v1::ConcernState& concern : record.concerns()) {
    if (SeesConcern(record, concern, reader)) *response.add_concerns() = concern;
  }
  for (const v1::CoverOrderState& cover : record.covers()) {
    const bool shown = std::any_of(response.delegations().begin(), response.delegations().end(),
                                   [&](const v1::DelegationStanding& standing) {
                                     return standing.delegation_id() == cover.delegation_id();
                                   });
    if (IsOpenCover(cover) && (shown || clinical || cover.cover_by() == reader.id())) {
      *response.add_covers() = cover;
    }
  }
  CutToAudience({.participant = &reader}, response);
  if (record.identity().location_restricted() && !MaySeePlace({.participant = &reader})) {
    response.mutable_identity()->clear_registered_practice();
    response.mutable_identity()->clear_out_of_area();
  }
  // That it is in question tells of another person under the same number: for auditors alone
  // (HAZ-01, CTL-04).
  response.mutable_identity()->set_identity_in_question(IsAuditor(reader) &&
                                                        record.identity().identity_in_question());
  return response;
}

v1::CareRecord RecordFor(const v1::CareRecord& record, const v1::Participant& reader) {
  if (IsAuditor(reader)) return record;
  v1::CareRecord shown;
  *shown.mutable_identity() = record.identity();
  const bool clinical = SeesAllDelegations(reader);
  if (clinical) *shown.mutable_episodes() = record.episodes();
  std::vector<std::string> ids;
  for (const v1::Delegation& delegation : record.delegations()) {
    if (!ShowsDelegation(delegation, reader)) continue;
    ids.push_back(delegation.delegation_id());
    v1::Delegation& copy = *shown.add_delegations();
    copy = delegation;
    CutToAudience({.participant = &reader,
                   .is_delegating = delegation.proposal().delegating() == reader.id(),
                   .is_delegated_to = delegation.proposal().delegated_to() == reader.id()},
                  copy);
  }
  const auto of_these = [&](const std::string& id) {
    return clinical || std::find(ids.begin(), ids.end(), id) != ids.end();
  };
  for (const v1::ConcernState& concern : record.concerns()) {
    if (SeesConcern(record, concern, reader)) *shown.add_concerns() = concern;
  }
  for (const v1::CoverOrderState& cover : record.covers()) {
    if (of_these(cover.delegation_id()) || cover.cover_by() == reader.id()) {
      *shown.add_covers() = cover;
    }
  }
  for (const v1::Performance& performance : record.performances()) {
    if (of_these(performance.delegation_id())) *shown.add_performances() = performance;
  }
  // Delegations are cut above, each by the reader's part in it.
  google::protobuf::RepeatedPtrField<v1::Delegation> delegations;
  delegations.Swap(shown.mutable_delegations());
  CutToAudience({.participant = &reader}, shown);
  shown.mutable_delegations()->Swap(&delegations);
  shown.mutable_identity()->clear_identity_in_question();
  return shown;
}

std::vector<v1::DelegationStanding> StandingsFor(const v1::CareRecord& record,
                                                 const v1::Participant& reader) {
  std::vector<v1::DelegationStanding> standings;
  for (const v1::Delegation& delegation : record.delegations()) {
    if (ShowsDelegation(delegation, reader) || IsAuditor(reader)) {
      standings.push_back(StandingOf(delegation));
    }
  }
  return standings;
}

}  // namespace fosse::care
