#ifndef FOSSE_ADAPTERS_MESH_AUTHORIZATION_H_
#define FOSSE_ADAPTERS_MESH_AUTHORIZATION_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace fosse::adapters::mesh {

// Who calls MESH, and the secrets that show it.
struct MailboxSecrets {
  std::string mailbox;
  std::string password;
  std::string shared_key;  // Of the environment.
};

// The value of the Authorization header of one call:
// NHSMESH mailbox:nonce:count:timestamp:HMAC, with HMAC-SHA256 under the shared key over
// mailbox:nonce:count:password:timestamp, in hex; the timestamp is UTC to the minute. A nonce with
// its count serves once. Pure.
std::string AuthorizationOf(const MailboxSecrets& secrets, absl::string_view nonce, int count,
                            absl::Time now);

}  // namespace fosse::adapters::mesh

#endif  // FOSSE_ADAPTERS_MESH_AUTHORIZATION_H_
