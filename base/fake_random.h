#ifndef FOSSE_BASE_FAKE_RANDOM_H_
#define FOSSE_BASE_FAKE_RANDOM_H_

#include <cstdint>
#include <random>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/random.h"

namespace fosse {

// The same bytes for the same seed and the same sequence of calls, on every machine. Thread-safe,
// though threads that race for it get their bytes in the order they arrive. Never for real keys.
class FakeRandom : public Random {
 public:
  explicit FakeRandom(uint64_t seed = 1) : engine_(seed) {}

  void Fill(void* out, size_t size) override {
    absl::MutexLock lock(&mutex_);
    auto* bytes = static_cast<uint8_t*>(out);
    uint64_t word = 0;
    for (size_t i = 0; i < size; ++i) {
      if (i % 8 == 0) word = engine_();  // mt19937_64 is fixed by the standard.
      bytes[i] = static_cast<uint8_t>(word >> (8 * (i % 8)));
    }
  }

 private:
  absl::Mutex mutex_;
  std::mt19937_64 engine_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace fosse

#endif  // FOSSE_BASE_FAKE_RANDOM_H_
