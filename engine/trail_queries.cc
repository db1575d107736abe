#include "engine/trail_queries.h"

#include <algorithm>
#include <set>
#include <utility>

#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/proof.h"
#include "audit/seal.h"
#include "audit/tree.h"
#include "base/status.h"
#include "care/audience.h"
#include "care/reading.h"
#include "engine/commit.h"
#include "engine/index_terms.h"
#include "engine/page.h"
#include "engine/sealing.h"
#include "engine/timestamps.h"

namespace fosse::engine {
namespace {

// Entries looked at for one page: entries outside the reader's remit are passed over.
constexpr size_t kMaxLookedAt = 2000;
constexpr size_t kMaxLeaves = 10000;

absl::string_view WordOf(store::DeliveryState state) {
  switch (state) {
    case store::DeliveryState::kQueued:
      return "queued";
    case store::DeliveryState::kKept:
      return "kept";
    case store::DeliveryState::kDelivered:
      return "delivered";
    case store::DeliveryState::kRefused:
      return "refused";
    case store::DeliveryState::kParked:
      return "parked";
    case store::DeliveryState::kDead:
      return "dead";
  }
  return "";
}

absl::Status EntryNotFound() {
  return MakeError(absl::StatusCode::kNotFound, "ENTRY_NOT_FOUND",
                   "no such entry, or none that the caller may see");
}

// An entry with what decides who may see it.
struct Opened {
  store::Entry entry;
  v1::LeafView leaf;
  std::vector<store::Delivery> deliveries;

