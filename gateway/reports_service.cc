#include <utility>
#include <variant>

#include "fosse/v1/reports.grpc.pb.h"
#include "gateway/services.h"
#include "gateway/unary.h"

// Figures for the board and audit teams; precedents and reconciliations for all who exchange.
namespace fosse::gateway {
namespace {

using Wire = grpc::ByteBuffer;
using Base = v1::ReportsService::WithRawCallbackMethod_GetTrainingFigures<
    v1::ReportsService::WithRawCallbackMethod_GetDelegationFigures<
        v1::ReportsService::WithRawCallbackMethod_GetThemes<
            v1::ReportsService::WithRawCallbackMethod_GetEqualityReturn<
                v1::ReportsService::WithRawCallbackMethod_ListPrecedents<
                    v1::ReportsService::WithRawCallbackMethod_GetReconciliation<
                        v1::ReportsService::Service>>>>>>;

class ReportsServiceOverEngine final : public Base {
 public:
  explicit ReportsServiceOverEngine(Gate& gate) : gate_(gate) {}

  grpc::ServerUnaryReactor* GetTrainingFigures(grpc::CallbackServerContext* context,
                                               const Wire* request, Wire* response) override {
    return Serve<v1::GetTrainingFiguresRequest, v1::GetTrainingFiguresResponse>(
        Method::kGetTrainingFigures, context, request, response);
  }
  grpc::ServerUnaryReactor* GetDelegationFigures(grpc::CallbackServerContext* context,
                                                 const Wire* request, Wire* response) override {
    return Serve<v1::GetDelegationFiguresRequest, v1::GetDelegationFiguresResponse>(
        Method::kGetDelegationFigures, context, request, response);
  }
  grpc::ServerUnaryReactor* GetThemes(grpc::CallbackServerContext* context, const Wire* request,
                                      Wire* response) override {
    return Serve<v1::GetThemesRequest, v1::GetThemesResponse>(Method::kGetThemes, context, request,
                                                              response);
  }
  grpc::ServerUnaryReactor* GetEqualityReturn(grpc::CallbackServerContext* context,
                                              const Wire* request, Wire* response) override {
    return Serve<v1::GetEqualityReturnRequest, v1::GetEqualityReturnResponse>(
        Method::kGetEqualityReturn, context, request, response);
  }
  grpc::ServerUnaryReactor* ListPrecedents(grpc::CallbackServerContext* context,
                                           const Wire* request, Wire* response) override {
    return Serve<v1::ListPrecedentsRequest, v1::ListPrecedentsResponse>(Method::kListPrecedents,
                                                                        context, request, response);
  }
  grpc::ServerUnaryReactor* GetReconciliation(grpc::CallbackServerContext* context,
                                              const Wire* request, Wire* response) override {
    return Serve<v1::GetReconciliationRequest, v1::GetReconciliationResponse>(
        Method::kGetReconciliation, context, request, response);
  }

 private:
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Serve(Method method, grpc::CallbackServerContext* context,
                                  const Wire* request, Wire* response) {
    return ServeUnary<Request, Response>(
        gate_, method, context, request, response,
        [this](const Admitted& caller, Request message, engine::Done<Response> done) {
          gate_.engine().Report(
              caller.caller, std::move(message),
              [done = std::move(done)](absl::StatusOr<engine::ReportAnswer> answer) {
                if (!answer.ok()) return done(std::move(answer).status());
                done(std::get<Response>(std::move(answer->response)));
              });
        });
  }

  Gate& gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeReportsService(Gate& gate) {
  return std::make_unique<ReportsServiceOverEngine>(gate);
}

}  // namespace fosse::gateway
