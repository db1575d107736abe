#include "audit/note.h"

#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/line_scanner.h"
#include "base/encoding.h"
#include "base/status.h"
#include "base/utf8.h"

namespace fosse::audit {
namespace {

constexpr char kEd25519 = 1;                          // Type of the signature.
constexpr absl::string_view kDash = "\xe2\x80\x94 ";  // Em dash and space.
constexpr size_t kIdSize = 4;

absl::Status Malformed() {
  return MakeError(absl::StatusCode::kInvalidArgument, "CHECKPOINT_INVALID",
                   "checkpoint does not have the form of a signed note");
}

absl::Status KeyInvalid() {
  return MakeError(absl::StatusCode::kInvalidArgument, "VERIFIER_KEY_INVALID",
                   "verifier key does not have the form name, id and key");
}

// First bytes of SHA-256(name, line break, type, public key).
std::string IdBytes(absl::string_view name, ByteView public_key32) {
  std::string input(name);
  input.push_back('\n');
  input.push_back(kEd25519);
  input.append(public_key32.str());
  const Digest digest = Sha256(input);
  return std::string(reinterpret_cast<const char*>(digest.data()), kIdSize);
}

uint32_t IdOf(absl::string_view bytes) {
  uint32_t id = 0;
  for (size_t i = 0; i < kIdSize; ++i) id = id << 8 | static_cast<uint8_t>(bytes[i]);
  return id;
}

bool HasControlCharacters(absl::string_view note) {
  for (const char c : note) {
    if (static_cast<uint8_t>(c) < ' ' && c != '\n') return true;
  }
  return false;
}

}  // namespace

bool IsKeyName(absl::string_view text) {
  if (text.empty() || text.size() > 255) return false;
  for (const char c : text) {
    if (c <= ' ' || c >= 0x7f || c == '+' || c == '"' || c == '\\') return false;
  }
  return true;
}

std::string VerifierKey(absl::string_view name, ByteView public_key32) {
  FOSSE_CHECK(IsKeyName(name) && public_key32.size() == 32);
  const std::string typed = std::string(1, kEd25519) + public_key32.str();
  return absl::StrCat(name, "+", Hex(IdBytes(name, public_key32)), "+", Base64(typed));
}

absl::StatusOr<VerifierKeyParts> ParseVerifierKey(absl::string_view vkey) {
  LineScanner scan(vkey);
  absl::string_view name;
  absl::string_view id;
  std::string typed;
  // Base64 has plus signs too: only the first two are separators.
  if (!scan.Until('+', &name) || !IsKeyName(name) || !scan.Until('+', &id) ||
      !ReadBase64(scan.rest(), &typed) || typed.size() != 33 || typed[0] != kEd25519) {
    return KeyInvalid();
  }
  VerifierKeyParts key;
  key.name = std::string(name);
  std::memcpy(key.public_key.data(), typed.data() + 1, key.public_key.size());
  const std::string id_bytes = IdBytes(name, key.public_key);
  if (id != Hex(id_bytes)) return KeyInvalid();
  key.id = IdOf(id_bytes);
  return key;
}

std::string SignNote(absl::string_view text, absl::string_view name, const SigningKey& key) {
  FOSSE_CHECK(IsKeyName(name) && absl::EndsWith(text, "\n"));
  std::string signature = IdBytes(name, key.public_key());
  signature.append(ByteView(key.Sign(text)).str());
  return absl::StrCat(text, "\n", kDash, name, " ", Base64(signature), "\n");
}

absl::StatusOr<std::string> OpenNote(absl::string_view note, const VerifierKeyParts& key) {
  if (note.size() > kMaxNoteSize || !IsUtf8(note) || HasControlCharacters(note)) {
    return Malformed();
  }
  // The text may hold empty lines; signatures come after the last of them.
  const size_t split = note.rfind("\n\n");
  if (split == absl::string_view::npos) return Malformed();
  const absl::string_view text = note.substr(0, split + 1);
  bool good = false;
  std::string bytes;
  for (LineScanner scan(note.substr(split + 2)); !scan.AtEnd();) {
    absl::string_view name;
    absl::string_view signature;
    if (!scan.Skip(kDash) || !scan.Until(' ', &name) || !scan.Until('\n', &signature) ||
        name.empty() || absl::StrContains(name, '+') || !ReadBase64(signature, &bytes) ||
        bytes.size() <= kIdSize) {
      return Malformed();
    }
    if (name != key.name || IdOf(bytes) != key.id) continue;
    if (!VerifyEd25519(key.public_key, text, absl::string_view(bytes).substr(kIdSize))) {
      return MakeError(absl::StatusCode::kUnauthenticated, "CHECKPOINT_FORGED",
                       "signature of the checkpoint does not fit its text");
    }
    good = true;
  }
  if (!good) {
    return MakeError(absl::StatusCode::kUnauthenticated, "CHECKPOINT_UNSIGNED",
                     "checkpoint has no signature by the key");
  }
  return std::string(text);
}

}  // namespace fosse::audit
