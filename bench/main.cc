// fosse-bench: Submit (rules, sealed trail, SQLite FULL) beside a bare gRPC echo of the same
// message size, both over mutual TLS on loopback, interleaved in one run. Run it from the
// checkout's root.

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <thread>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bench/echo.grpc.pb.h"
#include "bench/load.h"
#include "bench/messages.h"
#include "bench/server.h"
#include "fosse/v1/exchange.grpc.pb.h"
#include "grpcpp/grpcpp.h"

namespace fosse::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kGatewayPort = 7690;
constexpr int kEchoPort = 7691;
constexpr size_t kPersons = 2048;  // More than are ever in flight: nobody waits for a person.
constexpr int kChannels = 2;
constexpr char kFolder[] = "var/bench";

std::vector<std::shared_ptr<grpc::Channel>> Channels(const Pem& pem, int port) {
  grpc::SslCredentialsOptions options;
  options.pem_cert_chain = pem.certificate;
  options.pem_private_key = pem.key;
  options.pem_root_certs = pem.authority;
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int n = 0; n < kChannels; ++n) {
    grpc::ChannelArguments arguments;
    arguments.SetInt("bench.channel", n);  // Different arguments, so that no connection is shared.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    channels.push_back(grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port),
                                                 grpc::SslCredentials(options), arguments));
  }
  return channels;
}

class EchoClient {
 public:
  EchoClient(const Pem& pem, size_t bytes) : content_(bytes, 'x') {
    for (const auto& channel : Channels(pem, kEchoPort))
      stubs_.push_back(EchoService::NewStub(channel));
  }

  void Start(size_t slot, uint64_t, std::function<void(bool)> done) {
    struct Call {
      grpc::ClientContext context;
      Payload request;
      Payload response;
    };
    auto call = std::make_shared<Call>();
    call->context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    call->request.set_content(content_);
    stubs_[slot % stubs_.size()]->async()->Echo(
        &call->context, &call->request, &call->response,
        [call, done = std::move(done)](const grpc::Status& status) { done(status.ok()); });
  }

 private:
  const std::string content_;
  std::vector<std::unique_ptr<EchoService::Stub>> stubs_;
};

class SubmitClient {
 public:
  explicit SubmitClient(const Pem& pem) : persons_(TestNhsNumbers(kPersons)) {
    for (const auto& channel : Channels(pem, kGatewayPort)) {
      stubs_.push_back(v1::ExchangeService::NewStub(channel));
    }
  }

  void Start(size_t slot, v1::Envelope envelope, std::function<void(bool)> done) {
    struct Call {
      grpc::ClientContext context;
      v1::SubmitRequest request;
      v1::SubmitResponse response;
    };
    auto call = std::make_shared<Call>();
    call->context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    call->request.mutable_envelope()->Swap(&envelope);
    stubs_[slot % stubs_.size()]->async()->Submit(
        &call->context, &call->request, &call->response,
        [call, done = std::move(done)](const grpc::Status& status) {
          if (!status.ok()) {
            std::fprintf(stderr, "submit failed: %d %s\n", status.error_code(),
                         status.error_message().c_str());
          }
          done(status.ok());
        });
  }

  void StartProposal(size_t slot, uint64_t n, std::function<void(bool)> done) {
    Start(slot, Proposal(persons_[n % persons_.size()], n), std::move(done));
  }

  // Everybody onto the caseload first, 64 at a time.
  bool Prepare() {
    std::atomic<size_t> next = 0;
    const StartCall start = [&](size_t slot, uint64_t, std::function<void(bool)> done) {
      const size_t n = next++;
      Start(slot, EpisodeOpened(persons_[n], n), std::move(done));
    };
    const Load load = RunClosedLoop(64, absl::Minutes(2), start, persons_.size());
    return load.failed == 0;
  }

  size_t MessageBytes() const { return Proposal(persons_[0], 0).ByteSizeLong(); }

 private:
  const std::vector<std::string> persons_;
  std::vector<std::unique_ptr<v1::ExchangeService::Stub>> stubs_;
};

// What this disk gives: 4 KiB writes, each made durable, one after another.
void PrintDiskLine() {
  const std::string path = std::string(kFolder) + "/calibration";
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const std::string block(4096, 'x');
  Load load;
  const absl::Time begin = absl::Now();
  while (absl::Now() - begin < absl::Seconds(2)) {
    const absl::Time start = absl::Now();
    if (write(file, block.data(), block.size()) < 0 || fdatasync(file) != 0) break;
    load.latencies_ms.push_back(absl::ToDoubleMilliseconds(absl::Now() - start));
  }
  close(file);
  std::printf("fdatasync of 4 KiB here: %.0f a second, p50 %.3f ms, p99 %.3f ms\n",
              static_cast<double>(load.latencies_ms.size()) / 2, load.Percentile(0.5),
              load.Percentile(0.99));
}

