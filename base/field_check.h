#ifndef FOSSE_BASE_FIELD_CHECK_H_
#define FOSSE_BASE_FIELD_CHECK_H_

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace fosse {

// How deep messages may nest, the outermost counted.
inline constexpr int kMaxMessageDepth = 16;

// How many breaches one error names.
inline constexpr int kMaxNamedBreaches = 20;

// Whether `message`, and every message in it, keeps the terms of the contract: the (rule) option of
// each field (protos/fosse/v1/terms.proto) and, whatever the options say,
//   - no field and no enum number that the contract does not know,
//   - text is UTF-8 without control characters but tab, line feed and carriage return,
//   - text that is there holds more than spaces: a name of one space names nobody,
//   - timestamps and durations are within their documented range,
//   - at most kMaxMessageDepth levels.
// A oneof is not required by itself: whether a body must be there is its reader's business.
//
// INVALID_ARGUMENT names every breach, at most kMaxNamedBreaches, in the order of the message. The
// first gives the reason (FIELD_REQUIRED, FIELD_TOO_LONG, FIELD_TOO_MANY, FIELD_PATTERN,
// FIELD_UNKNOWN, ENUM_UNKNOWN, else FIELD_INVALID) and the metadata `field` and, where there is
// one, the limit under its name: maxBytes, minBytes, maxItems, atLeast, atMost, form (UTF-8,
// NOT_BLANK, NO_CONTROLS or a format of the contract), maxDepth. The
// nth has `reasonN`, `fieldN` and its limit with N after its name; `breaches` counts all. Never a
// value.
//
// Thread-safe and made for the hot path: the checks of a message type are compiled at its first
// use and kept, so its descriptor must live as long as the program (generated code does).
absl::Status CheckFields(const google::protobuf::Message& message);

}  // namespace fosse

#endif  // FOSSE_BASE_FIELD_CHECK_H_
