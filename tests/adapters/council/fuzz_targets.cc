#include "tests/adapters/council/fuzz_targets.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <vector>

#include "adapters/council/columns/column_map.h"
#include "adapters/council/columns/row_reader.h"
#include "adapters/council/notice.h"
#include "adapters/council/translate.h"
#include "adapters/csv/reader.h"
#include "base/field_check.h"
#include "base/status.h"
#include "base/utf8.h"

namespace fosse::adapters::council {
namespace {

constexpr size_t kMostIssues = 20;
constexpr size_t kMostMap = 1 << 14;

Origin TheCouncil() {
  return {.sender = "QK1-COUNCIL",
          .locality = "QK1",
          .sent_at = absl::FromUnixSeconds(1795593900),
          .also = {"1-1000000001"}};
}

const ColumnMap& ServicesMap() {
  static const ColumnMap& map = *[] {
    const char* const source = std::getenv("FOSSE_SOURCE");
    std::ifstream file(std::string(source == nullptr ? "." : source) +
                       "/adapters/council/maps/mosaic-services.txtpb");
    std::vector<MapFault> faults;
    std::unique_ptr<const ColumnMap> loaded =
        ColumnMap::Load({std::istreambuf_iterator<char>(file), {}}, faults);
    FOSSE_CHECK(loaded != nullptr);
    return loaded.release();
  }();
  return map;
}

// Read, passed over or refused: exactly one of them, each with what it needs.
void Hold(const Reading& reading) {
  FOSSE_CHECK(reading.issues.empty() == (!reading.said.empty() || !reading.passed_over.empty()));
  FOSSE_CHECK(reading.said.empty() || reading.passed_over.empty());
  for (const ReadingIssue& issue : reading.issues) {
    FOSSE_CHECK(!issue.reason.empty() && !issue.remedy.empty() && IsUtf8(issue.at));
  }
  for (const Said& said : reading.said) {
    FOSSE_CHECK(!said.type.empty() && said.about.size() == 32 && said.content.size() == 32);
    FOSSE_CHECK(said.episode.has_value() || CheckFields(said.envelope).ok());
  }
}

}  // namespace

void TableTarget(const std::string& bytes) {
  std::istringstream in(bytes);
  csv::Reader reader(in);
  RowReader rows(ServicesMap(), TheCouncil());
  const std::optional<csv::Row> header = reader.Next();
  if (!header.has_value() || !rows.ReadHeader(*header).empty()) return;
  uint64_t line = header->line;
  size_t read = header->raw.size();
  while (const std::optional<csv::Row> row = reader.Next()) {
    FOSSE_CHECK(row->line > line);
    line = row->line;
    read += row->raw.size();
    const Reading reading = rows.Read(*row);
    FOSSE_CHECK(reading.line == row->line);
    FOSSE_CHECK(row->issues.empty() || !reading.issues.empty());
    Hold(reading);
  }
  // The bytes of the rows are those of the file, but for the mark at its head and blank lines.
  FOSSE_CHECK(read <= bytes.size());
}

void MapTarget(const std::string& bytes) {
  if (bytes.size() > kMostMap) return;
  std::vector<MapFault> faults;
  const std::unique_ptr<const ColumnMap> map = ColumnMap::Load(bytes, faults);
  FOSSE_CHECK((map == nullptr) == !faults.empty());
  for (const MapFault& fault : faults) FOSSE_CHECK(fault.line >= 0 && !fault.reason.empty());
  if (map == nullptr) return;
  // Whatever loads can be read by.
  std::string header;
  for (const auto& [folded, written] : map->used()) header += (header.empty() ? "" : ",") + written;
  std::istringstream in(header + "\n" + header + "\n");
  csv::Reader reader(in);
  RowReader rows(*map, TheCouncil());
  const std::optional<csv::Row> first = reader.Next();
  if (!first.has_value() || !rows.ReadHeader(*first).empty()) return;
  while (const std::optional<csv::Row> row = reader.Next()) {
    const Reading reading = rows.Read(*row);
    FOSSE_CHECK(reading.said.empty() || reading.issues.empty());
  }
}

void JsonTarget(const std::string& bytes) {
  const Translated translated = FromJson(bytes, "1-1000000001", "QK1");
  FOSSE_CHECK(translated.issues.size() <= kMostIssues);
  if (translated.issues.empty()) {
    FOSSE_CHECK(translated.envelope.sender() == "1-1000000001");
    FOSSE_CHECK(translated.envelope.body_case() != v1::Envelope::BODY_NOT_SET);
    return;
  }
  for (const Issue& issue : translated.issues) {
    FOSSE_CHECK(!issue.reason.empty() && !issue.remedy.empty());
  }
  FOSSE_CHECK(IsUtf8(IssuesJson(translated.issues)));
}

void NoticeTarget(const std::string& bytes) {
  const bool json = IsNoticeJson(bytes);
  for (const Reading& reading :
       {json ? NoticeFromJson(bytes, TheCouncil()) : NoticeFromXml(bytes, TheCouncil())}) {
    FOSSE_CHECK(reading.said.empty() || reading.issues.empty());
    for (const ReadingIssue& issue : reading.issues) {
      FOSSE_CHECK(!issue.reason.empty() && !issue.remedy.empty());
    }
  }
}

}  // namespace fosse::adapters::council
