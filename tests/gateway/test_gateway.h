#ifndef FOSSE_TESTS_GATEWAY_TEST_GATEWAY_H_
#define FOSSE_TESTS_GATEWAY_TEST_GATEWAY_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "audit/keys.h"
#include "audit/signer_key.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"
#include "engine/engine.h"
#include "fosse/v1/envelope.pb.h"
#include "gateway/certificate_files.h"
#include "gateway/gate.h"
#include "gateway/metrics.h"
#include "gateway/server.h"
#include "google/rpc/error_details.pb.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"
#include "store/fake_store.h"
#include "tests/support/test_certificates.h"

namespace fosse {

// A folder of its own for each test, gone with it.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  std::string path(const std::string& name = "") const {
    return name.empty() ? path_ : path_ + "/" + name;
  }
  void Write(const std::string& name, const std::string& bytes) const;
  std::string Read(const std::string& name) const;

 private:
  std::string path_;
};

// The directory and rulebook that the tests of gateway and command line start with: RT5 (community
// health), C82999 and C82998 (practices), 1-1000000001 (provider), RELAY (speaks for RT5),
// TRAINING (training provider), AUDIT, OPS, BOARD (publishes); and those that the rulebook names,
// who call nothing.
std::string TestDirectory();
std::string TestRulebook();
// The key that the directory lists for the board: what BOARD publishes is signed with it.
audit::NoteSigner TestBoardKey();

// Invented people; numbers of the test range.
v1::PersonReference TestPerson(const std::string& nhs_number = "9990000018");

// An episode of community nursing, opened by RT5: the plainest message that is kept.
v1::Envelope EpisodeOpened(const std::string& message_id,
                           const std::string& nhs_number = "9990000018");

// The ErrorInfo of a refusal; empty where there is none.
google::rpc::ErrorInfo ErrorOf(const grpc::Status& status);

// With a deadline ten seconds away.
std::unique_ptr<grpc::ClientContext> Soon();

// The whole gateway in this process, over a store in memory, on a free port of loopback, with
// mutual TLS. Health says SERVING.
class TestGateway {
 public:
  explicit TestGateway(gateway::ServerLimits limits = {});
  ~TestGateway();

  // A channel with this certificate. Each has its own connection.
  std::shared_ptr<grpc::Channel> Connect(const TestPair& pair);
  std::shared_ptr<grpc::Channel> ConnectAs(const std::string& participant) {
    return Connect(authority.Participant(participant));
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(server->port()); }

  // In this order they come to be, in the other they go.
  TestFolder folder;
  TestAuthority authority;
  SystemClock clock;
  SystemRandom random;
  audit::KeyRing keys = audit::KeyRing::ForTests("test.example/QK1");
  store::FakeStore store;
  gateway::Metrics metrics;
  ThreadExecutor executor{2};
  std::unique_ptr<engine::Engine> engine;
  std::unique_ptr<gateway::Gate> gate;
  std::unique_ptr<gateway::CertificateFiles> certificates;
  std::unique_ptr<gateway::Server> server;
};

}  // namespace fosse

#endif  // FOSSE_TESTS_GATEWAY_TEST_GATEWAY_H_
