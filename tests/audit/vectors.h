#ifndef FOSSE_TESTS_AUDIT_VECTORS_H_
#define FOSSE_TESTS_AUDIT_VECTORS_H_

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/encoding.h"
#include "gtest/gtest.h"

namespace fosse {

// The test vectors of docs/formats/<page>: what the page promises is what is tested.

// The text of each block that is fenced with ```<tag>.
inline std::vector<std::string> Blocks(const std::string& page, const std::string& tag) {
  const char* source = std::getenv("FOSSE_SOURCE");
  const std::string path = absl::StrCat(source == nullptr ? "." : source, "/docs/formats/", page);
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_FALSE(text.empty()) << path << " cannot be read; set FOSSE_SOURCE";
  std::vector<std::string> blocks;
  const std::string begin = absl::StrCat("\n```", tag, "\n");
  for (size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
    at += begin.size();
    const size_t end = text.find("\n```\n", at);
    blocks.push_back(text.substr(at, end + 1 - at));
    at = end + 4;  // The line break may begin the next fence.
  }
  EXPECT_FALSE(blocks.empty()) << path << " has no block " << tag;
  return blocks;
}

// A vector: its lines `name: value`, names in order.
using Vector = std::vector<std::pair<std::string, std::string>>;

inline std::string Value(const Vector& vector, const std::string& name) {
  for (const auto& [key, value] : vector) {
    if (key == name) return value;
  }
  return "";
}

// Vectors are parted by empty lines. Those of all blocks of the page that begin with `first_name`.
inline std::vector<Vector> Vectors(const std::string& page, const std::string& first_name) {
  std::vector<Vector> found;
  for (const std::string& block : Blocks(page, "vectors")) {
    for (const absl::string_view part : absl::StrSplit(block, "\n\n")) {
      Vector vector;
      for (const absl::string_view line : absl::StrSplit(part, '\n', absl::SkipEmpty())) {
        const std::pair<std::string, std::string> pair =
            absl::StrSplit(line, absl::MaxSplits(absl::ByString(":"), 1));
        vector.emplace_back(
            pair.first, absl::StartsWith(pair.second, " ") ? pair.second.substr(1) : pair.second);
      }
      if (!vector.empty() && vector[0].first == first_name) found.push_back(std::move(vector));
    }
  }
  EXPECT_FALSE(found.empty()) << page << " has no vectors that begin with " << first_name;
  return found;
}

inline std::string Unhex(const std::string& text) {
  absl::StatusOr<std::string> bytes = FromHex(text);
  EXPECT_TRUE(bytes.ok()) << text;
  return bytes.ok() ? *bytes : "";
}

}  // namespace fosse

#endif  // FOSSE_TESTS_AUDIT_VECTORS_H_
