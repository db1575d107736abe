#include "audit/proof.h"

#include "absl/strings/str_cat.h"
#include "audit/line_scanner.h"
#include "base/encoding.h"
#include "base/status.h"

namespace fosse::audit {
namespace {

constexpr absl::string_view kFirstLine = "c2sp.org/tlog-proof@v1\n";

absl::Status Invalid() {
  return MakeError(absl::StatusCode::kInvalidArgument, "PROOF_INVALID",
                   "text does not have the form of a proof");
}

}  // namespace

std::string FormatProof(uint64_t index, absl::Span<const Digest> hashes,
                        absl::string_view checkpoint_note,
                        const std::optional<std::string>& extra) {
  std::string text(kFirstLine);
  if (extra.has_value()) absl::StrAppend(&text, "extra ", Base64(*extra), "\n");
  absl::StrAppend(&text, "index ", index, "\n");
  for (const Digest& hash : hashes) absl::StrAppend(&text, Base64(hash), "\n");
  absl::StrAppend(&text, "\n", checkpoint_note);
  return text;
}

absl::StatusOr<Proof> ParseProof(absl::string_view text) {
  LineScanner scan(text);
  Proof proof;
  if (!scan.Skip(kFirstLine)) return Invalid();
  if (scan.Skip("extra ")) {
    absl::string_view extra;
    if (!scan.Until('\n', &extra) || !ReadBase64(extra, &proof.extra.emplace())) return Invalid();
  }
  if (!scan.Skip("index ") || !scan.Number(&proof.index) || !scan.Skip("\n")) return Invalid();
  while (!scan.Skip("\n")) {
    absl::string_view line;
    Digest hash;
    if (proof.hashes.size() == kMaxProofHashes || !scan.Until('\n', &line) ||
        !ReadDigest(line, &hash)) {
      return Invalid();
    }
    proof.hashes.push_back(hash);
  }
  if (scan.AtEnd()) return Invalid();
  proof.checkpoint = std::string(scan.rest());
  return proof;
}

}  // namespace fosse::audit
