// The framing of the minimal lower layer protocol: 0B message 1C 0D. Pure: no sockets, no clock.
//
// Source: HL7 v2.4 implementation guide, appendix C.
#ifndef FOSSE_ADAPTERS_HL7_MLLP_H_
#define FOSSE_ADAPTERS_HL7_MLLP_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace fosse::hl7 {

inline constexpr size_t kMaxMllpFrameBytes = 4 << 20;

// One thing found in the stream.
struct MllpFrame {
  enum class Kind {
    kMessage,    // A whole message, without its framing.
    kTooLong,    // The first max_frame_bytes of one, once; the rest is skipped up to its end.
    kBrokenOff,  // One that a new start replaced before its end came. Never to be acted on.
  };
  Kind kind = Kind::kMessage;
  std::string bytes;
};

// Finds frames in a stream of bytes, however it is cut into packets. Not thread-safe; one for each
// connection. What it holds is never more than the frame limit and what the last Feed() brought,
// if Next() is called until it has nothing.
class MllpDecoder {
 public:
  explicit MllpDecoder(size_t max_frame_bytes = kMaxMllpFrameBytes)
      : max_frame_bytes_(max_frame_bytes) {}

  void Feed(absl::string_view bytes);
  // The next frame, or nothing until more is fed.
  //
  // A frame ends only at 1C 0D together; either byte alone is part of the message, and so is 0B,
  // which stands for a soft line break in texts from word processors, unless MSH follows it.
  std::optional<MllpFrame> Next();

  // A frame has begun and not ended: at the end of the connection its message is lost, and its
  // sender, who got no answer, has to send it again.
  bool in_frame() const { return state_ != State::kBetween; }
  // Bytes that stood outside any frame, line ends included. Many of them mean that the other side
  // does not speak MLLP.
  size_t stray_bytes() const { return stray_bytes_; }

 private:
  enum class State { kBetween, kInFrame, kSkipping };

  bool SkipToStart();
  std::optional<MllpFrame> TakeFrame();
  bool SkipToEnd();
  void Discard(size_t count);

  const size_t max_frame_bytes_;
  State state_ = State::kBetween;
  std::string buffer_;
  size_t start_ = 0;    // Where the unread part of buffer_ begins.
  size_t scanned_ = 0;  // Bytes of the unread part that are known to hold no end.
  size_t stray_bytes_ = 0;
};

// A message in its frame. INVALID_ARGUMENT if it holds a byte of the framing itself (0B or 1C).
absl::StatusOr<std::string> EncodeMllp(absl::string_view message);

}  // namespace fosse::hl7

#endif  // FOSSE_ADAPTERS_HL7_MLLP_H_
