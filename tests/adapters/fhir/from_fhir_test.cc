// Each kind of message, and what is refused where.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/fhir/translate.h"
#include "base/field_check.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/adapters/fhir/samples.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::fhir {
namespace {

const Arrival& Door() {
  static const Arrival& arrival = *new Arrival{
      .sender = "", .locality = "QK1", .correlation_id = "c0ffee00-0000-4000-8000-000000000001"};
  return arrival;
}

std::string TextOf(const google::protobuf::Message& message) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  printer.PrintToString(message, &text);
  return text;
}

// What a message must not show in any issue: everything of a person in the samples.
void ExpectNothingOfThePerson(const std::vector<Issue>& issues) {
  for (const Issue& issue : issues) {
    const std::string text = absl::StrCat(issue.at, issue.reason, issue.remedy, issue.code);
    for (const char* secret : {"9990000018", "Okonjo", "Bramley", "Philippa", "1941-03-09",
                               "Thorogood", "19A1234E", "Castellane", "7654321"}) {
      EXPECT_FALSE(absl::StrContains(text, secret)) << text;
    }
  }
}

class KindTest : public ::testing::TestWithParam<const char*> {};

// The golden file beside each sample was read against what the sample says.
TEST_P(KindTest, BecomesItsEnvelope) {
  Shows({"haz-21", "ctl-05"});
  const std::string bytes = Sample(absl::StrCat(GetParam(), ".json"));
  Translated translated = FromFhir(bytes, Door());
  for (const Issue& issue : translated.issues) ADD_FAILURE() << issue.at << " " << issue.reason;
  EXPECT_EQ(translated.envelope.original().content(), bytes);
  EXPECT_EQ(translated.envelope.original().media_type(), "application/fhir+json");
  EXPECT_THAT(CheckFields(translated.envelope), IsOk());
  translated.envelope.clear_original();
  const std::string golden = absl::StrCat(GetParam(), ".txtpb");
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(SampleFolder() / golden, std::ios::binary) << TextOf(translated.envelope);
  }
  EXPECT_EQ(TextOf(translated.envelope), Sample(golden));
}

INSTANTIATE_TEST_SUITE_P(Samples, KindTest, ::testing::ValuesIn(kSamples), [](const auto& test) {
  std::string name = test.param;
  name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
  return name;
});

// One change to a sample, and the issue it must become.
struct Fault {
  const char* name;
  const char* sample;
  const char* pointer;
  const char* value;  // JSON; null: taken out.
  const char* at;
  const char* reason;
};

constexpr char kFocus[] = "/entry/1/resource";

