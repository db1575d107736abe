#include "adapters/hl7/message.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::hl7 {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kHeader[] =
    "MSH|^~\\&|APP|RT5|ROUTE|ROUTE|20260131091530||ADT^A03^ADT_A03|ID1|P|2.4";

// "reason at place" for each issue, notes with a star.
std::vector<std::string> Told(const Message& message) {
  std::vector<std::string> out;
  for (const Issue& issue : message.issues()) {
    const char* const mark = issue.severity == Severity::kNote ? "*" : "";
    EXPECT_FALSE(issue.remedy.empty());
    out.push_back(absl::StrCat(mark, issue.reason, " ", issue.at.ToString()));
  }
  return out;
}

// A message of the header and one segment.
Message With(absl::string_view segment, const ReadOptions& options = {}) {
  return Message::Read(absl::StrCat(kHeader, "\r", segment, "\r"), options);
}

std::vector<std::string> Names(const Message& message) {
  std::vector<std::string> out;
  for (const Segment& segment : message.segments()) out.emplace_back(segment.name());
  return out;
}

TEST(MessageTest, GivesFieldsAndTheirParts) {
  const Message message =
      With("PID|1||LOC1^^^RT5~9990000018^^^NHS&1.2&ISO||O\\T\\NEILL^Ann^^^^^CURRENT||195607|F|");
  EXPECT_TRUE(message.ok());
  EXPECT_THAT(message.issues(), IsEmpty());
  EXPECT_EQ(message.Value("MSH", 1), "|");
  EXPECT_EQ(message.Value("MSH", 2), "^~\\&");
  EXPECT_EQ(message.Value("MSH", 3), "APP");
  EXPECT_EQ(message.Value("MSH", 9, 1, 2), "A03");
  EXPECT_EQ(message.Value("MSH", 12), "2.4");
  EXPECT_EQ(message.Value("PID", 3), "LOC1");
  EXPECT_EQ(message.Value("PID", 3, 2, 1), "9990000018");
  EXPECT_EQ(message.Value("PID", 3, 2, 4), "NHS&1.2&ISO");
  EXPECT_EQ(message.Value("PID", 3, 2, 4, 1), "NHS");
  EXPECT_EQ(message.Value("PID", 3, 2, 4, 3), "ISO");
  EXPECT_EQ(message.Raw("PID", 3, 2, 0), "9990000018^^^NHS&1.2&ISO");
  EXPECT_EQ(message.Raw("PID", 3, 0), "LOC1^^^RT5~9990000018^^^NHS&1.2&ISO");
  EXPECT_EQ(message.Raw("PID", 5), "O\\T\\NEILL");
  EXPECT_EQ(message.Value("PID", 5), "O&NEILL");
  EXPECT_EQ(message.Value("PID", 8), "F");
  EXPECT_EQ(message.Value(*Location::Parse("PID-3[2].4.1")), "NHS");
  EXPECT_EQ(message.Value(*Location::Parse("PV1-3")), "");
}

