#ifndef FOSSE_BENCH_LOAD_H_
#define FOSSE_BENCH_LOAD_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/time/time.h"

namespace fosse::bench {

// What a closed loop of so many in flight came to.
struct Load {
  size_t in_flight = 0;
  size_t answered = 0;
  size_t failed = 0;
  double seconds = 0;
  double cpu_seconds = 0;            // Of the server.
  std::vector<double> latencies_ms;  // Of those answered.

  void Add(const Load& other);
  double PerSecond() const;
  double Percentile(double part) const;  // Milliseconds.
};

// Starts call number `n` of slot `slot` and calls back with whether it went well.
using StartCall = std::function<void(size_t slot, uint64_t n, std::function<void(bool ok)>)>;

// Keeps `in_flight` calls going for `length`, but makes at most `most` calls; then waits for the
// last.
Load RunClosedLoop(size_t in_flight, absl::Duration length, const StartCall& start,
                   size_t most = SIZE_MAX);

}  // namespace fosse::bench

#endif  // FOSSE_BENCH_LOAD_H_
