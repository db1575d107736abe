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
  if (field.is_repeated() != (form == Form::kTexts)) return false;
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

}  // namespace
}  // namespace fosse::adapters::council
