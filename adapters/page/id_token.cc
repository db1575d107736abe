#include "adapters/page/id_token.h"

#include "adapters/kit/jws.h"
#include "base/crypto.h"
#include "base/status.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::page {
namespace {

using Json = nlohmann::json;
constexpr absl::Duration kClockSlack = absl::Seconds(60);

absl::Status Invalid() {
  return MakeError(absl::StatusCode::kUnauthenticated, "ID_TOKEN_INVALID",
                   "the sign-in service's word cannot be believed; sign in again");
}

std::string TextOf(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

bool ForUs(const Json& claims, const std::string& client_id) {
  const auto audience = claims.find("aud");
  if (audience == claims.end()) return false;
  if (audience->is_string()) return *audience == client_id;
  if (!audience->is_array() || audience->size() != 1) return TextOf(claims, "azp") == client_id;
  return audience->front() == client_id;
}

bool InTime(const Json& claims, absl::Time now) {
  const auto expires = claims.find("exp");
  const auto issued = claims.find("iat");
  return expires != claims.end() && expires->is_number_integer() && issued != claims.end() &&
         issued->is_number_integer() &&
         absl::FromUnixSeconds(expires->get<int64_t>()) + kClockSlack > now &&
         absl::FromUnixSeconds(issued->get<int64_t>()) - kClockSlack < now;
}

}  // namespace

absl::StatusOr<std::string> SubjectOf(absl::string_view id_token, absl::string_view jwks,
                                      const Expected& expected) {
  const absl::StatusOr<std::string> believed = VerifiedClaims(id_token, jwks);
  if (!believed.ok()) return Invalid();
  const Json claims = Json::parse(*believed, nullptr, /*allow_exceptions=*/false);
  const std::string subject = TextOf(claims, "sub");
  if (TextOf(claims, "iss") != expected.issuer || !ForUs(claims, expected.client_id) ||
      !InTime(claims, expected.now) || subject.empty() || expected.nonce.empty() ||
      !EqualInConstantTime(TextOf(claims, "nonce"), expected.nonce)) {
    return Invalid();
  }
  return subject;
}

}  // namespace fosse::adapters::page
