#include "base/field_form.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace fosse {
namespace {

struct Case {
  const char* name;
  v1::Format form;
  std::vector<std::string> good;
  std::vector<std::string> bad;
};

const std::string kTrace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

const Case kCases[] = {
    {"AnyText", v1::FORMAT_UNSPECIFIED, {"", "anything at all"}, {}},
    {"NhsNumber",
     v1::FORMAT_NHS_NUMBER,
     {"9990000018"},
     {"", "999 000 0018", "9990000019", "3200000015", "0101010001", "9999999999"}},
    {"LocalDate",
     v1::FORMAT_LOCAL_DATE,
     {"2024-02-29"},
     {"", "2023-02-29", "29/02/2024", "2024-02-29T00:00:00Z"}},
    {"Participant",
     v1::FORMAT_PARTICIPANT,
     {"RT5", "1-123456789"},
     {"", "R", "rt5", "-A", "9990000018", "999-000-0018"}},
    {"Uuid",
     v1::FORMAT_UUID,
     {"0d2f7a34-5c1e-4b7b-9f00-00000000aBcD"},
     {"", "0d2f7a345c1e4b7b9f0000000000abcd", "0d2f7a34-5c1e-4b7b-9f00-00000000abcg",
      "0d2f7a34-5c1e-4b7b-9f00-00000000abcde", "0d2f7a34-5c1e-4b7b-9f00x00000000abcd",
      "{d2f7a34-5c1e-4b7b-9f00-00000000abc}"}},
    {"Traceparent",
     v1::FORMAT_TRACEPARENT,
     {kTrace, "cc" + kTrace.substr(2), "cc" + kTrace.substr(2) + "-more"},
     {"", "ff" + kTrace.substr(2), kTrace + "-more", "cc" + kTrace.substr(2) + "more",
      "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
      "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", kTrace.substr(0, 54)}},
    {"Code",
     v1::FORMAT_CODE,
     {"a", "182531007", "http://example.org/x", "A.b_c:d-e"},
     {"", "-a", ".a", "a b", "a\n", "caf\xc3\xa9"}},
    {"Telephone",
     v1::FORMAT_TELEPHONE,
     {"0116 496 0000", "+44 (0)116 4960000", "11111"},
     {"", "1111", "0116 496 0000 ext 2", "tel:01164960000", "0116-496-0000"}},
};

class FieldFormTest : public ::testing::TestWithParam<Case> {};

TEST_P(FieldFormTest, TakesItsFormOnly) {
  for (const std::string& text : GetParam().good)
    EXPECT_TRUE(HasForm(GetParam().form, text)) << text;
  for (const std::string& text : GetParam().bad)
    EXPECT_FALSE(HasForm(GetParam().form, text)) << text;
}
INSTANTIATE_TEST_SUITE_P(Forms, FieldFormTest, ::testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(FieldFormTest, EveryFormOfTheContractHasARow) {
  for (int number = v1::Format_MIN; number <= v1::Format_MAX; ++number) {
    if (!v1::Format_IsValid(number)) continue;
    bool found = false;
    for (const Case& c : kCases) found = found || c.form == number;
    EXPECT_TRUE(found) << v1::Format_Name(number);
  }
}

}  // namespace
}  // namespace fosse
