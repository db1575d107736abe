#include "adapters/gp/doors.h"

#include <string>
#include <vector>

#include "adapters/fhir/door.h"
#include "adapters/gp/page/practice_door.h"
#include "adapters/mesh/courier.h"
#include "base/status.h"

namespace fosse::adapters::gp {
namespace {

struct Doors {
  ~Doors() {
    if (courier != nullptr) courier->Stop();  // Before the loop that it tells.
  }
  std::unique_ptr<mesh::Courier> courier;
  std::unique_ptr<DeliveryLoop> loop;
  std::unique_ptr<page::PracticeDoor> page;
  std::unique_ptr<fhir::FhirDoor> fhir;  // Goes first.
};

Attempt Deliver(Adapter& adapter, mesh::Courier* courier, const v1::Delivery& delivery) {
  const std::string& recipient = delivery.recipient();
  if (!adapter.EndpointOf(recipient).empty()) return fhir::PostDelivery(adapter, delivery);
  if (courier != nullptr && courier->Serves(recipient)) return courier->Post(delivery);
  if (page::PracticeDoor::Serves(adapter.config, recipient)) {
    return {.result = Attempt::Result::kWorkList, .detail_code = ""};
  }
  return fhir::PostDelivery(adapter, delivery);
}

}  // namespace

absl::StatusOr<std::shared_ptr<void>> OpenDoors(Adapter& adapter) {
  auto doors = std::make_shared<Doors>();
  if (adapter.config.has_mesh()) {
    FOSSE_ASSIGN_OR_RETURN(doors->courier, mesh::Courier::Create(adapter));
  }
  doors->loop = std::make_unique<DeliveryLoop>(
      *adapter.outbox, *adapter.gateway, adapter.random,
      std::vector<std::string>(adapter.config.recipients().begin(),
                               adapter.config.recipients().end()),
      [&adapter, courier = doors->courier.get()](const v1::Delivery& delivery) {
        return Deliver(adapter, courier, delivery);
      },
      adapter.PaceOfDeliveries());
  if (doors->courier != nullptr) doors->courier->Start(*doors->loop);
  if (adapter.config.has_page()) {
    FOSSE_ASSIGN_OR_RETURN(doors->page, page::PracticeDoor::Listen(adapter, *doors->loop));
  }
  FOSSE_ASSIGN_OR_RETURN(doors->fhir, fhir::FhirDoor::Listen(adapter, "fosse-gp"));
  return std::static_pointer_cast<void>(doors);
}

}  // namespace fosse::adapters::gp
