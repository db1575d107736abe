#include "adapters/kit/breaker.h"

#include "base/fake_random.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::adapters {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1795000000);
constexpr BreakerTerms kTerms = {
    .failures = 3, .first_rest = absl::Seconds(4), .longest_rest = absl::Seconds(16)};

class BreakerTest : public ::testing::Test {
 protected:
  void Fail(int times, absl::Time now = kNow, const std::string& recipient = "C82999") {
    for (int n = 0; n < times; ++n) {
      ASSERT_TRUE(Goes(recipient, now));
      breaker_.Report(recipient, false, now);
    }
  }
  bool Goes(const std::string& recipient, absl::Time now, bool retry = false) {
    return breaker_.MayTry(recipient, retry, now) == Breaker::Turn::kGo;
  }
  FakeRandom random_;  // Draws no zero here.
  Breaker breaker_{random_, kTerms, {{"PATIENT", {.failures = 100}}}};
};

TEST_F(BreakerTest, RestsAfterSoManyFailuresInARowAndNotBefore) {
  Shows({"ctl-14"});
  Fail(2);
  breaker_.Report("C82999", true, kNow);
  Fail(3);
  // Full jitter: no rest is longer than its bound.
  EXPECT_TRUE(Goes("C82999", kNow + kTerms.first_rest));
}

TEST_F(BreakerTest, OneCallTriesAfterARestAndOthersWaitForIt) {
  Fail(3);
  const absl::Time later = kNow + kTerms.first_rest;
  EXPECT_TRUE(Goes("C82999", later));
  EXPECT_FALSE(Goes("C82999", later));
  breaker_.Report("C82999", true, later);
  EXPECT_TRUE(Goes("C82999", later));
  EXPECT_TRUE(Goes("C82999", later));
}

TEST_F(BreakerTest, AFailedTryMakesItRestAgainAtMostForTheLongest) {
  Fail(3);
  absl::Time now = kNow;
  for (int n = 0; n < 40; ++n) {
    now += kTerms.longest_rest;
    ASSERT_TRUE(Goes("C82999", now)) << n;
    breaker_.Report("C82999", false, now);
    EXPECT_FALSE(Goes("C82999", now)) << n;
  }
}

TEST_F(BreakerTest, RetriesAreATenthOfTheTriesAndOneAMinute) {
  Shows({"ctl-14"});
  const auto retry = [this](absl::Time now) { return breaker_.MayTry("C82999", true, now); };
  for (int n = 0; n < 10; ++n) EXPECT_EQ(retry(kNow), Breaker::Turn::kGo) << n;
  EXPECT_EQ(retry(kNow), Breaker::Turn::kBudgetSpent);
  for (int n = 0; n < 11; ++n) EXPECT_TRUE(Goes("C82999", kNow)) << "first tries always may";
  EXPECT_EQ(retry(kNow), Breaker::Turn::kGo);
  EXPECT_EQ(retry(kNow), Breaker::Turn::kBudgetSpent);
  EXPECT_EQ(retry(kNow + absl::Minutes(1)), Breaker::Turn::kGo);
  EXPECT_EQ(breaker_.MayTry("C82998", true, kNow), Breaker::Turn::kGo) << "each has its own";
}

TEST_F(BreakerTest, OneThatIsAwayHoldsUpNoOtherAndEachHasItsTerms) {
  Shows({"ctl-14", "haz-05"});
  Fail(3);
  EXPECT_TRUE(Goes("C82998", kNow));
  Fail(50, kNow, "PATIENT");
  EXPECT_TRUE(Goes("PATIENT", kNow));
}

}  // namespace
}  // namespace fosse::adapters
