#ifndef FOSSE_ADAPTERS_COMMUNITY_EVENT_ORDER_H_
#define FOSSE_ADAPTERS_COMMUNITY_EVENT_ORDER_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/hl7/message.h"
#include "fosse/v1/envelope.pb.h"

namespace fosse::adapters::community {

// What comes late is recorded and changes nothing (wire-formats 3.3). The gateway keeps what is
// older than it knows of an episode without applying it; what it cannot see is the order of two
// events of one instant, as an undoing carries the time of what it undoes, and of stays elsewhere.
//
// Events of one episode, and stays of one person, are ordered by EVN-6, then MSH-7, then MSH-13; a
// time that has not come counts as now.
// One that comes after a later one goes to the gateway so that it changes nothing: an episode's a
// moment earlier than it happened, and a stay's with the state that the later one left. Its bytes
// are recorded as they came. What was decided for a message is decided again when it is repeated,
// for the last kRemembered of an episode or person.
//
// Thread-safe as far as the notes are.
class EventOrder {
 public:
  static constexpr size_t kRemembered = 32;

  // Durable, and sealed: adapters::Outbox.
  struct Notes {
    std::function<absl::StatusOr<std::optional<std::string>>(const std::string& name)> find;
    std::function<absl::Status(const std::string& name, const std::string& text)> keep;
    // Stands for what is in an Envelope, and nobody else can tell what that is.
    std::function<std::string(const v1::Envelope&)> key;
  };
  explicit EventOrder(Notes notes) : notes_(std::move(notes)) {}

  // Changes `envelope` if it came late. True if it did. UNAVAILABLE where the notes cannot be read.
  absl::StatusOr<bool> Arrange(const hl7::Message& message, v1::Envelope& envelope,
                               absl::Time now) const;
  // `envelope`, as Arrange() left it, has been taken.
  absl::Status Took(const hl7::Message& message, const v1::Envelope& envelope, absl::Time now,
                    bool late) const;

 private:
  struct Note;
  absl::StatusOr<Note> Read(const std::string& name) const;
  // Empty: an event without order.
  std::string NameOf(const v1::Envelope& envelope) const;

  const Notes notes_;
};

}  // namespace fosse::adapters::community

#endif  // FOSSE_ADAPTERS_COMMUNITY_EVENT_ORDER_H_
