// `fosse reconcile` against a real gateway: a list that agrees, one that does not, another key.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "audit/note.h"
#include "audit/reconciliation_note.h"
#include "base/local_date.h"
#include "gtest/gtest.h"
#include "tests/cli/program.h"
#include "tests/gateway/test_gateway.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse {
namespace {

class ReconcileTest : public ::testing::Test {
 protected:
  ReconcileTest() {
    gateway_.folder.Write("ca.pem", gateway_.authority.certificate());
    for (const char* const who : {"RT5", "TRAINING", "OPS"}) {
      const TestPair pair = gateway_.authority.Participant(who);
      gateway_.folder.Write(absl::StrCat(who, ".pem"), pair.certificate);
      gateway_.folder.Write(absl::StrCat(who, ".key"), pair.key);
    }
  }
  ProgramEnd As(const std::string& who, std::vector<std::string> arguments,
                const std::string& input = "") {
    const std::vector<std::string> connection = {"--gateway", gateway_.address(),
                                                 "--ca",      gateway_.folder.path("ca.pem"),
                                                 "--cert",    gateway_.folder.path(who + ".pem"),
                                                 "--key",     gateway_.folder.path(who + ".key")};
    arguments.insert(arguments.begin(), connection.begin(), connection.end());
    return RunFosse(arguments, input);
  }
  ProgramEnd Reconcile(std::vector<std::string> more = {}, const std::string& input = "") {
    std::vector<std::string> arguments = {
        "reconcile", "--with", "TRAINING", "--day", FormatLocalDate(LondonDay(absl::Now())),
        "--purpose", "morning"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return As("RT5", arguments, input);
  }
  // Asks for training; gives the id of the delivery.
  std::string AskForTraining() {
    const ProgramEnd sent = As("RT5", {"submit", "-", "--json"},
                               absl::StrCat(R"(
      message_id: "reconcile-1" locality: "QK1" sender: "RT5"
      training_request {
        reference: "T-1" training_provider: "TRAINING"
        workers { employer: "1-1000000001" employer_reference: "W1" }
        tasks { code: "blood-sugar-finger-prick" }
      }
      sent_at { seconds: )",
                                            absl::ToUnixSeconds(absl::Now()), " }"));
    EXPECT_EQ(sent.code, 0) << sent.err;
    const size_t at = sent.out.find("\"deliveryId\"");
    if (at == std::string::npos) return "";
    const size_t from = sent.out.find('"', sent.out.find(':', at)) + 1;
    return sent.out.substr(from, sent.out.find('"', from) - from);
  }

  TestGateway gateway_;
};

TEST_F(ReconcileTest, AListThatAgreesEndsWithNoughtAndOneThatDoesNotWithFive) {
  Shows({"ctl-17"});
  const std::string id = AskForTraining();
  ASSERT_FALSE(id.empty());
  ProgramEnd done = Reconcile({"--own", "-"}, absl::StrCat("  ", id, "\r\n\n"));
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_NE(done.out.find("Your list is the same."), std::string::npos) << done.out;
  EXPECT_NE(done.out.find("OUTSTANDING"), std::string::npos) << done.out;

  done = Reconcile({"--own", "-"}, "D-UNKNOWN\n");
  EXPECT_EQ(done.code, 5);
  EXPECT_NE(done.out.find(absl::StrCat(id, ": not in your list")), std::string::npos) << done.out;
  EXPECT_NE(done.out.find("D-UNKNOWN: not between these two"), std::string::npos) << done.out;
}

TEST_F(ReconcileTest, TheNoteIsKeptAndChecksByItself) {
  Shows({"ctl-17"});
  AskForTraining();
  const std::string path = gateway_.folder.path("day.note");
  const ProgramEnd done = Reconcile({"-o", path, "--json"});
  ASSERT_EQ(done.code, 0) << done.err;
  const ProgramEnd head = As("RT5", {"checkpoint"});
  const size_t at = head.out.find("verifier key: ") + 14;
  const std::string key = head.out.substr(at, head.out.find('\n', at) - at);
  ASSERT_OK_AND_ASSIGN(const auto statement,
                       audit::OpenReconciliation(gateway_.folder.Read("day.note"), key));
  EXPECT_EQ(statement.directions[0].sender, "RT5");
  EXPECT_EQ(statement.directions[0].sent.count, 1u);
}

TEST_F(ReconcileTest, AKeyThatDidNotSignEndsWithFive) {
  Shows({"ctl-17"});
  const std::string other = audit::VerifierKey("fosse.test/QK1", std::string(32, 'x'));
  const ProgramEnd done = Reconcile({"--verifier-key", other});
  EXPECT_EQ(done.code, 5);
  EXPECT_NE(done.err.find("RECONCILIATION_FORGED"), std::string::npos) << done.err;
}

TEST_F(ReconcileTest, WhoExchangesNothingMayNotAsk) {
  Shows({"ctl-03", "ctl-17"});
  const ProgramEnd done = As("OPS", {"reconcile", "--of", "RT5", "--with", "TRAINING", "--day",
                                     "2026-11-26", "--purpose", "x"});
  EXPECT_EQ(done.code, 3);
  EXPECT_NE(done.err.find("METHOD_NOT_ALLOWED"), std::string::npos) << done.err;
}

}  // namespace
}  // namespace fosse
