#include "adapters/kit/delivery_loop.h"

#include <algorithm>
#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/adapters/kit/kit_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

constexpr char kRecipient[] = "1-1000000001";

class DeliveryLoopTest : public ::testing::Test {
 protected:
  DeliveryLoopTest() {
    auto outbox = Outbox::Open(folder_.path("outbox.db"), folder_.path("key"), random_);
    FOSSE_CHECK(outbox.ok());
    outbox_ = *std::move(outbox);
    auto client = GatewayClient::Create(gateway_.ConfigOf(certificates_.Participant("RELAY")));
    FOSSE_CHECK(client.ok());
    client_ = *std::move(client);
  }

  void OpenLoop(absl::Duration settled = absl::Milliseconds(50),
                BreakerTerms breaker = {.failures = 1000, .most_saved = 1000}) {
    Pace pace;
    pace.breaker = breaker;
    pace.retry = [](int, Random&) { return absl::Milliseconds(1); };
    pace.reconnect = absl::Milliseconds(10);
    pace.settled = settled;
    loop_ = std::make_unique<DeliveryLoop>(
        *outbox_, *client_, random_, std::vector<std::string>{kRecipient},
        [this](const v1::Delivery& delivery) {
          const std::lock_guard lock(mutex_);
          delivered_.push_back(delivery.delivery_id());
          const auto answer = answers_.find(delivery.delivery_id());
          return answer == answers_.end()
                     ? Attempt{.result = Attempt::Result::kDelivered, .detail_code = "http-200"}
                     : answer->second;
        },
        pace);
  }

  void AnswerWith(const std::string& id, Attempt::Result result, const std::string& code = "x") {
    const std::lock_guard lock(mutex_);
    answers_[id] = {.result = result, .detail_code = code};
  }
  void AnswerAsUsual(const std::string& id) {
    const std::lock_guard lock(mutex_);
    answers_.erase(id);
  }
  // Ids handed to the system, in order.
  std::vector<std::string> delivered() {
    const std::lock_guard lock(mutex_);
    return delivered_;
  }
  int Deliveries(const std::string& id) {
    const std::vector<std::string> all = delivered();
    return static_cast<int>(std::count(all.begin(), all.end(), id));
  }
  bool Acknowledged(const std::string& line, int count = 1) {
    return Eventually([&] {
      const std::vector<std::string> all = gateway_.acknowledged();
      return std::count(all.begin(), all.end(), line) >= count;
    });
  }
  Outbox::State StateOf(const std::string& id) { return (*outbox_->Find(id))->state; }
  bool Told(const std::string& id) {
    return Eventually([&] { return (*outbox_->Find(id))->told; });
  }

  Certificates certificates_;
  Folder folder_;
  SystemRandom random_;
  FakeGateway gateway_{certificates_};
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<GatewayClient> client_;
  std::mutex mutex_;
  std::vector<std::string> delivered_;
  std::map<std::string, Attempt> answers_;
  std::unique_ptr<DeliveryLoop> loop_;  // Last: it goes first.
};

TEST_F(DeliveryLoopTest, KeptIsAcknowledgedOnlyWhenItIsDurable) {
  Shows({"haz-38", "ctl-13"});
  std::atomic<bool> durable = false;
  gateway_.set_acknowledge([&](const v1::DeliveryOutcome& outcome) {
    if (outcome.state() == v1::DELIVERY_STATE_KEPT) {
      // What another reader of the file finds at this moment.
      auto outbox = Outbox::Open(folder_.path("outbox.db"), folder_.path("key"), random_);
      durable = outbox.ok() && (*outbox)->Find(outcome.delivery_id())->has_value();
    }
    return grpc::Status::OK;
  });
  OpenLoop();
  ASSERT_TRUE(gateway_.Deliver(DeliveryOf("d-1")));
  ASSERT_TRUE(Acknowledged("d-1 KEPT"));
  ASSERT_TRUE(Acknowledged("d-1 DELIVERED http-200"));
  EXPECT_TRUE(durable);
  EXPECT_THAT(gateway_.opened(), ElementsAre(kRecipient));
  EXPECT_EQ(Deliveries("d-1"), 1);
  EXPECT_TRUE(Told("d-1"));
}

