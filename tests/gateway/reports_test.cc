// Figures over the wire: who may read them, and that every read is in the trail.
#include <string>

#include "fosse/v1/audit.grpc.pb.h"
#include "fosse/v1/reports.grpc.pb.h"
#include "gtest/gtest.h"
#include "tests/gateway/test_gateway.h"
#include "tests/support/shows.h"

namespace fosse {
namespace {

class ReportsOverTheWireTest : public ::testing::Test {
 protected:
  template <typename Request>
  static Request Period() {
    Request request;
    request.mutable_period()->set_first_day("2026-01-01");
    request.mutable_period()->set_last_day("2026-12-31");
    request.set_purpose("board paper");
    return request;
  }
  std::unique_ptr<v1::ReportsService::Stub> As(const std::string& who) {
    return v1::ReportsService::NewStub(gateway_.ConnectAs(who));
  }

  TestGateway gateway_;
};

TEST_F(ReportsOverTheWireTest, TheBoardAndAuditTeamsReadFiguresAndNobodyElse) {
  Shows({"b-6.1", "ctl-03", "ctl-25"});
  for (const std::string who : {"RT5", "1-1000000001", "OPS"}) {
    v1::GetThemesResponse themes;
    EXPECT_EQ(
        ErrorOf(As(who)->GetThemes(Soon().get(), Period<v1::GetThemesRequest>(), &themes)).reason(),
        "METHOD_NOT_ALLOWED")
        << who;
  }
  for (const std::string who : {"BOARD", "AUDIT"}) {
    v1::GetTrainingFiguresResponse training;
    EXPECT_TRUE(
        As(who)
            ->GetTrainingFigures(Soon().get(), Period<v1::GetTrainingFiguresRequest>(), &training)
            .ok());
    EXPECT_GT(training.entry_index(), 0u);
    v1::GetDelegationFiguresResponse delegations;
    EXPECT_TRUE(As(who)
                    ->GetDelegationFigures(Soon().get(), Period<v1::GetDelegationFiguresRequest>(),
                                           &delegations)
                    .ok());
    v1::GetThemesResponse themes;
    EXPECT_TRUE(As(who)->GetThemes(Soon().get(), Period<v1::GetThemesRequest>(), &themes).ok());
    v1::GetEqualityReturnResponse equality;
    EXPECT_TRUE(
        As(who)
            ->GetEqualityReturn(Soon().get(), Period<v1::GetEqualityReturnRequest>(), &equality)
            .ok());
    EXPECT_EQ(equality.strands_size(), 9);
    v1::GetTraceRequest trace;
    trace.set_index(equality.entry_index());
    trace.set_purpose("test");
    v1::GetTraceResponse traced;
    ASSERT_TRUE(v1::AuditService::NewStub(gateway_.ConnectAs("AUDIT"))
                    ->GetTrace(Soon().get(), trace, &traced)
                    .ok());
    EXPECT_EQ(traced.entries(0).detail().envelope().access_recorded().method(),
              "GetEqualityReturn");
  }
}

TEST_F(ReportsOverTheWireTest, PrecedentsAreForAllWhoExchange) {
  Shows({"b-7.1", "ctl-03"});
  for (const std::string who : {"RT5", "1-1000000001", "TRAINING", "BOARD", "AUDIT"}) {
    v1::ListPrecedentsResponse found;
    EXPECT_TRUE(As(who)->ListPrecedents(Soon().get(), {}, &found).ok()) << who;
  }
  v1::ListPrecedentsResponse found;
  EXPECT_EQ(ErrorOf(As("OPS")->ListPrecedents(Soon().get(), {}, &found)).reason(),
            "METHOD_NOT_ALLOWED");
}

TEST_F(ReportsOverTheWireTest, APeriodThatIsNoneIsRefusedWithItsReason) {
  auto request = Period<v1::GetThemesRequest>();
  request.mutable_period()->set_last_day("2025-01-01");
  v1::GetThemesResponse themes;
  EXPECT_EQ(ErrorOf(As("BOARD")->GetThemes(Soon().get(), request, &themes)).reason(),
            "PERIOD_INVALID");
}

}  // namespace
}  // namespace fosse
