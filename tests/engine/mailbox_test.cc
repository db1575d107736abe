#include "engine/mailbox.h"

#include "audit/seal.h"
#include "engine/sealing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "store/fake_store.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Subscription = std::shared_ptr<engine::Engine::Subscription>;

// Mailboxes over a store in memory whose deliveries the test puts there.
class MailboxesTest : public ::testing::Test {
 protected:
  MailboxesTest()
      : keys_(audit::KeyRing::ForTests("fosse.test/QK1")),
        mailboxes_(std::make_shared<engine::Mailboxes>(
            engine::MailboxDeps{store_, keys_, clock_, executor_, absl::Seconds(60)})) {}

  // Queues deliveries for "R": {id, person, urgency}.
  struct Spec {
    std::string id;
    std::string person;
    v1::Urgency urgency = v1::URGENCY_ROUTINE;
    absl::Duration act_within = absl::InfiniteDuration();
  };
  void Queue(const std::vector<Spec>& specs) {
    auto session = store_.Begin();
    ASSERT_TRUE(session.ok());
    store::Batch batch;
    store::Entry& entry = batch.entries.emplace_back();  // The one that made them.
    entry.index = store_.entries();
    entry.subject = {store::RecordKind::kLocality, "QK1"};
    for (const Spec& spec : specs) {
      const store::RecordKey person{store::RecordKind::kPerson, spec.person};
      std::string& key = data_keys_[spec.person];
      if (key.empty()) {
        const auto made = keys_.NewDataKey(spec.person, random_);
        key = made.key;
        batch.keys.push_back({person, made.wrapped});
      }
      v1::Delivery delivery;
      delivery.set_delivery_id(spec.id);
      store::Delivery& kept = batch.deliveries.emplace_back();
      kept.delivery_id = spec.id;
      kept.recipient = "R";
      kept.sequence = ++sequence_;
      kept.subject = person;
      kept.entry_index = entry.index;
      kept.urgency = static_cast<uint8_t>(spec.urgency);
      kept.state_since = clock_.Now();
      kept.act_by = clock_.Now() + spec.act_within;
      kept.sealed = engine::SealMessage(person, key, audit::kSealDelivery, delivery, random_);
    }
    ASSERT_THAT((*session)->Stage(batch), IsOk());
    ASSERT_THAT((*session)->Commit({.size = store_.entries() + 1}), IsOk());
    mailboxes_->Notify({"R"});
  }
  // The recipient keeps it, as the committer would have it.
  void Keep(const std::string& id) {
    SetState(id, store::DeliveryState::kKept);
    mailboxes_->Settle(id);
  }
  // As the committer leaves it; gives it as the store has it then.
  store::Delivery SetState(const std::string& id, store::DeliveryState state) {
    ChangeState(id, state);
    return **store_.ReadDelivery(id);
  }
  void ChangeState(const std::string& id, store::DeliveryState state) {
    auto session = store_.Begin();
    ASSERT_TRUE(session.ok());
    store::Batch batch;
    batch.delivery_changes.push_back({id, state, clock_.Now()});
    ASSERT_THAT((*session)->Stage(batch), IsOk());
    ASSERT_THAT((*session)->Commit({.size = store_.entries()}), IsOk());
  }
  void Park(const std::string& id) {
    mailboxes_->Park(SetState(id, store::DeliveryState::kParked));
  }
  void Requeue(const std::string& id) {
    mailboxes_->Requeue(SetState(id, store::DeliveryState::kQueued));
  }
  void Pass(absl::Duration time) {
    clock_.Advance(time);
    mailboxes_->Tick();
  }
  Subscription Subscribe(std::vector<std::string>& seen, uint32_t window) {
    return mailboxes_->Subscribe({"R"}, window, [&seen](v1::Delivery delivery) {
      seen.push_back(delivery.delivery_id() +
                     (delivery.attempts() > 0 ? "#" + std::to_string(delivery.attempts()) : ""));
      for (const std::string& id : delivery.parked_before()) seen.back() += " without " + id;
    });
  }

  store::FakeStore store_;
  audit::KeyRing keys_;
  FakeClock clock_;
  FakeRandom random_;
  InlineExecutor executor_;
  std::map<std::string, std::string> data_keys_;
  uint64_t sequence_ = 0;
  std::shared_ptr<engine::Mailboxes> mailboxes_;
};