TEST_F(DeliveryLoopTest, APersonsItemsKeepTheirOrderAndOthersPass) {
  Shows({"haz-06", "ctl-12"});
  AnswerWith("d-1", Attempt::Result::kLater);
  ASSERT_THAT(outbox_->KeepDelivery(DeliveryOf("d-1"), absl::Now()), IsOk());
  ASSERT_THAT(outbox_->KeepDelivery(DeliveryOf("d-2"), absl::Now()), IsOk());
  ASSERT_THAT(outbox_->KeepDelivery(DeliveryOf("d-3", "9990000026"), absl::Now()), IsOk());
  // The same person at another recipient waits for nobody here.
  ASSERT_THAT(outbox_->KeepDelivery(DeliveryOf("d-4", "9990000018", "C82999"), absl::Now()),
              IsOk());
  OpenLoop();
  ASSERT_TRUE(Acknowledged("d-3 DELIVERED http-200"));
  ASSERT_TRUE(Acknowledged("d-4 DELIVERED http-200"));
  EXPECT_EQ(Deliveries("d-2"), 0);
  EXPECT_TRUE(Eventually([&] { return Deliveries("d-1") >= 2; }));
  AnswerAsUsual("d-1");
  ASSERT_TRUE(Acknowledged("d-2 DELIVERED http-200"));
  const std::vector<std::string> order = delivered();
  EXPECT_LT(std::find(order.rbegin(), order.rend(), "d-2"),
            std::find(order.rbegin(), order.rend(), "d-1"));
  EXPECT_EQ(Deliveries("d-2"), 1);
}

TEST_F(DeliveryLoopTest, AFullPageThatWaitsHoldsUpNobodyBehindIt) {
  Shows({"ctl-12", "haz-05"});
  // One person's items fill more than a page; the first is not to be delivered yet.
  for (int n = 0; n < 501; ++n) {
    ASSERT_THAT(outbox_->KeepDelivery(DeliveryOf("blocked-" + std::to_string(n)),
                                      absl::Now() + absl::Hours(1)),
                IsOk());
  }
  ASSERT_THAT(outbox_->KeepDelivery(DeliveryOf("d-1", "9990000026"), absl::Now()), IsOk());
  OpenLoop();
  ASSERT_TRUE(Acknowledged("d-1 DELIVERED http-200"));
  EXPECT_THAT(delivered(), ElementsAre("d-1"));
}

TEST_F(DeliveryLoopTest, AfterTheLastAttemptItIsDeadAndThePersonsNextOneGoes) {
  Shows({"ctl-14"});
  AnswerWith("d-1", Attempt::Result::kLater, "timeout");
  OpenLoop();
  ASSERT_TRUE(gateway_.Deliver(DeliveryOf("d-1")));
  ASSERT_TRUE(gateway_.Deliver(DeliveryOf("d-2")));
  ASSERT_TRUE(Acknowledged("d-1 DEAD timeout"));
  ASSERT_TRUE(Acknowledged("d-2 DELIVERED http-200"));
  EXPECT_EQ(Deliveries("d-1"), kMostAttempts);
  EXPECT_EQ(StateOf("d-1"), Outbox::State::kDead);
}

TEST_F(DeliveryLoopTest, ASystemThatIsAwayIsSparedAndItsDeadLetterComesNoLater) {
  Shows({"ctl-14", "haz-05"});
  AnswerWith("d-1", Attempt::Result::kLater, "timeout");
  OpenLoop(absl::Milliseconds(50),
           {.failures = 3, .first_rest = absl::Hours(10), .longest_rest = absl::Hours(10)});
  ASSERT_TRUE(gateway_.Deliver(DeliveryOf("d-1")));
  ASSERT_TRUE(Acknowledged("d-1 DEAD breaker-open"));
  EXPECT_EQ(Deliveries("d-1"), 3);
}

TEST_F(DeliveryLoopTest, ASystemThatAsksToWaitIsTriedAgainNoSooner) {
  Shows({"ctl-14"});
  {
    const std::lock_guard lock(mutex_);
    answers_["d-1"] = {
        .result = Attempt::Result::kLater, .detail_code = "http-503", .wait = absl::Hours(1)};
  }
  OpenLoop();
  const absl::Time before = absl::Now();
  ASSERT_TRUE(gateway_.Deliver(DeliveryOf("d-1")));
  const auto next = [this] {
    const auto item = outbox_->Find("d-1");
    return item.ok() && item->has_value() && (*item)->attempts == 1 ? (*item)->next_attempt
                                                                    : absl::InfinitePast();
  };
  ASSERT_TRUE(Eventually([&] { return next() > absl::InfinitePast(); }));
  EXPECT_GE(next(), before + kLongestRetry - absl::Milliseconds(1))
      << "an hour is too long to wait";
  EXPECT_LE(next(), absl::Now() + kLongestRetry);
}

