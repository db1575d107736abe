// Clients without a certificate: what is believed, for how long, and how often.
#include "adapters/kit/bearer.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "adapters/kit/forms.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/adapters/kit/kit_world.h"
#include "tests/adapters/kit/signer.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters {
namespace {

using Json = nlohmann::json;

constexpr char kUrl[] = "https://door.example/oauth2/token";
const absl::Time kNow = absl::FromUnixSeconds(1793700000);

class BearerTest : public ::testing::Test {
 protected:
  BearerTest() : practice_(false), other_(false) {
    folder_.Write("practice.jwks", practice_.Jwks());
    folder_.Write("other.jwks", other_.Jwks());
    config_.set_token_url(kUrl);
    Add("practice-app", "C82999", "practice.jwks");
    Add("other-app", "C82998", "other.jwks");
    auto tokens = BearerTokens::Create(config_, random_);
    EXPECT_THAT(tokens, IsOk());
    tokens_ = *std::move(tokens);
  }

  void Add(const std::string& issuer, const std::string& participant, const std::string& file) {
    BearerClient& client = *config_.add_clients();
    client.set_issuer(issuer);
    client.set_participant(participant);
    client.set_jwks_file(folder_.path(file));
  }

  static Json Claims(const std::string& jti) {
    return {{"iss", "practice-app"},
            {"sub", "practice-app"},
            {"aud", kUrl},
            {"jti", jti},
            {"exp", absl::ToUnixSeconds(kNow + absl::Minutes(5))}};
  }
  static std::string Form(const std::string& assertion) {
    return WriteForm(
        {{"grant_type", "client_credentials"},
         {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
         {"client_assertion", assertion}});
  }
  absl::StatusOr<std::string> Exchange(const Json& claims, const std::string& algorithm = "RS512") {
    return tokens_->Exchange(Form(practice_.Sign(claims, algorithm)), kNow);
  }
  std::string For(const std::string& token, absl::Time now = kNow) {
    return tokens_->ParticipantOf(absl::StrCat("Bearer ", token), now);
  }

  Folder folder_;
  SystemRandom random_;
  Signer practice_;
  Signer other_;
  Bearer config_;
  std::unique_ptr<BearerTokens> tokens_;
};

TEST_F(BearerTest, ASignedJwtBecomesATokenThatSpeaksForItsClientUntilItEnds) {
  Shows({"ctl-01"});
  for (const char* algorithm : {"RS512", "RS256"}) {
    ASSERT_OK_AND_ASSIGN(const std::string token, Exchange(Claims(algorithm), algorithm));
    EXPECT_EQ(For(token), "C82999");
    EXPECT_EQ(tokens_->ParticipantOf(absl::StrCat("bearer ", token), kNow), "C82999");
    EXPECT_EQ(For(token, kNow + BearerTokens::kLife - absl::Seconds(1)), "C82999");
    EXPECT_EQ(For(token, kNow + BearerTokens::kLife), "");
    EXPECT_EQ(For(token + "x"), "");
    EXPECT_EQ(tokens_->ParticipantOf(token, kNow), "");
  }
}

TEST_F(BearerTest, EachJwtServesOnce) {
  Shows({"ctl-01"});
  EXPECT_THAT(Exchange(Claims("once")), IsOk());
  EXPECT_THAT(Exchange(Claims("once")), FailsWith("TOKEN_INVALID"));
  EXPECT_THAT(Exchange(Claims("another")), IsOk());
}

TEST_F(BearerTest, AKeyIsOneClientsOwn) {
  Shows({"ctl-01"});
  EXPECT_THAT(tokens_->Exchange(Form(other_.Sign(Claims("j"), "RS512")), kNow),
              FailsWith("TOKEN_INVALID"))
      << "signed by another client that is listed";
  Json claims = Claims("k");
  claims["iss"] = "other-app";
  claims["sub"] = "other-app";
  EXPECT_THAT(Exchange(claims), FailsWith("TOKEN_INVALID"));
}

TEST_F(BearerTest, WhatIsNotForUsOrOutOfTimeIsNotBelieved) {
  Shows({"ctl-01"});
  int n = 0;
  const auto fails = [&](const char* name, const Json& value) {
    Json claims = Claims(absl::StrCat("f", ++n));
    if (value.is_null()) {
      claims.erase(name);
    } else {
      claims[name] = value;
    }
    EXPECT_THAT(Exchange(claims), FailsWith("TOKEN_INVALID")) << name << " " << value;
  };
  fails("aud", "https://elsewhere.example/oauth2/token");
  fails("aud", absl::StrCat(kUrl, "/"));
  fails("aud", nullptr);
  fails("sub", "somebody-else");
  fails("iss", "nobody");
  fails("jti", nullptr);
  fails("jti", "");
  fails("jti", std::string(257, 'x'));
  fails("exp", nullptr);
  fails("exp", "soon");
  fails("exp", absl::ToUnixSeconds(kNow - BearerTokens::kClockSlack));
  fails("exp", absl::ToUnixSeconds(kNow + BearerTokens::kLongest + absl::Seconds(31)));
  fails("nbf", absl::ToUnixSeconds(kNow + absl::Seconds(31)));
}

TEST_F(BearerTest, AnUnsignedOrSpoiltJwtIsNotBelieved) {
  Shows({"ctl-01"});
  const std::string none =
      absl::StrCat(Base64Url(R"({"alg":"none"})"), ".", Base64Url(Claims("n").dump()), ".");
  EXPECT_THAT(tokens_->Exchange(Form(none), kNow), FailsWith("TOKEN_INVALID"));
  EXPECT_THAT(tokens_->Exchange(Form(practice_.Sign(Claims("h"), "HS256")), kNow),
              FailsWith("TOKEN_INVALID"));
  const std::string sound = practice_.Sign(Claims("s"), "RS512");
  for (size_t at = 0; at < sound.size(); at += 7) {
    EXPECT_THAT(tokens_->Exchange(Form(sound.substr(0, at)), kNow), FailsWith("TOKEN_INVALID"));
    std::string spoilt = sound;
    spoilt[at] = spoilt[at] == 'A' ? 'B' : 'A';
    if (spoilt == sound) continue;
    // Bits of the last character that stand for nothing may differ.
    if (at + 1 >= sound.size()) continue;
    EXPECT_THAT(tokens_->Exchange(Form(spoilt), kNow), FailsWith("TOKEN_INVALID")) << at;
  }
}

TEST_F(BearerTest, OtherGrantsAreToldApart) {
  for (const char* form : {"", "grant_type=password", "grant_type=client_credentials", "%zz"}) {
    EXPECT_THAT(tokens_->Exchange(form, kNow), FailsWith("GRANT_UNSUPPORTED")) << form;
  }
}

TEST_F(BearerTest, AConfigThatCannotHoldDoesNotStart) {
  Bearer config = config_;
  config.mutable_clients(0)->set_jwks_file(folder_.path("missing"));
  EXPECT_THAT(BearerTokens::Create(config, random_), FailsWith("BEARER_KEYS_UNUSABLE"));
  folder_.Write("text", "no keys");
  config.mutable_clients(0)->set_jwks_file(folder_.path("text"));
  EXPECT_THAT(BearerTokens::Create(config, random_), FailsWith("BEARER_KEYS_UNUSABLE"));
  config = config_;
  config.clear_token_url();
  EXPECT_THAT(BearerTokens::Create(config, random_), FailsWith("BEARER_KEYS_UNUSABLE"));
}

}  // namespace
}  // namespace fosse::adapters
