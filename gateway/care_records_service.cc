#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/status.h"
#include "fosse/v1/care_records.grpc.pb.h"
#include "gateway/authorisation.h"
#include "gateway/services.h"
#include "gateway/stream.h"
#include "gateway/unary.h"

namespace fosse::gateway {
namespace {

using Wire = grpc::ByteBuffer;
using Base = v1::CareRecordsService::WithRawCallbackMethod_GetPerson<
    v1::CareRecordsService::WithRawCallbackMethod_ListDelegations<
        v1::CareRecordsService::WithRawCallbackMethod_Watch<
            v1::CareRecordsService::WithRawCallbackMethod_StateAt<
                v1::CareRecordsService::Service>>>>;

// One person followed. The engine gives the next change only once the one before was written, so
// what waits here is one response.
class WatchCall : public Stream<WriteReactor> {
 public:
  WatchCall(Gate& gate, grpc::CallbackServerContext* context, const Wire& request)
      : Stream(gate, Method::kWatch, context), read_(ReadMessage(request, request_)) {}

  void Drain() override {
    CloseNow(MakeError(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
                       "the gateway is stopping; connect again"));
  }

 protected:
  void Open() override {
    absl::Status status = read_;
    if (status.ok()) status = AuthoriseReader(*admitted().participant, request_.reader());
    if (!status.ok()) return CloseNow(status);
    std::shared_ptr<engine::Engine::Watch> watch = gate().engine().StartWatch(
        admitted().caller, request_,
        [weak = weak_from_this()](absl::StatusOr<v1::WatchResponse> change) {
          if (const auto call = std::static_pointer_cast<WatchCall>(weak.lock())) {
            call->Tell(std::move(change));
          }
        });
    absl::MutexLock lock(&mutex_);
    watch_ = std::move(watch);
    if (done_) return gate().engine().StopWatch(watch_);
    if (!sent_early_) return;
    sent_early_ = false;
    gate().engine().WatchTaken(watch_);
  }

  void Sent() override {
    absl::MutexLock lock(&mutex_);
    // The first response may be written before the engine has given the watch.
    sent_early_ = watch_ == nullptr;
    if (!sent_early_) gate().engine().WatchTaken(watch_);
  }

  void Done() override {
    absl::MutexLock lock(&mutex_);
    done_ = true;
    if (watch_ != nullptr) gate().engine().StopWatch(watch_);
  }

 private:
  void Tell(absl::StatusOr<v1::WatchResponse> change) {
    if (!change.ok()) return Close(change.status());
    // A participant that was taken out of the directory gets nothing more on an old connection.
    Admitted now;
    absl::Status status = AdmitAgain(now);
    if (status.ok()) status = AuthoriseReader(*now.participant, request_.reader());
    if (!status.ok()) return CloseNow(status);
    Send(WriteMessage(*change));
  }

  v1::WatchRequest request_;
  const absl::Status read_;

  // Never together with the lock of Stream.
  absl::Mutex mutex_;
  std::shared_ptr<engine::Engine::Watch> watch_ ABSL_GUARDED_BY(mutex_);
  bool sent_early_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
};

class CareRecordsServiceOverEngine final : public Base {
 public:
  explicit CareRecordsServiceOverEngine(Gate& gate) : gate_(gate) {}

  grpc::ServerUnaryReactor* GetPerson(grpc::CallbackServerContext* context, const Wire* request,
                                      Wire* response) override {
    return ServeUnary<v1::GetPersonRequest, v1::GetPersonResponse>(
        gate_, Method::kGetPerson, context, request, response,
        [this](const Admitted& caller, v1::GetPersonRequest message,
               engine::Done<v1::GetPersonResponse> done) {
          if (absl::Status status = AuthoriseReader(*caller.participant, message.reader());
              !status.ok()) {
            return done(status);
          }
          gate_.engine().GetPerson(caller.caller, std::move(message), std::move(done));
        });
  }

  grpc::ServerUnaryReactor* ListDelegations(grpc::CallbackServerContext* context,
                                            const Wire* request, Wire* response) override {
    return ServeUnary<v1::ListDelegationsRequest, v1::ListDelegationsResponse>(
        gate_, Method::kListDelegations, context, request, response,
        [this](const Admitted& caller, v1::ListDelegationsRequest message,
               engine::Done<v1::ListDelegationsResponse> done) {
          if (absl::Status status = AuthoriseReader(*caller.participant, message.reader());
              !status.ok()) {
            return done(status);
          }
          gate_.engine().ListDelegations(caller.caller, std::move(message), std::move(done));
        });
  }

  WriteReactor* Watch(grpc::CallbackServerContext* context, const Wire* request) override {
    return WatchCall::Run(std::make_shared<WatchCall>(gate_, context, *request), context);
  }

  grpc::ServerUnaryReactor* StateAt(grpc::CallbackServerContext* context, const Wire* request,
                                    Wire* response) override {
    return ServeUnary<v1::StateAtRequest, v1::StateAtResponse>(
        gate_, Method::kStateAt, context, request, response,
        [this](const Admitted& caller, v1::StateAtRequest message,
               engine::Done<v1::StateAtResponse> done) {
          if (absl::Status status = AuthoriseReader(*caller.participant, message.reader());
              !status.ok()) {
            return done(status);
          }
          gate_.engine().StateAt(caller.caller, std::move(message), std::move(done));
        });
  }

 private:
  Gate& gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeCareRecordsService(Gate& gate) {
  return std::make_unique<CareRecordsServiceOverEngine>(gate);
}

}  // namespace fosse::gateway