TEST_F(DeliveryLoopTest, ARefusalIsFinalAndHoldsUpNobody) {
  AnswerWith("d-1", Attempt::Result::kRefused, "http-422");
  OpenLoop();
  ASSERT_TRUE(gateway_.Deliver(DeliveryOf("d-1")));
  ASSERT_TRUE(gateway_.Deliver(DeliveryOf("d-2")));
  ASSERT_TRUE(Acknowledged("d-1 REFUSED http-422"));
  ASSERT_TRUE(Acknowledged("d-2 DELIVERED http-200"));
  EXPECT_EQ(Deliveries("d-1"), 1);
}

TEST_F(DeliveryLoopTest, ARedeliveredItemIsAcknowledgedAndNotDeliveredTwice) {
  Shows({"haz-07", "ctl-13"});
  AnswerWith("waiting", Attempt::Result::kWorkList);
  OpenLoop();
  ASSERT_TRUE(gateway_.Deliver(DeliveryOf("d-1")));
  ASSERT_TRUE(gateway_.Deliver(DeliveryOf("waiting")));
  ASSERT_TRUE(Acknowledged("waiting KEPT"));
  ASSERT_TRUE(Told("d-1"));
  ASSERT_TRUE(gateway_.Deliver(DeliveryOf("waiting")));
  ASSERT_TRUE(gateway_.Deliver(DeliveryOf("d-1")));
  ASSERT_TRUE(Acknowledged("waiting KEPT", 2));
  ASSERT_TRUE(Acknowledged("d-1 DELIVERED http-200", 2));
  EXPECT_EQ(Deliveries("d-1"), 1);
  EXPECT_EQ(Deliveries("waiting"), 1);
}

TEST_F(DeliveryLoopTest, AFinalStateReachedWhileTheGatewayIsAwayIsToldWhenItIsBack) {
  Shows({"ctl-13", "haz-03"});
  gateway_.Stop();
  ASSERT_THAT(outbox_->KeepDelivery(DeliveryOf("d-1"), absl::Now()), IsOk());
  OpenLoop();
  ASSERT_TRUE(Eventually([&] { return StateOf("d-1") == Outbox::State::kDelivered; }));
  EXPECT_FALSE((*outbox_->Find("d-1"))->told);
  gateway_.Start();
  ASSERT_TRUE(Acknowledged("d-1 DELIVERED http-200"));
  EXPECT_TRUE(Told("d-1"));
}

TEST_F(DeliveryLoopTest, AFinalStateWhoseStreamBreaksSoonAfterIsToldAgain) {
  Shows({"ctl-13"});
  OpenLoop(absl::Hours(1));  // No stream of this test lives that long.
  ASSERT_TRUE(gateway_.Deliver(DeliveryOf("d-1")));
  ASSERT_TRUE(Acknowledged("d-1 DELIVERED http-200"));
  gateway_.Stop();
  gateway_.Start();
  ASSERT_TRUE(Acknowledged("d-1 DELIVERED http-200", 2));
  EXPECT_EQ(Deliveries("d-1"), 1);
}

TEST_F(DeliveryLoopTest, ARestartTellsWhatWasNotToldAndDeliversWhatWasKept) {
  Shows({"ctl-13", "haz-38"});
  ASSERT_THAT(outbox_->KeepDelivery(DeliveryOf("d-1"), absl::Now()), IsOk());
  ASSERT_THAT(outbox_->Finish("d-1", Outbox::State::kRefused, "http-422"), IsOk());
  ASSERT_THAT(outbox_->KeepDelivery(DeliveryOf("d-2"), absl::Now()), IsOk());
  OpenLoop();
  ASSERT_TRUE(Acknowledged("d-1 REFUSED http-422"));
  ASSERT_TRUE(Acknowledged("d-2 DELIVERED http-200"));
  EXPECT_THAT(delivered(), ElementsAre("d-2"));
}

