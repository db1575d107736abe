#include "gateway/metrics.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "gateway/measured_store.h"
#include "gtest/gtest.h"
#include "store/fake_store.h"
#include "tests/gateway/test_gateway.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::gateway {
namespace {

bool Has(const Metrics& metrics, const std::string& line) {
  return absl::StrCat("\n", metrics.Text()).find("\n" + line + "\n") != std::string::npos;
}

TEST(MetricsTest, CountsCallsByMethodAndCode) {
  Metrics metrics;
  metrics.CallBegan(Method::kSubmit);
  metrics.CallBegan(Method::kSubmit);
  metrics.CallEnded(Method::kSubmit, absl::StatusCode::kPermissionDenied, absl::Milliseconds(3));
  const std::string labels =
      "code=\"PERMISSION_DENIED\",method=\"fosse.v1.ExchangeService/Submit\"";
  EXPECT_TRUE(Has(metrics, "fosse_calls_total{" + labels + "} 1")) << metrics.Text();
  EXPECT_TRUE(Has(metrics, "fosse_calls_waiting{method=\"fosse.v1.ExchangeService/Submit\"} 1"));
  EXPECT_TRUE(
      Has(metrics, "fosse_call_seconds_count{method=\"fosse.v1.ExchangeService/Submit\"} 1"));
}

TEST(MetricsTest, ACodeThatNobodyKnowsIsCountedAsUnknown) {
  Metrics metrics;
  metrics.CallEnded(Method::kCheck, static_cast<absl::StatusCode>(99), absl::ZeroDuration());
  EXPECT_TRUE(Has(
      metrics, "fosse_calls_total{code=\"UNKNOWN\",method=\"fosse.v1.ExchangeService/Check\"} 1"));
}

TEST(MetricsTest, ShowsHealthAndDaysOfTheCertificate) {
  Shows({"ctl-51"});
  Metrics metrics;
  metrics.Set(
      {.ready = true, .store_healthy = false, .entries = 7, .certificate_lasts = absl::Hours(48)});
  EXPECT_TRUE(Has(metrics, "fosse_ready 1"));
  EXPECT_TRUE(Has(metrics, "fosse_store_healthy 0"));
  EXPECT_TRUE(Has(metrics, "fosse_trail_entries 7"));
  EXPECT_TRUE(Has(metrics, "fosse_certificate_days 2"));
}

TEST(MetricsTest, ShowsWhatConcernsManyAndWhetherTheClockIsDoubted) {
  Shows({"haz-40", "ctl-43"});
  Metrics metrics;
  metrics.Set({.ready = true, .of_engine = {.mass_changes = 3, .sweeps = 2, .clock_unsure = true}});
  EXPECT_TRUE(Has(metrics, "fosse_mass_changes_total 3"));
  EXPECT_TRUE(Has(metrics, "fosse_sweeps_open 2"));
  EXPECT_TRUE(Has(metrics, "fosse_clock_unsure 1"));
  metrics.Set({.ready = true});
  EXPECT_TRUE(Has(metrics, "fosse_clock_unsure 0"));
}

TEST(MetricsTest, CommitsAreMeasured) {
  Metrics metrics;
  SystemClock clock;
  store::FakeStore inner;
  MeasuredStore store(inner, metrics, clock);
  ASSERT_OK_AND_ASSIGN(const auto session, store.Begin());
  store::Batch batch;
  batch.entries.resize(2);
  batch.entries[1].index = 1;
  ASSERT_THAT(session->Stage(batch), IsOk());
  ASSERT_THAT(session->Commit({.size = 2, .checkpoint = "head"}), IsOk());
  EXPECT_TRUE(Has(metrics, "fosse_batch_entries_sum 2"));
  EXPECT_TRUE(Has(metrics, "fosse_commit_seconds_count 1"));
  EXPECT_TRUE(Has(metrics, "fosse_commits_failed_total 0"));
  ASSERT_OK_AND_ASSIGN(const store::Head head, store.GetHead());
  EXPECT_EQ(head.size, 2u);
}

TEST(MetricsTest, FiguresOfARunningGatewayNameNobody) {
  Shows({"ctl-26", "thr-08"});
  TestGateway gateway;
  engine::Caller caller{.participant = "RT5"};
  absl::Notification answered;
  gateway.engine->Submit(caller, EpisodeOpened("metrics-1"), absl::InfiniteFuture(),
                         [&](absl::StatusOr<v1::Receipt> receipt) {
                           EXPECT_TRUE(receipt.ok()) << receipt.status();
                           answered.Notify();
                         });
  answered.WaitForNotification();
  const std::string text = gateway.metrics.Text();
  for (const char* const canary : {"9990000018", "Quillfeather", "1941-03-09", "metrics-1"}) {
    EXPECT_EQ(text.find(canary), std::string::npos) << canary;
  }
}

TEST(MetricsTest, ATakenAddressIsToldAndNothingElse) {
  Metrics first;
  ASSERT_THAT(first.Serve("127.0.0.1:0"), IsOk());
  Metrics second;
  EXPECT_THAT(second.Serve("not an address"), FailsWith("METRICS_NOT_LISTENING"));
}

}  // namespace
}  // namespace fosse::gateway