TEST(MessageTest, WhatWasNotSentIsAbsentAndNoError) {
  const Message message = With("PID|1||A^^B||");
  for (const int number : {-1, 0, 6, 99, 2'000'000'000}) {
    EXPECT_EQ(message.Value("PID", number), "");
    EXPECT_EQ(message.PresenceOf("PID", number), Presence::kAbsent);
  }
  EXPECT_EQ(message.Value("PID", 3, 2), "");
  EXPECT_EQ(message.Value("PID", 3, -1), "");
  EXPECT_EQ(message.Value("PID", 3, 1, 4), "");
  EXPECT_EQ(message.Value("PID", 3, 1, 3, 2), "");
  EXPECT_EQ(message.Value("ZZZ", 1), "");
  EXPECT_EQ(message.Find("PID", 2), nullptr);
  EXPECT_EQ(message.Find("PID")->field_count(), 5);
  EXPECT_EQ(message.Find("PID")->RepetitionCount(2), 0);
  EXPECT_THAT(message.Find("PID")->Repetitions(2), IsEmpty());
}

TEST(MessageTest, TellsDeleteFromAbsentFromValue) {
  Shows({"haz-21"});
  const Message message = With("PID|\"\"||A^\"\"^C~\"\"|\"x\"|\"");
  EXPECT_EQ(message.PresenceOf("PID", 1), Presence::kDelete);
  EXPECT_EQ(message.PresenceOf("PID", 1, 1, 3), Presence::kDelete);  // The whole field goes.
  EXPECT_EQ(message.PresenceOf("PID", 1, 2), Presence::kDelete);     // With all repetitions.
  EXPECT_EQ(message.Value("PID", 1), "");
  EXPECT_EQ(message.PresenceOf("PID", 2), Presence::kAbsent);
  EXPECT_EQ(message.PresenceOf("PID", 3), Presence::kValue);
  EXPECT_EQ(message.PresenceOf("PID", 3, 1, 2), Presence::kDelete);
  EXPECT_EQ(message.PresenceOf("PID", 3, 1, 4), Presence::kAbsent);
  EXPECT_EQ(message.PresenceOf("PID", 3, 2, 4), Presence::kDelete);
  EXPECT_EQ(message.PresenceOf("PID", 4), Presence::kValue);
  EXPECT_EQ(message.Value("PID", 4), "\"x\"");
  EXPECT_EQ(message.PresenceOf("PID", 5), Presence::kValue);
}

TEST(MessageTest, VisitsSegmentsAndRepetitions) {
  const Message message = Message::Read(absl::StrCat(kHeader, "\rOBX|1|TX\rZU1\rOBX|2|a~b^c~~d\r"));
  EXPECT_THAT(Names(message), ElementsAre("MSH", "OBX", "ZU1", "OBX"));
  ASSERT_EQ(message.Named("OBX").size(), 2);
  const Segment second = message.Named("OBX")[1];
  EXPECT_EQ(second.occurrence(), 2);
  EXPECT_THAT(second.Repetitions(2), ElementsAre("a", "b^c", "", "d"));
  EXPECT_EQ(second.RepetitionCount(2), 4);
  EXPECT_EQ(second.At(2, 2, 1).ToString(), "OBX[2]-2[2].1");
  EXPECT_EQ(message.Find("OBX", 2)->raw(), "OBX|2|a~b^c~~d");
  EXPECT_EQ(message.Find("ZU1")->field_count(), 0);
}

TEST(MessageTest, CountsSegmentsOfAnyNumberOfNames) {
  Shows({"ctl-32"});
  std::string bytes = absl::StrCat(kHeader, "\r");
  for (int twice = 0; twice < 2; ++twice) {
    for (char b = 'A'; b <= 'Z'; ++b) {
      for (char c = 'A'; c <= 'Z'; ++c) absl::StrAppend(&bytes, "Z", std::string{b, c}, "|1\r");
    }
  }
  const Message message = Message::Read(bytes);
  EXPECT_TRUE(message.ok());
  for (const Segment& segment : message.segments().subspan(1)) {
    EXPECT_EQ(message.Find(segment.name(), segment.occurrence()), &segment);
  }
  EXPECT_EQ(message.Named("ZQQ").size(), 2u);
  EXPECT_EQ(message.Find("ZQQ", 3), nullptr);
}

TEST(MessageTest, SegmentsEndInAnything) {
  Shows({"haz-21"});
  for (const char* end : {"\r", "\n", "\r\n", "\r\r", "\n \n", "\r\n\r\n"}) {
    const std::string bytes = absl::StrCat(kHeader, end, "PID|1|x", end, "PV1|1|I");
    const Message message = Message::Read(bytes);
    EXPECT_TRUE(message.ok());
    EXPECT_THAT(Names(message), ElementsAre("MSH", "PID", "PV1"));
    EXPECT_EQ(message.Value("PID", 2), "x");
    EXPECT_EQ(message.Value("PV1", 2), "I");
    EXPECT_EQ(message.bytes(), bytes);
  }
  EXPECT_THAT(Told(Message::Read(absl::StrCat(kHeader, "\rPID|1\nPV1|1\r\n"))),
              ElementsAre("*SEGMENT_END_NOT_CR line 2"));
  EXPECT_THAT(Told(Message::Read(absl::StrCat(kHeader, "\r\nPID|1\r\n"))),
              ElementsAre("*SEGMENT_END_NOT_CR line 1"));
}

TEST(MessageTest, AByteOrderMarkIsPassedOver) {
  const Message message = Message::Read(absl::StrCat("\xEF\xBB\xBF", kHeader, "\r"));
  EXPECT_TRUE(message.ok());
  EXPECT_EQ(message.Value("MSH", 10), "ID1");
}

TEST(MessageTest, UsesTheDelimitersThatMshDeclares) {
  const struct {
    const char* bytes;
    const char* component;  // Of PID-1.2.
    const char* repetition;
    const char* subcomponent;
    const char* text;
  } kCases[] = {
      {"MSH|^~\\&|A\rPID|a^b&c~d|x\\T\\y\r", "b&c", "d", "c", "x&y"},
      {"MSH|^~\\&#|A\rPID|a^b&c~d|x\\P\\y\r", "b&c", "d", "c", "x#y"},
      {"MSH|^~\\}|A\rPID|a^b}c~d|x\\T\\y\r", "b}c", "d", "c", "x}y"},
      {"MSH#:;!%#A\rPID#a:b%c;d#x!F!y\r", "b%c", "d", "c", "x#y"},
      {"MSH|^|A\rPID|a^b&c~d|x\\T\\y\r", "b&c~d", "", "", "x\\T\\y"},
      {"MSH|^~|A\rPID|a^b&c~d|x\\T\\y\r", "b&c", "d", "", "x\\T\\y"},
  };
  for (const auto& test : kCases) {
    SCOPED_TRACE(test.bytes);
    const Message message = Message::Read(test.bytes);
    EXPECT_TRUE(message.ok());
    EXPECT_EQ(message.Value("MSH", 3), "A");
    EXPECT_EQ(message.Value("PID", 1, 1, 2), test.component);
    EXPECT_EQ(message.Value("PID", 1, 2), test.repetition);
    EXPECT_EQ(message.Value("PID", 1, 1, 2, 2), test.subcomponent);
    EXPECT_EQ(message.Value("PID", 2), test.text);
  }
}

TEST(MessageTest, DoubtfulDelimitersAreAFaultAndMshIsStillRead) {
  for (const char* encoding :
       {"", "^~\\\\&", "^^\\&", "^~\\&##", "^~\\&#@", "A~\\&", "^ \\&", "^~\\\"", "^~\xC3\xAB"}) {
    const Message message = Message::Read(absl::StrCat("MSH|", encoding, "|A|RT5\rPID|1\r"));
    EXPECT_FALSE(message.ok()) << encoding;
    EXPECT_EQ(message.issues()[0].reason, "DELIMITERS_INVALID") << encoding;
    EXPECT_EQ(message.issues()[0].at.ToHl7(), "MSH-2");
    EXPECT_EQ(message.Value("MSH", 4), "RT5") << encoding;
  }
}

struct FaultCase {
  const char* name;
  const char* bytes;  // <H> stands for the header and its end.
  std::vector<std::string> told;
};

TEST(MessageTest, EveryFaultIsNamedAndPlaced) {
  Shows({"haz-21"});
  const FaultCase kCases[] = {
      {"Empty", "", {"MSH_MISSING line 1"}},
      {"Blank", "\r\n \t\r", {"MSH_MISSING line 1"}},
      {"NoMsh", "PID|1|x\r", {"MSH_MISSING line 1"}},
      {"MshAlone", "MSH", {"MSH_MISSING line 1"}},
      {"MshWithALetter", "MSHX^~\\&X", {"MSH_MISSING line 1", "SEGMENT_UNREADABLE line 1"}},
      {"BatchHeader", "BHS|^~\\&|A\r", {"MSH_MISSING line 1", "BATCH_ENVELOPE BHS[1]"}},
      {"Trailer", "<H>BTS|1\r", {"BATCH_ENVELOPE BTS[1]"}},
      {"TwoMessages", "<H>PID|1\r<H>", {"SECOND_MESSAGE MSH[2]"}},
      {"TextWithLineBreak",
       "<H>OBX|1|TX|||went to\rMrs Example's house\r",
       {"SEGMENT_UNREADABLE line 3"}},
      {"LowerCaseName", "<H>pid|1\r", {"SEGMENT_UNREADABLE line 2"}},
      {"LongName", "<H>PIDX|1\r", {"SEGMENT_UNREADABLE line 2"}},
      {"IndentedSegment", "<H> PID|1\r", {"SEGMENT_UNREADABLE line 2"}},
      {"ControlCharacter", "<H>PID|1|a~b^\x01|\x02\r", {"CONTROL_CHARACTER PID[1]-2[2].2"}},
      {"Latin1Undeclared", "<H>PID|1||x|Zo\xEB\r", {"TEXT_NOT_IN_CHARACTER_SET PID[1]-4"}},
      {"Utf8Undeclared", "<H>PID|1||Zo\xC3\xAB\r", {"*CHARACTER_SET_UNDECLARED MSH[1]-18[1]"}},
  };
  for (const FaultCase& test : kCases) {
    SCOPED_TRACE(test.name);
    const std::string bytes =
        absl::StrReplaceAll(test.bytes, {{"<H>", absl::StrCat(kHeader, "\r")}});
    EXPECT_EQ(Told(Message::Read(bytes)), test.told);
  }
}

TEST(MessageTest, IssuesHoldNoTextOfTheMessage) {
  Shows({"haz-21"});
  const Message message = Message::Read(absl::StrCat(
      kHeader, "\rPID|1||9990000018|Secret\x01name\rSecretname walked\rSEC\rZSE|\xFF\r"));
  EXPECT_FALSE(message.ok());
  for (const Issue& issue : message.issues()) {
    const std::string told = absl::StrCat(issue.at.ToString(), issue.reason, issue.remedy);
    EXPECT_FALSE(absl::StrContains(told, "Secret"));
    EXPECT_FALSE(absl::StrContains(told, "999"));
  }
}

TEST(MessageTest, CharacterSets) {
  Shows({"haz-21"});
  const struct {
    const char* declared;
    const char* bytes;
    CharacterSet undeclared;
    bool ok;
    const char* value;
  } kCases[] = {
      {"", "Zoe", CharacterSet::kAscii, true, "Zoe"},
      {"UNICODE UTF-8", "Zo\xC3\xAB", CharacterSet::kAscii, true, "Zoë"},
      {"UNICODE UTF-8", "Zo\xEB", CharacterSet::kLatin1, false, nullptr},
      {"8859/1", "Zo\xEB", CharacterSet::kAscii, true, "Zoë"},
      {"8859/1", "Zo\xC3\xAB", CharacterSet::kAscii, true, "ZoÃ«"},
      {"8859/15", "\xA4", CharacterSet::kAscii, true, "€"},
      {"", "Zo\xEB", CharacterSet::kLatin1, true, "Zoë"},
      {"", "Zo\xC3\xAB", CharacterSet::kLatin1, true, "Zoë"},
      {"", "Zo\xEB", CharacterSet::kUtf8, false, nullptr},
      {"ASCII", "Zo\xEB", CharacterSet::kLatin1, false, nullptr},
      {"8859/2", "Zo\xEB", CharacterSet::kAscii, false, nullptr},
      {"8859/2", "Zoe", CharacterSet::kAscii, true, "Zoe"},
      {"8859/1~UNICODE UTF-8", "Zo\xEB", CharacterSet::kAscii, true, "Zoë"},
  };
  for (const auto& test : kCases) {
    SCOPED_TRACE(absl::StrCat(test.declared, " ", test.bytes));
    const Message message = Message::Read(
        absl::StrCat(kHeader, "||||||", test.declared, "\rPID|||||", test.bytes, "\r"),
        {.undeclared = test.undeclared});
    EXPECT_EQ(message.ok(), test.ok);
    if (test.ok) {
      EXPECT_EQ(message.Value("PID", 5), test.value);
    }
  }
}

TEST(MessageTest, EachLimitHasAName) {
  Shows({"haz-21"});
  ReadOptions options;
  options.limits = {.max_bytes = 200,
                    .max_segments = 4,
                    .max_fields = 13,
                    .max_repetitions = 3,
                    .max_components = 4,
                    .max_subcomponents = 3};
  const struct {
    const char* segment;
    std::vector<std::string> told;
  } kCases[] = {
      {"PID|||||||||||||x", {}},
      {"PID||||||||||||||x", {"TOO_MANY_FIELDS PID[1]-13"}},
      {"PID|1~2~3|1^2^3^4|1&2&3", {}},
      {"PID|1~2~3~4", {"TOO_MANY_REPETITIONS PID[1]-1[4].1.1"}},
      {"PID|1~1^2^3^4^5", {"TOO_MANY_COMPONENTS PID[1]-1[2].5.1"}},
      {"PID|1|1^1&2&3&4", {"TOO_MANY_SUBCOMPONENTS PID[1]-2[1].2.4"}},
      {"AL1\rAL1\rAL1", {}},
      {"AL1\rAL1\rAL1\rAL1", {"TOO_MANY_SEGMENTS line 5"}},
  };
  for (const auto& test : kCases) {
    SCOPED_TRACE(test.segment);
    const Message message = With(test.segment, options);
    EXPECT_EQ(Told(message), test.told);
    EXPECT_EQ(message.ok(), test.told.empty());
    EXPECT_EQ(message.Value("MSH", 10), "ID1");
  }
  const Message message = With(absl::StrCat("PID|", std::string(200, 'x')), options);
  EXPECT_THAT(Told(message), ElementsAre("MESSAGE_TOO_LARGE MSH[1]"));
  EXPECT_EQ(message.Value("MSH", 10), "ID1");
  EXPECT_THAT(Names(message), ElementsAre("MSH"));
}

TEST(MessageTest, TheDeclaredDelimitersCountAsNoParts) {
  ReadOptions options;
  options.limits.max_repetitions = options.limits.max_components = 1;
  options.limits.max_subcomponents = 1;
  EXPECT_TRUE(Message::Read("MSH|^~\\&|A|B\r", options).ok());
}

TEST(MessageTest, IssuesAreBounded) {
  std::string bytes = absl::StrCat(kHeader, "\r");
  for (int i = 0; i < 500; ++i) bytes += "no segment\r";
  const Message message = Message::Read(bytes);
  ASSERT_EQ(message.issues().size(), 100);
  EXPECT_EQ(message.issues()[99].reason, "TOO_MANY_ISSUES");
  EXPECT_FALSE(message.ok());
}

TEST(MessageTest, ViewsLiveAsLongAsAnyCopy) {
  absl::string_view view;
  std::unique_ptr<Message> copy;
  {
    const Message message = With("PID|1|short");
    view = message.Raw("PID", 2);
    copy = std::make_unique<Message>(message);
  }
  EXPECT_EQ(view, "short");
  EXPECT_EQ(copy->Value("PID", 2), "short");
}

}  // namespace
}  // namespace fosse::hl7
