#include "adapters/gp/page/answer_bundle.h"

#include "absl/strings/str_cat.h"
#include "adapters/fhir/persons.h"
#include "adapters/fhir/systems.h"
#include "adapters/fhir/writing.h"
#include "adapters/itk3/document_text.h"

namespace fosse::adapters::page {
namespace {

using fhir::Json;

Json Parameter(absl::string_view code, absl::string_view member, Json value) {
  Json parameter = {{"type", fhir::Concept(fhir::kParameter, code)}};
  parameter[std::string(member)] = std::move(value);
  return parameter;
}

Json ContactOf(const std::string& name, const std::string& telephone) {
  v1::Contact contact;
  contact.set_name(name);
  contact.set_telephone(telephone);
  return fhir::ContactDetail(contact);
}

// As FHIR R4 UK Core names the registers.
Json PractitionerOf(const PageClinician& clinician) {
  const bool doctor = clinician.nmc_pin().empty();
  Json practitioner = {
      {"resourceType", "Practitioner"},
      {"identifier",
       Json::array({fhir::Identifier(doctor ? "https://fhir.hl7.org.uk/Id/gmc-number"
                                            : "https://fhir.hl7.org.uk/Id/nmc-number",
                                     doctor ? clinician.gmc_number() : clinician.nmc_pin())})},
      {"name", Json::array({Json{{"text", clinician.name()}}})}};
  Json qualification = {{"code", fhir::Concept(fhir::kPart, doctor ? "doctor" : "nurse")}};
  if (!clinician.register_checked_on().empty()) {
    qualification["period"] = Json{{"start", clinician.register_checked_on()}};
  }
  practitioner["qualification"] = Json::array({std::move(qualification)});
  return practitioner;
}

Json RoleOf(const PageClinician& clinician, const std::string& practitioner_url) {
  return Json{
      {"resourceType", "PractitionerRole"},
      {"practitioner", Json{{"reference", practitioner_url}}},
      {"organization", fhir::Organisation(clinician.participant())},
      {"code",
       Json::array({fhir::Concept("https://fhir.hl7.org.uk/CodeSystem/UKCore-SDSJobRoleName",
                                  clinician.role())})}};
}

Json HeaderOf(const v1::Delivery& offered, const PageClinician& clinician,
              const std::string& role_url, const std::string& task_url) {
  const std::string& to = offered.message().sender();
  return Json{
      {"resourceType", "MessageHeader"},
      {"eventCoding", Json{{"system", fhir::kEvents}, {"code", "servicerequest-response"}}},
      {"destination", Json::array({Json{{"endpoint", absl::StrCat(fhir::kOds, "|", to)},
                                        {"receiver", fhir::Organisation(to)}}})},
      {"sender", fhir::Organisation(clinician.participant())},
      {"author", Json{{"reference", role_url}}},
      {"source", Json{{"name", "Fosse practice page"},
                      {"endpoint", absl::StrCat(fhir::kOds, "|", clinician.participant())}}},
      {"reason", fhir::Concept(fhir::kReasons, "update")},
      {"focus", Json::array({Json{{"reference", task_url}}})},
      {"definition", fhir::kDefinition}};
}

}  // namespace

std::string AnswerBundle(const v1::Delivery& offered, const PageClinician& clinician,
                         const PagePractice& practice, const PageAnswer& answer) {
  const auto url = [&answer](absl::string_view part) {
    return fhir::Urn(absl::StrCat(answer.id, "/", part));
  };
  const std::string at = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", answer.at, absl::UTCTimeZone());
  const v1::PersonReference& person = offered.message().subject().person();
  Json task = {
      {"resourceType", "Task"},
      {"identifier", Json::array({fhir::Identifier(fhir::kOffer, OfferReferenceOf(offered))})},
      {"meta", Json{{"versionId", "2"}}},
      {"status", answer.status}};
  if (!answer.words.empty()) task["statusReason"] = Json{{"text", answer.words}};
  task["intent"] = "order";
  task["code"] = fhir::Concept(fhir::kMessage, "oversight-offer");
  task["for"] = Json{{"reference", url("person")},
                     {"identifier", fhir::Identifier(fhir::kNhsNumber, person.nhs_number())}};
  task["lastModified"] = at;
  task["owner"] = Json{{"reference", url("role")}};
  if (answer.status == "accepted") {
    task["output"] = Json::array(
        {Parameter("accountable-delegator", "valueReference", Json{{"reference", url("role")}}),
         Parameter("contact-in-hours", "valueContactDetail",
                   ContactOf(practice.in_hours_name(), practice.in_hours_telephone())),
         Parameter("contact-out-of-hours", "valueContactDetail",
                   ContactOf(practice.out_of_hours_name(), practice.out_of_hours_telephone()))});
  }
  Json entries = Json::array();
  entries.push_back(
      fhir::Entry(url("header"), HeaderOf(offered, clinician, url("role"), url("task"))));
  entries.push_back(fhir::Entry(url("task"), std::move(task)));
  entries.push_back(fhir::Entry(url("person"), fhir::PersonResource(person)));
  entries.push_back(fhir::Entry(url("role"), RoleOf(clinician, url("practitioner"))));
  entries.push_back(fhir::Entry(url("practitioner"), PractitionerOf(clinician)));
  return fhir::Dump(Json{{"resourceType", "Bundle"},
                         {"id", answer.id},
                         {"type", "message"},
                         {"timestamp", at},
                         {"entry", std::move(entries)}});
}

}  // namespace fosse::adapters::page
