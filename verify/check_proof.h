#ifndef FOSSE_VERIFY_CHECK_PROOF_H_
#define FOSSE_VERIFY_CHECK_PROOF_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "fosse/v1/trail.pb.h"

namespace fosse::verify {

// An entry, and the signed head of the trail that it is in.
struct ProvenEntry {
  v1::LeafView leaf;
  audit::Checkpoint checkpoint;
};

// Whether the tlog-proof in `proof_text` shows that `leaf_bytes` is an entry of the trail whose key
// is `verifier_key` (AUD-06). INVALID_ARGUMENT and UNAUTHENTICATED: see audit/proof.h,
// audit/checkpoint.h, audit/leaf.h. DATA_LOSS: INDEX_DIFFERS, the leaf says another position;
// NOT_INCLUDED, the proof does not lead from this leaf to the signed root.
absl::StatusOr<ProvenEntry> CheckProof(absl::string_view proof_text, absl::string_view leaf_bytes,
                                       absl::string_view verifier_key);

}  // namespace fosse::verify

#endif  // FOSSE_VERIFY_CHECK_PROOF_H_
