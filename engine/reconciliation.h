#ifndef FOSSE_ENGINE_RECONCILIATION_H_
#define FOSSE_ENGINE_RECONCILIATION_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/reads.h"
#include "fosse/v1/reports.pb.h"

namespace fosse::engine {

// Most deliveries of one pair on one day that an answer lists.
inline constexpr int kMaxReconciledItems = 10'000;

// How what two organisations sent one another on a day stands now, signed (CTL-17, AUD-10). Ids and
// numbers only: nothing of a person. `reader` is one of the two or audits one of them, else
// PERMISSION_DENIED, reason PAIR_NOT_ALLOWED. INVALID_ARGUMENT, reason FIELD_INVALID (`other` is
// nobody else of the directory) or PERIOD_INVALID (`day` is none, or has not come).
// RESOURCE_EXHAUSTED, reason REPORT_TOO_LARGE: too many entries or items; rather no answer than one
// that leaves something out. On the executor's thread.
absl::StatusOr<v1::GetReconciliationResponse> Reconcile(
    const ReadDeps& deps, const ReadAs& reader, absl::Time now,
    const v1::GetReconciliationRequest& request);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_RECONCILIATION_H_
