#ifndef FOSSE_ADAPTERS_GP_DOORS_H_
#define FOSSE_ADAPTERS_GP_DOORS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "adapters/kit/adapter.h"

namespace fosse::adapters::gp {

// Opens what the config names: the FHIR door, MESH, the practice page. A recipient is reached by
// its endpoint, else over MESH, else on the page, where its items wait until a clinician reads
// them. Gives what keeps all of it open.
absl::StatusOr<std::shared_ptr<void>> OpenDoors(Adapter& adapter);

}  // namespace fosse::adapters::gp

#endif  // FOSSE_ADAPTERS_GP_DOORS_H_
