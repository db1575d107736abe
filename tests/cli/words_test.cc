// How answers look: compared with the files in golden/. UPDATE_GOLDEN=1 writes them anew.

#include "cli/words.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::cli {
namespace {

void ExpectGolden(const std::string& name, const std::string& got) {
  const char* const source = std::getenv("FOSSE_SOURCE");
  const std::string path =
      std::string(source == nullptr ? "." : source) + "/tests/cli/golden/" + name + ".txt";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << got;
    FAIL() << "rewrote " << path << "; review the diff, then run without UPDATE_GOLDEN";
  }
  std::ifstream file(path, std::ios::binary);
  EXPECT_EQ(got, std::string(std::istreambuf_iterator<char>(file), {}));
}

template <typename Message>
Message Parse(const char* text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

TEST(WordsTest, ADenialSaysWhichRuleWhyWhatNowAndWhoDelivers) {
  Shows({"b-7.3"});
  std::ostringstream out;
  PrintReceipt(Parse<v1::Receipt>(R"(
      message_id: "m" entry_index: 17 committed_at { seconds: 1664755200 }
      rulebook_id: "llr/2022-10-01" delivers_meanwhile: "RT5"
      decisions {
        question: QUESTION_PROPOSE outcome: OUTCOME_DENY delivers_meanwhile: "RT5"
        findings {
          rule_id: "indwelling-catheter-is-nurse-only" clause: "B-3.3" standing: STANDING_EXPLICIT
          outcome: OUTCOME_DENY because: "Only a registered nurse may do this task."
          remedy: "Community nursing keeps the task."
          facts: "task_restriction: TASK_RESTRICTION_REGISTERED_NURSE_ONLY"
          facts: "performer: PERFORMER_NOT_A_REGISTERED_NURSE"
        }
        findings {
          rule_id: "clinical-reviewer-missing" clause: "B-4.1" standing: STANDING_READING
          outcome: OUTCOME_HOLD
          because: "The plan names nobody who will review the task clinically, and without a named reviewer nobody would notice that it no longer fits."
          remedy: "Name the clinical reviewer and send the proposal again."
        }
      }
      deliveries { recipient: "RT5" kind: DELIVERY_KIND_TOLD delivery_id: "D1" }
      deliveries { recipient: "1-1000000001" kind: DELIVERY_KIND_COVER_ORDER delivery_id: "D2" }
  )"),
               out);
  ExpectGolden("receipt_deny", out.str());
}

TEST(WordsTest, WordsForAnUnwellPersonComeFirst) {
  Shows({"haz-39"});
  std::ostringstream out;
  PrintReceipt(Parse<v1::Receipt>(R"(
      entry_index: 18 committed_at { seconds: 1664755260 } overseer: "RT5"
      contacts {
        in_hours { name: "Duty desk" telephone: "0116 496 0101" hours: "Every day 08:00 to 20:00" }
        out_of_hours { name: "Night nursing" telephone: "0116 496 0102" }
      }
      notices { code: "CALL_NOW" clause: "B-5.4" words: "A message is no call. If the person is unwell, call the duty number now; in an emergency call 999." }
      standings {
        delegation_id: "01J" state: DELEGATION_STATE_AT_RISK oversight: OVERSIGHT_STATE_HELD
        overseer: "RT5" delivers_now: "1-1000000001" task { code: "x" display: "Finger-prick blood sugar test" }
      }
  )"),
               out);
  ExpectGolden("receipt_notice", out.str());
}

TEST(WordsTest, SilenceOfTheRulesIsSaid) {
  std::ostringstream out;
  PrintCheck(Parse<v1::CheckResponse>(R"(
      entry_index: 3
      decisions { question: QUESTION_PROPOSE outcome: OUTCOME_REFER owner: "QK1-IPCB" }
      delivers_meanwhile: "RT5"
  )"),
             out);
  ExpectGolden("check_silence", out.str());
}

TEST(WordsTest, APerson) {
  std::ostringstream out;
  PrintPerson(Parse<v1::GetPersonResponse>(R"(
      identity {
        reference { nhs_number: "9990000018" date_of_birth: "1941-03-09" family_name: "Quillfeather" given_name: "Oswin" }
        registered_practice: "C82999" away: true
      }
      episodes { reference: "E1" organisation: "RT5" service: "community-nursing" opened_at { seconds: 1664755200 } }
      delegations { delegation_id: "01J" state: DELEGATION_STATE_ACTIVE oversight: OVERSIGHT_STATE_HELD overseer: "RT5" delivers_now: "1-1000000001" review_on: "2023-01-01" task { code: "x" } }
      concerns { concern_id: "C1" raised_by: "1-1000000001" owner: "RT5" concern { kind: CONCERN_KIND_CLINICAL } }
      covers { cover_id: "K1" cover_by: "RT5" delegation_id: "01J" owner: "RT5" from { seconds: 1664755200 } }
      as_of { seconds: 1664755300 } entry_index: 20
  )"),
              out);
  ExpectGolden("person", out.str());
}

TEST(WordsTest, Delegations) {
  std::ostringstream out;
  PrintDelegations(Parse<v1::ListDelegationsResponse>(R"(
      delegations { delegation_id: "01J" state: DELEGATION_STATE_PROPOSED task_code: "blood-sugar" owner: "1-1000000001" oversight { state: OVERSIGHT_STATE_HELD holder: "RT5" } missing_rules: "worker-not-competent" missing_rules: "start-not-confirmed" }
      delegations { delegation_id: "01K" state: DELEGATION_STATE_ENDED task_code: "eye-drops" ended_because: "the need has gone" }
      next_page_token: "2" entry_index: 21
  )"),
                   out);
  ExpectGolden("delegations", out.str());
}

TEST(WordsTest, ARecordAtATimeNamesItsSenseAndWhatWasLearnedLater) {
  Shows({"haz-34", "aud-04"});
  std::ostringstream out;
  PrintStateAt(Parse<v1::StateAtResponse>(R"(
      sense: STATE_SENSE_TRUE_THEN at { seconds: 1664755200 } trail_size: 40 entry_index: 41
      record {
        episodes { reference: "E1" organisation: "RT5" service: "community-nursing" opened_at { seconds: 1664755200 } }
        delegations { delegation_id: "01J" state: DELEGATION_STATE_ACTIVE task_code: "blood-sugar" proposal { delegated_to: "1-1000000001" } oversight { state: OVERSIGHT_STATE_HELD holder: "RT5" } }
      }
      learned_later { entry_index: 30 kind: "episode_change" known_from { seconds: 1664755300 } }
      redacted_entries: 1
  )"),
               out);
  EXPECT_NE(out.str().find("now known to have been so"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("Entry 30 (episode_change) came in only"), std::string::npos);
  EXPECT_NE(out.str().find("1 entries were erased"), std::string::npos);
  out.str("");
  PrintStateAt(Parse<v1::StateAtResponse>("sense: STATE_SENSE_KNOWN_THEN"), out);
  EXPECT_NE(out.str().find("What was known at"), std::string::npos) << out.str();
}

TEST(WordsTest, ATraceWithWhatItCaused) {
  std::ostringstream out;
  PrintTrace(Parse<v1::GetTraceResponse>(R"(
      entries {
        leaf { index: 17 committed_at { seconds: 1664755200 } kind: "delegation_proposal" sender: "RT5" relay: "QK1-COMMUNITY-ADAPTER" question: QUESTION_PROPOSE outcome: OUTCOME_PERMIT }
        detail_state: DETAIL_STATE_PRESENT
        detail { decisions { question: QUESTION_PROPOSE outcome: OUTCOME_PERMIT delegation_id: "01J" rule_ids: "task-may-be-delegated" }
                 changes { delegation { delegation_id: "01J" state: DELEGATION_STATE_PROPOSED oversight { state: OVERSIGHT_STATE_HELD holder: "RT5" } } }
                 changes { episode { reference: "EP-1" organisation: "RT5" } }
                 changes { concern { concern_id: "C-1" owner: "RT5" open: true } }
                 changes { cover { cover_id: "O-1" delegation_id: "01J" } }
                 changes { performance { delegation_id: "01J" } }
                 changes { performance { delegation_id: "01J" not_done: NOT_DONE_REASON_PERSON_AWAY } }
                 changes { competency { task_code: "generic-7-blood-sugar" recognised: true } }
                 changes {} }
        deliveries { note { recipient: "1-1000000001" kind: DELIVERY_KIND_PROPOSAL } state: "kept" at { seconds: 1664755201 } }
      }
      entries {
        leaf { index: 18 committed_at { seconds: 1664755200 } kind: "consequence" sender: "RT5" relay: "RT5" cause: 18 question: QUESTION_ASSIGN outcome: OUTCOME_HOLD }
        detail_state: DETAIL_STATE_WITHHELD
      }
      entry_index: 22
  )"),
             out);
  ExpectGolden("trace", out.str());
}

TEST(WordsTest, EntriesFound) {
  std::ostringstream out;
  PrintSearch(Parse<v1::SearchResponse>(R"(
      entries { leaf { index: 0 committed_at { seconds: 1664755200 } kind: "rulebook_activation" sender: "QK1" } }
      entries { leaf { index: 17 committed_at { seconds: 1664755200 } kind: "delegation_proposal" sender: "RT5" question: QUESTION_PROPOSE outcome: OUTCOME_DENY } }
      entries { leaf { index: 18 committed_at { seconds: 1664755200 } kind: "consequence" sender: "RT5" cause: 18 } }
      entry_index: 23
  )"),
              out);
  ExpectGolden("search", out.str());
}

TEST(WordsTest, EnumsAreWordsAndUnknownOnesNumbers) {
  EXPECT_EQ(EnumText(v1::DELEGATION_STATE_AT_RISK), "at risk");
  EXPECT_EQ(EnumText(v1::OUTCOME_UNSPECIFIED), "");
  EXPECT_EQ(EnumText(static_cast<v1::Outcome>(99)), "unknown (99)");
  EXPECT_EQ(EnumText(v1::QUESTION_RECOGNISE_COMPETENCE), "recognise competence");
}

}  // namespace
}  // namespace fosse::cli
