#include "adapters/mesh/chunks.h"

#include <zlib.h>

#include <algorithm>

#include "absl/strings/numbers.h"
#include "base/status.h"

namespace fosse::adapters::mesh {
namespace {

constexpr int kGzipWindow = 15 + 16;
constexpr size_t kStep = 64u << 10;

absl::Status Damaged() {
  return MakeError(absl::StatusCode::kInvalidArgument, "GZIP_INVALID",
                   "a compressed chunk is damaged; send it once more");
}

z_stream InputOf(absl::string_view bytes) {
  z_stream stream = {};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  return stream;
}

}  // namespace

std::string Gzip(absl::string_view plain) {
  z_stream stream = InputOf(plain);
  FOSSE_CHECK(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, 8,
                           Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, plain.size()), '\0');
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  FOSSE_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

absl::StatusOr<std::string> Gunzip(absl::string_view bytes, size_t most) {
  z_stream stream = InputOf(bytes);
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) return Damaged();
  std::string out;
  int result = Z_OK;
  while (result == Z_OK || (result == Z_STREAM_END && stream.avail_in > 0)) {
    if (result == Z_STREAM_END && inflateReset(&stream) != Z_OK) break;  // The next member.
    const size_t before = out.size();
    out.resize(before + kStep);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(kStep);
    result = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (out.size() > most) break;
    if (result == Z_BUF_ERROR || (result == Z_OK && stream.avail_in == 0 && stream.avail_out > 0)) {
      result = Z_DATA_ERROR;  // Cut short.
    }
  }
  inflateEnd(&stream);
  if (out.size() > most) {
    return MakeError(absl::StatusCode::kResourceExhausted, "MESSAGE_TOO_LARGE",
                     "a compressed message holds more than is taken");
  }
  if (result != Z_STREAM_END) return Damaged();
  return out;
}

std::vector<absl::string_view> Split(absl::string_view bytes, size_t size) {
  std::vector<absl::string_view> pieces;
  do {
    pieces.push_back(bytes.substr(0, size));
    bytes.remove_prefix(std::min(size, bytes.size()));
  } while (!bytes.empty());
  return pieces;
}

absl::StatusOr<std::pair<int, int>> ChunkRange(absl::string_view text) {
  const size_t colon = text.find(':');
  int part = 0;
  int whole = 0;
  if (colon != absl::string_view::npos && absl::SimpleAtoi(text.substr(0, colon), &part) &&
      absl::SimpleAtoi(text.substr(colon + 1), &whole) && part >= 1 && part <= whole &&
      whole <= kMostChunks) {
    return std::make_pair(part, whole);
  }
  return MakeError(absl::StatusCode::kInvalidArgument, "CHUNK_RANGE_INVALID",
                   "mex-chunk-range must be n:m with n from 1 to m and m at most 200");
}

}  // namespace fosse::adapters::mesh
