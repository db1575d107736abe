// Files that others published, and our samples broken at random: never a crash, never both an
// Envelope and issues.
#include <iostream>
#include <random>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/fhir/translate.h"
#include "gtest/gtest.h"
#include "tests/adapters/fhir/samples.h"
#include "tests/support/shows.h"

namespace fosse::adapters::fhir {
namespace {

constexpr int kRounds = 6'000;

bool HasPlace(const Issue& issue) {
  for (const char* start : {"Bundle", "Task", "Communication", "EpisodeOfCare", "ServiceRequest",
                            "CarePlan", "CareTeam", "byte "}) {
    if (absl::StartsWith(issue.at, start)) return true;
  }
  return false;
}

void ExpectOneOfTwo(const std::string& bytes) {
  const Translated translated = FromFhir(bytes, {.sender = "", .locality = "QK1"});
  ASSERT_LE(translated.issues.size(), IssueList::kMost);
  if (translated.issues.empty()) {
    ASSERT_EQ(translated.envelope.original().content(), bytes);
    ASSERT_NE(translated.envelope.body_case(), v1::Envelope::BODY_NOT_SET);
    return;
  }
  ASSERT_FALSE(translated.envelope.has_original());
  for (const Issue& issue : translated.issues) {
    ASSERT_FALSE(issue.reason.empty() || issue.remedy.empty() || issue.code.empty());
    ASSERT_TRUE(HasPlace(issue)) << issue.at;
    for (const char* secret : {"9990000018", "Okonjo", "Bramley", "Philippa", "1941-03-09"}) {
      ASSERT_FALSE(absl::StrContains(absl::StrCat(issue.at, issue.remedy), secret)) << issue.at;
    }
  }
  ASSERT_FALSE(OutcomeFor(400, translated.issues).empty());
}

TEST(CorpusTest, EveryFileIsTranslatedOrRefused) {
  Shows({"haz-21", "ctl-32"});
  const auto files = CorpusFiles();
  if (files.empty()) {
    std::cout << "SKIPPED: no corpus; set FOSSE_CORPUS to the folder that holds fhir\n";
    GTEST_SKIP() << "no corpus";
  }
  for (const auto& [name, bytes] : files) {
    SCOPED_TRACE(name);
    ExpectOneOfTwo(bytes);
    if (HasFatalFailure()) return;
  }
}

TEST(CorpusTest, ABookingOfTheNationalGuideIsRefusedAtItsEvent) {
  Shows({"haz-21"});
  const auto files = CorpusFiles();
  if (files.empty()) {
    std::cout << "SKIPPED: no corpus; set FOSSE_CORPUS to the folder that holds fhir\n";
    GTEST_SKIP() << "no corpus";
  }
  for (const auto& [name, bytes] : files) {
    if (name != "bars/process_message-POST-body.json") continue;
    const Translated translated = FromFhir(bytes, {.sender = "", .locality = "QK1"});
    ASSERT_FALSE(translated.issues.empty());
    EXPECT_EQ(translated.issues[0].at, "Bundle.entry[0].resource.eventCoding.code");
    EXPECT_EQ(translated.issues[0].code, "invariant");
    return;
  }
  ADD_FAILURE() << "the national example is not in the corpus";
}

class Mutator {
 public:
  explicit Mutator(uint32_t seed) : random_(seed) {}

  // Not a distribution of the library: those differ between implementations.
  size_t Below(size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  std::string Mutate(std::string bytes) {
    static constexpr char kTelling[] = "{}[]\",:\\0truefalsn#\xC3\xFF\x01 ";
    for (size_t left = 1 + Below(4); left > 0; --left) {
      const size_t at = Below(bytes.size() + 1);
      const size_t length = Below(60);
      switch (Below(5)) {
        case 0:
          bytes.insert(at, 1, kTelling[Below(sizeof(kTelling) - 1)]);
          break;
        case 1:
          bytes.erase(at, length);
          break;
        case 2:
          if (at < bytes.size()) bytes[at] = static_cast<char>(Below(256));
          break;
        case 3:
          bytes.insert(at, bytes.substr(Below(bytes.size() + 1), length * 4));
          break;
        default:
          bytes.resize(at);
          break;
      }
    }
    return bytes;
  }

  // Changes the tree instead, so that the result is still JSON and gets further.
  void Prune(Json& json) {
    Json* place = &json;
    for (int depth = static_cast<int>(2 + Below(9)); depth > 0; --depth) {
      if (!place->is_structured() || place->empty()) break;
      auto member = place->begin();
      std::advance(member, Below(place->size()));
      if (depth == 1 || !member->is_structured()) {
        switch (Below(5)) {
          case 0:
            place->erase(member);
            return;
          case 1:
            *member = Json::array({*member, *member});
            return;
          case 2:
            *member = nullptr;
            return;
          case 3:
            *member = Json::object({{"reference", "#x"}, {"value", 3}});
            return;
          default:
            *member = "2026-13-45";
            return;
        }
      }
      place = &*member;
    }
  }

 private:
  std::mt19937 random_;
};

TEST(MutationTest, NoBrokenBundleBreaksTheReader) {
  Shows({"haz-21", "ctl-32", "ctl-26"});
  Mutator mutator(20261102);
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    const char* const name = kSamples[mutator.Below(std::size(kSamples))];
    ExpectOneOfTwo(mutator.Mutate(Sample(absl::StrCat(name, ".json"))));
    if (HasFatalFailure()) return;
  }
}

TEST(MutationTest, NoChangedTreeBreaksTheReader) {
  Shows({"haz-21", "ctl-32", "ctl-26"});
  Mutator mutator(7);
  int refused = 0;
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    Json json = SampleJson(kSamples[mutator.Below(std::size(kSamples))]);
    for (size_t left = 1 + mutator.Below(3); left > 0; --left) mutator.Prune(json);
    const std::string bytes = json.dump();
    ExpectOneOfTwo(bytes);
    if (HasFatalFailure()) return;
    refused += !FromFhir(bytes, {}).issues.empty();
  }
  EXPECT_GT(refused, kRounds / 4) << "the mutator must reach what matters";
}

}  // namespace
}  // namespace fosse::adapters::fhir
