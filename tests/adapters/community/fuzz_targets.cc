#include "tests/adapters/community/fuzz_targets.h"

#include <optional>
#include <utility>
#include <vector>

#include "adapters/community/answer.h"
#include "adapters/community/site_profile.h"
#include "adapters/community/translate.h"
#include "adapters/hl7/ack.h"
#include "adapters/hl7/batch.h"
#include "adapters/hl7/message.h"
#include "adapters/hl7/mllp.h"
#include "adapters/hl7/time.h"
#include "adapters/hl7/writer.h"
#include "base/field_check.h"
#include "base/status.h"
#include "base/utf8.h"
#include "google/protobuf/text_format.h"

namespace fosse::adapters::community {
namespace {

using hl7::Message;
using hl7::Segment;

constexpr size_t kFrameLimit = 64;

// Every event with its strongest meaning, tolerant; and the same, strict.
std::vector<SiteProfile> Profiles() {
  std::vector<SiteProfile> profiles;
  for (const char* strict : {"", "strict: true"}) {
    AdapterConfig config;
    FOSSE_CHECK(google::protobuf::TextFormat::ParseFromString(
        std::string("organisation: 'RT5' character_set: '8859/1' "
                    "events { event: 'ADT^A01' meaning: 'AWAY_HOSPITAL' } "
                    "events { event: 'ADT^A04' meaning: 'CASELOAD_OPEN' service: 'nursing' } "
                    "events { event: 'ADT^A28' meaning: 'CASELOAD_OPEN' service: 'nursing' } "
                    "events { event: 'ADT^A03' meaning: 'CASELOAD_DISCHARGE' service: 'nursing' } "
                    "events { event: 'ADT^A08' meaning: 'DEMOGRAPHICS' } "
                    "events { event: 'ADT^A31' meaning: 'DEMOGRAPHICS' } "
                    "events { event: 'ADT^A40' meaning: 'DEMOGRAPHICS' } "
                    "events { event: 'REF^I12' meaning: 'CASELOAD_OPEN' service: 'nursing' } "
                    "events { event: 'MDM^T02' meaning: 'CONCERN' } "
                    "events { event: 'ORU^R01' meaning: 'CONCERN' } ") +
            strict,
        &config));
    absl::StatusOr<SiteProfile> profile = SiteProfile::Create(config);
    FOSSE_CHECK(profile.ok());
    profiles.push_back(*std::move(profile));
  }
  return profiles;
}

std::vector<std::string> MessagesIn(const std::string& stream, size_t packet) {
  std::vector<std::string> out;
  hl7::MllpDecoder decoder(kFrameLimit);
  for (size_t at = 0; at < stream.size(); at += packet) {
    decoder.Feed(absl::string_view(stream).substr(at, packet));
    while (std::optional<hl7::MllpFrame> frame = decoder.Next()) {
      FOSSE_CHECK(frame->bytes.size() <= kFrameLimit);
      if (frame->kind == hl7::MllpFrame::Kind::kMessage) out.push_back(std::move(frame->bytes));
    }
  }
  return out;
}

}  // namespace

void ReaderTarget(const std::string& bytes) {
  const Message message = Message::Read(bytes);
  FOSSE_CHECK(message.bytes() == bytes);
  for (const Segment& segment : message.segments()) {
    for (int field = 0; field <= segment.field_count() + 1; ++field) {
      const int repetitions = segment.RepetitionCount(field);
      FOSSE_CHECK(static_cast<int>(segment.Repetitions(field).size()) == repetitions);
      for (int n = 0; n <= std::min(repetitions, 3); ++n) {
        const std::string value = segment.Value(field, n, n, 1);
        FOSSE_CHECK(!message.ok() || IsUtf8(value));
        segment.PresenceOf(field, n, n);
      }
    }
  }
  const absl::StatusOr<std::string> again = hl7::Builder::From(message).Bytes();
  FOSSE_CHECK(again.ok() && *again == bytes);
  hl7::Ack ack;
  ack.outcome = hl7::AckOutcome::kError;
  ack.errors = hl7::ErrorsOf(message);
  FOSSE_CHECK(message.ok() || !ack.errors.empty());
  if (const std::optional<std::string> answer = hl7::BuildAck(message, ack)) {
    FOSSE_CHECK(hl7::EncodeMllp(*answer).ok());
  }
  size_t total = 0;
  for (const absl::string_view part : hl7::SplitBatch(bytes).messages) total += part.size();
  FOSSE_CHECK(total <= bytes.size());
}

void FramerTarget(const std::string& bytes) {
  if (bytes.empty()) return;
  const size_t packet = 1 + static_cast<unsigned char>(bytes[0]) % 16;
  const std::string stream = bytes.substr(1);
  const std::vector<std::string> found = MessagesIn(stream, packet);
  FOSSE_CHECK(found == MessagesIn(stream, stream.size() + 1));
  std::string framed;
  for (const std::string& message : found) {
    const absl::StatusOr<std::string> frame = hl7::EncodeMllp(message);
    if (!frame.ok()) return;  // A soft line break, or a separator alone.
    framed += *frame;
  }
  FOSSE_CHECK(MessagesIn(framed, packet) == found);
}

void MapperTarget(const std::string& bytes) {
  static const auto& profiles = *new std::vector<SiteProfile>(Profiles());
  static const absl::TimeZone zone = hl7::LondonTimeZone().value_or(absl::UTCTimeZone());
  for (const SiteProfile& profile : profiles) {
    const Message message = Message::Read(bytes, profile.read_options());
    const Translated translated = FromHl7(message, profile, "QK1", zone);
    const bool is_message = translated.result == Translated::Result::kMessage;
    if (is_message) {
      FOSSE_CHECK(CheckFields(translated.envelope).ok());
      FOSSE_CHECK(translated.envelope.original().content() == bytes);
      FOSSE_CHECK(translated.envelope.sender() == "RT5");
    } else {
      FOSSE_CHECK(translated.envelope.ByteSizeLong() == 0);
    }
    const bool refused = translated.result == Translated::Result::kFaulty ||
                         translated.result == Translated::Result::kUnsupported;
    FOSSE_CHECK(translated.faults.empty() != refused);
    for (const std::string& answer : Acknowledgements(message, VerdictOf(translated), "X",
                                                      absl::UnixEpoch(), absl::UTCTimeZone())) {
      FOSSE_CHECK(hl7::EncodeMllp(answer).ok());
      FOSSE_CHECK(Message::Read(answer, {.undeclared = hl7::CharacterSet::kLatin1}).Find("MSA"));
    }
  }
}

}  // namespace fosse::adapters::community
