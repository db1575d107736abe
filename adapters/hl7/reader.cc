#include "adapters/hl7/reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "adapters/hl7/scan.h"
#include "base/utf8.h"

namespace fosse::hl7 {
namespace {

constexpr size_t kMaxIssues = 100;
constexpr size_t kMaxShortLine = 256;
// What is set aside at first; more is found as it is needed.
constexpr size_t kUsualSegments = 8;
constexpr size_t kMaxUsualNames = 24;
constexpr size_t kUsualFieldBytes = 5;
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Printable ASCII that cannot be mistaken for text, for "delete" or for a segment's name.
bool CanDelimit(char c) { return absl::ascii_ispunct(static_cast<unsigned char>(c)) && c != '"'; }

bool HasSegmentName(absl::string_view line, char separator) {
  if (line.size() < 3 || (line.size() > 3 && line[3] != separator)) return false;
  const auto upper = [](char c) { return absl::ascii_isupper(static_cast<unsigned char>(c)); };
  const auto digit = [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); };
  return upper(line[0]) && (upper(line[1]) || digit(line[1])) && (upper(line[2]) || digit(line[2]));
}

bool IsBlank(absl::string_view line) {
  if (!line.empty() && line[0] > ' ') return false;  // As good as always.
  return line.find_first_not_of(" \t") == absl::string_view::npos;
}

bool IsBatchEnvelope(absl::string_view name) {
  return name == "FHS" || name == "BHS" || name == "BTS" || name == "FTS";
}

// Whether a byte is this delimiter. A delimiter that was not declared matches nothing.
bool Is(char c, char delimiter) { return delimiter != '\0' && c == delimiter; }

}  // namespace

Reader::Reader(const ReadOptions& options, MessageContent& content)
    : limits_(options.limits),
      undeclared_(options.undeclared),
      content_(content),
      short_line_(std::min({kMaxShortLine, static_cast<size_t>(std::max(limits_.max_fields, 0)),
                            static_cast<size_t>(std::max(limits_.max_repetitions, 0)),
                            static_cast<size_t>(std::max(limits_.max_components, 0)),
                            static_cast<size_t>(std::max(limits_.max_subcomponents, 0))})) {}

void Reader::Read() {
  absl::string_view text = content_.bytes;
  const size_t readable =
      std::min<size_t>(limits_.max_bytes, std::numeric_limits<uint32_t>::max() - 1);
  const bool too_large = text.size() > readable;
  if (too_large) {
    Add({.segment = "MSH"}, "MESSAGE_TOO_LARGE", "send less than the agreed size in one message");
    text = text.substr(0, readable);
  }
  content_.segments.reserve(kUsualSegments);
  content_.field_starts.reserve(text.size() / kUsualFieldBytes);
  size_t begin = absl::StartsWith(text, kByteOrderMark) ? kByteOrderMark.size() : 0;
  size_t line_feed = text.find('\n');  // The next one; most messages have none.
  while (begin < text.size()) {
    if (line_feed < begin) line_feed = text.find('\n', begin);
    const size_t end =
        std::min({text.substr(0, line_feed).find('\r', begin), line_feed, text.size()});
    if (!IsBlank(text.substr(begin, end - begin))) {
      if (line_ == limits_.max_segments) {
        Add({.occurrence = line_ + 1}, "TOO_MANY_SEGMENTS", "split the message");
        break;
      }
      ReadLine(begin, end);
      if (too_large) break;  // MSH is enough for an answer.
    }
    if (end < text.size() && text[end] == '\n' && line_ > 0 && !odd_end_told_) {
      odd_end_told_ = true;
      Add({.occurrence = line_}, "SEGMENT_END_NOT_CR", "end each segment with CR alone",
          Severity::kNote);
    }
    begin = end + 1;
  }
  if (!header_read_ && line_ == 0) Add({.occurrence = 1}, "MSH_MISSING", "begin with MSH");
  SettleCharacterSet();
}

void Reader::ReadLine(size_t begin, size_t end) {
  const absl::string_view line = absl::string_view(content_.bytes).substr(begin, end - begin);
  ++line_;
  if (line_ == 1) {
    if (absl::StartsWith(line, "MSH") && line.size() > 3 && CanDelimit(line[3])) {
      header_read_ = true;
      ReadDelimiters(line);
    } else {
      Add({.occurrence = 1}, "MSH_MISSING", "begin with MSH and its field separator");
    }
  }
  if (HasSegmentName(line, content_.delimiters.field)) {
    IndexSegment(begin, end);
  } else {
    // Most often the rest of a text with a line break in it; dropping it would lose words.
    Add({.occurrence = line_}, "SEGMENT_UNREADABLE",
        "begin each line with a segment name; escape line breaks in text as \\.br\\");
  }
}

