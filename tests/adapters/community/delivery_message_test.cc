// What goes out to a community system over HL7 v2.
#include "adapters/community/delivery_message.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "adapters/hl7/message.h"
#include "adapters/hl7/time.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/adapters/community/held_file.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::community {
namespace {

constexpr char kConcern[] = R"pb(
  delivery_id: "01JDELIVERY0000000000000001"
  recipient: "RT5"
  kind: DELIVERY_KIND_CONCERN
  urgency: URGENCY_URGENT
  words: "A concern about a delegated task | act on it."
  standings {
    delegation_id: "D-7"
    overseer: "RT5"
    task { code: "generic-7-blood-sugar" }
    contacts { in_hours { name: "Desk" telephone: "0116 496 0101" } }
  }
  message {
    sender: "1-1000000001"
    subject {
      person {
        nhs_number: "9990000018"
        date_of_birth: "1941-03-09"
        family_name: "Okonjo^Bramley"
        given_name: "Zo\303\253"
      }
    }
  }
)pb";

v1::Delivery DeliveryOf(const std::string& text) {
  v1::Delivery delivery;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &delivery));
  return delivery;
}

hl7::Message Written(const v1::Delivery& delivery, absl::string_view documents_as = "MDM^T02") {
  const absl::StatusOr<std::string> bytes = DeliveryMessage(
      delivery, "QK1", absl::UnixEpoch(), hl7::LondonTimeZone().value(), documents_as);
  EXPECT_THAT(bytes, IsOk());
  return hl7::Message::Read(bytes.value_or(""));
}

// The text of a document or referral, its lines joined.
std::string TextOf(const hl7::Message& message) {
  std::string text;
  for (const char* const segment : {"OBX", "NTE"}) {
    const int field = std::string(segment) == "OBX" ? 5 : 3;
    for (const hl7::Segment& found : message.Named(segment)) {
      absl::StrAppend(&text, found.Value(field), "\n");
    }
  }
  return text;
}

TEST(DeliveryMessageTest, AConcernIsADocumentThatAsksForTheTelephone) {
  Shows({"haz-39", "haz-18", "haz-21"});
  const v1::Delivery delivery = DeliveryOf(kConcern);
  const hl7::Message message = Written(delivery);
  ASSERT_TRUE(message.ok());
  EXPECT_EQ(message.Value("MSH", 9), "MDM");
  EXPECT_EQ(message.Value("MSH", 9, 1, 2), "T02");
  EXPECT_EQ(message.Value("MSH", 10), ControlIdOf(delivery));
  EXPECT_EQ(message.Value("PID", 3), "9990000018");
  EXPECT_EQ(message.Value("PID", 3, 1, 4), "NHS");
  EXPECT_EQ(message.Value("PID", 5), "Okonjo^Bramley") << "escaped, and read as it was";
  EXPECT_EQ(message.Value("PID", 5, 1, 2), "Zo\xC3\xAB");
  EXPECT_EQ(message.Value("PID", 7), "19410309");
  EXPECT_EQ(message.Value("TXA", 12), delivery.delivery_id());
  const std::string text = TextOf(message);
  EXPECT_TRUE(absl::StartsWith(text, "URGENT. Telephone now")) << text;
  EXPECT_TRUE(absl::StrContains(text, "A concern about a delegated task | act on it.")) << text;
  EXPECT_TRUE(absl::StrContains(text, "0116 496 0101")) << text;
}

TEST(DeliveryMessageTest, ADocumentGoesAsResultsWhereTheSiteSaysSo) {
  Shows({"haz-39", "haz-21"});
  v1::Delivery delivery = DeliveryOf(kConcern);
  const hl7::Message results = Written(delivery, "ORU^R01");
  ASSERT_TRUE(results.ok());
  EXPECT_EQ(results.Raw("MSH", 9, 1, 0), "ORU^R01^ORU_R01");
  EXPECT_EQ(results.Value("OBR", 3), delivery.delivery_id());
  EXPECT_EQ(results.Find("TXA"), nullptr);
  EXPECT_EQ(TextOf(results), TextOf(Written(delivery)));
  delivery.set_kind(v1::DELIVERY_KIND_COVER_ORDER);
  EXPECT_EQ(Written(delivery, "ORU^R01").Value("MSH", 9), "REF");
}

// Each asks for the telephone: what is urgent first of all, all others at their end.
TEST(DeliveryMessageTest, EveryMessageAsksForTheTelephone) {
  Shows({"haz-39", "haz-18"});
  v1::Delivery delivery = DeliveryOf(kConcern);
  for (int kind = v1::DeliveryKind_MIN + 1; kind <= v1::DeliveryKind_MAX; ++kind) {
    delivery.set_kind(static_cast<v1::DeliveryKind>(kind));
    delivery.set_urgency(v1::URGENCY_URGENT);
    EXPECT_TRUE(absl::StartsWith(TextOf(Written(delivery)), "URGENT. Telephone now")) << kind;
    delivery.set_urgency(v1::URGENCY_ROUTINE);
    EXPECT_TRUE(absl::StrContains(TextOf(Written(delivery)), "Ask and answer by telephone"))
        << kind;
  }
}