TEST_F(MailboxesTest, ThePersonsNextItemComesOnlyAfterTheOneBeforeIsKept) {
  Shows({"ctl-12", "inv-09", "haz-06"});
  Queue({{"a1", "ann"}, {"a2", "ann"}, {"b1", "ben"}, {"a3", "ann"}});
  std::vector<std::string> seen;
  const Subscription subscription = Subscribe(seen, 16);
  EXPECT_THAT(seen, ElementsAre("a1", "b1"));  // Others are not held up.
  Keep("a1");
  EXPECT_THAT(seen, ElementsAre("a1", "b1", "a2"));
  Queue({{"b2", "ben"}});
  EXPECT_THAT(seen, ElementsAre("a1", "b1", "a2"));
  Keep("b1");
  Keep("a2");
  EXPECT_THAT(seen, ElementsAre("a1", "b1", "a2", "b2", "a3"));
}

TEST_F(MailboxesTest, AtMostAWindowIsUnderWayAndUrgentGoesFirst) {
  Shows({"ctl-12", "haz-05"});
  Queue({{"a1", "ann"},
         {"b1", "ben"},
         {"c1", "cat", v1::URGENCY_URGENT},
         {"d1", "dan", v1::URGENCY_SAME_DAY}});
  std::vector<std::string> seen;
  const Subscription subscription = Subscribe(seen, 1);
  EXPECT_THAT(seen, ElementsAre("c1"));
  Keep("c1");
  Keep("d1");
  Keep("a1");
  EXPECT_THAT(seen, ElementsAre("c1", "d1", "a1", "b1"));
}

TEST_F(MailboxesTest, WhatIsNotAcknowledgedComesAgainByMonotonicTime) {
  Shows({"ctl-13", "ctl-43", "haz-03"});
  Queue({{"a1", "ann"}, {"a2", "ann"}});
  std::vector<std::string> seen;
  const Subscription subscription = Subscribe(seen, 1);
  clock_.Set(clock_.Now() + absl::Hours(5));  // A jump of wall time moves no lease.
  mailboxes_->Tick();
  EXPECT_THAT(seen, ElementsAre("a1"));
  clock_.Advance(absl::Seconds(60));
  mailboxes_->Tick();
  EXPECT_THAT(seen, ElementsAre("a1", "a1#1"));
  Keep("a1");
  EXPECT_THAT(seen, ElementsAre("a1", "a1#1", "a2"));
}

TEST_F(MailboxesTest, ALateHolderIsFencedOffOnceAnotherHasTheItem) {
  Shows({"ctl-13", "flt-22"});
  Queue({{"a1", "ann"}});
  std::vector<std::string> first, second;
  const Subscription paused = Subscribe(first, 1);
  EXPECT_TRUE(mailboxes_->IsLeased(*paused, "a1"));
  const Subscription other = Subscribe(second, 1);
  EXPECT_THAT(second, IsEmpty());
  Queue({{"b1", "ben"}});  // Goes to the other: the first has its window full.
  EXPECT_THAT(second, ElementsAre("b1"));
  Keep("b1");
  mailboxes_->Unsubscribe(paused);
  EXPECT_THAT(second, ElementsAre("b1", "a1#1"));
  EXPECT_FALSE(mailboxes_->IsLeased(*paused, "a1"));
  EXPECT_TRUE(mailboxes_->IsLeased(*other, "a1"));
}

TEST_F(MailboxesTest, NothingComesAfterUnsubscribing) {
  Shows({"ctl-13"});
  std::vector<std::string> seen, later;
  const Subscription subscription = Subscribe(seen, 16);
  Queue({{"a1", "ann"}});
  mailboxes_->Unsubscribe(subscription);
  Queue({{"b1", "ben"}});
  mailboxes_->Tick();
  EXPECT_THAT(seen, ElementsAre("a1"));
  const Subscription again = Subscribe(later, 16);
  EXPECT_THAT(later, UnorderedElementsAre("a1", "b1"));  // It was never kept.
}

