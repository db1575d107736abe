#include "engine/figures.h"

#include "base/local_date.h"
#include "engine/timestamps.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"

namespace fosse::engine {
namespace {

absl::CivilDay Day(const std::string& day) { return *ParseLocalDate(day); }
absl::Time Noon(const std::string& day) { return LondonStartOfDay(Day(day)) + absl::Hours(12); }

const v1::DelegationRow& RowOf(const std::vector<v1::DelegationRow>& rows,
                               const std::string& organisation) {
  for (const v1::DelegationRow& row : rows) {
    if (row.organisation() == organisation) return row;
  }
  return v1::DelegationRow::default_instance();
}

class FiguresTest : public ::testing::Test {
 protected:
  FiguresTest() : count_({Day("2026-11-01"), Day("2026-11-30")}) {
    auto created = care::Directory::Create(TestDirectory());
    EXPECT_TRUE(created.ok()) << created.status();
    if (created.ok()) directory_ = *std::move(created);
    delegation_.set_delegation_id("D-1");
    delegation_.mutable_proposal()->set_delegating(kCommunity);
    delegation_.mutable_proposal()->set_delegated_to(kProvider);
  }
  void Take(const std::string& day) {
    v1::EntryDetail detail;
    *detail.mutable_now() = ToTimestamp(Noon(day));
    *detail.add_changes()->mutable_delegation() = delegation_;
    count_.Take(detail);
  }
  void TakeVisits(const std::string& day, uint32_t visits) {
    v1::EntryDetail detail;
    *detail.mutable_now() = ToTimestamp(Noon(day));
    v1::CoverOrderState& cover = *detail.add_changes()->mutable_cover();
    cover.set_cover_id("V-1");
    cover.set_cover_by(kCommunity);
    cover.set_visits(visits);
    count_.Take(detail);
  }
  std::vector<v1::DelegationRow> Rows() {
    return count_.Rows(*directory_, [](const std::string&) { return true; });
  }

