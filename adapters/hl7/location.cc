#include "adapters/hl7/location.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace fosse::hl7 {
namespace {

constexpr int kMaxNumber = 99'999;

// Takes a number off the front of `text`; false if there is none in 1..kMaxNumber.
bool TakeNumber(absl::string_view& text, int& number) {
  size_t digits = 0;
  while (digits < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(text[digits]))) {
    ++digits;
  }
  if (digits == 0 || digits > 5 || !absl::SimpleAtoi(text.substr(0, digits), &number)) return false;
  text.remove_prefix(digits);
  return number >= 1 && number <= kMaxNumber;
}

bool TakeChar(absl::string_view& text, char wanted) {
  if (text.empty() || text[0] != wanted) return false;
  text.remove_prefix(1);
  return true;
}

// "[2]" if present. False only for brackets that hold no number.
bool TakeIndex(absl::string_view& text, int& number) {
  if (!TakeChar(text, '[')) return true;
  return TakeNumber(text, number) && TakeChar(text, ']');
}

bool IsSegmentName(absl::string_view name) {
  if (name.size() != 3 || !absl::ascii_isupper(static_cast<unsigned char>(name[0]))) return false;
  for (const char c : name.substr(1)) {
    const auto u = static_cast<unsigned char>(c);
    if (!absl::ascii_isupper(u) && !absl::ascii_isdigit(u)) return false;
  }
  return true;
}

}  // namespace

std::string Location::ToString() const {
  if (segment.empty()) return absl::StrCat("line ", occurrence);
  std::string out = absl::StrCat(segment, "[", occurrence, "]");
  if (field == 0) return out;
  absl::StrAppend(&out, "-", field);
  if (repetition != 0) absl::StrAppend(&out, "[", repetition, "]");
  if (component != 0) absl::StrAppend(&out, ".", component);
  if (component != 0 && subcomponent != 0) absl::StrAppend(&out, ".", subcomponent);
  return out;
}

std::string Location::ToHl7() const {
  if (segment.empty()) return absl::StrCat("line ", occurrence);
  std::string out = segment;
  if (field != 0) absl::StrAppend(&out, "-", field);
  if (field != 0 && component != 0) {
    absl::StrAppend(&out, ".", component);
    if (subcomponent != 0) absl::StrAppend(&out, ".", subcomponent);
  }
  return out;
}

std::optional<Location> Location::Parse(absl::string_view text) {
  Location at;
  if (!IsSegmentName(text.substr(0, 3))) return std::nullopt;
  at.segment = std::string(text.substr(0, 3));
  text.remove_prefix(3);
  if (!TakeIndex(text, at.occurrence)) return std::nullopt;
  if (text.empty()) return at;
  at.repetition = 1;
  if (!TakeChar(text, '-') || !TakeNumber(text, at.field)) return std::nullopt;
  if (!TakeIndex(text, at.repetition)) return std::nullopt;
  if (TakeChar(text, '.')) {
    if (!TakeNumber(text, at.component)) return std::nullopt;
    if (TakeChar(text, '.') && !TakeNumber(text, at.subcomponent)) return std::nullopt;
  }
  if (!text.empty()) return std::nullopt;
  return at;
}

}  // namespace fosse::hl7
