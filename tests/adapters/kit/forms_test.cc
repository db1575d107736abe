#include "adapters/kit/forms.h"

#include "gmock/gmock.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters {
namespace {

TEST(FormsTest, WhatIsWrittenIsRead) {
  const std::string hard = "a&b=c %+é\n'\"<>";
  ASSERT_OK_AND_ASSIGN(const auto form, ReadForm(WriteForm({{"reason", hard}, {"x", ""}})));
  EXPECT_EQ(form.at("reason"), hard);
  EXPECT_EQ(form.at("x"), "");
  ASSERT_OK_AND_ASSIGN(const auto plus, ReadForm("a=1+2&a=3"));
  EXPECT_EQ(plus.at("a"), "1 2") << "the first counts";
  for (const char* bad : {"a=%", "a=%2", "a=%zz"}) {
    EXPECT_THAT(ReadForm(bad), FailsWith("FORM_INVALID")) << bad;
  }
}

TEST(FormsTest, FieldsKeepTheirOrderAndTheirRepeats) {
  ASSERT_OK_AND_ASSIGN(const auto fields, ReadFields("b=1&a=2&b=3"));
  EXPECT_THAT(fields, ::testing::ElementsAre(::testing::Pair("b", "1"), ::testing::Pair("a", "2"),
                                             ::testing::Pair("b", "3")));
}

TEST(FormsTest, FindsACookieByItsWholeName) {
  EXPECT_EQ(CookieOf("b=1; __Host-session=abc; c=2", "__Host-session"), "abc");
  EXPECT_EQ(CookieOf("x__Host-session=abc", "__Host-session"), "");
  EXPECT_EQ(CookieOf("", "a"), "");
}

TEST(FormsTest, Base64UrlHasOneFormOnly) {
  const std::string bytes("\xfb\xff\x00\x01", 4);
  EXPECT_THAT(FromBase64Url(Base64Url(bytes)), IsOkAndHolds(bytes));
  EXPECT_EQ(Base64Url(bytes).find_first_of("+/="), std::string::npos);
  EXPECT_FALSE(FromBase64Url("+/==").ok());
}

}  // namespace
}  // namespace fosse::adapters
