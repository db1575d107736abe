#include "adapters/council/file_reading.h"

#include <filesystem>

#include "gmock/gmock.h"
#include "tests/adapters/council/exports.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::council {
namespace {

std::string ToldOf(const std::string& name, const std::string& bytes) {
  const std::string path = ::testing::TempDir() + name;
  std::ofstream(path, std::ios::binary) << bytes;
  static const std::unique_ptr<const ColumnMap> map = MapOf(MapText("provider-template"));
  auto file = FileReading::Open(path, map.get(), CouncilOrigin());
  std::string told;
  while (const std::optional<Reading> reading = (*file)->Next()) {
    if (!told.empty()) told += "; ";
    told += reading->issues.empty() ? Told(*reading) : reading->issues[0].reason;
  }
  std::filesystem::remove(path);
  return told;
}

constexpr char kRow[] =
    "Row,What,NHS Number,Date of Birth,Family Name,Delegation\n"
    "1,decline,9990000018,1941-03-09,Bramley,BS-1\n";

TEST(FileReadingTest, TheBytesSayWhatAFileIs) {
  Shows({"haz-21"});
  EXPECT_EQ(ToldOf("a.csv", kRow), "delegation-response");
  EXPECT_EQ(ToldOf("a.txt", std::string("\xEF\xBB\xBF") + kRow), "delegation-response");
  std::string tabs = kRow;
  std::replace(tabs.begin(), tabs.end(), ',', '\t');
  EXPECT_EQ(ToldOf("a.tsv", tabs), "delegation-response");
  std::string semicolons = kRow;
  std::replace(semicolons.begin(), semicolons.end(), ',', ';');
  EXPECT_EQ(ToldOf("a.csv", semicolons), "delegation-response");
  EXPECT_EQ(ToldOf("a.json", "{\"type\": \"hop\"}"), "FIELD_INVALID");
  EXPECT_EQ(ToldOf("a.json", "[1]"), "JSON_INVALID");
  EXPECT_EQ(ToldOf("a.json", "{\"notice\": {}}"), "FIELD_REQUIRED");
  EXPECT_EQ(ToldOf("a.xml", "<notice/>"), "FIELD_REQUIRED");
  EXPECT_EQ(ToldOf("a.csv", ""), "FILE_EMPTY");
  EXPECT_EQ(ToldOf("a.csv", "\r\n \n"), "FILE_EMPTY");
  EXPECT_EQ(ToldOf("a.csv", "PK\x03\x04 and so on"), "FILE_NOT_TEXT");
  EXPECT_EQ(ToldOf("a.csv", "\xFF\xFER\x01"), "FILE_NOT_TEXT");
  EXPECT_EQ(ToldOf("a.json", "{" + std::string(1 << 20, ' ') + "}"), "FILE_TOO_LARGE");
  EXPECT_THAT(FileReading::Open("/nowhere/a.csv", nullptr, {}), FailsWith("FILE_UNREADABLE"));
}

TEST(FileReadingTest, WithoutAMapEveryRowIsRefused) {
  auto file = FileReading::Open(ExportPath("provider-template"), nullptr, CouncilOrigin());
  ASSERT_THAT(file, IsOk());
  int rows = 0;
  while (const std::optional<Reading> reading = (*file)->Next()) {
    ++rows;
    EXPECT_EQ(reading->issues.at(0).reason, "COLUMN_MAP_MISSING");
  }
  EXPECT_EQ(rows, 8);
}

// The files that are handed out have the columns of their maps, and no other.
TEST(FileReadingTest, TheTemplatesHaveTheColumnsOfTheirMaps) {
  for (const char* name : {"provider-template", "training-register"}) {
    std::istringstream in(
        ReadAll(SourcePath(std::string("adapters/council/templates/") + name + ".csv")));
    csv::Reader reader(in);
    const std::optional<csv::Row> header = reader.Next();
    ASSERT_TRUE(header.has_value());
    std::map<std::string, std::string> columns;
    for (const std::string& cell : header->cells) columns.emplace(csv::FoldName(cell), cell);
    EXPECT_EQ(columns, MapOf(MapText(name))->used());
  }
}

}  // namespace
}  // namespace fosse::adapters::council
