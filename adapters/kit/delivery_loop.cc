#include "adapters/kit/delivery_loop.h"

#include <deque>

#include "adapters/kit/retry.h"
#include "base/log.h"
#include "base/status.h"
#include "grpcpp/grpcpp.h"

namespace fosse::adapters {
namespace {

constexpr size_t kPage = 500;
constexpr absl::Duration kReconnect = absl::Milliseconds(300);

v1::DeliveryState StateOf(Outbox::State state) {
  switch (state) {
    case Outbox::State::kDelivered:
      return v1::DELIVERY_STATE_DELIVERED;
    case Outbox::State::kRefused:
      return v1::DELIVERY_STATE_REFUSED;
    case Outbox::State::kDead:
      return v1::DELIVERY_STATE_DEAD;
    case Outbox::State::kWaiting:
      break;
  }
  return v1::DELIVERY_STATE_KEPT;
}

std::string PersonOf(const v1::Delivery& delivery) {
  return delivery.recipient() + '\n' + delivery.message().subject().person().nhs_number();
}

}  // namespace

// One open Receive call: writes are queued, one at a time, as gRPC wants them.
class DeliveryLoop::Stream
    : public grpc::ClientBidiReactor<v1::ReceiveRequest, v1::ReceiveResponse> {
 public:
  Stream(GatewayClient& gateway, const std::vector<std::string>& recipients,
         std::function<void(const v1::Delivery&)> on_delivery)
      : on_delivery_(std::move(on_delivery)) {
    gateway.mailbox().async()->Receive(&context_, this);
    v1::ReceiveRequest open;
    for (const std::string& recipient : recipients) open.add_recipients(recipient);
    Send(std::move(open));
    StartRead(&response_);
    StartCall();
  }

  void Send(v1::ReceiveRequest request) {
    const std::lock_guard lock(mutex_);
    if (over_) return;
    waiting_.push_back(std::move(request));
    if (waiting_.size() == 1) StartWrite(&waiting_.front());
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    if (!ok) {
      over_ = true;
      return;
    }
    waiting_.pop_front();
    if (!waiting_.empty() && !over_) StartWrite(&waiting_.front());
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      const std::lock_guard lock(mutex_);
      over_ = true;
      return;
    }
    on_delivery_(response_.delivery());
    response_.Clear();
    StartRead(&response_);
  }

  void OnDone(const grpc::Status& status) override {
    // Under the lock: whoever waits destroys this as soon as it has the lock.
    const std::lock_guard lock(mutex_);
    over_ = true;
    done_ = true;
    ended_.notify_all();
  }

  void Cancel() { context_.TryCancel(); }
  void WaitUntilDone() {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return done_; });
  }

 private:
  grpc::ClientContext context_;
  v1::ReceiveResponse response_;
  const std::function<void(const v1::Delivery&)> on_delivery_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::deque<v1::ReceiveRequest> waiting_;
  bool over_ = false;
  bool done_ = false;
};

DeliveryLoop::DeliveryLoop(Outbox& outbox, GatewayClient& gateway, Random& random,
                           std::vector<std::string> recipients, Deliver deliver)
    : outbox_(outbox),
      gateway_(gateway),
      random_(random),
      recipients_(std::move(recipients)),
      deliver_(std::move(deliver)) {
  receiving_ = std::thread([this] { RunStream(); });
  delivering_ = std::thread([this] { RunDeliveries(); });
}

DeliveryLoop::~DeliveryLoop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (stream_ != nullptr) stream_->Cancel();
  }
  changed_.notify_all();
  receiving_.join();
  delivering_.join();
}

void DeliveryLoop::RunStream() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    auto stream = std::make_shared<Stream>(
        gateway_, recipients_, [this](const v1::Delivery& delivery) { OnDelivery(delivery); });
    stream_ = stream;
    lock.unlock();
    TellFinished();
    stream->WaitUntilDone();
    lock.lock();
    stream_ = nullptr;
    if (!stopping_) changed_.wait_for(lock, absl::ToChronoNanoseconds(kReconnect));
  }
}

