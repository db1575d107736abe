#include "adapters/kit/message_door.h"

#include <algorithm>
#include <utility>

#include "adapters/kit/retry.h"
#include "base/fault_point.h"
#include "base/log.h"

namespace fosse::adapters {
namespace {

constexpr absl::Duration kCallTimeout = absl::Seconds(10);
constexpr absl::Duration kLongestAsking = absl::Seconds(15);  // Between two askings.
constexpr absl::Duration kKeeping = absl::Milliseconds(20);   // Looked at again after that.
constexpr size_t kUnansweredAtOnce = 10000;

}  // namespace

// Somebody who handed a message in; empty once told.
struct MessageDoor::Caller {
  std::function<void(Answer)> answered;
};

// One message on its way. Whoever hands it in again while it is shares its asking.
struct MessageDoor::Waiting {
  v1::Envelope envelope;
  std::string key;
  std::vector<std::shared_ptr<Caller>> callers;
  bool kept = false;  // Durable: from here on "kept" may be said.
  int attempts = 0;

  // Those not told yet; from now on they are the taker's to tell.
  std::vector<std::function<void(Answer)>> TakeCallers() {
    std::vector<std::function<void(Answer)>> taken;
    for (const std::shared_ptr<Caller>& caller : callers) {
      if (caller->answered) taken.push_back(std::exchange(caller->answered, nullptr));
    }
    callers.clear();
    return taken;
  }
};

MessageDoor::MessageDoor(Outbox& outbox, GatewayClient& gateway, Random& random,
                         absl::Duration wait)
    : outbox_(outbox), gateway_(gateway), random_(random), wait_(wait) {
  ReadLeft();
  retries_ = std::thread([this] { RunRetries(); });
}

MessageDoor::~MessageDoor() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  retries_.join();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return under_way_ == 0; });
  lock.unlock();
  // Kept and not answered: asked again after the next start.
  for (const auto& [key, waiting] : asked_) {
    for (const auto& answered : waiting->TakeCallers()) answered({.kind = Answer::Kind::kKept});
  }
}

// Called by the constructor, and then under the lock.
void MessageDoor::ReadLeft() {
  left_unread_ = false;
  absl::StatusOr<std::vector<v1::Envelope>> left = outbox_.UnansweredMessages(kUnansweredAtOnce);
  if (!left.ok()) {
    Log(Severity::kError, "outbox-unreadable", {});
    return;
  }
  left_unread_ = left->size() == kUnansweredAtOnce;
  for (v1::Envelope& envelope : *left) {
    std::string key = outbox_.MessageKey(envelope);
    std::shared_ptr<Waiting>& waiting = asked_[key];
    if (waiting != nullptr) continue;
    waiting = std::make_shared<Waiting>();
    waiting->envelope = std::move(envelope);
    waiting->key = std::move(key);
    waiting->kept = true;
    later_.emplace(absl::Now(), waiting);
  }
}

void MessageDoor::Hand(v1::Envelope envelope, std::function<void(Answer)> answered) {
  const auto caller = std::make_shared<Caller>(Caller{std::move(answered)});
  std::string key = outbox_.MessageKey(envelope);
  std::shared_ptr<Waiting> waiting;
  {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<Waiting>& asked = asked_[key];
    const bool joins = asked != nullptr;
    if (!joins) {
      asked = std::make_shared<Waiting>();
      asked->envelope = std::move(envelope);
      asked->key = std::move(key);
    }
    waiting = asked;
    std::erase_if(waiting->callers, [](const auto& told) { return !told->answered; });
    waiting->callers.push_back(caller);
    deadlines_.emplace(absl::Now() + wait_, Deadline{waiting, caller});
    changed_.notify_all();
    if (joins) return;
  }
  FaultPoint("door_before_keep");
  if (!outbox_.KeepMessage(waiting->envelope).ok()) {
    Settle(*waiting, {.kind = Answer::Kind::kNotKept});
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    waiting->kept = true;
  }
  FaultPoint("door_after_keep");
  Ask(std::move(waiting));
}

