// What is kept comes back: each kind of thing, with its key, its bytes and its replacement.

#include "gmock/gmock.h"
#include "tests/contract/store_contract.h"
#include "tests/support/shows.h"

namespace fosse::store {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Optional;

TEST_P(StoreContract, StartsEmpty) {
  ASSERT_OK_AND_ASSIGN(const Head head, store().GetHead());
  EXPECT_EQ(Fields(head), Fields(Head()));
  EXPECT_THAT(store().ReadEntry(0), IsOkAndHolds(Eq(std::nullopt)));
  EXPECT_THAT(store().ReadNode(0, 0), IsOkAndHolds(Eq(std::nullopt)));
  EXPECT_THAT(store().FindAlias(DigestOf(1)), IsOkAndHolds(Eq(std::nullopt)));
  EXPECT_THAT(store().ReadKey(PersonKey(1)), IsOkAndHolds(Eq(std::nullopt)));
  EXPECT_THAT(store().NextTimer(), IsOkAndHolds(Eq(std::nullopt)));
  EXPECT_THAT(store().DocumentInForce(Document::Kind::kRulebook, absl::InfiniteFuture()),
              IsOkAndHolds(Eq(std::nullopt)));
  EXPECT_THAT(store().QueuedDeliveries("A1", 0, 10), IsOkAndHolds(IsEmpty()));
  EXPECT_TRUE(store().Healthy());
}

TEST_P(StoreContract, HeadComesBack) {
  ASSERT_OK_AND_ASSIGN(auto session, store().Begin());
  ASSERT_THAT(session->Stage(EntriesFrom(0, 3)), IsOk());
  const Head head = {.size = 3,
                     .root = DigestOf(9),
                     .last_entry_time = At(2) + absl::Nanoseconds(7),
                     .checkpoint = std::string("fosse\0note\n", 11)};
  ASSERT_THAT(session->Commit(head), IsOk());
  ASSERT_OK_AND_ASSIGN(const Head found, store().GetHead());
  EXPECT_EQ(Fields(found), Fields(head));
}

TEST_P(StoreContract, EntryComesBackWithItsDeliveriesAndWithoutItsTerms) {
  Batch batch = EntriesFrom(0, 2);
  Entry& entry = batch.entries[1];
  entry.leaf = AllBytes(300);
  entry.detail = "";
  entry.subject = {RecordKind::kWorker, AllBytes(16)};
  entry.committed_at = absl::FromUnixNanos(1664787600123456789);
  entry.outcome = 255;
  entry.cause = 1;
  entry.terms = {DigestOf(1)};
  batch.deliveries = {DeliveryOf("late", "A1", 9, 1), DeliveryOf("early", "B1", 8, 1)};
  ASSERT_THAT(Keep(batch), IsOk());

  entry.terms.clear();
  entry.delivery_ids = {"early", "late"};
  ASSERT_OK_AND_ASSIGN(const auto found, store().ReadEntry(1));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(Fields(*found), Fields(entry));
  EXPECT_THAT(found->terms, IsEmpty());
  EXPECT_THAT(store().ReadEntry(2), IsOkAndHolds(Eq(std::nullopt)));
  EXPECT_THAT(store().ReadEntry(~uint64_t{0}), IsOkAndHolds(Eq(std::nullopt)));
}

TEST_P(StoreContract, TreeNodesComeBackByLevelAndIndex) {
  Batch batch;
  batch.nodes = {{0, 0, DigestOf(1)}, {0, 1, DigestOf(2)}, {1, 0, DigestOf(3)}};
  ASSERT_THAT(Keep(batch), IsOk());
  EXPECT_THAT(store().ReadNode(0, 1), IsOkAndHolds(Optional(DigestOf(2))));
  EXPECT_THAT(store().ReadNode(1, 0), IsOkAndHolds(Optional(DigestOf(3))));
  EXPECT_THAT(store().ReadNode(1, 1), IsOkAndHolds(Eq(std::nullopt)));
}

TEST_P(StoreContract, RecordIsReplacedByItsKey) {
  Batch batch;
  batch.records = {{PersonKey(1), 1, "one"}, {PersonKey(2), 1, "other"}};
  ASSERT_THAT(Keep(batch), IsOk());
  batch.records = {{PersonKey(1), 2, "two"}, {PersonKey(1), 3, AllBytes(512)}};
  ASSERT_THAT(Keep(batch), IsOk());

  ASSERT_OK_AND_ASSIGN(const auto found, store().ReadRecord(PersonKey(1)));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(Fields(*found), Fields(batch.records[1]));
  ASSERT_OK_AND_ASSIGN(const auto other, store().ReadRecord(PersonKey(2)));
  ASSERT_TRUE(other.has_value());
  EXPECT_EQ(other->sealed, "other");
}

TEST_P(StoreContract, KeysDifferByKindCaseAccentAndZeroBytes) {
  const RecordKey keys[] = {{RecordKind::kPerson, "QK1"},
                            {RecordKind::kWorker, "QK1"},
                            {RecordKind::kLocality, "QK1"},
                            {RecordKind::kLocality, "qk1"},
                            {RecordKind::kLocality, "Ångström"},
                            {RecordKind::kLocality, "A\u030angstro\u0308m"},
                            {RecordKind::kPerson, std::string("a\0b", 3)},
                            {RecordKind::kPerson, std::string("a\0c", 3)},
                            {RecordKind::kPerson, "a"},
                            {RecordKind::kPerson, "a "},
                            {RecordKind::kPerson, ""}};
  Batch batch;
  for (const RecordKey& key : keys) {
    const std::string number = absl::StrCat("record ", batch.records.size());
    batch.records.push_back({key, 1, number});
    batch.keys.push_back({key, absl::StrCat("key of ", number)});
  }
  ASSERT_THAT(Keep(batch), IsOk());
  for (size_t i = 0; i < std::size(keys); ++i) {
    ASSERT_OK_AND_ASSIGN(const auto record, store().ReadRecord(keys[i]));
    ASSERT_TRUE(record.has_value()) << i;
    EXPECT_EQ(Fields(*record), Fields(batch.records[i])) << i;
    EXPECT_THAT(store().ReadKey(keys[i]), IsOkAndHolds(Optional(batch.keys[i].wrapped))) << i;
  }
}

TEST_P(StoreContract, NamesDifferByCaseAndAccent) {
  Batch batch = EntriesFrom(0, 1);
  batch.deliveries = {DeliveryOf("d-a", "Ravenna", 1), DeliveryOf("D-A", "RAVENNA", 2),
                      DeliveryOf("d-ä", "Ravénna", 3)};
  batch.timers = {TimerOf("t-a", 1), TimerOf("T-A", 2), TimerOf("t-ä", 3)};
  ASSERT_THAT(Keep(batch), IsOk());
  for (const Delivery& delivery : batch.deliveries) {
    ASSERT_OK_AND_ASSIGN(const auto found, store().ReadDelivery(delivery.delivery_id));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(Fields(*found), Fields(delivery));
    ASSERT_OK_AND_ASSIGN(const auto queued, store().QueuedDeliveries(delivery.recipient, 0, 10));
    EXPECT_EQ(queued.size(), 1u) << delivery.recipient;
  }
  ASSERT_OK_AND_ASSIGN(const auto timers, store().TimersDue(At(10), 10));
  EXPECT_EQ(timers.size(), 3u);
}

TEST_P(StoreContract, EmptyAndVeryLargeBytesComeBack) {
  const std::string large = AllBytes(4u << 20);
  Batch batch = EntriesFrom(0, 2);
  batch.entries[0].leaf = "";
  batch.entries[0].detail = "";
  batch.entries[1].detail = large;
  batch.records = {{PersonKey(1), 1, ""}, {PersonKey(2), 1, large}};
  batch.keys = {{PersonKey(1), ""}};
  ASSERT_THAT(Keep(batch), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::vector<Entry> entries, store().ScanEntries(0, 10));
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].leaf, "");
  EXPECT_EQ(entries[0].detail, "");
  EXPECT_TRUE(entries[1].detail == large);
  ASSERT_OK_AND_ASSIGN(const auto empty, store().ReadRecord(PersonKey(1)));
  ASSERT_TRUE(empty.has_value());
  EXPECT_EQ(empty->sealed, "");
  ASSERT_OK_AND_ASSIGN(const auto record, store().ReadRecord(PersonKey(2)));
  ASSERT_TRUE(record.has_value());
  EXPECT_TRUE(record->sealed == large);
  EXPECT_THAT(store().ReadKey(PersonKey(1)), IsOkAndHolds(Optional(std::string())));
}

