#include "base/encoding.h"

#include <cstdint>

#include "absl/strings/escaping.h"
#include "base/status.h"

namespace fosse {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string Hex(ByteView bytes) { return absl::BytesToHexString(bytes.view()); }

absl::StatusOr<std::string> FromHex(absl::string_view text) {
  // absl::HexStringToBytes of this version does not tell a digit from any other character.
  std::string bytes;
  bytes.reserve(text.size() / 2);
  bool good = text.size() % 2 == 0;
  for (size_t i = 0; good && i < text.size(); i += 2) {
    const int high = HexDigit(text[i]);
    const int low = HexDigit(text[i + 1]);
    good = high >= 0 && low >= 0;
    bytes.push_back(static_cast<char>((high << 4) | low));
  }
  if (!good) {
    return MakeError(absl::StatusCode::kInvalidArgument, "ENCODING_INVALID",
                     "text is not hexadecimal");
  }
  return bytes;
}

std::string Base64(ByteView bytes) { return absl::Base64Escape(bytes.view()); }

absl::StatusOr<std::string> FromBase64(absl::string_view text) {
  // absl skips spaces, forgives padding and ignores stray low bits; comparing with what we would
  // have written refuses all three.
  std::string bytes;
  if (!absl::Base64Unescape(text, &bytes) || absl::Base64Escape(bytes) != text) {
    return MakeError(absl::StatusCode::kInvalidArgument, "ENCODING_INVALID", "text is not base64");
  }
  return bytes;
}

std::string Base32Crockford(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::string text;
  text.reserve((bytes.size() * 8 + 4) / 5);
  uint32_t waiting = 0;
  int bits = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    waiting = ((waiting << 8) | bytes[i]) & 0xfff;  // At most 4 + 8 bits wait.
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text.push_back(kDigits[(waiting >> bits) & 31]);
    }
  }
  if (bits > 0) text.push_back(kDigits[(waiting << (5 - bits)) & 31]);
  return text;
}

}  // namespace fosse
