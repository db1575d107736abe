#ifndef FOSSE_VERIFY_CHECK_TRAIL_H_
#define FOSSE_VERIFY_CHECK_TRAIL_H_

#include <cstdint>
#include <functional>
#include <istream>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "audit/leaf.h"
#include "base/crypto.h"

namespace fosse::verify {

// Whom the reader trusts, and what the reader knows from before.
struct TrailTerms {
  std::string verifier_key;             // Never taken from the file.
  std::optional<std::string> previous;  // An earlier checkpoint (signed note) of the same trail.
};

// What a verified export says.
struct TrailReport {
  std::string origin;
  std::string locality;
  uint64_t from = 0;
  uint64_t count = 0;
  Digest root{};
  absl::Time first = absl::InfinitePast();  // Time of the first and the last entry, if any.
  absl::Time last = absl::InfinitePast();
  std::optional<uint64_t> previous_size;  // Set where the earlier checkpoint was given, and fits.
};

// Whether the export in `file` is the trail that the key signed: every line in its form, indices
// without a gap, leaves strict and with their hashes, locality constant, time never backwards,
// causes before their consequences, blocks, root, signature, and the earlier checkpoint a
// beginning of it (AUD-07). Reads the file once, line by line, in memory of a few lines.
//
// The first fault ends the check. Its error has a reason (docs/formats/export.md lists them) and
// metadata: `line`; `entry` where one entry is at fault; `firstEntry` and `lastEntry` where it lies
// among several.
absl::StatusOr<TrailReport> CheckTrail(std::istream& file, const TrailTerms& terms);

// The same, with a look at each leaf as it is read, in order. An error of `look` ends the check,
// and is the answer. What it saw stands only where the whole check is OK.
using LookAtLeaf = std::function<absl::Status(const audit::LeafParts& leaf)>;
absl::StatusOr<TrailReport> CheckTrail(std::istream& file, const TrailTerms& terms,
                                       const LookAtLeaf& look);

}  // namespace fosse::verify

#endif  // FOSSE_VERIFY_CHECK_TRAIL_H_
