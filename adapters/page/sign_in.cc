#include "adapters/page/sign_in.h"

#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/kit/forms.h"
#include "adapters/kit/https_client.h"
#include "adapters/page/id_token.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/status.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::page {
namespace {

using Json = nlohmann::json;
constexpr absl::Duration kTimeout = absl::Seconds(10);

absl::Status Unreachable() {
  return MakeError(absl::StatusCode::kUnavailable, "SIGN_IN_UNREACHABLE",
                   "the sign-in service does not answer; try again in a while");
}

absl::Status Refused() {
  return MakeError(absl::StatusCode::kUnauthenticated, "SIGN_IN_REFUSED",
                   "the sign-in service did not confirm this sign-in; sign in again");
}

absl::StatusOr<Json> Ask(HttpsCall call, const Credentials& credentials) {
  call.headers["Accept"] = "application/json";
  const absl::StatusOr<HttpResponse> response = CallHttps(std::move(call), credentials, kTimeout);
  if (!response.ok() || response->status >= 500) return Unreachable();
  if (response->status != 200) return Refused();
  Json json = Json::parse(response->body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Refused();
  return json;
}

std::string TextOf(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

absl::StatusOr<std::unique_ptr<SignIn>> SignIn::Create(const SignInTerms& terms, Random& random) {
  std::ifstream file(terms.client_secret_file, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  std::string secret = text.str();
  absl::StripTrailingAsciiWhitespace(&secret);
  if (!file || secret.empty()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "CREDENTIALS_UNREADABLE",
                     "a secret's file cannot be read or is empty; check its path in the config");
  }
  return std::unique_ptr<SignIn>(new SignIn(terms, std::move(secret), random));
}

std::string SignIn::Return() const { return absl::StrCat(terms_.origin, "/signed-in"); }

absl::StatusOr<SignIn::Endpoints> SignIn::Discover() {
  FOSSE_ASSIGN_OR_RETURN(
      const Json about,
      Ask({.method = "GET",
           .url = absl::StrCat(terms_.issuer, "/.well-known/openid-configuration")},
          terms_.credentials));
  if (TextOf(about, "issuer") != terms_.issuer) return Refused();
  Endpoints endpoints{.authorization = TextOf(about, "authorization_endpoint"),
                      .token = TextOf(about, "token_endpoint"),
                      .keys = TextOf(about, "jwks_uri")};
  for (const std::string* url : {&endpoints.authorization, &endpoints.token, &endpoints.keys}) {
    if (!absl::StartsWith(*url, "https://")) return Refused();
  }
  return endpoints;
}

absl::StatusOr<std::string> SignIn::Begin(SignInAttempt& attempt) {
  FOSSE_ASSIGN_OR_RETURN(const Endpoints endpoints, Discover());
  attempt.state = Hex(random_.Bytes(16));
  attempt.nonce = Hex(random_.Bytes(16));
  attempt.verifier = Hex(random_.Bytes(32));
  const Digest challenge = Sha256(attempt.verifier);
  const absl::string_view challenge_bytes(reinterpret_cast<const char*>(challenge.data()),
                                          challenge.size());
  return absl::StrCat(endpoints.authorization,
                      absl::StrContains(endpoints.authorization, '?') ? "&" : "?",
                      WriteForm({{"response_type", "code"},
                                 {"client_id", terms_.client_id},
                                 {"redirect_uri", Return()},
                                 {"scope", "openid"},
                                 {"state", attempt.state},
                                 {"nonce", attempt.nonce},
                                 {"code_challenge", Base64Url(challenge_bytes)},
                                 {"code_challenge_method", "S256"}}));
}

absl::StatusOr<std::string> SignIn::Finish(const SignInAttempt& attempt, const std::string& code) {
  FOSSE_ASSIGN_OR_RETURN(const Endpoints endpoints, Discover());
  FOSSE_ASSIGN_OR_RETURN(
      const Json tokens,
      Ask({.method = "POST",
           .url = endpoints.token,
           .headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                       {"Authorization",
                        absl::StrCat("Basic ",
                                     Base64(absl::StrCat(terms_.client_id, ":", secret_)))}},
           .body = WriteForm({{"grant_type", "authorization_code"},
                              {"code", code},
                              {"redirect_uri", Return()},
                              {"code_verifier", attempt.verifier}})},
          terms_.credentials));
  FOSSE_ASSIGN_OR_RETURN(const Json keys,
                         Ask({.method = "GET", .url = endpoints.keys}, terms_.credentials));
  return SubjectOf(TextOf(tokens, "id_token"), keys.dump(),
                   {.issuer = terms_.issuer,
                    .client_id = terms_.client_id,
                    .nonce = attempt.nonce,
                    .now = absl::Now()});
}

}  // namespace fosse::adapters::page
