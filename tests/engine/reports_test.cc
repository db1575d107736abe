#include "engine/reports.h"

#include "base/local_date.h"
#include "care/times.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/engine_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

using ::testing::ElementsAre;

class ReportsTest : public ::testing::Test {
 protected:
  template <typename Response, typename Request>
  absl::StatusOr<Response> Ask(const char* caller, const Request& request) {
    const auto answer = world_.Ask<engine::ReportAnswer>([&](engine::Done<engine::ReportAnswer> d) {
      world_.engine().Report({.participant = caller}, request, std::move(d));
    });
    if (!answer.ok()) return answer.status();
    return std::get<Response>(answer->response);
  }
  template <typename Request>
  Request Period(int days = 30) {
    Request request;
    const absl::CivilDay today = LondonDay(world_.clock().Now());
    request.mutable_period()->set_first_day(FormatLocalDate(today - days + 1));
    request.mutable_period()->set_last_day(FormatLocalDate(today));
    request.set_purpose("quarterly report");
    return request;
  }
  v1::Envelope AboutNobody(const char* sender, const char* id) {
    v1::Envelope envelope = world_.Message(sender, id, kAda);
    envelope.clear_subject();
    return envelope;
  }
  // Ada's case goes to the forum, which decides.
  void ForumDecides() {
    ASSERT_THAT(world_.Submit(world_.Episode(kAda, "e1")), IsOk());
    v1::Envelope proposal = world_.Proposal(kAda, "p1", "D1");
    proposal.mutable_delegation_proposal()->mutable_mdt()->set_outcome(
        v1::MDT_OUTCOME_NO_CONSENSUS);
    ASSERT_THAT(world_.Submit(proposal), IsOk());
    v1::Envelope referral = world_.Message(kCommunity, "s1", kAda);
    referral.mutable_shared_care_referral()->set_reference("SC-1");
    referral.mutable_shared_care_referral()->mutable_delegation()->set_reference("D1");
    referral.mutable_shared_care_referral()->set_reason("no consensus");
    ASSERT_THAT(world_.Submit(referral), IsOk());
    v1::Envelope decided = world_.Message("QK1-SHAREDCARE", "d1", kAda);
    decided.mutable_panel_decision()->set_referral_reference("SC-1");
    decided.mutable_panel_decision()->set_decided_on(care::DayOf(world_.clock().Now()));
    decided.mutable_panel_decision()->set_may_be_delegated(v1::ANSWER_YES);
    decided.mutable_panel_decision()->set_reasons("the worker knows the person well");
    ASSERT_THAT(world_.Submit(decided), IsOk());
  }
  v1::Envelope Equality(const char* sender, const char* id) {
    v1::Envelope envelope = AboutNobody(sender, id);
    const auto period = Period<v1::GetEqualityReturnRequest>().period();
    v1::EqualityReturn& returned = *envelope.mutable_equality_return();
    returned.set_period_start(period.first_day());
    returned.set_period_end(period.last_day());
    for (const auto& [group, delegations] :
         {std::pair{"female", 3u}, {"male", 17u}, {"not known", 9u}, {"other", 40u}}) {
      v1::EqualityCount& count = *returned.add_counts();
      count.set_strand("sex");
      count.set_group(group);
      count.set_delegations(delegations);
      count.set_people(delegations * 10);
    }
    return envelope;
  }

  EngineWorld world_;
};

