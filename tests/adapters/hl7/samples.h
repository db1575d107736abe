// Messages of the tests' own, and the corpus where there is one.
#ifndef FOSSE_TESTS_ADAPTERS_HL7_SAMPLES_H_
#define FOSSE_TESTS_ADAPTERS_HL7_SAMPLES_H_

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace fosse::hl7 {

// The folder of HL7 v2 files: FOSSE_CORPUS/hl7v2, else shared/data/hl7v2 beside the source tree.
// Empty if there is none.
inline std::filesystem::path CorpusFolder() {
  namespace fs = std::filesystem;
  std::vector<fs::path> places;
  if (const char* corpus = std::getenv("FOSSE_CORPUS"))
    places.emplace_back(fs::path(corpus) / "hl7v2");
  if (const char* source = std::getenv("FOSSE_SOURCE")) {
    places.emplace_back(fs::path(source) / "../shared/data/hl7v2");
  }
  places.emplace_back("../shared/data/hl7v2");
  for (const fs::path& place : places) {
    std::error_code ignored;
    if (fs::is_directory(place, ignored)) return place;
  }
  return {};
}

// Name and bytes of each file below the folder, in the order of their names.
inline std::vector<std::pair<std::string, std::string>> CorpusFiles() {
  namespace fs = std::filesystem;
  std::vector<std::pair<std::string, std::string>> out;
  const fs::path folder = CorpusFolder();
  if (folder.empty()) return out;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const std::string kind = entry.path().extension().string();
    if (kind != ".hl7" && kind != ".hl7s") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    out.emplace_back(entry.path().lexically_relative(folder).string(),
                     std::string(std::istreambuf_iterator<char>(in), {}));
  }
  std::sort(out.begin(), out.end());
  return out;
}

// One of each construct, so that mutations of it reach every branch.
inline constexpr char kSample[] =
    "\xEF\xBB\xBFMSH|^~\\&#|PAS|RT5|ROUTE|QK1|20260131091530+0000||ADT^A03^ADT_A03|ID-1|P|2.5.1|||"
    "AL|"
    "ER||UNICODE UTF-8|EN||ITKv1.0\r"
    "EVN||20260131091500||||20260131090000\n"
    "PID|1||L1^^^RT5~9990000018^^^NHS&1.2&ISO||O\\T\\Neill^Zo\xC3\xAB||195607|F|||\"\"||||\r\n"
    "\r"
    "PV1|1|I|W1^B2^3^RT5||||||||||||||||V1|||||||||||||||||10|79\r"
    "OBX|1|FT|N||line\\.br\\next\\X41\\\\Zq\\\\H\\bold\\N\\\\.sk3\\end~two||||||F\r"
    "ZU1|||1~2~3^\"\"&x";

}  // namespace fosse::hl7

#endif  // FOSSE_TESTS_ADAPTERS_HL7_SAMPLES_H_
