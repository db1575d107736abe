// One target for libFuzzer: FOSSE_FUZZ_TARGETS is the header that declares it, FOSSE_FUZZ_TARGET
// its name.
#include <cstddef>
#include <cstdint>
#include <string>

#include FOSSE_FUZZ_TARGETS

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  FOSSE_FUZZ_TARGET(std::string(reinterpret_cast<const char*>(bytes), size));
  return 0;
}
