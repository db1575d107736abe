// Breaks messages at random, always in the same way, and asks what is left of them. Meant to run
// under the sanitizers too.
#include <random>

#include "gtest/gtest.h"
#include "tests/adapters/council/samples.h"
#include "tests/support/shows.h"

namespace fosse::adapters::council {
namespace {

constexpr int kRoundsEach = 400;

class Mutator {
 public:
  explicit Mutator(uint32_t seed) : random_(seed) {}

  // Not a distribution of the library: those differ between implementations.
  size_t Below(size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  std::string Mutate(std::string bytes) {
    for (size_t left = 1 + Below(4); left > 0; --left) MutateOnce(bytes);
    return bytes;
  }

 private:
  void MutateOnce(std::string& bytes) {
    static constexpr char kTelling[] = "{}[]\":,\\/~0-+.eEtfn \0\x7F\xC3\xFF";
    const size_t at = Below(bytes.size() + 1);
    switch (Below(6)) {
      case 0:
        bytes.insert(at, 1, kTelling[Below(sizeof(kTelling) - 1)]);
        break;
      case 1:
        bytes.erase(at, Below(12));
        break;
      case 2:
        if (at < bytes.size()) bytes[at] = kTelling[Below(sizeof(kTelling) - 1)];
        break;
      case 3:
        if (at < bytes.size()) bytes[at] = static_cast<char>(Below(256));
        break;
      case 4:
        bytes.insert(at, bytes.substr(Below(bytes.size() + 1), Below(60)));
        break;
      default:
        if (at < bytes.size()) std::swap(bytes[at], bytes[Below(bytes.size())]);
    }
  }

  std::mt19937 random_;
};

TEST(MutationTest, WhatIsTakenLosesNothingAndWhatIsNotIsLocated) {
  Shows({"haz-21"});
  Mutator mutator(20261122);
  int taken = 0;
  int refused = 0;
  for (const MessageType& type : MessageTypes()) {
    const std::string whole = FullMessage(type).dump();
    for (int round = 0; round < kRoundsEach; ++round) {
      const std::string bytes = mutator.Mutate(whole);
      const Translated translated = FromJson(bytes, kSender, "QK1");
      if (!translated.issues.empty()) {
        ++refused;
        EXPECT_LE(translated.issues.size(), 20u);
        EXPECT_FALSE(Json::parse(IssuesJson(translated.issues), nullptr, false).is_discarded());
        continue;
      }
      ++taken;
      // Every leaf of what was taken stands in the envelope: written again, the message is there.
      v1::Envelope envelope = translated.envelope;
      const auto read = nlohmann::json::parse(bytes, nullptr, false);
      ASSERT_TRUE(read.is_object());
      const auto written = nlohmann::json::parse(
          WriteFields(BodyOf(envelope, *FindByName(read.at("type").get<std::string>())),
                      FindByName(read.at("type").get<std::string>())->fields)
              .dump());
      for (const Field& field : FindByName(read.at("type").get<std::string>())->fields) {
        const nlohmann::json::json_pointer at{std::string(field.json)};
        if (!read.contains(at) || read.at(at).is_null() || field.form == Form::kTime) continue;
        const bool says_nothing =
            read.at(at) == "" || read.at(at) == 0 || read.at(at) == false || read.at(at).empty();
        if (says_nothing) continue;
        ASSERT_TRUE(written.contains(at)) << field.json;
        EXPECT_EQ(written.at(at), read.at(at)) << field.json;
      }
    }
  }
  // Both ways were gone, or the test shows nothing.
  EXPECT_GT(taken, 200);
  EXPECT_GT(refused, 200);
}

}  // namespace
}  // namespace fosse::adapters::council
