#ifndef FOSSE_ADAPTERS_FHIR_DOOR_H_
#define FOSSE_ADAPTERS_FHIR_DOOR_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "adapters/fhir/searchset.h"
#include "adapters/fhir/turns.h"
#include "adapters/kit/adapter.h"
#include "adapters/kit/bearer.h"
#include "adapters/kit/delivery_loop.h"
#include "adapters/kit/https_server.h"

namespace fosse::adapters::fhir {

// The HTTPS door of systems that speak FHIR, at the address of the config's `https`:
//
//   POST /$process-message   a message Bundle, or a resource by itself: answered with its receipt
//   POST /Task, …            the same for a resource of that type
//   GET  /Task               how the delegations stand that the caller is party to, by pages
//   GET  /AuditEvent         the entries of the trail that the caller may see, by pages
//   GET  /Provenance         who handed oversight over to whom, by pages
//   POST /…/_search          the same three; here a person may be named
//   GET  /metadata           what the door can do
//   POST /oauth2/token       an access token for a signed JWT, where the config has `bearer`
//
// All also below /FHIR/R4. X-Request-Id and X-Correlation-Id are UUIDs, needed with all but the
// metadata and always sent back. Every answer but a receipt, what was found and the metadata is an
// OperationOutcome. Thread-safe.
class FhirDoor {
 public:
  // `adapter` must outlive it. `software` is the name that the metadata gives.
  static absl::StatusOr<std::unique_ptr<FhirDoor>> Listen(Adapter& adapter, std::string software);

  int port() const { return https_->port(); }

  // What one request is answered; `respond` is called once, from some thread.
  void Handle(const HttpRequest& request, HttpsServer::Respond respond);

  // Without `tokens`, clients need a certificate.
  FhirDoor(Adapter& adapter, std::string software, std::unique_ptr<BearerTokens> tokens = nullptr)
      : adapter_(adapter), software_(std::move(software)), tokens_(std::move(tokens)) {}

 private:
  std::string ParticipantOf(const HttpRequest& request) const;
  void Exchange(const HttpRequest& request, const HttpsServer::Respond& respond);
  void Message(const HttpRequest& request, const std::string& participant,
               const std::string& posted, HttpsServer::Respond respond);
  // `type` is what is sought.
  void Search(const HttpRequest& request, const std::string& participant, const std::string& type,
              HttpsServer::Respond respond);
  void SearchTasks(const SearchFields& fields, const SearchAddress& address,
                   const std::string& participant, HttpsServer::Respond respond);
  void SearchTrail(const std::string& type, const SearchFields& fields,
                   const SearchAddress& address, const std::string& participant,
                   HttpsServer::Respond respond);

  Adapter& adapter_;
  const std::string software_;
  const std::unique_ptr<BearerTokens> tokens_;
  const std::shared_ptr<Turns> turns_ =
      std::make_shared<Turns>();  // By participant and request id.
  std::unique_ptr<HttpsServer> https_;
};

// Hands a delivery to the recipient's system, at its endpoint in the config. 2xx and 409 (it has
// the same Bundle already) are delivered, another 4xx but 408 and 429 refused, the rest later.
Attempt PostDelivery(Adapter& adapter, const v1::Delivery& delivery);
// What an HTTP status says of a delivery.
Attempt AttemptOf(int http_status);

}  // namespace fosse::adapters::fhir

#endif  // FOSSE_ADAPTERS_FHIR_DOOR_H_
