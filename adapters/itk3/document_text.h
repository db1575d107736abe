#ifndef FOSSE_ADAPTERS_ITK3_DOCUMENT_TEXT_H_
#define FOSSE_ADAPTERS_ITK3_DOCUMENT_TEXT_H_

#include <string>
#include <vector>

#include "fosse/v1/delivery.pb.h"

namespace fosse::adapters {

// One part of what a delivery says, for people: a heading and its lines. A line with a name has it
// in front: "By: RT5".
struct TextLine {
  std::string name;
  std::string text;
};
struct TextSection {
  std::string heading;
  std::vector<TextLine> lines;
};

// What a delivery says, in the order in which a clinician wants it: what is asked and until when,
// the person, the task, plan, thresholds, risk, recent events, contacts. Parts of which nothing is
// known are left out. The ITK3 document and the practice page both show exactly this. Pure.
std::vector<TextSection> DeliveryText(const v1::Delivery& delivery);

// The offer that a delivery asks about; null where there is none.
const v1::OfferState* OfferIn(const v1::Delivery& delivery);
// What an answer to the offer must repeat: the gateway's id, else the sender's reference.
std::string OfferReferenceOf(const v1::Delivery& delivery);

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_ITK3_DOCUMENT_TEXT_H_
