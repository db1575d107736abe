#include "audit/keys.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/encoding.h"
#include "base/fake_random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::audit {
namespace {

constexpr char kOrigin[] = "fosse.example/QK1";

class KeysTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "/fosse-keys-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string path() const { return directory_ + "/keys.json"; }
  absl::StatusOr<KeyRing> Load(bool create) {
    return KeyRing::Load(directory_, kOrigin, create, random_);
  }
  std::string Text() const {
    std::ifstream file(path(), std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  }
  void Write(const std::string& text, mode_t mode = 0600) {
    std::ofstream(path(), std::ios::binary) << text;
    ASSERT_EQ(chmod(path().c_str(), mode), 0);
  }

  SystemRandom random_;
  std::string directory_;
};

TEST_F(KeysTest, AreMadeOnFirstUseOnlyWhenAskedForAndStayTheSame) {
  Shows({"ctl-21", "ctl-23"});
  EXPECT_THAT(Load(false), FailsWith("KEYS_MISSING"));
  EXPECT_FALSE(std::filesystem::exists(path()));
  ASSERT_OK_AND_ASSIGN(const KeyRing first, Load(true));
  ASSERT_OK_AND_ASSIGN(const KeyRing second, Load(false));
  EXPECT_EQ(first.origin(), kOrigin);
  EXPECT_EQ(first.signing_key().public_key(), second.signing_key().public_key());
  EXPECT_EQ(first.Index("nhs-number", "9990000018"), second.Index("nhs-number", "9990000018"));
  const KeyRing::DataKey key = first.NewDataKey("person-1", random_);
  EXPECT_THAT(second.Unwrap("person-1", key.wrapped), IsOkAndHolds(key.key));
}

TEST_F(KeysTest, AreMadeInADirectoryThatIsMadeForThem) {
  const std::string inner = directory_ + "/inner";
  EXPECT_THAT(KeyRing::Load(inner, kOrigin, false, random_), FailsWith("KEYS_MISSING"));
  EXPECT_THAT(KeyRing::Load(inner, kOrigin, true, random_), IsOk());
  struct stat status;
  ASSERT_EQ(stat(inner.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST_F(KeysTest, FileIsTheOwnersAloneAndNothingElseIsLeft) {
  Shows({"ctl-23"});
  const mode_t before = umask(0);
  EXPECT_THAT(Load(true), IsOk());
  umask(before);
  struct stat status;
  ASSERT_EQ(stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_), {}), 1);
}

TEST_F(KeysTest, AreRefusedWhenOthersMayUseTheFile) {
  Shows({"ctl-23"});
  ASSERT_THAT(Load(true), IsOk());
  const std::string text = Text();
  for (const mode_t mode : {0640u, 0604u, 0620u, 0602u, 0610u, 0601u, 0666u, 0777u}) {
    ASSERT_EQ(chmod(path().c_str(), mode), 0);
    EXPECT_THAT(Load(false), FailsWith("KEYS_UNSAFE")) << std::oct << mode;
    EXPECT_THAT(Load(true), FailsWith("KEYS_UNSAFE")) << std::oct << mode;
  }
  EXPECT_EQ(Text(), text);
  for (const mode_t mode : {0600u, 0400u}) {
    ASSERT_EQ(chmod(path().c_str(), mode), 0);
    EXPECT_THAT(Load(false), IsOk()) << std::oct << mode;
  }
}

TEST_F(KeysTest, BrokenFilesAreRefusedAndNeverReplaced) {
  ASSERT_THAT(Load(true), IsOk());
  const std::string good = Text();
  Write("{\n  \"version\": 1,\n" + good.substr(good.find("\"master\"")));  // Edited by hand.
  EXPECT_THAT(Load(false), IsOk());
  for (const std::string& text :
       {std::string(), std::string("{}"), good.substr(0, good.size() / 2), good + "{}",
        good.substr(0, good.find(",\"signing\"")) + "}",
        "{\"version\":2" + good.substr(good.find(",\"master\"")),
        std::string("{\"version\":1,\"master\":\"AAAA\",\"index\":\"AAAA\",\"signing\":\"AAAA\"}"),
        good + std::string(5000, ' ')}) {
    Write(text);
    EXPECT_THAT(Load(false), FailsWith("KEYS_INVALID")) << text.size();
    EXPECT_THAT(Load(true), FailsWith("KEYS_INVALID")) << text.size();
    EXPECT_EQ(Text(), text);
  }
}

TEST_F(KeysTest, WhatIsNoFileIsRefused) {
  ASSERT_TRUE(std::filesystem::create_directory(path()));
  EXPECT_THAT(Load(true), FailsWith("KEYS_MISSING"));
  EXPECT_THAT(KeyRing::Load("/proc/nowhere", kOrigin, true, random_), FailsWith("KEYS_MISSING"));
}

TEST_F(KeysTest, OriginsThatCannotBeWrittenAreRefused) {
  for (const char* origin : {"", "two words", "a+b", "quote\"", "back\\slash", "line\nbreak"}) {
    EXPECT_THAT(KeyRing::Load(directory_, origin, true, random_), FailsWith("KEYS_INVALID"));
  }
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(KeysTest, TwoThatStartTogetherGetTheSameKeys) {
  std::array<absl::StatusOr<KeyRing>, 4> rings = {Load(false), Load(false), Load(false),
                                                  Load(false)};
  std::vector<std::thread> threads;
  for (auto& ring : rings) threads.emplace_back([&ring, this] { ring = Load(true); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& ring : rings) {
    ASSERT_THAT(ring, IsOk());
    EXPECT_EQ(ring->signing_key().public_key(), rings[0]->signing_key().public_key());
  }
}

TEST(KeyRingTest, DataKeysOpenForTheirSubjectAlone) {
  Shows({"ctl-23"});
  FakeRandom random;
  const KeyRing ring = KeyRing::ForTests(kOrigin);
  const KeyRing::DataKey one = ring.NewDataKey("person-1", random);
  const KeyRing::DataKey two = ring.NewDataKey("person-1", random);
  EXPECT_EQ(one.key.size(), 32u);
  EXPECT_NE(one.key, two.key);
  EXPECT_EQ(one.wrapped.find(one.key), std::string::npos);
  EXPECT_THAT(ring.Unwrap("person-1", one.wrapped), IsOkAndHolds(one.key));
  EXPECT_THAT(ring.Unwrap("person-2", one.wrapped), FailsWith("KEY_DAMAGED"));
  EXPECT_THAT(ring.Unwrap("person-1", ""), FailsWith("KEY_DAMAGED"));
  for (size_t i = 0; i < one.wrapped.size(); ++i) {
    std::string changed = one.wrapped;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    ASSERT_THAT(ring.Unwrap("person-1", changed), FailsWith("KEY_DAMAGED")) << i;
  }
}

TEST(KeyRingTest, IndexKeepsKindsApartAndNeedsTheKey) {
  Shows({"ctl-23"});
  const KeyRing ring = KeyRing::ForTests(kOrigin);
  EXPECT_EQ(ring.Index("nhs-number", "9990000018"), ring.Index("nhs-number", "9990000018"));
  EXPECT_NE(ring.Index("nhs-number", "9990000018"), ring.Index("nhs-number", "9990000026"));
  EXPECT_NE(ring.Index("nhs-number", "9990000018"), ring.Index("worker", "9990000018"));
  EXPECT_NE(ring.Index("ab", "c"), ring.Index("a", "bc"));
  EXPECT_NE(ring.Index("nhs-number", "9990000018"), Sha256("9990000018"));
}

}  // namespace
}  // namespace fosse::audit
