// `fosse rulebook activate`, `list` and `get`, and an export that can be decided again, against a
// real gateway over mutual TLS.

#include <sys/stat.h>

#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "audit/note.h"
#include "cli/exit_code.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "tests/cli/program.h"
#include "tests/gateway/test_gateway.h"
#include "tests/support/shows.h"
#include "tests/support/small_rulebook.h"
#include "verify/run.h"

namespace fosse::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kId[] = "llr/2026-12-01";

class PublishTest : public ::testing::Test {
 protected:
  PublishTest() {
    for (const char* const who : {"RT5", "AUDIT", "BOARD"}) {
      const TestPair pair = gateway_.authority.Participant(who);
      gateway_.folder.Write(absl::StrCat(who, ".pem"), pair.certificate);
      gateway_.folder.Write(absl::StrCat(who, ".key"), pair.key);
    }
    gateway_.folder.Write("rulebook.txtpb", SmallRulebook(kId));
    gateway_.folder.Write("suite.txtpb", SmallSuite(kId));
    gateway_.folder.Write("board.signer", audit::SignerKey(TestBoardKey()));
  }

  std::string Path(const std::string& name) const { return gateway_.folder.path(name); }
  ProgramEnd As(const std::string& who, std::vector<std::string> arguments,
                const std::string& input = "") {
    const std::vector<std::string> connection = {
        "--gateway", gateway_.address(), "--ca",  Path("ca.pem"),
        "--cert",    Path(who + ".pem"), "--key", Path(who + ".key")};
    arguments.insert(arguments.begin(), connection.begin(), connection.end());
    return RunFosse(arguments, input);
  }
  ProgramEnd Activate(const std::string& who, absl::Time from, bool compared = false) {
    std::vector<std::string> arguments = {"rulebook",
                                          "activate",
                                          Path("rulebook.txtpb"),
                                          "--suite",
                                          Path("suite.txtpb"),
                                          "--note",
                                          Path("note"),
                                          "--from",
                                          InstantText(from),
                                          "--sender",
                                          "BOARD",
                                          "--approved-by",
                                          "Clinical Executive, minute 12",
                                          "--approved-on",
                                          "2022-09-28",
                                          "--hazard-review",
                                          "HR-7",
                                          "--hazard-reviewed-on",
                                          "2022-09-27"};
    if (!compared) arguments.push_back("--without-comparison");
    return As(who, arguments);
  }
  static std::string InstantText(absl::Time time) {
    return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
  }
  void Sign(absl::Time from) {
    const ProgramEnd end = RunFosse({"rulebook", "sign", Path("rulebook.txtpb"), "--suite",
                                     Path("suite.txtpb"), "--from", InstantText(from),
                                     "--signing-key", Path("board.signer"), "-o", Path("note")});
    ASSERT_EQ(end.code, kExitOk) << end.err;
  }

  TestGateway gateway_;
};

TEST_F(PublishTest, ASignedRulebookIsPublishedListedAndRead) {
  Shows({"b-6.1", "hwb21-24", "ctl-06"});
  const absl::Time from = absl::Now() + absl::Hours(1);
  Sign(from);
  ProgramEnd end = Activate("BOARD", from);
  ASSERT_EQ(end.code, kExitOk) << end.err;
  EXPECT_THAT(end.out, HasSubstr(absl::StrCat(kId, " decides from ")));
  end = As("RT5", {"rulebook", "list"});
  ASSERT_EQ(end.code, kExitOk) << end.err;
  EXPECT_THAT(end.out, HasSubstr("coming"));
  EXPECT_THAT(end.out, HasSubstr("in force"));
  EXPECT_THAT(end.out, HasSubstr("Clinical Executive, minute 12, 2022-09-28"));
  end = As("RT5", {"rulebook", "get", kId});
  EXPECT_EQ(end.out, SmallRulebook(kId));
  end = As("RT5", {"rulebook", "get", "llr/9999"});
  EXPECT_EQ(end.code, kExitRefused);
  EXPECT_THAT(end.err, HasSubstr("RULEBOOK_NOT_FOUND"));
}

