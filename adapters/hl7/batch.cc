#include "adapters/hl7/batch.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"

namespace fosse::hl7 {
namespace {

// Whether `line` is the named header or trailer: its name, then a delimiter or nothing.
bool IsNamed(absl::string_view line, absl::string_view name) {
  if (!absl::StartsWith(line, name)) return false;
  return line.size() == name.size() ||
         absl::ascii_ispunct(static_cast<unsigned char>(line[name.size()]));
}

class Splitter {
 public:
  explicit Splitter(absl::string_view bytes) : bytes_(bytes) {}

  Batch Split() {
    size_t begin = absl::StartsWith(bytes_, "\xEF\xBB\xBF") ? 3 : 0;
    while (begin < bytes_.size() && !full_) {
      const size_t end = std::min(bytes_.find_first_of("\r\n", begin), bytes_.size());
      const absl::string_view line = bytes_.substr(begin, end - begin);
      if (line.find_first_not_of(" \t") != absl::string_view::npos) TakeLine(line, begin);
      begin = end + 1;
    }
    CloseMessage(bytes_.size());
    return std::move(batch_);
  }

 private:
  void TakeLine(absl::string_view line, size_t begin) {
    ++line_;
    if (IsNamed(line, "MSH")) {
      CloseMessage(begin);
      if (batch_.messages.size() == kMaxBatchMessages) {
        full_ = true;
        return Add({.occurrence = line_}, "TOO_MANY_MESSAGES", "send fewer messages in one file");
      }
      open_ = true;
      start_ = begin;
    } else if (IsNamed(line, "BHS")) {
      CloseMessage(begin);
      first_of_batch_ = batch_.messages.size();
    } else if (IsNamed(line, "FHS") || IsNamed(line, "FTS")) {
      CloseMessage(begin);
    } else if (IsNamed(line, "BTS")) {
      CloseMessage(begin);
      CheckCount(line);
    } else if (!open_) {
      Add({.occurrence = line_}, "LINE_OUTSIDE_MESSAGE", "begin each message with MSH");
    }
  }

  void CheckCount(absl::string_view trailer) {
    ++trailers_;
    if (trailer.size() < 5) return;
    const absl::string_view rest = trailer.substr(4);
    const absl::string_view count = rest.substr(0, rest.find(trailer[3]));
    if (count.empty()) return;
    uint32_t wanted = 0;
    if (!absl::SimpleAtoi(count, &wanted) || wanted != batch_.messages.size() - first_of_batch_) {
      Add({.segment = "BTS", .occurrence = trailers_, .field = 1}, "BATCH_COUNT_WRONG",
          "send the batch again with all its messages and their number");
    }
    first_of_batch_ = batch_.messages.size();
  }

  void CloseMessage(size_t end) {
    if (open_) batch_.messages.push_back(bytes_.substr(start_, end - start_));
    open_ = false;
  }

  void Add(Location at, absl::string_view reason, absl::string_view remedy) {
    if (batch_.issues.size() == kMaxBatchIssues) return;
    batch_.issues.push_back({std::move(at), std::string(reason), std::string(remedy)});
  }

  const absl::string_view bytes_;
  Batch batch_;
  size_t start_ = 0;
  size_t first_of_batch_ = 0;
  int line_ = 0;
  int trailers_ = 0;
  bool open_ = false;
  bool full_ = false;
};

}  // namespace

Batch SplitBatch(absl::string_view bytes) { return Splitter(bytes).Split(); }

}  // namespace fosse::hl7
