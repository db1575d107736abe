// The fuzz targets over their seeds, published files, and both with bytes changed, always alike.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/mesh/chunks.h"
#include "gtest/gtest.h"
#include "tests/adapters/fhir/samples.h"
#include "tests/adapters/gp/fuzz_targets.h"
#include "tests/support/fuzz_target.h"
#include "tests/support/shows.h"

namespace fosse::adapters::gp {
namespace {

constexpr size_t kMostBytes = 16'000;  // Of what is changed; all is run as it is.

std::vector<std::string> Messages() {
  std::vector<std::string> seeds = {"", "{}", "[]", R"({"resourceType":"Bundle"})",
                                    "\xEF\xBB\xBF{}"};
  for (const char* const name : fhir::kSamples) {
    seeds.push_back(fhir::Sample(absl::StrCat(name, ".json")));
    // Without the spaces of people, more of it is meaning.
    seeds.push_back(fhir::Json::parse(seeds.back()).dump());
  }
  for (auto& [name, bytes] : fhir::CorpusFiles()) seeds.push_back(std::move(bytes));
  return seeds;
}

std::vector<std::string> Answers() {
  std::vector<std::string> seeds = {"", "<Bundle/>",
                                    "<Bundle xmlns=\"http://hl7.org/fhir\"><id/></Bundle>"};
  for (const auto& file :
       std::filesystem::directory_iterator(fhir::SampleFolder().parent_path() / "itk3")) {
    seeds.push_back(fhir::ReadWhole(file.path()));
  }
  return seeds;
}

std::vector<std::string> Chunks() {
  return {"",
          "1:3",
          "0:1",
          "200:200",
          "201:1",
          "1:1:1",
          " 1 : 2 ",
          mesh::Gzip("plain"),
          mesh::Gzip(std::string(100'000, 'a')),
          mesh::Gzip("a") + mesh::Gzip("b"),
          mesh::Gzip("cut").substr(0, 9)};
}

std::vector<std::string> Queries() {
  return {
      "",
      "_count=10",
      "owner=https%3A%2F%2Ffhir.nhs.uk%2FId%2Fods-organization-code%7CC82999&status=in-progress",
      "patient:identifier=https%3A%2F%2Ffhir.nhs.uk%2FId%2Fnhs-number%7C9990000018&birthdate=1941-"
      "03-09",
      "date=ge2026-11-01&date=lt2026-12-01&_count=100&_page=abc",
      "entity=Task%2F1&agent=RT5&=&&%zz&a=%C3%28"};
}

const std::vector<FuzzTarget>& Targets() {
  static const auto& targets = *new std::vector<FuzzTarget>{
      {"Message", &MessageTarget, &Messages, Telling("{}[]\":,\\\0\n0-1eE.tfnu#\x7F\xC3\xFF")},
      {"Answer", &AnswerTarget, &Answers, Telling("<>/=\"'&;!?[]-:10\n\xC3\xFF\0")},
      {"Chunk", &ChunkTarget, &Chunks, Telling(":0129 -+\x1F\x8B\x08\xFF\0")},
      {"Query", &QueryTarget, &Queries, Telling("&=%+:|2Fge19-_;\0\xC3\xFF")}};
  return targets;
}

class FuzzTargets : public ::testing::TestWithParam<FuzzTarget> {};

TEST_P(FuzzTargets, HoldForSeedsAndForWhatIsMadeOfThem) {
  Shows({"haz-21", "ctl-32"});
  RunFuzzTarget(GetParam(), kMostBytes);
}
INSTANTIATE_TEST_SUITE_P(All, FuzzTargets, ::testing::ValuesIn(Targets()), FuzzTargetName);

}  // namespace
}  // namespace fosse::adapters::gp
