#ifndef FOSSE_GATEWAY_STATUS_BRIDGE_H_
#define FOSSE_GATEWAY_STATUS_BRIDGE_H_

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace fosse::gateway {

// The only place where a gRPC status is made. Code and sentence are those of `status`; the details
// are a google.rpc.Status with an ErrorInfo (reason, domain "fosse", metadata) and, where waiting
// helps, a RetryInfo.
//
// An error that MakeError() did not make comes from a library and may say anything, so it goes out
// as its code with reason INTERNAL and a fixed sentence (CTL-26). Thread-safe.
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace fosse::gateway

#endif  // FOSSE_GATEWAY_STATUS_BRIDGE_H_
