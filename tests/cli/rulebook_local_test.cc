// `fosse rulebook` without a gateway: explain, test, render, simulate, clauses, sign.

#include <sys/stat.h>

#include <regex>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "audit/details.h"
#include "audit/rulebook_note.h"
#include "audit/seal.h"
#include "base/encoding.h"
#include "base/fake_random.h"
#include "cli/exit_code.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/cli/program.h"
#include "tests/gateway/test_gateway.h"
#include "tests/support/shows.h"
#include "tests/support/small_rulebook.h"
#include "tests/support/status_matchers.h"

namespace fosse::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kId[] = "llr/2026-12-01";

class RulebookTest : public ::testing::Test {
 protected:
  RulebookTest() {
    folder_.Write("rulebook.txtpb", SmallRulebook(kId));
    folder_.Write("suite.txtpb", SmallSuite(kId));
  }
  std::string rulebook() const { return folder_.path("rulebook.txtpb"); }
  std::string suite() const { return folder_.path("suite.txtpb"); }

  TestFolder folder_;
};

TEST_F(RulebookTest, ARuleIsExplainedInPlainWords) {
  Shows({"b-6.1"});
  const ProgramEnd end =
      RunFosse({"rulebook", "explain", rulebook(), "consent-declined", "--suite", suite()});
  EXPECT_EQ(end.code, kExitOk) << end.err;
  EXPECT_THAT(end.out, HasSubstr("May this task be handed over?"));
  EXPECT_THAT(end.out, HasSubstr("No: by our reading of the framework"));
  EXPECT_THAT(end.out, Not(HasSubstr("forbids")));
  EXPECT_THAT(end.out, HasSubstr("Consent to the task: the person declines"));
  EXPECT_THAT(end.out, HasSubstr("What to do next: Health keeps the task."));
  EXPECT_THAT(end.out, HasSubstr("Our reading (B-1.7a)"));
  EXPECT_THAT(end.out, HasSubstr("declined"));
  EXPECT_THAT(end.out, Not(HasSubstr("CONSENT_")));
}

TEST_F(RulebookTest, AnUnknownRuleSaysWhichAreNear) {
  const ProgramEnd end = RunFosse({"rulebook", "explain", rulebook(), "consent-declines"});
  EXPECT_EQ(end.code, kExitUsage);
  EXPECT_THAT(end.err, HasSubstr("consent-declined"));
}

TEST_F(RulebookTest, ASituationIsExplainedWithAllItsFindings) {
  Shows({"b-6.1", "b-7.3"});
  ProgramEnd end = RunFosse({"rulebook", "explain", rulebook(), "--question", "propose", "--facts",
                             "consent: CONSENT_DECLINED"});
  EXPECT_EQ(end.code, kExitDeny) << end.err;
  EXPECT_THAT(end.out, HasSubstr("No: by our reading of the framework."));
  EXPECT_THAT(end.out, Not(HasSubstr("forbids")));
  EXPECT_THAT(end.out, HasSubstr("because: Consent to the task: the person declines"));
  EXPECT_THAT(end.out, HasSubstr("next: Health keeps the task."));
  EXPECT_THAT(end.out, HasSubstr("health delivers (B-7.3)"));
  end = RunFosse({"rulebook", "explain", rulebook(), "--question", "PROPOSE", "--facts",
                  "consent: CONSENT_GIVEN"});
  EXPECT_EQ(end.code, kExitOk);
  EXPECT_THAT(end.out, Not(HasSubstr("Meanwhile")));
  // Silence: nobody knows about consent.
  end = RunFosse({"rulebook", "explain", rulebook(), "--question", "propose"});
  EXPECT_EQ(end.code, kExitRefer);
  EXPECT_THAT(end.out, HasSubstr("No rule answers"));
  EXPECT_THAT(end.out, HasSubstr("Acts next: QK1-IPCB"));
  end = RunFosse({"--json", "rulebook", "explain", rulebook(), "--question", "propose", "--facts",
                  "{\"consent\": \"CONSENT_DECLINED\"}"});
  EXPECT_THAT(end.out, HasSubstr("\"factsInWords\""));
}

