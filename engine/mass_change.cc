#include "engine/mass_change.h"

#include <algorithm>

namespace fosse::engine {
namespace {

bool IsAtRisk(const v1::Delegation& delegation) {
  return delegation.state() == v1::DELEGATION_STATE_AT_RISK ||
         delegation.oversight().state() == v1::OVERSIGHT_STATE_GAP;
}

}  // namespace

uint32_t CountPutAtRisk(care::Consequence::Kind kind, const v1::CareRecord& before,
                        const care::Effect& effect) {
  if (kind != care::Consequence::Kind::kCompetenceChanged &&
      kind != care::Consequence::Kind::kLookAfresh)
    return 0;
  uint32_t count = 0;
  for (const v1::Change& change : effect.changes) {
    if (!change.has_delegation() || !IsAtRisk(change.delegation())) continue;
    const bool was = std::any_of(
        before.delegations().begin(), before.delegations().end(), [&](const v1::Delegation& held) {
          return held.delegation_id() == change.delegation().delegation_id() && IsAtRisk(held);
        });
    if (!was) ++count;
  }
  return count;
}

bool OnlyTells(const v1::Delivery& delivery) {
  if (delivery.kind() != v1::DELIVERY_KIND_TOLD &&
      delivery.kind() != v1::DELIVERY_KIND_ESCALATION) {
    return false;
  }
  return std::none_of(delivery.standings().begin(), delivery.standings().end(),
                      [&](const v1::DelegationStanding& standing) {
                        const std::string& recipient = delivery.recipient();
                        return standing.overseer() == recipient || standing.owner() == recipient ||
                               standing.delivers_now() == recipient ||
                               standing.delegating() == recipient ||
                               standing.delegated_to() == recipient;
                      });
}

std::set<std::string> WhoIsAlarmed(const InForce& in_force) {
  std::set<std::string> organisations = {
      in_force.rulebook->document().cover_owner(),
      std::string(in_force.rulebook->OwnerOf(v1::ROUTE_COMMISSIONING))};
  for (const v1::Participant& participant : in_force.directory->document().participants()) {
    if (participant.kind() == v1::ORGANISATION_KIND_IPCB) organisations.insert(participant.id());
  }
  return organisations;
}

}  // namespace fosse::engine
