#include <atomic>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/fake_clock.h"
#include "base/fake_executor.h"
#include "base/fake_random.h"
#include "base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST(ClockTest, SystemMonotonicNeverGoesBackwards) {
  const SystemClock clock;
  absl::Duration last = clock.Monotonic();
  for (int i = 0; i < 1000; ++i) {
    const absl::Duration next = clock.Monotonic();
    EXPECT_GE(next, last);
    last = next;
  }
  EXPECT_GT(clock.Now(), absl::FromCivil(absl::CivilDay(2022, 1, 1), absl::UTCTimeZone()));
}

TEST(FakeClockTest, StepMovesOnlyWallTime) {
  Shows({"ctl-43"});
  FakeClock clock;
  const absl::Time start = clock.Now();
  clock.Advance(absl::Seconds(5));
  EXPECT_EQ(clock.Now(), start + absl::Seconds(5));
  EXPECT_EQ(clock.Monotonic(), absl::Seconds(5));
  clock.Set(start - absl::Hours(1));
  EXPECT_EQ(clock.Now(), start - absl::Hours(1));
  EXPECT_EQ(clock.Monotonic(), absl::Seconds(5));
}

TEST(RandomTest, SystemBytesDiffer) {
  SystemRandom random;
  EXPECT_THAT(random.Bytes(16), SizeIs(16));
  EXPECT_NE(random.Bytes(16), random.Bytes(16));
  EXPECT_EQ(random.Bytes(0), "");
}

TEST(RandomTest, FakeBytesAreThoseOfTheStandardGenerator) {
  FakeRandom random(5489);
  random.Bytes(9999 * 8);
  // The C++ standard fixes the 10,000th number: 9981545732273789042.
  uint64_t word = 0;
  random.Fill(&word, sizeof(word));
  EXPECT_EQ(word, 9981545732273789042u);
  EXPECT_EQ(FakeRandom(7).Bytes(20), FakeRandom(7).Bytes(20));
  EXPECT_NE(FakeRandom(7).Bytes(20), FakeRandom(8).Bytes(20));
}

TEST(ThreadExecutorTest, RunsEverythingBeforeItGoes) {
  std::atomic<int> ran = 0;
  {
    ThreadExecutor executor(3);
    for (int i = 0; i < 500; ++i) {
      executor.Run([&ran, &executor] {
        // Work handed over by work counts too, even while the executor is going.
        executor.Run([&ran] { ++ran; });
        ++ran;
      });
    }
  }
  EXPECT_EQ(ran, 1000);
}

TEST(ThreadExecutorTest, OneThreadKeepsOrder) {
  std::vector<int> order;
  {
    ThreadExecutor executor(1);
    for (int i = 0; i < 5; ++i) executor.Run([&order, i] { order.push_back(i); });
  }
  EXPECT_THAT(order, ElementsAre(0, 1, 2, 3, 4));
}

TEST(FakeExecutorTest, ManualRunsOnlyWhenToldAndInlineAtOnce) {
  std::vector<int> order;
  ManualExecutor manual;
  manual.Run([&] {
    order.push_back(1);
    manual.Run([&] { order.push_back(3); });
  });
  manual.Run([&] { order.push_back(2); });
  EXPECT_TRUE(order.empty());
  EXPECT_EQ(manual.waiting(), 2);
  manual.RunAll();
  EXPECT_THAT(order, ElementsAre(1, 2, 3));
  EXPECT_FALSE(manual.RunOne());
  InlineExecutor inline_executor;
  inline_executor.Run([&] { order.push_back(4); });
  EXPECT_THAT(order, ElementsAre(1, 2, 3, 4));
}

}  // namespace
}  // namespace fosse
