#ifndef FOSSE_TESTS_ADAPTERS_KIT_KIT_WORLD_H_
#define FOSSE_TESTS_ADAPTERS_KIT_KIT_WORLD_H_

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/kit/config.pb.h"
#include "adapters/kit/gateway_client.h"
#include "adapters/kit/outbox.h"
#include "base/random.h"
#include "fosse/v1/exchange.grpc.pb.h"
#include "fosse/v1/mailbox.grpc.pb.h"
#include "grpcpp/server.h"
#include "tests/support/test_certificates.h"

namespace fosse::adapters {

// A folder of its own for each test, gone with it.
class Folder {
 public:
  Folder();
  ~Folder();
  std::string path(const std::string& name) const { return path_ + "/" + name; }
  void Write(const std::string& name, const std::string& bytes) const;
  std::string Read(const std::string& name) const;  // Empty where there is no such file.

 private:
  std::string path_;
};

// Waits until `holds`, for so long that only a fault can make it give up.
bool Eventually(const std::function<bool()>& holds);

// Certificates in files: one authority; a pair "server" of this machine and a pair for each name.
class Certificates {
 public:
  Certificates();
  // Files of the pair of that participant, towards this authority.
  Credentials Participant(const std::string& id);
  Credentials Server() const { return Files("server"); }
  const Folder& folder() const { return folder_; }
  TestAuthority& authority() { return authority_; }
  Credentials Files(const std::string& name) const;
  void Write(const std::string& name, const TestPair& pair) const;

 private:
  Folder folder_;
  TestAuthority authority_;
};

// A gateway's doors in this process, mutual TLS, with one behaviour each. Can go away and come
// back.
class FakeGateway {
 public:
  using Decide = std::function<grpc::Status(const v1::Envelope&, v1::Receipt&)>;
  using Acknowledge = std::function<grpc::Status(const v1::DeliveryOutcome&)>;

  explicit FakeGateway(Certificates& certificates);
  ~FakeGateway();
  void Start();  // At the same port each time.
  void Stop();
  AdapterConfig ConfigOf(const Credentials& credentials) const;

  void set_decide(Decide decide);
  void set_acknowledge(Acknowledge acknowledge);
  // Ids of the messages asked about, in order.
  std::vector<std::string> asked() const;
  // What was acknowledged, in order, as "ID STATE CODE".
  std::vector<std::string> acknowledged() const;
  int streams() const;                      // Opened so far.
  std::vector<std::string> opened() const;  // Recipients of the last one.
  // Hands an item out on the open stream; waits for one.
  bool Deliver(const v1::Delivery& delivery);

 private:
  class Exchange;
  class Mailbox;

  Certificates& certificates_;
  mutable std::mutex mutex_;
  Decide decide_;
  Acknowledge acknowledge_;
  std::vector<std::string> asked_;
  std::vector<std::string> acknowledged_;
  std::vector<std::string> opened_;
  int streams_ = 0;
  int port_ = 0;
  grpc::ServerReaderWriter<v1::ReceiveResponse, v1::ReceiveRequest>* stream_ = nullptr;
  std::unique_ptr<Exchange> exchange_;
  std::unique_ptr<Mailbox> mailbox_;
  std::unique_ptr<grpc::Server> server_;
};

// A refusal as the gateway words it.
grpc::Status Refused(grpc::StatusCode code, const std::string& reason);

// A task report about an invented person, and an item for a provider.
v1::Envelope ReportOf(const std::string& message_id, const std::string& nhs_number = "9990000018");
v1::Delivery DeliveryOf(const std::string& id, const std::string& nhs_number = "9990000018",
                        const std::string& recipient = "1-1000000001");

// Words that ReportOf and DeliveryOf plant: none may stand in a file unsealed.
std::vector<std::string> PlantedWords();

}  // namespace fosse::adapters

#endif  // FOSSE_TESTS_ADAPTERS_KIT_KIT_WORLD_H_
