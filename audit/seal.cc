#include "audit/seal.h"

#include "absl/strings/str_cat.h"
#include "base/crypto.h"
#include "base/status.h"

namespace fosse::audit {
namespace {

// With the purpose's size, so that no two pairs of purpose and subject have the same context.
std::string ContextOf(absl::string_view subject, absl::string_view purpose) {
  return absl::StrCat("fosse/1\n", purpose.size(), ":", purpose, subject);
}

constexpr absl::string_view kPiece = "fosse/1 piece\n";

Digest KeyOf(ByteView key32, absl::string_view nonce) {
  return HmacSha256(key32, absl::StrCat(kPiece, nonce));
}

}  // namespace

std::string SealFor(absl::string_view subject, ByteView key32, absl::string_view purpose,
                    ByteView plain, Random& random) {
  const std::string nonce = random.Bytes(kNonceSize);
  return Seal(KeyOf(key32, nonce), nonce, ContextOf(subject, purpose), plain);
}

absl::StatusOr<std::string> OpenFor(absl::string_view subject, ByteView key32,
                                    absl::string_view purpose, ByteView sealed) {
  FOSSE_ASSIGN_OR_RETURN(const std::string key, PieceKey(key32, sealed));
  return OpenPiece(subject, key, purpose, sealed);
}

absl::StatusOr<std::string> PieceKey(ByteView key32, ByteView sealed) {
  if (sealed.size() < kNonceSize + kTagSize) {
    return MakeError(absl::StatusCode::kDataLoss, "SEAL_BROKEN",
                     "sealed bytes are too short to be any");
  }
  const Digest key = KeyOf(key32, sealed.view().substr(0, kNonceSize));
  return std::string(key.begin(), key.end());
}

absl::StatusOr<std::string> OpenPiece(absl::string_view subject, ByteView piece_key32,
                                      absl::string_view purpose, ByteView sealed) {
  if (piece_key32.size() != kKeySize) {
    return MakeError(absl::StatusCode::kDataLoss, "SEAL_BROKEN",
                     "the key of sealed bytes has another size");
  }
  return Open(piece_key32, ContextOf(subject, purpose), sealed);
}

}  // namespace fosse::audit