TEST_P(StoreContract, AliasLeadsToItsRecordAndMayBeMoved) {
  Batch batch;
  batch.aliases = {{DigestOf(1), PersonKey(1)}, {DigestOf(2), PersonKey(1)}};
  ASSERT_THAT(Keep(batch), IsOk());
  batch.aliases = {{DigestOf(2), PersonKey(2)}};
  ASSERT_THAT(Keep(batch), IsOk());
  EXPECT_THAT(store().FindAlias(DigestOf(1)), IsOkAndHolds(Optional(PersonKey(1))));
  EXPECT_THAT(store().FindAlias(DigestOf(2)), IsOkAndHolds(Optional(PersonKey(2))));
  EXPECT_THAT(store().FindAlias(DigestOf(3)), IsOkAndHolds(Eq(std::nullopt)));
}

TEST_P(StoreContract, ReceiptIsFoundByItsMessage) {
  Batch batch = EntriesFrom(0, 1);
  batch.receipts = {ReceiptOf(1), ReceiptOf(2)};
  ASSERT_THAT(Keep(batch), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto found, store().FindReceipt(DigestOf(2)));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(Fields(*found), Fields(batch.receipts[1]));
  ASSERT_OK_AND_ASSIGN(const auto none, store().FindReceipt(DigestOf(3)));
  EXPECT_FALSE(none.has_value());
}

