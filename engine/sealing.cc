#include "engine/sealing.h"

#include <optional>

#include "audit/seal.h"
#include "base/status.h"

namespace fosse::engine {

std::string SealMessage(const store::RecordKey& subject, absl::string_view data_key,
                        absl::string_view purpose, const google::protobuf::MessageLite& message,
                        Random& random) {
  return audit::SealFor(subject.key, data_key, purpose, message.SerializeAsString(), random);
}

absl::Status OpenMessage(const store::RecordKey& subject, absl::string_view data_key,
                         absl::string_view purpose, absl::string_view sealed,
                         google::protobuf::MessageLite& message) {
  FOSSE_ASSIGN_OR_RETURN(const std::string plain,
                         audit::OpenFor(subject.key, data_key, purpose, sealed));
  if (!message.ParseFromString(plain)) {
    return MakeError(absl::StatusCode::kDataLoss, "STORE_DAMAGED",
                     "what the store keeps is not what was sealed");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadDataKey(store::Reader& reader, const audit::KeyRing& keys,
                                        const store::RecordKey& subject) {
  FOSSE_ASSIGN_OR_RETURN(const std::optional<std::string> wrapped, reader.ReadKey(subject));
  if (!wrapped.has_value()) return std::string();
  return keys.Unwrap(subject.key, *wrapped);
}

absl::Status ReadAndOpen(store::Reader& reader, const audit::KeyRing& keys,
                         const store::RecordKey& subject, absl::string_view purpose,
                         absl::string_view sealed, google::protobuf::MessageLite& message) {
  FOSSE_ASSIGN_OR_RETURN(const std::string key, ReadDataKey(reader, keys, subject));
  if (key.empty()) {
    return MakeError(absl::StatusCode::kDataLoss, "KEY_MISSING",
                     "the store has sealed bytes of a subject without a key");
  }
  return OpenMessage(subject, key, purpose, sealed, message);
}

}  // namespace fosse::engine
