#ifndef FOSSE_TESTS_VERIFY_MADE_TRAIL_H_
#define FOSSE_TESTS_VERIFY_MADE_TRAIL_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/export.h"
#include "audit/keys.h"
#include "audit/leaf.h"
#include "audit/proof.h"
#include "audit/tree.h"
#include "base/status.h"

namespace fosse {

// A trail as a gateway would have made it, for verifiers to check and for tests to bend.
class MadeTrail {
 public:
  static constexpr char kOrigin[] = "fosse.example/QK1";

  // `size` entries, each third caused by the one before it.
  explicit MadeTrail(size_t size) {
    for (size_t i = 0; i < size; ++i) leaves_.push_back(audit::EncodeLeaf(View(i)));
  }

  // Entry `index`, as every such trail has it.
  static v1::LeafView View(uint64_t index) {
    v1::LeafView leaf;
    leaf.set_index(index);
    leaf.mutable_committed_at()->set_seconds(1664787600 + static_cast<int64_t>(index / 4));
    leaf.set_locality("QK1");
    leaf.set_sender("RT5");
    leaf.set_kind("delegation_proposal");
    leaf.set_subject_kind(v1::SUBJECT_KIND_PERSON);
    leaf.set_question(v1::QUESTION_PROPOSE);
    leaf.set_outcome(v1::OUTCOME_PERMIT);
    if (index % 3 == 2) {
      leaf.set_kind("consequence");
      leaf.set_cause(index);
    }
    leaf.set_rulebook_digest(std::string(32, 'r'));
    leaf.set_detail_digest(std::string(32, static_cast<char>('a' + index % 26)));
    return leaf;
  }

  std::vector<std::string>& leaves() { return leaves_; }
  const std::string& leaf(size_t index) const { return leaves_[index]; }
  size_t size() const { return leaves_.size(); }
  const SigningKey& key() const { return keys_.signing_key(); }
  std::string verifier_key() const { return audit::VerifierKey(kOrigin, key().public_key()); }

  audit::RightEdge Edge(size_t size) const {
    audit::RightEdge edge;
    for (size_t i = 0; i < size; ++i) edge.Append(audit::LeafHash(leaves_[i]));
    return edge;
  }
  std::string Checkpoint(size_t size) const {
    return audit::SignCheckpoint({kOrigin, size, Edge(size).Root()}, key());
  }

  // The export from entry `from` on, with the checkpoint of its own leaves or another.
  std::string Export(uint64_t from = 0) const { return Export(from, Checkpoint(size())); }
  std::string Export(uint64_t from, const std::string& checkpoint) const {
    std::string text;
    absl::StatusOr<audit::ExportWriter> writer = audit::ExportWriter::Begin(
        {.origin = kOrigin,
         .locality = "QK1",
         .from = from,
         .count = size() - from,
         .before = Edge(from).hashes(),
         .verifier_key = verifier_key()},
        [&text](absl::string_view line) { text.append(line.data(), line.size()); });
    FOSSE_CHECK(writer.ok());
    for (size_t i = from; i < size(); ++i) FOSSE_CHECK(writer->Add(leaves_[i]).ok());
    FOSSE_CHECK(writer->Finish(checkpoint).ok());
    return text;
  }

  // The proof that entry `index` is in the trail of `size` entries.
  std::string Proof(uint64_t index, uint64_t size) const {
    audit::RightEdge edge;
    std::map<std::pair<uint32_t, uint64_t>, Digest> nodes;
    for (size_t i = 0; i < size; ++i) {
      std::vector<audit::TreeNode> made;
      edge.Append(audit::LeafHash(leaves_[i]), &made);
      for (const audit::TreeNode& node : made) nodes[{node.level, node.index}] = node.hash;
    }
    const auto read = [&nodes](uint32_t level, uint64_t i) -> absl::StatusOr<Digest> {
      return nodes.at({level, i});
    };
    const absl::StatusOr<std::vector<Digest>> path = audit::InclusionProof(index, size, read);
    FOSSE_CHECK(path.ok());
    return audit::FormatProof(index, *path, Checkpoint(size));
  }

 private:
  audit::KeyRing keys_ = audit::KeyRing::ForTests(kOrigin);
  std::vector<std::string> leaves_;
};

}  // namespace fosse

#endif  // FOSSE_TESTS_VERIFY_MADE_TRAIL_H_
