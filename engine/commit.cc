#include "engine/commit.h"

#include <utility>

#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/seal.h"
#include "base/fault_point.h"
#include "base/log.h"
#include "base/status.h"
#include "engine/sealing.h"
#include "engine/timestamps.h"

namespace fosse::engine {
namespace {

// Room for the deliveries of one entry in the order of the whole locality.
constexpr uint64_t kDeliveriesPerEntry = 4096;

std::string Bytes(const Digest& digest) { return std::string(digest.begin(), digest.end()); }

absl::Status TrailDamaged(uint64_t index) {
  return MakeError(absl::StatusCode::kDataLoss, "TRAIL_DAMAGED",
                   "the stored trail is not what was signed", {{"index", index}});
}

absl::StatusOr<audit::TreeBuilder> OpenTree(store::Reader& reader, uint64_t size) {
  return audit::TreeBuilder::Open(size, [&reader](uint32_t level, uint64_t index) {
    return ReadTreeNode(reader, level, index);
  });
}

}  // namespace

absl::StatusOr<Digest> ReadTreeNode(store::Reader& reader, uint32_t level, uint64_t index) {
  FOSSE_ASSIGN_OR_RETURN(const std::optional<Digest> node, reader.ReadNode(level, index));
  if (!node.has_value()) return TrailDamaged(index << level);
  return *node;
}

absl::Status Sealer::SealAndCommit(WorkingSet& work, store::Session& session,
                                   const store::Head& head) {
  if (!signing()) return TrailDamaged(head.size);
  FOSSE_ASSIGN_OR_RETURN(audit::TreeBuilder tree, TreeOf(session, head));
  store::Batch batch;
  std::vector<Digest> hashes;
  for (Draft& draft : work.drafts()) SealDraft(draft, tree, batch, hashes);
  for (const audit::TreeNode& node : tree.TakeNewNodes()) {
    batch.nodes.push_back({node.level, node.index, node.hash});
  }
  SealRecords(work, batch);
  for (const auto& [id, timer] : work.set_timers()) batch.timers.push_back(timer);
  batch.cancelled_timers.assign(work.cancelled_timers().begin(), work.cancelled_timers().end());
  for (const auto& [id, change] : work.delivery_changes()) batch.delivery_changes.push_back(change);
  batch.documents = work.documents();
  for (const auto& [id, standing] : work.standings()) batch.standings.push_back(standing);

  FOSSE_RETURN_IF_ERROR(session.Stage(batch));
  FOSSE_RETURN_IF_ERROR(CheckReadBack(session, head, hashes));
  store::Head next;
  next.size = tree.size();
  next.root = tree.Root();
  next.last_entry_time = work.last_entry_time();
  next.checkpoint =
      audit::SignCheckpoint({keys_.origin(), next.size, next.root}, keys_.signing_key());
  FaultPoint("before_commit");
  const absl::Status committed = session.Commit(next);
  if (committed.ok()) {
    tree_ = std::move(tree);
  } else {
    tree_.reset();
  }
  return committed;
}

absl::StatusOr<audit::TreeBuilder> Sealer::TreeOf(store::Session& session,
                                                  const store::Head& head) {
  if (tree_.has_value() && tree_->size() == head.size && tree_->Root() == head.root) return *tree_;
  FOSSE_ASSIGN_OR_RETURN(audit::TreeBuilder tree, OpenTree(session, head.size));
  if (head.size > 0 && tree.Root() != head.root) return Damaged(head.size - 1);
  return tree;
}

void Sealer::EnsureKey(Slot& slot) {
  if (!slot.data_key.empty()) return;
  audit::KeyRing::DataKey key = keys_.NewDataKey(slot.key.key, random_);
  slot.data_key = std::move(key.key);
  slot.wrapped = std::move(key.wrapped);
}

void Sealer::SealDraft(Draft& draft, audit::TreeBuilder& tree, store::Batch& batch,
                       std::vector<Digest>& hashes) {
  Slot& slot = *draft.about;
  EnsureKey(slot);
  const std::string salts = random_.Bytes(2 * audit::kSaltSize);
  draft.detail.set_message_salt(salts.substr(0, audit::kSaltSize));
  draft.detail.set_subject_salt(salts.substr(audit::kSaltSize));
  store::Entry& entry = batch.entries.emplace_back();
  entry.detail = SealMessage(slot.key, slot.data_key, audit::kSealDetail, draft.detail, random_);
  if (draft.message_digest != Digest{}) {
    draft.leaf.set_message_commitment(
        Bytes(audit::Commitment(draft.detail.message_salt(), draft.message_digest)));
  }
  draft.leaf.set_subject_commitment(
      Bytes(audit::Commitment(draft.detail.subject_salt(), slot.key.key)));
  draft.leaf.set_detail_digest(Bytes(Sha256(entry.detail)));
  entry.leaf = audit::EncodeLeaf(draft.leaf);
  hashes.push_back(audit::LeafHash(entry.leaf));
  tree.Append(hashes.back());

  entry.index = draft.leaf.index();
  entry.subject = slot.key;
  entry.committed_at = ToTime(draft.leaf.committed_at());
  entry.outcome = static_cast<uint8_t>(draft.leaf.outcome());
  entry.cause = draft.leaf.cause();
  entry.terms = std::move(draft.terms);
  SealDeliveries(draft, entry, batch);
  if (draft.receipt_key.has_value()) {
    store::Receipt& receipt = batch.receipts.emplace_back();
    receipt.message_key = *draft.receipt_key;
    receipt.sameness = draft.message_digest;
    receipt.first_seen = entry.committed_at;
    receipt.entry_index = entry.index;
    receipt.subject = slot.key;
    receipt.sealed =
        SealMessage(slot.key, slot.data_key, audit::kSealReceipt, draft.detail.receipt(), random_);
  }
}

void Sealer::SealDeliveries(const Draft& draft, store::Entry& entry, store::Batch& batch) {
  const Slot& slot = *draft.about;
  uint64_t number = 0;
  for (const v1::Delivery& delivery : draft.deliveries) {
    store::Delivery& kept = batch.deliveries.emplace_back();
    kept.delivery_id = delivery.delivery_id();
    kept.recipient = delivery.recipient();
    kept.sequence = entry.index * kDeliveriesPerEntry + number++;
    kept.subject = slot.key;
    kept.urgency = static_cast<uint8_t>(delivery.urgency());
    kept.kind = static_cast<uint8_t>(delivery.kind());
    kept.state_since = entry.committed_at;
    kept.entry_index = entry.index;
    if (delivery.has_act_by()) kept.act_by = ToTime(delivery.act_by());
    kept.sealed = SealMessage(slot.key, slot.data_key, audit::kSealDelivery, delivery, random_);
    entry.delivery_ids.push_back(delivery.delivery_id());
  }
}

void Sealer::SealRecords(WorkingSet& work, store::Batch& batch) {
  for (const auto& [key, slot] : work.records().slots()) {
    if (!slot->wrapped.empty()) batch.keys.push_back({key, slot->wrapped});
    if (!slot->changed) continue;
    batch.records.push_back(
        {key, slot->version(),
         SealMessage(key, slot->data_key, audit::kSealRecord, slot->record(), random_)});
  }
  for (const auto& [alias, record] : work.records().adopted_aliases()) {
    batch.aliases.push_back({alias, record});
  }
}

absl::Status Sealer::CheckReadBack(store::Session& session, const store::Head& head,
                                   const std::vector<Digest>& hashes) {
  FOSSE_ASSIGN_OR_RETURN(const std::vector<std::string> leaves, session.ReadBackLeaves(head.size));
  for (size_t i = 0; i < hashes.size(); ++i) {
    if (i >= leaves.size() || audit::LeafHash(leaves[i]) != hashes[i]) {
      return Damaged(head.size + i);
    }
  }
  if (leaves.size() != hashes.size()) return Damaged(head.size + hashes.size());
  return absl::OkStatus();
}

absl::Status Sealer::Damaged(uint64_t index) {
  signing_.store(false, std::memory_order_release);
  Log(Severity::kError, "trail-damaged", {{"index", index}});
  return TrailDamaged(index);
}

absl::Status CheckHead(store::Reader& store, const audit::KeyRing& keys,
                       absl::string_view witnessed_head) {
  const std::string vkey = audit::VerifierKey(keys.origin(), keys.signing_key().public_key());
  FOSSE_ASSIGN_OR_RETURN(const store::Head head, store.GetHead());
  if (head.size > 0) {
    const absl::StatusOr<audit::Checkpoint> signed_head =
        audit::OpenCheckpoint(head.checkpoint, vkey);
    if (!signed_head.ok() || signed_head->size != head.size || signed_head->root != head.root) {
      return TrailDamaged(head.size - 1);
    }
    FOSSE_ASSIGN_OR_RETURN(const audit::TreeBuilder tree, OpenTree(store, head.size));
    if (tree.Root() != head.root) return TrailDamaged(head.size - 1);
  }
  if (witnessed_head.empty()) return absl::OkStatus();
  const absl::StatusOr<audit::Checkpoint> witnessed = audit::OpenCheckpoint(witnessed_head, vkey);
  if (!witnessed.ok()) {
    return MakeError(absl::StatusCode::kDataLoss, "TRAIL_DAMAGED",
                     "the head that was kept outside is not one of this trail");
  }
  if (witnessed->size > head.size) {
    return MakeError(absl::StatusCode::kDataLoss, "TRAIL_ROLLED_BACK",
                     "the store is older than the last head that was seen outside it",
                     {{"witnessedSize", witnessed->size}, {"foundSize", head.size}});
  }
  FOSSE_ASSIGN_OR_RETURN(const audit::TreeBuilder then, OpenTree(store, witnessed->size));
  if (then.Root() != witnessed->root) return TrailDamaged(witnessed->size - 1);
  return absl::OkStatus();
}

}  // namespace fosse::engine
