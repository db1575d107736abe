#include "audit/line_scanner.h"

#include <array>
#include <cstring>
#include <string>

namespace fosse::audit {
namespace {

constexpr uint8_t kNoDigit = 0xff;

constexpr std::array<uint8_t, 256> MakeDigits() {
  std::array<uint8_t, 256> digits{};
  for (uint8_t& digit : digits) digit = kNoDigit;
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int i = 0; i < 64; ++i) digits[static_cast<uint8_t>(kAlphabet[i])] = static_cast<uint8_t>(i);
  return digits;
}
constexpr std::array<uint8_t, 256> kDigits = MakeDigits();

// Writes what four characters stand for, `count` bytes of 1 to 3. False for other characters, and
// for bits set that the bytes do not show.
bool DecodeGroup(const uint8_t* text, size_t count, char* out) {
  const uint8_t a = kDigits[text[0]];
  const uint8_t b = kDigits[text[1]];
  const uint8_t c = count > 1 ? kDigits[text[2]] : 0;
  const uint8_t d = count > 2 ? kDigits[text[3]] : 0;
  if (((a | b | c | d) & 0xc0) != 0) return false;
  const uint32_t bits = static_cast<uint32_t>(a) << 18 | b << 12 | c << 6 | d;
  if (count < 3 && (bits & (count == 1 ? 0xffff : 0xff)) != 0) return false;
  out[0] = static_cast<char>(bits >> 16);
  if (count > 1) out[1] = static_cast<char>(bits >> 8);
  if (count > 2) out[2] = static_cast<char>(bits);
  return true;
}

}  // namespace

bool ReadBase64(absl::string_view text, std::string* bytes) {
  bytes->clear();
  if (text.size() % 4 != 0) return false;
  if (text.empty()) return true;
  const size_t padding = text[text.size() - 1] != '=' ? 0 : text[text.size() - 2] != '=' ? 1 : 2;
  bytes->resize(text.size() / 4 * 3 - padding);
  const auto* in = reinterpret_cast<const uint8_t*>(text.data());
  char* out = bytes->data();
  const size_t whole = padding == 0 ? text.size() : text.size() - 4;
  for (size_t i = 0; i < whole; i += 4, out += 3) {
    if (!DecodeGroup(in + i, 3, out)) return false;
  }
  return padding == 0 || DecodeGroup(in + whole, 3 - padding, out);
}

bool ReadDigest(absl::string_view text, Digest* digest) {
  thread_local std::string bytes;
  if (text.size() != 44 || !ReadBase64(text, &bytes) || bytes.size() != digest->size())
    return false;
  std::memcpy(digest->data(), bytes.data(), digest->size());
  return true;
}

}  // namespace fosse::audit
