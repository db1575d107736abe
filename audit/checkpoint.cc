#include "audit/checkpoint.h"

#include "absl/strings/str_cat.h"
#include "audit/line_scanner.h"
#include "base/encoding.h"
#include "base/status.h"

namespace fosse::audit {
namespace {

absl::StatusOr<Checkpoint> ParseText(absl::string_view text) {
  LineScanner scan(text);
  absl::string_view origin;
  absl::string_view root;
  Checkpoint checkpoint;
  bool good = scan.Until('\n', &origin) && IsOrigin(origin) && scan.Number(&checkpoint.size) &&
              scan.Skip("\n") && scan.Until('\n', &root) && ReadDigest(root, &checkpoint.root);
  while (good && !scan.AtEnd()) {
    absl::string_view extension;
    good = scan.Until('\n', &extension) && !extension.empty();
  }
  if (!good) {
    return MakeError(absl::StatusCode::kInvalidArgument, "CHECKPOINT_INVALID",
                     "signed note is not a checkpoint");
  }
  checkpoint.origin = std::string(origin);
  return checkpoint;
}

}  // namespace

std::string SignCheckpoint(const Checkpoint& checkpoint, const SigningKey& key) {
  FOSSE_CHECK(IsOrigin(checkpoint.origin));
  const std::string text =
      absl::StrCat(checkpoint.origin, "\n", checkpoint.size, "\n", Base64(checkpoint.root), "\n");
  return SignNote(text, checkpoint.origin, key);
}

absl::StatusOr<Checkpoint> OpenCheckpoint(absl::string_view note, absl::string_view vkey) {
  FOSSE_ASSIGN_OR_RETURN(const VerifierKeyParts key, ParseVerifierKey(vkey));
  FOSSE_ASSIGN_OR_RETURN(const std::string text, OpenNote(note, key));
  FOSSE_ASSIGN_OR_RETURN(Checkpoint checkpoint, ParseText(text));
  if (checkpoint.origin != key.name) {
    return MakeError(absl::StatusCode::kUnauthenticated, "CHECKPOINT_UNSIGNED",
                     "checkpoint is signed by a key that is not its trail's");
  }
  return checkpoint;
}

}  // namespace fosse::audit
