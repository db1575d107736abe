#ifndef FOSSE_BASE_CRYPTO_H_
#define FOSSE_BASE_CRYPTO_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "base/random.h"

namespace fosse {

// The few algorithms that Fosse uses, over OpenSSL 3. Algorithms are fetched once for the process
// and contexts are kept for each thread, so a call costs little more than its arithmetic. All are
// thread-safe. Sizes that a caller fixes (keys, nonces) are broken invariants of ours when wrong
// and abort; what comes from outside (sealed bytes, signatures, public keys) never does.

using Digest = std::array<uint8_t, 32>;
using Signature = std::array<uint8_t, 64>;

inline constexpr size_t kKeySize = 32;
inline constexpr size_t kNonceSize = 12;
inline constexpr size_t kTagSize = 16;

// SHA-256.
Digest Sha256(ByteView bytes);

// SHA-256 of bytes that come in pieces. Not thread-safe: one thread, one stream.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;

  void Add(ByteView bytes);

  // The digest of everything added; the stream then begins anew.
  Digest Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// HMAC with SHA-256; any key size.
Digest HmacSha256(ByteView key, ByteView bytes);

// AES-256-GCM. Gives nonce (12 bytes), ciphertext, tag (16 bytes): plain.size() + 28 bytes. A nonce
// must never be used twice with one key. `aad` is bound, not kept: Open() needs the same.
std::string Seal(ByteView key32, ByteView nonce12, ByteView aad, ByteView plain);

// What Seal() sealed. DATA_LOSS, SEAL_BROKEN when key, `aad` or bytes are not the same; which of
// them cannot be known.
absl::StatusOr<std::string> Open(ByteView key32, ByteView aad, ByteView sealed);

// An Ed25519 key pair (RFC 8032). Its secret is wiped when it goes. Thread-safe once made.
class SigningKey {
 public:
  static SigningKey Generate(Random& random);
  static SigningKey FromSeed(ByteView seed32);

  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();

  Signature Sign(ByteView bytes) const;
  const std::array<uint8_t, 32>& public_key() const { return public_key_; }

  // The secret itself, for whoever stores it wrapped.
  std::array<uint8_t, 32> seed() const;

 private:
  struct Key;
  explicit SigningKey(std::unique_ptr<Key> key);

  std::unique_ptr<Key> key_;
  std::array<uint8_t, 32> public_key_;
};

// Whether `signature` is this key's over `bytes`. False, too, for keys and signatures of a wrong
// size.
bool VerifyEd25519(ByteView public_key, ByteView bytes, ByteView signature);

// Equality whose duration tells only the sizes: for tags, tokens and keyed hashes.
bool EqualInConstantTime(ByteView a, ByteView b);

// Overwrites a secret in a way that the compiler keeps.
void Wipe(void* bytes, size_t size);

}  // namespace fosse

#endif  // FOSSE_BASE_CRYPTO_H_
