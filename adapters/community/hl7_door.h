#ifndef FOSSE_ADAPTERS_COMMUNITY_HL7_DOOR_H_
#define FOSSE_ADAPTERS_COMMUNITY_HL7_DOOR_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/community/event_order.h"
#include "adapters/community/mllp_server.h"
#include "adapters/community/site_profile.h"
#include "adapters/kit/message_door.h"
#include "base/random.h"
#include "fosse/v1/envelope.pb.h"

namespace fosse::adapters::community {

// What happens to each message of the MLLP door: read, translated, handed to the gateway, answered.
// A positive answer means durably kept, or understood and by the site profile without effect.
// Thread-safe.
class Hl7Door {
 public:
  struct Deps {
    SiteProfile profile;
    std::string locality;
    absl::TimeZone zone;  // For times without an offset, and for those we write.
    // The participant of a certificate's name; empty: nobody we know.
    std::function<std::string(absl::string_view)> participant_of;
    // MessageDoor::Hand.
    std::function<void(v1::Envelope, std::function<void(Answer)>)> hand;
    // Whether a note stands under that name (SentNote); none: we send nothing.
    std::function<bool(const std::string&)> has_note;
    // Told what was taken; none: nothing is ordered.
    std::shared_ptr<const EventOrder> order;
    Random& random;  // Outlives the door.
  };
  // How many messages took which way since the start.
  struct Counts {
    uint64_t handed_over = 0;
    uint64_t without_effect = 0;
    uint64_t faulty = 0;  // Unsupported events and frames over the limit included.
    uint64_t of_strangers = 0;
    uint64_t late = 0;  // Handed over so that they change nothing (EventOrder).
  };

  explicit Hl7Door(Deps deps) : deps_(std::move(deps)) {}
  ~Hl7Door();  // Logs the counts.

  // For MllpServer. What it hands over may be answered after the door is gone.
  void Handle(MllpRequest request, MllpServer::Respond respond);

  Counts counts() const;

 private:
  bool AnswersOurs(const hl7::Message& message) const;

  Deps deps_;
  std::atomic<uint64_t> handed_over_ = 0;
  std::atomic<uint64_t> without_effect_ = 0;
  std::atomic<uint64_t> faulty_ = 0;
  std::atomic<uint64_t> of_strangers_ = 0;
  std::atomic<uint64_t> late_ = 0;
};

}  // namespace fosse::adapters::community

#endif  // FOSSE_ADAPTERS_COMMUNITY_HL7_DOOR_H_
