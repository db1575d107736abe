#include "adapters/community/event_order.h"

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/status.h"

namespace fosse::adapters::community {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int32_t kNanosPerMicro = 1'000;
constexpr size_t kIdLength = 24;

int64_t MicrosOf(const google::protobuf::Timestamp& stamp) {
  return stamp.seconds() * kMicrosPerSecond + stamp.nanos() / kNanosPerMicro;
}

void SetMicros(int64_t micros, google::protobuf::Timestamp& stamp) {
  const int64_t seconds =
      micros / kMicrosPerSecond - (micros % kMicrosPerSecond < 0 ? 1 : 0);  // Rounds down.
  stamp.set_seconds(seconds);
  stamp.set_nanos(static_cast<int32_t>(micros - seconds * kMicrosPerSecond) * kNanosPerMicro);
}

// When it happened, when it was sent, and its number among those sent in that moment.
using Moment = std::tuple<int64_t, int64_t, int64_t>;

// A time that has not come orders nothing: all that follows would be late.
Moment MomentOf(const hl7::Message& message, const v1::Envelope& envelope, absl::Time now,
                bool late) {
  const int64_t sent = std::min(MicrosOf(envelope.sent_at()), absl::ToUnixMicros(now));
  int64_t occurred = 0;
  if (envelope.has_person_away()) {
    occurred = MicrosOf(envelope.person_away().from());
  } else {
    occurred = MicrosOf(envelope.episode_change().occurred_at()) + (late ? 1 : 0);
  }
  int64_t number = 0;
  if (!absl::SimpleAtoi(message.Value("MSH", 13), &number)) number = 0;
  return {std::min(occurred, sent), sent, number};
}

// The same for every message of that id.
std::string IdOf(const v1::Envelope& envelope) {
  return Hex(ByteView(Sha256(envelope.message_id())).view()).substr(0, kIdLength);
}

}  // namespace

struct EventOrder::Note {
  bool is_there = false;
  Moment newest;
  bool returned = false;                            // What the newest stay left.
  std::vector<std::pair<std::string, bool>> known;  // Message, and whether it came late.

  const bool* Find(const std::string& id) const {
    for (const auto& [known_id, late] : known) {
      if (known_id == id) return &late;
    }
    return nullptr;
  }

  std::string Text() const {
    const auto line = [](std::string* out, const std::pair<std::string, bool>& one) {
      absl::StrAppend(out, one.second ? "-" : "+", one.first);
    };
    return absl::StrCat(std::get<0>(newest), " ", std::get<1>(newest), " ", std::get<2>(newest),
                        returned ? " 1 " : " 0 ", absl::StrJoin(known, ",", line));
  }
};

absl::StatusOr<EventOrder::Note> EventOrder::Read(const std::string& name) const {
  FOSSE_ASSIGN_OR_RETURN(const std::optional<std::string> text, notes_.find(name));
  Note note;
  if (!text.has_value()) return note;
  const std::vector<std::string> parts = absl::StrSplit(*text, ' ');
  if (parts.size() != 5 || !absl::SimpleAtoi(parts[0], &std::get<0>(note.newest)) ||
      !absl::SimpleAtoi(parts[1], &std::get<1>(note.newest)) ||
      !absl::SimpleAtoi(parts[2], &std::get<2>(note.newest))) {
    return MakeError(absl::StatusCode::kDataLoss, "OUTBOX_DAMAGED", "a note cannot be read");
  }
  note.is_there = true;
  note.returned = parts[3] == "1";
  for (const absl::string_view one : absl::StrSplit(parts[4], ',', absl::SkipEmpty())) {
    note.known.emplace_back(std::string(one.substr(1)), one[0] == '-');
  }
  return note;
}

std::string EventOrder::NameOf(const v1::Envelope& envelope) const {
  v1::Envelope what;
  what.set_sender(envelope.sender());
  what.mutable_subject()->mutable_person()->set_nhs_number(
      envelope.subject().person().nhs_number());
  if (envelope.has_episode_change()) {
    what.mutable_episode_change()->set_episode_reference(
        envelope.episode_change().episode_reference());
  } else if (envelope.has_person_away()) {
    what.mutable_person_away();
  } else {
    return "";
  }
  return absl::StrCat("hl7-order-", notes_.key(what));
}

absl::StatusOr<bool> EventOrder::Arrange(const hl7::Message& message, v1::Envelope& envelope,
                                         absl::Time now) const {
  const std::string name = NameOf(envelope);
  if (name.empty()) return false;
  FOSSE_ASSIGN_OR_RETURN(const Note note, Read(name));
  const bool* const before = note.Find(IdOf(envelope));
  const Moment moment = MomentOf(message, envelope, now, /*late=*/false);
  bool late = before != nullptr ? *before : note.is_there && moment < note.newest;
  if (envelope.has_person_away()) {
    // Where both say the same, nothing needs a change.
    v1::PersonAway& away = *envelope.mutable_person_away();
    if (before == nullptr) late = late && away.returned() != note.returned;
    if (late) away.set_returned(!away.returned());
    return late;
  }
  // What happened earlier the gateway sees for itself.
  if (before == nullptr) late = late && std::get<0>(moment) == std::get<0>(note.newest);
  if (late) {
    google::protobuf::Timestamp& at = *envelope.mutable_episode_change()->mutable_occurred_at();
    SetMicros(MicrosOf(at) - 1, at);
  }
  return late;
}

absl::Status EventOrder::Took(const hl7::Message& message, const v1::Envelope& envelope,
                              absl::Time now, bool late) const {
  const std::string name = NameOf(envelope);
  if (name.empty()) return absl::OkStatus();
  FOSSE_ASSIGN_OR_RETURN(Note note, Read(name));
  const std::string id = IdOf(envelope);
  if (note.Find(id) != nullptr) return absl::OkStatus();
  const Moment moment = MomentOf(message, envelope, now, late);
  if (!note.is_there || note.newest < moment) {
    note.newest = moment;
    note.returned = envelope.person_away().returned();
  }
  note.known.emplace_back(id, late);
  if (note.known.size() > kRemembered) note.known.erase(note.known.begin());
  return notes_.keep(name, note.Text());
}

}  // namespace fosse::adapters::community
