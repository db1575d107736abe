#include "base/encoding.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

TEST(EncodingTest, HexBothWays) {
  EXPECT_EQ(Hex(std::array<uint8_t, 3>{0x00, 0xaf, 0xff}), "00afff");
  EXPECT_EQ(Hex(""), "");
  EXPECT_THAT(FromHex("00AFff"), IsOkAndHolds(std::string("\0\xaf\xff", 3)));
  EXPECT_THAT(FromHex(""), IsOkAndHolds(""));
  for (const char* bad : {"0", "0g", "g0", "0x00", "00 ", "0:"}) {
    EXPECT_THAT(FromHex(bad), FailsWith("ENCODING_INVALID")) << bad;
  }
}

TEST(EncodingTest, Base64IsThatOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(Base64(bytes), text);
    EXPECT_THAT(FromBase64(text), IsOkAndHolds(bytes));
  }
  EXPECT_EQ(Base64(std::vector<uint8_t>{0xfb, 0xff}), "+/8=");
}

TEST(EncodingTest, Base64TakesOnlyWhatItWouldWrite) {
  // Missing padding, stray low bits, spaces, line break, the other alphabet, not base64 at all.
  for (const char* bad : {"Zg", "Zh==", "Zg ==", "Zm9v\n", "-_8=", "Zg=", "!", "Zg==Zg=="}) {
    EXPECT_THAT(FromBase64(bad), FailsWith("ENCODING_INVALID")) << bad;
  }
}

TEST(EncodingTest, Base32CrockfordTakesHighBitsFirst) {
  EXPECT_EQ(Base32Crockford(""), "");
  EXPECT_EQ(Base32Crockford(std::vector<uint8_t>{0x00}), "00");
  EXPECT_EQ(Base32Crockford(std::vector<uint8_t>{0xff}), "ZW");
  // RFC 4648's "foobar" is MZXW6YTBOI: the same groups of five bits in Crockford's digits.
  EXPECT_EQ(Base32Crockford("foobar"), "CSQPYRK1E8");
  EXPECT_EQ(Base32Crockford(std::string(16, '\xff')), "ZZZZZZZZZZZZZZZZZZZZZZZZZW");
}

TEST(Utf8Test, TakesOnlyWellFormedText) {
  for (const char* good :
       {"", "plain", "\xc3\x93 N\xc3\xa9ill", "\xe2\x82\xac", "\xf0\x9f\x99\x82", "\xed\x9f\xbf",
        "\xee\x80\x80", "\xf4\x8f\xbf\xbf", "\xc2\x80", "eight by\xc3\xa9tes and more than that"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
  }
  for (const char* bad :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xed\xa0\x80",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe2\x82",
        "\xf0\x9f\x99", "\xc3\x28", "\xe2\x28\xa1", "\xf0\x9f\x28\x82", "0123456\xff"}) {
    EXPECT_FALSE(IsUtf8(bad)) << Hex(bad);
  }
}

}  // namespace
}  // namespace fosse