void DeliveryLoop::OnDelivery(const v1::Delivery& delivery) {
  const absl::StatusOr<Outbox::Item> item = outbox_.KeepDelivery(delivery, absl::Now());
  if (!item.ok()) {
    // Not acknowledged: the gateway hands it out again.
    Log(Severity::kError, "outbox-failed", {});
    return;
  }
  v1::ReceiveRequest kept;
  kept.mutable_outcome()->set_delivery_id(delivery.delivery_id());
  kept.mutable_outcome()->set_state(v1::DELIVERY_STATE_KEPT);
  const std::lock_guard lock(mutex_);
  if (stream_ != nullptr) stream_->Send(std::move(kept));
  work_ = true;
  changed_.notify_all();
}

void DeliveryLoop::TellFinished() {
  const absl::StatusOr<std::vector<Outbox::Item>> items = outbox_.UntoldDeliveries(kPage);
  if (!items.ok()) return;
  for (const Outbox::Item& item : *items) {
    FinishOne(item.delivery, item.state, item.detail_code);
  }
}

void DeliveryLoop::FinishOne(const v1::Delivery& delivery, Outbox::State state,
                             const std::string& code) {
  if (!outbox_.Finish(delivery.delivery_id(), state, code).ok()) return;
  v1::ReceiveRequest request;
  request.mutable_outcome()->set_delivery_id(delivery.delivery_id());
  request.mutable_outcome()->set_state(StateOf(state));
  request.mutable_outcome()->set_detail_code(code);
  {
    const std::lock_guard lock(mutex_);
    if (stream_ == nullptr) return;  // Told when the stream is back.
    stream_->Send(std::move(request));
  }
  if (!outbox_.MarkTold(delivery.delivery_id()).ok()) Log(Severity::kError, "outbox-failed", {});
}

absl::Status DeliveryLoop::Taken(const std::string& delivery_id, const std::string& detail_code) {
  FOSSE_ASSIGN_OR_RETURN(const std::optional<Outbox::Item> item, outbox_.Find(delivery_id));
  if (!item.has_value() || item->state != Outbox::State::kWaiting) {
    return MakeError(absl::StatusCode::kNotFound, "DELIVERY_NOT_FOUND",
                     "no such item waits in this work list");
  }
  FinishOne(item->delivery, Outbox::State::kDelivered, detail_code);
  const std::lock_guard lock(mutex_);
  on_work_list_.erase(delivery_id);
  work_ = true;
  changed_.notify_all();
  return absl::OkStatus();
}

void DeliveryLoop::RunDeliveries() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    work_ = false;
    lock.unlock();
    const bool again = RunDueDeliveries();
    lock.lock();
    if (stopping_ || again || work_) continue;
    changed_.wait_for(lock, std::chrono::milliseconds(250), [this] { return stopping_ || work_; });
  }
}

// One pass over what waits; true where something was finished. A person whose earlier item is still
// on its way is passed over, others are not held up.
bool DeliveryLoop::RunDueDeliveries() {
  const absl::StatusOr<std::vector<Outbox::Item>> items = outbox_.WaitingDeliveries(kPage);
  if (!items.ok()) {
    Log(Severity::kError, "outbox-failed", {});
    return false;
  }
  bool finished = false;
  std::set<std::string> blocked;
  for (const Outbox::Item& item : *items) {
    const std::string& id = item.delivery.delivery_id();
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return false;
      if (on_work_list_.contains(id)) continue;
    }
    if (blocked.contains(PersonOf(item.delivery))) continue;
    if (item.next_attempt > absl::Now()) {
      blocked.insert(PersonOf(item.delivery));
      continue;
    }
    const Attempt attempt = deliver_(item.delivery);
    switch (attempt.result) {
      case Attempt::Result::kDelivered:
        FinishOne(item.delivery, Outbox::State::kDelivered, attempt.detail_code);
        finished = true;
        break;
      case Attempt::Result::kRefused:
        FinishOne(item.delivery, Outbox::State::kRefused, attempt.detail_code);
        finished = true;
        break;
      case Attempt::Result::kWorkList: {
        const std::lock_guard lock(mutex_);
        on_work_list_.insert(id);
        break;
      }
      case Attempt::Result::kLater:
        if (item.attempts + 1 >= kMostAttempts) {
          Log(Severity::kError, "delivery-dead", {});
          FinishOne(item.delivery, Outbox::State::kDead, attempt.detail_code);
          finished = true;
          break;
        }
        blocked.insert(PersonOf(item.delivery));
        if (!outbox_.RecordAttempt(id, absl::Now() + RetryDelay(item.attempts + 1, random_)).ok()) {
          Log(Severity::kError, "outbox-failed", {});
        }
        break;
    }
  }
  return finished;
}

}  // namespace fosse::adapters
