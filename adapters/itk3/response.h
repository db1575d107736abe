#ifndef FOSSE_ADAPTERS_ITK3_RESPONSE_H_
#define FOSSE_ADAPTERS_ITK3_RESPONSE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "adapters/itk3/issue.h"

namespace fosse::adapters::itk3 {

// An ITK008M: what another system answers to a message.
struct Response {
  std::string message_id;          // The answer's own id.
  std::string in_reply_to;         // The id of the message that is answered.
  std::string verdict;             // ok, transient-error or fatal-error.
  std::vector<std::string> codes;  // Of the ITK response codes, in their order; one at least.
};

struct ReadResponse {
  Response response;          // Only where there is no issue.
  std::vector<Issue> issues;  // All that were found.
};

// Reads an STU3 message Bundle (XML) whose event is ITK008M. Another event, a document or bytes
// that are no XML are refused with their place (HAZ-21). Neither entities nor a document type are
// taken. Pure, thread-safe; at most kMostBytes.
inline constexpr size_t kMostBytes = 20u << 20;
ReadResponse ReadResponseMessage(absl::string_view bytes);

}  // namespace fosse::adapters::itk3

#endif  // FOSSE_ADAPTERS_ITK3_RESPONSE_H_
