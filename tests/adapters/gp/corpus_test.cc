// Every FHIR and MESH file that others published, as `fosse-gp translate` reads it: translated, or
// refused with its place, whole and damaged.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/gp/translate_file.h"
#include "gtest/gtest.h"
#include "tests/adapters/fhir/samples.h"
#include "tests/support/shows.h"

namespace fosse::adapters::gp {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Files = std::vector<std::pair<std::string, std::string>>;

constexpr size_t kCuts = 24;
constexpr size_t kFlips = 24;

// Everything below `fhir` and `mesh` of the corpus but what describes it.
Files PublishedFiles() {
  fs::path corpus;
  if (const char* source = std::getenv("FOSSE_SOURCE")) {
    corpus = fs::path(source) / "../shared/data";
  }
  if (const char* named = std::getenv("FOSSE_CORPUS")) corpus = named;
  Files files;
  for (const char* folder : {"fhir", "mesh"}) {
    std::error_code ignored;
    if (!fs::is_directory(corpus / folder, ignored)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(corpus / folder)) {
      if (!entry.is_regular_file() || entry.path().filename() == "README.md") continue;
      files.emplace_back(entry.path().lexically_relative(corpus).string(),
                         fhir::ReadWhole(entry.path()));
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Our own samples, sound ones: damage reaches further into these.
Files OwnFiles() {
  Files files;
  for (const char* folder : {"fhir", "itk3"}) {
    for (const auto& entry : fs::directory_iterator(fhir::SampleFolder().parent_path() / folder)) {
      const std::string kind = entry.path().extension().string();
      if (kind != ".json" && kind != ".xml") continue;
      files.emplace_back(entry.path().filename().string(), fhir::ReadWhole(entry.path()));
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// An Envelope or an answer and no issue; or issues, each with its place and remedy.
void ExpectOneOfTwo(const std::string& bytes, absl::string_view event = "") {
  const Json json = TranslateBytes("file", bytes, event);
  if (json["issues"].empty()) {
    ASSERT_NE(json.contains("envelope"), json.contains("answer"));
    return;
  }
  ASSERT_FALSE(json.contains("envelope") || json.contains("answer"));
  for (const Json& issue : json["issues"]) {
    ASSERT_FALSE(issue["at"].get<std::string>().empty()) << issue;
    ASSERT_FALSE(issue["reason"].get<std::string>().empty()) << issue;
    ASSERT_FALSE(issue["remedy"].get<std::string>().empty()) << issue;
  }
}

class CorpusTest : public ::testing::Test {
 protected:
  void SetUp() override {
    files_ = PublishedFiles();
    if (files_.empty()) {
      std::cout << "SKIPPED: no corpus; set FOSSE_CORPUS to the folder that holds fhir and mesh\n";
      GTEST_SKIP() << "no corpus";
    }
  }
  Files files_;
};

TEST_F(CorpusTest, EveryFileIsTranslatedOrRefusedWithItsPlace) {
  Shows({"haz-21", "ctl-32"});
  EXPECT_GE(files_.size(), 100u);
  for (const auto& [name, bytes] : files_) {
    SCOPED_TRACE(name);
    ExpectOneOfTwo(bytes);
    for (const absl::string_view event : kEvents) ExpectOneOfTwo(bytes, event);
    if (HasFatalFailure()) return;
  }
}

void Damage(const Files& files) {
  std::mt19937 random(20261102);
  for (const auto& [name, bytes] : files) {
    SCOPED_TRACE(name);
    for (size_t n = 0; n < kCuts; ++n) ExpectOneOfTwo(bytes.substr(0, bytes.size() * n / kCuts));
    for (size_t n = 0; n < kFlips && !bytes.empty(); ++n) {
      std::string flipped = bytes;
      for (size_t left = 1 + random() % 3; left > 0; --left) {
        flipped[random() % flipped.size()] ^= static_cast<char>(1u << (random() % 8));
      }
      ExpectOneOfTwo(flipped);
    }
    if (::testing::Test::HasFatalFailure()) return;
  }
}

TEST_F(CorpusTest, DamagedFilesAreTranslatedOrRefusedWithTheirPlace) {
  Shows({"haz-21", "ctl-32"});
  Damage(files_);
}

TEST(OwnSamplesTest, DamagedOnesAreTranslatedOrRefusedWithTheirPlace) {
  Shows({"haz-21", "ctl-32"});
  const Files files = OwnFiles();
  ASSERT_GE(files.size(), 20u);
  Damage(files);
}

std::string Summary(const std::string& bytes) {
  const Json json = TranslateBytes("file", bytes, "");
  if (json.contains("answer")) return "what an ITK3 answer means";
  if (json.contains("envelope")) {
    for (const auto& [name, value] : json["envelope"].items()) {
      if (value.is_object() && name != "subject" && name != "acting_person") {
        return absl::StrCat("`", name, "`");
      }
    }
  }
  const Json& first = json["issues"][0];
  return absl::StrCat("refused: ", first["at"].get<std::string>(), " `",
                      first["reason"].get<std::string>(), "`");
}

// docs/adapters/fhir-corpus.md: which published file becomes what, and why others are refused.
TEST_F(CorpusTest, TheTableOfPublishedFilesIsTrue) {
  Shows({"haz-21", "ctl-32"});
  std::string page =
      "# Published FHIR and MESH files, as this adapter reads them\n\n"
      "Made by `adapters_gp_corpus_test` (`UPDATE_GOLDEN=1`) from a folder of files that others "
      "published;\nthey are not part of this project. Read as `fosse-gp translate` reads them. "
      "None "
      "of the published\nworkflows carries delegated tasks or clinical oversight, so what is here "
      "shows how each is refused:\nthe first place and reason are named. What is taken is in "
      "`tests/corpus/fhir` and `tests/corpus/itk3`.\n\n"
      "| File | Becomes |\n| --- | --- |\n";
  for (const auto& [name, bytes] : files_) {
    absl::StrAppend(&page, "| ", name, " | ", Summary(bytes), " |\n");
  }
  const char* const source = std::getenv("FOSSE_SOURCE");
  const std::string path =
      absl::StrCat(source == nullptr ? "." : source, "/docs/adapters/fhir-corpus.md");
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << page;
  EXPECT_EQ(fhir::ReadWhole(path), page);
}

}  // namespace
}  // namespace fosse::adapters::gp