TEST_F(RulebookTest, ADenialIsHeadedByWhoseWordItIs) {
  Shows({"b-6.1"});
  constexpr char kText[] = R"(rules {
  id: "nurse-only" clause: "B-3.3" standing: STANDING_EXPLICIT question: QUESTION_PROPOSE
  when { task_restriction: TASK_RESTRICTION_REGISTERED_NURSE_ONLY } outcome: OUTCOME_DENY
  because: "A nurse's." remedy: "Leave it with the nurse."
})";
  folder_.Write("two.txtpb", SmallRulebook(kId, kText));
  const ProgramEnd end = RunFosse(
      {"rulebook", "explain", folder_.path("two.txtpb"), "--question", "propose", "--facts",
       "consent: CONSENT_DECLINED task_restriction: TASK_RESTRICTION_REGISTERED_NURSE_ONLY"});
  EXPECT_EQ(end.code, kExitDeny) << end.err;
  // The answer is the framework's where one of its rules denies; each finding says its own.
  EXPECT_THAT(end.out, HasSubstr("handed over?\nNo: the framework forbids it."));
  EXPECT_THAT(end.out, HasSubstr("No: by our reading of the framework.  B-1.7a"));
  EXPECT_THAT(end.out, HasSubstr("No: the framework forbids it.  B-3.3"));
}

// The base knows; who says UNKNOWN means it.
TEST_F(RulebookTest, AFactGivenAsUnknownForgetsWhatTheSuiteHas) {
  Shows({"b-6.1"});
  folder_.Write("suite.txtpb",
                SmallSuite(kId,
                           "bases { question: QUESTION_PROPOSE facts { consent: CONSENT_GIVEN } "
                           "}"));
  const auto asked = [this](const std::string& facts) {
    return RunFosse({"rulebook", "explain", rulebook(), "--question", "propose", "--suite", suite(),
                     "--facts", facts})
        .code;
  };
  EXPECT_EQ(asked("performer: PERFORMER_UNPAID"), kExitOk);
  EXPECT_EQ(asked("consent: CONSENT_UNKNOWN"), kExitRefer);
  EXPECT_EQ(asked("{\"consent\": \"CONSENT_UNKNOWN\"}"), kExitRefer);
  EXPECT_EQ(asked("{\"performer\": \"PERFORMER_UNPAID\"}"), kExitOk);
}

TEST_F(RulebookTest, WhatCannotBeExplainedIsSaid) {
  EXPECT_EQ(RunFosse({"rulebook", "explain", rulebook()}).code, kExitUsage);
  EXPECT_EQ(RunFosse({"rulebook", "explain", rulebook(), "--question", "nonsense"}).code,
            kExitUsage);
  EXPECT_EQ(RunFosse({"rulebook", "explain", rulebook(), "--question", "propose", "--facts",
                      "consent: MAYBE"})
                .code,
            kExitUsage);
  folder_.Write("broken.txtpb", "rules {");
  const ProgramEnd end = RunFosse({"rulebook", "explain", folder_.path("broken.txtpb"), "x"});
  EXPECT_EQ(end.code, kExitNotVerified);
  EXPECT_THAT(end.err, ::testing::ContainsRegex("broken.txtpb:[0-9]+:[0-9]+: "));
}

TEST_F(RulebookTest, SuitesAreRun) {
  Shows({"b-6.1"});
  ProgramEnd end = RunFosse({"rulebook", "test", rulebook(), suite()});
  EXPECT_EQ(end.code, kExitOk) << end.out;
  EXPECT_THAT(end.out, HasSubstr("6 rows, all hold"));
  folder_.Write("wrong.txtpb", SmallSuite(kId,
                                          "cases { name: \"wrong\" question: QUESTION_PROPOSE "
                                          "outcome: OUTCOME_DENY }"));
  end = RunFosse({"rulebook", "test", rulebook(), suite(), folder_.path("wrong.txtpb")});
  EXPECT_EQ(end.code, kExitNotVerified);
  EXPECT_THAT(end.out, HasSubstr("row \"wrong\""));
  end = RunFosse({"--json", "rulebook", "test", rulebook(), suite(), folder_.path("wrong.txtpb")});
  EXPECT_THAT(end.out, HasSubstr("\"ok\": false"));
}

