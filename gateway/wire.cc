#include "gateway/wire.h"

#include "base/status.h"
#include "grpcpp/impl/codegen/proto_utils.h"

namespace fosse::gateway {

absl::Status ReadMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message) {
  grpc::ByteBuffer copy = bytes;  // Shares the slices; the reader empties its buffer.
  if (bytes.Valid() &&
      grpc::GenericDeserialize<grpc::ProtoBufferReader, google::protobuf::Message>(&copy, &message)
          .ok()) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kInvalidArgument, "MESSAGE_UNREADABLE",
                   "the bytes are not a message of the contract");
}

grpc::ByteBuffer WriteMessage(const google::protobuf::Message& message) {
  grpc::ByteBuffer bytes;
  bool own = false;
  // Fails only beyond 2 GiB, which no answer comes near.
  FOSSE_CHECK(grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::Message>(
                  message, &bytes, &own)
                  .ok());
  return bytes;
}

}  // namespace fosse::gateway
