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

TEST(TableTest, WhatAMessageHoldsCannotSteerTheTerminal) {
  EXPECT_EQ(Printable("a\x1b[2Jb\nc\x7f"), "a [2Jb c ");
  EXPECT_EQ(Printable("a\xc2\x9b"
                      "b"),
            "a b");  // CSI as one C1 control.
  EXPECT_EQ(Printable("Zo\xc3\xab"), "Zo\xc3\xab");
}

}  // namespace
}  // namespace fosse::cli
