#ifndef FOSSE_GATEWAY_SERVER_H_
#define FOSSE_GATEWAY_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/certificate_files.h"
#include "gateway/gate.h"
#include "gateway/services.h"
#include "grpcpp/server.h"

namespace fosse::gateway {

// What one caller, or all together, may cost (CTL-30).
struct ServerLimits {
  int message_bytes_in = 1 << 20;
  int message_bytes_out = 4 << 20;
  int metadata_bytes = 8 << 10;
  int streams_a_connection = 100;
  absl::Duration handshake = absl::Seconds(10);
  absl::Duration idle = absl::Minutes(5);
  absl::Duration age = absl::Minutes(30);
  absl::Duration age_grace = absl::Seconds(30);
  absl::Duration between_pings = absl::Seconds(30);
  size_t memory_bytes = 256u << 20;
};

// The gRPC server: mutual TLS only, every method of the contract behind the Gate. Thread-safe.
class Server {
 public:
  struct Options {
    std::string listen;  // host:port; port 0 takes a free one.
    bool reflection = false;
    ServerLimits limits;
  };

  // Listens; health is NOT_SERVING until SetServing(). UNAVAILABLE, reason NOT_LISTENING;
  // FAILED_PRECONDITION, of CheckTable(), or REFLECTION_MISSING. `gate` outlives the server.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const Options& options, Gate& gate,
                                                       const CertificateFiles& certificates);
  ~Server();

  // What grpc.health.v1 answers, for the server as a whole.
  void SetServing(bool serving);

  // NOT_SERVING, lets nobody in, ends streams once what they took is answered, waits for unary
  // calls; after `within` and a second for goodbyes the rest is cut off. The engine must still run.
  // Once only.
  void Drain(absl::Duration within);

  int port() const { return port_; }

 private:
  explicit Server(Gate& gate) : gate_(gate), services_(MakeServices(gate)) {}

  Gate& gate_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace fosse::gateway

#endif  // FOSSE_GATEWAY_SERVER_H_
