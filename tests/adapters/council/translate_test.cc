#include "adapters/council/translate.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/adapters/council/samples.h"
#include "tests/support/shows.h"

namespace fosse::adapters::council {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Translated Read(const Json& json) { return FromJson(json.dump(), kSender, "QK1"); }

std::vector<std::string> Found(const Translated& translated) {
  std::vector<std::string> found;
  for (const Issue& issue : translated.issues) found.push_back(issue.reason + " " + issue.at);
  return found;
}

Json Response() {
  Json json = EmptyMessage(*FindByName("delegation-response"));
  json["delegation"] = {{"reference", "BS-1"}};
  json["answer"] = "accepted";
  return json;
}

TEST(TranslateTest, TheDocumentedMessageBecomesAnEnvelope) {
  Shows({"haz-21"});
  Json json = Response();
  json["correlationId"] = "talk-1";
  json["urgency"] = "urgent";
  json["actingPerson"] = {{"register", "local"}, {"identifier", "rm-01"}, {"name", "Manager"}};
  json["sentAt"] = "2026-11-22T10:30:00.25+01:00";
  const Translated translated = Read(json);
  ASSERT_THAT(Found(translated), IsEmpty());
  const v1::Envelope& envelope = translated.envelope;
  EXPECT_EQ(envelope.message_id(), "row-1");
  EXPECT_EQ(envelope.sender(), kSender);
  EXPECT_EQ(envelope.locality(), "QK1");
  EXPECT_EQ(envelope.correlation_id(), "talk-1");
  EXPECT_EQ(envelope.urgency(), v1::URGENCY_URGENT);
  EXPECT_EQ(envelope.sent_at().seconds(), 1795339800);
  EXPECT_EQ(envelope.sent_at().nanos(), 250000000);
  EXPECT_EQ(envelope.subject().person().nhs_number(), "9990000018");
  EXPECT_EQ(envelope.subject().person().family_name(), "Quillfeather");
  EXPECT_EQ(envelope.acting_person().practitioner().register_(), v1::REGISTER_LOCAL);
  EXPECT_EQ(envelope.acting_person().practitioner().organisation(), kSender);
  EXPECT_EQ(envelope.delegation_response().answer(), v1::DELEGATION_ANSWER_ACCEPTED);
  EXPECT_EQ(envelope.original().media_type(), "application/json");
  EXPECT_EQ(envelope.original().content(), json.dump());
}

TEST(TranslateTest, SenderAndLocalityAreNeverReadFromTheMessage) {
  Shows({"ctl-01"});
  Json json = Response();
  json["sender"] = "RT5";
  json["locality"] = "QK2";
  json["actingPerson"] = {{"name", "Manager"}, {"organisation", "RT5"}};
  EXPECT_THAT(Found(Read(json)), ElementsAre("FIELD_UNKNOWN /actingPerson/organisation",
                                             "FIELD_UNKNOWN /locality", "FIELD_UNKNOWN /sender"));
}

struct Fault {
  const char* name;
  const char* at;     // JSON pointer that is set,
  const char* value;  // to this JSON; empty: taken out.
  std::vector<std::string> found;
};

class FaultTest : public ::testing::TestWithParam<Fault> {};

TEST_P(FaultTest, IsLocated) {
  Shows({"haz-21"});
  Json json = FullMessage(*FindByName("delegation-proposal"));
  const Fault& fault = GetParam();
  const Json::json_pointer at(fault.at);
  if (*fault.value == '\0') {
    json.at(at.parent_pointer()).erase(at.back());
  } else {
    json[at] = Json::parse(fault.value);
  }
  const Translated translated = Read(json);
  EXPECT_EQ(Found(translated), fault.found);
  for (const Issue& issue : translated.issues) EXPECT_FALSE(issue.remedy.empty());
}

const Fault kFaults[] = {
    {"TextIsNumber", "/reference", "7", {"FIELD_INVALID /reference"}},
    {"TextIsObject", "/reference", "{}", {"FIELD_INVALID /reference"}},
    {"NumberIsText", "/addedMinutesPerWeek", "\"7\"", {"FIELD_INVALID /addedMinutesPerWeek"}},
    {"NumberIsNegative", "/addedMinutesPerWeek", "-7", {"FIELD_INVALID /addedMinutesPerWeek"}},
    {"NumberIsBroken", "/addedMinutesPerWeek", "7.5", {"FIELD_INVALID /addedMinutesPerWeek"}},
    {"NumberIsTooLarge",
     "/addedMinutesPerWeek",
     "4294967296",
     {"FIELD_INVALID /addedMinutesPerWeek"}},
    {"NumberIsFarTooLarge", "/addedMinutesPerWeek", "1e99", {"FIELD_INVALID /addedMinutesPerWeek"}},
    {"AnswerIsText", "/plan/changed", "\"true\"", {"FIELD_INVALID /plan/changed"}},
    {"TextsIsText", "/mdt/members", "\"nurse\"", {"FIELD_INVALID /mdt/members"}},
    {"TextsHoldsNumber", "/mdt/members", "[\"nurse\", 7]", {"FIELD_INVALID /mdt/members"}},
    {"ChoiceIsUnknown", "/consent", "\"maybe\"", {"FIELD_INVALID /consent"}},
    {"ChoiceIsZero", "/consent", "\"unspecified\"", {"FIELD_INVALID /consent"}},
    {"ChoiceIsWholeName", "/consent", "\"CONSENT_GIVEN\"", {"FIELD_INVALID /consent"}},
    {"GroupIsText", "/mdt", "\"no\"", {"FIELD_UNKNOWN /mdt"}},
    {"GroupIsArray", "/mdt", "[]", {"FIELD_UNKNOWN /mdt"}},
    {"RequiredIsMissing", "/reference", "", {"FIELD_REQUIRED /reference"}},
    {"RequiredIsNull", "/reference", "null", {"FIELD_REQUIRED /reference"}},
    {"RequiredInGroupIsMissing", "/task/code", "", {"FIELD_REQUIRED /task/code"}},
    {"PersonIsMissing", "/person", "", {"FIELD_REQUIRED /person"}},
    {"PersonIsText", "/person", "\"Oswin\"", {"FIELD_REQUIRED /person"}},
    {"PersonHasNoNumber", "/person/nhsNumber", "", {"FIELD_REQUIRED /person/nhsNumber"}},
    {"IdIsMissing", "/id", "", {"FIELD_REQUIRED /id"}},
    {"TimeIsMissing", "/sentAt", "", {"FIELD_REQUIRED /sentAt"}},
    {"TimeHasNoOffset", "/sentAt", "\"2026-11-22T09:30:00\"", {"FIELD_INVALID /sentAt"}},
    {"TimeIsNoTime", "/sentAt", "\"infinite-future\"", {"FIELD_INVALID /sentAt"}},
    {"TimeIsBeyondTheContract", "/sentAt", "\"10000-01-01T00:00:00Z\"", {"FIELD_INVALID /sentAt"}},
    {"TimeIsBeforeTheContract", "/sentAt", "\"-0001-01-01T00:00:00Z\"", {"FIELD_INVALID /sentAt"}},
    {"TimeIsPadded", "/sentAt", "\" 2026-11-22T09:30:00Z\"", {"FIELD_INVALID /sentAt"}},
    {"UnknownMember", "/colour", "\"green\"", {"FIELD_UNKNOWN /colour"}},
    {"UnknownMemberInGroup", "/plan/colour", "1", {"FIELD_UNKNOWN /plan/colour"}},
    {"UnknownGroup", "/colour", "{\"of\": {\"hair\": 1}}", {"FIELD_UNKNOWN /colour"}},
    {"UnknownEmptyGroup", "/colour", "{}", {"FIELD_UNKNOWN /colour"}},
    {"MemberOfAnotherKind", "/answer", "\"accepted\"", {"FIELD_UNKNOWN /answer"}},
    // A "/" inside a name is no step: the value would be lost.
    {"NameLooksLikeAPath", "/mdt~1practice", "\"C82999\"", {"FIELD_UNKNOWN /mdt~1practice"}},
    {"NameHasATilde", "/a~0b", "1", {"FIELD_UNKNOWN /a~0b"}},
    {"WorkerBesideThePerson", "/worker", "{\"number\": \"W-1\"}", {"FIELD_UNKNOWN /worker"}},
};
INSTANTIATE_TEST_SUITE_P(Proposal, FaultTest, ::testing::ValuesIn(kFaults),
                         [](const auto& test) { return test.param.name; });

TEST(TranslateTest, AFaultyChoiceListsTheChoices) {
  Json json = Response();
  json["answer"] = "perhaps";
  const Translated translated = Read(json);
  ASSERT_THAT(translated.issues, SizeIs(1));
  EXPECT_THAT(translated.issues[0].remedy, HasSubstr("give one of: accepted declined"));
  json = Response();
  json["type"] = "delegation-answer";
  const Translated other = Read(json);
  ASSERT_THAT(Found(other), ElementsAre("FIELD_INVALID /type"));
  for (const MessageType& type : MessageTypes()) {
    EXPECT_THAT(other.issues[0].remedy, HasSubstr(absl::StrCat(" ", type.name)));
  }
  json.erase("type");
  EXPECT_THAT(Found(Read(json)), ElementsAre("FIELD_INVALID /type"));
  json["type"] = 7;
  EXPECT_THAT(Found(Read(json)), ElementsAre("FIELD_INVALID /type"));
}

TEST(TranslateTest, BytesThatAreNoObjectAreOneIssue) {
  for (const std::string& bytes :
       {std::string(), std::string("{"), std::string("[]"), std::string("null"), std::string("7"),
        std::string("\"text\""), std::string("{\"id\": \"\xFF\"}"), std::string("{} {}"),
        std::string("{\"id\": 01}"), std::string("{'id': 1}"), std::string(1, '\0'),
        std::string("{\"id\": \"\\ud800\"}")}) {
    EXPECT_THAT(Found(FromJson(bytes, kSender, "QK1")), ElementsAre("JSON_INVALID "))
        << bytes.substr(0, 40);
  }
}

TEST(TranslateTest, AMemberNamedTwiceIsRefused) {
  Shows({"haz-21"});
  EXPECT_THAT(Found(FromJson(R"({"id": "1", "id": "2"})", kSender, "QK1")),
              ElementsAre("MEMBER_TWICE "));
  EXPECT_THAT(
      Found(FromJson(R"({"id": "1", "plan": {"a": 1, "b": [{"c": 1}], "a": 1}})", kSender, "QK1")),
      ElementsAre("MEMBER_TWICE "));
  // The same name in two places is no repeat.
  const Translated translated =
      FromJson(R"({"a": {"x": 1}, "b": [{"x": 1}, {"x": 1}]})", kSender, "QK1");
  EXPECT_THAT(Found(translated), ElementsAre("FIELD_INVALID /type"));
}

TEST(TranslateTest, NestingTooDeepAndItemsWithoutEndAreRefused) {
  Shows({"flt-27"});
  EXPECT_THAT(Found(FromJson(std::string(1 << 20, '['), kSender, "QK1")),
              ElementsAre("JSON_TOO_DEEP "));
  std::string items = "{\"a\": [1";
  for (int n = 0; n < 300'000; ++n) items += ",1";
  EXPECT_THAT(Found(FromJson(items + "]}", kSender, "QK1")), ElementsAre("JSON_TOO_DEEP "));
  for (const size_t depth : {12u, 1000u, 100000u}) {
    const std::string bytes = "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
    EXPECT_THAT(Found(FromJson(bytes, kSender, "QK1")), ElementsAre("JSON_TOO_DEEP ")) << depth;
    std::string objects = "1";
    objects.insert(0, depth * 5, ' ');
    for (size_t n = 0; n < depth; ++n) objects.replace(n * 5, 5, "{\"a\":");
    objects.append(depth, '}');
    EXPECT_THAT(Found(FromJson(objects, kSender, "QK1")), ElementsAre("JSON_TOO_DEEP ")) << depth;
  }
}

TEST(TranslateTest, TwentyIssuesAreEnough) {
  Json json = Response();
  for (int n = 0; n < 50; ++n) json["unknown" + std::to_string(n)] = n;
  EXPECT_THAT(Read(json).issues, SizeIs(20));
  json = Response();
  json["answer"] = 1;
  for (int n = 0; n < 18; ++n) json["unknown" + std::to_string(n)] = n;
  EXPECT_THAT(Read(json).issues, SizeIs(19));
}

TEST(TranslateTest, NoIssueRepeatsAValueOfTheMessage) {
  Shows({"ctl-26"});
  for (const MessageType& type : MessageTypes()) {
    SCOPED_TRACE(std::string(type.name));
    const Json full = FullMessage(type);
    // Each member in turn, and the person, gets a canary of the wrong form.
    const Json leaves = full.flatten();
    for (const auto& [pointer, old] : leaves.items()) {
      for (const Json& canary : {Json("canary-9990000018"), Json({{"x", "canary-9990000018"}}),
                                 Json::array({"canary-9990000018", 1}), Json(9990000018)}) {
        Json json = full;
        json[Json::json_pointer(pointer)] = canary;
        const std::string issues = IssuesJson(Read(json).issues);
        EXPECT_EQ(issues.find("canary"), std::string::npos) << issues;
        EXPECT_EQ(issues.find("9990000018"), std::string::npos) << issues;
      }
    }
  }
  // A name that is long enough to be a value is not repeated either.
  Json json = Response();
  json[std::string(81, 'x')] = 1;
  EXPECT_THAT(Found(Read(json)), ElementsAre("FIELD_UNKNOWN "));
}

TEST(TranslateTest, AWorkerNamedByTheEmployersReferenceAloneIsTheSenders) {
  const struct {
    const char* type;
    const v1::WorkerReference& (*worker)(const v1::Envelope&);
  } cases[] = {
      {"worker-assignment",
       [](const v1::Envelope& e) -> const v1::WorkerReference& {
         return e.worker_assignment().worker();
       }},
      {"start-confirmed",
       [](const v1::Envelope& e) -> const v1::WorkerReference& {
         return e.start_confirmed().worker();
       }},
      {"task-performed",
       [](const v1::Envelope& e) -> const v1::WorkerReference& {
         return e.task_performed().worker();
       }},
      {"concern",
       [](const v1::Envelope& e) -> const v1::WorkerReference& {
         return e.concern_raised().noticed_by();
       }},
  };
  for (const auto& row : cases) {
    SCOPED_TRACE(row.type);
    Json json = FullMessage(*FindByName(row.type));
    json["worker"] = {{"reference", "staff-7"}};
    EXPECT_EQ(row.worker(Read(json).envelope).employer(), kSender);
    json["worker"] = {{"reference", "staff-7"}, {"employer", "1-1000000009"}};
    EXPECT_EQ(row.worker(Read(json).envelope).employer(), "1-1000000009");
    json["worker"] = {{"reference", "staff-7"}, {"number", "W-1"}};
    EXPECT_EQ(row.worker(Read(json).envelope).employer(), "");
    // Nobody named stays nobody named: the gateway says whether that will do.
    json.erase("worker");
    const Translated translated = Read(json);
    EXPECT_THAT(Found(translated), IsEmpty());
    EXPECT_FALSE(translated.envelope.worker_assignment().has_worker());
    EXPECT_FALSE(translated.envelope.start_confirmed().has_worker());
    EXPECT_FALSE(translated.envelope.task_performed().has_worker());
    EXPECT_FALSE(translated.envelope.concern_raised().has_noticed_by());
  }
}

TEST(TranslateTest, ACompetencyRecordIsAboutTheWorker) {
  Json json = FullMessage(*FindByName("competency-record"));
  const Translated translated = Read(json);
  ASSERT_THAT(Found(translated), IsEmpty());
  EXPECT_FALSE(translated.envelope.subject().has_person());
  EXPECT_EQ(translated.envelope.subject().worker().employer_reference(), "staff-7");
  json["person"] = {{"nhsNumber", "9990000018"}};
  EXPECT_THAT(Found(Read(json)), ElementsAre("FIELD_UNKNOWN /person"));
}

}  // namespace
}  // namespace fosse::adapters::council
