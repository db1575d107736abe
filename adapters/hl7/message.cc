#include "adapters/hl7/message.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "adapters/hl7/reader.h"

namespace fosse::hl7 {
namespace {

// Fields are short, so that a look at each byte is sooner done than a call.
size_t FindIn(absl::string_view text, char separator) {
  constexpr size_t kShort = 48;
  if (text.size() > kShort) return text.find(separator);
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == separator) return at;
  }
  return absl::string_view::npos;
}

// The nth piece (from 1) of `text` between separators; empty if there are fewer. Without a
// separator the whole text is piece 1.
absl::string_view Piece(absl::string_view text, char separator, int nth) {
  if (nth < 1) return {};
  if (separator == '\0') return nth == 1 ? text : absl::string_view();
  for (; nth > 1; --nth) {
    const size_t found = FindIn(text, separator);
    if (found == absl::string_view::npos) return {};
    text.remove_prefix(found + 1);
  }
  return text.substr(0, FindIn(text, separator));
}

constexpr absl::string_view kDelete = "\"\"";

}  // namespace

absl::string_view Segment::raw() const {
  return absl::string_view(content_->bytes).substr(begin_, end_ - begin_);
}

absl::string_view Segment::name() const { return raw().substr(0, 3); }

absl::string_view Segment::Field(int field) const {
  if (field < 1 || static_cast<uint32_t>(field) > field_count_) return {};
  if (has_header_ && field == 1) return raw().substr(3, 1);
  const uint32_t* const start = &content_->field_starts[first_field_ + field - 1];
  return absl::string_view(content_->bytes).substr(start[0], start[1] - 1 - start[0]);
}

std::vector<absl::string_view> Segment::Repetitions(int field) const {
  std::vector<absl::string_view> out;
  absl::string_view rest = Field(field);
  if (rest.empty()) return out;
  const char separator = content_->delimiters.repetition;
  if (separator == '\0' || (has_header_ && field <= 2)) return {rest};
  while (true) {
    const size_t found = rest.find(separator);
    out.push_back(rest.substr(0, found));
    if (found == absl::string_view::npos) return out;
    rest.remove_prefix(found + 1);
  }
}

int Segment::RepetitionCount(int field) const {
  const absl::string_view text = Field(field);
  if (text.empty()) return 0;
  const char separator = content_->delimiters.repetition;
  if (separator == '\0' || (has_header_ && field <= 2)) return 1;
  return 1 + static_cast<int>(std::count(text.begin(), text.end(), separator));
}

absl::string_view Segment::Raw(int field, int repetition, int component, int subcomponent) const {
  const absl::string_view whole = Field(field);
  // The delimiters' own fields are made of delimiters and have no parts.
  if (repetition == 0 || (has_header_ && field <= 2)) return whole;
  const Delimiters& delimiters = content_->delimiters;
  const absl::string_view one = Piece(whole, delimiters.repetition, repetition);
  if (component == 0) return one;
  const absl::string_view part = Piece(one, delimiters.component, component);
  return subcomponent == 0 ? part : Piece(part, delimiters.subcomponent, subcomponent);
}

std::string Segment::Value(int field, int repetition, int component, int subcomponent) const {
  const absl::string_view raw = Raw(field, repetition, component, subcomponent);
  if (raw.empty() || raw == kDelete) return std::string();
  if (has_header_ && field <= 2) return std::string(raw);
  return Unescape(raw, content_->delimiters, content_->character_set);
}

Presence Segment::PresenceOf(int field, int repetition, int component, int subcomponent) const {
  const absl::string_view raw = Raw(field, repetition, component, subcomponent);
  // Deleting a whole deletes each of its parts.
  if (raw == kDelete || Field(field) == kDelete || Raw(field, repetition, 0) == kDelete ||
      Raw(field, repetition, component, 0) == kDelete) {
    return Presence::kDelete;
  }
  return raw.empty() ? Presence::kAbsent : Presence::kValue;
}

Location Segment::At(int field, int repetition, int component, int subcomponent) const {
  return {.segment = std::string(name()),
          .occurrence = occurrence_,
          .field = field,
          .repetition = repetition,
          .component = component,
          .subcomponent = subcomponent};
}

Message Message::Read(std::string bytes, const ReadOptions& options) {
  auto content = std::make_shared<MessageContent>();
  content->bytes = std::move(bytes);
  Reader(options, *content).Read();
  return Message(std::move(content));
}

bool Message::ok() const { return content_->ok; }
absl::Span<const Issue> Message::issues() const { return content_->issues; }
absl::string_view Message::bytes() const { return content_->bytes; }
const Delimiters& Message::delimiters() const { return content_->delimiters; }
CharacterSet Message::character_set() const { return content_->character_set; }
absl::Span<const Segment> Message::segments() const { return content_->segments; }

std::vector<Segment> Message::Named(absl::string_view name) const {
  std::vector<Segment> out;
  for (const Segment& segment : segments()) {
    if (segment.name() == name) out.push_back(segment);
  }
  return out;
}

const Segment* Message::Find(absl::string_view name, int occurrence) const {
  if (name.size() != 3) return nullptr;
  for (const Segment& segment : content_->segments) {
    const char* const own = content_->bytes.data() + segment.begin_;
    if (own[0] == name[0] && own[1] == name[1] && own[2] == name[2] &&
        segment.occurrence_ == occurrence) {
      return &segment;
    }
  }
  return nullptr;
}

absl::string_view Message::Raw(absl::string_view name, int field, int repetition, int component,
                               int subcomponent) const {
  const Segment* const segment = Find(name);
  if (segment == nullptr) return {};
  return segment->Raw(field, repetition, component, subcomponent);
}

std::string Message::Value(absl::string_view name, int field, int repetition, int component,
                           int subcomponent) const {
  const Segment* const segment = Find(name);
  if (segment == nullptr) return {};
  return segment->Value(field, repetition, component, subcomponent);
}

Presence Message::PresenceOf(absl::string_view name, int field, int repetition, int component,
                             int subcomponent) const {
  const Segment* const segment = Find(name);
  if (segment == nullptr) return Presence::kAbsent;
  return segment->PresenceOf(field, repetition, component, subcomponent);
}

std::string Message::Value(const Location& at) const {
  const Segment* const segment = Find(at.segment, at.occurrence);
  if (segment == nullptr) return {};
  return segment->Value(at.field, at.repetition, at.component, at.subcomponent);
}

}  // namespace fosse::hl7
