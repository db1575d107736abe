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
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

using google::protobuf::Message;
using google::protobuf::TextFormat;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::Pair;

// A contract of our own with one field for each kind of term, so that the tests do not move with
// the real one. The options are the real ones.
constexpr char kContract[] = R"pb(
  name: "probe.proto"
  package: "probe"
  syntax: "proto3"
  dependency: "fosse/v1/terms.proto"
  dependency: "google/protobuf/timestamp.proto"
  dependency: "google/protobuf/duration.proto"
  enum_type {
    name: "Colour"
    value { name: "COLOUR_UNSPECIFIED" number: 0 }
    value { name: "COLOUR_RED" number: 1 }
  }
  message_type {
    name: "Probe"
    field { name: "plain" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
    field {
      name: "short"
      number: 2
      type: TYPE_STRING
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { min_bytes: 2 max_bytes: 4 }
      }
    }
    field {
      name: "patterned"
      number: 3
      type: TYPE_STRING
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { pattern: "[a-c]+" }
      }
    }
    field {
      name: "nhs_number"
      number: 4
      type: TYPE_STRING
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { format: FORMAT_NHS_NUMBER }
      }
    }
    field { name: "blob" number: 5 type: TYPE_BYTES label: LABEL_OPTIONAL }
    field {
      name: "level"
      number: 6
      type: TYPE_INT32
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { at_least: -5 at_most: 5 }
      }
    }
    field {
      name: "amount"
      number: 7
      type: TYPE_UINT64
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { at_least: 2 at_most: 1000 }
      }
    }
    field {
      name: "balance"
      number: 8
      type: TYPE_INT64
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { at_most: 10 }
      }
    }
    field {
      name: "colour"
      number: 9
      type: TYPE_ENUM
      type_name: ".probe.Colour"
      label: LABEL_OPTIONAL
    }
    field {
      name: "colours"
      number: 10
      type: TYPE_ENUM
      type_name: ".probe.Colour"
      label: LABEL_REPEATED
      options {
        [fosse.v1.rule] { max_items: 3 }
      }
    }
    field {
      name: "names"
      number: 11
      type: TYPE_STRING
      label: LABEL_REPEATED
      options {
        [fosse.v1.rule] { max_items: 2 max_bytes: 3 format: FORMAT_CODE }
      }
    }
    field { name: "unlimited" number: 12 type: TYPE_UINT32 label: LABEL_REPEATED }
    field {
      name: "at"
      number: 13
      type: TYPE_MESSAGE
      type_name: ".google.protobuf.Timestamp"
      label: LABEL_OPTIONAL
    }
    field {
      name: "lasts"
      number: 14
      type: TYPE_MESSAGE
      type_name: ".google.protobuf.Duration"
      label: LABEL_OPTIONAL
    }
    field {
      name: "inner"
      number: 15
      type: TYPE_MESSAGE
      type_name: ".probe.Probe"
      label: LABEL_OPTIONAL
    }
    field {
      name: "items"
      number: 16
      type: TYPE_MESSAGE
      type_name: ".probe.Needs"
      label: LABEL_REPEATED
    }
    field {
      name: "left"
      number: 17
      type: TYPE_STRING
      label: LABEL_OPTIONAL
      oneof_index: 0
      options {
        [fosse.v1.rule] { required: true max_bytes: 3 }
      }
    }
    field {
      name: "right"
      number: 18
      type: TYPE_MESSAGE
      type_name: ".probe.Needs"
      label: LABEL_OPTIONAL
      oneof_index: 0
    }
    field {
      name: "maybe"
      number: 19
      type: TYPE_INT32
      label: LABEL_OPTIONAL
      proto3_optional: true
      oneof_index: 1
      options {
        [fosse.v1.rule] { at_least: 1 }
      }
    }
    oneof_decl { name: "side" }
    oneof_decl { name: "_maybe" }
  }
  message_type {
    name: "Needs"
    field {
      name: "text"
      number: 1
      type: TYPE_STRING
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { required: true }
      }
    }
    field {
      name: "colour"
      number: 2
      type: TYPE_ENUM
      type_name: ".probe.Colour"
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { required: true }
      }
    }
    field {
      name: "number"
      number: 3
      type: TYPE_INT64
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { required: true }
      }
    }
    field {
      name: "at"
      number: 4
      type: TYPE_MESSAGE
      type_name: ".google.protobuf.Timestamp"
      label: LABEL_OPTIONAL
      options {
        [fosse.v1.rule] { required: true }
      }
    }
    field {
      name: "colours"
      number: 5
      type: TYPE_ENUM
      type_name: ".probe.Colour"
      label: LABEL_REPEATED
      options {
        [fosse.v1.rule] { required: true }
      }
    }
  }
)pb";

class FieldCheckTest : public ::testing::Test {
 protected:
  // Never freed: compiled terms keep descriptors for the life of the program.
  static const Message& Prototype(const std::string& type) {
    static google::protobuf::DescriptorPool* const pool = [] {
      (void)v1::FieldRule::descriptor();
      auto* made =
          new google::protobuf::DescriptorPool(google::protobuf::DescriptorPool::generated_pool());
      google::protobuf::FileDescriptorProto file;
      EXPECT_TRUE(TextFormat::ParseFromString(kContract, &file));
      EXPECT_NE(made->BuildFile(file), nullptr);
      return made;
    }();
    static auto* const factory = new google::protobuf::DynamicMessageFactory(pool);
    return *factory->GetPrototype(pool->FindMessageTypeByName("probe." + type));
  }

