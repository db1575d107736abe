// What a search asks, and how its pages look.
#include "adapters/fhir/search.h"

#include <random>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/fhir/systems.h"
#include "adapters/kit/forms.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/adapters/fhir/samples.h"
#include "tests/support/shows.h"

namespace fosse::adapters::fhir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const SearchAddress kGet = {.base = "https://door.example/FHIR/R4", .posted = false};
const SearchAddress kPost = {.base = "https://door.example/FHIR/R4", .posted = true};
const std::string kNumber = std::string(kNhsNumber) + "|999 000 0018";

v1::ListDelegationsRequest Read(const SearchFields& fields, const SearchAddress& address = kGet) {
  IssueList issues;
  const v1::ListDelegationsRequest request = ReadTaskSearch(fields, address, issues);
  for (const Issue& issue : issues.issues()) ADD_FAILURE() << issue.at << " " << issue.reason;
  return request;
}

Issue FirstIssue(const SearchFields& fields, const SearchAddress& address = kGet) {
  IssueList issues;
  ReadTaskSearch(fields, address, issues);
  return issues.empty() ? Issue() : issues.issues()[0];
}

TEST(TaskSearchTest, WithoutAFilterItAsksForEveryState) {
  EXPECT_EQ(Read({}).states_size(), v1::DelegationState_MAX);
  EXPECT_TRUE(Read({}).include_ended());
}

TEST(TaskSearchTest, AStatusStandsForItsStates) {
  EXPECT_THAT(Read({{"status", "in-progress,completed"}}).states(),
              ElementsAre(v1::DELEGATION_STATE_ACTIVE, v1::DELEGATION_STATE_AT_RISK,
                          v1::DELEGATION_STATE_ENDED));
  EXPECT_THAT(Read({{"business-status", "at-risk"}}).states(),
              ElementsAre(v1::DELEGATION_STATE_AT_RISK));
  const v1::ListDelegationsRequest paged = Read({{"_count", "7"}, {"_page", "abc"}});
  EXPECT_EQ(paged.page_size(), 7u);
  EXPECT_EQ(paged.page_token(), "abc");
}

TEST(TaskSearchTest, APersonIsNamedInTheBodyAlone) {
  Shows({"haz-01"});
  const SearchFields person = {{"patient.identifier", kNumber},
                               {"patient.birthdate", "1941-03-09"},
                               {"patient.family", "Okonjo-Bramley"}};
  const v1::ListDelegationsRequest request = Read(person, kPost);
  EXPECT_EQ(request.person().nhs_number(), "9990000018");
  EXPECT_EQ(request.person().date_of_birth(), "1941-03-09");
  EXPECT_EQ(request.person().family_name(), "Okonjo-Bramley");
  EXPECT_EQ(request.states_size(), 0);
  EXPECT_EQ(FirstIssue(person, kGet).reason, "SEARCH_IN_ADDRESS");
  EXPECT_EQ(FirstIssue({person[0]}, kPost).reason, "FIELD_REQUIRED");
  EXPECT_EQ(FirstIssue({{"patient.identifier", "9990000018"}, person[1], person[2]}, kPost).reason,
            "NHS_NUMBER_INVALID");
}

TEST(TaskSearchTest, AFilterThatIsNotKnownIsNeverPassedOver) {
  Shows({"haz-21"});
  const Issue unknown = FirstIssue({{"Okonjo-Bramley", "x"}});
  EXPECT_EQ(unknown.reason, "SEARCH_UNSUPPORTED");
  EXPECT_EQ(unknown.at, "http");
  EXPECT_THAT(unknown.remedy, Not(HasSubstr("Okonjo")));
  EXPECT_EQ(FirstIssue({{"status", "tea"}}).at, "http.status");
  EXPECT_EQ(FirstIssue({{"status", ""}}).at, "http.status");
  EXPECT_EQ(FirstIssue({{"status", "completed"}, {"status", "requested"}}).reason,
            "PARAMETER_TWICE");
  for (const char* count : {"0", "101", "-1", "many", "99999999999"}) {
    EXPECT_EQ(FirstIssue({{"_count", count}}).at, "http._count") << count;
  }
}

v1::ListDelegationsResponse Found() {
  v1::ListDelegationsResponse found;
  google::protobuf::TextFormat::ParseFromString(R"(
    delegations {
      delegation_id: "D-01" state: DELEGATION_STATE_ACTIVE owner: "RT5" review_on: "2027-01-04"
      proposed_at { seconds: 1793700000 } next_action_at { seconds: 1793800000 }
      proposal { reference: "dlg-1" delegating: "RT5" delegated_to: "1-1000000001"
                 task { code { code: "generic-7-blood-sugar" } } }
      oversight { state: OVERSIGHT_STATE_OFFERED holder: "RT5"
                  offer { offer_id: "O-1" offered_to: "C82999" } }
    }
    persons { nhs_number: "9990000018" family_name: "Okonjo-Bramley" }
    next_page_token: "a+b"
  )",
                                                &found);
  return found;
}

TEST(TaskSearchTest, WhatIsFoundIsATaskWithItsIdentifiersAndItsPerson) {
  const Json bundle = Json::parse(TaskSearchset(Found(), {{"_count", "1"}, {"_page", "x"}}, kGet));
  EXPECT_EQ(bundle["type"], "searchset");
  const Json& task = bundle["entry"][0]["resource"];
  EXPECT_EQ(bundle["entry"][0]["search"]["mode"], "match");
  EXPECT_EQ(task["status"], "in-progress");
  EXPECT_EQ(task["identifier"][0]["value"], "dlg-1");
  EXPECT_EQ(task["identifier"][2]["value"], "O-1");
  EXPECT_EQ(task["for"]["identifier"]["value"], "9990000018");
  EXPECT_EQ(task["requester"]["identifier"]["value"], "RT5");
  EXPECT_EQ(bundle.dump().find("Okonjo"), std::string::npos) << "the number is enough";
}

