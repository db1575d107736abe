#ifndef FOSSE_BASE_ENCODING_H_
#define FOSSE_BASE_ENCODING_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"

namespace fosse {

// Bytes as text and back. The readers are strict: each byte string has exactly one text, so text
// that would decode but is not what the writer makes is refused. Errors are INVALID_ARGUMENT,
// ENCODING_INVALID.

// Two lower-case digits a byte.
std::string Hex(ByteView bytes);
// Takes both cases.
absl::StatusOr<std::string> FromHex(absl::string_view text);

// RFC 4648 section 4, with padding, no line breaks.
std::string Base64(ByteView bytes);
absl::StatusOr<std::string> FromBase64(absl::string_view text);

// Crockford's 32 letters and digits, upper case, no check symbol, high bits first, the last group
// filled with zero bits: for identifiers that people read aloud. 16 bytes become 26 characters.
std::string Base32Crockford(ByteView bytes);

}  // namespace fosse

#endif  // FOSSE_BASE_ENCODING_H_