  static std::unique_ptr<Message> New(const std::string& text, const std::string& type = "Probe") {
    std::unique_ptr<Message> message(Prototype(type).New());
    EXPECT_TRUE(TextFormat::ParseFromString(text, message.get())) << text;
    return message;
  }

  static absl::Status Check(const std::string& text, const std::string& type = "Probe") {
    return CheckFields(*New(text, type));
  }

  static std::map<std::string, std::string> Meta(const absl::Status& status) {
    std::map<std::string, std::string> map;
    for (const auto& [key, value] : MetadataOf(status)) map[key] = value;
    return map;
  }
};

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

TEST_F(FieldCheckTest, TextThatIsNotTextIsRefused) {
  Shows({"haz-21"});
  for (const std::string& bad :
       {std::string("\xff"), std::string("a\xed\xa0\x80"), std::string("\xc3")}) {
    std::unique_ptr<Message> message = New("");
    message->GetReflection()->SetString(message.get(),
                                        message->GetDescriptor()->FindFieldByName("plain"), bad);
    const absl::Status status = CheckFields(*message);
    EXPECT_THAT(status, FailsWith("FIELD_INVALID"));
    EXPECT_THAT(Meta(status), IsSupersetOf({Pair("field", "plain"), Pair("form", "UTF-8")}));
  }
}

absl::Status CheckPlain(std::unique_ptr<Message> message, const std::string& text) {
  message->GetReflection()->SetString(message.get(),
                                      message->GetDescriptor()->FindFieldByName("plain"), text);
  return CheckFields(*message);
}

TEST_F(FieldCheckTest, ControlCharactersAreRefusedButThoseOfLines) {
  Shows({"haz-21", "thr-14"});
  for (int c = 0; c < 0x80; ++c) {
    const std::string text = absl::StrCat("a", std::string(1, static_cast<char>(c)), "b");
    const absl::Status status = CheckPlain(New(""), text);
    if (c >= 0x20 ? c != 0x7f : c == '\t' || c == '\n' || c == '\r') {
      EXPECT_THAT(status, IsOk()) << c;
    } else {
      EXPECT_THAT(status, FailsWith("FIELD_INVALID")) << c;
      EXPECT_THAT(Meta(status), IsSupersetOf({Pair("field", "plain"), Pair("form", "NO_CONTROLS")}))
          << c;
    }
  }
}

// A name of one space would name somebody (CTL-05).
TEST_F(FieldCheckTest, TextOfNothingButSpacesIsRefused) {
  Shows({"ctl-05", "thr-04"});
  for (const char* const blank : {" ", "\t", "\n", "\r\n", "  \t  \n ", "\u00a0", "\u2003",
                                  "\u3000", "\u200b", "\ufeff", "\u2028", " \u00a0\u200d "}) {
    const absl::Status status = CheckPlain(New(""), blank);
    EXPECT_THAT(status, FailsWith("FIELD_INVALID")) << blank;
    EXPECT_THAT(Meta(status), IsSupersetOf({Pair("field", "plain"), Pair("form", "NOT_BLANK")}));
    EXPECT_THAT(std::string(status.message()), HasSubstr("nothing but spaces"));
  }
  for (const char* const text : {"", "a", " a ", "\u00a0a", ".", "\u00e9", "\U0001f642"}) {
    EXPECT_THAT(CheckPlain(New(""), text), IsOk()) << text;
  }
  // Wherever text stands: in lists, with a pattern or a form of its own; bytes are no text.
  EXPECT_THAT(Meta(Check("names: 'a' names: ' '")),
              IsSupersetOf({Pair("field", "names[1]"), Pair("form", "NOT_BLANK")}));
  EXPECT_THAT(Meta(Check("patterned: ' '")), IsSupersetOf({Pair("form", "NOT_BLANK")}));
  EXPECT_THAT(Meta(Check("nhs_number: '   '")), IsSupersetOf({Pair("form", "NOT_BLANK")}));
  EXPECT_THAT(Check("items { text: ' ' colour: 1 number: 1 at {} colours: 1 }"),
              FailsWith("FIELD_INVALID"));
  EXPECT_THAT(Check("blob: ' '"), IsOk());
}

// Any text at all: what passes is UTF-8 without controls and shows something.
TEST_F(FieldCheckTest, WhatPassesOfAnyBytesIsPlainText) {
  Shows({"ctl-32"});
  constexpr char kLikely[] = "  \t\n\r\xc2\xa0\xe2\x80\x8b\xef\xbb\xbf\x7f\x01z";
  std::mt19937 random(41);
  int passed = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text(1 + random() % 5, '\0');
    for (char& c : text) {
      c = random() % 4 == 0 ? static_cast<char>(random() % 256)
                            : kLikely[random() % (sizeof(kLikely) - 1)];
    }
    if (!CheckPlain(New(""), text).ok()) continue;
    ++passed;
    bool shows = false;
    for (size_t at = 0; at < text.size(); ++at) {
      const auto c = static_cast<unsigned char>(text[at]);
      ASSERT_TRUE(c >= 0x20 || c == '\t' || c == '\n' || c == '\r');
      ASSERT_NE(c, 0x7f);
      shows = shows || c > 0x20;
    }
    ASSERT_TRUE(shows);
  }
  EXPECT_GT(passed, 1'000);
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
