#include "adapters/kit/delivery_loop.h"

#include <algorithm>
#include <deque>
#include <map>

#include "base/fault_point.h"
#include "base/log.h"
#include "base/status.h"
#include "grpcpp/grpcpp.h"

namespace fosse::adapters {
namespace {

constexpr size_t kPage = 500;
constexpr absl::Duration kPause = absl::Milliseconds(250);  // Between looks at what is due.

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

// Whose order it is: the person's, or the worker's, at one recipient.
std::string PersonOf(const v1::Delivery& delivery) {
  const v1::Subject& subject = delivery.message().subject();
  const v1::WorkerReference& worker = subject.worker();
  return delivery.recipient() + '\n' + subject.person().nhs_number() + '\n' +
         worker.worker_number() + '\n' + worker.employer() + '\n' + worker.employer_reference();
}

}  // namespace

// One open Receive call: writes are queued, one at a time, as gRPC wants them. A read is always
// under way until the end, so the call outlives every write that starts before the last read has
// ended.
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
    SendLocked(std::move(request));
  }

  // Sends a final state, once for each item.
  void Tell(v1::ReceiveRequest request) {
    const std::lock_guard lock(mutex_);
    if (!telling_.emplace(request.outcome().delivery_id(), absl::InfiniteFuture()).second) return;
    SendLocked(std::move(request));
  }

  // Ids of final states that were written `settled` ago or longer, once each.
  std::vector<std::string> TakeSettled(absl::Duration settled) {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> ids;
    if (over_) return ids;
    for (auto told = telling_.begin(); told != telling_.end();) {
      if (told->second > absl::Now() - settled) {
        ++told;
        continue;
      }
      ids.push_back(told->first);
      told = telling_.erase(told);
    }
    return ids;
  }

  // Ids of final states that are not settled.
  std::vector<std::string> Telling() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> ids;
    for (const auto& [id, written] : telling_) ids.push_back(id);
    return ids;
  }

  // The gateway ended the stream over something that we said.
  bool Refused() {
    const std::lock_guard lock(mutex_);
    return code_ == grpc::StatusCode::FAILED_PRECONDITION || code_ == grpc::StatusCode::NOT_FOUND ||
           code_ == grpc::StatusCode::INVALID_ARGUMENT;
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    if (!ok) {
      over_ = true;
      return;
    }
    const auto told = telling_.find(waiting_.front().outcome().delivery_id());
    if (told != telling_.end() && waiting_.front().outcome().state() != v1::DELIVERY_STATE_KEPT) {
      told->second = absl::Now();
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
    code_ = status.error_code();
    ended_.notify_all();
  }

  void Cancel() { context_.TryCancel(); }
  void WaitUntilDone() {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return done_; });
  }

 private:
  void SendLocked(v1::ReceiveRequest request) {
    if (over_) return;
    waiting_.push_back(std::move(request));
    if (waiting_.size() == 1) StartWrite(&waiting_.front());
  }

  grpc::ClientContext context_;
  v1::ReceiveResponse response_;
  const std::function<void(const v1::Delivery&)> on_delivery_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::deque<v1::ReceiveRequest> waiting_;
  std::map<std::string, absl::Time> telling_;  // By delivery id: when it was written.
  grpc::StatusCode code_ = grpc::StatusCode::OK;
  bool over_ = false;
  bool done_ = false;
};

DeliveryLoop::DeliveryLoop(Outbox& outbox, GatewayClient& gateway, Random& random,
                           std::vector<std::string> recipients, Deliver deliver, Pace pace)
    : outbox_(outbox),
      gateway_(gateway),
      random_(random),
      recipients_(std::move(recipients)),
      deliver_(std::move(deliver)),
      pace_(std::move(pace)),
      breaker_(random, pace_.breaker, pace_.breakers) {
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
    stream->WaitUntilDone();
    if (stream->Refused()) GiveUpRefused(*stream);
    lock.lock();
    stream_ = nullptr;
    if (!stopping_) changed_.wait_for(lock, absl::ToChronoNanoseconds(pace_.reconnect));
  }
}

