#include "adapters/itk3/offer_message.h"

#include <pugixml.hpp>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "adapters/itk3/document_text.h"
#include "adapters/itk3/systems.h"
#include "adapters/kit/field_path.h"
#include "adapters/kit/words.h"
#include "base/crypto.h"
#include "base/encoding.h"

namespace fosse::adapters::itk3 {
namespace {

// A UUID that is the same for the same text (version 8, from SHA-256).
std::string UuidOf(absl::string_view text) {
  const Digest digest = Sha256(text);
  std::string hex = Hex(ByteView(digest.data(), 16));
  hex[12] = '8';
  hex[16] = "89ab"[digest[8] & 3];
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                      hex.substr(16, 4), "-", hex.substr(20));
}

std::string Urn(absl::string_view text) { return absl::StrCat("urn:uuid:", UuidOf(text)); }

pugi::xml_node Add(pugi::xml_node to, const char* name) { return to.append_child(name); }

void Value(pugi::xml_node to, const char* name, absl::string_view value) {
  Add(to, name).append_attribute("value").set_value(std::string(value).c_str());
}

void Coding(pugi::xml_node to, const char* system, absl::string_view code,
            absl::string_view display) {
  Value(to, "system", system);
  Value(to, "code", code);
  if (!display.empty()) Value(to, "display", display);
}

void Identifier(pugi::xml_node to, const char* system, absl::string_view value) {
  const pugi::xml_node identifier = Add(to, "identifier");
  Value(identifier, "system", system);
  Value(identifier, "value", value);
}

// An entry with a resource of that type.
pugi::xml_node Resource(pugi::xml_node bundle, const char* type, absl::string_view name,
                        absl::string_view profile) {
  const pugi::xml_node entry = Add(bundle, "entry");
  Value(entry, "fullUrl", Urn(name));
  const pugi::xml_node resource = Add(Add(entry, "resource"), type);
  Value(resource, "id", UuidOf(name));
  if (!profile.empty()) {
    Value(Add(resource, "meta"), "profile", absl::StrCat(kProfiles, profile));
  }
  return resource;
}

void Reference(pugi::xml_node to, const char* name, absl::string_view resource) {
  Value(Add(to, name), "reference", Urn(resource));
}

// Names of the message's resources, all from the delivery's id.
struct Names {
  explicit Names(const v1::Delivery& delivery) : id(delivery.delivery_id()) {}
  std::string Of(absl::string_view part) const { return absl::StrCat(id, "/itk3/", part); }
  const std::string id;
};

pugi::xml_node HandlingPart(pugi::xml_node handling, const char* name) {
  pugi::xml_node part = Add(handling, "extension");
  part.append_attribute("url").set_value(name);
  return part;
}

void AddHeader(const v1::Delivery& delivery, const Sending& sending, const Names& names,
               pugi::xml_node bundle) {
  const bool update = sending.kind == Kind::kUpdateRecord;
  const pugi::xml_node header =
      Resource(bundle, "MessageHeader", names.Of("header"), "ITK-MessageHeader-2");
  pugi::xml_node handling = Add(header, "extension");
  handling.append_attribute("url").set_value(kHandling);
  Value(HandlingPart(handling, "BusAckRequested"), "valueBoolean", "true");
  Value(HandlingPart(handling, "InfAckRequested"), "valueBoolean", "true");
  const bool asks = delivery.kind() == v1::DELIVERY_KIND_OFFER;
  Coding(Add(HandlingPart(handling, "RecipientType"), "valueCoding"), kRecipientType,
         asks ? "FA" : "FI", asks ? "For Action" : "For Information");
  Value(Add(HandlingPart(handling, "MessageDefinition"), "valueReference"), "reference",
        absl::StrCat(kDefinitions, update ? "ITK-GPConnectUpdateRecord-MessageDefinition-1"
                                          : "ITK-GPConnectSendDocument-MessageDefinition-1"));
  Value(HandlingPart(handling, "SenderReference"), "valueString", names.id);
  Value(HandlingPart(handling, "LocalExtension"), "valueString", "None");
  Coding(Add(header, "event"), kEvent, update ? "ITK014M" : "ITK007C",
         update ? "ITK Update Record" : "ITK GP Connect Send Document");
  Reference(header, "receiver", names.Of("receiver"));
  Reference(header, "sender", names.Of("sender"));
  Value(header, "timestamp", TextOf(delivery.committed_at()));
  Value(Add(header, "source"), "endpoint", sending.mailbox);
  Reference(header, "focus", names.Of("document"));
}

void AddOrganisation(pugi::xml_node bundle, absl::string_view name, const std::string& code) {
  Identifier(Resource(bundle, "Organization", name, "CareConnect-ITK-Header-Organization-1"), kOds,
             code);
}

void AddLines(pugi::xml_node to, const TextSection& section) {
  for (const TextLine& line : section.lines) {
    pugi::xml_node paragraph = Add(to, "p");
    if (!line.name.empty()) {
      Add(paragraph, "b").text().set(absl::StrCat(line.name, ": ").c_str());
    }
    paragraph.append_child(pugi::node_pcdata).set_value(line.text.c_str());
  }
}

// Text of a section as XHTML: names and lines, no mark-up of anybody else's.
void AddNarrative(pugi::xml_node section, const TextSection& text) {
  const pugi::xml_node narrative = Add(section, "text");
  Value(narrative, "status", "generated");
  pugi::xml_node div = Add(narrative, "div");
  div.append_attribute("xmlns").set_value(kXhtml);
  AddLines(div, text);
}

// The named clinician behind the offer; no name where there is none.
const v1::Practitioner& AuthorOf(const v1::Delivery& delivery) {
  return delivery.message().oversight_offer().author();
}

// What systems show of a document that they file: the sections once more, as one page.
std::string PageOf(const v1::Delivery& delivery) {
  pugi::xml_document page;
  pugi::xml_node html = page.append_child("html");
  html.append_attribute("lang").set_value("en-GB");
  const pugi::xml_node head = Add(html, "head");
  Add(head, "meta").append_attribute("charset").set_value("utf-8");
  Add(head, "title").text().set("Delegated care");
  const pugi::xml_node body = Add(html, "body");
  for (const TextSection& section : DeliveryText(delivery)) {
    Add(body, "h2").text().set(section.heading.c_str());
    AddLines(body, section);
  }
  std::ostringstream text;
  page.save(text, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
  return absl::StrCat("<!DOCTYPE html>", text.str());
}

void AddComposition(const v1::Delivery& delivery, const Names& names, pugi::xml_node document) {
  const pugi::xml_node composition = Resource(document, "Composition", names.Of("composition"), "");
  const std::string offer = OfferReferenceOf(delivery);
  Identifier(composition, offer.empty() ? kDelivery : kOffer, offer.empty() ? names.id : offer);
  Value(composition, "status", "final");
  const std::string kind = WordOf(*v1::DeliveryKind_descriptor(), delivery.kind());
  Coding(Add(Add(composition, "type"), "coding"), kMessage, kind, "");
  if (delivery.message().subject().has_person()) {
    Reference(composition, "subject", names.Of("person"));
  }
  Value(composition, "date", TextOf(delivery.committed_at()));
  const std::string author = AuthorOf(delivery).name().empty() ? "author" : "clinician";
  Reference(composition, "author", names.Of(author));
  Value(composition, "title",
        delivery.kind() == v1::DELIVERY_KIND_OFFER
            ? "Offer of clinical oversight: a named clinician is asked to answer"
            : "Delegated care: for information");
  Reference(composition, "custodian", names.Of("author"));
  for (const TextSection& text : DeliveryText(delivery)) {
    const pugi::xml_node section = Add(composition, "section");
    Value(section, "title", text.heading);
    AddNarrative(section, text);
  }
  const pugi::xml_node page = Add(composition, "section");
  Value(page, "title", "The document as one page");
  Reference(page, "entry", names.Of("page"));
}

void AddPerson(const v1::PersonReference& person, const Names& names, pugi::xml_node document) {
  const pugi::xml_node resource = Resource(document, "Patient", names.Of("person"), "");
  Identifier(resource, kNhsNumber, person.nhs_number());
  const pugi::xml_node name = Add(resource, "name");
  Value(name, "use", "official");
  if (!person.family_name().empty()) Value(name, "family", person.family_name());
  if (!person.given_name().empty()) Value(name, "given", person.given_name());
  if (!person.date_of_birth().empty()) Value(resource, "birthDate", person.date_of_birth());
}

void AddAuthors(const v1::Delivery& delivery, const Names& names, pugi::xml_node document) {
  const v1::Practitioner& clinician = AuthorOf(delivery);
  if (!clinician.name().empty()) {
    const pugi::xml_node resource = Resource(document, "Practitioner", names.Of("clinician"), "");
    Value(Add(resource, "name"), "text", clinician.name());
  }
  Identifier(Resource(document, "Organization", names.Of("author"), ""), kOds,
             delivery.message().sender());
}

void AddDocument(const v1::Delivery& delivery, const Names& names, pugi::xml_node bundle) {
  const pugi::xml_node document =
      Resource(bundle, "Bundle", names.Of("document"), "ITK-Document-Bundle-1");
  Identifier(document, kDelivery, names.id);
  Value(document, "type", "document");
  AddComposition(delivery, names, document);
  if (delivery.message().subject().has_person()) {
    AddPerson(delivery.message().subject().person(), names, document);
  }
  AddAuthors(delivery, names, document);
  const pugi::xml_node page = Resource(document, "Binary", names.Of("page"), "");
  Value(page, "contentType", "text/html");
  Value(page, "content", Base64(PageOf(delivery)));
}

}  // namespace

std::string MessageIdOf(absl::string_view delivery_id) {
  return UuidOf(absl::StrCat(delivery_id, "/itk3/message"));
}

std::string OfferMessage(const v1::Delivery& delivery, const Sending& sending) {
  const Names names(delivery);
  pugi::xml_document xml;
  pugi::xml_node bundle = xml.append_child("Bundle");
  bundle.append_attribute("xmlns").set_value(kFhir);
  Value(bundle, "id", MessageIdOf(names.id));
  Value(Add(bundle, "meta"), "profile", absl::StrCat(kProfiles, "ITK-Message-Bundle-1"));
  Identifier(bundle, "https://tools.ietf.org/html/rfc4122", MessageIdOf(names.id));
  Value(bundle, "type", "message");
  AddHeader(delivery, sending, names, bundle);
  AddOrganisation(bundle, names.Of("receiver"), delivery.recipient());
  AddOrganisation(bundle, names.Of("sender"), sending.sender);
  AddDocument(delivery, names, bundle);
  std::ostringstream text;
  xml.save(text, "", pugi::format_raw, pugi::encoding_utf8);
  return text.str();
}

absl::string_view WorkflowOf(Kind kind) {
  return kind == Kind::kUpdateRecord ? "GPCONNECT_UPDATE_RECORD" : "GPFED_CONSULT_REPORT";
}

bool IsAnswerWorkflow(absl::string_view workflow) {
  return workflow == "GPCONNECT_UPDATE_RECORD_ACK" || workflow == "GPFED_CONSULT_REPORT_ACK";
}

}  // namespace fosse::adapters::itk3