TEST_F(RulebookTest, TheBoardsKeySignsAndItsNoteOpens) {
  Shows({"b-6.1", "ctl-06"});
  const std::string key = folder_.path("board.key");
  ProgramEnd end = RunFosse({"rulebook", "key", "--name", "fosse.example/QK1-IPCB", "-o", key});
  ASSERT_EQ(end.code, kExitOk) << end.err;
  struct stat seen;
  ASSERT_EQ(stat(key.c_str(), &seen), 0);
  EXPECT_EQ(seen.st_mode & 0777, 0600u);
  EXPECT_THAT(end.out, Not(HasSubstr("PRIVATE")));
  const std::string vkey(absl::StripAsciiWhitespace(end.out.substr(end.out.rfind("\nfosse."))));
  const std::string note = folder_.path("note");
  const auto sign = [&](const std::string& with_suite, const std::string& from) {
    return RunFosse({"rulebook", "sign", rulebook(), "--suite", with_suite, "--from", from,
                     "--signing-key", key, "-o", note});
  };
  folder_.Write("wrong.txtpb", SmallSuite("llr/another"));
  EXPECT_EQ(sign(folder_.path("wrong.txtpb"), "2026-12-01T00:00:00Z").code, kExitNotVerified);
  EXPECT_EQ(sign(suite(), "2026-12-01").code, kExitUsage);
  EXPECT_EQ(sign(suite(), "infinite-future").code, kExitUsage);
  end = sign(suite(), "2026-12-01T01:00:00+01:00");
  ASSERT_EQ(end.code, kExitOk) << end.err;
  ASSERT_OK_AND_ASSIGN(const audit::RulebookStatement signed_by,
                       audit::OpenRulebookNote(folder_.Read("note"), vkey));
  EXPECT_EQ(signed_by, (audit::RulebookStatement{
                           "QK1", kId, Sha256(SmallRulebook(kId)),
                           absl::FromCivil(absl::CivilDay(2026, 12, 1), absl::UTCTimeZone()),
                           Sha256(SmallSuite(kId))}));
  folder_.Write("board.key", "PRIVATE+KEY+broken");
  EXPECT_EQ(sign(suite(), "2026-12-01T00:00:00Z").code, kExitUsage);
}

