// fosse-gateway: wires the gateway, from top to bottom, and stops it the other way round.

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "audit/keys.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/fault_point.h"
#include "base/log.h"
#include "base/random.h"
#include "base/status.h"
#include "engine/engine.h"
#include "gateway/certificate_files.h"
#include "gateway/files.h"
#include "gateway/gate.h"
#include "gateway/measured_store.h"
#include "gateway/metrics.h"
#include "gateway/options.h"
#include "gateway/server.h"
#include "gateway/ticker.h"
#include "gateway/witness_file.h"
#include "google/protobuf/stubs/logging.h"
#include "grpc/support/log.h"
#include "store/sqlite/sqlite_store.h"

namespace fosse::gateway {
namespace {

constexpr size_t kMostDocumentBytes = 16 << 20;
// Together with the engine's own stop, a drain ends within 20 s (CTL-52).
constexpr absl::Duration kDrain = absl::Seconds(15);
constexpr unsigned kMostStopSeconds = 20;
constexpr absl::Duration kLook = absl::Seconds(1);

// One clear line for whoever started it. Sentences and reasons are ours, so hold no person's data;
// faults of a rulebook or directory come one a line.
int Fail(ExitCode code, const char* what, const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  std::fprintf(stderr, "fosse-gateway: %s: %s: %s\n", what,
               reason.empty() ? absl::StatusCodeToString(status.code()).c_str() : reason.c_str(),
               std::string(status.message()).c_str());
  for (const auto& [key, value] : MetadataOf(status)) {
    std::fprintf(stderr, "  %s: %s\n", key.c_str(), value.c_str());
  }
  return code;
}

// Libraries write what they like to stderr, values of messages among it. Of gRPC's errors the log
// gets the place, which is in its source; of protobuf's nothing (CTL-26).
void SilenceLibraries() {
  google::protobuf::SetLogHandler(nullptr);
  gpr_set_log_function([](gpr_log_func_args* args) {
    if (args->severity == GPR_LOG_SEVERITY_ERROR) {
      Log(Severity::kWarning, "grpc-error", {{"line", args->line}});
    }
  });
}

// A document for the first start; empty where none is given.
absl::StatusOr<std::string> ReadDocument(const std::string& path) {
  if (path.empty()) return "";
  return ReadFile(path, kMostDocumentBytes);
}

// SIGTERM and SIGINT wait in line for AwaitStop(); every thread made later inherits this.
void HoldStopSignals(sigset_t& signals) {
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void AwaitStop(const sigset_t& signals) {
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
}

// What is read before anything runs.
struct Files {
  std::unique_ptr<CertificateFiles> certificates;
  std::string rulebook;
  std::string directory;
};

absl::StatusOr<Files> ReadFiles(const Options& options, absl::Time now) {
  Files files;
  FOSSE_ASSIGN_OR_RETURN(files.certificates,
                         CertificateFiles::Open({.certificate = options.tls_certificate,
                                                 .key = options.tls_key,
                                                 .authority = options.tls_authority,
                                                 .copies = options.keys + "/tls"},
                                                now));
  FOSSE_ASSIGN_OR_RETURN(files.rulebook, ReadDocument(options.rulebook));
  FOSSE_ASSIGN_OR_RETURN(files.directory, ReadDocument(options.directory));
  return files;
}

// Serves until SIGTERM or SIGINT, then stops in order.
int Serve(const sigset_t& stop_signals, const Options& options, engine::Engine& engine,
          store::Store& store, CertificateFiles& certificates, WitnessFile& witness,
          Metrics& metrics, const Clock& clock) {
  Gate gate(engine, metrics, clock);
  auto server = Server::Start({.listen = options.listen, .reflection = options.reflection}, gate,
                              certificates);
  if (!server.ok()) return Fail(kExitListening, "listening", server.status());
  if (!options.metrics.empty()) {
    if (absl::Status s = metrics.Serve(options.metrics); !s.ok()) {
      return Fail(kExitListening, "metrics", s);
    }
  }

  const auto keep_head = [&]() -> uint64_t {
    const absl::StatusOr<store::Head> head = store.GetHead();
    const absl::Status kept = head.ok() ? witness.Keep(head->checkpoint) : head.status();
    if (!kept.ok()) Log(Severity::kError, "witness-not-kept", {{"error", kept}});
    return head.ok() ? head->size : 0;
  };
  const auto look = [&] {
    const bool ready = engine.Ready();
    (*server)->SetServing(ready);
    if (absl::Status s = certificates.Refresh(clock.Now()); !s.ok()) {
      Log(Severity::kError, "certificates-not-replaced", {{"error", s}});
    }
    metrics.Set({.ready = ready,
                 .store_healthy = store.Healthy(),
                 .entries = keep_head(),
                 .certificate_lasts = certificates.expires() - clock.Now(),
                 .of_engine = engine.GetFigures()});
  };
  (*server)->SetServing(engine.Ready());
  auto looking = std::make_unique<Ticker>(kLook, look);
  std::printf("fosse-gateway: serving %s on port %d\n", options.locality.c_str(),
              (*server)->port());
  std::fflush(stdout);
  AwaitStop(stop_signals);

  Log(Severity::kInfo, "stopping");
  // Should a disk hang for longer, the kernel ends the process; the trail bears that at any moment.
  alarm(kMostStopSeconds);
  looking.reset();
  (*server)->Drain(kDrain);
  engine.Stop();
  keep_head();
  Log(Severity::kInfo, "stopped");
  return kExitStopped;
}

int Run(const Options& options) {
  sigset_t stop_signals;
  HoldStopSignals(stop_signals);
  if (!options.fault_points.empty()) ArmFaultPoints(options.fault_points);
  if (options.verbose) SetLogLevel(Severity::kDebug);
  SilenceLibraries();
  // The distribution's Abseil looks for lock cycles at every lock, as a debug build does: gRPC's
  // own locks among them. TSan looks for ours.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);

  SystemClock clock;
  SystemRandom random;
  auto keys = audit::KeyRing::Load(options.keys, options.origin, options.create_keys, random);
  if (!keys.ok()) return Fail(kExitSetup, "keys", keys.status());
  const absl::StatusOr<Files> files = ReadFiles(options, clock.Now());
  if (!files.ok()) return Fail(kExitSetup, "certificates and documents", files.status());
  WitnessFile witness(options.witness_file);
  const absl::StatusOr<std::string> witnessed = witness.Read();
  if (!witnessed.ok()) return Fail(kExitSetup, "witness file", witnessed.status());

  Metrics metrics;
  auto sqlite = store::SqliteStore::Open({.path = options.database, .locality = options.locality});
  if (!sqlite.ok()) return Fail(kExitTrail, "database", sqlite.status());
  MeasuredStore store(**sqlite, metrics, clock);
  ThreadExecutor executor(static_cast<int>(std::max(2u, std::thread::hardware_concurrency())));
  engine::Engine engine(options.locality, {.store = store,
                                           .keys = *keys,
                                           .clock = clock,
                                           .random = random,
                                           .executor = executor,
                                           .breadcrumb_path = options.database + ".crumb"});
  if (absl::Status s = engine.Install(files->rulebook, files->directory); !s.ok()) {
    return Fail(absl::IsDataLoss(s) ? kExitTrail : kExitSetup, "rulebook and directory", s);
  }
  if (absl::Status s = engine.Start(*witnessed); !s.ok()) return Fail(kExitTrail, "trail", s);
  return Serve(stop_signals, options, engine, store, *files->certificates, witness, metrics, clock);
}

}  // namespace
}  // namespace fosse::gateway

int main(int argc, char** argv) {
  fosse::gateway::Options options;
  if (const auto code = fosse::gateway::ReadOptions(argc, argv, options)) return *code;
  return fosse::gateway::Run(options);
}
