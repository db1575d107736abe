#include "gateway/identity.h"

#include "base/status.h"
#include "grpc/grpc_security_constants.h"

namespace fosse::gateway {

std::vector<std::string> CertificateNames(const grpc::AuthContext& context) {
  std::vector<std::string> names;
  for (const grpc::string_ref& name : context.FindPropertyValues(GRPC_PEER_URI_PROPERTY_NAME)) {
    names.emplace_back(name.data(), name.size());
  }
  return names;
}

absl::StatusOr<const v1::Participant*> ParticipantOf(absl::Span<const std::string> names,
                                                     const care::Directory& directory) {
  const v1::Participant* found = nullptr;
  for (const std::string& name : names) {
    const v1::Participant* const participant = directory.FindByCertificateName(name);
    if (participant == nullptr || participant == found) continue;
    if (found != nullptr) {
      return MakeError(absl::StatusCode::kUnauthenticated, "CERTIFICATE_AMBIGUOUS",
                       "the certificate names more than one participant");
    }
    found = participant;
  }
  if (found == nullptr) {
    return MakeError(absl::StatusCode::kUnauthenticated, "CERTIFICATE_UNKNOWN",
                     "the certificate names no participant of the directory in force");
  }
  return found;
}

}  // namespace fosse::gateway
