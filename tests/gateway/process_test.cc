// The program itself, as an operator runs it: starts, stops, is killed, is handed an old database.

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "fosse/v1/exchange.grpc.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"
#include "tests/gateway/test_gateway.h"
#include "tests/support/shows.h"

namespace fosse {
namespace {

// build/bin holds this test and the program.
std::string ProgramPath() {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "fosse-gateway").string();
}

class ProcessTest : public ::testing::Test {
 protected:
  ProcessTest() {
    const TestPair pair = authority_.LocalServer();
    folder_.Write("server.pem", pair.certificate);
    folder_.Write("server.key", pair.key);
    folder_.Write("ca.pem", authority_.certificate());
    folder_.Write("rulebook.txtpb", TestRulebook());
    folder_.Write("directory.txtpb", TestDirectory());
  }
  ~ProcessTest() override { Stop(SIGKILL); }

  std::vector<std::string> Arguments() const {
    return {"--listen",
            "127.0.0.1:0",
            "--locality",
            "QK1",
            "--database",
            folder_.path("fosse.db"),
            "--keys",
            folder_.path("keys"),
            "--create-keys",
            "--rulebook",
            folder_.path("rulebook.txtpb"),
            "--directory",
            folder_.path("directory.txtpb"),
            "--tls-cert",
            folder_.path("server.pem"),
            "--tls-key",
            folder_.path("server.key"),
            "--tls-ca",
            folder_.path("ca.pem"),
            "--witness-file",
            folder_.path("head")};
  }

