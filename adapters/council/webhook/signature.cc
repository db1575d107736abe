#include "adapters/council/webhook/signature.h"

#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/status.h"

namespace fosse::adapters::council::webhook {
namespace {

constexpr size_t kMostKeys = 8;
constexpr size_t kMostSignatures = 16;  // That are looked at.

struct Form {
  absl::string_view prefix;
  Key::Kind kind;
  size_t least;
  size_t most;
};
constexpr Form kForms[] = {
    {"whsec_", Key::Kind::kHmac, 24, 64},
    {"whsk_", Key::Kind::kPrivate, 32, 64},
    {"whpk_", Key::Kind::kPublic, 32, 32},
};

absl::Status KeyInvalid() {
  return MakeError(absl::StatusCode::kInvalidArgument, "WEBHOOK_KEY_INVALID",
                   "a key is whsec_ and 24 to 64 bytes, or whsk_ or whpk_ and an ed25519 key, in "
                   "base64; fosse-council webhook key makes one");
}

std::string Content(const Signed& call) {
  return absl::StrCat(call.id, ".", call.timestamp, ".", call.body);
}

std::string SignatureOf(const std::string& content, const Key& key) {
  if (key.kind == Key::Kind::kHmac) {
    return absl::StrCat("v1,", Base64(HmacSha256(key.bytes, content)));
  }
  return absl::StrCat("v1a,", Base64(SigningKey::FromSeed(key.bytes).Sign(content)));
}

bool IsOf(const Key& key, const std::string& content, absl::string_view signature) {
  if (key.kind == Key::Kind::kHmac) {
    return EqualInConstantTime(SignatureOf(content, key), signature);
  }
  if (!absl::ConsumePrefix(&signature, "v1a,")) return false;
  const absl::StatusOr<std::string> bytes = FromBase64(signature);
  if (!bytes.ok()) return false;
  if (key.kind == Key::Kind::kPublic) return VerifyEd25519(key.bytes, content, *bytes);
  return VerifyEd25519(SigningKey::FromSeed(key.bytes).public_key(), content, *bytes);
}

}  // namespace

absl::StatusOr<Key> ParseKey(absl::string_view text) {
  for (const Form& form : kForms) {
    if (!absl::ConsumePrefix(&text, form.prefix)) continue;
    absl::StatusOr<std::string> bytes = FromBase64(text);
    if (!bytes.ok() || bytes->size() < form.least || bytes->size() > form.most) return KeyInvalid();
    if (form.kind == Key::Kind::kPrivate) {
      if (bytes->size() != kKeySize && bytes->size() != 2 * kKeySize) return KeyInvalid();
      bytes->resize(kKeySize);
    }
    return Key{.kind = form.kind, .bytes = *std::move(bytes)};
  }
  return KeyInvalid();
}

absl::StatusOr<std::vector<Key>> ReadKeys(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  std::vector<Key> keys;
  for (const absl::string_view line : absl::StrSplit(text.str(), '\n')) {
    const absl::string_view key = absl::StripAsciiWhitespace(line);
    if (key.empty()) continue;
    if (keys.size() == kMostKeys) return KeyInvalid();
    FOSSE_ASSIGN_OR_RETURN(keys.emplace_back(), ParseKey(key));
  }
  if (file && !keys.empty()) return keys;
  return MakeError(absl::StatusCode::kFailedPrecondition, "WEBHOOK_KEY_UNREADABLE",
                   "the file of keys cannot be read or has none; check its path and owner");
}

std::string Sign(const Signed& call, absl::Span<const Key> keys) {
  const std::string content = Content(call);
  std::string signatures;
  for (const Key& key : keys) {
    if (key.kind == Key::Kind::kPublic) continue;
    absl::StrAppend(&signatures, signatures.empty() ? "" : " ", SignatureOf(content, key));
  }
  return signatures;
}

absl::Status Verify(const Signed& call, absl::string_view signatures, absl::Span<const Key> keys,
                    absl::Time now) {
  int64_t seconds = 0;
  // Only as the sender writes it: what is signed is the text.
  if (!absl::SimpleAtoi(call.timestamp, &seconds) || absl::StrCat(seconds) != call.timestamp) {
    return MakeError(absl::StatusCode::kInvalidArgument, "WEBHOOK_TIMESTAMP_INVALID",
                     "webhook-timestamp is whole seconds since 1970");
  }
  const absl::Duration apart = absl::FromUnixSeconds(seconds) - now;
  if (apart > kTolerance || apart < -kTolerance) {
    return MakeError(absl::StatusCode::kInvalidArgument, "WEBHOOK_TIMESTAMP_OUTSIDE",
                     "the timestamp is more than five minutes from now; check the clock");
  }
  const std::string content = Content(call);
  size_t looked = 0;
  for (const absl::string_view signature : absl::StrSplit(signatures, ' ')) {
    if (++looked > kMostSignatures) break;
    for (const Key& key : keys) {
      if (IsOf(key, content, signature)) return absl::OkStatus();
    }
  }
  return MakeError(absl::StatusCode::kInvalidArgument, "WEBHOOK_SIGNATURE_INVALID",
                   "no signature is of these keys; compare the bytes of the body as they came");
}

}  // namespace fosse::adapters::council::webhook
