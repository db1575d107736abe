#include "adapters/csv/reader.h"

#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::csv {
namespace {

using ::testing::ElementsAre;

std::vector<Row> Rows(const std::string& text, Limits limits = {}) {
  std::istringstream in(text);
  Reader reader(in, limits);
  std::vector<Row> rows;
  while (std::optional<Row> row = reader.Next()) rows.push_back(*std::move(row));
  return rows;
}

// "a|b" a row, and what is wrong: "a|b !3:2 ROW_RAGGED".
std::string Said(const std::string& text, Limits limits = {}) {
  std::vector<std::string> said;
  for (const Row& row : Rows(text, limits)) {
    std::string line = absl::StrJoin(row.cells, "|");
    for (const Issue& issue : row.issues) {
      absl::StrAppend(&line, " !", issue.line, ":", issue.column, " ", issue.reason);
    }
    said.push_back(line);
  }
  return absl::StrJoin(said, "\n");
}

TEST(CsvReaderTest, ReadsWhatRfc4180Says) {
  EXPECT_EQ(Said("a,b\r\n1,2\r\n"), "a|b\n1|2");
  EXPECT_EQ(Said("a,b\r\n1,2"), "a|b\n1|2") << "the last line end may be missing";
  EXPECT_EQ(Said("a,b\n\"x, y\",\"he said \"\"no\"\"\"\n"), "a|b\nx, y|he said \"no\"");
  EXPECT_EQ(Said("a,b\n\"two\nlines\",2\n"), "a|b\ntwo\nlines|2");
  EXPECT_EQ(Said("a,b,c\n,,\n"), "a|b|c\n||") << "empty cells are cells";
  EXPECT_EQ(Said("a\n\"\"\n"), "a") << "a row of one empty cell is a blank line";
  EXPECT_EQ(Said(""), "");
}

TEST(CsvReaderTest, TakesTheLineEndsMarksAndBlanksOfRealFiles) {
  EXPECT_EQ(Said("\xEF\xBB\xBF"
                 "a,b\r1,2\r\n\r\n3,4\n\n"),
            "a|b\n1|2\n3|4");
  EXPECT_EQ(Said("a,b\n 1 ,it\"s\n"), "a|b\n 1 |it\"s") << "a quote within a cell is data";
  EXPECT_EQ(Said("a,b\n\"1\" ,2\n"), "a|b\n1|2");
}

TEST(CsvReaderTest, ReadsACellThatIsNoUtf8AsWindows1252) {
  EXPECT_EQ(Said("a,b\nZo\xEB,\x93quoted\x94 \x80\n"),
            "a|b\nZo\xC3\xAB|\xE2\x80\x9Cquoted\xE2\x80\x9D \xE2\x82\xAC");
  EXPECT_EQ(Said("a\nZo\xC3\xAB\n"), "a\nZo\xC3\xAB");
}

TEST(CsvReaderTest, TellsWhereARowIsWrongAndGoesOn) {
  Shows({"haz-21"});
  EXPECT_EQ(Said("a,b\n1\n1,2,3\n4,5\n"), "a|b\n1 !2:0 ROW_RAGGED\n1|2|3 !3:0 ROW_RAGGED\n4|5");
  EXPECT_EQ(Said("a,b\n\"x\"y,2\n3,4\n"), "a|b\nx|2 !2:1 QUOTE_MISPLACED\n3|4");
  EXPECT_EQ(Said("a,b\n1,\"open\n3,4\n"), "a|b\n1|open\n3,4\n !2:2 QUOTE_NOT_CLOSED");
  EXPECT_EQ(Said(std::string("a,b\n1,x\0y\n", 10)), "a|b\n1|xy !2:2 NOT_TEXT");
  const std::vector<Row> rows = Rows("a,b\n\"two\nlines\",2\n7\n");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[2].line, 4u) << "lines of the file, not rows";
  EXPECT_EQ(rows[2].issues[0].line, 4u);
}

TEST(CsvReaderTest, WhatIsEndlessIsCut) {
  Shows({"ctl-30"});
  const Limits small{.cell_bytes = 4, .columns = 2};
  EXPECT_EQ(Said("a,b\n12345678,\"12345678\"\n", small),
            "a|b\n1234|1234 !2:1 CELL_TOO_LONG !2:2 CELL_TOO_LONG");
  EXPECT_EQ(Said("a,b\n1,2,3,4\n", small), "a|b\n1|2 !2:3 TOO_MANY_COLUMNS");
}

TEST(CsvReaderTest, HeadersAreFoundByName) {
  const std::vector<std::string> header = {"Person ID", " person_DOB ", "Name", "name"};
  EXPECT_EQ(FindColumn(header, "person-id"), 0u);
  EXPECT_EQ(FindColumn(header, "Person DOB"), 1u);
  EXPECT_EQ(FindColumn(header, "Name"), std::nullopt) << "two columns have it";
  EXPECT_EQ(FindColumn(header, "other"), std::nullopt);
}

TEST(CsvReaderTest, WhatSaysThatThereIsNothingIsNothing) {
  for (const char* cell : {"", "  ", "NULL", "null", " n/a", "-", "--", "None", "\xE2\x80\x93"}) {
    EXPECT_EQ(ValueOf(cell), std::nullopt) << cell;
  }
  EXPECT_EQ(ValueOf(" 7 "), "7");
  EXPECT_EQ(ValueOf("0"), "0");
  EXPECT_EQ(ValueOf("No"), "No");
}

// Bytes lost or changed at any place: no crash, every cell is UTF-8, no row beyond the limits.
TEST(CsvReaderTest, DamagedFilesAreReadOrToldRowByRow) {
  Shows({"ctl-32"});
  const std::string sound =
      "\xEF\xBB\xBF"
      "a,b,c\r\n1,\"x, \"\"y\"\"\nz\",3\r\n4,Zo\xEB,6\n";
  for (size_t at = 0; at < sound.size(); ++at) {
    for (const std::string& change :
         {std::string(), std::string("\""), std::string(","), std::string("\r"), std::string("\n"),
          std::string(1, '\0'), std::string("\xFF"), std::string("\"\"")}) {
      std::string damaged = sound;
      damaged.replace(at, 1, change);
      for (const Row& row : Rows(damaged)) {
        EXPECT_LE(row.cells.size(), 1000u);
        EXPECT_GE(row.line, 1u);
      }
    }
  }
}

}  // namespace
}  // namespace fosse::csv
