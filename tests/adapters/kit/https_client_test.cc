#include "adapters/kit/https_client.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/adapters/kit/kit_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters {
namespace {

constexpr absl::Duration kLong = absl::Minutes(5);

class HttpsClientTest : public ::testing::Test {
 protected:
  HttpsClientTest() : client_(certificates_.Participant("RELAY")) {}

  void Listen(const std::string& pair) {
    Door door;
    door.set_listen("127.0.0.1:0");
    *door.mutable_credentials() = certificates_.Files(pair);
    auto server = HttpsServer::Listen(
        door, {},
        [this](const HttpRequest& request, const HttpsServer::Respond& respond) {
          if (request.path == "/never") return;
          respond({.status = request.path == "/full" ? 503 : 200,
                   .headers = {{"X-Path", request.path + "?" + request.query}},
                   .body = absl::StrCat(request.client, " ", request.headers.at("x-sent"), " ",
                                        request.body)});
        },
        [](int status) { return HttpResponse{.status = status, .headers = {}, .body = ""}; });
    ASSERT_THAT(server, IsOk());
    server_ = *std::move(server);
  }
  absl::StatusOr<HttpResponse> Post(const std::string& host, const std::string& path,
                                    absl::Duration timeout = kLong) {
    return PostHttps(absl::StrCat("https://", host, ":", server_->port(), path),
                     {{"X-Sent", "yes"}}, "body", client_, timeout);
  }

  Certificates certificates_;
  const Credentials client_;
  std::unique_ptr<HttpsServer> server_;
};

TEST_F(HttpsClientTest, PostsWithItsCertificateAndGivesBackWhateverIsAnswered) {
  Shows({"ctl-01"});
  Listen("server");
  ASSERT_OK_AND_ASSIGN(const HttpResponse response, Post("127.0.0.1", "/a/b?c=d"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "fosse:participant:RELAY yes body");
  EXPECT_EQ(response.headers.at("x-path"), "/a/b?c=d");
  ASSERT_OK_AND_ASSIGN(const HttpResponse full, Post("127.0.0.1", "/full"));
  EXPECT_EQ(full.status, 503);
}

TEST_F(HttpsClientTest, AServerOfAnotherNameOrAuthorityGetsNothing) {
  Shows({"ctl-01", "haz-20"});
  certificates_.Write("elsewhere", certificates_.authority().Issue({"DNS:elsewhere.example"}));
  Listen("elsewhere");
  EXPECT_THAT(Post("127.0.0.1", "/"), FailsWith("SYSTEM_UNREACHABLE"));
  TestAuthority other;
  certificates_.Write("stranger", other.LocalServer());
  Listen("stranger");
  EXPECT_THAT(Post("127.0.0.1", "/"), FailsWith("SYSTEM_UNREACHABLE"));
}

TEST_F(HttpsClientTest, NobodyThereOrNoAnswerIsUnreachable) {
  Listen("server");
  EXPECT_THAT(Post("127.0.0.1", "/never", absl::Milliseconds(200)),
              FailsWith("SYSTEM_UNREACHABLE"));
  const std::string url = absl::StrCat("https://127.0.0.1:", server_->port(), "/");
  server_.reset();
  EXPECT_THAT(PostHttps(url, {}, "", client_, kLong), FailsWith("SYSTEM_UNREACHABLE"));
}

TEST_F(HttpsClientTest, OnlyHttpsEndpointsAreEndpoints) {
  for (const char* url : {"", "http://localhost/", "https://", "https:///path", "https://:1/"}) {
    EXPECT_THAT(PostHttps(url, {}, "", client_, kLong), FailsWith("URL_INVALID")) << url;
  }
}

}  // namespace
}  // namespace fosse::adapters
