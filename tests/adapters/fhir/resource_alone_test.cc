// A Task, Communication or EpisodeOfCare without a Bundle around it.
#include <string>

#include "adapters/fhir/translate.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/adapters/fhir/samples.h"
#include "tests/support/shows.h"

namespace fosse::adapters::fhir {
namespace {

Translated Read(const Json& json, const std::string& event = "") {
  return FromFhir(json.dump(),
                  {.sender = "", .locality = "QK1", .correlation_id = "", .event = event});
}

std::string IdOf(const Json& json) { return Read(json).envelope.message_id(); }

TEST(ResourceAloneTest, TheSameVersionIsTheSameMessageAndTheNextIsAnother) {
  Shows({"haz-21"});
  const Json first = SampleJson("alone-oversight-accepted");
  const std::string id = IdOf(first);
  ASSERT_FALSE(id.empty());
  EXPECT_EQ(IdOf(first), id);
  Json next = first;
  next["meta"]["versionId"] = "3";
  EXPECT_NE(IdOf(next), id);
  Json other = first;
  other["identifier"][0]["value"] = "O-9876543210";
  EXPECT_NE(IdOf(other), id);
  // The content does not make the id: the same version with other content is found out by the
  // gateway.
  Json changed = first;
  changed["status"] = "rejected";
  changed["statusReason"]["text"] = "No capacity.";
  EXPECT_EQ(IdOf(changed), id);
}

TEST(ResourceAloneTest, WithoutAVersionTheTimeOfTheChangeCounts) {
  Json json = SampleJson("alone-oversight-accepted");
  json.erase("meta");
  const std::string id = IdOf(json);
  ASSERT_FALSE(id.empty());
  json["lastModified"] = "2026-11-02T09:31:00Z";
  EXPECT_NE(IdOf(json), id);
}

TEST(ResourceAloneTest, SaysTheSameAsItsBundle) {
  Shows({"haz-21"});
  for (const std::string name : {"proposal", "oversight-offer", "oversight-accepted", "concern"}) {
    v1::Envelope alone = Read(SampleJson("alone-" + name)).envelope;
    v1::Envelope bundle = Read(SampleJson(name)).envelope;
    for (v1::Envelope* envelope : {&alone, &bundle}) {
      ASSERT_FALSE(envelope->message_id().empty()) << name;
      envelope->clear_message_id();
      envelope->clear_original();
    }
    EXPECT_EQ(alone.SerializeAsString(), bundle.SerializeAsString()) << name;
  }
}

struct Fault {
  const char* name;
  const char* sample;
  const char* pointer;
  const char* value;  // JSON; null: taken out.
  const char* at;
  const char* reason;
};

const Fault kFaults[] = {
    {"NoCode", "alone-oversight-offer", "/code", nullptr, "Task.code", "COMBINATION_UNKNOWN"},
    {"CodeOfOthers", "alone-concern", "/category/0/coding/0/system", R"("x:y")",
     "Communication.category", "COMBINATION_UNKNOWN"},
    {"StatusUnknown", "alone-oversight-accepted", "/status", R"("draft")", "Task.status",
     "COMBINATION_UNKNOWN"},
    {"AnAnswerThatIsNone", "alone-oversight-rejected", "/status", R"("requested")", "Task.code",
     "COMBINATION_UNKNOWN"},
    {"NoIdentifier", "alone-advice", "/identifier", nullptr, "Communication.identifier",
     "FIELD_REQUIRED"},
    {"NoTime", "alone-oversight-accepted", "/lastModified", nullptr, "Task.lastModified",
     "FIELD_REQUIRED"},
    {"OwnerIsNobody", "alone-oversight-accepted", "/owner",
     R"({"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"C82999"}})",
     "Task.owner.reference", "FIELD_REQUIRED"},
    {"ReferenceOutside", "alone-oversight-accepted", "/for/reference", R"("Patient/9000000009")",
     "Task.for.reference", "REFERENCE_UNRESOLVED"},
    {"ContainedGone", "alone-oversight-accepted", "/owner/reference", R"("#gone")",
     "Task.owner.reference", "REFERENCE_UNRESOLVED"},
    {"ContainedTwice", "alone-oversight-accepted", "/contained/1/id", R"("r1")",
     "Task.contained[1].id", "ENTRY_TWICE"},
    {"OtherPerson", "alone-proposal", "/contained/0/subject/identifier/value", R"("9990000026")",
     "Task.contained[0].subject.identifier.value", "PERSON_DISAGREES"},
    {"Modifier", "alone-proposal", "/contained/0/modifierExtension", R"([{"url":"x"}])",
     "Task.contained[0].modifierExtension", "MEANING_UNKNOWN"},
    {"EpisodeWaits", "alone-episode-opened", "/status", R"("waitlist")", "EpisodeOfCare.status",
     "COMBINATION_UNKNOWN"},
    {"EpisodeWithoutService", "alone-episode-opened", "/type", nullptr, "EpisodeOfCare.type[0]",
     "FIELD_REQUIRED"},
    {"EpisodeStartWithoutTime", "alone-episode-opened", "/period/start", R"("2026-11-02")",
     "EpisodeOfCare.period.start", "FIELD_INVALID"},
    {"EpisodeEndsNowhereKnown", "alone-episode-finished", "/extension/0/valueCode", R"("moon")",
     "EpisodeOfCare.extension[0].valueCode", "FIELD_INVALID"},
};

