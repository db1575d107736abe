// Two numbers of one person, over a whole engine: names, timers, trail and restarts.
#include <map>

#include "audit/seal.h"
#include "base/canonical.h"
#include "care/handle.h"
#include "engine/index_terms.h"
#include "engine/sealing.h"
#include "engine/timestamps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class MergeTest : public ::testing::Test {
 protected:
  MergeTest() {
    // Both have an episode, a task that waits for the provider, and so a timer.
    Begin(kAda, "D1");
    Begin(kBede, "D2");
    bede_ = world_.StoredPerson(kBede).person_key();
  }

  void Begin(const TestPerson& person, const std::string& reference) {
    v1::Envelope episode = world_.Episode(person, "e-" + reference);
    episode.mutable_episode_change()->set_episode_reference("E-" + reference);
    EXPECT_THAT(world_.Submit(episode), IsOk());
    EXPECT_THAT(world_.Submit(world_.Proposal(person, "p-" + reference, reference)), IsOk());
  }
  v1::Envelope Update(absl::string_view sender, absl::string_view id, v1::PersonUpdateKind kind,
                      const TestPerson& person = kAda, const TestPerson& other = kBede) {
    v1::Envelope envelope = world_.Message(sender, id, person);
    v1::PersonUpdate& update = *envelope.mutable_person_update();
    update.set_kind(kind);
    *update.mutable_occurred_at() = engine::ToTimestamp(world_.clock().Now());
    *update.mutable_other_person() = ReferenceOf(other);
    return envelope;
  }
  // A named clinician of the overseer of both.
  void Join() {
    ASSERT_THAT(world_.Submit(Update(kCommunity, "join", v1::PERSON_UPDATE_KIND_MERGE)), IsOk());
  }
  void TakeApart() {
    ASSERT_THAT(world_.Submit(Update(kCommunity, "apart", v1::PERSON_UPDATE_KIND_UN_MERGE)),
                IsOk());
  }
  v1::CareRecord RecordOf(const std::string& key) {
    const store::RecordKey record_key{store::RecordKind::kPerson, key};
    const auto stored = world_.store().ReadRecord(record_key);
    v1::CareRecord record;
    EXPECT_TRUE(stored.ok() && stored->has_value());
    EXPECT_THAT(engine::ReadAndOpen(world_.store(), world_.keys(), record_key, audit::kSealRecord,
                                    (*stored)->sealed, record),
                IsOk());
    return record;
  }
  // Every record that the trail makes is the stored one, and so is each step on the way (INV-11).
  void ExpectTrailGivesTheRecords() {
    std::map<std::string, v1::CareRecord> people;
    for (uint64_t i = 0; i < world_.Size(); ++i) {
      const store::RecordKey key = world_.store().ReadEntry(i).value()->subject;
      const v1::EntryDetail detail = world_.Detail(i);
      if (key.kind != store::RecordKind::kPerson || detail.changes().empty()) continue;
      v1::CareRecord& record = people[key.key];
      record.set_person_key(key.key);
      for (const v1::Change& change : detail.changes()) care::Fold(change, record);
      record.set_version(record.version() + 1);
      const Digest digest = CanonicalDigest(record);
      ASSERT_EQ(detail.record_digest(), std::string(digest.begin(), digest.end())) << i;
    }
    for (const auto& [key, replayed] : people) {
      EXPECT_EQ(CanonicalBytes(RecordOf(key)), CanonicalBytes(replayed));
    }
  }
  std::vector<uint64_t> Search(const TestPerson& person) {
    v1::SearchRequest request;
    *request.mutable_person() = ReferenceOf(person);
    request.set_purpose("test");
    request.set_page_size(100);
    const auto found = world_.Ask<v1::SearchResponse>([&](engine::Done<v1::SearchResponse> done) {
      world_.engine().Search({.participant = kAuditTeam}, request, std::move(done));
    });
    EXPECT_THAT(found, IsOk());
    std::vector<uint64_t> indices;
    if (!found.ok()) return indices;
    for (const v1::EntryView& entry : found->entries()) indices.push_back(entry.leaf().index());
    return indices;
  }
  size_t TimersOf(const std::string& key) {
    return world_.store().TimersOf({store::RecordKind::kPerson, key}).value().size();
  }

  EngineWorld world_;
  std::string bede_;  // Key of the record that began as Bede's.
};

