#include "gateway/metrics.h"

#include <exception>

#include "base/code.h"
#include "base/status.h"
#include "gateway/authorisation.h"
#include "prometheus/counter.h"
#include "prometheus/exposer.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "prometheus/text_serializer.h"

namespace fosse::gateway {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;

const prometheus::Histogram::BucketBoundaries kSeconds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                          0.1,   0.25,   0.5,   1.0,  5.0};
const prometheus::Histogram::BucketBoundaries kEntries = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

prometheus::Gauge& OneGauge(prometheus::Registry& registry, const char* name, const char* help) {
  return BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

struct Metrics::Counted {
  std::array<std::array<prometheus::Counter*, kCodes>, kMethods> calls{};
  std::array<prometheus::Histogram*, kMethods> seconds{};
  std::array<prometheus::Gauge*, kMethods> waiting{};
  prometheus::Gauge* ready;
  prometheus::Gauge* store_healthy;
  prometheus::Gauge* entries;
  prometheus::Gauge* certificate_days;
  prometheus::Gauge* mass_changes;
  prometheus::Gauge* sweeps;
  prometheus::Gauge* clock_unsure;
  prometheus::Histogram* batch_entries;
  prometheus::Histogram* commit_seconds;
  prometheus::Counter* commits_failed;
};

Metrics::Metrics()
    : registry_(std::make_shared<prometheus::Registry>()), counted_(std::make_unique<Counted>()) {
  auto& calls = BuildCounter()
                    .Name("fosse_calls_total")
                    .Help("Calls that ended, by method and canonical code")
                    .Register(*registry_);
  auto& seconds = BuildHistogram()
                      .Name("fosse_call_seconds")
                      .Help("How long calls took, by method")
                      .Register(*registry_);
  auto& waiting = BuildGauge()
                      .Name("fosse_calls_waiting")
                      .Help("Calls under way, by method")
                      .Register(*registry_);
  for (size_t m = 0; m < kMethods; ++m) {
    const std::string method(RowOf(static_cast<Method>(m)).name);
    for (size_t c = 0; c < kCodes; ++c) {
      const Code code = CodeOf(static_cast<absl::StatusCode>(c));
      counted_->calls[m][c] = &calls.Add({{"method", method}, {"code", std::string(code.text())}});
    }
    counted_->seconds[m] = &seconds.Add({{"method", method}}, kSeconds);
    counted_->waiting[m] = &waiting.Add({{"method", method}});
  }
  prometheus::Registry& registry = *registry_;
  counted_->ready = &OneGauge(registry, "fosse_ready", "1 while calls are served");
  counted_->store_healthy =
      &OneGauge(registry, "fosse_store_healthy", "0 once a write to the store has failed");
  counted_->entries = &OneGauge(registry, "fosse_trail_entries", "Entries of the trail");
  counted_->certificate_days = &OneGauge(registry, "fosse_certificate_days",
                                         "Days until the gateway's own certificate expires");
  // Counted by the engine: a gauge here, for it is set and not added to.
  counted_->mass_changes =
      &OneGauge(registry, "fosse_mass_changes_total",
                "Causes that put more delegations at risk than the locality's limit");
  counted_->sweeps =
      &OneGauge(registry, "fosse_sweeps_open", "Causes still on their way to many people");
  counted_->clock_unsure = &OneGauge(registry, "fosse_clock_unsure",
                                     "1 while the wall clock is doubted and nothing is started");
  counted_->batch_entries = &BuildHistogram()
                                 .Name("fosse_batch_entries")
                                 .Help("Entries of the trail in one commit")
                                 .Register(registry)
                                 .Add({}, kEntries);
  counted_->commit_seconds = &BuildHistogram()
                                  .Name("fosse_commit_seconds")
                                  .Help("How long commits took")
                                  .Register(registry)
                                  .Add({}, kSeconds);
  counted_->commits_failed = &BuildCounter()
                                  .Name("fosse_commits_failed_total")
                                  .Help("Commits that kept nothing, or nobody knows")
                                  .Register(registry)
                                  .Add({});
}

Metrics::~Metrics() = default;

absl::Status Metrics::Serve(absl::string_view address) {
  // The library tells of a taken port by an exception; it ends here.
  try {
    exposer_ = std::make_unique<prometheus::Exposer>(std::string(address), 1);
  } catch (const std::exception&) {
    return MakeError(absl::StatusCode::kUnavailable, "METRICS_NOT_LISTENING",
                     "the address for metrics is in use or is none");
  }
  exposer_->RegisterCollectable(registry_);
  return absl::OkStatus();
}

void Metrics::CallBegan(Method method) {
  counted_->waiting[static_cast<size_t>(method)]->Increment();
}

void Metrics::CallEnded(Method method, absl::StatusCode code, absl::Duration took) {
  const auto m = static_cast<size_t>(method);
  const auto c = static_cast<size_t>(code);
  counted_->calls[m][c < kCodes ? c : static_cast<size_t>(absl::StatusCode::kUnknown)]->Increment();
  counted_->seconds[m]->Observe(absl::ToDoubleSeconds(took));
  counted_->waiting[m]->Decrement();
}

void Metrics::Committed(bool kept, size_t entries, absl::Duration took) {
  counted_->commit_seconds->Observe(absl::ToDoubleSeconds(took));
  if (kept) {
    counted_->batch_entries->Observe(static_cast<double>(entries));
  } else {
    counted_->commits_failed->Increment();
  }
}

void Metrics::Set(const Figures& figures) {
  counted_->ready->Set(figures.ready ? 1 : 0);
  counted_->store_healthy->Set(figures.store_healthy ? 1 : 0);
  counted_->entries->Set(static_cast<double>(figures.entries));
  counted_->certificate_days->Set(absl::ToDoubleHours(figures.certificate_lasts) / 24);
  counted_->mass_changes->Set(static_cast<double>(figures.of_engine.mass_changes));
  counted_->sweeps->Set(static_cast<double>(figures.of_engine.sweeps));
  counted_->clock_unsure->Set(figures.of_engine.clock_unsure ? 1 : 0);
}

std::string Metrics::Text() const {
  return prometheus::TextSerializer().Serialize(registry_->Collect());
}

}  // namespace fosse::gateway
