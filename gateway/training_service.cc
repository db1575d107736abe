#include <memory>
#include <utility>

#include "fosse/v1/training.grpc.pb.h"
#include "gateway/authorisation.h"
#include "gateway/services.h"
#include "gateway/unary.h"

namespace fosse::gateway {
namespace {

using Wire = grpc::ByteBuffer;
using Base = v1::TrainingService::WithRawCallbackMethod_ListTrainingQueue<
    v1::TrainingService::WithRawCallbackMethod_ListCompetencies<v1::TrainingService::Service>>;

class TrainingServiceOverEngine final : public Base {
 public:
  explicit TrainingServiceOverEngine(Gate& gate) : gate_(gate) {}

  grpc::ServerUnaryReactor* ListTrainingQueue(grpc::CallbackServerContext* context,
                                              const Wire* request, Wire* response) override {
    return Serve<v1::ListTrainingQueueRequest, v1::ListTrainingQueueResponse>(
        Method::kListTrainingQueue, &engine::Engine::ListTrainingQueue, context, request, response);
  }

  grpc::ServerUnaryReactor* ListCompetencies(grpc::CallbackServerContext* context,
                                             const Wire* request, Wire* response) override {
    return Serve<v1::ListCompetenciesRequest, v1::ListCompetenciesResponse>(
        Method::kListCompetencies, &engine::Engine::ListCompetencies, context, request, response);
  }

 private:
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Serve(Method method,
                                  void (engine::Engine::*read)(const engine::Caller&, Request,
                                                               engine::Done<Response>),
                                  grpc::CallbackServerContext* context, const Wire* request,
                                  Wire* response) {
    return ServeUnary<Request, Response>(
        gate_, method, context, request, response,
        [this, read](const Admitted& caller, Request message, engine::Done<Response> done) {
          if (absl::Status status = AuthoriseReader(*caller.participant, message.reader());
              !status.ok()) {
            return done(status);
          }
          (gate_.engine().*read)(caller.caller, std::move(message), std::move(done));
        });
  }

  Gate& gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeTrainingService(Gate& gate) {
  return std::make_unique<TrainingServiceOverEngine>(gate);
}

}  // namespace fosse::gateway