void Reader::ReadDelimiters(absl::string_view header) {
  Delimiters& out = content_.delimiters;
  out.field = header[3];
  header.remove_prefix(4);
  const absl::string_view declared = header.substr(0, header.find(out.field));
  char* const slots[] = {&out.component, &out.repetition, &out.escape, &out.subcomponent,
                         &out.truncation};
  bool sound = !declared.empty() && declared.size() <= 5;
  for (size_t i = 0; i < 5; ++i) {
    const char c = i < declared.size() ? declared[i] : '\0';
    // A character with two meanings keeps the first, so that MSH can be read for the answer.
    const bool usable = CanDelimit(c) && declared.find(c) == i;
    if (i < declared.size() && !usable) sound = false;
    *slots[i] = usable ? c : '\0';
  }
  if (!sound) {
    Add({.segment = "MSH", .field = 2}, "DELIMITERS_INVALID",
        "declare one to five different punctuation characters, such as ^~\\&");
  }
}

void Reader::IndexSegment(size_t begin, size_t end) {
  Segment segment;
  segment.content_ = &content_;
  segment.begin_ = static_cast<uint32_t>(begin);
  segment.end_ = static_cast<uint32_t>(end);
  segment.first_field_ = static_cast<uint32_t>(content_.field_starts.size());
  const absl::string_view name = segment.name();
  segment.occurrence_ = Occurrence(name);
  segment.has_header_ = (name == "MSH" || name == "FHS" || name == "BHS") && end - begin > 3;
  if (name == "MSH" && segment.occurrence_ > 1) {
    Add(segment.At(), "SECOND_MESSAGE", "send one message in each frame");
  } else if (IsBatchEnvelope(name)) {
    Add(segment.At(), "BATCH_ENVELOPE", "take batches apart before reading the messages");
  }
  if (!ScanPlainFields(segment, begin, end)) ScanFields(segment, begin, end);
  content_.segments.push_back(segment);
}

int Reader::Occurrence(absl::string_view name) {
  // Few names, and mostly that of the line before.
  for (auto known = occurrences_.rbegin(); known != occurrences_.rend(); ++known) {
    if (known->first == name) return ++known->second;
  }
  if (occurrences_.size() == kMaxUsualNames) return ++more_occurrences_[name];
  occurrences_.emplace_back(name, 1);
  return 1;
}

bool Reader::ScanPlainFields(Segment& segment, size_t begin, size_t end) {
  if (end - begin > short_line_ || end - begin < 3) return false;
  uint32_t found[kMaxShortLine + 2];
  size_t count = 0;
  uint32_t at = static_cast<uint32_t>(begin) + 3;
  if (segment.has_header_) {
    found[count++] = at;
    found[count++] = ++at;
  }
  const Scanned scanned = ScanFor(content_.delimiters.field, content_.bytes.data(), at,
                                  static_cast<uint32_t>(end), found + count);
  if (!scanned.is_plain) return false;
  count += scanned.count;
  segment.field_count_ = static_cast<uint32_t>(count);
  found[count++] = static_cast<uint32_t>(end + 1);
  content_.field_starts.insert(content_.field_starts.end(), found, found + count);
  return true;
}

void Reader::ScanFields(Segment& segment, size_t begin, size_t end) {
  std::vector<uint32_t>& starts = content_.field_starts;
  Cursor cursor;
  size_t at = begin + 3;
  if (segment.has_header_) {  // The separator is field 1, so field 2 begins right after it.
    starts.push_back(static_cast<uint32_t>(at));
    starts.push_back(static_cast<uint32_t>(++at));
    cursor.field = 2;
  }
  for (; at < end; ++at) {
    if (!StepOver(content_.bytes[at], at, segment, cursor)) break;
  }
  // The field that a limit cut off ends at its separator, as any other.
  starts.push_back(static_cast<uint32_t>(at + 1));
  segment.field_count_ = static_cast<uint32_t>(cursor.field);
}

