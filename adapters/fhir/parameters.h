#ifndef FOSSE_ADAPTERS_FHIR_PARAMETERS_H_
#define FOSSE_ADAPTERS_FHIR_PARAMETERS_H_

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "adapters/fhir/bundle.h"
#include "fosse/v1/common.pb.h"
#include "google/protobuf/message.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::fhir {

// How a parameter's value is written.
enum class Form {
  kText,          // valueString; a field that repeats is a parameter that repeats.
  kCode,          // valueCode: a text without spaces.
  kChoice,        // valueCode: a word of the contract.
  kAnswer,        // valueBoolean; absent: nobody asked.
  kBoolean,       // valueBoolean.
  kNumber,        // valueUnsignedInt.
  kDay,           // valueDate.
  kTime,          // valueInstant.
  kOrganisation,  // valueIdentifier, ODS.
  kDelegation,    // valueIdentifier: a delegation, by the proposal's reference or the gateway's id.
  kConcern,       // valueIdentifier: a concern's reference.
  kContact,       // valueContactDetail.
  kConcept,       // valueCodeableConcept: a task, of our catalogue or another's.
  kWorker,  // valueReference: a care worker, by the employer's reference or the gateway's number.
  kPractitioner,  // valueReference: a PractitionerRole. Read only.
};

// The member that holds a value of this form, such as valueCode.
absl::string_view MemberNameOf(Form form);

// One line of the map between Task.input, or Task.output, and the contract. It serves both ways.
struct Parameter {
  absl::string_view code;   // Of the system kParameter.
  absl::string_view proto;  // Path below the body, such as plan.changed.
  Form form = Form::kText;
  bool required = false;
};

// Fills `body` from Task.input or Task.output. A parameter that is not in the table is an issue,
// since it would be lost (HAZ-21); so is one that comes twice where one is meant.
void ReadParameters(const Bundle& bundle, const Node& list, absl::Span<const Parameter> table,
                    absl::Time sent_at, google::protobuf::Message& body);

// A task's code out of a CodeableConcept: ours, else the first of another system.
void ReadTaskCode(const Node& concept_node, v1::Code& code);

// The other way: a parameter for every field of `body` that is set and that the table names.
nlohmann::ordered_json WriteParameters(const google::protobuf::Message& body,
                                       absl::Span<const Parameter> table);

// One parameter with its value: {"valueCode": "agreed"}.
nlohmann::ordered_json ParameterJson(absl::string_view code, absl::string_view member,
                                     nlohmann::ordered_json value);

// The tables of the bodies; empty for a body that has none.
absl::Span<const Parameter> ParametersOf(absl::string_view body);
// What a proposal says in resources of its own (ServiceRequest, CarePlan, …), as parameters: for
// deliveries.
absl::Span<const Parameter> ProposalParts();

}  // namespace fosse::adapters::fhir

#endif  // FOSSE_ADAPTERS_FHIR_PARAMETERS_H_
