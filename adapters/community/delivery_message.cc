#include "adapters/community/delivery_message.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "adapters/hl7/message.h"
#include "adapters/hl7/time.h"
#include "adapters/hl7/writer.h"
#include "adapters/itk3/document_text.h"
#include "adapters/kit/words.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/status.h"

namespace fosse::adapters::community {
namespace {

constexpr size_t kControlIdLength = 20;

bool IsReferral(const v1::Delivery& delivery) {
  if (delivery.kind() == v1::DELIVERY_KIND_COVER_ORDER) return true;
  const v1::OfferState* const offer = OfferIn(delivery);
  return delivery.kind() == v1::DELIVERY_KIND_OFFER &&
         (offer != nullptr ? offer->hand_back() : delivery.message().has_oversight_hand_back());
}

// The lines that a person reads, headings among them. What is urgent begins with the telephone.
std::vector<std::string> LinesOf(const v1::Delivery& delivery) {
  std::vector<std::string> lines;
  if (delivery.urgency() == v1::URGENCY_URGENT) {
    lines.emplace_back(
        "URGENT. Telephone now; do not wait for anybody to read this, and do not answer it by "
        "message.");
  }
  for (const TextSection& section : DeliveryText(delivery)) {
    if (!section.heading.empty()) lines.push_back(section.heading);
    for (const TextLine& line : section.lines) {
      lines.push_back(line.name.empty() ? line.text : absl::StrCat(line.name, ": ", line.text));
    }
  }
  if (delivery.urgency() != v1::URGENCY_URGENT) {
    lines.emplace_back(
        "Ask and answer by telephone: a message in answer to this one reaches nobody.");
  }
  return lines;
}

// Field by field, each in its place.
class Writing {
 public:
  Writing& Segment(absl::string_view name) {
    at_ = builder_.AddSegment(name);
    return *this;
  }
  Writing& Set(int field, absl::string_view text, int component = 1) {
    if (text.empty()) return *this;
    hl7::Location place = at_;
    place.field = field;
    place.repetition = 1;
    place.component = component;
    builder_.Set(place, text);
    return *this;
  }
  Writing& Header(int field, absl::string_view text, int component = 1) {
    at_ = {.segment = "MSH", .occurrence = 1};
    return Set(field, text, component);
  }
  absl::StatusOr<std::string> Bytes() const { return builder_.Bytes(); }

