// Many threads over one engine: what ThreadSanitizer looks at. No assertion here is about time.
#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "base/clock.h"
#include "base/executor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

constexpr int kSubmitters = 8;
constexpr int kPeople = 4;
constexpr int kMessagesEach = 24;
constexpr int kReaders = 2;

constexpr TestPerson kEverybody[kPeople] = {
    kAda, kBede, kCleo, {"9990000042", "1933-04-05", "Underhill"}};

// One answer, waited for.
template <typename T>
absl::StatusOr<T> Wait(const std::function<void(engine::Done<T>)>& call) {
  absl::Notification done;
  absl::StatusOr<T> answer = absl::UnknownError("none");
  call([&](absl::StatusOr<T> given) {
    answer = std::move(given);
    done.Notify();
  });
  done.WaitForNotification();
  return answer;
}

// A recipient that keeps everything, and remembers in which order each person's items came.
class Recipient {
 public:
  explicit Recipient(engine::Engine& engine) : engine_(engine) {}

  void Open() {
    // Under the lock, so that the first delivery finds the subscription to acknowledge on.
    absl::MutexLock lock(&mutex_);
    subscription_ = engine_.Subscribe({.participant = kProvider}, {kProvider}, 4,
                                      [this](v1::Delivery delivery) { Take(delivery); });
  }
  void Close() { engine_.Unsubscribe(subscription()); }

  // The items in the order in which each came for the first time, by person.
  std::map<std::string, std::vector<uint64_t>> Seen() {
    absl::MutexLock lock(&mutex_);
    return order_;
  }
  size_t kept() {
    absl::MutexLock lock(&mutex_);
    return kept_.size();
  }

 private:
  std::shared_ptr<engine::Engine::Subscription> subscription() {
    absl::MutexLock lock(&mutex_);
    return subscription_;
  }
  void Take(const v1::Delivery& delivery) {
    {
      absl::MutexLock lock(&mutex_);
      if (seen_.insert(delivery.delivery_id()).second) {
        order_[delivery.message().subject().person().nhs_number()].push_back(
            delivery.entry_index());
      }
    }
    v1::DeliveryOutcome outcome;
    outcome.set_delivery_id(delivery.delivery_id());
    outcome.set_state(v1::DELIVERY_STATE_KEPT);
    engine_.Acknowledge(subscription(), outcome,
                        [this, id = delivery.delivery_id()](absl::StatusOr<uint64_t> index) {
                          absl::MutexLock lock(&mutex_);
                          if (index.ok()) kept_.insert(id);
                        });
  }

  engine::Engine& engine_;
  absl::Mutex mutex_;
  std::shared_ptr<engine::Engine::Subscription> subscription_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> seen_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> kept_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::vector<uint64_t>> order_ ABSL_GUARDED_BY(mutex_);
};

