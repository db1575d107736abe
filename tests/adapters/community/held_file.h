#ifndef FOSSE_TESTS_ADAPTERS_COMMUNITY_HELD_FILE_H_
#define FOSSE_TESTS_ADAPTERS_COMMUNITY_HELD_FILE_H_

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace fosse::adapters::community {

// What a test makes is what the project holds at `path`; UPDATE_GOLDEN=1 writes it.
inline void ExpectHeld(const std::string& path, const std::string& made) {
  const char* const source = std::getenv("FOSSE_SOURCE");
  const std::string file = absl::StrCat(source == nullptr ? "." : source, "/", path);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(file, std::ios::binary) << made;
  std::ifstream held(file, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(held), {}), made) << path;
}

}  // namespace fosse::adapters::community

#endif  // FOSSE_TESTS_ADAPTERS_COMMUNITY_HELD_FILE_H_
