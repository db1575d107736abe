// What MESH wants of every call, without a network.

#include "adapters/mesh/authorization.h"
#include "adapters/mesh/chunks.h"
#include "gmock/gmock.h"
#include "tests/support/status_matchers.h"

namespace fosse::adapters::mesh {
namespace {

TEST(AuthorizationTest, IsTheHmacOverMailboxNonceCountPasswordAndMinute) {
  const absl::Time now = absl::FromUnixSeconds(1795000000);
  // echo -n 'X26ABC1:n1:0:password:202611181106' | openssl dgst -sha256 -hmac TestKey
  EXPECT_EQ(
      AuthorizationOf({"X26ABC1", "password", "TestKey"}, "n1", 0, now),
      "NHSMESH "
      "X26ABC1:n1:0:202611181106:5405f5cafdd2c4d04a227075ac10c6845284da0cf65cb953d5f206f675b19264");
}

TEST(ChunksTest, WhatWasPackedComesOutAndWhatIsCutOrTooMuchDoesNot) {
  const std::string text(100000, 'x');
  const std::string packed = Gzip(text);
  EXPECT_LT(packed.size(), text.size());
  EXPECT_THAT(Gunzip(packed, text.size()), IsOkAndHolds(text));
  EXPECT_THAT(Gunzip(packed, text.size() - 1), FailsWith("MESSAGE_TOO_LARGE"));
  for (size_t size = 0; size < packed.size(); ++size) {
    EXPECT_THAT(Gunzip(packed.substr(0, size), text.size()), FailsWith("GZIP_INVALID")) << size;
  }
  EXPECT_THAT(Gunzip(Gzip(""), 0), IsOkAndHolds(""));
}

TEST(ChunksTest, SplitsIntoPiecesOfTheSizeAndOneAtLeast) {
  EXPECT_THAT(Split("abcde", 2), ::testing::ElementsAre("ab", "cd", "e"));
  EXPECT_THAT(Split("abcd", 2), ::testing::ElementsAre("ab", "cd"));
  EXPECT_THAT(Split("", 2), ::testing::ElementsAre(""));
}

TEST(ChunksTest, RangesAreOneOfSoMany) {
  EXPECT_THAT(ChunkRange("2:5"), IsOkAndHolds(std::make_pair(2, 5)));
  for (const char* bad : {"", "1", "0:1", "2:1", "1:201", "a:b", "1:"}) {
    EXPECT_THAT(ChunkRange(bad), FailsWith("CHUNK_RANGE_INVALID")) << bad;
  }
}

}  // namespace
}  // namespace fosse::adapters::mesh
