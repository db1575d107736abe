#include "cli/table.h"

#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace fosse::cli {
namespace {

std::string Printed(const Table& table) {
  std::ostringstream out;
  table.Print(out);
  return out.str();
}

TEST(TableTest, ColumnsAreAsWideAsTheirWidestCell) {
  Table table({"A", "LONGER", "C"});
  table.Row({"1", "2", "3"});
  table.Row({"four", "5", "6"});
  EXPECT_EQ(Printed(table),
            "A     LONGER  C\n"
            "1     2       3\n"
            "four  5       6\n");
}

TEST(TableTest, LettersCountNotBytes) {
  Table table({"NAME", "N"});
  table.Row({"Zoë", "1"});
  table.Row({"Anna", "2"});
  EXPECT_EQ(Printed(table), "NAME  N\nZoë   1\nAnna  2\n");
}

TEST(TableTest, NothingShowsAsADash) {
  Table table({"A", "B"});
  table.Row({"", "x"});
  EXPECT_EQ(Printed(table), "A  B\n-  x\n");
}

TEST(TableTest, NotesStandUnderTheLastColumnAndWrap) {
  Table table({"A", "B"}, 2);
  table.Row({"1", "2"});
  table.Note("because", "one two three");
  table.Note("empty", "");
  EXPECT_EQ(Printed(table), "  A  B\n  1  2\n     because: one two three\n");
  EXPECT_EQ(Wrap("one two three", 7, 2), "one two\n  three");
  EXPECT_EQ(Wrap("unbreakable", 3, 2), "unbreakable");
}

TEST(TableTest, ALineWrapsUnderItself) {
  const auto printed = [](absl::string_view label, absl::string_view text, size_t indent) {
    std::ostringstream out;
    PrintLine(label, text, out, indent);
    return out.str();
  };
  EXPECT_EQ(printed("because", "one\x1btwo", 2), "  because: one two\n");
  EXPECT_EQ(printed("", "one", 4), "    one\n");
  EXPECT_EQ(printed("because", "", 2), "");
  const std::string words =
      "words of seven letters follow each other until the line is full and the "
      "rest of them goes below";
  const std::string lines = printed("next", words, 2);
  EXPECT_EQ(lines.find('\n'), lines.rfind("\n        ")) << lines;
  for (size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1) {
    EXPECT_LE(lines.find('\n', at) - at, 96u);
  }
  // However far in, there is room for words.
  EXPECT_EQ(printed("x", "one two", 200), std::string(200, ' ') + "x: one two\n");
}

TEST(TableTest, WhatAMessageHoldsCannotSteerTheTerminal) {
  EXPECT_EQ(Printable("a\x1b[2Jb\nc\x7f"), "a [2Jb c ");
  EXPECT_EQ(Printable("a\xc2\x9b"
                      "b"),
            "a b");  // CSI as one C1 control.
  EXPECT_EQ(Printable("Zo\xc3\xab"), "Zo\xc3\xab");
}

}  // namespace
}  // namespace fosse::cli
