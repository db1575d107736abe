// FHIR message Bundles a second. One thread.
//
//   fosse-bench-gp FILE SECONDS
//
// FILE holds Bundles, one a line. Prints three lines, Bundles a second: "translate" makes the
// Envelope, "nlohmann-tree" reads the text into a tree and no further, "nlohmann-fields" reads in
// the tree the fields that the Envelope is made of.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "adapters/fhir/translate.h"
#include "nlohmann/json.hpp"

namespace {

using fosse::adapters::fhir::FromFhir;
using Json = nlohmann::json;

template <typename Work>
double Rate(const std::vector<std::string>& bundles, double seconds, Work work) {
  const absl::Time start = absl::Now();
  const absl::Time end = start + absl::Seconds(seconds);
  size_t done = 0;
  while (absl::Now() < end) {
    for (const std::string& bundle : bundles) work(bundle);
    done += bundles.size();
  }
  return static_cast<double>(done) / absl::ToDoubleSeconds(absl::Now() - start);
}

size_t LengthOf(const Json& value, const char* member) {
  const auto found = value.find(member);
  if (found == value.end() || !found->is_string()) return 0;
  return found->get_ref<const std::string&>().size();
}

// Every coding, identifier and text below: what a mapper looks at, without any check.
size_t ReadFields(const Json& value) {
  size_t length = 0;
  if (value.is_object()) {
    for (const char* member : {"system", "code", "value", "status", "reference", "text", "family",
                               "birthDate", "valueString", "valueCode", "valueDate"}) {
      length += LengthOf(value, member);
    }
  }
  if (value.is_structured()) {
    for (const Json& below : value) length += ReadFields(below);
  }
  return length;
}

int Fail(const char* why) {
  std::fprintf(stderr, "fosse-bench-gp: %s\n", why);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return Fail("give a file of Bundles, and seconds");
  std::ifstream file(argv[1], std::ios::binary);
  std::vector<std::string> bundles;
  for (std::string line; std::getline(file, line);) bundles.push_back(line);
  if (bundles.empty()) return Fail("no Bundle in the file");
  for (const std::string& bundle : bundles) {
    if (!FromFhir(bundle, {}).issues.empty()) return Fail("a Bundle is not taken");
  }
  const double seconds = std::atof(argv[2]);
  size_t sink = 0;
  std::printf("translate %.0f\n", Rate(bundles, seconds, [&](const std::string& bundle) {
                sink += FromFhir(bundle, {}).envelope.message_id().size();
              }));
  std::printf("nlohmann-tree %.0f\n", Rate(bundles, seconds, [&](const std::string& bundle) {
                sink += Json::parse(bundle, nullptr, false).size();
              }));
  std::printf("nlohmann-fields %.0f\n", Rate(bundles, seconds, [&](const std::string& bundle) {
                sink += ReadFields(Json::parse(bundle, nullptr, false));
              }));
  return sink == 0;
}