TEST_F(MailboxesTest, WhatStandsBeforeSomethingUrgentGoesFirstAndComesAgainSoon) {
  Shows({"ctl-12", "haz-05"});
  Queue({{"b1", "ben"}, {"a1", "ann"}, {"a2", "ann", v1::URGENCY_URGENT}});
  std::vector<std::string> seen;
  const Subscription subscription = Subscribe(seen, 1);
  EXPECT_THAT(seen, ElementsAre("a1"));
  Pass(absl::Seconds(9));
  EXPECT_THAT(seen, ElementsAre("a1"));
  Pass(absl::Seconds(1));
  EXPECT_THAT(seen, ElementsAre("a1", "a1#1"));
  Keep("a1");
  EXPECT_THAT(seen, ElementsAre("a1", "a1#1", "a2"));
  Keep("a2");
  EXPECT_THAT(seen, ElementsAre("a1", "a1#1", "a2", "b1"));
  Pass(absl::Seconds(10));  // Nothing urgent waits behind this one.
  EXPECT_EQ(seen.size(), 4u);
}

TEST_F(MailboxesTest, AnUrgentItemWaitsAThirdOfItsDeadlineAndPassesWhatIsParked) {
  Shows({"ctl-12", "ctl-15", "haz-05", "inv-09"});
  Queue({{"a1", "ann"}, {"a2", "ann"}, {"b1", "ben"}});
  std::vector<std::string> seen;
  const Subscription subscription = Subscribe(seen, 16);
  Pass(absl::Hours(1));  // Nothing urgent waits: nothing is overdue, however long it takes.
  EXPECT_THAT(mailboxes_->Overdue(), IsEmpty());
  Queue({{"a3", "ann", v1::URGENCY_URGENT}});
  Pass(absl::Minutes(5) - absl::Seconds(1));
  EXPECT_THAT(mailboxes_->Overdue(), IsEmpty());
  Pass(absl::Seconds(1));
  EXPECT_THAT(mailboxes_->Overdue(), ElementsAre("a1"));
  EXPECT_THAT(mailboxes_->Overdue(),
              IsEmpty());  // It was said; and again where nothing came of it.
  Pass(absl::Seconds(10));
  EXPECT_THAT(mailboxes_->Overdue(), ElementsAre("a1"));
  seen.clear();
  Park("a1");
  EXPECT_THAT(seen, ElementsAre("a2 without a1"));
  EXPECT_THAT(mailboxes_->Overdue(), IsEmpty());  // The next one has its try.
  Pass(absl::Seconds(10));
  EXPECT_THAT(mailboxes_->Overdue(), ElementsAre("a2"));
  seen.clear();
  Park("a2");
  EXPECT_THAT(seen, ElementsAre("a3 without a1 without a2"));
  Keep("a3");
  Queue({{"a4", "ann"}});
  EXPECT_EQ(seen.back(), "a4 without a1 without a2");
  Keep("a1");  // Its system had it after all: a gap no more.
  Keep("a4");
  Queue({{"a5", "ann"}});
  EXPECT_EQ(seen.back(), "a5 without a2");
}

TEST_F(MailboxesTest, AShorterDeadlineOfItsOwnCountsAndTimeThatPassedBefore) {
  Shows({"ctl-12", "ctl-15", "ctl-43"});
  Queue({{"a1", "ann"}, {"a2", "ann", v1::URGENCY_URGENT, absl::Minutes(6)}});
  clock_.Advance(absl::Minutes(1));  // Nobody was there.
  std::vector<std::string> seen;
  const Subscription subscription = Subscribe(seen, 16);
  clock_.Set(clock_.Now() + absl::Hours(2));  // A jump of wall time is no time.
  Pass(absl::Seconds(59));
  EXPECT_THAT(mailboxes_->Overdue(), IsEmpty());
  Pass(absl::Seconds(1));
  EXPECT_THAT(mailboxes_->Overdue(), ElementsAre("a1"));
}

TEST_F(MailboxesTest, NothingIsParkedThatWasNotTried) {
  Shows({"ctl-12"});
  Queue({{"a1", "ann"}, {"a2", "ann", v1::URGENCY_URGENT}});
  clock_.Advance(absl::Hours(1));
  EXPECT_THAT(mailboxes_->Overdue(), IsEmpty());  // Nobody is connected.
  std::vector<std::string> seen;
  const Subscription subscription = Subscribe(seen, 16);
  EXPECT_THAT(mailboxes_->Overdue(), IsEmpty());
  Keep("a1");
  EXPECT_THAT(seen, ElementsAre("a1", "a2"));
}

