#include "engine/mailbox.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "audit/seal.h"
#include "base/log.h"
#include "base/status.h"
#include "engine/sealing.h"
#include "engine/set_aside.h"

namespace fosse::engine {
namespace {

constexpr size_t kLoadAtOnce = 256;

}  // namespace

std::shared_ptr<Engine::Subscription> Mailboxes::Subscribe(
    std::vector<std::string> recipients, uint32_t window,
    std::function<void(v1::Delivery)> on_delivery) {
  if (window == 0) window = kUsualWindow;
  auto subscription = std::make_shared<Engine::Subscription>(
      std::move(recipients), std::min(window, kMaxWindow), std::move(on_delivery));
  Boxes to_pump;
  {
    absl::MutexLock lock(&mutex_);
    for (const std::string& recipient : subscription->recipients()) {
      std::shared_ptr<Box>& box = boxes_[recipient];
      if (box == nullptr) {
        box = std::make_shared<Box>();
        box->recipient = recipient;
      }
      box->subscriptions.push_back(subscription);
      Schedule(box, to_pump);
    }
  }
  StartPumping(to_pump);
  return subscription;
}

void Mailboxes::Unsubscribe(const std::shared_ptr<Engine::Subscription>& subscription) {
  Boxes to_pump;
  {
    absl::MutexLock lock(&mutex_);
    for (auto it = handed_out_.begin(); it != handed_out_.end();) {
      const Place& place = it->second;
      Waiting& waiting = place.box->people.at(place.person).at(place.sequence);
      if (waiting.holder != subscription) {
        ++it;
        continue;
      }
      waiting.holder = nullptr;
      waiting.leased = false;
      MakeReady(*place.box, place.person);
      it = handed_out_.erase(it);
    }
    for (const std::string& recipient : subscription->recipients()) {
      const auto found = boxes_.find(recipient);
      if (found == boxes_.end()) continue;
      auto& all = found->second->subscriptions;
      all.erase(std::remove(all.begin(), all.end(), subscription), all.end());
      if (all.empty()) {
        boxes_.erase(found);  // The store has it all; a later subscriber loads again.
      } else {
        Schedule(found->second, to_pump);
      }
    }
  }
  StartPumping(to_pump);
  absl::MutexLock lock(&subscription->mutex_);
  subscription->closed_ = true;
  subscription->outbox_.clear();
  const auto idle = [&subscription]() { return !subscription->calling_; };
  if (subscription->calling_ && subscription->caller_ == std::this_thread::get_id()) return;
  subscription->mutex_.Await(absl::Condition(&idle));
}

bool Mailboxes::IsLeased(const Engine::Subscription& subscription, absl::string_view delivery_id) {
  absl::MutexLock lock(&mutex_);
  const auto found = handed_out_.find(std::string(delivery_id));
  if (found == handed_out_.end()) return false;
  const Place& place = found->second;
  return place.box->people.at(place.person).at(place.sequence).holder.get() == &subscription;
}

void Mailboxes::Settle(absl::string_view delivery_id) {
  Boxes to_pump;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = handed_out_.find(std::string(delivery_id));
    if (found == handed_out_.end()) {
      // Kept after all, late: a gap no more.
      for (const auto& [recipient, box] : boxes_) {
        for (auto& [person, parked] : box->parked) {
          std::erase_if(parked, [&](const auto& item) { return item.second == delivery_id; });
        }
      }
      return;
    }
    const Place place = std::move(found->second);
    handed_out_.erase(found);
    Remove(place);
    Schedule(place.box, to_pump);
  }
  StartPumping(to_pump);
}

std::vector<std::string> Mailboxes::Overdue() {
  const absl::Duration now = deps_.clock.Monotonic();
  std::vector<std::string> overdue;
  absl::MutexLock lock(&mutex_);
  for (const auto& [id, place] : handed_out_) {
    Queue& queue = place.box->people.at(place.person);
    if (queue.begin()->first != place.sequence || LookAt(queue).pass_by > now) continue;
    Waiting& head = queue.begin()->second;
    if (now - head.first_tried < kUrgentRetry || now - head.asked < kUrgentRetry) continue;
    head.asked = now;
    overdue.push_back(id);
  }
  return overdue;
}

