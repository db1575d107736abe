#include "engine/set_aside.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/seal.h"
#include "base/status.h"
#include "engine/index_terms.h"
#include "engine/page.h"
#include "engine/sealing.h"
#include "engine/timestamps.h"

namespace fosse::engine {
namespace {

// Entries looked at for one page, besides: what was replayed since is passed over.
constexpr size_t kMaxLookedAt = 2000;

// Adds the delivery that the entry laid aside; nothing where it lies aside no more, or by a later
// entry.
absl::Status AddLaidAsideBy(store::Reader& reader, const audit::KeyRing& keys, uint64_t index,
                            std::vector<store::Delivery>& found) {
  FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Entry> entry, reader.ReadEntry(index));
  if (!entry.has_value() || entry->detail.empty()) return absl::OkStatus();
  v1::EntryDetail detail;
  FOSSE_RETURN_IF_ERROR(
      ReadAndOpen(reader, keys, entry->subject, audit::kSealDetail, entry->detail, detail));
  FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Delivery> delivery,
                         reader.ReadDelivery(detail.envelope().delivery_outcome().delivery_id()));
  if (delivery.has_value() && LiesAside(delivery->state) &&
      delivery->state_since == entry->committed_at) {
    found.push_back(*delivery);
  }
  return absl::OkStatus();
}

// What an operator sees of it: no person's data.
v1::Delivery OutsideOf(const store::Delivery& kept) {
  v1::Delivery delivery;
  delivery.set_delivery_id(kept.delivery_id);
  delivery.set_recipient(kept.recipient);
  delivery.set_kind(static_cast<v1::DeliveryKind>(kept.kind));
  delivery.set_urgency(static_cast<v1::Urgency>(kept.urgency));
  delivery.set_entry_index(kept.entry_index);
  if (kept.act_by != absl::InfiniteFuture()) *delivery.mutable_act_by() = ToTimestamp(kept.act_by);
  return delivery;
}

absl::Status AddDeadLetter(const ReadDeps& deps, const store::Delivery& kept, bool whole,
                           v1::ListDeadLettersResponse& response) {
  v1::DeadLetter& letter = *response.add_dead_letters();
  if (whole) {
    FOSSE_RETURN_IF_ERROR(ReadAndOpen(deps.store, deps.keys, kept.subject, audit::kSealDelivery,
                                      kept.sealed, *letter.mutable_delivery()));
  } else {
    *letter.mutable_delivery() = OutsideOf(kept);
  }
  letter.set_state(static_cast<v1::DeliveryState>(kept.state));
  *letter.mutable_since() = ToTimestamp(kept.state_since);
  *response.add_deliveries() = letter.delivery();
  return absl::OkStatus();
}

}  // namespace

bool LiesAside(store::DeliveryState state) {
  return state == store::DeliveryState::kRefused || state == store::DeliveryState::kParked ||
         state == store::DeliveryState::kDead;
}

bool MayCollect(const care::Directory& directory, absl::string_view caller,
                absl::string_view recipient) {
  const v1::Participant* const participant = directory.Find(caller);
  if (participant == nullptr) return false;
  if (caller == recipient) return true;
  return std::any_of(participant->speaks_for().begin(), participant->speaks_for().end(),
                     [&](const v1::SpeaksFor& other) {
                       return other.participant() == recipient && other.bodies().empty();
                     });
}

bool IsOperator(const care::Directory& directory, absl::string_view caller) {
  const v1::Participant* const participant = directory.Find(caller);
  return participant != nullptr &&
         std::find(participant->roles().begin(), participant->roles().end(), v1::ROLE_OPERATOR) !=
             participant->roles().end();
}

absl::StatusOr<SetAside> ReadSetAside(store::Reader& reader, const audit::KeyRing& keys,
                                      absl::string_view recipient, uint64_t from, size_t limit) {
  FOSSE_ASSIGN_OR_RETURN(
      std::vector<uint64_t> entries,
      reader.FindEntries(
          {.term = SetAsideTerm(keys, recipient), .after_index = from, .limit = limit + 1}));
  SetAside found;
  if (entries.size() > limit) {
    found.next = entries.back();
    entries.pop_back();
  }
  for (const uint64_t index : entries) {
    FOSSE_RETURN_IF_ERROR(AddLaidAsideBy(reader, keys, index, found.deliveries));
  }
  return found;
}

absl::StatusOr<v1::ListDeadLettersResponse> ReadDeadLetters(
    const ReadDeps& deps, const v1::ListDeadLettersRequest& request, ReadNote& note) {
  const InForce in_force = deps.documents.Get();
  const std::string& caller = note.caller.participant;
  const bool is_operator = IsOperator(*in_force.directory, caller);
  std::string recipient = request.recipient();
  // Whoever only looks after them means everybody's.
  if (recipient.empty() && !is_operator) recipient = caller;
  const bool whole = !recipient.empty() && MayCollect(*in_force.directory, caller, recipient);
  if (!whole && !is_operator) {
    return MakeError(absl::StatusCode::kPermissionDenied, "READER_NOT_ALLOWED",
                     "the caller may not read or collect in the name of this participant",
                     {{"field", FieldPath("recipient")}});
  }
  FOSSE_ASSIGN_OR_RETURN(const int64_t first, PageTokenOf(request.page_token()));
  uint64_t from = static_cast<uint64_t>(first);
  const size_t page = PageSizeOf(request.page_size());
  v1::ListDeadLettersResponse response;
  std::set<Digest> about;
  size_t looked_at = 0;
  while (true) {
    const size_t room = page - static_cast<size_t>(response.dead_letters_size());
    FOSSE_ASSIGN_OR_RETURN(const SetAside found,
                           ReadSetAside(deps.store, deps.keys, recipient, from, room));
    for (const store::Delivery& kept : found.deliveries) {
      FOSSE_RETURN_IF_ERROR(AddDeadLetter(deps, kept, whole, response));
      if (whole && kept.subject.kind != store::RecordKind::kLocality) {
        about.insert(RecordTerm(deps.keys, kept.subject));
      }
    }
    looked_at += room;
    if (!found.next.has_value()) break;
    from = *found.next;
    if (static_cast<size_t>(response.dead_letters_size()) == page || looked_at >= kMaxLookedAt) {
      response.set_next_page_token(absl::StrCat(from));
      break;
    }
  }
  note.query_shape = request.recipient().empty() ? "" : "recipient";
  note.rows = static_cast<uint32_t>(response.dead_letters_size());
  note.terms.assign(about.begin(), about.end());
  return response;
}

}  // namespace fosse::engine
