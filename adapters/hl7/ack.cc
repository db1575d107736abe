#include "adapters/hl7/ack.h"

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "adapters/hl7/time.h"
#include "adapters/hl7/writer.h"

namespace fosse::hl7 {
namespace {

constexpr char kDefaultVersion[] = "2.4";  // The ITK profile's.

absl::string_view TextOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kSegmentSequence:
      return "Segment sequence error";
    case ErrorCode::kRequiredFieldMissing:
      return "Required field missing";
    case ErrorCode::kDatatype:
      return "Data type error";
    case ErrorCode::kTableValueNotFound:
      return "Table value not found";
    case ErrorCode::kUnsupportedMessageType:
      return "Unsupported message type";
    case ErrorCode::kUnsupportedEvent:
      return "Unsupported event code";
    case ErrorCode::kUnsupportedProcessingId:
      return "Unsupported processing id";
    case ErrorCode::kUnsupportedVersion:
      return "Unsupported version id";
    case ErrorCode::kUnknownKey:
      return "Unknown key identifier";
    case ErrorCode::kDuplicateKey:
      return "Duplicate key identifier";
    case ErrorCode::kRecordLocked:
      return "Application record locked";
    case ErrorCode::kInternal:
      break;
  }
  return "Application internal error";
}

bool IsWanted(absl::string_view condition, AckOutcome outcome) {
  const bool accepted = outcome == AckOutcome::kAccept;
  if (condition.empty() || condition == "NE") return false;
  if (condition == "ER") return !accepted;
  if (condition == "SU") return accepted;
  return true;  // AL; and for a code nobody knows an answer too many beats a silence.
}

// MSA-1; nothing if the sender wants no answer.
std::optional<std::string> CodeFor(const Message& message, const Ack& ack) {
  const std::string accept = message.Value("MSH", 15);
  if (message.Value("MSH", 9) == "ACK") return std::nullopt;
  if (message.Find("MSA") != nullptr) {
    // An answer that is a message of its own, such as RRI: that it came is told where it asks.
    if (accept.empty() || ack.stage != AckStage::kReceipt) return std::nullopt;
  }
  const std::string application = message.Value("MSH", 16);
  const bool enhanced = !accept.empty() || !application.empty();
  const bool at_receipt = ack.stage == AckStage::kReceipt;
  if (enhanced && !IsWanted(at_receipt ? accept : application, ack.outcome)) return std::nullopt;
  if (!enhanced && !at_receipt) return std::nullopt;
  const char* const second = ack.outcome == AckOutcome::kAccept  ? "A"
                             : ack.outcome == AckOutcome::kError ? "E"
                                                                 : "R";
  return absl::StrCat(enhanced && at_receipt ? "C" : "A", second);
}

// Major and minor version of MSH-12 as one number, 2.5.1 being 25. The ITK's if unreadable.
int VersionOf(const Message& message) {
  const std::string text = message.Value("MSH", 12);
  const std::vector<std::string> parts = absl::StrSplit(text, '.');
  int major = 0;
  int minor = 0;
  if (parts.size() < 2 || !absl::SimpleAtoi(parts[0], &major) ||
      !absl::SimpleAtoi(parts[1], &minor) || major != 2 || minor < 0 || minor > 9) {
    return 24;
  }
  return major * 10 + minor;
}

bool HasSoundDelimiters(const Message& message) {
  if (!message.delimiters().complete() || message.Find("MSH") == nullptr) return false;
  const absl::Span<const Issue> issues = message.issues();
  return std::none_of(issues.begin(), issues.end(),
                      [](const Issue& issue) { return issue.reason == "DELIMITERS_INVALID"; });
}

// Writes one acknowledgement. Whatever the message holds must not keep it from being answered, so
// what is echoed is cleaned first and nothing else here depends on the message's bytes.
class AckWriter {
 public:
  AckWriter(const Message& message, const Ack& ack)
      : message_(message),
        ack_(ack),
        sound_(HasSoundDelimiters(message)),
        builder_(sound_ ? message.delimiters() : Delimiters()) {}

  std::optional<std::string> Write(absl::string_view code) {
    WriteHeader();
    const Location msa = builder_.AddSegment("MSA");
    Put(msa, 1, code);
    Echo(10, msa, 2);
    if (!ack_.errors.empty()) Put(msa, 3, ack_.errors[0].issue.remedy);
    const size_t count = std::min<size_t>(ack_.errors.size(), kMaxAckErrors);
    if (VersionOf(message_) >= 25) {
      for (size_t i = 0; i < count; ++i) WriteError(ack_.errors[i]);
    } else if (count > 0) {
      WriteErrorsInOneField(count);
    }
    absl::StatusOr<std::string> bytes = builder_.Bytes();
    if (!bytes.ok()) return std::nullopt;
    return *std::move(bytes);
  }

