#include "adapters/kit/tls.h"

#include <openssl/x509v3.h>

#include "absl/strings/match.h"
#include "base/status.h"

namespace fosse::adapters {

namespace ssl = boost::asio::ssl;

absl::StatusOr<ssl::context> TlsContext(const Credentials& credentials, bool server) {
  ssl::context context(server ? ssl::context::tls_server : ssl::context::tls_client);
  SSL_CTX* const raw = context.native_handle();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20");
  // No sessions are resumed: each connection shows its certificate anew.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(raw, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(raw, 0);
  boost::system::error_code error;
  context.use_certificate_chain_file(credentials.certificate(), error);
  if (!error) context.use_private_key_file(credentials.key(), ssl::context::pem, error);
  if (!error) context.load_verify_file(credentials.authority(), error);
  if (!error) {
    context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, error);
  }
  if (error) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "CREDENTIALS_UNREADABLE",
                     "certificate, key or authority cannot be used; check the paths in the config");
  }
  return context;
}

std::string PeerName(SSL* ssl) {
  X509* const certificate = SSL_get1_peer_certificate(ssl);
  if (certificate == nullptr) return "";
  auto* const names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  std::string found;
  for (int n = 0; names != nullptr && n < sk_GENERAL_NAME_num(names); ++n) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names, n);
    if (name->type != GEN_URI) continue;
    const absl::string_view uri(
        reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.uniformResourceIdentifier)),
        static_cast<size_t>(ASN1_STRING_length(name->d.uniformResourceIdentifier)));
    if (absl::StartsWith(uri, "fosse:participant:")) {
      found = std::string(uri);
      break;
    }
  }
  GENERAL_NAMES_free(names);
  X509_free(certificate);
  return found;
}

}  // namespace fosse::adapters
