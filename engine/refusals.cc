#include "engine/refusals.h"

#include <limits>
#include <utility>

#include "engine/timestamps.h"

namespace fosse::engine {
namespace {

constexpr size_t kMaxWord = 64;

// Method and reason come from our own code, but through strings: anything else than a word is not
// worth a place in the trail.
std::string WordOrOther(absl::string_view word) {
  if (word.empty() || word.size() > kMaxWord) return "OTHER";
  for (const char c : word) {
    const bool allowed = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                         (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '/' || c == '-';
    if (!allowed) return "OTHER";
  }
  return std::string(word);
}

}  // namespace

void Refusals::Count(absl::string_view participant, absl::string_view method,
                     absl::string_view reason, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  if (counts_.empty()) since_ = now;
  Key key{std::string(participant), WordOrOther(method), WordOrOther(reason)};
  if (counts_.size() >= kMaxCounts && counts_.count(key) == 0) key = {"", "OTHER", "OTHER"};
  uint32_t& count = counts_[std::move(key)];
  if (count < std::numeric_limits<uint32_t>::max()) ++count;
}

std::vector<Refusals::Counted> Refusals::Take(absl::Time now, bool all) {
  absl::MutexLock lock(&mutex_);
  std::vector<Counted> taken;
  if (counts_.empty() || (!all && now < since_ + kRefusalPeriod)) return taken;
  for (const auto& [key, count] : counts_) {
    Counted& counted = taken.emplace_back();
    counted.participant = std::get<0>(key);
    counted.attempts.set_method(std::get<1>(key));
    counted.attempts.set_reason(std::get<2>(key));
    counted.attempts.set_count(count);
    *counted.attempts.mutable_since() = ToTimestamp(since_);
  }
  counts_.clear();
  return taken;
}

}  // namespace fosse::engine
