#include "audit/seal.h"

#include "absl/strings/str_cat.h"
#include "base/crypto.h"

namespace fosse::audit {
namespace {

// With the purpose's size, so that no two pairs of purpose and subject have the same context.
std::string ContextOf(absl::string_view subject, absl::string_view purpose) {
  return absl::StrCat("fosse/1\n", purpose.size(), ":", purpose, subject);
}

}  // namespace

std::string SealFor(absl::string_view subject, ByteView key32, absl::string_view purpose,
                    ByteView plain, Random& random) {
  return Seal(key32, random.Bytes(kNonceSize), ContextOf(subject, purpose), plain);
}

absl::StatusOr<std::string> OpenFor(absl::string_view subject, ByteView key32,
                                    absl::string_view purpose, ByteView sealed) {
  return Open(key32, ContextOf(subject, purpose), sealed);
}

}  // namespace fosse::audit
