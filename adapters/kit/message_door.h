#ifndef FOSSE_ADAPTERS_KIT_MESSAGE_DOOR_H_
#define FOSSE_ADAPTERS_KIT_MESSAGE_DOOR_H_

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "adapters/kit/answer.h"
#include "adapters/kit/gateway_client.h"
#include "adapters/kit/outbox.h"
#include "base/random.h"

namespace fosse::adapters {

// Hands native messages to the gateway: keeps each one durably first, then asks; asks again with
// the same key until there is an answer, also after a restart. A message handed in again while it
// is on its way shares the one asking. A message refused for good after its sender was told "kept"
// stays in the outbox for a person. Thread-safe.
class MessageDoor {
 public:
  MessageDoor(Outbox& outbox, GatewayClient& gateway, Random& random, absl::Duration wait);
  // Waits for the calls under way; then whoever was not told yet is told kKept. Hand() is over.
  ~MessageDoor();

  // Calls back once, from some thread, within the wait: kKept then, and the asking goes on.
  void Hand(v1::Envelope envelope, std::function<void(Answer)> answered);

 private:
  struct Caller;
  struct Waiting;
  struct Deadline {
    std::weak_ptr<Waiting> waiting;
    std::shared_ptr<Caller> caller;
  };
  void ReadLeft();
  void Ask(std::shared_ptr<Waiting> waiting);
  void Decided(Waiting& waiting, const Answer& answer);
  void Settle(Waiting& waiting, const Answer& answer);
  std::optional<absl::Time> TellOneKept(std::unique_lock<std::mutex>& lock);
  void RunRetries();

  Outbox& outbox_;
  GatewayClient& gateway_;
  Random& random_;
  const absl::Duration wait_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::map<std::string, std::shared_ptr<Waiting>> asked_;      // On their way, by outbox key.
  std::multimap<absl::Time, std::shared_ptr<Waiting>> later_;  // Asked again then.
  std::multimap<absl::Time, Deadline> deadlines_;              // Told kKept then.
  bool left_unread_ = false;  // The outbox holds more than were read.
  int under_way_ = 0;
  std::thread retries_;
};

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_MESSAGE_DOOR_H_