void Mailboxes::Park(const store::Delivery& delivery) {
  if (delivery.state != store::DeliveryState::kParked) return;
  Boxes to_pump;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = boxes_.find(delivery.recipient);
    if (found == boxes_.end()) return;  // Whoever opens it finds it parked.
    const std::shared_ptr<Box>& box = found->second;
    handed_out_.erase(delivery.delivery_id);
    const auto person = box->people.find(delivery.subject);
    if (person != box->people.end() && person->second.count(delivery.sequence) != 0) {
      Remove({box, delivery.subject, delivery.sequence});
    }
    box->parked[delivery.subject][delivery.sequence] = delivery.delivery_id;
    Schedule(box, to_pump);
  }
  StartPumping(to_pump);
}

void Mailboxes::Requeue(const store::Delivery& delivery) {
  if (delivery.state != store::DeliveryState::kQueued) return;
  Boxes to_pump;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = boxes_.find(delivery.recipient);
    if (found == boxes_.end()) return;
    const std::shared_ptr<Box>& box = found->second;
    const auto parked = box->parked.find(delivery.subject);
    if (parked != box->parked.end()) parked->second.erase(delivery.sequence);
    // Beyond what is loaded, loading finds it.
    if (delivery.sequence <= box->loaded_until) Insert(*box, delivery);
    Schedule(box, to_pump);
  }
  StartPumping(to_pump);
}

void Mailboxes::Notify(const std::set<std::string>& recipients) {
  Boxes to_pump;
  {
    absl::MutexLock lock(&mutex_);
    for (const std::string& recipient : recipients) {
      const auto found = boxes_.find(recipient);
      if (found != boxes_.end()) Schedule(found->second, to_pump);
    }
  }
  StartPumping(to_pump);
}

void Mailboxes::Tick() {
  const absl::Duration now = deps_.clock.Monotonic();
  Boxes to_pump;
  {
    absl::MutexLock lock(&mutex_);
    for (auto& [id, place] : handed_out_) {
      Waiting& waiting = place.box->people.at(place.person).at(place.sequence);
      if (!waiting.leased) continue;
      const Sight sight = LookAt(place.box->people.at(place.person));
      const bool urgent_waits = sight.pass_by != absl::InfiniteDuration();
      const absl::Duration soon = waiting.until - deps_.redelivery + kUrgentRetry;
      if ((urgent_waits ? std::min(waiting.until, soon) : waiting.until) > now) continue;
      waiting.leased = false;  // Its holder may still acknowledge, until another one has it.
      --waiting.holder->under_way_;
      MakeReady(*place.box, place.person);
    }
    for (const auto& [recipient, box] : boxes_) Schedule(box, to_pump);
  }
  StartPumping(to_pump);
}

void Mailboxes::Schedule(const std::shared_ptr<Box>& box, Boxes& to_pump) {
  if (box->pumping) {
    box->again = true;
    return;
  }
  box->pumping = true;
  to_pump.push_back(box);
}

void Mailboxes::StartPumping(const Boxes& boxes) {
  for (const std::shared_ptr<Box>& box : boxes) {
    deps_.executor.Run([self = shared_from_this(), box] { self->Pump(box); });
  }
}

void Mailboxes::Pump(const std::shared_ptr<Box>& box) {
  while (true) {
    Load(box);
    std::vector<Handout> handouts;
    {
      absl::MutexLock lock(&mutex_);
      box->again = false;
      handouts = Choose(box);
    }
    for (const Handout& handout : handouts) HandOut(handout);
    absl::MutexLock lock(&mutex_);
    if (!box->again && handouts.empty()) {
      box->pumping = false;
      return;
    }
  }
}

