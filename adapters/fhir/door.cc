#include "adapters/fhir/door.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/fhir/translate.h"
#include "adapters/fhir/writing.h"
#include "adapters/kit/https_client.h"
#include "base/encoding.h"
#include "base/field_form.h"
#include "base/status.h"

namespace fosse::adapters::fhir {
namespace {

constexpr absl::Duration kPostTimeout = absl::Seconds(10);
// What may be posted by itself, at a path of its own name; those that mean nothing by themselves
// are told what to send instead.
constexpr absl::string_view kPosted[] = {"Task",           "Communication", "EpisodeOfCare",
                                         "ServiceRequest", "CarePlan",      "CareTeam"};
constexpr absl::string_view kMirrored[] = {"x-request-id", "x-correlation-id"};

HttpResponse Fhir(int status, std::string body) {
  return {.status = status,
          .headers = {{"Content-Type", kMediaType}, {"Cache-Control", "no-store"}},
          .body = std::move(body)};
}

HttpResponse Error(int status, absl::string_view reason, absl::string_view remedy,
                   absl::string_view code = "") {
  return Fhir(status, OutcomeFor(status, {{.at = "",
                                           .reason = std::string(reason),
                                           .remedy = std::string(remedy),
                                           .code = std::string(code)}}));
}

HttpResponse Unavailable(absl::string_view reason, absl::string_view remedy) {
  HttpResponse response = Error(503, reason, remedy);
  response.headers["Retry-After"] = "2";
  return response;
}

// The answer to what is no request that Handle() could see.
HttpResponse Refused(int status) {
  switch (status) {
    case 408:
      return Error(408, "REQUEST_TOO_SLOW", "send the whole request within 30 seconds");
    case 413:
      return Error(413, "MESSAGE_TOO_LARGE", "send at most 1 MiB");
    case 431:
      return Error(431, "HEADERS_TOO_LARGE", "send at most 8 KiB of headers");
    default:
      return Error(400, "HTTP_INVALID", "send a well-formed HTTP/1.1 request", "structure");
  }
}

std::string HeaderOf(const HttpRequest& request, absl::string_view name) {
  const auto found = request.headers.find(std::string(name));
  return found == request.headers.end() ? "" : found->second;
}

// Only what is a UUID is sent back: nothing else of a caller's gets into an answer.
void Mirror(const HttpRequest& request, HttpResponse& response) {
  constexpr absl::string_view kNames[] = {"X-Request-Id", "X-Correlation-Id"};
  for (size_t n = 0; n < std::size(kMirrored); ++n) {
    const std::string value = HeaderOf(request, kMirrored[n]);
    if (HasForm(v1::FORMAT_UUID, value)) response.headers[std::string(kNames[n])] = value;
  }
}

std::optional<HttpResponse> HeaderFault(const HttpRequest& request) {
  for (const absl::string_view name : kMirrored) {
    const std::string value = HeaderOf(request, name);
    if (value.empty()) {
      return Error(400, "HEADER_REQUIRED", absl::StrCat("send the header ", name, ": a UUID"),
                   "required");
    }
    if (!HasForm(v1::FORMAT_UUID, value)) {
      return Error(400, "HEADER_INVALID", absl::StrCat("send a UUID in the header ", name),
                   "invalid");
    }
  }
  if (!HasMediaType(request, kMediaType)) {
    return Error(415, "MEDIA_TYPE_UNSUPPORTED",
                 absl::StrCat("send ", kMediaType, ", not compressed"));
  }
  return std::nullopt;
}

HttpResponse ResponseOf(const Answer& answer, const std::string& locality) {
  switch (answer.kind) {
    case Answer::Kind::kReceipt:
      return Fhir(200, ReceiptBundle(answer.receipt, locality));
    case Answer::Kind::kRefused:
      return Fhir(HttpStatusOf(answer.refusal), OutcomeFor(answer.refusal));
    case Answer::Kind::kKept:
      return Unavailable("ANSWER_PENDING",
                         "kept here; send the same Bundle again to learn its outcome");
    case Answer::Kind::kNotKept:
      break;
  }
  return Unavailable("NOT_KEPT", "not kept; send the same Bundle again later");
}

std::string RandomUuid(Random& random) { return UuidOf(Hex(random.Bytes(16))); }

}  // namespace

absl::StatusOr<std::unique_ptr<FhirDoor>> FhirDoor::Listen(Adapter& adapter, std::string software) {
  auto door = std::make_unique<FhirDoor>(adapter, std::move(software));
  FOSSE_ASSIGN_OR_RETURN(
      door->https_, HttpsServer::Listen(
                        adapter.config.https(), HttpLimits{},
                        [door = door.get()](HttpRequest request, HttpsServer::Respond respond) {
                          door->Handle(request, std::move(respond));
                        },
                        Refused));
  return door;
}

void FhirDoor::Handle(const HttpRequest& request, HttpsServer::Respond respond) {
  HttpsServer::Respond mirrored = [request_headers = HttpRequest{.headers = request.headers},
                                   respond = std::move(respond)](HttpResponse response) {
    Mirror(request_headers, response);
    respond(std::move(response));
  };
  absl::string_view path = request.path;
  if (absl::StartsWith(path, "/FHIR/R4/")) path.remove_prefix(absl::string_view("/FHIR/R4").size());
  const bool metadata = path == "/metadata";
  std::string posted;
  for (const absl::string_view type : kPosted) {
    if (path == absl::StrCat("/", type)) posted = std::string(type);
  }
  const bool message =
      !posted.empty() || path == "/$process-message" || path == "/%24process-message";
  const std::string participant = adapter_.ParticipantOf(request.client);
  if (participant.empty()) {
    mirrored(Error(403, "CLIENT_UNKNOWN", "ask the operator to list this certificate's name"));
  } else if (!message && !metadata) {
    mirrored(Error(404, "PATH_UNKNOWN", "use /$process-message, /Task or /metadata"));
  } else if (request.method != (message ? "POST" : "GET")) {
    HttpResponse response =
        Error(405, "METHOD_UNSUPPORTED", message ? "use POST here" : "use GET here");
    response.headers["Allow"] = message ? "POST" : "GET";
    mirrored(std::move(response));
  } else if (metadata) {
    mirrored(Fhir(200, Capability(software_)));
  } else {
    Message(request, participant, posted, std::move(mirrored));
  }
}

void FhirDoor::Message(const HttpRequest& request, const std::string& participant,
                       const std::string& posted, HttpsServer::Respond respond) {
  if (std::optional<HttpResponse> fault = HeaderFault(request)) {
    respond(*std::move(fault));
    return;
  }
  Translated translated =
      FromFhir(request.body, {.sender = participant,
                              .locality = adapter_.config.locality(),
                              .correlation_id = HeaderOf(request, "x-correlation-id"),
                              .event = "",
                              .resource = posted});
  if (!translated.issues.empty()) {
    respond(Fhir(400, OutcomeFor(400, translated.issues)));
    return;
  }
  adapter_.door->Hand(std::move(translated.envelope),
                      [respond, locality = adapter_.config.locality()](const Answer& answer) {
                        respond(ResponseOf(answer, locality));
                      });
}

Attempt AttemptOf(int http_status) {
  const std::string detail = absl::StrCat("http-", http_status);
  if ((http_status >= 200 && http_status < 300) || http_status == 409) {
    return {.result = Attempt::Result::kDelivered, .detail_code = detail};
  }
  if (http_status >= 400 && http_status < 500 && http_status != 408 && http_status != 429) {
    return {.result = Attempt::Result::kRefused, .detail_code = detail};
  }
  return {.result = Attempt::Result::kLater, .detail_code = detail};
}

Attempt PostDelivery(Adapter& adapter, const v1::Delivery& delivery) {
  const std::string url = adapter.EndpointOf(delivery.recipient());
  // An endpoint may yet be listed: the loop's own limit ends the waiting.
  if (url.empty()) return {.result = Attempt::Result::kLater, .detail_code = "no-endpoint"};
  const std::string& correlation = delivery.message().correlation_id();
  const absl::StatusOr<HttpResponse> response = PostHttps(
      url,
      {{"Content-Type", kMediaType},
       {"Accept", kMediaType},
       {"X-Request-Id", RandomUuid(adapter.random)},
       {"X-Correlation-Id", HasForm(v1::FORMAT_UUID, correlation)
                                ? correlation
                                : UuidOf(absl::StrCat(delivery.delivery_id(), "/correlation"))}},
      DeliveryBundle(delivery, adapter.config.locality()), adapter.config.https().credentials(),
      kPostTimeout);
  if (!response.ok()) {
    return {.result = Attempt::Result::kLater, .detail_code = "unreachable"};
  }
  return AttemptOf(response->status);
}

}  // namespace fosse::adapters::fhir
