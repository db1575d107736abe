#include "audit/seal.h"

#include <set>

#include "base/crypto.h"
#include "base/fake_random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::audit {
namespace {

const std::string kKey(32, 'k');

TEST(SealTest, OpensForTheSameSubjectAndPurposeOnly) {
  Shows({"ctl-23"});
  FakeRandom random;
  const std::string sealed = SealFor("person-1", kKey, kSealDetail, "Mr Example", random);
  EXPECT_THAT(OpenFor("person-1", kKey, kSealDetail, sealed),
              IsOkAndHolds(std::string("Mr Example")));
  EXPECT_THAT(OpenFor("person-2", kKey, kSealDetail, sealed), FailsWith("SEAL_BROKEN"));
  EXPECT_THAT(OpenFor("person-1", kKey, kSealRecord, sealed), FailsWith("SEAL_BROKEN"));
  EXPECT_THAT(OpenFor("person-1", std::string(32, 'x'), kSealDetail, sealed),
              FailsWith("SEAL_BROKEN"));
}

TEST(SealTest, SubjectAndPurposeAreKeptApart) {
  Shows({"ctl-23"});
  FakeRandom random;
  const std::string sealed = SealFor("a\nb", kKey, "detail", "text", random);
  EXPECT_THAT(OpenFor("b", kKey, "detail\na", sealed), FailsWith("SEAL_BROKEN"));
  const std::string binary(16, '\0');
  EXPECT_THAT(OpenFor(binary, kKey, "record", SealFor(binary, kKey, "record", "", random)),
              IsOkAndHolds(std::string()));
}

TEST(SealTest, NothingOfThePlainTextIsLeftAndEveryBitIsChecked) {
  Shows({"ctl-23"});
  FakeRandom random;
  const std::string plain = "9990000018 Example";
  const std::string sealed = SealFor("person-1", kKey, kSealRecord, plain, random);
  EXPECT_EQ(sealed.find("9990000018"), std::string::npos);
  EXPECT_EQ(sealed.find("Example"), std::string::npos);
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string changed = sealed;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    ASSERT_THAT(OpenFor("person-1", kKey, kSealRecord, changed), FailsWith("SEAL_BROKEN"));
  }
  for (size_t size = 0; size < sealed.size(); ++size) {
    ASSERT_THAT(OpenFor("person-1", kKey, kSealRecord, sealed.substr(0, size)),
                FailsWith("SEAL_BROKEN"));
  }
}

TEST(SealTest, APiecesOwnKeyOpensThatPieceAndNoOther) {
  Shows({"ctl-23", "ctl-24"});
  FakeRandom random;
  const std::string one = SealFor("person-1", kKey, kSealDetail, "one", random);
  const std::string two = SealFor("person-1", kKey, kSealDetail, "two", random);
  ASSERT_OK_AND_ASSIGN(const std::string key, PieceKey(kKey, one));
  EXPECT_NE(key, kKey);
  EXPECT_THAT(OpenPiece("person-1", key, kSealDetail, one), IsOkAndHolds(std::string("one")));
  EXPECT_THAT(OpenPiece("person-1", key, kSealDetail, two), FailsWith("SEAL_BROKEN"));
  EXPECT_THAT(OpenPiece("person-2", key, kSealDetail, one), FailsWith("SEAL_BROKEN"));
  EXPECT_THAT(OpenPiece("person-1", key, kSealRecord, one), FailsWith("SEAL_BROKEN"));
  EXPECT_THAT(OpenPiece("person-1", "short", kSealDetail, one), FailsWith("SEAL_BROKEN"));
  EXPECT_THAT(PieceKey(kKey, "short"), FailsWith("SEAL_BROKEN"));
}

TEST(SealTest, NoNonceIsUsedTwice) {
  Shows({"ctl-23"});
  SystemRandom random;
  std::set<std::string> nonces;
  for (int i = 0; i < 1000; ++i) {
    nonces.insert(SealFor("p", kKey, kSealReceipt, "same", random).substr(0, kNonceSize));
  }
  EXPECT_EQ(nonces.size(), 1000u);
}

}  // namespace
}  // namespace fosse::audit