TEST_F(MailboxesTest, WhatIsQueuedAnewTakesItsPlaceAndWaitsForWhatIsUnderWay) {
  Shows({"ctl-12", "ctl-14", "inv-09"});
  Queue({{"a1", "ann"}, {"a2", "ann", v1::URGENCY_URGENT}, {"a3", "ann"}});
  std::vector<std::string> seen;
  const Subscription subscription = Subscribe(seen, 16);
  Park("a1");
  EXPECT_THAT(seen, ElementsAre("a1", "a2 without a1"));
  Requeue("a1");
  EXPECT_EQ(seen.size(), 2u);  // One at a time of a person.
  Keep("a2");
  EXPECT_THAT(seen, ElementsAre("a1", "a2 without a1", "a1"));
  Keep("a1");
  EXPECT_EQ(seen.back(), "a3");
  Requeue("a1");  // Of an item that nobody has in hand.
  Requeue("a1");
  EXPECT_EQ(seen.size(), 4u);
  Keep("a3");
  EXPECT_EQ(seen.back(), "a1");
  mailboxes_->Unsubscribe(subscription);
}

// Acknowledgements through the whole engine.
class AcknowledgementTest : public ::testing::Test {
 protected:
  AcknowledgementTest() {
    EXPECT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
    EXPECT_THAT(world_.Submit(world_.Proposal(kAda, "p1", "D1")), IsOk());
    EXPECT_THAT(world_.Submit(world_.Proposal(kAda, "p2", "D2")), IsOk());
    Open();
  }
  ~AcknowledgementTest() override { world_.engine().Unsubscribe(subscription_); }

  void Open() {
    seen_.clear();
    subscription_ = world_.engine().Subscribe(
        {.participant = kProvider}, {kProvider}, 16,
        [this](v1::Delivery delivery) { seen_.push_back(std::move(delivery)); });
  }
  absl::StatusOr<uint64_t> Acknowledge(const std::string& id, v1::DeliveryState state) {
    v1::DeliveryOutcome outcome;
    outcome.set_delivery_id(id);
    outcome.set_state(state);
    outcome.set_detail_code("http-200");
    return world_.Ask<uint64_t>([&](engine::Done<uint64_t> done) {
      world_.engine().Acknowledge(subscription_, outcome, std::move(done));
    });
  }
  store::DeliveryState StateOf(const std::string& id) {
    return (*world_.store().ReadDelivery(id))->state;
  }

  EngineWorld world_;
  std::vector<v1::Delivery> seen_;
  Subscription subscription_;
};

TEST_F(AcknowledgementTest, KeptLetsTheNextGoAndDeliveredMayFollow) {
  Shows({"ctl-12", "ctl-16", "inv-09"});
  ASSERT_EQ(seen_.size(), 1u);
  const std::string first = seen_[0].delivery_id();
  EXPECT_EQ(seen_[0].kind(), v1::DELIVERY_KIND_PROPOSAL);
  EXPECT_FALSE(seen_[0].message_digest().empty());
  EXPECT_FALSE(seen_[0].message().has_original());
  const uint64_t size = world_.Size();
  ASSERT_OK_AND_ASSIGN(const uint64_t index, Acknowledge(first, v1::DELIVERY_STATE_KEPT));
  EXPECT_EQ(index, size);
  EXPECT_EQ(world_.Leaf(index).kind(), "delivery_outcome");
  EXPECT_EQ(world_.Leaf(index).sender(), kProvider);
  EXPECT_EQ(StateOf(first), store::DeliveryState::kKept);
  EXPECT_EQ(seen_.size(), 2u);
  EXPECT_THAT(Acknowledge(first, v1::DELIVERY_STATE_DELIVERED), IsOk());
  EXPECT_EQ(StateOf(first), store::DeliveryState::kDelivered);
  // Late or contrary words move nothing: the first is harmless, the second is refused.
  EXPECT_THAT(Acknowledge(first, v1::DELIVERY_STATE_KEPT), IsOk());
  EXPECT_THAT(Acknowledge(first, v1::DELIVERY_STATE_REFUSED), FailsWith("STATE_CONFLICT"));
  EXPECT_EQ(StateOf(first), store::DeliveryState::kDelivered);
}

