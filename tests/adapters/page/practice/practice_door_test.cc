#include "adapters/gp/page/practice_door.h"

#include <future>

#include "absl/strings/str_cat.h"
#include "adapters/kit/forms.h"
#include "gmock/gmock.h"
#include "tests/adapters/itk3/samples.h"
#include "tests/adapters/kit/kit_world.h"
#include "tests/adapters/page/fake_sign_in.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::page {
namespace {

using Json = nlohmann::json;

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class PracticeDoorTest : public ::testing::Test {
 protected:
  PracticeDoorTest() : gateway_(certificates_), service_(certificates_) {
    gateway_.Start();
    AdapterConfig config = gateway_.ConfigOf(certificates_.Participant("RELAY"));
    config.set_locality("QK1");
    config.set_outbox(certificates_.folder().path("outbox"));
    config.set_outbox_key(certificates_.folder().path("outbox.key"));
    certificates_.folder().Write("secret", "s");
    PracticePage& page = *config.mutable_page();
    page.mutable_door()->set_listen("127.0.0.1:0");
    *page.mutable_door()->mutable_credentials() = certificates_.Server();
    page.set_origin("https://page.example");
    page.set_issuer(service_.issuer());
    page.set_client_id("practice-page");
    page.set_client_secret_file(certificates_.folder().path("secret"));
    *page.mutable_credentials() = certificates_.Participant("RELAY");
    PageClinician& doctor = *page.add_clinicians();
    doctor.set_subject("tamsin");
    doctor.set_participant("C82999");
    doctor.set_name("Tamsin Okafor");
    doctor.set_gmc_number("7654345");
    doctor.set_role("R0260");
    page.add_practices()->set_participant("C82999");
    adapter_ = *Adapter::Open(config);
    loop_ =
        std::make_unique<DeliveryLoop>(*adapter_->outbox, *adapter_->gateway, adapter_->random,
                                       std::vector<std::string>{"C82999"}, [](const v1::Delivery&) {
                                         return Attempt{Attempt::Result::kWorkList, ""};
                                       });
    auto page_door = PracticeDoor::Listen(*adapter_, *loop_);
    EXPECT_TRUE(page_door.ok());
    page_ = *std::move(page_door);
    v1::Delivery offer = itk3::OfferDelivery("D1");
    offer.mutable_act_by()->set_seconds(absl::ToUnixSeconds(absl::Now()) + 86400);
    EXPECT_TRUE(adapter_->outbox->KeepDelivery(offer, absl::Now()).ok());
  }

  HttpResponse Ask(HttpRequest request) {
    std::promise<HttpResponse> answered;
    page_->Handle(request, [&](HttpResponse response) { answered.set_value(std::move(response)); });
    return answered.get_future().get();
  }
  HttpResponse Get(const std::string& path, const std::string& cookie = "",
                   const std::string& query = "") {
    return Ask({.method = "GET", .path = path, .query = query, .headers = {{"cookie", cookie}}});
  }
  HttpResponse Post(const std::string& path,
                    const std::vector<std::pair<std::string, std::string>>& form,
                    const std::string& origin = "https://page.example") {
    return Ask({.method = "POST",
                .path = path,
                .headers = {{"cookie", session_},
                            {"origin", origin},
                            {"content-type", "application/x-www-form-urlencoded"}},
                .body = WriteForm(form)});
  }
  static std::string CookieIn(const HttpResponse& response) {
    const std::string& text = response.headers.at("Set-Cookie");
    return text.substr(0, text.find(';'));
  }
  // Goes to the sign-in service and back.
  HttpResponse SignedIn(const std::string& spoilt_state = "") {
    const HttpResponse away = Get("/sign-in");
    EXPECT_EQ(away.status, 303);
    const std::string& to = away.headers.at("Location");
    const auto query = *ReadForm(to.substr(to.find('?') + 1));
    EXPECT_EQ(query.at("code_challenge_method"), "S256");
    if (service_.nonce.empty()) service_.nonce = query.at("nonce");
    return Get("/signed-in", CookieIn(away),
               WriteForm({{"code", "c"}, {"state", query.at("state") + spoilt_state}}));
  }
  void SignIn() {
    const HttpResponse back = SignedIn();
    ASSERT_EQ(back.status, 303);
    session_ = CookieIn(back);
    const std::string page = Get("/offers/D1", session_).body;
    token_ = FieldIn(page, "token");
    form_ = FieldIn(page, "form");
  }
  static std::string FieldIn(const std::string& page, const std::string& name) {
    const std::string before = absl::StrCat("name=\"", name, "\" value=\"");
    const size_t at = page.find(before);
    if (at == std::string::npos) return "";
    return page.substr(at + before.size(), page.find('"', at + before.size()) - at - before.size());
  }

  Certificates certificates_;
  FakeGateway gateway_;
  FakeSignIn service_;
  std::unique_ptr<Adapter> adapter_;
  std::unique_ptr<DeliveryLoop> loop_;
  std::unique_ptr<PracticeDoor> page_;
  std::string session_;
  std::string token_;
  std::string form_;
};

TEST_F(PracticeDoorTest, WhoIsNotSignedInSeesNothingOfAnybody) {
  for (const char* path : {"/", "/offers/D1"}) {
    EXPECT_THAT(Get(path).body, Not(HasSubstr("Okonjo-Bramley"))) << path;
    EXPECT_THAT(Get(path, "__Host-session=guess").body, Not(HasSubstr("Okonjo-Bramley"))) << path;
  }
  const HttpResponse start = Get("/");
  EXPECT_THAT(start.headers.at("Content-Security-Policy"), HasSubstr("default-src 'none'"));
  EXPECT_EQ(start.headers.at("Cache-Control"), "no-store");
  EXPECT_THAT(start.body, Not(HasSubstr("<script")));
}

TEST_F(PracticeDoorTest, ASignInThatIsNotTheOneBegunOpensNothing) {
  EXPECT_EQ(SignedIn("x").status, 403) << "another state";
  service_.nonce = "another";
  EXPECT_EQ(SignedIn().status, 403) << "another nonce";
  service_.nonce.clear();
  service_.subject = "a stranger";
  EXPECT_EQ(SignedIn().status, 403) << "listed nowhere";
  EXPECT_EQ(Get("/signed-in", "", "code=c&state=").status, 403) << "begun nowhere";
}

TEST_F(PracticeDoorTest, TheSessionsCookieIsForThisPageAndNoScript) {
  const HttpResponse back = SignedIn();
  const std::string cookie = back.headers.at("Set-Cookie");
  for (const char* flag : {"__Host-session=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"}) {
    EXPECT_THAT(cookie, HasSubstr(flag));
  }
  EXPECT_THAT(Get("/", CookieIn(back)).body, HasSubstr("Okonjo-Bramley"));
}

TEST_F(PracticeDoorTest, AFormOfAnotherSiteIsRefused) {
  SignIn();
  const std::vector<std::pair<std::string, std::string>> form = {
      {"token", token_}, {"form", form_}, {"answer", "accepted"}};
  EXPECT_EQ(Post("/offers/D1", form, "https://elsewhere.example").status, 403);
  EXPECT_EQ(
      Post("/offers/D1", {{"token", "guess"}, {"form", form_}, {"answer", "accepted"}}).status,
      403);
  EXPECT_THAT(gateway_.asked(), IsEmpty());
}

TEST_F(PracticeDoorTest, TheSameFormTwiceIsOneMessage) {
  Shows({"haz-38"});
  SignIn();
  gateway_.set_decide([](const v1::Envelope& envelope, v1::Receipt& receipt) {
    EXPECT_EQ(envelope.sender(), "C82999");
    v1::Decision& decision = *receipt.add_decisions();
    decision.set_question(v1::QUESTION_TAKE_OVERSIGHT);
    decision.set_outcome(v1::OUTCOME_PERMIT);
    return grpc::Status::OK;
  });
  const std::vector<std::pair<std::string, std::string>> form = {
      {"token", token_}, {"form", form_}, {"answer", "accepted"}};
  EXPECT_EQ(Post("/offers/D1", form).status, 303);
  EXPECT_EQ(Post("/offers/D1", form).status, 303);
  // Once while the first is still being put away, else twice: by the same key either way.
  EXPECT_THAT(gateway_.asked(), AllOf(Not(IsEmpty()), Each(form_)));
  EXPECT_THAT(Get("/offers/D1", session_, "answered").body,
              HasSubstr("You have taken clinical oversight"));
}

TEST_F(PracticeDoorTest, DecliningOrAskingWithoutWordsIsNotSent) {
  SignIn();
  const HttpResponse response =
      Post("/offers/D1", {{"token", token_}, {"form", form_}, {"answer", "rejected"}});
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("Say why you decline"));
  EXPECT_THAT(gateway_.asked(), IsEmpty());
  EXPECT_EQ(
      Post("/offers/NONE", {{"token", token_}, {"form", form_}, {"answer", "accepted"}}).status,
      404);
}

