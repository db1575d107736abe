#include "engine/message.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

using ::testing::Contains;
using ::testing::Pair;

std::string Bytes(const v1::Receipt& receipt) { return receipt.SerializeAsString(); }

// How often the person's record says that the task was proposed: the effect of one key.
int Delegations(EngineWorld& world, const TestPerson& person) {
  return world.StoredPerson(person).delegations_size();
}

class IdempotencyTest : public ::testing::Test {
 protected:
  IdempotencyTest() { EXPECT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk()); }
  EngineWorld world_;
};

TEST_F(IdempotencyTest, RepeatGetsTheStoredReceipt) {
  Shows({"ctl-10", "inv-08", "haz-07"});
  const v1::Envelope proposal = world_.Proposal(kAda, "p1", "D1");
  ASSERT_OK_AND_ASSIGN(const v1::Receipt first, world_.Submit(proposal));
  const uint64_t size = world_.Size();
  world_.clock().Advance(absl::Minutes(5));
  ASSERT_OK_AND_ASSIGN(const v1::Receipt again, world_.Submit(proposal));
  EXPECT_EQ(Bytes(first), Bytes(again));
  EXPECT_EQ(world_.Size(), size);
  EXPECT_EQ(Delegations(world_, kAda), 1);
}

TEST_F(IdempotencyTest, TraceparentRelayAndBasisAreNoPartOfSameness) {
  Shows({"ctl-10"});
  v1::Envelope concern = world_.Concern(kAda, "c1", kPractice, "unsettled");
  ASSERT_OK_AND_ASSIGN(const v1::Receipt first, world_.Submit(concern));
  concern.set_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  concern.mutable_acting_person()->set_basis(v1::PRACTITIONER_BASIS_AUTHENTICATED);
  ASSERT_OK_AND_ASSIGN(const v1::Receipt again, world_.SubmitAs({.participant = kRelay}, concern));
  EXPECT_EQ(Bytes(first), Bytes(again));
}

