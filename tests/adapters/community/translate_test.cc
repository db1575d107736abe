#include "adapters/community/translate.h"

#include "absl/strings/str_replace.h"
#include "base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/adapters/community/messages.h"
#include "tests/support/shows.h"

namespace fosse::adapters::community {
namespace {

using Result = Translated::Result;

constexpr char kOpenBy[] = "events { event: '%s' native_service: 'NUR' meaning: '%s' %s }";

std::string Listed(const std::string& event, const std::string& meaning) {
  const bool caseload = meaning.find("CASELOAD") == 0;
  char out[256];
  std::snprintf(out, sizeof out, kOpenBy, event.c_str(), meaning.c_str(),
                caseload ? "service: 'nursing'" : "");
  return out;
}

// What a message became, in words: "no effect", "OPENED R-1", "DEMOGRAPHICS", or its faults.
std::string Outcome(const Translated& translated) {
  const v1::Envelope& envelope = translated.envelope;
  if (translated.result == Result::kNoEffect) return "no effect";
  if (translated.result == Result::kUnsupported) return "unsupported " + Told(translated.faults);
  if (translated.result == Result::kFaulty) return Told(translated.faults);
  if (envelope.has_episode_change()) {
    const v1::EpisodeChange& change = envelope.episode_change();
    return v1::EpisodeChangeKind_Name(change.kind()).substr(20) + " " + change.episode_reference();
  }
  if (envelope.has_person_away()) {
    return v1::AwayPlace_Name(envelope.person_away().place()).substr(11) +
           (envelope.person_away().returned() ? " back" : " away");
  }
  return v1::PersonUpdateKind_Name(envelope.person_update().kind()).substr(19);
}

// Events × profile. The first rows are what a site without a profile gets: nothing (HAZ-21 would be
// a visit taken for a caseload).
struct EventCase {
  const char* name;
  const char* event;  // As in MSH-9.
  std::string profile;
  const char* outcome;
};

class EventMeans : public ::testing::TestWithParam<EventCase> {};

TEST_P(EventMeans, WhatTheSiteProfileSays) {
  const EventCase& row = GetParam();
  const bool referral = std::string(row.event).find("ADT") != 0;
  Parts parts = referral ? Referral() : Parts{};
  parts.event = row.event;
  EXPECT_EQ(Outcome(Translate(parts.Bytes(), row.profile)), row.outcome);
}

const EventCase kEvents[] = {
    {"A03Unlisted", "ADT^A03^ADT_A03", "", "no effect"},
    {"A04Unlisted", "ADT^A04^ADT_A01", "", "no effect"},
    {"A01Unlisted", "ADT^A01^ADT_A01", "", "no effect"},
    {"A11Unlisted", "ADT^A11^ADT_A09", "", "no effect"},
    {"A13Unlisted", "ADT^A13^ADT_A01", "", "no effect"},
    {"I12Unlisted", "REF^I12^REF_I12", "", "no effect"},
    {"I14Unlisted", "REF^I14^REF_I12", "", "no effect"},
    // What a service knows that the profile does not list stays there.
    {"A28OfAnotherService", "ADT^A28^ADT_A05", "", "no effect"},
    {"A31OfAnotherService", "ADT^A31^ADT_A05", Listed("ADT^A03", "IGNORE"), "no effect"},
    {"A08OfAnotherService", "ADT^A08^ADT_A01",
     "events { event: 'ADT^A03' native_service: 'MHS' meaning: 'CONTACT_END' }", "no effect"},
    {"A40OfAnotherService", "ADT^A40^ADT_A39", "", "no effect"},
    {"A31OfAListedService", "ADT^A31^ADT_A05", Listed("ADT^A03", "CONTACT_END"), "DEMOGRAPHICS"},
    {"A08OfAnyService", "ADT^A08^ADT_A01", "events { event: 'ADT^A08' meaning: 'DEMOGRAPHICS' }",
     "DEMOGRAPHICS"},
    {"A03OfAnotherService", "ADT^A03^ADT_A03",
     "events { event: 'ADT^A03' native_service: '300' meaning: 'CASELOAD_DISCHARGE' service: "
     "'therapy' }",
     "no effect"},
    {"A03Discharge", "ADT^A03^ADT_A03", Listed("ADT^A03", "CASELOAD_DISCHARGE"), "CLOSED E-1"},
    {"A03ContactEnd", "ADT^A03^ADT_A03", Listed("ADT^A03", "CONTACT_END"), "no effect"},
    {"A03Ignore", "ADT^A03^ADT_A03", Listed("ADT^A03", "IGNORE"), "no effect"},
    {"A04Open", "ADT^A04^ADT_A01", Listed("ADT^A04", "CASELOAD_OPEN"), "OPENED E-1"},
    {"A28Open", "ADT^A28^ADT_A05", Listed("ADT^A28", "CASELOAD_OPEN"), "OPENED E-1"},
    {"A31Ignore", "ADT^A31^ADT_A05", Listed("ADT^A31", "IGNORE"), "no effect"},
    {"I12Open", "REF^I12^REF_I12", Listed("REF^I12", "CASELOAD_OPEN"), "OPENED R-1"},
    {"RriOpen", "RRI^I12^RRI_I12", Listed("REF^I12", "CASELOAD_OPEN"), "OPENED R-1"},
    {"I12Ignore", "REF^I12^REF_I12", Listed("REF^I12", "IGNORE"), "no effect"},
    {"I13OpensNothingAnew", "REF^I13^REF_I12", Listed("REF^I12", "CASELOAD_OPEN"), "no effect"},
    {"I14TakesI12Back", "REF^I14^REF_I12", Listed("REF^I12", "CASELOAD_OPEN"), "CANCELLED R-1"},
    {"I14Ignore", "REF^I14^REF_I12",
     Listed("REF^I12", "CASELOAD_OPEN") + Listed("REF^I14", "IGNORE"), "no effect"},
    {"A11TakesA04Back", "ADT^A11^ADT_A09", Listed("ADT^A04", "CASELOAD_OPEN"), "CANCELLED E-1"},
    {"A11OfAVisit", "ADT^A11^ADT_A09", Listed("REF^I12", "CASELOAD_OPEN"), "no effect"},
    {"A13TakesA03Back", "ADT^A13^ADT_A01", Listed("ADT^A03", "CASELOAD_DISCHARGE"), "REOPENED E-1"},
    {"A13OfAVisit", "ADT^A13^ADT_A01", Listed("ADT^A03", "CONTACT_END"), "no effect"},
    {"A01Hospital", "ADT^A01^ADT_A01", Listed("ADT^A01", "AWAY_HOSPITAL"), "HOSPITAL away"},
    {"A01Respite", "ADT^A01^ADT_A01", Listed("ADT^A01", "AWAY_RESPITE"), "RESPITE away"},
    {"A03Back", "ADT^A03^ADT_A03", Listed("ADT^A03", "BACK"), "HOSPITAL back"},
    {"A11TakesAStayBack", "ADT^A11^ADT_A09", Listed("ADT^A01", "AWAY_RESPITE"), "RESPITE back"},
    {"A13TakesAReturnBack", "ADT^A13^ADT_A01", Listed("ADT^A03", "BACK"), "HOSPITAL away"},
    {"A34WithoutTheOther", "ADT^A34^ADT_A30", Listed("ADT^A34", "DEMOGRAPHICS"),
     "MRG SEGMENT_MISSING 100"},
    {"A36", "ADT^A36^ADT_A30", "", "unsupported MSH-9.2 EVENT_UNSUPPORTED 201"},
    {"A40WithoutTheOther", "ADT^A40^ADT_A39", Listed("ADT^A40", "DEMOGRAPHICS"),
     "MRG SEGMENT_MISSING 100"},
    {"A40Ignore", "ADT^A40^ADT_A39", Listed("ADT^A40", "IGNORE"), "no effect"},
    {"I99", "REF^I99^REF_I12", "", "unsupported MSH-9.2 EVENT_UNSUPPORTED 201"},
    {"Oru", "ORU^R01^ORU_R01", "", "unsupported OBR-4.1 NOTE_UNLISTED 201"},
    {"Orm", "ORM^O01^ORM_O01", "", "unsupported MSH-9.1 MESSAGE_TYPE_UNSUPPORTED 200"},
};
INSTANTIATE_TEST_SUITE_P(Events, EventMeans, ::testing::ValuesIn(kEvents),
                         [](const auto& test) { return test.param.name; });

TEST(TranslateTest, ReferralIsWhole) {
  Shows({"haz-21"});
  const std::string bytes = Referral().Bytes();
  const Translated translated = Translate(bytes);
  ASSERT_EQ(translated.result, Result::kMessage) << Told(translated.faults);
  const v1::Envelope& envelope = translated.envelope;
  EXPECT_EQ(envelope.message_id(), "ID-7/20260301101501+0000");
  EXPECT_EQ(envelope.sender(), "RT5");
  EXPECT_EQ(envelope.locality(), "QK1");
  EXPECT_EQ(envelope.sent_at().seconds(), 1772360101);
  EXPECT_EQ(envelope.original().media_type(), kMediaType);
  EXPECT_EQ(envelope.original().content(), bytes);
  const v1::EpisodeChange& change = envelope.episode_change();
  EXPECT_EQ(change.service(), "nursing");
  EXPECT_EQ(change.organisation(), "RT5");
  EXPECT_EQ(change.occurred_at().seconds(), 1772355600);
  EXPECT_EQ(change.registered_practice(), "C82999");
  EXPECT_EQ(change.care_manager().name(), "Maeve Thorogood");
  EXPECT_EQ(change.care_manager().register_(), v1::REGISTER_NMC);
  EXPECT_EQ(change.care_manager().identifier(), "19A1234E");
}

TEST(TranslateTest, DischargeIsWhole) {
  Shows({"haz-21"});
  Parts parts;
  parts.evn = "EVN||20260301101500+0000|||U1^Clerk^Ada|20260301100000+0000";
  const Translated translated = Translate(parts.Bytes());
  ASSERT_EQ(translated.result, Result::kMessage) << Told(translated.faults);
  const v1::EpisodeChange& change = translated.envelope.episode_change();
  EXPECT_EQ(change.occurred_at().seconds(), 1772359200);  // EVN-6.
  EXPECT_EQ(change.care_manager().register_(), v1::REGISTER_NMC);
  EXPECT_EQ(change.care_manager().name(), "Maeve Thorogood");
  EXPECT_EQ(change.destination(), v1::DISCHARGE_DESTINATION_USUAL_RESIDENCE);
  const v1::Practitioner& operated = translated.envelope.acting_person().practitioner();
  EXPECT_EQ(operated.name(), "Ada Clerk");
  EXPECT_EQ(operated.register_(), v1::REGISTER_LOCAL);
}

TEST(TranslateTest, DischargeTimeIsPv1WhereEvnHasNone) {
  Parts parts;
  parts.evn = "EVN||20260301101500+0000";
  EXPECT_EQ(Translate(parts.Bytes()).envelope.episode_change().occurred_at().seconds(), 1772358600);
}

// A time without offset is London's: 10:00 in July is 09:00 UTC.
TEST(TranslateTest, TimeWithoutOffsetIsLocal) {
  Shows({"haz-22", "ctl-43"});
  Parts parts;
  parts.evn = "EVN||20260701100000||||20260701100000";
  EXPECT_EQ(Translate(parts.Bytes()).envelope.episode_change().occurred_at().seconds(), 1782896400);
}

struct DestinationCase {
  const char* name;
  const char* disposition;  // PV1-36
  const char* location;     // PV1-37
  v1::DischargeDestination destination;
};
class DestinationIs : public ::testing::TestWithParam<DestinationCase> {};
TEST_P(DestinationIs, Read) {
  Parts parts;
  parts.pv1 = absl::StrCat("PV1|1|C||||||||NUR|||||||||E-1|||||||||||||||||",
                           GetParam().disposition, "|", GetParam().location);
  const Translated translated = Translate(parts.Bytes());
  ASSERT_EQ(translated.result, Result::kMessage) << Told(translated.faults);
  EXPECT_EQ(translated.envelope.episode_change().destination(), GetParam().destination);
}
const DestinationCase kDestinations[] = {
    {"Home", "2", "19", v1::DISCHARGE_DESTINATION_USUAL_RESIDENCE},
    {"HomeInTheWrongField", "19", "", v1::DISCHARGE_DESTINATION_USUAL_RESIDENCE},
    {"NhsCareHome", "2", "54", v1::DISCHARGE_DESTINATION_CARE_HOME},
    {"CouncilCareHome", "2", "65", v1::DISCHARGE_DESTINATION_CARE_HOME},
    {"PrivateCareHome", "2", "85", v1::DISCHARGE_DESTINATION_CARE_HOME},
    {"OtherProvider", "7", "19", v1::DISCHARGE_DESTINATION_OTHER_PROVIDER},
    {"DiedByDisposition", "10", "", v1::DISCHARGE_DESTINATION_DIED},
    {"DiedByLocation", "2", "79", v1::DISCHARGE_DESTINATION_DIED},
    {"DiedOutranksTransfer", "7", "79", v1::DISCHARGE_DESTINATION_DIED},
    {"NotStated", "", "", v1::DISCHARGE_DESTINATION_UNSPECIFIED},
};
INSTANTIATE_TEST_SUITE_P(Codes, DestinationIs, ::testing::ValuesIn(kDestinations),
                         [](const auto& test) { return test.param.name; });

TEST(TranslateTest, AnInpatientsDetailsWithoutAServiceStayOnTheWard) {
  Shows({"haz-31"});
  Parts parts{.event = "ADT^A08^ADT_A01", .pv1 = "PV1|1|I|WARD 7^^^RT5"};
  EXPECT_EQ(Outcome(Translate(parts.Bytes())), "no effect");
  parts.pv1 = "PV1|1|N";
  EXPECT_EQ(Outcome(Translate(parts.Bytes())), "DEMOGRAPHICS");
}

// PID-30, PV1-36 and PV1-37, each alone, whatever event brings it.
TEST(TranslateTest, EachOfTheThreeSignsTellsADeath) {
  Shows({"haz-02"});
  const std::string events = Listed("ADT^A03", "CONTACT_END") + Listed("ADT^A01", "AWAY_HOSPITAL");
  for (const char* event :
       {"ADT^A03^ADT_A03", "ADT^A08^ADT_A01", "ADT^A28^ADT_A05", "ADT^A31^ADT_A05"}) {
    Parts parts{.event = event};
    EXPECT_NE(Outcome(Translate(parts.Bytes(), events)), "DEATH") << event;
    const std::string pv1 = "PV1|1|C||||||||NUR|||||||||E-1|||||||||||||||||";
    parts.pv1 = pv1 + "10|";
    EXPECT_EQ(Outcome(Translate(parts.Bytes(), events)), "DEATH") << event;
    parts.pv1 = pv1 + "2|79";
    EXPECT_EQ(Outcome(Translate(parts.Bytes(), events)), "DEATH") << event;
    parts = {.event = event};
    parts.pid.replace(parts.pid.find("||NSTS01"), 2, "Y||");
    EXPECT_EQ(Outcome(Translate(parts.Bytes(), events)), "DEATH") << event;
  }
}

std::string WithDeath(std::string pid) {
  // PID-30 is two before PID-32.
  const size_t at = pid.find("||NSTS01");
  return pid.replace(at, 2, "Y||");
}

TEST(TranslateTest, DeathIsToldOnceAndNeverLost) {
  Shows({"haz-02"});
  Parts parts;
  parts.pid = WithDeath(parts.pid);
  EXPECT_EQ(hl7::Message::Read(parts.Bytes()).Value("PID", 30), "Y");
  parts.event = "ADT^A31^ADT_A05";
  EXPECT_EQ(Outcome(Translate(parts.Bytes())), "DEATH");
  parts.event = "ADT^A03^ADT_A03";
  EXPECT_EQ(Translate(parts.Bytes()).envelope.episode_change().destination(),
            v1::DISCHARGE_DESTINATION_DIED);
  EXPECT_EQ(Outcome(Translate(parts.Bytes(), Listed("ADT^A03", "CONTACT_END"))), "DEATH");
  EXPECT_EQ(Outcome(Translate(parts.Bytes(), "")), "no effect");  // Not a listed service's.
  parts.event = "ADT^A11^ADT_A09";
  EXPECT_EQ(Outcome(Translate(parts.Bytes(), Listed("ADT^A04", "CASELOAD_OPEN"))), "DEATH");
  parts.event = "ADT^A04^ADT_A01";
  EXPECT_EQ(Outcome(Translate(parts.Bytes(), Listed("ADT^A04", "CASELOAD_OPEN"))),
            "PID-30 DEATH_WITH_OPENING 103");
}

TEST(TranslateTest, ShieldedPersonsPracticeAndAddressStayBehind) {
  Shows({"haz-31"});
  Parts parts;
  parts.event = "ADT^A31^ADT_A05";
  EXPECT_EQ(Translate(parts.Bytes()).envelope.person_update().address(), "");  // Nobody said.
  parts.more = {"ZU8|Z|1|No|N"};
  v1::PersonUpdate update = Translate(parts.Bytes()).envelope.person_update();
  EXPECT_EQ(update.kind(), v1::PERSON_UPDATE_KIND_DEMOGRAPHICS);
  EXPECT_EQ(update.address(), "14 Quarry Lane, Birstall, LE4 3ZZ");
  EXPECT_EQ(update.registered_practice(), "C82999");
  parts.more = {"ZU8|Z|1|No|Y"};
  update = Translate(parts.Bytes()).envelope.person_update();
  EXPECT_EQ(update.kind(), v1::PERSON_UPDATE_KIND_RESTRICTION);
  EXPECT_TRUE(update.location_restricted());
  EXPECT_EQ(update.address(), "");
  EXPECT_EQ(update.registered_practice(), "");
  parts.more = {"ZU8|Z|1|No|maybe"};
  EXPECT_EQ(Outcome(Translate(parts.Bytes())), "ZU8-4 TABLE_VALUE_UNKNOWN 103");
}

struct FaultCase {
  const char* name;
  const char* segment;  // PID, EVN, PD1, PV1, RF1, MSH: the one replaced.
  const char* text;
  const char* told;
};
class FaultIsLocated : public ::testing::TestWithParam<FaultCase> {};
TEST_P(FaultIsLocated, InTermsOfHl7) {
  Shows({"haz-21", "haz-01"});
  const FaultCase& row = GetParam();
  const std::string segment = row.segment;
  Parts parts = segment == "RF1" ? Referral() : Parts{};
  if (segment == "PID") parts.pid = row.text;
  if (segment == "EVN") parts.evn = row.text;
  if (segment == "PD1") parts.pd1 = row.text;
  if (segment == "PV1") parts.pv1 = row.text;
  if (segment == "RF1") parts.more[0] = row.text;
  if (segment == "MSH") parts.msh_tail = row.text;
  EXPECT_EQ(Outcome(Translate(parts.Bytes())), row.told);
}
const FaultCase kFaults[] = {
    {"NoPid", "PID", "", "PID SEGMENT_MISSING 100"},
    {"TwoPersons", "PID",
     "PID|1||9990000018^^^NHS||Okonjo^P||19410309\rPID|2||9990000026^^^NHS||Example^E||19500201",
     "PID SECOND_PERSON 100"},
    {"TwoVisits", "PV1", "PV1|1|C||||||||POD\rPV1|2|C||||||||NUR", "PV1 SEGMENT_TWICE 100"},
    {"TwoReferrals", "RF1", "RF1|P||NUR||A|R-1\rRF1|A||NUR||A|R-2", "RF1 SEGMENT_TWICE 100"},
    {"TwoEvents", "EVN", "EVN||20260301\rEVN||20260302", "EVN SEGMENT_TWICE 100"},
    {"EmptyPid", "PID", "PID|1",
     "PID-3 NHS_NUMBER_MISSING 101; PID-5.1 FAMILY_NAME_MISSING 101; PID-7 "
     "DATE_OF_BIRTH_MISSING 101"},
    {"Month13", "PID", "PID|1||9990000018^^^NHS||Okonjo^P||19411309",
     "PID-7 DATE_OF_BIRTH_INVALID 102"},
    {"YearOfBirthOnly", "PID", "PID|1||9990000018^^^NHS||Okonjo^P||1941",
     "PID-7 DATE_OF_BIRTH_INVALID 102"},
    {"DeletedName", "PID", "PID|1||9990000018^^^NHS||\"\"||19410309",
     "PID-5.1 FAMILY_NAME_MISSING 101"},
    {"NoTimes", "PV1", "PV1|1|C||||||||NUR|||||||||E-1", "CLOSED E-1"},
    {"BadTime", "EVN", "EVN||20260301101500||||2026030110", "CLOSED E-1"},
    {"BadEventTime", "EVN", "EVN||||||20261301", "EVN-6.1 TIME_INVALID 102"},
    {"NoVisitId", "PV1", "PV1|1|C||||||||NUR||||||||||||||||||||||||||||||||||||20260301",
     "PV1-19.1 FIELD_REQUIRED 101"},
    {"NoService", "PV1", "PV1|1|C|||||||||||||||||E-1", "PV1-10.1 SERVICE_MISSING 101"},
    {"NoPv1", "PV1", "", "PV1-10.1 SERVICE_MISSING 101"},
    {"PracticeNoCode", "PD1", "PD1|||Surgery^^the surgery", "PD1-3.3 FIELD_INVALID 102"},
    {"NoReferralId", "RF1", "RF1|A||NUR||||20260301", "RF1-6.1 FIELD_REQUIRED 101"},
    {"NoReferralService", "RF1", "RF1|A||||A|R-1|20260301", "RF1-3.1 SERVICE_MISSING 101"},
    {"NoReferralStatus", "RF1", "RF1|||NUR||A|R-1|20260301", "RF1-1.1 REFERRAL_STATUS_UNKNOWN 101"},
    {"OddReferralStatus", "RF1", "RF1|Z||NUR||A|R-1|20260301",
     "RF1-1.1 REFERRAL_STATUS_UNKNOWN 103"},
    {"PendingReferral", "RF1", "RF1|P||NUR||A|R-1|20260301", "no effect"},
    {"RejectedReferral", "RF1", "RF1|R||NUR||A|R-1|20260301", "no effect"},
    {"TestMessage", "MSH", "T|2.4|||AL|NE", "MSH-11 PROCESSING_ID_UNSUPPORTED 202"},
};
INSTANTIATE_TEST_SUITE_P(Faults, FaultIsLocated, ::testing::ValuesIn(kFaults),
                         [](const auto& test) { return test.param.name; });

TEST(TranslateTest, NoFaultHoldsAValue) {
  Shows({"ctl-26"});
  Parts parts;
  parts.pid = "PID|1||9990000019^^^NHS||Okonjo^Philippa||19411309";
  for (const hl7::AckError& fault : Translate(parts.Bytes()).faults) {
    for (const char* value : {"9990000019", "Okonjo", "Philippa", "19411309"}) {
      EXPECT_EQ((fault.issue.reason + fault.issue.remedy + fault.issue.at.ToString()).find(value),
                std::string::npos);
    }
  }
}

TEST(TranslateTest, UnreadableMessageIsFaultyWithTheReadersPlaces) {
  EXPECT_EQ(Outcome(Translate("hello")), "line 1 MSH_MISSING 100; line 1 SEGMENT_UNREADABLE 100");
}

// The survivor stands in PID, the record that is the same person's in MRG.
Parts Merged(const std::string& mrg) {
  return {.event = "ADT^A40^ADT_A39", .pv1 = "", .more = {mrg}};
}

TEST(TranslateTest, AMergeNamesBothRecords) {
  Shows({"haz-02"});
  const Translated translated = Translate(Merged("MRG|9990000026^^^NHS").Bytes());
  ASSERT_EQ(translated.result, Translated::Result::kMessage) << Told(translated.faults);
  const v1::PersonUpdate& update = translated.envelope.person_update();
  EXPECT_EQ(update.kind(), v1::PERSON_UPDATE_KIND_MERGE);
  EXPECT_EQ(translated.envelope.subject().person().nhs_number(), "9990000018");
  EXPECT_EQ(update.other_person().nhs_number(), "9990000026");
  EXPECT_EQ(update.other_person().family_name(), "Okonjo");
  EXPECT_EQ(update.other_person().date_of_birth(), "1941-03-09");
  EXPECT_EQ(update.other_person().nhs_number_status(), v1::NUMBER_STATUS_UNSPECIFIED);
  const Translated named =
      Translate(Merged("MRG|9990000026^^^NHS||||||Okonjo-Bramley^Pippa").Bytes());
  EXPECT_EQ(named.envelope.person_update().other_person().family_name(), "Okonjo-Bramley");
}

TEST(TranslateTest, AMergeOfLocalNumbersIsTheSendersOwnMatter) {
  Shows({"haz-02"});
  for (const char* mrg : {"MRG|LOCAL-7", "MRG|LOCAL-7^^^RT5~77^^^PAS"}) {
    EXPECT_EQ(Translate(Merged(mrg).Bytes()).result, Translated::Result::kNoEffect) << mrg;
  }
}

TEST(TranslateTest, AStayOfSomebodyWhoDiedIsADeath) {
  Shows({"haz-02", "haz-41"});
  Parts parts;
  parts.pv1 = "PV1|1|I|^^^RT5|||||||NUR||||||||||||||||||||||||||10|79";
  const Translated translated = Translate(parts.Bytes(), Listed("ADT^A03", "BACK"));
  EXPECT_EQ(translated.envelope.person_update().kind(), v1::PERSON_UPDATE_KIND_DEATH);
}

TEST(TranslateTest, AStrictSiteHasDeparturesRefusedWithTheirPlace) {
  Shows({"haz-21", "haz-22"});
  const std::string strict = std::string("strict: true ") + kUsualEvents;
  Parts parts;
  EXPECT_EQ(Translate(parts.Bytes(), strict).result, Translated::Result::kMessage);
  const std::string feeds = absl::StrReplaceAll(parts.Bytes(), {{"\r", "\n"}});
  EXPECT_EQ(Translate(feeds).result, Translated::Result::kMessage);
  EXPECT_THAT(Told(Translate(feeds, strict).faults), ::testing::HasSubstr("SEGMENT_END_NOT_CR"));
  parts.evn = "EVN||20260301101500+0000";
  EXPECT_EQ(Translate(parts.Bytes()).result, Translated::Result::kMessage);
  EXPECT_EQ(Told(Translate(parts.Bytes(), strict).faults), "EVN-6 TIME_MISSING 101");
}

TEST(TranslateTest, AMergeThatNamesNoOtherRecordIsRefused) {
  Shows({"haz-02", "haz-21"});
  for (const char* mrg :
       {"", "MRG|", "MRG|9990000018^^^NHS", "MRG|9990000027^^^NHS", "MRG|9990000026"}) {
    const Translated translated = Translate(Merged(mrg).Bytes());
    EXPECT_EQ(translated.result, Translated::Result::kFaulty) << mrg;
    EXPECT_THAT(Told(translated.faults), ::testing::HasSubstr("MRG")) << mrg;
  }
}

}  // namespace
}  // namespace fosse::adapters::community
