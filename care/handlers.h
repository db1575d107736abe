#ifndef FOSSE_CARE_HANDLERS_H_
#define FOSSE_CARE_HANDLERS_H_

#include "absl/status/status.h"
#include "care/work.h"

// One handler for each body. A handler changes the work's record, asks, and tells; what it returns
// is only ever one of the errors of handle.h, and then nothing of the work is used.
namespace fosse::care {

// delegation/
absl::Status HandleDelegationProposal(Work& work);
absl::Status HandleDelegationResponse(Work& work);
absl::Status HandleWorkerAssignment(Work& work);
absl::Status HandleStartConfirmed(Work& work);
absl::Status HandleTaskPerformed(Work& work);
absl::Status HandleTaskNotDone(Work& work);
absl::Status HandleDelegationChange(Work& work);
absl::Status HandleDelegatorChanged(Work& work);

// competence.cc
absl::Status HandleCompetencyRecord(Work& work);
absl::Status HandleCompetencyRevoked(Work& work);
absl::Status HandleCompetencyChallenged(Work& work);  // governance/challenge.cc

// oversight/
absl::Status HandleEpisodeChange(Work& work);
absl::Status HandleRegistrationChange(Work& work);
absl::Status HandleOversightOffer(Work& work);
absl::Status HandleOversightHandBack(Work& work);
absl::Status HandleOversightResponse(Work& work);

// clinical/
absl::Status HandleRiskChange(Work& work);
absl::Status HandleConcernRaised(Work& work);
absl::Status HandleAdviceGiven(Work& work);
absl::Status HandleClinicalReview(Work& work);
absl::Status HandleCoverOrder(Work& work);
absl::Status HandleCoverConfirmed(Work& work);

// person.cc
absl::Status HandleConsentChanged(Work& work);
absl::Status HandlePersonAway(Work& work);
absl::Status HandlePersonUpdate(Work& work);
// merge.cc: PersonUpdate of two records, and what the other record's entry does.
void HandleMerge(Work& work);
void HandleRecordChanged(Work& work, const Consequence& consequence);
// The timer `about` a claim has come: whoever must settle it is told again.
void ChaseClaims(Work& work, const std::string& about);

// shared_care/
absl::Status HandleSharedCareReferral(Work& work);
absl::Status HandlePanelDecision(Work& work);
absl::Status HandleFundingDecision(Work& work);
absl::Status HandleDisputeRaised(Work& work);

// governance/: kept in the trail or on the locality's record, and passed on to whom they concern.
absl::Status HandleTrainingRequest(Work& work);
absl::Status HandleIssueReport(Work& work);
absl::Status HandleRuling(Work& work);
absl::Status HandleBreakGlass(Work& work);
absl::Status HandleClinicalOverride(Work& work);
absl::Status HandleTrainingSession(Work& work);
absl::Status HandleTaskVersionChanged(Work& work);
absl::Status HandleTrainerSignOff(Work& work);
absl::Status HandleMassChangeAlarm(Work& work);
// Bodies whose whole effect is their entry in the trail, or is the engine's to make.
absl::Status HandleKept(Work& work);

// timers.cc
absl::Status HandleTimerDue(Work& work);

// deliveries.cc
absl::Status HandleDeliveryOutcome(Work& work);

}  // namespace fosse::care

#endif  // FOSSE_CARE_HANDLERS_H_
