#include "adapters/itk3/response.h"

#include "absl/strings/str_replace.h"
#include "adapters/itk3/answer_codes.h"
#include "gmock/gmock.h"
#include "tests/adapters/itk3/samples.h"
#include "tests/support/shows.h"

namespace fosse::adapters::itk3 {
namespace {

using ::testing::ElementsAre;

constexpr char kTo[] = "5d1b2e8a-0000-4000-8000-000000000009";

TEST(ResponseTest, ReadsWhatIsAnsweredAndWithWhichCodes) {
  const ReadResponse read =
      ReadResponseMessage(AnswerXml("urn:uuid:5D1B2E8A-0000-4000-8000-000000000009", "20013"));
  ASSERT_TRUE(read.issues.empty());
  EXPECT_EQ(read.response.in_reply_to, kTo);
  EXPECT_EQ(read.response.verdict, "ok");
  EXPECT_THAT(read.response.codes, ElementsAre("20013"));
}

TEST(ResponseTest, AnotherEventOrNoCodeIsRefusedWithItsPlace) {
  Shows({"haz-21"});
  ReadResponse read = ReadResponseMessage(AnswerXml(kTo, "20013", "ok", "ITK007C"));
  ASSERT_EQ(read.issues.size(), 1u);
  EXPECT_EQ(read.issues[0].at, "Bundle/entry[0]/resource/MessageHeader/event");
  EXPECT_EQ(read.issues[0].reason, "EVENT_UNSUPPORTED");
  read = ReadResponseMessage(AnswerXml(kTo, "yes"));
  ASSERT_EQ(read.issues.size(), 1u);
  EXPECT_EQ(read.issues[0].at,
            "Bundle/entry[1]/resource/OperationOutcome/issue/details/coding/code");
  read = ReadResponseMessage(AnswerXml("", "20013", "perhaps"));
  EXPECT_EQ(read.issues.size(), 2u);
}

TEST(ResponseTest, BytesCutAnywhereNeverCrashAndNeverPass) {
  Shows({"haz-21"});
  const std::string whole = AnswerXml(kTo, "20013");
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ReadResponseMessage(whole.substr(0, size)).issues.empty()) << size;
  }
}

TEST(ResponseTest, EntitiesOfTheSendersOwnAreNotUnfolded) {
  const std::string bomb = absl::StrReplaceAll(
      AnswerXml("&a;", "20013"),
      {{"<Bundle xmlns", "<!DOCTYPE Bundle [<!ENTITY a \"aaaaaaaaaa\">]><Bundle xmlns"}});
  const ReadResponse read = ReadResponseMessage(bomb);
  EXPECT_NE(read.response.in_reply_to, "aaaaaaaaaa");
}

TEST(AnswerCodesTest, InfrastructureAndBusinessAreKeptApartAndNeitherAcceptanceNorRefusalActs) {
  for (const char* code : {"30016", "30017"}) {
    const AnswerCode* const known = FindAnswerCode(code);
    ASSERT_NE(known, nullptr);
    EXPECT_EQ(known->level, Level::kBusiness);
    EXPECT_EQ(known->effect, Effect::kShown) << "neither names a clinician";
  }
  EXPECT_EQ(FindAnswerCode("20013")->level, Level::kInfrastructure);
  EXPECT_EQ(FindAnswerCode("20013")->effect, Effect::kTaken);
  EXPECT_EQ(FindAnswerCode("20006")->effect, Effect::kRefused);
  EXPECT_EQ(FindAnswerCode("30002")->effect, Effect::kRefused);
  EXPECT_EQ(FindAnswerCode("99999"), nullptr);
}

}  // namespace
}  // namespace fosse::adapters::itk3
