#include "adapters/fhir/answers.h"

#include "adapters/fhir/translate.h"

namespace fosse::adapters::fhir {

HttpResponse FhirAnswer(int status, std::string body) {
  return {.status = status,
          .headers = {{"Content-Type", kMediaType}, {"Cache-Control", "no-store"}},
          .body = std::move(body)};
}

HttpResponse ErrorAnswer(int status, absl::string_view reason, absl::string_view remedy,
                         absl::string_view code) {
  return FhirAnswer(status, OutcomeFor(status, {{.at = "",
                                                 .reason = std::string(reason),
                                                 .remedy = std::string(remedy),
                                                 .code = std::string(code)}}));
}

HttpResponse UnavailableAnswer(absl::string_view reason, absl::string_view remedy) {
  HttpResponse response = ErrorAnswer(503, reason, remedy);
  response.headers["Retry-After"] = "2";
  return response;
}

HttpResponse RefusalAnswer(const Refusal& refusal) {
  HttpResponse response = FhirAnswer(HttpStatusOf(refusal), OutcomeFor(refusal));
  if (response.status == 503) response.headers["Retry-After"] = "2";
  return response;
}

}  // namespace fosse::adapters::fhir
