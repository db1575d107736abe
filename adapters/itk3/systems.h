#ifndef FOSSE_ADAPTERS_ITK3_SYSTEMS_H_
#define FOSSE_ADAPTERS_ITK3_SYSTEMS_H_

// Profiles and code systems of ITK3 messages (docs/adapters/gp-mesh.md).
namespace fosse::adapters::itk3 {

inline constexpr char kFhir[] = "http://hl7.org/fhir";
inline constexpr char kXhtml[] = "http://www.w3.org/1999/xhtml";
inline constexpr char kEvent[] = "https://fhir.nhs.uk/STU3/CodeSystem/ITK-MessageEvent-2";
inline constexpr char kRecipientType[] = "https://fhir.nhs.uk/STU3/CodeSystem/ITK-RecipientType-1";
inline constexpr char kResponseCode[] = "https://fhir.nhs.uk/STU3/CodeSystem/ITK-ResponseCodes-1";
inline constexpr char kHandling[] =
    "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-ITK-MessageHandling-2";
inline constexpr char kProfiles[] = "https://fhir.nhs.uk/STU3/StructureDefinition/";
inline constexpr char kDefinitions[] = "https://fhir.nhs.uk/STU3/MessageDefinition/";
inline constexpr char kOds[] = "https://fhir.nhs.uk/Id/ods-organization-code";
inline constexpr char kNhsNumber[] = "https://fhir.nhs.uk/Id/nhs-number";
inline constexpr char kOffer[] = "https://fosse.example/Id/offer";
inline constexpr char kDelivery[] = "https://fosse.example/Id/delivery";
inline constexpr char kMessage[] = "https://fosse.example/CodeSystem/message";

}  // namespace fosse::adapters::itk3

#endif  // FOSSE_ADAPTERS_ITK3_SYSTEMS_H_
