#ifndef FOSSE_BASE_UTF8_H_
#define FOSSE_BASE_UTF8_H_

#include "absl/strings/string_view.h"

namespace fosse {

// Whether `text` is well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing beyond
// U+10FFFF.
bool IsUtf8(absl::string_view text);

}  // namespace fosse

#endif  // FOSSE_BASE_UTF8_H_
