// The fakes that others test their failure paths with do what they say.

#include "gmock/gmock.h"
#include "store/fake_faulty_store.h"
#include "store/fake_store.h"
#include "tests/contract/store_contract.h"
#include "tests/support/shows.h"

namespace fosse::store {
namespace {

using Call = FaultyStore::Call;

absl::Status Trouble() {
  return MakeError(absl::StatusCode::kUnavailable, "COMMIT_FAILED", "nothing was kept");
}

TEST(FaultyStoreTest, FailsAtTheNthCallAndOnlyThen) {
  FakeStore inner;
  FaultyStore store(inner);
  store.FailAt(Call::kRead, 2, Trouble());
  EXPECT_THAT(store.GetHead(), IsOk());
  EXPECT_THAT(store.GetHead(), FailsWith("COMMIT_FAILED"));
  EXPECT_THAT(store.GetHead(), IsOk());
  EXPECT_EQ(store.calls(Call::kRead), 3);
}

TEST(FaultyStoreTest, FailedCommitKeepsNothingAndTurnsReadOnlyUntilRestarted) {
  FakeStore inner;
  FaultyStore store(inner);
  store.FailAt(Call::kCommit, 2, Trouble());
  ASSERT_THAT(Keep(store, EntriesFrom(0, 1)), IsOk());
  EXPECT_THAT(Keep(store, EntriesFrom(1, 1)), FailsWith("COMMIT_FAILED"));
  EXPECT_EQ(inner.entries(), 1u);
  EXPECT_FALSE(store.Healthy());
  EXPECT_THAT(store.Begin(), FailsWith("STORE_READ_ONLY"));
  store.Restart();
  EXPECT_THAT(Keep(store, EntriesFrom(1, 1)), IsOk());
  EXPECT_EQ(inner.entries(), 2u);
}

TEST(FaultyStoreTest, FailedStageEndsWhatTheSessionCanKeep) {
  FakeStore inner;
  FaultyStore store(inner);
  store.FailAt(Call::kStage, 1, Trouble(), FaultyStore::Afterwards::kGoesOn);
  {
    ASSERT_OK_AND_ASSIGN(auto session, store.Begin());
    EXPECT_THAT(session->Stage(EntriesFrom(0, 1)), FailsWith("COMMIT_FAILED"));
    EXPECT_THAT(session->Commit(HeadOf(1)), FailsWith("COMMIT_FAILED"));
  }
  EXPECT_EQ(inner.entries(), 0u);
  EXPECT_THAT(Keep(store, EntriesFrom(0, 1)), IsOk());
}

TEST(FaultyStoreTest, UnclearCommitIsKeptOrNotAndSettledByLooking) {
  Shows({"ctl-11"});
  for (const bool kept : {false, true}) {
    FakeStore inner;
    UnclearOnceStore store(inner, kept);
    Batch batch = EntriesFrom(0, 1);
    batch.receipts = {ReceiptOf(1)};
    EXPECT_THAT(Keep(store, batch), FailsWith("COMMIT_UNKNOWN"));
    ASSERT_OK_AND_ASSIGN(const auto receipt, store.FindReceipt(DigestOf(1)));
    EXPECT_EQ(receipt.has_value(), kept);
    EXPECT_EQ(inner.entries(), kept ? 1u : 0u);
    EXPECT_THAT(Keep(store, EntriesFrom(kept ? 1 : 0, 1)), IsOk());
  }
}

}  // namespace
}  // namespace fosse::store