TEST_P(StoreContract, TimesComeBackToTheNanosecondAndAtBothEnds) {
  Batch batch = EntriesFrom(0, 1);
  const absl::Time times[] = {absl::InfinitePast(), absl::UnixEpoch() - absl::Nanoseconds(1),
                              absl::UnixEpoch(), At(0) + absl::Nanoseconds(1),
                              absl::InfiniteFuture()};
  for (const absl::Time time : times) {
    const std::string id = absl::StrCat("d", batch.deliveries.size());
    batch.deliveries.push_back(DeliveryOf(id, "A1", batch.deliveries.size() + 1));
    batch.deliveries.back().act_by = time;
    batch.deliveries.back().state_since = time;
  }
  ASSERT_THAT(Keep(batch), IsOk());
  for (const Delivery& delivery : batch.deliveries) {
    ASSERT_OK_AND_ASSIGN(const auto found, store().ReadDelivery(delivery.delivery_id));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(Fields(*found), Fields(delivery));
  }
}

Document DocumentOf(Document::Kind kind, uint64_t number, absl::Time effective_at) {
  return {.kind = kind,
          .id = absl::StrCat("llr/", number),
          .digest = DigestOf(number),
          .stored = AllBytes(100 + number),
          .effective_at = effective_at};
}

TEST_P(StoreContract, DocumentInForceIsTheLatestThatHasBegun) {
  using enum Document::Kind;
  Batch batch;
  batch.documents = {DocumentOf(kRulebook, 1, absl::InfinitePast()),
                     DocumentOf(kRulebook, 2, At(100)), DocumentOf(kDirectory, 3, At(50))};
  ASSERT_THAT(Keep(batch), IsOk());

  const auto in_force = [&](Document::Kind kind, absl::Time at) -> std::string {
    const auto found = store().DocumentInForce(kind, at);
    return found.ok() && found->has_value() ? (*found)->id : "none";
  };
  EXPECT_EQ(in_force(kRulebook, absl::InfinitePast()), "llr/1");
  EXPECT_EQ(in_force(kRulebook, At(100) - absl::Nanoseconds(1)), "llr/1");
  EXPECT_EQ(in_force(kRulebook, At(100)), "llr/2");
  EXPECT_EQ(in_force(kRulebook, absl::InfiniteFuture()), "llr/2");
  EXPECT_EQ(in_force(kDirectory, At(49)), "none");
  EXPECT_EQ(in_force(kDirectory, At(50)), "llr/3");

  ASSERT_OK_AND_ASSIGN(const auto named, store().ReadDocument(kRulebook, DigestOf(2)));
  ASSERT_TRUE(named.has_value());
  EXPECT_EQ(Fields(*named), Fields(batch.documents[1]));
  ASSERT_OK_AND_ASSIGN(const auto other_kind, store().ReadDocument(kDirectory, DigestOf(2)));
  EXPECT_FALSE(other_kind.has_value());
}

TEST_P(StoreContract, DocumentMayComeIntoForceAgainAndTheLastPutOfOneTimeHolds) {
  using enum Document::Kind;
  Batch batch;
  batch.documents = {DocumentOf(kRulebook, 1, At(0)), DocumentOf(kRulebook, 2, At(10)),
                     DocumentOf(kRulebook, 1, At(20))};
  ASSERT_THAT(Keep(batch), IsOk());
  const auto in_force = [&](absl::Time at) -> std::string {
    const auto found = store().DocumentInForce(kRulebook, at);
    return found.ok() && found->has_value() ? (*found)->id : "none";
  };
  EXPECT_EQ(in_force(At(5)), "llr/1");
  EXPECT_EQ(in_force(At(15)), "llr/2");
  EXPECT_EQ(in_force(At(25)), "llr/1");

  Batch again;
  again.documents = {DocumentOf(kRulebook, 3, At(20)), DocumentOf(kRulebook, 1, At(10))};
  ASSERT_THAT(Keep(again), IsOk());
  EXPECT_EQ(in_force(At(25)), "llr/3");
  EXPECT_EQ(in_force(At(15)), "llr/1");
}

Standing StandingOf(std::string id, uint8_t state, std::vector<Digest> terms) {
  return {.delegation_id = std::move(id),
          .record = PersonKey(1),
          .state = state,
          .oversight = 1,
          .due_at = absl::InfiniteFuture(),
          .terms = std::move(terms)};
}

