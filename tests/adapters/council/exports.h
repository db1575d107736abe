#ifndef FOSSE_TESTS_ADAPTERS_COUNCIL_EXPORTS_H_
#define FOSSE_TESTS_ADAPTERS_COUNCIL_EXPORTS_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "adapters/council/columns/column_map.h"
#include "adapters/council/columns/row_reader.h"
#include "gtest/gtest.h"

// Maps, and files in the manner of councils' exports, for tests.
namespace fosse::adapters::council {

inline constexpr const char* kMaps[] = {"mosaic-persons",    "mosaic-services",   "las-services",
                                        "eclipse-services",  "cld-release-1",     "cld-release-2",
                                        "provider-template", "training-register", "caseload"};

inline std::string SourcePath(const std::string& path) {
  const char* const source = std::getenv("FOSSE_SOURCE");
  return std::string(source == nullptr ? "." : source) + "/" + path;
}
inline std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
inline std::string MapText(const std::string& name) {
  return ReadAll(SourcePath("adapters/council/maps/" + name + ".txtpb"));
}
inline std::string ExportPath(const std::string& name) {
  return SourcePath("tests/adapters/council/exports/" + name + ".csv");
}

// The folder of files that others published; empty where there is none.
inline std::filesystem::path Corpus() {
  const char* const corpus = std::getenv("FOSSE_CORPUS");
  for (const std::filesystem::path& place :
       {std::filesystem::path(corpus == nullptr ? "." : corpus) / "council",
        std::filesystem::path(SourcePath("../shared/data/council"))}) {
    std::error_code ignored;
    if (std::filesystem::is_directory(place, ignored)) return place;
  }
  return {};
}

// "12:3 REASON what" for each.
inline std::string FaultsText(const std::vector<MapFault>& faults) {
  std::string text;
  for (const MapFault& fault : faults) {
    text += std::to_string(fault.line) + ":" + std::to_string(fault.column) + " " + fault.reason +
            " " + fault.what + "\n";
  }
  return text;
}

inline std::unique_ptr<const ColumnMap> MapOf(const std::string& text) {
  std::vector<MapFault> faults;
  std::unique_ptr<const ColumnMap> map = ColumnMap::Load(text, faults);
  EXPECT_NE(map, nullptr) << FaultsText(faults);
  return map;
}

inline Origin CouncilOrigin() {
  return {.sender = "QK1-COUNCIL",
          .locality = "QK1",
          .sent_at = absl::FromUnixSeconds(1795773600),  // 2026-11-27T10:00:00Z.
          .also = {"1-1000000001"}};
}

// The readings of a table's text; the header's faults are the first, where it has any.
inline std::vector<Reading> ReadTable(const ColumnMap& map, const std::string& text,
                                      Origin origin = CouncilOrigin()) {
  std::istringstream in(text);
  csv::Reader reader(in);
  RowReader rows(map, std::move(origin));
  std::vector<Reading> readings;
  const std::optional<csv::Row> header = reader.Next();
  if (!header.has_value()) return readings;
  if (std::vector<ReadingIssue> issues = rows.ReadHeader(*header); !issues.empty()) {
    readings.push_back({.line = header->line, .issues = std::move(issues)});
    return readings;
  }
  while (const std::optional<csv::Row> row = reader.Next()) readings.push_back(rows.Read(*row));
  return readings;
}

// "REASON 3:2 name" of the first issue; what it says otherwise: "type type", or "over REASON".
inline std::string Told(const Reading& reading) {
  if (!reading.issues.empty()) {
    const ReadingIssue& issue = reading.issues.front();
    return issue.reason + " " + std::to_string(issue.line) + ":" + std::to_string(issue.column) +
           " " + issue.at;
  }
  if (!reading.passed_over.empty()) return "over " + reading.passed_over;
  std::string told;
  for (const Said& said : reading.said) told += (told.empty() ? "" : " ") + said.type;
  return told;
}

}  // namespace fosse::adapters::council

#endif  // FOSSE_TESTS_ADAPTERS_COUNCIL_EXPORTS_H_
