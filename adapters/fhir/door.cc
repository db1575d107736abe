#include "adapters/fhir/door.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "adapters/fhir/answers.h"
#include "adapters/fhir/translate.h"
#include "adapters/fhir/writing.h"
#include "adapters/kit/https_client.h"
#include "base/encoding.h"
#include "base/field_form.h"
#include "base/log.h"
#include "base/status.h"

namespace fosse::adapters::fhir {
namespace {

constexpr absl::Duration kPostTimeout = absl::Seconds(10);
// What may be posted by itself, at a path of its own name; those that mean nothing by themselves
// are told what to send instead.
constexpr absl::string_view kPosted[] = {"Task",           "Communication", "EpisodeOfCare",
                                         "ServiceRequest", "CarePlan",      "CareTeam"};
constexpr absl::string_view kSearched[] = {"Task", "AuditEvent", "Provenance"};
constexpr absl::string_view kTokenPath = "/oauth2/token";
constexpr absl::string_view kMirrored[] = {"x-request-id", "x-correlation-id"};

// The answer to what is no request that Handle() could see.
HttpResponse Refused(int status) {
  switch (status) {
    case 408:
      return ErrorAnswer(408, "REQUEST_TOO_SLOW", "send the whole request within 30 seconds");
    case 413:
      return ErrorAnswer(413, "MESSAGE_TOO_LARGE", "send at most 1 MiB");
    case 431:
      return ErrorAnswer(431, "HEADERS_TOO_LARGE", "send at most 8 KiB of headers");
    default:
      return ErrorAnswer(400, "HTTP_INVALID", "send a well-formed HTTP/1.1 request", "structure");
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

std::optional<HttpResponse> IdFault(const HttpRequest& request) {
  for (const absl::string_view name : kMirrored) {
    const std::string value = HeaderOf(request, name);
    if (value.empty()) {
      return ErrorAnswer(400, "HEADER_REQUIRED", absl::StrCat("send the header ", name, ": a UUID"),
                         "required");
    }
    if (!HasForm(v1::FORMAT_UUID, value)) {
      return ErrorAnswer(400, "HEADER_INVALID", absl::StrCat("send a UUID in the header ", name),
                         "invalid");
    }
  }
  return std::nullopt;
}

// What a path stands for.
struct Place {
  absl::string_view methods;  // With a space behind each; empty: nothing is there.
  std::string type;           // Of the resource that is sent or sought.
  bool search = false;        // By GET, or by POST of what is sought.
};

Place PlaceOf(absl::string_view path) {
  if (path == "/metadata") return {"GET ", ""};
  if (path == "/$process-message" || path == "/%24process-message") return {"POST ", ""};
  for (const absl::string_view type : kSearched) {
    if (path == absl::StrCat("/", type, "/_search")) return {"POST ", std::string(type), true};
  }
  for (const absl::string_view type : kSearched) {
    const bool posted =
        std::find(std::begin(kPosted), std::end(kPosted), type) != std::end(kPosted);
    if (path == absl::StrCat("/", type)) return {posted ? "GET POST " : "GET ", std::string(type)};
  }
  for (const absl::string_view type : kPosted) {
    if (path == absl::StrCat("/", type)) return {"POST ", std::string(type)};
  }
  return {};
}

HttpResponse ResponseOf(const Answer& answer, const std::string& locality) {
  switch (answer.kind) {
    case Answer::Kind::kReceipt:
      return FhirAnswer(200, ReceiptBundle(answer.receipt, locality));
    case Answer::Kind::kRefused:
      return RefusalAnswer(answer.refusal);
    case Answer::Kind::kKept:
      return UnavailableAnswer("ANSWER_PENDING",
                               "kept here; send the same Bundle again to learn its outcome");
    case Answer::Kind::kNotKept:
      break;
  }
  return UnavailableAnswer("NOT_KEPT", "not kept; send the same Bundle again later");
}

// Nothing but an outcome is remembered: what was refused, or has no answer yet, may come again.
void TakeMessage(Adapter& adapter, const std::string& name, const Arrival& arrival,
                 const std::string& body, HttpsServer::Respond respond) {
  const absl::StatusOr<std::optional<std::string>> known = adapter.outbox->FindOutcome(name);
  v1::Receipt first;
  if (!known.ok()) {
    respond(UnavailableAnswer("NOT_KEPT", "not kept; send the same message again later"));
    return;
  }
  if (known->has_value() && first.ParseFromString(**known)) {
    respond(FhirAnswer(409, RepeatedOutcome(first)));
    return;
  }
  Translated translated = FromFhir(body, arrival);
  if (!translated.issues.empty()) {
    respond(FhirAnswer(400, OutcomeFor(400, translated.issues)));
    return;
  }
  adapter.door->Hand(
      std::move(translated.envelope), [&adapter, respond, name](const Answer& answer) {
        if (answer.kind == Answer::Kind::kReceipt &&
            !adapter.outbox->KeepOutcome(name, answer.receipt.SerializeAsString()).ok()) {
          Log(Severity::kError, "outbox-failed", {});
        }
        respond(ResponseOf(answer, adapter.config.locality()));
      });
}

std::string RandomUuid(Random& random) { return UuidOf(Hex(random.Bytes(16))); }

}  // namespace

absl::StatusOr<std::unique_ptr<FhirDoor>> FhirDoor::Listen(Adapter& adapter, std::string software) {
  Door place = adapter.config.https();
  std::unique_ptr<BearerTokens> tokens;
  if (adapter.config.has_bearer()) {
    FOSSE_ASSIGN_OR_RETURN(tokens, BearerTokens::Create(adapter.config.bearer(), adapter.random));
    place.set_certificate_optional(true);
  }
  auto door = std::make_unique<FhirDoor>(adapter, std::move(software), std::move(tokens));
  FOSSE_ASSIGN_OR_RETURN(
      door->https_, HttpsServer::Listen(
                        place, HttpLimits{},
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
  const Place place = PlaceOf(path);
  if (path == kTokenPath && tokens_ != nullptr) {
    Exchange(request, mirrored);
    return;
  }
  const std::string participant = ParticipantOf(request);
  const bool allowed =
      place.methods.find(absl::StrCat(request.method, " ")) != absl::string_view::npos;
  if (participant.empty() && request.client.empty()) {
    HttpResponse response =
        ErrorAnswer(401, "TOKEN_INVALID",
                    "show a certificate, or an access token of /oauth2/token that has not ended");
    response.headers["WWW-Authenticate"] = "Bearer";
    mirrored(std::move(response));
  } else if (participant.empty()) {
    mirrored(
        ErrorAnswer(403, "CLIENT_UNKNOWN", "ask the operator to list this certificate's name"));
  } else if (place.methods.empty()) {
    mirrored(ErrorAnswer(404, "PATH_UNKNOWN", "see what /metadata lists"));
  } else if (!allowed) {
    const std::string methods =
        absl::StrJoin(absl::StrSplit(place.methods, ' ', absl::SkipEmpty()), ", ");
    HttpResponse response =
        ErrorAnswer(405, "METHOD_UNSUPPORTED", absl::StrCat("use ", methods, " here"));
    response.headers["Allow"] = methods;
    mirrored(std::move(response));
  } else if (path == "/metadata") {
    mirrored(FhirAnswer(200, Capability(software_)));
  } else if (std::optional<HttpResponse> fault = IdFault(request)) {
    mirrored(*std::move(fault));
  } else if (place.search || request.method == "GET") {
    Search(request, participant, place.type, std::move(mirrored));
  } else {
    Message(request, participant, place.type, std::move(mirrored));
  }
}

std::string FhirDoor::ParticipantOf(const HttpRequest& request) const {
  if (!request.client.empty()) return adapter_.ParticipantOf(request.client);
  if (tokens_ == nullptr) return "";
  return tokens_->ParticipantOf(HeaderOf(request, "authorization"), absl::Now());
}

// Answers as RFC 6749 has it, not as FHIR does: the caller is a library for tokens.
void FhirDoor::Exchange(const HttpRequest& request, const HttpsServer::Respond& respond) {
  const auto answer = [&](int status, const Json& json) {
    respond({.status = status,
             .headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
             .body = Dump(json)});
  };
  const auto fault = [&](int status, const char* error, const std::string& words) {
    answer(status, Json{{"error", error}, {"error_description", words}});
  };
  if (request.method != "POST" || !HasMediaType(request, "application/x-www-form-urlencoded")) {
    fault(400, "invalid_request", "post application/x-www-form-urlencoded");
    return;
  }
  const absl::StatusOr<std::string> token = tokens_->Exchange(request.body, absl::Now());
  if (token.ok()) {
    answer(200, Json{{"access_token", *token},
                     {"token_type", "Bearer"},
                     {"expires_in", absl::ToInt64Seconds(BearerTokens::kLife)}});
    return;
  }
  const std::string words(token.status().message());
  if (absl::IsUnauthenticated(token.status())) {
    fault(401, "invalid_client", words);
  } else if (absl::IsResourceExhausted(token.status())) {
    fault(429, "temporarily_unavailable", words);
  } else {
    fault(400, "unsupported_grant_type", words);
  }
}

void FhirDoor::Message(const HttpRequest& request, const std::string& participant,
                       const std::string& posted, HttpsServer::Respond respond) {
  if (!HasMediaType(request, kMediaType)) {
    respond(ErrorAnswer(415, "MEDIA_TYPE_UNSUPPORTED",
                        absl::StrCat("send ", kMediaType, ", not compressed")));
    return;
  }
  // Of two under one id at once the second finds what became of the first.
  const std::string name =
      absl::StrCat(participant, "/", absl::AsciiStrToLower(HeaderOf(request, "x-request-id")));
  turns_->Take(name, [&adapter = adapter_, name, posted, participant, respond = std::move(respond),
                      body = request.body,
                      correlation_id = HeaderOf(request, "x-correlation-id")](Turns::Done done) {
    TakeMessage(adapter, name,
                {.sender = participant,
                 .locality = adapter.config.locality(),
                 .correlation_id = correlation_id,
                 .event = "",
                 .resource = posted},
                body, [respond, done = std::move(done)](HttpResponse response) {
                  respond(std::move(response));
                  done();
                });
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
