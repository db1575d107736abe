// Sessions: what others see and when, what is undone, what is refused.

#include <atomic>
#include <thread>

#include "gmock/gmock.h"
#include "tests/contract/store_contract.h"
#include "tests/support/shows.h"

namespace fosse::store {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Optional;

// One of each kind, for entry 0.
Batch OneOfEach() {
  Batch batch = EntriesFrom(0, 1);
  batch.entries[0].terms = {DigestOf(7)};
  batch.nodes = {{0, 0, DigestOf(1)}};
  batch.records = {{PersonKey(1), 1, "record"}};
  batch.aliases = {{DigestOf(2), PersonKey(1)}};
  batch.keys = {{PersonKey(1), "wrapped"}};
  batch.receipts = {ReceiptOf(3)};
  batch.deliveries = {DeliveryOf("a", "A1", 1)};
  batch.timers = {TimerOf("t", 1)};
  batch.documents = {{.kind = Document::Kind::kRulebook,
                      .id = "llr",
                      .digest = DigestOf(4),
                      .stored = "rules",
                      .effective_at = At(0)}};
  return batch;
}

// How many of OneOfEach() a reader sees; 11 reads, each of them one thing.
int Seen(Reader& reader) {
  int seen = 0;
  const auto count = [&](bool there) { seen += there ? 1 : 0; };
  count(reader.GetHead().value().size == 1);
  count(reader.ReadEntry(0).value().has_value());
  count(reader.FindEntries({.term = DigestOf(7)}).value().size() == 1);
  count(reader.ReadNode(0, 0).value().has_value());
  count(reader.ReadRecord(PersonKey(1)).value().has_value());
  count(reader.FindAlias(DigestOf(2)).value().has_value());
  count(reader.ReadKey(PersonKey(1)).value().has_value());
  count(reader.FindReceipt(DigestOf(3)).value().has_value());
  count(reader.QueuedDeliveries("A1", 0, 1).value().size() == 1);
  count(reader.NextTimer().value().has_value());
  count(reader.DocumentInForce(Document::Kind::kRulebook, At(1)).value().has_value());
  return seen;
}
constexpr int kAll = 11;

TEST_P(StoreContract, NobodySeesWhatIsStagedUntilItIsCommitted) {
  Shows({"ctl-11"});
  ASSERT_OK_AND_ASSIGN(auto session, store().Begin());
  EXPECT_EQ(Seen(*session), 0);
  ASSERT_THAT(session->Stage(OneOfEach()), IsOk());
  EXPECT_EQ(Seen(store()), 0);
  EXPECT_EQ(Seen(*session), 0) << "a session does not see what it staged itself";
  ASSERT_THAT(session->Commit(HeadOf(1)), IsOk());
  EXPECT_EQ(Seen(store()), kAll);
}

TEST_P(StoreContract, SessionThatIsDestroyedLeavesNothing) {
  Shows({"ctl-11"});
  {
    ASSERT_OK_AND_ASSIGN(auto session, store().Begin());
    ASSERT_THAT(session->Stage(OneOfEach()), IsOk());
  }
  EXPECT_EQ(Seen(store()), 0);
  ASSERT_THAT(Keep(OneOfEach()), IsOk()) << "and the next one may write the same";
  EXPECT_EQ(Seen(store()), kAll);
}

TEST_P(StoreContract, NextSessionReadsWhatTheLastOneCommitted) {
  ASSERT_THAT(Keep(OneOfEach()), IsOk());
  ASSERT_OK_AND_ASSIGN(auto session, store().Begin());
  EXPECT_EQ(Seen(*session), kAll);
}

TEST_P(StoreContract, StagingSeveralTimesIsOneCommit) {
  ASSERT_OK_AND_ASSIGN(auto session, store().Begin());
  ASSERT_THAT(session->Stage(EntriesFrom(0, 2)), IsOk());
  Batch more = EntriesFrom(2, 1);
  more.deliveries = {DeliveryOf("a", "A1", 1, 0)};
  ASSERT_THAT(session->Stage(more), IsOk());
  ASSERT_THAT(session->Commit(HeadOf(3)), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto entries, store().ScanEntries(0, 10));
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_THAT(entries[0].delivery_ids, ElementsAre("a"));
}

TEST_P(StoreContract, StagedLeavesAreReadBackFromTheStore) {
  ASSERT_THAT(Keep(EntriesFrom(0, 2)), IsOk());
  ASSERT_OK_AND_ASSIGN(auto session, store().Begin());
  EXPECT_THAT(session->ReadBackLeaves(2), IsOkAndHolds(IsEmpty()));
  Batch batch = EntriesFrom(2, 2);
  batch.entries[1].leaf = AllBytes(256);
  ASSERT_THAT(session->Stage(batch), IsOk());
  EXPECT_THAT(session->ReadBackLeaves(2), IsOkAndHolds(ElementsAre("leaf 2", AllBytes(256))));
  EXPECT_THAT(session->ReadBackLeaves(1),
              IsOkAndHolds(ElementsAre("leaf 1", "leaf 2", AllBytes(256))));
}

TEST_P(StoreContract, CommitWithoutEntriesKeepsTheRest) {
  ASSERT_THAT(Keep(EntriesFrom(0, 1)), IsOk());
  Batch batch;
  batch.records = {{PersonKey(1), 1, "record"}};
  ASSERT_THAT(Keep(batch), IsOk());
  ASSERT_OK_AND_ASSIGN(const Head head, store().GetHead());
  EXPECT_EQ(head.size, 1u);
}

TEST_P(StoreContract, OneSessionAtATime) {
  ASSERT_OK_AND_ASSIGN(auto first, store().Begin());
  std::atomic<bool> first_over = false;
  bool began_after_first = false;
  uint64_t size_seen = 0;
  std::thread other([&] {
    auto second = store().Begin();
    began_after_first = first_over;
    if (second.ok()) size_seen = (*second)->GetHead().value().size;
  });
  ASSERT_THAT(first->Stage(EntriesFrom(0, 5)), IsOk());
  first_over = true;
  ASSERT_THAT(first->Commit(HeadOf(5)), IsOk());
  other.join();
  EXPECT_TRUE(began_after_first);
  EXPECT_EQ(size_seen, 5u) << "what is read comes after the lock";
}

TEST_P(StoreContract, WritersFromManyThreadsMakeOneOrder) {
  constexpr int kThreads = 4;
  constexpr int kCommits = 10;
  std::atomic<int> failures = 0;
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::thread reader([&] {
    while (!done) {
      // Each commit adds two entries: an odd number would be half of one.
      if (store().ScanEntries(0, 1000).value().size() % 2 != 0) ++torn;
    }
  });
  std::vector<std::thread> writers;
  for (int t = 0; t < kThreads; ++t) {
    writers.emplace_back([&] {
      for (int i = 0; i < kCommits; ++i) {
        auto session = store().Begin();
        const uint64_t size = (*session)->GetHead().value().size;
        if (!(*session)->Stage(EntriesFrom(size, 2)).ok()) ++failures;
        if (!(*session)->Commit(HeadOf(size + 2)).ok()) ++failures;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  done = true;
  reader.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(torn, 0);
  ASSERT_OK_AND_ASSIGN(const Head head, store().GetHead());
  EXPECT_EQ(head.size, 2u * kThreads * kCommits);
}

TEST_P(StoreContract, WhatIsOnlyAddedIsNeverReplaced) {
  Shows({"ctl-11"});
  ASSERT_THAT(Keep(OneOfEach()), IsOk());
  const auto refused = [&](void (*add)(Batch&)) {
    Batch batch = EntriesFrom(1, 1);
    batch.records = {{PersonKey(1), 2, "changed"}};
    add(batch);
    EXPECT_THAT(Keep(batch), FailsWith("STORE_CONFLICT"));
    EXPECT_EQ(store().ReadRecord(PersonKey(1)).value()->version, 1u) << "nothing was kept";
    EXPECT_EQ(store().GetHead().value().size, 1u);
  };
  refused([](Batch& batch) { batch.nodes = {{0, 0, DigestOf(9)}}; });
  refused([](Batch& batch) { batch.keys = {{PersonKey(1), "other key"}}; });
  refused([](Batch& batch) { batch.receipts = {ReceiptOf(3, 1)}; });
  refused([](Batch& batch) { batch.deliveries = {DeliveryOf("a", "B1", 50)}; });
  refused([](Batch& batch) { batch.deliveries = {DeliveryOf("b", "A1", 1)}; });
  // Twice in one batch is no better.
  refused([](Batch& batch) { batch.receipts = {ReceiptOf(8, 1), ReceiptOf(8, 1)}; });
  EXPECT_TRUE(store().Healthy()) << "a batch is at fault, not the disk";
}

TEST_P(StoreContract, BatchThatNamesWhatIsNotThereIsRefused) {
  ASSERT_THAT(Keep(EntriesFrom(0, 1)), IsOk());
  Batch change;
  change.delivery_changes = {{"never made", DeliveryState::kKept, At(1)}};
  EXPECT_THAT(Keep(change), FailsWith("STORE_CONFLICT"));
  Batch receipt;
  receipt.receipts = {ReceiptOf(1, 1)};
  EXPECT_THAT(Keep(receipt), FailsWith("STORE_CONFLICT"));
  Batch delivery;
  delivery.deliveries = {DeliveryOf("a", "A1", 1, 1)};
  EXPECT_THAT(Keep(delivery), FailsWith("STORE_CONFLICT"));
  EXPECT_THAT(Keep(EntriesFrom(1, 1)), IsOk());
}

TEST_P(StoreContract, AfterARefusedStageTheSessionKeepsNothing) {
  ASSERT_THAT(Keep(OneOfEach()), IsOk());
  ASSERT_OK_AND_ASSIGN(auto session, store().Begin());
  Batch good = EntriesFrom(1, 1);
  good.records = {{PersonKey(2), 1, "good"}};
  ASSERT_THAT(session->Stage(good), IsOk());
  Batch bad;
  bad.receipts = {ReceiptOf(3)};
  ASSERT_THAT(session->Stage(bad), FailsWith("STORE_CONFLICT"));
  EXPECT_THAT(session->ReadBackLeaves(1), FailsWith("STORE_CONFLICT"));
  EXPECT_THAT(session->Commit(HeadOf(2)), FailsWith("STORE_CONFLICT"));
  ASSERT_OK_AND_ASSIGN(const auto record, store().ReadRecord(PersonKey(2)));
  EXPECT_FALSE(record.has_value());
  ASSERT_OK_AND_ASSIGN(const Head head, store().GetHead());
  EXPECT_EQ(head.size, 1u);
}

TEST_P(StoreContract, CallsBackAfterEachCommitOnceItIsSeen) {
  std::vector<uint64_t> sizes;
  store().OnCommit([&] { sizes.push_back(store().GetHead().value().size); });
  int others = 0;
  store().OnCommit([&] { ++others; });
  ASSERT_THAT(Keep(EntriesFrom(0, 1)), IsOk());
  ASSERT_THAT(Keep(EntriesFrom(1, 2)), IsOk());
  Batch bad;
  bad.receipts = {ReceiptOf(1, 99)};
  ASSERT_THAT(Keep(bad), FailsWith("STORE_CONFLICT"));
  EXPECT_THAT(sizes, ElementsAre(1, 3));
  EXPECT_EQ(others, 2);
}

TEST_P(StoreContract, TrailWithAGapIsABrokenInvariantOfOurs) {
  ASSERT_THAT(Keep(EntriesFrom(0, 2)), IsOk());
  ASSERT_OK_AND_ASSIGN(auto session, store().Begin());
  EXPECT_DEATH(session->Stage(EntriesFrom(3, 1)).IgnoreError(), "entry.index");
  EXPECT_DEATH(session->Stage(EntriesFrom(1, 1)).IgnoreError(), "entry.index");
  ASSERT_THAT(session->Stage(EntriesFrom(2, 1)), IsOk());
  EXPECT_DEATH(session->Commit(HeadOf(2)).IgnoreError(), "head.size");
  EXPECT_DEATH(session->Commit(HeadOf(4)).IgnoreError(), "head.size");
  ASSERT_THAT(session->Commit(HeadOf(3)), IsOk());
  EXPECT_DEATH(session->GetHead().IgnoreError(), "over_");
}

}  // namespace
}  // namespace fosse::store
