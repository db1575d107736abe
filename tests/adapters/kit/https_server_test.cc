#include "adapters/kit/https_server.h"

#include <mutex>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/adapters/kit/kit_world.h"
#include "tests/adapters/kit/tls_client.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters {
namespace {

using ::testing::SizeIs;

std::string Get(const std::string& path, const std::string& headers = "") {
  return absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: localhost\r\n", headers, "\r\n");
}
std::string Post(const std::string& body) {
  return absl::StrCat("POST /messages?a=b HTTP/1.1\r\nHost: localhost\r\nContent-Length: ",
                      body.size(), "\r\n\r\n", body);
}

class HttpsServerTest : public ::testing::Test {
 protected:
  HttpsServerTest() : client_(certificates_.Participant("RT5")) {}

  void Listen(HttpLimits limits = HttpLimits()) {
    Door door;
    door.set_listen("127.0.0.1:0");
    *door.mutable_credentials() = certificates_.Server();
    auto server = HttpsServer::Listen(
        door, limits,
        [this](HttpRequest request, HttpsServer::Respond respond) {
          const std::lock_guard lock(mutex_);
          requests_.push_back(request);
          if (request.path == "/later") {
            responds_.push_back(std::move(respond));
          } else {
            respond({.status = 200, .headers = {{"X-Test", "1"}}, .body = request.path});
          }
        },
        [](int status) {
          return HttpResponse{.status = status, .headers = {}, .body = "refused"};
        });
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
  }

  std::unique_ptr<TlsClient> Connect() {
    return std::make_unique<TlsClient>(server_->port(), client_);
  }
  std::vector<HttpRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  std::vector<HttpsServer::Respond> responds() {
    const std::lock_guard lock(mutex_);
    return responds_;
  }

