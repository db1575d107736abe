#include "care/handle.h"

#include "base/status.h"
#include "care/handlers.h"
#include "care/work.h"

namespace fosse::care {
namespace {

using Handler = absl::Status (*)(Work&);

Handler HandlerOf(v1::Envelope::BodyCase body) {
  switch (body) {
    case v1::Envelope::kDelegationProposal:
      return HandleDelegationProposal;
    case v1::Envelope::kDelegationResponse:
      return HandleDelegationResponse;
    case v1::Envelope::kWorkerAssignment:
      return HandleWorkerAssignment;
    case v1::Envelope::kStartConfirmed:
      return HandleStartConfirmed;
    case v1::Envelope::kTaskPerformed:
      return HandleTaskPerformed;
    case v1::Envelope::kTaskNotDone:
      return HandleTaskNotDone;
    case v1::Envelope::kDelegationChange:
      return HandleDelegationChange;
    case v1::Envelope::kDelegatorChanged:
      return HandleDelegatorChanged;
    case v1::Envelope::kTrainingRequest:
      return HandleTrainingRequest;
    case v1::Envelope::kCompetencyRecord:
      return HandleCompetencyRecord;
    case v1::Envelope::kCompetencyRevoked:
      return HandleCompetencyRevoked;
    case v1::Envelope::kCompetencyChallenged:
      return HandleCompetencyChallenged;
    case v1::Envelope::kTrainingSession:
      return HandleTrainingSession;
    case v1::Envelope::kTaskVersionChanged:
      return HandleTaskVersionChanged;
    case v1::Envelope::kTrainerSignOff:
      return HandleTrainerSignOff;
    case v1::Envelope::kEpisodeChange:
      return HandleEpisodeChange;
    case v1::Envelope::kRegistrationChange:
      return HandleRegistrationChange;
    case v1::Envelope::kOversightOffer:
      return HandleOversightOffer;
    case v1::Envelope::kOversightHandBack:
      return HandleOversightHandBack;
    case v1::Envelope::kOversightResponse:
      return HandleOversightResponse;
    case v1::Envelope::kRiskChange:
      return HandleRiskChange;
    case v1::Envelope::kConcernRaised:
      return HandleConcernRaised;
    case v1::Envelope::kAdviceGiven:
      return HandleAdviceGiven;
    case v1::Envelope::kClinicalReview:
      return HandleClinicalReview;
    case v1::Envelope::kCoverOrder:
      return HandleCoverOrder;
    case v1::Envelope::kCoverConfirmed:
      return HandleCoverConfirmed;
    case v1::Envelope::kConsentChanged:
      return HandleConsentChanged;
    case v1::Envelope::kPersonAway:
      return HandlePersonAway;
    case v1::Envelope::kPersonUpdate:
      return HandlePersonUpdate;
    case v1::Envelope::kSharedCareReferral:
      return HandleSharedCareReferral;
    case v1::Envelope::kPanelDecision:
      return HandlePanelDecision;
    case v1::Envelope::kFundingDecision:
      return HandleFundingDecision;
    case v1::Envelope::kDisputeRaised:
      return HandleDisputeRaised;
    case v1::Envelope::kIssueReport:
      return HandleIssueReport;
    case v1::Envelope::kRuling:
      return HandleRuling;
    case v1::Envelope::kBreakGlass:
      return HandleBreakGlass;
    case v1::Envelope::kClinicalOverride:
      return HandleClinicalOverride;
    case v1::Envelope::kMassChangeAlarm:
      return HandleMassChangeAlarm;
    case v1::Envelope::kTimerDue:
      return HandleTimerDue;
    case v1::Envelope::kDeliveryOutcome:
      return HandleDeliveryOutcome;
    default:
      return HandleKept;
  }
}

}  // namespace

absl::StatusOr<Effect> Handle(const View& view, const v1::Envelope& envelope,
                              const Moment& moment) {
  Work work(view, envelope, moment);
  FOSSE_RETURN_IF_ERROR(HandlerOf(envelope.body_case())(work));
  return std::move(work).Finish();
}

}  // namespace fosse::care
