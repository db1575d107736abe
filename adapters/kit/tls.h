#ifndef FOSSE_ADAPTERS_KIT_TLS_H_
#define FOSSE_ADAPTERS_KIT_TLS_H_

#include <string>

#include "absl/status/statusor.h"
#include "adapters/kit/config.pb.h"
#include "boost/asio/ssl/context.hpp"
#include "openssl/ssl.h"

namespace fosse::adapters {

// Mutual TLS for native doors and clients: 1.3, or 1.2 with ECDHE and AEAD (CTL-01); the other side
// must show a certificate of the authority. FAILED_PRECONDITION, reason CREDENTIALS_UNREADABLE.
absl::StatusOr<boost::asio::ssl::context> TlsContext(const Credentials& credentials, bool server);

// The first `fosse:participant:` URI among the subject alternative names of the other side's
// certificate; empty where there is none.
std::string PeerName(SSL* ssl);

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_TLS_H_
