#include "adapters/council/webhook/sender.h"

#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "adapters/council/webhook/signature.h"
#include "adapters/kit/https_client.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/adapters/kit/kit_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::council::webhook {
namespace {

using Result = Attempt::Result;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kSecret[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

v1::Delivery ConcernOf(const std::string& id) {
  v1::Delivery delivery;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(recipient: "LCC"
           kind: DELIVERY_KIND_CONCERN
           urgency: URGENCY_URGENT
           words: "A concern to act on."
           entry_index: 12
           message {
             sender: "1-1000000001"
             subject { person { nhs_number: "9990000018" family_name: "Quillfeather" } }
             concern_raised { reference: "c-1" summary: "Oswin was pale." }
           })pb",
      &delivery));
  delivery.set_delivery_id(id);
  return delivery;
}

// A receiver in this process; what it answers is set by each test.
class SenderTest : public ::testing::Test {
 protected:
  SenderTest() {
    certificates_.folder().Write("keys", kSecret);
    FOSSE_CHECK(chmod(certificates_.folder().path("keys").c_str(), 0600) == 0);
    Door door;
    door.set_listen("127.0.0.1:0");
    *door.mutable_credentials() = certificates_.Server();
    auto server = HttpsServer::Listen(
        door, {},
        [this](HttpRequest request, const HttpsServer::Respond& respond) {
          const std::lock_guard lock(mutex_);
          requests_.push_back(std::move(request));
          respond(answer_);
        },
        [](int status) { return HttpResponse{.status = status, .headers = {}, .body = ""}; });
    FOSSE_CHECK(server.ok());
    server_ = *std::move(server);
    *config_.mutable_https()->mutable_credentials() = certificates_.Participant("ADAPTER");
    config_.add_recipients("LCC");
    Webhook& hook = *config_.add_webhooks();
    hook.set_participant("LCC");
    hook.set_url(absl::StrCat("https://127.0.0.1:", server_->port(), "/hooks?a=b"));
    hook.set_key_file(certificates_.folder().path("keys"));
    hook.set_content("item");
    hook.set_private_addresses(true);
    OpenOutbox();
  }

  // As after a restart.
  void OpenOutbox() {
    sender_ = nullptr;
    outbox_ = nullptr;
    auto outbox = Outbox::Open(certificates_.folder().path("outbox.db"),
                               certificates_.folder().path("outbox.key"), random_);
    FOSSE_CHECK(outbox.ok());
    outbox_ = *std::move(outbox);
    auto sender = Sender::Create(config_, *outbox_);
    FOSSE_CHECK(sender.ok());
    sender_ = *std::move(sender);
  }
  Webhook& hook() { return *config_.mutable_webhooks(0); }
  void AnswerWith(int status, std::map<std::string, std::string> headers = {},
                  std::string body = "") {
    const std::lock_guard lock(mutex_);
    answer_ = {.status = status, .headers = std::move(headers), .body = std::move(body)};
  }
  Attempt Send(const std::string& id) { return sender_->Send(ConcernOf(id)); }
  std::vector<std::string> Ids() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> ids;
    for (const HttpRequest& request : requests_) ids.push_back(request.headers.at("webhook-id"));
    return ids;
  }

  Certificates certificates_;
  SystemRandom random_;
  AdapterConfig config_;
  std::mutex mutex_;
  HttpResponse answer_{.status = 204, .headers = {}, .body = ""};
  std::vector<HttpRequest> requests_;
  std::unique_ptr<HttpsServer> server_;
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<Sender> sender_;
};

TEST_F(SenderTest, AnItemGoesOutSignedAndIsDeliveredBy2xx) {
  Shows({"ctl-16"});
  const Attempt attempt = Send("M-1");
  EXPECT_EQ(attempt.result, Result::kDelivered);
  EXPECT_EQ(attempt.detail_code, "http-204");
  ASSERT_EQ(requests_.size(), 1u);
  const HttpRequest& request = requests_[0];
  EXPECT_EQ(request.path, "/hooks");
  EXPECT_EQ(request.query, "a=b");
  EXPECT_EQ(request.headers.at("content-type"), "application/json");
  EXPECT_THAT(request.body, HasSubstr("\"familyName\":\"Quillfeather\""));
  ASSERT_OK_AND_ASSIGN(const Key key, ParseKey(kSecret));
  EXPECT_THAT(
      Verify(
          {.id = "M-1", .timestamp = request.headers.at("webhook-timestamp"), .body = request.body},
          request.headers.at("webhook-signature"), {key}, absl::Now()),
      IsOk());
}

