#include "gateway/witness_file.h"

#include "audit/checkpoint.h"
#include "base/status.h"
#include "gateway/files.h"

namespace fosse::gateway {

absl::StatusOr<std::string> WitnessFile::Read() {
  if (path_.empty()) return "";
  absl::StatusOr<std::string> head = ReadFile(path_, audit::kMaxNoteSize);
  if (absl::IsNotFound(head.status())) return "";
  if (head.ok()) kept_ = *head;
  return head;
}

absl::Status WitnessFile::Keep(absl::string_view checkpoint) {
  if (path_.empty() || checkpoint.empty() || checkpoint == kept_) return absl::OkStatus();
  FOSSE_RETURN_IF_ERROR(ReplaceFile(path_, std::string(checkpoint)));
  kept_ = std::string(checkpoint);
  return absl::OkStatus();
}

}  // namespace fosse::gateway