TEST_F(PublishTest, ASignedDirectoryIsCheckedPublishedAndListed) {
  Shows({"ctl-01", "ctl-06"});
  const auto before = gateway_.engine->directory();
  const std::string text = absl::StrReplaceAll(
      before->stored(),
      {{absl::StrCat("\"", before->document().id(), "\""), "\"llr/later-directory\""}});
  gateway_.folder.Write("directory.txtpb", text);
  ProgramEnd end = RunFosse({"directory", "check", Path("directory.txtpb")});
  ASSERT_EQ(end.code, kExitOk) << end.err;
  EXPECT_THAT(end.out, HasSubstr("llr/later-directory"));
  gateway_.folder.Write("twice.txtpb", absl::StrCat(text, R"pb(
                          participants { id: "RT5" name: "Again" kind: ORGANISATION_KIND_RELAY }
                        )pb"));
  end = RunFosse({"directory", "check", Path("twice.txtpb")});
  EXPECT_EQ(end.code, kExitNotVerified);
  EXPECT_THAT(end.err, HasSubstr("RT5: its id is used twice"));

  const std::string from =
      absl::FormatTime(absl::RFC3339_sec, absl::Now() + absl::Hours(1), absl::UTCTimeZone());
  end = RunFosse({"directory", "sign", Path("directory.txtpb"), "--from", "tomorrow",
                  "--signing-key", Path("board.signer"), "-o", Path("note")});
  EXPECT_NE(end.code, kExitOk);
  EXPECT_THAT(end.err, HasSubstr("--from"));
  end = RunFosse({"directory", "sign", Path("directory.txtpb"), "--from", from, "--signing-key",
                  Path("board.signer"), "-o", Path("note")});
  ASSERT_EQ(end.code, kExitOk) << end.err;
  const std::vector<std::string> activate = {"directory", "activate",   Path("directory.txtpb"),
                                             "--note",    Path("note"), "--from",
                                             from,        "--sender",   "BOARD"};
  end = As("RT5", activate);
  EXPECT_EQ(end.code, kExitRefused);
  end = As("BOARD", activate);
  ASSERT_EQ(end.code, kExitOk) << end.err;
  EXPECT_THAT(end.out, HasSubstr("llr/later-directory holds from "));
  end = As("RT5", {"directory", "list"});
  ASSERT_EQ(end.code, kExitOk) << end.err;
  EXPECT_THAT(end.out, HasSubstr("coming"));
  EXPECT_THAT(end.out, HasSubstr("in force"));
}

TEST_F(PublishTest, WhatChangesIsShownFirst) {
  Shows({"b-6.1", "ctl-06"});
  const absl::Time soon = absl::Now() + absl::Seconds(5);
  Sign(soon);
  ASSERT_EQ(Activate("BOARD", soon).code, kExitOk);
  while (gateway_.engine->rulebook()->document().id() != kId &&
         absl::Now() < soon + absl::Minutes(1)) {
    // Something happens, and so the instant is noticed.
    As("RT5", {"person", "--purpose", "test", "--nhs-number", "9990000018", "--date-of-birth",
               "1941-03-09", "--family-name", "Quillfeather"});
    absl::SleepFor(absl::Milliseconds(200));
  }
  const std::string next =
      absl::StrReplaceAll(SmallRulebook("llr/2026-12-02"), {{"OUTCOME_DENY", "OUTCOME_PERMIT"}});
  gateway_.folder.Write("rulebook.txtpb", next);
  gateway_.folder.Write("suite.txtpb", absl::StrReplaceAll(SmallSuite("llr/2026-12-02"),
                                                           {{"OUTCOME_DENY", "OUTCOME_PERMIT"}}));
  const absl::Time later = absl::Now() + absl::Hours(1);
  Sign(later);
  const ProgramEnd end = Activate("BOARD", later, /*compared=*/true);
  EXPECT_EQ(end.code, kExitOk) << end.err;
  EXPECT_THAT(end.out, HasSubstr("Against llr/2026-12-01, in force now:"));
  EXPECT_THAT(end.out, HasSubstr("DENY becomes PERMIT: PROPOSE, by rule consent-declined"));
}

TEST_F(PublishTest, RefusalsNameTheirReason) {
  Shows({"b-6.1", "ctl-03", "thr-12"});
  gateway_.folder.Write("note", "");
  ProgramEnd end = Activate("BOARD", absl::Now() + absl::Hours(1));
  EXPECT_EQ(end.code, kExitRefused);
  EXPECT_THAT(end.err, HasSubstr("SIGNATURE_MISSING"));
  const absl::Time past = absl::Now() - absl::Hours(1);
  Sign(past);
  end = Activate("BOARD", past);
  EXPECT_THAT(end.err, HasSubstr("ACTIVATION_IN_PAST"));
  end = Activate("BOARD", past + absl::Hours(2));
  EXPECT_THAT(end.err, HasSubstr("SIGNATURE_WRONG"));
  end = Activate("RT5", absl::Now() + absl::Hours(1));
  EXPECT_THAT(end.err, HasSubstr("METHOD_NOT_ALLOWED"));
  // Found before anything is sent.
  gateway_.folder.Write("suite.txtpb", SmallSuite(kId,
                                                  "cases { name: \"wrong\" question: "
                                                  "QUESTION_PROPOSE outcome: OUTCOME_DENY }"));
  end = Activate("BOARD", absl::Now() + absl::Hours(1));
  EXPECT_EQ(end.code, kExitNotVerified);
  EXPECT_THAT(end.err, HasSubstr("row \"wrong\""));
}

TEST_F(PublishTest, AnExportWithDetailsIsDecidedAgainAndTriedWithADraft) {
  Shows({"aud-05", "aud-08", "b-6.1", "ctl-25"});
  std::string message;
  ASSERT_TRUE(
      google::protobuf::util::MessageToJsonString(EpisodeOpened("export-1"), &message).ok());
  ASSERT_EQ(As("RT5", {"submit", "-"}, message).code, kExitOk);
  ProgramEnd end = As("AUDIT", {"export", "-o", Path("trail.ndjson"), "--details",
                                Path("details.ndjson"), "--purpose", "yearly audit"});
  ASSERT_EQ(end.code, kExitOk) << end.err;
  EXPECT_THAT(end.out, HasSubstr("--redecide"));
  struct stat seen;
  ASSERT_EQ(stat(Path("details.ndjson").c_str(), &seen), 0);
  EXPECT_EQ(seen.st_mode & 0777, 0600u);
  EXPECT_THAT(gateway_.folder.Read("trail.ndjson"), Not(HasSubstr("Quillfeather")));
  // What the program wrote is what the verifier reads.
  const std::string key =
      audit::VerifierKey(gateway_.keys.origin(), gateway_.keys.signing_key().public_key());
  const std::string trail = Path("trail.ndjson");
  const std::string details = Path("details.ndjson");
  const std::vector<const char*> argv = {"fosse-verify", "trail",      trail.c_str(),  "--key",
                                         key.c_str(),    "--redecide", details.c_str()};
  std::ostringstream said;
  EXPECT_EQ(verify::Run(static_cast<int>(argv.size()), argv.data(), said, said), verify::kVerified)
      << said.str();
  EXPECT_THAT(said.str(), HasSubstr("entries and rulebooks that do not hold: 0"));
  end = RunFosse(
      {"rulebook", "simulate", Path("rulebook.txtpb"), "--details", Path("details.ndjson")});
  EXPECT_EQ(end.code, kExitOk) << end.err;
  EXPECT_THAT(end.out, HasSubstr(" would be answered otherwise"));
}

}  // namespace
}  // namespace fosse::cli
