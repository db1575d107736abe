#ifndef FOSSE_ADAPTERS_FHIR_PERSONS_H_
#define FOSSE_ADAPTERS_FHIR_PERSONS_H_

#include "absl/time/time.h"
#include "adapters/fhir/bundle.h"
#include "fosse/v1/common.pb.h"
#include "nlohmann/json.hpp"

// The person cared for, people at work, and the contacts where they answer, both ways.
namespace fosse::adapters::fhir {

// The one Patient of the Bundle that `about` (Task.for, Communication.subject) names. Whatever else
// in the Bundle says whom it is about must name the same: else an issue (HAZ-01).
v1::PersonReference ReadPerson(const Bundle& bundle, const Node& about);

// The practitioner, with the role, that a Reference names: a PractitionerRole, or a Practitioner.
// A register entry counts as lapsed where its period ended before `sent_at`.
v1::Practitioner ReadPractitioner(const Bundle& bundle, const Node& reference, absl::Time sent_at);

// A care worker, by a Reference that has an identifier and no resource: the employer's reference,
// which the employer assigned, or the gateway's number.
v1::WorkerReference ReadWorker(const Bundle& bundle, const Node& reference);

// A ContactDetail: name, one telephone, hours.
v1::Contact ReadContact(const Node& detail);

// The identifier system of a register; empty where it has none.
absl::string_view SystemOf(v1::Register value);

nlohmann::ordered_json PersonResource(const v1::PersonReference& person);
nlohmann::ordered_json WorkerReference(const v1::WorkerReference& worker);
nlohmann::ordered_json ContactDetail(const v1::Contact& contact);

}  // namespace fosse::adapters::fhir

#endif  // FOSSE_ADAPTERS_FHIR_PERSONS_H_
