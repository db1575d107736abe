#include "adapters/council/file_reading.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "adapters/council/columns/row_reader.h"
#include "adapters/council/notice.h"
#include "adapters/council/translate.h"
#include "adapters/csv/reader.h"
#include "base/field_check.h"
#include "base/status.h"

namespace fosse::adapters::council {
namespace {

constexpr size_t kLargestDocument = 1u << 20;
constexpr size_t kSniffed = 4096;

Reading Refused(std::string reason, std::string remedy) {
  Reading reading;
  reading.issues.push_back({1, 0, "", std::move(reason), std::move(remedy)});
  return reading;
}

// The one reading of a file that is a document, or that cannot be read.
class OneReading : public FileReading {
 public:
  explicit OneReading(Reading reading) : reading_(std::move(reading)) {}
  std::optional<Reading> Next() override { return std::exchange(reading_, std::nullopt); }
  bool is_table() const override { return false; }

 private:
  std::optional<Reading> reading_;
};

class TableReading : public FileReading {
 public:
  TableReading(std::unique_ptr<std::ifstream> file, char delimiter, const ColumnMap* map,
               Origin origin)
      : file_(std::move(file)), reader_(*file_, {}, delimiter) {
    if (map != nullptr) rows_.emplace(*map, std::move(origin));
  }

  std::optional<Reading> Next() override {
    if (ended_) return std::nullopt;
    if (!begun_) {
      begun_ = true;
      const std::optional<csv::Row> header = reader_.Next();
      if (!header.has_value()) return End(Refused("FILE_EMPTY", "send a header and rows"));
      Reading reading;
      if (rows_.has_value()) reading.issues = rows_->ReadHeader(*header);
      reading.line = header->line;
      if (!reading.issues.empty()) return End(std::move(reading));
    }
    const std::optional<csv::Row> row = reader_.Next();
    if (!row.has_value()) return std::nullopt;
    if (rows_.has_value()) return rows_->Read(*row);
    Reading reading;
    reading.line = row->line;
    for (const csv::Issue& issue : row->issues) {
      reading.issues.push_back({issue.line, issue.column, "", issue.reason, issue.remedy});
    }
    reading.issues.push_back(
        {row->line, 0, "", "COLUMN_MAP_MISSING", "name the column map of this export"});
    return reading;
  }
  bool is_table() const override { return true; }

 private:
  Reading End(Reading reading) {
    ended_ = true;
    return reading;
  }

  std::unique_ptr<std::ifstream> file_;
  csv::Reader reader_;
  std::optional<RowReader> rows_;
  bool begun_ = false;
  bool ended_ = false;
};

Reading FromMessage(absl::string_view bytes, const Origin& origin) {
  Reading reading;
  Translated translated = FromJson(bytes, origin.sender, origin.locality);
  for (const Issue& issue : translated.issues) {
    reading.issues.push_back({0, 0, issue.at, issue.reason, issue.remedy});
  }
  if (!reading.issues.empty()) return reading;
  if (const absl::Status kept = CheckFields(translated.envelope); !kept.ok()) {
    const auto metadata = MetadataOf(kept);
    reading.issues.push_back({0, 0, metadata.empty() ? "" : metadata.front().second, ReasonOf(kept),
                              std::string(kept.message())});
    return reading;
  }
  reading.said.push_back({.envelope = std::move(translated.envelope)});
  return reading;
}

Reading FromDocument(std::istream& file, char first, const Origin& origin) {
  std::string bytes(kLargestDocument + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(file.gcount()));
  if (bytes.size() > kLargestDocument) return Refused("FILE_TOO_LARGE", "send at most 1 MiB");
  absl::string_view text = bytes;
  absl::ConsumePrefix(&text, "\xEF\xBB\xBF");
  if (first == '<') return NoticeFromXml(text, origin);
  return IsNoticeJson(text) ? NoticeFromJson(text, origin) : FromMessage(text, origin);
}

char DelimiterOf(const std::string& path, absl::string_view header) {
  if (absl::EndsWithIgnoreCase(path, ".tsv")) return '\t';
  header = header.substr(0, header.find_first_of("\r\n"));
  // Spreadsheets of some countries write semicolons.
  const bool semicolons =
      header.find(';') != absl::string_view::npos && header.find(',') == absl::string_view::npos;
  return semicolons ? ';' : ',';
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileReading>> FileReading::Open(const std::string& path,
                                                               const ColumnMap* map,
                                                               Origin origin) {
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  std::string start(kSniffed, '\0');
  file->read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<size_t>(file->gcount()));
  if (!file->is_open() || file->bad() || (start.empty() && !file->eof())) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "FILE_UNREADABLE",
                     "the file cannot be read; check the path");
  }
  file->clear();
  file->seekg(0);
  absl::string_view text = start;
  if (absl::StartsWith(text, "PK\x03\x04") || absl::StartsWith(text, "\xFF\xFE") ||
      absl::StartsWith(text, "\xFE\xFF") || absl::StartsWith(text, "\xD0\xCF\x11\xE0")) {
    return std::make_unique<OneReading>(
        Refused("FILE_NOT_TEXT", "save it as CSV in UTF-8, not as a workbook"));
  }
  absl::ConsumePrefix(&text, "\xEF\xBB\xBF");
  text = absl::StripLeadingAsciiWhitespace(text);
  if (text.empty()) {
    return std::make_unique<OneReading>(Refused("FILE_EMPTY", "send a header and rows"));
  }
  if (text[0] == '{' || text[0] == '[' || text[0] == '<') {
    return std::make_unique<OneReading>(FromDocument(*file, text[0], origin));
  }
  const char delimiter = DelimiterOf(path, text);
  return std::make_unique<TableReading>(std::move(file), delimiter, map, std::move(origin));
}

}  // namespace fosse::adapters::council