template <typename Start>
Load Measure(const Server& server, size_t in_flight, absl::Duration length, Start start) {
  const double before = server.CpuSeconds();
  Load load = RunClosedLoop(in_flight, length, start);
  load.cpu_seconds = server.CpuSeconds() - before;
  return load;
}

void PrintRow(const char* name, const Load& load, const Load& echo) {
  std::printf("%9zu  %-6s %10.0f %9.2f %9.2f %12.1f %9.2f %7zu\n", load.in_flight, name,
              load.PerSecond(), load.Percentile(0.5), load.Percentile(0.99),
              load.answered == 0 ? 0 : load.cpu_seconds * 1e6 / static_cast<double>(load.answered),
              echo.PerSecond() == 0 ? 0 : load.PerSecond() / echo.PerSecond(), load.failed);
}

std::vector<std::string> GatewayCommand(const std::string& bin) {
  const std::string certificates = std::string(kFolder) + "/certificates/";
  return {bin + "/fosse-gateway",
          "--listen",
          absl::StrCat("127.0.0.1:", kGatewayPort),
          "--locality",
          "QK1",
          "--origin",
          "fosse.example/bench",
          "--database",
          std::string(kFolder) + "/gateway.db",
          "--keys",
          std::string(kFolder) + "/keys",
          "--create-keys",
          "--rulebook",
          "policy/rulebooks/llr/2022-10-01/rulebook.txtpb",
          "--directory",
          "tests/partners/locality/directory.txtpb",
          "--tls-cert",
          certificates + "QK1-GATEWAY.pem",
          "--tls-key",
          certificates + "QK1-GATEWAY.key",
          "--tls-ca",
          certificates + "ca.pem"};
}

int Run(const std::string& self, absl::Duration length, int rounds) {
  fs::remove_all(kFolder);
  fs::create_directories(kFolder);
  const std::string certificates = std::string(kFolder) + "/certificates";
  if (std::system(absl::StrCat("tests/partners/certificates.sh ", certificates, " QK1-GATEWAY RT5")
                      .c_str()) != 0) {
    std::fprintf(stderr, "cannot make certificates; run from the checkout's root\n");
    return 1;
  }
  const std::string bin = fs::path(self).parent_path().string();
  const Server gateway(GatewayCommand(bin), kGatewayPort);
  const Server echo_server({self, "--echo-server", certificates}, kEchoPort);
  if (!gateway.up() || !echo_server.up()) {
    std::fprintf(stderr, "a server did not start\n");
    return 1;
  }
  const Pem pem = ReadPem(certificates, "RT5");
  SubmitClient submit(pem);
  EchoClient echo(pem, submit.MessageBytes());
  std::printf("message: %zu bytes; %u processors; %d rounds of %s each, echo and Submit in turn\n",
              submit.MessageBytes(), std::thread::hardware_concurrency(), rounds,
              absl::FormatDuration(length).c_str());
  PrintDiskLine();
  if (!submit.Prepare()) return 1;
  std::printf("%9s  %-6s %10s %9s %9s %12s %9s %7s\n", "in flight", "call", "per second", "p50 ms",
              "p99 ms", "server us", "to echo", "failed");
  size_t failed = 0;
  for (const size_t in_flight : {1, 64, 256, 1024}) {
    Load echoed;
    Load submitted;
    for (int round = 0; round < rounds; ++round) {
      echoed.Add(Measure(echo_server, in_flight, length, [&](size_t slot, uint64_t n, auto done) {
        echo.Start(slot, n, std::move(done));
      }));
      submitted.Add(Measure(gateway, in_flight, length, [&](size_t slot, uint64_t n, auto done) {
        submit.StartProposal(slot, n, std::move(done));
      }));
    }
    PrintRow("echo", echoed, echoed);
    PrintRow("Submit", submitted, echoed);
    failed += echoed.failed + submitted.failed;
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace fosse::bench

int main(int argc, char** argv) {
  CLI::App app{"Submit beside a bare gRPC echo, in one run"};
  double seconds = 2;
  int rounds = 3;
  std::string echo_certificates;
  app.add_option("--seconds", seconds, "Length of each part of a round");
  app.add_option("--rounds", rounds, "Rounds for each number in flight");
  app.add_option("--echo-server", echo_certificates, "Serve the echo (used by itself)")->group("");
  CLI11_PARSE(app, argc, argv);
  if (!echo_certificates.empty()) {
    return fosse::bench::RunEchoServer(fosse::bench::ReadPem(echo_certificates, "QK1-GATEWAY"),
                                       fosse::bench::kEchoPort);
  }
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  return fosse::bench::Run(self, absl::Seconds(seconds), rounds);
}
