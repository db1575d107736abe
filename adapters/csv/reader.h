#ifndef FOSSE_ADAPTERS_CSV_READER_H_
#define FOSSE_ADAPTERS_CSV_READER_H_

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// Comma-separated values as councils' systems export them. Source: RFC 4180; what departs from it
// and can be understood is taken. Reads row by row in bounded memory; never throws.
namespace fosse::csv {

// Where something is wrong: the line of the file, and the column of the row, both from 1. No part
// of the row's text.
struct Issue {
  uint64_t line = 0;
  size_t column = 0;  // 0: the row as a whole.
  std::string reason;
  std::string remedy;
};

struct Row {
  uint64_t line = 0;               // On which it begins.
  std::vector<std::string> cells;  // UTF-8, exactly as between the delimiters, quotes taken off.
  std::vector<Issue> issues;       // With any, the row must not be acted on.
  std::string raw;                 // Its bytes as they stand in the file, line end and all.
};

// Limits against files that are none.
struct Limits {
  size_t cell_bytes = 64u << 10;
  size_t columns = 1000;
  size_t row_bytes = 512u << 10;
};

// Line ends may be CRLF, LF or CR. A byte order mark is passed over, blank lines too. A cell that
// is not UTF-8 is read as Windows-1252. The first row is the header; a row with another number of
// cells than it is told (ROW_RAGGED) and not dropped. Not thread-safe.
//
//   QUOTE_NOT_CLOSED   a quoted cell that the file ends in; at the line where it began
//   QUOTE_MISPLACED    text after a closing quote
//   ROW_RAGGED         more or fewer cells than the header
//   NOT_TEXT           a NUL or another control character but tab and line ends within quotes
//   CELL_TOO_LONG, TOO_MANY_COLUMNS, ROW_TOO_LONG
class Reader {
 public:
  // Some exports part cells by a tab or a semicolon.
  explicit Reader(std::istream& in, Limits limits = {}, char delimiter = ',')
      : in_(*in.rdbuf()), limits_(limits), delimiter_(delimiter) {}

  // The next row; nothing at the end. The header comes first.
  std::optional<Row> Next();

 private:
  int Get();
  int Peek();
  void EndCell(Row& row);
  void ReadQuoted(Row& row);
  bool ReadRow(Row& row);
  void Add(Row& row, absl::string_view reason, absl::string_view remedy, uint64_t line = 0) const;

  std::streambuf& in_;
  const Limits limits_;
  const char delimiter_;
  bool begun_ = false;
  uint64_t line_ = 1;
  size_t header_columns_ = 0;  // 0: not read yet.
  std::string cell_;
  std::string raw_;
  bool raw_cut_ = false;
};

// A name or a code as it is looked up: lower case, words apart by one space, whatever stood between
// them: spaces of any kind, punctuation, every kind of dash and quote.
std::string FoldName(absl::string_view name);

// The column of a header by its name; nothing where there is none, or where two have it.
std::optional<size_t> FindColumn(const std::vector<std::string>& header, absl::string_view name);

// What a cell says, without spaces around it; nothing where it says that there is nothing: empty,
// NULL, N/A, None, or dashes alone.
std::optional<std::string> ValueOf(absl::string_view cell);

}  // namespace fosse::csv

#endif  // FOSSE_ADAPTERS_CSV_READER_H_
