// The program against a real gateway over mutual TLS: what it prints, and how it ends.

#include "cli/run.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "audit/checkpoint.h"
#include "audit/export.h"
#include "fosse/v1/exchange.pb.h"
#include "fosse/v1/mailbox.grpc.pb.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "tests/gateway/test_gateway.h"
#include "tests/support/shows.h"

namespace fosse::cli {
namespace {

struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
};

Outcome RunProgram(const std::vector<std::string>& arguments, const std::string& input = "") {
  std::vector<const char*> argv = {"fosse"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  Outcome outcome;
  outcome.code = Run(static_cast<int>(argv.size()), argv.data(), in, out, err);
  outcome.out = out.str();
  outcome.err = err.str();
  return outcome;
}

std::string JsonOf(const google::protobuf::Message& message) {
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json).ok());
  return json;
}

class RunTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    gateway_ = new TestGateway();
    gateway_->folder.Write("ca.pem", gateway_->authority.certificate());
    for (const char* const who : {"RT5", "C82999", "AUDIT", "OPS"}) {
      const TestPair pair = gateway_->authority.Participant(who);
      gateway_->folder.Write(std::string(who) + ".pem", pair.certificate);
      gateway_->folder.Write(std::string(who) + ".key", pair.key);
    }
  }
  static void TearDownTestSuite() {
    delete gateway_;
    gateway_ = nullptr;
  }

  // Runs a command as this participant.
  static Outcome As(const std::string& who, std::vector<std::string> arguments,
                    const std::string& input = "") {
    const std::vector<std::string> connection = {"--gateway", gateway_->address(),
                                                 "--ca",      gateway_->folder.path("ca.pem"),
                                                 "--cert",    gateway_->folder.path(who + ".pem"),
                                                 "--key",     gateway_->folder.path(who + ".key")};
    arguments.insert(arguments.begin(), connection.begin(), connection.end());
    return RunProgram(arguments, input);
  }

  static TestGateway* gateway_;
};
TestGateway* RunTest::gateway_ = nullptr;

TEST_F(RunTest, AMessageIsSubmittedFromStandardInput) {
  const Outcome done = As("RT5", {"submit", "-"}, JsonOf(EpisodeOpened("cli-1")));
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.out.find("Entry "), std::string::npos) << done.out;
  EXPECT_EQ(done.err, "");
}

TEST_F(RunTest, JsonHasTheNamesOfTheContract) {
  const Outcome done = As("RT5", {"--json", "submit", "-"}, EpisodeOpened("cli-2").DebugString());
  ASSERT_EQ(done.code, 0) << done.err;
  v1::SubmitResponse response;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(done.out, &response).ok()) << done.out;
  EXPECT_EQ(response.receipt().message_id(), "cli-2");
  EXPECT_NE(done.out.find("\"entryIndex\""), std::string::npos);
}

TEST_F(RunTest, ARefusalShowsItsReasonAndEndsWithThree) {
  const std::string message = JsonOf(EpisodeOpened("cli-3"));
  const Outcome refused = As("C82999", {"submit", "-"}, message);
  EXPECT_EQ(refused.code, 3);
  EXPECT_NE(refused.err.find("refused: SENDER_NOT_ALLOWED: "), std::string::npos) << refused.err;
  const Outcome json = As("C82999", {"submit", "-", "--json"}, message);
  EXPECT_EQ(json.code, 3);
  google::protobuf::Struct document;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json.out, &document).ok()) << json.out;
  const auto& error = document.fields().at("error").struct_value().fields();
  EXPECT_EQ(error.at("code").string_value(), "PERMISSION_DENIED");
  EXPECT_EQ(error.at("reason").string_value(), "SENDER_NOT_ALLOWED");
}

