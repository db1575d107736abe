#ifndef FOSSE_ADAPTERS_PAGE_ID_TOKEN_H_
#define FOSSE_ADAPTERS_PAGE_ID_TOKEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace fosse::adapters::page {

// What an ID token must say to be believed (OpenID Connect Core 3.1.3.7).
struct Expected {
  std::string issuer;
  std::string client_id;
  std::string nonce;
  absl::Time now;
};

// The subject of an ID token that is signed by a key of `jwks`, for us and this very sign-in, not
// expired. UNAUTHENTICATED, reason ID_TOKEN_INVALID, for all else. Pure.
absl::StatusOr<std::string> SubjectOf(absl::string_view id_token, absl::string_view jwks,
                                      const Expected& expected);

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_PAGE_ID_TOKEN_H_
