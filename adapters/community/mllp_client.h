#ifndef FOSSE_ADAPTERS_COMMUNITY_MLLP_CLIENT_H_
#define FOSSE_ADAPTERS_COMMUNITY_MLLP_CLIENT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "adapters/kit/adapter.h"
#include "adapters/kit/delivery_loop.h"

namespace fosse::adapters::community {

// Sends one message over MLLP and mutual TLS and waits for one answer: one connection a message, so
// one message is outstanding on it; blocks, at most for `timeout`. Gives the answer's bytes.
// UNAVAILABLE, reason SYSTEM_UNREACHABLE, where none came; INVALID_ARGUMENT, reason URL_INVALID, or
// a message that cannot be framed. Thread-safe.
absl::StatusOr<std::string> AskMllp(absl::string_view url, absl::string_view message,
                                    const Credentials& credentials, absl::Duration timeout);

// Whether an endpoint is reached over MLLP: mllp://host:port.
bool IsMllp(absl::string_view url);

// Hands a delivery to the system of its recipient as HL7 v2. An acknowledgement of it is a delivery
// to the system; it moves nothing and nobody has acted.
Attempt PostMllp(Adapter& adapter, const v1::Delivery& delivery);

}  // namespace fosse::adapters::community

#endif  // FOSSE_ADAPTERS_COMMUNITY_MLLP_CLIENT_H_
