// The fuzz targets over their seeds, published files, and both with bytes changed, always alike.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/adapters/council/exports.h"
#include "tests/adapters/council/fuzz_targets.h"
#include "tests/adapters/council/samples.h"
#include "tests/support/mutate.h"
#include "tests/support/shows.h"

namespace fosse::adapters::council {
namespace {

constexpr int kRounds = 1'500;
constexpr size_t kMostBytes = 16'000;  // Of what is changed; all is run as it is.

struct Target {
  const char* name;
  void (*run)(const std::string& bytes);
  std::vector<std::string> (*seeds)();
  std::string telling;
};

template <size_t kSize>
std::string Telling(const char (&bytes)[kSize]) {
  return std::string(bytes, kSize - 1);  // A NUL is one of them.
}

std::vector<std::string> Published(const std::string& extension) {
  const char* const corpus = std::getenv("FOSSE_CORPUS");
  const std::filesystem::path folder =
      corpus == nullptr ? std::filesystem::path(SourcePath("../shared/data/council"))
                        : std::filesystem::path(corpus) / "council";
  std::vector<std::filesystem::path> paths;
  std::error_code absent;
  for (std::filesystem::recursive_directory_iterator file(folder, absent), end;
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

const std::vector<Target>& Targets() {
  static const auto& targets = *new std::vector<Target>{
      {"Table", &TableTarget, &Tables, Telling("\",\n\r;\t/-0129 NUL\x93\x96\xC3\xFF\0")},
      {"Map", &MapTarget, &Maps, Telling("{}[]\":,#\n /0aeE\\\xC3\xFF\0")},
      {"Json", &JsonTarget, &Messages, Telling("{}[]\":,\\/\n0-1eE.tfnu\x7F\xC3\xFF\0")},
      {"Notice", &NoticeTarget, &Notices, Telling("<>/=\"'&;!?{}[]:,10\n\xC3\xFF\0")}};
  return targets;
}

class FuzzTargets : public ::testing::TestWithParam<Target> {};

TEST_P(FuzzTargets, HoldForSeedsAndForWhatIsMadeOfThem) {
  Shows({"haz-21", "ctl-32"});
  const Target& target = GetParam();
  const std::vector<std::string> seeds = target.seeds();
  ASSERT_GT(seeds.size(), 4u);
  for (const std::string& seed : seeds) target.run(seed);
  std::mt19937 random(20261127);
  for (int round = 0; round < kRounds; ++round) {
    const std::string& seed = seeds[random() % seeds.size()];
    if (seed.size() <= kMostBytes) target.run(Mutated(seed, target.telling, random));
  }
}
INSTANTIATE_TEST_SUITE_P(All, FuzzTargets, ::testing::ValuesIn(Targets()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace fosse::adapters::council
