#include "tests/gateway/test_gateway.h"

#include <chrono>
#include <iterator>

#include "audit/note.h"
#include "base/status.h"
#include "google/protobuf/text_format.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"
#include "gtest/gtest.h"

namespace fosse {

TestFolder::TestFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "fosse-test-XXXXXX").string();
  FOSSE_CHECK(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TestFolder::~TestFolder() { std::filesystem::remove_all(path_); }

void TestFolder::Write(const std::string& name, const std::string& bytes) const {
  std::ofstream(path(name), std::ios::binary) << bytes;
}

std::string TestFolder::Read(const std::string& name) const {
  std::ifstream file(path(name), std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string TestDirectory() {
  return R"(
id: "test/1" locality: "QK1" test_environment: true
participants {
  id: "RT5" name: "Community nursing" kind: ORGANISATION_KIND_COMMUNITY_HEALTH
  roles: [ROLE_EXCHANGE, ROLE_CARE_READER] certificate_names: "fosse:participant:RT5" attests: true
  duty { in_hours { name: "Duty desk" telephone: "0116 496 0101" } }
  services { code: "community-nursing" name: "Community nursing" }
}
participants {
  id: "C82999" name: "Foxglove Surgery" kind: ORGANISATION_KIND_PRACTICE
  roles: [ROLE_EXCHANGE, ROLE_CARE_READER] certificate_names: "fosse:participant:C82999" attests: true
}
participants {
  id: "C82998" name: "Larch Road Surgery" kind: ORGANISATION_KIND_PRACTICE
  roles: [ROLE_EXCHANGE, ROLE_CARE_READER] certificate_names: "fosse:participant:C82998" attests: true
}
participants {
  id: "1-1000000001" name: "Rosebank" kind: ORGANISATION_KIND_PROVIDER
  roles: [ROLE_EXCHANGE, ROLE_CARE_READER] certificate_names: "fosse:participant:1-1000000001"
}
participants {
  id: "RELAY" name: "Community adapter" kind: ORGANISATION_KIND_RELAY
  roles: [ROLE_EXCHANGE, ROLE_CARE_READER] certificate_names: "fosse:participant:RELAY"
  speaks_for { participant: "RT5" }
  speaks_for { participant: "C82998" bodies: "registration_change" }
}
participants {
  id: "TRAINING" name: "Training office" kind: ORGANISATION_KIND_TRAINING_PROVIDER
  roles: ROLE_EXCHANGE certificate_names: "fosse:participant:TRAINING"
}
participants { id: "RT5-TRAINING" name: "Trust's training" kind: ORGANISATION_KIND_TRAINING_PROVIDER roles: ROLE_EXCHANGE }
participants { id: "QK1" name: "Commissioning" kind: ORGANISATION_KIND_COMMISSIONER roles: ROLE_EXCHANGE }
participants { id: "QK1-SHAREDCARE" name: "Shared Care" kind: ORGANISATION_KIND_SHARED_CARE roles: ROLE_EXCHANGE }
participants { id: "QK1-IPCB" name: "Board's office" kind: ORGANISATION_KIND_COMMISSIONER roles: ROLE_EXCHANGE }
participants {
  id: "AUDIT" name: "Audit team" kind: ORGANISATION_KIND_AUDIT
  roles: ROLE_AUDITOR certificate_names: "fosse:participant:AUDIT"
}
participants {
  id: "OPS" name: "Operators" kind: ORGANISATION_KIND_RELAY
  roles: ROLE_OPERATOR certificate_names: "fosse:participant:OPS"
}
participants {
  id: "BOARD" name: "Board" kind: ORGANISATION_KIND_IPCB
  roles: ROLE_PUBLISHER certificate_names: "fosse:participant:BOARD"
  publishing_keys: ")" +
         audit::VerifierKey(TestBoardKey().name, TestBoardKey().key.public_key()) + R"("
}
)";
}

audit::NoteSigner TestBoardKey() {
  return {"test.example/BOARD", SigningKey::FromSeed(std::string(32, 'b'))};
}

std::string TestRulebook() {
  const char* const source = std::getenv("FOSSE_SOURCE");
  const std::string path = std::string(source == nullptr ? "." : source) +
                           "/policy/rulebooks/llr/2022-10-01/rulebook.txtpb";
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

v1::PersonReference TestPerson(const std::string& nhs_number) {
  v1::PersonReference person;
  person.set_nhs_number(nhs_number);
  person.set_date_of_birth("1941-03-09");
  person.set_family_name("Quillfeather");
  person.set_given_name("Oswin");
  return person;
}

v1::Envelope EpisodeOpened(const std::string& message_id, const std::string& nhs_number) {
  v1::Envelope envelope;
  FOSSE_CHECK(google::protobuf::TextFormat::ParseFromString(R"(
      locality: "QK1" sender: "RT5"
      episode_change {
        kind: EPISODE_CHANGE_KIND_OPENED service: "community-nursing" organisation: "RT5"
      })",
                                                            &envelope));
  envelope.set_message_id(message_id);
  envelope.mutable_episode_change()->set_episode_reference("episode-" + message_id);
  *envelope.mutable_subject()->mutable_person() = TestPerson(nhs_number);
  const int64_t now = absl::ToUnixSeconds(absl::Now());
  envelope.mutable_sent_at()->set_seconds(now);
  envelope.mutable_episode_change()->mutable_occurred_at()->set_seconds(now - 60);
  return envelope;
}

google::rpc::ErrorInfo ErrorOf(const grpc::Status& status) {
  google::rpc::ErrorInfo error;
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return error;
  for (const google::protobuf::Any& any : details.details()) {
    if (any.UnpackTo(&error)) break;
  }
  return error;
}

std::unique_ptr<grpc::ClientContext> Soon() {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  return context;
}

TestGateway::TestGateway(gateway::ServerLimits limits) {
  const TestPair pair = authority.LocalServer();
  folder.Write("server.pem", pair.certificate);
  folder.Write("server.key", pair.key);
  folder.Write("ca.pem", authority.certificate());
  engine = std::make_unique<engine::Engine>(
      "QK1", engine::EngineDeps{store, keys, clock, random, executor});
  const auto check = [](const absl::Status& status) {
    if (!status.ok()) ADD_FAILURE() << status;
    FOSSE_CHECK(status.ok());
  };
  check(engine->Install(TestRulebook(), TestDirectory()));
  check(engine->Start(""));
  gate = std::make_unique<gateway::Gate>(*engine, metrics, clock);
  auto files = gateway::CertificateFiles::Open({.certificate = folder.path("server.pem"),
                                                .key = folder.path("server.key"),
                                                .authority = folder.path("ca.pem"),
                                                .copies = folder.path("tls")},
                                               clock.Now());
  check(files.status());
  certificates = *std::move(files);
  auto started =
      gateway::Server::Start({.listen = "127.0.0.1:0", .limits = limits}, *gate, *certificates);
  check(started.status());
  server = *std::move(started);
  server->SetServing(engine->Ready());
}

TestGateway::~TestGateway() {
  server.reset();
  engine->Stop();
}

std::shared_ptr<grpc::Channel> TestGateway::Connect(const TestPair& pair) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = authority.certificate();
  options.pem_cert_chain = pair.certificate;
  options.pem_private_key = pair.key;
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(8 << 20);
  return grpc::CreateCustomChannel(address(), grpc::SslCredentials(options), arguments);
}

}  // namespace fosse
