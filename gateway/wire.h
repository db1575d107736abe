#ifndef FOSSE_GATEWAY_WIRE_H_
#define FOSSE_GATEWAY_WIRE_H_

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"

namespace fosse::gateway {

// Reads a message. Services take raw bytes because the library answers unreadable ones with
// INTERNAL, as if the fault were ours (FLT-29). INVALID_ARGUMENT, reason MESSAGE_UNREADABLE: not
// protobuf, text that is not UTF-8, or nested too deep. Thread-safe.
absl::Status ReadMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message);

// The bytes of a message.
grpc::ByteBuffer WriteMessage(const google::protobuf::Message& message);

}  // namespace fosse::gateway

#endif  // FOSSE_GATEWAY_WIRE_H_
