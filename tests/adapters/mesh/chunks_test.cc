// What MESH carries, damaged anywhere: an error, never more than was allowed, never a crash.
#include "adapters/mesh/chunks.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::mesh {
namespace {

constexpr size_t kMost = 1u << 20;
constexpr int kRounds = 3'000;

// Our own, and where there are any the chunks that others published.
std::vector<std::string> Packed() {
  std::vector<std::string> packed = {Gzip(""), Gzip("one"), Gzip(std::string(5'000, 'x')),
                                     Gzip("first, ") + Gzip("second")};
  std::filesystem::path corpus;
  if (const char* source = std::getenv("FOSSE_SOURCE")) {
    corpus = std::filesystem::path(source) / "../shared/data";
  }
  if (const char* named = std::getenv("FOSSE_CORPUS")) corpus = named;
  for (const char* part : {"part1", "part2"}) {
    std::ifstream in(corpus / "mesh" / absl::StrCat("CHUNKED_MESSAGE_GZ.", part), std::ios::binary);
    if (in)
      packed.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return packed;
}

TEST(ChunksMutationTest, DamagedMembersAreRefusedOrWithinTheLimit) {
  Shows({"ctl-32", "haz-21"});
  std::mt19937 random(20261127);
  const std::vector<std::string> packed = Packed();
  int refused = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::string bytes = packed[random() % packed.size()];
    const size_t at = random() % bytes.size();
    switch (random() % 3) {
      case 0:
        bytes.resize(at);
        break;
      case 1:
        bytes[at] ^= static_cast<char>(1u << (random() % 8));
        break;
      default:
        bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 50));
        break;
    }
    const absl::StatusOr<std::string> plain = Gunzip(bytes, kMost);
    refused += !plain.ok();
    ASSERT_LE(plain.ok() ? plain->size() : 0, kMost);
  }
  EXPECT_GT(refused, kRounds / 2) << "a check sum finds nearly all of it";
}

TEST(ChunksMutationTest, WhatUnfoldsBeyondTheLimitIsStopped) {
  Shows({"ctl-32"});
  const std::string small = Gzip(std::string(4u << 20, '\0'));
  ASSERT_LT(small.size(), 10'000u);
  EXPECT_THAT(Gunzip(small, kMost), FailsWith("MESSAGE_TOO_LARGE"));
  EXPECT_THAT(Gunzip(small + small, 6u << 20), FailsWith("MESSAGE_TOO_LARGE"));
}

TEST(ChunksMutationTest, NoRangeBreaksTheReader) {
  Shows({"ctl-32"});
  for (const char* bad :
       {"", ":", "1", "1:", ":1", "0:1", "2:1", "-1:2", "1:2:3", "1:99999999999", "a:b", "1:201"}) {
    EXPECT_THAT(ChunkRange(bad), FailsWith("CHUNK_RANGE_INVALID")) << bad;
  }
  EXPECT_THAT(ChunkRange("2:5"), IsOkAndHolds(std::pair(2, 5)));
}

}  // namespace
}  // namespace fosse::adapters::mesh
