#include "adapters/community/site_profile.h"

#include "gtest/gtest.h"
#include "tests/adapters/community/messages.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::community {
namespace {

struct Wrong {
  const char* name;
  const char* config;
};

class SiteProfileWrong : public ::testing::TestWithParam<Wrong> {};

TEST_P(SiteProfileWrong, IsRefusedAtStart) {
  EXPECT_THAT(SiteProfile::Create(ConfigOf(GetParam().config)), FailsWith("CONFIG_INVALID"));
}

const Wrong kWrong[] = {
    {"UnknownMeaning", "events { event: 'ADT^A03' meaning: 'CASELOAD_CLOSED' service: 'nursing' }"},
    {"NoMeaning", "events { event: 'ADT^A03' }"},
    {"EventWithoutType", "events { event: 'A03' meaning: 'IGNORE' }"},
    {"CaseloadWithoutService", "events { event: 'ADT^A03' meaning: 'CASELOAD_DISCHARGE' }"},
    {"ServiceNoCode", "events { event: 'ADT^A04' meaning: 'CASELOAD_OPEN' service: 'two words' }"},
    {"DischargeByReferral",
     "events { event: 'REF^I12' meaning: 'CASELOAD_DISCHARGE' service: 'nursing' }"},
    {"ListedTwice",
     "events { event: 'ADT^A03' native_service: 'NUR' meaning: 'IGNORE' } "
     "events { event: 'ADT^A03' native_service: 'NUR' meaning: 'CONTACT_END' }"},
    {"DemographicsByAVisit", "events { event: 'ADT^A03' meaning: 'DEMOGRAPHICS' }"},
    {"NoteAsAContact", "events { event: 'MDM^T02' meaning: 'CONTACT_END' }"},
    {"ConcernByAVisit", "events { event: 'ADT^A03' meaning: 'CONCERN' }"},
    {"NoteOfAnotherKind", "events { event: 'MDM^T08' meaning: 'CONCERN' }"},
    {"DischargeByDetails",
     "events { event: 'ADT^A31' meaning: 'CASELOAD_DISCHARGE' service: 'nursing' }"},
    {"MergeAsAStay", "events { event: 'ADT^A40' meaning: 'AWAY_HOSPITAL' }"},
    {"OpenedByADischarge",
     "events { event: 'ADT^A03' meaning: 'CASELOAD_OPEN' service: 'nursing' }"},
    {"AwayBeforeTheAdmission", "events { event: 'ADT^A05' meaning: 'AWAY_HOSPITAL' }"},
    {"ContactEndOfDetails", "events { event: 'ADT^A08' meaning: 'CONTACT_END' }"},
    {"DocumentsAsAVisit", "documents_as: 'ADT^A03'"},
    {"MarkOfNothing", "nhs_number_marks { }"},
    {"ServiceFieldNoField", "service_field: 'PV1'"},
    {"ServiceFieldNoPlace", "service_field: 'the ward'"},
};
INSTANTIATE_TEST_SUITE_P(Configs, SiteProfileWrong, ::testing::ValuesIn(kWrong),
                         [](const auto& test) { return test.param.name; });

TEST(SiteProfileTest, OrganisationMustBeAParticipant) {
  for (const char* organisation : {"", "Community Trust", "rt5"}) {
    AdapterConfig config;
    config.set_organisation(organisation);
    EXPECT_THAT(SiteProfile::Create(config), FailsWith("CONFIG_INVALID")) << organisation;
  }
}

TEST(SiteProfileTest, ServiceFieldIsUsedWhereItsSegmentIs) {
  const SiteProfile profile = ProfileOf("service_field: 'PV1-3'");
  EXPECT_EQ(profile.ServicePlace(hl7::Message::Read(Parts{}.Bytes())).ToHl7(), "PV1-3.1");
  EXPECT_EQ(profile.ServicePlace(hl7::Message::Read(Referral().Bytes())).ToHl7(), "RF1-3.1");
  EXPECT_EQ(ProfileOf("").ServicePlace(hl7::Message::Read(Parts{}.Bytes())).ToHl7(), "PV1-10.1");
}

TEST(SiteProfileTest, TheServicesOwnEntryOutranksTheOneForAny) {
  const SiteProfile profile = ProfileOf(
      "events { event: 'ADT^A03' meaning: 'CONTACT_END' } "
      "events { event: 'ADT^A03' native_service: 'NUR' meaning: 'CASELOAD_DISCHARGE' "
      "service: 'nursing' }");
  EXPECT_EQ(profile.Find("ADT^A03", "NUR").meaning, Meaning::kDischarge);
  EXPECT_EQ(profile.Find("ADT^A03", "NUR").service, "nursing");
  EXPECT_EQ(profile.Find("ADT^A03", "300").meaning, Meaning::kContactEnd);
  EXPECT_EQ(profile.Find("ADT^A03", "").meaning, Meaning::kContactEnd);
  EXPECT_EQ(profile.Find("ADT^A04", "NUR").meaning, Meaning::kUnlisted);
}

}  // namespace
}  // namespace fosse::adapters::community
