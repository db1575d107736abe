#include "tests/adapters/kit/kit_world.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/status.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"

namespace fosse::adapters {

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "fosse-kit-XXXXXX").string();
  FOSSE_CHECK(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}
Folder::~Folder() { std::filesystem::remove_all(path_); }
void Folder::Write(const std::string& name, const std::string& bytes) const {
  std::ofstream(path(name), std::ios::binary) << bytes;
}
std::string Folder::Read(const std::string& name) const {
  std::ifstream file(path(name), std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

bool Eventually(const std::function<bool()>& holds) {
  for (int n = 0; n < 6000; ++n) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

Certificates::Certificates() {
  folder_.Write("authority.pem", authority_.certificate());
  Write("server", authority_.LocalServer());
}
void Certificates::Write(const std::string& name, const TestPair& pair) const {
  folder_.Write(name + ".pem", pair.certificate);
  folder_.Write(name + ".key", pair.key);
}
Credentials Certificates::Files(const std::string& name) const {
  Credentials credentials;
  credentials.set_certificate(folder_.path(name + ".pem"));
  credentials.set_key(folder_.path(name + ".key"));
  credentials.set_authority(folder_.path("authority.pem"));
  return credentials;
}
Credentials Certificates::Participant(const std::string& id) {
  Write(id, authority_.Participant(id));
  return Files(id);
}

class FakeGateway::Exchange : public v1::ExchangeService::Service {
 public:
  explicit Exchange(FakeGateway& gateway) : gateway_(gateway) {}
  grpc::Status Submit(grpc::ServerContext*, const v1::SubmitRequest* request,
                      v1::SubmitResponse* response) override {
    Decide decide;
    {
      const std::lock_guard lock(gateway_.mutex_);
      gateway_.asked_.push_back(request->envelope().message_id());
      decide = gateway_.decide_;
    }
    response->mutable_receipt()->set_message_id(request->envelope().message_id());
    return decide(request->envelope(), *response->mutable_receipt());
  }

 private:
  FakeGateway& gateway_;
};

class FakeGateway::Mailbox : public v1::MailboxService::Service {
 public:
  explicit Mailbox(FakeGateway& gateway) : gateway_(gateway) {}
  grpc::Status Receive(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<v1::ReceiveResponse, v1::ReceiveRequest>* stream) override {
    v1::ReceiveRequest request;
    if (!stream->Read(&request)) return grpc::Status::OK;
    {
      const std::lock_guard lock(gateway_.mutex_);
      gateway_.opened_.assign(request.recipients().begin(), request.recipients().end());
      gateway_.stream_ = stream;
      ++gateway_.streams_;
    }
    grpc::Status status;
    while (status.ok() && stream->Read(&request)) {
      const v1::DeliveryOutcome& outcome = request.outcome();
      Acknowledge acknowledge;
      {
        const std::lock_guard lock(gateway_.mutex_);
        gateway_.acknowledged_.push_back(
            outcome.delivery_id() + " " +
            v1::DeliveryState_Name(outcome.state()).substr(sizeof("DELIVERY_STATE_") - 1) +
            (outcome.detail_code().empty() ? "" : " " + outcome.detail_code()));
        acknowledge = gateway_.acknowledge_;
      }
      status = acknowledge(outcome);
    }
    const std::lock_guard lock(gateway_.mutex_);
    if (gateway_.stream_ == stream) gateway_.stream_ = nullptr;
    return status;
  }

 private:
  FakeGateway& gateway_;
};

FakeGateway::FakeGateway(Certificates& certificates)
    : certificates_(certificates),
      decide_([](const v1::Envelope&, v1::Receipt&) { return grpc::Status::OK; }),
      acknowledge_([](const v1::DeliveryOutcome&) { return grpc::Status::OK; }),
      exchange_(std::make_unique<Exchange>(*this)),
      mailbox_(std::make_unique<Mailbox>(*this)) {
  Start();
}

FakeGateway::~FakeGateway() { Stop(); }

void FakeGateway::Start() {
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = certificates_.folder().Read("authority.pem");
  options.pem_key_cert_pairs.push_back(
      {certificates_.folder().Read("server.key"), certificates_.folder().Read("server.pem")});
  FOSSE_CHECK(Eventually([&] {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:" + std::to_string(port_),
                             grpc::SslServerCredentials(options), &port);
    builder.RegisterService(exchange_.get());
    builder.RegisterService(mailbox_.get());
    server_ = builder.BuildAndStart();
    if (server_ != nullptr && port != 0) port_ = port;
    return server_ != nullptr && port != 0;
  }));
}

void FakeGateway::Stop() {
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
  server_.reset();
}

AdapterConfig FakeGateway::ConfigOf(const Credentials& credentials) const {
  AdapterConfig config;
  config.set_gateway("127.0.0.1:" + std::to_string(port_));
  *config.mutable_credentials() = credentials;
  return config;
}

void FakeGateway::set_decide(Decide decide) {
  const std::lock_guard lock(mutex_);
  decide_ = std::move(decide);
}
void FakeGateway::set_acknowledge(Acknowledge acknowledge) {
  const std::lock_guard lock(mutex_);
  acknowledge_ = std::move(acknowledge);
}
std::vector<std::string> FakeGateway::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}
std::vector<std::string> FakeGateway::acknowledged() const {
  const std::lock_guard lock(mutex_);
  return acknowledged_;
}
std::vector<std::string> FakeGateway::opened() const {
  const std::lock_guard lock(mutex_);
  return opened_;
}
int FakeGateway::streams() const {
  const std::lock_guard lock(mutex_);
  return streams_;
}

bool FakeGateway::Deliver(const v1::Delivery& delivery) {
  v1::ReceiveResponse response;
  *response.mutable_delivery() = delivery;
  return Eventually([&] {
    const std::lock_guard lock(mutex_);
    return stream_ != nullptr && stream_->Write(response);
  });
}

grpc::Status Refused(grpc::StatusCode code, const std::string& reason) {
  google::rpc::ErrorInfo error;
  error.set_reason(reason);
  error.set_domain("fosse");
  (*error.mutable_metadata())["path"] = "task_performed.worker";
  google::rpc::Status details;
  details.set_code(code);
  details.add_details()->PackFrom(error);
  return grpc::Status(code, "a fixed sentence", details.SerializeAsString());
}

v1::Envelope ReportOf(const std::string& message_id, const std::string& nhs_number) {
  v1::Envelope envelope;
  envelope.set_message_id(message_id);
  envelope.set_locality("QK1");
  envelope.set_sender("1-1000000001");
  v1::PersonReference& person = *envelope.mutable_subject()->mutable_person();
  person.set_nhs_number(nhs_number);
  person.set_date_of_birth("1941-03-09");
  person.set_family_name("Quillfeather");
  person.set_given_name("Oswin");
  envelope.mutable_task_performed()->set_observation("heel looks sore at Larkspur Cottage");
  envelope.mutable_original()->set_content("{\"native\":\"bytes of Quillfeather\"}");
  return envelope;
}

v1::Delivery DeliveryOf(const std::string& id, const std::string& nhs_number,
                        const std::string& recipient) {
  v1::Delivery delivery;
  delivery.set_delivery_id(id);
  delivery.set_recipient(recipient);
  delivery.set_words("Oswin needs a dressing");
  *delivery.mutable_message() = ReportOf("message-of-" + id, nhs_number);
  return delivery;
}

std::vector<std::string> PlantedWords() {
  return {"9990000018", "Quillfeather", "Oswin",  "1941-03-09",
          "Larkspur",   "dressing",     "native", "message-of-"};
}

}  // namespace fosse::adapters
