#include "gateway/server.h"

#include <dlfcn.h>

#include <chrono>
#include <cstdlib>

#include "base/status.h"
#include "gateway/authorisation.h"
#include "grpc/grpc.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/server_builder.h"

namespace fosse::gateway {
namespace {

// TLS 1.3, and of 1.2 only suites with ephemeral keys and authenticated encryption. The library
// reads this once, before its first use; what the environment said before does not count.
constexpr char kCipherSuites[] =
    "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305";

// The library registers itself with every server of a process that loads it, so it is loaded only
// when asked for.
absl::Status LoadReflection() {
  if (dlopen("libgrpc++_reflection.so.1.51", RTLD_NOW | RTLD_GLOBAL) != nullptr) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kFailedPrecondition, "REFLECTION_MISSING",
                   "the library for reflection is not installed");
}

constexpr absl::Duration kGoodbye = absl::Seconds(1);

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

void SetLimits(const ServerLimits& limits, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(limits.message_bytes_in);
  builder.SetMaxSendMessageSize(limits.message_bytes_out);
  const auto set = [&builder](const char* name, int value) {
    builder.AddChannelArgument(name, value);
  };
  set(GRPC_ARG_MAX_METADATA_SIZE, limits.metadata_bytes);
  set(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits.streams_a_connection);
  set(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, Milliseconds(limits.handshake));
  set(GRPC_ARG_MAX_CONNECTION_IDLE_MS, Milliseconds(limits.idle));
  set(GRPC_ARG_MAX_CONNECTION_AGE_MS, Milliseconds(limits.age));
  set(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, Milliseconds(limits.age_grace));
  // More pings than this, three times over, and the connection is closed. A quiet mailbox stream is
  // allowed to ping.
  set(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, Milliseconds(limits.between_pings));
  set(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2);
  set(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // A peer that went away without a word is noticed, and its mailbox streams end.
  set(GRPC_ARG_KEEPALIVE_TIME_MS, Milliseconds(limits.between_pings));
  set(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Milliseconds(limits.handshake));
  // A port that another process holds is an error, not a share of its calls.
  set(GRPC_ARG_ALLOW_REUSEPORT, 0);
  set(GRPC_ARG_ENABLE_CHANNELZ, 0);
  grpc::ResourceQuota quota("fosse-gateway");
  quota.Resize(limits.memory_bytes);
  builder.SetResourceQuota(quota);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const Options& options, Gate& gate,
                                                      const CertificateFiles& certificates) {
  FOSSE_RETURN_IF_ERROR(CheckTable(ServiceNames()));
  setenv("GRPC_SSL_CIPHER_SUITES", kCipherSuites, 1);
  if (options.reflection) FOSSE_RETURN_IF_ERROR(LoadReflection());
  grpc::EnableDefaultHealthCheckService(true);

  std::unique_ptr<Server> server(new Server(gate));
  grpc::ServerBuilder builder;
  SetLimits(options.limits, builder);
  builder.AddListeningPort(options.listen, certificates.Credentials(), &server->port_);
  for (const std::unique_ptr<grpc::Service>& service : server->services_) {
    builder.RegisterService(service.get());
  }
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr || server->port_ == 0) {
    return MakeError(absl::StatusCode::kUnavailable, "NOT_LISTENING",
                     "the address is in use or is none");
  }
  server->SetServing(false);
  return server;
}

Server::~Server() {
  if (server_ != nullptr) Drain(absl::ZeroDuration());
}

void Server::SetServing(bool serving) {
  if (grpc::HealthCheckServiceInterface* const health = server_->GetHealthCheckService()) {
    health->SetServingStatus(serving);
  }
}

void Server::Drain(absl::Duration within) {
  SetServing(false);
  gate_.Drain(within);
  // Every call has ended, or has had its time. What is left is to write the last answers and to say
  // goodbye; a peer that sleeps does not hear it and holds nobody up.
  server_->Shutdown(std::chrono::system_clock::now() +
                    std::chrono::milliseconds(absl::ToInt64Milliseconds(kGoodbye)));
  server_->Wait();
  server_.reset();
}

}  // namespace fosse::gateway
