#ifndef FOSSE_ADAPTERS_COMMUNITY_DELIVERY_MESSAGE_H_
#define FOSSE_ADAPTERS_COMMUNITY_DELIVERY_MESSAGE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "fosse/v1/delivery.pb.h"

// What goes out to a community system over HL7 v2 (wire-formats 3.3). A cover order and a hand-back
// are referrals: REF^I12, pending. All else is a document, MDM^T02 or, where the site reads no
// other, ORU^R01: a concern sent as a referral would open one. Neither asks anybody to answer over
// HL7 v2: a named clinician answers by FHIR or on the telephone, and what is urgent says so. Pure;
// thread-safe.
namespace fosse::adapters::community {

// The control id of a delivery's message: the same however often it is sent, 20 characters.
std::string ControlIdOf(const v1::Delivery& delivery);

// The names under which it is remembered that a referral was sent, so that an RRI about it is
// known: by its control id and by what stands in RF1-6. None for a document.
std::vector<std::string> SentNotes(const v1::Delivery& delivery);
std::string SentNote(absl::string_view control_id_or_reference);

// `documents_as` is MDM^T02 or ORU^R01. INVALID_ARGUMENT, reason DELIVERY_WITHOUT_PERSON, where
// nobody is named: each of these is about a person.
absl::StatusOr<std::string> DeliveryMessage(const v1::Delivery& delivery,
                                            absl::string_view locality, absl::Time now,
                                            absl::TimeZone zone,
                                            absl::string_view documents_as = "MDM^T02");

// What an answer means for the message of this control id.
struct HeardBack {
  enum class Kind {
    kTaken,    // AA, CA: their system has it. No person has acted.
    kRefused,  // AE, CE, or an RRI that refuses: the same again will not help.
    kLater,    // AR, CR.
    kNotOurs,  // Of another message, or no acknowledgement at all: it counts for nothing.
  };
  Kind kind = Kind::kNotOurs;
  std::string code;  // MSA-1, or RRI-R.
};
HeardBack Hear(const std::string& answer, absl::string_view control_id);

}  // namespace fosse::adapters::community

#endif  // FOSSE_ADAPTERS_COMMUNITY_DELIVERY_MESSAGE_H_
