#ifndef FOSSE_ADAPTERS_ITK3_ISSUE_H_
#define FOSSE_ADAPTERS_ITK3_ISSUE_H_

#include <string>

namespace fosse::adapters::itk3 {

// A fault of a message. Never a value of it.
struct Issue {
  std::string at;      // Such as Bundle/entry[1]/resource/MessageHeader/response/identifier.
  std::string reason;  // Stable, such as FIELD_REQUIRED.
  std::string remedy;  // What to do.
};

}  // namespace fosse::adapters::itk3

#endif  // FOSSE_ADAPTERS_ITK3_ISSUE_H_
