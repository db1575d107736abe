#ifndef FOSSE_TESTS_REFERENCE_MERKLE_H_
#define FOSSE_TESTS_REFERENCE_MERKLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "base/crypto.h"

// RFC 6962 section 2.1 written down as it stands: recursive, slow, over all leaf hashes. What our
// tree is compared with; it shares nothing with it but SHA-256.
namespace fosse::reference {

using Hashes = absl::Span<const Digest>;

inline Digest Node(const Digest& left, const Digest& right) {
  std::string bytes(1, '\1');
  bytes.append(left.begin(), left.end());
  bytes.append(right.begin(), right.end());
  return Sha256(bytes);
}

// Largest power of two smaller than n.
inline size_t Split(size_t n) {
  size_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

// MTH(D[n]).
inline Digest Root(Hashes leaves) {
  if (leaves.empty()) return Sha256("");
  if (leaves.size() == 1) return leaves[0];
  const size_t k = Split(leaves.size());
  return Node(Root(leaves.subspan(0, k)), Root(leaves.subspan(k)));
}

// PATH(m, D[n]).
inline std::vector<Digest> Path(size_t m, Hashes leaves) {
  if (leaves.size() == 1) return {};
  const size_t k = Split(leaves.size());
  std::vector<Digest> path = m < k ? Path(m, leaves.subspan(0, k)) : Path(m - k, leaves.subspan(k));
  path.push_back(m < k ? Root(leaves.subspan(k)) : Root(leaves.subspan(0, k)));
  return path;
}

// SUBPROOF(m, D[n], b).
inline std::vector<Digest> SubProof(size_t m, Hashes leaves, bool whole) {
  if (m == leaves.size()) {
    if (whole) return {};
    return {Root(leaves)};
  }
  const size_t k = Split(leaves.size());
  std::vector<Digest> proof =
      m <= k ? SubProof(m, leaves.subspan(0, k), whole) : SubProof(m - k, leaves.subspan(k), false);
  proof.push_back(m <= k ? Root(leaves.subspan(k)) : Root(leaves.subspan(0, k)));
  return proof;
}

// PROOF(m, D[n]) for 0 < m <= n.
inline std::vector<Digest> Consistency(size_t m, Hashes leaves) {
  return SubProof(m, leaves, true);
}

}  // namespace fosse::reference

#endif  // FOSSE_TESTS_REFERENCE_MERKLE_H_
