#ifndef FOSSE_GATEWAY_METRICS_H_
#define FOSSE_GATEWAY_METRICS_H_

#include <array>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/engine.h"
#include "gateway/method.h"

namespace prometheus {
class Counter;
class Exposer;
class Gauge;
class Histogram;
class Registry;
}  // namespace prometheus

namespace fosse::gateway {

// Figures for operators, in the Prometheus text form. Labels are our own words only: methods and
// canonical codes, all made at start, so nothing of a message can become one (CTL-26). Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // Serves http://ADDRESS/metrics until destruction. UNAVAILABLE, reason METRICS_NOT_LISTENING.
  absl::Status Serve(absl::string_view address);

  void CallBegan(Method method);
  // fosse_calls_total{method,code}, fosse_call_seconds{method}, fosse_calls_waiting{method}.
  void CallEnded(Method method, absl::StatusCode code, absl::Duration took);

  // A batch was written, or could not be: fosse_batch_entries, fosse_commit_seconds,
  // fosse_commits_failed_total.
  void Committed(bool kept, size_t entries, absl::Duration took);

  // What is looked at once a second.
  struct Figures {
    bool ready = false;
    bool store_healthy = false;
    uint64_t entries = 0;              // Entries of the trail.
    absl::Duration certificate_lasts;  // Until the server's certificate expires.
    // fosse_mass_changes_total, fosse_sweeps_open, fosse_clock_unsure.
    engine::Engine::Figures of_engine = {};
  };
  void Set(const Figures& figures);

  // The figures as text, as they would be served.
  std::string Text() const;

 private:
  struct Counted;
  static constexpr size_t kCodes = 17;

  std::shared_ptr<prometheus::Registry> registry_;
  std::unique_ptr<Counted> counted_;
  std::unique_ptr<prometheus::Exposer> exposer_;
};

}  // namespace fosse::gateway

#endif  // FOSSE_GATEWAY_METRICS_H_
