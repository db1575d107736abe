#include "adapters/council/drop/result_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "adapters/csv/reader.h"
#include "adapters/csv/writer.h"
#include "base/status.h"

namespace fosse::adapters::council {
namespace {

const std::vector<std::string>& Header() {
  static const auto& header = *new std::vector<std::string>{"line",   "column", "type",   "outcome",
                                                            "reason", "at",     "remedy", "entry"};
  return header;
}
constexpr size_t kOutcome = 3;

absl::Status Unwritable() {
  return MakeError(absl::StatusCode::kUnavailable, "RESULT_UNWRITABLE",
                   "the result beside a file cannot be written; look at the disk and the folder");
}

bool WriteAll(int file, const std::string& bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t written = write(file, bytes.data() + done, bytes.size() - done);
    if (written <= 0) return false;
    done += static_cast<size_t>(written);
  }
  return true;
}

// 0 as nothing.
std::string Number(uint64_t number) { return number == 0 ? "" : absl::StrCat(number); }

}  // namespace

absl::StatusOr<std::unique_ptr<ResultFile>> ResultFile::Open(const std::string& path) {
  const int file = open(path.c_str(), O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (file < 0) return Unwritable();
  std::unique_ptr<ResultFile> result(new ResultFile(path, file));
  FOSSE_RETURN_IF_ERROR(result->ReadBack());
  return result;
}

ResultFile::~ResultFile() { close(file_); }

void ResultFile::Count(const std::string& outcome) { ++(outcome == "refused" ? refused_ : taken_); }

// Keeps what is whole but the last line told, and goes on from there.
absl::Status ResultFile::ReadBack() {
  std::ifstream in(path_, std::ios::binary);
  csv::Reader reader(in);
  struct Row {
    uint64_t line;
    std::string outcome;
    off_t begins;
  };
  std::vector<Row> last;  // Rows of the last line seen.
  off_t place = 0;
  bool header = false;
  while (const std::optional<csv::Row> row = reader.Next()) {
    const off_t begins = place;
    place += static_cast<off_t>(row->raw.size());
    if (!header) {  // Whole, its line end and all.
      header = row->cells == Header() && row->raw.back() == '\n';
      if (!header) break;
      continue;
    }
    uint64_t line = 0;
    const bool whole = row->issues.empty() && row->cells.size() == Header().size() &&
                       absl::SimpleAtoi(row->cells[0], &line);
    if (!whole) {
      place = begins;
      break;
    }
    if (!last.empty() && last.front().line != line) {
      for (const Row& told : last) Count(told.outcome);
      told_ = last.front().line;
      last.clear();
    }
    last.push_back({line, row->cells[kOutcome], begins});
  }
  if (!header) {
    std::ostringstream text;
    csv::WriteRow(Header(), text);
    if (ftruncate(file_, 0) != 0 || !WriteAll(file_, text.str())) return Unwritable();
    return absl::OkStatus();
  }
  const off_t keep = last.empty() ? place : last.front().begins;
  return ftruncate(file_, keep) == 0 ? absl::OkStatus() : Unwritable();
}

absl::Status ResultFile::Tell(const std::vector<ResultRow>& rows) {
  std::ostringstream text;
  for (const ResultRow& row : rows) {
    csv::WriteRow({absl::StrCat(row.line), Number(row.column), row.type, row.outcome, row.reason,
                   row.at, row.remedy, row.entry},
                  text);
    Count(row.outcome);
    told_ = row.line;
  }
  return WriteAll(file_, text.str()) ? absl::OkStatus() : Unwritable();
}

absl::Status ResultFile::Finish() { return fsync(file_) == 0 ? absl::OkStatus() : Unwritable(); }

}  // namespace fosse::adapters::council
