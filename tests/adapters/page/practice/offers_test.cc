#include "adapters/gp/page/offers.h"

#include "adapters/page/items.h"
#include "gmock/gmock.h"
#include "tests/adapters/itk3/samples.h"
#include "tests/adapters/kit/kit_world.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::page {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1795000100);

class OffersTest : public ::testing::Test {
 protected:
  OffersTest() {
    auto outbox = Outbox::Open(folder_.path("outbox"), folder_.path("key"), random_);
    EXPECT_TRUE(outbox.ok());
    outbox_ = *std::move(outbox);
  }
  void Keep(const v1::Delivery& delivery) {
    ASSERT_TRUE(outbox_->KeepDelivery(delivery, kNow).ok());
  }
  std::vector<Offer> All(absl::Time now = kNow, const std::string& practice = "C82999") {
    const auto offers = OffersTo(*outbox_, practice, now);
    EXPECT_TRUE(offers.ok());
    return *offers;
  }

  Folder folder_;
  SystemRandom random_;
  std::unique_ptr<Outbox> outbox_;
};

TEST_F(OffersTest, ShowsAPracticeItsOwnOnly) {
  Keep(itk3::OfferDelivery("A"));
  EXPECT_EQ(All().size(), 1u);
  EXPECT_EQ(All()[0].closed, "");
  EXPECT_TRUE(All(kNow, "C82998").empty());
}

TEST_F(OffersTest, AtTheDeadlineItIsOpenAndAfterItNot) {
  Keep(itk3::OfferDelivery("A"));
  const absl::Time deadline = absl::FromUnixSeconds(1795432000);
  EXPECT_EQ(All(deadline)[0].closed, "");
  EXPECT_THAT(All(deadline + absl::Seconds(1))[0].closed, HasSubstr("not answered in time"));
}

TEST_F(OffersTest, WhatIsToldLaterClosesIt) {
  Keep(itk3::OfferDelivery("A"));
  v1::Delivery told = itk3::OfferDelivery("B");
  told.set_kind(v1::DELIVERY_KIND_TOLD);
  told.mutable_standings(0)->mutable_offer()->set_closed(true);
  told.mutable_standings(0)->mutable_offer()->set_closure(v1::OFFER_CLOSURE_ACCEPTED);
  Keep(told);
  EXPECT_THAT(All()[1].closed, HasSubstr("has taken oversight"));
}

TEST_F(OffersTest, AWithdrawalOfItOrANewerOfferClosesIt) {
  Keep(itk3::OfferDelivery("A"));
  v1::Delivery newer = itk3::OfferDelivery("B");
  newer.mutable_standings(0)->mutable_offer()->set_offer_id("OF-78");
  Keep(newer);
  v1::Delivery withdrawal = newer;
  withdrawal.set_delivery_id("C");
  withdrawal.set_kind(v1::DELIVERY_KIND_WITHDRAWAL);
  Keep(withdrawal);
  const std::vector<Offer> offers = All();
  ASSERT_EQ(offers.size(), 3u);
  EXPECT_FALSE(IsOffer(offers[0].delivery)) << "the withdrawal itself is there to read";
  EXPECT_THAT(offers[1].closed, HasSubstr("taken back"));
  EXPECT_THAT(offers[2].closed, HasSubstr("newer offer"));
}

TEST_F(OffersTest, RemembersWhatWasAnsweredOnceEach) {
  Keep(itk3::OfferDelivery("A"));
  ASSERT_THAT(AddHistory(*outbox_, "A", "asked", false), IsOk());
  ASSERT_THAT(AddHistory(*outbox_, "A", "asked", false), IsOk());
  EXPECT_EQ(All()[0].closed, "");
  ASSERT_THAT(AddHistory(*outbox_, "A", "declined\nfinally", true), IsOk());
  EXPECT_THAT(All()[0].history, ElementsAre("asked", "declined finally"));
  EXPECT_NE(All()[0].closed, "");
}

}  // namespace
}  // namespace fosse::adapters::page
