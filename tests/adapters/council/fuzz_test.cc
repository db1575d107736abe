// The fuzz targets over their seeds, published files, and both with bytes changed, always alike.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/adapters/council/exports.h"
#include "tests/adapters/council/fuzz_targets.h"
#include "tests/adapters/council/samples.h"
#include "tests/support/fuzz_target.h"
#include "tests/support/shows.h"

namespace fosse::adapters::council {
namespace {

constexpr size_t kMostBytes = 16'000;  // Of what is changed; all is run as it is.

std::vector<std::string> Published(const std::string& extension) {
  std::vector<std::filesystem::path> paths;
  std::error_code absent;
  for (std::filesystem::recursive_directory_iterator file(Corpus(), absent), end;
       !absent && file != end; ++file) {
    if (file->path().extension() == extension) paths.push_back(file->path());
  }
  if (paths.empty()) std::cout << "SKIPPED: no published files of " << extension << "\n";
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> files;
  for (const auto& path : paths) files.push_back(ReadAll(path.string()));
  return files;
}

std::vector<std::string> Tables() {
  const std::string services = ReadAll(ExportPath("mosaic-services"));
  std::vector<std::string> seeds = {"",
                                    "\n",
                                    "\"",
                                    "a,b\n1,2\n",
                                    services,
                                    "\xEF\xBB\xBF" + services,
                                    services + "\"never closed",
                                    services + std::string(2'000, ',') + "\n"};
  for (std::string& file : Published(".csv")) seeds.push_back(std::move(file));
  return seeds;
}

std::vector<std::string> Maps() {
  std::vector<std::string> seeds = {"", "name: \"x\"", "messages {"};
  for (const char* const name : kMaps) seeds.push_back(MapText(name));
  return seeds;
}

std::vector<std::string> Messages() {
  std::vector<std::string> seeds = {"", "{}", "[]", "null", "{\"id\":\"a\"}"};
  for (const MessageType& type : MessageTypes()) seeds.push_back(FullMessage(type).dump());
  for (std::string& file : Published(".json")) seeds.push_back(std::move(file));
  return seeds;
}

std::vector<std::string> Notices() {
  return {"",
          "<x/>",
          "<!DOCTYPE a><assessmentNotice/>",
          R"({"notice":"assessment","reference":"N-1"})",
          "<assessmentNotice><reference>N-1</reference></assessmentNotice>",
          "<dischargeNotice><person><nhsNumber>9990000018</nhsNumber></person></dischargeNotice>"};
}

const std::vector<FuzzTarget>& Targets() {
  static const auto& targets = *new std::vector<FuzzTarget>{
      {"Table", &TableTarget, &Tables, Telling("\",\n\r;\t/-0129 NUL\x93\x96\xC3\xFF\0")},
      {"Map", &MapTarget, &Maps, Telling("{}[]\":,#\n /0aeE\\\xC3\xFF\0")},
      {"Json", &JsonTarget, &Messages, Telling("{}[]\":,\\/\n0-1eE.tfnu\x7F\xC3\xFF\0")},
      {"Notice", &NoticeTarget, &Notices, Telling("<>/=\"'&;!?{}[]:,10\n\xC3\xFF\0")}};
  return targets;
}

class FuzzTargets : public ::testing::TestWithParam<FuzzTarget> {};

TEST_P(FuzzTargets, HoldForSeedsAndForWhatIsMadeOfThem) {
  Shows({"haz-21", "ctl-32"});
  RunFuzzTarget(GetParam(), kMostBytes);
}
INSTANTIATE_TEST_SUITE_P(All, FuzzTargets, ::testing::ValuesIn(Targets()), FuzzTargetName);

}  // namespace
}  // namespace fosse::adapters::council