const Fault kFaults[] = {
    {"NoId", "proposal", "/id", nullptr, "Bundle.id", "FIELD_REQUIRED"},
    {"IdWithSpace", "proposal", "/id", R"("a b")", "Bundle.id", "FIELD_INVALID"},
    {"NoTimestamp", "proposal", "/timestamp", nullptr, "Bundle.timestamp", "FIELD_REQUIRED"},
    {"TimestampWithoutOffset", "proposal", "/timestamp", R"("2026-11-02T09:30:00")",
     "Bundle.timestamp", "FIELD_INVALID"},
    {"NotAMessage", "proposal", "/type", R"("collection")", "Bundle.type", "BUNDLE_TYPE_WRONG"},
    {"UnknownEvent", "proposal", "/entry/0/resource/eventCoding/code", R"("booking-request")",
     "Bundle.entry[0].resource.eventCoding.code", "COMBINATION_UNKNOWN"},
    {"UnknownReason", "proposal", "/entry/0/resource/reason/coding/0/code", R"("delete")",
     "Bundle.entry[0].resource.reason", "COMBINATION_UNKNOWN"},
    {"UnknownStatus", "proposal", "/entry/1/resource/status", R"("draft")",
     "Bundle.entry[1].resource.status", "COMBINATION_UNKNOWN"},
    {"UnknownCode", "proposal", "/entry/1/resource/code/coding/0/code", R"("tea")",
     "Bundle.entry[1].resource.code", "COMBINATION_UNKNOWN"},
    {"UnknownParameter", "proposal", "/entry/1/resource/input/3/type/coding/0/code", R"("mood")",
     "Bundle.entry[1].resource.input[3].type", "PARAMETER_UNKNOWN"},
    {"WordNotInList", "proposal", "/entry/1/resource/input/3/valueCode", R"("maybe")",
     "Bundle.entry[1].resource.input[3].valueCode", "FIELD_INVALID"},
    {"ValueOfAnotherForm", "proposal", "/entry/1/resource/input/5/valueBoolean", R"("false")",
     "Bundle.entry[1].resource.input[5].valueBoolean", "FIELD_INVALID"},
    {"ModifierExtension", "proposal", "/entry/2/resource/modifierExtension", R"([{"url":"x"}])",
     "Bundle.entry[2].resource.modifierExtension", "MEANING_UNKNOWN"},
    {"NestedModifierExtension", "proposal", "/entry/5/resource/x/modifierExtension", R"([])",
     "Bundle.entry[5].resource.x.modifierExtension", "MEANING_UNKNOWN"},
    {"ImplicitRules", "advice", "/implicitRules", R"("https://x.example")", "Bundle.implicitRules",
     "MEANING_UNKNOWN"},
    {"DoNotPerform", "proposal", "/entry/2/resource/doNotPerform", "true",
     "Bundle.entry[2].resource.doNotPerform", "MEANING_UNKNOWN"},
    {"EnteredInError", "proposal", "/entry/9/resource/status", R"("entered-in-error")",
     "Bundle.entry[9].resource.status", "ENTERED_IN_ERROR"},
    {"Unresolved", "proposal", "/entry/1/resource/focus/reference", R"("urn:uuid:nowhere")",
     "Bundle.entry[1].resource.focus.reference", "REFERENCE_UNRESOLVED"},
    {"ContainedNotThere", "proposal", "/entry/1/resource/focus/reference", R"("#gone")",
     "Bundle.entry[1].resource.focus.reference", "REFERENCE_UNRESOLVED"},
    {"OtherNumberInTask", "proposal", "/entry/1/resource/for/identifier/value", R"("9990000026")",
     "Bundle.entry[1].resource.for.identifier.value", "PERSON_DISAGREES"},
    {"OtherNumberInPlan", "proposal", "/entry/6/resource/subject/identifier/value",
     R"("9990000026")", "Bundle.entry[6].resource.subject.identifier.value", "PERSON_DISAGREES"},
    {"WrongCheckDigit", "proposal", "/entry/3/resource/identifier/0/value", R"("9990000019")",
     "Bundle.entry[3].resource.identifier[0].value", "NHS_NUMBER_INVALID"},
    {"NoBirthDate", "proposal", "/entry/3/resource/birthDate", nullptr,
     "Bundle.entry[3].resource.birthDate", "FIELD_REQUIRED"},
    {"ImpossibleBirthDate", "proposal", "/entry/3/resource/birthDate", R"("1941-02-30")",
     "Bundle.entry[3].resource.birthDate", "FIELD_INVALID"},
    {"Deceased", "proposal", "/entry/3/resource/deceasedBoolean", "true",
     "Bundle.entry[3].resource.deceasedBoolean", "MEANING_UNKNOWN"},
    {"NoAuthor", "advice", "/entry/0/resource/author", nullptr, "Bundle.entry[0].resource.author",
     "FIELD_REQUIRED"},
    {"NoRegister", "advice", "/entry/4/resource/identifier/0/system", R"("https://x.example")",
     "Bundle.entry[4].resource.identifier", "FIELD_REQUIRED"},
    {"UnknownRegisterPart", "advice", "/entry/4/resource/qualification/0/code/coding/0/code",
     R"("wizard")", "Bundle.entry[4].resource.qualification[0].code.coding", "FIELD_INVALID"},
    {"PayloadWithoutText", "advice", "/entry/1/resource/payload/0",
     R"({"contentReference":{"reference":"#x"}})",
     "Bundle.entry[1].resource.payload[0].contentString", "FIELD_REQUIRED"},
    {"ChangeAgainstItsStatus", "delegation-change", "/entry/1/resource/status", R"("on-hold")",
     "Bundle.entry[1].resource.status", "STATUS_DISAGREES"},
    {"DelegationMissing", "start-confirmed", "/entry/1/resource/identifier", "[]",
     "Bundle.entry[1].resource.identifier", "FIELD_REQUIRED"},
    {"ReferenceMissing", "dispute", "/entry/1/resource/identifier/0/system",
     R"("https://fosse.example/Id/delegation-id")", "Bundle.entry[1].resource.identifier",
     "FIELD_REQUIRED"},
    {"WorkerOfUnknownSystem", "start-confirmed",
     "/entry/1/resource/input/0/valueReference/identifier/system", R"("https://x.example")",
     "Bundle.entry[1].resource.input[0].valueReference.identifier.system", "FIELD_INVALID"},
    {"WorkerOfNobody", "start-confirmed",
     "/entry/1/resource/input/0/valueReference/identifier/assigner", nullptr,
     "Bundle.entry[1].resource.input[0].valueReference.identifier.assigner", "FIELD_REQUIRED"},
    {"ResolvedAndOpen", "dispute", "/entry/1/resource/input/0/type/coding/0/code", R"("resolved")",
     "Bundle.entry[1].resource.status", "STATUS_DISAGREES"},
    {"APersonWhereNobodyIsMeant", "issue-report", "/entry/1/resource/for",
     R"({"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}})",
     "Bundle.entry[1].resource.for", "SUBJECT_WRONG"},
    {"NoWorkerChallenges", "competency-challenge", "/entry/1/resource/for", nullptr,
     "Bundle.entry[1].resource.for", "FIELD_REQUIRED"},
    {"OfferWithoutReference", "oversight-accepted", "/entry/1/resource/identifier", "[]",
     "Bundle.entry[1].resource.identifier", "FIELD_REQUIRED"},
    {"TwoFocuses", "advice", "/entry/0/resource/focus/1", R"({"reference":"x"})",
     "Bundle.entry[0].resource.focus[1]", "FIELD_TOO_MANY"},
    {"ArrayWhereObject", "advice", "/entry/0/resource/eventCoding", "[]",
     "Bundle.entry[0].resource.eventCoding", "FIELD_INVALID"},
};

