// Shapes of the Shared Care bodies that the field terms cannot say.
#include <cstdint>

#include "base/status.h"
#include "care/shared_care/steps.h"

namespace fosse::care {
namespace {

constexpr uint64_t kWhole = 10000;

absl::Status Missing(const FieldPath& field) {
  return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_REQUIRED",
                   "a required field is missing", {{"field", field}});
}

bool SumsToTheWhole(const google::protobuf::RepeatedPtrField<v1::CostShare>& shares) {
  uint64_t total = 0;
  for (const v1::CostShare& share : shares) total += share.share_x10000();
  return total == kWhole;
}

absl::Status WrongSum(const FieldPath& field) {
  return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                   "the shares of the cost do not come to the whole: 10,000 in all",
                   {{"field", field}});
}

absl::Status CheckReferral(const v1::SharedCareReferral& referral) {
  if (referral.step() != v1::SHARED_CARE_STEP_UNSPECIFIED && !referral.has_delegation()) {
    return Missing(FieldPath("shared_care_referral.delegation"));
  }
  switch (referral.step()) {
    case v1::SHARED_CARE_STEP_TEAM_MET:
      if (referral.mdt().outcome() != v1::MDT_OUTCOME_AGREED &&
          referral.mdt().outcome() != v1::MDT_OUTCOME_NO_CONSENSUS) {
        return Missing(FieldPath("shared_care_referral.mdt.outcome"));
      }
      if (referral.mdt().members().empty()) {
        return Missing(FieldPath("shared_care_referral.mdt.members"));
      }
      if (referral.person_took_part() != v1::ANSWER_YES &&
          referral.person_took_part() != v1::ANSWER_NO) {
        return Missing(FieldPath("shared_care_referral.person_took_part"));
      }
      return absl::OkStatus();
    case v1::SHARED_CARE_STEP_FORM_COMPLETED:
      if (!referral.form_reference().empty()) return absl::OkStatus();
      return Missing(FieldPath("shared_care_referral.form_reference"));
    case v1::SHARED_CARE_STEP_PASSED_ON:
      if (!referral.head_of_service().empty()) return absl::OkStatus();
      return Missing(FieldPath("shared_care_referral.head_of_service"));
    case v1::SHARED_CARE_STEP_DECIDED:
      return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                       "the panel's decision is a body of its own",
                       {{"field", FieldPath("shared_care_referral.step")}});
    default:
      return absl::OkStatus();
  }
}

absl::Status CheckDecision(const v1::PanelDecision& decision) {
  const google::protobuf::FieldDescriptor& elements =
      *decision.GetDescriptor()->FindFieldByNumber(v1::PanelDecision::kElementsFieldNumber);
  const google::protobuf::Descriptor& element = *v1::PanelElement::descriptor();
  for (int i = 0; i < decision.elements_size(); ++i) {
    const FieldPath at = FieldPath("panel_decision").ThenItem(elements, i);
    if (decision.elements(i).provided_by().empty()) {
      return Missing(at.Then(*element.FindFieldByNumber(v1::PanelElement::kProvidedByFieldNumber)));
    }
    if (!SumsToTheWhole(decision.elements(i).funded_by())) {
      return WrongSum(at.Then(*element.FindFieldByNumber(v1::PanelElement::kFundedByFieldNumber)));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckSharedCare(const v1::Envelope& envelope) {
  switch (envelope.body_case()) {
    case v1::Envelope::kSharedCareReferral:
      return CheckReferral(envelope.shared_care_referral());
    case v1::Envelope::kPanelDecision:
      return CheckDecision(envelope.panel_decision());
    case v1::Envelope::kFundingDecision:
      return SumsToTheWhole(envelope.funding_decision().shares())
                 ? absl::OkStatus()
                 : WrongSum(FieldPath("funding_decision.shares"));
    default:
      return absl::OkStatus();
  }
}

}  // namespace fosse::care
