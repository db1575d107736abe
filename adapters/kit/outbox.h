#ifndef FOSSE_ADAPTERS_KIT_OUTBOX_H_
#define FOSSE_ADAPTERS_KIT_OUTBOX_H_

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/random.h"
#include "fosse/v1/delivery.pb.h"
#include "fosse/v1/envelope.pb.h"

struct sqlite3;

namespace fosse::adapters {

// What an adapter keeps so that "acknowledged" means "kept", also through its own SIGKILL: messages
// on their way to the gateway, and deliveries on their way to a system. Everything about a person
// is sealed (AES-256-GCM) under a key in a file of its own; the database shows only keyed digests,
// delivery ids, recipients, states, native codes and times. One SQLite file, WAL, FULL.
// Thread-safe.
//
// Errors: UNAVAILABLE, reason OUTBOX_FAILED; DATA_LOSS, reason OUTBOX_DAMAGED, for a row that the
// key does not open.
class Outbox {
 public:
  // Makes file and key when missing, both mode 0600.
  static absl::StatusOr<std::unique_ptr<Outbox>> Open(const std::string& path,
                                                      const std::string& key_path, Random& random);
  ~Outbox();

  // A message on its way to the gateway, durable on return. The same message again is kept once;
  // one that was given up is on its way again.
  absl::Status KeepMessage(const v1::Envelope& envelope);
  // The gateway has answered for good; the message is dropped.
  absl::Status DropMessage(const v1::Envelope& envelope);
  // The gateway has refused a message that was already acknowledged natively: kept, for a person.
  absl::Status GiveUpMessage(const v1::Envelope& envelope);
  // Stands for one message: all of its content but the trace context, keyed.
  std::string MessageKey(const v1::Envelope& envelope) const;
  // Messages without an answer, oldest first.
  absl::StatusOr<std::vector<v1::Envelope>> UnansweredMessages(size_t limit);

  // What became of a delivery natively.
  enum class State { kWaiting = 1, kDelivered = 2, kRefused = 3, kDead = 4 };
  struct Item {
    v1::Delivery delivery;
    State state = State::kWaiting;
    int attempts = 0;
    absl::Time next_attempt;
    std::string detail_code;
    bool told = false;     // The gateway knows the final state.
    int64_t sequence = 0;  // Order of keeping.
  };

  // Durable on return. Gives the item as it now stands. A repeat of one that waits or is delivered
  // does not start it again; one that was refused or dead, as the gateway knows, is a replay and
  // does. The gateway is told the final state of a repeat once more.
  absl::StatusOr<Item> KeepDelivery(const v1::Delivery& delivery, absl::Time now);
  // Waiting ones kept after the one with that sequence, oldest first.
  absl::StatusOr<std::vector<Item>> WaitingDeliveries(size_t limit, int64_t after = 0);
  // Final ones of which the gateway has not been told.
  absl::StatusOr<std::vector<Item>> UntoldDeliveries(size_t limit);
  absl::Status RecordAttempt(const std::string& delivery_id, absl::Time next_attempt);
  absl::Status Finish(const std::string& delivery_id, State state, const std::string& detail_code);
  absl::Status MarkTold(const std::string& delivery_id);
  absl::StatusOr<std::optional<Item>> Find(const std::string& delivery_id);
  // What an adapter must remember besides, such as under which number a rail took a delivery.
  // Sealed, durable on return; a second note of that name replaces the first. Names hold no
  // person's data.
  absl::Status KeepNote(absl::string_view name, absl::string_view text);
  absl::StatusOr<std::optional<std::string>> FindNote(absl::string_view name);
  // What a request was answered first, by a name that is the request's own. Sealed, and the name
  // kept as a keyed digest. A second outcome of that name changes nothing. The newest kMostOutcomes
  // are kept.
  static constexpr int64_t kMostOutcomes = 100'000;
  absl::Status KeepOutcome(absl::string_view request, absl::string_view outcome);
  absl::StatusOr<std::optional<std::string>> FindOutcome(absl::string_view request);
  // Items of a recipient in a state, oldest first: a work list.
  absl::StatusOr<std::vector<Item>> ItemsOf(absl::string_view recipient, State state, size_t limit);

 private:
  Outbox(sqlite3* database, std::string key, Random& random)
      : database_(database), key_(std::move(key)), random_(random) {}

  class Statement;
  absl::StatusOr<Item> ItemFrom(Statement& row);
  absl::StatusOr<std::vector<Item>> ReadItems(Statement& rows);
  absl::Status Migrate();
  std::string RequestKey(absl::string_view request) const;

  std::mutex mutex_;
  sqlite3* const database_;
  const std::string key_;
  Random& random_;
};

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_OUTBOX_H_
