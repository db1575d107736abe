#ifndef FOSSE_ADAPTERS_FHIR_SYSTEMS_H_
#define FOSSE_ADAPTERS_FHIR_SYSTEMS_H_

// The code systems and identifier systems of the profile (docs/formats/fhir.md).
namespace fosse::adapters::fhir {

// National.
inline constexpr char kEvents[] = "https://fhir.nhs.uk/CodeSystem/message-events-bars";
inline constexpr char kReasons[] = "https://fhir.nhs.uk/CodeSystem/message-reason-bars";
inline constexpr char kOds[] = "https://fhir.nhs.uk/Id/ods-organization-code";
inline constexpr char kNhsNumber[] = "https://fhir.nhs.uk/Id/nhs-number";
inline constexpr char kHttpErrors[] = "https://fhir.nhs.uk/Codesystem/http-error-codes";
inline constexpr char kNumberStatusExtension[] =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus";
inline constexpr char kNumberStatus[] =
    "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus";
inline constexpr char kNumberVerified[] = "number-present-and-verified";

// Ours.
inline constexpr char kMessage[] = "https://fosse.example/CodeSystem/message";
inline constexpr char kTask[] = "https://fosse.example/CodeSystem/delegated-task";
inline constexpr char kParameter[] = "https://fosse.example/CodeSystem/parameter";
inline constexpr char kPlanRole[] = "https://fosse.example/CodeSystem/plan-role";
inline constexpr char kSetting[] = "https://fosse.example/CodeSystem/care-setting";
inline constexpr char kPart[] = "https://fosse.example/CodeSystem/register-part";
inline constexpr char kConcernKind[] = "https://fosse.example/CodeSystem/concern-kind";
inline constexpr char kState[] = "https://fosse.example/CodeSystem/delegation-state";
inline constexpr char kRule[] = "https://fosse.example/CodeSystem/rule";
inline constexpr char kNotice[] = "https://fosse.example/CodeSystem/notice";
inline constexpr char kReason[] = "https://fosse.example/CodeSystem/reason";
inline constexpr char kDelegation[] = "https://fosse.example/Id/delegation";
inline constexpr char kDelegationId[] = "https://fosse.example/Id/delegation-id";
inline constexpr char kOffer[] = "https://fosse.example/Id/offer";
inline constexpr char kConcern[] = "https://fosse.example/Id/concern";
inline constexpr char kSharedCare[] = "https://fosse.example/Id/shared-care";
inline constexpr char kWorker[] = "https://fosse.example/Id/worker";
inline constexpr char kWorkerNumber[] = "https://fosse.example/Id/worker-number";
inline constexpr char kService[] = "https://fosse.example/CodeSystem/service";
inline constexpr char kDestinationExtension[] =
    "https://fosse.example/StructureDefinition/discharge-destination";
inline constexpr char kDelivery[] = "https://fosse.example/Id/delivery";
inline constexpr char kLocality[] = "https://fosse.example/Id/locality";
inline constexpr char kHoursExtension[] = "https://fosse.example/StructureDefinition/contact-hours";
inline constexpr char kTraceExtension[] = "https://fosse.example/StructureDefinition/trace-index";
inline constexpr char kDefinition[] = "https://fosse.example/MessageDefinition/delegated-care";

}  // namespace fosse::adapters::fhir

#endif  // FOSSE_ADAPTERS_FHIR_SYSTEMS_H_
