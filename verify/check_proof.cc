#include "verify/check_proof.h"

#include "audit/leaf.h"
#include "audit/proof.h"
#include "audit/tree.h"
#include "base/status.h"

namespace fosse::verify {

absl::StatusOr<ProvenEntry> CheckProof(absl::string_view proof_text, absl::string_view leaf_bytes,
                                       absl::string_view verifier_key) {
  FOSSE_ASSIGN_OR_RETURN(const audit::Proof proof, audit::ParseProof(proof_text));
  ProvenEntry proven;
  FOSSE_ASSIGN_OR_RETURN(proven.checkpoint, audit::OpenCheckpoint(proof.checkpoint, verifier_key));
  FOSSE_ASSIGN_OR_RETURN(proven.leaf, audit::DecodeLeaf(leaf_bytes));
  if (proven.leaf.index() != proof.index) {
    return MakeError(absl::StatusCode::kDataLoss, "INDEX_DIFFERS",
                     "the entry has another position than the proof", {{"entry", proof.index}});
  }
  if (!audit::VerifyInclusion(audit::LeafHash(leaf_bytes), proof.index, proven.checkpoint.size,
                              proof.hashes, proven.checkpoint.root)) {
    return MakeError(absl::StatusCode::kDataLoss, "NOT_INCLUDED",
                     "the proof does not lead from this entry to the signed root",
                     {{"entry", proof.index}});
  }
  return proven;
}

}  // namespace fosse::verify
