#ifndef FOSSE_GATEWAY_SERVICES_H_
#define FOSSE_GATEWAY_SERVICES_H_

#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/gate.h"
#include "grpcpp/impl/codegen/service_type.h"

namespace fosse::gateway {

// The services of the contract, each a few lines over the engine. The Gate outlives them.
std::unique_ptr<grpc::Service> MakeExchangeService(Gate& gate);
std::unique_ptr<grpc::Service> MakeMailboxService(Gate& gate);
std::unique_ptr<grpc::Service> MakeCareRecordsService(Gate& gate);
std::unique_ptr<grpc::Service> MakeAuditService(Gate& gate);
std::unique_ptr<grpc::Service> MakeRulebooksService(Gate& gate);
std::unique_ptr<grpc::Service> MakeDirectoryService(Gate& gate);
std::unique_ptr<grpc::Service> MakeReportsService(Gate& gate);
std::unique_ptr<grpc::Service> MakeTrainingService(Gate& gate);

// All of them, and their full names.
std::vector<std::unique_ptr<grpc::Service>> MakeServices(Gate& gate);
std::vector<absl::string_view> ServiceNames();

}  // namespace fosse::gateway

#endif  // FOSSE_GATEWAY_SERVICES_H_
