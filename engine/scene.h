#ifndef FOSSE_ENGINE_SCENE_H_
#define FOSSE_ENGINE_SCENE_H_

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "audit/keys.h"
#include "base/random.h"
#include "care/handle.h"
#include "engine/documents.h"
#include "engine/message.h"
#include "engine/records.h"

namespace fosse::engine {

// The records that one message is about. New ones are made here, and belong to nobody until they
// are adopted: a message that fails leaves nothing behind.
struct Scene {
  Slot* person = nullptr;
  Slot* worker = nullptr;
  Slot* other_person = nullptr;
  Slot* locality = nullptr;
  Slot* about = nullptr;  // Whose entry the message makes.
  std::unique_ptr<Slot> new_person;
  std::unique_ptr<Slot> new_worker;
  std::unique_ptr<Slot> new_other;  // Its entry is a consequence of the message.
  // Identity of a new person: needed only where the handling did not give one.
  std::vector<v1::Change> person_changes;
  std::vector<v1::Change> worker_changes;  // Identity of a new worker.
  std::vector<std::pair<Digest, store::RecordKey>> aliases;

  care::View ViewWith(const InForce& in_force) const;
  // Makes new records and aliases part of `records`.
  void Adopt(Records& records);
};

// What a message about these records may read. Null: it is not about such a record.
care::View ViewOf(const Slot* person, const Slot* worker, const Slot& locality,
                  const InForce& in_force);

struct SceneDeps {
  const audit::KeyRing& keys;
  Random& random;
  const InForce& in_force;
};

// Finds what `message` wants. An establishing message about a number that is known under other
// details gets a record of its own, marked as in question (HAZ-01). NOT_FOUND, reason
// PERSON_NOT_VISIBLE, the same for a person who does not exist, whose details differ, or with whom
// the sender has no live relationship (CTL-04); reason WORKER_NOT_FOUND where the message is about
// a worker whom nobody named before and who may not be made.
absl::StatusOr<Scene> SetScene(const SceneDeps& deps, const Message& message, absl::Time now,
                               Records& records);

// The one error for persons whom the caller cannot see.
absl::Status PersonNotVisible();

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_SCENE_H_
