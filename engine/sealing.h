#ifndef FOSSE_ENGINE_SEALING_H_
#define FOSSE_ENGINE_SEALING_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/keys.h"
#include "base/random.h"
#include "google/protobuf/message_lite.h"
#include "store/store.h"

// Contract messages as sealed bytes of one subject, and back (CTL-23).
namespace fosse::engine {

// Bytes of `message`, sealed under a subject's data key for one purpose (audit/seal.h).
std::string SealMessage(const store::RecordKey& subject, absl::string_view data_key,
                        absl::string_view purpose, const google::protobuf::MessageLite& message,
                        Random& random);

// DATA_LOSS, reason SEAL_BROKEN or STORE_DAMAGED, where the bytes are not those once sealed.
absl::Status OpenMessage(const store::RecordKey& subject, absl::string_view data_key,
                         absl::string_view purpose, absl::string_view sealed,
                         google::protobuf::MessageLite& message);

// The subject's data key; empty where the subject has none yet. DATA_LOSS, reason KEY_DAMAGED.
absl::StatusOr<std::string> ReadDataKey(store::Reader& reader, const audit::KeyRing& keys,
                                        const store::RecordKey& subject);

// Reads the subject's key and opens. DATA_LOSS, reason KEY_MISSING, where there is no key.
absl::Status ReadAndOpen(store::Reader& reader, const audit::KeyRing& keys,
                         const store::RecordKey& subject, absl::string_view purpose,
                         absl::string_view sealed, google::protobuf::MessageLite& message);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_SEALING_H_
