// Order, searches, queues and timers.

#include "gmock/gmock.h"
#include "tests/contract/store_contract.h"
#include "tests/support/shows.h"

namespace fosse::store {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Optional;

std::vector<uint64_t> IndicesOf(const std::vector<Entry>& entries) {
  std::vector<uint64_t> indices;
  for (const Entry& entry : entries) indices.push_back(entry.index);
  return indices;
}

std::vector<std::string> IdsOf(const std::vector<Delivery>& deliveries) {
  std::vector<std::string> ids;
  for (const Delivery& delivery : deliveries) ids.push_back(delivery.delivery_id);
  return ids;
}

std::vector<std::string> IdsOf(const std::vector<Timer>& timers) {
  std::vector<std::string> ids;
  for (const Timer& timer : timers) ids.push_back(timer.timer_id);
  return ids;
}

TEST_P(StoreContract, EntriesAreScannedAscending) {
  ASSERT_THAT(Keep(EntriesFrom(0, 3)), IsOk());
  ASSERT_THAT(Keep(EntriesFrom(3, 9)), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::vector<Entry> some, store().ScanEntries(2, 3));
  EXPECT_THAT(IndicesOf(some), ElementsAre(2, 3, 4));
  EXPECT_EQ(some[1].leaf, "leaf 3");
  ASSERT_OK_AND_ASSIGN(const std::vector<Entry> last, store().ScanEntries(10, 100));
  EXPECT_THAT(IndicesOf(last), ElementsAre(10, 11));
  ASSERT_OK_AND_ASSIGN(const std::vector<Entry> beyond, store().ScanEntries(~uint64_t{0}, 100));
  EXPECT_THAT(beyond, IsEmpty());
  ASSERT_OK_AND_ASSIGN(const std::vector<Entry> none, store().ScanEntries(0, 0));
  EXPECT_THAT(none, IsEmpty());
}

// Entry i: committed at second i, outcome 1 + i mod 2, term 7 where i is divisible by 3.
Batch ForSearches() {
  Batch batch = EntriesFrom(0, 12);
  for (Entry& entry : batch.entries) {
    entry.outcome = static_cast<uint8_t>(1 + entry.index % 2);
    entry.terms = {DigestOf(100 + entry.index)};
    if (entry.index % 3 == 0) entry.terms.push_back(DigestOf(7));
  }
  return batch;
}

TEST_P(StoreContract, SearchHoldsAllItsTerms) {
  ASSERT_THAT(Keep(ForSearches()), IsOk());
  Search search;
  EXPECT_THAT(store().FindEntries(search),
              IsOkAndHolds(ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)));
  search.term = DigestOf(7);
  EXPECT_THAT(store().FindEntries(search), IsOkAndHolds(ElementsAre(0, 3, 6, 9)));
  search.outcome = 2;
  EXPECT_THAT(store().FindEntries(search), IsOkAndHolds(ElementsAre(3, 9)));
  search.until = At(9);
  EXPECT_THAT(store().FindEntries(search), IsOkAndHolds(ElementsAre(3)));
  search.from = At(4);
  EXPECT_THAT(store().FindEntries(search), IsOkAndHolds(IsEmpty()));
  search.term = DigestOf(8);
  search = {.term = DigestOf(8)};
  EXPECT_THAT(store().FindEntries(search), IsOkAndHolds(IsEmpty()));
}

TEST_P(StoreContract, SearchByTimeTakesTheFirstMomentAndLeavesTheLast) {
  ASSERT_THAT(Keep(ForSearches()), IsOk());
  Search search;
  search.from = At(4);
  search.until = At(8);
  EXPECT_THAT(store().FindEntries(search), IsOkAndHolds(ElementsAre(4, 5, 6, 7)));
  search.outcome = 1;
  EXPECT_THAT(store().FindEntries(search), IsOkAndHolds(ElementsAre(4, 6)));
}

