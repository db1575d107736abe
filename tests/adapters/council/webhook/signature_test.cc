#include "adapters/council/webhook/signature.h"

#include "absl/strings/str_cat.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "gtest/gtest.h"
#include "tests/adapters/kit/kit_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::council::webhook {
namespace {

// The vectors with which the libraries of Standard Webhooks test themselves:
// standard-webhooks/standard-webhooks, libraries/javascript/src/webhook.test.ts ("sign function
// works") and libraries/go/webhook_asymmetric_test.go (TestAsymmetricWebhookSign).
constexpr char kSecret[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr char kPrivate[] = "whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=";
constexpr char kHmacSignature[] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
constexpr char kEd25519Signature[] =
    "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==";
constexpr Signed kCall = {.id = "msg_p5jXN8AQM9LWM0D4loKWxJek",
                          .timestamp = "1614265330",
                          .body = "{\"test\": 2432232314}"};
const absl::Time kThen = absl::FromUnixSeconds(1614265330);

Key KeyOf(absl::string_view text) {
  const absl::StatusOr<Key> key = ParseKey(text);
  EXPECT_THAT(key, IsOk());
  return key.ok() ? *key : Key{};
}

TEST(SignatureTest, SignsAsThePublishedVectorsDo) {
  EXPECT_EQ(Sign(kCall, {KeyOf(kSecret)}), kHmacSignature);
  EXPECT_EQ(Sign(kCall, {KeyOf(kPrivate)}), kEd25519Signature);
}

TEST(SignatureTest, EveryKeySignsWhileOneTakesTheOthersPlace) {
  EXPECT_EQ(Sign(kCall, {KeyOf(kSecret), KeyOf(kPrivate)}),
            absl::StrCat(kHmacSignature, " ", kEd25519Signature));
}

TEST(SignatureTest, AnyOfTheSignaturesIsEnough) {
  const std::string many =
      absl::StrCat("v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= ",
                   "v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= ", kHmacSignature);
  EXPECT_THAT(Verify(kCall, many, {KeyOf(kSecret)}, kThen), IsOk());
}

TEST(SignatureTest, ThePublicHalfVerifiesAndSignsNothing) {
  const Key secret = KeyOf(kPrivate);
  const Key half =
      KeyOf(absl::StrCat("whpk_", Base64(SigningKey::FromSeed(secret.bytes).public_key())));
  EXPECT_THAT(Verify(kCall, kEd25519Signature, {half}, kThen), IsOk());
  EXPECT_EQ(Sign(kCall, {half}), "");
}

TEST(SignatureTest, OneOtherByteAnywhereIsRefused) {
  const std::vector<Key> keys = {KeyOf(kSecret), KeyOf(kPrivate)};
  const absl::Time now = kThen + absl::Seconds(1);
  const std::string both = absl::StrCat(kHmacSignature, " ", kEd25519Signature);
  EXPECT_THAT(Verify(kCall, both, keys, now), IsOk());
  for (Signed other : {Signed{"msg_p5jXN8AQM9LWM0D4loKWxJel", kCall.timestamp, kCall.body},
                       Signed{kCall.id, "1614265331", kCall.body},
                       Signed{kCall.id, kCall.timestamp, "{\"test\": 2432232315}"}}) {
    EXPECT_THAT(Verify(other, both, keys, now), FailsWith("WEBHOOK_SIGNATURE_INVALID"));
  }
  for (const char* signature : {"", "v1,", "v1a,", "v1", "v1,g0hM9SsE", "v1,?", "v1a,AAAA",
                                "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}) {
    EXPECT_THAT(Verify(kCall, signature, keys, now), FailsWith("WEBHOOK_SIGNATURE_INVALID"));
  }
}

TEST(SignatureTest, FiveMinutesEitherWayAndNotASecondMore) {
  const std::vector<Key> keys = {KeyOf(kSecret)};
  EXPECT_THAT(Verify(kCall, kHmacSignature, keys, kThen + kTolerance), IsOk());
  EXPECT_THAT(Verify(kCall, kHmacSignature, keys, kThen - kTolerance), IsOk());
  EXPECT_THAT(Verify(kCall, kHmacSignature, keys, kThen + kTolerance + absl::Seconds(1)),
              FailsWith("WEBHOOK_TIMESTAMP_OUTSIDE"));
  EXPECT_THAT(Verify(kCall, kHmacSignature, keys, kThen - kTolerance - absl::Seconds(1)),
              FailsWith("WEBHOOK_TIMESTAMP_OUTSIDE"));
}

TEST(SignatureTest, ATimestampIsWholeSecondsAsTheSenderWritesThem) {
  for (const char* timestamp : {"", "hello", "1614265330.0", " 1614265330", "+1614265330",
                                "01614265330", "99999999999999999999"}) {
    EXPECT_THAT(Verify({kCall.id, timestamp, kCall.body}, kHmacSignature, {KeyOf(kSecret)}, kThen),
                FailsWith("WEBHOOK_TIMESTAMP_INVALID"));
  }
  EXPECT_THAT(Verify({kCall.id, "9223372036854775807", kCall.body}, kHmacSignature,
                     {KeyOf(kSecret)}, kThen),
              FailsWith("WEBHOOK_TIMESTAMP_OUTSIDE"));
}

TEST(SignatureTest, AKeyHasItsPrefixAndItsSize) {
  const auto of = [](const char* prefix, size_t size) {
    return absl::StrCat(prefix, Base64(std::string(size, 'k')));
  };
  for (const std::string& good :
       {of("whsec_", 24), of("whsec_", 64), of("whsk_", 32), of("whsk_", 64), of("whpk_", 32)}) {
    EXPECT_THAT(ParseKey(good), IsOk());
  }
  for (const std::string& bad :
       {std::string(), std::string("whsec_"), std::string("whsec_???"), of("", 32),
        of("whsec_", 23), of("whsec_", 65), of("whsk_", 31), of("whsk_", 33), of("whpk_", 64)}) {
    EXPECT_THAT(ParseKey(bad), FailsWith("WEBHOOK_KEY_INVALID"));
  }
}

TEST(SignatureTest, AFileHoldsAKeyALine) {
  const Folder folder;
  folder.Write("keys", absl::StrCat(kSecret, "\n\n  ", kPrivate, " \n"));
  ASSERT_OK_AND_ASSIGN(const std::vector<Key> keys, ReadKeys(folder.path("keys")));
  EXPECT_EQ(keys.size(), 2u);
  folder.Write("empty", "\n");
  EXPECT_THAT(ReadKeys(folder.path("empty")), FailsWith("WEBHOOK_KEY_UNREADABLE"));
  EXPECT_THAT(ReadKeys(folder.path("none")), FailsWith("WEBHOOK_KEY_UNREADABLE"));
  folder.Write("wrong", absl::StrCat(kSecret, "\nsecret\n"));
  EXPECT_THAT(ReadKeys(folder.path("wrong")), FailsWith("WEBHOOK_KEY_INVALID"));
}

}  // namespace
}  // namespace fosse::adapters::council::webhook
