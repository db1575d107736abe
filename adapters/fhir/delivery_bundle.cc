#include <set>

#include "absl/strings/str_cat.h"
#include "adapters/fhir/parameters.h"
#include "adapters/fhir/persons.h"
#include "adapters/fhir/systems.h"
#include "adapters/fhir/translate.h"
#include "adapters/fhir/writing.h"
#include "adapters/kit/words.h"

namespace fosse::adapters::fhir {
namespace {

using google::protobuf::FieldDescriptor;

// The offer that is asked about: open and made to the recipient, else any.
const v1::OfferState* OfferOf(const v1::Delivery& delivery) {
  const v1::OfferState* found = nullptr;
  for (const v1::DelegationStanding& standing : delivery.standings()) {
    if (!standing.has_offer()) continue;
    const v1::OfferState& offer = standing.offer();
    if (!offer.closed() && offer.offered_to() == delivery.recipient()) return &offer;
    if (found == nullptr) found = &offer;
  }
  return found;
}

std::string CodeOf(const v1::Delivery& delivery) {
  if (delivery.kind() == v1::DELIVERY_KIND_PROPOSAL) return "delegation-proposal";
  if (delivery.kind() == v1::DELIVERY_KIND_OFFER) {
    const v1::OfferState* offer = OfferOf(delivery);
    const bool back =
        offer != nullptr ? offer->hand_back() : delivery.message().has_oversight_hand_back();
    return back ? "oversight-hand-back" : "oversight-offer";
  }
  return WordOf(*v1::DeliveryKind_descriptor(), delivery.kind());
}

// What the recipient's answer must repeat: the gateway's id of the offer, else its reference.
std::string OfferReference(const v1::Delivery& delivery) {
  const v1::OfferState* offer = OfferOf(delivery);
  if (offer != nullptr && !offer->offer_id().empty()) return offer->offer_id();
  if (offer != nullptr && !offer->reference().empty()) return offer->reference();
  if (delivery.message().has_oversight_offer()) {
    return delivery.message().oversight_offer().reference();
  }
  return delivery.message().oversight_hand_back().reference();
}

Json Identifiers(const v1::Delivery& delivery) {
  Json identifiers = Json::array();
  if (delivery.kind() == v1::DELIVERY_KIND_OFFER ||
      delivery.kind() == v1::DELIVERY_KIND_WITHDRAWAL) {
    const std::string offer = OfferReference(delivery);
    if (!offer.empty()) identifiers.push_back(Identifier(kOffer, offer));
  }
  if (delivery.kind() != v1::DELIVERY_KIND_OFFER) {
    for (const v1::DelegationStanding& standing : delivery.standings()) {
      if (!standing.reference().empty()) {
        identifiers.push_back(Identifier(kDelegation, standing.reference()));
      }
      identifiers.push_back(Identifier(kDelegationId, standing.delegation_id()));
    }
  }
  identifiers.push_back(Identifier(kDelivery, delivery.delivery_id()));
  return identifiers;
}

absl::string_view PriorityOf(v1::Urgency urgency) {
  switch (urgency) {
    case v1::URGENCY_ROUTINE:
      return "routine";
    case v1::URGENCY_SAME_DAY:
      return "urgent";
    case v1::URGENCY_URGENT:
      return "stat";
    default:
      return "";
  }
}

// Adds those of `more` whose code is not there yet.
void AddNew(Json more, Json& input) {
  std::set<std::string> codes;
  for (const Json& item : input) codes.insert(item["type"]["coding"][0]["code"]);
  for (Json& item : more) {
    if (!codes.contains(item["type"]["coding"][0]["code"])) input.push_back(std::move(item));
  }
}

void AddBody(const v1::Envelope& message, Json& input) {
  const FieldDescriptor* body = message.GetReflection()->GetOneofFieldDescriptor(
      message, message.GetDescriptor()->FindOneofByName("body"));
  if (body == nullptr) return;
  const google::protobuf::Message& content = message.GetReflection()->GetMessage(message, body);
  AddNew(WriteParameters(content, ParametersOf(body->name())), input);
  // A recipient has no use for our reference to a person at work: the name says who.
  const std::string& delegator = message.delegator_changed().delegator().name();
  if (!delegator.empty()) {
    input.push_back(ParameterJson("delegator-name", "valueString", delegator));
  }
  if (message.has_delegation_proposal()) AddNew(WriteParameters(content, ProposalParts()), input);
}

// Where there is one delegation, how it stands is told in the Task itself too.
void AddStanding(const v1::DelegationStanding& standing, Json& input) {
  Json more = Json::array();
  const auto delegation = [&more](absl::string_view system, const std::string& value) {
    if (value.empty()) return;
    more.push_back(ParameterJson("delegation", "valueIdentifier", Identifier(system, value)));
  };
  delegation(kDelegation, standing.reference());
  delegation(kDelegationId, standing.delegation_id());
  const Json task = StandingTask(standing);
  if (!standing.task().code().empty()) {
    more.push_back(ParameterJson("task", "valueCodeableConcept", task["code"]));
  }
  const std::string state = WordOf(*v1::DelegationState_descriptor(), standing.state());
  if (!state.empty()) more.push_back(ParameterJson("state", "valueCode", state));
  if (task.contains("input")) {
    for (const Json& item : task["input"]) more.push_back(item);
  }
  AddNew(std::move(more), input);
}

Json InputOf(const v1::Delivery& delivery) {
  Json input = Json::array();
  AddBody(delivery.message(), input);
  if (delivery.standings_size() == 1) AddStanding(delivery.standings(0), input);
  if (delivery.has_proposal()) {
    AddNew(WriteParameters(delivery.proposal(), ProposalParts()), input);
    AddNew(WriteParameters(delivery.proposal(), ParametersOf("delegation_proposal")), input);
  }
  input.push_back(ParameterJson("trace-index", "valueUnsignedInt", delivery.entry_index()));
  Json issues = Json::array();
  for (const v1::Decision& decision : delivery.decisions()) AddDecision(decision, issues);
  for (const Json& issue : issues) {
    input.push_back(ParameterJson("finding", "valueString", issue["diagnostics"]));
  }
  for (const std::string& path : delivery.removed_paths()) {
    input.push_back(ParameterJson("removed", "valueString", path));
  }
  return input;
}

Json TaskOf(const v1::Delivery& delivery, const std::string& person_url) {
  const bool withdrawn = delivery.kind() == v1::DELIVERY_KIND_WITHDRAWAL;
  Json task = {{"resourceType", "Task"},
               {"identifier", Identifiers(delivery)},
               {"status", withdrawn ? "cancelled" : "requested"},
               {"intent", "order"}};
  const absl::string_view priority = PriorityOf(delivery.urgency());
  if (!priority.empty()) task["priority"] = std::string(priority);
  task["code"] = Concept(kMessage, CodeOf(delivery));
  if (!delivery.words().empty()) task["description"] = delivery.words();
  if (delivery.message().subject().has_person()) {
    task["for"] = Json{
        {"reference", person_url},
        {"identifier", Identifier(kNhsNumber, delivery.message().subject().person().nhs_number())}};
  }
  task["authoredOn"] = Instant(delivery.committed_at());
  if (!delivery.message().sender().empty()) {
    task["requester"] = Organisation(delivery.message().sender());
  }
  task["owner"] = Organisation(delivery.recipient());
  if (delivery.has_act_by()) {
    task["restriction"] = Json{{"period", Json{{"end", Instant(delivery.act_by())}}}};
  }
  task["input"] = InputOf(delivery);
  return task;
}

Json HeaderOf(const v1::Delivery& delivery, absl::string_view locality,
              const std::string& task_url) {
  const bool update =
      delivery.kind() == v1::DELIVERY_KIND_TOLD || delivery.kind() == v1::DELIVERY_KIND_WITHDRAWAL;
  const Json destination = {{"endpoint", absl::StrCat(kOds, "|", delivery.recipient())},
                            {"receiver", Organisation(delivery.recipient())}};
  return Json{
      {"resourceType", "MessageHeader"},
      {"eventCoding", Json{{"system", kEvents}, {"code", "servicerequest-request"}}},
      {"destination", Json::array({destination})},
      {"source", Json{{"name", "Fosse"}, {"endpoint", absl::StrCat(kLocality, "|", locality)}}},
      {"reason", Concept(kReasons, update ? "update" : "new")},
      {"focus", Json::array({Json{{"reference", task_url}}})},
      {"definition", kDefinition}};
}

}  // namespace

std::string DeliveryBundle(const v1::Delivery& delivery, absl::string_view locality) {
  const std::string& id = delivery.delivery_id();
  const std::string task_url = Urn(absl::StrCat(id, "/task"));
  const std::string person_url = Urn(absl::StrCat(id, "/person"));
  Json entries = Json::array();
  entries.push_back(
      Entry(Urn(absl::StrCat(id, "/header")), HeaderOf(delivery, locality, task_url)));
  entries.push_back(Entry(task_url, TaskOf(delivery, person_url)));
  if (delivery.message().subject().has_person()) {
    entries.push_back(Entry(person_url, PersonResource(delivery.message().subject().person())));
  }
  for (const v1::DelegationStanding& standing : delivery.standings()) {
    Json task = StandingTask(standing);
    task["partOf"] = Json::array({Json{{"reference", task_url}}});
    entries.push_back(
        Entry(Urn(absl::StrCat(id, "/standing/", standing.delegation_id())), std::move(task)));
  }
  return Dump(Json{{"resourceType", "Bundle"},
                   {"id", UuidOf(id)},
                   {"type", "message"},
                   {"timestamp", Instant(delivery.committed_at())},
                   {"entry", std::move(entries)}});
}

}  // namespace fosse::adapters::fhir
