// A record at a time: what was known then, and what was so then.
#include "care/history.h"

#include "absl/strings/str_cat.h"
#include "care/times.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::care {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

absl::Time Hour(int hour) { return absl::FromUnixSeconds(1664787600) + absl::Hours(hour); }

// A trail about one person, entry by entry.
class HistoryTest : public ::testing::Test {
 protected:
  v1::EntryDetail& Entry(int hour) {
    PastEntry& entry = entries_.emplace_back();
    entry.index = entries_.size();
    *entry.detail.mutable_now() = Timestamp(Hour(hour));
    return entry.detail;
  }
  v1::CareRecord Known(int hour) { return KnownAt("key", entries_, Hour(hour)); }
  v1::CareRecord True(int hour) { return TrueAt("key", entries_, Hour(hour)).record; }

  void OpenEpisode(int known, int happened) {
    v1::EntryDetail& entry = Entry(known);
    *entry.mutable_envelope()->mutable_episode_change()->mutable_occurred_at() =
        Timestamp(Hour(happened));
    v1::Episode& episode = *entry.add_changes()->mutable_episode();
    episode.set_reference("E1");
    *episode.mutable_opened_at() = Timestamp(Hour(happened));
    last_ = episode;
  }
  void CloseEpisode(int known, int happened) {
    v1::EntryDetail& entry = Entry(known);
    *entry.mutable_envelope()->mutable_episode_change()->mutable_occurred_at() =
        Timestamp(Hour(happened));
    *last_.mutable_closed_at() = Timestamp(Hour(happened));
    *entry.add_changes()->mutable_episode() = last_;
  }
  void Perform(int known, int happened) {
    v1::Performance& performance = *Entry(known).add_changes()->mutable_performance();
    performance.set_delegation_id("D1");
    *performance.mutable_performed_at() = Timestamp(Hour(happened));
  }
  v1::PersonIdentity& Identity(int known, v1::PersonUpdateKind kind, int happened) {
    v1::EntryDetail& entry = Entry(known);
    entry.mutable_envelope()->mutable_person_update()->set_kind(kind);
    *entry.mutable_envelope()->mutable_person_update()->mutable_occurred_at() =
        Timestamp(Hour(happened));
    v1::PersonIdentity& identity = *entry.add_changes()->mutable_identity();
    identity.mutable_reference()->set_nhs_number("9990000018");
    return identity;
  }

  std::vector<PastEntry> entries_;
  v1::Episode last_;
};

TEST_F(HistoryTest, ALateDischargeWasNotKnownButWasSo) {
  Shows({"haz-34", "aud-04"});
  OpenEpisode(/*known=*/0, /*happened=*/0);
  CloseEpisode(/*known=*/10, /*happened=*/4);
  EXPECT_FALSE(Known(5).episodes(0).has_closed_at());
  EXPECT_TRUE(Known(10).episodes(0).has_closed_at());  // At the very time counts.
  EXPECT_FALSE(True(3).episodes(0).has_closed_at());
  EXPECT_TRUE(True(4).episodes(0).has_closed_at());
  const TrueState state = TrueAt("key", entries_, Hour(5));
  ASSERT_THAT(state.learned_later, SizeIs(1));
  EXPECT_EQ(state.learned_later[0].index, 2u);
  EXPECT_EQ(state.learned_later[0].kind, "episode_change");
  EXPECT_EQ(state.learned_later[0].true_from, Hour(4));
  EXPECT_EQ(state.learned_later[0].known_from, Hour(10));
  EXPECT_FALSE(state.learned_later[0].correction);
  EXPECT_THAT(TrueAt("key", entries_, Hour(3)).learned_later, SizeIs(0));
}

TEST_F(HistoryTest, AnEpisodeThatTurnsOutToHaveOpenedEarlierWasOpenThen) {
  Shows({"haz-34", "aud-04"});
  OpenEpisode(/*known=*/10, /*happened=*/2);
  EXPECT_THAT(Known(5).episodes(), SizeIs(0));
  EXPECT_THAT(True(1).episodes(), SizeIs(0));
  ASSERT_THAT(True(5).episodes(), SizeIs(1));
}

TEST_F(HistoryTest, CareReportedLateWasGivenThen) {
  Shows({"haz-34", "aud-04"});
  Perform(/*known=*/1, /*happened=*/1);
  Perform(/*known=*/9, /*happened=*/3);
  Perform(/*known=*/5, /*happened=*/5);
  EXPECT_THAT(Known(4).performances(), SizeIs(1));
  EXPECT_THAT(True(4).performances(), SizeIs(2));
  const v1::CareRecord all = True(20);
  ASSERT_THAT(all.performances(), SizeIs(3));
  EXPECT_EQ(TimeOf(all.performances(1).performed_at()), Hour(3));  // As it was given.
}

