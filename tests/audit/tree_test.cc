#include "audit/tree.h"

#include <map>
#include <random>

#include "absl/strings/str_split.h"
#include "audit/leaf.h"
#include "base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/audit/vectors.h"
#include "tests/reference/merkle.h"
#include "tests/support/shows.h"
#include "tests/support/status_matchers.h"

namespace fosse::audit {
namespace {

constexpr size_t kLargest = 300;

// Nodes as a store would keep them; reading one that was never made fails.
class Nodes {
 public:
  void Keep(const std::vector<TreeNode>& nodes) {
    for (const TreeNode& node : nodes) {
      EXPECT_TRUE(kept_.emplace(std::pair(node.level, node.index), node.hash).second)
          << "made twice: " << node.level << "," << node.index;
    }
  }
  absl::StatusOr<Digest> Read(uint32_t level, uint64_t index) const {
    const auto found = kept_.find({level, index});
    if (found != kept_.end()) return found->second;
    return MakeError(absl::StatusCode::kDataLoss, "NODE_MISSING", "no such node");
  }
  size_t size() const { return kept_.size(); }

 private:
  std::map<std::pair<uint32_t, uint64_t>, Digest> kept_;
};

// A tree of kLargest leaves with everything that is compared.
struct Grown {
  Grown() {
    TreeBuilder builder;
    roots.push_back(builder.Root());
    for (size_t i = 0; i < kLargest; ++i) {
      leaves.push_back(LeafHash(absl::StrCat("entry ", i)));
      builder.Append(leaves.back());
      nodes.Keep(builder.TakeNewNodes());
      roots.push_back(builder.Root());
    }
  }
  auto reader() const {
    return [this](uint32_t level, uint64_t index) { return nodes.Read(level, index); };
  }

