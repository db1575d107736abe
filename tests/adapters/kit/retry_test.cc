#include "adapters/kit/retry.h"

#include <cstring>

#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::adapters {
namespace {

// Every byte the same.
class SameByte : public Random {
 public:
  explicit SameByte(int byte) : byte_(byte) {}
  void Fill(void* out, size_t size) override { std::memset(out, byte_, size); }

 private:
  const int byte_;
};

absl::Duration BoundOf(int attempts) {
  absl::Duration bound = absl::Seconds(1);
  for (int n = 1; n < attempts && bound < absl::Minutes(15); ++n) bound *= 2;
  return std::min(bound, absl::Minutes(15));
}

TEST(RetryTest, TheBoundDoublesFromASecondToAQuarterOfAnHour) {
  Shows({"ctl-14"});
  SameByte least(0x00);
  SameByte most(0xff);
  for (int attempts = -3; attempts <= 200; ++attempts) {
    EXPECT_EQ(RetryDelay(attempts, least), absl::ZeroDuration()) << attempts;
    EXPECT_LT(RetryDelay(attempts, most), BoundOf(attempts)) << attempts;
    EXPECT_GT(RetryDelay(attempts, most), BoundOf(attempts) * 0.999) << attempts;
  }
}

TEST(RetryTest, EveryDelayLiesBetweenNothingAndTheBoundAndTheyDiffer) {
  Shows({"ctl-14"});
  SystemRandom random;
  for (int attempts = 1; attempts <= kMostAttempts; ++attempts) {
    absl::Duration least = absl::InfiniteDuration();
    absl::Duration most = absl::ZeroDuration();
    for (int n = 0; n < 500; ++n) {
      const absl::Duration delay = RetryDelay(attempts, random);
      ASSERT_GE(delay, absl::ZeroDuration());
      ASSERT_LT(delay, BoundOf(attempts));
      least = std::min(least, delay);
      most = std::max(most, delay);
    }
    // Full jitter: of 500, one in the first and one in the last tenth, but once in 10^22.
    EXPECT_LT(least, BoundOf(attempts) * 0.1) << attempts;
    EXPECT_GT(most, BoundOf(attempts) * 0.9) << attempts;
  }
}

}  // namespace
}  // namespace fosse::adapters
