#ifndef FOSSE_GATEWAY_MEASURED_STORE_H_
#define FOSSE_GATEWAY_MEASURED_STORE_H_

#include <functional>
#include <memory>
#include <utility>

#include "base/clock.h"
#include "gateway/metrics.h"
#include "store/forwarding_reader.h"

namespace fosse::gateway {

// A store that counts what another one does: entries of each batch, time of each commit. Changes
// nothing. Thread-safe.
class MeasuredStore : public store::ForwardingReader<store::Store> {
 public:
  // References outlive it.
  MeasuredStore(store::Store& store, Metrics& metrics, const Clock& clock)
      : store_(store), metrics_(metrics), clock_(clock) {}

  absl::StatusOr<std::unique_ptr<store::Session>> Begin() override;
  bool Healthy() const override { return store_.Healthy(); }
  void OnCommit(std::function<void()> callback) override { store_.OnCommit(std::move(callback)); }

 protected:
  absl::Status WithReader(Read read) override { return read(store_); }

 private:
  store::Store& store_;
  Metrics& metrics_;
  const Clock& clock_;
};

}  // namespace fosse::gateway

#endif  // FOSSE_GATEWAY_MEASURED_STORE_H_
