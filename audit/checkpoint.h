#ifndef FOSSE_AUDIT_CHECKPOINT_H_
#define FOSSE_AUDIT_CHECKPOINT_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/note.h"
#include "base/crypto.h"

namespace fosse::audit {

// Signed heads of the trail: C2SP tlog-checkpoint in a C2SP signed note, signed with Ed25519 under
// a key whose name is the origin (CTL-21). VerifierKey() of note.h gives what readers verify with;
// docs/formats/checkpoint.md has test vectors. Pure and thread-safe.

struct Checkpoint {
  std::string origin;  // Names the trail, such as "fosse.example/QK1".
  uint64_t size = 0;
  Digest root{};
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// Whether `text` can name a trail: what can name a key.
inline bool IsOrigin(absl::string_view text) { return IsKeyName(text); }

// The signed note. `checkpoint.origin` must be an origin, else it aborts.
std::string SignCheckpoint(const Checkpoint& checkpoint, const SigningKey& key);

// The checkpoint, if `note` carries a good signature by the key of `vkey` and its origin is the
// key's name. Signatures of other keys (witnesses, rotated keys) are ignored, extension lines too.
// INVALID_ARGUMENT: VERIFIER_KEY_INVALID; CHECKPOINT_INVALID, malformed. UNAUTHENTICATED:
// CHECKPOINT_UNSIGNED, no signature by the trail's key; CHECKPOINT_FORGED, one that does not fit.
absl::StatusOr<Checkpoint> OpenCheckpoint(absl::string_view note, absl::string_view vkey);

}  // namespace fosse::audit

#endif  // FOSSE_AUDIT_CHECKPOINT_H_