bool Mailboxes::LoadParked(const std::shared_ptr<Box>& box) {
  {
    absl::MutexLock lock(&mutex_);
    if (box->knows_parked) return true;
  }
  std::optional<uint64_t> from = 0;
  while (from.has_value()) {
    const absl::StatusOr<SetAside> found =
        ReadSetAside(deps_.store, deps_.keys, box->recipient, *from, kLoadAtOnce);
    if (!found.ok()) {
      Log(Severity::kWarning, "mailbox-not-read", {{"status", found.status()}});
      return false;
    }
    absl::MutexLock lock(&mutex_);
    for (const store::Delivery& delivery : found->deliveries) {
      if (delivery.state != store::DeliveryState::kParked) continue;
      box->parked[delivery.subject][delivery.sequence] = delivery.delivery_id;
    }
    from = found->next;
    box->knows_parked = !from.has_value();
  }
  return true;
}

void Mailboxes::Load(const std::shared_ptr<Box>& box) {
  // Nothing goes before it is known what lies aside: a gap is never silent.
  if (!LoadParked(box)) return;
  while (true) {
    uint64_t after = 0;
    {
      absl::MutexLock lock(&mutex_);
      if (box->size >= kMaxLoaded) return;
      after = box->loaded_until;
    }
    const absl::StatusOr<std::vector<store::Delivery>> queued =
        deps_.store.QueuedDeliveries(box->recipient, after, kLoadAtOnce);
    if (!queued.ok()) {
      Log(Severity::kWarning, "mailbox-not-read", {{"status", queued.status()}});
      return;
    }
    absl::MutexLock lock(&mutex_);
    for (const store::Delivery& delivery : *queued) {
      Insert(*box, delivery);
      box->loaded_until = std::max(box->loaded_until, delivery.sequence);
    }
    if (queued->size() < kLoadAtOnce) return;
  }
}

void Mailboxes::Insert(Box& box, const store::Delivery& delivery) {
  Queue& queue = box.people[delivery.subject];
  if (queue.count(delivery.sequence) != 0) return;
  if (!queue.empty()) {  // Another may be the first from now on, or the first more urgent.
    const auto& [sequence, head] = *queue.begin();
    box.ready.erase({head.ready_as, sequence, delivery.subject});
  }
  Waiting& waiting = queue[delivery.sequence];
  waiting.delivery_id = delivery.delivery_id;
  waiting.urgency = delivery.urgency;
  waiting.pass_by = PassBy(delivery);
  ++box.size;
  MakeReady(box, delivery.subject);
}

absl::Duration Mailboxes::PassBy(const store::Delivery& delivery) const {
  if (delivery.urgency < static_cast<uint8_t>(v1::URGENCY_URGENT)) return absl::InfiniteDuration();
  absl::Duration deadline = kUrgentDeadline;
  if (delivery.act_by > delivery.state_since) {
    deadline = std::min(deadline, delivery.act_by - delivery.state_since);
  }
  // Wall time says how long it has waited already; from here on monotonic time counts (CTL-43).
  const absl::Duration waited =
      std::clamp(deps_.clock.Now() - delivery.state_since, absl::ZeroDuration(), deadline / 3);
  return deps_.clock.Monotonic() + deadline / 3 - waited;
}

Mailboxes::Sight Mailboxes::LookAt(const Queue& queue) {
  Sight sight;
  int looked_at = 0;
  for (const auto& [sequence, waiting] : queue) {
    sight.urgency = std::max(sight.urgency, waiting.urgency);
    sight.leased = sight.leased || waiting.leased;
    if (looked_at > 0) sight.pass_by = std::min(sight.pass_by, waiting.pass_by);
    if (++looked_at == kLookBehind) break;
  }
  return sight;
}

