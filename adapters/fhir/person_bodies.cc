// What a Task tells of the person and of who answers for the task: risk, agreement, absence,
// delegator.
#include "adapters/fhir/bodies.h"
#include "adapters/fhir/parameters.h"

namespace fosse::adapters::fhir {
namespace {

template <typename Body>
void ReadInput(Reading& reading, Body& body) {
  ReadParameters(reading.bundle, reading.focus["input"], ParametersOf(reading.body),
                 reading.sent_at, body);
}

}  // namespace

void ReadConsentChanged(Reading& reading) {
  ReadInput(reading, *reading.envelope.mutable_consent_changed());
}

void ReadDelegatorChanged(Reading& reading) {
  v1::DelegatorChanged& body = *reading.envelope.mutable_delegator_changed();
  ReadInput(reading, body);
  if (!body.has_delegator()) {
    reading.focus["input"].AddIssue("FIELD_REQUIRED", "add the parameter delegator", "required");
  } else if (body.delegator().organisation().empty()) {
    body.mutable_delegator()->set_organisation(reading.sender);
  }
}

// While the person is away the Task is in progress; it is completed when they are back.
void ReadPersonAway(Reading& reading) {
  v1::PersonAway& body = *reading.envelope.mutable_person_away();
  ReadInput(reading, body);
  const Node status = reading.focus["status"];
  const bool back = status.Text() == "completed";
  if (body.returned() && !back) {
    status.AddIssue("STATUS_DISAGREES", "who is back has a Task that is completed", "conflict");
  }
  body.set_returned(back);
}

}  // namespace fosse::adapters::fhir
