// What a Task or a Communication says by itself: answers, changes, oversight, review, advice.
#include "absl/strings/str_cat.h"
#include "adapters/fhir/bodies.h"
#include "adapters/fhir/parameters.h"
#include "adapters/fhir/persons.h"
#include "adapters/fhir/systems.h"
#include "adapters/kit/words.h"
#include "google/protobuf/timestamp.pb.h"

namespace fosse::adapters::fhir {
namespace {

// The identifiers that name a delegation: by its reference, by the gateway's id, or both.
bool ReadDelegation(const Node& identifiers, v1::DelegationReference& out) {
  const Node reference = IdentifierIn(identifiers, kDelegation);
  const Node id = IdentifierIn(identifiers, kDelegationId);
  if (reference.present()) out.set_reference(reference.Text());
  if (id.present()) out.set_delegation_id(id.Text());
  return reference.present() || id.present();
}

void RequireDelegation(const Node& task, v1::DelegationReference& out) {
  if (!ReadDelegation(task["identifier"], out)) {
    task["identifier"].AddIssue("FIELD_REQUIRED",
                                absl::StrCat("add the delegation's identifier in ", kDelegation),
                                "required");
  }
}

v1::Practitioner PractitionerOr(Reading& reading, const Node& reference) {
  v1::Practitioner out = ReadPractitioner(
      reading.bundle, reference.present() ? reference : reading.author, reading.sent_at);
  if (out.organisation().empty()) out.set_organisation(reading.sender);
  return out;
}

std::string ReasonText(const Node& reason) {
  const std::string text = reason["text"].Text();
  if (!text.empty()) return text;
  for (const Node& coding : reason["coding"].Items()) {
    const std::string display = coding["display"].Text();
    if (!display.empty()) return display;
  }
  return "";
}

void SetTimeOr(const Node& node, absl::Time otherwise, google::protobuf::Timestamp& out) {
  const absl::Time time = node.Time().value_or(otherwise);
  out.set_seconds(absl::ToUnixSeconds(time));
  out.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(out.seconds()))));
}

// The contents of a Communication, as one text.
std::string PayloadText(const Node& payload) {
  std::string text;
  payload.Require();
  for (const Node& item : payload.Items()) {
    absl::StrAppend(&text, text.empty() ? "" : "\n", item["contentString"].RequiredText());
  }
  return text;
}

// References by identifier, as inResponseTo and basedOn have them.
Node IdentifierAmong(const Node& references, absl::string_view system) {
  for (const Node& reference : references.Items()) {
    if (reference["identifier"]["system"].Text() == system) return reference["identifier"]["value"];
  }
  return Node(references.at(), references.issues());
}

void ReadBasedOn(const Node& references, v1::DelegationReference& out) {
  const Node reference = IdentifierAmong(references, kDelegation);
  const Node id = IdentifierAmong(references, kDelegationId);
  if (reference.present()) out.set_reference(reference.Text());
  if (id.present()) out.set_delegation_id(id.Text());
}

bool HasBasedOn(const Node& references) {
  return IdentifierAmong(references, kDelegation).present() ||
         IdentifierAmong(references, kDelegationId).present();
}

}  // namespace

void ReadDelegationResponse(Reading& reading) {
  const Node& task = reading.focus;
  v1::DelegationResponse& body = *reading.envelope.mutable_delegation_response();
  RequireDelegation(task, *body.mutable_delegation());
  body.set_answer(task["status"].Text() == "accepted" ? v1::DELEGATION_ANSWER_ACCEPTED
                                                      : v1::DELEGATION_ANSWER_DECLINED);
  ReadParameters(reading.bundle, task["output"], ParametersOf("delegation_response"),
                 reading.sent_at, body);
  body.set_note(ReasonText(task["statusReason"]));
}

void ReadDelegationChange(Reading& reading) {
  const Node& task = reading.focus;
  v1::DelegationChange& body = *reading.envelope.mutable_delegation_change();
  RequireDelegation(task, *body.mutable_delegation());
  ReadParameters(reading.bundle, task["input"], ParametersOf("delegation_change"), reading.sent_at,
                 body);
  body.set_reason(ReasonText(task["statusReason"]));
  if (body.reason().empty()) {
    task["statusReason"].AddIssue("FIELD_REQUIRED", "say why, as text", "required");
  }
  absl::string_view wanted = "cancelled";
  if (body.kind() == v1::DELEGATION_CHANGE_KIND_SUSPEND) wanted = "on-hold";
  if (body.kind() == v1::DELEGATION_CHANGE_KIND_RESUME) wanted = "in-progress";
  if (body.kind() == v1::DELEGATION_CHANGE_KIND_OBJECT) wanted = "rejected";
  if (body.kind() != v1::DELEGATION_CHANGE_KIND_UNSPECIFIED && task["status"].Text() != wanted) {
    task["status"].AddIssue("STATUS_DISAGREES",
                            absl::StrCat("this kind of change has the status ", wanted),
                            "conflict");
  }
}