class FaultAlone : public ::testing::TestWithParam<Fault> {};

TEST_P(FaultAlone, IsRefusedWithItsPlace) {
  Shows({"haz-21"});
  Json json = SampleJson(GetParam().sample);
  const Json::json_pointer pointer(GetParam().pointer);
  if (GetParam().value == nullptr) {
    json.at(pointer.parent_pointer()).erase(pointer.back());
  } else {
    json[pointer] = Json::parse(GetParam().value);
  }
  const Translated translated = Read(json);
  for (const Issue& issue : translated.issues) {
    if (issue.at == GetParam().at && issue.reason == GetParam().reason) return;
  }
  for (const Issue& issue : translated.issues) ADD_FAILURE() << issue.at << " " << issue.reason;
  ADD_FAILURE() << "not refused at " << GetParam().at;
}

INSTANTIATE_TEST_SUITE_P(ResourceAlone, FaultAlone, ::testing::ValuesIn(kFaults),
                         [](const auto& test) { return test.param.name; });

TEST(ResourceAloneTest, WhatMeansNothingAloneIsToldWhatToSendInstead) {
  Shows({"haz-21"});
  for (const std::string type : {"ServiceRequest", "CarePlan", "CareTeam"}) {
    const Translated translated = Read({{"resourceType", type}, {"status", "active"}});
    ASSERT_EQ(translated.issues.size(), 1u) << type;
    EXPECT_EQ(translated.issues[0].at, type);
    EXPECT_EQ(translated.issues[0].reason, "RESOURCE_ALONE");
    EXPECT_THAT(translated.issues[0].remedy, ::testing::HasSubstr("delegation-proposal"));
  }
}

TEST(ResourceAloneTest, WhereOneTypeIsTakenAnotherIsNot) {
  const std::string bytes = Sample("alone-concern.json");
  Arrival arrival{.sender = "", .locality = "QK1", .correlation_id = ""};
  arrival.resource = "Communication";
  EXPECT_TRUE(FromFhir(bytes, arrival).issues.empty());
  arrival.resource = "Task";
  const Translated translated = FromFhir(bytes, arrival);
  ASSERT_FALSE(translated.issues.empty());
  EXPECT_EQ(translated.issues[0].at, "Communication.resourceType");
  EXPECT_EQ(translated.issues[0].reason, "RESOURCE_TYPE_WRONG");
}

TEST(ResourceAloneTest, TextThatIsNoJsonIsLocatedByItsByte) {
  Shows({"haz-21"});
  const Translated translated = FromFhir(R"({"resourceType": "Task", })", {});
  ASSERT_EQ(translated.issues.size(), 1u);
  EXPECT_EQ(translated.issues[0].at, "byte 26");
  const Json outcome = Json::parse(OutcomeFor(400, translated.issues));
  EXPECT_FALSE(outcome["issue"][0].contains("expression"));
  EXPECT_THAT(outcome["issue"][0]["diagnostics"].get<std::string>(),
              ::testing::StartsWith("at byte 26: "));
}

}  // namespace
}  // namespace fosse::adapters::fhir
