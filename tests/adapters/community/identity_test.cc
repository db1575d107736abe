#include "adapters/community/fields.h"
#include "gtest/gtest.h"
#include "tests/adapters/community/messages.h"
#include "tests/support/shows.h"

namespace fosse::adapters::community {
namespace {

struct Case {
  const char* name;
  const char* pid;
  const char* number;  // Empty: refused.
  const char* told = "";
};

class NhsNumber : public ::testing::TestWithParam<Case> {};

TEST_P(NhsNumber, IsFoundByItsTagAndChecked) {
  Shows({"haz-01"});
  Faults faults;
  const v1::PersonReference person =
      PersonOf(hl7::Message::Read(absl::StrCat("MSH|^~\\&|\r", GetParam().pid, "\r")),
               UsualNhsNumberTags(), faults);
  EXPECT_EQ(Told(faults), GetParam().told);
  if (faults.empty()) {
    EXPECT_EQ(person.nhs_number(), GetParam().number);
  }
}

// The tail gives name and date of birth, which every row has.
#define TAIL "||Okonjo^P||19410309"
const Case kCases[] = {
    {"Nhs", "PID|1||9990000018^^^NHS" TAIL, "9990000018"},
    {"NhsNh", "PID|1||9990000018^^^NHS^NH" TAIL, "9990000018"},
    {"NhsHn", "PID|1||9990000018^^^NHS^HN" TAIL, "9990000018"},
    {"NhsnbrNhsnmbr", "PID|1||9990000018^^^NHSNBR^NHSNMBR" TAIL, "9990000018"},
    {"TypeNhsAlone", "PID|1||9990000018^^^^NHS" TAIL, "9990000018"},
    {"TypeNhAlone", "PID|1||9990000018^^^^NH" TAIL, "9990000018"},
    {"AuthorityWithOid", "PID|1||9990000018^^^NHS&2.16.840.1.113883.2.1.4.1&ISO" TAIL,
     "9990000018"},
    {"SecondRepetition", "PID|1||L1^^^RT5^MR~9990000018^^^NHS" TAIL, "9990000018"},
    {"SpacesAndHyphens", "PID|1||999-000 0018^^^NHS" TAIL, "9990000018"},
    {"InPid2", "PID|1|9990000018^^^NHS|L1^^^RT5" TAIL, "9990000018"},
    {"SpacedAndBareInPid19", "PID|1||L1^^^RT5" TAIL "||||||||||||999 000 0018", "9990000018"},
    {"SpacedAndBareInPid2", "PID|1|999 000 0018|L1" TAIL, "9990000018"},
    {"TwiceTheSame", "PID|1|999 000 0018|9990000018^^^NHS" TAIL, "9990000018"},
    {"BareInPid3", "PID|1||9990000018" TAIL, "", "PID-3 NHS_NUMBER_MISSING 101"},
    {"SpacedAndBareInPid3", "PID|1||999 000 0018" TAIL, "", "PID-3 NHS_NUMBER_MISSING 101"},
    {"BareInPid19", "PID|1||L1" TAIL "||||||||||||9990000018", "", "PID-3 NHS_NUMBER_MISSING 101"},
    {"LocalNumberOfTheSameForm", "PID|1||9990000018^^^RT5^MR" TAIL, "",
     "PID-3 NHS_NUMBER_MISSING 101"},
    {"HospitalNumberOfAnNhsBody", "PID|1||9990000018^^^NHS^MR" TAIL, "",
     "PID-3 NHS_NUMBER_MISSING 101"},
    {"ForeignHealthPlan", "PID|1||9990000018^^^RT5^NH" TAIL, "", "PID-3 NHS_NUMBER_MISSING 101"},
    {"WrongCheckDigit", "PID|1||9990000019^^^NHS" TAIL, "", "PID-3.1 NHS_NUMBER_INVALID 102"},
    {"RepeatedDigit", "PID|1||3333333333^^^NHS" TAIL, "", "PID-3.1 NHS_NUMBER_INVALID 102"},
    {"TwoThatDiffer", "PID|1||9990000018^^^NHS~9990000026^^^NHS" TAIL, "",
     "PID-3.1 NHS_NUMBER_AMBIGUOUS 102"},
    {"OneRightOneWrong", "PID|1||9990000018^^^NHS~9990000019^^^NHS" TAIL, "",
     "PID-3.1 NHS_NUMBER_INVALID 102"},
    {"TagWithoutNumber", "PID|1||^^^NHS~L1^^^RT5" TAIL, "", "PID-3 NHS_NUMBER_MISSING 101"},
};
#undef TAIL
INSTANTIATE_TEST_SUITE_P(Variants, NhsNumber, ::testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

v1::PersonReference Person(const std::string& rest) {
  Faults faults;
  return PersonOf(
      hl7::Message::Read("MSH|^~\\&|||||||||||||||UNICODE UTF-8\rPID|1||9990000018^^^NHS||" + rest),
      UsualNhsNumberTags(), faults);
}

// A site's own marks stand instead of the usual ones, in whatever case.
TEST(IdentityTest, ASiteNamesItsOwnMarks) {
  Shows({"haz-01"});
  const std::string marks =
      "events { event: 'ADT^A31' meaning: 'DEMOGRAPHICS' } "
      "nhs_number_marks { authority: 'spine' } nhs_number_marks { authority: 'PAS' type: 'nhsno' }";
  const auto told = [&](const std::string& pid3) {
    Parts parts{.event = "ADT^A31^ADT_A05"};
    parts.pid = absl::StrCat("PID|1||", pid3, "||Okonjo^Philippa||19410309");
    return Told(Translate(parts.Bytes(), marks).faults);
  };
  EXPECT_EQ(told("9990000018^^^SPINE"), "");
  EXPECT_EQ(told("9990000018^^^Pas^NHSNO"), "");
  EXPECT_EQ(told("9990000018^^^NHS"), "PID-3 NHS_NUMBER_MISSING 101");
  EXPECT_EQ(told("9990000019^^^SPINE"), "PID-3.1 NHS_NUMBER_INVALID 102");
}

TEST(IdentityTest, DayOfBirthIsAsWritten) {
  Shows({"haz-01", "haz-22"});
  EXPECT_EQ(Person("A^B||19410309").date_of_birth(), "1941-03-09");
  // Half past midnight in summer time: still that day, though not in UTC.
  EXPECT_EQ(Person("A^B||196507010030").date_of_birth(), "1965-07-01");
  EXPECT_EQ(Person("A^B||196507010030+0100").date_of_birth(), "1965-07-01");
  EXPECT_EQ(Person("A^B||19650701^D").date_of_birth(), "1965-07-01");
  EXPECT_EQ(Person("A^B||1965-07-01").date_of_birth(), "1965-07-01");
}

TEST(IdentityTest, LegalNameIsPreferredAndTextIsWhole) {
  Shows({"haz-21"});
  const v1::PersonReference person = Person("Pip^P^^^^^N~O\\T\\Neill&O&Neill^Zo\xC3\xAB^^^^^L");
  EXPECT_EQ(person.family_name(), "O&Neill");
  EXPECT_EQ(person.given_name(), "Zo\xC3\xAB");
  EXPECT_EQ(Person("First^F~Second^S").family_name(), "First");
}

TEST(IdentityTest, TracingStatus) {
  const std::string to32 = "A^B||19410309|||||||||||||||||||||||||";
  EXPECT_EQ(Person(to32 + "NSTS01").nhs_number_status(), v1::NUMBER_STATUS_VERIFIED);
  EXPECT_EQ(Person(to32 + "AL~NSTS01").nhs_number_status(), v1::NUMBER_STATUS_VERIFIED);
  EXPECT_EQ(Person(to32 + "NSTS02").nhs_number_status(), v1::NUMBER_STATUS_NOT_VERIFIED);
  EXPECT_EQ(Person(to32 + "NSTS01~NSTS03").nhs_number_status(), v1::NUMBER_STATUS_NOT_VERIFIED);
  EXPECT_EQ(Person("A^B||19410309").nhs_number_status(), v1::NUMBER_STATUS_UNSPECIFIED);
}

}  // namespace
}  // namespace fosse::adapters::community
