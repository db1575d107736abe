#include "adapters/hl7/writer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace fosse::hl7 {
namespace {

struct Range {
  size_t begin;
  size_t end;
};

// Narrows `range` of `text` to its nth piece, adding separators at its end until there is one.
// False if there is no separator to do so.
bool Narrow(std::string& text, char separator, int nth, Range& range) {
  if (separator == '\0') return nth == 1;
  for (int piece = 1; piece < nth; ++piece) {
    const size_t found = text.find(separator, range.begin);
    if (found < range.end) {
      range.begin = found + 1;
    } else {
      text.insert(range.end, 1, separator);
      range.begin = ++range.end;
    }
  }
  range.end = std::min(range.end, text.find(separator, range.begin));
  return true;
}

// Segments whose field 1 is the separator itself.
bool IsHeader(absl::string_view segment) {
  return segment == "MSH" || segment == "FHS" || segment == "BHS";
}

bool WithinLimits(const Location& at) {
  const Limits limits;
  return at.field >= 1 && at.field <= limits.max_fields && at.repetition >= 0 &&
         at.repetition <= limits.max_repetitions && at.component >= 0 &&
         at.component <= limits.max_components && at.subcomponent >= 0 &&
         at.subcomponent <= limits.max_subcomponents;
}

bool IsSegmentName(absl::string_view name) {
  const std::optional<Location> at = Location::Parse(name);
  return name.size() == 3 && at.has_value() && !IsHeader(name);
}

bool HasControl(absl::string_view raw) {
  return std::any_of(raw.begin(), raw.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return (u < 0x20 && c != '\t') || u == 0x7F;
  });
}

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Whether `raw` holds a delimiter that would end the place it is put at.
bool BreaksOut(absl::string_view raw, const Location& at, const Delimiters& delimiters) {
  const auto holds = [&](char c) { return c != '\0' && raw.find(c) != absl::string_view::npos; };
  if (holds(delimiters.field)) return true;
  if (at.repetition == 0 && at.component == 0) return false;
  if (holds(delimiters.repetition)) return true;
  if (at.component == 0) return false;
  return holds(delimiters.component) || (at.subcomponent != 0 && holds(delimiters.subcomponent));
}

}  // namespace

Builder::Builder(const Delimiters& delimiters) : delimiters_(delimiters) {
  pieces_.push_back({absl::StrCat("MSH", std::string(1, delimiters.field), delimiters.Encoding()),
                     /*is_segment=*/true});
  pieces_.push_back({segment_end_});
  if (!delimiters.complete()) Fail({.segment = "MSH", .field = 2}, "lacks a delimiter");
}

Builder Builder::From(const Message& message) {
  Builder builder;
  builder.delimiters_ = message.delimiters();
  builder.character_set_ = message.character_set();
  builder.is_new_ = false;
  builder.pieces_.clear();
  const absl::string_view bytes = message.bytes();
  size_t done = 0;
  for (const Segment& segment : message.segments()) {
    const size_t begin = static_cast<size_t>(segment.raw().data() - bytes.data());
    builder.pieces_.push_back({std::string(bytes.substr(done, begin - done))});
    builder.pieces_.push_back({std::string(segment.raw()), /*is_segment=*/true});
    done = begin + segment.raw().size();
  }
  builder.pieces_.push_back({std::string(bytes.substr(done))});
  const size_t first_end = bytes.find_first_of("\r\n");
  if (first_end != absl::string_view::npos) {
    const bool two = absl::StartsWith(bytes.substr(first_end), "\r\n");
    builder.segment_end_ = std::string(bytes.substr(first_end, two ? 2 : 1));
  }
  return builder;
}

Location Builder::AddSegment(absl::string_view name) {
  Location at = {.segment = std::string(name), .occurrence = 1};
  if (!IsSegmentName(name)) {
    at.segment.clear();
    Fail(at, "is not given a segment name");
  }
  if (!status_.ok()) return at;
  for (const Piece& piece : pieces_) {
    if (piece.is_segment && absl::StartsWith(piece.text, name)) ++at.occurrence;
  }
  const std::string& last = pieces_.back().text;
  if (!absl::EndsWith(last, "\r") && !absl::EndsWith(last, "\n")) pieces_.push_back({segment_end_});
  pieces_.push_back({at.segment, /*is_segment=*/true});
  pieces_.push_back({segment_end_});
  return at;
}

Builder& Builder::Set(const Location& at, absl::string_view text) {
  if (!status_.ok()) return *this;
  const absl::StatusOr<std::string> raw = Escape(text, delimiters_, character_set_);
  if (!raw.ok()) {
    Fail(at, raw.status().message());
    return *this;
  }
  if (is_new_ && !IsAscii(text)) {
    SetRaw({.segment = "MSH", .field = 18, .repetition = 1}, "UNICODE UTF-8");
  }
  return SetRaw(at, *raw);
}

Builder& Builder::Set(absl::string_view at, absl::string_view text) {
  const std::optional<Location> place = Location::Parse(at);
  if (place.has_value()) return Set(*place, text);
  Fail({}, "is not a place");
  return *this;
}

Builder& Builder::SetRaw(const Location& at, absl::string_view raw) {
  if (!status_.ok()) return *this;
  std::string* const text = FindSegment(at);
  if (text == nullptr) {
    Fail(at, "is in no segment of the message");
  } else if (!WithinLimits(at) || (IsHeader(at.segment) && at.field < 3)) {
    Fail(at, "cannot be set");
  } else if (HasControl(raw) || BreaksOut(raw, at, delimiters_)) {
    Fail(at, "is given raw text with a delimiter or control character");
  }
  if (!status_.ok()) return *this;
  const std::string before = raw.empty() ? *text : std::string();
  Range range = {0, text->size()};
  // Cutting at field separators, piece 1 is the name, and in headers piece 2 is field 2.
  bool found =
      Narrow(*text, delimiters_.field, IsHeader(at.segment) ? at.field : at.field + 1, range);
  if (at.repetition != 0 || at.component != 0) {
    found = found && Narrow(*text, delimiters_.repetition, std::max(at.repetition, 1), range);
  }
  if (at.component != 0) {
    found = found && Narrow(*text, delimiters_.component, at.component, range);
    if (at.subcomponent != 0) {
      found = found && Narrow(*text, delimiters_.subcomponent, at.subcomponent, range);
    }
  }
  if (found) {
    // Making absent what was never sent changes nothing, so it adds no separators either.
    const bool is_absent = raw.empty() && text->size() > before.size();
    text->replace(range.begin, range.end - range.begin, raw.data(), raw.size());
    if (is_absent) *text = before;
  } else {
    Fail(at, "needs a delimiter that the message does not declare");
  }
  return *this;
}

absl::StatusOr<std::string> Builder::Bytes() const {
  if (!status_.ok()) return status_;
  std::string out;
  for (const Piece& piece : pieces_) out += piece.text;
  return out;
}

std::string* Builder::FindSegment(const Location& at) {
  if (at.segment.empty()) return nullptr;
  int left = at.occurrence;
  for (Piece& piece : pieces_) {
    if (piece.is_segment && absl::StartsWith(piece.text, at.segment) && --left == 0) {
      return &piece.text;
    }
  }
  return nullptr;
}

void Builder::Fail(const Location& at, absl::string_view reason) {
  if (!status_.ok()) return;
  status_ = absl::InvalidArgumentError(absl::StrCat(at.ToString(), " ", reason));
}

}  // namespace fosse::hl7
