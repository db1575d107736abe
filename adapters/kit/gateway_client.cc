#include "adapters/kit/gateway_client.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/status.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/grpcpp.h"

namespace fosse::adapters {
namespace {

absl::StatusOr<std::string> ReadPem(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file || text.str().empty()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "CREDENTIALS_UNREADABLE",
                     "a certificate or key file cannot be read; check the path in the config");
  }
  return text.str();
}

Refusal RefusalFrom(const grpc::Status& status) {
  Refusal refusal;
  refusal.code = static_cast<absl::StatusCode>(status.error_code());
  refusal.sentence = status.error_message();
  google::rpc::Status details;
  if (details.ParseFromString(status.error_details())) {
    for (const google::protobuf::Any& any : details.details()) {
      google::rpc::ErrorInfo error;
      if (!any.UnpackTo(&error)) continue;
      refusal.reason = error.reason();
      for (const auto& [key, value] : error.metadata()) refusal.metadata.emplace_back(key, value);
    }
  }
  if (refusal.code == absl::StatusCode::kResourceExhausted && refusal.reason.empty()) {
    // Not the gateway's words: the transport's, over its limit of bytes.
    refusal.reason = "MESSAGE_TOO_LARGE";
  }
  std::sort(refusal.metadata.begin(), refusal.metadata.end());
  return refusal;
}

// A method of a stub, the overload with a callback.
template <typename Stub, typename Request, typename Response>
using Method = void (Stub::*)(grpc::ClientContext*, const Request*, Response*,
                              std::function<void(grpc::Status)>);

// One unary call; `told` gets exactly one of the two.
template <typename Response, typename Stub, typename Request>
void Call(Stub* stub, Method<Stub, Request, Response> method, Request request,
          absl::Duration timeout, std::function<void(const Response*, const Refusal*)> told) {
  struct UnderWay {
    grpc::ClientContext context;
    Request request;
    Response response;
    std::function<void(const Response*, const Refusal*)> told;
  };
  auto call = std::make_shared<UnderWay>();
  call->context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  call->request.Swap(&request);
  call->told = std::move(told);
  UnderWay& ours = *call;
  (stub->*method)(&ours.context, &ours.request, &ours.response,
                  [call = std::move(call)](const grpc::Status& status) mutable {
                    const auto tell = std::move(call->told);
                    Response response;
                    response.Swap(&call->response);
                    // The context holds the channel. Whoever is told may let the client go, and the
                    // last holder of a channel must not be the library's own thread: it would wait
                    // for itself.
                    call.reset();
                    if (status.ok()) {
                      tell(&response, nullptr);
                      return;
                    }
                    const Refusal refusal = RefusalFrom(status);
                    tell(nullptr, &refusal);
                  });
}

}  // namespace

absl::StatusOr<std::unique_ptr<GatewayClient>> GatewayClient::Create(const AdapterConfig& config) {
  grpc::SslCredentialsOptions options;
  FOSSE_ASSIGN_OR_RETURN(options.pem_cert_chain, ReadPem(config.credentials().certificate()));
  FOSSE_ASSIGN_OR_RETURN(options.pem_private_key, ReadPem(config.credentials().key()));
  FOSSE_ASSIGN_OR_RETURN(options.pem_root_certs, ReadPem(config.credentials().authority()));
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 500);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  // A gateway that went away without a word is noticed; it takes a ping each 30 seconds.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 40000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10000);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  return std::unique_ptr<GatewayClient>(new GatewayClient(
      grpc::CreateCustomChannel(config.gateway(), grpc::SslCredentials(options), arguments)));
}

GatewayClient::GatewayClient(std::shared_ptr<grpc::Channel> channel)
    : channel_(std::move(channel)),
      exchange_(v1::ExchangeService::NewStub(channel_)),
      mailbox_(v1::MailboxService::NewStub(channel_)),
      records_(v1::CareRecordsService::NewStub(channel_)),
      audit_(v1::AuditService::NewStub(channel_)),
      training_(v1::TrainingService::NewStub(channel_)) {}

void GatewayClient::Submit(v1::Envelope envelope, absl::Duration timeout, Answered answered) {
  v1::SubmitRequest request;
  request.mutable_envelope()->Swap(&envelope);
  Call<v1::SubmitResponse>(
      exchange_->async(), &v1::ExchangeService::Stub::async::Submit, std::move(request), timeout,
      [answered = std::move(answered)](const v1::SubmitResponse* response, const Refusal* refusal) {
        answered(response == nullptr ? nullptr : &response->receipt(), refusal);
      });
}

void GatewayClient::ListDelegations(
    v1::ListDelegationsRequest request, absl::Duration timeout,
    std::function<void(const v1::ListDelegationsResponse*, const Refusal*)> answered) {
  Call<v1::ListDelegationsResponse>(records_->async(),
                                    &v1::CareRecordsService::Stub::async::ListDelegations,
                                    std::move(request), timeout, std::move(answered));
}

void GatewayClient::SearchTrail(
    v1::SearchRequest request, absl::Duration timeout,
    std::function<void(const v1::SearchResponse*, const Refusal*)> answered) {
  Call<v1::SearchResponse>(audit_->async(), &v1::AuditService::Stub::async::Search,
                           std::move(request), timeout, std::move(answered));
}

void GatewayClient::ListTrainingQueue(
    v1::ListTrainingQueueRequest request, absl::Duration timeout,
    std::function<void(const v1::ListTrainingQueueResponse*, const Refusal*)> answered) {
  Call<v1::ListTrainingQueueResponse>(training_->async(),
                                      &v1::TrainingService::Stub::async::ListTrainingQueue,
                                      std::move(request), timeout, std::move(answered));
}

void GatewayClient::ListCompetencies(
    v1::ListCompetenciesRequest request, absl::Duration timeout,
    std::function<void(const v1::ListCompetenciesResponse*, const Refusal*)> answered) {
  Call<v1::ListCompetenciesResponse>(training_->async(),
                                     &v1::TrainingService::Stub::async::ListCompetencies,
                                     std::move(request), timeout, std::move(answered));
}

}  // namespace fosse::adapters