TEST_F(MergeTest, IsHeldUntilAnotherSourceSaysTheSame) {
  Shows({"haz-01", "haz-02", "inv-11"});
  ASSERT_OK_AND_ASSIGN(const v1::Receipt held,
                       world_.Submit(Update(kProvider, "m1", v1::PERSON_UPDATE_KIND_MERGE)));
  ASSERT_THAT(held.notices(), SizeIs(1));
  EXPECT_EQ(held.notices(0).code(), "IDENTITY_KEPT_APART");
  EXPECT_TRUE(world_.StoredPerson(kAda).identity().identity_in_question());
  EXPECT_TRUE(world_.StoredPerson(kBede).identity().identity_in_question());
  EXPECT_THAT(world_.StoredPerson(kAda).delegations(), SizeIs(1));

  ASSERT_THAT(world_.Restart(), IsOk());
  v1::Envelope second = Update(kPractice, "m2", v1::PERSON_UPDATE_KIND_MERGE);
  second.clear_acting_person();
  ASSERT_OK_AND_ASSIGN(const v1::Receipt joined, world_.Submit(second));
  EXPECT_EQ(joined.notices(0).code(), "RECORDS_JOINED");
  EXPECT_THAT(world_.StoredPerson(kAda).delegations(), SizeIs(2));
  EXPECT_FALSE(world_.StoredPerson(kAda).identity().identity_in_question());
  ExpectTrailGivesTheRecords();
}

TEST_F(MergeTest, EitherNumberReachesTheOneSurvivingRecord) {
  Shows({"haz-02", "inv-11"});
  Join();
  ASSERT_THAT(world_.Restart(), IsOk());
  EXPECT_EQ(world_.StoredPerson(kBede).person_key(), world_.StoredPerson(kAda).person_key());
  ASSERT_THAT(world_.Submit(world_.Concern(kBede, "c1", kCommunity, "unsettled")), IsOk());
  ASSERT_THAT(world_.Submit(world_.Concern(kAda, "c2", kCommunity, "unsettled")), IsOk());
  EXPECT_THAT(world_.StoredPerson(kAda).concerns(), SizeIs(2));
  for (const TestPerson& person : {kAda, kBede}) {
    ASSERT_OK_AND_ASSIGN(const v1::GetPersonResponse found,
                         world_.GetPerson(kCommunity, ReferenceOf(person)));
    EXPECT_THAT(found.delegations(), SizeIs(2));
    EXPECT_THAT(found.episodes(), SizeIs(2));
  }
  // The details of one with the number of the other are nobody's (HAZ-01).
  v1::PersonReference mixed = ReferenceOf(kAda);
  mixed.set_nhs_number(kBede.nhs_number);
  EXPECT_THAT(world_.GetPerson(kCommunity, mixed), FailsWith("PERSON_NOT_VISIBLE"));
  ExpectTrailGivesTheRecords();
}

TEST_F(MergeTest, NoEntryHoldsBothPeoplesRecordsBeforeTheyAreOne) {
  Shows({"ctl-23", "haz-31"});
  ASSERT_THAT(world_.Submit(Update(kProvider, "m1", v1::PERSON_UPDATE_KIND_MERGE)), IsOk());
  const std::string ada = world_.StoredPerson(kAda).person_key();
  for (uint64_t i = 0; i < world_.Size(); ++i) {
    const store::RecordKey key = world_.store().ReadEntry(i).value()->subject;
    const v1::EntryDetail detail = world_.Detail(i);
    for (const v1::Change& change : detail.changes()) {
      const std::string& number = change.identity().reference().nhs_number();
      const bool is_ada = key.key == ada;
      if (!number.empty() && (is_ada || key.key == bede_)) {
        EXPECT_EQ(number, is_ada ? kAda.nhs_number : kBede.nhs_number) << i;
      }
      const std::string& reference = change.delegation().proposal().reference();
      if (!reference.empty() && (is_ada || key.key == bede_)) {
        EXPECT_EQ(reference, is_ada ? "D1" : "D2") << i;
      }
    }
  }
}

TEST_F(MergeTest, TimersGoWithTheTask) {
  Shows({"ctl-15", "haz-09"});
  const size_t before = TimersOf(bede_);
  ASSERT_GT(before, 0u);
  Join();
  EXPECT_EQ(TimersOf(bede_), 0u);
  ASSERT_THAT(world_.Restart(), IsOk());
  world_.clock().Advance(absl::Hours(24 * 20));
  world_.Run();
  // The provider's silence on the task that came from Bede is chased, in the surviving record.
  bool chased = false;
  const v1::CareRecord ada = world_.StoredPerson(kAda);
  for (const v1::Delegation& delegation : ada.delegations()) {
    if (delegation.proposal().reference() == "D2") chased = !delegation.owner().empty();
  }
  EXPECT_TRUE(chased);
  TakeApart();
  EXPECT_GT(TimersOf(bede_), 0u);
  ExpectTrailGivesTheRecords();
}

