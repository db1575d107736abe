#include "base/field_check.h"

#include <map>
#include <memory>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "fosse/v1/envelope.pb.h"
#include "fosse/v1/terms.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/base/probe.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

TEST_F(FieldCheckTest, EmptyAndGoodMessagesPass) {
  EXPECT_THAT(Check(""), IsOk());
  EXPECT_THAT(Check(R"pb(plain: "\303\251"
                         short: "ab"
                         patterned: "abc"
                         nhs_number: "9990000018"
                         blob: "\000\377"
                         level: -5
                         amount: 1000
                         balance: 10
                         colour: COLOUR_RED
                         colours: COLOUR_UNSPECIFIED
                         names: "a"
                         names: "b:c"
                         at { seconds: -62135596800 }
                         lasts { seconds: -1 nanos: -1 }
                         inner { level: 5 }
                         left: "abc"
                         maybe: 1)pb"),
              IsOk());
}

struct BreachCase {
  const char* name;
  std::string text;
  const char* reason;
  const char* field;
  const char* limit_name;
  const char* limit;
};

const BreachCase kBreaches[] = {
    {"DefaultTextLimit", absl::StrCat("plain: '", std::string(257, 'x'), "'"), "FIELD_TOO_LONG",
     "plain", "maxBytes", "256"},
    {"DefaultBytesLimit", absl::StrCat("blob: '", std::string(4097, 'x'), "'"), "FIELD_TOO_LONG",
     "blob", "maxBytes", "4096"},
    {"TooLong", "short: 'abcde'", "FIELD_TOO_LONG", "short", "maxBytes", "4"},
    {"BytesNotLetters", "short: '\\303\\251\\303\\251\\303\\251'", "FIELD_TOO_LONG", "short",
     "maxBytes", "4"},
    {"TooShort", "short: 'a'", "FIELD_INVALID", "short", "minBytes", "2"},
    {"PatternIsOfTheWhole", "patterned: 'abcd'", "FIELD_PATTERN", "patterned", nullptr, nullptr},
    {"Form", "nhs_number: '9990000019'", "FIELD_INVALID", "nhs_number", "form",
     "FORMAT_NHS_NUMBER"},
    {"BelowRange", "level: -6", "FIELD_INVALID", "level", "atLeast", "-5"},
    {"AboveRange", "level: 6", "FIELD_INVALID", "level", "atMost", "5"},
    {"UnsignedBelow", "amount: 1", "FIELD_INVALID", "amount", "atLeast", "2"},
    {"UnsignedBeyondSigned", "amount: 18446744073709551615", "FIELD_INVALID", "amount", "atMost",
     "1000"},
    {"UpperLimitAloneMeansNotNegative", "balance: -1", "FIELD_INVALID", "balance", "atLeast", "0"},
    {"EnumUnknown", "colour: 7", "ENUM_UNKNOWN", "colour", nullptr, nullptr},
    {"EnumItemUnknown", "colours: COLOUR_RED colours: 7", "ENUM_UNKNOWN", "colours[1]", nullptr,
     nullptr},
    {"TooManyItems", "colours: 1 colours: 1 colours: 1 colours: 1", "FIELD_TOO_MANY", "colours",
     "maxItems", "3"},
    {"ItemTooLong", "names: 'a' names: 'abcd'", "FIELD_TOO_LONG", "names[1]", "maxBytes", "3"},
    {"ItemForm", "names: 'a b'", "FIELD_INVALID", "names[0]", "form", "FORMAT_CODE"},
    {"EmptyItemIsPresent", "names: ''", "FIELD_INVALID", "names[0]", "form", "FORMAT_CODE"},
    {"Timestamp", "at { seconds: 253402300800 }", "FIELD_INVALID", "at", nullptr, nullptr},
    {"TimestampNanos", "at { nanos: -1 }", "FIELD_INVALID", "at", nullptr, nullptr},
    {"DurationSigns", "lasts { seconds: 1 nanos: -1 }", "FIELD_INVALID", "lasts", nullptr, nullptr},
    {"Nested", "inner { inner { short: 'abcde' } }", "FIELD_TOO_LONG", "inner.inner.short",
     "maxBytes", "4"},
    {"OneofMember", "left: 'abcd'", "FIELD_TOO_LONG", "left", "maxBytes", "3"},
    {"OneofMemberSetButEmpty", "left: ''", "FIELD_REQUIRED", "left", nullptr, nullptr},
    {"OptionalZeroIsPresent", "maybe: 0", "FIELD_INVALID", "maybe", "atLeast", "1"},
};

class FieldBreachTest : public FieldCheckTest, public ::testing::WithParamInterface<BreachCase> {};