TEST_F(ReportsTest, TrainingSaysSessionsPeopleAndWaits) {
  Shows({"b-6.1", "hwb25-14", "ctl-25"});
  v1::Envelope session = AboutNobody(kTraining, "s1");
  v1::TrainingSession& held = *session.mutable_training_session();
  held.set_reference("S-1");
  *held.mutable_held_at() = session.sent_at();
  held.set_mode(v1::TRAINING_MODE_CLASSROOM);
  held.add_tasks()->set_code("generic-7-blood-sugar");
  held.add_tasks()->set_code("generic-6-stoma");
  held.set_people(8);
  *held.mutable_trainer() = session.acting_person().practitioner();
  ASSERT_THAT(world_.Submit(session), IsOk());
  v1::Envelope needs = AboutNobody(kProvider, "t1");
  needs.mutable_training_request()->set_reference("TNA-1");
  needs.mutable_training_request()->set_training_provider(kTraining);
  *needs.mutable_training_request()->add_workers() = WorkerOf(kProvider, "E-7");
  *needs.mutable_training_request()->add_workers() = WorkerOf(kProvider, "E-8");
  needs.mutable_training_request()->add_tasks()->set_code("generic-7-blood-sugar");
  ASSERT_THAT(world_.Submit(needs), IsOk());
  world_.clock().Advance(absl::Hours(24 * 6 + 3));
  ASSERT_THAT(world_.Submit(world_.Competency("k1", WorkerOf(kProvider, "E-7"))), IsOk());

  const uint64_t size = world_.Size();
  ASSERT_OK_AND_ASSIGN(const auto figures, Ask<v1::GetTrainingFiguresResponse>(
                                               kBoard, Period<v1::GetTrainingFiguresRequest>()));
  EXPECT_EQ(figures.sessions(), 1u);
  EXPECT_EQ(figures.people(), 8u);
  EXPECT_EQ(figures.rows_size(), 2);
  ASSERT_EQ(figures.waits_size(), 1);
  EXPECT_EQ(figures.waits(0).organisation(), kProvider);
  EXPECT_EQ(figures.waits(0).taken().counted(), 1u);
  EXPECT_EQ(figures.waits(0).taken().median(), 6u);
  EXPECT_EQ(figures.waits(0).still_waiting(), 1u);
  EXPECT_EQ(figures.waits(0).longest_waiting_days(), 6u);
  EXPECT_EQ(figures.DebugString().find("E-7"), std::string::npos) << "no worker is named";
  // The read is in the trail before it is answered.
  EXPECT_EQ(figures.entry_index(), size);
  const v1::EntryDetail read = world_.Detail(size);
  EXPECT_EQ(read.envelope().access_recorded().method(), "GetTrainingFigures");
  EXPECT_EQ(read.envelope().access_recorded().purpose(), "quarterly report");
}

TEST_F(ReportsTest, DelegationsAreCountedByOrganisationAndOfAnAuditorsRemitAlone) {
  Shows({"hwb21-15", "b-6.1", "ctl-04"});
  for (const TestPerson& person : {kAda, kBede}) {
    const std::string id = person.nhs_number;
    ASSERT_THAT(world_.Submit(world_.Episode(person, "e" + id)), IsOk());
    ASSERT_THAT(world_.Submit(world_.Proposal(person, "p" + id, "D1")), IsOk());
  }
  v1::Envelope declined = world_.Acceptance(kBede, "r1", "D1");
  declined.mutable_delegation_response()->set_answer(v1::DELEGATION_ANSWER_DECLINED);
  declined.mutable_delegation_response()->set_decline_reason(v1::DECLINE_REASON_CAPACITY);
  ASSERT_THAT(world_.Submit(declined), IsOk());
  const auto request = Period<v1::GetDelegationFiguresRequest>();
  for (const char* reader : {kBoard, kAuditTeam}) {
    ASSERT_OK_AND_ASSIGN(const auto figures,
                         Ask<v1::GetDelegationFiguresResponse>(reader, request));
    ASSERT_EQ(figures.rows_size(), 1);
    EXPECT_EQ(figures.rows(0).organisation(), kProvider);
    EXPECT_EQ(figures.rows(0).place(), "County");
    EXPECT_EQ(figures.rows(0).proposed(), 2u);
    ASSERT_EQ(figures.rows(0).declines_size(), 1);
    EXPECT_EQ(figures.rows(0).declines(0).reason(), v1::DECLINE_REASON_CAPACITY);
    const std::string all = figures.DebugString();
    for (const char* said : {kAda.family_name, kBede.family_name, kAda.nhs_number}) {
      EXPECT_EQ(all.find(said), std::string::npos) << said;
    }
  }
  ASSERT_OK_AND_ASSIGN(const auto other,
                       Ask<v1::GetDelegationFiguresResponse>(kPracticeAudit, request));
  EXPECT_EQ(other.rows_size(), 0);
}