bool Reader::StepOver(char c, size_t at, Segment& segment, Cursor& cursor) {
  const Delimiters& delimiters = content_.delimiters;
  if (c == delimiters.field) {
    if (cursor.field == limits_.max_fields) {
      Add(segment.At(cursor.field), "TOO_MANY_FIELDS", "send fewer fields in the segment");
      return false;
    }
    content_.field_starts.push_back(static_cast<uint32_t>(at + 1));
    ++cursor.field;
    cursor.repetition = cursor.component = cursor.subcomponent = 1;
    return true;
  }
  const auto u = static_cast<unsigned char>(c);
  if (u >= 0x80) has_high_bytes_ = true;
  if ((u < 0x20 && c != '\t') || u == 0x7F) {
    if (!cursor.control_told) {
      cursor.control_told = true;
      Add(segment.At(cursor.field, cursor.repetition, cursor.component), "CONTROL_CHARACTER",
          "leave control characters out, or escape line breaks as \\.br\\");
    }
    return true;
  }
  if (segment.has_header_ && cursor.field <= 2) return true;
  if (Is(c, delimiters.repetition)) {
    ++cursor.repetition;
    cursor.component = cursor.subcomponent = 1;
  } else if (Is(c, delimiters.component)) {
    ++cursor.component;
    cursor.subcomponent = 1;
  } else if (Is(c, delimiters.subcomponent)) {
    ++cursor.subcomponent;
  } else {
    return true;
  }
  CheckLimits(segment, cursor);
  return true;
}

void Reader::CheckLimits(const Segment& segment, Cursor& cursor) {
  if (cursor.limit_told) return;
  absl::string_view reason;
  if (cursor.repetition > limits_.max_repetitions) {
    reason = "TOO_MANY_REPETITIONS";
  } else if (cursor.component > limits_.max_components) {
    reason = "TOO_MANY_COMPONENTS";
  } else if (cursor.subcomponent > limits_.max_subcomponents) {
    reason = "TOO_MANY_SUBCOMPONENTS";
  } else {
    return;
  }
  cursor.limit_told = true;
  Add(segment.At(cursor.field, cursor.repetition, cursor.component, cursor.subcomponent), reason,
      "send fewer parts in the field");
}

void Reader::SettleCharacterSet() {
  absl::string_view declared;
  const bool has_msh = !content_.segments.empty() && content_.segments[0].name() == "MSH";
  if (has_msh) declared = content_.segments[0].Raw(18, 1, 0);
  CharacterSet& set = content_.character_set;
  set = CharacterSetNamed(declared);
  if (!has_high_bytes_) return;  // The same text in every set that we read.
  const Location msh18 = {.segment = "MSH", .field = 18, .repetition = 1};
  Location bad;
  switch (set) {
    case CharacterSet::kLatin1:
    case CharacterSet::kLatin9:
      return;
    case CharacterSet::kUnsupported:
      Add(msh18, "CHARACTER_SET_UNSUPPORTED", "use UNICODE UTF-8, 8859/1 or 8859/15");
      return;
    case CharacterSet::kUtf8:
      if (FindBadText(bad)) Add(bad, "TEXT_NOT_IN_CHARACTER_SET", "send what MSH-18 declares");
      return;
    case CharacterSet::kAscii:
      break;
  }
  if (!FindBadText(bad)) {
    set = CharacterSet::kUtf8;  // Text in another set is hardly ever valid UTF-8 by chance.
    Add(msh18, "CHARACTER_SET_UNDECLARED", "declare UNICODE UTF-8 in MSH-18", Severity::kNote);
  } else if (declared.empty() && undeclared_ != CharacterSet::kAscii) {
    set = undeclared_;
    Add(msh18, "CHARACTER_SET_UNDECLARED", "declare the character set in MSH-18", Severity::kNote);
    if (set == CharacterSet::kUtf8) Add(bad, "TEXT_NOT_IN_CHARACTER_SET", "send UTF-8");
  } else {
    Add(bad, "TEXT_NOT_IN_CHARACTER_SET", "declare the character set in MSH-18");
  }
}

bool Reader::FindBadText(Location& at) const {
  for (const Segment& segment : content_.segments) {
    for (int field = 1; field <= segment.field_count(); ++field) {
      if (IsUtf8(segment.Field(field))) continue;
      at = segment.At(field);
      return true;
    }
  }
  return false;
}

void Reader::Add(Location at, absl::string_view reason, absl::string_view remedy,
                 Severity severity) {
  if (severity == Severity::kFault) content_.ok = false;
  if (content_.issues.size() >= kMaxIssues) return;
  if (content_.issues.size() == kMaxIssues - 1) {
    reason = "TOO_MANY_ISSUES";
    remedy = "mend the issues before this one first";
  }
  content_.issues.push_back({.at = std::move(at),
                             .reason = std::string(reason),
                             .remedy = std::string(remedy),
                             .severity = severity});
}

}  // namespace fosse::hl7
