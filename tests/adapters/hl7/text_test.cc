#include "adapters/hl7/text.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::hl7 {
namespace {

constexpr Delimiters kStandard;

struct EscapeCase {
  const char* raw;
  const char* text;
};

TEST(UnescapeTest, ReplacesWhatTheStandardNames) {
  const EscapeCase kCases[] = {
      {"", ""},
      {"plain", "plain"},
      {R"(a\F\b\S\c\T\d\R\e\E\f)", R"(a|b^c&d~e\f)"},
      {R"(\H\bold\N\ text)", "bold text"},
      {R"(one\.br\two)", "one\ntwo"},
      {R"(one\.sp\two\.sp2\three)", "one\ntwo\n\nthree"},
      {R"(a\.sp+2\b)", "a\n\nb"},
      {R"(a\.sk3\b)", "a   b"},
      {R"(\.ce\title)", "\ntitle"},
      {R"(\.in+4\\.ti-2\\.fi\\.nf\text)", "text"},
      {R"(\X0D0A\)", "\r\n"},
      {R"(\X41\\X4243\)", "ABC"},
      {R"(\XC3AB\)", "ë"},
  };
  for (const EscapeCase& test : kCases) {
    EXPECT_EQ(Unescape(test.raw, kStandard, CharacterSet::kUtf8), test.text) << test.raw;
  }
}

TEST(UnescapeTest, UnknownSequencesAreText) {
  Shows({"haz-21"});
  const EscapeCase kCases[] = {
      {R"(\)", R"(\)"},
      {R"(\\)", R"(\\)"},
      {R"(end\)", R"(end\)"},
      {R"(\F)", R"(\F)"},
      {R"(C:\docs\letter)", R"(C:\docs\letter)"},
      {R"(a\b then \T\ c)", R"(a\b then & c)"},  // A lone backslash hides no sequence after it.
      {R"(\f\)", R"(\f\)"},
      {R"(\Zlocal1\T\x)", R"(\Zlocal1\T\x)"},  // A local sequence is whole: T is its neighbour.
      {R"(\Z two\T\x)", R"(\Z two&x)"},
      {R"(\C2842\)", R"(\C2842\)"},
      {R"(\M2442A4\)", R"(\M2442A4\)"},
      {R"(\X\)", R"(\X\)"},
      {R"(\X4\)", R"(\X4\)"},
      {R"(\X4G\)", R"(\X4G\)"},
      {R"(\X00\)", R"(\X00\)"},  // No control character gets in by the back door,
      {R"(\X1C0D\)", R"(\X1C0D\)"},
      {R"(\XC3\)", R"(\XC3\)"},  // and no broken character.
      {R"(\.sp100\)", R"(\.sp100\)"},
      {R"(\.sp-1\)", R"(\.sp-1\)"},
      {R"(\.xy\)", R"(\.xy\)"},
      {R"(\.\)", R"(\.\)"},
      {R"(\P\)", R"(\P\)"},  // No truncation character was declared.
  };
  for (const EscapeCase& test : kCases) {
    EXPECT_EQ(Unescape(test.raw, kStandard, CharacterSet::kUtf8), test.text) << test.raw;
  }
}

TEST(UnescapeTest, UsesTheDelimitersOfTheMessage) {
  const Delimiters odd = {.field = '#',
                          .component = ':',
                          .repetition = ';',
                          .escape = '!',
                          .subcomponent = '%',
                          .truncation = '*'};
  EXPECT_EQ(Unescape(R"(!F!!S!!T!!R!!E!!P!\F\)", odd, CharacterSet::kUtf8), R"(#:%;!*\F\)");
}

TEST(UnescapeTest, WithoutAnEscapeCharacterNothingIsASequence) {
  Delimiters none;
  none.escape = '\0';
  EXPECT_EQ(Unescape(R"(a\F\b)", none, CharacterSet::kUtf8), R"(a\F\b)");
}

TEST(UnescapeTest, TurnsSingleByteSetsIntoUtf8) {
  Shows({"haz-21"});
  EXPECT_EQ(Unescape("Zo\xEB", kStandard, CharacterSet::kLatin1), "Zoë");
  EXPECT_EQ(Unescape("\x80 \x92 \xA4", kStandard, CharacterSet::kLatin1), "€ ’ ¤");
  EXPECT_EQ(Unescape("\xA4 \xBD", kStandard, CharacterSet::kLatin9), "€ œ");
  EXPECT_EQ(Unescape(R"(Zo\XEB\)", kStandard, CharacterSet::kLatin1), "Zoë");
}

TEST(EscapeTest, IsUndoneByUnescape) {
  Shows({"haz-21"});
  const Delimiters odd = {.field = '#',
                          .component = ':',
                          .repetition = ';',
                          .escape = '!',
                          .subcomponent = '%',
                          .truncation = '*'};
  for (const Delimiters& delimiters : {kStandard, odd}) {
    for (const char* text :
         {"", "plain", R"(|^~\&#)", R"(\F\ \X41\ \Zlocal\ \.br\)", "two\nlines", "dos\r\nlines",
          "tab\there", "\"\"", "\"quoted\"", "#:;!%*", "Zoë €", "𝄞", R"(C:\docs\)"}) {
      const absl::StatusOr<std::string> raw = Escape(text, delimiters, CharacterSet::kUtf8);
      ASSERT_TRUE(raw.ok()) << text;
      EXPECT_EQ(Unescape(*raw, delimiters, CharacterSet::kUtf8), text);
      EXPECT_EQ(raw->find(delimiters.field), std::string::npos) << text;
      EXPECT_EQ(raw->find_first_of("\r\n"), std::string::npos) << text;
    }
  }
}

TEST(EscapeTest, TwoQuotesDoNotBecomeADeletion) {
  EXPECT_NE(*Escape("\"\"", kStandard, CharacterSet::kUtf8), "\"\"");
}

TEST(EscapeTest, WritesTheMessagesCharacterSet) {
  EXPECT_EQ(*Escape("Zoë €", kStandard, CharacterSet::kLatin1), "Zo\xEB \x80");
  EXPECT_EQ(*Escape("Zoë €", kStandard, CharacterSet::kLatin9), "Zo\xEB \x80");
  EXPECT_EQ(*Escape("Zoë", kStandard, CharacterSet::kUtf8), "Zoë");
}

TEST(EscapeTest, RefusesWhatItCannotWrite) {
  EXPECT_FALSE(Escape("Zoë", kStandard, CharacterSet::kAscii).ok());
  EXPECT_FALSE(Escape("Ł", kStandard, CharacterSet::kLatin1).ok());
  EXPECT_FALSE(Escape("\xC3", kStandard, CharacterSet::kUtf8).ok());
  Delimiters none;
  none.escape = '\0';
  EXPECT_FALSE(Escape("a|b", none, CharacterSet::kUtf8).ok());
  EXPECT_FALSE(Escape("a\nb", none, CharacterSet::kUtf8).ok());
  EXPECT_TRUE(Escape("a b", none, CharacterSet::kUtf8).ok());
}

TEST(CharacterSetTest, KnowsTheNamesOfTable0211) {
  EXPECT_EQ(CharacterSetNamed(""), CharacterSet::kAscii);
  EXPECT_EQ(CharacterSetNamed("ASCII"), CharacterSet::kAscii);
  EXPECT_EQ(CharacterSetNamed("8859/1"), CharacterSet::kLatin1);
  EXPECT_EQ(CharacterSetNamed("8859/15"), CharacterSet::kLatin9);
  EXPECT_EQ(CharacterSetNamed("UNICODE UTF-8"), CharacterSet::kUtf8);
  EXPECT_EQ(CharacterSetNamed(" unicode "), CharacterSet::kUtf8);
  EXPECT_EQ(CharacterSetNamed("8859/2"), CharacterSet::kUnsupported);
  EXPECT_EQ(CharacterSetNamed("ISO IR87"), CharacterSet::kUnsupported);
}

TEST(DelimitersTest, AreWrittenAsDeclared) {
  EXPECT_EQ(kStandard.Encoding(), "^~\\&");
  Delimiters five;
  five.truncation = '#';
  EXPECT_EQ(five.Encoding(), "^~\\&#");
  EXPECT_TRUE(five.complete());
  Delimiters two;
  two.escape = two.subcomponent = '\0';
  EXPECT_EQ(two.Encoding(), "^~");
  EXPECT_FALSE(two.complete());
}

}  // namespace
}  // namespace fosse::hl7