void ReadOversightOffer(Reading& reading) {
  const Node& task = reading.focus;
  v1::OversightOffer& body = *reading.envelope.mutable_oversight_offer();
  const Node reference = IdentifierIn(task["identifier"], kOffer);
  if (reference.Require()) body.set_reference(reference.Text());
  ReadParameters(reading.bundle, task["input"], ParametersOf("oversight_offer"), reading.sent_at,
                 body);
  *body.mutable_author() = PractitionerOr(reading, task["requester"]);
  body.set_offered_by(body.author().organisation());
  const Node owner = task["owner"];
  if (owner.Require()) body.set_offered_to(reading.bundle.OrganisationOf(owner));
  body.set_withdrawn(task["status"].Text() == "cancelled");
}

void ReadOversightResponse(Reading& reading) {
  const Node& task = reading.focus;
  v1::OversightResponse& body = *reading.envelope.mutable_oversight_response();
  const Node reference = IdentifierIn(task["identifier"], kOffer);
  if (reference.Require()) body.set_offer_reference(reference.Text());
  const std::string status = task["status"].Text();
  body.set_answer(status == "accepted"   ? v1::OVERSIGHT_ANSWER_ACCEPTED
                  : status == "rejected" ? v1::OVERSIGHT_ANSWER_DECLINED
                                         : v1::OVERSIGHT_ANSWER_QUESTION);
  // Task.input is the offer's own, sent back: not the practice's words.
  ReadParameters(reading.bundle, task["output"], ParametersOf("oversight_response"),
                 reading.sent_at, body);
  // The owner may still be the organisation to which it was offered.
  const Node owner = task["owner"];
  *body.mutable_clinician() =
      PractitionerOr(reading, owner["reference"].present() ? owner : reading.author);
  if (body.has_accountable_delegator() && body.accountable_delegator().organisation().empty()) {
    body.mutable_accountable_delegator()->set_organisation(reading.sender);
  }
  // In the practice's answer it is the status's reason; in what is passed on, a parameter.
  const std::string why = ReasonText(task["statusReason"]);
  if (!why.empty() && !body.reason().empty() && body.reason() != why) {
    task["statusReason"].AddIssue("FIELD_TOO_MANY", "say why once; a second would be lost",
                                  "not-supported");
  }
  if (!why.empty()) body.set_reason(why);
}

void ReadHandBack(Reading& reading) {
  const Node& task = reading.focus;
  v1::OversightHandBack& body = *reading.envelope.mutable_oversight_hand_back();
  const Node reference = IdentifierIn(task["identifier"], kOffer);
  if (reference.Require()) body.set_reference(reference.Text());
  ReadParameters(reading.bundle, task["input"], ParametersOf("oversight_hand_back"),
                 reading.sent_at, body);
  *body.mutable_author() = PractitionerOr(reading, task["requester"]);
  body.set_offered_by(body.author().organisation());
  const Node owner = task["owner"];
  if (owner.Require()) body.set_offered_to(reading.bundle.OrganisationOf(owner));
}

void ReadClinicalReview(Reading& reading) {
  const Node& task = reading.focus;
  v1::ClinicalReview& body = *reading.envelope.mutable_clinical_review();
  for (const Node& identifier : task["identifier"].Items()) {
    const std::string system = identifier["system"].Text();
    if (system == kDelegation) {
      body.add_delegations()->set_reference(identifier["value"].RequiredText());
    } else if (system == kDelegationId) {
      body.add_delegations()->set_delegation_id(identifier["value"].RequiredText());
    }
  }
  if (body.delegations().empty()) RequireDelegation(task, *body.add_delegations());
  *body.mutable_reviewer() = PractitionerOr(reading, task["requester"]);
  SetTimeOr(task["lastModified"], reading.sent_at, *body.mutable_reviewed_at());
  ReadParameters(reading.bundle, task["output"], ParametersOf("clinical_review"), reading.sent_at,
                 body);
}

