#ifndef FOSSE_ADAPTERS_FHIR_WRITING_H_
#define FOSSE_ADAPTERS_FHIR_WRITING_H_

#include <string>

#include "absl/strings/string_view.h"
#include "adapters/fhir/issue.h"
#include "fosse/v1/decision.pb.h"
#include "fosse/v1/delivery.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "nlohmann/json.hpp"

// Pieces that more than one resource is made of.
namespace fosse::adapters::fhir {

using Json = nlohmann::ordered_json;

// A UUID that is the same for the same text (version 8, from SHA-256).
std::string UuidOf(absl::string_view text);
std::string Urn(absl::string_view text);

std::string Instant(const google::protobuf::Timestamp& stamp);
Json Identifier(absl::string_view system, absl::string_view value);
Json Concept(absl::string_view system, absl::string_view code, absl::string_view display = "");
// A Reference to an organisation by its code.
Json Organisation(absl::string_view participant);
Json Extension(absl::string_view url, absl::string_view member, Json value);
Json Entry(absl::string_view full_url, Json resource);

// Which status of a Task comes nearest to a state; businessStatus has the state itself.
absl::string_view TaskStatus(v1::DelegationState state);
// How a delegation stands, as a Task.
Json StandingTask(const v1::DelegationStanding& standing);

// One issue for each finding, or for the decision where no rule answers.
void AddDecision(const v1::Decision& decision, Json& issues);
Json InformationIssue(absl::string_view system, absl::string_view code, absl::string_view words);

// One issue of an error, with the national code of the status.
Json ErrorIssue(int http_status, const Issue& issue);

// As text; what is not UTF-8 is replaced.
std::string Dump(const Json& json);

}  // namespace fosse::adapters::fhir

#endif  // FOSSE_ADAPTERS_FHIR_WRITING_H_