TEST_F(MergeTest, TakenApartACoverOrderIsChasedInItsOwnRecord) {
  Shows({"ctl-15", "haz-02", "inv-15"});
  v1::Envelope order = world_.Message(kCommunity, "cover", kBede);
  order.mutable_cover_order()->set_reference("CO-1");
  order.mutable_cover_order()->mutable_delegation()->set_reference("D2");
  order.mutable_cover_order()->set_cover_by(std::string(kCommunity));
  *order.mutable_cover_order()->mutable_from() = engine::ToTimestamp(world_.clock().Now());
  ASSERT_THAT(world_.Submit(order), IsOk());
  const size_t before = TimersOf(bede_);
  Join();
  EXPECT_EQ(TimersOf(bede_), 0u);
  TakeApart();
  EXPECT_EQ(TimersOf(bede_), before);
}

TEST_F(MergeTest, SearchByEitherNumberFindsBothTrails) {
  Shows({"aud-01", "haz-02"});
  const std::vector<uint64_t> ada = Search(kAda);
  const std::vector<uint64_t> bede = Search(kBede);
  ASSERT_FALSE(ada.empty());
  ASSERT_FALSE(bede.empty());
  Join();
  for (const TestPerson& person : {kAda, kBede}) {
    const std::vector<uint64_t> found = Search(person);
    EXPECT_THAT(found, ::testing::IsSupersetOf(ada));
    EXPECT_THAT(found, ::testing::IsSupersetOf(bede));
    EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
  }
}

TEST_F(MergeTest, TakenApartEachIsWhatItWas) {
  Shows({"haz-01", "haz-02", "inv-11"});
  const v1::CareRecord before = world_.StoredPerson(kBede);
  Join();
  ASSERT_THAT(world_.Restart(), IsOk());
  ASSERT_THAT(world_.Submit(world_.Concern(kBede, "c1", kCommunity, "unsettled")), IsOk());
  TakeApart();
  ASSERT_THAT(world_.Restart(), IsOk());
  const v1::CareRecord ada = world_.StoredPerson(kAda);
  const v1::CareRecord bede = world_.StoredPerson(kBede);
  EXPECT_EQ(bede.person_key(), bede_);
  ASSERT_THAT(bede.delegations(), SizeIs(1));
  EXPECT_EQ(CanonicalBytes(bede.delegations(0)), CanonicalBytes(before.delegations(0)));
  EXPECT_EQ(CanonicalBytes(bede.episodes(0)), CanonicalBytes(before.episodes(0)));
  EXPECT_EQ(CanonicalBytes(bede.identity()), CanonicalBytes(before.identity()));
  ASSERT_THAT(ada.delegations(), SizeIs(1));
  EXPECT_EQ(ada.delegations(0).proposal().reference(), "D1");
  // What was added meanwhile stays where it is, with whoever must say whose it is.
  EXPECT_THAT(ada.concerns(), SizeIs(1));
  EXPECT_THAT(bede.concerns(), SizeIs(0));
  ASSERT_THAT(ada.origins(), SizeIs(1));
  EXPECT_EQ(ada.origins(0).person_key(), "");
  // Messages reach each person's own record again.
  ASSERT_THAT(world_.Submit(world_.Concern(kBede, "c2", kCommunity, "unsettled")), IsOk());
  EXPECT_THAT(world_.StoredPerson(kBede).concerns(), SizeIs(1));
  EXPECT_THAT(world_.StoredPerson(kAda).concerns(), SizeIs(1));
  ExpectTrailGivesTheRecords();
  // And joined again they are one again.
  ASSERT_THAT(world_.Submit(Update(kCommunity, "again", v1::PERSON_UPDATE_KIND_MERGE)), IsOk());
  EXPECT_THAT(world_.StoredPerson(kBede).delegations(), SizeIs(2));
  ExpectTrailGivesTheRecords();
}

TEST_F(MergeTest, ANumberThatIsReplacedGoesOnUnderTheNewOne) {
  Shows({"haz-02"});
  // One source alone, even a clinician's, does not make a number that nobody knows this person's.
  ASSERT_OK_AND_ASSIGN(
      const v1::Receipt held,
      world_.Submit(Update(kCommunity, "n1", v1::PERSON_UPDATE_KIND_MERGE, kAda, kCleo)));
  EXPECT_EQ(held.notices(0).code(), "IDENTITY_KEPT_APART");
  EXPECT_THAT(world_.GetPerson(kCommunity, ReferenceOf(kCleo)), FailsWith("PERSON_NOT_VISIBLE"));
  ASSERT_THAT(world_.Submit(Update(kPractice, "n2", v1::PERSON_UPDATE_KIND_MERGE, kAda, kCleo)),
              IsOk());
  ASSERT_THAT(world_.Submit(world_.Concern(kCleo, "c1", kCommunity, "unsettled")), IsOk());
  EXPECT_THAT(world_.StoredPerson(kAda).concerns(), SizeIs(1));
  ExpectTrailGivesTheRecords();
}

