// The messages of the community system in the sample day, as its simulator makes them.

#include "gtest/gtest.h"
#include "tests/adapters/community/messages.h"
#include "tests/support/shows.h"

namespace fosse::adapters::community {
namespace {

constexpr char kMsh[] =
    "MSH|^~\\&|COMMUNITY|RT5|FOSSE|QK1|20261122060000+0000||%s|C1|P|2.4|||AL|NE|GBR|UNICODE "
    "UTF-8|EN||ITKv1.0\r";
constexpr char kPerson[] =
    "PID|1||9990000018^^^NHS||Okonjo-Bramley^Philippa^^^^^L||19410309|F|||14 Quarry "
    "Lane^^Birstall^^LE4 3ZZ|||||||||||||||||||||NSTS01\r"
    "PD1|||Foxglove Surgery^^C82999\r";

std::string Message(const std::string& event, const std::string& rest) {
  std::string msh = kMsh;
  return msh.replace(msh.find("%s"), 2, event) + rest;
}

TEST(PartnerMessagesTest, ReferralAccepted) {
  const Translated translated = Translate(Message(
      "REF^I12^REF_I12",
      std::string("RF1|A^Accepted|R^Routine|NUR^Community nursing||A|E1|20261122060000+0000\r"
                  "PRD|RT^Referred to provider|Thorogood^Maeve||^^^RT5|||19A1234E^NMC\r") +
          kPerson));
  ASSERT_EQ(translated.result, Translated::Result::kMessage) << Told(translated.faults);
  EXPECT_EQ(translated.envelope.episode_change().kind(), v1::EPISODE_CHANGE_KIND_OPENED);
  EXPECT_EQ(translated.envelope.episode_change().episode_reference(), "E1");
  EXPECT_EQ(translated.envelope.subject().person().nhs_number_status(), v1::NUMBER_STATUS_VERIFIED);
}

TEST(PartnerMessagesTest, CaseloadDischarge) {
  const Translated translated = Translate(Message(
      "ADT^A03^ADT_A03",
      std::string("EVN||20261122060000+0000||||20261122060000+0000\r") + kPerson +
          "PV1|1|C|^^^RT5||||||19A1234E^Thorogood^Maeve^^^^^^NMC|NUR|||||||||E1||||||||||||||||"
          "|2|19|||||||20261122060000+0000|20261122060000+0000\r"));
  ASSERT_EQ(translated.result, Translated::Result::kMessage) << Told(translated.faults);
  const v1::EpisodeChange& change = translated.envelope.episode_change();
  EXPECT_EQ(change.kind(), v1::EPISODE_CHANGE_KIND_CLOSED);
  EXPECT_EQ(change.episode_reference(), "E1");
  EXPECT_EQ(change.destination(), v1::DISCHARGE_DESTINATION_USUAL_RESIDENCE);
  EXPECT_EQ(change.care_manager().register_(), v1::REGISTER_NMC);
}

TEST(PartnerMessagesTest, PersonUpdated) {
  const Translated translated = Translate(
      Message("ADT^A31^ADT_A05",
              std::string("EVN||20261122060000+0000||||20261122060000+0000\r") + kPerson));
  ASSERT_EQ(translated.result, Translated::Result::kMessage) << Told(translated.faults);
  EXPECT_EQ(translated.envelope.person_update().registered_practice(), "C82999");
}

}  // namespace
}  // namespace fosse::adapters::community
