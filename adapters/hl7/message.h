// Reads one HL7 v2 message in ER7 ("pipe and hat") form.
//
// Reading never fails and never throws: whatever the bytes are, the result is a Message with the
// segments that could be found and a located Issue for each thing wrong. ok() says whether the
// message may be acted on. A message that is not ok() is still good for one thing: answering its
// sender, for which MSH is read whenever there is one.
//
// Any delimiters that MSH declares are used, also a five-character MSH-2. Segments may end in CR,
// LF or CRLF, mixed, and the last one may have no end; blank lines and a byte order mark are
// passed over. Nothing is copied: segments, fields and their parts are views into the one buffer.
// They and the handles live as long as any copy of the Message. A Message never changes, so it is
// thread-safe, and copying it is cheap.
//
// Source: HL7 v2.4 chapter 2; HSCIC ITK HL7 V2 Message Specifications v1.0.15.
#ifndef FOSSE_ADAPTERS_HL7_MESSAGE_H_
#define FOSSE_ADAPTERS_HL7_MESSAGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "adapters/hl7/location.h"
#include "adapters/hl7/text.h"

namespace fosse::hl7 {

// Passing one of these is a fault with the name of the limit; memory stays in proportion.
struct Limits {
  size_t max_bytes = 4 << 20;  // Of the whole message. Only MSH is read of a longer one.
  int max_segments = 10'000;   // Later segments are not read.
  int max_fields = 1'000;      // In one segment. Later fields are not read.
  int max_repetitions = 1'000;
  int max_components = 256;
  int max_subcomponents = 256;
};

struct ReadOptions {
  Limits limits;
  // For bytes above 7F where MSH-18 is empty and the message is not UTF-8: what the site's systems
  // are known to send. kAscii makes such a message a fault.
  CharacterSet undeclared = CharacterSet::kAscii;
};

// The three things that a place can say.
enum class Presence {
  kAbsent,  // Nothing sent: leave as it is.
  kDelete,  // "" sent, here or for the whole field: remove what is stored.
  kValue,
};

struct MessageContent;  // Private to message.cc.

// A handle to one segment. Numbers count from 1. A number past what was sent is absent, never an
// error. Where a parameter may be 0, that takes in the whole of the level above.
class Segment {
 public:
  absl::string_view name() const;
  int occurrence() const { return occurrence_; }  // Among segments of this name.
  absl::string_view raw() const;                  // Without its segment end.
  int field_count() const { return static_cast<int>(field_count_); }

  // The bytes of a field as sent, all repetitions. For MSH, field 1 is the separator itself.
  absl::string_view Field(int field) const;
  // The repetitions of a field as sent; none if the field is absent. To visit many repetitions use
  // this rather than a number: each call with a number starts over.
  std::vector<absl::string_view> Repetitions(int field) const;
  int RepetitionCount(int field) const;

  // Bytes as sent. Component 0 is the whole repetition, subcomponent 0 the whole component.
  absl::string_view Raw(int field, int repetition = 1, int component = 1,
                        int subcomponent = 0) const;
  // The text that stands there, in UTF-8, escapes replaced. Empty for kAbsent and kDelete alike.
  // Subcomponent separators stay in the text unless a subcomponent is asked for, as some senders
  // write a plain "&".
  std::string Value(int field, int repetition = 1, int component = 1, int subcomponent = 0) const;
  Presence PresenceOf(int field, int repetition = 1, int component = 1, int subcomponent = 0) const;

  Location At(int field = 0, int repetition = 0, int component = 0, int subcomponent = 0) const;

 private:
  friend class Message;
  friend class Reader;
  friend struct MessageContent;

  const MessageContent* content_ = nullptr;
  uint32_t begin_ = 0;  // Offsets into the buffer.
  uint32_t end_ = 0;
  uint32_t first_field_ = 0;  // Into MessageContent::field_starts.
  uint32_t field_count_ = 0;
  int occurrence_ = 1;
  bool has_header_ = false;  // MSH and the batch headers, whose field 1 is the separator.
};

class Message {
 public:
  static Message Read(std::string bytes, const ReadOptions& options = {});

  // No fault was found, so nothing of the message's meaning is in doubt at this level. If true,
  // every Value() is valid UTF-8.
  bool ok() const;
  // Faults and notes, in the order of the message. At most 100; the last then says so.
  absl::Span<const Issue> issues() const;

  absl::string_view bytes() const;  // Exactly as given to Read().
  const Delimiters& delimiters() const;
  CharacterSet character_set() const;

  absl::Span<const Segment> segments() const;
  std::vector<Segment> Named(absl::string_view name) const;
  // nullptr if there is none.
  const Segment* Find(absl::string_view name, int occurrence = 1) const;

  // The same as on the segment, for its first occurrence; absent if there is no such segment.
  absl::string_view Raw(absl::string_view name, int field, int repetition = 1, int component = 1,
                        int subcomponent = 0) const;
  std::string Value(absl::string_view name, int field, int repetition = 1, int component = 1,
                    int subcomponent = 0) const;
  Presence PresenceOf(absl::string_view name, int field, int repetition = 1, int component = 1,
                      int subcomponent = 0) const;
  // By location, as site profiles write it: *Location::Parse("PD1-3.3").
  std::string Value(const Location& at) const;

 private:
  explicit Message(std::shared_ptr<const MessageContent> content) : content_(std::move(content)) {}

  std::shared_ptr<const MessageContent> content_;
};

}  // namespace fosse::hl7

#endif  // FOSSE_ADAPTERS_HL7_MESSAGE_H_
