#include "adapters/hl7/writer.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::hl7 {
namespace {

constexpr char kHeader[] = "MSH|^~\\&|APP|RT5|||20260131091530||ADT^A03|ID1|P|2.4";

TEST(BuilderTest, BuildsAMessage) {
  Builder builder;
  const Location pid = builder.AddSegment("PID");
  Location name = pid;
  name.field = 5;
  builder.Set("MSH-3", "FOSSE").Set("MSH-9.2", "A03").Set("MSH-9.1", "ADT");
  builder.Set("PID-3[2].4.1", "NHS").Set("PID-3[2].1", "9990000018").Set("PID-3[1].1", "LOC^1");
  builder.Set(name, "O'NEILL & SON");
  builder.SetDelete({.segment = "PID", .field = 6});
  const absl::StatusOr<std::string> bytes = builder.Bytes();
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_EQ(*bytes,
            "MSH|^~\\&|FOSSE||||||ADT^A03\r"
            "PID|||LOC\\S\\1~9990000018^^^NHS||O'NEILL \\T\\ SON|\"\"\r");
  const Message read = Message::Read(*bytes);
  EXPECT_TRUE(read.ok());
  EXPECT_EQ(read.Value("PID", 3), "LOC^1");
  EXPECT_EQ(read.Value("PID", 5), "O'NEILL & SON");
  EXPECT_EQ(read.PresenceOf("PID", 6), Presence::kDelete);
}

TEST(BuilderTest, DeclaresUtf8WhenItIsUsed) {
  Builder builder;
  builder.AddSegment("PID");
  builder.Set("PID-5.1", "Zoë");
  const Message read = Message::Read(*builder.Bytes());
  EXPECT_EQ(read.Value("MSH", 18), "UNICODE UTF-8");
  EXPECT_EQ(read.Value("PID", 5), "Zoë");
  EXPECT_TRUE(read.issues().empty());
}

TEST(BuilderTest, WhatIsNotChangedKeepsItsBytes) {
  Shows({"haz-21"});
  for (const char* body : {"", "\r", "\n", "\r\n\r\nPID|1||x^^^||\nZZ9|~^&||\r\n  \r", "\rPID|1",
                           "\rnot a segment\rPID|1\r", "\rPID|a\\Zodd\\b|\\|\r"}) {
    const std::string bytes = absl::StrCat("\xEF\xBB\xBF", kHeader, body);
    EXPECT_EQ(*Builder::From(Message::Read(bytes)).Bytes(), bytes);
  }
  for (const char* bytes : {"", "PID|1\r", "\r\n", "nonsense"}) {
    EXPECT_EQ(*Builder::From(Message::Read(bytes)).Bytes(), bytes);
  }
}

TEST(BuilderTest, ChangesOnlyThePlaceNamed) {
  Shows({"haz-21"});
  const struct {
    const char* at;
    const char* text;
    const char* pid;  // The second of two PID segments, afterwards.
  } kCases[] = {
      {"PID[2]-1", "new", "PID|new||a&b^c~d\\Zq\\^||"},
      {"PID[2]-2", "new", "PID|1|new|a&b^c~d\\Zq\\^||"},
      {"PID[2]-3.1", "new", "PID|1||new^c~d\\Zq\\^||"},
      {"PID[2]-3.1.2", "new", "PID|1||a&new^c~d\\Zq\\^||"},
      {"PID[2]-3.1.4", "new", "PID|1||a&b&&new^c~d\\Zq\\^||"},
      {"PID[2]-3[2].2", "new", "PID|1||a&b^c~d\\Zq\\^new||"},
      {"PID[2]-3[4].2", "new", "PID|1||a&b^c~d\\Zq\\^~~^new||"},
      {"PID[2]-3[1]", "new", "PID|1||new~d\\Zq\\^||"},
      {"PID[2]-5", "new", "PID|1||a&b^c~d\\Zq\\^||new"},
      {"PID[2]-7.2", "new", "PID|1||a&b^c~d\\Zq\\^||||^new"},
      {"PID[2]-3.2", "", "PID|1||a&b^~d\\Zq\\^||"},
      {"PID[2]-9.2", "", "PID|1||a&b^c~d\\Zq\\^||"},  // Was absent, stays so.
  };
  const std::string before = absl::StrCat(kHeader, "\n\nPID|first\r\n");
  const std::string after = "\r\rPV1|1|I";
  const std::string bytes = absl::StrCat(before, "PID|1||a&b^c~d\\Zq\\^||", after);
  for (const auto& test : kCases) {
    SCOPED_TRACE(test.at);
    Builder builder = Builder::From(Message::Read(bytes));
    builder.Set(test.at, test.text);
    const absl::StatusOr<std::string> got = builder.Bytes();
    ASSERT_TRUE(got.ok()) << got.status();
    EXPECT_EQ(*got, absl::StrCat(before, test.pid, after));
  }
}

TEST(BuilderTest, TheWholeFieldGoesWithRepetitionZero) {
  Builder builder = Builder::From(Message::Read(absl::StrCat(kHeader, "\rPID|a~b~c|d\r")));
  builder.SetRaw({.segment = "PID", .field = 1}, "x~y^z");
  EXPECT_EQ(*builder.Bytes(), absl::StrCat(kHeader, "\rPID|x~y^z|d\r"));
}

TEST(BuilderTest, MshCountsItsSeparatorAsAField) {
  Builder builder = Builder::From(Message::Read(absl::StrCat(kHeader, "\r")));
  builder.Set("MSH-4", "QK1").Set("MSH-18", "8859/1");
  EXPECT_EQ(*builder.Bytes(),
            "MSH|^~\\&|APP|QK1|||20260131091530||ADT^A03|ID1|P|2.4||||||8859/1\r");
}

TEST(BuilderTest, KeepsTheMessagesDelimitersEndsAndCharacterSet) {
  const std::string header = "MSH#:;!%#A############";
  Builder builder = Builder::From(Message::Read(header + "###8859/1\nPID#1#x:Zo\xEB"));
  const Location added = builder.AddSegment("ZU1");
  EXPECT_EQ(added.ToString(), "ZU1[1]");
  builder.Set("ZU1-2.2", "Zoë#1").Set("PID-1", "2");
  EXPECT_EQ(*builder.Bytes(), header + "###8859/1\nPID#2#x:Zo\xEB\nZU1##:Zo\xEB!F!1\n");
}

TEST(BuilderTest, ErrorsStickAndNameThePlaceOnly) {
  const auto error_of = [](const Builder& builder) {
    EXPECT_EQ(builder.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(builder.Bytes().status(), builder.status());
    EXPECT_THAT(std::string(builder.status().message()),
                ::testing::Not(::testing::HasSubstr("secret")));
    return std::string(builder.status().message().substr(0, 6));
  };
  EXPECT_EQ(error_of(Builder().Set("PID-1", "secret").Set("MSH-3", "x")), "PID[1]");
  EXPECT_EQ(error_of(Builder().Set("MSH-1", "secret")), "MSH[1]");
  EXPECT_EQ(error_of(Builder().Set("MSH-2", "secret")), "MSH[1]");
  EXPECT_EQ(error_of(Builder().Set("MSH-1001", "secret")), "MSH[1]");
  EXPECT_EQ(error_of(Builder().Set("MSH-3[1001]", "secret")), "MSH[1]");
  EXPECT_EQ(error_of(Builder().Set("MSH-3", "secret\xFF")), "MSH[1]");
  EXPECT_EQ(error_of(Builder().Set("secret", "x")), "line 1");
  EXPECT_EQ(error_of(Builder(Delimiters{.escape = '\0'})), "MSH[1]");
  const Location raw = {.segment = "MSH", .field = 3, .repetition = 1, .component = 1};
  for (const char* text : {"secret|", "secret~", "secret^", "secret\r", "secret\x0B"}) {
    EXPECT_EQ(error_of(Builder().SetRaw(raw, text)), "MSH[1]") << text;
  }
  Builder added;
  added.AddSegment("secret");
  EXPECT_EQ(error_of(added), "line 1");
  Builder second;
  second.AddSegment("MSH");
  EXPECT_EQ(error_of(second), "line 1");
  Builder unrepeatable = Builder::From(Message::Read("MSH|^|A\rPID|1\r"));
  unrepeatable.Set("PID-1[2]", "x");
  EXPECT_EQ(error_of(unrepeatable), "PID[1]");
}

}  // namespace
}  // namespace fosse::hl7
