#include "base/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <climits>
#include <cstring>
#include <utility>

#include "base/status.h"

namespace fosse {
namespace {

template <auto kFree>
struct Freed {
  template <typename T>
  void operator()(T* pointer) const {
    kFree(pointer);
  }
};

using MdContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Freed<EVP_MAC_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Freed<EVP_CIPHER_CTX_free>>;
using PublicKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

// Fetching takes locks and string look-ups; once is enough. Never freed: they live as long as the
// process, and threads may still end after main().
EVP_MD* Sha256Algorithm() {
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  FOSSE_CHECK(algorithm != nullptr);
  return algorithm;
}

EVP_CIPHER* GcmAlgorithm() {
  static EVP_CIPHER* const algorithm = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  FOSSE_CHECK(algorithm != nullptr);
  return algorithm;
}

EVP_MAC* HmacAlgorithm() {
  static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  FOSSE_CHECK(algorithm != nullptr);
  return algorithm;
}

MacContext NewHmacContext() {
  MacContext context(EVP_MAC_CTX_new(HmacAlgorithm()));
  char name[] = "SHA256";
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
      OSSL_PARAM_construct_end(),
  };
  FOSSE_CHECK(context != nullptr && EVP_MAC_CTX_set_params(context.get(), params) == 1);
  return context;
}

// OpenSSL takes int where bytes are many; nothing that Fosse seals comes near.
int IntSize(ByteView bytes) {
  FOSSE_CHECK(bytes.size() <= INT_MAX);
  return static_cast<int>(bytes.size());
}

// A pointer that is never null: OpenSSL reads null as "not given", not as "none".
const uint8_t* Pointer(ByteView bytes) {
  static constexpr uint8_t kNothing = 0;
  return bytes.data() == nullptr ? &kNothing : bytes.data();
}

}  // namespace

Digest Sha256(ByteView bytes) {
  thread_local const MdContext context(EVP_MD_CTX_new());
  Digest digest;
  FOSSE_CHECK(EVP_DigestInit_ex2(context.get(), Sha256Algorithm(), nullptr) == 1 &&
              EVP_DigestUpdate(context.get(), Pointer(bytes), bytes.size()) == 1 &&
              EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1);
  return digest;
}

struct Sha256Stream::Context {
  MdContext md{EVP_MD_CTX_new()};
};

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {
  FOSSE_CHECK(EVP_DigestInit_ex2(context_->md.get(), Sha256Algorithm(), nullptr) == 1);
}

Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;

void Sha256Stream::Add(ByteView bytes) {
  FOSSE_CHECK(EVP_DigestUpdate(context_->md.get(), Pointer(bytes), bytes.size()) == 1);
}

Digest Sha256Stream::Finish() {
  Digest digest;
  FOSSE_CHECK(EVP_DigestFinal_ex(context_->md.get(), digest.data(), nullptr) == 1 &&
              EVP_DigestInit_ex2(context_->md.get(), Sha256Algorithm(), nullptr) == 1);
  return digest;
}

Digest HmacSha256(ByteView key, ByteView bytes) {
  thread_local const MacContext context = NewHmacContext();
  Digest digest;
  size_t size = 0;
  FOSSE_CHECK(EVP_MAC_init(context.get(), Pointer(key), key.size(), nullptr) == 1 &&
              EVP_MAC_update(context.get(), Pointer(bytes), bytes.size()) == 1 &&
              EVP_MAC_final(context.get(), digest.data(), &size, digest.size()) == 1);
  return digest;
}

std::string Seal(ByteView key32, ByteView nonce12, ByteView aad, ByteView plain) {
  FOSSE_CHECK(key32.size() == kKeySize && nonce12.size() == kNonceSize);
  thread_local const CipherContext context(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX* const ctx = context.get();
  std::string sealed(kNonceSize + plain.size() + kTagSize, '\0');
  auto* out = reinterpret_cast<uint8_t*>(sealed.data());
  std::memcpy(out, nonce12.data(), kNonceSize);
  out += kNonceSize;
  int written = 0;
  FOSSE_CHECK(EVP_EncryptInit_ex2(ctx, GcmAlgorithm(), key32.data(), nonce12.data(), nullptr) == 1);
  FOSSE_CHECK(EVP_EncryptUpdate(ctx, nullptr, &written, Pointer(aad), IntSize(aad)) == 1);
  FOSSE_CHECK(EVP_EncryptUpdate(ctx, out, &written, Pointer(plain), IntSize(plain)) == 1);
  FOSSE_CHECK(EVP_EncryptFinal_ex(ctx, out + written, &written) == 1);
  FOSSE_CHECK(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, kTagSize, out + plain.size()) == 1);
  return sealed;
}

