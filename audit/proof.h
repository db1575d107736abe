#ifndef FOSSE_AUDIT_PROOF_H_
#define FOSSE_AUDIT_PROOF_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/crypto.h"

namespace fosse::audit {

// Proof, checkable offline, that an entry is in the trail (AUD-06): a C2SP tlog-proof file, usually
// named *.tlog-proof. docs/formats/checkpoint.md has test vectors. Pure and thread-safe.
struct Proof {
  uint64_t index = 0;
  std::vector<Digest> hashes;        // Leaf's sibling first.
  std::string checkpoint;            // A signed note, verbatim; not verified here.
  std::optional<std::string> extra;  // Opaque bytes that nothing vouches for.
};

// A path has at most so many hashes: no tree is higher.
inline constexpr size_t kMaxProofHashes = 64;

std::string FormatProof(uint64_t index, absl::Span<const Digest> hashes,
                        absl::string_view checkpoint_note,
                        const std::optional<std::string>& extra = std::nullopt);

// INVALID_ARGUMENT, reason PROOF_INVALID, for anything FormatProof() would not have written.
absl::StatusOr<Proof> ParseProof(absl::string_view text);

}  // namespace fosse::audit

#endif  // FOSSE_AUDIT_PROOF_H_