TEST_F(AcknowledgementTest, WhatWasKeptBeforeARestartMayBeDeliveredAfterIt) {
  Shows({"ctl-13"});
  const std::string first = seen_[0].delivery_id();
  ASSERT_THAT(Acknowledge(first, v1::DELIVERY_STATE_KEPT), IsOk());
  world_.engine().Unsubscribe(subscription_);
  ASSERT_THAT(world_.Restart(), IsOk());
  Open();
  EXPECT_EQ(seen_.size(), 1u);  // The second alone: the first is kept.
  EXPECT_THAT(Acknowledge(first, v1::DELIVERY_STATE_REFUSED), IsOk());
  EXPECT_EQ(StateOf(first), store::DeliveryState::kRefused);
}

TEST_F(AcknowledgementTest, FalseAcknowledgementsAreRefusedCountedAndMoveNothing) {
  Shows({"flt-18", "ctl-13"});
  ASSERT_OK_AND_ASSIGN(const auto queued, world_.store().QueuedDeliveries(kProvider, 0, 10));
  ASSERT_GE(queued.size(), 2u);
  const std::string not_handed_out = queued[1].delivery_id;
  const uint64_t size = world_.Size();
  EXPECT_THAT(Acknowledge(not_handed_out, v1::DELIVERY_STATE_KEPT),
              FailsWith("DELIVERY_NOT_FOUND"));
  EXPECT_THAT(Acknowledge("never-was", v1::DELIVERY_STATE_KEPT), FailsWith("DELIVERY_NOT_FOUND"));
  const Subscription stranger = world_.engine().Subscribe(
      {.participant = kOtherPractice}, {kOtherPractice}, 16, [](v1::Delivery) {});
  std::swap(subscription_, const_cast<Subscription&>(stranger));
  EXPECT_THAT(Acknowledge(seen_[0].delivery_id(), v1::DELIVERY_STATE_KEPT),
              FailsWith("DELIVERY_NOT_FOUND"));
  std::swap(subscription_, const_cast<Subscription&>(stranger));
  world_.engine().Unsubscribe(stranger);
  EXPECT_EQ(StateOf(not_handed_out), store::DeliveryState::kQueued);
  EXPECT_EQ(StateOf(seen_[0].delivery_id()), store::DeliveryState::kQueued);
  EXPECT_EQ(world_.Size(), size);
  world_.clock().Advance(absl::Minutes(2));
  world_.Run();
  EXPECT_EQ(world_.Leaf(size).kind(), "refused_attempts");
}

TEST_F(AcknowledgementTest, ARefusedItemStaysToBeSeenAndHoldsUpNobody) {
  Shows({"ctl-12", "ctl-16", "inv-09"});
  const std::string first = seen_[0].delivery_id();
  ASSERT_THAT(Acknowledge(first, v1::DELIVERY_STATE_REFUSED), IsOk());
  EXPECT_EQ(seen_.size(), 2u);
  ASSERT_OK_AND_ASSIGN(const v1::GetTraceResponse trace,
                       world_.Trace(kCommunity, seen_[0].entry_index()));
  bool shown = false;
  for (const v1::DeliveryTrace& delivery : trace.entries(0).deliveries()) {
    shown |= delivery.note().delivery_id() == first && delivery.state() == "refused";
  }
  EXPECT_TRUE(shown);
}

TEST_F(AcknowledgementTest, AFailedCommitLeavesTheItemQueued) {
  Shows({"ctl-13", "inv-07"});
  const std::string first = seen_[0].delivery_id();
  world_.faults().FailAt(
      store::FaultyStore::Call::kCommit, 1,
      MakeError(absl::StatusCode::kUnavailable, "COMMIT_FAILED", "nothing was kept"),
      store::FaultyStore::Afterwards::kGoesOn);
  EXPECT_THAT(Acknowledge(first, v1::DELIVERY_STATE_KEPT), FailsWith("COMMIT_FAILED"));
  EXPECT_EQ(StateOf(first), store::DeliveryState::kQueued);
  world_.clock().Advance(absl::Seconds(60));
  world_.Run();
  ASSERT_EQ(seen_.size(), 2u);
  EXPECT_EQ(seen_[1].delivery_id(), first);
  EXPECT_THAT(Acknowledge(first, v1::DELIVERY_STATE_KEPT), IsOk());
}

}  // namespace
}  // namespace fosse