  DelegationCount count_;
  std::unique_ptr<const care::Directory> directory_;
  v1::Delegation delegation_;
};

TEST(DaysTakenTest, AreValuesThatWereReallyTaken) {
  Shows({"hwb25-14"});
  EXPECT_EQ(DaysTakenOf({}).counted(), 0u);
  const v1::DaysTaken one = DaysTakenOf({7});
  EXPECT_EQ(one.median(), 7u);
  EXPECT_EQ(one.ninetieth(), 7u);
  const v1::DaysTaken ten = DaysTakenOf({10, 9, 8, 7, 6, 5, 4, 3, 2, 1});
  EXPECT_EQ(ten.median(), 5u);
  EXPECT_EQ(ten.ninetieth(), 9u);
  EXPECT_EQ(ten.longest(), 10u);
  EXPECT_EQ(DaysTakenOf({1, 2, 3}).median(), 2u);
  EXPECT_EQ(DaysTakenOf({1, 2, 3}).ninetieth(), 3u);
}

TEST_F(FiguresTest, NeedToActiveIsFromTheFirstProposalToTheStart) {
  Shows({"hwb21-15"});
  *delegation_.mutable_proposed_at() = ToTimestamp(Noon("2026-10-20"));
  delegation_.set_state(v1::DELEGATION_STATE_HELD);
  Take("2026-10-20");
  *delegation_.mutable_proposed_at() = ToTimestamp(Noon("2026-10-25"));  // Completed.
  delegation_.set_state(v1::DELEGATION_STATE_PROPOSED);
  Take("2026-10-25");
  *delegation_.mutable_started_at() = ToTimestamp(Noon("2026-11-03"));
  delegation_.set_state(v1::DELEGATION_STATE_ACTIVE);
  delegation_.add_assignments()->set_assigned(true);
  Take("2026-11-03");
  const std::vector<v1::DelegationRow> rows = Rows();
  const v1::DelegationRow& row = RowOf(rows, kProvider);
  EXPECT_EQ(row.place(), "County");
  EXPECT_EQ(row.proposed(), 0u) << "before the period";
  EXPECT_EQ(row.need_to_active().counted(), 1u);
  EXPECT_EQ(row.need_to_active().median(), 14u);
  EXPECT_EQ(row.single_worker(), 1u);
  delegation_.add_assignments()->set_assigned(true);
  Take("2026-11-04");
  EXPECT_EQ(RowOf(Rows(), kProvider).single_worker(), 0u);
}

TEST_F(FiguresTest, DeclinesRefusalsAndGapsStandWithWhomTheyAreOf) {
  Shows({"hwb25-20", "hwb21-15", "b-6.1"});
  *delegation_.mutable_proposed_at() = ToTimestamp(Noon("2026-11-02"));
  delegation_.set_state(v1::DELEGATION_STATE_ACTIVE);
  v1::Oversight& oversight = *delegation_.mutable_oversight();
  oversight.set_state(v1::OVERSIGHT_STATE_GAP);
  oversight.set_holder(kPractice);
  v1::OfferState& offer = *oversight.mutable_offer();
  offer.set_offer_id("O-1");
  offer.set_offered_to(kPractice);
  offer.set_closure(v1::OFFER_CLOSURE_DECLINED);
  Take("2026-11-05");
  Take("2026-11-06");  // The same offer again.
  delegation_.set_delegation_id("D-2");
  delegation_.clear_oversight();
  delegation_.set_state(v1::DELEGATION_STATE_DECLINED);
  *delegation_.mutable_ended_at() = ToTimestamp(Noon("2026-11-30"));
  delegation_.mutable_response()->set_decline_reason(v1::DECLINE_REASON_CAPACITY);
  Take("2026-11-30");
  const std::vector<v1::DelegationRow> rows = Rows();
  EXPECT_EQ(RowOf(rows, kPractice).practice_refusals(), 1u);
  EXPECT_EQ(RowOf(rows, kPractice).open_gaps(), 1u);
  const v1::DelegationRow& provider = RowOf(rows, kProvider);
  EXPECT_EQ(provider.proposed(), 2u);
  ASSERT_EQ(provider.declines_size(), 1);
  EXPECT_EQ(provider.declines(0).reason(), v1::DECLINE_REASON_CAPACITY);
  EXPECT_EQ(provider.declines(0).count(), 1u);
}

TEST_F(FiguresTest, OnlyVisitsOfThePeriodCount) {
  Shows({"hwb25-20", "b-2.4"});
  TakeVisits("2026-10-31", 4);
  TakeVisits("2026-11-02", 5);
  TakeVisits("2026-11-20", 9);
  EXPECT_EQ(RowOf(Rows(), kCommunity).interim_visits(), 5u);
}

TEST_F(FiguresTest, DisputeDaysAreThoseInsideThePeriod) {
  Shows({"hwb21-15", "b-7.2"});
  delegation_.set_state(v1::DELEGATION_STATE_ACTIVE);
  delegation_.mutable_dispute()->set_open(true);
  Take("2026-10-20");
  Take("2026-11-01");  // Something else changes meanwhile.
  delegation_.mutable_dispute()->set_open(false);
  Take("2026-11-04");
  EXPECT_EQ(RowOf(Rows(), kCommunity).dispute_days(), 4u) << "the first to the fourth";
  delegation_.mutable_dispute()->set_open(true);
  Take("2026-11-29");
  EXPECT_EQ(RowOf(Rows(), kCommunity).dispute_days(), 5u) << "open at the last entry";
}

TEST(SilenceTest, CountsQuestionsThatNoRuleAnswered) {
  Shows({"b-6.1"});
  SilenceCount count({Day("2026-11-01"), Day("2026-11-30")});
  v1::EntryDetail detail;
  *detail.mutable_now() = ToTimestamp(Noon("2026-11-02"));
  v1::Delegation& delegation = *detail.add_changes()->mutable_delegation();
  delegation.set_delegation_id("D-1");
  delegation.set_task_code("nebuliser");
  v1::RecordedDecision& silent = *detail.add_decisions();
  silent.set_question(v1::QUESTION_PROPOSE);
  silent.set_outcome(v1::OUTCOME_REFER);
  silent.set_delegation_id("D-1");
  v1::RecordedDecision& answered = *detail.add_decisions();
  answered = silent;
  answered.add_rule_ids("some-rule");
  count.Take(detail);
  count.Take(detail);
  *detail.mutable_now() = ToTimestamp(Noon("2026-12-01"));
  count.Take(detail);
  const std::vector<v1::UnansweredTheme> rows = count.Rows();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].question(), v1::QUESTION_PROPOSE);
  EXPECT_EQ(rows[0].task_code(), "nebuliser");
  EXPECT_EQ(rows[0].count(), 2u);
}

}  // namespace
}  // namespace fosse::engine
