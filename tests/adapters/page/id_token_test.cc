#include "adapters/page/id_token.h"

#include <functional>

#include "absl/strings/str_cat.h"
#include "adapters/kit/forms.h"
#include "gmock/gmock.h"
#include "tests/adapters/kit/signer.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::page {
namespace {

using Json = nlohmann::json;

const absl::Time kNow = absl::FromUnixSeconds(1795000000);
const Expected kExpected{"https://sign-in.example", "practice-page", "n-1", kNow};

Json Claims() {
  return {{"iss", "https://sign-in.example"},
          {"aud", "practice-page"},
          {"sub", "tamsin"},
          {"nonce", "n-1"},
          {"iat", 1794999990},
          {"exp", 1795000600}};
}

TEST(IdTokenTest, TakesATokenForUsByAKeyOfTheService) {
  for (const bool ec : {false, true}) {
    const Signer signer(ec);
    EXPECT_THAT(SubjectOf(signer.Sign(Claims()), signer.Jwks(), kExpected), IsOkAndHolds("tamsin"));
  }
}

TEST(IdTokenTest, RefusesEachClaimThatIsNotAsItMustBe) {
  const Signer signer(true);
  const std::vector<std::function<void(Json&)>> spoilings = {
      [](Json& c) { c["iss"] = "https://elsewhere.example"; },
      [](Json& c) { c["aud"] = "another"; },
      [](Json& c) {
        c["aud"] = Json::array({"practice-page", "another"});
      },
      [](Json& c) { c.erase("aud"); },
      [](Json& c) { c["nonce"] = "n-2"; },
      [](Json& c) { c.erase("nonce"); },
      [](Json& c) { c["exp"] = 1794999000; },
      [](Json& c) { c.erase("exp"); },
      [](Json& c) { c["iat"] = 1795009000; },
      [](Json& c) { c["sub"] = ""; },
      [](Json& c) { c["sub"] = 7; },
  };
  for (size_t n = 0; n < spoilings.size(); ++n) {
    Json claims = Claims();
    spoilings[n](claims);
    EXPECT_THAT(SubjectOf(signer.Sign(claims), signer.Jwks(), kExpected),
                FailsWith("ID_TOKEN_INVALID"))
        << n;
  }
}

TEST(IdTokenTest, RefusesAnotherKeyAnotherAlgorithmAndNone) {
  const Signer signer(true);
  const Signer other(true);
  const Signer rsa(false);
  EXPECT_THAT(SubjectOf(other.Sign(Claims()), signer.Jwks(), kExpected),
              FailsWith("ID_TOKEN_INVALID"));
  EXPECT_THAT(SubjectOf(signer.Sign(Claims(), "RS256"), signer.Jwks(), kExpected),
              FailsWith("ID_TOKEN_INVALID"));
  EXPECT_THAT(SubjectOf(rsa.Sign(Claims(), "HS256"), rsa.Jwks(), kExpected),
              FailsWith("ID_TOKEN_INVALID"));
  const std::string unsigned_token =
      absl::StrCat(Base64Url("{\"alg\":\"none\"}"), ".", Base64Url(Claims().dump()), ".");
  EXPECT_THAT(SubjectOf(unsigned_token, signer.Jwks(), kExpected), FailsWith("ID_TOKEN_INVALID"));
}

TEST(IdTokenTest, RefusesATokenChangedInAnyByte) {
  const Signer signer(true);
  const std::string token = signer.Sign(Claims());
  for (size_t n = 0; n < token.size(); ++n) {
    std::string changed = token;
    changed[n] = changed[n] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(SubjectOf(changed, signer.Jwks(), kExpected).ok()) << n;
    EXPECT_FALSE(SubjectOf(token.substr(0, n), signer.Jwks(), kExpected).ok()) << n;
  }
}

}  // namespace
}  // namespace fosse::adapters::page
