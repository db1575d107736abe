#ifndef FOSSE_ADAPTERS_KIT_JWS_H_
#define FOSSE_ADAPTERS_KIT_JWS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fosse::adapters {

// The claims, as JSON, of a token that somebody signed: a JWS in compact form, RS256, RS512, PS256,
// PS512 or ES256, by a key of `jwks`. UNAUTHENTICATED, reason TOKEN_INVALID, for all else: neither
// an unsigned token nor one under a shared secret is taken. What the claims say is not looked at.
// Pure.
absl::StatusOr<std::string> VerifiedClaims(absl::string_view token, absl::string_view jwks);

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_JWS_H_