TEST(EngineStressTest, OneEffectForEachKeyAndEachPersonsItemsInOrder) {
  Shows({"inv-08", "inv-09", "ctl-10", "ctl-12", "flt-19"});
  EngineWorld world;  // For its files, directory and messages; its own engine is let go.
  std::vector<v1::Envelope> episodes;
  for (int p = 0; p < kPeople; ++p) {
    episodes.push_back(world.Episode(kEverybody[p], "e" + std::to_string(p)));
  }
  world.engine().Stop();
  SystemClock clock;
  ThreadExecutor executor(3);
  FakeRandom random(11);
  const absl::Time now = clock.Now();
  engine::Engine engine("QK1", {world.store(), world.keys(), clock, random, executor});
  ASSERT_THAT(engine.Start(""), IsOk());
  const auto stamp = [&](v1::Envelope envelope) {
    envelope.mutable_sent_at()->set_seconds(absl::ToUnixSeconds(now));
    return envelope;
  };
  const auto submit = [&](const v1::Envelope& envelope) {
    return Wait<v1::Receipt>([&](engine::Done<v1::Receipt> done) {
      engine.Submit({.participant = envelope.sender()}, envelope, absl::InfiniteFuture(),
                    std::move(done));
    });
  };
  for (const v1::Envelope& episode : episodes) ASSERT_THAT(submit(stamp(episode)), IsOk());

  // Every submitter sends the same messages: each key comes kSubmitters times.
  std::vector<v1::Envelope> messages;
  for (int n = 0; n < kMessagesEach; ++n) {
    const std::string id = "p" + std::to_string(n);
    v1::Envelope proposal = stamp(world.Proposal(kEverybody[n % kPeople], id, "D" + id));
    proposal.mutable_delegation_proposal()->mutable_plan()->set_review_on(
        absl::FormatTime("%Y-%m-%d", now + absl::Hours(24 * 60), absl::UTCTimeZone()));
    messages.push_back(std::move(proposal));
  }
  Recipient recipient(engine);
  recipient.Open();
  std::vector<std::map<std::string, std::string>> receipts(kSubmitters);
  std::atomic<int> failures = 0;
  std::atomic<bool> reading = true;
  std::vector<std::thread> threads;
  for (int s = 0; s < kSubmitters; ++s) {
    threads.emplace_back([&, s] {
      for (int n = 0; n < kMessagesEach; ++n) {
        const v1::Envelope& message = messages[(n + s * 3) % kMessagesEach];
        const auto receipt = submit(message);
        if (!receipt.ok()) {
          ++failures;
          continue;
        }
        receipts[s][message.message_id()] = receipt->SerializeAsString();
      }
    });
  }
  std::vector<std::thread> readers;
  for (int r = 0; r < kReaders; ++r) {
    readers.emplace_back([&, r] {
      while (reading) {
        v1::GetPersonRequest request;
        *request.mutable_person() = ReferenceOf(kEverybody[r]);
        const auto person = Wait<v1::GetPersonResponse>([&](auto done) {
          engine.GetPerson({.participant = kCommunity}, request, std::move(done));
        });
        if (!person.ok()) ++failures;
        if (!Wait<v1::GetCheckpointResponse>([&](auto done) { engine.GetCheckpoint(done); }).ok()) {
          ++failures;
        }
        engine.CountRefusal(kProvider, "GetPerson", "ROLE_MISSING");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  reading = false;
  for (std::thread& thread : readers) thread.join();

  EXPECT_EQ(failures, 0);
  for (int s = 1; s < kSubmitters; ++s) EXPECT_EQ(receipts[s], receipts[0]);
  EXPECT_EQ(receipts[0].size(), static_cast<size_t>(kMessagesEach));
  for (const auto& [id, bytes] : receipts[0]) {
    v1::Receipt receipt;
    ASSERT_TRUE(receipt.ParseFromString(bytes));
    // Only what is permitted is delivered: waiting for more would never end.
    ASSERT_EQ(receipt.decisions(0).outcome(), v1::OUTCOME_PERMIT)
        << id << " " << receipt.decisions(0).ShortDebugString();
  }
  while (recipient.kept() < kMessagesEach) absl::SleepFor(absl::Milliseconds(5));
  for (const auto& [person, indices] : recipient.Seen()) {
    EXPECT_TRUE(std::is_sorted(indices.begin(), indices.end()));
    EXPECT_EQ(indices.size(), static_cast<size_t>(kMessagesEach / kPeople));
  }
  recipient.Close();
  engine.Stop();
  for (int p = 0; p < kPeople; ++p) {
    EXPECT_EQ(world.StoredPerson(kEverybody[p]).delegations_size(), kMessagesEach / kPeople);
  }
}

TEST(EngineStressTest, EveryCallIsAnsweredOnceThoughTheEngineStops) {
  Shows({"inv-07", "ctl-52", "flt-34"});
  EngineWorld world;
  std::vector<v1::Envelope> messages;
  for (int n = 0; n < 200; ++n) {
    messages.push_back(world.Episode(kEverybody[n % kPeople], "e" + std::to_string(n)));
  }
  world.engine().Stop();
  SystemClock clock;
  FakeRandom random(12);
  std::atomic<int> answers = 0;
  std::atomic<int> kept = 0;
  {
    ThreadExecutor executor(2);
    engine::Engine engine("QK1", {world.store(), world.keys(), world.clock(), random, executor});
    ASSERT_THAT(engine.Start(""), IsOk());
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int n = t; n < 200; n += 4) {
          engine.Submit({.participant = kCommunity}, messages[n], absl::InfiniteFuture(),
                        [&](absl::StatusOr<v1::Receipt> receipt) {
                          ++answers;
                          if (receipt.ok()) ++kept;
                        });
        }
      });
    }
    engine.Stop();
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(answers, 200);
  // What was answered OK is in the trail.
  uint64_t entries = 0;
  for (uint64_t i = 2; i < world.Size(); ++i) entries += world.Leaf(i).kind() == "episode_change";
  EXPECT_EQ(entries, static_cast<uint64_t>(kept));
}

}  // namespace
}  // namespace fosse
