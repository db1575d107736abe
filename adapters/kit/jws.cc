#include "adapters/kit/jws.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/strings/str_split.h"
#include "adapters/kit/forms.h"
#include "base/status.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters {
namespace {

using Json = nlohmann::json;
constexpr size_t kMostBytes = 16u << 10;

// What a signature may be made by: neither nothing nor a shared secret.
struct Algorithm {
  absl::string_view name;
  bool ec;
  bool pss;
  const EVP_MD* (*digest)();
};

constexpr Algorithm kAlgorithms[] = {
    {"RS256", false, false, EVP_sha256}, {"RS512", false, false, EVP_sha512},
    {"PS256", false, true, EVP_sha256},  {"PS512", false, true, EVP_sha512},
    {"ES256", true, false, EVP_sha256},
};

absl::Status Invalid() {
  return MakeError(absl::StatusCode::kUnauthenticated, "TOKEN_INVALID",
                   "the token cannot be believed; make a new one and sign it");
}

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* p) const {
    Free(p);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using MakeContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using VerifyContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

std::string TextOf(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

// Bytes of a member in base64url; empty where it is not.
std::string BytesOf(const Json& json, const char* name) {
  return FromBase64Url(TextOf(json, name)).value_or("");
}

Number NumberOf(const std::string& bytes) {
  return Number(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                          static_cast<int>(bytes.size()), nullptr));
}

Key KeyFrom(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const MakeContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (params == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) <= 0 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) <= 0) {
    return nullptr;
  }
  return Key(key);
}

Key RsaKey(const Json& jwk) {
  const std::string modulus = BytesOf(jwk, "n");
  const std::string exponent = BytesOf(jwk, "e");
  if (modulus.size() < 256 || modulus.size() > 1024 || exponent.empty()) return nullptr;
  const Number n = NumberOf(modulus);
  const Number e = NumberOf(exponent);
  const Builder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return KeyFrom("RSA", builder.get());
}

Key EcKey(const Json& jwk) {
  const std::string point = "\x04" + BytesOf(jwk, "x") + BytesOf(jwk, "y");
  if (TextOf(jwk, "crv") != "P-256" || point.size() != 65) return nullptr;
  const Builder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  return KeyFrom("EC", builder.get());
}

// A JWS gives both halves bare; OpenSSL wants them as DER.
std::string DerOf(const std::string& bare) {
  if (bare.size() != 64) return "";
  ECDSA_SIG* const signature = ECDSA_SIG_new();
  ECDSA_SIG_set0(signature, NumberOf(bare.substr(0, 32)).release(),
                 NumberOf(bare.substr(32)).release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature, &der);
  ECDSA_SIG_free(signature);
  if (size <= 0) return "";
  std::string bytes(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

bool Verifies(EVP_PKEY* key, const Algorithm& algorithm, absl::string_view text,
              const std::string& signature) {
  const VerifyContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* of_key = nullptr;
  if (EVP_DigestVerifyInit(context.get(), &of_key, algorithm.digest(), nullptr, key) <= 0)
    return false;
  if (algorithm.pss && (EVP_PKEY_CTX_set_rsa_padding(of_key, RSA_PKCS1_PSS_PADDING) <= 0 ||
                        EVP_PKEY_CTX_set_rsa_pss_saltlen(of_key, RSA_PSS_SALTLEN_DIGEST) <= 0)) {
    return false;
  }
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

bool SignedBy(const Json& jwk, const Algorithm& algorithm, absl::string_view text,
              const std::string& signature) {
  if (TextOf(jwk, "kty") != (algorithm.ec ? "EC" : "RSA")) return false;
  const std::string use = TextOf(jwk, "use");
  if (!use.empty() && use != "sig") return false;
  const Key key = algorithm.ec ? EcKey(jwk) : RsaKey(jwk);
  return key != nullptr &&
         Verifies(key.get(), algorithm, text, algorithm.ec ? DerOf(signature) : signature);
}

bool Signed(const Json& header, const Json& keys, absl::string_view text,
            const std::string& signature) {
  const std::string name = TextOf(header, "alg");
  const auto* const algorithm =
      std::find_if(std::begin(kAlgorithms), std::end(kAlgorithms),
                   [&](const Algorithm& known) { return known.name == name; });
  // What a sender says must be understood (RFC 7515, crit) is not.
  if (algorithm == std::end(kAlgorithms) || header.contains("crit")) return false;
  const std::string kid = TextOf(header, "kid");
  const auto list = keys.find("keys");
  if (list == keys.end() || !list->is_array()) return false;
  for (const Json& jwk : *list) {
    if (!jwk.is_object() || (!kid.empty() && TextOf(jwk, "kid") != kid)) continue;
    if (SignedBy(jwk, *algorithm, text, signature)) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<std::string> VerifiedClaims(absl::string_view token, absl::string_view jwks) {
  if (token.size() > kMostBytes) return Invalid();
  const std::vector<absl::string_view> parts = absl::StrSplit(token, '.');
  if (parts.size() != 3) return Invalid();
  const auto json = [](absl::string_view bytes) {
    return Json::parse(bytes.begin(), bytes.end(), nullptr, /*allow_exceptions=*/false);
  };
  const Json header = json(FromBase64Url(parts[0]).value_or(""));
  const std::string claims = FromBase64Url(parts[1]).value_or("");
  const Json keys = json(jwks);
  if (!header.is_object() || !json(claims).is_object() || !keys.is_object()) return Invalid();
  const absl::string_view text = token.substr(0, parts[0].size() + 1 + parts[1].size());
  if (!Signed(header, keys, text, FromBase64Url(parts[2]).value_or(""))) return Invalid();
  return claims;
}

}  // namespace fosse::adapters
