#ifndef FOSSE_ENGINE_MESSAGE_H_
#define FOSSE_ENGINE_MESSAGE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/crypto.h"
#include "care/handle.h"
#include "fosse/v1/envelope.pb.h"
#include "fosse/v1/receipt.pb.h"
#include "store/store.h"

// What waits for the committer. Everything that leaves an entry comes this way: there is no second
// door.
namespace fosse::engine {

// Sender of the gateway's own messages. Lower case, so no participant can have it.
inline constexpr absl::string_view kOwnSender = "gateway";

// How the committer treats a message.
enum class MessageKind : uint8_t {
  kSubmitted,        // From a participant: keyed, decided by care.
  kAcknowledgement,  // DeliveryOutcome: of a recipient, or PARKED of the gateway itself.
  kNote,             // AccessRecorded, RefusedAttempts: an entry of the locality and nothing else.
  kActivation,       // RulebookActivation, DirectoryActivation.
  kReplay,           // DeliveryReplayed.
};

// A message that intake let through.
struct Message {
  MessageKind kind = MessageKind::kSubmitted;
  v1::Envelope envelope;  // Relay and basis set.
  Digest key{};           // Keyed hash of sender and message id.
  Digest sameness{};      // SamenessOf() the envelope.
  care::Wants wants;
  size_t bytes = 0;
  std::vector<Digest> terms;               // Besides those that the committer finds itself.
  std::vector<store::Document> documents;  // kActivation: kept with it.
  bool leased = false;                     // kAcknowledgement: it was handed to this caller.
};

// A message with whoever waits for its answer.
struct Item {
  Message message;
  absl::Time deadline = absl::InfiniteFuture();
  std::function<void(absl::StatusOr<v1::Receipt>)> done;
};

// Digest of the canonical Envelope without traceparent, relay and basis, which the gateway sets:
// the digest by which repeats are told (CTL-10) and to which the leaf commits.
Digest SamenessOf(const v1::Envelope& envelope);

// Field name of the body in Envelope, such as delegation_proposal; empty without a body.
absl::string_view BodyNameOf(const v1::Envelope& envelope);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_MESSAGE_H_
