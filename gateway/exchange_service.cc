#include <algorithm>
#include <string>
#include <utility>

#include "base/status.h"
#include "fosse/v1/exchange.grpc.pb.h"
#include "gateway/authorisation.h"
#include "gateway/services.h"
#include "gateway/stream.h"
#include "gateway/unary.h"

namespace fosse::gateway {
namespace {

using Wire = grpc::ByteBuffer;
using Base = v1::ExchangeService::WithRawCallbackMethod_Submit<
    v1::ExchangeService::WithRawCallbackMethod_SubmitStream<
        v1::ExchangeService::WithRawCallbackMethod_Check<v1::ExchangeService::Service>>>;

// Messages of one stream that are being decided, or whose answer the caller has not taken yet.
constexpr int kMostOnStream = 64;

// Messages and answers on one stream. While kMostOnStream are under way nothing more is read, so a
// caller that does not take its answers fills its own pipe and nothing here.
class SubmitStreamCall : public Stream<BidiReactor> {
 public:
  using Stream::Stream;

  void OnReadDone(bool ok) override {
    if (!ok) return End(absl::OkStatus());  // The caller has no more; it still gets its answers.
    v1::SubmitStreamRequest request;
    if (const absl::Status read = ReadMessage(incoming_, request); !read.ok()) return End(read);
    {
      absl::MutexLock lock(&mutex_);
      if (end_.has_value()) return;  // Stopping: not taken, so not answered.
      ++deciding_;
      ++under_way_;
    }
    Decide(std::move(*request.mutable_envelope()));
    ReadWhenThereIsRoom();
  }

  void Drain() override {
    End(MakeError(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
                  "the gateway is stopping; connect again"));
  }

 protected:
  void Open() override { ReadWhenThereIsRoom(); }

  void Sent() override {
    {
      absl::MutexLock lock(&mutex_);
      --under_way_;
      if (!paused_) return;
      paused_ = false;
    }
    ReadWhenThereIsRoom();
  }

 private:
  void ReadWhenThereIsRoom() {
    {
      absl::MutexLock lock(&mutex_);
      if (end_.has_value()) return;
      paused_ = under_way_ >= kMostOnStream;
      if (paused_) return;
    }
    UnlessEnding([this] { StartRead(&incoming_); });
  }

  void Decide(v1::Envelope envelope) {
    auto answered = [self = std::static_pointer_cast<SubmitStreamCall>(shared_from_this()),
                     id = envelope.message_id()](absl::StatusOr<v1::Receipt> receipt) {
      self->Answer(id, std::move(receipt));
    };
    Admitted now;
    absl::Status status = AdmitAgain(now);
    if (status.ok()) status = AuthoriseBody(*now.participant, envelope);
    if (!status.ok()) {
      gate().CountRefusal(method(), now.caller.participant, ReasonOf(status));
      return answered(status);
    }
    const absl::Time deadline = std::min(admitted().deadline, gate().clock().Now() + kMessageTime);
    gate().engine().Submit(now.caller, std::move(envelope), deadline, std::move(answered));
  }

  void Answer(const std::string& message_id, absl::StatusOr<v1::Receipt> receipt) {
    v1::SubmitStreamResponse response;
    response.set_message_id(message_id);
    if (receipt.ok()) {
      *response.mutable_receipt() = *std::move(receipt);
    } else {
      const grpc::Status refusal = ToGrpc(receipt.status());
      response.set_error_code(refusal.error_code());
      response.set_error_reason(ReasonOf(receipt.status()));
      if (response.error_reason().empty()) response.set_error_reason("INTERNAL");
    }
    Send(WriteMessage(response));
    absl::MutexLock lock(&mutex_);
    --deciding_;
    if (end_.has_value() && deciding_ == 0) Close(*end_);
  }

  // No more messages are taken; the stream ends when those taken are answered.
  void End(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    if (!end_.has_value()) end_ = status;
    if (deciding_ == 0) Close(*end_);
  }

  Wire incoming_;
  // Before the lock of Stream, never after it.
  absl::Mutex mutex_;
  int deciding_ ABSL_GUARDED_BY(mutex_) = 0;   // With the engine.
  int under_way_ ABSL_GUARDED_BY(mutex_) = 0;  // With the engine, or an answer not yet sent.
  bool paused_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
};

class ExchangeServiceOverEngine final : public Base {
 public:
  explicit ExchangeServiceOverEngine(Gate& gate) : gate_(gate) {}

  grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context, const Wire* request,
                                   Wire* response) override {
    return ServeUnary<v1::SubmitRequest, v1::SubmitResponse>(
        gate_, Method::kSubmit, context, request, response,
        [this](const Admitted& caller, v1::SubmitRequest message,
               engine::Done<v1::SubmitResponse> done) {
          if (absl::Status status = AuthoriseBody(*caller.participant, message.envelope());
              !status.ok()) {
            return done(status);
          }
          gate_.engine().Submit(caller.caller, std::move(*message.mutable_envelope()),
                                caller.deadline,
                                [done = std::move(done)](absl::StatusOr<v1::Receipt> receipt) {
                                  if (!receipt.ok()) return done(receipt.status());
                                  v1::SubmitResponse answer;
                                  *answer.mutable_receipt() = *std::move(receipt);
                                  done(std::move(answer));
                                });
        });
  }

  BidiReactor* SubmitStream(grpc::CallbackServerContext* context) override {
    return SubmitStreamCall::Run(
        std::make_shared<SubmitStreamCall>(gate_, Method::kSubmitStream, context), context);
  }

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context, const Wire* request,
                                  Wire* response) override {
    return ServeUnary<v1::CheckRequest, v1::CheckResponse>(
        gate_, Method::kCheck, context, request, response,
        [this](const Admitted& caller, v1::CheckRequest message,
               engine::Done<v1::CheckResponse> done) {
          if (absl::Status status = AuthoriseBody(*caller.participant, message.envelope());
              !status.ok()) {
            return done(status);
          }
          gate_.engine().Check(caller.caller, std::move(*message.mutable_envelope()),
                               caller.deadline, std::move(done));
        });
  }

 private:
  Gate& gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeExchangeService(Gate& gate) {
  return std::make_unique<ExchangeServiceOverEngine>(gate);
}

}  // namespace fosse::gateway