// Every tag that is opened is closed, in order.
std::string UnbalancedTag(const std::string& html) {
  static const std::set<std::string> kVoid = {"meta", "!DOCTYPE"};
  std::vector<std::string> open;
  const std::regex tag("<(/?)([!A-Za-z][A-Za-z0-9]*)[^>]*>");
  const std::string body = std::regex_replace(html, std::regex("<style>[\\s\\S]*?</style>"), "");
  for (std::sregex_iterator it(body.begin(), body.end(), tag), end; it != end; ++it) {
    const std::string name = (*it)[2].str();
    if (kVoid.count(name) != 0) continue;
    if ((*it)[1].str().empty()) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return name;
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back();
}

TEST_F(RulebookTest, ThePageHoldsEveryRuleAndItsStanding) {
  Shows({"b-6.1"});
  const std::string hostile = absl::StrReplaceAll(
      SmallRulebook(kId), {{"The person declines.", "<script>alert('x')</script> & \\\"more\\\""}});
  folder_.Write("rulebook.txtpb", hostile);
  folder_.Write("register.tsv", "id\tstate\twhat\nb-1.7a\tclaimed\tThe person takes part\n");
  const ProgramEnd end =
      RunFosse({"rulebook", "render", rulebook(), "--suite", suite(), "--clauses",
                folder_.path("register.tsv"), "-o", folder_.path("page.html")});
  ASSERT_EQ(end.code, kExitOk) << end.err;
  const std::string html = folder_.Read("page.html");
  EXPECT_EQ(UnbalancedTag(html), "");
  EXPECT_THAT(html, HasSubstr("<html lang=\"en-GB\">"));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;"));
  // Self-contained: nothing is fetched from anywhere.
  EXPECT_FALSE(std::regex_search(html, std::regex("(src|href)=\"[^#]")));
  EXPECT_THAT(html, Not(HasSubstr("url(")));
  EXPECT_THAT(html, HasSubstr("id=\"consent-declined\""));
  EXPECT_THAT(html, HasSubstr("<span class=\"standing reading\">Our reading</span>"));
  EXPECT_THAT(html, HasSubstr("<span class=\"standing explicit\">Text of the framework</span>"));
  EXPECT_THAT(html, HasSubstr("<span class=\"local\">local</span>"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"col\">Clause</th>"));
  EXPECT_THAT(html, HasSubstr("The person takes part"));
  EXPECT_THAT(html, HasSubstr("Shown by 1 row of the suite."));
  EXPECT_THAT(html, HasSubstr(Hex(Sha256(hostile))));
}

TEST_F(RulebookTest, TheSameAsMarkdown) {
  const ProgramEnd end =
      RunFosse({"rulebook", "render", rulebook(), "--suite", suite(), "--markdown"});
  ASSERT_EQ(end.code, kExitOk) << end.err;
  EXPECT_THAT(end.out, HasSubstr("# Small\n"));
  EXPECT_THAT(end.out, HasSubstr("## May this task be handed over?"));
  EXPECT_THAT(end.out, HasSubstr("**No** · B-1.7a · *our reading* · `consent-declined`"));
  EXPECT_THAT(end.out, HasSubstr("- Consent to the task: the person declines"));
  EXPECT_THAT(end.out, HasSubstr("All are the locality's own: the framework sets none."));
  EXPECT_THAT(end.out, HasSubstr("| an offer of oversight to be answered | 90 minutes |"));
}

TEST_F(RulebookTest, EveryClauseHasARuleOrAReason) {
  Shows({"b-6.1"});
  folder_.Write("register.tsv",
                "id\tstate\twhat\nb-1.7a\tclaimed\tTakes part\nb-2.2\tclaimed\tAll settings\n"
                "haz-1\tclaimed\tno clause\n");
  folder_.Write("reasons.tsv", "id\treason\nb-2.2\tA setting is data of the task.\n");
  const std::vector<std::string> call = {"rulebook",   "clauses",
                                         rulebook(),   suite(),
                                         "--register", folder_.path("register.tsv"),
                                         "--reasons",  folder_.path("reasons.tsv")};
  ProgramEnd end = RunFosse(call);
  EXPECT_EQ(end.code, kExitOk) << end.err;
  EXPECT_THAT(end.out, HasSubstr("| B-1.7a | Takes part | No: `consent-declined`\\* 1<br>Yes: "
                                 "`consent-given` 1 |  |"));
  EXPECT_THAT(end.out, HasSubstr("| B-2.2 | All settings |  | A setting is data of the task. |"));
  EXPECT_THAT(end.out, Not(HasSubstr("HAZ-1")));
  folder_.Write("reasons.tsv", "id\treason\nb-9.9\tNot a clause.\n");
  end = RunFosse(call);
  EXPECT_EQ(end.code, kExitNotVerified);
  EXPECT_THAT(end.err, HasSubstr("b-2.2 has neither a rule nor a reason"));
  EXPECT_THAT(end.err, HasSubstr("b-9.9 has a reason, and is no clause"));
}

// A file of details with these, one an entry.
std::string DetailsOf(const std::vector<v1::EntryDetail>& details) {
  FakeRandom random;
  std::string text;
  audit::DetailsWriter writer(
      {.origin = "test.example/QK1", .locality = "QK1", .count = details.size() + 1},
      [&text](absl::string_view line) { text.append(line.data(), line.size()); });
  const std::string data_key(32, 'k');
  uint64_t index = 0;
  for (const v1::EntryDetail& detail : details) {
    v1::OpenedDetail opened;
    opened.set_index(index++);
    opened.set_state(v1::DETAIL_STATE_PRESENT);
    opened.set_subject("person-1");
    opened.set_sealed(audit::SealFor("person-1", data_key, audit::kSealDetail,
                                     detail.SerializeAsString(), random));
    opened.set_key(*audit::PieceKey(data_key, opened.sealed()));
    EXPECT_THAT(writer.Add(opened), IsOk());
  }
  v1::OpenedDetail redacted;
  redacted.set_index(index);
  redacted.set_state(v1::DETAIL_STATE_REDACTED);
  EXPECT_THAT(writer.Add(redacted), IsOk());
  EXPECT_THAT(writer.Finish(), IsOk());
  return text;
}

v1::EntryDetail Decided(const char* text) {
  v1::EntryDetail detail;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &detail));
  return detail;
}

