#include "adapters/fhir/persons.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "adapters/fhir/systems.h"
#include "adapters/kit/words.h"
#include "base/local_date.h"
#include "base/nhs_number.h"

namespace fosse::adapters::fhir {
namespace {

struct RegisterSystem {
  absl::string_view system;
  v1::Register value;
};

// Registers before other identifiers: the first that is found counts.
constexpr RegisterSystem kRegisters[] = {
    {"https://fhir.hl7.org.uk/Id/nmc-number", v1::REGISTER_NMC},
    {"https://fhir.hl7.org.uk/Id/gmc-number", v1::REGISTER_GMC},
    {"https://fhir.hl7.org.uk/Id/hcpc-number", v1::REGISTER_HCPC},
    {"https://fhir.hl7.org.uk/Id/gphc-number", v1::REGISTER_GPHC},
    {"https://fhir.nhs.uk/Id/sds-user-id", v1::REGISTER_SDS},
};

constexpr absl::string_view kSamePerson =
    "one message is about one person: let every part name the same NHS number";

// The Patient's one NHS number, and how sure the sender is of it.
void ReadNumber(const Node& resource, v1::PersonReference& person) {
  const Node identifiers = resource["identifier"];
  std::set<std::string> numbers;
  bool faulty = false;
  for (const Node& identifier : identifiers.Items()) {
    if (identifier["system"].Text() != kNhsNumber || identifier["use"].Text() == "old") continue;
    const Node value = identifier["value"];
    const std::string text = value.RequiredText();
    if (text.empty()) continue;
    const std::optional<std::string> number = NormaliseNhsNumber(text);
    if (!number.has_value()) {
      value.AddIssue("NHS_NUMBER_INVALID", "check the ten digits against the person's record",
                     "value");
      faulty = true;
      continue;
    }
    numbers.insert(*number);
    person.set_nhs_number(*number);
    for (const Node& extension : identifier["extension"].Items()) {
      if (extension["url"].Text() != kNumberStatusExtension) continue;
      const std::string status = CodeIn(extension["valueCodeableConcept"], kNumberStatus);
      person.set_nhs_number_status(status == kNumberVerified || status == "01"
                                       ? v1::NUMBER_STATUS_VERIFIED
                                       : v1::NUMBER_STATUS_NOT_VERIFIED);
    }
  }
  if (numbers.empty() && !faulty) {
    identifiers.AddIssue("FIELD_REQUIRED", absl::StrCat("add the NHS number in ", kNhsNumber),
                         "required");
  }
  if (numbers.size() > 1) {
    identifiers.AddIssue("PERSON_DISAGREES", kSamePerson, "conflict");
  }
}

void ReadName(const Node& names, v1::PersonReference& person) {
  Node chosen(names.at() + "[0]", names.issues());
  for (const Node& name : names.Items()) {
    const std::string use = name["use"].Text();
    if (use == "old") continue;
    if (!chosen.present() || use == "official") chosen = name;
    if (use == "official") break;
  }
  person.set_family_name(chosen["family"].RequiredText());
  std::string given;
  for (const Node& part : chosen["given"].Items()) {
    absl::StrAppend(&given, given.empty() ? "" : " ", part.Text());
  }
  person.set_given_name(given);
}

// Whether a Reference to the person agrees with the Patient.
void CheckAgrees(const Bundle& bundle, const Node& reference, const Node& resource,
                 const std::string& number) {
  if (!reference.present()) return;
  if (reference["reference"].present()) {
    const Node named = bundle.Resolve(reference);
    if (named.present() && !named.Is(resource) && named["resourceType"].Text() == "Patient") {
      reference["reference"].AddIssue("PERSON_DISAGREES", kSamePerson, "conflict");
    }
  }
  const Node value = reference["identifier"]["value"];
  if (!value.present() || reference["identifier"]["system"].Text() != kNhsNumber) return;
  if (NormaliseNhsNumber(value.Text()) != number) {
    value.AddIssue("PERSON_DISAGREES", kSamePerson, "conflict");
  }
}

// The one Patient there is. A second one would be lost, or taken for the first.
Node FindResource(const Bundle& bundle, const Node& about) {
  Node found(about.at(), about.issues());
  for (const Node& resource : bundle.resources()) {
    if (!resource.present() || resource["resourceType"].Text() != "Patient") continue;
    if (found.present()) {
      resource.AddIssue("SECOND_PERSON", "send one message for each person", "invariant");
    }
    found = resource;
  }
  if (about["reference"].present()) return bundle.Resolve(about, "Patient");
  if (!found.present()) {
    about.AddIssue("FIELD_REQUIRED", "send the Patient with it, and refer to that", "required");
  }
  return found;
}

void ReadQualification(const Node& qualifications, absl::Time sent_at, v1::Practitioner& out) {
  bool found = false;
  for (const Node& qualification : qualifications.Items()) {
    const Node code = qualification["code"];
    const std::string part = CodeIn(code, kPart);
    if (part.empty()) continue;
    if (found) {
      code.AddIssue("FIELD_TOO_MANY", "name the one part of the register that is acted under",
                    "not-supported");
      return;
    }
    found = true;
    const int number = FindWord(*v1::RegisterPart_descriptor(), part);
    if (number == 0) {
      code["coding"].Invalid(WordsOf(*v1::RegisterPart_descriptor()));
      continue;
    }
    out.set_register_part(static_cast<v1::RegisterPart>(number));
    const Node period = qualification["period"];
    const std::string checked = period["start"].Day();
    const std::string ended = period["end"].Day();
    if (!checked.empty()) {
      out.set_register_checked_on(checked);
      out.set_register_status(v1::REGISTER_STATUS_CURRENT);
    }
    // Days of one form: their order as texts is their order in time.
    if (!ended.empty() && ended < FormatLocalDate(LondonDay(sent_at))) {
      out.set_register_status(v1::REGISTER_STATUS_LAPSED);
    }
  }
}

std::string NameOf(const Node& names) {
  for (const Node& name : names.Items()) {
    if (name["use"].Text() == "old") continue;
    const std::string text = name["text"].Text();
    if (!text.empty()) return text;
    std::string joined;
    for (const Node& given : name["given"].Items()) absl::StrAppend(&joined, given.Text(), " ");
    return absl::StrCat(joined, name["family"].Text());
  }
  return "";
}

}  // namespace

absl::string_view SystemOf(v1::Register value) {
  for (const RegisterSystem& known : kRegisters) {
    if (known.value == value) return known.system;
  }
  return "";
}

v1::PersonReference ReadPerson(const Bundle& bundle, const Node& about) {
  v1::PersonReference person;
  const Node resource = FindResource(bundle, about);
  if (!resource.present()) return person;
  ReadNumber(resource, person);
  ReadName(resource["name"], person);
  const Node born = resource["birthDate"];
  if (born.Require()) person.set_date_of_birth(born.Day());
  // Elements that FHIR lets change what a Patient means.
  for (const absl::string_view name : {"deceasedBoolean", "deceasedDateTime", "link"}) {
    const Node element = resource[name];
    if (element.present() && !(name == "deceasedBoolean" && element.Boolean() == false)) {
      element.AddIssue("MEANING_UNKNOWN", "tell a death or a link by a message of its own",
                       "not-supported");
    }
  }
  if (!person.nhs_number().empty()) {
    for (const Node& other : bundle.resources()) {
      if (!other.present()) continue;
      for (const absl::string_view name : {"for", "subject", "patient"}) {
        if (other["resourceType"].Text() == "MessageHeader") continue;
        CheckAgrees(bundle, other[name], resource, person.nhs_number());
      }
    }
  }
  return person;
}

v1::Practitioner ReadPractitioner(const Bundle& bundle, const Node& reference, absl::Time sent_at) {
  v1::Practitioner out;
  Node resource = bundle.Resolve(reference);
  if (!resource.present()) return out;
  if (resource["resourceType"].Text() == "PractitionerRole") {
    out.set_organisation(bundle.OrganisationOf(resource["organization"]));
    const Node code = resource["code"].Only();
    std::string role = code["text"].Text();
    for (const Node& coding : code["coding"].Items()) {
      role = coding["code"].RequiredText();
      break;
    }
    out.set_role(role);
    const Node practitioner = resource["practitioner"];
    if (!practitioner.Require()) return out;
    resource = bundle.Resolve(practitioner, "Practitioner");
    if (!resource.present()) return out;
  } else if (resource["resourceType"].Text() != "Practitioner") {
    reference["reference"].AddIssue(
        "REFERENCE_TYPE_WRONG", "refer to the PractitionerRole of the named professional", "value");
    return out;
  }
  for (const RegisterSystem& known : kRegisters) {
    const Node value = IdentifierIn(resource["identifier"], known.system);
    if (!value.present()) continue;
    out.set_register_(known.value);
    out.set_identifier(value.Text());
    break;
  }
  if (out.identifier().empty()) {
    resource["identifier"].AddIssue(
        "FIELD_REQUIRED", "add the identifier of the register: NMC, GMC, HCPC, GPhC, or SDS",
        "required");
  }
  out.set_name(NameOf(resource["name"]));
  ReadQualification(resource["qualification"], sent_at, out);
  return out;
}

v1::WorkerReference ReadWorker(const Bundle& bundle, const Node& reference) {
  v1::WorkerReference worker;
  const Node identifier = reference["identifier"];
  const std::string system = identifier["system"].RequiredText();
  if (system == kWorkerNumber) {
    worker.set_worker_number(identifier["value"].RequiredText());
  } else if (system == kWorker) {
    worker.set_employer_reference(identifier["value"].RequiredText());
    identifier["assigner"].Require();
  } else {
    identifier["system"].Invalid(
        absl::StrCat("name the worker in ", kWorker, " or ", kWorkerNumber));
  }
  worker.set_employer(bundle.OrganisationOf(identifier["assigner"]));
  worker.set_name(reference["display"].Text());
  return worker;
}

v1::Contact ReadContact(const Node& detail) {
  v1::Contact contact;
  contact.set_name(detail["name"].Text());
  for (const Node& telecom : detail["telecom"].Items()) {
    if (telecom["system"].Text() != "phone") continue;
    if (!contact.telephone().empty()) {
      telecom.AddIssue("FIELD_TOO_MANY", "give the one telephone that is staffed", "not-supported");
      break;
    }
    contact.set_telephone(telecom["value"].RequiredText());
    for (const Node& extension : telecom["extension"].Items()) {
      if (extension["url"].Text() == kHoursExtension) {
        contact.set_hours(extension["valueString"].RequiredText());
      }
    }
  }
  return contact;
}

nlohmann::ordered_json PersonResource(const v1::PersonReference& person) {
  using Json = nlohmann::ordered_json;
  Json identifier = Json::object();
  if (person.nhs_number_status() == v1::NUMBER_STATUS_VERIFIED) {
    const Json status = {{"system", kNumberStatus}, {"code", kNumberVerified}};
    identifier["extension"] =
        Json::array({Json{{"url", kNumberStatusExtension},
                          {"valueCodeableConcept", Json{{"coding", Json::array({status})}}}}});
  }
  identifier["system"] = kNhsNumber;
  identifier["value"] = person.nhs_number();
  Json name = {{"use", "official"}, {"family", person.family_name()}};
  if (!person.given_name().empty()) name["given"] = Json::array({person.given_name()});
  Json resource = {{"resourceType", "Patient"}, {"identifier", Json::array({identifier})}};
  resource["name"] = Json::array({name});
  if (!person.date_of_birth().empty()) resource["birthDate"] = person.date_of_birth();
  return resource;
}

// By the gateway's number where it is known: that stays when the employer's reference changes.
nlohmann::ordered_json WorkerReference(const v1::WorkerReference& worker) {
  using Json = nlohmann::ordered_json;
  const bool numbered = !worker.worker_number().empty();
  Json identifier = {{"system", numbered ? kWorkerNumber : kWorker},
                     {"value", numbered ? worker.worker_number() : worker.employer_reference()}};
  if (!worker.employer().empty()) {
    const Json employer = {{"system", kOds}, {"value", worker.employer()}};
    identifier["assigner"] = Json{{"identifier", employer}};
  }
  Json reference = {{"type", "Practitioner"}, {"identifier", std::move(identifier)}};
  if (!worker.name().empty()) reference["display"] = worker.name();
  return reference;
}

nlohmann::ordered_json ContactDetail(const v1::Contact& contact) {
  using Json = nlohmann::ordered_json;
  Json detail = Json::object();
  if (!contact.name().empty()) detail["name"] = contact.name();
  if (!contact.telephone().empty()) {
    Json phone = Json::object();
    if (!contact.hours().empty()) {
      phone["extension"] =
          Json::array({Json{{"url", kHoursExtension}, {"valueString", contact.hours()}}});
    }
    phone["system"] = "phone";
    phone["value"] = contact.telephone();
    detail["telecom"] = Json::array({phone});
  }
  return detail;
}

}  // namespace fosse::adapters::fhir
