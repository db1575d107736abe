#ifndef FOSSE_ADAPTERS_KIT_DELIVERY_LOOP_H_
#define FOSSE_ADAPTERS_KIT_DELIVERY_LOOP_H_

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "adapters/kit/breaker.h"
#include "adapters/kit/gateway_client.h"
#include "adapters/kit/outbox.h"
#include "adapters/kit/retry.h"
#include "base/random.h"
#include "fosse/v1/delivery.pb.h"

namespace fosse::adapters {

// What became of one attempt to hand a delivery to a system.
struct Attempt {
  enum class Result {
    kDelivered,  // The system took it. No person has acted.
    kRefused,    // The system will never take it.
    kLater,      // Try again.
    kWorkList,   // Lies in a work list here, until its reader takes it (DeliveryLoop::Taken).
  };
  Result result = Result::kLater;
  std::string detail_code;  // Such as http-200 or AE.
  // kLater: at least so long, where the system said so; kLongestRetry at most.
  absl::Duration wait = absl::ZeroDuration();
};

// How long the loop waits; tests wait less.
struct Pace {
  std::function<absl::Duration(int attempts, Random& random)> retry = RetryDelay;
  absl::Duration reconnect = absl::Milliseconds(300);
  // A final state counts as told once its stream has lived for so long after it was written: the
  // protocol has no answer to it, and a stream that is lost or refused ends before.
  absl::Duration settled = absl::Seconds(2);
  BreakerTerms breaker;
  std::map<std::string, BreakerTerms> breakers;  // By recipient, where they differ.
};

// Collects what is for our recipients, keeps each item durably, acknowledges KEPT, then hands it to
// the native system in order for each person, with retries, until it is delivered, refused or dead;
// and says so to the gateway, also after a restart. Thread-safe.
class DeliveryLoop {
 public:
  using Deliver = std::function<Attempt(const v1::Delivery&)>;
  // `deliver` is called from the loop's own threads, never twice at once for one person.
  DeliveryLoop(Outbox& outbox, GatewayClient& gateway, Random& random,
               std::vector<std::string> recipients, Deliver deliver, Pace pace = Pace());
  ~DeliveryLoop();

  // A reader of a work list took this item: it is delivered now. NOT_FOUND, reason
  // DELIVERY_NOT_FOUND, where there is no such item waiting.
  absl::Status Taken(const std::string& delivery_id, const std::string& detail_code);
  // The same for any final state: a rail that answers later says how it ended.
  absl::Status Settle(const std::string& delivery_id, Outbox::State state,
                      const std::string& detail_code);

 private:
  class Stream;
  void RunStream();
  void RunDeliveries();
  bool RunDueDeliveries();
  bool RunPage(const std::vector<Outbox::Item>& items, std::set<std::string>& blocked);
  Attempt Try(const Outbox::Item& item);
  bool RunItem(const Outbox::Item& item, std::set<std::string>& blocked);
  bool FinishOne(const Outbox::Item& item, Outbox::State state, const std::string& code);
  void TellFinished();
  void GiveUpRefused(Stream& stream);
  void OnDelivery(const v1::Delivery& delivery);

  Outbox& outbox_;
  GatewayClient& gateway_;
  Random& random_;
  const std::vector<std::string> recipients_;
  const Deliver deliver_;
  const Pace pace_;
  Breaker breaker_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool work_ = true;
  bool tell_one_at_a_time_ = false;  // The gateway refused a final state; which is to be found.
  std::string refused_alone_;        // The last one refused while no other was under way.
  std::shared_ptr<Stream> stream_;
  std::set<std::string> on_work_list_;  // Delivery ids that wait for their reader.
  std::thread receiving_;
  std::thread delivering_;
};

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_DELIVERY_LOOP_H_
