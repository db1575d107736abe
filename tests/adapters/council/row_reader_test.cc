#include "adapters/council/columns/row_reader.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/field_check.h"
#include "gmock/gmock.h"
#include "tests/adapters/council/exports.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::council {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> ToldOf(const std::string& map, const std::string& text) {
  std::vector<std::string> told;
  for (const Reading& reading : ReadTable(*MapOf(MapText(map)), text)) {
    told.push_back(Told(reading));
  }
  return told;
}

std::vector<std::string> ToldOfExport(const std::string& name) {
  return ToldOf(name, ReadAll(ExportPath(name)));
}

TEST(RowReaderTest, EveryKindOfExportIsRead) {
  Shows({"ctl-32"});
  EXPECT_THAT(ToldOfExport("mosaic-persons"),
              ElementsAre("person-update", "person-update", "over CHILDREN"));
  EXPECT_THAT(ToldOfExport("mosaic-services"),
              ElementsAre("person-update service-episode",
                          "person-update service-episode delegation-response"));
  EXPECT_THAT(ToldOfExport("las-services"), ElementsAre("person-update service-episode"));
  EXPECT_THAT(ToldOfExport("eclipse-services"), ElementsAre("person-update service-episode"));
  EXPECT_THAT(ToldOfExport("cld-release-1"),
              ElementsAre("person-update service-episode",
                          "person-update service-episode delegation-proposal"));
  EXPECT_THAT(ToldOfExport("cld-release-2"),
              ElementsAre("person-update service-episode", "person-update service-episode"));
  EXPECT_THAT(ToldOfExport("caseload"), ElementsAre("episode-change", "episode-change"));
  EXPECT_THAT(ToldOfExport("provider-template"),
              ElementsAre("delegation-response", "delegation-response", "worker-assignment",
                          "start-confirmed", "task-performed", "task-not-done", "concern",
                          "worker-assignment"));
  EXPECT_THAT(
      ToldOfExport("training-register"),
      ElementsAre("training-request", "training-session", "competency-record", "competency-record",
                  "competency-record", "competency-record", "competency-record",
                  "competency-record", "competency-record", "competency-revoked"));
}

TEST(RowReaderTest, ADayOfAProvidersOwnRecordTellsOnlyWhatIsDelegated) {
  Shows({"b-2.3", "haz-09"});
  EXPECT_THAT(ToldOfExport("care-record-day"),
              ElementsAre("task-performed", "task-not-done", "over NOT_DELEGATED", "over NOT_YET"));
  const std::vector<Reading> readings =
      ReadTable(*MapOf(MapText("care-record-day")), ReadAll(ExportPath("care-record-day")));
  const v1::TaskPerformed& done = readings[0].said[0].envelope.task_performed();
  EXPECT_EQ(done.worker().employer_reference(), "hc-117");
  EXPECT_EQ(done.performed_at().seconds(), 1795593900);  // 08:05 in London, in winter.
  const v1::TaskNotDone& missed = readings[1].said[0].envelope.task_not_done();
  EXPECT_EQ(missed.reason(), v1::NOT_DONE_REASON_PERSON_DECLINED);
  EXPECT_EQ(missed.due_at().seconds(), 1795627800);
}

TEST(RowReaderTest, TheRegisterBringsEveryModeOfTraining) {
  Shows({"b-4.6"});
  std::set<v1::TrainingMode> modes;
  for (const Reading& reading :
       ReadTable(*MapOf(MapText("training-register")), ReadAll(ExportPath("training-register")))) {
    const v1::Envelope& envelope = reading.said.at(0).envelope;
    if (envelope.has_competency_record()) modes.insert(envelope.competency_record().mode());
  }
  EXPECT_EQ(static_cast<int>(modes.size()), v1::TrainingMode_descriptor()->value_count() - 1);
}

TEST(RowReaderTest, WhatIsSaidKeepsTheTermsAndTheRowAsItStood) {
  Shows({"haz-21"});
  const std::vector<Reading> readings =
      ReadTable(*MapOf(MapText("mosaic-services")), ReadAll(ExportPath("mosaic-services")));
  ASSERT_THAT(readings, SizeIs(2));
  Said answer = readings[1].said.at(2);
  NameMessage(1, answer);
  EXPECT_THAT(CheckFields(answer.envelope), IsOk());
  // For the provider, since the council says so on its behalf.
  EXPECT_EQ(answer.envelope.sender(), "1-1000000001");
  EXPECT_EQ(answer.envelope.locality(), "QK1");
  EXPECT_EQ(answer.envelope.delegation_response().answer(), v1::DELEGATION_ANSWER_ACCEPTED);
  EXPECT_EQ(answer.envelope.original().media_type(), "text/csv");
  // Header and row, byte for byte: the dash that says "none" is there too.
  const std::string text = ReadAll(ExportPath("mosaic-services"));
  const size_t second = text.find("1002,");
  EXPECT_EQ(answer.envelope.original().content(),
            text.substr(0, text.find('\n') + 1) + text.substr(second));
  const ServiceEpisode& episode = *readings[1].said.at(1).episode;
  EXPECT_EQ(episode.service(), "Home Care");
  EXPECT_EQ(episode.started_on(), "2026-09-14");
  EXPECT_EQ(episode.ended_on(), "");
  EXPECT_EQ(episode.person().nhs_number(), "9990000034");
}

