#include <map>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/encoding.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"
#include "tests/verify/made_trail.h"
#include "verify/check_trail.h"

namespace fosse::verify {
namespace {

absl::StatusOr<TrailReport> Check(const std::string& text, const MadeTrail& trail,
                                  std::optional<std::string> previous = std::nullopt) {
  std::istringstream file(text);
  return CheckTrail(file, {trail.verifier_key(), std::move(previous)});
}

// The number under `key` of an error, or -1.
int64_t At(const absl::Status& status, const std::string& key) {
  for (const auto& [name, value] : MetadataOf(status)) {
    int64_t number = -1;
    if (name == key && absl::SimpleAtoi(value, &number)) return number;
  }
  return -1;
}

std::vector<std::string> Lines(const std::string& text) {
  return absl::StrSplit(text.substr(0, text.size() - 1), '\n');
}

std::string Text(const std::vector<std::string>& lines) {
  return absl::StrJoin(lines, "\n") + "\n";
}

// Line of an entry, counted from 0: after the manifest and the lines of the blocks before it.
size_t LineOf(uint64_t index) { return 1 + index + index / audit::kExportBlock; }

TEST(TrailTest, HonestTrailsOfManySizesVerify) {
  Shows({"aud-07", "ctl-20", "ctl-21"});
  for (const size_t size : {0, 1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 700}) {
    const MadeTrail trail(size);
    ASSERT_OK_AND_ASSIGN(const TrailReport report, Check(trail.Export(), trail));
    EXPECT_EQ(report.count, size);
    EXPECT_EQ(report.locality, "QK1");
    EXPECT_EQ(report.root, trail.Edge(size).Root());
    if (size > 0) {
      EXPECT_EQ(report.first, absl::FromUnixSeconds(1664787600));
      EXPECT_EQ(report.last, absl::FromUnixSeconds(1664787600 + (size - 1) / 4));
    }
  }
}

TEST(TrailTest, ExportsFromAnyEntryOnVerify) {
  Shows({"aud-07"});
  const MadeTrail trail(600);
  for (const uint64_t from : {0, 1, 100, 255, 256, 257, 512, 599, 600}) {
    ASSERT_OK_AND_ASSIGN(const TrailReport report, Check(trail.Export(from), trail));
    EXPECT_EQ(report.from, from);
    EXPECT_EQ(report.count, 600 - from);
  }
}

TEST(TrailTest, EveryEarlierCheckpointIsABeginningOfTheTrail) {
  Shows({"inv-12", "aud-06", "aud-07"});
  const MadeTrail trail(300);
  const std::string text = trail.Export();
  for (size_t size = 0; size <= 300; ++size) {
    ASSERT_OK_AND_ASSIGN(const TrailReport report, Check(text, trail, trail.Checkpoint(size)));
    EXPECT_EQ(report.previous_size, size);
  }
}

TEST(TrailTest, AForkIsFoundByTheEarlierCheckpoint) {
  Shows({"inv-12", "aud-07"});
  const MadeTrail honest(300);
  for (const uint64_t changed : {0, 99, 199}) {
    MadeTrail forked(300);
    v1::LeafView view = MadeTrail::View(changed);
    view.set_outcome(v1::OUTCOME_DENY);
    forked.leaves()[changed] = audit::EncodeLeaf(view);
    const std::string text = forked.Export();  // Signed anew by the trail's own key.
    EXPECT_THAT(Check(text, forked), IsOk());
    const auto found = Check(text, forked, honest.Checkpoint(200));
    EXPECT_THAT(found, FailsWith("PREVIOUS_DIFFERS"));
    EXPECT_EQ(At(found.status(), "firstEntry"), 0);
    EXPECT_EQ(At(found.status(), "lastEntry"), 199);
    EXPECT_THAT(Check(text, forked, honest.Checkpoint(changed)), IsOk());
  }
}

TEST(TrailTest, ATrailThatShrankIsFoundByTheEarlierCheckpoint) {
  Shows({"inv-12", "aud-07"});
  const MadeTrail earlier(120);
  const MadeTrail restored(100);  // An older state, honestly signed.
  const auto found = Check(restored.Export(), restored, earlier.Checkpoint(120));
  EXPECT_THAT(found, FailsWith("TRAIL_SHRANK"));
  EXPECT_EQ(At(found.status(), "firstEntry"), 100);
  EXPECT_EQ(At(found.status(), "lastEntry"), 119);
}

TEST(TrailTest, AnEarlierCheckpointIsCheckedItself) {
  Shows({"inv-12"});
  const MadeTrail trail(10);
  std::string forged = trail.Checkpoint(5);
  forged.replace(forged.find("\n5\n"), 3, "\n6\n");
  EXPECT_THAT(Check(trail.Export(), trail, forged), FailsWith("PREVIOUS_INVALID"));
  EXPECT_THAT(Check(trail.Export(8), trail, trail.Checkpoint(5)), FailsWith("PREVIOUS_TOO_OLD"));
  EXPECT_THAT(Check(trail.Export(8), trail, trail.Checkpoint(8)), IsOk());
}

TEST(TrailTest, AChangedEntryIsNamed) {
  Shows({"aud-07", "ctl-20"});
  const MadeTrail trail(600);
  for (const uint64_t index : {0, 1, 255, 256, 400, 599}) {
    MadeTrail changed(600);
    v1::LeafView view = MadeTrail::View(index);
    view.set_outcome(v1::OUTCOME_DENY);
    const std::string leaf = audit::EncodeLeaf(view);
    std::vector<std::string> lines = Lines(trail.Export());
    std::string& line = lines[LineOf(index)];
    const std::string before = line;
    line.replace(line.find("\"leaf\":") + 8, Base64(trail.leaf(index)).size(), Base64(leaf));
    ASSERT_NE(line, before);
    const auto found = Check(Text(lines), trail);
    EXPECT_THAT(found, FailsWith("ENTRY_CHANGED"));
    EXPECT_EQ(At(found.status(), "entry"), index);
    EXPECT_EQ(At(found.status(), "line"), LineOf(index) + 1);
    // The hash beside it made anew, too: its block tells.
    changed.leaves()[index] = leaf;
    line = Lines(changed.Export())[LineOf(index)];
    const auto block = Check(Text(lines), trail);
    EXPECT_THAT(block, FailsWith("BLOCK_CHANGED"));
    EXPECT_LE(At(block.status(), "firstEntry"), index);
    EXPECT_GE(At(block.status(), "lastEntry"), index);
    EXPECT_LT(At(block.status(), "lastEntry") - At(block.status(), "firstEntry"), 256);
    // All of it made anew, but the signature: the root tells.
    const auto root = Check(changed.Export(0, trail.Checkpoint(600)), trail);
    EXPECT_THAT(root, FailsWith("ROOT_DIFFERS"));
    const auto after =
        Check(changed.Export(0, trail.Checkpoint(600)), trail, trail.Checkpoint(index));
    EXPECT_THAT(after, FailsWith("ROOT_DIFFERS"));
    EXPECT_EQ(At(after.status(), "firstEntry"), index);
  }
}

TEST(TrailTest, MissingInsertedAndSwappedEntriesAreNamed) {
  Shows({"aud-07"});
  const MadeTrail trail(600);
  const std::vector<std::string> honest = Lines(trail.Export());
  for (const uint64_t index : {0, 1, 254, 256, 300, 598}) {
    std::vector<std::string> lines = honest;
    lines.erase(lines.begin() + LineOf(index));
    auto found = Check(Text(lines), trail);
    EXPECT_THAT(found, FailsWith("ENTRY_OUT_OF_ORDER"));
    EXPECT_EQ(At(found.status(), "entry"), index);
    lines = honest;
    lines.insert(lines.begin() + LineOf(index), honest[LineOf(index)]);
    found = Check(Text(lines), trail);
    EXPECT_THAT(found, FailsWith("ENTRY_OUT_OF_ORDER"));
    EXPECT_EQ(At(found.status(), "entry"), index + 1);
    lines = honest;
    std::swap(lines[LineOf(index)], lines[LineOf(index + 1)]);
    found = Check(Text(lines), trail);
    EXPECT_THAT(found, FailsWith("ENTRY_OUT_OF_ORDER"));
    EXPECT_EQ(At(found.status(), "entry"), index);
  }
}

TEST(TrailTest, EntriesWrittenAnewInAnotherOrderAreNamed) {
  Shows({"aud-07"});
  MadeTrail trail(20);
  const std::string checkpoint = trail.Checkpoint(20);
  std::swap(trail.leaves()[4],
            trail.leaves()[5]);  // With line numbers and hashes as they should be.
  const auto found = Check(trail.Export(0, checkpoint), trail);
  EXPECT_THAT(found, FailsWith("ENTRY_OUT_OF_ORDER"));
  EXPECT_EQ(At(found.status(), "entry"), 4);
}

TEST(TrailTest, MissingBlocksAndLinesOfTheWrongKindAreFound) {
  Shows({"aud-07"});
  const MadeTrail trail(600);
  const std::vector<std::string> honest = Lines(trail.Export());
  for (size_t i = 0; i < honest.size(); i += i == 0 || i > 597 ? 1 : 199) {
    std::vector<std::string> lines = honest;
    lines.erase(lines.begin() + i);
    EXPECT_FALSE(Check(Text(lines), trail).ok()) << "without line " << i;
    for (const size_t other : {size_t{0}, LineOf(256) - 1, honest.size() - 1}) {
      if (other == i) continue;
      lines = honest;
      lines[i] = honest[other];
      EXPECT_FALSE(Check(Text(lines), trail).ok()) << other << " for " << i;
    }
  }
  EXPECT_THAT(Check(trail.Export() + "\n", trail), FailsWith("EXPORT_LINE_INVALID"));
  EXPECT_THAT(Check(trail.Export() + trail.Export(), trail), FailsWith("EXPORT_LINE_INVALID"));
}

TEST(TrailTest, FilesCutAnywhereAreFound) {
  Shows({"aud-07"});
  const MadeTrail trail(5);
  const std::string text = trail.Export();
  for (size_t size = 0; size < text.size(); ++size) {
    ASSERT_FALSE(Check(text.substr(0, size), trail).ok()) << size;
  }
}

TEST(TrailTest, SignaturesOfOthersDoNotCount) {
  Shows({"ctl-21", "aud-07"});
  const MadeTrail trail(5);
  const SigningKey other = SigningKey::FromSeed(std::string(32, 'o'));
  const Digest root = trail.Edge(5).Root();
  const std::string by_other = audit::SignCheckpoint({MadeTrail::kOrigin, 5, root}, other);
  EXPECT_THAT(Check(trail.Export(0, by_other), trail), FailsWith("CHECKPOINT_UNSIGNED"));
  const std::string of_other = audit::SignCheckpoint({"fosse.example/QK2", 5, root}, trail.key());
  EXPECT_THAT(Check(trail.Export(0, of_other), trail), FailsWith("CHECKPOINT_UNSIGNED"));
  EXPECT_THAT(Check(trail.Export(0, trail.Checkpoint(4)), trail), FailsWith("SIZE_DIFFERS"));
  EXPECT_THAT(Check(trail.Export(0, "note\n"), trail), FailsWith("CHECKPOINT_INVALID"));
  std::istringstream file(trail.Export());
  EXPECT_THAT(
      CheckTrail(file, {audit::VerifierKey(MadeTrail::kOrigin, other.public_key()), std::nullopt}),
      FailsWith("KEY_DIFFERS"));
}

// What a gateway that signs anything could still not get past a verifier.
TEST(TrailTest, SignedNonsenseIsNamed) {
  Shows({"aud-07"});
  struct {
    const char* reason;
    void (*spoil)(v1::LeafView&);
  } const kCases[] = {
      {"TIME_BACKWARDS",
       [](v1::LeafView& leaf) { leaf.mutable_committed_at()->set_seconds(1664787599); }},
      {"LOCALITY_DIFFERS", [](v1::LeafView& leaf) { leaf.set_locality("QK2"); }},
      {"CAUSE_AHEAD", [](v1::LeafView& leaf) { leaf.set_cause(12); }},
      {"CAUSE_AHEAD", [](v1::LeafView& leaf) { leaf.set_cause(UINT64_MAX); }},
      {"ENTRY_OUT_OF_ORDER", [](v1::LeafView& leaf) { leaf.set_index(12); }},
  };
  for (const auto& test : kCases) {
    MadeTrail trail(20);
    v1::LeafView view = MadeTrail::View(11);
    test.spoil(view);
    trail.leaves()[11] = audit::EncodeLeaf(view);
    const auto found = Check(trail.Export(), trail);
    EXPECT_THAT(found, FailsWith(test.reason));
    EXPECT_EQ(At(found.status(), "entry"), 11) << test.reason;
  }
  MadeTrail trail(20);
  trail.leaves()[11] += "x";
  const auto found = Check(trail.Export(), trail);
  EXPECT_THAT(found, FailsWith("ENTRY_UNREADABLE"));
  EXPECT_EQ(At(found.status(), "entry"), 11);
  // A cause right before it, and the same time, are as they should be.
  MadeTrail honest(20);
  v1::LeafView view = MadeTrail::View(11);
  view.set_cause(11);
  view.mutable_committed_at()->set_seconds(MadeTrail::View(10).committed_at().seconds());
  honest.leaves()[11] = audit::EncodeLeaf(view);
  EXPECT_THAT(Check(honest.Export(), honest), IsOk());
}

}  // namespace
}  // namespace fosse::verify
