#include "engine/state_queries.h"

#include <algorithm>
#include <utility>

#include "audit/seal.h"
#include "base/status.h"
#include "care/handle.h"
#include "care/history.h"
#include "care/reading.h"
#include "engine/index_terms.h"
#include "engine/sealing.h"
#include "engine/timestamps.h"

namespace fosse::engine {
namespace {

constexpr size_t kPage = 500;
constexpr int kMaxLearnedLater = 100;

absl::Status Missing(const FieldPath& field) {
  return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_REQUIRED",
                   "a required field is missing", {{"field", field}});
}

struct History {
  std::vector<care::PastEntry> entries;
  uint32_t redacted = 0;
};

// Adds the entries about one record that came in before `until`.
absl::Status ReadHistory(const ReadDeps& deps, const store::RecordKey& key, absl::Time until,
                         bool joined, History& history) {
  store::Search search;
  search.term = RecordTerm(deps.keys, key);
  search.until = until;
  search.limit = kPage;
  size_t looked_at = 0;
  while (true) {
    FOSSE_ASSIGN_OR_RETURN(const std::vector<uint64_t> found, deps.store.FindEntries(search));
    looked_at += found.size();
    if (looked_at > kMaxHistory) {
      return MakeError(absl::StatusCode::kResourceExhausted, "HISTORY_TOO_LONG",
                       "the person has more entries than one answer can be made from",
                       {{"most", kMaxHistory}});
    }
    for (const uint64_t index : found) {
      FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Entry> entry, deps.store.ReadEntry(index));
      // Readings of the person are found by the same term, and are the locality's entries.
      if (!entry.has_value() || entry->subject != key) continue;
      if (entry->detail.empty()) {
        ++history.redacted;
        continue;
      }
      care::PastEntry& past = history.entries.emplace_back();
      past.index = index;
      past.joined = joined;
      FOSSE_RETURN_IF_ERROR(
          ReadAndOpen(deps.store, deps.keys, key, audit::kSealDetail, entry->detail, past.detail));
      if (past.detail.changes().empty()) history.entries.pop_back();
    }
    if (found.size() < search.limit) return absl::OkStatus();
    search.after_index = found.back() + 1;
  }
}

// The record that held what was known of this reference at `at`.
store::RecordKey HolderThen(const Slot& slot, const v1::PersonReference& reference, absl::Time at) {
  for (const v1::JoinedRecord& joined : slot.person.identity().joined()) {
    if (at < ToTime(joined.joined_at()) && care::IsSamePerson(joined.reference(), reference)) {
      return {store::RecordKind::kPerson, joined.person_key()};
    }
  }
  return slot.key;
}

absl::Status FillTrueThen(const ReadDeps& deps, const Slot& slot, absl::Time at,
                          const v1::Participant& reader, bool auditor, History& history,
                          v1::StateAtResponse& response) {
  for (const store::RecordKey& key : RecordsOf(slot)) {
    FOSSE_RETURN_IF_ERROR(ReadHistory(deps, key, absl::InfiniteFuture(), key != slot.key, history));
  }
  std::sort(history.entries.begin(), history.entries.end(),
            [](const auto& a, const auto& b) { return a.index < b.index; });
  const care::TrueState state = care::TrueAt(slot.key.key, history.entries, at);
  *response.mutable_record() = care::RecordFor(state.record, reader);
  for (const care::LateEntry& late : state.learned_later) {
    if (!auditor || response.learned_later_size() == kMaxLearnedLater) break;
    v1::LateKnowledge& known = *response.add_learned_later();
    known.set_entry_index(late.index);
    if (late.true_from != absl::InfinitePast()) {
      *known.mutable_true_from() = ToTimestamp(late.true_from);
    }
    *known.mutable_known_from() = ToTimestamp(late.known_from);
    known.set_kind(late.kind);
    known.set_correction(late.correction);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::StateAtResponse> ReadStateAt(const ReadDeps& deps,
                                                const v1::StateAtRequest& request, ReadNote& note) {
  FOSSE_ASSIGN_OR_RETURN(const ReadAs reader, WhoReads(deps, note.caller, request.reader()));
  note.reader = reader.participant.id();
  const bool known_then = request.sense() == v1::STATE_SENSE_KNOWN_THEN;
  if (!known_then && request.sense() != v1::STATE_SENSE_TRUE_THEN) {
    return Missing(FieldPath("sense"));
  }
  if (!request.has_at()) return Missing(FieldPath("at"));
  const absl::Time at = WholeMicroseconds(ToTime(request.at()));
  if (at > deps.clock.Now()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                     "the time has not come: nothing is known of it", {{"field", FieldPath("at")}});
  }
  note.query_shape = known_then ? "person,at,known_then" : "person,at,true_then";
  Records records(deps.store, deps.keys, deps.decoy);
  FOSSE_ASSIGN_OR_RETURN(Slot* const slot,
                         FindVisible(deps, records, reader, request.person(), note));
  FOSSE_ASSIGN_OR_RETURN(const store::Head head, deps.store.GetHead());
  v1::StateAtResponse response;
  response.set_sense(request.sense());
  *response.mutable_at() = ToTimestamp(at);
  response.set_trail_size(head.size);
  History history;
  if (known_then) {
    const store::RecordKey key = HolderThen(*slot, request.person(), at);
    FOSSE_RETURN_IF_ERROR(
        ReadHistory(deps, key, at + absl::Microseconds(1), /*joined=*/false, history));
    *response.mutable_record() =
        care::RecordFor(care::KnownAt(key.key, history.entries, at), reader.participant);
  } else {
    FOSSE_RETURN_IF_ERROR(
        FillTrueThen(deps, *slot, at, reader.participant, reader.auditor, history, response));
  }
  response.set_redacted_entries(history.redacted);
  note.rows = 1;
  return response;
}

}  // namespace fosse::engine
