#include "bench/load.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "absl/time/clock.h"

namespace fosse::bench {
namespace {

class Loop {
 public:
  Loop(size_t in_flight, absl::Duration length, const StartCall& start, size_t most)
      : start_(start), begin_(absl::Now()), end_(begin_ + length), left_(most), open_(in_flight) {
    load_.in_flight = in_flight;
  }

  Load Run() {
    const size_t slots = open_;
    for (size_t slot = 0; slot < slots; ++slot) Next(slot);
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return open_ == 0; });
    load_.seconds = absl::ToDoubleSeconds(absl::Now() - begin_);
    return std::move(load_);
  }

 private:
  void Next(size_t slot) {
    const absl::Time sent = absl::Now();
    {
      const std::lock_guard lock(mutex_);
      if (sent >= end_ || left_ == 0) {
        if (--open_ == 0) done_.notify_all();
        return;
      }
      --left_;
    }
    start_(slot, next_++, [this, slot, sent](bool ok) {
      const double took = absl::ToDoubleMilliseconds(absl::Now() - sent);
      {
        const std::lock_guard lock(mutex_);
        if (ok) {
          ++load_.answered;
          load_.latencies_ms.push_back(took);
        } else {
          ++load_.failed;
        }
      }
      Next(slot);
    });
  }

  const StartCall& start_;
  const absl::Time begin_;
  const absl::Time end_;
  static inline std::atomic<uint64_t> next_ = 0;  // No message is ever sent twice.
  std::mutex mutex_;
  std::condition_variable done_;
  size_t left_;
  size_t open_;
  Load load_;
};

}  // namespace

void Load::Add(const Load& other) {
  in_flight = other.in_flight;
  answered += other.answered;
  failed += other.failed;
  seconds += other.seconds;
  cpu_seconds += other.cpu_seconds;
  latencies_ms.insert(latencies_ms.end(), other.latencies_ms.begin(), other.latencies_ms.end());
}

double Load::PerSecond() const {
  return seconds == 0 ? 0 : static_cast<double>(answered) / seconds;
}

double Load::Percentile(double part) const {
  if (latencies_ms.empty()) return 0;
  std::vector<double> sorted = latencies_ms;
  std::sort(sorted.begin(), sorted.end());
  return sorted[static_cast<size_t>(part * static_cast<double>(sorted.size() - 1))];
}

Load RunClosedLoop(size_t in_flight, absl::Duration length, const StartCall& start, size_t most) {
  return Loop(in_flight, length, start, most).Run();
}

}  // namespace fosse::bench
