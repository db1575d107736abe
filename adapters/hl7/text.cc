#include "adapters/hl7/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/utf8.h"

namespace fosse::hl7 {
namespace {

constexpr size_t kMaxCountDigits = 2;  // Layout commands with longer numbers are data.

// Windows-1252 for 80 to 9F; the five bytes that it leaves open stand for themselves.
constexpr std::array<uint16_t, 32> kWindows1252 = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

struct Difference {
  uint8_t byte;
  uint16_t code_point;
};
constexpr Difference kLatin9Differences[] = {{0xA4, 0x20AC}, {0xA6, 0x0160}, {0xA8, 0x0161},
                                             {0xB4, 0x017D}, {0xB8, 0x017E}, {0xBC, 0x0152},
                                             {0xBD, 0x0153}, {0xBE, 0x0178}};

bool IsSingleByte(CharacterSet set) {
  return set == CharacterSet::kLatin1 || set == CharacterSet::kLatin9;
}

uint32_t CodePointOf(uint8_t byte, CharacterSet set) {
  if (byte >= 0x80 && byte < 0xA0) return kWindows1252[byte - 0x80];
  if (set == CharacterSet::kLatin9) {
    for (const Difference& difference : kLatin9Differences) {
      if (difference.byte == byte) return difference.code_point;
    }
  }
  return byte;
}

void AppendUtf8(uint32_t code_point, std::string& out) {
  // Single-byte sets reach no code point above FFFF.
  if (code_point < 0x80) {
    out.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (code_point >> 6)));
    out.push_back(static_cast<char>(0x80 | (code_point & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xE0 | (code_point >> 12)));
    out.push_back(static_cast<char>(0x80 | ((code_point >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (code_point & 0x3F)));
  }
}

void AppendDecoded(absl::string_view bytes, CharacterSet set, std::string& out) {
  if (!IsSingleByte(set)) {
    out.append(bytes.data(), bytes.size());
    return;
  }
  for (const char c : bytes) AppendUtf8(CodePointOf(static_cast<uint8_t>(c), set), out);
}

// The bytes of the character at the front of valid UTF-8.
size_t CharacterSize(absl::string_view text) {
  const auto lead = static_cast<uint8_t>(text[0]);
  return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

bool IsHex(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return false;
  }
  return !text.empty();
}

bool IsControl(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u < 0x20 || u == 0x7F;
}

std::optional<std::string> DecodeHex(absl::string_view digits, CharacterSet set) {
  if (digits.size() % 2 != 0 || !IsHex(digits)) return std::nullopt;
  const std::string bytes = absl::HexStringToBytes(digits);
  for (const char c : bytes) {
    if (IsControl(c) && c != '\t' && c != '\n' && c != '\r') return std::nullopt;
  }
  if (!IsSingleByte(set) && !IsUtf8(bytes)) return std::nullopt;
  std::string out;
  AppendDecoded(bytes, set, out);
  return out;
}

// Up to two digits.
std::optional<int> CountOf(absl::string_view text) {
  int count = 0;
  if (text.empty() || text.size() > kMaxCountDigits) return std::nullopt;
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return std::nullopt;
    count = count * 10 + (c - '0');
  }
  return count;
}

// `command` follows the dot. What only moves text about is dropped; the words stay.
std::optional<std::string> DecodeLayout(absl::string_view command) {
  if (command == "br" || command == "ce" || command == "sp") return "\n";
  if (command == "fi" || command == "nf") return "";
  const absl::string_view name = command.substr(0, 2);
  absl::string_view rest = command.substr(name.size());
  const bool is_signed = !rest.empty() && (rest[0] == '+' || rest[0] == '-');
  const bool is_minus = is_signed && rest[0] == '-';
  if (is_signed) rest.remove_prefix(1);
  const std::optional<int> count = CountOf(rest);
  if (!count.has_value()) return std::nullopt;
  if (name == "in" || name == "ti") return "";
  if (is_minus) return std::nullopt;
  if (name == "sp") return std::string(*count, '\n');
  if (name == "sk") return std::string(*count, ' ');
  return std::nullopt;
}

// Sequences that are well formed and that we cannot read: other character sets, and local ones.
bool IsKeptWhole(absl::string_view body) {
  const absl::string_view rest = body.substr(1);
  if (body[0] == 'C') return rest.size() == 4 && IsHex(rest);
  if (body[0] == 'M') return (rest.size() == 4 || rest.size() == 6) && IsHex(rest);
  if (body[0] != 'Z') return false;
  for (const char c : rest) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) return false;
  }
  return true;
}

// What the sequence between two escape characters stands for; nothing if it is data.
std::optional<std::string> DecodeSequence(absl::string_view body, const Delimiters& delimiters,
                                          CharacterSet set) {
  if (body.empty()) return std::nullopt;
  const auto one = [](char c) {
    return c == '\0' ? std::optional<std::string>() : std::string(1, c);
  };
  if (body.size() == 1) {
    switch (body[0]) {
      case 'F':
        return one(delimiters.field);
      case 'S':
        return one(delimiters.component);
      case 'T':
        return one(delimiters.subcomponent);
      case 'R':
        return one(delimiters.repetition);
      case 'E':
        return one(delimiters.escape);
      case 'P':
        return one(delimiters.truncation);
      case 'H':
      case 'N':
        return "";
      default:
        break;
    }
  }
  if (body[0] == 'X') return DecodeHex(body.substr(1), set);
  if (body[0] == '.') return DecodeLayout(body.substr(1));
  if (IsKeptWhole(body)) {
    return absl::StrCat(std::string(1, delimiters.escape), body, std::string(1, delimiters.escape));
  }
  return std::nullopt;
}