  // Starts the program; its output goes to files out and err.
  void Launch(const std::vector<std::string>& arguments) {
    std::string program = ProgramPath();
    std::vector<std::string> owned = arguments;
    std::vector<char*> argv = {program.data()};
    for (std::string& argument : owned) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const std::string out = folder_.path("out");
    const std::string err = folder_.path("err");
    std::filesystem::remove(out);  // What an earlier run said must not be taken for this one's.
    pid_ = fork();
    if (pid_ == 0) {
      dup2(open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
      dup2(open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
      execv(program.c_str(), argv.data());
      _exit(127);
    }
  }

  // Starts it and waits until it says that it serves.
  void Start() {
    Launch(Arguments());
    for (int i = 0; i < 600; ++i) {
      std::smatch match;
      const std::string out = folder_.Read("out");
      if (std::regex_search(out, match, std::regex("port ([0-9]+)"))) {
        address_ = "127.0.0.1:" + match[1].str();
        return;
      }
      int status = 0;
      ASSERT_EQ(waitpid(pid_, &status, WNOHANG), 0) << folder_.Read("err");
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    FAIL() << "did not start: " << folder_.Read("err");
  }

  // Sends `signal`; the exit code, or nothing where a signal ended it.
  std::optional<int> Stop(int signal) {
    if (pid_ <= 0) return std::nullopt;
    kill(pid_, signal);
    return Wait();
  }
  std::optional<int> Wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = 0;
    if (!WIFEXITED(status)) return std::nullopt;
    return WEXITSTATUS(status);
  }

  std::unique_ptr<v1::ExchangeService::Stub> Connect() {
    grpc::SslCredentialsOptions options;
    const TestPair pair = authority_.Participant("RT5");
    options.pem_root_certs = authority_.certificate();
    options.pem_cert_chain = pair.certificate;
    options.pem_private_key = pair.key;
    return v1::ExchangeService::NewStub(
        grpc::CreateChannel(address_, grpc::SslCredentials(options)));
  }

  static std::optional<v1::Receipt> Submit(v1::ExchangeService::Stub& stub,
                                           const v1::Envelope& envelope) {
    v1::SubmitRequest request;
    *request.mutable_envelope() = envelope;
    v1::SubmitResponse response;
    const auto context = Soon();
    if (!stub.Submit(context.get(), request, &response).ok()) return std::nullopt;
    return response.receipt();
  }

  TestFolder folder_;
  TestAuthority authority_;
  std::string address_;
  pid_t pid_ = 0;
};

// Under load, stopped: whatever was answered OK is in the trail afterwards, at the entry told.
TEST_F(ProcessTest, NoOkIsLostWhenItIsStopped) {
  Shows({"flt-34", "ctl-52"});
  Start();
  std::mutex mutex;
  std::map<std::string, std::pair<v1::Envelope, uint64_t>> answered;
  std::atomic<bool> refused = false;
  std::vector<std::thread> senders;
  for (int t = 0; t < 4; ++t) {
    senders.emplace_back([&, t] {
      const auto stub = Connect();
      for (int i = 0; i < 100000 && !refused; ++i) {
        const v1::Envelope envelope =
            EpisodeOpened("drain-" + std::to_string(t) + "-" + std::to_string(i));
        const std::optional<v1::Receipt> receipt = Submit(*stub, envelope);
        if (!receipt.has_value()) {
          refused = true;
          return;
        }
        const std::lock_guard<std::mutex> lock(mutex);
        answered[envelope.message_id()] = {envelope, receipt->entry_index()};
      }
    });
  }
  size_t so_far = 0;
  while (so_far < 50 && !refused) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const std::lock_guard<std::mutex> lock(mutex);
    so_far = answered.size();
  }
  EXPECT_EQ(Stop(SIGTERM), 0) << folder_.Read("err");
  for (std::thread& sender : senders) sender.join();
  ASSERT_GE(answered.size(), 50u);

  Start();
  const auto stub = Connect();
  for (const auto& [id, kept] : answered) {
    const std::optional<v1::Receipt> again = Submit(*stub, kept.first);
    ASSERT_TRUE(again.has_value()) << id;
    EXPECT_EQ(again->entry_index(), kept.second) << id;
  }
  EXPECT_EQ(Stop(SIGTERM), 0);
}

TEST_F(ProcessTest, NoOkIsLostWhenItIsKilled) {
  Shows({"flt-01", "ctl-33"});
  Start();
  const v1::Envelope envelope = EpisodeOpened("killed-1");
  const std::optional<v1::Receipt> first = Submit(*Connect(), envelope);
  ASSERT_TRUE(first.has_value());
  Stop(SIGKILL);
  Start();
  const std::optional<v1::Receipt> again = Submit(*Connect(), envelope);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->entry_index(), first->entry_index());
}

// Somebody puts yesterday's database back.
TEST_F(ProcessTest, AnOldDatabaseIsNoticed) {
  Shows({"ctl-21"});
  Start();
  ASSERT_TRUE(Submit(*Connect(), EpisodeOpened("old-1")).has_value());
  ASSERT_EQ(Stop(SIGTERM), 0);
  const auto copy = [&](const std::string& from, const std::string& to) {
    for (const char* const suffix : {"", "-wal"}) {
      std::filesystem::remove(folder_.path(to + suffix));
      if (std::filesystem::exists(folder_.path(from + suffix))) {
        std::filesystem::copy_file(folder_.path(from + suffix), folder_.path(to + suffix));
      }
    }
  };
  copy("fosse.db", "yesterday.db");
  Start();
  ASSERT_TRUE(Submit(*Connect(), EpisodeOpened("old-2")).has_value());
  ASSERT_EQ(Stop(SIGTERM), 0);
  copy("yesterday.db", "fosse.db");
  Launch(Arguments());
  EXPECT_EQ(Wait(), 4);
  EXPECT_NE(folder_.Read("err").find("TRAIL_ROLLED_BACK"), std::string::npos)
      << folder_.Read("err");
}

TEST_F(ProcessTest, SaysInOneLineWhyItDoesNotStart) {
  const auto fails = [&](std::vector<std::string> arguments) {
    Launch(arguments);
    const std::optional<int> code = Wait();
    return std::to_string(code.value_or(-1)) + " " + folder_.Read("err");
  };
  const std::vector<std::string> good = Arguments();
  EXPECT_EQ(fails({}).substr(0, 2), "2 ");

  std::vector<std::string> no_rulebook = good;
  no_rulebook.erase(no_rulebook.begin() + 9, no_rulebook.begin() + 11);
  EXPECT_NE(fails(no_rulebook).find("NOT_INSTALLED"), std::string::npos) << folder_.Read("err");

  folder_.Write("server.key", authority_.LocalServer().key);
  const std::string mismatch = fails(good);
  EXPECT_EQ(mismatch.substr(0, 2), "3 ") << mismatch;
  EXPECT_NE(mismatch.find("fosse-gateway: certificates and documents: TLS_PAIR_INVALID: "),
            std::string::npos);
}

// What it prints and logs names nobody, whatever it was sent.
TEST_F(ProcessTest, OutputHoldsNoPersonsDetails) {
  Shows({"ctl-26", "thr-08"});
  Start();
  const auto stub = Connect();
  ASSERT_TRUE(Submit(*stub, EpisodeOpened("canary-1")).has_value());
  v1::Envelope bad = EpisodeOpened("canary-2");
  bad.mutable_subject()->mutable_person()->set_date_of_birth("Quillfeather");
  EXPECT_FALSE(Submit(*stub, bad).has_value());
  bad = EpisodeOpened("canary-3");
  bad.set_sender("9990000018");
  EXPECT_FALSE(Submit(*stub, bad).has_value());
  EXPECT_EQ(Stop(SIGTERM), 0);
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder_.path())) {
    if (!file.is_regular_file()) continue;
    const std::string name = std::filesystem::relative(file.path(), folder_.path()).string();
    const std::string bytes = folder_.Read(name);
    for (const char* const canary : {"9990000018", "Quillfeather", "Oswin", "1941-03-09"}) {
      EXPECT_EQ(bytes.find(canary), std::string::npos) << canary << " in " << name;
      EXPECT_EQ(name.find(canary), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace fosse
