#ifndef FOSSE_ADAPTERS_FHIR_ANSWERS_H_
#define FOSSE_ADAPTERS_FHIR_ANSWERS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "adapters/kit/answer.h"
#include "adapters/kit/https_server.h"

// How the door words what it answers.
namespace fosse::adapters::fhir {

// A resource.
HttpResponse FhirAnswer(int status, std::string body);
// An OperationOutcome of one issue without a place. An empty `code` is what goes with the status.
HttpResponse ErrorAnswer(int status, absl::string_view reason, absl::string_view remedy,
                         absl::string_view code = "");
// 503, with the time after which to try again.
HttpResponse UnavailableAnswer(absl::string_view reason, absl::string_view remedy);
// What the gateway refused.
HttpResponse RefusalAnswer(const Refusal& refusal);

}  // namespace fosse::adapters::fhir

#endif  // FOSSE_ADAPTERS_FHIR_ANSWERS_H_