absl::StatusOr<std::string> Open(ByteView key32, ByteView aad, ByteView sealed) {
  FOSSE_CHECK(key32.size() == kKeySize);
  bool good = sealed.size() >= kNonceSize + kTagSize && sealed.size() <= INT_MAX;
  std::string plain;
  if (good) {
    thread_local const CipherContext context(EVP_CIPHER_CTX_new());
    EVP_CIPHER_CTX* const ctx = context.get();
    const size_t size = sealed.size() - kNonceSize - kTagSize;
    const uint8_t* const tag = sealed.data() + kNonceSize + size;
    plain.resize(size);
    auto* out = reinterpret_cast<uint8_t*>(plain.data());
    int written = 0;
    good =
        EVP_DecryptInit_ex2(ctx, GcmAlgorithm(), key32.data(), sealed.data(), nullptr) == 1 &&
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, kTagSize, const_cast<uint8_t*>(tag)) == 1 &&
        EVP_DecryptUpdate(ctx, nullptr, &written, Pointer(aad), IntSize(aad)) == 1 &&
        EVP_DecryptUpdate(ctx, out, &written, sealed.data() + kNonceSize, static_cast<int>(size)) ==
            1 &&
        EVP_DecryptFinal_ex(ctx, out + written, &written) == 1;
  }
  if (!good) {
    ERR_clear_error();  // Else a later TLS call on this thread would report it as its own.
    Wipe(plain.data(), plain.size());
    return MakeError(absl::StatusCode::kDataLoss, "SEAL_BROKEN",
                     "sealed bytes do not open with this key and context");
  }
  return plain;
}

struct SigningKey::Key {
  explicit Key(ByteView seed32)
      : key(EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr, seed32.data(),
                                            seed32.size())) {
    FOSSE_CHECK(seed32.size() == 32 && key != nullptr);
    std::memcpy(seed.data(), seed32.data(), seed.size());
  }
  ~Key() { Wipe(seed.data(), seed.size()); }

  PublicKey key;
  std::array<uint8_t, 32> seed;
};

SigningKey::SigningKey(std::unique_ptr<Key> key) : key_(std::move(key)) {
  size_t size = public_key_.size();
  FOSSE_CHECK(EVP_PKEY_get_raw_public_key(key_->key.get(), public_key_.data(), &size) == 1);
}

SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

SigningKey SigningKey::Generate(Random& random) {
  std::array<uint8_t, 32> seed;
  random.Fill(seed.data(), seed.size());
  SigningKey key = FromSeed(seed);
  Wipe(seed.data(), seed.size());
  return key;
}

SigningKey SigningKey::FromSeed(ByteView seed32) {
  FOSSE_CHECK(seed32.size() == 32);
  return SigningKey(std::make_unique<Key>(seed32));
}

Signature SigningKey::Sign(ByteView bytes) const {
  // A fresh context each time: OpenSSL's own reset of a signing context costs as much, and the
  // signature itself a hundred times more.
  const MdContext context(EVP_MD_CTX_new());
  Signature signature;
  size_t size = signature.size();
  FOSSE_CHECK(
      EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key_->key.get(),
                            nullptr) == 1 &&
      EVP_DigestSign(context.get(), signature.data(), &size, Pointer(bytes), bytes.size()) == 1 &&
      size == signature.size());
  return signature;
}

std::array<uint8_t, 32> SigningKey::seed() const { return key_->seed; }

bool VerifyEd25519(ByteView public_key, ByteView bytes, ByteView signature) {
  if (public_key.size() != 32 || signature.size() != 64) return false;
  const PublicKey key(EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, public_key.data(),
                                                     public_key.size()));
  const MdContext context(EVP_MD_CTX_new());
  const bool good = key != nullptr &&
                    EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr,
                                            key.get(), nullptr) == 1 &&
                    EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                     Pointer(bytes), bytes.size()) == 1;
  if (!good) ERR_clear_error();
  return good;
}

bool EqualInConstantTime(ByteView a, ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(Pointer(a), Pointer(b), a.size()) == 0;
}

void Wipe(void* bytes, size_t size) { OPENSSL_cleanse(bytes, size); }

}  // namespace fosse