TEST(RowReaderTest, CodesOfBothReleasesAreTheWordsOfTheSecond) {
  const auto episode = [](const char* map, size_t row) {
    const std::vector<Reading> readings = ReadTable(*MapOf(MapText(map)), ReadAll(ExportPath(map)));
    return *readings.at(row).said.at(1).episode;
  };
  EXPECT_EQ(episode("cld-release-1", 0).service(), "Long term support: Community");
  EXPECT_EQ(episode("cld-release-1", 1).outcome(), "NFA: Support declined");
  EXPECT_EQ(episode("cld-release-2", 1).service(), "Long term support: Community");
  EXPECT_EQ(episode("cld-release-2", 1).outcome(), "Continuation of support or services");
}

TEST(RowReaderTest, ACouncilThatAsksForHelpSaysFirstThatItHasThePerson) {
  Shows({"b-2.1", "ctl-04"});
  const std::string text =
      "person_id,nhs_id,date_of_birth,last_name,purchase_id,service_type,element_type,start_date,"
      "end_date,provider_cqc_location,Delegation Reference,Direction,Delegating Organisation,"
      "Task Code\n"
      "1,9990000018,1941-03-09,Okonjo,P-1,Home Care,Visits,2026-10-01,NULL,RT5,D-1,"
      "Social care to health,LCC,meal-preparation\n"
      "1,9990000018,1941-03-09,Okonjo,P-1,Home Care,Visits,2026-10-01,2026-11-01,RT5,D-1,"
      "Social care to health,LCC,meal-preparation\n"
      "2,9990000026,1941-03-09,Okonjo,P-2,Home "
      "Care,Visits,2026-10-01,NULL,RT5,NULL,NULL,LCC,NULL\n";
  EXPECT_THAT(ToldOf("mosaic-services", text),
              ElementsAre("episode-change person-update service-episode delegation-proposal",
                          "episode-change person-update service-episode delegation-proposal",
                          "person-update service-episode"));
  const std::vector<Reading> readings = ReadTable(*MapOf(MapText("mosaic-services")), text);
  const v1::EpisodeChange& opened = readings[0].said[0].envelope.episode_change();
  EXPECT_EQ(opened.kind(), v1::EPISODE_CHANGE_KIND_OPENED);
  EXPECT_EQ(opened.organisation(), "LCC");
  EXPECT_EQ(opened.episode_reference(), "P-1");
  EXPECT_EQ(readings[1].said[0].envelope.episode_change().kind(), v1::EPISODE_CHANGE_KIND_CLOSED);
}

std::string Template(const std::string& rows) {
  return absl::StrCat("Row,What,NHS Number,Date of Birth,Family Name,Delegation,Insurance,Worker,",
                      "When,Words\n", rows);
}

TEST(RowReaderTest, AFaultIsToldWithItsPlaceAndTheRowSaysNothing) {
  Shows({"haz-21", "ctl-26"});
  EXPECT_THAT(
      ToldOf("provider-template",
             Template("1,accept,9990000018,1941-03-09,Bramley,BS-1,yes,,,\n"
                      "2,accept,9990000019,1941-03-09,Bramley,BS-1,yes,,,\n"
                      "3,accept,9990000018,1941-03-09,Bramley,BS-1,mostly,,,\n"
                      "4,accpet,9990000018,1941-03-09,Bramley,BS-1,yes,,,\n"
                      "5,accept,9990000018,1941-03-09,Bramley,BS-1,yes,hc-7,,\n"
                      "6,start,9990000018,1941-03-09,Bramley,BS-1,,hc-7,NULL,\n"
                      "7,start,9990000018,1941-03-09,Bramley,BS-1,,hc-7,02/11/2026\n"
                      "8,start,9990000018,1941-03-09,,BS-1,,hc 7,02/11/2026 07:30,\n"
                      "9,start,9990000018,1941-03-09,Bramley,BS-1,,h?7,02/11/2026 07:30,\n"
                      "10,\"start\"x,9990000018,1941-03-09,Bramley,BS-1,,hc-7,02/11/2026,\n")),
      ElementsAre("delegation-response", "FIELD_INVALID 3:3 NHS Number",
                  "CODE_UNKNOWN 4:7 Insurance", "NOTHING_SAID 5:0 ", "CELL_UNUSED 6:8 Worker",
                  "FIELD_REQUIRED 7:9 When", "ROW_RAGGED 8:0 ", "FIELD_REQUIRED 9:5 Family Name",
                  "FIELD_INVALID 10:8 Worker", "QUOTE_MISPLACED 11:2 "));
  for (const Reading& reading :
       ReadTable(*MapOf(MapText("provider-template")),
                 Template("2,accept,9990000019,1941-03-09,Bramley,BS-1,mostly,hc-7,,\n"))) {
    EXPECT_THAT(reading.said, IsEmpty());
    EXPECT_THAT(reading.issues, SizeIs(3));
    for (const ReadingIssue& issue : reading.issues) {
      EXPECT_EQ((issue.remedy + issue.at).find("mostly"), std::string::npos);
    }
  }
}

