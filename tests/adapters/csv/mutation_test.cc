// Any bytes: the reader ends, within its limits, and what it read is text.
#include <random>
#include <sstream>

#include "adapters/csv/reader.h"
#include "adapters/csv/writer.h"
#include "base/utf8.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::csv {
namespace {

std::string Noise(std::mt19937& random, size_t size) {
  static constexpr char kTelling[] = "\",;\t\r\n=+-@' ab\0\x7F\xC3\xA9\xFF\x96\xE2\x80\x93";
  std::string text;
  for (size_t n = 0; n < size; ++n) text += kTelling[random() % (sizeof(kTelling) - 1)];
  return text;
}

TEST(CsvMutationTest, AnyBytesAreReadToTheirEnd) {
  Shows({"haz-21", "ctl-32"});
  std::mt19937 random(20261127);
  const Limits limits{.cell_bytes = 40, .columns = 8, .row_bytes = 200};
  for (int round = 0; round < 4000; ++round) {
    const std::string bytes = Noise(random, random() % 300);
    std::istringstream in(bytes);
    Reader reader(in, limits);
    std::string raw;
    uint64_t line = 0;
    while (const std::optional<Row> row = reader.Next()) {
      ASSERT_GE(row->line, line);
      line = row->line;
      ASSERT_LE(row->cells.size(), limits.columns);
      ASSERT_LE(row->raw.size(), limits.row_bytes);
      for (const std::string& cell : row->cells) ASSERT_TRUE(IsUtf8(cell));
      for (const std::string& cell : row->cells) ValueOf(cell);
    }
  }
}

// What is written is read back, but for the apostrophe before what would be a formula.
TEST(CsvMutationTest, WhatIsWrittenIsReadBack) {
  Shows({"haz-21"});
  std::mt19937 random(20261128);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::string> cells(1 + random() % 5);
    for (std::string& cell : cells) {
      static constexpr const char* kParts[] = {"a", ",",        "\"", "\n", "\r\n", "=",
                                               "+", "\xC3\xA9", " ",  "'",  "-",    "@"};
      for (size_t left = random() % 6; left > 0; --left) cell += kParts[random() % 12];
    }
    if (cells.size() == 1 && cells[0].empty()) continue;  // A blank line.
    std::ostringstream out;
    WriteRow(cells, out);
    std::istringstream in(out.str());
    Reader reader(in);
    const std::optional<Row> row = reader.Next();
    ASSERT_TRUE(row.has_value());
    ASSERT_TRUE(row->issues.empty());
    ASSERT_EQ(row->raw, out.str());
    ASSERT_EQ(row->cells.size(), cells.size());
    for (size_t n = 0; n < cells.size(); ++n) ASSERT_EQ(row->cells[n], SafeCell(cells[n]));
    ASSERT_FALSE(reader.Next().has_value());
  }
}

}  // namespace
}  // namespace fosse::csv
