// The providers' page, from the sign-in to the message.
#include "adapters/council/page/provider_door.h"

#include <future>
#include <map>

#include "absl/strings/str_cat.h"
#include "adapters/kit/forms.h"
#include "gmock/gmock.h"
#include "tests/adapters/kit/kit_world.h"
#include "tests/adapters/page/fake_sign_in.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::page {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kProvider[] = "1-1000000001";

// A proposal to the provider, as the gateway delivers it.
v1::Delivery ProposalDelivery(const std::string& id, v1::DelegationState state) {
  v1::Delivery delivery;
  delivery.set_delivery_id(id);
  delivery.set_recipient(kProvider);
  delivery.set_kind(v1::DELIVERY_KIND_PROPOSAL);
  delivery.set_words("You are asked to take this task.");
  delivery.mutable_committed_at()->set_seconds(1795000000);
  v1::PersonReference& person = *delivery.mutable_message()->mutable_subject()->mutable_person();
  person.set_nhs_number("9990000018");
  person.set_date_of_birth("1941-03-09");
  person.set_family_name("Okonjo-Bramley");
  person.set_given_name("Philippa");
  v1::DelegationProposal& proposal = *delivery.mutable_message()->mutable_delegation_proposal();
  proposal.mutable_plan()->set_instructions("Test before breakfast.");
  v1::DelegationStanding& standing = *delivery.add_standings();
  standing.set_delegation_id("T1");
  standing.set_state(state);
  standing.mutable_task()->set_display("Finger-prick blood sugar test");
  standing.set_overseer("RT5");
  standing.mutable_contacts()->mutable_in_hours()->set_name("Duty nurse");
  standing.mutable_contacts()->mutable_in_hours()->set_telephone("0116 496 0100");
  return delivery;
}

class ProviderDoorTest : public ::testing::Test {
 protected:
  ProviderDoorTest() : gateway_(certificates_), service_(certificates_, "provider-page") {
    gateway_.Start();
    AdapterConfig config = gateway_.ConfigOf(certificates_.Participant("RELAY"));
    config.set_locality("QK1");
    config.set_outbox(certificates_.folder().path("outbox"));
    config.set_outbox_key(certificates_.folder().path("outbox.key"));
    certificates_.folder().Write("secret", "s");
    ProviderPage& page = *config.mutable_provider_page();
    page.mutable_door()->set_listen("127.0.0.1:0");
    *page.mutable_door()->mutable_credentials() = certificates_.Server();
    page.set_origin("https://page.example");
    page.set_issuer(service_.issuer());
    page.set_client_id("provider-page");
    page.set_client_secret_file(certificates_.folder().path("secret"));
    *page.mutable_credentials() = certificates_.Participant("RELAY");
    PageColleague& manager = *page.add_colleagues();
    manager.set_subject("tamsin");
    manager.set_participant(kProvider);
    manager.set_name("Imelda Fairbrother");
    manager.set_reference("rm-01");
    page.add_providers()->set_participant(kProvider);
    page.add_providers()->set_participant("PA-7");
    page.mutable_providers(1)->set_name("Solveig Underhill");
    page.mutable_providers(1)->set_vouched_by("QK1-COUNCIL");
    adapter_ = *Adapter::Open(config);
    loop_ = std::make_unique<DeliveryLoop>(*adapter_->outbox, *adapter_->gateway, adapter_->random,
                                           std::vector<std::string>{kProvider},
                                           [](const v1::Delivery&) {
                                             return Attempt{Attempt::Result::kWorkList, ""};
                                           });
    auto page_door = ProviderDoor::Listen(*adapter_, *loop_);
    EXPECT_TRUE(page_door.ok());
    page_ = *std::move(page_door);
  }

