#ifndef FOSSE_AUDIT_TREE_H_
#define FOSSE_AUDIT_TREE_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/crypto.h"

namespace fosse::audit {

// The Merkle tree of RFC 6962 over SHA-256 (CTL-20). A node (level, index) is the root of the
// complete subtree over the leaves [index << level, (index + 1) << level); level 0 are the leaf
// hashes. Only complete subtrees are stored, and they never change.

struct TreeNode {
  uint32_t level = 0;
  uint64_t index = 0;
  Digest hash{};
  friend bool operator==(const TreeNode&, const TreeNode&) = default;
};

// Reads a stored node. Called only for complete subtrees of the tree in question; its error is
// handed through.
using NodeReader = absl::FunctionRef<absl::StatusOr<Digest>(uint32_t level, uint64_t index)>;

// SHA-256(0x01, left, right).
Digest NodeHash(const Digest& left, const Digest& right);

// SHA-256 of nothing.
Digest EmptyRoot();

// The right edge of a tree: the complete subtrees that the bits of its size stand for, largest
// first. Enough to append and to know the root. Not thread-safe.
class RightEdge {
 public:
  RightEdge() = default;
  // `hashes` are as many as `size` has bits set, else INVALID_ARGUMENT, reason TREE_EDGE_INVALID.
  static absl::StatusOr<RightEdge> Of(uint64_t size, std::vector<Digest> hashes);

  // Adds a leaf; appends each complete subtree this makes (the leaf first) to `made` if given.
  void Append(const Digest& leaf_hash, std::vector<TreeNode>* made = nullptr);

  Digest Root() const;
  uint64_t size() const { return size_; }
  const std::vector<Digest>& hashes() const { return hashes_; }

 private:
  uint64_t size_ = 0;
  std::vector<Digest> hashes_;  // INVARIANT: one for each bit set in size_, high bits first.
};

// A tree that grows, and the nodes that its store lacks. Not thread-safe; copies are cheap, so a
// batch may work on a copy and drop it.
class TreeBuilder {
 public:
  // The empty tree.
  TreeBuilder() = default;
  // The tree of `size` leaves whose nodes `read_node` gives.
  static absl::StatusOr<TreeBuilder> Open(uint64_t size, NodeReader read_node);

  void Append(const Digest& leaf_hash) { edge_.Append(leaf_hash, &made_); }

  // The complete subtrees made since the last call, each before those above it.
  std::vector<TreeNode> TakeNewNodes() { return std::exchange(made_, {}); }

  Digest Root() const { return edge_.Root(); }
  uint64_t size() const { return edge_.size(); }
  const RightEdge& edge() const { return edge_; }

 private:
  RightEdge edge_;
  std::vector<TreeNode> made_;
};

// The audit path of leaf `index` in the tree of `size` leaves, leaf's sibling first (RFC 6962
// section 2.1.1). OUT_OF_RANGE, reason PROOF_OUT_OF_RANGE, where the tree has no such leaf.
absl::StatusOr<std::vector<Digest>> InclusionProof(uint64_t index, uint64_t size,
                                                   NodeReader read_node);

// That the tree of `to` leaves begins with the tree of `from` leaves (section 2.1.2). Empty where
// `from` is 0 or equals `to`. OUT_OF_RANGE, reason PROOF_OUT_OF_RANGE, where `from` exceeds `to`.
absl::StatusOr<std::vector<Digest>> ConsistencyProof(uint64_t from, uint64_t to,
                                                     NodeReader read_node);

// Whether `proof` shows the leaf at `index` of the tree with that size and root.
bool VerifyInclusion(const Digest& leaf_hash, uint64_t index, uint64_t size,
                     absl::Span<const Digest> proof, const Digest& root);

// Whether `proof` shows that one tree begins with the other (RFC 9162 section 2.1.4.2). Every tree
// begins with the empty one.
bool VerifyConsistency(uint64_t from, uint64_t to, const Digest& from_root, const Digest& to_root,
                       absl::Span<const Digest> proof);

}  // namespace fosse::audit

#endif  // FOSSE_AUDIT_TREE_H_