TEST_F(RunTest, DeadLettersAreListedAndReplayed) {
  Shows({"ctl-14", "haz-29"});
  constexpr char kTraining[] = R"(
    message_id: "cli-training" locality: "QK1" sender: "RT5"
    training_request {
      reference: "cli-training" training_provider: "TRAINING"
      workers { employer: "1-1000000001" employer_reference: "W1" }
      tasks { code: "blood-sugar-finger-prick" }
    }
    sent_at { seconds: )";
  const Outcome sent =
      As("RT5", {"submit", "-"}, absl::StrCat(kTraining, absl::ToUnixSeconds(absl::Now()), " }"));
  ASSERT_EQ(sent.code, 0) << sent.err;
  grpc::ClientContext context;
  const auto stream =
      v1::MailboxService::NewStub(gateway_->ConnectAs("TRAINING"))->Receive(&context);
  v1::ReceiveRequest request;
  request.add_recipients("TRAINING");
  ASSERT_TRUE(stream->Write(request));
  v1::ReceiveResponse response;
  ASSERT_TRUE(stream->Read(&response));
  const std::string id = response.delivery().delivery_id();
  request.Clear();
  request.mutable_outcome()->set_delivery_id(id);
  request.mutable_outcome()->set_state(v1::DELIVERY_STATE_DEAD);
  ASSERT_TRUE(stream->Write(request));
  stream->WritesDone();
  while (stream->Read(&response)) {
  }
  ASSERT_TRUE(stream->Finish().ok());

  Outcome done = As("OPS", {"dead-letters", "--purpose", "morning round"});
  ASSERT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.out.find(id), std::string::npos) << done.out;
  EXPECT_NE(done.out.find("dead"), std::string::npos);
  done = As("RT5", {"dead-letters", "--recipient", "TRAINING", "--purpose", "x"});
  EXPECT_EQ(done.code, 3);
  EXPECT_NE(done.err.find("READER_NOT_ALLOWED"), std::string::npos);
  EXPECT_EQ(As("OPS", {"replay", id}).code, 2);  // No reason.
  done = As("OPS", {"replay", id, "--reason", "the line is mended"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.out.find("This act is entry "), std::string::npos);
  done = As("OPS", {"dead-letters", "--purpose", "morning round"});
  EXPECT_EQ(done.out.find(id), std::string::npos) << done.out;
}

TEST_F(RunTest, AnUnreachableGatewayEndsWithFour) {
  const Outcome nobody = As("RT5", {"--gateway", "127.0.0.1:1", "--timeout", "1", "checkpoint"});
  EXPECT_EQ(nobody.code, 2);  // --gateway stands there twice.
  gateway_->folder.Write("other.pem", TestAuthority().certificate());
  const Outcome distrusted =
      RunProgram({"--gateway", gateway_->address(), "--ca", gateway_->folder.path("other.pem"),
                  "--cert", gateway_->folder.path("RT5.pem"), "--key",
                  gateway_->folder.path("RT5.key"), "--timeout", "5", "checkpoint"});
  EXPECT_EQ(distrusted.code, 4);
  EXPECT_NE(distrusted.err.find("no answer from "), std::string::npos);
}

TEST_F(RunTest, AWrongCommandLineEndsWithTwo) {
  EXPECT_EQ(RunProgram({}).code, 2);
  EXPECT_EQ(RunProgram({"no-such-command"}).code, 2);
  EXPECT_EQ(RunProgram({"submit"}).code, 2);
  EXPECT_EQ(As("RT5", {"submit", "/no/such/file"}).code, 2);
  EXPECT_EQ(As("RT5", {"submit", "-"}, "not a message").code, 2);
  EXPECT_EQ(As("RT5", {"trace", "--purpose", "x"}).code, 2);
  EXPECT_EQ(RunProgram({"checkpoint"}).code, 2);  // No certificates named.
  EXPECT_EQ(As("RT5", {"person", "--purpose", "x", "--nhs-number", "9990000018"}).code, 2);
}

