// HL7 v2 messages a second: read, and read and made into an Envelope. One thread.
//
//   fosse-bench-hl7 FILE SECONDS
//
// FILE holds messages one after another. Prints three lines, "reader N", "fields N" (read, and
// those fields taken that the others take) and "mapper N": messages a second.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "adapters/community/site_profile.h"
#include "adapters/community/translate.h"
#include "adapters/hl7/batch.h"
#include "adapters/hl7/time.h"
#include "google/protobuf/text_format.h"

namespace {

using fosse::adapters::community::FromHl7;
using fosse::adapters::community::SiteProfile;
using fosse::adapters::community::Translated;
using fosse::hl7::Message;

constexpr char kProfile[] = R"(
  organisation: "RT5"
  events { event: "REF^I12" native_service: "NUR" meaning: "CASELOAD_OPEN" service: "community-nursing" }
  events { event: "ADT^A03" native_service: "NUR" meaning: "CASELOAD_DISCHARGE" service: "community-nursing" }
)";

// The fields that an event needs, and that the others read too (medplum.mjs, python_hl7.py).
struct Place {
  const char* segment;
  int field;
  int component;
};
constexpr Place kPlaces[] = {{"MSH", 7, 1},  {"MSH", 9, 1}, {"MSH", 9, 2},  {"MSH", 10, 1},
                             {"MSH", 11, 1}, {"PID", 3, 1}, {"PID", 3, 4},  {"PID", 5, 1},
                             {"PID", 5, 2},  {"PID", 7, 1}, {"PID", 30, 1}, {"PID", 32, 1},
                             {"EVN", 6, 1},  {"PD1", 3, 3}, {"PV1", 10, 1}, {"PV1", 19, 1},
                             {"RF1", 3, 1},  {"RF1", 6, 1}, {"MRG", 1, 1}};

size_t FieldsOf(const std::string& bytes) {
  const Message message = Message::Read(bytes);
  size_t length = 0;
  for (const Place& place : kPlaces) {
    length += message.Value(place.segment, place.field, 1, place.component).size();
  }
  return length;
}

// How often `work` is done a second, over all messages in turn.
template <typename Work>
double Rate(const std::vector<std::string>& messages, double seconds, Work work) {
  const absl::Time start = absl::Now();
  const absl::Time end = start + absl::Seconds(seconds);
  size_t done = 0;
  while (absl::Now() < end) {
    for (const std::string& message : messages) work(message);
    done += messages.size();
  }
  return static_cast<double>(done) / absl::ToDoubleSeconds(absl::Now() - start);
}

int Fail(const char* why) {
  std::fprintf(stderr, "fosse-bench-hl7: %s\n", why);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return Fail("give a file of messages, and seconds");
  std::ifstream file(argv[1], std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::vector<std::string> messages;
  for (const absl::string_view part : fosse::hl7::SplitBatch(bytes).messages) {
    messages.emplace_back(part);
  }
  fosse::adapters::AdapterConfig config;
  if (messages.empty() || !google::protobuf::TextFormat::ParseFromString(kProfile, &config)) {
    return Fail("no message in the file");
  }
  const absl::StatusOr<SiteProfile> profile = SiteProfile::Create(config);
  const absl::StatusOr<absl::TimeZone> zone = fosse::hl7::LondonTimeZone();
  if (!profile.ok() || !zone.ok()) return Fail("the profile does not hold");
  for (const std::string& message : messages) {
    const Translated translated = FromHl7(Message::Read(message), *profile, "QK1", *zone);
    if (translated.result != Translated::Result::kMessage) return Fail("a message is not taken");
  }
  const double seconds = std::atof(argv[2]);
  size_t sink = 0;
  std::printf("reader %.0f\n", Rate(messages, seconds, [&](const std::string& message) {
                sink += Message::Read(message).ok();
              }));
  std::printf("fields %.0f\n", Rate(messages, seconds, [&](const std::string& message) {
                sink += FieldsOf(message);
              }));
  std::printf("mapper %.0f\n", Rate(messages, seconds, [&](const std::string& message) {
                sink += FromHl7(Message::Read(message), *profile, "QK1", *zone).faults.empty();
              }));
  return sink == 0;
}
