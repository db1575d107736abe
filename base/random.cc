#include "base/random.h"

#include <openssl/rand.h>

#include <algorithm>
#include <climits>

#include "base/status.h"

namespace fosse {

void SystemRandom::Fill(void* out, size_t size) {
  auto* next = static_cast<unsigned char*>(out);
  while (size > 0) {  // RAND_bytes counts in int.
    const int part = static_cast<int>(std::min<size_t>(size, INT_MAX));
    FOSSE_CHECK(RAND_bytes(next, part) == 1);
    next += part;
    size -= part;
  }
}

}  // namespace fosse