void ReadAdvice(Reading& reading) {
  const Node& communication = reading.focus;
  v1::AdviceGiven& body = *reading.envelope.mutable_advice_given();
  const Node concern = IdentifierAmong(communication["inResponseTo"], kConcern);
  if (concern.present()) body.set_concern_reference(concern.Text());
  const Node based_on = communication["basedOn"];
  if (HasBasedOn(based_on)) ReadBasedOn(based_on, *body.mutable_delegation());
  body.set_advice(PayloadText(communication["payload"]));
  *body.mutable_clinician() = PractitionerOr(reading, communication["sender"]);
}

void ReadConcern(Reading& reading) {
  const Node& communication = reading.focus;
  v1::ConcernRaised& body = *reading.envelope.mutable_concern_raised();
  const Node reference = IdentifierIn(communication["identifier"], kConcern);
  if (reference.Require()) body.set_reference(reference.Text());
  const Node kind = communication["reasonCode"].Only();
  const int number = FindWord(*v1::ConcernKind_descriptor(), CodeIn(kind, kConcernKind));
  if (number == 0) kind.Invalid(WordsOf(*v1::ConcernKind_descriptor()));
  body.set_kind(static_cast<v1::ConcernKind>(number));
  const Node based_on = communication["basedOn"];
  if (HasBasedOn(based_on)) ReadBasedOn(based_on, *body.mutable_delegation());
  body.set_summary(PayloadText(communication["payload"]));
  SetTimeOr(communication["sent"], reading.sent_at, *body.mutable_noticed_at());
}

// The order that the gateway sent has the delegation's identifiers; they come back with the answer.
void ReadCoverConfirmed(Reading& reading) {
  const Node& task = reading.focus;
  v1::CoverConfirmed& body = *reading.envelope.mutable_cover_confirmed();
  v1::DelegationReference delegation;
  RequireDelegation(task, delegation);
  body.set_order_reference(delegation.delegation_id().empty() ? delegation.reference()
                                                              : delegation.delegation_id());
  ReadParameters(reading.bundle, task["output"], ParametersOf("cover_confirmed"), reading.sent_at,
                 body);
  const std::string status = task["status"].Text();
  const v1::CoverState state = status == "accepted"      ? v1::COVER_STATE_CONFIRMED
                               : status == "in-progress" ? v1::COVER_STATE_STARTED
                               : status == "completed"   ? v1::COVER_STATE_ENDED
                                                         : v1::COVER_STATE_REFUSED;
  if (body.state() != v1::COVER_STATE_UNSPECIFIED && body.state() != state) {
    task["status"].AddIssue("STATUS_DISAGREES", "let status and cover-state say the same",
                            "conflict");
  }
  body.set_state(state);
  SetTimeOr(task["lastModified"], reading.sent_at, *body.mutable_at());
}

void ReadRegistrationChange(Reading& reading) {
  const Node& task = reading.focus;
  v1::RegistrationChange& body = *reading.envelope.mutable_registration_change();
  ReadParameters(reading.bundle, task["input"], ParametersOf("registration_change"),
                 reading.sent_at, body);
  const Node owner = task["owner"];
  if (!owner.Require()) return;
  const std::string practice = reading.bundle.OrganisationOf(owner);
  if (!body.practice().empty() && body.practice() != practice) {
    owner.AddIssue("OWNER_DISAGREES", "let owner and the parameter practice name one organisation",
                   "conflict");
  }
  body.set_practice(practice);
}

void ReadSharedCareReferral(Reading& reading) {
  const Node& task = reading.focus;
  v1::SharedCareReferral& body = *reading.envelope.mutable_shared_care_referral();
  const Node reference = IdentifierIn(task["identifier"], kSharedCare);
  if (reference.Require()) body.set_reference(reference.Text());
  ReadParameters(reading.bundle, task["input"], ParametersOf("shared_care_referral"),
                 reading.sent_at, body);
  v1::DelegationReference named;
  if (!ReadDelegation(task["identifier"], named)) return;
  const v1::DelegationReference& said = body.delegation();
  if ((!said.reference().empty() && said.reference() != named.reference()) ||
      (!said.delegation_id().empty() && said.delegation_id() != named.delegation_id())) {
    task["identifier"].AddIssue("DELEGATION_DISAGREES",
                                "let identifier and the parameter delegation name the same one",
                                "conflict");
  }
  *body.mutable_delegation() = named;
}

}  // namespace fosse::adapters::fhir
