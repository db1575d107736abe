// One target for libFuzzer: FOSSE_FUZZ_TARGET names it.
#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/adapters/council/fuzz_targets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  fosse::adapters::council::FOSSE_FUZZ_TARGET(
      std::string(reinterpret_cast<const char*>(bytes), size));
  return 0;
}
