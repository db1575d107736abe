// Files that others published: each is read, or refused row by row with its reasons.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "adapters/council/file_reading.h"
#include "base/field_check.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "tests/adapters/council/exports.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::council {
namespace {

namespace fs = std::filesystem;

class CouncilCorpusTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (Corpus().empty()) {
      std::cout << "SKIPPED: no corpus; set FOSSE_CORPUS to the folder that holds council\n";
      GTEST_SKIP() << "no corpus";
    }
    for (const auto& entry : fs::recursive_directory_iterator(Corpus())) {
      if (entry.is_regular_file() && entry.path().extension() != ".md") {
        files_.push_back(entry.path());
      }
    }
    std::sort(files_.begin(), files_.end());
  }

  // By the one map that fits a published export; others by none.
  std::vector<Reading> Read(const fs::path& path) {
    static const std::unique_ptr<const ColumnMap> map = MapOf(MapText("mosaic-persons"));
    const bool persons = path.filename() == "dm_persons.csv";
    auto file = FileReading::Open(path, persons ? map.get() : nullptr, CouncilOrigin());
    EXPECT_THAT(file, IsOk());
    std::vector<Reading> readings;
    while (std::optional<Reading> reading = (*file)->Next()) {
      readings.push_back(*std::move(reading));
    }
    return readings;
  }

  std::vector<fs::path> files_;
};

TEST_F(CouncilCorpusTest, EveryRowIsReadOrRefusedWithItsReason) {
  Shows({"ctl-32", "haz-21"});
  for (const fs::path& path : files_) {
    SCOPED_TRACE(path.filename().string());
    const std::vector<Reading> readings = Read(path);
    EXPECT_FALSE(readings.empty());
    for (const Reading& reading : readings) {
      EXPECT_EQ(reading.issues.empty(), !reading.said.empty() || !reading.passed_over.empty());
      for (const Said& said : reading.said) EXPECT_THAT(CheckFields(said.envelope), IsOk());
      for (const ReadingIssue& issue : reading.issues) {
        EXPECT_FALSE(issue.reason.empty());
        EXPECT_FALSE(issue.remedy.empty());
      }
    }
  }
}

std::string Summary(const std::vector<Reading>& readings) {
  std::map<std::string, int> counts;
  for (const Reading& reading : readings) {
    if (!reading.issues.empty()) {
      std::set<std::string> reasons;
      for (const ReadingIssue& issue : reading.issues) {
        reasons.insert(
            absl::StrCat("`", issue.reason, "`", issue.at.empty() ? "" : " at ", issue.at));
      }
      ++counts[absl::StrCat("refused: ", absl::StrJoin(reasons, ", "))];
    } else if (!reading.passed_over.empty()) {
      ++counts[absl::StrCat("passed over: `", reading.passed_over, "`")];
    } else {
      ++counts[absl::StrCat("`", Told(reading), "`")];
    }
  }
  std::vector<std::string> said;
  for (const auto& [what, count] : counts) {
    said.push_back(count == 1 ? what : absl::StrCat(count, " × ", what));
  }
  return absl::StrJoin(said, "; ");
}

// docs/adapters/council-corpus.md: what becomes of each published file.
TEST_F(CouncilCorpusTest, TheTableOfPublishedFilesIsTrue) {
  Shows({"haz-21", "ctl-32"});
  std::string page =
      "# Published files of council systems, as this adapter reads them\n\n"
      "Made by `adapters_council_test` (`UPDATE_GOLDEN=1`) from a folder of files that others "
      "published;\nthey are not part of this project. `dm_persons.csv` is read by the map "
      "`mosaic-persons`; tables that tell\nnothing of a person known by number, day of birth and "
      "name have no map, and are read row by row\nto the end and refused for that. Form "
      "definitions, service directories and drafts for children's\nplacements are JSON, and no "
      "message of this door.\n\n"
      "| File | Becomes |\n| --- | --- |\n";
  for (const fs::path& path : files_) {
    absl::StrAppend(&page, "| ", fs::relative(path, Corpus()).string(), " | ", Summary(Read(path)),
                    " |\n");
  }
  const std::string held = SourcePath("docs/adapters/council-corpus.md");
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(held, std::ios::binary) << page;
  EXPECT_EQ(ReadAll(held), page);
}

// Every word of the published lists has a meaning in the maps.
TEST_F(CouncilCorpusTest, TheMapsKnowEveryPublishedCodeOfBothReleases) {
  Shows({"haz-21"});
  const auto expect_known = [](const char* file, const char* map_name, const char* list) {
    std::istringstream in(ReadAll((Corpus() / "cld" / file).string()));
    csv::Reader reader(in, {}, '\t');
    ColumnMapText map;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(MapText(map_name), &map));
    std::set<std::string> known;
    for (const CodeList& codes : map.lists()) {
      for (const Code& code : codes.codes()) {
        for (const std::string& word : code.says()) {
          if (codes.name() == list) known.insert(csv::FoldName(word));
        }
      }
    }
    ASSERT_TRUE(reader.Next().has_value());
    while (const std::optional<csv::Row> row = reader.Next()) {
      EXPECT_TRUE(known.contains(csv::FoldName(row->cells[0]))) << row->cells[0];
    }
  };
  expect_known("cld-r1-event-outcome-to-salt.tsv", "cld-release-1", "outcome");
  expect_known("cld-r2-event-outcome.tsv", "cld-release-2", "outcome");
  expect_known("cld-r2-service-type.tsv", "cld-release-2", "service");
}

}  // namespace
}  // namespace fosse::adapters::council
