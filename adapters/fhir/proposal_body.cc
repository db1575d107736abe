// A proposal: Task, ServiceRequest, and what that is supported by.
#include "absl/strings/str_cat.h"
#include "adapters/fhir/bodies.h"
#include "adapters/fhir/parameters.h"
#include "adapters/fhir/persons.h"
#include "adapters/fhir/systems.h"
#include "adapters/kit/words.h"

namespace fosse::adapters::fhir {
namespace {

std::string NotesOf(const Node& notes) {
  std::string text;
  for (const Node& note : notes.Items()) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", note["text"].RequiredText());
  }
  return text;
}

void RequireStatus(const Node& resource, absl::string_view wanted) {
  const Node status = resource["status"];
  if (status.Require() && status.Text() != wanted) {
    status.AddIssue("STATUS_UNSUPPORTED", absl::StrCat("send it with status ", wanted),
                    "not-supported");
  }
}

std::string MemberName(const Bundle& bundle, const Node& member) {
  const std::string display = member["display"].Text();
  if (!display.empty() || !member["reference"].present()) return display;
  const Node named = bundle.Resolve(member);
  if (!named.present()) return "";
  const Node name = named["name"];
  // A name is a text, as of an Organization, or a list, as of a Practitioner.
  if (name.present() && name.value()->is_array()) return name.Only()["text"].RequiredText();
  return name.RequiredText();
}

// The team of the plan: who has each of the four roles of B-4.1.
void ReadPlanTeam(const Bundle& bundle, const Node& team, v1::CarePlan& plan) {
  RequireStatus(team, "active");
  for (const Node& participant : team["participant"].Items()) {
    const Node role = participant["role"].Only();
    const std::string code = CodeIn(role, kPlanRole);
    const std::string name = MemberName(bundle, participant["member"]);
    std::string* field = nullptr;
    if (code == "training") field = plan.mutable_training_provided_by();
    if (code == "competence-assessor") field = plan.mutable_competence_assessor();
    if (code == "ongoing-support") field = plan.mutable_ongoing_support();
    if (code == "clinical-reviewer") field = plan.mutable_clinical_reviewer();
    if (field == nullptr) {
      role.AddIssue("ROLE_UNKNOWN",
                    "give one of: training competence-assessor ongoing-support clinical-reviewer",
                    "not-supported");
      continue;
    }
    if (!field->empty()) field->append(", ");
    field->append(name);
  }
}

void ReadPlan(const Bundle& bundle, const Node& resource, v1::DelegationProposal& body) {
  RequireStatus(resource, "active");
  v1::CarePlan& plan = *body.mutable_plan();
  plan.set_reference(resource["identifier"].Only()["value"].Text());
  plan.set_instructions(resource["description"].Text());
  plan.set_thresholds(NotesOf(resource["note"]));
  plan.set_review_on(resource["period"]["end"].Day());
  for (const Node& reference : resource["careTeam"].Items()) {
    const Node team = bundle.Resolve(reference, "CareTeam");
    if (team.present()) ReadPlanTeam(bundle, team, plan);
  }
}

void ReadMdt(const Bundle& bundle, const Node& team, v1::DelegationProposal& body) {
  const Node category = team["category"].Only();
  if (CodeIn(category, kPlanRole) != "mdt") {
    category.AddIssue("ROLE_UNKNOWN", "a CareTeam beside the plan's is the mdt: give that code",
                      "not-supported");
    return;
  }
  RequireStatus(team, "active");
  body.mutable_mdt()->set_decided_on(team["period"]["start"].Day());
  for (const Node& participant : team["participant"].Items()) {
    const std::string name = MemberName(bundle, participant["member"]);
    if (!name.empty()) body.mutable_mdt()->add_members(name);
  }
}

// A Consent resource says given or declined; the parameter `consent` says what it cannot.
void ReadConsent(const Node& resource, v1::DelegationProposal& body) {
  RequireStatus(resource, "active");
  const Node provision = resource["provision"];
  if (provision["provision"].present()) {
    provision["provision"].AddIssue("MEANING_UNKNOWN",
                                    "exceptions to a consent are not supported; say it in words",
                                    "not-supported");
  }
  const Node type = provision["type"];
  const std::string word = type.RequiredText();
  v1::Consent consent = v1::CONSENT_UNSPECIFIED;
  if (word == "permit") consent = v1::CONSENT_GIVEN;
  if (word == "deny") consent = v1::CONSENT_DECLINED;
  if (consent == v1::CONSENT_UNSPECIFIED) {
    if (!word.empty()) type.Invalid("give one of: permit deny");
    return;
  }
  const bool declined = body.consent() == v1::CONSENT_DECLINED;
  if (body.consent() != v1::CONSENT_UNSPECIFIED && declined != (consent == v1::CONSENT_DECLINED)) {
    type.AddIssue("CONSENT_DISAGREES", "let Consent and the parameter consent say the same",
                  "conflict");
    return;
  }
  if (body.consent() == v1::CONSENT_UNSPECIFIED) body.set_consent(consent);
}

void ReadRisk(const Node& resource, v1::DelegationProposal& body) {
  RequireStatus(resource, "final");
  v1::RiskDecision& risk = *body.mutable_risk();
  risk.set_record_reference(resource["identifier"].Only()["value"].Text());
  risk.set_summary(NotesOf(resource["note"]));
  const Node level = resource["prediction"].Only()["qualitativeRisk"];
  for (const Node& coding : level["coding"].Items()) {
    const std::string code = coding["code"].RequiredText();
    if (code == "low") risk.set_level(v1::RISK_LEVEL_LOW);
    if (code == "moderate" || code == "medium") risk.set_level(v1::RISK_LEVEL_MEDIUM);
    if (code == "high") risk.set_level(v1::RISK_LEVEL_HIGH);
    if (risk.level() != v1::RISK_LEVEL_UNSPECIFIED) return;
  }
  if (level.Require()) level.Invalid("give one of: low moderate high");
}

void ReadSupporting(const Bundle& bundle, const Node& references, v1::DelegationProposal& body) {
  std::string seen = " ";
  for (const Node& reference : references.Items()) {
    const Node resource = bundle.Resolve(reference);
    if (!resource.present()) {
      reference["reference"].Require();
      continue;
    }
    const std::string type = resource["resourceType"].Text();
    if (type == "CarePlan") {
      ReadPlan(bundle, resource, body);
    } else if (type == "CareTeam") {
      ReadMdt(bundle, resource, body);
    } else if (type == "Consent") {
      ReadConsent(resource, body);
    } else if (type == "RiskAssessment") {
      ReadRisk(resource, body);
    } else {
      reference.AddIssue("RESOURCE_UNSUPPORTED",
                         "send CarePlan, CareTeam, Consent, RiskAssessment; others would be lost",
                         "not-supported");
      continue;
    }
    if (seen.find(absl::StrCat(" ", type, " ")) != std::string::npos) {
      reference.AddIssue("RESOURCE_TWICE", "send one resource of each type", "duplicate");
    }
    absl::StrAppend(&seen, type, " ");
  }
}

void ReadRequest(Reading& reading, const Node& request, v1::DelegationProposal& body) {
  const Bundle& bundle = reading.bundle;
  RequireStatus(request, "active");
  const Node intent = request["intent"];
  if (intent.Require() && intent.Text() != "order") {
    intent.AddIssue("MEANING_UNKNOWN", "send an order", "not-supported");
  }
  const Node forbids = request["doNotPerform"];
  if (forbids.present() && forbids.Boolean() != false) {
    forbids.AddIssue("MEANING_UNKNOWN", "send what is to be done", "not-supported");
  }
  const Node code = request["code"];
  if (code.Require()) {
    ReadTaskCode(code, *body.mutable_task()->mutable_code());
    body.mutable_task()->set_description(code["text"].Text());
  }
  const Node setting = request["locationCode"].Only();
  if (setting.present()) {
    const int number = FindWord(*v1::CareSetting_descriptor(), CodeIn(setting, kSetting));
    if (number == 0) setting.Invalid(WordsOf(*v1::CareSetting_descriptor()));
    body.mutable_task()->set_setting(static_cast<v1::CareSetting>(number));
  }
  const std::string performer = bundle.OrganisationOf(request["performer"].Only());
  if (!performer.empty() && !body.delegated_to().empty() && performer != body.delegated_to()) {
    request["performer"].AddIssue("OWNER_DISAGREES",
                                  "let performer and Task.owner name one organisation", "conflict");
  }
  ReadSupporting(bundle, request["supportingInfo"], body);
}

}  // namespace

void ReadProposal(Reading& reading) {
  const Bundle& bundle = reading.bundle;
  const Node& task = reading.focus;
  v1::DelegationProposal& body = *reading.envelope.mutable_delegation_proposal();
  const Node reference = IdentifierIn(task["identifier"], kDelegation);
  if (reference.Require()) body.set_reference(reference.Text());
  ReadParameters(bundle, task["input"], ParametersOf("delegation_proposal"), reading.sent_at, body);
  const Node owner = task["owner"];
  if (owner.Require()) body.set_delegated_to(bundle.OrganisationOf(owner));
  const Node focus = task["focus"];
  if (!focus.Require()) return;
  const Node request = bundle.Resolve(focus, "ServiceRequest");
  if (!request.present()) return;
  const Node requester = request["requester"].present() ? request["requester"] : task["requester"];
  if (requester.present()) {
    *body.mutable_delegator() = ReadPractitioner(bundle, requester, reading.sent_at);
  }
  body.set_delegating(body.delegator().organisation().empty() ? reading.sender
                                                              : body.delegator().organisation());
  ReadRequest(reading, request, body);
}

}  // namespace fosse::adapters::fhir