 private:
  hl7::Builder builder_;
  hl7::Location at_;
};

void WritePerson(const v1::PersonReference& person, Writing& out) {
  out.Segment("PID").Set(1, "1").Set(3, person.nhs_number()).Set(3, "NHS", 4);
  out.Set(5, person.family_name()).Set(5, person.given_name(), 2);
  out.Set(7, absl::StrReplaceAll(person.date_of_birth(), {{"-", ""}}));
}

std::string ReferenceOf(const v1::Delivery& delivery) {
  return delivery.standings().empty() ? delivery.delivery_id()
                                      : delivery.standings(0).delegation_id();
}

void WriteReferral(const v1::Delivery& delivery, Writing& out) {
  const std::string reference = ReferenceOf(delivery);
  out.Segment("RF1").Set(1, "P").Set(1, "Pending", 2);
  out.Set(2, delivery.urgency() == v1::URGENCY_URGENT ? "S" : "A").Set(6, reference);
  out.Segment("PRD").Set(1, "RP").Set(7, delivery.message().sender());
  out.Segment("PRD").Set(1, "RT").Set(7, delivery.recipient());
}

void WriteDocument(const v1::Delivery& delivery, const std::string& now, Writing& out) {
  out.Segment("EVN").Set(1, "T02").Set(2, now);
  WritePerson(delivery.message().subject().person(), out);
  out.Segment("PV1").Set(1, "1").Set(2, "N");
  out.Segment("TXA").Set(1, "1").Set(2, "CN").Set(3, "TX").Set(4, now);
  out.Set(12, delivery.delivery_id()).Set(17, "AU");
}

// The same as results in words, for systems that read no documents.
void WriteResults(const v1::Delivery& delivery, const std::string& now, Writing& out) {
  WritePerson(delivery.message().subject().person(), out);
  out.Segment("OBR").Set(1, "1").Set(3, delivery.delivery_id());
  out.Set(4, WordOf(*v1::DeliveryKind_descriptor(), delivery.kind())).Set(7, now).Set(25, "F");
}

}  // namespace

std::string ControlIdOf(const v1::Delivery& delivery) {
  return Hex(ByteView(Sha256(delivery.delivery_id())).view()).substr(0, kControlIdLength);
}

std::string SentNote(absl::string_view control_id_or_reference) {
  // A digest, as what others send must not choose the name.
  return absl::StrCat(
      "hl7-sent-",
      Hex(ByteView(Sha256(control_id_or_reference)).view()).substr(0, kControlIdLength));
}

std::vector<std::string> SentNotes(const v1::Delivery& delivery) {
  if (!IsReferral(delivery)) return {};
  return {SentNote(ControlIdOf(delivery)), SentNote(ReferenceOf(delivery))};
}

absl::StatusOr<std::string> DeliveryMessage(const v1::Delivery& delivery,
                                            absl::string_view locality, absl::Time now,
                                            absl::TimeZone zone, absl::string_view documents_as) {
  const v1::PersonReference& person = delivery.message().subject().person();
  if (person.nhs_number().empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "DELIVERY_WITHOUT_PERSON",
                     "nobody is named, and HL7 v2 has no message without a person");
  }
  const bool referral = IsReferral(delivery);
  const std::string stamp = hl7::FormatTime(now, zone, hl7::Precision::kSecond);
  Writing out;
  out.Header(3, "FOSSE").Header(4, locality).Header(6, delivery.recipient()).Header(7, stamp);
  const std::string event(referral ? "REF^I12" : documents_as);
  const std::string type = event.substr(0, 3);
  const std::string code = event.substr(4);
  out.Header(9, type).Header(9, code, 2).Header(9, absl::StrCat(type, "_", code), 3);
  out.Header(10, ControlIdOf(delivery));
  out.Header(11, "P").Header(12, "2.4").Header(15, "AL").Header(16, "NE");
  if (referral) {
    WriteReferral(delivery, out);
    WritePerson(person, out);
  } else if (type == "ORU") {
    WriteResults(delivery, stamp, out);
  } else {
    WriteDocument(delivery, stamp, out);
  }
  int line = 0;
  for (const std::string& text : LinesOf(delivery)) {
    const std::string number = absl::StrCat(++line);
    if (referral) {
      out.Segment("NTE").Set(1, number).Set(3, text);
      continue;
    }
    out.Segment("OBX").Set(1, number).Set(2, "TX");
    out.Set(3, WordOf(*v1::DeliveryKind_descriptor(), delivery.kind())).Set(4, number);
    out.Set(5, text).Set(11, "F");
  }
  return out.Bytes();
}

HeardBack Hear(const std::string& answer, absl::string_view control_id) {
  const hl7::Message message = hl7::Message::Read(answer);
  HeardBack heard{.code = message.Value("MSA", 1)};
  if (!message.ok() || message.Value("MSA", 2) != control_id) return heard;
  // The referral itself was refused, by whatever their system goes by: whoever sent it is told.
  const std::string status = message.Value("RF1", 1);
  if (message.Value("MSH", 9) == "RRI" && (status == "R" || status == "E")) {
    heard.code = absl::StrCat("RRI-", status);
    heard.kind = HeardBack::Kind::kRefused;
    return heard;
  }
  if (heard.code == "AA" || heard.code == "CA") heard.kind = HeardBack::Kind::kTaken;
  if (heard.code == "AE" || heard.code == "CE") heard.kind = HeardBack::Kind::kRefused;
  if (heard.code == "AR" || heard.code == "CR") heard.kind = HeardBack::Kind::kLater;
  return heard;
}

}  // namespace fosse::adapters::community
