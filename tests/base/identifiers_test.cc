#include <string>

#include "base/nhs_number.h"
#include "base/ods_code.h"
#include "base/participant_id.h"
#include "base/registration.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace fosse {
namespace {

using ::testing::Eq;
using ::testing::Optional;

TEST(NhsNumberTest, IsTakenWithAndWithoutSpacesAndHyphens) {
  for (const char* text : {"9990000018", "999 000 0018", "999-000-0018", " 9990000018 "}) {
    EXPECT_THAT(NormaliseNhsNumber(text), Optional(Eq("9990000018"))) << text;
  }
  EXPECT_THAT(NormaliseNhsNumber("9434765919"), Optional(Eq("9434765919")));
}

struct NhsCase {
  const char* text;
  NhsNumberProblem problem;
};

TEST(NhsNumberTest, EachProblemIsNamed) {
  const NhsCase cases[] = {
      {"", NhsNumberProblem::kNotTenDigits},
      {"999000001", NhsNumberProblem::kNotTenDigits},
      {"99900000180", NhsNumberProblem::kNotTenDigits},
      {"999000001X", NhsNumberProblem::kNotTenDigits},
      {"9990000018\n", NhsNumberProblem::kNotTenDigits},
      {"999.000.0018", NhsNumberProblem::kNotTenDigits},
      {"9990000019", NhsNumberProblem::kCheckDigit},
      {"9900000918", NhsNumberProblem::kCheckDigit},  // Two digits swapped.
      {"0101010010", NhsNumberProblem::kCheckDigit},  // The check digit would be 10.
      {"0000000000", NhsNumberProblem::kRepeatedDigit},
      {"9999999999", NhsNumberProblem::kRepeatedDigit},
      {"5555555555", NhsNumberProblem::kRepeatedDigit},
  };
  for (const NhsCase& c : cases) {
    EXPECT_EQ(FindNhsNumberProblem(c.text), c.problem) << c.text;
    EXPECT_EQ(NormaliseNhsNumber(c.text), std::nullopt) << c.text;
  }
}

TEST(NhsNumberTest, NumbersOfOtherNationsAreToldApart) {
  EXPECT_EQ(FindNhsNumberProblem("3200000015"), NhsNumberProblem::kNorthernIreland);
  EXPECT_EQ(FindNhsNumberProblem("3999999993"), NhsNumberProblem::kNorthernIreland);
  EXPECT_EQ(FindNhsNumberProblem("0101010001"), NhsNumberProblem::kScotland);
  EXPECT_EQ(FindNhsNumberProblem("2902001231"), NhsNumberProblem::kScotland);  // 29 February.
  EXPECT_EQ(FindNhsNumberProblem("3112991230"), NhsNumberProblem::kScotland);
  EXPECT_EQ(FindNhsNumberProblem("3102001238"), NhsNumberProblem::kNone);  // No 31 February.
  EXPECT_EQ(FindNhsNumberProblem("3199999999"), NhsNumberProblem::kNone);  // Just below NI.
  EXPECT_EQ(NormaliseNhsNumber("3200000015"), std::nullopt);
  EXPECT_EQ(NormaliseNhsNumber("0101010001"), std::nullopt);
}

TEST(NhsNumberTest, EveryOtherCheckDigitIsRefused) {
  int taken = 0;
  for (char last = '0'; last <= '9'; ++last) {
    taken += NormaliseNhsNumber(std::string("999000002") + last).has_value();
  }
  EXPECT_EQ(taken, 1);
}

TEST(NhsNumberTest, TestRangeIs999) {
  for (const char* text : {"9990000018", "9990000026", "9990000034", "999 000 0042"}) {
    EXPECT_TRUE(IsTestNhsNumber(text)) << text;
  }
  EXPECT_FALSE(IsTestNhsNumber("9434765919"));
  EXPECT_FALSE(IsTestNhsNumber("9990000019"));
}

TEST(OdsCodeTest, HasThreeToTwelveUpperCaseLettersAndDigits) {
  for (const char* good : {"RT5", "QK1", "C82001", "FA123", "ABCDEFGHIJKL"}) {
    EXPECT_TRUE(IsOdsCode(good)) << good;
  }
  for (const char* bad : {"", "RT", "rt5", "RT-5", "RT5 ", "ABCDEFGHIJKLM", "\xc3\x89T5"}) {
    EXPECT_FALSE(IsOdsCode(bad)) << bad;
  }
}

TEST(ParticipantIdTest, HasItsFormAndNeverThatOfAnNhsNumber) {
  for (const char* good :
       {"RT5", "1-123456789", "LLR-0042", "9A", "999000001", "12345678901", "999-0000018"}) {
    EXPECT_TRUE(ParticipantId::IsParticipantId(good)) << good;
    EXPECT_EQ(ParticipantId::Parse(good)->text(), good);
  }
  for (const char* bad : {"", "R", "-RT5", "rt5", "RT 5", "RT5/", "9990000018", "999-000-0018",
                          "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456"}) {
    EXPECT_EQ(ParticipantId::Parse(bad), std::nullopt) << bad;
  }
}

TEST(RegistrationTest, ShapesOfEachRegister) {
  EXPECT_TRUE(IsNmcPin("12A3456E"));
  EXPECT_FALSE(IsNmcPin("12a3456E"));
  EXPECT_FALSE(IsNmcPin("12A34567"));
  EXPECT_FALSE(IsNmcPin("12A3456EE"));
  EXPECT_TRUE(IsHcpcNumber("PH12345"));
  EXPECT_TRUE(IsHcpcNumber("OT123456"));
  EXPECT_FALSE(IsHcpcNumber("PH1234"));
  EXPECT_FALSE(IsHcpcNumber("PH1234567"));
  EXPECT_FALSE(IsHcpcNumber("P123456"));
  EXPECT_TRUE(IsGmcNumber("1234567"));
  EXPECT_TRUE(IsGmcNumber("C1234567"));
  EXPECT_FALSE(IsGmcNumber("123456"));
  EXPECT_FALSE(IsGmcNumber("G1234567"));
  EXPECT_TRUE(IsGmpCode("G1234567"));
  EXPECT_FALSE(IsGmpCode("1234567"));
  EXPECT_TRUE(IsGphcNumber("2012345"));
  EXPECT_FALSE(IsGphcNumber("3012345"));
  EXPECT_FALSE(IsGphcNumber("201234"));
}

}  // namespace
}  // namespace fosse
