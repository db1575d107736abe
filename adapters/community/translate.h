#ifndef FOSSE_ADAPTERS_COMMUNITY_TRANSLATE_H_
#define FOSSE_ADAPTERS_COMMUNITY_TRANSLATE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/community/fields.h"
#include "adapters/community/site_profile.h"
#include "adapters/hl7/ack.h"
#include "adapters/hl7/message.h"
#include "adapters/kit/answer.h"
#include "fosse/v1/envelope.pb.h"

// HL7 v2 events of a community system, to the contract. Pure: a message in, an Envelope or what is
// wrong out; docs/formats/community.md describes the events. Thread-safe.
namespace fosse::adapters::community {

inline constexpr char kMediaType[] = "x-application/hl7-v2+er7";

struct Translated {
  enum class Result {
    kMessage,      // `envelope` is to be handed to the gateway.
    kNoEffect,     // Understood, and by the site profile nothing to hand over.
    kFaulty,       // `faults` say where and why: sending the same again will not help.
    kUnsupported,  // This door does not take the event at all; `faults` has the one reason.
  };
  Result result = Result::kNoEffect;
  v1::Envelope envelope;
  Faults faults;  // At most hl7::kMaxAckErrors.
};

// Sender is the profile's organisation and `locality` the adapter's; neither comes from the bytes.
// `zone` is for times without an offset (hl7::LondonTimeZone()). The message id is MSH-10, a slash
// and MSH-7, so that a repeat of the native message is a repeat for the gateway. An Envelope that
// would break the contract's terms is not made: each breach is a fault at the field that it came
// from.
Translated FromHl7(const hl7::Message& message, const SiteProfile& profile,
                   absl::string_view locality, absl::TimeZone zone);

// The place in the message that a field of its Envelope came from; MSH-10 for any other.
hl7::Location PlaceOf(absl::string_view field_path, const hl7::Message& message);

// What the gateway refused, or CheckFields did, as located faults: one for each field that the
// metadata name, or one for the refusal as a whole.
Faults FaultsOf(const Refusal& refusal, const hl7::Message& message);

}  // namespace fosse::adapters::community

#endif  // FOSSE_ADAPTERS_COMMUNITY_TRANSLATE_H_
