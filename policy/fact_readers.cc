#include "policy/fact_readers.h"

#include <vector>

#include "base/status.h"

namespace fosse::policy {
namespace {

using F = v1::Facts;

struct Entry {
  int fact_number;
  FactReader read;
};

template <auto kGetter>
constexpr Entry Reads(int fact_number) {
  return {fact_number, [](const F& facts) -> int { return (facts.*kGetter)(); }};
}

// In the order of facts.proto.
constexpr Entry kEntries[] = {
    Reads<&F::direction>(F::kDirectionFieldNumber),
    Reads<&F::delegator_registration>(F::kDelegatorRegistrationFieldNumber),
    Reads<&F::practitioner_basis>(F::kPractitionerBasisFieldNumber),
    Reads<&F::involvement>(F::kInvolvementFieldNumber),
    Reads<&F::consent>(F::kConsentFieldNumber),
    Reads<&F::sharing_objection>(F::kSharingObjectionFieldNumber),
    Reads<&F::mdt_decision>(F::kMdtDecisionFieldNumber),
    Reads<&F::mdt_training_type>(F::kMdtTrainingTypeFieldNumber),
    Reads<&F::risk_decision>(F::kRiskDecisionFieldNumber),
    Reads<&F::task_listing>(F::kTaskListingFieldNumber),
    Reads<&F::task_restriction>(F::kTaskRestrictionFieldNumber),
    Reads<&F::person_exclusion>(F::kPersonExclusionFieldNumber),
    Reads<&F::performer>(F::kPerformerFieldNumber),
    Reads<&F::generic_task>(F::kGenericTaskFieldNumber),
    Reads<&F::cream_strength>(F::kCreamStrengthFieldNumber),
    Reads<&F::operation_phase>(F::kOperationPhaseFieldNumber),
    Reads<&F::setting>(F::kSettingFieldNumber),
    Reads<&F::choking_plan>(F::kChokingPlanFieldNumber),
    Reads<&F::equipment_source>(F::kEquipmentSourceFieldNumber),
    Reads<&F::stoma_state>(F::kStomaStateFieldNumber),
    Reads<&F::plan_of_care>(F::kPlanOfCareFieldNumber),
    Reads<&F::follow_up>(F::kFollowUpFieldNumber),
    Reads<&F::plan_training>(F::kPlanTrainingFieldNumber),
    Reads<&F::plan_assessor>(F::kPlanAssessorFieldNumber),
    Reads<&F::plan_support>(F::kPlanSupportFieldNumber),
    Reads<&F::plan_reviewer>(F::kPlanReviewerFieldNumber),
    Reads<&F::plan_change>(F::kPlanChangeFieldNumber),
    Reads<&F::competing_delegation>(F::kCompetingDelegationFieldNumber),
    Reads<&F::proposed_overseer>(F::kProposedOverseerFieldNumber),
    Reads<&F::overseer>(F::kOverseerFieldNumber),
    Reads<&F::overseer_contact>(F::kOverseerContactFieldNumber),
    Reads<&F::practice_match>(F::kPracticeMatchFieldNumber),
    Reads<&F::community_episode>(F::kCommunityEpisodeFieldNumber),
    Reads<&F::provider_response>(F::kProviderResponseFieldNumber),
    Reads<&F::feasibility>(F::kFeasibilityFieldNumber),
    Reads<&F::insurance>(F::kInsuranceFieldNumber),
    Reads<&F::provider_registration>(F::kProviderRegistrationFieldNumber),
    Reads<&F::provider_confidence>(F::kProviderConfidenceFieldNumber),
    Reads<&F::assignment>(F::kAssignmentFieldNumber),
    Reads<&F::worker_competence>(F::kWorkerCompetenceFieldNumber),
    Reads<&F::worker_agreement>(F::kWorkerAgreementFieldNumber),
    Reads<&F::worker_confidence>(F::kWorkerConfidenceFieldNumber),
    Reads<&F::visits>(F::kVisitsFieldNumber),
    Reads<&F::contingency>(F::kContingencyFieldNumber),
    Reads<&F::delegator_objection>(F::kDelegatorObjectionFieldNumber),
    Reads<&F::delegation_state>(F::kDelegationStateFieldNumber),
    Reads<&F::interim_deliverer>(F::kInterimDelivererFieldNumber),
    Reads<&F::training_class>(F::kTrainingClassFieldNumber),
    Reads<&F::training_mode>(F::kTrainingModeFieldNumber),
    Reads<&F::session_length>(F::kSessionLengthFieldNumber),
    Reads<&F::competence_check>(F::kCompetenceCheckFieldNumber),
    Reads<&F::prior_learning_age>(F::kPriorLearningAgeFieldNumber),
    Reads<&F::assessor>(F::kAssessorFieldNumber),
    Reads<&F::assessor_organisation>(F::kAssessorOrganisationFieldNumber),
    Reads<&F::assessment_method>(F::kAssessmentMethodFieldNumber),
    Reads<&F::competency_result>(F::kCompetencyResultFieldNumber),
    Reads<&F::specific_person>(F::kSpecificPersonFieldNumber),
    Reads<&F::offer_state>(F::kOfferStateFieldNumber),
    Reads<&F::offer_author>(F::kOfferAuthorFieldNumber),
    Reads<&F::offer_holder>(F::kOfferHolderFieldNumber),
    Reads<&F::offer_target>(F::kOfferTargetFieldNumber),
    Reads<&F::offer_content>(F::kOfferContentFieldNumber),
    Reads<&F::open_concern>(F::kOpenConcernFieldNumber),
    Reads<&F::review_status>(F::kReviewStatusFieldNumber),
    Reads<&F::accepting_clinician>(F::kAcceptingClinicianFieldNumber),
    Reads<&F::accountable_delegator>(F::kAccountableDelegatorFieldNumber),
    Reads<&F::responder>(F::kResponderFieldNumber),
    Reads<&F::start>(F::kStartFieldNumber),
    Reads<&F::consent_authority>(F::kConsentAuthorityFieldNumber),
    Reads<&F::existing_assessment>(F::kExistingAssessmentFieldNumber),
    Reads<&F::ad_hoc_frequency>(F::kAdHocFrequencyFieldNumber),
    Reads<&F::alternatives>(F::kAlternativesFieldNumber),
    Reads<&F::cream_potency>(F::kCreamPotencyFieldNumber),
    Reads<&F::medicines_arrangement>(F::kMedicinesArrangementFieldNumber),
    Reads<&F::plan_procedure>(F::kPlanProcedureFieldNumber),
    Reads<&F::route_back>(F::kRouteBackFieldNumber),
    Reads<&F::package_content>(F::kPackageContentFieldNumber),
    Reads<&F::care_act_ancillary>(F::kCareActAncillaryFieldNumber),
    Reads<&F::care_act_nature>(F::kCareActNatureFieldNumber),
    Reads<&F::taker>(F::kTakerFieldNumber),
    Reads<&F::episode_service>(F::kEpisodeServiceFieldNumber),
    Reads<&F::decline_reason>(F::kDeclineReasonFieldNumber),
    Reads<&F::assessor_occupation>(F::kAssessorOccupationFieldNumber),
    Reads<&F::reassessment>(F::kReassessmentFieldNumber),
    Reads<&F::override_cover>(F::kOverrideCoverFieldNumber),
    Reads<&F::override_author>(F::kOverrideAuthorFieldNumber),
    Reads<&F::override_reach>(F::kOverrideReachFieldNumber),
    Reads<&F::override_end>(F::kOverrideEndFieldNumber),
    Reads<&F::funding_dispute>(F::kFundingDisputeFieldNumber),
    Reads<&F::panel_decision>(F::kPanelDecisionFieldNumber),
    Reads<&F::at_risk_cause>(F::kAtRiskCauseFieldNumber),
    Reads<&F::assessor_voucher>(F::kAssessorVoucherFieldNumber),
};

}  // namespace

FactReader ReaderOf(int fact_number) {
  static const std::vector<FactReader>* const kByNumber = [] {
    auto* readers = new std::vector<FactReader>;
    for (const Entry& entry : kEntries) {
      const size_t number = static_cast<size_t>(entry.fact_number);
      if (readers->size() <= number) readers->resize(number + 1, nullptr);
      FOSSE_CHECK((*readers)[number] == nullptr);
      (*readers)[number] = entry.read;
    }
    return readers;
  }();
  const size_t number = static_cast<size_t>(fact_number);
  return number < kByNumber->size() ? (*kByNumber)[number] : nullptr;
}

}  // namespace fosse::policy
