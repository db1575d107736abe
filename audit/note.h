#ifndef FOSSE_AUDIT_NOTE_H_
#define FOSSE_AUDIT_NOTE_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/crypto.h"

namespace fosse::audit {

// C2SP signed notes with Ed25519: text, an empty line, and signature lines of any number of keys,
// each known by its name. Pure and thread-safe.

// Longest note that is read.
inline constexpr size_t kMaxNoteSize = 1 << 16;

// Whether `text` can name a key of ours: 1 to 255 printable ASCII characters without space, plus,
// quote and backslash. Narrower than the note format, so that names need no escaping anywhere.
bool IsKeyName(absl::string_view text);

// A key that notes are verified with.
struct VerifierKeyParts {
  std::string name;
  uint32_t id = 0;
  std::array<uint8_t, 32> public_key{};
};

// `<name>+<id in hex>+<base64 of 0x01 and the public key>`. `name` must be a key name, else it
// aborts.
std::string VerifierKey(absl::string_view name, ByteView public_key32);

// INVALID_ARGUMENT, reason VERIFIER_KEY_INVALID, also where the id does not belong to name and key.
absl::StatusOr<VerifierKeyParts> ParseVerifierKey(absl::string_view vkey);

// `text` with a signature by `key`, under that name. `text` ends with a line break, else it aborts.
std::string SignNote(absl::string_view text, absl::string_view name, const SigningKey& key);

// The text of `note`, if it carries a good signature by `key`. Signatures of other keys are
// ignored. INVALID_ARGUMENT, reason CHECKPOINT_INVALID: malformed. UNAUTHENTICATED, reason
// CHECKPOINT_UNSIGNED: no signature by this key; CHECKPOINT_FORGED: one that does not fit the text.
absl::StatusOr<std::string> OpenNote(absl::string_view note, const VerifierKeyParts& key);

}  // namespace fosse::audit

#endif  // FOSSE_AUDIT_NOTE_H_
