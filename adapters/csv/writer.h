#ifndef FOSSE_ADAPTERS_CSV_WRITER_H_
#define FOSSE_ADAPTERS_CSV_WRITER_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// Comma-separated values that a spreadsheet opens as what they are (RFC 4180).
namespace fosse::csv {

// A cell that a spreadsheet would take for a formula or a command has an apostrophe set before it:
// one that begins with = + - @, a tab or a line end, a dash alone but not. Others stay as they are.
std::string SafeCell(absl::string_view text);

// One row with CRLF at its end. Every cell is safe, and quoted where it must be.
void WriteRow(const std::vector<std::string>& cells, std::ostream& out);

}  // namespace fosse::csv

#endif  // FOSSE_ADAPTERS_CSV_WRITER_H_
