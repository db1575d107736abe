#ifndef FOSSE_TESTS_ADAPTERS_KIT_SIGNER_H_
#define FOSSE_TESTS_ADAPTERS_KIT_SIGNER_H_

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/kit/forms.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters {

// Somebody's key, and tokens by it.
class Signer {
 public:
  using Json = nlohmann::json;

  explicit Signer(bool ec) : ec_(ec), key_(ec ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048)) {}
  ~Signer() { EVP_PKEY_free(key_); }

  Json Jwk() const {
    if (!ec_) {
      return {{"kty", "RSA"},
              {"kid", "k1"},
              {"use", "sig"},
              {"n", NumberOf(OSSL_PKEY_PARAM_RSA_N)},
              {"e", NumberOf(OSSL_PKEY_PARAM_RSA_E)}};
    }
    return {{"kty", "EC"},
            {"kid", "k1"},
            {"crv", "P-256"},
            {"x", NumberOf(OSSL_PKEY_PARAM_EC_PUB_X, 32)},
            {"y", NumberOf(OSSL_PKEY_PARAM_EC_PUB_Y, 32)}};
  }
  std::string Jwks() const { return Json{{"keys", Json::array({Jwk()})}}.dump(); }

  std::string Sign(const Json& claims, const std::string& algorithm = "") const {
    const std::string name = algorithm.empty() ? (ec_ ? "ES256" : "RS256") : algorithm;
    const std::string text = absl::StrCat(Base64Url(Json{{"alg", name}, {"kid", "k1"}}.dump()), ".",
                                          Base64Url(claims.dump()));
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    const bool longer = absl::EndsWith(name, "512");
    EVP_DigestSignInit(context, nullptr, longer ? EVP_sha512() : EVP_sha256(), nullptr, key_);
    size_t size = 0;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    EVP_DigestSign(context, nullptr, &size, bytes, text.size());
    std::string signature(size, '\0');
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                   text.size());
    EVP_MD_CTX_free(context);
    signature.resize(size);
    return absl::StrCat(text, ".", Base64Url(ec_ ? BareOf(signature) : signature));
  }

 private:
  std::string NumberOf(const char* name, int size = 0) const {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key_, name, &number);
    std::string bytes(size == 0 ? BN_num_bytes(number) : size, '\0');
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()),
                 static_cast<int>(bytes.size()));
    BN_free(number);
    return Base64Url(bytes);
  }
  static std::string BareOf(const std::string& der) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    ECDSA_SIG* const signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    std::string bare(64, '\0');
    BN_bn2binpad(ECDSA_SIG_get0_r(signature), reinterpret_cast<unsigned char*>(bare.data()), 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature), reinterpret_cast<unsigned char*>(&bare[32]), 32);
    ECDSA_SIG_free(signature);
    return bare;
  }

  const bool ec_;
  EVP_PKEY* const key_;
};

}  // namespace fosse::adapters

#endif  // FOSSE_TESTS_ADAPTERS_KIT_SIGNER_H_
