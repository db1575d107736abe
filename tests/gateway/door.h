#ifndef FOSSE_TESTS_GATEWAY_DOOR_H_
#define FOSSE_TESTS_GATEWAY_DOOR_H_

#include <memory>
#include <string>

#include "fosse/v1/exchange.grpc.pb.h"
#include "fosse/v1/rulebooks.grpc.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "gtest/gtest.h"
#include "tests/gateway/test_gateway.h"

namespace fosse {

// A gateway for a whole suite, and calls to it over mutual TLS.
class DoorTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { gateway_ = new TestGateway(); }
  static void TearDownTestSuite() {
    delete gateway_;
    gateway_ = nullptr;
  }

  static grpc::Status Submit(const std::shared_ptr<grpc::Channel>& channel,
                             const v1::Envelope& envelope, v1::Receipt* receipt = nullptr) {
    v1::SubmitRequest request;
    *request.mutable_envelope() = envelope;
    v1::SubmitResponse response;
    const auto context = Soon();
    const grpc::Status status =
        v1::ExchangeService::NewStub(channel)->Submit(context.get(), request, &response);
    if (receipt != nullptr) *receipt = response.receipt();
    return status;
  }

  // A call that everybody with a known certificate may make.
  static grpc::Status Ask(const std::shared_ptr<grpc::Channel>& channel) {
    v1::GetRulebookResponse response;
    const auto context = Soon();
    return v1::RulebooksService::NewStub(channel)->GetRulebook(context.get(),
                                                               v1::GetRulebookRequest(), &response);
  }

  // A unary call of `method` with these bytes as its request.
  static grpc::Status SendBytes(const std::string& method, const std::string& bytes) {
    grpc::GenericStub stub(gateway_->ConnectAs("RT5"));
    const grpc::Slice slice(bytes);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    grpc::CompletionQueue queue;
    const auto context = Soon();
    const auto call = stub.PrepareUnaryCall(context.get(), method, request, &queue);
    call->StartCall();
    grpc::Status status;
    call->Finish(&response, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    return status;
  }

  static inline TestGateway* gateway_ = nullptr;
};

}  // namespace fosse

#endif  // FOSSE_TESTS_GATEWAY_DOOR_H_