TEST_F(RulebookTest, ADraftIsTriedOverARecordedTrail) {
  Shows({"aud-05", "b-6.1"});
  // Under the small rulebook the first is permitted now, the second is the same, the third is
  // denied.
  folder_.Write("details.ndjson", DetailsOf({Decided(R"(
      envelope { subject { person { nhs_number: "9990000018" family_name: "Quillfeather" } } }
      changes { delegation { delegation_id: "D1" task_code: "generic-7-blood-sugar"
        proposal { delegated_to: "1-1000000001" } } }
      decisions { question: QUESTION_PROPOSE outcome: OUTCOME_DENY rule_ids: "old-rule"
        delegation_id: "D1"
        facts { direction: DIRECTION_HEALTH_TO_SOCIAL_CARE consent: CONSENT_GIVEN } })"),
                                             Decided(R"(
      decisions { question: QUESTION_PROPOSE outcome: OUTCOME_PERMIT rule_ids: "consent-given"
        facts { consent: CONSENT_GIVEN } })"),
                                             Decided(R"(
      decisions { question: QUESTION_PROPOSE outcome: OUTCOME_PERMIT rule_ids: "old-rule"
        delegation_id: "D1"
        facts { direction: DIRECTION_HEALTH_TO_SOCIAL_CARE consent: CONSENT_DECLINED } })")}));
  const std::vector<std::string> call = {"rulebook", "simulate", rulebook(), "--details",
                                         folder_.path("details.ndjson")};
  ProgramEnd end = RunFosse(call);
  ASSERT_EQ(end.code, kExitOk) << end.err;
  EXPECT_THAT(end.out, HasSubstr("2 of 3 decisions in 3 entries would be answered otherwise"));
  EXPECT_THAT(end.out, HasSubstr("1 entries are redacted"));
  EXPECT_LT(end.out.find("DENY to PERMIT"), end.out.find("PERMIT to DENY"));
  EXPECT_THAT(end.out, HasSubstr("generic-7-blood-sugar"));
  EXPECT_THAT(end.out, HasSubstr("1-1000000001"));
  EXPECT_THAT(end.out, HasSubstr("health to social care"));
  for (const char* const person : {"9990000018", "Quillfeather"}) {
    EXPECT_THAT(end.out, Not(HasSubstr(person)));
  }
  std::vector<std::string> as_json = call;
  as_json.insert(as_json.begin(), "--json");
  end = RunFosse(as_json);
  EXPECT_THAT(end.out, HasSubstr("\"noLonger\": [\n      \"old-rule\""));
  folder_.Write("details.ndjson", "{\"end\":");
  EXPECT_EQ(RunFosse(call).code, kExitNotVerified);
  EXPECT_EQ(RunFosse({"rulebook", "simulate", rulebook(), "--details", "/nowhere"}).code,
            kExitUsage);
}

}  // namespace
}  // namespace fosse::cli
