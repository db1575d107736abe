// What of text passes: nothing that is no text, and nothing that says nothing.
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/base/probe.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

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

}  // namespace
}  // namespace fosse
