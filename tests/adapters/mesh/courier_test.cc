#include "adapters/mesh/courier.h"

#include "adapters/itk3/offer_message.h"
#include "gmock/gmock.h"
#include "tests/adapters/itk3/samples.h"
#include "tests/adapters/mesh/mesh_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::mesh {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kId[] = "01J0OFFER";
constexpr char kAnswers[] = "GPFED_CONSULT_REPORT_ACK";

class CourierTest : public ::testing::Test {
 protected:
  CourierTest() : mesh_(certificates_), gateway_(certificates_) {
    gateway_.Start();
    Restart();
  }

  // An adapter over the same outbox, as after a kill.
  void Restart() {
    loop_.reset();
    courier_.reset();
    adapter_.reset();
    AdapterConfig config = gateway_.ConfigOf(certificates_.Participant("RELAY"));
    config.set_outbox(certificates_.folder().path("outbox"));
    config.set_outbox_key(certificates_.folder().path("outbox.key"));
    *config.mutable_mesh() = mesh_.Config(certificates_);
    MeshRoute& route = *config.add_mesh_routes();
    route.set_participant("C82999");
    route.set_mailbox("X26GP");
    auto adapter = Adapter::Open(config);
    ASSERT_TRUE(adapter.ok());
    adapter_ = *std::move(adapter);
    auto courier = Courier::Create(*adapter_);
    ASSERT_TRUE(courier.ok());
    courier_ = *std::move(courier);
    loop_ = std::make_unique<DeliveryLoop>(
        *adapter_->outbox, *adapter_->gateway, adapter_->random, std::vector<std::string>{"C82999"},
        [this](const v1::Delivery& delivery) { return courier_->Post(delivery); },
        Pace{.retry = [](int, Random&) { return absl::Milliseconds(10); },
             .reconnect = absl::Milliseconds(20),
             .settled = absl::Milliseconds(20)});
  }

  void Offer() {
    ASSERT_TRUE(gateway_.Deliver(itk3::OfferDelivery(kId)));
    ASSERT_TRUE(Eventually([this] { return mesh_.sent().size() == 1; }));
    ASSERT_TRUE(Eventually([this] {
      const auto note = adapter_->outbox->FindNote("mesh/sent/01J0OFFER");
      return note.ok() && note->has_value();
    }));
  }
  void Answered(const std::string& code, const std::string& id = "IN1",
                const std::string& from = "X26GP", const std::string& to = "") {
    mesh_.PutIn(id, from, kAnswers,
                itk3::AnswerXml(to.empty() ? itk3::MessageIdOf(kId) : to, code));
    courier_->Look(*loop_);
  }
  Outbox::State StateNow() { return (*adapter_->outbox->Find(kId))->state; }

  Certificates certificates_;
  FakeMesh mesh_;
  FakeGateway gateway_;
  std::unique_ptr<Adapter> adapter_;
  std::unique_ptr<Courier> courier_;
  std::unique_ptr<DeliveryLoop> loop_;
};

TEST_F(CourierTest, TakenByMeshIsNotDeliveredAndTheInfrastructuresWordIs) {
  Offer();
  EXPECT_EQ(mesh_.sent()[0].headers.at("mex-workflowid"), "GPFED_CONSULT_REPORT");
  EXPECT_THAT(mesh_.sent()[0].content, HasSubstr("OF-77"));
  courier_->Look(*loop_);
  EXPECT_EQ(StateNow(), Outbox::State::kWaiting);
  Answered("20013");
  EXPECT_EQ(StateNow(), Outbox::State::kDelivered);
  EXPECT_THAT(mesh_.inbox(), IsEmpty());
  EXPECT_TRUE(Eventually([this] {
    for (const std::string& line : gateway_.acknowledged()) {
      if (line.find("itk-20013") != std::string::npos) return true;
    }
    return false;
  }));
}

TEST_F(CourierTest, AcceptedByNobodyNamedIsShownBesideTheOtherAndMovesNothing) {
  Offer();
  Answered("30016");
  EXPECT_EQ(StateNow(), Outbox::State::kWaiting);
  EXPECT_THAT(gateway_.asked(), IsEmpty()) << "no message about oversight is made of a code";
  Answered("20013", "IN2");
  EXPECT_THAT(AnswersTo(*adapter_->outbox, kId),
              ElementsAre(HasSubstr("business 30016"), HasSubstr("infrastructure 20013")));
  EXPECT_THAT(gateway_.asked(), IsEmpty());
}

