#include "adapters/community/note.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace fosse::adapters::community {
namespace {

using hl7::ErrorCode;
using hl7::Message;
using hl7::Segment;

bool IsDocument(const Message& message) { return message.Value("MSH", 9) == "MDM"; }

bool IsOneOf(absl::string_view code, std::initializer_list<absl::string_view> codes) {
  for (const absl::string_view known : codes) {
    if (code == known) return true;
  }
  return false;
}

// A result that is deleted, wrong or not there; a document that is cancelled or obsolete.
void RefuseWithdrawn(const Message& message, Faults& faults) {
  constexpr absl::string_view kRemedy =
      "a concern is not taken back by message: telephone whoever acts on it";
  for (const Segment& line : message.Named("OBX")) {
    if (IsOneOf(line.Value(11), {"D", "W", "X"})) {
      AddFault(faults, line.At(11, 1), ErrorCode::kTableValueNotFound, "NOTE_WITHDRAWN", kRemedy);
    }
  }
  if (IsOneOf(message.Value("TXA", 19), {"CA", "OB"})) {
    AddFault(faults, Place("TXA", 19), ErrorCode::kTableValueNotFound, "NOTE_WITHDRAWN", kRemedy);
  }
}

// "Pulse: 41 /min"; of a document the words alone.
std::string LineOf(const Segment& line, bool named) {
  std::vector<std::string> words;
  for (int n = 1; n <= std::min(line.RepetitionCount(5), 100); ++n) {
    std::string text = line.Value(5, n);
    if (!text.empty()) words.push_back(std::move(text));
  }
  std::string text = absl::StrJoin(words, "\n");
  if (text.empty() || !named) return text;
  std::string name = line.Value(3, 1, 2);
  if (name.empty()) name = line.Value(3, 1, 1);
  const std::string unit = line.Value(6, 1, 1);
  return absl::StrCat(name, name.empty() ? "" : ": ", text, unit.empty() ? "" : " ", unit);
}

std::string WordsOf(const Message& message, Faults& faults) {
  std::vector<std::string> lines;
  for (const Segment& line : message.Named("OBX")) {
    if (!IsOneOf(line.Value(2), {"TX", "FT", "ST", "NM"})) {
      AddFault(faults, line.At(2, 1), ErrorCode::kTableValueNotFound, "NOTE_NOT_IN_WORDS",
               "send a concern in words: OBX-2 TX, FT, ST or NM");
      continue;
    }
    std::string text = LineOf(line, !IsDocument(message));
    if (!text.empty()) lines.push_back(std::move(text));
  }
  if (lines.empty() && faults.empty()) {
    AddFault(faults, Place("OBX", 5), ErrorCode::kRequiredFieldMissing, "NOTE_EMPTY",
             "say what the concern is, in OBX-5");
  }
  return absl::StrJoin(lines, "\n");
}

}  // namespace

bool IsNote(absl::string_view event) { return IsOneOf(event, {"MDM^T02", "ORU^R01"}); }

hl7::Location KindOfNote(const Message& message) {
  return IsDocument(message) ? Place("TXA", 2, 1) : Place("OBR", 4, 1);
}

void ReadConcern(const Message& message, absl::TimeZone zone, absl::string_view organisation,
                 v1::Envelope& envelope, Faults& faults) {
  const bool document = IsDocument(message);
  RefuseWithdrawn(message, faults);
  v1::ConcernRaised& concern = *envelope.mutable_concern_raised();
  concern.set_kind(v1::CONCERN_KIND_CLINICAL);
  std::string reference = document ? message.Value("TXA", 12) : message.Value("OBR", 3);
  if (reference.empty() && !document) reference = message.Value("OBR", 2);
  concern.set_reference(reference);
  concern.set_summary(WordsOf(message, faults));
  auto noticed =
      document
          ? TimeOf(message, zone,
                   {Place("TXA", 4), Place("TXA", 6), Place("EVN", 2), Place("MSH", 7)}, faults)
          : TimeOf(message, zone, {Place("OBR", 7), Place("OBX", 14), Place("MSH", 7)}, faults);
  if (noticed.has_value()) *concern.mutable_noticed_at() = *std::move(noticed);
  const auto author = document ? PractitionerOf(message, "TXA", 9, organisation)
                               : PractitionerOf(message, "OBX", 16, organisation);
  if (author.has_value()) *envelope.mutable_acting_person()->mutable_practitioner() = *author;
}

}  // namespace fosse::adapters::community