TEST_F(ReportsTest, ThemesCountIssuesPrecedentsAndSilence) {
  Shows({"b-6.1", "b-7.1"});
  v1::Envelope report = AboutNobody(kProvider, "i1");
  report.mutable_issue_report()->set_reference("I-1");
  report.mutable_issue_report()->set_clause("B-4.5");
  report.mutable_issue_report()->set_summary("what of generic tasks");
  ASSERT_THAT(world_.Submit(report), IsOk());
  ForumDecides();
  ASSERT_OK_AND_ASSIGN(const auto themes,
                       Ask<v1::GetThemesResponse>(kBoard, Period<v1::GetThemesRequest>()));
  ASSERT_EQ(themes.clauses_size(), 1);
  EXPECT_EQ(themes.clauses(0).clause(), "B-4.5");
  EXPECT_EQ(themes.clauses(0).ruled(), 0u);
  ASSERT_EQ(themes.tasks_size(), 1);
  EXPECT_EQ(themes.tasks(0).task(), "generic-7-blood-sugar");
  EXPECT_EQ(themes.tasks(0).may_be_delegated(), 1u);
}

TEST_F(ReportsTest, APrecedentIsFoundByLikenessAndPaged) {
  Shows({"b-7.1"});
  ForumDecides();
  v1::ListPrecedentsRequest request;
  request.set_task("generic-7-blood-sugar");
  request.set_setting(v1::CARE_SETTING_OWN_HOME);
  request.set_risk(v1::RISK_LEVEL_LOW);
  ASSERT_OK_AND_ASSIGN(const auto found, Ask<v1::ListPrecedentsResponse>(kProvider, request));
  ASSERT_EQ(found.precedents_size(), 1);
  EXPECT_EQ(found.precedents(0).number(), 1u);
  EXPECT_EQ(found.precedents(0).reasons_message_id(), "d1");
  EXPECT_EQ(found.DebugString().find("knows the person"), std::string::npos);
  request.set_risk(v1::RISK_LEVEL_HIGH);
  ASSERT_OK_AND_ASSIGN(const auto none, Ask<v1::ListPrecedentsResponse>(kProvider, request));
  EXPECT_EQ(none.precedents_size(), 0);
  request.clear_risk();
  request.set_page_token("1");
  ASSERT_OK_AND_ASSIGN(const auto older, Ask<v1::ListPrecedentsResponse>(kProvider, request));
  EXPECT_EQ(older.precedents_size(), 0);
  request.set_page_token("one");
  EXPECT_THAT(Ask<v1::ListPrecedentsResponse>(kProvider, request), FailsWith("FIELD_INVALID"));
}

TEST_F(ReportsTest, EqualityIsSummedAndHidden) {
  Shows({"b-6.1"});
  ASSERT_THAT(world_.Submit(Equality(kCouncil, "q1")), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto equality, Ask<v1::GetEqualityReturnResponse>(
                                                kBoard, Period<v1::GetEqualityReturnRequest>()));
  EXPECT_THAT(equality.returned_by(), ElementsAre(kCouncil));
  EXPECT_EQ(equality.threshold(), 5u);
  int hidden = 0;
  for (const v1::EqualityStrand& strand : equality.strands()) {
    for (const v1::EqualityRow& row : strand.rows()) {
      hidden += row.hidden();
      EXPECT_NE(row.delegations(), 3u);
    }
  }
  EXPECT_EQ(hidden, 2) << "the small one, and one more so that it cannot be worked out";
  ASSERT_OK_AND_ASSIGN(const auto other, Ask<v1::GetEqualityReturnResponse>(
                                             kBoard, Period<v1::GetEqualityReturnRequest>(60)));
  EXPECT_EQ(other.returned_by_size(), 0) << "periods are never added up";
}