  void Keep(const v1::Delivery& delivery) {
    ASSERT_THAT(adapter_->outbox->KeepDelivery(delivery, absl::Now()), IsOk());
  }
  HttpResponse Ask(HttpRequest request) {
    std::promise<HttpResponse> answered;
    page_->Handle(request, [&](HttpResponse response) { answered.set_value(std::move(response)); });
    return answered.get_future().get();
  }
  HttpResponse Get(const std::string& path, const std::string& query = "") {
    return Ask({.method = "GET", .path = path, .query = query, .headers = {{"cookie", session_}}});
  }
  static std::string CookieIn(const HttpResponse& response) {
    const std::string& text = response.headers.at("Set-Cookie");
    return text.substr(0, text.find(';'));
  }
  void SignIn() {
    const HttpResponse away = Get("/sign-in");
    ASSERT_EQ(away.status, 303);
    const std::string& to = away.headers.at("Location");
    const auto query = *ReadForm(to.substr(to.find('?') + 1));
    service_.nonce = query.at("nonce");
    session_ = CookieIn(away);
    const HttpResponse back =
        Get("/signed-in", WriteForm({{"code", "c"}, {"state", query.at("state")}}));
    ASSERT_EQ(back.status, 303);
    session_ = CookieIn(back);
  }
  static std::string FieldIn(const std::string& page, const std::string& name) {
    const std::string before = absl::StrCat("name=\"", name, "\" value=\"");
    const size_t at = page.find(before);
    if (at == std::string::npos) return "";
    return page.substr(at + before.size(), page.find('"', at + before.size()) - at - before.size());
  }
  // Opens the form of an act, fills it in, sends it.
  HttpResponse Do(const std::string& act,
                  const std::vector<std::pair<std::string, std::string>>& filled,
                  const std::string& origin = "https://page.example") {
    const std::string page = Get(absl::StrCat("/tasks/T1/", act)).body;
    std::vector<std::pair<std::string, std::string>> form = {{"token", FieldIn(page, "token")},
                                                             {"form", FieldIn(page, "form")}};
    form.insert(form.end(), filled.begin(), filled.end());
    sent_ = WriteForm(form);
    return Again(act, origin);
  }
  HttpResponse Again(const std::string& act, const std::string& origin = "https://page.example") {
    return Ask({.method = "POST",
                .path = absl::StrCat("/tasks/T1/", act),
                .headers = {{"cookie", session_},
                            {"origin", origin},
                            {"content-type", "application/x-www-form-urlencoded"}},
                .body = sent_});
  }
  // The gateway says yes, that the task stands so, and keeps the message for the test.
  void Decides(v1::DelegationState state) {
    gateway_.set_decide([this, state](const v1::Envelope& envelope, v1::Receipt& receipt) {
      envelope_ = envelope;
      receipt.mutable_committed_at()->set_seconds(1795000100);
      *receipt.add_standings() = ProposalDelivery("D1", state).standings(0);
      receipt.mutable_contacts()->mutable_in_hours()->set_name("Duty nurse");
      receipt.mutable_contacts()->mutable_in_hours()->set_telephone("0116 496 0100");
      return grpc::Status::OK;
    });
  }

  Certificates certificates_;
  FakeGateway gateway_;
  FakeSignIn service_;
  std::unique_ptr<Adapter> adapter_;
  std::unique_ptr<DeliveryLoop> loop_;
  std::unique_ptr<ProviderDoor> page_;
  std::string session_;
  std::string sent_;
  v1::Envelope envelope_;
};

TEST_F(ProviderDoorTest, WhoIsNotSignedInSeesNothingOfAnybody) {
  Keep(ProposalDelivery("D1", v1::DELEGATION_STATE_PROPOSED));
  for (const char* path : {"/", "/tasks/T1", "/tasks/T1/answer"}) {
    EXPECT_THAT(Get(path).body, Not(HasSubstr("Okonjo-Bramley"))) << path;
  }
  EXPECT_EQ((*adapter_->outbox->Find("D1"))->state, Outbox::State::kWaiting);
}

TEST_F(ProviderDoorTest, AProposalIsReadAnsweredAndShownAsAnswered) {
  Shows({"b-3.4", "ctl-16", "haz-38"});
  Keep(ProposalDelivery("D1", v1::DELEGATION_STATE_PROPOSED));
  SignIn();
  EXPECT_THAT(Get("/").body, HasSubstr("Asked of you"));
  const std::string task = Get("/tasks/T1").body;
  for (const char* part : {"Test before breakfast.", "Duty nurse, telephone 0116 496 0100",
                           "Finger-prick blood sugar test", "/tasks/T1/answer"}) {
    EXPECT_THAT(task, HasSubstr(part));
  }
  EXPECT_EQ((*adapter_->outbox->Find("D1"))->state, Outbox::State::kDelivered);
  EXPECT_THAT(gateway_.asked(), IsEmpty()) << "reading is no answer";

  Decides(v1::DELEGATION_STATE_READY);
  const HttpResponse done =
      Do("answer", {{"answer", "accepted"}, {"time", "yes"}, {"insurance", "yes"}});
  EXPECT_EQ(done.status, 303);
  EXPECT_EQ(done.headers.at("Location"), "/tasks/T1?done");
  const v1::DelegationResponse& response = envelope_.delegation_response();
  EXPECT_EQ(envelope_.sender(), kProvider);
  EXPECT_EQ(envelope_.acting_person().practitioner().identifier(), "rm-01");
  EXPECT_EQ(response.delegation().delegation_id(), "T1");
  EXPECT_EQ(response.answer(), v1::DELEGATION_ANSWER_ACCEPTED);
  EXPECT_EQ(response.within_insurance(), v1::ANSWER_YES);
  EXPECT_EQ(response.cost_feasible(), v1::ANSWER_UNSPECIFIED) << "what was not ticked is not said";
  const std::string after = Get("/tasks/T1", "done").body;
  EXPECT_THAT(after, HasSubstr("Imelda Fairbrother: Answer: taken."));
  EXPECT_THAT(after, HasSubstr("Ready to begin"));
  EXPECT_THAT(after, Not(HasSubstr("/tasks/T1/answer")));
  EXPECT_EQ(Get("/tasks/T1/answer").status, 404);
}