void MessageDoor::Ask(std::shared_ptr<Waiting> waiting) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    ++under_way_;
    ++waiting->attempts;
  }
  gateway_.Submit(waiting->envelope, kCallTimeout,
                  [this, waiting](const v1::Receipt* receipt, const Refusal* refusal) {
                    if (receipt != nullptr) {
                      Decided(*waiting, {.kind = Answer::Kind::kReceipt, .receipt = *receipt});
                    } else if (refusal->MayPass()) {
                      const std::lock_guard lock(mutex_);
                      const absl::Duration delay =
                          std::min(RetryDelay(waiting->attempts, random_), kLongestAsking);
                      later_.emplace(absl::Now() + delay, waiting);
                    } else {
                      Decided(*waiting, {.kind = Answer::Kind::kRefused, .refusal = *refusal});
                    }
                    // Under the lock: whoever waits for this destroys the door as soon as it has
                    // the lock.
                    const std::lock_guard lock(mutex_);
                    --under_way_;
                    changed_.notify_all();
                  });
}

// The gateway has answered for good. Who is told is settled first: a caller who was told "kept" a
// moment ago makes the refusal a person's.
void MessageDoor::Decided(Waiting& waiting, const Answer& answer) {
  std::vector<std::function<void(Answer)>> callers;
  {
    const std::lock_guard lock(mutex_);
    callers = waiting.TakeCallers();
  }
  const bool give_up = answer.kind == Answer::Kind::kRefused && callers.empty();
  if (give_up) Log(Severity::kError, "message-refused-after-kept", {});
  FaultPoint("door_after_decision");
  const absl::Status done =
      give_up ? outbox_.GiveUpMessage(waiting.envelope) : outbox_.DropMessage(waiting.envelope);
  if (!done.ok()) Log(Severity::kError, "outbox-failed", {});
  FaultPoint("door_before_answer");
  for (const auto& answered : callers) answered(answer);
  Settle(waiting, answer);  // Those who joined meanwhile.
}

void MessageDoor::Settle(Waiting& waiting, const Answer& answer) {
  std::vector<std::function<void(Answer)>> callers;
  {
    const std::lock_guard lock(mutex_);
    callers = waiting.TakeCallers();
    asked_.erase(waiting.key);
  }
  for (const auto& answered : callers) answered(answer);
}

// Tells the one whose time is up; says when to look again, where nobody's is.
std::optional<absl::Time> MessageDoor::TellOneKept(std::unique_lock<std::mutex>& lock) {
  if (deadlines_.empty()) return absl::InfiniteFuture();
  if (deadlines_.begin()->first > absl::Now()) return deadlines_.begin()->first;
  const Deadline deadline = std::move(deadlines_.begin()->second);
  deadlines_.erase(deadlines_.begin());
  const std::shared_ptr<Waiting> waiting = deadline.waiting.lock();
  if (waiting != nullptr && !waiting->kept) {
    deadlines_.emplace(absl::Now() + kKeeping, deadline);
    return std::nullopt;
  }
  const auto answered = std::exchange(deadline.caller->answered, nullptr);
  if (answered) {
    lock.unlock();
    answered({.kind = Answer::Kind::kKept});
    lock.lock();
  }
  return std::nullopt;
}

void MessageDoor::RunRetries() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const std::optional<absl::Time> next_deadline = TellOneKept(lock);
    if (!next_deadline.has_value()) continue;
    if (left_unread_ && asked_.size() < kUnansweredAtOnce / 2) ReadLeft();
    if (!later_.empty() && later_.begin()->first <= absl::Now()) {
      std::shared_ptr<Waiting> waiting = std::move(later_.begin()->second);
      later_.erase(later_.begin());
      lock.unlock();
      Ask(std::move(waiting));
      lock.lock();
      continue;
    }
    absl::Time next = std::min(*next_deadline, absl::Now() + absl::Seconds(1));
    if (!later_.empty()) next = std::min(next, later_.begin()->first);
    changed_.wait_until(lock, absl::ToChronoTime(next));
  }
}

}  // namespace fosse::adapters