TEST_F(CourierTest, RefusedOrNotCollectedIsADeadLetterOnce) {
  Shows({"ctl-14"});
  Offer();
  mesh_.SetStatus(kId, "undeliverable");
  courier_->Look(*loop_);
  EXPECT_EQ(StateNow(), Outbox::State::kDead);
  Answered("20013", "LATE");
  EXPECT_EQ(StateNow(), Outbox::State::kDead) << "late: shown, and changes nothing";
  EXPECT_THAT(AnswersTo(*adapter_->outbox, kId), ElementsAre(HasSubstr("20013")));
}

TEST_F(CourierTest, AReportOfNonCollectionIsADeadLetter) {
  Offer();
  mesh_.PutIn(
      "R1",
      {{"", {{"mex-messagetype", "REPORT"}, {"mex-statuscode", "14"}, {"mex-localid", kId}}}});
  courier_->Look(*loop_);
  EXPECT_EQ(StateNow(), Outbox::State::kDead);
  EXPECT_EQ((*adapter_->outbox->Find(kId))->detail_code, "mesh-undeliverable");
}

TEST_F(CourierTest, SoLongWithoutAWordIsADeadLetterToo) {
  Offer();
  const int64_t now = absl::ToUnixSeconds(absl::Now());
  const auto sent_hours_ago = [&](int hours) {
    return adapter_->outbox->KeepNote("mesh/sent/01J0OFFER",
                                      absl::StrCat("0 ", now - hours * 3600));
  };
  ASSERT_THAT(sent_hours_ago(143), IsOk());
  courier_->Look(*loop_);
  EXPECT_EQ(StateNow(), Outbox::State::kWaiting);
  ASSERT_THAT(sent_hours_ago(145), IsOk());
  courier_->Look(*loop_);
  EXPECT_EQ((*adapter_->outbox->Find(kId))->detail_code, "mesh-not-answered");
}

TEST_F(CourierTest, AnAnswerOfAnotherMailboxOrToAnotherMessageChangesNothing) {
  Offer();
  Answered("20013", "S1", "X26OTHER");
  Answered("20013", "S2", "X26GP", "5d1b2e8a-0000-4000-8000-00000000dead");
  mesh_.PutIn("S3", "X26GP", kAnswers, "no answer at all");
  courier_->Look(*loop_);
  EXPECT_EQ(StateNow(), Outbox::State::kWaiting);
  EXPECT_THAT(AnswersTo(*adapter_->outbox, kId), IsEmpty());
  EXPECT_THAT(mesh_.inbox(), IsEmpty()) << "kept as a note, and out of the way of others";
  ASSERT_OK_AND_ASSIGN(const auto stray, adapter_->outbox->FindNote("mesh/stray/S3"));
  EXPECT_EQ(stray, "no answer at all");
}

TEST_F(CourierTest, NothingIsSentTwiceNorForgottenOverARestart) {
  Shows({"haz-38"});
  Offer();
  Restart();
  courier_->Look(*loop_);
  // Without its note, as if killed between MESH's word and ours.
  ASSERT_THAT(adapter_->outbox->KeepNote("mesh/sent/01J0OFFER", "0 0"), IsOk());
  Restart();
  EXPECT_TRUE(Eventually([this] {
    const auto note = adapter_->outbox->FindNote("mesh/sent/01J0OFFER");
    return note.ok() && **note != "0 0";
  }));
  EXPECT_EQ(mesh_.sent().size(), 1u);
  // Not acknowledged in time: the same answer again.
  mesh_.FailNext("PUT", 1);
  Answered("20013");
  EXPECT_EQ(mesh_.inbox().size(), 1u);
  courier_->Look(*loop_);
  EXPECT_THAT(mesh_.inbox(), IsEmpty());
  EXPECT_EQ(AnswersTo(*adapter_->outbox, kId).size(), 1u);
}

TEST_F(CourierTest, AReplayOfADeadLetterGoesOutAnew) {
  Offer();
  mesh_.SetStatus(kId, "undeliverable");
  courier_->Look(*loop_);
  ASSERT_TRUE(Eventually([this] { return (*adapter_->outbox->Find(kId))->told; }));
  ASSERT_TRUE(gateway_.Deliver(itk3::OfferDelivery(kId)));
  ASSERT_TRUE(Eventually([this] { return mesh_.sent().size() == 2; }));
  EXPECT_EQ(mesh_.sent()[1].headers.at("mex-localid"), "01J0OFFER-again-1");
}

}  // namespace
}  // namespace fosse::adapters::mesh