void DeliveryLoop::OnDelivery(const v1::Delivery& delivery) {
  const absl::StatusOr<Outbox::Item> item = outbox_.KeepDelivery(delivery, absl::Now());
  if (!item.ok()) {
    // Not acknowledged: the gateway hands it out again.
    Log(Severity::kError, "outbox-failed", {});
    return;
  }
  FaultPoint("loop_after_keep");
  v1::ReceiveRequest kept;
  kept.mutable_outcome()->set_delivery_id(delivery.delivery_id());
  kept.mutable_outcome()->set_state(v1::DELIVERY_STATE_KEPT);
  const std::lock_guard lock(mutex_);
  // KEPT may not follow a final state, so a repeat of what the system took or refused is answered
  // with that alone (TellFinished).
  const bool final =
      item->state == Outbox::State::kDelivered || item->state == Outbox::State::kRefused;
  if (stream_ != nullptr && !final) stream_->Send(std::move(kept));
  work_ = true;
  changed_.notify_all();
}

// Tells the gateway each final state until it counts as told. Only the delivering thread calls it.
void DeliveryLoop::TellFinished() {
  std::shared_ptr<Stream> stream;
  bool one_at_a_time;
  {
    const std::lock_guard lock(mutex_);
    stream = stream_;
    one_at_a_time = tell_one_at_a_time_;
  }
  if (stream == nullptr) return;  // Told when the stream is back.
  for (const std::string& id : stream->TakeSettled(pace_.settled)) {
    if (!outbox_.MarkTold(id).ok()) Log(Severity::kError, "outbox-failed", {});
  }
  const absl::StatusOr<std::vector<Outbox::Item>> items = outbox_.UntoldDeliveries(kPage);
  if (!items.ok()) {
    Log(Severity::kError, "outbox-failed", {});
    return;
  }
  if (one_at_a_time && items->empty()) {
    const std::lock_guard lock(mutex_);
    tell_one_at_a_time_ = false;
  }
  for (const Outbox::Item& item : *items) {
    if (one_at_a_time && !stream->Telling().empty()) return;
    v1::ReceiveRequest request;
    request.mutable_outcome()->set_delivery_id(item.delivery.delivery_id());
    request.mutable_outcome()->set_state(StateOf(item.state));
    request.mutable_outcome()->set_detail_code(item.detail_code);
    stream->Tell(std::move(request));
  }
}

// A final state that the gateway refuses (another stands there) must not be said for ever, or no
// stream would last: after a refusal they are said one at a time, and one that is refused alone and
// alone again is given up.
void DeliveryLoop::GiveUpRefused(Stream& stream) {
  const std::vector<std::string> ids = stream.Telling();
  if (ids.empty()) return;
  const std::lock_guard lock(mutex_);
  tell_one_at_a_time_ = true;
  const bool again = ids.size() == 1 && ids[0] == refused_alone_;
  refused_alone_ = ids.size() == 1 && !again ? ids[0] : "";
  if (!again) return;
  Log(Severity::kError, "outcome-refused", {});
  if (!outbox_.MarkTold(ids[0]).ok()) Log(Severity::kError, "outbox-failed", {});
}

bool DeliveryLoop::FinishOne(const Outbox::Item& item, Outbox::State state,
                             const std::string& code) {
  if (outbox_.Finish(item.delivery.delivery_id(), state, code).ok()) return true;
  Log(Severity::kError, "outbox-failed", {});
  return false;
}

absl::Status DeliveryLoop::Taken(const std::string& delivery_id, const std::string& detail_code) {
  return Settle(delivery_id, Outbox::State::kDelivered, detail_code);
}

absl::Status DeliveryLoop::Settle(const std::string& delivery_id, Outbox::State state,
                                  const std::string& detail_code) {
  FOSSE_ASSIGN_OR_RETURN(const std::optional<Outbox::Item> item, outbox_.Find(delivery_id));
  if (!item.has_value() || item->state != Outbox::State::kWaiting) {
    return MakeError(absl::StatusCode::kNotFound, "DELIVERY_NOT_FOUND",
                     "no such item waits in this work list");
  }
  FOSSE_RETURN_IF_ERROR(outbox_.Finish(delivery_id, state, detail_code));
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
    TellFinished();
    lock.lock();
    if (stopping_ || again || work_) continue;
    changed_.wait_for(lock, absl::ToChronoNanoseconds(kPause),
                      [this] { return stopping_ || work_; });
  }
}

