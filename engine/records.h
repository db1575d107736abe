#ifndef FOSSE_ENGINE_RECORDS_H_
#define FOSSE_ENGINE_RECORDS_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/keys.h"
#include "base/random.h"
#include "fosse/v1/common.pb.h"
#include "fosse/v1/record.pb.h"
#include "store/store.h"

namespace fosse::engine {

// One record in clear, as one reader has it.
struct Slot {
  store::RecordKey key;
  v1::CareRecord person;        // Where key.kind is kPerson.
  v1::WorkerRecord worker;      // Where key.kind is kWorker.
  v1::LocalityRecord locality;  // Where key.kind is kLocality.
  std::string data_key;         // Empty until the subject has one.
  std::string wrapped;          // Of a data key that the store does not have yet.
  bool changed = false;         // Since it was read.
  bool timers_read = false;
  std::vector<store::Timer> timers;  // Meaningful once timers_read.

  uint64_t version() const {
    switch (key.kind) {
      case store::RecordKind::kPerson:
        return person.version();
      case store::RecordKind::kWorker:
        return worker.version();
      case store::RecordKind::kLocality:
        return locality.version();
    }
    return 0;
  }
  // The one record of the slot's kind.
  const google::protobuf::Message& record() const;
  google::protobuf::Message& record();
};

// A record that nobody has, opened whenever none is found, so that a person who does not exist
// takes as long as one whom the caller may not see (CTL-04). Thread-safe: nothing changes after it
// was made.
class Decoy {
 public:
  Decoy(const audit::KeyRing& keys, Random& random);
  // Does what reading a record does, and throws it away.
  void Open(store::Reader& reader) const;

 private:
  const audit::KeyRing& keys_;
  store::RecordKey key_;
  std::string wrapped_;
  std::string sealed_;
  v1::PersonReference reference_;
};

// Records read through one reader and opened, each once. Slots stay where they are until the
// Records go. Not thread-safe.
class Records {
 public:
  // References outlive the Records.
  Records(store::Reader& reader, const audit::KeyRing& keys, const Decoy& decoy)
      : reader_(reader), keys_(keys), decoy_(decoy) {}

  // Null where there is none. The locality's slot is always there; its record is empty, but for its
  // name, while nothing is kept of it.
  absl::StatusOr<Slot*> Find(const store::RecordKey& key);

  // The record that carries what this one had: itself, or the one that it was joined into.
  absl::StatusOr<Slot*> FindSurvivor(const store::RecordKey& key);

  // The person whose number, date of birth and family name all agree; null where there is none. Of
  // joined records the surviving one, by any of its references.
  absl::StatusOr<Slot*> FindPerson(const v1::PersonReference& reference);

  // The worker of this number, else of this employer's reference; null where there is none.
  absl::StatusOr<Slot*> FindWorker(const v1::WorkerReference& reference);

  // Which record an alias names, those adopted included.
  absl::StatusOr<std::optional<store::RecordKey>> FindAlias(const Digest& alias);

  // Makes a record and names of it, so far kept by nobody else, part of these.
  Slot* Adopt(std::unique_ptr<Slot> slot);
  void AdoptAlias(const Digest& alias, const store::RecordKey& record);

  // Which alias of a reference names the record; nothing where none does.
  absl::StatusOr<std::optional<Digest>> AliasOf(absl::string_view nhs_number,
                                                const store::RecordKey& record);

  // How many records already claim the number, at most kMaxClaims.
  absl::StatusOr<int> CountClaims(absl::string_view nhs_number);

  std::map<store::RecordKey, std::unique_ptr<Slot>>& slots() { return slots_; }
  const std::map<Digest, store::RecordKey>& adopted_aliases() const { return aliases_; }

 private:
  store::Reader& reader_;
  const audit::KeyRing& keys_;
  const Decoy& decoy_;
  std::map<store::RecordKey, std::unique_ptr<Slot>> slots_;
  std::map<Digest, store::RecordKey> aliases_;
};

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_RECORDS_H_
