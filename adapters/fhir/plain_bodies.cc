// What a Task says in nothing but parameters and identifiers.
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/fhir/bodies.h"
#include "adapters/fhir/parameters.h"
#include "adapters/fhir/systems.h"
#include "fosse/v1/terms.pb.h"

namespace fosse::adapters::fhir {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

Message& BodyOf(Reading& reading) {
  const FieldDescriptor* const field =
      v1::Envelope::descriptor()->FindFieldByName(std::string(reading.body));
  return *reading.envelope.GetReflection()->MutableMessage(&reading.envelope, field);
}

// The sender's own identifier of the Task: any but those that name what it is about.
Node OwnIdentifier(const Node& task) {
  for (const Node& identifier : task["identifier"].Items()) {
    const std::string system = identifier["system"].Text();
    if (system != kDelegation && system != kDelegationId) return identifier["value"];
  }
  return Node(task["identifier"].at(), task["identifier"].issues());
}

// The reference of what is reported is the Task's identifier, or a parameter; never two.
void ReadReference(const Node& task, Message& body) {
  const FieldDescriptor* const field = body.GetDescriptor()->FindFieldByName("reference");
  if (field == nullptr) return;
  const Node own = OwnIdentifier(task);
  const std::string said = body.GetReflection()->GetString(body, field);
  if (!own.present() && said.empty()) {
    own.AddIssue("FIELD_REQUIRED", "add an identifier of your own system", "required");
  } else if (own.present() && !said.empty() && said != own.Text()) {
    own.AddIssue("FIELD_TOO_MANY", "let identifier and the parameter reference say the same",
                 "conflict");
  } else if (own.present()) {
    body.GetReflection()->SetString(&body, field, own.RequiredText());
  }
}

// The delegation that it is about is an identifier of the Task, or a parameter.
void ReadDelegation(const Node& task, Message& body) {
  const FieldDescriptor* const field = body.GetDescriptor()->FindFieldByName("delegation");
  if (field == nullptr) return;
  const bool said = body.GetReflection()->HasField(body, field);
  const Node reference = IdentifierIn(task["identifier"], kDelegation);
  const Node id = IdentifierIn(task["identifier"], kDelegationId);
  if (!reference.present() && !id.present()) {
    if (!said && field->options().GetExtension(v1::rule).required()) {
      task["identifier"].AddIssue("FIELD_REQUIRED",
                                  absl::StrCat("add the delegation's identifier in ", kDelegation),
                                  "required");
    }
    return;
  }
  v1::DelegationReference named;
  if (reference.present()) named.set_reference(reference.RequiredText());
  if (id.present()) named.set_delegation_id(id.RequiredText());
  auto& held =
      static_cast<v1::DelegationReference&>(*body.GetReflection()->MutableMessage(&body, field));
  if (said && held.SerializeAsString() != named.SerializeAsString()) {
    task["identifier"].AddIssue("DELEGATION_DISAGREES",
                                "let identifier and the parameter delegation name the same one",
                                "conflict");
  }
  held = named;
}

// A flag that the status says as well. The parameter may be left out, and may not deny it.
bool IsOver(const Reading& reading, const char* status, bool said) {
  const Node at = reading.focus["status"];
  const bool over = at.Text() == status;
  if (said && !over) {
    at.AddIssue("STATUS_DISAGREES", absl::StrCat("what is over has the status ", status),
                "conflict");
  }
  return over;
}

}  // namespace

void ReadPlain(Reading& reading) {
  Message& body = BodyOf(reading);
  ReadParameters(reading.bundle, reading.focus["input"], ParametersOf(reading.body),
                 reading.sent_at, body);
  ReadReference(reading.focus, body);
  ReadDelegation(reading.focus, body);
}

void ReadDispute(Reading& reading) {
  ReadPlain(reading);
  v1::DisputeRaised& body = *reading.envelope.mutable_dispute_raised();
  body.set_resolved(IsOver(reading, "completed", body.resolved()));
}

void ReadChallenge(Reading& reading) {
  ReadPlain(reading);
  v1::CompetencyChallenged& body = *reading.envelope.mutable_competency_challenged();
  body.set_withdrawn(IsOver(reading, "cancelled", body.withdrawn()));
}

}  // namespace fosse::adapters::fhir
