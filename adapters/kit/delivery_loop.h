#ifndef FOSSE_ADAPTERS_KIT_DELIVERY_LOOP_H_
#define FOSSE_ADAPTERS_KIT_DELIVERY_LOOP_H_

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "adapters/kit/gateway_client.h"
#include "adapters/kit/outbox.h"
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
};

// Collects what is for our recipients, keeps each item durably, acknowledges KEPT, then hands it to
// the native system in order for each person, with retries, until it is delivered, refused or dead;
// and says so to the gateway, also after a restart. Thread-safe.
class DeliveryLoop {
 public:
  using Deliver = std::function<Attempt(const v1::Delivery&)>;
  // `deliver` is called from the loop's own threads, never twice at once for one person.
  DeliveryLoop(Outbox& outbox, GatewayClient& gateway, Random& random,
               std::vector<std::string> recipients, Deliver deliver);
  ~DeliveryLoop();

  // A reader of a work list took this item: it is delivered now. NOT_FOUND, reason
  // DELIVERY_NOT_FOUND, where there is no such item waiting.
  absl::Status Taken(const std::string& delivery_id, const std::string& detail_code);

 private:
  class Stream;
  void RunStream();
  void RunDeliveries();
  bool RunDueDeliveries();
  void FinishOne(const v1::Delivery& delivery, Outbox::State state, const std::string& code);
  void TellFinished();
  void OnDelivery(const v1::Delivery& delivery);

  Outbox& outbox_;
  GatewayClient& gateway_;
  Random& random_;
  const std::vector<std::string> recipients_;
  const Deliver deliver_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool work_ = true;
  std::shared_ptr<Stream> stream_;
  std::set<std::string> on_work_list_;  // Delivery ids that wait for their reader.
  std::thread receiving_;
  std::thread delivering_;
};

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_DELIVERY_LOOP_H_
