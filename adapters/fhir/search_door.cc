// Searches at the door: read in the name of the practice whose certificate came.
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/fhir/answers.h"
#include "adapters/fhir/door.h"
#include "adapters/fhir/search.h"
#include "adapters/fhir/translate.h"
#include "adapters/kit/forms.h"

namespace fosse::adapters::fhir {
namespace {

constexpr absl::Duration kReadTimeout = absl::Seconds(10);
constexpr absl::string_view kPurpose = "direct care";
constexpr size_t kLongestHost = 260;

// Where the caller reached us, as far as that is a host and a port and nothing else.
std::string BaseOf(const HttpRequest& request, bool below) {
  const auto host = request.headers.find("host");
  const bool plain =
      host != request.headers.end() && host->second.size() <= kLongestHost &&
      std::all_of(host->second.begin(), host->second.end(), [](char c) {
        return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
      });
  return absl::StrCat(plain ? absl::StrCat("https://", host->second) : "", below ? "/FHIR/R4" : "");
}

// A person who does not exist and one that the caller may not see are a search that found nothing.
bool FoundNothing(const Refusal& refusal) {
  return refusal.code == absl::StatusCode::kNotFound && refusal.reason == "PERSON_NOT_VISIBLE";
}

}  // namespace

void FhirDoor::Search(const HttpRequest& request, const std::string& participant,
                      const std::string& type, HttpsServer::Respond respond) {
  const bool posted = request.method == "POST";
  if (posted && !HasMediaType(request, "application/x-www-form-urlencoded")) {
    respond(ErrorAnswer(415, "MEDIA_TYPE_UNSUPPORTED", "send application/x-www-form-urlencoded"));
    return;
  }
  const SearchAddress address = {.base = BaseOf(request, absl::StartsWith(request.path, "/FHIR/")),
                                 .posted = posted};
  absl::StatusOr<SearchFields> fields = ReadFields(posted ? request.body : request.query);
  if (!fields.ok()) {
    respond(ErrorAnswer(400, "FORM_INVALID", "send parameters as name=value, escaped, 50 at most",
                        "invalid"));
    return;
  }
  if (type == "Task") {
    SearchTasks(*fields, address, participant, std::move(respond));
  } else {
    SearchTrail(type, *fields, address, participant, std::move(respond));
  }
}

void FhirDoor::SearchTasks(const SearchFields& fields, const SearchAddress& address,
                           const std::string& participant, HttpsServer::Respond respond) {
  IssueList issues;
  v1::ListDelegationsRequest asked = ReadTaskSearch(fields, address, issues);
  if (!issues.empty()) {
    respond(FhirAnswer(400, OutcomeFor(400, issues.issues())));
    return;
  }
  asked.set_reader(participant);
  asked.set_purpose(std::string(kPurpose));
  adapter_.gateway->ListDelegations(
      std::move(asked), kReadTimeout,
      [respond, fields, address](const v1::ListDelegationsResponse* found, const Refusal* refusal) {
        if (refusal != nullptr && !FoundNothing(*refusal)) {
          respond(RefusalAnswer(*refusal));
          return;
        }
        respond(
            FhirAnswer(200, TaskSearchset(found == nullptr ? v1::ListDelegationsResponse() : *found,
                                          fields, address)));
      });
}

void FhirDoor::SearchTrail(const std::string& type, const SearchFields& fields,
                           const SearchAddress& address, const std::string& participant,
                           HttpsServer::Respond respond) {
  IssueList issues;
  v1::SearchRequest asked = ReadTrailSearch(type, fields, address, issues);
  if (!issues.empty()) {
    respond(FhirAnswer(400, OutcomeFor(400, issues.issues())));
    return;
  }
  asked.set_reader(participant);
  asked.set_purpose(std::string(kPurpose));
  adapter_.gateway->SearchTrail(
      std::move(asked), kReadTimeout,
      [respond, type, fields, address](const v1::SearchResponse* found, const Refusal* refusal) {
        if (refusal != nullptr && !FoundNothing(*refusal)) {
          respond(RefusalAnswer(*refusal));
          return;
        }
        respond(
            FhirAnswer(200, TrailSearchset(type, found == nullptr ? v1::SearchResponse() : *found,
                                           fields, address)));
      });
}

}  // namespace fosse::adapters::fhir
