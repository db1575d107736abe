#ifndef FOSSE_ADAPTERS_COUNCIL_WEBHOOK_SENDER_H_
#define FOSSE_ADAPTERS_COUNCIL_WEBHOOK_SENDER_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/kit/config.pb.h"
#include "adapters/kit/delivery_loop.h"
#include "adapters/kit/https_server.h"
#include "adapters/kit/outbox.h"
#include "fosse/v1/delivery.pb.h"

namespace fosse::adapters::council::webhook {

// Hands deliveries to the systems that take webhooks. The item's id is webhook-id in every try, so
// a receiver that has it already answers 2xx and does nothing. Thread-safe.
//
// `reference`: 2xx means that the receiver knows; the item lies in its work list until it says
// there that it has taken it, and it is not told twice, also after a restart.
// 410: nothing more is sent to that URL, and items are refused, until Enable() or another URL.
// Retry-After holds for all that goes to that receiver.
class Sender {
 public:
  // As CheckWebhooks(). The outbox outlives the Sender.
  static absl::StatusOr<std::unique_ptr<Sender>> Create(const AdapterConfig& config,
                                                        Outbox& outbox);

  bool Serves(const std::string& recipient) const { return hooks_.contains(recipient); }
  // For a recipient that it serves.
  Attempt Send(const v1::Delivery& delivery);
  // Adds how its receivers are spared.
  void AddTerms(Pace& pace) const;

 private:
  Sender(const AdapterConfig& config, Outbox& outbox);
  Attempt Call(const Webhook& hook, const v1::Delivery& delivery);
  Attempt Answered(const Webhook& hook, const v1::Delivery& delivery, Attempt attempt);

  const Credentials credentials_;
  std::map<std::string, Webhook> hooks_;  // By recipient.
  Outbox& outbox_;
  std::mutex mutex_;
  std::map<std::string, absl::Time> not_before_;  // By recipient: what Retry-After asked for.
};

// One signed call, without retries: what the receiver answered. Errors as CallHttps() and
// ReadKeys().
absl::StatusOr<HttpResponse> Post(const Webhook& hook, const Credentials& credentials,
                                  const std::string& id, std::string body);

// A receiver that answered 410 is sent to again. UNAVAILABLE, reason OUTBOX_FAILED.
absl::Status Enable(Outbox& outbox, const std::string& recipient);

}  // namespace fosse::adapters::council::webhook

#endif  // FOSSE_ADAPTERS_COUNCIL_WEBHOOK_SENDER_H_