  std::vector<Digest> leaves;
  std::vector<Digest> roots;  // By size.
  Nodes nodes;
};

const Grown& TheTree() {
  static const Grown* const grown = new Grown();
  return *grown;
}

// Sizes whose proofs are all compared: every small one, those about powers of two, and some others.
std::vector<size_t> Sizes() {
  std::vector<size_t> sizes = {63, 64, 65, 127, 128, 129, 255, 256, 257, kLargest};
  for (size_t size = 1; size <= 40; ++size) sizes.push_back(size);
  std::mt19937_64 random(300);
  for (int i = 0; i < 12; ++i) sizes.push_back(41 + random() % (kLargest - 41));
  return sizes;
}

Digest DigestOf(const std::string& hex) {
  Digest digest{};
  const std::string bytes = Unhex(hex);
  EXPECT_EQ(bytes.size(), digest.size());
  std::copy_n(bytes.begin(), std::min(bytes.size(), digest.size()), digest.begin());
  return digest;
}

std::vector<Digest> Path(const Vector& vector) {
  std::vector<Digest> path;
  for (const absl::string_view part :
       absl::StrSplit(Value(vector, "path"), ' ', absl::SkipEmpty())) {
    path.push_back(DigestOf(std::string(part)));
  }
  return path;
}

TEST(TreeTest, CertificateTransparencyVectors) {
  Shows({"ctl-20", "inv-12", "aud-06"});
  TreeBuilder builder;
  Nodes nodes;
  std::vector<Digest> leaves;
  std::vector<Digest> roots = {builder.Root()};
  const std::vector<Vector> inputs = Vectors("tree.md", "leaf");
  for (const auto& [name, hex] : inputs.at(0)) {
    ASSERT_EQ(name, "leaf");
    leaves.push_back(LeafHash(Unhex(hex)));
    builder.Append(leaves.back());
    roots.push_back(builder.Root());
  }
  nodes.Keep(builder.TakeNewNodes());
  const auto reader = [&nodes](uint32_t level, uint64_t i) { return nodes.Read(level, i); };
  ASSERT_EQ(roots.size(), 9u);
  for (const Vector& vector : Vectors("tree.md", "size")) {
    const size_t size = std::stoul(Value(vector, "size"));
    EXPECT_EQ(roots.at(size), DigestOf(Value(vector, "root"))) << size;
  }
  for (const Vector& vector : Vectors("tree.md", "index")) {
    const uint64_t index = std::stoul(Value(vector, "index"));
    const uint64_t size = std::stoul(Value(vector, "size"));
    EXPECT_THAT(InclusionProof(index, size, reader), IsOkAndHolds(Path(vector)));
    EXPECT_TRUE(VerifyInclusion(leaves.at(index), index, size, Path(vector), roots.at(size)));
  }
  for (const Vector& vector : Vectors("tree.md", "from")) {
    const uint64_t from = std::stoul(Value(vector, "from"));
    const uint64_t to = std::stoul(Value(vector, "to"));
    EXPECT_THAT(ConsistencyProof(from, to, reader), IsOkAndHolds(Path(vector)));
    EXPECT_TRUE(VerifyConsistency(from, to, roots.at(from), roots.at(to), Path(vector)));
  }
}

TEST(TreeTest, RootsAgreeWithTheDefinition) {
  Shows({"ctl-20"});
  const Grown& tree = TheTree();
  for (size_t size = 0; size <= kLargest; ++size) {
    ASSERT_EQ(tree.roots[size], reference::Root(absl::MakeSpan(tree.leaves).subspan(0, size)))
        << size;
  }
}

TEST(TreeTest, InclusionProofsAgreeWithTheDefinitionAndVerify) {
  Shows({"ctl-20", "aud-06"});
  const Grown& tree = TheTree();
  for (const size_t size : Sizes()) {
    const reference::Hashes leaves = absl::MakeSpan(tree.leaves).subspan(0, size);
    for (size_t index = 0; index < size; ++index) {
      ASSERT_OK_AND_ASSIGN(const std::vector<Digest> proof,
                           InclusionProof(index, size, tree.reader()));
      ASSERT_EQ(proof, reference::Path(index, leaves)) << index << " of " << size;
      ASSERT_TRUE(VerifyInclusion(leaves[index], index, size, proof, tree.roots[size]));
    }
  }
}

TEST(TreeTest, ConsistencyProofsAgreeWithTheDefinitionAndVerify) {
  Shows({"inv-12", "aud-06"});
  const Grown& tree = TheTree();
  for (const size_t to : Sizes()) {
    const reference::Hashes leaves = absl::MakeSpan(tree.leaves).subspan(0, to);
    for (size_t from = 0; from <= to; ++from) {
      ASSERT_OK_AND_ASSIGN(const std::vector<Digest> proof,
                           ConsistencyProof(from, to, tree.reader()));
      if (from > 0) {
        ASSERT_EQ(proof, reference::Consistency(from, leaves)) << from << " to " << to;
      } else {
        ASSERT_TRUE(proof.empty());
      }
      ASSERT_TRUE(VerifyConsistency(from, to, tree.roots[from], tree.roots[to], proof));
    }
  }
}

// Every way to bend a proof by one step is refused.
TEST(TreeTest, BentInclusionProofsAreRefused) {
  Shows({"aud-06"});
  const Grown& tree = TheTree();
  std::mt19937_64 random(6962);
  for (int round = 0; round < 400; ++round) {
    const uint64_t size = random() % kLargest + 1;
    const uint64_t index = random() % size;
    const Digest& leaf = tree.leaves[index];
    const Digest& root = tree.roots[size];
    ASSERT_OK_AND_ASSIGN(std::vector<Digest> proof, InclusionProof(index, size, tree.reader()));
    ASSERT_TRUE(VerifyInclusion(leaf, index, size, proof, root));
    EXPECT_FALSE(VerifyInclusion(leaf, size, size, proof, root));
    EXPECT_FALSE(VerifyInclusion(leaf, index + size, size, proof, root));
    if (size > 1) {
      EXPECT_FALSE(VerifyInclusion(leaf, (index + 1) % size, size, proof, root));
      EXPECT_FALSE(VerifyInclusion(tree.leaves[(index + 1) % size], index, size, proof, root));
    }
    EXPECT_FALSE(VerifyInclusion(leaf, index, size, proof, tree.roots[size - 1]));
    std::vector<Digest> longer = proof;
    longer.push_back(root);
    EXPECT_FALSE(VerifyInclusion(leaf, index, size, longer, root));
    if (proof.empty()) continue;
    std::vector<Digest> shorter(proof.begin(), proof.end() - 1);
    EXPECT_FALSE(VerifyInclusion(leaf, index, size, shorter, root));
    proof[random() % proof.size()][random() % 32] ^= static_cast<uint8_t>(1 << random() % 8);
    EXPECT_FALSE(VerifyInclusion(leaf, index, size, proof, root));
  }
}

TEST(TreeTest, BentConsistencyProofsAreRefused) {
  Shows({"inv-12"});
  const Grown& tree = TheTree();
  std::mt19937_64 random(9162);
  for (int round = 0; round < 400; ++round) {
    const uint64_t to = random() % (kLargest - 1) + 2;
    const uint64_t from = random() % (to - 1) + 1;
    const Digest& from_root = tree.roots[from];
    const Digest& to_root = tree.roots[to];
    ASSERT_OK_AND_ASSIGN(std::vector<Digest> proof, ConsistencyProof(from, to, tree.reader()));
    ASSERT_TRUE(VerifyConsistency(from, to, from_root, to_root, proof));
    EXPECT_FALSE(VerifyConsistency(to, from, to_root, from_root, proof));
    EXPECT_FALSE(VerifyConsistency(from, to, tree.roots[from - 1], to_root, proof));
    EXPECT_FALSE(VerifyConsistency(from, to, from_root, tree.roots[to - 1], proof));
    EXPECT_FALSE(VerifyConsistency(from, to, from_root, to_root, {}));
    EXPECT_FALSE(VerifyConsistency(0, to, from_root, to_root, {}));
    EXPECT_FALSE(VerifyConsistency(to, to, from_root, to_root, {}));
    std::vector<Digest> longer = proof;
    longer.push_back(to_root);
    EXPECT_FALSE(VerifyConsistency(from, to, from_root, to_root, longer));
    std::vector<Digest> shorter(proof.begin(), proof.end() - 1);
    EXPECT_FALSE(VerifyConsistency(from, to, from_root, to_root, shorter));
    proof[random() % proof.size()][random() % 32] ^= static_cast<uint8_t>(1 << random() % 8);
    EXPECT_FALSE(VerifyConsistency(from, to, from_root, to_root, proof));
  }
}

TEST(TreeTest, AHeadOfAForkedTrailIsInconsistentWithTheEarlierOne) {
  Shows({"inv-12"});
  const Grown& tree = TheTree();
  for (const size_t changed : {0u, 5u, 41u, 63u, 99u}) {
    // Signed at 100; then an entry before that is replaced, and the trail goes on to 150.
    TreeBuilder forked;
    Nodes nodes;
    for (size_t i = 0; i < 150; ++i) {
      forked.Append(i == changed ? LeafHash("another entry") : tree.leaves[i]);
    }
    nodes.Keep(forked.TakeNewNodes());
    ASSERT_OK_AND_ASSIGN(const std::vector<Digest> proof,
                         ConsistencyProof(100, 150, [&nodes](uint32_t level, uint64_t i) {
                           return nodes.Read(level, i);
                         }));
    EXPECT_FALSE(VerifyConsistency(100, 150, tree.roots[100], forked.Root(), proof)) << changed;
    ASSERT_OK_AND_ASSIGN(const std::vector<Digest> honest,
                         ConsistencyProof(100, 150, tree.reader()));
    EXPECT_FALSE(VerifyConsistency(100, 150, tree.roots[100], forked.Root(), honest)) << changed;
  }
}

TEST(TreeTest, ABuilderOpenedAtAnySizeGoesOnAsTheFirstDid) {
  Shows({"ctl-20"});
  const Grown& tree = TheTree();
  for (size_t size = 0; size < kLargest; ++size) {
    ASSERT_OK_AND_ASSIGN(TreeBuilder builder, TreeBuilder::Open(size, tree.reader()));
    EXPECT_EQ(builder.size(), size);
    ASSERT_EQ(builder.Root(), tree.roots[size]);
    EXPECT_THAT(builder.TakeNewNodes(), ::testing::IsEmpty());
    builder.Append(tree.leaves[size]);
    ASSERT_EQ(builder.Root(), tree.roots[size + 1]);
    for (const TreeNode& node : builder.TakeNewNodes()) {
      ASSERT_THAT(tree.nodes.Read(node.level, node.index), IsOkAndHolds(node.hash));
    }
  }
  EXPECT_LT(tree.nodes.size(), 2 * kLargest);
}

TEST(TreeTest, ADroppedCopyLeavesTheTreeAsItWas) {
  const Grown& tree = TheTree();
  ASSERT_OK_AND_ASSIGN(const TreeBuilder kept, TreeBuilder::Open(13, tree.reader()));
  TreeBuilder batch = kept;
  batch.Append(LeafHash("never committed"));
  EXPECT_NE(batch.Root(), kept.Root());
  EXPECT_EQ(kept.Root(), tree.roots[13]);
}

TEST(TreeTest, WhatCannotBeReadIsHandedThrough) {
  const auto nothing = [](uint32_t, uint64_t) -> absl::StatusOr<Digest> {
    return MakeError(absl::StatusCode::kDataLoss, "NODE_MISSING", "no such node");
  };
  EXPECT_THAT(TreeBuilder::Open(3, nothing), FailsWith("NODE_MISSING"));
  EXPECT_THAT(InclusionProof(0, 3, nothing), FailsWith("NODE_MISSING"));
  EXPECT_THAT(ConsistencyProof(1, 3, nothing), FailsWith("NODE_MISSING"));
}

TEST(TreeTest, QuestionsBeyondTheTreeAreRefused) {
  const Grown& tree = TheTree();
  EXPECT_THAT(InclusionProof(5, 5, tree.reader()), FailsWith("PROOF_OUT_OF_RANGE"));
  EXPECT_THAT(InclusionProof(0, 0, tree.reader()), FailsWith("PROOF_OUT_OF_RANGE"));
  EXPECT_THAT(ConsistencyProof(6, 5, tree.reader()), FailsWith("PROOF_OUT_OF_RANGE"));
  EXPECT_THAT(RightEdge::Of(3, {Digest{}}), FailsWith("TREE_EDGE_INVALID"));
}

}  // namespace
}  // namespace fosse::audit
