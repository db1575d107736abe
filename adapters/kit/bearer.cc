#include "adapters/kit/bearer.h"

#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/kit/forms.h"
#include "adapters/kit/jws.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/status.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters {
namespace {

using Json = nlohmann::json;

constexpr absl::string_view kGrant = "client_credentials";
constexpr absl::string_view kAssertionType =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr size_t kLongestId = 256;

absl::Status Invalid() {
  return MakeError(absl::StatusCode::kUnauthenticated, "TOKEN_INVALID",
                   "the token cannot be believed; make a new one and sign it");
}

std::string TextOf(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

// Seconds since 1970; nothing where the claim is not there or is none.
std::optional<absl::Time> TimeOf(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_number_integer()) return std::nullopt;
  return absl::FromUnixSeconds(found->get<int64_t>());
}

std::string DigestOf(absl::string_view token) {
  const Digest digest = Sha256(token);
  return std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
}

// Who says of itself that it signed: not yet believed.
std::string IssuerOf(absl::string_view token) {
  const size_t first = token.find('.');
  if (first == absl::string_view::npos) return "";
  const absl::string_view rest = token.substr(first + 1);
  const Json claims =
      Json::parse(FromBase64Url(rest.substr(0, rest.find('.'))).value_or(""), nullptr, false);
  return claims.is_object() ? TextOf(claims, "iss") : "";
}

}  // namespace

absl::StatusOr<std::unique_ptr<BearerTokens>> BearerTokens::Create(const Bearer& config,
                                                                   Random& random) {
  const absl::Status unusable =
      MakeError(absl::StatusCode::kFailedPrecondition, "BEARER_KEYS_UNUSABLE",
                "a client's JWK set cannot be read, or the token address is missing; check the "
                "config");
  std::unique_ptr<BearerTokens> tokens(new BearerTokens(config.token_url(), random));
  if (config.token_url().empty()) return unusable;
  for (const BearerClient& client : config.clients()) {
    std::ifstream file(client.jwks_file(), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    const Json keys = Json::parse(text.str(), nullptr, /*allow_exceptions=*/false);
    if (!file || client.issuer().empty() || !keys.is_object() || !keys.contains("keys")) {
      return unusable;
    }
    tokens->clients_.push_back({client.issuer(), client.participant(), text.str()});
  }
  return tokens;
}

absl::StatusOr<std::string> BearerTokens::Believe(absl::string_view assertion, absl::Time now) {
  const std::string issuer = IssuerOf(assertion);
  for (const Client& client : clients_) {
    if (client.issuer != issuer) continue;
    FOSSE_ASSIGN_OR_RETURN(const std::string text, VerifiedClaims(assertion, client.jwks));
    const Json claims = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    const std::string id = TextOf(claims, "jti");
    const std::optional<absl::Time> expires = TimeOf(claims, "exp");
    const std::optional<absl::Time> not_before = TimeOf(claims, "nbf");
    if (TextOf(claims, "iss") != issuer || TextOf(claims, "sub") != issuer ||
        TextOf(claims, "aud") != token_url_ || id.empty() || id.size() > kLongestId ||
        !expires.has_value() || *expires + kClockSlack <= now ||
        *expires > now + kLongest + kClockSlack ||
        (not_before.has_value() && *not_before > now + kClockSlack)) {
      return Invalid();
    }
    if (!seen_.emplace(absl::StrCat(issuer, " ", id), *expires + kClockSlack).second) {
      return Invalid();
    }
    return client.participant;
  }
  return Invalid();
}

void BearerTokens::ForgetOld(absl::Time now) {
  std::erase_if(given_, [&](const auto& item) { return item.second.until <= now; });
  std::erase_if(seen_, [&](const auto& item) { return item.second <= now; });
}

absl::StatusOr<std::string> BearerTokens::Exchange(absl::string_view form, absl::Time now) {
  const auto fields = ReadForm(form);
  const auto field = [&](const char* name) {
    const auto found = fields->find(name);
    return found == fields->end() ? std::string() : found->second;
  };
  if (!fields.ok() || field("grant_type") != kGrant ||
      field("client_assertion_type") != kAssertionType) {
    return MakeError(absl::StatusCode::kInvalidArgument, "GRANT_UNSUPPORTED",
                     "send grant_type client_credentials with a client_assertion of type "
                     "jwt-bearer");
  }
  const std::lock_guard lock(mutex_);
  ForgetOld(now);
  if (given_.size() >= kMost || seen_.size() >= kMost) {
    return MakeError(absl::StatusCode::kResourceExhausted, "TOKENS_TOO_MANY",
                     "too many tokens are out; use one until it expires");
  }
  FOSSE_ASSIGN_OR_RETURN(const std::string participant, Believe(field("client_assertion"), now));
  std::string token = Base64Url(random_.Bytes(32));
  given_.emplace(DigestOf(token), Given{participant, now + kLife});
  return token;
}

std::string BearerTokens::ParticipantOf(absl::string_view authorization, absl::Time now) {
  constexpr absl::string_view kScheme = "Bearer ";
  if (!absl::StartsWithIgnoreCase(authorization, kScheme)) return "";
  const std::lock_guard lock(mutex_);
  const auto found = given_.find(DigestOf(authorization.substr(kScheme.size())));
  return found == given_.end() || found->second.until <= now ? "" : found->second.participant;
}

}  // namespace fosse::adapters
