#ifndef FOSSE_AUDIT_RULEBOOK_NOTE_H_
#define FOSSE_AUDIT_RULEBOOK_NOTE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/signer_key.h"
#include "base/crypto.h"

namespace fosse::audit {

// What the board signs of a rulebook (B-6.1 iii): a C2SP signed note over locality, id and digest,
// by a key that the directory lists under the board. docs/formats/rulebook-note.md has the bytes
// and a test vector. Pure and thread-safe.
struct RulebookStatement {
  std::string locality;
  std::string id;
  Digest digest{};  // Of the stored bytes.
  friend bool operator==(const RulebookStatement&, const RulebookStatement&) = default;
};

// Whether locality and id can be signed: not empty, no control characters, at most 64 bytes each.
bool CanBeSigned(const RulebookStatement& statement);

// The signed note. A statement that cannot be signed aborts.
std::string SignRulebook(const RulebookStatement& statement, const NoteSigner& signer);

// What the key of `vkey` signed. PERMISSION_DENIED: SIGNATURE_MISSING, empty or not signed by this
// key; SIGNATURE_WRONG, no note of a rulebook, or the signature does not fit it. INVALID_ARGUMENT,
// VERIFIER_KEY_INVALID.
absl::StatusOr<RulebookStatement> OpenRulebookNote(absl::string_view note, absl::string_view vkey);

}  // namespace fosse::audit

#endif  // FOSSE_AUDIT_RULEBOOK_NOTE_H_
