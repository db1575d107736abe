#include <utility>

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

// Says NOT_BUILT to those who may call it.
class WatchCall : public Stream<WriteReactor> {
 public:
  using Stream::Stream;
  void Drain() override { CloseNow(NotBuilt()); }

 protected:
  void Open() override { CloseNow(NotBuilt()); }
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

  WriteReactor* Watch(grpc::CallbackServerContext* context, const Wire*) override {
    return WatchCall::Run(std::make_shared<WatchCall>(gate_, Method::kWatch, context), context);
  }

  grpc::ServerUnaryReactor* StateAt(grpc::CallbackServerContext* context, const Wire* request,
                                    Wire* response) override {
    return ServeUnbuilt<v1::StateAtRequest, v1::StateAtResponse>(gate_, Method::kStateAt, context,
                                                                 request, response);
  }

 private:
  Gate& gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeCareRecordsService(Gate& gate) {
  return std::make_unique<CareRecordsServiceOverEngine>(gate);
}

}  // namespace fosse::gateway
