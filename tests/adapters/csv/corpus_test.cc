// Files that others published: each is read to its end, or its rows are told.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "adapters/csv/reader.h"
#include "base/utf8.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::csv {
namespace {

std::filesystem::path Corpus() {
  std::vector<std::filesystem::path> places;
  if (const char* corpus = std::getenv("FOSSE_CORPUS")) {
    places.emplace_back(std::filesystem::path(corpus) / "council");
  }
  const char* const source = std::getenv("FOSSE_SOURCE");
  places.emplace_back(std::filesystem::path(source == nullptr ? "." : source) /
                      "../shared/data/council");
  for (const std::filesystem::path& place : places) {
    std::error_code ignored;
    if (std::filesystem::is_directory(place, ignored)) return place;
  }
  return {};
}

TEST(CsvCorpusTest, EveryFileIsReadToItsEnd) {
  Shows({"ctl-32", "haz-21"});
  if (Corpus().empty()) {
    std::cout << "SKIPPED: no corpus; set FOSSE_CORPUS to the folder that holds council\n";
    GTEST_SKIP() << "no corpus";
  }
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(Corpus())) {
    if (entry.path().extension() != ".csv") continue;
    SCOPED_TRACE(entry.path().filename().string());
    std::ifstream file(entry.path(), std::ios::binary);
    Reader reader(file);
    size_t rows = 0;
    size_t wrong = 0;
    while (const std::optional<Row> row = reader.Next()) {
      ++rows;
      wrong += row->issues.empty() ? 0 : 1;
      for (const std::string& cell : row->cells) EXPECT_TRUE(IsUtf8(cell));
    }
    ++files;
    EXPECT_GT(rows, 1u);
    // The one file that its publisher says has a row with two fields too many.
    EXPECT_EQ(wrong, entry.path().filename() == "dm_persons.csv" ? 1u : 0u);
  }
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace fosse::csv