TEST_F(ProviderDoorTest, TheSameFormTwiceIsOneMessage) {
  Shows({"haz-07", "haz-38"});
  Keep(ProposalDelivery("D1", v1::DELEGATION_STATE_PROPOSED));
  SignIn();
  Decides(v1::DELEGATION_STATE_DECLINED);
  EXPECT_EQ(Do("answer", {{"answer", "declined"}, {"reason", "insurance"}}).status, 303);
  EXPECT_EQ(Again("answer").status, 303);
  EXPECT_EQ(envelope_.delegation_response().decline_reason(), v1::DECLINE_REASON_INSURANCE);
  EXPECT_THAT(gateway_.asked(), AllOf(Not(IsEmpty()), Each(envelope_.message_id())));
  EXPECT_THAT(Get("/").body, HasSubstr("Declined"));
}

TEST_F(ProviderDoorTest, DecliningWithoutAReasonIsNotSentAndLosesNothing) {
  Keep(ProposalDelivery("D1", v1::DELEGATION_STATE_PROPOSED));
  SignIn();
  const HttpResponse response =
      Do("answer", {{"answer", "declined"}, {"note", "We <b>thought</b>"}});
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("Choose why you decline"));
  EXPECT_THAT(response.body, HasSubstr("We &lt;b&gt;thought&lt;/b&gt;"));
  EXPECT_THAT(gateway_.asked(), IsEmpty());
}

TEST_F(ProviderDoorTest, AFormOfAnotherSiteIsRefused) {
  Keep(ProposalDelivery("D1", v1::DELEGATION_STATE_PROPOSED));
  SignIn();
  EXPECT_EQ(Do("answer", {{"answer", "accepted"}}, "https://elsewhere.example").status, 403);
  EXPECT_THAT(gateway_.asked(), IsEmpty());
}

TEST_F(ProviderDoorTest, AWorkerIsNamedWithWhatWasConfirmed) {
  Shows({"b-3.5"});
  Keep(ProposalDelivery("D1", v1::DELEGATION_STATE_PROPOSED));
  SignIn();
  Decides(v1::DELEGATION_STATE_READY);
  EXPECT_EQ(Do("worker", {{"worker", ""}}).status, 400);
  EXPECT_EQ(Do("worker", {{"worker", "hc-117"}, {"when", "tomorrow"}}).status, 400);
  EXPECT_EQ(Do("worker", {{"worker", "hc-117"},
                          {"worker-name", "Bronwen Achterberg"},
                          {"agrees", "yes"},
                          {"when", "2026-07-01T09:30"}})
                .status,
            303);
  const v1::WorkerAssignment& assignment = envelope_.worker_assignment();
  EXPECT_EQ(assignment.worker().employer_reference(), "hc-117");
  EXPECT_EQ(assignment.worker_agrees(), v1::ANSWER_YES);
  EXPECT_EQ(assignment.worker_confident(), v1::ANSWER_UNSPECIFIED);
  EXPECT_EQ(assignment.agreed_start().seconds(), 1782894600) << "half past nine, summer time";
}

TEST_F(ProviderDoorTest, WhatWasNotDoneIsReportedAndAConcernShowsWhomToCall) {
  Shows({"haz-18"});
  Keep(ProposalDelivery("D1", v1::DELEGATION_STATE_ACTIVE));
  SignIn();
  Decides(v1::DELEGATION_STATE_ACTIVE);
  EXPECT_EQ(Do("not-done", {{"when", "2026-11-27T09:30"}, {"reason", "supplies"}}).status, 303);
  EXPECT_EQ(envelope_.task_not_done().reason(), v1::NOT_DONE_REASON_SUPPLIES);
  EXPECT_THAT(Get("/tasks/T1/concern").body, HasSubstr("0116 496 0100"));
  EXPECT_EQ(Do("concern", {{"kind", "clinical"}, {"note", "Dizzy since noon"}}).status, 303);
  EXPECT_EQ(envelope_.concern_raised().kind(), v1::CONCERN_KIND_CLINICAL);
  EXPECT_EQ(envelope_.concern_raised().summary(), "Dizzy since noon");
  EXPECT_THAT(Get("/tasks/T1", "done").body, HasSubstr("Duty nurse: 0116 496 0100."));
}