TEST_F(IdempotencyTest, OtherBytesUnderTheSameKeyAreRefusedAndRecorded) {
  Shows({"ctl-10", "flt-20"});
  const absl::Time first_seen = world_.clock().Now();
  ASSERT_THAT(world_.Submit(world_.Proposal(kAda, "p1", "D1")), IsOk());
  world_.clock().Advance(absl::Minutes(5));
  const uint64_t size = world_.Size();
  const auto reused = world_.Submit(world_.Proposal(kAda, "p1", "D2"));
  EXPECT_THAT(reused, FailsWith("MESSAGE_ID_REUSED"));
  EXPECT_THAT(reused, HasCode(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(MetadataOf(reused.status()),
              Contains(Pair("firstSeen", MetaValue(first_seen).text())));
  ASSERT_EQ(world_.Size(), size + 1);
  EXPECT_EQ(world_.Leaf(size).kind(), "refused_attempts");
  EXPECT_EQ(world_.Leaf(size).sender(), kCommunity);
  EXPECT_EQ(world_.Detail(size).envelope().refused_attempts().reason(), "MESSAGE_ID_REUSED");
  EXPECT_EQ(Delegations(world_, kAda), 1);
}

TEST_F(IdempotencyTest, TheSameIdOfAnotherSenderIsAnotherKey) {
  Shows({"ctl-10"});
  ASSERT_OK_AND_ASSIGN(const v1::Receipt one,
                       world_.Submit(world_.Concern(kAda, "c1", kPractice, "unsettled")));
  ASSERT_OK_AND_ASSIGN(const v1::Receipt other,
                       world_.Submit(world_.Concern(kAda, "c1", kCommunity, "unsettled")));
  EXPECT_NE(one.entry_index(), other.entry_index());
}

TEST_F(IdempotencyTest, RepeatsWithinOneBatchHaveOneEffect) {
  Shows({"ctl-10", "inv-08", "flt-19"});
  const v1::Envelope proposal = world_.Proposal(kAda, "p1", "D1");
  std::vector<std::shared_ptr<std::optional<absl::StatusOr<v1::Receipt>>>> answers;
  for (int i = 0; i < 100; ++i) answers.push_back(world_.Start(proposal));
  auto reused = world_.Start(world_.Proposal(kAda, "p1", "D2"));
  ASSERT_TRUE(world_.engine().RunOnce());
  for (const auto& answer : answers) {
    ASSERT_THAT(**answer, IsOk());
    EXPECT_EQ(Bytes(***answer), Bytes(***answers[0]));
  }
  EXPECT_THAT(**reused, FailsWith("MESSAGE_ID_REUSED"));
  EXPECT_EQ(Delegations(world_, kAda), 1);
}

TEST_F(IdempotencyTest, RepeatAfterARestartGetsTheStoredReceipt) {
  Shows({"ctl-10", "inv-08"});
  const v1::Envelope proposal = world_.Proposal(kAda, "p1", "D1");
  ASSERT_OK_AND_ASSIGN(const v1::Receipt first, world_.Submit(proposal));
  ASSERT_THAT(world_.Restart(), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::Receipt again, world_.Submit(proposal));
  EXPECT_EQ(Bytes(first), Bytes(again));
  EXPECT_EQ(Delegations(world_, kAda), 1);
}

TEST_F(IdempotencyTest, AFailedCommitKeepsNothingAndTheSameKeyThenCounts) {
  Shows({"ctl-10", "ctl-11", "inv-08"});
  const v1::Envelope proposal = world_.Proposal(kAda, "p1", "D1");
  const uint64_t size = world_.Size();
  world_.faults().FailAt(
      store::FaultyStore::Call::kCommit, 1,
      MakeError(absl::StatusCode::kUnavailable, "COMMIT_FAILED", "nothing was kept"),
      store::FaultyStore::Afterwards::kGoesOn);
  EXPECT_THAT(world_.Submit(proposal), FailsWith("COMMIT_FAILED"));
  EXPECT_EQ(world_.Size(), size);
  EXPECT_EQ(Delegations(world_, kAda), 0);
  EXPECT_THAT(world_.Submit(proposal), IsOk());
  EXPECT_EQ(Delegations(world_, kAda), 1);
}

class UnclearCommitTest : public IdempotencyTest, public ::testing::WithParamInterface<bool> {};

TEST_P(UnclearCommitTest, IsSettledByAskingWithTheSameKey) {
  Shows({"ctl-11", "inv-08", "flt-12"});
  const v1::Envelope proposal = world_.Proposal(kAda, "p1", "D1");
  world_.faults().UnclearAt(1, /*kept=*/GetParam());
  EXPECT_THAT(world_.Submit(proposal), FailsWith("COMMIT_UNKNOWN"));
  EXPECT_THAT(world_.Submit(proposal), IsOk());
  EXPECT_EQ(Delegations(world_, kAda), 1);
}
INSTANTIATE_TEST_SUITE_P(Kept, UnclearCommitTest, ::testing::Bool());

TEST_F(IdempotencyTest, ARepeatOfSomethingStoredStandsThoughTheCommitFails) {
  Shows({"ctl-10"});
  const v1::Envelope proposal = world_.Proposal(kAda, "p1", "D1");
  ASSERT_OK_AND_ASSIGN(const v1::Receipt first, world_.Submit(proposal));
  auto repeat = world_.Start(proposal);
  auto fresh = world_.Start(world_.Proposal(kAda, "p2", "D2"));
  auto repeat_of_fresh = world_.Start(world_.Proposal(kAda, "p2", "D2"));
  world_.faults().FailAt(
      store::FaultyStore::Call::kCommit, 1,
      MakeError(absl::StatusCode::kUnavailable, "COMMIT_FAILED", "nothing was kept"),
      store::FaultyStore::Afterwards::kGoesOn);
  world_.engine().RunOnce();
  ASSERT_THAT(**repeat, IsOk());
  EXPECT_EQ(Bytes(***repeat), Bytes(first));
  EXPECT_THAT(**fresh, FailsWith("COMMIT_FAILED"));
  EXPECT_THAT(**repeat_of_fresh, FailsWith("COMMIT_FAILED"));
}

TEST_F(IdempotencyTest, AMessageSentLongerAgoThanKeysAreKeptIsRefused) {
  Shows({"ctl-10"});
  v1::Envelope concern = world_.Concern(kAda, "c1", kPractice, "unsettled");
  world_.clock().Advance(absl::Hours(24 * 30));
  EXPECT_THAT(world_.Submit(concern), IsOk());  // At the limit it can still be told.
  concern.set_message_id("c2");
  world_.clock().Advance(absl::Microseconds(1));
  EXPECT_THAT(world_.Submit(concern), FailsWith("KEY_TOO_OLD"));
}

}  // namespace
}  // namespace fosse