TEST_F(RunTest, HelpSaysHowItEnds) {
  const Outcome help = RunProgram({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_NE(help.out.find("10 HOLD, 11 REFER, 12 DENY"), std::string::npos);
}

TEST_F(RunTest, APersonIsReadFromAFileThatNoProcessListShows) {
  ASSERT_EQ(As("RT5", {"submit", "-"}, JsonOf(EpisodeOpened("cli-4", "9990000026"))).code, 0);
  const Outcome person = As("RT5", {"person", "--person", "-", "--purpose", "direct care"},
                            JsonOf(TestPerson("9990000026")));
  EXPECT_EQ(person.code, 0) << person.err;
  EXPECT_NE(person.out.find("Quillfeather, Oswin"), std::string::npos);
  const Outcome options =
      As("RT5", {"delegations", "--nhs-number", "9990000026", "--date-of-birth", "1941-03-09",
                 "--family-name", "Quillfeather", "--purpose", "direct care"});
  EXPECT_EQ(options.code, 0) << options.err;
  const Outcome stranger = As("C82999", {"person", "--person", "-", "--purpose", "direct care"},
                              JsonOf(TestPerson("9990000026")));
  EXPECT_EQ(stranger.code, 3);
  EXPECT_NE(stranger.err.find("PERSON_NOT_VISIBLE"), std::string::npos);
}

TEST_F(RunTest, DelegationsAreFoundWithoutNamingAPerson) {
  const Outcome none =
      As("RT5", {"delegations", "--overseer", "RT5", "--state", "active", "--state", "at-risk",
                 "--due-before", "2030-01-01", "--gap", "--purpose", "work list"});
  EXPECT_EQ(none.code, 0) << none.err;
  EXPECT_NE(none.out.find("This reading is entry"), std::string::npos) << none.out;
  EXPECT_EQ(As("RT5", {"delegations", "--state", "asleep", "--purpose", "x"}).code, 2);
  EXPECT_EQ(As("RT5", {"delegations", "--due-before", "soon", "--purpose", "x"}).code, 2);
  EXPECT_EQ(As("RT5", {"delegations", "--purpose", "x"}).code, 2);  // Nobody and nothing named.
}

TEST_F(RunTest, ARecordAtATimeSaysInWhichSense) {
  ASSERT_EQ(As("RT5", {"submit", "-"}, JsonOf(EpisodeOpened("cli-6"))).code, 0);
  const std::string person = JsonOf(TestPerson());
  const Outcome known =
      As("RT5", {"state-at", "--person", "-", "--at", "2022-01-01", "--purpose", "review"}, person);
  EXPECT_EQ(known.code, 0) << known.err;
  EXPECT_NE(known.out.find("What was known at"), std::string::npos) << known.out;
  const Outcome truth =
      As("RT5",
         {"state-at", "--person", "-", "--at", "2022-01-01", "--true-then", "--purpose", "review"},
         person);
  EXPECT_EQ(truth.code, 0) << truth.err;
  EXPECT_NE(truth.out.find("now known to have been so"), std::string::npos) << truth.out;
  EXPECT_EQ(As("RT5", {"state-at", "--person", "-", "--purpose", "x"}, person).code, 2);
}

TEST_F(RunTest, TraceAndSearchFindAMessage) {
  ASSERT_EQ(As("RT5", {"submit", "-"}, JsonOf(EpisodeOpened("cli-5"))).code, 0);
  const Outcome trace =
      As("RT5", {"trace", "--sender", "RT5", "--message-id", "cli-5", "--purpose", "own message"});
  EXPECT_EQ(trace.code, 0) << trace.err;
  EXPECT_NE(trace.out.find("episode_change"), std::string::npos) << trace.out;
  const Outcome search = As("AUDIT", {"search", "--from", "2020-01-01", "--purpose", "audit"});
  EXPECT_EQ(search.code, 0) << search.err;
  EXPECT_NE(search.out.find("episode_change"), std::string::npos) << search.out;
  EXPECT_EQ(As("AUDIT", {"search", "--from", "yesterday", "--purpose", "audit"}).code, 2);
  EXPECT_EQ(As("AUDIT", {"search", "--outcome", "perhaps", "--purpose", "audit"}).code, 2);
}

TEST_F(RunTest, AHeadIsVerifiedWithTheKeyThatOneTrusts) {
  Shows({"aud-07"});
  const Outcome head = As("AUDIT", {"checkpoint"});
  EXPECT_EQ(head.code, 0) << head.err;
  EXPECT_NE(head.out.find("test.example/QK1"), std::string::npos);
  const Outcome note = As("AUDIT", {"checkpoint", "-o", "-"});
  EXPECT_EQ(note.out.substr(0, 17), "test.example/QK1\n");
  const audit::KeyRing other = audit::KeyRing::ForTests("other.example/QK1");
  const Outcome distrusted =
      As("AUDIT", {"checkpoint", "--verifier-key",
                   audit::VerifierKey("other.example/QK1", other.signing_key().public_key())});
  EXPECT_EQ(distrusted.code, 5) << distrusted.out;
}

TEST_F(RunTest, AProofIsWrittenAsTwoFiles) {
  Shows({"aud-06"});
  const std::string folder = gateway_->folder.path("proofs");
  const Outcome proof = As("AUDIT", {"proof", "1", "-o", folder});
  EXPECT_EQ(proof.code, 0) << proof.err;
  EXPECT_TRUE(std::filesystem::exists(folder + "/entry-1.tlog-proof"));
  EXPECT_TRUE(std::filesystem::exists(folder + "/entry-1.leaf"));
  EXPECT_NE(proof.out.find("fosse-verify proof "), std::string::npos);
  const Outcome beyond = As("AUDIT", {"proof", "1000000", "-o", folder});
  EXPECT_EQ(beyond.code, 3);
  EXPECT_NE(beyond.err.find("ENTRY_NOT_FOUND"), std::string::npos);
}

TEST_F(RunTest, AnExportIsWhatTheVerifierReads) {
  Shows({"aud-08"});
  const std::string path = gateway_->folder.path("trail.ndjson");
  const Outcome exported = As("AUDIT", {"export", "-o", path, "--purpose", "yearly audit"});
  EXPECT_EQ(exported.code, 0) << exported.err;
  std::ifstream file(path, std::ios::binary);
  audit::ExportReader reader(file);
  uint64_t entries = 0;
  uint64_t promised = 0;
  bool ended = false;
  while (!ended) {
    const auto line = reader.Read();
    ASSERT_TRUE(line.ok()) << line.status();
    if (const auto* manifest = std::get_if<audit::ExportManifest>(&*line)) {
      promised = manifest->count;
      EXPECT_EQ(manifest->locality, "QK1");
    }
    entries += std::holds_alternative<audit::ExportEntry>(*line) ? 1 : 0;
    ended = std::holds_alternative<audit::ExportEnd>(*line);
  }
  EXPECT_GT(entries, 1u);
  EXPECT_EQ(entries, promised);
  const Outcome refused =
      As("OPS", {"export", "-o", gateway_->folder.path("none"), "--purpose", "x"});
  EXPECT_EQ(refused.code, 3);
  EXPECT_FALSE(std::filesystem::exists(gateway_->folder.path("none")));
}

TEST_F(RunTest, ARulebookIsCheckedWithoutAGateway) {
  gateway_->folder.Write("rulebook.txtpb", TestRulebook());
  const Outcome good = RunProgram({"rulebook", "check", gateway_->folder.path("rulebook.txtpb")});
  EXPECT_EQ(good.code, 0) << good.out << good.err;
  gateway_->folder.Write("broken.txtpb", "id: \"x\"\nrules { id: 7 }");
  const Outcome broken = RunProgram({"rulebook", "check", gateway_->folder.path("broken.txtpb")});
  EXPECT_EQ(broken.code, 5);
  EXPECT_NE(broken.out.find("broken.txtpb:2:"), std::string::npos) << broken.out;
}

TEST_F(RunTest, CompletionNamesEveryCommand) {
  const Outcome script = RunProgram({"completion", "bash"});
  EXPECT_EQ(script.code, 0);
  for (const char* const command :
       {"submit", "check", "person", "delegations", "state-at", "watch", "trace", "search",
        "checkpoint", "proof", "export", "report", "rulebook", "completion"}) {
    EXPECT_NE(script.out.find(command), std::string::npos) << command;
  }
  EXPECT_NE(script.out.find("complete -o default -F _fosse fosse"), std::string::npos);
}

}  // namespace
}  // namespace fosse::cli
