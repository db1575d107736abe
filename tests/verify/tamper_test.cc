#include <algorithm>
#include <random>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"
#include "tests/verify/made_trail.h"
#include "verify/check_trail.h"

// Somebody with the whole file, but not the key, changes it at random: every change is found, and
// nothing is found where nothing was changed.
namespace fosse::verify {
namespace {

constexpr int kTrials = 2000;
constexpr size_t kEntries = 300;

absl::Status Check(const std::string& text, const MadeTrail& trail) {
  std::istringstream file(text);
  return CheckTrail(file, {trail.verifier_key(), std::nullopt}).status();
}

std::optional<uint64_t> EntryNamed(const absl::Status& status) {
  for (const auto& [name, value] : MetadataOf(status)) {
    uint64_t entry = 0;
    if (name == "entry" && absl::SimpleAtoi(value, &entry)) return entry;
  }
  return std::nullopt;
}

class TamperTest : public ::testing::Test {
 protected:
  TamperTest() : trail_(kEntries), text_(trail_.Export()) {
    lines_ = absl::StrSplit(text_.substr(0, text_.size() - 1), '\n');
  }
  std::string Joined(const std::vector<std::string>& lines) const {
    return absl::StrJoin(lines, "\n") + "\n";
  }
  size_t Any(size_t below) { return random_() % below; }

  const MadeTrail trail_;
  const std::string text_;
  std::vector<std::string> lines_;
  std::mt19937_64 random_{20221003};
};

TEST_F(TamperTest, EveryFlippedBitIsFoundAndInALeafItsEntryIsNamed) {
  Shows({"aud-07", "ctl-20"});
  int in_leaves = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    const size_t at = Any(text_.size());
    std::string changed = text_;
    changed[at] = static_cast<char>(changed[at] ^ (1 << Any(8)));
    const absl::Status found = Check(changed, trail_);
    ASSERT_FALSE(found.ok()) << "byte " << at;
    // Which entry the byte belongs to, if it is in a leaf.
    const size_t begin = text_.rfind('\n', at) + 1;
    const absl::string_view line = absl::string_view(text_).substr(begin);
    uint64_t index = 0;
    if (at == 0 || !absl::StartsWith(line, "{\"index\":") ||
        at - begin < line.find("\"leaf\":\"") + 8 || text_[at] == '\n') {
      continue;
    }
    ASSERT_TRUE(absl::SimpleAtoi(line.substr(9, line.find(',') - 9), &index));
    EXPECT_EQ(EntryNamed(found), index) << found;
    ++in_leaves;
  }
  EXPECT_GT(in_leaves, kTrials / 2);
}

TEST_F(TamperTest, EveryEditOfALeafWithItsHashesMadeAnewIsFound) {
  Shows({"aud-07", "ctl-20"});
  const std::string checkpoint = trail_.Checkpoint(kEntries);
  for (int trial = 0; trial < 200; ++trial) {
    MadeTrail changed(kEntries);
    std::string& leaf = changed.leaves()[Any(kEntries)];
    leaf[32 + Any(160)] ^= static_cast<char>(1 << Any(8));  // A digest: the leaf stays a leaf.
    ASSERT_THAT(Check(changed.Export(0, checkpoint), trail_), FailsWith("ROOT_DIFFERS"));
  }
}

TEST_F(TamperTest, EveryLineDeletedInsertedSwappedOrMovedIsFound) {
  Shows({"aud-07", "ctl-20"});
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<std::string> lines = lines_;
    const size_t at = Any(lines.size());
    const size_t other = Any(lines.size());
    switch (trial % 5) {
      case 0:
        lines.erase(lines.begin() + at);
        break;
      case 1:
        lines.insert(lines.begin() + at, lines[other]);
        break;
      case 2:
        std::swap(lines[at], lines[other]);
        break;
      case 3:
        lines[at] = lines[other];
        break;
      case 4:
        lines.resize(at);
        break;
    }
    if (lines == lines_) continue;
    ASSERT_FALSE(Check(Joined(lines), trail_).ok()) << trial % 5 << " " << at << " " << other;
  }
}

TEST_F(TamperTest, EveryEntryTakenOutOrPutInWithAllMadeAnewIsFound) {
  Shows({"aud-07", "ctl-20"});
  const std::string checkpoint = trail_.Checkpoint(kEntries);
  for (int trial = 0; trial < 100; ++trial) {
    MadeTrail changed(kEntries);
    std::vector<std::string>& leaves = changed.leaves();
    if (trial % 2 == 0) {
      leaves.erase(leaves.begin() + Any(kEntries));
    } else {
      const size_t at = Any(kEntries);
      leaves.insert(leaves.begin() + at, leaves[at]);
    }
    // Later entries numbered anew, as somebody would who hides what was done.
    for (size_t i = 0; i < leaves.size(); ++i) {
      absl::StatusOr<v1::LeafView> view = audit::DecodeLeaf(leaves[i]);
      ASSERT_THAT(view, IsOk());
      view->set_index(i);
      view->set_cause(std::min<uint64_t>(view->cause(), i));
      leaves[i] = audit::EncodeLeaf(*view);
    }
    EXPECT_FALSE(Check(changed.Export(0, checkpoint), trail_).ok());
  }
}

TEST_F(TamperTest, NothingIsFoundWhereNothingWasChanged) {
  Shows({"aud-07"});
  for (int trial = 0; trial < 200; ++trial) {
    const MadeTrail trail(Any(kEntries) + 1);
    ASSERT_THAT(Check(trail.Export(Any(trail.size() + 1)), trail), IsOk());
  }
}

}  // namespace
}  // namespace fosse::verify