  bool SentBy(absl::string_view organisation) const { return leaf.sender() == organisation; }
  bool WentTo(absl::string_view organisation) const {
    return std::any_of(deliveries.begin(), deliveries.end(), [&](const store::Delivery& delivery) {
      return delivery.recipient == organisation;
    });
  }
  bool Concerns(const ReadAs& reader) const {
    const std::string& id = reader.participant.id();
    if (SentBy(id) || WentTo(id)) return true;
    if (!reader.auditor) return false;
    return reader.participant.audits().empty() || reader.Audits(leaf.sender()) ||
           std::any_of(deliveries.begin(), deliveries.end(), [&](const store::Delivery& delivery) {
             return reader.Audits(delivery.recipient);
           });
  }
};

absl::StatusOr<std::optional<Opened>> ReadOpened(const ReadDeps& deps, uint64_t index) {
  Opened opened;
  FOSSE_ASSIGN_OR_RETURN(std::optional<store::Entry> entry, deps.store.ReadEntry(index));
  if (!entry.has_value()) return std::optional<Opened>();
  opened.entry = *std::move(entry);
  FOSSE_ASSIGN_OR_RETURN(opened.leaf, audit::DecodeLeaf(opened.entry.leaf));
  for (const std::string& id : opened.entry.delivery_ids) {
    FOSSE_ASSIGN_OR_RETURN(std::optional<store::Delivery> delivery, deps.store.ReadDelivery(id));
    if (delivery.has_value()) opened.deliveries.push_back(*std::move(delivery));
  }
  return std::optional<Opened>(std::move(opened));
}

// The part of a detail that a participant has a right to: what it sent, or what came to it.
void CutDetail(const Opened& opened, const ReadAs& reader, v1::EntryDetail& detail) {
  const bool sent = opened.SentBy(reader.participant.id());
  detail.clear_changes();
  detail.clear_record_digest();
  detail.clear_message_salt();
  detail.clear_subject_salt();
  if (!sent) {
    detail.clear_receipt();
    detail.clear_decisions();
  }
  if (detail.has_envelope()) {
    if (sent) {
      care::CutToAudience({.participant = &reader.participant, .is_sender = true},
                          *detail.mutable_envelope());
      return;
    }
    // No more than its delivery held.
    std::vector<std::string> removed;
    *detail.mutable_envelope() = care::MessageFor({.participant = &reader.participant},
                                                  v1::Envelope(detail.envelope()), removed);
  }
}

absl::StatusOr<v1::EntryView> ViewOf(const ReadDeps& deps, const Opened& opened,
                                     const ReadAs& reader) {
  const std::string& id = reader.participant.id();
  v1::EntryView view;
  *view.mutable_leaf() = opened.leaf;
  view.set_leaf_bytes(opened.entry.leaf);
  const bool whole = reader.auditor && opened.Concerns(reader);
  const bool concerned = whole || opened.SentBy(id) || opened.WentTo(id);
  for (const store::Delivery& delivery : opened.deliveries) {
    if (!whole && !opened.SentBy(id) && delivery.recipient != id) continue;
    v1::DeliveryTrace& trace = *view.add_deliveries();
    trace.mutable_note()->set_recipient(delivery.recipient);
    trace.mutable_note()->set_kind(static_cast<v1::DeliveryKind>(delivery.kind));
    trace.mutable_note()->set_delivery_id(delivery.delivery_id);
    trace.set_state(std::string(WordOf(delivery.state)));
    *trace.mutable_at() = ToTimestamp(delivery.state_since);
  }
  if (opened.entry.detail.empty()) {
    view.set_detail_state(v1::DETAIL_STATE_REDACTED);
  } else if (!concerned) {
    view.set_detail_state(v1::DETAIL_STATE_WITHHELD);
  } else {
    FOSSE_RETURN_IF_ERROR(ReadAndOpen(deps.store, deps.keys, opened.entry.subject,
                                      audit::kSealDetail, opened.entry.detail,
                                      *view.mutable_detail()));
    if (!whole) CutDetail(opened, reader, *view.mutable_detail());
    view.set_detail_state(v1::DETAIL_STATE_PRESENT);
  }
  return view;
}

// That somebody raised a concern, or that a safeguarding team acts, is told to nobody else: it may
// be about whoever searches (HAZ-43).
bool IsQuiet(const ReadDeps& deps, const v1::LeafView& leaf) {
  if (leaf.kind() == "concern_raised") return true;
  const InForce in_force = deps.documents.Get();
  const v1::Participant* const sender =
      in_force.directory == nullptr ? nullptr : in_force.directory->Find(leaf.sender());
  return sender != nullptr && sender->kind() == v1::ORGANISATION_KIND_SAFEGUARDING;
}

// What a search looks for. Of a person whose records were joined, the entries of each.
struct Asked {
  store::Search search;
  std::vector<Digest> any_of;  // Empty: the search's own term alone.
};

absl::StatusOr<std::vector<uint64_t>> FindAny(store::Reader& reader, const Asked& asked) {
  if (asked.any_of.empty()) return reader.FindEntries(asked.search);
  std::set<uint64_t> found;
  store::Search search = asked.search;
  for (const Digest& term : asked.any_of) {
    search.term = term;
    FOSSE_ASSIGN_OR_RETURN(const std::vector<uint64_t> of_term, reader.FindEntries(search));
    found.insert(of_term.begin(), of_term.end());
  }
  std::vector<uint64_t> first(found.begin(), found.end());
  if (first.size() > search.limit) first.resize(search.limit);
  return first;
}

// What a search looks for, from what was asked and who asks.
absl::StatusOr<Asked> TermsOf(const ReadDeps& deps, const v1::SearchRequest& request,
                              const ReadAs& reader, ReadNote& note) {
  Asked asked;
  store::Search& search = asked.search;
  std::vector<std::string> shape;
  if (request.has_person()) {
    shape.push_back("person");
    Records records(deps.store, deps.keys, deps.decoy);
    FOSSE_ASSIGN_OR_RETURN(Slot* const slot,
                           FindVisible(deps, records, reader, request.person(), note));
    for (const store::RecordKey& key : RecordsOf(*slot)) {
      asked.any_of.push_back(RecordTerm(deps.keys, key));
    }
  } else if (!reader.auditor) {
    search.term = OrganisationTerm(deps.keys, reader.participant.id());
  }
  if (request.has_from()) {
    shape.push_back("from");
    search.from = ToTime(request.from());
  }
  if (request.has_until()) {
    shape.push_back("until");
    search.until = ToTime(request.until());
  }
  if (request.outcome() != v1::OUTCOME_UNSPECIFIED) shape.push_back("outcome");
  search.outcome = static_cast<uint8_t>(request.outcome());
  FOSSE_ASSIGN_OR_RETURN(const int64_t after, PageTokenOf(request.page_token()));
  search.after_index = static_cast<uint64_t>(after);
  for (const std::string& term : shape) {
    note.query_shape += (note.query_shape.empty() ? "" : ",") + term;
  }
  return asked;
}

}  // namespace

absl::StatusOr<v1::GetTraceResponse> ReadTrace(const ReadDeps& deps,
                                               const v1::GetTraceRequest& request, ReadNote& note) {
  FOSSE_ASSIGN_OR_RETURN(const ReadAs reader, WhoReads(deps, note.caller, request.reader()));
  note.reader = reader.participant.id();
  note.query_shape = request.has_message() ? "message" : "index";
  uint64_t index = request.index();
  if (request.has_message()) {
    FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Receipt> receipt,
                           deps.store.FindReceipt(MessageTerm(deps.keys, request.message().sender(),
                                                              request.message().message_id())));
    if (!receipt.has_value()) return EntryNotFound();
    index = receipt->entry_index;
  }
  FOSSE_ASSIGN_OR_RETURN(const store::Head head, deps.store.GetHead());
  if (index >= head.size) return EntryNotFound();
  FOSSE_ASSIGN_OR_RETURN(const std::optional<Opened> opened, ReadOpened(deps, index));
  if (!opened.has_value() || !opened->Concerns(reader)) return EntryNotFound();
  v1::GetTraceResponse response;
  FOSSE_ASSIGN_OR_RETURN(*response.add_entries(), ViewOf(deps, *opened, reader));
  FOSSE_ASSIGN_OR_RETURN(const std::vector<uint64_t> consequences,
                         deps.store.ConsequencesOf(index));
  for (const uint64_t consequence : consequences) {
    FOSSE_ASSIGN_OR_RETURN(const std::optional<Opened> other, ReadOpened(deps, consequence));
    // A consequence bears the sender of its cause, and is about somebody else's record.
    if (!other.has_value() || (!reader.auditor && !other->WentTo(reader.participant.id()))) {
      continue;
    }
    FOSSE_ASSIGN_OR_RETURN(*response.add_entries(), ViewOf(deps, *other, reader));
  }
  note.rows = response.entries_size();
  return response;
}

