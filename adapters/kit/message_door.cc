#include "adapters/kit/message_door.h"

#include <map>

#include "adapters/kit/retry.h"
#include "base/log.h"

namespace fosse::adapters {
namespace {

constexpr absl::Duration kCallTimeout = absl::Seconds(10);
constexpr absl::Duration kLongestAsking = absl::Seconds(15);  // Between two askings.
constexpr size_t kUnansweredAtStart = 10000;

}  // namespace

// One message on its way. Its caller is told once; asking goes on until the gateway has answered.
struct MessageDoor::Waiting {
  v1::Envelope envelope;
  std::function<void(Answer)> answered;  // Empty once called.
  int attempts = 0;
};

MessageDoor::MessageDoor(Outbox& outbox, GatewayClient& gateway, Random& random,
                         absl::Duration wait)
    : outbox_(outbox), gateway_(gateway), random_(random), wait_(wait) {
  absl::StatusOr<std::vector<v1::Envelope>> left = outbox_.UnansweredMessages(kUnansweredAtStart);
  if (left.ok()) {
    for (v1::Envelope& envelope : *left) {
      auto waiting = std::make_shared<Waiting>();
      waiting->envelope = std::move(envelope);
      later_.emplace(absl::Now(), std::move(waiting));
    }
  } else {
    Log(Severity::kError, "outbox-unreadable", {});
  }
  retries_ = std::thread([this] { RunRetries(); });
}

MessageDoor::~MessageDoor() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  retries_.join();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return under_way_ == 0; });
}

void MessageDoor::Hand(v1::Envelope envelope, std::function<void(Answer)> answered) {
  if (!outbox_.KeepMessage(envelope).ok()) {
    answered({.kind = Answer::Kind::kNotKept});
    return;
  }
  auto waiting = std::make_shared<Waiting>();
  waiting->envelope = std::move(envelope);
  waiting->answered = std::move(answered);
  {
    const std::lock_guard lock(mutex_);
    deadlines_.emplace(absl::Now() + wait_, waiting);
  }
  changed_.notify_all();
  Ask(std::move(waiting));
}

void MessageDoor::Ask(std::shared_ptr<Waiting> waiting) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    ++under_way_;
  }
  ++waiting->attempts;
  gateway_.Submit(waiting->envelope, kCallTimeout,
                  [this, waiting](const v1::Receipt* receipt, const Refusal* refusal) {
    if (receipt != nullptr) {
      if (!outbox_.DropMessage(waiting->envelope).ok()) Log(Severity::kError, "outbox-failed", {});
      Settle(waiting, {.kind = Answer::Kind::kReceipt, .receipt = *receipt});
    } else if (refusal->MayPass()) {
      const absl::Duration delay =
          std::min(RetryDelay(waiting->attempts, random_), kLongestAsking);
      const std::lock_guard lock(mutex_);
      later_.emplace(absl::Now() + delay, waiting);
    } else {
      bool told_kept;
      {
        const std::lock_guard lock(mutex_);
        told_kept = waiting->answered == nullptr;
      }
      const absl::Status done = told_kept ? outbox_.GiveUpMessage(waiting->envelope)
                                          : outbox_.DropMessage(waiting->envelope);
      if (!done.ok()) Log(Severity::kError, "outbox-failed", {});
      if (told_kept) Log(Severity::kError, "message-refused-after-kept", {});
      Settle(waiting, {.kind = Answer::Kind::kRefused, .refusal = *refusal});
    }
    {
      const std::lock_guard lock(mutex_);
      --under_way_;
    }
    changed_.notify_all();
  });
}

void MessageDoor::Settle(const std::shared_ptr<Waiting>& waiting, Answer answer) {
  std::function<void(Answer)> answered;
  {
    const std::lock_guard lock(mutex_);
    answered.swap(waiting->answered);
  }
  if (answered) answered(std::move(answer));
}

void MessageDoor::RunRetries() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const absl::Time now = absl::Now();
    if (!deadlines_.empty() && deadlines_.begin()->first <= now) {
      const std::shared_ptr<Waiting> waiting = deadlines_.begin()->second.lock();
      deadlines_.erase(deadlines_.begin());
      lock.unlock();
      if (waiting != nullptr) Settle(waiting, {.kind = Answer::Kind::kKept});
      lock.lock();
      continue;
    }
    if (!later_.empty() && later_.begin()->first <= now) {
      std::shared_ptr<Waiting> waiting = std::move(later_.begin()->second);
      later_.erase(later_.begin());
      lock.unlock();
      Ask(std::move(waiting));
      lock.lock();
      continue;
    }
    absl::Time next = now + absl::Seconds(1);
    if (!deadlines_.empty()) next = std::min(next, deadlines_.begin()->first);
    if (!later_.empty()) next = std::min(next, later_.begin()->first);
    changed_.wait_until(lock, absl::ToChronoTime(next));
  }
}

}  // namespace fosse::adapters
