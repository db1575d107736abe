#ifndef FOSSE_ADAPTERS_COUNCIL_DROP_RESULT_FILE_H_
#define FOSSE_ADAPTERS_COUNCIL_DROP_RESULT_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace fosse::adapters::council {

// What became of one thing that a row or document said, or of the row where it said nothing. No
// value of the row is in it.
struct ResultRow {
  uint64_t line = 0;
  size_t column = 0;  // Of an issue; 0: none.
  std::string type;   // Of a message.
  std::string
      outcome;  // permit, hold, refer, deny, kept, pending, unchanged, passed-over, refused.
  std::string reason;
  std::string at;  // Column's name or pointer.
  std::string remedy;
  std::string entry;  // Place in the trail.
};

// The result beside a file: CSV, row by row in the order of the lines, whatever happens meanwhile.
// Opened again after a crash it goes on where it was: the last line that it holds is told anew,
// since it may have been cut. Not thread-safe.
//
// Errors: UNAVAILABLE, reason RESULT_UNWRITABLE.
class ResultFile {
 public:
  static absl::StatusOr<std::unique_ptr<ResultFile>> Open(const std::string& path);
  ~ResultFile();

  // Lines up to this one are told; 0: none.
  uint64_t told() const { return told_; }
  // Of what was told: how many rows were refused, and how many were not.
  uint64_t refused() const { return refused_; }
  uint64_t taken() const { return taken_; }

  // All rows of one line at once.
  absl::Status Tell(const std::vector<ResultRow>& rows);
  // Durable on return.
  absl::Status Finish();

 private:
  ResultFile(std::string path, int file) : path_(std::move(path)), file_(file) {}
  absl::Status ReadBack();
  void Count(const std::string& outcome);

  const std::string path_;
  const int file_;
  uint64_t told_ = 0;
  uint64_t refused_ = 0;
  uint64_t taken_ = 0;
};

}  // namespace fosse::adapters::council

#endif  // FOSSE_ADAPTERS_COUNCIL_DROP_RESULT_FILE_H_