  Certificates certificates_;
  const Credentials client_;
  std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  std::vector<HttpsServer::Respond> responds_;
  std::unique_ptr<HttpsServer> server_;
};

TEST_F(HttpsServerTest, HandsOverTheRequestWithTheNameOfTheCertificate) {
  Shows({"ctl-01"});
  Listen();
  const auto client = Connect();
  const TlsClient::Response response = client->Ask(
      "POST /messages?a=b HTTP/1.1\r\nHost: localhost\r\nX-Mixed-Case: Value\r\n"
      "Content-Length: 5\r\n\r\nhello");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "/messages");
  ASSERT_THAT(requests(), SizeIs(1));
  const HttpRequest request = requests()[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/messages");
  EXPECT_EQ(request.query, "a=b");
  EXPECT_EQ(request.headers.at("x-mixed-case"), "Value");
  EXPECT_EQ(request.body, "hello");
  EXPECT_EQ(request.client, "fosse:participant:RT5");
}

TEST_F(HttpsServerTest, AConnectionServesManyRequestsAlsoSentAtOnce) {
  Listen();
  const auto client = Connect();
  for (int n = 0; n < 5; ++n) EXPECT_EQ(client->Ask(Get(absl::StrCat("/", n))).status, 200);
  ASSERT_TRUE(client->Send(Get("/first") + Post("body") + Get("/third")));
  EXPECT_EQ(client->Read().body, "/first");
  EXPECT_EQ(client->Read().body, "/messages");
  const TlsClient::Response third = client->Read();
  EXPECT_EQ(third.body, "/third");
  EXPECT_TRUE(third.keep_alive);
  EXPECT_FALSE(client->Ask(Get("/last", "Connection: close\r\n")).keep_alive);
  EXPECT_TRUE(client->IsEnded());
}

TEST_F(HttpsServerTest, NoRequestIsAnswered400) {
  Shows({"flt-27"});
  Listen();
  for (const char* bytes : {"no http at all\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
                            "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"}) {
    const auto client = Connect();
    const TlsClient::Response response = client->Ask(bytes);
    EXPECT_EQ(response.status, 400) << bytes;
    EXPECT_FALSE(response.keep_alive);
    EXPECT_EQ(response.body, "refused");
  }
  EXPECT_THAT(requests(), SizeIs(0));
}

TEST_F(HttpsServerTest, ABodyOfTheLimitIsTakenAndOneByteMoreIsAnswered413) {
  Shows({"flt-27"});
  Listen();
  EXPECT_EQ(Connect()->Ask(Post(std::string(1 << 20, 'x'))).status, 200);
  // Everything is sent before the answer is read: it must not be lost over that.
  EXPECT_EQ(Connect()->Ask(Post(std::string((1 << 20) + 1, 'x'))).status, 413);
  EXPECT_EQ(Connect()->Ask(Post(std::string(3 << 20, 'x'))).status, 413);
  // A length prefix alone: nobody waits for a gibibyte.
  EXPECT_EQ(
      Connect()->Ask("POST / HTTP/1.1\r\nHost: l\r\nContent-Length: 1073741824\r\n\r\n").status,
      413);
  std::string chunked = "POST / HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int n = 0; n < 17; ++n) chunked += "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  EXPECT_EQ(Connect()->Ask(chunked + "0\r\n\r\n").status, 413);
  EXPECT_THAT(requests(), SizeIs(1));
}

TEST_F(HttpsServerTest, HeadersOverTheLimitAreAnswered431) {
  Shows({"flt-27"});
  Listen();
  EXPECT_EQ(Connect()->Ask(Get("/", "X-Long: " + std::string(7000, 'x') + "\r\n")).status, 200);
  EXPECT_EQ(Connect()->Ask(Get("/", "X-Long: " + std::string(9000, 'x') + "\r\n")).status, 431);
  EXPECT_EQ(Connect()->Ask("GET /" + std::string(9000, 'x')).status, 431);
  EXPECT_THAT(requests(), SizeIs(1));
}

TEST_F(HttpsServerTest, WithoutACertificateOfTheAuthorityNobodyIsHeard) {
  Shows({"ctl-01", "haz-32"});
  Listen();
  Credentials none;
  none.set_authority(client_.authority());
  EXPECT_EQ(TlsClient(server_->port(), none).Ask(Get("/")).status, 0);
  TestAuthority other;
  certificates_.Write("stranger", other.Participant("RT5"));
  EXPECT_EQ(TlsClient(server_->port(), certificates_.Files("stranger")).Ask(Get("/")).status, 0);
  certificates_.Write("expired",
                      certificates_.authority().Issue({"URI:fosse:participant:RT5"}, -7200, -60));
  EXPECT_EQ(TlsClient(server_->port(), certificates_.Files("expired")).Ask(Get("/")).status, 0);
  EXPECT_THAT(requests(), SizeIs(0));
}

TEST_F(HttpsServerTest, ACertificateWithoutAParticipantHasNoName) {
  Shows({"ctl-01"});
  certificates_.Write("nameless", certificates_.authority().Issue({"DNS:localhost"}));
  Listen();
  TlsClient client(server_->port(), certificates_.Files("nameless"));
  EXPECT_EQ(client.Ask(Get("/")).status, 200);
  EXPECT_EQ(requests()[0].client, "");
}

TEST_F(HttpsServerTest, AClientThatWantsToResumeASessionIsServedAndNamed) {
  Shows({"ctl-01"});
  Listen();
  const auto first = Connect();
  EXPECT_EQ(first->Ask(Get("/1")).status, 200);
  SSL_SESSION* const session = first->Session();
  TlsClient second(server_->port(), client_, session);
  SSL_SESSION_free(session);
  EXPECT_EQ(second.Ask(Get("/2")).status, 200);
  EXPECT_EQ(requests().back().client, "fosse:participant:RT5");
}

TEST_F(HttpsServerTest, IdleConnectionsDelayNobody) {
  Listen();
  std::vector<std::unique_ptr<TlsClient>> idle;
  for (int n = 0; n < 64; ++n) {
    idle.push_back(Connect());
    ASSERT_TRUE(idle.back()->connected());
    if (n % 2 == 0) {
      EXPECT_TRUE(idle.back()->Send("GET /half-a-requ"));
    }
  }
  EXPECT_EQ(Connect()->Ask(Get("/")).status, 200);
  EXPECT_EQ(idle[1]->Ask(Get("/")).status, 200);
}

TEST_F(HttpsServerTest, ASlowRequestIsCutAndSoIsAnIdleConnection) {
  HttpLimits limits;
  limits.request = absl::Milliseconds(200);
  limits.idle = absl::Milliseconds(200);
  Listen(limits);
  const auto slow = Connect();
  ASSERT_TRUE(
      slow->Send("POST /messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1"));
  EXPECT_TRUE(slow->IsEnded());
  EXPECT_TRUE(Connect()->IsEnded());
  EXPECT_THAT(requests(), SizeIs(0));
}

TEST_F(HttpsServerTest, ConnectionsOverTheLimitAreClosedUntilAnotherHasEnded) {
  HttpLimits limits;
  limits.connections = 2;
  Listen(limits);
  auto first = Connect();
  auto second = Connect();
  EXPECT_EQ(first->Ask(Get("/")).status, 200);
  EXPECT_EQ(second->Ask(Get("/")).status, 200);
  EXPECT_FALSE(Connect()->connected());
  first.reset();
  EXPECT_TRUE(Eventually([&] { return Connect()->Ask(Get("/")).status == 200; }));
}

TEST_F(HttpsServerTest, AnAnswerMayComeLaterFromAnyThread) {
  Listen();
  const auto client = Connect();
  ASSERT_TRUE(client->Send(Get("/later")));
  ASSERT_TRUE(Eventually([&] { return responds().size() == 1; }));
  std::thread answering([this] {
    responds()[0]({.status = 503, .headers = {}, .body = "first"});
    responds()[0]({.status = 200, .headers = {}, .body = "second"});  // Once is all that counts.
  });
  answering.join();
  const TlsClient::Response response = client->Read();
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, "first");
  EXPECT_EQ(client->Ask(Get("/next")).body, "/next");
}

