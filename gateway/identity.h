#ifndef FOSSE_GATEWAY_IDENTITY_H_
#define FOSSE_GATEWAY_IDENTITY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "care/directory.h"
#include "fosse/v1/directory.pb.h"
#include "grpcpp/security/auth_context.h"

// Who is at the other end (CTL-01): never taken from a message, only from the verified certificate.
namespace fosse::gateway {

// URI subject alternative names of the peer's certificate. Empty where the peer showed none.
std::vector<std::string> CertificateNames(const grpc::AuthContext& context);

// The one participant that these names belong to; it lives as long as `directory`. UNAUTHENTICATED:
// CERTIFICATE_UNKNOWN, no name is in the directory; CERTIFICATE_AMBIGUOUS, names of two
// participants.
absl::StatusOr<const v1::Participant*> ParticipantOf(absl::Span<const std::string> names,
                                                     const care::Directory& directory);

}  // namespace fosse::gateway

#endif  // FOSSE_GATEWAY_IDENTITY_H_