TEST_F(ReportsTest, APeriodIsTwoDaysInOrderAndNotTooLong) {
  Shows({"ctl-30"});
  auto request = Period<v1::GetThemesRequest>(engine::kMaxReportDays);
  EXPECT_THAT(Ask<v1::GetThemesResponse>(kBoard, request), IsOk());
  request = Period<v1::GetThemesRequest>(engine::kMaxReportDays + 1);
  EXPECT_THAT(Ask<v1::GetThemesResponse>(kBoard, request), FailsWith("PERIOD_INVALID"));
  request = Period<v1::GetThemesRequest>(0);
  EXPECT_THAT(Ask<v1::GetThemesResponse>(kBoard, request), FailsWith("PERIOD_INVALID"));
  request.mutable_period()->set_first_day("soon");
  EXPECT_THAT(Ask<v1::GetThemesResponse>(kBoard, request), FailsWith("PERIOD_INVALID"));
}

TEST(ReportLimitTest, RatherNoFigureThanOneThatLeavesSomethingOut) {
  Shows({"ctl-30", "thr-09"});
  EngineWorld::Options options;
  options.limits.report_entries = 3;
  EngineWorld world(std::move(options));
  v1::GetDelegationFiguresRequest request;
  request.mutable_period()->set_first_day(care::DayOf(world.clock().Now()));
  request.mutable_period()->set_last_day(care::DayOf(world.clock().Now()));
  const auto ask = [&] {
    return world.Ask<engine::ReportAnswer>([&](engine::Done<engine::ReportAnswer> done) {
      world.engine().Report({.participant = kBoard}, request, std::move(done));
    });
  };
  EXPECT_THAT(ask(), IsOk());
  ASSERT_THAT(world.Submit(world.Episode(kAda, "e1")), IsOk());
  ASSERT_THAT(world.Submit(world.Proposal(kAda, "p1", "D1")), IsOk());
  EXPECT_THAT(ask(), FailsWith("REPORT_TOO_LARGE"));
}

TEST(LocalityRecordTest, IsSealedKeptAndReadAgainAfterARestart) {
  Shows({"ctl-23", "inv-11"});
  EngineWorld world;
  const store::RecordKey key{store::RecordKind::kLocality, "QK1"};
  const auto before = world.store().ReadRecord(key);
  ASSERT_TRUE(before.ok() && before->has_value()) << "which rulebook and directory it has seen";
  v1::Envelope changed = world.Message(kTraining, "v1", kAda);
  changed.clear_subject();
  v1::TaskVersionChanged& version = *changed.mutable_task_version_changed();
  version.mutable_task()->set_code("generic-7-blood-sugar");
  version.set_version("a-version-to-look-for");
  version.set_changed_on("2030-01-01");
  ASSERT_OK_AND_ASSIGN(const v1::Receipt kept, world.Submit(changed));
  EXPECT_EQ(world.Leaf(kept.entry_index()).subject_kind(), v1::SUBJECT_KIND_LOCALITY);
  EXPECT_FALSE(world.Detail(kept.entry_index()).record_digest().empty());
  const auto stored = world.store().ReadRecord(key);
  ASSERT_TRUE(stored.ok() && stored->has_value());
  EXPECT_EQ((*stored)->version, (*before)->version + 2) << "the message, and the sweep it began";
  EXPECT_EQ((*stored)->sealed.find("a-version-to-look-for"), std::string::npos);
  ASSERT_THAT(world.Restart(), IsOk());
  changed.set_message_id("v2");
  ASSERT_OK_AND_ASSIGN(const v1::Receipt again, world.Submit(changed));
  ASSERT_EQ(again.notices_size(), 1);
  EXPECT_EQ(again.notices(0).code(), "VERSION_NOT_NEWER") << "it is remembered";
}

}  // namespace
}  // namespace fosse
