// The Bundles of tests/corpus/fhir, and the outside corpus where there is one.
#ifndef FOSSE_TESTS_ADAPTERS_FHIR_SAMPLES_H_
#define FOSSE_TESTS_ADAPTERS_FHIR_SAMPLES_H_

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "nlohmann/json.hpp"

namespace fosse::adapters::fhir {

using Json = nlohmann::ordered_json;

inline std::string ReadWhole(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

inline std::filesystem::path SampleFolder() {
  const char* source = std::getenv("FOSSE_SOURCE");
  return std::filesystem::path(source == nullptr ? "." : source) / "tests/corpus/fhir";
}

inline std::string Sample(const std::string& name) { return ReadWhole(SampleFolder() / name); }
inline Json SampleJson(const std::string& name) { return Json::parse(Sample(name + ".json")); }

inline const char* const kSamples[] = {
    "advice",
    "alone-advice",
    "alone-concern",
    "alone-delegation-accepted",
    "alone-episode-finished",
    "alone-episode-opened",
    "alone-episode-planned",
    "alone-episode-reopened",
    "alone-oversight-accepted",
    "alone-oversight-offer",
    "alone-oversight-rejected",
    "alone-proposal",
    "break-glass",
    "clinical-override",
    "clinical-review",
    "competency-challenge",
    "concern",
    "consent-changed",
    "cover-confirmed",
    "cover-order",
    "delegation-accepted",
    "delegation-change",
    "delegation-declined",
    "delegator-changed",
    "dispute",
    "dispute-settled",
    "issue-report",
    "oversight-accepted",
    "oversight-hand-back",
    "oversight-offer",
    "oversight-question",
    "oversight-rejected",
    "oversight-withdrawn",
    "person-away",
    "person-back",
    "person-update",
    "proposal",
    "proposal-no-reviewer",
    "proposal-unlisted",
    "registration-change",
    "risk-change",
    "shared-care-referral",
    "start-confirmed",
    "task-not-done",
    "task-performed",
    "task-performed-ad-hoc",
    "training-request",
    "worker-assignment",
};

// Name and bytes of the FHIR JSON files that others published: FOSSE_CORPUS/fhir, else
// shared/data/fhir beside the source tree. Empty if there is none.
inline std::vector<std::pair<std::string, std::string>> CorpusFiles() {
  namespace fs = std::filesystem;
  std::vector<fs::path> places;
  if (const char* corpus = std::getenv("FOSSE_CORPUS")) places.push_back(fs::path(corpus) / "fhir");
  if (const char* source = std::getenv("FOSSE_SOURCE")) {
    places.push_back(fs::path(source) / "../shared/data/fhir");
  }
  std::vector<std::pair<std::string, std::string>> out;
  for (const fs::path& place : places) {
    std::error_code ignored;
    if (!fs::is_directory(place, ignored)) continue;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(place)) {
      const std::string kind = entry.path().extension().string();
      if (kind != ".json" && kind != ".ndjson" && kind != ".xml") continue;
      out.emplace_back(entry.path().lexically_relative(place).string(), ReadWhole(entry.path()));
    }
    break;
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace fosse::adapters::fhir

#endif  // FOSSE_TESTS_ADAPTERS_FHIR_SAMPLES_H_
