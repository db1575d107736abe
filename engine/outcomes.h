#ifndef FOSSE_ENGINE_OUTCOMES_H_
#define FOSSE_ENGINE_OUTCOMES_H_

#include <memory>

#include "engine/mailbox.h"
#include "engine/reads.h"
#include "fosse/v1/internal.pb.h"
#include "fosse/v1/mailbox.pb.h"

// What becomes of deliveries, on its way to the committer: there is no second door for it.
namespace fosse::engine {

struct OutcomeDeps {
  ReadDeps reads;
  std::shared_ptr<Mailboxes> mailboxes;
  std::shared_ptr<const void> alive;  // Whatever the references above are into.
};

// An acknowledgement: the contract is that of Engine::Acknowledge().
void AcknowledgeDelivery(const OutcomeDeps& deps,
                         const std::shared_ptr<Engine::Subscription>& subscription,
                         const v1::DeliveryOutcome& outcome, Done<uint64_t> done);

// Queues a delivery that lies aside anew: the contract is that of Engine::Replay().
void ReplayDelivery(const OutcomeDeps& deps, const Caller& caller, const v1::ReplayRequest& request,
                    Done<v1::ReplayResponse> done);

// Has everything parked that has held up something urgent too long (Mailboxes::Overdue()). Returns
// at once; an item is out of the way once that is in the trail.
void ParkOverdue(const OutcomeDeps& deps);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_OUTCOMES_H_
