#include "adapters/council/webhook/check.h"

#include <sys/stat.h>

#include <functional>

#include "adapters/council/webhook/sender.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/adapters/kit/kit_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::council::webhook {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kSecret[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

class CheckTest : public ::testing::Test {
 protected:
  CheckTest() {
    Keys("keys", kSecret);
    config_.add_recipients("LCC");
    Webhook& hook = *config_.add_webhooks();
    hook.set_participant("LCC");
    hook.set_url("https://council.example/hooks");
    hook.set_key_file(folder_.path("keys"));
    hook.set_content("item");
  }
  void Keys(const std::string& name, const std::string& text, mode_t mode = 0600) {
    folder_.Write(name, text);
    ASSERT_EQ(chmod(folder_.path(name).c_str(), mode), 0);
  }
  // What the check says once one thing is changed.
  std::string With(const std::function<void(Webhook&)>& change) {
    AdapterConfig config = config_;
    change(*config.mutable_webhooks(0));
    const absl::Status status = CheckWebhooks(config);
    EXPECT_EQ(ReasonOf(status), "WEBHOOK_CONFIG_INVALID");
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("whsec_Mf")));
    return std::string(status.message());
  }

  Folder folder_;
  AdapterConfig config_;
};

TEST_F(CheckTest, AWholeWebhookIsRight) { EXPECT_THAT(CheckWebhooks(config_), IsOk()); }

TEST_F(CheckTest, EachFaultNamesItsFieldAndTheRemedy) {
  Shows({"flt-27"});
  EXPECT_THAT(With([](Webhook& hook) { hook.set_participant("OTHER"); }),
              StartsWith("webhooks[0].participant: name one of recipients"));
  for (const char* url : {"", "http://council.example/", "https://", "https://a b/", "https://a:x/",
                          "https://a:0/", "https://user@a/", "https://a/#f", "https://[::1]/"}) {
    EXPECT_THAT(With([url](Webhook& hook) { hook.set_url(url); }),
                StartsWith("webhooks[0].url: give https://host:port/path"))
        << url;
  }
  EXPECT_THAT(With([](Webhook& hook) { hook.clear_content(); }),
              StartsWith("webhooks[0].content: say what is sent"));
  EXPECT_THAT(With([](Webhook& hook) { hook.set_timeout_ms(15'001); }),
              StartsWith("webhooks[0].timeout_ms: "));
  EXPECT_THAT(With([](Webhook& hook) { hook.set_authority("/nowhere/ca.pem"); }),
              StartsWith("webhooks[0].authority: cannot be read"));
}

TEST_F(CheckTest, KeysComeFromAFileThatOthersCannotRead) {
  Keys("open", kSecret, 0644);
  Keys("public", "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
  Keys("short", "whsec_c2hvcnQ=");
  const auto with = [this](const char* name) {
    return With([this, name](Webhook& hook) { hook.set_key_file(folder_.path(name)); });
  };
  EXPECT_THAT(with("open"),
              HasSubstr("webhooks[0].key_file: others may read this file; chmod 600"));
  EXPECT_THAT(with("public"), HasSubstr("webhooks[0].key_file: a public key"));
  EXPECT_THAT(with("short"), HasSubstr("webhooks[0].key_file: a key is whsec_"));
  EXPECT_THAT(with("none"), HasSubstr("webhooks[0].key_file: the file of keys cannot be read"));
}

TEST_F(CheckTest, AddressesOfOurOwnNetworkNeedAWord) {
  Shows({"haz-31"});
  for (const char* url : {"https://127.0.0.1:8443/", "https://10.1.2.3/", "https://192.168.0.9/",
                          "https://169.254.169.254/latest", "https://localhost/",
                          "https://0.0.0.0/", "https://x.localhost/"}) {
    EXPECT_THAT(With([url](Webhook& hook) { hook.set_url(url); }),
                HasSubstr("webhooks[0].url: names a loopback or private address"))
        << url;
    config_.mutable_webhooks(0)->set_private_addresses(true);
    config_.mutable_webhooks(0)->set_url(url);
    EXPECT_THAT(CheckWebhooks(config_), IsOk()) << url;
    config_.mutable_webhooks(0)->set_private_addresses(false);
  }
}

TEST_F(CheckTest, AnOrganisationHasOne) {
  *config_.add_webhooks() = config_.webhooks(0);
  EXPECT_THAT(std::string(CheckWebhooks(config_).message()),
              StartsWith("webhooks[1].participant: has a webhook already"));
}

TEST_F(CheckTest, EachReceiverIsSparedByItsOwnTerms) {
  Shows({"ctl-14"});
  config_.mutable_webhooks(0)->set_breaker_failures(2);
  config_.mutable_webhooks(0)->set_breaker_longest_rest_ms(700);
  SystemRandom random;
  ASSERT_OK_AND_ASSIGN(const auto outbox,
                       Outbox::Open(folder_.path("o"), folder_.path("k"), random));
  ASSERT_OK_AND_ASSIGN(const auto sender, Sender::Create(config_, *outbox));
  Pace pace;
  sender->AddTerms(pace);
  EXPECT_EQ(pace.breakers.at("LCC").failures, 2);
  EXPECT_EQ(pace.breakers.at("LCC").longest_rest, absl::Milliseconds(700));
  EXPECT_TRUE(sender->Serves("LCC"));
  EXPECT_FALSE(sender->Serves("OTHER"));
}

}  // namespace
}  // namespace fosse::adapters::council::webhook
