// Builds HL7 v2 messages, and changes ones that were read.
//
// What is not changed is re-emitted byte for byte: segment ends, blank lines, trailing separators,
// unknown segments and unreadable lines included. Not thread-safe.
#ifndef FOSSE_ADAPTERS_HL7_WRITER_H_
#define FOSSE_ADAPTERS_HL7_WRITER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "adapters/hl7/location.h"
#include "adapters/hl7/message.h"
#include "adapters/hl7/text.h"

namespace fosse::hl7 {

// Errors stick: after the first, calls change nothing and Bytes() returns it. So calls can be made
// one after another and the outcome asked once. All are INVALID_ARGUMENT and name the place, never
// the text.
class Builder {
 public:
  // A new message that holds only MSH-1 and MSH-2. The first text outside ASCII that is set also
  // sets MSH-18 to UNICODE UTF-8. Fails unless the delimiters are complete.
  explicit Builder(const Delimiters& delimiters = {});
  // `message` as it was sent, in its own delimiters and character set.
  static Builder From(const Message& message);

  // Adds a segment at the end, with the segment end that the message uses (CR in a new one), and
  // returns its location, for Set() with the field filled in.
  Location AddSegment(absl::string_view name);

  // Puts UTF-8 text at a place, escaped as needed; separators before it are added. Component 0
  // takes the whole repetition, repetition 0 with component 0 the whole field. Empty text makes
  // the place absent. The segment must exist; MSH-1 and MSH-2 cannot be set.
  Builder& Set(const Location& at, absl::string_view text);
  // The same by notation, "PID[1]-3[2].1" or "PID-3.1".
  Builder& Set(absl::string_view at, absl::string_view text);
  // Puts bytes that are already escaped and in the message's character set. They may hold
  // delimiters of the levels below the place, and no control characters.
  Builder& SetRaw(const Location& at, absl::string_view raw);
  // Tells the receiver to remove what it holds there: "".
  Builder& SetDelete(const Location& at) { return SetRaw(at, "\"\""); }

  const absl::Status& status() const { return status_; }
  absl::StatusOr<std::string> Bytes() const;

 private:
  struct Piece {
    std::string text;
    bool is_segment = false;  // Otherwise it is what stands between segments.
  };

  std::string* FindSegment(const Location& at);
  void Fail(const Location& at, absl::string_view reason);

  Delimiters delimiters_;
  CharacterSet character_set_ = CharacterSet::kUtf8;
  std::string segment_end_ = "\r";
  std::vector<Piece> pieces_;
  bool is_new_ = true;
  absl::Status status_;
};

}  // namespace fosse::hl7

#endif  // FOSSE_ADAPTERS_HL7_WRITER_H_
