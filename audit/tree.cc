#include "audit/tree.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>

#include "base/status.h"

namespace fosse::audit {
namespace {

absl::Status OutOfRange() {
  return MakeError(absl::StatusCode::kOutOfRange, "PROOF_OUT_OF_RANGE",
                   "the tree does not have that many entries");
}

// Root of the leaves [begin, end). `begin` must be a multiple of the largest power of two that is
// at most end - begin, as it is for every range that the proofs split off.
absl::StatusOr<Digest> RangeRoot(uint64_t begin, uint64_t end, NodeReader read_node) {
  const uint64_t size = end - begin;
  std::optional<Digest> root;
  for (uint32_t level = std::countr_zero(size); level < 64 && (size >> level) != 0; ++level) {
    if ((size >> level & 1) == 0) continue;
    const uint64_t index = (begin >> level) + (size >> level) - 1;
    FOSSE_ASSIGN_OR_RETURN(const Digest left, read_node(level, index));
    root = root.has_value() ? NodeHash(left, *root) : left;
  }
  FOSSE_CHECK(root.has_value());
  return *root;
}

// Where RFC 6962 splits n > 1 leaves: the largest power of two below n.
uint64_t SplitOf(uint64_t n) { return std::bit_floor(n - 1); }

// Drops the levels at which a path does not turn: both trees' edges shift together.
void SkipTo(uint64_t& first, uint64_t& last) {
  while ((first & 1) == 0 && first != 0) {
    first >>= 1;
    last >>= 1;
  }
}

}  // namespace

Digest NodeHash(const Digest& left, const Digest& right) {
  std::array<uint8_t, 1 + 2 * std::tuple_size_v<Digest>> bytes;
  bytes[0] = 1;
  std::memcpy(&bytes[1], left.data(), left.size());
  std::memcpy(&bytes[1 + left.size()], right.data(), right.size());
  return Sha256(bytes);
}

Digest EmptyRoot() { return Sha256(""); }

absl::StatusOr<RightEdge> RightEdge::Of(uint64_t size, std::vector<Digest> hashes) {
  if (hashes.size() != std::popcount(size)) {
    return MakeError(absl::StatusCode::kInvalidArgument, "TREE_EDGE_INVALID",
                     "hashes of a tree's edge do not fit its size");
  }
  RightEdge edge;
  edge.size_ = size;
  edge.hashes_ = std::move(hashes);
  return edge;
}

void RightEdge::Append(const Digest& leaf_hash, std::vector<TreeNode>* made) {
  Digest hash = leaf_hash;
  uint32_t level = 0;
  if (made != nullptr) made->push_back({level, size_, hash});
  // Each bit set at the low end is a complete subtree whose right sibling has just become complete.
  for (; (size_ >> level & 1) != 0; ++level) {
    hash = NodeHash(hashes_.back(), hash);
    hashes_.pop_back();
    if (made != nullptr) made->push_back({level + 1, size_ >> (level + 1), hash});
  }
  hashes_.push_back(hash);
  ++size_;
}

Digest RightEdge::Root() const {
  if (hashes_.empty()) return EmptyRoot();
  Digest root = hashes_.back();
  for (size_t i = hashes_.size() - 1; i > 0; --i) root = NodeHash(hashes_[i - 1], root);
  return root;
}

absl::StatusOr<TreeBuilder> TreeBuilder::Open(uint64_t size, NodeReader read_node) {
  std::vector<Digest> hashes;
  for (int level = 63; level >= 0; --level) {
    if ((size >> level & 1) == 0) continue;
    FOSSE_ASSIGN_OR_RETURN(Digest hash, read_node(level, (size >> level) - 1));
    hashes.push_back(hash);
  }
  TreeBuilder builder;
  FOSSE_ASSIGN_OR_RETURN(builder.edge_, RightEdge::Of(size, std::move(hashes)));
  return builder;
}

absl::StatusOr<std::vector<Digest>> InclusionProof(uint64_t index, uint64_t size,
                                                   NodeReader read_node) {
  if (index >= size) return OutOfRange();
  // From the root down: the half that the leaf is not in is a hash of the path.
  std::vector<Digest> path;
  uint64_t begin = 0;
  uint64_t end = size;
  while (end - begin > 1) {
    const uint64_t middle = begin + SplitOf(end - begin);
    if (index < middle) {
      FOSSE_ASSIGN_OR_RETURN(const Digest right, RangeRoot(middle, end, read_node));
      path.push_back(right);
      end = middle;
    } else {
      FOSSE_ASSIGN_OR_RETURN(const Digest left, RangeRoot(begin, middle, read_node));
      path.push_back(left);
      begin = middle;
    }
  }
  std::reverse(path.begin(), path.end());
  return path;
}

absl::StatusOr<std::vector<Digest>> ConsistencyProof(uint64_t from, uint64_t to,
                                                     NodeReader read_node) {
  if (from > to) return OutOfRange();
  std::vector<Digest> proof;
  if (from == 0 || from == to) return proof;
  // From the root down, along the end of the earlier tree; a half that holds nothing of that end is
  // a hash of the proof. What is left is its last complete subtree, which the verifier knows when
  // it is the whole of the earlier tree.
  uint64_t begin = 0;
  uint64_t end = to;
  while (end != from) {
    const uint64_t middle = begin + SplitOf(end - begin);
    if (from <= middle) {
      FOSSE_ASSIGN_OR_RETURN(const Digest right, RangeRoot(middle, end, read_node));
      proof.push_back(right);
      end = middle;
    } else {
      FOSSE_ASSIGN_OR_RETURN(const Digest left, RangeRoot(begin, middle, read_node));
      proof.push_back(left);
      begin = middle;
    }
  }
  if (begin != 0) {
    FOSSE_ASSIGN_OR_RETURN(const Digest last, RangeRoot(begin, end, read_node));
    proof.push_back(last);
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

bool VerifyInclusion(const Digest& leaf_hash, uint64_t index, uint64_t size,
                     absl::Span<const Digest> proof, const Digest& root) {
  if (index >= size) return false;
  uint64_t node = index;
  uint64_t last = size - 1;
  Digest hash = leaf_hash;
  for (const Digest& sibling : proof) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      hash = NodeHash(sibling, hash);
      SkipTo(node, last);
    } else {
      hash = NodeHash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

bool VerifyConsistency(uint64_t from, uint64_t to, const Digest& from_root, const Digest& to_root,
                       absl::Span<const Digest> proof) {
  if (from > to) return false;
  if (from == to) return proof.empty() && from_root == to_root;
  if (from == 0) return proof.empty() && from_root == EmptyRoot();
  // A whole power of two is a node of the later tree, which the proof leaves out.
  Digest first = from_root;
  if (!std::has_single_bit(from)) {
    if (proof.empty()) return false;
    first = proof[0];
    proof.remove_prefix(1);
  }
  uint64_t node = from - 1;
  uint64_t last = to - 1;
  while ((node & 1) != 0) {
    node >>= 1;
    last >>= 1;
  }
  Digest from_hash = first;
  Digest to_hash = first;
  for (const Digest& sibling : proof) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      from_hash = NodeHash(sibling, from_hash);
      to_hash = NodeHash(sibling, to_hash);
      SkipTo(node, last);
    } else {
      to_hash = NodeHash(to_hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && from_hash == from_root && to_hash == to_root;
}

}  // namespace fosse::audit