TEST_F(HttpsServerTest, ItsEndClosesEveryConnectionAndALateAnswerIsNoHarm) {
  Listen();
  const auto idle = Connect();
  const auto halfway = Connect();
  const auto waiting = Connect();
  EXPECT_EQ(idle->Ask(Get("/")).status, 200);
  ASSERT_TRUE(halfway->Send("POST /messages HTTP/1.1\r\nContent-Le"));
  ASSERT_TRUE(waiting->Send(Get("/later")));
  ASSERT_TRUE(Eventually([&] { return responds().size() == 1; }));
  server_.reset();
  EXPECT_TRUE(idle->IsEnded());
  EXPECT_TRUE(halfway->IsEnded());
  EXPECT_TRUE(waiting->IsEnded());
  responds()[0]({.status = 200, .headers = {}, .body = "late"});
}

TEST_F(HttpsServerTest, AnswersMayRaceItsEnd) {
  for (int round = 0; round < 20; ++round) {
    Listen();
    std::vector<std::unique_ptr<TlsClient>> clients;
    for (int n = 0; n < 4; ++n) {
      clients.push_back(Connect());
      ASSERT_TRUE(clients.back()->Send(Get("/later")));
    }
    ASSERT_TRUE(Eventually([&] { return responds().size() == 4; }));
    std::thread answering([this] {
      for (const HttpsServer::Respond& respond : responds()) {
        respond({.status = 200, .headers = {}, .body = "answer"});
      }
    });
    server_.reset();
    answering.join();
    const std::lock_guard lock(mutex_);
    responds_.clear();
  }
  EXPECT_THAT(requests(), SizeIs(80));
}

TEST_F(HttpsServerTest, SaysWhyItCannotListen) {
  Listen();
  Door door;
  *door.mutable_credentials() = certificates_.Server();
  const std::string taken = absl::StrCat("127.0.0.1:", server_->port());
  for (const std::string& listen :
       {std::string(""), std::string("127.0.0.1"), std::string("127.0.0.1:99999"),
        std::string("no-address:80"), std::string("127.0.0.1:-1"), taken}) {
    door.set_listen(listen);
    EXPECT_THAT(HttpsServer::Listen(door, {}, nullptr, nullptr).status(),
                FailsWith("ADDRESS_UNUSABLE"))
        << listen;
  }
  door.set_listen("127.0.0.1:0");
  door.mutable_credentials()->set_key(door.credentials().certificate());
  EXPECT_THAT(HttpsServer::Listen(door, {}, nullptr, nullptr).status(),
              FailsWith("CREDENTIALS_UNREADABLE"));
}

}  // namespace
}  // namespace fosse::adapters