TEST(DeliveryMessageTest, OnlyCoverAndAHandBackAreReferrals) {
  Shows({"b-7.3", "haz-39"});
  v1::Delivery delivery = DeliveryOf(kConcern);
  for (int kind = v1::DeliveryKind_MIN + 1; kind <= v1::DeliveryKind_MAX; ++kind) {
    delivery.set_kind(static_cast<v1::DeliveryKind>(kind));
    const bool referral = kind == v1::DELIVERY_KIND_COVER_ORDER;
    EXPECT_EQ(Written(delivery).Value("MSH", 9), referral ? "REF" : "MDM") << kind;
  }
  delivery.set_kind(v1::DELIVERY_KIND_OFFER);
  delivery.mutable_standings(0)->mutable_offer()->set_offered_to("RT5");
  delivery.mutable_standings(0)->mutable_offer()->set_hand_back(true);
  const hl7::Message message = Written(delivery);
  EXPECT_EQ(message.Value("MSH", 9), "REF");
  EXPECT_EQ(message.Value("RF1", 1), "P") << "asked, not accepted";
  EXPECT_EQ(message.Value("RF1", 6), "D-7");
  EXPECT_NE(TextOf(message), "");
}

// One of each kind, for other people's readers (tests/e2e/hl7_peers.test.mjs). UPDATE_GOLDEN=1
// writes them.
TEST(DeliveryMessageTest, WhatIsWrittenIsAsItWas) {
  Shows({"haz-21"});
  v1::Delivery delivery = DeliveryOf(kConcern);
  delivery.set_words(
      "Line | one ^ two ~ three & four \\ five\nand the next: Zo\xC3\xAB \xE2\x82\xAC.");
  std::string written;
  for (int kind = v1::DeliveryKind_MIN + 1; kind <= v1::DeliveryKind_MAX; ++kind) {
    delivery.set_kind(static_cast<v1::DeliveryKind>(kind));
    absl::StrAppend(&written, Written(delivery).bytes());
  }
  delivery.set_kind(v1::DELIVERY_KIND_OFFER);
  delivery.mutable_standings(0)->mutable_offer()->set_hand_back(true);
  absl::StrAppend(&written, Written(delivery).bytes());
  delivery.set_kind(v1::DELIVERY_KIND_CONCERN);
  absl::StrAppend(&written, Written(delivery, "ORU^R01").bytes());
  ExpectHeld("tests/adapters/community/written.hl7s", written);
}

TEST(DeliveryMessageTest, TheSameDeliveryHasTheSameControlId) {
  Shows({"haz-07"});
  const v1::Delivery one = DeliveryOf(kConcern);
  v1::Delivery other = one;
  other.set_attempts(4);
  EXPECT_EQ(ControlIdOf(one), ControlIdOf(other));
  EXPECT_EQ(ControlIdOf(one).size(), 20u);
  other.set_delivery_id("another");
  EXPECT_NE(ControlIdOf(one), ControlIdOf(other));
}

TEST(DeliveryMessageTest, AReferralThatTheirSystemRefusesIsRefused) {
  Shows({"haz-07", "ctl-16"});
  const auto heard = [](const char* status) {
    return Hear(
        absl::StrCat("MSH|^~\\&|A|B|C|D|20260301||RRI^I12|1|P|2.4\rMSA|AA|ABC\rRF1|", status, "\r"),
        "ABC");
  };
  EXPECT_EQ(heard("A").kind, HeardBack::Kind::kTaken) << "their system has it; nobody has acted";
  EXPECT_EQ(heard("R").kind, HeardBack::Kind::kRefused);
  EXPECT_EQ(heard("R").code, "RRI-R");
}

TEST(DeliveryMessageTest, OnlyReferralsAreRemembered) {
  v1::Delivery delivery = DeliveryOf(kConcern);
  EXPECT_TRUE(SentNotes(delivery).empty());
  delivery.set_kind(v1::DELIVERY_KIND_COVER_ORDER);
  EXPECT_EQ(SentNotes(delivery),
            (std::vector<std::string>{SentNote(ControlIdOf(delivery)), SentNote("D-7")}));
}

TEST(DeliveryMessageTest, NobodyNamedIsRefused) {
  v1::Delivery delivery = DeliveryOf(kConcern);
  delivery.mutable_message()->clear_subject();
  EXPECT_THAT(DeliveryMessage(delivery, "QK1", absl::UnixEpoch(), absl::UTCTimeZone()),
              FailsWith("DELIVERY_WITHOUT_PERSON"));
}

TEST(DeliveryMessageTest, OnlyAnAnswerToThisMessageCounts) {
  Shows({"haz-07", "ctl-16"});
  const auto heard = [](const std::string& code, const std::string& of) {
    return Hear(absl::StrCat("MSH|^~\\&|A|B|C|D|20260301||ACK|1|P|2.4\rMSA|", code, "|", of, "\r"),
                "ABC")
        .kind;
  };
  EXPECT_EQ(heard("AA", "ABC"), HeardBack::Kind::kTaken);
  EXPECT_EQ(heard("CA", "ABC"), HeardBack::Kind::kTaken);
  EXPECT_EQ(heard("AE", "ABC"), HeardBack::Kind::kRefused);
  EXPECT_EQ(heard("AR", "ABC"), HeardBack::Kind::kLater);
  EXPECT_EQ(heard("AA", "ABD"), HeardBack::Kind::kNotOurs);
  EXPECT_EQ(heard("AA", ""), HeardBack::Kind::kNotOurs);
  EXPECT_EQ(heard("OK", "ABC"), HeardBack::Kind::kNotOurs);
  EXPECT_EQ(Hear("HTTP/1.1 200 OK\r\n", "ABC").kind, HeardBack::Kind::kNotOurs);
}

}  // namespace
}  // namespace fosse::adapters::community
