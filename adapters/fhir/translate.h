#ifndef FOSSE_ADAPTERS_FHIR_TRANSLATE_H_
#define FOSSE_ADAPTERS_FHIR_TRANSLATE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "adapters/fhir/issue.h"
#include "adapters/kit/answer.h"
#include "fosse/v1/delivery.pb.h"
#include "fosse/v1/envelope.pb.h"
#include "fosse/v1/receipt.pb.h"

// FHIR R4 messages, in the BaRS manner, to and from the contract. Pure: bytes in, messages
// out, the same each time; docs/formats/fhir.md describes the profile. Thread-safe.
namespace fosse::adapters::fhir {

inline constexpr char kMediaType[] = "application/fhir+json";

// What the door knows; nothing of it comes from the bytes.
struct Arrival {
  std::string sender;  // Whom the certificate speaks for. Empty: whoever the Bundle names,
                       // for reading files only.
  std::string locality;
  std::string correlation_id;  // X-Correlation-Id.
  std::string event = "";      // The only event to read it as; empty: whatever it says or means.
  std::string resource = "";   // The only type taken where it came in; empty: any.
};

struct Translated {
  v1::Envelope envelope;      // Only where there is no issue.
  std::vector<Issue> issues;  // All that were found, 20 at most.
};

// A message Bundle, or a Task, Communication or EpisodeOfCare by itself, which holds in `contained`
// what it refers to. What cannot be understood whole is refused with its place, never passed on in
// part (HAZ-21). Elements that change no meaning and that we do not read stay in the original
// bytes.
Translated FromFhir(absl::string_view bytes, const Arrival& arrival);

// A delivery as a message Bundle for its recipient's system. The same delivery is the same Bundle,
// byte for byte, however often it is sent.
std::string DeliveryBundle(const v1::Delivery& delivery, absl::string_view locality);

// What the sender of a message gets back.
std::string ReceiptBundle(const v1::Receipt& receipt, absl::string_view locality);

// What the sender of a request gets that was answered before: an error of the kind `duplicate`,
// with all that the first answer found behind it.
std::string RepeatedOutcome(const v1::Receipt& first);

// National error codes: PROXY_BAD_REQUEST, PROXY_CONFLICT, …
std::string OutcomeFor(int http_status, const std::vector<Issue>& issues);
std::string OutcomeFor(const Refusal& refusal);
// 400, 403, 404, 409, 422, 429, 503 or 500.
int HttpStatusOf(const Refusal& refusal);

// What this adapter can do, as a CapabilityStatement.
std::string Capability(absl::string_view software);

}  // namespace fosse::adapters::fhir

#endif  // FOSSE_ADAPTERS_FHIR_TRANSLATE_H_
