#include "adapters/hl7/mllp.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace fosse::hl7 {
namespace {

constexpr char kStart = '\x0B';
constexpr absl::string_view kEnd = "\x1C\x0D";
constexpr absl::string_view kNewStart = "\x0BMSH";

// How many bytes at the end of `unread` begin an end or a new start and do not finish it.
size_t PartialMark(absl::string_view unread) {
  for (size_t size = kNewStart.size() - 1; size > 0; --size) {
    if (absl::EndsWith(unread, kNewStart.substr(0, size))) return size;
  }
  return absl::EndsWith(unread, kEnd.substr(0, 1)) ? 1 : 0;
}

}  // namespace

void MllpDecoder::Feed(absl::string_view bytes) {
  // What was handed out is given back here, at most once for each packet.
  buffer_.erase(0, start_);
  start_ = 0;
  buffer_.append(bytes.data(), bytes.size());
}

std::optional<MllpFrame> MllpDecoder::Next() {
  if (state_ == State::kSkipping && !SkipToEnd()) return std::nullopt;
  if (state_ == State::kBetween && !SkipToStart()) return std::nullopt;
  return TakeFrame();
}

bool MllpDecoder::SkipToStart() {
  const absl::string_view unread = absl::string_view(buffer_).substr(start_);
  const size_t found = unread.find(kStart);
  const size_t stray = std::min(found, unread.size());
  stray_bytes_ += stray;
  Discard(stray);
  if (found == absl::string_view::npos) return false;
  Discard(1);
  state_ = State::kInFrame;
  return true;
}

std::optional<MllpFrame> MllpDecoder::TakeFrame() {
  const absl::string_view unread = absl::string_view(buffer_).substr(start_);
  const size_t end = unread.find(kEnd, scanned_);
  const size_t length = std::min(end, unread.size());
  const absl::string_view frame = unread.substr(0, length);
  // The start of the next message ends this one.
  const size_t renewed = frame.find(kNewStart, scanned_);
  size_t own = std::min(renewed, length);
  // Last bytes that may be the first part of an end or of a new start do not count yet.
  if (own == unread.size()) own -= PartialMark(unread);
  if (own > max_frame_bytes_) {
    MllpFrame out = {MllpFrame::Kind::kTooLong, std::string(frame.substr(0, max_frame_bytes_))};
    Discard(max_frame_bytes_);
    state_ = State::kSkipping;
    return out;
  }
  if (renewed != absl::string_view::npos) {
    MllpFrame out = {MllpFrame::Kind::kBrokenOff, std::string(frame.substr(0, renewed))};
    Discard(renewed + 1);  // Still in a frame, now the new one.
    return out;
  }
  if (end == absl::string_view::npos) {
    scanned_ = unread.size() - PartialMark(unread);
    return std::nullopt;
  }
  MllpFrame out = {MllpFrame::Kind::kMessage, std::string(frame)};
  Discard(end + kEnd.size());
  state_ = State::kBetween;
  return out;
}

bool MllpDecoder::SkipToEnd() {
  const absl::string_view unread = absl::string_view(buffer_).substr(start_);
  const size_t end = unread.find(kEnd);
  const size_t renewed = unread.substr(0, end).find(kNewStart);
  if (renewed != absl::string_view::npos) {
    Discard(renewed + 1);
    state_ = State::kInFrame;
    return true;
  }
  if (end == absl::string_view::npos) {
    Discard(unread.size() - PartialMark(unread));
    return false;
  }
  Discard(end + kEnd.size());
  state_ = State::kBetween;
  return true;
}

void MllpDecoder::Discard(size_t count) {
  start_ += count;
  scanned_ = 0;
}

absl::StatusOr<std::string> EncodeMllp(absl::string_view message) {
  if (message.find(kStart) != absl::string_view::npos ||
      message.find(kEnd[0]) != absl::string_view::npos) {
    return absl::InvalidArgumentError("message holds a byte of the framing");
  }
  return absl::StrCat(absl::string_view(&kStart, 1), message, kEnd);
}

}  // namespace fosse::hl7