TEST(RowReaderTest, AHeaderThatWouldLoseAColumnIsRefused) {
  Shows({"haz-21"});
  EXPECT_THAT(ToldOf("provider-template", "Row,What,NHS Number,Born\n1,accept,9,9\n"),
              ElementsAre("COLUMN_UNKNOWN 1:4 Born"));
  EXPECT_THAT(ToldOf("provider-template", "Row,What,what,NHS Number,Date of Birth,Family Name\n"),
              ElementsAre("COLUMN_TWICE 1:3 What"));
  EXPECT_THAT(ToldOf("provider-template", "Row,What,NHS Number,Family Name\n"),
              ElementsAre("COLUMN_MISSING 1:0 Date of Birth"));
}

TEST(RowReaderTest, ADayBeforeBirthAndAStrangersNameAreRefused) {
  Shows({"haz-21"});
  const std::string text = ReadAll(ExportPath("mosaic-services"));
  EXPECT_THAT(ToldOf("mosaic-services",
                     absl::StrReplaceAll(text, {{"Philippa,NULL", "Philippa,1912-11-27"}}))[0],
              "DATE_ORDER 2:6 date_of_death");
  EXPECT_THAT(ToldOf("mosaic-services",
                     absl::StrReplaceAll(text, {{"–,1-1000000001", "–,1-1000000002"}}))[1],
              "SENDER_NOT_ALLOWED 3:13 provider_cqc_location");
}

// The same saying of the same thing is the same message; anything else is another.
TEST(RowReaderTest, ARowIsTheSameMessageAsLongAsItSaysTheSame) {
  const std::string text = ReadAll(ExportPath("mosaic-services"));
  const auto read = [](const std::string& bytes) {
    return ReadTable(*MapOf(MapText("mosaic-services")), bytes).at(1).said.at(2);
  };
  Said first = read(text);
  Said again = read(text);
  Said other_team = read(absl::StrReplaceAll(text, {{"Lectus", "Rutrum"}}));
  Said declined = read(absl::StrReplaceAll(text, {{"ACCEPTED", "Declined"}}));
  Said other_task = read(absl::StrReplaceAll(text, {{"BS-1", "BS-2"}}));
  EXPECT_EQ(first.about, again.about);
  EXPECT_EQ(first.content, again.content);
  // A column without meaning here changes nothing of what is said.
  EXPECT_EQ(first.content, other_team.content);
  EXPECT_EQ(first.about, declined.about);
  EXPECT_NE(first.content, declined.content);
  EXPECT_NE(first.about, other_task.about);
  NameMessage(1, first);
  NameMessage(1, again);
  EXPECT_EQ(first.envelope.message_id(), again.envelope.message_id());
  NameMessage(2, again);
  EXPECT_NE(first.envelope.message_id(), again.envelope.message_id());
}

// Exports broken at random: each row is read or told, and what is read keeps the terms.
TEST(RowReaderTest, DamagedTablesLoseNothingSilently) {
  Shows({"haz-21", "ctl-32"});
  std::mt19937 random(20261127);
  size_t read = 0;
  size_t told = 0;
  for (const char* name : kMaps) {
    const std::unique_ptr<const ColumnMap> map = MapOf(MapText(name));
    const std::string whole = ReadAll(ExportPath(name));
    for (int round = 0; round < 150; ++round) {
      std::string text = whole;
      for (int left = 1 + static_cast<int>(random() % 3); left > 0; --left) {
        static constexpr char kTelling[] = "\",;\t\r\n=-'/\0\x7F\xC3\xFF\x96";
        const size_t at = random() % text.size();
        if (random() % 2 == 0) text[at] = kTelling[random() % (sizeof(kTelling) - 1)];
        if (random() % 3 == 0) text.erase(at, random() % 8);
        if (random() % 3 == 0) text.insert(at, 1, kTelling[random() % (sizeof(kTelling) - 1)]);
      }
      for (const Reading& reading : ReadTable(*map, text)) {
        ++(reading.issues.empty() ? read : told);
        ASSERT_FALSE(Told(reading).empty());
        ASSERT_TRUE(reading.issues.empty() || reading.said.empty());
        for (const Said& said : reading.said) {
          ASSERT_TRUE(said.episode.has_value() || CheckFields(said.envelope).ok());
        }
      }
    }
  }
  EXPECT_GT(read, 500u);
  EXPECT_GT(told, 200u);
}

}  // namespace
}  // namespace fosse::adapters::council
