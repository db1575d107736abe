#ifndef FOSSE_CARE_LOOKUP_H_
#define FOSSE_CARE_LOOKUP_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "care/directory.h"
#include "fosse/v1/record.pb.h"

// Finding things in a record, and the few words for what state they are in. All pure.
namespace fosse::care {

// By our id, else by the proposal's reference: the one that is not over, else the latest. Only
// those that `counts` says yes to; without it, all. Null where there is none, and where a reference
// fits two that are not over, or two of different organisations: references are their givers' own.
const v1::Delegation* FindDelegation(
    const v1::CareRecord& record, const v1::DelegationReference& reference,
    absl::FunctionRef<bool(const v1::Delegation&)> counts = [](const v1::Delegation&) {
      return true;
    });

// An open or closed offer on a delegation, by our id or the sender's reference; an open one first,
// then the latest. Null where there is none.
const v1::OfferState* FindOffer(const v1::Delegation& delegation, absl::string_view reference);
bool HasOpenOffer(const v1::Delegation& delegation);

// Ordered, confirmed or being given.
bool IsOpenCover(const v1::CoverOrderState& cover);

// A concern by our id or its sender's reference: an open one first. Null where there is none.
const v1::ConcernState* FindConcern(const v1::CareRecord& record, absl::string_view reference);

// Care is being given under it: ACTIVE or AT_RISK.
bool IsRunning(const v1::Delegation& delegation);
// Somebody must oversee it: it has started and is not over. Running, PAUSED or SUSPENDED.
bool IsLive(const v1::Delegation& delegation);
// ENDED or DECLINED.
bool IsOver(const v1::Delegation& delegation);
// Waits for its start: PROPOSED, READY, or REFERRED from there. ACTIVATE is its open question.
bool AwaitsStart(const v1::Delegation& delegation);
// Waits for an answer to PROPOSE: HELD, or REFERRED from there.
bool AwaitsProposal(const v1::Delegation& delegation);
// The provider has been told of it.
bool WasProposed(const v1::Delegation& delegation);

// The listed episode of community nursing or therapy that is open, the earliest first (B-5.5c).
const v1::Episode* OpenEpisode(const v1::CareRecord& record);
bool IsOpenTo(const v1::CareRecord& record, absl::string_view organisation);

// A clinical concern or incident that is open and touches this delegation. Safeguarding ones are
// never counted: what is decided from this is told to others (HAZ-43).
bool HasOpenConcern(const v1::CareRecord& record, const v1::Delegation& delegation);

// A health body: practice, community health service or acute trust.
bool IsHealthBody(const Directory& directory, absl::string_view organisation);
// Whom to turn to about the task: the overseer, and in a gap whoever answers for that. The contacts
// of the oversight are theirs.
const std::string& TurnTo(const v1::Oversight& oversight);

v1::OrganisationKind KindOf(const Directory& directory, absl::string_view organisation);

// Councils that delegate, pay for, or vouch for the provider of this delegation, each once.
std::vector<std::string> CouncilsOf(const Directory& directory, const v1::Delegation& delegation);

// A registrant by name: a name, a professional register and a number of its shape, not said to have
// lapsed or never to have been registered. Says no more of the registration itself.
bool IsNamedRegistrant(const v1::Practitioner& practitioner);
// The same, on a register of those who treat: a social worker is a registrant, and no clinician.
bool IsRegisteredClinician(const v1::Practitioner& practitioner);

}  // namespace fosse::care

#endif  // FOSSE_CARE_LOOKUP_H_
