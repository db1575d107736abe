#ifndef FOSSE_ADAPTERS_GP_PAGE_OFFERS_H_
#define FOSSE_ADAPTERS_GP_PAGE_OFFERS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/kit/outbox.h"
#include "fosse/v1/delivery.pb.h"

namespace fosse::adapters::page {

// Something for a practice, and what is known of it here: an offer of oversight, or a message to
// read.
struct Offer {
  v1::Delivery delivery;
  bool read = false;   // It is delivered: read here, or taken by the practice's system.
  std::string closed;  // Why it cannot be answered any more; empty: it can.
  std::vector<std::string> history;  // What was answered here, oldest first, for people.
};

bool IsOffer(const v1::Delivery& delivery);

// What a practice was sent, the newest first, 200 at most. What the practice was told later closes
// an offer: it was withdrawn, answered elsewhere or ran out. The gateway has the last word on every
// answer.
absl::StatusOr<std::vector<Offer>> OffersTo(Outbox& outbox, const std::string& practice,
                                            absl::Time now);

}  // namespace fosse::adapters::page

#endif  // FOSSE_ADAPTERS_GP_PAGE_OFFERS_H_
