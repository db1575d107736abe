#include "adapters/itk3/offer_message.h"

#include <pugixml.hpp>

#include "adapters/itk3/document_text.h"
#include "base/encoding.h"
#include "gmock/gmock.h"
#include "tests/adapters/itk3/samples.h"
#include "tests/support/shows.h"

namespace fosse::adapters::itk3 {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string At(const pugi::xml_document& xml, const char* path) {
  return xml.select_node(path).attribute().value();
}

TEST(OfferMessageTest, CarriesTheOfferItsReferenceAndTheWishForBothAnswers) {
  Shows({"haz-21"});
  const std::string text = OfferMessage(OfferDelivery(), {.sender = "RT5"});
  pugi::xml_document xml;
  ASSERT_TRUE(xml.load_string(text.c_str()));
  EXPECT_EQ(At(xml, "/Bundle/id/@value"), MessageIdOf("01J0OFFER"));
  const std::string header = "/Bundle/entry/resource/MessageHeader";
  EXPECT_EQ(At(xml, (header + "/event/code/@value").c_str()), "ITK007C");
  for (const char* wish : {"BusAckRequested", "InfAckRequested"}) {
    EXPECT_EQ(
        At(xml, (header + "/extension/extension[@url='" + wish + "']/valueBoolean/@value").c_str()),
        "true");
  }
  EXPECT_EQ(
      At(xml,
         (header + "/extension/extension[@url='RecipientType']/valueCoding/code/@value").c_str()),
      "FA");
  const std::string document = "/Bundle/entry/resource/Bundle[type/@value='document']";
  EXPECT_EQ(At(xml, (document + "//Composition/identifier/value/@value").c_str()), "OF-77");
  EXPECT_EQ(At(xml, (document + "//Patient/identifier/value/@value").c_str()), "9990000018");
  // The focus is the document, by the address of its entry.
  EXPECT_EQ(At(xml, (header + "/focus/reference/@value").c_str()),
            At(xml, "/Bundle/entry[resource/Bundle]/fullUrl/@value"));
  EXPECT_EQ(At(xml, (document + "//Practitioner/name/text/@value").c_str()), "Maeve Thorogood");
  const auto page =
      FromBase64(At(xml, (document + "//Binary/content/@value").c_str())).value_or("");
  EXPECT_THAT(page, HasSubstr("<h2>Risk</h2><p>Moderate: two lows in spring</p>"));
  for (const char* words : {"Finger-prick", "Below 4 or above 15", "two lows in spring",
                            "None since May", "0116 496 0101", "Maeve Thorogood"}) {
    EXPECT_THAT(text, HasSubstr(words));
  }
  EXPECT_THAT(text, HasSubstr("&lt;on the shelf&gt; &amp; told"));
}

TEST(OfferMessageTest, TheSameDeliveryIsTheSameBytesAndAnotherIsAnother) {
  EXPECT_EQ(OfferMessage(OfferDelivery(), {.sender = "RT5"}),
            OfferMessage(OfferDelivery(), {.sender = "RT5"}));
  EXPECT_NE(MessageIdOf("01J0OFFER"), MessageIdOf("01J0OFFERX"));
}

TEST(OfferMessageTest, WhatIsOnlyToldIsForInformationAndUpdateRecordIsAnotherEvent) {
  v1::Delivery told = OfferDelivery();
  told.set_kind(v1::DELIVERY_KIND_TOLD);
  EXPECT_THAT(OfferMessage(told, {.sender = "RT5"}), HasSubstr("\"FI\""));
  const std::string update =
      OfferMessage(OfferDelivery(), {.kind = Kind::kUpdateRecord, .sender = "RT5"});
  EXPECT_THAT(update, HasSubstr("ITK014M"));
  EXPECT_THAT(update, Not(HasSubstr("ITK007C")));
  EXPECT_EQ(WorkflowOf(Kind::kUpdateRecord), "GPCONNECT_UPDATE_RECORD");
}

TEST(DocumentTextTest, LeavesOutWhatNobodySaid) {
  v1::Delivery delivery = OfferDelivery();
  delivery.mutable_message()->mutable_oversight_offer()->clear_risk_summary();
  for (const TextSection& section : DeliveryText(delivery)) {
    EXPECT_NE(section.heading, "Risk");
    EXPECT_FALSE(section.lines.empty()) << section.heading;
  }
}

}  // namespace
}  // namespace fosse::adapters::itk3
