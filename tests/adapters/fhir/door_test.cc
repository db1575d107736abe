// What the door answers before a message reaches the gateway.
#include "adapters/fhir/door.h"

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "tests/adapters/fhir/samples.h"
#include "tests/adapters/kit/kit_world.h"
#include "tests/adapters/kit/signer.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::fhir {
namespace {

constexpr char kId[] = "0a000000-0000-4000-8000-000000000001";

class DoorTest : public ::testing::Test {
 protected:
  DoorTest() : door_(adapter_, "fosse-test") {
    auto outbox = Outbox::Open(folder_.path("outbox"), folder_.path("key"), adapter_.random);
    EXPECT_THAT(outbox, IsOk());
    adapter_.outbox = *std::move(outbox);
    NativeClient& client = *adapter_.config.add_clients();
    client.set_certificate_name("fosse:participant:C82999");
    client.set_participant("C82999");
    adapter_.config.set_locality("QK1");
    request_.method = "POST";
    request_.path = "/$process-message";
    request_.client = "fosse:participant:C82999";
    request_.headers = {{"x-request-id", kId},
                        {"x-correlation-id", kId},
                        {"content-type", "application/fhir+json; version=1.0"}};
    request_.body = "{}";
  }

  HttpResponse Answer() {
    HttpResponse answer;
    int answers = 0;
    door_.Handle(request_, [&](HttpResponse response) {
      answer = std::move(response);
      ++answers;
    });
    EXPECT_EQ(answers, 1);
    return answer;
  }

  static std::string IssueCode(const HttpResponse& response) {
    return Json::parse(response.body)["issue"][0]["code"];
  }

  Folder folder_;
  Adapter adapter_;
  FhirDoor door_;
  HttpRequest request_;
};

TEST_F(DoorTest, ABadBundleIsLocatedAndTheIdsAreSentBack) {
  Shows({"haz-21"});
  for (const char* path : {"/$process-message", "/FHIR/R4/$process-message"}) {
    request_.path = path;
    const HttpResponse response = Answer();
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.headers.at("X-Request-Id"), kId);
    EXPECT_EQ(response.headers.at("X-Correlation-Id"), kId);
    EXPECT_EQ(response.headers.at("Content-Type"), "application/fhir+json");
    EXPECT_EQ(Json::parse(response.body)["issue"][0]["expression"][0], "Bundle.resourceType");
  }
}

TEST_F(DoorTest, ARequestIdThatWasAnsweredIsADuplicateWithItsFirstOutcome) {
  Shows({"ctl-10"});
  v1::Receipt first;
  first.set_message_id("m-1");
  first.set_entry_index(41);
  first.add_notices()->set_code("SOMETHING");
  ASSERT_THAT(adapter_.outbox->KeepOutcome(absl::StrCat("C82999/", kId), first.SerializeAsString()),
              IsOk());
  request_.headers["x-request-id"] = absl::AsciiStrToUpper(kId);
  const HttpResponse response = Answer();
  EXPECT_EQ(response.status, 409);
  const Json outcome = Json::parse(response.body);
  EXPECT_EQ(outcome["issue"][0]["code"], "duplicate");
  EXPECT_EQ(outcome["issue"][0]["details"]["coding"][0]["code"], "PROXY_CONFLICT");
  EXPECT_EQ(outcome["issue"][1]["details"]["coding"][0]["code"], "SOMETHING");
  EXPECT_EQ(outcome["extension"][0]["valueUnsignedInt"], 41);
  // An id is one participant's own.
  NativeClient& other = *adapter_.config.add_clients();
  other.set_certificate_name("fosse:participant:C82998");
  other.set_participant("C82998");
  request_.client = "fosse:participant:C82998";
  EXPECT_EQ(Answer().status, 400);
}

