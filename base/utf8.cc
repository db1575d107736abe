#include "base/utf8.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace fosse {
namespace {

// How many bytes the well-formed character at `at` has; 0 when there is none.
size_t CharacterSize(const uint8_t* at, size_t left) {
  const uint8_t first = at[0];
  if (first < 0x80) return 1;
  const size_t size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (size == 0 || size > left) return 0;
  // The second byte's range excludes overlong forms (E0, F0), surrogates (ED) and the end (F4).
  const uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const uint8_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (at[1] < low || at[1] > high) return 0;
  for (size_t i = 2; i < size; ++i) {
    if ((at[i] & 0xc0) != 0x80) return 0;
  }
  return size;
}

// The code point of the well-formed character of `size` bytes.
uint32_t Decode(const uint8_t* at, size_t size) {
  constexpr uint8_t kBitsOfFirst[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  uint32_t point = at[0] & kBitsOfFirst[size];
  for (size_t i = 1; i < size; ++i) point = point << 6 | (at[i] & 0x3f);
  return point;
}

// White space of Unicode, and what has no width: joiners, marks of direction, the byte order mark.
bool ShowsNothing(uint32_t point) {
  return (point >= 0x09 && point <= 0x0d) || point == 0x20 || point == 0x85 || point == 0xa0 ||
         point == 0xad || point == 0x1680 || point == 0x180e ||
         (point >= 0x2000 && point <= 0x200f) || (point >= 0x2028 && point <= 0x202f) ||
         (point >= 0x205f && point <= 0x2064) || point == 0x3000 || point == 0x3164 ||
         point == 0xfeff;
}

}  // namespace

bool IsUtf8(absl::string_view text) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  size_t i = 0;
  while (i < text.size()) {
    // Nearly all text is ASCII: eight bytes at a time.
    uint64_t word;
    while (i + 8 <= text.size()) {
      std::memcpy(&word, bytes + i, 8);
      if ((word & 0x8080808080808080u) != 0) break;
      i += 8;
    }
    if (i == text.size()) break;
    const size_t size = CharacterSize(bytes + i, text.size() - i);
    if (size == 0) return false;
    i += size;
  }
  return true;
}

bool IsBlank(absl::string_view text) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  for (size_t i = 0; i < text.size();) {
    const size_t size = CharacterSize(bytes + i, text.size() - i);
    if (size == 0 || !ShowsNothing(Decode(bytes + i, size))) return false;
    i += size;
  }
  return true;
}

bool HasControls(absl::string_view text) {
  for (const char c : text) {
    const bool low = static_cast<uint8_t>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
    if (low || c == 0x7f) return true;
  }
  return false;
}

}  // namespace fosse
