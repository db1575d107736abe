#include "engine/queue.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

using ::testing::Contains;
using ::testing::Pair;
using Answer = std::shared_ptr<std::optional<absl::StatusOr<v1::Receipt>>>;

engine::Item ItemOf(size_t bytes) {
  engine::Item item;
  item.message.bytes = bytes;
  return item;
}

TEST(QueueTest, IsBoundedInCountAndInBytes) {
  Shows({"ctl-18"});
  engine::Queue queue(/*max_items=*/2, /*max_bytes=*/100);
  engine::Item first = ItemOf(60), too_many_bytes = ItemOf(41), second = ItemOf(40),
               third = ItemOf(0);
  EXPECT_THAT(queue.Push(first), IsOk());
  EXPECT_THAT(queue.Push(too_many_bytes), FailsWith("QUEUE_FULL"));
  EXPECT_THAT(queue.Push(second), IsOk());
  const absl::Status full = queue.Push(third);
  EXPECT_THAT(full, HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(MetadataOf(full),
              Contains(Pair("retryAfterMs", std::to_string(engine::kRetryAfterMs))));
  EXPECT_EQ(queue.Take(10, 1000, absl::ZeroDuration()).size(), 2u);
  EXPECT_THAT(queue.Push(third), IsOk());
  queue.Close();
  engine::Item late = ItemOf(1);
  EXPECT_THAT(queue.Push(late), FailsWith("SHUTTING_DOWN"));
  EXPECT_FALSE(queue.Drained());
  EXPECT_EQ(queue.Take(10, 1000, absl::ZeroDuration()).size(), 1u);
  EXPECT_TRUE(queue.Drained());
}

TEST(QueueTest, ABatchIsBoundedInCountAndInBytesButNeverEmpty) {
  Shows({"ctl-18"});
  engine::Queue queue(10, 10000);
  for (const size_t bytes : {500, 30, 30, 30, 30}) {
    engine::Item item = ItemOf(bytes);
    ASSERT_THAT(queue.Push(item), IsOk());
  }
  EXPECT_EQ(queue.Take(10, 100, absl::ZeroDuration()).size(), 1u);  // The large one, alone.
  EXPECT_EQ(queue.Take(10, 60, absl::ZeroDuration()).size(), 2u);
  EXPECT_EQ(queue.Take(1, 1000, absl::ZeroDuration()).size(), 1u);
}

TEST(BatchTest, WaitingMessagesShareOneCommitUpToTheLimit) {
  Shows({"ctl-11"});
  EngineWorld world({.limits = {.batch_items = 3}});
  std::vector<Answer> answers;
  for (int i = 0; i < 5; ++i)
    answers.push_back(world.Start(world.Episode(kAda, "e" + std::to_string(i))));
  const int before = world.faults().calls(store::FaultyStore::Call::kCommit);
  EXPECT_TRUE(world.engine().RunOnce());
  EXPECT_EQ(world.faults().calls(store::FaultyStore::Call::kCommit), before + 1);
  EXPECT_TRUE(answers[2]->has_value());
  EXPECT_FALSE(answers[3]->has_value());
  EXPECT_TRUE(world.engine().RunOnce());
  EXPECT_EQ(world.faults().calls(store::FaultyStore::Call::kCommit), before + 2);
  for (const Answer& answer : answers) EXPECT_THAT(**answer, IsOk());
}

TEST(BatchTest, ABatchIsBoundedInBytes) {
  Shows({"ctl-11"});
  EngineWorld world({.limits = {.batch_bytes = 1}});
  const Answer one = world.Start(world.Episode(kAda, "e1"));
  const Answer two = world.Start(world.Episode(kBede, "e2"));
  EXPECT_TRUE(world.engine().RunOnce());
  EXPECT_TRUE(one->has_value());
  EXPECT_FALSE(two->has_value());
}

TEST(BatchTest, AFullQueueRefusesBeforeAnyEffect) {
  Shows({"ctl-18"});
  EngineWorld world({.limits = {.queue_items = 2}});
  const Answer one = world.Start(world.Episode(kAda, "e1"));
  const Answer two = world.Start(world.Episode(kBede, "e2"));
  const Answer three = world.Start(world.Episode(kCleo, "e3"));
  ASSERT_TRUE(three->has_value());
  EXPECT_THAT(**three, FailsWith("QUEUE_FULL"));
  world.Run();
  EXPECT_THAT(**one, IsOk());
  EXPECT_THAT(**two, IsOk());
  EXPECT_EQ(world.StoredPerson(kCleo).version(), 0u);
}

TEST(BatchTest, ADeadlineThatHasPassedStopsTheMessageBeforeItsCommit) {
  Shows({"ctl-31"});
  EngineWorld world;
  const absl::Time now = world.clock().Now();
  const Answer at = world.Start(world.Episode(kAda, "e1"), now + absl::Seconds(1));
  const Answer late = world.Start(world.Episode(kBede, "e2"), now + absl::Milliseconds(999));
  world.clock().Advance(absl::Seconds(1));
  world.Run();
  EXPECT_THAT(**at, IsOk());
  EXPECT_THAT(**late, HasCode(absl::StatusCode::kDeadlineExceeded));
  EXPECT_EQ(world.StoredPerson(kBede).version(), 0u);
}

TEST(BatchTest, AFailedCommitDiscardsTheWorkingSet) {
  Shows({"ctl-11"});
  EngineWorld world;
  const uint64_t size = world.Size();
  const Answer one = world.Start(world.Episode(kAda, "e1"));
  const Answer two = world.Start(world.Proposal(kAda, "p1", "D1"));
  world.faults().FailAt(
      store::FaultyStore::Call::kCommit, 1,
      MakeError(absl::StatusCode::kUnavailable, "COMMIT_FAILED", "nothing was kept"),
      store::FaultyStore::Afterwards::kGoesOn);
  world.engine().RunOnce();
  EXPECT_THAT(**one, FailsWith("COMMIT_FAILED"));
  EXPECT_THAT(**two, FailsWith("COMMIT_FAILED"));
  EXPECT_EQ(world.Size(), size);
  // The next one finds nobody: nothing was left in memory either.
  EXPECT_THAT(world.Submit(world.Proposal(kAda, "p2", "D1")), FailsWith("PERSON_NOT_VISIBLE"));
}

TEST(BatchTest, AMessageThatTheStoreFindsContradictoryIsTakenOutAlone) {
  Shows({"ctl-32", "flt-30"});
  EngineWorld world;
  const Answer one = world.Start(world.Episode(kAda, "e1"));
  const Answer two = world.Start(world.Episode(kBede, "e2"));
  const absl::Status conflict =
      MakeError(absl::StatusCode::kInternal, "STORE_CONFLICT", "nothing was kept");
  using store::FaultyStore;
  world.faults().FailAt(FaultyStore::Call::kStage, 1, conflict, FaultyStore::Afterwards::kGoesOn);
  EXPECT_TRUE(world.engine().RunOnce());
  EXPECT_THAT(**one, IsOk());
  EXPECT_THAT(**two, IsOk());
  EXPECT_EQ(world.StoredPerson(kAda).version(), 1u);
  EXPECT_EQ(world.StoredPerson(kBede).version(), 1u);
}

TEST(BatchTest, LaterMessagesOfABatchSeeWhatEarlierOnesDid) {
  Shows({"ctl-11"});
  EngineWorld world;
  const Answer one = world.Start(world.Episode(kAda, "e1"));
  const Answer two = world.Start(world.Proposal(kAda, "p1", "D1"));
  EXPECT_TRUE(world.engine().RunOnce());
  EXPECT_THAT(**one, IsOk());
  EXPECT_THAT(**two, IsOk());
  EXPECT_EQ(world.StoredPerson(kAda).version(), 2u);
}

TEST(BatchTest, AStoreThatTurnedReadOnlyMakesTheGatewayNotReady) {
  Shows({"ctl-40", "flt-04"});
  EngineWorld world;
  EXPECT_TRUE(world.engine().Ready());
  world.faults().FailAt(
      store::FaultyStore::Call::kStage, 1,
      MakeError(absl::StatusCode::kUnavailable, "COMMIT_FAILED", "nothing was kept"));
  EXPECT_THAT(world.Submit(world.Episode(kAda, "e1")), FailsWith("COMMIT_FAILED"));
  EXPECT_FALSE(world.engine().Ready());
  EXPECT_THAT(world.Submit(world.Episode(kAda, "e1")), FailsWith("STORE_READ_ONLY"));
}

TEST(BatchTest, StopFinishesWhatWaitsAndRefusesTheRest) {
  Shows({"ctl-52", "flt-34"});
  EngineWorld world;
  const Answer waiting = world.Start(world.Episode(kAda, "e1"));
  world.engine().Stop();
  EXPECT_THAT(**waiting, IsOk());
  const Answer late = world.Start(world.Episode(kBede, "e2"));
  EXPECT_THAT(**late, FailsWith("SHUTTING_DOWN"));
  EXPECT_FALSE(world.engine().Ready());
}

}  // namespace
}  // namespace fosse
