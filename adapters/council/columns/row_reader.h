#ifndef FOSSE_ADAPTERS_COUNCIL_COLUMNS_ROW_READER_H_
#define FOSSE_ADAPTERS_COUNCIL_COLUMNS_ROW_READER_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/council/columns/column_map.h"
#include "adapters/council/reading.h"
#include "adapters/csv/reader.h"

namespace fosse::adapters::council {

// Reads the rows of one file by a column map. A row is taken whole or not at all: with any fault it
// says nothing. Not thread-safe.
//
//   COLUMN_MISSING, COLUMN_TWICE, COLUMN_UNKNOWN   of the header
//   FIELD_REQUIRED, FIELD_INVALID, CODE_UNKNOWN, FIELD_TOO_LONG and the like
//   DATE_ORDER         a day before one that it cannot be before
//   NOTHING_SAID       no message of the map fits the row, and it passes no such row over
//   CELL_UNUSED        of a strict map: the cell says something, and no message has a place for it
//   SENDER_NOT_ALLOWED on behalf of an organisation for which the file's owner does not speak
//   SENT_AT_INVALID, and those of csv::Reader
class RowReader {
 public:
  RowReader(const ColumnMap& map, Origin origin) : map_(map), origin_(std::move(origin)) {}

  // What is wrong with the header; with any of it the file cannot be read.
  std::vector<ReadingIssue> ReadHeader(const csv::Row& header);
  Reading Read(const csv::Row& row) const;

 private:
  class Build;
  // The value of a column of the row, trimmed; nothing where it says nothing.
  std::optional<std::string> ValueAt(const csv::Row& row, const std::string& column) const;
  bool Holds(const csv::Row& row, const Condition& condition) const;
  template <typename Conditions>
  bool AllHold(const csv::Row& row, const Conditions& conditions) const;

  const ColumnMap& map_;
  const Origin origin_;
  std::string header_;                     // Its bytes.
  std::map<std::string, size_t> columns_;  // Folded name to position.
};

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_COLUMNS_ROW_READER_H_
