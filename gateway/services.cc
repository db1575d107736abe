#include "gateway/services.h"

#include "fosse/v1/audit.grpc.pb.h"
#include "fosse/v1/care_records.grpc.pb.h"
#include "fosse/v1/directories.grpc.pb.h"
#include "fosse/v1/exchange.grpc.pb.h"
#include "fosse/v1/mailbox.grpc.pb.h"
#include "fosse/v1/reports.grpc.pb.h"
#include "fosse/v1/rulebooks.grpc.pb.h"
#include "fosse/v1/training.grpc.pb.h"

namespace fosse::gateway {

std::vector<std::unique_ptr<grpc::Service>> MakeServices(Gate& gate) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(MakeExchangeService(gate));
  services.push_back(MakeMailboxService(gate));
  services.push_back(MakeCareRecordsService(gate));
  services.push_back(MakeAuditService(gate));
  services.push_back(MakeRulebooksService(gate));
  services.push_back(MakeDirectoryService(gate));
  services.push_back(MakeReportsService(gate));
  services.push_back(MakeTrainingService(gate));
  return services;
}

std::vector<absl::string_view> ServiceNames() {
  return {v1::ExchangeService::service_full_name(),    v1::MailboxService::service_full_name(),
          v1::CareRecordsService::service_full_name(), v1::AuditService::service_full_name(),
          v1::RulebooksService::service_full_name(),   v1::DirectoryService::service_full_name(),
          v1::ReportsService::service_full_name(),     v1::TrainingService::service_full_name()};
}

}  // namespace fosse::gateway