std::vector<std::string> IdsFound(Store& store, const StandingSearch& search) {
  std::vector<std::string> ids;
  const auto found = store.FindStandings(search);
  EXPECT_THAT(found, IsOk());
  if (!found.ok()) return ids;
  for (const Standing& standing : *found) ids.push_back(standing.delegation_id);
  return ids;
}

TEST_P(StoreContract, StandingComesBackWithoutItsTermsAndIsReplacedWithThem) {
  Batch batch;
  batch.standings = {StandingOf("D-1", 5, {DigestOf(1), DigestOf(2)})};
  batch.standings[0].record = {RecordKind::kPerson, AllBytes(16)};
  batch.standings[0].oversight = 255;
  batch.standings[0].due_at = At(7) + absl::Nanoseconds(1);
  ASSERT_THAT(Keep(batch), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto found, store().FindStandings({.terms = {DigestOf(2)}}));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].delegation_id, "D-1");
  EXPECT_EQ(found[0].record, batch.standings[0].record);
  EXPECT_EQ(found[0].state, 5);
  EXPECT_EQ(found[0].oversight, 255);
  EXPECT_EQ(found[0].due_at, batch.standings[0].due_at);
  EXPECT_THAT(found[0].terms, IsEmpty());

  // The terms of before find it no longer; of two in one batch the last one holds.
  batch.standings = {StandingOf("D-1", 6, {DigestOf(3)}), StandingOf("D-1", 9, {DigestOf(1)})};
  ASSERT_THAT(Keep(batch), IsOk());
  EXPECT_THAT(IdsFound(store(), {.terms = {DigestOf(2)}}), IsEmpty());
  EXPECT_THAT(IdsFound(store(), {.terms = {DigestOf(3)}}), IsEmpty());
  EXPECT_THAT(IdsFound(store(), {.terms = {DigestOf(1)}, .states = 1 << 9}), ElementsAre("D-1"));
}

TEST_P(StoreContract, StandingsAreFoundByAllThatIsAskedInOrderOfTheirIds) {
  Batch batch;
  const Digest a = DigestOf(1), b = DigestOf(2), c = DigestOf(3), d = DigestOf(4);
  batch.standings = {StandingOf("d-1", 5, {a, b, c, d}), StandingOf("D-3", 5, {a}),
                     StandingOf("D-2", 9, {a, b}), StandingOf("D-10", 6, {b, c})};
  batch.standings[0].oversight = 3;
  batch.standings[1].due_at = At(10);
  batch.standings[2].due_at = At(20);
  ASSERT_THAT(Keep(batch), IsOk());

  EXPECT_THAT(IdsFound(store(), {}), ElementsAre("D-10", "D-2", "D-3", "d-1"));
  EXPECT_THAT(IdsFound(store(), {.terms = {a}}), ElementsAre("D-2", "D-3", "d-1"));
  EXPECT_THAT(IdsFound(store(), {.terms = {a, b}}), ElementsAre("D-2", "d-1"));
  EXPECT_THAT(IdsFound(store(), {.terms = {d, c, b, a}}), ElementsAre("d-1"));
  EXPECT_THAT(IdsFound(store(), {.terms = {DigestOf(9)}}), IsEmpty());
  EXPECT_THAT(IdsFound(store(), {.states = 1 << 5 | 1 << 6}), ElementsAre("D-10", "D-3", "d-1"));
  EXPECT_THAT(IdsFound(store(), {.terms = {b}, .states = 1 << 9}), ElementsAre("D-2"));
  EXPECT_THAT(IdsFound(store(), {.states = ~(1u << 5)}), ElementsAre("D-10", "D-2"));
  EXPECT_THAT(IdsFound(store(), {.oversight = 3}), ElementsAre("d-1"));
  // Exclusive, and what is due at no time is never due before one.
  EXPECT_THAT(IdsFound(store(), {.due_before = At(10)}), IsEmpty());
  EXPECT_THAT(IdsFound(store(), {.due_before = At(20)}), ElementsAre("D-3"));
  EXPECT_THAT(IdsFound(store(), {.terms = {a}, .due_before = At(21)}), ElementsAre("D-2", "D-3"));
  // Pages.
  EXPECT_THAT(IdsFound(store(), {.terms = {a}, .limit = 2}), ElementsAre("D-2", "D-3"));
  EXPECT_THAT(IdsFound(store(), {.terms = {a}, .after = "D-3", .limit = 2}), ElementsAre("d-1"));
  EXPECT_THAT(IdsFound(store(), {.after = "D-2"}), ElementsAre("D-3", "d-1"));
}

}  // namespace
}  // namespace fosse::store
