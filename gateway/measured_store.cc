#include "gateway/measured_store.h"

#include <string>
#include <vector>

#include "base/status.h"

namespace fosse::gateway {
namespace {

class MeasuredSession : public store::ForwardingReader<store::Session> {
 public:
  MeasuredSession(std::unique_ptr<store::Session> session, Metrics& metrics, const Clock& clock)
      : session_(std::move(session)), metrics_(metrics), clock_(clock) {}

  absl::Status Stage(const store::Batch& batch) override {
    entries_ += batch.entries.size();
    return session_->Stage(batch);
  }

  absl::StatusOr<std::vector<std::string>> ReadBackLeaves(uint64_t from) override {
    return session_->ReadBackLeaves(from);
  }

  absl::Status Commit(const store::Head& head) override {
    const absl::Duration began = clock_.Monotonic();
    absl::Status status = session_->Commit(head);
    metrics_.Committed(status.ok(), entries_, clock_.Monotonic() - began);
    return status;
  }

 protected:
  absl::Status WithReader(Read read) override { return read(*session_); }

 private:
  const std::unique_ptr<store::Session> session_;
  Metrics& metrics_;
  const Clock& clock_;
  size_t entries_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<store::Session>> MeasuredStore::Begin() {
  FOSSE_ASSIGN_OR_RETURN(std::unique_ptr<store::Session> session, store_.Begin());
  return std::make_unique<MeasuredSession>(std::move(session), metrics_, clock_);
}

}  // namespace fosse::gateway
