#ifndef FOSSE_ADAPTERS_ITK3_OFFER_MESSAGE_H_
#define FOSSE_ADAPTERS_ITK3_OFFER_MESSAGE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "fosse/v1/delivery.pb.h"

namespace fosse::adapters::itk3 {

// How a delivery goes out.
enum class Kind {
  kSendDocument,  // ITK007C
  kUpdateRecord,  // ITK014M
};

struct Sending {
  Kind kind = Kind::kSendDocument;
  std::string sender;   // ODS code of the organisation that sends.
  std::string mailbox;  // Ours on MESH, where answers go.
};

// A delivery as an ITK3 message for a practice: an STU3 message Bundle (XML) that carries a
// document to read and the offer's reference. It asks for both answers. The same delivery is the
// same bytes, however often it is sent. Pure.
std::string OfferMessage(const v1::Delivery& delivery, const Sending& sending);

// The id of the message, which an answer must repeat: a UUID made from the delivery's id.
std::string MessageIdOf(absl::string_view delivery_id);

// MESH's workflow of a kind, and that of its answers.
absl::string_view WorkflowOf(Kind kind);
bool IsAnswerWorkflow(absl::string_view workflow);

}  // namespace fosse::adapters::itk3

#endif  // FOSSE_ADAPTERS_ITK3_OFFER_MESSAGE_H_