TEST_F(MergeTest, TheAnswerDoesNotTellWhetherTheOtherIsKnown) {
  Shows({"ctl-04"});
  // The practice that has nothing to do with Bede; and Cleo, whom nobody knows.
  v1::Envelope moved = world_.Message(kOtherPractice, "g1", kAda);
  moved.mutable_registration_change()->set_practice(kOtherPractice);
  moved.mutable_registration_change()->set_registered_on("2022-10-01");
  ASSERT_THAT(world_.Submit(moved), IsOk());
  const auto answer = [&](absl::string_view id, const TestPerson& other) {
    auto receipt =
        world_.Submit(Update(kOtherPractice, id, v1::PERSON_UPDATE_KIND_MERGE, kAda, other));
    EXPECT_THAT(receipt, IsOk());
    v1::Receipt comparable = receipt.ok() ? *receipt : v1::Receipt();
    comparable.clear_message_id();
    comparable.clear_entry_index();
    for (v1::DeliveryNote& note : *comparable.mutable_deliveries()) note.clear_delivery_id();
    return comparable.SerializeAsString();
  };
  EXPECT_EQ(answer("k1", kBede), answer("k2", kCleo));
}

TEST_F(MergeTest, WhatWasKnownBeforeTheMergeIsStillToldByEachNumber) {
  Shows({"aud-04", "haz-34"});
  const absl::Time before = world_.clock().Now();
  const std::string bede = CanonicalBytes(world_.StoredPerson(kBede));
  world_.clock().Advance(absl::Hours(1));
  Join();
  const auto ask = [&](const TestPerson& person, v1::StateSense sense, absl::Time at) {
    v1::StateAtRequest request;
    *request.mutable_person() = ReferenceOf(person);
    *request.mutable_at() = engine::ToTimestamp(at);
    request.set_sense(sense);
    auto state = world_.Ask<v1::StateAtResponse>([&](engine::Done<v1::StateAtResponse> done) {
      world_.engine().StateAt({.participant = kAuditTeam}, request, std::move(done));
    });
    EXPECT_THAT(state, IsOk());
    return state.ok() ? *std::move(state) : v1::StateAtResponse();
  };
  EXPECT_EQ(CanonicalBytes(ask(kBede, v1::STATE_SENSE_KNOWN_THEN, before).record()), bede);
  EXPECT_THAT(ask(kAda, v1::STATE_SENSE_KNOWN_THEN, before).record().delegations(), SizeIs(1));
  // They were one person all along.
  EXPECT_THAT(ask(kBede, v1::STATE_SENSE_TRUE_THEN, before).record().delegations(), SizeIs(2));
  EXPECT_EQ(CanonicalBytes(ask(kBede, v1::STATE_SENSE_KNOWN_THEN, world_.clock().Now()).record()),
            CanonicalBytes(world_.StoredPerson(kAda)));
  TakeApart();
  world_.clock().Advance(absl::Hours(1));
  const v1::CareRecord ada = ask(kAda, v1::STATE_SENSE_TRUE_THEN, world_.clock().Now()).record();
  EXPECT_THAT(ada.delegations(), SizeIs(1));
  const v1::CareRecord other =
      ask(kBede, v1::STATE_SENSE_TRUE_THEN, before + absl::Minutes(90)).record();
  EXPECT_THAT(other.delegations(), SizeIs(1));
}

TEST_F(MergeTest, AFailedCommitLeavesTheTwoApart) {
  Shows({"ctl-11"});
  world_.faults().FailAt(
      store::FaultyStore::Call::kCommit, 1,
      MakeError(absl::StatusCode::kUnavailable, "COMMIT_FAILED", "nothing was kept"),
      store::FaultyStore::Afterwards::kGoesOn);
  const v1::Envelope merge = Update(kCommunity, "join", v1::PERSON_UPDATE_KIND_MERGE);
  EXPECT_THAT(world_.Submit(merge), FailsWith("COMMIT_FAILED"));
  EXPECT_EQ(world_.StoredPerson(kBede).person_key(), bede_);
  EXPECT_THAT(world_.StoredPerson(kBede).delegations(), SizeIs(1));
  ASSERT_THAT(world_.Submit(merge), IsOk());
  EXPECT_THAT(world_.StoredPerson(kBede).delegations(), SizeIs(2));
}

TEST_F(MergeTest, ARepeatOfTheMergeJoinsOnce) {
  Shows({"inv-08"});
  const v1::Envelope merge = Update(kCommunity, "join", v1::PERSON_UPDATE_KIND_MERGE);
  ASSERT_OK_AND_ASSIGN(const v1::Receipt first, world_.Submit(merge));
  ASSERT_THAT(world_.Restart(), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::Receipt again, world_.Submit(merge));
  EXPECT_EQ(first.SerializeAsString(), again.SerializeAsString());
  EXPECT_THAT(world_.StoredPerson(kAda).identity().joined(), SizeIs(1));
}

}  // namespace
}  // namespace fosse
