// Acknowledgements of HL7 v2 messages, in original and enhanced mode.
//
// Which one a sender gets is its own choice, in MSH-15 and MSH-16. Source: HL7 v2.4 chapter 2,
// tables 0008, 0155, 0357; the codes are those of the ITK specification v1.0.15.
#ifndef FOSSE_ADAPTERS_HL7_ACK_H_
#define FOSSE_ADAPTERS_HL7_ACK_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "adapters/hl7/location.h"
#include "adapters/hl7/message.h"

namespace fosse::hl7 {

inline constexpr int kMaxAckErrors = 20;  // Later ones are left out.

// Table 0357.
enum class ErrorCode {
  kSegmentSequence = 100,
  kRequiredFieldMissing = 101,
  kDatatype = 102,
  kTableValueNotFound = 103,
  kUnsupportedMessageType = 200,
  kUnsupportedEvent = 201,
  kUnsupportedProcessingId = 202,
  kUnsupportedVersion = 203,
  kUnknownKey = 204,
  kDuplicateKey = 205,
  kRecordLocked = 206,
  kInternal = 207,
};

// The code under which the ITK tables would file an issue of the reader.
ErrorCode CodeOf(const Issue& issue);

enum class AckStage {
  kReceipt,      // The message is durably kept, or refused before that.
  kApplication,  // It has been acted on, or could not be.
};

enum class AckOutcome {
  kAccept,  // AA, CA
  kError,   // AE, CE: the message is at fault; sending the same again will not help.
  kReject,  // AR, CR: this receiver cannot take it now or at all.
};

struct AckError {
  Issue issue;
  ErrorCode code;
};

struct Ack {
  AckStage stage = AckStage::kReceipt;
  AckOutcome outcome = AckOutcome::kAccept;
  std::string control_id;  // MSH-10 of the acknowledgement itself, at most 20 characters.
  absl::Time now;
  absl::TimeZone zone;  // For MSH-7, which carries its offset.
  std::vector<AckError> errors;
};

// The bytes to send back, or nothing if the sender asked for none at this stage.
//
// Original mode (MSH-15 and MSH-16 both empty): one answer, at receipt, AA, AE or AR. Enhanced
// mode: CA, CE or CR at receipt as MSH-15 says, AA, AE or AR after acting as MSH-16 says (AL
// always, NE never, ER not for accept, SU only for accept; empty is NE, an unknown code AL).
// An acknowledgement is itself never acknowledged; an answer that is a message of its own (it has
// MSA, and is RRI or the like) at receipt alone, and where MSH-15 asks for it.
//
// Uses the message's own delimiters if it declares all five and soundly, else |^~\&. MSA-2 is
// MSH-10 byte for byte, control characters left out. ERR follows the version in MSH-12: one
// located segment for each error from 2.5, before that one segment with repetitions. Works for
// any Message, with no MSH too: the answer then has an empty MSA-2.
std::optional<std::string> BuildAck(const Message& message, const Ack& ack);

// An error for each fault of the message, for Ack::errors.
std::vector<AckError> ErrorsOf(const Message& message);

}  // namespace fosse::hl7

#endif  // FOSSE_ADAPTERS_HL7_ACK_H_