absl::StatusOr<v1::SearchResponse> SearchTrail(const ReadDeps& deps,
                                               const v1::SearchRequest& request, ReadNote& note) {
  FOSSE_ASSIGN_OR_RETURN(const ReadAs reader, WhoReads(deps, note.caller, request.reader()));
  note.reader = reader.participant.id();
  FOSSE_ASSIGN_OR_RETURN(Asked asked, TermsOf(deps, request, reader, note));
  store::Search& search = asked.search;
  const uint32_t page = PageSizeOf(request.page_size());
  search.limit = page + 1;
  v1::SearchResponse response;
  size_t looked_at = 0;
  while (true) {
    FOSSE_ASSIGN_OR_RETURN(const std::vector<uint64_t> found, FindAny(deps.store, asked));
    for (const uint64_t index : found) {
      if (response.entries_size() == static_cast<int>(page) || looked_at++ == kMaxLookedAt) {
        response.set_next_page_token(absl::StrCat(index));
        note.rows = response.entries_size();
        return response;
      }
      FOSSE_ASSIGN_OR_RETURN(const std::optional<Opened> opened, ReadOpened(deps, index));
      if (!opened.has_value()) continue;
      // Bare leaves are for whoever has a relationship with the person asked about.
      const bool shown = opened->Concerns(reader) ||
                         (request.has_person() && !reader.auditor && !IsQuiet(deps, opened->leaf));
      if (!shown) continue;
      FOSSE_ASSIGN_OR_RETURN(*response.add_entries(), ViewOf(deps, *opened, reader));
    }
    if (found.size() < search.limit) break;
    search.after_index = found.back() + 1;
  }
  note.rows = response.entries_size();
  return response;
}

absl::StatusOr<v1::GetCheckpointResponse> ReadCheckpoint(const ReadDeps& deps) {
  FOSSE_ASSIGN_OR_RETURN(const store::Head head, deps.store.GetHead());
  if (head.size == 0) {
    return MakeError(absl::StatusCode::kNotFound, "CHECKPOINT_NONE", "the trail is empty");
  }
  v1::GetCheckpointResponse response;
  response.set_checkpoint(head.checkpoint);
  response.set_verifier_key(
      audit::VerifierKey(deps.keys.origin(), deps.keys.signing_key().public_key()));
  return response;
}

