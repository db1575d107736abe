#ifndef FOSSE_CLI_TABLE_H_
#define FOSSE_CLI_TABLE_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace fosse::cli {

// Columns as wide as their widest cell, two spaces apart, with notes between the rows. Empty cells
// show as a dash, so that a missing value is not taken for a shifted column. Control characters
// show as spaces: what a message holds cannot steer the terminal. Not thread-safe.
class Table {
 public:
  // `indent` spaces stand before every line.
  explicit Table(std::vector<std::string> headers, size_t indent = 0);

  // As many cells as headers.
  void Row(std::vector<std::string> cells);
  // Words under the row before, from the last column on, wrapped: `label` then `text`.
  void Note(absl::string_view label, absl::string_view text);

  void Print(std::ostream& out) const;

 private:
  struct Line {
    std::vector<std::string> cells;  // Empty: a note.
    std::string label;
    std::string text;
  };
  size_t indent_;
  std::vector<std::string> headers_;
  std::vector<Line> lines_;
};

// `text` in lines of at most `width` columns, broken at spaces; the second and later lines begin
// with `indent` spaces.
std::string Wrap(absl::string_view text, size_t width, size_t indent);

// One line: `label: text`, each `indent` spaces in, wrapped under itself; without a label the text
// alone, without text nothing.
void PrintLine(absl::string_view label, absl::string_view text, std::ostream& out,
               size_t indent = 0);

// Columns that UTF-8 text takes, one for each code point.
size_t WidthOf(absl::string_view text);

// `text` with control characters as spaces.
std::string Printable(absl::string_view text);

}  // namespace fosse::cli

#endif  // FOSSE_CLI_TABLE_H_
