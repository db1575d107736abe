// Notes in words: a concern where the site profile says so, else refused, as nobody would read it.
#include "adapters/community/note.h"

#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "tests/adapters/community/messages.h"
#include "tests/support/shows.h"

namespace fosse::adapters::community {
namespace {

constexpr char kConcerns[] =
    "events { event: 'MDM^T02' native_service: 'CN' meaning: 'CONCERN' } "
    "events { event: 'MDM^T02' native_service: 'DS' meaning: 'IGNORE' } "
    "events { event: 'ORU^R01' native_service: 'OBS' meaning: 'CONCERN' }";

Parts Document() {
  return {.event = "MDM^T02^MDM_T02",
          .pd1 = "",
          .pv1 = "PV1|1|C",
          .more = {"TXA|1|CN^Note|TX|20260301093000+0000|||||19A1234E^Thorogood^Maeve^^^^^^NMC|||"
                   "DOC-9|||||AU||AV",
                   "OBX|1|TX|N^Note||The dressing was wet again.||||||F",
                   "OBX|2|TX|N^Note||No fever\\T\\no pain.~Seen at nine.||||||F"}};
}

Parts Results() {
  return {.event = "ORU^R01^ORU_R01",
          .evn = "",
          .pd1 = "",
          .pv1 = "",
          .more = {"OBR|1|P-4|F-4|OBS^Observations|||20260301090000+0000",
                   "OBX|1|NM|8867-4^Pulse||41|/min|||||F|||||19A1234E^Thorogood^Maeve^^^^^^NMC",
                   "OBX|2|ST|C^Comment||faint this morning||||||F"}};
}

TEST(NoteTest, ADocumentListedAsSuchIsAConcern) {
  Shows({"haz-39", "haz-21"});
  const Translated translated = Translate(Document().Bytes(), kConcerns);
  ASSERT_EQ(translated.result, Translated::Result::kMessage) << Told(translated.faults);
  const v1::ConcernRaised& concern = translated.envelope.concern_raised();
  EXPECT_EQ(concern.kind(), v1::CONCERN_KIND_CLINICAL);
  EXPECT_EQ(concern.reference(), "DOC-9");
  EXPECT_EQ(concern.summary(), "The dressing was wet again.\nNo fever&no pain.\nSeen at nine.");
  EXPECT_EQ(concern.noticed_at().seconds(), 1772357400);
  const v1::Practitioner& author = translated.envelope.acting_person().practitioner();
  EXPECT_EQ(author.name(), "Maeve Thorogood");
  EXPECT_EQ(author.register_(), v1::REGISTER_NMC);
}

TEST(NoteTest, ResultsInWordsAndNumbersAreToo) {
  Shows({"haz-39"});
  const Translated translated = Translate(Results().Bytes(), kConcerns);
  ASSERT_EQ(translated.result, Translated::Result::kMessage) << Told(translated.faults);
  const v1::ConcernRaised& concern = translated.envelope.concern_raised();
  EXPECT_EQ(concern.reference(), "F-4");
  EXPECT_EQ(concern.summary(), "Pulse: 41 /min\nComment: faint this morning");
  EXPECT_EQ(concern.noticed_at().seconds(), 1772355600);
}

struct Row {
  const char* name;
  bool document;
  const char* from;
  const char* to;
  const char* told;
};
class NoteIsRefused : public ::testing::TestWithParam<Row> {};
TEST_P(NoteIsRefused, AtItsPlace) {
  Shows({"haz-21", "haz-39"});
  const Parts parts = GetParam().document ? Document() : Results();
  const std::string bytes = absl::StrReplaceAll(parts.Bytes(), {{GetParam().from, GetParam().to}});
  ASSERT_NE(bytes, parts.Bytes());
  const Translated translated = Translate(bytes, kConcerns);
  EXPECT_NE(translated.result, Translated::Result::kMessage);
  EXPECT_EQ(Told(translated.faults), GetParam().told);
}
const Row kRows[] = {
    {"KindNotListed", true, "TXA|1|CN^", "TXA|1|OP^", "TXA-2.1 NOTE_UNLISTED 201"},
    {"NoKind", true, "TXA|1|CN^Note", "TXA|1|", "TXA-2.1 NOTE_UNLISTED 201"},
    {"ResultNotListed", false, "|OBS^", "|ECG^", "OBR-4.1 NOTE_UNLISTED 201"},
    {"KindIgnored", true, "TXA|1|CN^", "TXA|1|DS^", ""},
    {"APictureInIt", true, "OBX|2|TX|", "OBX|2|ED|", "OBX-2 NOTE_NOT_IN_WORDS 103"},
    {"Withdrawn", false, "|41|/min|||||F", "|41|/min|||||W", "OBX-11 NOTE_WITHDRAWN 103"},
    {"Cancelled", true, "||AV", "||CA", "TXA-19 NOTE_WITHDRAWN 103"},
    {"NoReference", true, "|DOC-9|", "||", "TXA-12.1 FIELD_REQUIRED 101"},
    {"NoResultReference", false, "|P-4|F-4|", "|||", "OBR-3.1 FIELD_REQUIRED 101"},
    {"BadTime", true, "|20260301093000+0000|", "|20261301|", "TXA-4.1 TIME_INVALID 102"},
    {"TwoKindsOfResult", false, "OBX|2|ST", "OBR|2|P|F|ECG\rOBX|2|ST", "OBR-4.1 SEGMENT_TWICE 100"},
    {"AnotherEvent", true, "MDM^T02", "MDM^T08", "MSH-9.1 MESSAGE_TYPE_UNSUPPORTED 200"},
};
INSTANTIATE_TEST_SUITE_P(Rows, NoteIsRefused, ::testing::ValuesIn(kRows),
                         [](const auto& test) { return test.param.name; });

// Else one message of many faults would keep a thread for seconds.
TEST(NoteTest, FaultsAreBounded) {
  Shows({"ctl-32"});
  Parts parts = Document();
  for (int n = 0; n < 9'000; ++n) parts.more.push_back("OBX|1|ED|N||x||||||W");
  EXPECT_EQ(Translate(parts.Bytes(), kConcerns).faults.size(), hl7::kMaxAckErrors);
}

TEST(NoteTest, AnEmptyOneAndALongOneAreRefused) {
  Parts parts = Document();
  parts.more.resize(1);
  EXPECT_EQ(Told(Translate(parts.Bytes(), kConcerns).faults), "OBX-5 NOTE_EMPTY 101");
  for (int n = 0; n < 30; ++n) {
    parts.more.push_back(absl::StrCat("OBX|", n, "|TX|N||", std::string(100, 'x')));
  }
  EXPECT_EQ(Told(Translate(parts.Bytes(), kConcerns).faults), "OBX-5 FIELD_TOO_LONG 102");
}

}  // namespace
}  // namespace fosse::adapters::community
