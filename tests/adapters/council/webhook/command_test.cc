#include "adapters/council/webhook/command.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "adapters/council/webhook/signature.h"
#include "gtest/gtest.h"
#include "tests/adapters/kit/kit_world.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::council::webhook {
namespace {

int RunWith(std::vector<std::string> words) {
  words.insert(words.begin(), {"fosse-council", "webhook"});
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  return WebhookCommand(static_cast<int>(argv.size()), argv.data());
}

class CommandTest : public ::testing::Test {
 protected:
  CommandTest() {
    folder_.Write("keys", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    folder_.Write("body", "{\"test\": 2432232314}");
  }
  std::vector<std::string> Verifying(const std::string& timestamp, const std::string& signature) {
    return {"verify",
            "--secret-file",
            folder_.path("keys"),
            "--id",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "--timestamp",
            timestamp,
            "--signature",
            signature,
            folder_.path("body")};
  }
  Folder folder_;
};

constexpr char kPublished[] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

TEST_F(CommandTest, VerifySaysWhetherACallIsOurs) {
  std::vector<std::string> old = Verifying("1614265330", kPublished);
  EXPECT_EQ(RunWith(old), 5) << "years ago";
  old.push_back("--any-time");
  EXPECT_EQ(RunWith(old), 0);
  std::vector<std::string> other = Verifying("1614265331", kPublished);
  other.push_back("--any-time");
  EXPECT_EQ(RunWith(other), 5);
  const std::string now = absl::StrCat(absl::ToUnixSeconds(absl::Now()));
  ASSERT_OK_AND_ASSIGN(const std::vector<Key> keys, ReadKeys(folder_.path("keys")));
  const std::string body = folder_.Read("body");
  const std::string signature =
      Sign({.id = "msg_p5jXN8AQM9LWM0D4loKWxJek", .timestamp = now, .body = body}, keys);
  EXPECT_EQ(RunWith(Verifying(now, signature)), 0);
  EXPECT_EQ(RunWith(Verifying(now, kPublished)), 5);
}

TEST_F(CommandTest, AFileThatIsNotThereOrWrongUsageIsSaid) {
  folder_.Write("keys", "secret");
  EXPECT_EQ(RunWith(Verifying("1614265330", kPublished)), 3);
  EXPECT_EQ(RunWith({"verify", folder_.path("body")}), 2);
  EXPECT_EQ(RunWith({"verify", "--id"}), 2);
  EXPECT_EQ(RunWith({"send"}), 2);
  EXPECT_EQ(RunWith({"key"}), 2);
  EXPECT_EQ(RunWith({"test", "--config", folder_.path("none"), "--recipient", "LCC"}), 3);
}

TEST_F(CommandTest, AKeyIsMadeOnceAndForItsOwnerAlone) {
  EXPECT_EQ(RunWith({"key", folder_.path("new")}), 0);
  EXPECT_EQ(RunWith({"key", "--ed25519", folder_.path("pair")}), 0);
  const std::string made = folder_.Read("new");
  EXPECT_EQ(RunWith({"key", folder_.path("new")}), 3) << "a key in use is not replaced";
  EXPECT_EQ(folder_.Read("new"), made);
  EXPECT_THAT(ReadKeys(folder_.path("new")), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::vector<Key> pair, ReadKeys(folder_.path("pair")));
  EXPECT_EQ(pair[0].kind, Key::Kind::kPrivate);
}

}  // namespace
}  // namespace fosse::adapters::council::webhook
