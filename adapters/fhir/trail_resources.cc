#include "adapters/fhir/trail_resources.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "adapters/fhir/persons.h"
#include "adapters/fhir/systems.h"
#include "adapters/kit/words.h"
#include "base/encoding.h"

namespace fosse::adapters::fhir {
namespace {

constexpr char kEntryKind[] = "https://fosse.example/CodeSystem/trail-entry";
constexpr char kEntryPart[] = "https://fosse.example/CodeSystem/trail-entry-part";
constexpr char kEntryId[] = "https://fosse.example/Id/trail-entry";
constexpr char kMessageId[] = "https://fosse.example/Id/message";
constexpr char kAuditType[] = "http://terminology.hl7.org/CodeSystem/audit-event-type";
constexpr char kEntityType[] = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
constexpr char kEntityRole[] = "http://terminology.hl7.org/CodeSystem/object-role";
constexpr char kSourceType[] = "http://terminology.hl7.org/CodeSystem/security-source-type";
constexpr char kParticipation[] =
    "http://terminology.hl7.org/CodeSystem/provenance-participant-type";

Json Coding(absl::string_view system, absl::string_view code) {
  return Json{{"system", std::string(system)}, {"code", std::string(code)}};
}

// The kind of an entry in the form of all our codes.
std::string CodeOfKind(const v1::LeafView& leaf) {
  return absl::StrReplaceAll(leaf.kind(), {{"_", "-"}});
}

Json PractitionerReference(const v1::Practitioner& practitioner) {
  Json who = Json::object();
  if (!practitioner.identifier().empty()) {
    const absl::string_view system = SystemOf(practitioner.register_());
    Json identifier = Json::object();
    if (!system.empty()) identifier["system"] = std::string(system);
    identifier["value"] = practitioner.identifier();
    who["identifier"] = std::move(identifier);
  }
  if (!practitioner.name().empty()) who["display"] = practitioner.name();
  return who;
}

Json Agent(Json who, bool requestor) {
  return Json{{"who", std::move(who)}, {"requestor", requestor}};
}

Json AgentsOf(const v1::EntryView& entry) {
  const v1::LeafView& leaf = entry.leaf();
  Json agents = Json::array();
  // What the gateway did of its own accord, such as at a deadline, has no sender.
  agents.push_back(Agent(leaf.sender().empty()
                             ? Json{{"identifier", Identifier(kLocality, leaf.locality())}}
                             : Organisation(leaf.sender()),
                         true));
  const v1::Envelope& message = entry.detail().envelope();
  if (message.acting_person().has_practitioner()) {
    Json who = PractitionerReference(message.acting_person().practitioner());
    if (!who.empty()) agents.push_back(Agent(std::move(who), true));
  }
  if (!leaf.relay().empty()) agents.push_back(Agent(Organisation(leaf.relay()), false));
  return agents;
}

void AddDetail(absl::string_view type, const std::string& value, Json& details) {
  if (value.empty()) return;
  details.push_back(Json{{"type", std::string(type)}, {"valueString", value}});
}

const char* WordOf(v1::DetailState state) {
  switch (state) {
    case v1::DETAIL_STATE_PRESENT:
      return "present";
    case v1::DETAIL_STATE_REDACTED:
      return "redacted";
    default:
      return "withheld";
  }
}

// The entry itself: what was asked and decided, by which rules of which rulebook, and where it
// went.
Json EntryEntity(const v1::EntryView& entry) {
  const v1::LeafView& leaf = entry.leaf();
  Json details = Json::array();
  AddDetail("question", fosse::adapters::WordOf(*v1::Question_descriptor(), leaf.question()),
            details);
  AddDetail("outcome", fosse::adapters::WordOf(*v1::Outcome_descriptor(), leaf.outcome()), details);
  AddDetail("rulebook", entry.detail().receipt().rulebook_id(), details);
  AddDetail("rulebook-sha256", Hex(leaf.rulebook_digest()), details);
  for (const v1::Decision& decision : entry.detail().receipt().decisions()) {
    for (const v1::Finding& finding : decision.findings()) {
      AddDetail("rule", absl::StrCat(finding.clause(), " ", finding.rule_id()), details);
    }
  }
  if (leaf.cause() != 0) AddDetail("caused-by", absl::StrCat(leaf.cause() - 1), details);
  for (const v1::DeliveryTrace& delivery : entry.deliveries()) {
    AddDetail("delivery",
              absl::StrCat(
                  delivery.note().recipient(), " ",
                  fosse::adapters::WordOf(*v1::DeliveryKind_descriptor(), delivery.note().kind()),
                  " ", delivery.state()),
              details);
  }
  AddDetail("detail", WordOf(entry.detail_state()), details);
  return Json{{"what", Json{{"identifier", Identifier(kEntryId, absl::StrCat(leaf.index()))}}},
              {"type", Coding(kEntryPart, "entry")},
              {"detail", std::move(details)}};
}

Json EntitiesOf(const v1::EntryView& entry) {
  Json entities = Json::array();
  const v1::Envelope& message = entry.detail().envelope();
  if (!message.subject().person().nhs_number().empty()) {
    entities.push_back(Json{
        {"what",
         Json{{"identifier", Identifier(kNhsNumber, message.subject().person().nhs_number())}}},
        {"type", Coding(kEntityType, "1")},
        {"role", Coding(kEntityRole, "1")}});
  }
  if (!message.message_id().empty()) {
    Json entity = {{"what", Json{{"identifier", Identifier(kMessageId, message.message_id())}}},
                   {"type", Coding(kEntryPart, "message")}};
    Json details = Json::array();
    AddDetail("correlation-id", message.correlation_id(), details);
    if (!details.empty()) entity["detail"] = std::move(details);
    entities.push_back(std::move(entity));
  }
  entities.push_back(EntryEntity(entry));
  return entities;
}

Json ProvenanceAgent(absl::string_view code, Json who, const std::string& organisation) {
  Json agent = {{"type", Concept(kParticipation, code)}, {"who", std::move(who)}};
  if (!organisation.empty()) agent["onBehalfOf"] = Organisation(organisation);
  return agent;
}

// Who hands over, or answers, and who takes it then.
struct Handover {
  const v1::Practitioner* by = nullptr;
  std::string offer;       // The sender's reference, or the gateway's id.
  std::string activity;    // Of the system kMessage.
  std::string offered_to;  // Empty: nothing is offered.
  std::string reason;
};

bool ReadHandover(const v1::Envelope& message, Handover& handover) {
  if (message.has_oversight_offer()) {
    const v1::OversightOffer& offer = message.oversight_offer();
    handover = {&offer.author(), offer.reference(),
                offer.withdrawn() ? "oversight-offer-withdrawn" : "oversight-offer",
                offer.withdrawn() ? "" : offer.offered_to(), ""};
    return true;
  }
  if (message.has_oversight_hand_back()) {
    const v1::OversightHandBack& back = message.oversight_hand_back();
    handover = {&back.author(), back.reference(), "oversight-hand-back", back.offered_to(),
                back.reason()};
    return true;
  }
  if (!message.has_oversight_response()) return false;
  const v1::OversightResponse& response = message.oversight_response();
  const std::string answer =
      fosse::adapters::WordOf(*v1::OversightAnswer_descriptor(), response.answer());
  handover = {&response.clinician(), response.offer_reference(), absl::StrCat("oversight-", answer),
              "", response.reason()};
  return true;
}

}  // namespace

Json AuditEventOf(const v1::EntryView& entry) {
  const v1::LeafView& leaf = entry.leaf();
  const bool read = leaf.kind() == "access_recorded";
  Json event = {{"resourceType", "AuditEvent"},
                {"type", Coding(kAuditType, "rest")},
                {"subtype", Json::array({Coding(kEntryKind, CodeOfKind(leaf))})},
                {"action", read ? "R" : "E"},
                {"recorded", Instant(leaf.committed_at())},
                {"outcome", "0"}};
  const std::string outcome = fosse::adapters::WordOf(*v1::Outcome_descriptor(), leaf.outcome());
  if (!outcome.empty()) event["outcomeDesc"] = outcome;
  event["agent"] = AgentsOf(entry);
  event["source"] = Json{{"observer", Json{{"identifier", Identifier(kLocality, leaf.locality())},
                                           {"display", "Fosse"}}},
                         {"type", Json::array({Coding(kSourceType, "4")})}};
  event["entity"] = EntitiesOf(entry);
  return event;
}

Json ProvenanceOf(const v1::EntryView& entry) {
  const v1::LeafView& leaf = entry.leaf();
  const v1::Envelope& message = entry.detail().envelope();
  Handover handover;
  if (entry.detail_state() != v1::DETAIL_STATE_PRESENT || !ReadHandover(message, handover)) {
    return nullptr;
  }
  Json targets = Json::array();
  targets.push_back(Json{{"type", "Task"}, {"identifier", Identifier(kOffer, handover.offer)}});
  Json agents = Json::array();
  Json who = PractitionerReference(*handover.by);
  if (who.empty()) who = Organisation(leaf.sender());
  agents.push_back(ProvenanceAgent("author", std::move(who), leaf.sender()));
  if (!handover.offered_to.empty()) {
    agents.push_back(Json{{"type", Concept(kEntryPart, "offered-to")},
                          {"who", Organisation(handover.offered_to)}});
  }
  // An acceptance that was held moves nothing.
  if (leaf.question() == v1::QUESTION_TAKE_OVERSIGHT && leaf.outcome() == v1::OUTCOME_PERMIT) {
    agents.push_back(ProvenanceAgent("custodian", Organisation(leaf.sender()), ""));
  }
  Json provenance = {{"resourceType", "Provenance"}, {"target", std::move(targets)}};
  if (message.has_sent_at()) provenance["occurredDateTime"] = Instant(message.sent_at());
  provenance["recorded"] = Instant(leaf.committed_at());
  if (!handover.reason.empty()) {
    provenance["reason"] = Json::array({Json{{"text", handover.reason}}});
  }
  provenance["activity"] = Concept(kEntryKind, handover.activity);
  provenance["agent"] = std::move(agents);
  provenance["entity"] = Json::array(
      {Json{{"role", "source"},
            {"what", Json{{"identifier", Identifier(kEntryId, absl::StrCat(leaf.index()))}}}}});
  return provenance;
}

}  // namespace fosse::adapters::fhir
