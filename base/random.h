#ifndef FOSSE_BASE_RANDOM_H_
#define FOSSE_BASE_RANDOM_H_

#include <cstddef>
#include <string>

namespace fosse {

// Where ids, salts, nonces and keys come from. Implementations are thread-safe.
class Random {
 public:
  virtual ~Random() = default;

  // Writes `size` bytes to `out`. Does not fail: without randomness there is no safe way on, so an
  // implementation that cannot deliver aborts.
  virtual void Fill(void* out, size_t size) = 0;

  // `size` bytes as a string.
  std::string Bytes(size_t size) {
    std::string bytes(size, '\0');
    Fill(bytes.data(), size);
    return bytes;
  }
};

// OpenSSL's generator, seeded by the kernel.
class SystemRandom : public Random {
 public:
  void Fill(void* out, size_t size) override;
};

}  // namespace fosse

#endif  // FOSSE_BASE_RANDOM_H_
