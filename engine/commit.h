#ifndef FOSSE_ENGINE_COMMIT_H_
#define FOSSE_ENGINE_COMMIT_H_

#include <atomic>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/keys.h"
#include "audit/tree.h"
#include "base/random.h"
#include "engine/working_set.h"
#include "store/store.h"

namespace fosse::engine {

// Seals a working set, extends the tree, reads back what was stored, signs the new head and
// commits: the last stops of a message. Not thread-safe but for signing(): the committer's.
class Sealer {
 public:
  // References outlive the Sealer.
  Sealer(const audit::KeyRing& keys, Random& random) : keys_(keys), random_(random) {}

  // One transaction: decisions, record changes, deliveries, sealed entries, signed head. Errors are
  // those of Session::Stage() and Commit(), and DATA_LOSS, reason TRAIL_DAMAGED, naming the entry,
  // where the store gives back other bytes than it was given (CTL-21): from then on nothing is
  // signed.
  absl::Status SealAndCommit(WorkingSet& work, store::Session& session, const store::Head& head);

  // False once the trail was found damaged.
  bool signing() const { return signing_.load(std::memory_order_acquire); }

 private:
  absl::StatusOr<audit::TreeBuilder> TreeOf(store::Session& session, const store::Head& head);
  void SealDraft(Draft& draft, audit::TreeBuilder& tree, store::Batch& batch,
                 std::vector<Digest>& hashes);
  void SealDeliveries(const Draft& draft, store::Entry& entry, store::Batch& batch);
  void EnsureKey(Slot& slot);
  void SealRecords(WorkingSet& work, store::Batch& batch);
  absl::Status CheckReadBack(store::Session& session, const store::Head& head,
                             const std::vector<Digest>& hashes);
  absl::Status Damaged(uint64_t index);

  const audit::KeyRing& keys_;
  Random& random_;
  std::atomic<bool> signing_ = true;
  std::optional<audit::TreeBuilder> tree_;  // Of the last head committed here.
};

// Whether the store's head is the one that its checkpoint signs and its nodes add up to, and
// continues `witnessed_head` (a signed note; empty: none). DATA_LOSS, reason TRAIL_DAMAGED or
// TRAIL_ROLLED_BACK, with the sizes.
absl::Status CheckHead(store::Reader& store, const audit::KeyRing& keys,
                       absl::string_view witnessed_head);

// A node that the tree needs. DATA_LOSS, reason TRAIL_DAMAGED, where the store lacks it.
absl::StatusOr<Digest> ReadTreeNode(store::Reader& reader, uint32_t level, uint64_t index);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_COMMIT_H_