TEST_P(StoreContract, SearchIsPaged) {
  ASSERT_THAT(Keep(ForSearches()), IsOk());
  Search search;
  search.limit = 2;
  search.after_index = 5;
  EXPECT_THAT(store().FindEntries(search), IsOkAndHolds(ElementsAre(5, 6)));
  search.from = At(6);
  EXPECT_THAT(store().FindEntries(search), IsOkAndHolds(ElementsAre(6, 7)));
  search.term = DigestOf(7);
  EXPECT_THAT(store().FindEntries(search), IsOkAndHolds(ElementsAre(6, 9)));
  search.after_index = ~uint64_t{0};
  EXPECT_THAT(store().FindEntries(search), IsOkAndHolds(IsEmpty()));
}

TEST_P(StoreContract, ConsequencesFollowTheirCause) {
  Batch batch = EntriesFrom(0, 5);
  batch.entries[1].cause = 1;  // Entry 0.
  batch.entries[3].cause = 1;
  batch.entries[4].cause = 4;  // Entry 3.
  ASSERT_THAT(Keep(batch), IsOk());
  EXPECT_THAT(store().ConsequencesOf(0), IsOkAndHolds(ElementsAre(1, 3)));
  EXPECT_THAT(store().ConsequencesOf(3), IsOkAndHolds(ElementsAre(4)));
  EXPECT_THAT(store().ConsequencesOf(1), IsOkAndHolds(IsEmpty()));
  // Entries without a cause are the consequence of none.
  EXPECT_THAT(store().ConsequencesOf(~uint64_t{0}), IsOkAndHolds(IsEmpty()));
}

TEST_P(StoreContract, RecordsAreWalkedByKindInTheOrderOfTheirBytes) {
  Shows({"haz-40"});
  const std::vector<std::string> keys = {
      std::string(1, '\0'), std::string("a\0", 2), "a", "A", std::string(16, '\xff'), "\x7f"};
  Batch batch = EntriesFrom(0, 1);
  for (const std::string& key : keys) batch.records.push_back({{RecordKind::kPerson, key}, 1, "s"});
  batch.records.push_back({{RecordKind::kWorker, "b"}, 1, "s"});
  ASSERT_THAT(Keep(batch), IsOk());

  const std::string last(16, '\xff');
  EXPECT_THAT(store().RecordsAfter(RecordKind::kPerson, "", 10),
              IsOkAndHolds(ElementsAre(std::string(1, '\0'), "A", "a", std::string("a\0", 2),
                                       "\x7f", last)));
  // From any place on, and no more than asked for: the place itself is not given again.
  EXPECT_THAT(store().RecordsAfter(RecordKind::kPerson, "a", 2),
              IsOkAndHolds(ElementsAre(std::string("a\0", 2), "\x7f")));
  EXPECT_THAT(store().RecordsAfter(RecordKind::kPerson, "B", 1), IsOkAndHolds(ElementsAre("a")));
  EXPECT_THAT(store().RecordsAfter(RecordKind::kPerson, last, 10), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(store().RecordsAfter(RecordKind::kWorker, "", 10), IsOkAndHolds(ElementsAre("b")));
  EXPECT_THAT(store().RecordsAfter(RecordKind::kLocality, "", 10), IsOkAndHolds(IsEmpty()));
}

TEST_P(StoreContract, QueueIsReadInSequence) {
  Batch batch = EntriesFrom(0, 1);
  batch.deliveries = {DeliveryOf("c", "A1", 30), DeliveryOf("b", "A1", 4), DeliveryOf("x", "B1", 5),
                      DeliveryOf("a", "A1", 100)};
  ASSERT_THAT(Keep(batch), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto all, store().QueuedDeliveries("A1", 0, 10));
  EXPECT_THAT(IdsOf(all), ElementsAre("b", "c", "a"));
  EXPECT_EQ(Fields(all[1]), Fields(batch.deliveries[0]));
  ASSERT_OK_AND_ASSIGN(const auto after, store().QueuedDeliveries("A1", 4, 1));
  EXPECT_THAT(IdsOf(after), ElementsAre("c"));
  ASSERT_OK_AND_ASSIGN(const auto beyond, store().QueuedDeliveries("A1", ~uint64_t{0}, 1));
  EXPECT_THAT(beyond, IsEmpty());
}

TEST_P(StoreContract, DeliveryLeavesTheQueueWithItsStateAndMayComeBack) {
  using enum DeliveryState;
  Batch batch = EntriesFrom(0, 1);
  batch.deliveries = {DeliveryOf("a", "A1", 1), DeliveryOf("b", "A1", 2), DeliveryOf("c", "A1", 3)};
  batch.delivery_changes = {{"b", kParked, At(5)}};  // Of the same batch.
  ASSERT_THAT(Keep(batch), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto first, store().QueuedDeliveries("A1", 0, 10));
  EXPECT_THAT(IdsOf(first), ElementsAre("a", "c"));

  for (const DeliveryState state : {kKept, kDelivered, kRefused, kParked, kDead}) {
    Batch change;
    change.delivery_changes = {{"a", state, At(6)}};
    ASSERT_THAT(Keep(change), IsOk());
    ASSERT_OK_AND_ASSIGN(const auto found, store().ReadDelivery("a"));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->state, state);
    EXPECT_EQ(found->state_since, At(6));
    EXPECT_EQ(found->sealed, batch.deliveries[0].sealed);
    ASSERT_OK_AND_ASSIGN(const auto queued, store().QueuedDeliveries("A1", 0, 10));
    EXPECT_THAT(IdsOf(queued), ElementsAre("c"));
  }
  Batch back;
  back.delivery_changes = {{"a", kQueued, At(7)}};
  ASSERT_THAT(Keep(back), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto queued, store().QueuedDeliveries("A1", 0, 10));
  EXPECT_THAT(IdsOf(queued), ElementsAre("a", "c"));
}

