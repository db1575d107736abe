#ifndef FOSSE_AUDIT_LINE_SCANNER_H_
#define FOSSE_AUDIT_LINE_SCANNER_H_

#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/crypto.h"

namespace fosse::audit {

// Reads text that has one exact form, piece by piece from the front. Each call answers whether the
// piece was there; after a false the rest is of no use. Not thread-safe.
class LineScanner {
 public:
  explicit LineScanner(absl::string_view text) : rest_(text) {}

  // Exactly `text`.
  bool Skip(absl::string_view text) {
    if (!absl::StartsWith(rest_, text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  // Everything up to `mark`, and the mark.
  bool Until(char mark, absl::string_view* text) {
    const size_t end = rest_.find(mark);
    if (end == absl::string_view::npos) return false;
    *text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return true;
  }

  // A decimal number without leading zeros that fits.
  bool Number(uint64_t* number) {
    size_t digits = 0;
    uint64_t value = 0;
    while (digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9') {
      const uint64_t digit = static_cast<uint64_t>(rest_[digits] - '0');
      if (value > (UINT64_MAX - digit) / 10) return false;
      value = value * 10 + digit;
      ++digits;
    }
    if (digits == 0 || (digits > 1 && rest_[0] == '0')) return false;
    rest_.remove_prefix(digits);
    *number = value;
    return true;
  }

  bool AtEnd() const { return rest_.empty(); }
  absl::string_view rest() const { return rest_; }

 private:
  absl::string_view rest_;
};

// The digest that `text` is the base64 of: 44 characters, in their one form.
bool ReadDigest(absl::string_view text, Digest* digest);

// Strict base64 (RFC 4648 section 4) into `bytes`, whose room is kept from call to call: a million
// leaves are read with it.
bool ReadBase64(absl::string_view text, std::string* bytes);

}  // namespace fosse::audit

#endif  // FOSSE_AUDIT_LINE_SCANNER_H_