TEST_F(SenderTest, AReferenceNamesNobodyAndTheItemWaitsInTheWorkList) {
  Shows({"haz-31", "ctl-16"});
  hook().set_content("reference");
  OpenOutbox();
  EXPECT_EQ(Send("M-1").result, Result::kWorkList);
  OpenOutbox();
  EXPECT_EQ(Send("M-1").result, Result::kWorkList);
  EXPECT_THAT(Ids(), ElementsAre("M-1")) << "told once, also over a restart";
  for (const char* word : {"9990000018", "Quillfeather", "Oswin", "c-1", "1-1000000001", "words"}) {
    EXPECT_THAT(requests_[0].body, Not(HasSubstr(word)));
  }
  EXPECT_THAT(requests_[0].body, HasSubstr("\"id\":\"M-1\""));
}

TEST_F(SenderTest, AfterGoneNothingIsSentUntilSomebodySaysSo) {
  AnswerWith(410);
  EXPECT_EQ(Send("M-1").detail_code, "http-410");
  AnswerWith(204);
  OpenOutbox();
  const Attempt attempt = Send("M-2");
  EXPECT_EQ(attempt.result, Result::kRefused);
  EXPECT_EQ(attempt.detail_code, "webhook-gone");
  ASSERT_THAT(Enable(*outbox_, "LCC"), IsOk());
  EXPECT_EQ(Send("M-3").result, Result::kDelivered);
  EXPECT_THAT(Ids(), ElementsAre("M-1", "M-3"));
}

TEST_F(SenderTest, AfterGoneAnotherUrlIsAnotherReceiver) {
  AnswerWith(410);
  Send("M-1");
  AnswerWith(204);
  hook().set_url(absl::StrCat(hook().url(), "&c=d"));
  OpenOutbox();
  EXPECT_EQ(Send("M-2").result, Result::kDelivered);
}

TEST_F(SenderTest, RetryAfterHoldsForTheWholeReceiver) {
  Shows({"ctl-14"});
  AnswerWith(429, {{"Retry-After", "3600"}});
  const Attempt first = Send("M-1");
  EXPECT_EQ(first.result, Result::kLater);
  EXPECT_EQ(first.wait, absl::Hours(1));
  const Attempt next = Send("M-2");
  EXPECT_EQ(next.detail_code, "retry-after");
  EXPECT_GT(next.wait, absl::Minutes(14));
  EXPECT_LE(next.wait, kLongestRetry) << "no receiver silences us for longer than a retry waits";
  EXPECT_THAT(Ids(), ElementsAre("M-1"));
}

TEST_F(SenderTest, RedirectsAreNotFollowed) {
  Shows({"haz-31"});
  AnswerWith(307, {{"Location", hook().url()}});
  const Attempt attempt = Send("M-1");
  EXPECT_EQ(attempt.result, Result::kLater);
  EXPECT_EQ(attempt.detail_code, "http-307");
  EXPECT_THAT(Ids(), ElementsAre("M-1"));
}

TEST_F(SenderTest, ALongAnswerCountsByItsStatus) {
  AnswerWith(200, {}, std::string(8u << 20, 'x'));
  EXPECT_EQ(Send("M-1").result, Result::kDelivered);
}

TEST_F(SenderTest, ANameThatStandsForAnAddressOfOursIsNotCalled) {
  Shows({"haz-31"});
  // The config cannot know what a name stands for; the machine's own hosts file knows this one.
  EXPECT_THAT(CallHttps({.url = absl::StrCat("https://localhost:", server_->port(), "/"),
                         .public_only = true},
                        config_.https().credentials(), absl::Seconds(5)),
              FailsWith("ADDRESS_NOT_PUBLIC"));
  EXPECT_THAT(requests_, IsEmpty());
}

TEST_F(SenderTest, AReceiverOfAnotherAuthorityGetsNothing) {
  Shows({"haz-31"});
  const Certificates others;
  hook().set_authority(others.Server().authority());
  OpenOutbox();
  EXPECT_EQ(Send("M-1").detail_code, "unreachable");
  EXPECT_THAT(requests_, IsEmpty());
}

TEST_F(SenderTest, AKeyTakenAwayStopsTheCallsAndANewOneSignsTheNext) {
  certificates_.folder().Write("keys", "");
  EXPECT_EQ(Send("M-1").detail_code, "key-unusable");
  EXPECT_THAT(requests_, IsEmpty());
  certificates_.folder().Write("keys", absl::StrCat(kSecret, "\n", kSecret, "\n"));
  EXPECT_EQ(Send("M-1").result, Result::kDelivered);
  const std::string& two = requests_[0].headers.at("webhook-signature");
  EXPECT_EQ(std::count(two.begin(), two.end(), ' '), 1);
}

}  // namespace
}  // namespace fosse::adapters::council::webhook
