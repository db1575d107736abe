#ifndef FOSSE_BASE_UTF8_H_
#define FOSSE_BASE_UTF8_H_

#include "absl/strings/string_view.h"

namespace fosse {

// Whether `text` is well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing beyond
// U+10FFFF.
bool IsUtf8(absl::string_view text);

// Whether `text`, which is UTF-8, shows nothing: it is empty, or spaces of any width, line ends and
// characters of no width alone.
bool IsBlank(absl::string_view text);

// Whether `text` has an ASCII control character other than tab, line feed and carriage return.
bool HasControls(absl::string_view text);

}  // namespace fosse

#endif  // FOSSE_BASE_UTF8_H_
