#include "engine/outcomes.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/encoding.h"
#include "base/field_check.h"
#include "base/log.h"
#include "base/status.h"
#include "engine/intake.h"
#include "engine/timestamps.h"

namespace fosse::engine {
namespace {

Message MessageOf(const OutcomeDeps& deps, MessageKind kind, absl::string_view sender,
                  absl::string_view id_prefix, v1::Envelope envelope) {
  const ReadDeps& reads = deps.reads;
  return OwnMessage({reads.locality, reads.keys, reads.limits}, kind, sender,
                    absl::StrCat(id_prefix, "-", Base32Crockford(reads.random.Bytes(16))),
                    std::move(envelope), WholeMicroseconds(reads.clock.Now()));
}

void Push(const OutcomeDeps& deps, Message message,
          std::function<void(absl::StatusOr<v1::Receipt>)> done) {
  Item item;
  item.message = std::move(message);
  item.done = done;
  const absl::Status queued = deps.reads.queue.Push(item);
  if (!queued.ok()) done(queued);
}

// The delivery as the commit left it; nothing where it cannot be read, which the next look mends.
std::optional<store::Delivery> ReadAgain(const OutcomeDeps& deps, absl::string_view id) {
  const absl::StatusOr<std::optional<store::Delivery>> delivery = deps.reads.store.ReadDelivery(id);
  if (delivery.ok()) return *delivery;
  Log(Severity::kWarning, "mailbox-not-read", {{"status", delivery.status()}});
  return std::nullopt;
}

}  // namespace

void AcknowledgeDelivery(const OutcomeDeps& deps,
                         const std::shared_ptr<Engine::Subscription>& subscription,
                         const v1::DeliveryOutcome& outcome, Done<uint64_t> done) {
  deps.reads.executor.Run([deps, subscription, outcome, done = std::move(done)] {
    const absl::StatusOr<std::optional<store::Delivery>> delivery =
        deps.reads.store.ReadDelivery(outcome.delivery_id());
    if (!delivery.ok()) return done(delivery.status());
    const std::vector<std::string>& recipients = subscription->recipients();
    if (!delivery->has_value() || std::find(recipients.begin(), recipients.end(),
                                            (*delivery)->recipient) == recipients.end()) {
      deps.reads.refusals.Count(recipients.empty() ? "" : recipients[0], "Receive",
                                "DELIVERY_NOT_FOUND", WholeMicroseconds(deps.reads.clock.Now()));
      return done(MakeError(absl::StatusCode::kNotFound, "DELIVERY_NOT_FOUND",
                            "no such delivery was handed to the caller"));
    }
    v1::Envelope envelope;
    *envelope.mutable_delivery_outcome() = outcome;
    Message message = MessageOf(deps, MessageKind::kAcknowledgement, (*delivery)->recipient,
                                "outcome", std::move(envelope));
    message.leased = deps.mailboxes->IsLeased(*subscription, outcome.delivery_id());
    Push(deps, std::move(message),
         [deps, id = outcome.delivery_id(), dead = outcome.state() == v1::DELIVERY_STATE_DEAD,
          done](absl::StatusOr<v1::Receipt> receipt) {
           if (!receipt.ok()) return done(std::move(receipt).status());
           if (dead) Log(Severity::kWarning, "delivery-dead", {{"entry", receipt->entry_index()}});
           deps.mailboxes->Settle(id);
           done(receipt->entry_index());
         });
  });
}

void ReplayDelivery(const OutcomeDeps& deps, const Caller& caller, const v1::ReplayRequest& request,
                    Done<v1::ReplayResponse> done) {
  v1::Envelope envelope;
  envelope.mutable_delivery_replayed()->set_delivery_id(request.delivery_id());
  envelope.mutable_delivery_replayed()->set_reason(request.reason());
  if (absl::Status status = CheckFields(envelope.delivery_replayed()); !status.ok()) {
    deps.reads.executor.Run([status, done = std::move(done)] { done(status); });
    return;
  }
  envelope.set_relay(caller.participant);
  Message message =
      MessageOf(deps, MessageKind::kReplay, caller.participant, "replay", std::move(envelope));
  deps.reads.executor.Run([deps, message = std::move(message), done = std::move(done)] {
    const std::string id = message.envelope.delivery_replayed().delivery_id();
    Push(deps, message, [deps, id, done](absl::StatusOr<v1::Receipt> receipt) {
      if (!receipt.ok()) return done(std::move(receipt).status());
      if (const auto delivery = ReadAgain(deps, id); delivery.has_value()) {
        deps.mailboxes->Requeue(*delivery);
      }
      v1::ReplayResponse response;
      response.set_entry_index(receipt->entry_index());
      done(std::move(response));
    });
  });
}

void ParkOverdue(const OutcomeDeps& deps) {
  for (const std::string& id : deps.mailboxes->Overdue()) {
    v1::Envelope envelope;
    envelope.mutable_delivery_outcome()->set_delivery_id(id);
    envelope.mutable_delivery_outcome()->set_state(v1::DELIVERY_STATE_PARKED);
    Push(deps,
         MessageOf(deps, MessageKind::kAcknowledgement, kOwnSender, "parked", std::move(envelope)),
         [deps, id](const absl::StatusOr<v1::Receipt>& receipt) {
           if (!receipt.ok()) {
             // Kept meanwhile, or not committed: then it is overdue still, and asked for again.
             Log(Severity::kWarning, "delivery-not-parked", {{"status", receipt.status()}});
             return;
           }
           Log(Severity::kWarning, "delivery-parked", {{"entry", receipt->entry_index()}});
           if (const auto delivery = ReadAgain(deps, id); delivery.has_value()) {
             deps.mailboxes->Park(*delivery);
           }
         });
  }
}

}  // namespace fosse::engine
