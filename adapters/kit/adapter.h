#ifndef FOSSE_ADAPTERS_KIT_ADAPTER_H_
#define FOSSE_ADAPTERS_KIT_ADAPTER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "adapters/kit/config.pb.h"
#include "adapters/kit/delivery_loop.h"
#include "adapters/kit/gateway_client.h"
#include "adapters/kit/message_door.h"
#include "adapters/kit/outbox.h"
#include "base/random.h"

namespace fosse::adapters {

// Reads a config: protobuf text. INVALID_ARGUMENT, reason CONFIG_INVALID, on stderr with line and
// column; FAILED_PRECONDITION, reason CONFIG_UNREADABLE.
absl::StatusOr<AdapterConfig> ReadConfig(const std::string& path);

// What every adapter has: outbox, gateway, door for messages in.
struct Adapter {
  AdapterConfig config;
  SystemRandom random;
  std::unique_ptr<Outbox> outbox;
  std::unique_ptr<GatewayClient> gateway;
  std::unique_ptr<MessageDoor> door;

  static absl::StatusOr<std::unique_ptr<Adapter>> Open(AdapterConfig config);

  // The participant a native client sends as; empty: nobody we know.
  std::string ParticipantOf(absl::string_view certificate_name) const;
  // Where deliveries for a participant go; empty: nowhere.
  std::string EndpointOf(absl::string_view participant) const;
  // How deliveries are paced, with what the endpoints of the config say.
  Pace PaceOfDeliveries() const;
};

// The main function of an adapter: reads the config named on the command line, opens the adapter,
// hands it to `serve`, which starts the doors and gives back what keeps them open; waits for
// SIGTERM or SIGINT. Exit codes: 0 stopped, 2 usage, 3 cannot start (one line on stderr says why).
using Serve = std::function<absl::StatusOr<std::shared_ptr<void>>(Adapter& adapter)>;
int RunAdapter(int argc, char** argv, const Serve& serve);

}  // namespace fosse::adapters

#endif  // FOSSE_ADAPTERS_KIT_ADAPTER_H_
