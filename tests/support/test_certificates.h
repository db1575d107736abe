#ifndef FOSSE_TESTS_SUPPORT_TEST_CERTIFICATES_H_
#define FOSSE_TESTS_SUPPORT_TEST_CERTIFICATES_H_

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/status.h"

namespace fosse {

// A key with its certificate, both PEM.
struct TestPair {
  std::string certificate;
  std::string key;
};

// A certificate authority for one test: everything it makes is gone with the test. Not thread-safe.
class TestAuthority {
 public:
  TestAuthority() : key_(EVP_EC_gen("P-256")) {
    certificate_ = X509_new();
    Fill(certificate_, key_, "test authority", -60, 3600);
    X509_set_issuer_name(certificate_, X509_get_subject_name(certificate_));
    Extend(certificate_, NID_basic_constraints, "critical,CA:TRUE");
    Extend(certificate_, NID_key_usage, "critical,keyCertSign,cRLSign");
    FOSSE_CHECK(X509_sign(certificate_, key_, EVP_sha256()) > 0);
  }
  ~TestAuthority() {
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  std::string certificate() const { return Pem(certificate_); }

  // A pair for client and server use, with `names` as subject alternative names, in OpenSSL's form
  // ("URI:fosse:participant:RT5", "DNS:localhost"), valid from and until so many seconds from now.
  TestPair Issue(const std::vector<std::string>& names, long from = -60, long until = 3600) {
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const certificate = X509_new();
    Fill(certificate, key, "test", from, until);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate_));
    std::string joined;
    for (const std::string& name : names) joined += (joined.empty() ? "" : ",") + name;
    if (!joined.empty()) Extend(certificate, NID_subject_alt_name, joined.c_str());
    Extend(certificate, NID_ext_key_usage, "serverAuth,clientAuth");
    FOSSE_CHECK(X509_sign(certificate, key_, EVP_sha256()) > 0);
    TestPair pair{Pem(certificate), Pem(key)};
    X509_free(certificate);
    EVP_PKEY_free(key);
    return pair;
  }

  // The certificate of a participant, as the directory names it.
  TestPair Participant(const std::string& id) { return Issue({"URI:fosse:participant:" + id}); }
  // A server on this machine.
  TestPair LocalServer() { return Issue({"DNS:localhost", "IP:127.0.0.1"}); }

 private:
  void Fill(X509* certificate, EVP_PKEY* key, const char* name, long from, long until) {
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(certificate), from);
    X509_gmtime_adj(X509_getm_notAfter(certificate), until);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  }

  static void Extend(X509* certificate, int nid, const char* value) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
    FOSSE_CHECK(extension != nullptr);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  static std::string TakeText(BIO* bio) {
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio, &text);
    std::string taken(text, static_cast<size_t>(size));
    BIO_free(bio);
    return taken;
  }
  static std::string Pem(X509* certificate) {
    BIO* const bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate);
    return TakeText(bio);
  }
  static std::string Pem(EVP_PKEY* key) {
    BIO* const bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    return TakeText(bio);
  }

  EVP_PKEY* const key_;
  X509* certificate_ = nullptr;
  long serial_ = 0;
};

}  // namespace fosse

#endif  // FOSSE_TESTS_SUPPORT_TEST_CERTIFICATES_H_
