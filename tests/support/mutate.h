#ifndef FOSSE_TESTS_SUPPORT_MUTATE_H_
#define FOSSE_TESTS_SUPPORT_MUTATE_H_

#include <random>
#include <string>

#include "absl/strings/string_view.h"

namespace fosse {

// The bytes with one to eight changes: a telling byte put in or over another, a piece cut out, a
// piece said twice.
inline std::string Mutated(std::string bytes, absl::string_view telling, std::mt19937& random) {
  for (size_t left = 1 + random() % 8; left > 0; --left) {
    const size_t at = random() % (bytes.size() + 1);
    const char byte = telling[random() % telling.size()];
    switch (random() % 4) {
      case 0:
        bytes.insert(at, 1, byte);
        break;
      case 1:
        bytes.erase(at, random() % 12);
        break;
      case 2:
        bytes.insert(at, bytes.substr(random() % (bytes.size() + 1), random() % 40));
        break;
      default:
        if (at < bytes.size()) bytes[at] = byte;
    }
  }
  return bytes;
}

}  // namespace fosse

#endif  // FOSSE_TESTS_SUPPORT_MUTATE_H_