TEST_F(DeliveryLoopTest, AFinalStateThatTheGatewayRefusesDoesNotEndEveryStream) {
  Shows({"ctl-12"});
  gateway_.set_acknowledge([](const v1::DeliveryOutcome& outcome) {
    return outcome.delivery_id() == "d-2" && outcome.state() != v1::DELIVERY_STATE_KEPT
               ? Refused(grpc::StatusCode::FAILED_PRECONDITION, "STATE_CONFLICT")
               : grpc::Status::OK;
  });
  for (const char* id : {"d-1", "d-2", "d-3"}) {
    ASSERT_THAT(outbox_->KeepDelivery(DeliveryOf(id), absl::Now()), IsOk());
    ASSERT_THAT(outbox_->Finish(id, Outbox::State::kDelivered, "http-200"), IsOk());
  }
  OpenLoop(absl::Milliseconds(300));
  EXPECT_TRUE(Told("d-1"));
  EXPECT_TRUE(Told("d-2"));  // Given up.
  EXPECT_TRUE(Told("d-3"));
  EXPECT_THAT(gateway_.acknowledged(), Contains("d-3 DELIVERED http-200"));
  const int streams = gateway_.streams();
  ASSERT_TRUE(gateway_.Deliver(DeliveryOf("d-4")));
  ASSERT_TRUE(Acknowledged("d-4 DELIVERED http-200"));
  EXPECT_EQ(gateway_.streams(), streams);
}

TEST_F(DeliveryLoopTest, AWorkListItemIsDeliveredWhenItsReaderTakesItAndNotBefore) {
  Shows({"haz-04", "ctl-13"});
  AnswerWith("d-1", Attempt::Result::kWorkList);
  OpenLoop();
  ASSERT_TRUE(gateway_.Deliver(DeliveryOf("d-1")));
  ASSERT_TRUE(gateway_.Deliver(DeliveryOf("d-2")));
  // An unread item holds nobody up.
  ASSERT_TRUE(Acknowledged("d-2 DELIVERED http-200"));
  ASSERT_TRUE(Eventually([&] { return Deliveries("d-1") == 1; }));
  EXPECT_EQ(StateOf("d-1"), Outbox::State::kWaiting);
  EXPECT_THAT(gateway_.acknowledged(), Not(Contains("d-1 DELIVERED work-list")));
  EXPECT_THAT(loop_->Taken("d-1", "work-list"), IsOk());
  ASSERT_TRUE(Acknowledged("d-1 DELIVERED work-list"));
  EXPECT_THAT(loop_->Taken("d-1", "work-list"), FailsWith("DELIVERY_NOT_FOUND"));
  EXPECT_THAT(loop_->Taken("never-was", "work-list"), FailsWith("DELIVERY_NOT_FOUND"));
  EXPECT_EQ(Deliveries("d-1"), 1);
}

TEST_F(DeliveryLoopTest, ComesAndGoesWhileItemsArrive) {
  Shows({"ctl-13"});
  for (int round = 0; round < 15; ++round) {
    const int streams = gateway_.streams();
    OpenLoop();
    ASSERT_TRUE(Eventually([&] { return gateway_.streams() > streams; }));
    for (int n = 0; n < 5; ++n) {
      ASSERT_TRUE(gateway_.Deliver(DeliveryOf("d-" + std::to_string(round * 5 + n))));
    }
    if (round % 3 == 1) gateway_.Stop();
    loop_.reset();
    if (round % 3 == 1) gateway_.Start();
  }
  // What is handed to a stream that is going is lost with it: wait for the new one.
  const int streams = gateway_.streams();
  OpenLoop();
  ASSERT_TRUE(Eventually([&] { return gateway_.streams() > streams; }));
  ASSERT_TRUE(gateway_.Deliver(DeliveryOf("last")));
  ASSERT_TRUE(Acknowledged("last DELIVERED http-200"));
  // Whatever was acknowledged as kept was delivered, once each.
  for (const std::string& line : gateway_.acknowledged()) {
    const size_t space = line.find(" KEPT");
    if (space == std::string::npos) continue;
    const std::string id = line.substr(0, space);
    EXPECT_TRUE(Eventually([&] { return StateOf(id) == Outbox::State::kDelivered; })) << id;
    EXPECT_EQ(Deliveries(id), 1) << id;
  }
}

}  // namespace
}  // namespace fosse::adapters