 private:
  void WriteHeader() {
    const Location msh = {.segment = "MSH"};
    Echo(5, msh, 3);
    Echo(6, msh, 4);
    Echo(3, msh, 5);
    Echo(4, msh, 6);
    Put(msh, 7, FormatTime(ack_.now, ack_.zone, Precision::kSecond));
    Put(msh, 9, "ACK", 1);
    const std::string event = Clean(message_.Raw("MSH", 9, 1, 2), /*ascii_only=*/true);
    if (!event.empty()) Put(msh, 9, event, 2);
    // Receivers of 2.3 do not know the third component.
    if (!event.empty() && VersionOf(message_) >= 24) Put(msh, 9, "ACK", 3);
    Put(msh, 10, ack_.control_id);
    Echo(11, msh, 11);
    if (message_.Value("MSH", 12).empty()) {
      Put(msh, 12, kDefaultVersion);
    } else {
      Echo(12, msh, 12);
    }
    Echo(18, msh, 18);
  }

  // From 2.5: ERR-2 location, 3 code, 4 severity, 5 our reason, 8 words for people.
  void WriteError(const AckError& error) {
    const Location err = builder_.AddSegment("ERR");
    const Location& at = error.issue.at;
    PutPlace(err, 2, 1, at);
    if (at.field != 0 && at.repetition != 0) Put(err, 2, absl::StrCat(at.repetition), 4);
    if (at.field != 0 && at.component != 0) Put(err, 2, absl::StrCat(at.component), 5);
    if (at.component != 0 && at.subcomponent != 0) Put(err, 2, absl::StrCat(at.subcomponent), 6);
    Put(err, 3, absl::StrCat(static_cast<int>(error.code)), 1);
    Put(err, 3, TextOf(error.code), 2);
    Put(err, 3, "HL70357", 3);
    Put(err, 4, "E");
    Put(err, 5, error.issue.reason);
    Put(err, 8, error.issue.remedy);
  }

  // Up to 2.4: ERR-1 repeats segment ^ sequence ^ field ^ code & text & table.
  void WriteErrorsInOneField(size_t count) {
    const Location err = builder_.AddSegment("ERR");
    for (size_t i = 0; i < count; ++i) {
      const AckError& error = ack_.errors[i];
      const int repetition = static_cast<int>(i) + 1;
      PutPlace(err, 1, repetition, error.issue.at);
      Location code = err;
      code.field = 1;
      code.repetition = repetition;
      code.component = 4;
      code.subcomponent = 1;
      builder_.Set(code, absl::StrCat(static_cast<int>(error.code)));
      code.subcomponent = 2;
      builder_.Set(code, TextOf(error.code));
      code.subcomponent = 3;
      builder_.Set(code, "HL70357");
    }
  }

  // Segment, its sequence and the field, in the first three components.
  void PutPlace(const Location& err, int field, int repetition, const Location& at) {
    Put(err, field, at.segment, 1, repetition);
    Put(err, field, absl::StrCat(at.occurrence), 2, repetition);
    if (at.field != 0) Put(err, field, absl::StrCat(at.field), 3, repetition);
  }

  void Put(Location at, int field, absl::string_view text, int component = 0, int repetition = 1) {
    at.field = field;
    at.repetition = repetition;
    at.component = component;
    builder_.Set(at, text);
  }

  // Puts field `from` of the sender's MSH, all of it, into a field of ours.
  void Echo(int from, Location to, int field) {
    const absl::string_view raw = message_.Raw("MSH", from, 0);
    to.field = field;
    if (sound_) {
      builder_.SetRaw(to, Clean(raw, /*ascii_only=*/false));
    } else {
      builder_.Set(to, Clean(raw, /*ascii_only=*/true));
    }
  }

  static std::string Clean(absl::string_view raw, bool ascii_only) {
    std::string out;
    for (const char c : raw) {
      const auto u = static_cast<unsigned char>(c);
      if (u >= 0x20 && u != 0x7F && (u < 0x80 || !ascii_only)) out.push_back(c);
    }
    return out;
  }

  const Message& message_;
  const Ack& ack_;
  const bool sound_;
  Builder builder_;
};

}  // namespace

ErrorCode CodeOf(const Issue& issue) {
  for (const char* reason :
       {"MSH_MISSING", "SEGMENT_UNREADABLE", "SECOND_MESSAGE", "BATCH_ENVELOPE"}) {
    if (issue.reason == reason) return ErrorCode::kSegmentSequence;
  }
  return ErrorCode::kDatatype;
}

std::vector<AckError> ErrorsOf(const Message& message) {
  std::vector<AckError> out;
  for (const Issue& issue : message.issues()) {
    if (issue.severity == Severity::kFault) out.push_back({issue, CodeOf(issue)});
  }
  return out;
}

std::optional<std::string> BuildAck(const Message& message, const Ack& ack) {
  const std::optional<std::string> code = CodeFor(message, ack);
  if (!code.has_value()) return std::nullopt;
  return AckWriter(message, ack).Write(*code);
}

}  // namespace fosse::hl7
