#include "adapters/fhir/writing.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "adapters/fhir/parameters.h"
#include "adapters/fhir/persons.h"
#include "adapters/fhir/systems.h"
#include "adapters/kit/words.h"
#include "base/crypto.h"
#include "base/encoding.h"

namespace fosse::adapters::fhir {
namespace {

constexpr char kOutcomes[] = "https://fosse.example/CodeSystem/outcome";

absl::string_view SeverityOf(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_PERMIT:
      return "information";
    case v1::OUTCOME_DENY:
      return "error";
    default:
      return "warning";
  }
}

Json Coding(absl::string_view system, absl::string_view code) {
  return Json{{"system", std::string(system)}, {"code", std::string(code)}};
}

}  // namespace

absl::string_view TaskStatus(v1::DelegationState state) {
  switch (state) {
    case v1::DELEGATION_STATE_PROPOSED:
      return "requested";
    case v1::DELEGATION_STATE_REFERRED:
      return "received";
    case v1::DELEGATION_STATE_READY:
      return "accepted";
    case v1::DELEGATION_STATE_ACTIVE:
    case v1::DELEGATION_STATE_AT_RISK:
      return "in-progress";
    case v1::DELEGATION_STATE_ENDED:
      return "completed";
    case v1::DELEGATION_STATE_DECLINED:
      return "rejected";
    default:
      return "on-hold";
  }
}

std::string UuidOf(absl::string_view text) {
  const Digest digest = Sha256(absl::StrCat("fosse-fhir/", text));
  std::string bytes(digest.begin(), digest.begin() + 16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x80);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  const std::string hex = Hex(bytes);
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                      hex.substr(16, 4), "-", hex.substr(20));
}

std::string Urn(absl::string_view text) { return absl::StrCat("urn:uuid:", UuidOf(text)); }

std::string Instant(const google::protobuf::Timestamp& stamp) {
  return absl::FormatTime(absl::RFC3339_full,
                          absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos()),
                          absl::UTCTimeZone());
}

Json Identifier(absl::string_view system, absl::string_view value) {
  return Json{{"system", std::string(system)}, {"value", std::string(value)}};
}

Json Concept(absl::string_view system, absl::string_view code, absl::string_view display) {
  Json coding = Coding(system, code);
  if (!display.empty()) coding["display"] = std::string(display);
  return Json{{"coding", Json::array({coding})}};
}

Json Organisation(absl::string_view participant) {
  return Json{{"identifier", Identifier(kOds, participant)}};
}

Json Extension(absl::string_view url, absl::string_view member, Json value) {
  Json extension = {{"url", std::string(url)}};
  extension[std::string(member)] = std::move(value);
  return extension;
}

Json Entry(absl::string_view full_url, Json resource) {
  return Json{{"fullUrl", std::string(full_url)}, {"resource", std::move(resource)}};
}

Json StandingTask(const v1::DelegationStanding& standing) {
  Json task = {{"resourceType", "Task"}};
  Json identifiers = Json::array();
  if (!standing.reference().empty()) {
    identifiers.push_back(Identifier(kDelegation, standing.reference()));
  }
  identifiers.push_back(Identifier(kDelegationId, standing.delegation_id()));
  if (!standing.offer().offer_id().empty()) {
    identifiers.push_back(Identifier(kOffer, standing.offer().offer_id()));
  }
  task["identifier"] = std::move(identifiers);
  task["status"] = std::string(TaskStatus(standing.state()));
  const std::string state = WordOf(*v1::DelegationState_descriptor(), standing.state());
  if (!state.empty()) task["businessStatus"] = Concept(kState, state);
  task["intent"] = "order";
  const v1::Code& code = standing.task();
  task["code"] = Concept(code.system().empty() ? absl::string_view(kTask) : code.system(),
                         code.code(), code.display());
  if (!standing.owner().empty()) task["owner"] = Organisation(standing.owner());
  Json input = Json::array();
  const std::string oversight = WordOf(*v1::OversightState_descriptor(), standing.oversight());
  if (!oversight.empty()) input.push_back(ParameterJson("oversight", "valueCode", oversight));
  const auto organisation = [&input](absl::string_view code, const std::string& participant) {
    if (participant.empty()) return;
    input.push_back(ParameterJson(code, "valueIdentifier", Identifier(kOds, participant)));
  };
  organisation("overseer", standing.overseer());
  organisation("delivers-now", standing.delivers_now());
  organisation("delegating", standing.delegating());
  organisation("delegated-to", standing.delegated_to());
  if (standing.contacts().has_in_hours()) {
    input.push_back(ParameterJson("overseer-in-hours", "valueContactDetail",
                                  ContactDetail(standing.contacts().in_hours())));
  }
  if (standing.contacts().has_out_of_hours()) {
    input.push_back(ParameterJson("overseer-out-of-hours", "valueContactDetail",
                                  ContactDetail(standing.contacts().out_of_hours())));
  }
  if (!standing.review_on().empty()) {
    input.push_back(ParameterJson("review-on", "valueDate", standing.review_on()));
  }
  if (!input.empty()) task["input"] = std::move(input);
  return task;
}

void AddDecision(const v1::Decision& decision, Json& issues) {
  for (const v1::Finding& finding : decision.findings()) {
    Json issue = {{"severity", std::string(SeverityOf(finding.outcome()))},
                  {"code", "business-rule"}};
    const std::string outcome = WordOf(*v1::Outcome_descriptor(), finding.outcome());
    issue["details"] = Json{
        {"coding", Json::array({Coding(kRule, finding.rule_id()), Coding(kOutcomes, outcome)})}};
    std::string words = absl::StrCat(finding.clause(), ": ", finding.because());
    if (!finding.remedy().empty()) absl::StrAppend(&words, "; ", finding.remedy());
    issue["diagnostics"] = words;
    issues.push_back(std::move(issue));
  }
  if (!decision.findings().empty()) return;
  const std::string outcome = WordOf(*v1::Outcome_descriptor(), decision.outcome());
  issues.push_back(
      Json{{"severity", std::string(SeverityOf(decision.outcome()))},
           {"code", "business-rule"},
           {"details", Json{{"coding", Json::array({Coding(kOutcomes, outcome)})}}},
           {"diagnostics", absl::StrCat("no rule answers; ", decision.owner(), " decides")}});
}

Json InformationIssue(absl::string_view system, absl::string_view code, absl::string_view words) {
  return Json{{"severity", "information"},
              {"code", "informational"},
              {"details", Json{{"coding", Json::array({Coding(system, code)})}}},
              {"diagnostics", std::string(words)}};
}

std::string Dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace fosse::adapters::fhir
