#ifndef FOSSE_TESTS_SUPPORT_FUZZ_TARGET_H_
#define FOSSE_TESTS_SUPPORT_FUZZ_TARGET_H_

#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/mutate.h"

namespace fosse {

// What must hold for any bytes, and what the test begins with: see RunFuzzTarget().
struct FuzzTarget {
  const char* name;
  void (*run)(const std::string& bytes);
  std::vector<std::string> (*seeds)();
  std::string telling;  // Bytes that mean something to what is fuzzed.
};

template <size_t kSize>
std::string Telling(const char (&bytes)[kSize]) {
  return std::string(bytes, kSize - 1);  // A NUL is one of them.
}

// Over each seed as it is, and over 1,500 of them with bytes changed, always alike. Of what is
// changed none is longer than `most_bytes`.
inline void RunFuzzTarget(const FuzzTarget& target, size_t most_bytes) {
  constexpr int kRounds = 1'500;
  const std::vector<std::string> seeds = target.seeds();
  ASSERT_GT(seeds.size(), 4u);
  for (const std::string& seed : seeds) target.run(seed);
  std::mt19937 random(20261127);
  for (int round = 0; round < kRounds; ++round) {
    const std::string& seed = seeds[random() % seeds.size()];
    if (seed.size() <= most_bytes) target.run(Mutated(seed, target.telling, random));
  }
}

inline std::string FuzzTargetName(const ::testing::TestParamInfo<FuzzTarget>& test) {
  return test.param.name;
}

}  // namespace fosse

#endif  // FOSSE_TESTS_SUPPORT_FUZZ_TARGET_H_
