// Bytes spoilt in many ways never crash a reader, and what is read is whole: an answer to
// something, with codes. The suite `sanitizers` runs this too.

#include <random>

#include "adapters/itk3/response.h"
#include "adapters/mesh/chunks.h"
#include "gmock/gmock.h"
#include "tests/adapters/itk3/samples.h"
#include "tests/support/shows.h"

namespace fosse::adapters::itk3 {
namespace {

constexpr int kRounds = 20000;

std::string Spoilt(std::string bytes, std::mt19937& random) {
  const int changes = 1 + static_cast<int>(random() % 4);
  for (int n = 0; n < changes && !bytes.empty(); ++n) {
    const size_t at = random() % bytes.size();
    const size_t size = random() % (bytes.size() - at) % 64;
    switch (random() % 4) {
      case 0:
        bytes[at] = static_cast<char>(random());
        break;
      case 1:
        bytes.erase(at, size);
        break;
      case 2:
        bytes.insert(at, bytes.substr(random() % bytes.size(), size));
        break;
      default:
        bytes.resize(at);
    }
  }
  return bytes;
}

TEST(MutationTest, ASpoiltAnswerIsRefusedWithItsPlaceOrWhole) {
  Shows({"haz-21"});
  std::mt19937 random(5);
  const std::string whole = AnswerXml("5d1b2e8a-0000-4000-8000-000000000009", "20013");
  for (int n = 0; n < kRounds; ++n) {
    const ReadResponse read = ReadResponseMessage(Spoilt(whole, random));
    for (const Issue& issue : read.issues) ASSERT_FALSE(issue.reason.empty() || issue.at.empty());
    if (!read.issues.empty()) continue;
    ASSERT_FALSE(read.response.in_reply_to.empty());
    ASSERT_FALSE(read.response.codes.empty());
  }
}

TEST(MutationTest, ASpoiltChunkNeverUnfoldsToMoreThanItMay) {
  std::mt19937 random(6);
  const std::string packed =
      mesh::Gzip(AnswerXml("a", "20013")) + mesh::Gzip(std::string(5000, 'x'));
  for (int n = 0; n < kRounds; ++n) {
    const auto plain = mesh::Gunzip(Spoilt(packed, random), 4096);
    if (plain.ok()) {
      ASSERT_LE(plain->size(), 4096u);
    }
  }
}

TEST(MutationTest, ElementsNestedHoweverDeepAreNoTrouble) {
  std::string deep = "<Bundle>";
  for (int n = 0; n < 200000; ++n) deep += "<a>";
  EXPECT_FALSE(ReadResponseMessage(deep).issues.empty());
  std::string closed = deep;
  for (int n = 0; n < 200000; ++n) closed += "</a>";
  EXPECT_FALSE(ReadResponseMessage(closed + "</Bundle>").issues.empty());
}

}  // namespace
}  // namespace fosse::adapters::itk3
