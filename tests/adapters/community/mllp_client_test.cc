// Our MLLP client against our MLLP server, over mutual TLS.
#include "adapters/community/mllp_client.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "adapters/community/mllp_server.h"
#include "gtest/gtest.h"
#include "tests/adapters/community/certificate_files.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::community {
namespace {

constexpr absl::Duration kSoon = absl::Seconds(5);

class MllpClientTest : public ::testing::Test {
 protected:
  void Serve(MllpServer::Handle handle) {
    Door door;
    door.set_listen("127.0.0.1:0");
    *door.mutable_credentials() = files_.Of("RT5");
    ASSERT_OK_AND_ASSIGN(server_, MllpServer::Listen(door, MllpLimits{}, std::move(handle)));
  }
  std::string Url() const { return absl::StrCat("mllp://localhost:", server_->port()); }

  CertificateFiles files_;
  std::unique_ptr<MllpServer> server_;
};

TEST_F(MllpClientTest, SendsOneMessageAndHearsItsAnswer) {
  Shows({"ctl-01", "haz-21"});
  std::string came;
  Serve([&came](MllpRequest request, MllpServer::Respond respond) {
    came = request.bytes;
    respond({"the answer"});
  });
  ASSERT_OK_AND_ASSIGN(const std::string answer,
                       AskMllp(Url(), "MSH|a message\r", files_.Of("ADAPTER"), kSoon));
  EXPECT_EQ(answer, "the answer");
  EXPECT_EQ(came, "MSH|a message\r");
}

TEST_F(MllpClientTest, SilenceStrangersAndWrongAddressesEndInTime) {
  Shows({"ctl-31"});
  Serve([](MllpRequest, MllpServer::Respond respond) { respond({}); });
  EXPECT_THAT(AskMllp(Url(), "MSH|x\r", files_.Of("ADAPTER"), absl::Milliseconds(300)),
              FailsWith("SYSTEM_UNREACHABLE"));
  EXPECT_THAT(AskMllp("mllp://localhost:1", "MSH|x\r", files_.Of("ADAPTER"), kSoon),
              FailsWith("SYSTEM_UNREACHABLE"));
  for (const char* url : {"mllp://localhost", "mllp://:1", "https://localhost:1/", ""}) {
    EXPECT_THAT(AskMllp(url, "MSH|x\r", files_.Of("ADAPTER"), kSoon), FailsWith("URL_INVALID"));
  }
}

TEST_F(MllpClientTest, WhatWouldEndItsOwnFrameIsNotSent) {
  Serve([](MllpRequest, MllpServer::Respond respond) { respond({"never"}); });
  EXPECT_FALSE(AskMllp(Url(), "MSH|\x1C\r", files_.Of("ADAPTER"), kSoon).ok());
}

}  // namespace
}  // namespace fosse::adapters::community