// The letter of the sequence that stands for delimiter `c`, or '\0' if `c` is none.
char LetterOf(char c, const Delimiters& delimiters) {
  if (c == '\0') return '\0';
  if (c == delimiters.field) return 'F';
  if (c == delimiters.component) return 'S';
  if (c == delimiters.subcomponent) return 'T';
  if (c == delimiters.repetition) return 'R';
  if (c == delimiters.escape) return 'E';
  if (c == delimiters.truncation) return 'P';
  return '\0';
}

// `character` is one valid UTF-8 sequence. False if `set` has no such character.
bool AppendEncoded(absl::string_view character, CharacterSet set, std::string& out) {
  if (character.size() == 1 || set == CharacterSet::kUtf8) {
    out.append(character.data(), character.size());
    return true;
  }
  if (!IsSingleByte(set)) return false;
  for (int byte = 0x80; byte <= 0xFF; ++byte) {
    std::string candidate;
    AppendUtf8(CodePointOf(static_cast<uint8_t>(byte), set), candidate);
    if (candidate == character) {
      out.push_back(static_cast<char>(byte));
      return true;
    }
  }
  return false;
}

}  // namespace

bool Delimiters::complete() const {
  return field != '\0' && component != '\0' && repetition != '\0' && escape != '\0' &&
         subcomponent != '\0';
}

std::string Delimiters::Encoding() const {
  std::string out;
  for (const char c : {component, repetition, escape, subcomponent, truncation}) {
    if (c == '\0') break;  // Later ones cannot be declared without the earlier ones.
    out.push_back(c);
  }
  return out;
}

CharacterSet CharacterSetNamed(absl::string_view msh18) {
  if (msh18.empty()) return CharacterSet::kAscii;
  if (msh18 == "UNICODE UTF-8") return CharacterSet::kUtf8;
  const std::string name = absl::AsciiStrToUpper(absl::StripAsciiWhitespace(msh18));
  if (name.empty() || name == "ASCII") return CharacterSet::kAscii;
  if (name == "8859/1" || name == "ISO-8859-1" || name == "WINDOWS-1252") {
    return CharacterSet::kLatin1;
  }
  if (name == "8859/15") return CharacterSet::kLatin9;
  // Plain "UNICODE" once meant two-byte units; whatever says so in single bytes is UTF-8.
  for (const char* utf8 : {"UNICODE UTF-8", "UTF-8", "UTF8", "UNICODE"}) {
    if (name == utf8) return CharacterSet::kUtf8;
  }
  return CharacterSet::kUnsupported;
}

std::string Unescape(absl::string_view raw, const Delimiters& delimiters, CharacterSet set) {
  const char escape = delimiters.escape;
  if (!IsSingleByte(set) &&
      (escape == '\0' || std::find(raw.begin(), raw.end(), escape) == raw.end())) {
    return std::string(raw);  // As good as always.
  }
  std::string out;
  out.reserve(raw.size());
  while (!raw.empty()) {
    const size_t open = escape == '\0' ? absl::string_view::npos : raw.find(escape);
    AppendDecoded(raw.substr(0, open), set, out);
    if (open == absl::string_view::npos) break;
    raw.remove_prefix(open + 1);
    const size_t close = raw.find(escape);
    std::optional<std::string> text;
    if (close != absl::string_view::npos) {
      text = DecodeSequence(raw.substr(0, close), delimiters, set);
    }
    if (text.has_value()) {
      out += *text;
      raw.remove_prefix(close + 1);
    } else {
      // Only the first escape character is consumed: the second may open a real sequence, as
      // after a lone backslash.
      out.push_back(escape);
    }
  }
  return out;
}

absl::StatusOr<std::string> Escape(absl::string_view text, const Delimiters& delimiters,
                                   CharacterSet set) {
  if (!IsUtf8(text)) return absl::InvalidArgumentError("text is not valid UTF-8");
  const bool reads_as_delete = text == "\"\"";
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = CharacterSize(text);
    const char c = text[0];
    const char letter = length == 1 ? LetterOf(c, delimiters) : '\0';
    const bool as_hex = (length == 1 && IsControl(c) && c != '\t') || reads_as_delete;
    if ((letter != '\0' || as_hex) && delimiters.escape == '\0') {
      return absl::InvalidArgumentError(
          "text holds a delimiter and the message declares no escape character");
    }
    const std::string escape(1, delimiters.escape);
    if (letter != '\0') {
      absl::StrAppend(&out, escape, std::string(1, letter), escape);
    } else if (c == '\n') {
      absl::StrAppend(&out, escape, ".br", escape);
    } else if (as_hex) {
      absl::StrAppend(&out, escape, "X",
                      absl::AsciiStrToUpper(absl::BytesToHexString(text.substr(0, 1))), escape);
    } else if (!AppendEncoded(text.substr(0, length), set, out)) {
      return absl::InvalidArgumentError("text holds a character outside the message's set");
    }
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace fosse::hl7
