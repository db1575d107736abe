#include "adapters/council/notice.h"

#include <random>

#include "absl/strings/str_replace.h"
#include "base/field_check.h"
#include "gtest/gtest.h"
#include "tests/adapters/council/exports.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::council {
namespace {

constexpr char kXml[] = R"(<?xml version="1.0" encoding="UTF-8"?>
<notice xmlns="urn:fosse:care-act-notice:1">
  <id>AN-77</id>
  <kind>discharge</kind>
  <sentAt>2026-11-20T09:00:00Z</sentAt>
  <hospital>RWE</hospital>
  <admittedAt>2026-11-14T18:20:00Z</admittedAt>
  <proposedDischargeAt>2026-11-24T12:00:00Z</proposedDischargeAt>
  <person>
    <nhsNumber>9990000018</nhsNumber>
    <dateOfBirth>1941-03-09</dateOfBirth>
    <familyName>Okonjo-Bramley</familyName>
  </person>
</notice>)";
constexpr char kJson[] = R"({"notice": {"id": "AN-77", "kind": "discharge",
  "sentAt": "2026-11-20T09:00:00Z", "hospital": "RWE", "admittedAt": "2026-11-14T18:20:00Z",
  "proposedDischargeAt": "2026-11-24T12:00:00Z", "person": {"nhsNumber": "9990000018",
  "dateOfBirth": "1941-03-09", "familyName": "Okonjo-Bramley"}}})";

std::string ToldOf(const Reading& reading) {
  return reading.issues.empty() ? Told(reading)
                                : reading.issues[0].reason + " " + reading.issues[0].at;
}
std::string XmlWith(const char* from, const char* to) {
  return ToldOf(NoticeFromXml(absl::StrReplaceAll(kXml, {{from, to}}), CouncilOrigin()));
}

TEST(NoticeTest, SaysWhereThePersonIsInBothForms) {
  const Reading from_xml = NoticeFromXml(kXml, CouncilOrigin());
  const Reading from_json = NoticeFromJson(kJson, CouncilOrigin());
  for (const Reading& reading : {from_xml, from_json}) {
    ASSERT_EQ(ToldOf(reading), "person-away");
    const v1::Envelope& envelope = reading.said[0].envelope;
    EXPECT_THAT(CheckFields(envelope), IsOk());
    EXPECT_EQ(envelope.message_id(), "AN-77");
    EXPECT_EQ(envelope.sender(), "QK1-COUNCIL");
    EXPECT_EQ(envelope.subject().person().nhs_number(), "9990000018");
    EXPECT_EQ(envelope.person_away().place(), v1::AWAY_PLACE_HOSPITAL);
    EXPECT_EQ(envelope.person_away().until().seconds(), 1795521600);
  }
  EXPECT_EQ(from_xml.said[0].envelope.original().content(), kXml);
  EXPECT_TRUE(IsNoticeJson(kJson));
  EXPECT_FALSE(IsNoticeJson("{\"type\": \"concern\"}"));
}

TEST(NoticeTest, AWithdrawalMovesNobody) {
  EXPECT_EQ(
      XmlWith("<kind>discharge</kind>", "<kind>withdrawal</kind><withdraws>AN-70</withdraws>"),
      "over NOTICE_WITHDRAWN");
  EXPECT_EQ(XmlWith("<kind>discharge</kind>", "<kind>withdrawal</kind>"),
            "FIELD_REQUIRED /withdraws");
}

TEST(NoticeTest, AFaultIsToldWithItsPlace) {
  Shows({"haz-21"});
  EXPECT_EQ(XmlWith("</notice>", ""), "XML_INVALID ");
  EXPECT_EQ(XmlWith("<notice", "<!DOCTYPE notice><notice"), "XML_INVALID ");
  EXPECT_EQ(XmlWith("<nhsNumber>", "<nhsNumber><a><b/></a>"), "XML_INVALID /person/nhsNumber");
  EXPECT_EQ(XmlWith("discharge</kind>", "referral</kind>"), "NOTICE_INVALID /kind");
  EXPECT_EQ(XmlWith("<hospital>RWE</hospital>", ""), "FIELD_REQUIRED /hospital");
  EXPECT_EQ(XmlWith("<hospital>", "<ward>7</ward><hospital>"), "FIELD_UNKNOWN /ward");
  EXPECT_EQ(XmlWith("<familyName>", "<middleName>X</middleName><familyName>"),
            "FIELD_UNKNOWN /person/middleName");
  EXPECT_EQ(XmlWith("<hospital>", "<hospital ward='7'>"), "FIELD_UNKNOWN /hospital");
  EXPECT_EQ(XmlWith("<id>", "<id>AN-1</id><id>"), "FIELD_TWICE /id");
  EXPECT_EQ(XmlWith("2026-11-24T12:00:00Z", "Tuesday"), "FIELD_INVALID /proposedDischargeAt");
  EXPECT_EQ(XmlWith("9990000018", "9990000019"), "FIELD_INVALID subject.person.nhs_number");
  EXPECT_EQ(ToldOf(NoticeFromXml("<services/>", CouncilOrigin())), "NOTICE_INVALID ");
  EXPECT_EQ(ToldOf(NoticeFromXml("<notice/>", CouncilOrigin())), "FIELD_REQUIRED /id");
  EXPECT_EQ(ToldOf(NoticeFromJson("{\"notice\": 7}", CouncilOrigin())), "NOTICE_INVALID ");
}

TEST(NoticeTest, DamagedNoticesAreToldOrKeepTheTerms) {
  Shows({"haz-21", "ctl-32"});
  std::mt19937 random(20261127);
  for (const std::string& whole : {std::string(kXml), std::string(kJson)}) {
    for (int round = 0; round < 1500; ++round) {
      std::string text = whole;
      for (int left = 1 + static_cast<int>(random() % 3); left > 0; --left) {
        static constexpr char kTelling[] = "<>/&;{}[]\":,\\ \0\xC3\xFF";
        const size_t at = random() % text.size();
        if (random() % 2 == 0) text[at] = kTelling[random() % (sizeof(kTelling) - 1)];
        if (random() % 3 == 0) text.erase(at, random() % 12);
        if (random() % 3 == 0) text.insert(at, text.substr(random() % text.size(), 40));
      }
      const Reading reading = whole[0] == '<' ? NoticeFromXml(text, CouncilOrigin())
                                              : NoticeFromJson(text, CouncilOrigin());
      ASSERT_FALSE(Told(reading).empty());
      for (const Said& said : reading.said) ASSERT_THAT(CheckFields(said.envelope), IsOk());
    }
  }
}

}  // namespace
}  // namespace fosse::adapters::council
