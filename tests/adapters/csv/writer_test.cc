#include "adapters/csv/writer.h"

#include <sstream>
#include <string>
#include <vector>

#include "adapters/csv/reader.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::csv {
namespace {

std::string Written(const std::vector<std::string>& cells) {
  std::ostringstream out;
  WriteRow(cells, out);
  return out.str();
}

TEST(CsvWriterTest, QuotesWhereItMust) {
  EXPECT_EQ(Written({"a", "", "b c"}), "a,,b c\r\n");
  EXPECT_EQ(Written({"x, y", "he said \"no\"", "two\nlines", " edge"}),
            "\"x, y\",\"he said \"\"no\"\"\",\"two\nlines\",\" edge\"\r\n");
}

TEST(CsvWriterTest, NoCellStartsAFormula) {
  Shows({"haz-21"});
  for (const char* cell : {"=1+1", "+44 116 496 0101", "-2+3", "@SUM(A1)", "\tx", "\rx", "\n=1",
                           "\xEF\xBC\x9D"
                           "1+1",
                           "\xEF\xBC\xA0SUM(A1)"}) {
    EXPECT_EQ(SafeCell(cell), std::string("'") + cell);
  }
  for (const char* cell : {"-", "", "9990000018", "a=b", "x-1"}) EXPECT_EQ(SafeCell(cell), cell);
}

TEST(CsvWriterTest, WhatWasWrittenIsReadAgain) {
  Shows({"haz-21"});
  const std::vector<std::string> cells = {"Zo\xC3\xAB", "x, \"y\"\r\nz", "", " padded ", "plain"};
  std::istringstream in(Written({"a", "b", "c", "d", "e"}) + Written(cells));
  Reader reader(in);
  ASSERT_TRUE(reader.Next().has_value());
  const std::optional<Row> row = reader.Next();
  ASSERT_TRUE(row.has_value());
  EXPECT_TRUE(row->issues.empty());
  EXPECT_EQ(row->cells, cells);
}

}  // namespace
}  // namespace fosse::csv