TEST_F(HistoryTest, ACorrectionHoldsFromTheBeginning) {
  Shows({"haz-34", "aud-04"});
  Identity(0, v1::PERSON_UPDATE_KIND_DEMOGRAPHICS, 0);
  Identity(5, v1::PERSON_UPDATE_KIND_DEATH, 4).set_death_reported(true);
  Identity(9, v1::PERSON_UPDATE_KIND_DEATH_CORRECTED, 9);
  EXPECT_TRUE(Known(6).identity().death_reported());
  EXPECT_FALSE(True(6).identity().death_reported());  // They were alive all along.
  EXPECT_TRUE(TrueAt("key", entries_, Hour(6)).learned_later[0].correction);
  entries_.pop_back();  // Before anybody took it back it was believed.
  EXPECT_TRUE(True(4).identity().death_reported());
  EXPECT_FALSE(True(3).identity().death_reported());
}

TEST_F(HistoryTest, WhatTheGatewayDecidedCountsFromWhenItDid) {
  Shows({"haz-34"});
  v1::Delegation& first = *Entry(0).add_changes()->mutable_delegation();
  first.set_delegation_id("D1");
  first.set_state(v1::DELEGATION_STATE_ACTIVE);
  first.mutable_oversight()->set_holder("RT5");
  first.set_review_on("2022-12-01");
  // A discharge of hour 2, reported at hour 8, prompts for an offer at hour 8.
  v1::EntryDetail& late = Entry(8);
  *late.mutable_envelope()->mutable_episode_change()->mutable_occurred_at() = Timestamp(Hour(2));
  v1::Delegation& prompted = *late.add_changes()->mutable_delegation();
  prompted = entries_[0].detail.changes(0).delegation();
  prompted.set_owner("RT5");
  EXPECT_EQ(True(5).delegations(0).owner(), "");
  EXPECT_EQ(True(8).delegations(0).owner(), "RT5");
  EXPECT_EQ(True(5).delegations(0).oversight().holder(), "RT5");
}

TEST_F(HistoryTest, ALateStartMovesNothingElseOfTheDelegation) {
  Shows({"haz-34", "aud-04"});
  v1::Delegation delegation;
  delegation.set_delegation_id("D1");
  delegation.set_state(v1::DELEGATION_STATE_READY);
  delegation.mutable_oversight()->set_holder("RT5");
  *Entry(0).add_changes()->mutable_delegation() = delegation;
  delegation.mutable_oversight()->set_holder("C82999");
  *Entry(6).add_changes()->mutable_delegation() = delegation;
  // The start of hour 3 is reported at hour 9: by then another oversees.
  v1::EntryDetail& start = Entry(9);
  *start.mutable_envelope()->mutable_start_confirmed()->mutable_started_at() = Timestamp(Hour(3));
  delegation.set_state(v1::DELEGATION_STATE_ACTIVE);
  *delegation.mutable_started_at() = Timestamp(Hour(3));
  *start.add_changes()->mutable_delegation() = delegation;
  const v1::CareRecord then = True(4);
  EXPECT_EQ(then.delegations(0).state(), v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(then.delegations(0).oversight().holder(), "RT5");
  EXPECT_EQ(Known(4).delegations(0).state(), v1::DELEGATION_STATE_READY);
  EXPECT_EQ(True(9).delegations(0).SerializeAsString(), delegation.SerializeAsString());
}

TEST_F(HistoryTest, AtTheEndBothSayWhatTheRecordSays) {
  Shows({"haz-34", "inv-11"});
  Identity(0, v1::PERSON_UPDATE_KIND_DEMOGRAPHICS, 0);
  OpenEpisode(1, 0);
  Perform(2, 2);
  CloseEpisode(10, 4);
  v1::CareRecord known = Known(20);
  v1::CareRecord truth = True(20);
  EXPECT_EQ(known.version(), 4u);
  known.clear_version();
  EXPECT_EQ(known.SerializeAsString(), truth.SerializeAsString());
}

TEST_F(HistoryTest, WhatWentBackToAnotherPersonWasNeverThisOnes) {
  Shows({"haz-34", "haz-01"});
  v1::Delegation& own = *Entry(0).add_changes()->mutable_delegation();
  own.set_delegation_id("D1");
  v1::Delegation& taken = *Entry(2).add_changes()->mutable_delegation();
  taken.set_delegation_id("D2");
  v1::RecordItem& away = *Entry(6).add_changes()->mutable_moved_away();
  away.set_kind(v1::RECORD_ITEM_KIND_DELEGATION);
  away.set_id("D2");
  EXPECT_THAT(Known(3).delegations(), SizeIs(2));
  ASSERT_THAT(True(3).delegations(), SizeIs(1));
  EXPECT_EQ(True(3).delegations(0).delegation_id(), "D1");
}

}  // namespace
}  // namespace fosse::care
