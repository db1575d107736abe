// Who is told of what was not delivered.
#include "care/handle.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/care/messages.h"
#include "tests/care/world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::care {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DeliveriesTest : public ::testing::Test {
 protected:
  DeliveriesTest() {
    delivery_.set_delivery_id("M-1");
    delivery_.set_recipient(kProvider);
    delivery_.set_kind(v1::DELIVERY_KIND_PROPOSAL);
    delivery_.set_urgency(v1::URGENCY_ROUTINE);
    delivery_.set_words("A task is proposed.");
    delivery_.mutable_message()->set_sender(kCommunity);
    delivery_.mutable_message()->mutable_delegation_proposal();
  }

  void Shown(const std::string& delegating) {
    delivery_.add_standings()->set_delegating(delegating);
  }
  std::vector<v1::Delivery> Told(v1::DeliveryState state) {
    v1::Envelope envelope;
    envelope.set_sender(state == v1::DELIVERY_STATE_PARKED ? "gateway" : delivery_.recipient());
    envelope.mutable_delivery_outcome()->set_delivery_id("M-1");
    envelope.mutable_delivery_outcome()->set_state(state);
    const v1::CareRecord person;
    const View view{.person = about_person_ ? &person : nullptr,
                    .worker = nullptr,
                    .other_person = nullptr,
                    .rulebook = world_.rulebook.get(),
                    .directory = world_.directory.get(),
                    .delivery = &delivery_};
    const absl::StatusOr<Effect> effect =
        Handle(view, envelope, {world_.now, std::string(32, 's')});
    EXPECT_THAT(effect, IsOk());
    EXPECT_THAT(effect->changes, IsEmpty());
    return effect->deliveries;
  }
  static std::vector<std::string> Recipients(const std::vector<v1::Delivery>& deliveries) {
    std::vector<std::string> recipients;
    for (const v1::Delivery& delivery : deliveries) recipients.push_back(delivery.recipient());
    return recipients;
  }

  World world_;
  v1::Delivery delivery_;
  bool about_person_ = true;
};

TEST_F(DeliveriesTest, WhoeverSentItAndWhoeverDelegatedAreToldOnceEach) {
  Shows({"ctl-14", "haz-03", "haz-29"});
  Shown(kCommunity);
  Shown(kPractice);
  Shown(kProvider);  // The recipient itself knows.
  Shown("GHOST");    // In no directory.
  for (const v1::DeliveryState state : {v1::DELIVERY_STATE_DEAD, v1::DELIVERY_STATE_PARKED}) {
    const std::vector<v1::Delivery> told = Told(state);
    EXPECT_THAT(Recipients(told), ElementsAre(kCommunity, kPractice));
    EXPECT_EQ(told[0].kind(), v1::DELIVERY_KIND_ESCALATION);
    EXPECT_EQ(told[0].urgency(), v1::URGENCY_SAME_DAY);
    EXPECT_THAT(told[0].words(), HasSubstr("M-1"));
    EXPECT_THAT(told[0].words(), HasSubstr(kProvider));
  }
}

TEST_F(DeliveriesTest, OfWhatPressesTheyAreToldUrgently) {
  Shows({"ctl-15", "haz-19"});
  delivery_.set_urgency(v1::URGENCY_URGENT);
  EXPECT_EQ(Told(v1::DELIVERY_STATE_DEAD)[0].urgency(), v1::URGENCY_URGENT);
  delivery_.set_urgency(v1::URGENCY_SAME_DAY);
  delivery_.set_kind(v1::DELIVERY_KIND_WITHDRAWAL);
  EXPECT_EQ(Told(v1::DELIVERY_STATE_DEAD)[0].urgency(), v1::URGENCY_URGENT);
}

TEST_F(DeliveriesTest, WhatNobodySentIsCommissionings) {
  Shows({"ctl-14", "haz-29"});
  delivery_.mutable_message()->set_sender("gateway");
  delivery_.mutable_message()->mutable_timer_due();
  EXPECT_THAT(Recipients(Told(v1::DELIVERY_STATE_DEAD)), ElementsAre(kCommissioner));
  // About no person, too: a request for training, a report to the board.
  about_person_ = false;
  EXPECT_THAT(Recipients(Told(v1::DELIVERY_STATE_DEAD)), ElementsAre(kCommissioner));
  delivery_.set_recipient(kCommissioner);
  EXPECT_THAT(Recipients(Told(v1::DELIVERY_STATE_DEAD)), ElementsAre(kCommunity));  // For cover.
}

TEST_F(DeliveriesTest, OfSafeguardingNobodyElseLearns) {
  Shows({"haz-43"});
  delivery_.set_recipient(kSafeguarding);
  delivery_.set_kind(v1::DELIVERY_KIND_CONCERN);
  EXPECT_THAT(Recipients(Told(v1::DELIVERY_STATE_DEAD)), ElementsAre(kCommunity));  // Who sent it.
  delivery_.mutable_message()->set_sender("gateway");
  EXPECT_THAT(Told(v1::DELIVERY_STATE_DEAD), IsEmpty());
}

TEST_F(DeliveriesTest, NoticesOfNoticesAreNotMade) {
  Shows({"haz-29"});
  delivery_.mutable_message()->mutable_delivery_outcome();
  EXPECT_THAT(Told(v1::DELIVERY_STATE_DEAD), IsEmpty());
  EXPECT_THAT(Told(v1::DELIVERY_STATE_PARKED), IsEmpty());
}

TEST_F(DeliveriesTest, WhatArrivedIsToldToNobody) {
  Shows({"ctl-16"});
  for (const v1::DeliveryState state : {v1::DELIVERY_STATE_KEPT, v1::DELIVERY_STATE_DELIVERED}) {
    EXPECT_THAT(Told(state), IsEmpty());
  }
}

TEST_F(DeliveriesTest, AParkedWithdrawalIsSaidToItsRecipientInWords) {
  Shows({"ctl-12", "inv-10", "haz-19"});
  delivery_.set_kind(v1::DELIVERY_KIND_WITHDRAWAL);
  delivery_.set_words("The proposal is withdrawn.");
  std::vector<v1::Delivery> told = Told(v1::DELIVERY_STATE_PARKED);
  ASSERT_THAT(Recipients(told), ElementsAre(kCommunity, kProvider));
  EXPECT_EQ(told[1].urgency(), v1::URGENCY_URGENT);
  EXPECT_THAT(told[1].words(), HasSubstr("The proposal is withdrawn."));
  // Given up by its own system, it knows already.
  told = Told(v1::DELIVERY_STATE_DEAD);
  EXPECT_THAT(Recipients(told), ElementsAre(kCommunity));
}

}  // namespace
}  // namespace fosse::care