TEST_P(FieldBreachTest, IsNamed) {
  const BreachCase& c = GetParam();
  const absl::Status status = Check(c.text);
  EXPECT_THAT(status, HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(status, FailsWith(c.reason));
  std::map<std::string, std::string> expected = {{"field", c.field}, {"breaches", "1"}};
  if (c.limit_name != nullptr) expected[c.limit_name] = c.limit;
  EXPECT_EQ(Meta(status), expected);
}
INSTANTIATE_TEST_SUITE_P(Terms, FieldBreachTest, ::testing::ValuesIn(kBreaches),
                         [](const auto& test) { return test.param.name; });

TEST_F(FieldCheckTest, RequiredFieldsOfEveryKind) {
  const auto meta = Meta(Check("items {}"));
  EXPECT_THAT(meta, IsSupersetOf({Pair("field", "items[0].text"), Pair("reason2", "FIELD_REQUIRED"),
                                  Pair("field2", "items[0].colour"),
                                  Pair("field3", "items[0].number"), Pair("field4", "items[0].at"),
                                  Pair("field5", "items[0].colours"), Pair("breaches", "5")}));
  EXPECT_THAT(Check(R"pb(items {
                           text: "a"
                           colour: COLOUR_RED
                           number: 1
                           at {}
                           colours: COLOUR_RED
                         })pb"),
              IsOk());
  // An unspecified item of a required list says nothing.
  EXPECT_THAT(Meta(Check(R"pb(text: "a"
                              colour: COLOUR_RED
                              number: 1
                              at {}
                              colours: 0)pb",
                         "Needs")),
              IsSupersetOf({Pair("field", "colours[0]")}));
}

TEST_F(FieldCheckTest, UnknownFieldsAreRefusedWhereverTheyAre) {
  Shows({"haz-21"});
  std::unique_ptr<Message> message = New("inner { level: 1 }");
  // Field 57, a varint, at the end of the nested message.
  std::string bytes = message->SerializeAsString();
  ASSERT_EQ(bytes, std::string("\x7a\x02\x30\x01"));
  bytes = std::string("\x7a\x05\x30\x01\xc8\x03\x09");
  ASSERT_TRUE(message->ParseFromString(bytes));
  const absl::Status status = CheckFields(*message);
  EXPECT_THAT(status, FailsWith("FIELD_UNKNOWN"));
  EXPECT_THAT(Meta(status), IsSupersetOf({Pair("field", "inner.57")}));
}

TEST_F(FieldCheckTest, NestingHasALimit) {
  std::string deep = "level: 1";
  for (int i = 1; i < kMaxMessageDepth; ++i) deep = absl::StrCat("inner { ", deep, " }");
  EXPECT_THAT(Check(deep), IsOk());
  const absl::Status status = Check(absl::StrCat("inner { ", deep, " }"));
  EXPECT_THAT(status, FailsWith("FIELD_INVALID"));
  EXPECT_THAT(Meta(status), IsSupersetOf({Pair("maxDepth", "16"), Pair("breaches", "1")}));
}

TEST_F(FieldCheckTest, DefaultItemLimitIs64) {
  std::string items;
  for (int i = 0; i < 64; ++i) items += "unlimited: 1 ";
  EXPECT_THAT(Check(items), IsOk());
  EXPECT_THAT(Check(items + "unlimited: 1"), FailsWith("FIELD_TOO_MANY"));
}

TEST_F(FieldCheckTest, EveryBreachIsCountedAndTwentyAreNamed) {
  std::string text = "short: 'abcde' ";
  for (int i = 0; i < 5; ++i) text += "items {} ";
  const absl::Status status = Check(text);
  EXPECT_THAT(status, FailsWith("FIELD_TOO_LONG"));
  const auto meta = Meta(status);
  EXPECT_THAT(meta, IsSupersetOf({Pair("breaches", "26"), Pair("maxBytes", "4"),
                                  Pair("field20", "items[3].at")}));
  EXPECT_EQ(meta.count("field21"), 0);
}

TEST_F(FieldCheckTest, NoValueOfTheMessageIsInTheError) {
  Shows({"ctl-26"});
  const absl::Status status = Check(
      R"pb(short: "Bagshaw"
           patterned: "Bagshaw"
           nhs_number: "9990000019"
           names: "Bagshaw"
           level: 424242
           amount: 424242
           colour: 424242)pb");
  EXPECT_EQ(Meta(status)["breaches"], "7");
  const std::string all = status.ToString();
  for (const char* value : {"Bagshaw", "9990000019", "424242"}) {
    EXPECT_THAT(all, Not(HasSubstr(value)));
  }
}

TEST_F(FieldCheckTest, ContractItselfCompilesAndNamesItsPaths) {
  v1::Envelope envelope;
  envelope.set_message_id("m-1");
  envelope.set_locality("QK1");
  envelope.set_sender("RT5");
  envelope.mutable_sent_at()->set_seconds(1664787600);
  EXPECT_THAT(CheckFields(envelope), IsOk());
  envelope.mutable_subject()->mutable_person()->set_nhs_number("9990000019");
  const auto meta = Meta(CheckFields(envelope));
  EXPECT_THAT(meta, IsSupersetOf({Pair("field", "subject.person.nhs_number"),
                                  Pair("form", "FORMAT_NHS_NUMBER"),
                                  Pair("field2", "subject.person.date_of_birth"),
                                  Pair("field3", "subject.person.family_name")}));
}

}  // namespace
}  // namespace fosse
