#ifndef FOSSE_ADAPTERS_COUNCIL_WEBHOOK_ANSWER_H_
#define FOSSE_ADAPTERS_COUNCIL_WEBHOOK_ANSWER_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/kit/delivery_loop.h"
#include "adapters/kit/https_server.h"

namespace fosse::adapters::council::webhook {

// What a receiver's answer makes of one call. 2xx: it took the item, and no more than that
// (CTL-16). 408, 409, 425, 429, 3xx and 5xx pass; any other 4xx is for good. Pure.
Attempt AttemptOf(const HttpResponse& response, absl::Time now);

// Seconds, or a date as HTTP writes it; nothing where it is neither or past.
absl::Duration RetryAfter(absl::string_view text, absl::Time now);

}  // namespace fosse::adapters::council::webhook

#endif  // FOSSE_ADAPTERS_COUNCIL_WEBHOOK_ANSWER_H_
