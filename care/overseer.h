#ifndef FOSSE_CARE_OVERSEER_H_
#define FOSSE_CARE_OVERSEER_H_

#include <string>

#include "care/directory.h"
#include "care/lookup.h"
#include "fosse/v1/envelope.pb.h"
#include "fosse/v1/facts.pb.h"
#include "fosse/v1/record.pb.h"
#include "policy/rulebook.h"

// Who oversees (B-5.5) and who delivers meanwhile (B-7.3). All pure.
namespace fosse::care {

struct DerivedOverseer {
  v1::Facts::Overseer branch = v1::Facts::OVERSEER_NONE_DERIVED;
  std::string organisation;  // Empty: no branch fits.
};

// The derived default. Open to community nursing or therapy: that community health service (5.5c).
// Else, where the task needs no specific training, primary care (5.5b): the practice associated
// with the neighbourhood team, else the registered one; that a generic task counts is our reading.
// Else, where the delegating health body named itself and a named registrant acted, that body: it
// has accepted by name. Else none.
DerivedOverseer DeriveOverseer(const v1::CareRecord& record, const v1::Delegation& delegation,
                               const Directory& directory);

// Duty contacts of the directory; empty where it has none.
v1::DutyContacts ContactsOf(const Directory& directory, absl::string_view organisation);
// Both are there and can be dialled.
bool AreStaffed(const v1::DutyContacts& contacts);

struct Interim {
  std::string organisation;
  bool needs_cover_order = false;  // Nobody said that it delivers: it must be asked.
};

// Who delivers until the task is active: the proposal's interim deliverer where it is a health
// body; the community health service that the person is open to; the delegating health body; else
// the rulebook's cover owner, by a cover order. For a social care task done by health, the
// delegating organisation. `organisation` is empty only where the rulebook names no cover owner.
Interim InterimDelivererOf(const v1::CareRecord& record, const v1::DelegationProposal& proposal,
                           const Directory& directory, const policy::Rulebook& rulebook);

}  // namespace fosse::care

#endif  // FOSSE_CARE_OVERSEER_H_