class FaultTest : public ::testing::TestWithParam<Fault> {};

TEST_P(FaultTest, IsRefusedWithItsPlace) {
  Shows({"haz-21", "haz-01", "ctl-26"});
  const Fault& fault = GetParam();
  Json json = SampleJson(fault.sample);
  const Json::json_pointer pointer(fault.pointer);
  if (fault.value != nullptr) {
    json[pointer] = Json::parse(fault.value);
  } else {
    json[pointer.parent_pointer()].erase(pointer.back());
  }
  const Translated translated = FromFhir(json.dump(), Door());
  ASSERT_FALSE(translated.issues.empty());
  EXPECT_FALSE(translated.envelope.has_original()) << "an Envelope beside issues";
  EXPECT_THAT(translated.issues,
              ::testing::Contains(::testing::AllOf(
                  ::testing::Field("at", &Issue::at, std::string(fault.at)),
                  ::testing::Field("reason", &Issue::reason, std::string(fault.reason)))))
      << translated.issues[0].at << " " << translated.issues[0].reason;
  for (const Issue& issue : translated.issues) {
    EXPECT_FALSE(issue.remedy.empty());
    EXPECT_FALSE(issue.code.empty());
  }
  ExpectNothingOfThePerson(translated.issues);
}

INSTANTIATE_TEST_SUITE_P(Faults, FaultTest, ::testing::ValuesIn(kFaults),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(FromFhirTest, AnElementNamedTwiceIsRefused) {
  Shows({"haz-21"});
  std::string bytes = Sample("proposal.json");
  const std::string once = "\"birthDate\": \"1941-03-09\"";
  bytes.replace(bytes.find(once), once.size(), once + ", \"birthDate\": \"1941-03-10\"");
  const Translated translated = FromFhir(bytes, Door());
  ASSERT_EQ(translated.issues.size(), 1);
  EXPECT_EQ(translated.issues[0].at, "Bundle.entry[3].resource.birthDate");
  EXPECT_EQ(translated.issues[0].reason, "ELEMENT_TWICE");
  ExpectNothingOfThePerson(translated.issues);
}

TEST(FromFhirTest, UnknownElementsAndExtensionsAreKeptInTheOriginal) {
  Shows({"haz-21"});
  Json json = SampleJson("proposal");
  json[Json::json_pointer(std::string(kFocus) + "/extension")] =
      Json::parse(R"([{"url": "https://x.example", "valueString": "kept"}])");
  json["/entry/3/resource/favouriteColour"_json_pointer] = "green";
  const std::string bytes = json.dump();
  const Translated translated = FromFhir(bytes, Door());
  ASSERT_TRUE(translated.issues.empty());
  EXPECT_EQ(translated.envelope.original().content(), bytes);
}

TEST(FromFhirTest, TheSenderIsTheDoors) {
  Shows({"ctl-05"});
  Arrival arrival = Door();
  arrival.sender = "RT5";
  EXPECT_EQ(FromFhir(Sample("proposal.json"), arrival).envelope.sender(), "RT5");
  arrival.sender = "C82998";
  const Translated translated = FromFhir(Sample("proposal.json"), arrival);
  ASSERT_EQ(translated.issues.size(), 1);
  EXPECT_EQ(translated.issues[0].reason, "SENDER_DISAGREES");
}

TEST(FromFhirTest, ARegisterEntryThatEndedIsLapsed) {
  Shows({"b-1.5"});
  Json json = SampleJson("advice");
  Json& period = json["/entry/4/resource/qualification/0/period"_json_pointer];
  period["end"] = "2026-11-01";
  EXPECT_EQ(FromFhir(json.dump(), Door()).envelope.advice_given().clinician().register_status(),
            v1::REGISTER_STATUS_LAPSED);
  period["end"] = "2026-11-02";
  EXPECT_EQ(FromFhir(json.dump(), Door()).envelope.advice_given().clinician().register_status(),
            v1::REGISTER_STATUS_CURRENT);
}

TEST(FromFhirTest, ReferencesMayBeRelativeOrContained) {
  Json json = SampleJson("advice");
  json["/entry/3/resource/id"_json_pointer] = "role-1";
  json["/entry/0/resource/author/reference"_json_pointer] = "PractitionerRole/role-1";
  Json practitioner = json["/entry/4/resource"_json_pointer];
  practitioner["id"] = "p1";
  json["/entry/3/resource/contained"_json_pointer] = Json::array({practitioner});
  json["/entry/3/resource/practitioner/reference"_json_pointer] = "#p1";
  const Translated translated = FromFhir(json.dump(), Door());
  ASSERT_TRUE(translated.issues.empty()) << translated.issues[0].at;
  EXPECT_EQ(translated.envelope.acting_person().practitioner().identifier(), "19A1234E");
}

TEST(FromFhirTest, ACodeOfAnotherSystemIsKeptAsItIs) {
  Shows({"b-1.8"});
  Json json = SampleJson("proposal");
  Json& coding = json["/entry/2/resource/code/coding/0"_json_pointer];
  coding["system"] = "http://snomed.info/sct";
  coding["code"] = "182531007";
  const Translated translated = FromFhir(json.dump(), Door());
  ASSERT_TRUE(translated.issues.empty());
  EXPECT_EQ(translated.envelope.delegation_proposal().task().code().system(),
            "http://snomed.info/sct");
  EXPECT_EQ(translated.envelope.delegation_proposal().task().code().code(), "182531007");
}

TEST(FromFhirTest, WhatIsNoBundleIsRefused) {
  Shows({"haz-21", "ctl-32"});
  EXPECT_EQ(FromFhir("", Door()).issues[0].reason, "JSON_INVALID");
  EXPECT_EQ(FromFhir("[]", Door()).issues[0].reason, "JSON_INVALID");
  EXPECT_EQ(FromFhir("{\"resourceType\": \"Patient\"}", Door()).issues[0].reason,
            "RESOURCE_TYPE_WRONG");
  EXPECT_EQ(FromFhir(std::string(2 << 20, ' '), Door()).issues[0].reason, "BUNDLE_TOO_LARGE");
  const std::string deep = std::string(500, '[') + std::string(500, ']');
  const std::string bytes =
      absl::StrCat(R"({"resourceType":"Bundle","type":"message","x":)", deep, "}");
  EXPECT_EQ(FromFhir(bytes, Door()).issues[0].reason, "NESTED_TOO_DEEP");
}

}  // namespace
}  // namespace fosse::adapters::fhir
