#include "engine/page.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "base/status.h"

namespace fosse::engine {
namespace {

constexpr uint32_t kMostOnPage = 100;

}  // namespace

uint32_t PageSizeOf(uint32_t asked, uint32_t usual) {
  return asked == 0 ? usual : std::min(asked, kMostOnPage);
}

absl::StatusOr<int64_t> PageTokenOf(absl::string_view token, int64_t first) {
  int64_t number = first;
  if (!token.empty() && (!absl::SimpleAtoi(token, &number) || number < 0)) {
    return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                     "the page token is not one that was given",
                     {{"field", FieldPath("page_token")}});
  }
  return number;
}

}  // namespace fosse::engine
