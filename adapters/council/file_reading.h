#ifndef FOSSE_ADAPTERS_COUNCIL_FILE_READING_H_
#define FOSSE_ADAPTERS_COUNCIL_FILE_READING_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "adapters/council/columns/column_map.h"
#include "adapters/council/reading.h"

namespace fosse::adapters::council {

// One file, read piece by piece: the rows of a table by its column map, or the one message or
// notice of a document. What it is, its bytes say: JSON, XML, or cells parted by commas, tabs
// (.tsv) or semicolons. Tables are read in bounded memory. Not thread-safe.
class FileReading {
 public:
  // FAILED_PRECONDITION, reason FILE_UNREADABLE. `map` may be null and outlives the reading: then
  // rows of a table are refused with COLUMN_MAP_MISSING.
  static absl::StatusOr<std::unique_ptr<FileReading>> Open(const std::string& path,
                                                           const ColumnMap* map, Origin origin);
  virtual ~FileReading() = default;

  // The next row or the document; nothing at the end. A file that cannot be read as a whole is one
  // reading with the reasons. Beside those of the readers: FILE_EMPTY; FILE_TOO_LARGE, for a
  // document of more than 1 MiB; FILE_NOT_TEXT, for a workbook or UTF-16.
  virtual std::optional<Reading> Next() = 0;

  // Whether each message still needs its id: see NameMessage(). Documents bring their own.
  virtual bool is_table() const = 0;
};

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_FILE_READING_H_
