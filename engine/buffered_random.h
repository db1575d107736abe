#ifndef FOSSE_ENGINE_BUFFERED_RANDOM_H_
#define FOSSE_ENGINE_BUFFERED_RANDOM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/crypto.h"
#include "base/random.h"

namespace fosse::engine {

// Draws from another Random a few kilobytes at a time: sealing needs many small amounts, and each
// call of the system's generator costs as much as a hundred bytes of it. A byte is given once and
// wiped. Not thread-safe: the committer's.
class BufferedRandom : public Random {
 public:
  explicit BufferedRandom(Random& source) : source_(source) {}
  ~BufferedRandom() override { Wipe(bytes_.data(), bytes_.size()); }

  void Fill(void* out, size_t size) override {
    if (size > bytes_.size() / 4) return source_.Fill(out, size);
    if (bytes_.size() - next_ < size) {
      source_.Fill(bytes_.data(), bytes_.size());
      next_ = 0;
    }
    std::memcpy(out, bytes_.data() + next_, size);
    std::memset(bytes_.data() + next_, 0, size);
    next_ += size;
  }

 private:
  Random& source_;
  std::array<uint8_t, 4096> bytes_{};
  size_t next_ = 4096;
};

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_BUFFERED_RANDOM_H_
