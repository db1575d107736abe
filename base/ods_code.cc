#include "base/ods_code.h"

#include "absl/strings/ascii.h"

namespace fosse {

bool IsOdsCode(absl::string_view text) {
  if (text.size() < 3 || text.size() > 12) return false;
  for (const char c : text) {
    if (!absl::ascii_isupper(c) && !absl::ascii_isdigit(c)) return false;
  }
  return true;
}

}  // namespace fosse
