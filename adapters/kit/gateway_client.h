#ifndef FOSSE_ADAPTERS_KIT_GATEWAY_CLIENT_H_
#define FOSSE_ADAPTERS_KIT_GATEWAY_CLIENT_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/kit/answer.h"
#include "adapters/kit/config.pb.h"
#include "fosse/v1/audit.grpc.pb.h"
#include "fosse/v1/care_records.grpc.pb.h"
#include "fosse/v1/envelope.pb.h"
#include "fosse/v1/exchange.grpc.pb.h"
#include "fosse/v1/mailbox.grpc.pb.h"
#include "fosse/v1/receipt.pb.h"
#include "fosse/v1/training.grpc.pb.h"

namespace fosse::adapters {

// The gateway over mutual TLS. Reconnects by itself. Thread-safe.
class GatewayClient {
 public:
  // FAILED_PRECONDITION, reason CREDENTIALS_UNREADABLE.
  static absl::StatusOr<std::unique_ptr<GatewayClient>> Create(const AdapterConfig& config);

  // Calls back from a thread of gRPC with exactly one of the two.
  using Answered = std::function<void(const v1::Receipt* receipt, const Refusal* refusal)>;
  void Submit(v1::Envelope envelope, absl::Duration timeout, Answered answered);

  // The same for a page of delegations, read in the name of the request's reader.
  void ListDelegations(
      v1::ListDelegationsRequest request, absl::Duration timeout,
      std::function<void(const v1::ListDelegationsResponse*, const Refusal*)> answered);

  // And for a page of the trail.
  void SearchTrail(v1::SearchRequest request, absl::Duration timeout,
                   std::function<void(const v1::SearchResponse*, const Refusal*)> answered);

  // And for pages of the training register.
  void ListTrainingQueue(
      v1::ListTrainingQueueRequest request, absl::Duration timeout,
      std::function<void(const v1::ListTrainingQueueResponse*, const Refusal*)> answered);
  void ListCompetencies(
      v1::ListCompetenciesRequest request, absl::Duration timeout,
      std::function<void(const v1::ListCompetenciesResponse*, const Refusal*)> answered);

  v1::MailboxService::Stub& mailbox() { return *mailbox_; }

 private:
  explicit GatewayClient(std::shared_ptr<grpc::Channel> channel);

  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::ExchangeService::Stub> exchange_;
  std::unique_ptr<v1::MailboxService::Stub> mailbox_;
  std::unique_ptr<v1::CareRecordsService::Stub> records_;
  std::unique_ptr<v1::AuditService::Stub> audit_;
  std::unique_ptr<v1::TrainingService::Stub> training_;
};

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_GATEWAY_CLIENT_H_
