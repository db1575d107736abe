#ifndef FOSSE_TESTS_ADAPTERS_PAGE_FAKE_SIGN_IN_H_
#define FOSSE_TESTS_ADAPTERS_PAGE_FAKE_SIGN_IN_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "adapters/kit/https_server.h"
#include "gtest/gtest.h"
#include "tests/adapters/kit/kit_world.h"
#include "tests/adapters/kit/signer.h"

namespace fosse::adapters::page {

// A sign-in service that says whatever a test has it say.
class FakeSignIn {
 public:
  explicit FakeSignIn(Certificates& certificates, std::string client = "practice-page")
      : client_(std::move(client)) {
    Door door;
    door.set_listen("127.0.0.1:0");
    *door.mutable_credentials() = certificates.Server();
    auto server = HttpsServer::Listen(
        door, {},
        [this](const HttpRequest& request, const HttpsServer::Respond& respond) {
          respond({.status = 200, .headers = {}, .body = Answer(request).dump()});
        },
        [](int status) { return HttpResponse{.status = status, .headers = {}, .body = ""}; });
    EXPECT_TRUE(server.ok());
    server_ = *std::move(server);
  }
  std::string issuer() const { return absl::StrCat("https://127.0.0.1:", server_->port()); }

  std::string subject = "tamsin";
  std::string nonce;

 private:
  nlohmann::json Answer(const HttpRequest& request) {
    if (request.path == "/keys") return nlohmann::json::parse(signer_.Jwks());
    if (request.path != "/token") {
      return {{"issuer", issuer()},
              {"authorization_endpoint", issuer() + "/authorize"},
              {"token_endpoint", issuer() + "/token"},
              {"jwks_uri", issuer() + "/keys"}};
    }
    const int64_t now = absl::ToUnixSeconds(absl::Now());
    return {{"id_token", signer_.Sign({{"iss", issuer()},
                                       {"aud", client_},
                                       {"sub", subject},
                                       {"nonce", nonce},
                                       {"iat", now},
                                       {"exp", now + 600}})}};
  }
  const std::string client_;
  const Signer signer_{true};
  std::unique_ptr<HttpsServer> server_;
};

}  // namespace fosse::adapters::page

#endif  // FOSSE_TESTS_ADAPTERS_PAGE_FAKE_SIGN_IN_H_
