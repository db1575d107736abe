#include "base/registration.h"

#include "absl/strings/ascii.h"

namespace fosse {
namespace {

// `shape` has 'A' for an upper-case letter, '9' for a digit; anything else stands for itself.
bool HasShape(absl::string_view text, absl::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool fits = shape[i] == 'A'   ? absl::ascii_isupper(text[i])
                      : shape[i] == '9' ? absl::ascii_isdigit(text[i])
                                        : text[i] == shape[i];
    if (!fits) return false;
  }
  return true;
}

}  // namespace

bool IsNmcPin(absl::string_view text) { return HasShape(text, "99A9999A"); }

bool IsHcpcNumber(absl::string_view text) {
  return HasShape(text, "AA99999") || HasShape(text, "AA999999");
}

bool IsGmcNumber(absl::string_view text) {
  return HasShape(text, "9999999") || HasShape(text, "C9999999");
}

bool IsGmpCode(absl::string_view text) { return HasShape(text, "G9999999"); }

bool IsGphcNumber(absl::string_view text) { return HasShape(text, "2999999"); }

}  // namespace fosse
