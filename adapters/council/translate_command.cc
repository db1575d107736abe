#include <sys/stat.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "adapters/council/columns/column_map.h"
#include "adapters/council/file_commands.h"
#include "adapters/council/file_reading.h"
#include "base/status.h"
#include "google/protobuf/util/json_util.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::council {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kUsage = 2;
constexpr int kFault = 3;

struct Asked {
  std::string map;
  Origin origin{.sender = "UNSTATED", .locality = "UNSTATED"};
  bool summary = false;
  std::vector<std::string> files;
};

bool ReadArguments(int argc, char** argv, Asked& asked) {
  for (int n = 2; n < argc; ++n) {
    const std::string word = argv[n];
    const bool more = n + 1 < argc;
    if (word == "--map" && more) {
      asked.map = argv[++n];
    } else if (word == "--as" && more) {
      asked.origin.sender = argv[++n];
    } else if (word == "--also" && more) {
      asked.origin.also.emplace_back(argv[++n]);
    } else if (word == "--summary") {
      asked.summary = true;
    } else if (!word.empty() && word[0] == '-') {
      return false;
    } else {
      asked.files.push_back(word);
    }
  }
  return !asked.files.empty();
}

void Print(const Json& json) {
  std::printf("%s\n", json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
}

Json ProtoJson(const google::protobuf::Message& message) {
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text).ok()) return nullptr;
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

Json SaidJson(Said said, bool named) {
  Json json = {{"type", said.type}};
  if (said.episode.has_value()) {
    json["episode"] = ProtoJson(*said.episode);
    return json;
  }
  if (!named) NameMessage(1, said);
  said.envelope.mutable_original()->clear_content();  // The reader has the file.
  json["envelope"] = ProtoJson(said.envelope);
  return json;
}

const char* ResultOf(const Reading& reading) {
  if (!reading.issues.empty()) return "refused";
  return reading.passed_over.empty() ? "read" : "passed-over";
}

Json ReadingJson(const Reading& reading, bool named) {
  Json json = {{"result", ResultOf(reading)}};
  if (reading.line != 0) json["line"] = reading.line;
  if (!reading.passed_over.empty()) json["because"] = reading.passed_over;
  if (!reading.said.empty()) {
    json["says"] = Json::array();
    for (const Said& said : reading.said) json["says"].push_back(SaidJson(said, named));
  }
  if (reading.issues.empty()) return json;
  json["issues"] = Json::array();
  for (const ReadingIssue& issue : reading.issues) {
    Json told = Json::object();
    if (issue.line != 0) told["line"] = issue.line;
    if (issue.column != 0) told["column"] = issue.column;
    if (!issue.at.empty()) told["at"] = issue.at;
    told["reason"] = issue.reason;
    told["remedy"] = issue.remedy;
    json["issues"].push_back(std::move(told));
  }
  return json;
}

// What rows became, counted.
struct Summary {
  std::map<std::string, size_t> counts;
  void Add(const Reading& reading) {
    ++counts[ResultOf(reading)];
    for (const Said& said : reading.said) ++counts["says " + said.type];
    if (!reading.passed_over.empty()) ++counts["because " + reading.passed_over];
    for (const ReadingIssue& issue : reading.issues) ++counts["issue " + issue.reason];
  }
};

absl::Time TimeOf(const std::string& path) {
  struct stat about = {};
  return stat(path.c_str(), &about) == 0 ? absl::FromTimeT(about.st_mtime) : absl::Now();
}

// Whether all that the file holds was read.
bool TranslateFile(const std::string& path, const ColumnMap* map, const Asked& asked) {
  Origin origin = asked.origin;
  origin.sent_at = TimeOf(path);
  const absl::StatusOr<std::unique_ptr<FileReading>> file = FileReading::Open(path, map, origin);
  if (!file.ok()) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), std::string(file.status().message()).c_str());
    return false;
  }
  bool all = true;
  Summary summary;
  while (const std::optional<Reading> reading = (*file)->Next()) {
    all &= reading->issues.empty();
    summary.Add(*reading);
    if (!asked.summary) Print(ReadingJson(*reading, !(*file)->is_table()));
  }
  if (asked.summary) Print(Json(summary.counts));
  return all;
}

std::unique_ptr<const ColumnMap> LoadMap(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) {
    std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
    return nullptr;
  }
  std::vector<MapFault> faults;
  std::unique_ptr<const ColumnMap> map = ColumnMap::Load(text.str(), faults);
  for (const MapFault& fault : faults) {
    std::fprintf(stderr, "%s:%d:%d: %s: %s\n", path.c_str(), fault.line, fault.column,
                 fault.reason.c_str(), fault.what.c_str());
  }
  return map;
}

}  // namespace

int TranslateCommand(int argc, char** argv) {
  Asked asked;
  if (!ReadArguments(argc, argv, asked)) {
    std::fprintf(stderr,
                 "usage: %s translate [--map MAP] [--as PARTICIPANT] [--also PARTICIPANT]... "
                 "[--summary] FILE...\n",
                 argv[0]);
    return kUsage;
  }
  std::unique_ptr<const ColumnMap> map;
  if (!asked.map.empty()) {
    map = LoadMap(asked.map);
    if (map == nullptr) return kFault;
  }
  bool all = true;
  for (const std::string& file : asked.files) all &= TranslateFile(file, map.get(), asked);
  return all ? 0 : kFault;
}

}  // namespace fosse::adapters::council
