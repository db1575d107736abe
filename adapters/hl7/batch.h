// Takes a file or batch of HL7 v2 messages apart (FHS/BHS … BTS/FTS, or messages one after
// another).
#ifndef FOSSE_ADAPTERS_HL7_BATCH_H_
#define FOSSE_ADAPTERS_HL7_BATCH_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "adapters/hl7/location.h"

namespace fosse::hl7 {

inline constexpr int kMaxBatchMessages = 10'000;
inline constexpr int kMaxBatchIssues = 100;

struct Batch {
  // Views into the bytes given, from MSH to the last segment end before the next message or
  // envelope. Each is for Message::Read().
  std::vector<absl::string_view> messages;
  // LINE_OUTSIDE_MESSAGE, BATCH_COUNT_WRONG (BTS-1 is not the number of messages: some may be
  // lost), TOO_MANY_MESSAGES (the rest is not read). With any of these the whole file is in doubt.
  std::vector<Issue> issues;
};

// Never fails. A line that begins with MSH and a delimiter opens a message; FHS, BHS, BTS and FTS
// close it. Every other line belongs to the message it stands in, readable or not.
Batch SplitBatch(absl::string_view bytes);

}  // namespace fosse::hl7

#endif  // FOSSE_ADAPTERS_HL7_BATCH_H_
