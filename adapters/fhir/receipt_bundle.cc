#include "absl/strings/str_cat.h"
#include "adapters/fhir/systems.h"
#include "adapters/fhir/translate.h"
#include "adapters/fhir/writing.h"
#include "adapters/kit/words.h"

namespace fosse::adapters::fhir {
namespace {

constexpr char kMadeExtension[] = "https://fosse.example/StructureDefinition/made-id";
constexpr char kOutcomeExtension[] = "https://fosse.example/StructureDefinition/outcome";

std::string ContactWords(absl::string_view when, const v1::Contact& contact) {
  return absl::StrCat(when, ": ", contact.name(), ", ", contact.telephone());
}

Json OutcomeOf(const v1::Receipt& receipt) {
  Json issues = Json::array();
  for (const v1::Decision& decision : receipt.decisions()) AddDecision(decision, issues);
  for (const v1::Notice& notice : receipt.notices()) {
    issues.push_back(InformationIssue(
        kNotice, notice.code(),
        notice.clause().empty() ? notice.words()
                                : absl::StrCat(notice.words(), " (", notice.clause(), ")")));
  }
  if (!receipt.delivers_meanwhile().empty()) {
    issues.push_back(
        InformationIssue(kNotice, "DELIVERS_MEANWHILE",
                         absl::StrCat(receipt.delivers_meanwhile(), " delivers care meanwhile")));
  }
  if (!receipt.overseer().empty()) {
    std::string words = absl::StrCat(receipt.overseer(), " oversees");
    if (receipt.contacts().has_in_hours()) {
      absl::StrAppend(&words, "; ", ContactWords("in hours", receipt.contacts().in_hours()));
    }
    if (receipt.contacts().has_out_of_hours()) {
      absl::StrAppend(&words, "; ",
                      ContactWords("out of hours", receipt.contacts().out_of_hours()));
    }
    issues.push_back(InformationIssue(kNotice, "OVERSEER", words));
  }
  if (receipt.decisions().empty()) {
    issues.push_back(InformationIssue(kNotice, "KEPT", "the message was kept and passed on"));
  }
  Json extensions = Json::array();
  extensions.push_back(Extension(kTraceExtension, "valueUnsignedInt", receipt.entry_index()));
  if (!receipt.decisions().empty()) {
    extensions.push_back(
        Extension(kOutcomeExtension, "valueCode",
                  WordOf(*v1::Outcome_descriptor(), receipt.decisions(0).outcome())));
  }
  if (!receipt.made_id().empty()) {
    extensions.push_back(Extension(kMadeExtension, "valueString", receipt.made_id()));
  }
  return Json{{"resourceType", "OperationOutcome"},
              {"extension", std::move(extensions)},
              {"issue", std::move(issues)}};
}

}  // namespace

std::string RepeatedOutcome(const v1::Receipt& first) {
  Json outcome = OutcomeOf(first);
  outcome["issue"].insert(
      outcome["issue"].begin(),
      ErrorIssue(409,
                 {.at = "",
                  .reason = "REQUEST_REPEATED",
                  .remedy = "this X-Request-Id was answered before, and nothing is done again; "
                            "its first outcome follows",
                  .code = "duplicate"}));
  return Dump(outcome);
}

std::string ReceiptBundle(const v1::Receipt& receipt, absl::string_view locality) {
  const std::string id =
      absl::StrCat("receipt/", locality, "/", receipt.entry_index(), "/", receipt.message_id());
  const std::string outcome_url = Urn(absl::StrCat(id, "/outcome"));
  Json focus = Json::array();
  Json entries = Json::array();
  for (const v1::DelegationStanding& standing : receipt.standings()) {
    const std::string url = Urn(absl::StrCat(id, "/standing/", standing.delegation_id()));
    focus.push_back(Json{{"reference", url}});
    entries.push_back(Entry(url, StandingTask(standing)));
  }
  focus.push_back(Json{{"reference", outcome_url}});
  entries.push_back(Entry(outcome_url, OutcomeOf(receipt)));
  const Json header = {
      {"resourceType", "MessageHeader"},
      {"eventCoding", Json{{"system", kEvents}, {"code", "servicerequest-response"}}},
      {"source", Json{{"name", "Fosse"}, {"endpoint", absl::StrCat(kLocality, "|", locality)}}},
      {"response", Json{{"identifier", receipt.message_id()},
                        {"code", "ok"},
                        {"details", Json{{"reference", outcome_url}}}}},
      {"focus", std::move(focus)},
      {"definition", kDefinition}};
  entries.insert(entries.begin(), Entry(Urn(absl::StrCat(id, "/header")), header));
  return Dump(Json{{"resourceType", "Bundle"},
                   {"id", UuidOf(id)},
                   {"type", "message"},
                   {"timestamp", Instant(receipt.committed_at())},
                   {"entry", std::move(entries)}});
}

}  // namespace fosse::adapters::fhir