// One pass over all that waits; true where something was finished. A person whose earlier item is
// still on its way is passed over, others are not held up.
bool DeliveryLoop::RunDueDeliveries() {
  bool finished = false;
  std::set<std::string> blocked;
  int64_t after = 0;
  while (true) {
    const absl::StatusOr<std::vector<Outbox::Item>> items = outbox_.WaitingDeliveries(kPage, after);
    if (!items.ok()) {
      Log(Severity::kError, "outbox-failed", {});
      return false;
    }
    finished |= RunPage(*items, blocked);
    if (items->size() < kPage) return finished;
    after = items->back().sequence;
  }
}

bool DeliveryLoop::RunPage(const std::vector<Outbox::Item>& items, std::set<std::string>& blocked) {
  bool finished = false;
  for (const Outbox::Item& item : items) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return false;
      if (on_work_list_.contains(item.delivery.delivery_id())) continue;
    }
    const std::string person = PersonOf(item.delivery);
    if (blocked.contains(person)) continue;
    if (item.next_attempt > absl::Now()) {
      blocked.insert(person);
      continue;
    }
    finished |= RunItem(item, blocked);
  }
  return finished;
}

// What is not sent so as to spare a system counts as tried: nothing may wait longer for its dead
// letter, and so for the people who are told of it.
Attempt DeliveryLoop::Try(const Outbox::Item& item) {
  const std::string& recipient = item.delivery.recipient();
  const Breaker::Turn turn = breaker_.MayTry(recipient, item.attempts > 0, absl::Now());
  if (turn != Breaker::Turn::kGo) {
    return {.result = Attempt::Result::kLater,
            .detail_code = turn == Breaker::Turn::kRests ? "breaker-open" : "retries-spent"};
  }
  const Attempt attempt = deliver_(item.delivery);
  breaker_.Report(recipient, attempt.result != Attempt::Result::kLater, absl::Now());
  return attempt;
}

bool DeliveryLoop::RunItem(const Outbox::Item& item, std::set<std::string>& blocked) {
  const std::string& id = item.delivery.delivery_id();
  const Attempt attempt = Try(item);
  FaultPoint("loop_after_deliver");
  Outbox::State state = Outbox::State::kDelivered;
  switch (attempt.result) {
    case Attempt::Result::kDelivered:
      break;
    case Attempt::Result::kRefused:
      state = Outbox::State::kRefused;
      break;
    case Attempt::Result::kWorkList: {
      const std::lock_guard lock(mutex_);
      // A rail may have answered before this: what has ended is on no list, or a replay of it would
      // be passed over.
      const absl::StatusOr<std::optional<Outbox::Item>> now = outbox_.Find(id);
      if (now.ok() && now->has_value() && (*now)->state == Outbox::State::kWaiting) {
        on_work_list_.insert(id);
      }
      return false;
    }
    case Attempt::Result::kLater:
      if (item.attempts + 1 < kMostAttempts) {
        blocked.insert(PersonOf(item.delivery));
        const absl::Duration delay = std::max(pace_.retry(item.attempts + 1, random_),
                                              std::min(attempt.wait, kLongestRetry));
        if (!outbox_.RecordAttempt(id, absl::Now() + delay).ok()) {
          Log(Severity::kError, "outbox-failed", {});
        }
        return false;
      }
      Log(Severity::kError, "delivery-dead", {});
      state = Outbox::State::kDead;
      break;
  }
  if (FinishOne(item, state, attempt.detail_code)) {
    FaultPoint("loop_after_finish");
    return true;
  }
  // It stands as waiting still: nothing of this person may overtake it.
  blocked.insert(PersonOf(item.delivery));
  return false;
}

}  // namespace fosse::adapters
