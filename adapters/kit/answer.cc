#include "adapters/kit/answer.h"

namespace fosse::adapters {

bool Refusal::MayPass() const {
  switch (code) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kAborted:
      return true;
    case absl::StatusCode::kResourceExhausted:
      return reason != "MESSAGE_TOO_LARGE";
    case absl::StatusCode::kInternal:
      // The gateway always gives a reason; without one the connection failed in an odd way.
      return reason.empty();
    default:
      return false;
  }
}

}  // namespace fosse::adapters
