#include "gateway/certificate_files.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <utility>

#include "base/status.h"
#include "gateway/files.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"

namespace fosse::gateway {
namespace {

constexpr unsigned kLookSeconds = 1;
constexpr size_t kMostBytes = 1 << 20;

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

Bio BioOf(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Certificate FirstCertificate(const std::string& pem) {
  const Bio bio = BioOf(pem);
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return certificate;
}

PrivateKey FirstKey(const std::string& pem) {
  const Bio bio = BioOf(pem);
  // An empty pass phrase: without it OpenSSL would ask at the terminal for an encrypted key.
  char none[] = "";
  PrivateKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, none));
  ERR_clear_error();
  return key;
}

absl::StatusOr<absl::Time> TimeOf(const ASN1_TIME* asn1) {
  struct tm parts {};
  if (ASN1_TIME_to_tm(asn1, &parts) != 1) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "TLS_PAIR_INVALID",
                     "the certificate's dates cannot be read");
  }
  return absl::FromTM(parts, absl::UTCTimeZone());
}

// When the pair ends.
absl::StatusOr<absl::Time> CheckPair(const std::string& certificate_pem, const std::string& key_pem,
                                     absl::Time now) {
  const Certificate certificate = FirstCertificate(certificate_pem);
  const PrivateKey key = FirstKey(key_pem);
  if (certificate == nullptr || key == nullptr ||
      X509_check_private_key(certificate.get(), key.get()) != 1) {
    ERR_clear_error();
    return MakeError(absl::StatusCode::kFailedPrecondition, "TLS_PAIR_INVALID",
                     "certificate and key are not a pair of PEM files that belong together");
  }
  FOSSE_ASSIGN_OR_RETURN(const absl::Time from, TimeOf(X509_get0_notBefore(certificate.get())));
  FOSSE_ASSIGN_OR_RETURN(const absl::Time until, TimeOf(X509_get0_notAfter(certificate.get())));
  if (now < from || now > until) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "TLS_EXPIRED",
                     "the certificate is not valid today", {{"from", from}, {"until", until}});
  }
  return until;
}

absl::StatusOr<std::string> ReadPem(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path, kMostBytes);
  if (text.ok() && !text->empty()) return text;
  return MakeError(absl::StatusCode::kFailedPrecondition, "TLS_UNREADABLE",
                   "certificate, key or authority file cannot be read");
}

}  // namespace

absl::StatusOr<std::unique_ptr<CertificateFiles>> CertificateFiles::Open(Paths paths,
                                                                         absl::Time now) {
  std::unique_ptr<CertificateFiles> files(new CertificateFiles(std::move(paths)));
  FOSSE_RETURN_IF_ERROR(MakeFolder(files->paths_.copies));
  FOSSE_RETURN_IF_ERROR(files->Refresh(now));
  return files;
}

absl::Status CertificateFiles::Refresh(absl::Time now) {
  FOSSE_ASSIGN_OR_RETURN(const std::string certificate, ReadPem(paths_.certificate));
  FOSSE_ASSIGN_OR_RETURN(const std::string key, ReadPem(paths_.key));
  FOSSE_ASSIGN_OR_RETURN(const std::string authority, ReadPem(paths_.authority));
  FOSSE_ASSIGN_OR_RETURN(const absl::Time expires, CheckPair(certificate, key, now));
  if (FirstCertificate(authority) == nullptr) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "TLS_AUTHORITY_INVALID",
                     "the authority file holds no PEM certificate");
  }
  // One file for both: readers of a certificate skip the key in it, and the other way round.
  const std::string pair = certificate + "\n" + key;
  absl::MutexLock lock(&mutex_);
  if (pair != pair_) {
    FOSSE_RETURN_IF_ERROR(ReplaceFile(paths_.copies + "/pair.pem", pair));
    pair_ = pair;
    expires_ = expires;
  }
  if (authority != authority_) {
    FOSSE_RETURN_IF_ERROR(ReplaceFile(paths_.copies + "/authority.pem", authority));
    authority_ = authority;
  }
  return absl::OkStatus();
}

std::shared_ptr<grpc::ServerCredentials> CertificateFiles::Credentials() const {
  const std::string pair = paths_.copies + "/pair.pem";
  auto provider = std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      pair, pair, paths_.copies + "/authority.pem", kLookSeconds);
  grpc::experimental::TlsServerCredentialsOptions options(provider);
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return grpc::experimental::TlsServerCredentials(options);
}

absl::Time CertificateFiles::expires() const {
  absl::MutexLock lock(&mutex_);
  return expires_;
}

}  // namespace fosse::gateway
