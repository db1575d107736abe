#ifndef FOSSE_AUDIT_RULEBOOK_NOTE_H_
#define FOSSE_AUDIT_RULEBOOK_NOTE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "audit/signer_key.h"
#include "base/crypto.h"

namespace fosse::audit {

// What the board signs of a rulebook (B-6.1 iii): a C2SP signed note over locality, id, digest, the
// instant from which it decides and the suite that shows it, by a key that the directory lists
// under the board. So a note serves one activation: an old one brings no old rulebook back.
// docs/formats/rulebook-note.md has the bytes and a test vector. Pure and thread-safe.
struct RulebookStatement {
  std::string locality;
  std::string id;
  Digest digest{};          // Of the stored bytes.
  absl::Time effective_at;  // In whole microseconds.
  Digest suite_digest{};    // Of the suite's bytes.
  friend bool operator==(const RulebookStatement&, const RulebookStatement&) = default;
};

// Whether it can be signed: locality and id not empty, without control characters, at most 64 bytes
// each; the instant in whole microseconds of the years 0001 to 9999.
bool CanBeSigned(const RulebookStatement& statement);

// The signed note. A statement that cannot be signed aborts.
std::string SignRulebook(const RulebookStatement& statement, const NoteSigner& signer);

// The same of a directory, which has no suite: a note of its own kind, so that neither passes for
// the other. A statement with a suite's digest aborts.
std::string SignDirectory(const RulebookStatement& statement, const NoteSigner& signer);

// What the key of `vkey` signed. PERMISSION_DENIED: SIGNATURE_MISSING, empty or not signed by this
// key; SIGNATURE_WRONG, no note of this kind, or the signature does not fit it. INVALID_ARGUMENT,
// VERIFIER_KEY_INVALID.
absl::StatusOr<RulebookStatement> OpenRulebookNote(absl::string_view note, absl::string_view vkey);
absl::StatusOr<RulebookStatement> OpenDirectoryNote(absl::string_view note, absl::string_view vkey);

}  // namespace fosse::audit

#endif  // FOSSE_AUDIT_RULEBOOK_NOTE_H_
