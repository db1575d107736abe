#include "audit/signer_key.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "audit/line_scanner.h"
#include "audit/note.h"
#include "base/encoding.h"
#include "base/status.h"

namespace fosse::audit {
namespace {

constexpr char kEd25519 = 1;
constexpr absl::string_view kBegin = "PRIVATE+KEY+";

absl::Status Invalid() {
  return MakeError(absl::StatusCode::kInvalidArgument, "SIGNER_KEY_INVALID",
                   "signer key does not have the form PRIVATE+KEY, name, id and key");
}

// The id is the second part of the verifier key.
std::string IdOf(absl::string_view name, const SigningKey& key) {
  const std::vector<std::string> parts =
      absl::StrSplit(VerifierKey(name, key.public_key()), absl::MaxSplits('+', 2));
  return parts[1];
}

}  // namespace

std::string SignerKey(const NoteSigner& signer) {
  FOSSE_CHECK(IsKeyName(signer.name));
  const std::string typed = std::string(1, kEd25519) + ByteView(signer.key.seed()).str();
  return absl::StrCat(kBegin, signer.name, "+", IdOf(signer.name, signer.key), "+", Base64(typed));
}

absl::StatusOr<NoteSigner> ParseSignerKey(absl::string_view text) {
  LineScanner scan(text);
  absl::string_view name;
  absl::string_view id;
  std::string typed;
  if (!scan.Skip(kBegin) || !scan.Until('+', &name) || !IsKeyName(name) || !scan.Until('+', &id) ||
      !ReadBase64(scan.rest(), &typed) || typed.size() != 33 || typed[0] != kEd25519) {
    return Invalid();
  }
  NoteSigner signer{std::string(name), SigningKey::FromSeed(absl::string_view(typed).substr(1))};
  if (id != IdOf(name, signer.key)) return Invalid();
  return signer;
}

}  // namespace fosse::audit
