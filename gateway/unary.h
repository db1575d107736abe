#ifndef FOSSE_GATEWAY_UNARY_H_
#define FOSSE_GATEWAY_UNARY_H_

#include <utility>

#include "absl/status/statusor.h"
#include "gateway/gate.h"
#include "gateway/status_bridge.h"
#include "gateway/wire.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

namespace fosse::gateway {

// Serves one unary call: lets the caller in, reads the request, has it handled, answers.
//
// `handle(const Admitted&, Request, engine::Done<Response>)` calls the last exactly once, now or
// later, on any thread.
template <typename Request, typename Response, typename Handle>
grpc::ServerUnaryReactor* ServeUnary(Gate& gate, Method method,
                                     grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                     Handle handle) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const absl::Duration began = gate.clock().Monotonic();
  gate.CallBegan(method);
  const auto finish = [&gate, method, reactor, began](absl::string_view participant,
                                                      const absl::Status& status) {
    gate.CallEnded(method, participant, status, gate.clock().Monotonic() - began);
    // Last: from here on reactor and response may be gone.
    reactor->Finish(ToGrpc(status));
  };

  Admitted admitted;
  absl::Status status = gate.Admit(method, *context, admitted);
  Request message;
  if (status.ok()) status = ReadMessage(*request, message);
  if (!status.ok()) {
    finish(admitted.caller.participant, status);
    return reactor;
  }
  // The answer may come while `handle` still runs, so it must not refer to anything here.
  handle(admitted, std::move(message),
         [finish, response,
          participant = admitted.caller.participant](absl::StatusOr<Response> answer) {
           if (answer.ok()) *response = WriteMessage(*answer);
           finish(participant, answer.status());
         });
  return reactor;
}

// A method of the contract that is not built yet says so, to callers that may call it.
template <typename Request, typename Response>
grpc::ServerUnaryReactor* ServeUnbuilt(Gate& gate, Method method,
                                       grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) {
  return ServeUnary<Request, Response>(
      gate, method, context, request, response,
      [](const Admitted&, Request, const engine::Done<Response>& done) { done(NotBuilt()); });
}

}  // namespace fosse::gateway

#endif  // FOSSE_GATEWAY_UNARY_H_
