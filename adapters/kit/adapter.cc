#include "adapters/kit/adapter.h"

#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "base/fault_point.h"
#include "base/log.h"
#include "base/status.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace fosse::adapters {
namespace {

// Faults of a config go to stderr with their place; a config holds no person's data.
class FaultPrinter : public google::protobuf::io::ErrorCollector {
 public:
  explicit FaultPrinter(const std::string& path) : path_(path) {}
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    std::fprintf(stderr, "%s:%d:%d: %s\n", path_.c_str(), line + 1, column + 1, message.c_str());
  }

 private:
  const std::string path_;
};

constexpr int kUsage = 2;
constexpr int kCannotStart = 3;

int CannotStart(const absl::Status& status) {
  std::fprintf(stderr, "cannot start: %s: %s\n", ReasonOf(status).c_str(),
               std::string(status.message()).c_str());
  return kCannotStart;
}

}  // namespace

absl::StatusOr<AdapterConfig> ReadConfig(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "CONFIG_UNREADABLE",
                     "the config cannot be read; check the path");
  }
  FaultPrinter printer(path);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&printer);
  AdapterConfig config;
  if (!parser.ParseFromString(text.str(), &config)) {
    return MakeError(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
                     "the config has faults; each is named above with line and column");
  }
  return config;
}

absl::StatusOr<std::unique_ptr<Adapter>> Adapter::Open(AdapterConfig config) {
  auto adapter = std::make_unique<Adapter>();
  adapter->config = std::move(config);
  const AdapterConfig& c = adapter->config;
  FOSSE_ASSIGN_OR_RETURN(adapter->outbox,
                         Outbox::Open(c.outbox(), c.outbox_key(), adapter->random));
  FOSSE_ASSIGN_OR_RETURN(adapter->gateway, GatewayClient::Create(c));
  const uint32_t wait_ms = c.answer_wait_ms() == 0 ? 8000 : c.answer_wait_ms();
  adapter->door = std::make_unique<MessageDoor>(*adapter->outbox, *adapter->gateway,
                                                adapter->random, absl::Milliseconds(wait_ms));
  return adapter;
}

std::string Adapter::ParticipantOf(absl::string_view certificate_name) const {
  for (const NativeClient& client : config.clients()) {
    if (client.certificate_name() == certificate_name) return client.participant();
  }
  return "";
}

std::string Adapter::EndpointOf(absl::string_view participant) const {
  for (const Endpoint& endpoint : config.endpoints()) {
    if (endpoint.participant() == participant) return endpoint.url();
  }
  return "";
}

Pace Adapter::PaceOfDeliveries() const {
  Pace pace;
  for (const Endpoint& endpoint : config.endpoints()) {
    BreakerTerms terms;
    if (endpoint.breaker_failures() != 0) {
      terms.failures = static_cast<int>(endpoint.breaker_failures());
    }
    if (endpoint.breaker_longest_rest_ms() != 0) {
      terms.longest_rest = absl::Milliseconds(endpoint.breaker_longest_rest_ms());
    }
    pace.breakers[endpoint.participant()] = terms;
  }
  return pace;
}

int RunAdapter(int argc, char** argv, const Serve& serve) {
  const bool help = argc == 2 && std::string(argv[1]) == "--help";
  if (help || argc != 3 || std::string(argv[1]) != "--config") {
    std::fprintf(help ? stdout : stderr,
                 "usage: %s --config FILE\n"
                 "FILE is protobuf text; adapters/kit/config.proto describes its fields.\n"
                 "Ends with 0 when stopped, 2 for wrong usage, 3 when it cannot start.\n",
                 argv[0]);
    return help ? 0 : kUsage;
  }
  // Blocked in every thread from here on; sigwait below is the one that hears them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);

  absl::StatusOr<AdapterConfig> config = ReadConfig(argv[2]);
  if (!config.ok()) return CannotStart(config.status());
  if (!config->fault_points().empty()) ArmFaultPoints(config->fault_points());
  absl::StatusOr<std::unique_ptr<Adapter>> adapter = Adapter::Open(*std::move(config));
  if (!adapter.ok()) return CannotStart(adapter.status());
  absl::StatusOr<std::shared_ptr<void>> doors = serve(**adapter);
  if (!doors.ok()) return CannotStart(doors.status());
  Log(Severity::kInfo, "adapter-ready", {});
  int signal_number = 0;
  sigwait(&signals, &signal_number);
  doors->reset();
  return 0;
}

}  // namespace fosse::adapters
