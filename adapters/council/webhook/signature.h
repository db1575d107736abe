#ifndef FOSSE_ADAPTERS_COUNCIL_WEBHOOK_SIGNATURE_H_
#define FOSSE_ADAPTERS_COUNCIL_WEBHOOK_SIGNATURE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

// Webhooks as Standard Webhooks 1.0.0 has them (standard-webhooks/standard-webhooks,
// spec/standard-webhooks.md): the headers webhook-id, webhook-timestamp and webhook-signature.
// Pure; thread-safe.
namespace fosse::adapters::council::webhook {

// How far the receiver's clock may be from the timestamp.
inline constexpr absl::Duration kTolerance = absl::Minutes(5);

// A key as that specification writes it. No Key is ever printed.
struct Key {
  enum class Kind { kHmac, kPrivate, kPublic };
  Kind kind = Kind::kHmac;
  std::string bytes;
};

// whsec_ and 24 to 64 bytes, whsk_ and the seed of an Ed25519 key (32 bytes, or 64 with the public
// key behind it), whpk_ and a public key, each in base64. INVALID_ARGUMENT, reason
// WEBHOOK_KEY_INVALID.
absl::StatusOr<Key> ParseKey(absl::string_view text);

// The keys of a file, one a line, eight at most; empty lines pass. FAILED_PRECONDITION, reason
// WEBHOOK_KEY_UNREADABLE, where there is no such file, or none in it; WEBHOOK_KEY_INVALID.
absl::StatusOr<std::vector<Key>> ReadKeys(const std::string& path);

// One call: what is signed. `timestamp` is in seconds since 1970, as the header has it.
struct Signed {
  absl::string_view id;
  absl::string_view timestamp;
  absl::string_view body;
};

// A signature of each key, with one space between; public keys sign nothing.
std::string Sign(const Signed& call, absl::Span<const Key> keys);

// Whether any of `signatures` is of any of these keys. INVALID_ARGUMENT, reasons
// WEBHOOK_TIMESTAMP_INVALID, WEBHOOK_TIMESTAMP_OUTSIDE (too old or too new),
// WEBHOOK_SIGNATURE_INVALID.
absl::Status Verify(const Signed& call, absl::string_view signatures, absl::Span<const Key> keys,
                    absl::Time now);

}  // namespace fosse::adapters::council::webhook

#endif  // FOSSE_ADAPTERS_COUNCIL_WEBHOOK_SIGNATURE_H_