TEST_F(ProviderDoorTest, AnotherProvidersTaskIsNotThere) {
  Shows({"ctl-04", "haz-31"});
  v1::Delivery other = ProposalDelivery("D1", v1::DELEGATION_STATE_PROPOSED);
  other.set_recipient("1-1000000002");
  Keep(other);
  SignIn();
  EXPECT_THAT(Get("/").body, Not(HasSubstr("Okonjo-Bramley")));
  EXPECT_EQ(Get("/tasks/T1").status, 404);
  EXPECT_EQ(Get("/tasks/T1/concern").status, 404);
}

TEST_F(ProviderDoorTest, WhoIsVouchedForComesInByLinkAndCodeAndActsInTheirOwnName) {
  Shows({"ctl-01", "ctl-05"});
  v1::Delivery proposal = ProposalDelivery("D1", v1::DELEGATION_STATE_PROPOSED);
  proposal.set_recipient("PA-7");
  Keep(proposal);
  const Colleague assistant{
      .subject = "", .participant = "PA-7", .name = "Solveig Underhill", .reference = "pa-7"};
  EXPECT_THAT(page_->MakeLink(kProvider, assistant), FailsWith("NOT_VOUCHED_FOR"));
  Colleague other = assistant;
  other.participant = kProvider;
  EXPECT_THAT(page_->MakeLink("QK1-COUNCIL", other), FailsWith("NOT_VOUCHED_FOR"));

  ASSERT_OK_AND_ASSIGN(const NewLink link, page_->MakeLink("QK1-COUNCIL", assistant));
  const std::string path = link.address.substr(link.address.find("/link/"));
  const HttpResponse asks = Get(path);
  EXPECT_EQ(asks.status, 200);
  EXPECT_THAT(asks.body, Not(HasSubstr("Underhill"))) << "a link alone tells nothing";
  const auto enter = [&](const std::string& code, const std::string& origin) {
    return Ask(
        {.method = "POST",
         .path = path,
         .headers = {{"origin", origin}, {"content-type", "application/x-www-form-urlencoded"}},
         .body = WriteForm({{"code", code}})});
  };
  EXPECT_EQ(enter(link.code, "https://elsewhere.example").status, 403);
  EXPECT_EQ(enter("no code", "https://page.example").status, 400);
  const HttpResponse in = enter(link.code, "https://page.example");
  ASSERT_EQ(in.status, 303);
  session_ = CookieIn(in);
  EXPECT_EQ(enter(link.code, "https://page.example").status, 404);
  EXPECT_EQ(Get(path).status, 404);

  EXPECT_THAT(Get("/tasks/T1").body, HasSubstr("Okonjo-Bramley"));
  Decides(v1::DELEGATION_STATE_READY);
  EXPECT_EQ(Do("answer", {{"answer", "accepted"}}).status, 303);
  EXPECT_EQ(envelope_.sender(), "PA-7");
  EXPECT_EQ(envelope_.acting_person().practitioner().identifier(), "pa-7");
  EXPECT_EQ(envelope_.acting_person().practitioner().name(), "Solveig Underhill");
}

TEST_F(ProviderDoorTest, AMessageAboutNoTaskIsReadThere) {
  v1::Delivery letter;
  letter.set_delivery_id("M1");
  letter.set_recipient(kProvider);
  letter.set_kind(v1::DELIVERY_KIND_TRAINING_OFFERED);
  letter.set_words("Training is offered on Tuesday.");
  Keep(letter);
  SignIn();
  EXPECT_THAT(Get("/").body, HasSubstr("Not read yet"));
  EXPECT_THAT(Get("/messages/M1").body, HasSubstr("Training is offered on Tuesday."));
  EXPECT_THAT(Get("/").body, Not(HasSubstr("Not read yet")));
  EXPECT_EQ(Get("/messages/NONE").status, 404);
}

TEST_F(ProviderDoorTest, WhatWasToldSinceCountsOverAnAnswerBefore) {
  Keep(ProposalDelivery("D1", v1::DELEGATION_STATE_PROPOSED));
  SignIn();
  Decides(v1::DELEGATION_STATE_READY);
  EXPECT_EQ(Do("answer", {{"answer", "accepted"}}).status, 303);
  EXPECT_THAT(Get("/tasks/T1").body, HasSubstr("Ready to begin"));
  v1::Delivery taken_back = ProposalDelivery("D2", v1::DELEGATION_STATE_ENDED);
  taken_back.set_kind(v1::DELIVERY_KIND_WITHDRAWAL);
  taken_back.set_words("It was taken back.");
  taken_back.mutable_committed_at()->set_seconds(1795000200);
  Keep(taken_back);
  const std::string task = Get("/tasks/T1").body;
  EXPECT_THAT(task, HasSubstr("It was taken back."));
  EXPECT_THAT(task, Not(HasSubstr("/tasks/T1/worker")));
  EXPECT_THAT(task, HasSubstr("/tasks/T1/concern"));
}

}  // namespace
}  // namespace fosse::adapters::page