absl::StatusOr<v1::GetInclusionProofResponse> ProveInclusion(
    const ReadDeps& deps, const v1::GetInclusionProofRequest& request) {
  FOSSE_ASSIGN_OR_RETURN(const store::Head head, deps.store.GetHead());
  FOSSE_ASSIGN_OR_RETURN(
      const std::vector<Digest> hashes,
      audit::InclusionProof(request.index(), head.size, [&deps](uint32_t level, uint64_t index) {
        return ReadTreeNode(deps.store, level, index);
      }));
  FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Entry> entry,
                         deps.store.ReadEntry(request.index()));
  if (!entry.has_value()) return EntryNotFound();
  v1::GetInclusionProofResponse response;
  response.set_proof(audit::FormatProof(request.index(), hashes, head.checkpoint));
  response.set_leaf_bytes(entry->leaf);
  return response;
}

absl::StatusOr<v1::GetConsistencyProofResponse> ProveConsistency(
    const ReadDeps& deps, const v1::GetConsistencyProofRequest& request) {
  FOSSE_ASSIGN_OR_RETURN(const store::Head head, deps.store.GetHead());
  const uint64_t to = request.to_size() == 0 ? head.size : request.to_size();
  if (to > head.size) {
    return MakeError(absl::StatusCode::kOutOfRange, "PROOF_OUT_OF_RANGE",
                     "the trail has no tree of that size", {{"size", head.size}});
  }
  FOSSE_ASSIGN_OR_RETURN(
      const std::vector<Digest> hashes,
      audit::ConsistencyProof(request.from_size(), to, [&deps](uint32_t level, uint64_t index) {
        return ReadTreeNode(deps.store, level, index);
      }));
  v1::GetConsistencyProofResponse response;
  for (const Digest& hash : hashes) {
    response.add_hashes(reinterpret_cast<const char*>(hash.data()), hash.size());
  }
  response.set_to_size(to);
  if (to == head.size) response.set_checkpoint(head.checkpoint);
  return response;
}

absl::StatusOr<std::vector<std::string>> ReadLeafBytes(const ReadDeps& deps, uint64_t from,
                                                       size_t limit) {
  FOSSE_ASSIGN_OR_RETURN(const store::Head head, deps.store.GetHead());
  std::vector<std::string> leaves;
  if (from >= head.size) return leaves;
  const size_t wanted = std::min<uint64_t>(std::min(limit, kMaxLeaves), head.size - from);
  FOSSE_ASSIGN_OR_RETURN(std::vector<store::Entry> entries, deps.store.ScanEntries(from, wanted));
  leaves.reserve(entries.size());
  for (store::Entry& entry : entries) leaves.push_back(std::move(entry.leaf));
  return leaves;
}

absl::StatusOr<std::vector<Engine::OpenedEntry>> OpenDetails(const ReadDeps& deps, uint64_t from,
                                                             size_t limit, ReadNote& note) {
  FOSSE_ASSIGN_OR_RETURN(const ReadAs reader, WhoReads(deps, note.caller, ""));
  note.reader = reader.participant.id();
  FOSSE_ASSIGN_OR_RETURN(const store::Head head, deps.store.GetHead());
  std::vector<Engine::OpenedEntry> entries;
  std::set<Digest> about;
  for (uint64_t i = from; i < head.size && entries.size() < std::min(limit, kMaxLeaves); ++i) {
    FOSSE_ASSIGN_OR_RETURN(const std::optional<Opened> opened, ReadOpened(deps, i));
    if (!opened.has_value()) return EntryNotFound();
    const store::Entry& entry = opened->entry;
    Engine::OpenedEntry& out = entries.emplace_back();
    out.leaf = entry.leaf;
    out.detail.set_index(i);
    if (entry.detail.empty()) {
      out.detail.set_state(v1::DETAIL_STATE_REDACTED);
    } else if (!reader.auditor || !opened->Concerns(reader)) {
      out.detail.set_state(v1::DETAIL_STATE_WITHHELD);
    } else {
      FOSSE_ASSIGN_OR_RETURN(const std::string key,
                             ReadDataKey(deps.store, deps.keys, entry.subject));
      FOSSE_ASSIGN_OR_RETURN(*out.detail.mutable_key(), audit::PieceKey(key, entry.detail));
      out.detail.set_state(v1::DETAIL_STATE_PRESENT);
      out.detail.set_subject(entry.subject.key);
      out.detail.set_sealed(entry.detail);
      if (entry.subject.kind != store::RecordKind::kLocality) {
        about.insert(RecordTerm(deps.keys, entry.subject));
      }
    }
  }
  note.terms.assign(about.begin(), about.end());
  return entries;
}

}  // namespace fosse::engine
