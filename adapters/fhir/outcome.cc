#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/fhir/systems.h"
#include "adapters/fhir/translate.h"
#include "adapters/fhir/writing.h"

namespace fosse::adapters::fhir {
namespace {

// The national code, by HTTP status, and FHIR's kind of issue that goes with it.
struct National {
  int status;
  absl::string_view code;
  absl::string_view issue;
};

constexpr National kNational[] = {
    {400, "PROXY_BAD_REQUEST", "invalid"},
    {401, "PROXY_UNAUTHORIZED", "login"},
    {403, "PROXY_FORBIDDEN", "forbidden"},
    {404, "PROXY_NOT_FOUND", "not-found"},
    {405, "PROXY_METHOD_NOT_ALLOWED", "not-supported"},
    {408, "PROXY_TIMEOUT", "timeout"},
    {409, "PROXY_CONFLICT", "duplicate"},
    {413, "PROXY_BAD_REQUEST", "too-long"},
    {415, "PROXY_BAD_REQUEST", "not-supported"},
    {422, "PROXY_UNPROCESSABLE_ENTITY", "business-rule"},
    {429, "PROXY_TOO_MANY_REQUESTS", "throttled"},
    {431, "PROXY_BAD_REQUEST", "too-long"},
    {503, "PROXY_UNAVAILABLE", "transient"},
};
constexpr National kOther = {500, "PROXY_SERVER_ERROR", "exception"};

const National& NationalOf(int status) {
  for (const National& national : kNational) {
    if (national.status == status) return national;
  }
  return kOther;
}

}  // namespace

Json ErrorIssue(int http_status, const Issue& issue) {
  const National& national = NationalOf(http_status);
  const Json code = {{"system", kHttpErrors}, {"code", std::string(national.code)}};
  const Json reason = {{"system", kReason}, {"code", issue.reason}};
  Json json = {{"severity", "error"},
               {"code", issue.code.empty() ? std::string(national.issue) : issue.code},
               {"details", Json{{"coding", Json::array({code, reason})}}},
               {"diagnostics", issue.remedy}};
  if (absl::StartsWith(issue.at, "byte ")) {  // No path: the text could not be read as far as one.
    json["diagnostics"] = absl::StrCat("at ", issue.at, ": ", issue.remedy);
  } else if (absl::StartsWith(issue.at, "http")) {  // A parameter of the request.
    json["location"] = Json::array({issue.at});
  } else if (!issue.at.empty()) {
    json["expression"] = Json::array({issue.at});
  }
  return json;
}

std::string OutcomeFor(int http_status, const std::vector<Issue>& issues) {
  Json list = Json::array();
  for (const Issue& issue : issues) list.push_back(ErrorIssue(http_status, issue));
  return Dump(Json{{"resourceType", "OperationOutcome"}, {"issue", std::move(list)}});
}

std::string OutcomeFor(const Refusal& refusal) {
  std::string words = refusal.sentence;
  for (const auto& [key, value] : refusal.metadata) absl::StrAppend(&words, "; ", key, ": ", value);
  return OutcomeFor(HttpStatusOf(refusal),
                    {{.at = "", .reason = refusal.reason, .remedy = words, .code = ""}});
}

int HttpStatusOf(const Refusal& refusal) {
  switch (refusal.code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return 400;
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return 403;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
      return 409;
    case absl::StatusCode::kFailedPrecondition:
      return 422;
    case absl::StatusCode::kResourceExhausted:
      return 429;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return 503;
    default:
      return 500;
  }
}

}  // namespace fosse::adapters::fhir
