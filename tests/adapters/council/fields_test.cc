#include "adapters/council/fields.h"

#include <random>
#include <set>

#include "absl/strings/match.h"
#include "adapters/kit/words.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/adapters/council/samples.h"
#include "tests/support/shows.h"

namespace fosse::adapters::council {
namespace {

using google::protobuf::FieldDescriptor;
using ::testing::IsEmpty;

// Whether a field of the contract holds values of that form.
bool Holds(const FieldDescriptor& field, Form form) {
  if (field.is_repeated() != (form == Form::kTexts || form == Form::kItems)) return false;
  switch (form) {
    case Form::kText:
    case Form::kTexts:
      return field.type() == FieldDescriptor::TYPE_STRING;
    case Form::kNumber:
      return field.type() == FieldDescriptor::TYPE_UINT32;
    case Form::kBoolean:
      return field.type() == FieldDescriptor::TYPE_BOOL;
    case Form::kAnswer:
      return field.type() == FieldDescriptor::TYPE_ENUM &&
             field.enum_type() == v1::Answer_descriptor();
    case Form::kChoice:
      return field.type() == FieldDescriptor::TYPE_ENUM &&
             field.enum_type() != v1::Answer_descriptor() &&
             absl::EndsWith(field.enum_type()->value(0)->name(), "_UNSPECIFIED");
    case Form::kTime:
      return field.type() == FieldDescriptor::TYPE_MESSAGE &&
             field.message_type() == google::protobuf::Timestamp::descriptor();
    case Form::kItems:
      return field.type() == FieldDescriptor::TYPE_MESSAGE;
  }
  return false;
}

void ExpectNamesRealFields(google::protobuf::Message& message, absl::Span<const Field> fields) {
  std::set<absl::string_view> pointers;
  std::set<absl::string_view> paths;
  for (const Field& field : fields) {
    SCOPED_TRACE(std::string(field.json) + " " + std::string(field.proto));
    EXPECT_TRUE(pointers.insert(field.json).second);
    EXPECT_TRUE(paths.insert(field.proto).second);
    EXPECT_TRUE(absl::StartsWith(field.json, "/"));
    const FoundField found = FindField(message, std::string(field.proto));
    ASSERT_NE(found.field, nullptr);
    EXPECT_TRUE(Holds(*found.field, field.form));
    EXPECT_EQ(field.form == Form::kItems, field.items_size > 0);
    if (field.form == Form::kItems) {
      ExpectNamesRealFields(*found.message->GetReflection()->AddMessage(found.message, found.field),
                            {field.items, field.items_size});
    }
  }
  // A member is a value or a group, not both.
  for (const absl::string_view pointer : pointers) {
    for (const absl::string_view other : pointers) {
      EXPECT_FALSE(absl::StartsWith(other, std::string(pointer) + "/")) << other;
    }
  }
}

TEST(FieldsTest, EveryLineNamesARealFieldOfItsForm) {
  Shows({"haz-21"});
  v1::PersonReference person;
  ExpectNamesRealFields(person, PersonFields());
  v1::Practitioner practitioner;
  ExpectNamesRealFields(practitioner, PractitionerFields());
  v1::WorkerReference worker;
  ExpectNamesRealFields(worker, WorkerFields());
  std::set<absl::string_view> names;
  std::set<absl::string_view> bodies;
  for (const MessageType& type : MessageTypes()) {
    SCOPED_TRACE(std::string(type.name));
    EXPECT_TRUE(names.insert(type.name).second);
    EXPECT_TRUE(bodies.insert(type.body).second);
    EXPECT_EQ(FindByName(type.name), &type);
    EXPECT_EQ(FindByBody(type.body), &type);
    const auto* body = v1::Envelope::descriptor()->FindFieldByName(std::string(type.body));
    ASSERT_NE(body, nullptr);
    ASSERT_NE(body->containing_oneof(), nullptr);
    v1::Envelope envelope;
    ExpectNamesRealFields(BodyOf(envelope, type), type.fields);
    // Its members stand beside the common ones.
    for (const Field& field : type.fields) {
      for (const char* taken : {"/id", "/type", "/sentAt", "/correlationId", "/urgency", "/person",
                                "/actingPerson", "/sender"}) {
        EXPECT_NE(field.json, taken);
      }
    }
  }
  EXPECT_EQ(FindByName("delegation_proposal"), nullptr);
  EXPECT_EQ(FindByBody("delegation-proposal"), nullptr);
}

TEST(FieldsTest, EveryChoiceHasAWordOfItsOwn) {
  Shows({"haz-21"});
  for (const MessageType& type : MessageTypes()) {
    v1::Envelope envelope;
    for (const Field& field : type.fields) {
      if (field.form != Form::kChoice) continue;
      const FoundField found = FindField(BodyOf(envelope, type), std::string(field.proto));
      std::set<std::string> words;
      for (int n = 0; n < found.field->enum_type()->value_count(); ++n) {
        const std::string word = WordOf(*found.field->enum_type()->value(n));
        EXPECT_TRUE(words.insert(word).second) << word;
        EXPECT_EQ(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"),
                  std::string::npos)
            << word;
      }
    }
  }
  EXPECT_EQ(
      WordOf(*v1::DelegationAnswer_descriptor()->FindValueByNumber(v1::DELEGATION_ANSWER_ACCEPTED)),
      "accepted");
  EXPECT_EQ(WordOf(*v1::CompetencyResult_descriptor()->FindValueByNumber(0)), "unspecified");
}

// Writes, reads, and compares.
void ExpectRoundTrip(const MessageType& type, const std::function<size_t(size_t)>& pick,
                     const std::function<bool(const Field&)>& chosen) {
  v1::Envelope wanted;
  const std::string bytes = FilledMessage(type, pick, chosen, wanted).dump();
  const Translated translated = FromJson(bytes, kSender, "QK1");
  ASSERT_THAT(translated.issues, IsEmpty()) << IssuesJson(translated.issues) << bytes;
  v1::Envelope read = translated.envelope;
  EXPECT_TRUE(
      google::protobuf::util::MessageDifferencer::Equals(BodyOf(read, type), BodyOf(wanted, type)))
      << bytes;
  EXPECT_EQ(read.original().content(), bytes);
}

TEST(FieldsTest, EveryFieldOfEveryMessageIsWrittenAndReadBackAlike) {
  Shows({"haz-21"});
  for (const MessageType& type : MessageTypes()) {
    SCOPED_TRACE(std::string(type.name));
    v1::Envelope filled;
    const Json json = FilledMessage(
        type, [](size_t) { return 0; }, [](const Field&) { return true; }, filled);
    // None of the table's lines is lost on the way out.
    for (const Field& field : type.fields) {
      EXPECT_TRUE(json.contains(Json::json_pointer(std::string(field.json)))) << field.json;
    }
    ExpectRoundTrip(
        type, [](size_t) { return 0; }, [](const Field&) { return true; });
  }
}

TEST(FieldsTest, AnyPartOfAMessageIsReadBackAsThatPart) {
  Shows({"haz-21"});
  std::mt19937 random(20261122);
  const auto pick = [&](size_t limit) { return random() % limit; };
  for (const MessageType& type : MessageTypes()) {
    SCOPED_TRACE(std::string(type.name));
    for (int round = 0; round < 40; ++round) {
      ExpectRoundTrip(type, pick, [&](const Field& field) {
        // The employer stands there, so that none is filled in.
        return field.required || field.json == "/worker/employer" || pick(2) == 0;
      });
    }
  }
}

// A panel's decision on one element, as its clerk sends it.
Json Decision() {
  return Json::parse(R"({"id": "row-9", "type": "panel-decision", "sentAt": "2026-11-22T09:30:00Z",
    "person": {"nhsNumber": "9990000018", "dateOfBirth": "1941-03-09", "familyName": "Quillfeather"},
    "referralReference": "SC-1", "decidedOn": "2026-11-20", "mayBeDelegated": true, "reasons": "weighed",
    "elements": [{"element": "the morning test", "providedBy": "1-1000000001",
                  "fundedBy": [{"organisation": "QK1", "shareX10000": 6000},
                               {"organisation": "QK1-COUNCIL", "shareX10000": 4000}]}]})");
}

TEST(FieldsTest, WhatStandsInAListIsReadItemByItem) {
  Shows({"haz-21", "b-app-a"});
  const Translated translated = FromJson(Decision().dump(), "QK1-SHAREDCARE", "QK1");
  ASSERT_THAT(translated.issues, IsEmpty()) << IssuesJson(translated.issues);
  const v1::PanelDecision& decision = translated.envelope.panel_decision();
  ASSERT_EQ(decision.elements_size(), 1);
  EXPECT_EQ(decision.elements(0).provided_by(), "1-1000000001");
  ASSERT_EQ(decision.elements(0).funded_by_size(), 2);
  EXPECT_EQ(decision.elements(0).funded_by(1).organisation(), "QK1-COUNCIL");
  EXPECT_EQ(decision.elements(0).funded_by(1).share_x10000(), 4000u);
}

TEST(FieldsTest, WhatAListWouldLoseIsRefusedWithItsPlace) {
  Shows({"haz-21"});
  const auto at = [](const Json& json) -> std::string {
    const Translated translated = FromJson(json.dump(), "QK1-SHAREDCARE", "QK1");
    return translated.issues.size() == 1
               ? translated.issues[0].reason + " " + translated.issues[0].at
               : IssuesJson(translated.issues);
  };
  Json unknown = Decision();
  unknown["elements"][0]["fundedBy"][1]["note"] = "not ours";
  EXPECT_EQ(at(unknown), "FIELD_UNKNOWN /elements/0/fundedBy/1/note");
  Json missing = Decision();
  missing["elements"][0].erase("providedBy");
  EXPECT_EQ(at(missing), "FIELD_REQUIRED /elements/0/providedBy");
  Json no_object = Decision();
  no_object["elements"][0]["fundedBy"][0] = "QK1";
  EXPECT_EQ(at(no_object), "FIELD_INVALID /elements/0/fundedBy/0");
  Json no_list = Decision();
  no_list["elements"] = "all of it";
  EXPECT_EQ(at(no_list), "FIELD_INVALID /elements");
  Json empty = Decision();
  empty["elements"] = Json::array();
  EXPECT_THAT(FromJson(empty.dump(), "QK1-SHAREDCARE", "QK1").issues, IsEmpty());
}

}  // namespace
}  // namespace fosse::adapters::council