TEST(TaskSearchTest, TheNextPageIsALinkThatNamesNobody) {
  Shows({"haz-01"});
  const Json links =
      Json::parse(TaskSearchset(Found(), {{"_count", "1"}, {"_page", "x"}}, kGet))["link"];
  EXPECT_EQ(links[0]["url"], "https://door.example/FHIR/R4/Task?_count=1&_page=x");
  EXPECT_EQ(links[1]["relation"], "next");
  EXPECT_EQ(links[1]["url"], "https://door.example/FHIR/R4/Task?_count=1&_page=a%2Bb");
  const Json person = Json::parse(TaskSearchset(Found(), {{"patient.identifier", kNumber}}, kPost));
  EXPECT_EQ(person["link"].size(), 1u);
  EXPECT_EQ(person["link"].dump().find("999"), std::string::npos);
  EXPECT_EQ(person["entry"][1]["search"]["mode"], "outcome");
  EXPECT_EQ(person["entry"][1]["resource"]["issue"][0]["code"], "incomplete");
}

v1::SearchRequest ReadTrail(const SearchFields& fields, IssueList& issues,
                            const SearchAddress& address = kGet) {
  return ReadTrailSearch("AuditEvent", fields, address, issues);
}

TEST(TrailSearchTest, TimesAreBoundsAndADayBeginsInLondon) {
  IssueList issues;
  const v1::SearchRequest request = ReadTrail(
      {{"date", "ge2026-07-01"}, {"date", "lt2026-07-02T00:00:00Z"}, {"_count", "9"}}, issues);
  EXPECT_TRUE(issues.empty());
  EXPECT_EQ(request.from().seconds(), 1782860400) << "midnight in summer is 23:00 UTC";
  EXPECT_EQ(request.until().seconds(), 1782950400);
  EXPECT_EQ(request.page_size(), 9u);
  for (const char* bad :
       {"2026-07-01", "ge", "gt2026-07-01", "ge2026-13-01", "geinfinite-future"}) {
    IssueList faults;
    ReadTrail({{"date", bad}}, faults);
    ASSERT_FALSE(faults.empty()) << bad;
    EXPECT_EQ(faults.issues()[0].at, "http.date") << bad;
  }
  IssueList twice;
  ReadTrail({{"date", "ge2026-07-01"}, {"date", "ge2026-07-02"}}, twice);
  EXPECT_FALSE(twice.empty());
  IssueList other;
  ReadTrail({{"status", "completed"}}, other);
  EXPECT_EQ(other.issues()[0].reason, "SEARCH_UNSUPPORTED");
}

TEST(TrailSearchTest, APersonIsNamedInTheBodyAlone) {
  Shows({"haz-01"});
  const SearchFields person = {{"patient.identifier", kNumber},
                               {"patient.birthdate", "1941-03-09"},
                               {"patient.family", "Okonjo-Bramley"}};
  IssueList none;
  EXPECT_EQ(ReadTrail(person, none, kPost).person().nhs_number(), "9990000018");
  EXPECT_TRUE(none.empty());
  IssueList issues;
  ReadTrail(person, issues, kGet);
  EXPECT_EQ(issues.issues()[0].reason, "SEARCH_IN_ADDRESS");
}

// Whatever comes behind the question mark: a search, or issues with their place, none of which says
// what came.
TEST(SearchMutationTest, NoQueryBreaksTheReader) {
  Shows({"ctl-32"});
  std::mt19937 random(20261127);
  const std::string sound = WriteForm({{"status", "in-progress"},
                                       {"date", "ge2026-11-02"},
                                       {"patient.identifier", kNumber},
                                       {"patient.birthdate", "1941-03-09"},
                                       {"patient.family", "Okonjo-Bramley"},
                                       {"_count", "7"},
                                       {"_page", "abc"}});
  int read = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string query = sound;
    for (size_t left = 1 + random() % 4; left > 0; --left) {
      const size_t at = random() % (query.size() + 1);
      switch (random() % 4) {
        case 0:
          query.insert(at, 1, "&=%+,|.g\xff"[random() % 9]);
          break;
        case 1:
          query.erase(at, random() % 30);
          break;
        case 2:
          if (at < query.size()) query[at] = static_cast<char>(random());
          break;
        default:
          query.insert(at, query.substr(random() % (query.size() + 1), random() % 40));
          break;
      }
    }
    const absl::StatusOr<SearchFields> fields = ReadFields(query);
    if (!fields.ok()) continue;
    ++read;
    for (const std::string type : {"Task", "AuditEvent", "Provenance"}) {
      IssueList issues;
      if (type == "Task") {
        ReadTaskSearch(*fields, kPost, issues);
      } else {
        ReadTrailSearch(type, *fields, kPost, issues);
      }
      for (const Issue& issue : issues.issues()) {
        ASSERT_TRUE(issue.at == "http" || absl::StartsWith(issue.at, "http.")) << issue.at;
        ASSERT_THAT(absl::StrCat(issue.at, issue.remedy), Not(HasSubstr("Okonjo")));
      }
    }
  }
  EXPECT_GT(read, 10'000) << "the mutator must reach what matters";
}

TEST(TaskSearchTest, NothingFoundHasNoEntries) {
  EXPECT_FALSE(Json::parse(TaskSearchset({}, {}, kGet)).contains("entry"));
}

}  // namespace
}  // namespace fosse::adapters::fhir