std::vector<Mailboxes::Handout> Mailboxes::Choose(const std::shared_ptr<Box>& box) {
  std::vector<Handout> handouts;
  for (const auto& subscription : box->subscriptions) {
    while (subscription->under_way_ < subscription->window_ && !box->ready.empty()) {
      const auto [urgency, sequence, person] = *box->ready.begin();
      box->ready.erase(box->ready.begin());
      Waiting& waiting = box->people.at(person).at(sequence);
      waiting.holder = subscription;
      waiting.leased = true;
      waiting.until = deps_.clock.Monotonic() + deps_.redelivery;
      waiting.first_tried = std::min(waiting.first_tried, deps_.clock.Monotonic());
      ++subscription->under_way_;
      handed_out_[waiting.delivery_id] = {box, person, sequence};
      Handout& handout = handouts.emplace_back();
      handout = {subscription, waiting.delivery_id, waiting.attempts++, {}};
      const auto parked = box->parked.find(person);
      if (parked == box->parked.end()) continue;
      for (const auto& [before, id] : parked->second) {
        if (before < sequence) handout.parked_before.push_back(id);
      }
    }
  }
  return handouts;
}

void Mailboxes::MakeReady(Box& box, const store::RecordKey& person) {
  Queue& queue = box.people.at(person);
  auto& [sequence, head] = *queue.begin();
  const Sight sight = LookAt(queue);
  // An item that came back before one under way waits for that one.
  if (sight.leased) return;
  box.ready.erase({head.ready_as, sequence, person});
  head.ready_as = -static_cast<int>(sight.urgency);
  box.ready.insert({head.ready_as, sequence, person});
}

void Mailboxes::Remove(const Place& place) {
  Box& box = *place.box;
  Queue& queue = box.people.at(place.person);
  const Waiting& waiting = queue.at(place.sequence);
  if (waiting.leased) --waiting.holder->under_way_;
  box.ready.erase({waiting.ready_as, place.sequence, place.person});
  queue.erase(place.sequence);
  --box.size;
  if (queue.empty()) {
    box.people.erase(place.person);
  } else {
    MakeReady(box, place.person);
  }
}

void Mailboxes::HandOut(const Handout& handout) {
  absl::StatusOr<v1::Delivery> delivery = ReadWhole(handout.delivery_id);
  if (!delivery.ok()) {
    // Left to its lease: when that is past it is tried again.
    Log(Severity::kError, "delivery-not-read", {{"status", delivery.status()}});
    return;
  }
  delivery->set_attempts(handout.attempts);
  for (const std::string& id : handout.parked_before) delivery->add_parked_before(id);
  Engine::Subscription& to = *handout.to;
  {
    absl::MutexLock lock(&to.mutex_);
    if (to.closed_) return;
    to.outbox_.push_back(*std::move(delivery));
    if (to.running_) return;
    to.running_ = true;
  }
  deps_.executor.Run([subscription = handout.to] { Drain(subscription); });
}

absl::StatusOr<v1::Delivery> Mailboxes::ReadWhole(absl::string_view delivery_id) {
  FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Delivery> kept,
                         deps_.store.ReadDelivery(delivery_id));
  if (!kept.has_value()) {
    return MakeError(absl::StatusCode::kDataLoss, "STORE_DAMAGED", "a queued delivery is gone");
  }
  v1::Delivery delivery;
  FOSSE_RETURN_IF_ERROR(ReadAndOpen(deps_.store, deps_.keys, kept->subject, audit::kSealDelivery,
                                    kept->sealed, delivery));
  return delivery;
}

void Mailboxes::Drain(const std::shared_ptr<Engine::Subscription>& subscription) {
  while (true) {
    v1::Delivery next;
    {
      absl::MutexLock lock(&subscription->mutex_);
      if (subscription->closed_ || subscription->outbox_.empty()) {
        subscription->running_ = false;
        return;
      }
      next = std::move(subscription->outbox_.front());
      subscription->outbox_.pop_front();
      subscription->calling_ = true;
      subscription->caller_ = std::this_thread::get_id();
    }
    subscription->on_delivery_(std::move(next));
    absl::MutexLock lock(&subscription->mutex_);
    subscription->calling_ = false;
  }
}

}  // namespace fosse::engine
