// The fuzz targets over their seeds, published messages, and both with bytes changed, always alike.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/adapters/community/fuzz_targets.h"
#include "tests/adapters/community/messages.h"
#include "tests/adapters/hl7/samples.h"
#include "tests/support/fuzz_target.h"
#include "tests/support/shows.h"

namespace fosse::adapters::community {
namespace {

constexpr size_t kMostBytes = 4'000;  // Of what is changed; all is run as it is.

std::vector<std::string> Seeds() {
  std::vector<std::string> seeds = {"", "MSH", hl7::kSample, Parts{}.Bytes(), Referral().Bytes()};
  for (const char* event : {"ADT^A01", "ADT^A40^ADT_A39", "ADT^A13", "ADT^A31", "RRI^I12"}) {
    Parts parts;
    parts.event = event;
    parts.more = {"MRG|9990000026^^^NHS", "ZU8|Z|1|No|Y"};
    seeds.push_back(parts.Bytes());
  }
  Parts note{.event = "MDM^T02^MDM_T02"};
  note.more = {"TXA|1|CN|TX|20260301|||||1^A^B|||DOC-9|||||AU||AV",
               "OBX|1|TX|N||words~more||||||F"};
  seeds.push_back(note.Bytes());
  Parts results{.event = "ORU^R01"};
  results.more = {"OBR|1|P|F|OBS|||20260301", "OBX|1|NM|8^Pulse||41|/min|||||F"};
  seeds.push_back(results.Bytes());
  // Streams: frames whole, cut, one in another, too long, and the framing's bytes inside.
  const std::string frame = "\x0BMSH|^~\\&|A\r\x1C\r";
  for (const std::string& stream :
       {frame + frame, "x" + frame + "\r\n" + frame, frame.substr(0, 6) + frame,
        "\x0B" + std::string(200, 'A') + "\x1C\r" + frame,
        std::string("\x0BMSH|a\x1Cz\x0Bq\r\x1C\r")}) {
    seeds.push_back("\x03" + stream);
  }
  for (auto& [name, bytes] : hl7::CorpusFiles()) seeds.push_back(std::move(bytes));
  return seeds;
}

const std::vector<FuzzTarget>& Targets() {
  static const std::string& telling =
      *new std::string(Telling("|^~\\&#\"\r\n\x0B\x1C\0\x7F\xC3\xFFMSHRF1PIDA0."));
  static const auto& targets =
      *new std::vector<FuzzTarget>{{"Reader", &ReaderTarget, &Seeds, telling},
                                   {"Framer", &FramerTarget, &Seeds, telling},
                                   {"Mapper", &MapperTarget, &Seeds, telling}};
  return targets;
}

class FuzzTargets : public ::testing::TestWithParam<FuzzTarget> {};

TEST_P(FuzzTargets, HoldForSeedsAndForWhatIsMadeOfThem) {
  Shows({"haz-21", "ctl-32"});
  RunFuzzTarget(GetParam(), kMostBytes);
}
INSTANTIATE_TEST_SUITE_P(All, FuzzTargets, ::testing::ValuesIn(Targets()), FuzzTargetName);

}  // namespace
}  // namespace fosse::adapters::community
