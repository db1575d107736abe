#ifndef FOSSE_ADAPTERS_COUNCIL_WEBHOOK_CHECK_H_
#define FOSSE_ADAPTERS_COUNCIL_WEBHOOK_CHECK_H_

#include "absl/status/status.h"
#include "adapters/kit/config.pb.h"

namespace fosse::adapters::council::webhook {

// Whether the webhooks of a config can be sent. INVALID_ARGUMENT, reason WEBHOOK_CONFIG_INVALID:
// the sentence names the first field at fault and what to do, never its value. Reads the files of
// keys; no network.
absl::Status CheckWebhooks(const AdapterConfig& config);

}  // namespace fosse::adapters::council::webhook

#endif  // FOSSE_ADAPTERS_COUNCIL_WEBHOOK_CHECK_H_
