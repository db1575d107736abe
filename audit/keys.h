#ifndef FOSSE_AUDIT_KEYS_H_
#define FOSSE_AUDIT_KEYS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/crypto.h"
#include "base/random.h"

namespace fosse::audit {

// The keys that live outside the database: the master key that wraps subjects' data keys, the index
// key of the keyed hashes, and the signing key of checkpoints. Thread-safe: nothing changes after
// it was made.
class KeyRing {
 public:
  // Reads `directory`/keys.json (mode 0600; refused if others may read it), or makes it on first
  // use when `create`. `origin` names the trail in checkpoints, such as "fosse.example/QK1".
  // FAILED_PRECONDITION, reason KEYS_UNSAFE or KEYS_MISSING; INVALID_ARGUMENT, reason KEYS_INVALID.
  static absl::StatusOr<KeyRing> Load(absl::string_view directory, absl::string_view origin,
                                      bool create, Random& random);
  // Fixed keys for tests.
  static KeyRing ForTests(absl::string_view origin);

  const std::string& origin() const { return origin_; }
  const SigningKey& signing_key() const { return signing_key_; }

  // A new data key for a subject, and it under the master key. `subject` is bound in.
  struct DataKey {
    std::string key;      // 32 bytes.
    std::string wrapped;  // For the store.
  };
  DataKey NewDataKey(absl::string_view subject, Random& random) const;
  // DATA_LOSS, reason KEY_DAMAGED.
  absl::StatusOr<std::string> Unwrap(absl::string_view subject, absl::string_view wrapped) const;

  // Keyed hash of an identifier or search term; `purpose` keeps kinds apart, such as "nhs-number".
  Digest Index(absl::string_view purpose, absl::string_view value) const;

 private:
  KeyRing(std::string origin, std::string master, std::string index, SigningKey signing)
      : origin_(std::move(origin)),
        master_(std::move(master)),
        index_(std::move(index)),
        signing_key_(std::move(signing)) {}

  std::string origin_;
  std::string master_;
  std::string index_;
  SigningKey signing_key_;
};

}  // namespace fosse::audit

#endif  // FOSSE_AUDIT_KEYS_H_