TEST_P(StoreContract, TimersComeByTimeThenId) {
  Batch batch;
  batch.timers = {TimerOf("b", 10), TimerOf("a", 10), TimerOf("z", 5), TimerOf("m", 11)};
  ASSERT_THAT(Keep(batch), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto due, store().TimersDue(At(10), 10));
  EXPECT_THAT(IdsOf(due), ElementsAre("z", "a", "b"));
  EXPECT_EQ(Fields(due[2]), Fields(batch.timers[0]));
  ASSERT_OK_AND_ASSIGN(const auto first, store().TimersDue(At(10), 2));
  EXPECT_THAT(IdsOf(first), ElementsAre("z", "a"));
  ASSERT_OK_AND_ASSIGN(const auto before, store().TimersDue(At(5) - absl::Nanoseconds(1), 10));
  EXPECT_THAT(before, IsEmpty());
  EXPECT_THAT(store().NextTimer(), IsOkAndHolds(Optional(At(5))));
}

TEST_P(StoreContract, TimersOfARecordAreItsOwn) {
  Batch batch;
  const RecordKey worker = {RecordKind::kWorker, PersonKey(1).key};
  batch.timers = {TimerOf("b", 3), TimerOf("a", 3), TimerOf("c", 1), TimerOf("w", 2, worker),
                  TimerOf("o", 2, PersonKey(2))};
  ASSERT_THAT(Keep(batch), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto of_person, store().TimersOf(PersonKey(1)));
  EXPECT_THAT(IdsOf(of_person), ElementsAre("c", "a", "b"));
  ASSERT_OK_AND_ASSIGN(const auto of_worker, store().TimersOf(worker));
  EXPECT_THAT(IdsOf(of_worker), ElementsAre("w"));
}

TEST_P(StoreContract, TimerIsReplacedByIdAndEndsWhenCancelled) {
  Batch batch;
  batch.timers = {TimerOf("a", 10), TimerOf("b", 20), TimerOf("c", 30)};
  batch.cancelled_timers = {"c", "never set"};  // Set and cancelled in one batch: cancelled.
  ASSERT_THAT(Keep(batch), IsOk());
  Batch later;
  later.timers = {TimerOf("a", 40, PersonKey(2))};
  ASSERT_THAT(Keep(later), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto all, store().TimersDue(absl::InfiniteFuture(), 10));
  EXPECT_THAT(IdsOf(all), ElementsAre("b", "a"));
  ASSERT_OK_AND_ASSIGN(const auto left, store().TimersOf(PersonKey(1)));
  EXPECT_THAT(IdsOf(left), ElementsAre("b"));

  Batch cancel;
  cancel.cancelled_timers = {"a", "b"};
  ASSERT_THAT(Keep(cancel), IsOk());
  EXPECT_THAT(store().NextTimer(), IsOkAndHolds(Eq(std::nullopt)));
}

}  // namespace
}  // namespace fosse::store
