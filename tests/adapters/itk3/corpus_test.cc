// Every file of the MESH samples that others published: translated, or refused with its place.

#include <iostream>
#include <map>

#include "adapters/itk3/response.h"
#include "adapters/mesh/chunks.h"
#include "nlohmann/json.hpp"
#include "tests/adapters/itk3/samples.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::itk3 {
namespace {

class CorpusTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = CorpusFolder();
    if (folder_.empty()) {
      std::cout << "SKIPPED: no corpus; set FOSSE_CORPUS to the folder that holds mesh\n";
      GTEST_SKIP() << "no corpus";
    }
  }
  std::filesystem::path folder_;
};

TEST_F(CorpusTest, EveryFileIsRefusedWithItsPlaceForNoneIsAnAnswer) {
  Shows({"haz-21"});
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    const std::string name = entry.path().filename().string();
    if (name == "README.md") continue;
    ++files;
    const ReadResponse read = ReadResponseMessage(ReadWhole(entry.path()));
    ASSERT_FALSE(read.issues.empty()) << name;
    EXPECT_FALSE(read.issues[0].at.empty()) << name;
    EXPECT_FALSE(read.issues[0].remedy.empty()) << name;
    std::cout << name << ": refused, " << read.issues[0].at << " " << read.issues[0].reason << "\n";
  }
  EXPECT_GE(files, 8);
}

TEST_F(CorpusTest, PublishedItkMessagesThatAreNoAnswersAreRefusedByTheirEvent) {
  Shows({"haz-21"});
  int messages = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(folder_.parent_path() / "fhir" / "gpconnect")) {
    if (entry.path().extension() != ".xml") continue;
    const ReadResponse read = ReadResponseMessage(ReadWhole(entry.path()));
    ASSERT_FALSE(read.issues.empty()) << entry.path();
    const Issue& first = read.issues[0];
    std::cout << entry.path().filename().string() << ": refused, " << first.at << " "
              << first.reason << "\n";
    if (first.reason != "EVENT_UNSUPPORTED") continue;
    EXPECT_EQ(first.at, "Bundle/entry[0]/resource/MessageHeader/event");
    ++messages;
  }
  EXPECT_GE(messages, 2);
}

TEST_F(CorpusTest, ChunksCompressedEachByItselfBecomeTheTextThatWentIn) {
  Shows({"haz-21"});
  const auto about =
      nlohmann::json::parse(ReadWhole(folder_ / "CHUNKED_MESSAGE_GZ.json"), nullptr, false);
  ASSERT_TRUE(about.is_object());
  std::string packed;
  std::string whole;
  for (int n = 1; n <= about["total_chunks"].get<int>(); ++n) {
    const std::string chunk = ReadWhole(folder_ / absl::StrCat("CHUNKED_MESSAGE_GZ.part", n));
    packed += chunk;
    ASSERT_OK_AND_ASSIGN(const std::string plain, mesh::Gunzip(chunk, 1 << 20));
    whole += plain;
  }
  EXPECT_EQ(packed.size(), about["file_size"].get<size_t>());
  // Members one behind the other are the same text.
  EXPECT_THAT(mesh::Gunzip(packed, 1 << 20), IsOkAndHolds(whole));
  EXPECT_EQ(whole.substr(0, 11), "Lorem ipsum");
  const ReadResponse read = ReadResponseMessage(whole);
  ASSERT_EQ(read.issues.size(), 1u);
  EXPECT_EQ(read.issues[0].reason, "MESSAGE_UNREADABLE");
}

}  // namespace
}  // namespace fosse::adapters::itk3