TEST_F(PracticeDoorTest, WhatWaitsForThePageIsDeliveredWhenAListedClinicianReadsIt) {
  Shows({"ctl-16"});
  v1::Delivery offer = itk3::OfferDelivery("D2");
  offer.mutable_act_by()->set_seconds(absl::ToUnixSeconds(absl::Now()) + 86400);
  ASSERT_TRUE(gateway_.Deliver(offer));
  ASSERT_TRUE(Eventually([this] { return (*adapter_->outbox->Find("D2")).has_value(); }));
  EXPECT_EQ(Get("/offers/D2").status, 303);
  EXPECT_EQ((*adapter_->outbox->Find("D2"))->state, Outbox::State::kWaiting);
  SignIn();
  EXPECT_EQ(Get("/offers/D2", session_).status, 200);
  EXPECT_EQ((*adapter_->outbox->Find("D2"))->state, Outbox::State::kDelivered);
  EXPECT_EQ((*adapter_->outbox->Find("D2"))->detail_code, "page-read");
  EXPECT_THAT(gateway_.asked(), IsEmpty()) << "reading is no answer";
}

TEST_F(PracticeDoorTest, AMessageIsReadThereAndCannotBeAnswered) {
  v1::Delivery concern = itk3::OfferDelivery("C1");
  concern.set_kind(v1::DELIVERY_KIND_CONCERN);
  concern.set_words("A concern was raised.");
  concern.mutable_message()->mutable_concern_raised()->set_summary("Readings rise.");
  ASSERT_THAT(adapter_->outbox->KeepDelivery(concern, absl::Now()), IsOk());
  SignIn();
  EXPECT_THAT(Get("/", session_).body, HasSubstr("Not read yet"));
  const std::string page = Get("/offers/C1", session_).body;
  EXPECT_THAT(page, HasSubstr("Readings rise."));
  EXPECT_THAT(page, Not(HasSubstr("Send your answer")));
  EXPECT_THAT(Get("/", session_).body, Not(HasSubstr("Not read yet")));
  EXPECT_EQ(Post("/offers/C1", {{"token", token_}, {"form", form_}, {"answer", "accepted"}}).status,
            404);
}

TEST_F(PracticeDoorTest, WhoSignedOutIsOut) {
  SignIn();
  EXPECT_EQ(Post("/sign-out", {{"token", token_}}).status, 303);
  EXPECT_THAT(Get("/", session_).body, Not(HasSubstr("Okonjo-Bramley")));
}

}  // namespace
}  // namespace fosse::adapters::page
