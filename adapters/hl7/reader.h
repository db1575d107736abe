// Private to adapters/hl7: the one pass over the bytes that makes a Message's index and issues.
#ifndef FOSSE_ADAPTERS_HL7_READER_H_
#define FOSSE_ADAPTERS_HL7_READER_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "adapters/hl7/location.h"
#include "adapters/hl7/message.h"
#include "adapters/hl7/text.h"

namespace fosse::hl7 {

// What a Message holds. Stays at one address, since segments point back to it.
struct MessageContent {
  MessageContent() = default;
  MessageContent(const MessageContent&) = delete;
  MessageContent& operator=(const MessageContent&) = delete;

  std::string bytes;
  Delimiters delimiters;
  CharacterSet character_set = CharacterSet::kAscii;
  std::vector<Segment> segments;
  // For each segment the start of each field and one more, which is the last field's end plus 1.
  std::vector<uint32_t> field_starts;
  std::vector<Issue> issues;
  bool ok = true;
};

class Reader {
 public:
  // Both outlive the Reader.
  Reader(const ReadOptions& options, MessageContent& content);

  // Called once, with content.bytes set and the rest as constructed.
  void Read();

 private:
  // Where the scan of a segment stands, and what it has already complained of.
  struct Cursor {
    int field = 0;
    int repetition = 1;
    int component = 1;
    int subcomponent = 1;
    bool limit_told = false;
    bool control_told = false;
  };

  void ReadLine(size_t begin, size_t end);
  void ReadDelimiters(absl::string_view header);
  void IndexSegment(size_t begin, size_t end);
  // The next occurrence of a segment of this name.
  int Occurrence(absl::string_view name);
  void ScanFields(Segment& segment, size_t begin, size_t end);
  // For a line that is too short to pass any limit, and plain. False if it is not: nothing is done.
  bool ScanPlainFields(Segment& segment, size_t begin, size_t end);
  // False if the segment is not to be read further.
  bool StepOver(char c, size_t at, Segment& segment, Cursor& cursor);
  void CheckLimits(const Segment& segment, Cursor& cursor);
  void SettleCharacterSet();
  // The first field that is not valid UTF-8; false if all are.
  bool FindBadText(Location& at) const;
  void Add(Location at, absl::string_view reason, absl::string_view remedy,
           Severity severity = Severity::kFault);

  const Limits& limits_;
  const CharacterSet undeclared_;
  MessageContent& content_;
  // A line of no more bytes cannot pass a limit, as each field or part takes one at least.
  const size_t short_line_;
  // The first few names of segments, and the rest: a message has few, unless it means ill.
  std::vector<std::pair<absl::string_view, int>> occurrences_;
  std::map<absl::string_view, int> more_occurrences_;
  int line_ = 0;  // Blank lines not counted.
  bool header_read_ = false;
  bool odd_end_told_ = false;
  bool has_high_bytes_ = false;
};

}  // namespace fosse::hl7

#endif  // FOSSE_ADAPTERS_HL7_READER_H_