// Eight threads send eight messages under one id, while the gateway is slow to decide.
TEST_F(DoorTest, OfManyAtOnceUnderOneIdOneIsDecidedAndTheOthersGetItsOutcome) {
  Shows({"ctl-10", "ctl-13", "haz-07"});
  Certificates certificates;
  FakeGateway gateway(certificates);
  gateway.set_decide([](const v1::Envelope& envelope, v1::Receipt& receipt) {
    absl::SleepFor(absl::Milliseconds(50));
    receipt.set_message_id(envelope.message_id());
    receipt.set_entry_index(7);
    return grpc::Status::OK;
  });
  gateway.Start();
  auto client = GatewayClient::Create(gateway.ConfigOf(certificates.Participant("RELAY")));
  ASSERT_THAT(client, IsOk());
  adapter_.gateway = *std::move(client);
  adapter_.door = std::make_unique<MessageDoor>(*adapter_.outbox, *adapter_.gateway,
                                                adapter_.random, absl::Minutes(5));
  absl::Mutex mutex;
  std::multiset<int> statuses;
  std::vector<std::thread> senders;
  for (int n = 0; n < 8; ++n) {
    senders.emplace_back([&, n] {
      HttpRequest request = request_;
      Json bundle = SampleJson("risk-change");
      bundle["id"] = absl::StrCat("bundle-", n);
      request.body = bundle.dump();
      door_.Handle(request, [&](HttpResponse response) {
        const absl::MutexLock lock(&mutex);
        statuses.insert(response.status);
      });
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_TRUE(Eventually([&] {
    const absl::MutexLock lock(&mutex);
    return statuses.size() == 8;
  }));
  EXPECT_EQ(statuses.count(200), 1u);
  EXPECT_EQ(statuses.count(409), 7u);
  EXPECT_EQ(gateway.asked().size(), 1u);
  adapter_.door.reset();
}

TEST_F(DoorTest, AResourceByItselfHasAPathOfItsOwn) {
  Shows({"haz-21"});
  request_.path = "/Task";
  request_.body = Sample("alone-concern.json");
  const HttpResponse other = Answer();
  EXPECT_EQ(other.status, 400);
  EXPECT_EQ(Json::parse(other.body)["issue"][0]["expression"][0], "Communication.resourceType");
  request_.path = "/FHIR/R4/CarePlan";
  request_.body = R"({"resourceType": "CarePlan", "status": "active"})";
  const HttpResponse plan = Answer();
  EXPECT_EQ(plan.status, 400);
  EXPECT_EQ(Json::parse(plan.body)["issue"][0]["details"]["coding"][1]["code"], "RESOURCE_ALONE");
}

TEST_F(DoorTest, TheIdsAreUuids) {
  for (const char* name : {"x-request-id", "x-correlation-id"}) {
    request_.headers[name] = "";
    HttpResponse response = Answer();
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(IssueCode(response), "required");
    request_.headers[name] = "9990000018";
    response = Answer();
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(IssueCode(response), "invalid");
    EXPECT_EQ(response.body.find("9990000018"), std::string::npos);
    for (const auto& [header, value] : response.headers) EXPECT_NE(value, "9990000018");
    request_.headers[name] = kId;
  }
}

TEST_F(DoorTest, StrangersWrongPathsMethodsAndTypesAreTold) {
  request_.client = "fosse:participant:C82998";
  EXPECT_EQ(Answer().status, 403);
  request_.client = "fosse:participant:C82999";
  request_.path = "/Patient/9990000018";
  const HttpResponse missing = Answer();
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.body.find("9990000018"), std::string::npos);
  request_.path = "/$process-message";
  request_.method = "GET";
  const HttpResponse method = Answer();
  EXPECT_EQ(method.status, 405);
  EXPECT_EQ(method.headers.at("Allow"), "POST");
  request_.method = "POST";
  request_.headers["content-type"] = "text/plain";
  EXPECT_EQ(Answer().status, 415);
}

TEST_F(DoorTest, ASearchIsRefusedBeforeTheGatewayIsAskedWhereItIsNone) {
  request_.method = "GET";
  request_.path = "/Task";
  request_.query = "status=tea";
  HttpResponse response = Answer();
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(Json::parse(response.body)["issue"][0]["location"][0], "http.status");
  request_.query = "status=%zz";
  EXPECT_EQ(Answer().status, 400);
  request_.headers["x-request-id"] = "";
  EXPECT_EQ(IssueCode(Answer()), "required");
  request_.headers["x-request-id"] = kId;
  request_.method = "POST";
  request_.path = "/Task/_search";
  EXPECT_EQ(Answer().status, 415);
  request_.headers["content-type"] = "application/x-www-form-urlencoded";
  request_.body = "tea=1";
  response = Answer();
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(IssueCode(response), "not-supported");
  request_.method = "DELETE";
  request_.path = "/Task";
  response = Answer();
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.at("Allow"), "GET, POST");
}

TEST_F(DoorTest, MetadataSaysWhatIsThere) {
  request_.method = "GET";
  request_.path = "/metadata";
  const HttpResponse response = Answer();
  EXPECT_EQ(response.status, 200);
  const Json statement = Json::parse(response.body);
  EXPECT_EQ(statement["resourceType"], "CapabilityStatement");
  EXPECT_EQ(statement["fhirVersion"], "4.0.1");
  EXPECT_EQ(statement["rest"][0]["operation"][0]["name"], "process-message");
  // Nothing is named that is not there.
  for (const Json& resource : statement["rest"][0]["resource"]) {
    request_.path = "/" + resource["type"].get<std::string>();
    request_.query = "tea=1";
    EXPECT_EQ(Answer().status, 400) << request_.path;
    for (const Json& parameter : resource["searchParam"]) {
      request_.query = parameter["name"].get<std::string>() + "=";
      const Json outcome = Json::parse(Answer().body);
      EXPECT_EQ(outcome["issue"][0]["location"][0], "http." + parameter["name"].get<std::string>());
    }
  }
}

TEST_F(DoorTest, WithoutACertificateATokenIsNeeded) {
  Shows({"ctl-01"});
  request_.client = "";
  EXPECT_EQ(Answer().status, 401) << "no tokens are set up";
  const Signer signer(false);
  folder_.Write("jwks", signer.Jwks());
  Bearer config;
  config.set_token_url("https://door.example/oauth2/token");
  BearerClient& client = *config.add_clients();
  client.set_issuer("app");
  client.set_participant("C82999");
  client.set_jwks_file(folder_.path("jwks"));
  auto tokens = BearerTokens::Create(config, adapter_.random);
  ASSERT_THAT(tokens, IsOk());
  FhirDoor door(adapter_, "fosse-test", *std::move(tokens));
  const auto ask = [&](const HttpRequest& request) {
    HttpResponse answer;
    door.Handle(request, [&](HttpResponse response) { answer = std::move(response); });
    return answer;
  };
  const HttpResponse refused = ask(request_);
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.headers.at("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(Json::parse(refused.body)["issue"][0]["details"]["coding"][0]["code"],
            "PROXY_UNAUTHORIZED");

  const nlohmann::json claims = {{"iss", "app"},
                                 {"sub", "app"},
                                 {"aud", config.token_url()},
                                 {"jti", "1"},
                                 {"exp", absl::ToUnixSeconds(absl::Now()) + 60}};
  HttpRequest exchange;
  exchange.method = "POST";
  exchange.path = "/oauth2/token";
  exchange.headers["content-type"] = "application/x-www-form-urlencoded";
  exchange.body = WriteForm(
      {{"grant_type", "client_credentials"},
       {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
       {"client_assertion", signer.Sign(claims, "RS512")}});
  const HttpResponse given = ask(exchange);
  ASSERT_EQ(given.status, 200) << given.body;
  EXPECT_EQ(ask(exchange).status, 401) << "each serves once";
  exchange.method = "GET";
  EXPECT_EQ(ask(exchange).status, 400);
  request_.headers["authorization"] =
      "Bearer " + Json::parse(given.body)["access_token"].get<std::string>();
  const HttpResponse taken = ask(request_);
  EXPECT_EQ(taken.status, 400) << "it came as far as its body";
  EXPECT_EQ(Json::parse(taken.body)["issue"][0]["expression"][0], "Bundle.resourceType");
  // A certificate that is not listed is not mended by a token.
  request_.client = "fosse:participant:C82998";
  EXPECT_EQ(ask(request_).status, 403);
}

TEST(AttemptTest, AStatusSaysWhatBecameOfADelivery) {
  Shows({"ctl-14", "ctl-16"});
  using Result = Attempt::Result;
  for (const int status : {200, 202, 409}) {
    EXPECT_EQ(AttemptOf(status).result, Result::kDelivered) << status;
  }
  for (const int status : {400, 403, 404, 422}) {
    EXPECT_EQ(AttemptOf(status).result, Result::kRefused) << status;
  }
  for (const int status : {301, 408, 429, 500, 503}) {
    EXPECT_EQ(AttemptOf(status).result, Result::kLater) << status;
  }
  EXPECT_EQ(AttemptOf(200).detail_code, "http-200");
}

}  // namespace
}  // namespace fosse::adapters::fhir
