#include "engine/standings.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "audit/seal.h"
#include "base/local_date.h"
#include "base/status.h"
#include "care/handle.h"
#include "care/lookup.h"
#include "care/reading.h"
#include "engine/index_terms.h"
#include "engine/page.h"
#include "engine/sealing.h"
#include "engine/timestamps.h"

namespace fosse::engine {
namespace {

// Rows looked at for one page: those outside the reader's remit are passed over.
constexpr size_t kMaxLookedAt = 2000;
constexpr size_t kMaxToken = 64;
constexpr size_t kScan = 1000;

Digest PartyTerm(const audit::KeyRing& keys, absl::string_view organisation) {
  return keys.Index("standing-party", organisation);
}
Digest OverseerTerm(const audit::KeyRing& keys, absl::string_view organisation) {
  return keys.Index("standing-overseer", organisation);
}
Digest ProviderTerm(const audit::KeyRing& keys, absl::string_view organisation) {
  return keys.Index("standing-provider", organisation);
}
Digest PlaceTerm(const audit::KeyRing& keys, absl::string_view place) {
  return keys.Index("standing-place", place);
}

// The first instant by which somebody must have acted.
absl::Time DueAt(const v1::Delegation& delegation) {
  absl::Time due = absl::InfiniteFuture();
  if (delegation.has_next_action_at()) due = ToTime(delegation.next_action_at());
  if (care::HasOpenOffer(delegation)) {
    due = std::min(due, ToTime(delegation.oversight().offer().deadline()));
  }
  const std::optional<absl::CivilDay> review = ParseLocalDate(delegation.review_on());
  if (care::IsLive(delegation) && review.has_value()) {
    due = std::min(due, LondonEndOfDay(*review));
  }
  return care::IsOver(delegation) ? absl::InfiniteFuture() : due;
}

uint32_t BitOf(v1::DelegationState state) { return uint32_t{1} << static_cast<int>(state); }

absl::Status NotAsked(const FieldPath& field, absl::string_view words) {
  return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_INVALID", words, {{"field", field}});
}

// Whether the reader, or one that it audits, has a part in the delegation.
bool Concerns(const v1::Delegation& delegation, const ReadAs& reader) {
  const std::vector<std::string> parties = care::ReadersOf(delegation);
  return std::any_of(parties.begin(), parties.end(), [&](const std::string& party) {
    return party == reader.participant.id() || reader.Audits(party);
  });
}

// The delegation of this row, where the reader may see it; null: not, or it is elsewhere by now.
const v1::Delegation* Shown(const Slot& slot, const std::string& id, const ReadAs& reader,
                            absl::Time now) {
  for (const v1::Delegation& delegation : slot.person.delegations()) {
    if (delegation.delegation_id() != id) continue;
    if (reader.auditor && reader.participant.audits().empty()) return &delegation;
    if (!Concerns(delegation, reader)) return nullptr;
    const bool related =
        care::HasLiveRelationship(slot.person, reader.participant.id(), now) || reader.auditor;
    return related ? &delegation : nullptr;
  }
  return nullptr;
}

void Add(const v1::Delegation& delegation, const v1::CareRecord& record, const ReadAs& reader,
         bool names, v1::ListDelegationsResponse& response) {
  v1::Delegation& shown = *response.add_delegations();
  shown = delegation;
  v1::PersonReference& person = *response.add_persons();
  if (names) person = record.identity().reference();
  if (reader.auditor) return;
  care::CutToAudience(
      {.participant = &reader.participant,
       .is_delegating = delegation.proposal().delegating() == reader.participant.id(),
       .is_delegated_to = delegation.proposal().delegated_to() == reader.participant.id()},
      shown);
}

}  // namespace

store::Standing StandingOf(const audit::KeyRing& keys, const store::RecordKey& record,
                           const v1::Delegation& delegation, const care::Directory* directory) {
  store::Standing standing;
  standing.delegation_id = delegation.delegation_id();
  standing.record = record;
  standing.state = static_cast<uint8_t>(delegation.state());
  standing.oversight = static_cast<uint8_t>(delegation.oversight().state());
  standing.due_at = DueAt(delegation);
  for (const std::string& party : care::ReadersOf(delegation)) {
    standing.terms.push_back(PartyTerm(keys, party));
  }
  const v1::Oversight& oversight = delegation.oversight();
  if (!oversight.holder().empty() && oversight.state() != v1::OVERSIGHT_STATE_GAP) {
    standing.terms.push_back(OverseerTerm(keys, oversight.holder()));
  }
  const std::string& provider = delegation.proposal().delegated_to();
  if (!provider.empty()) standing.terms.push_back(ProviderTerm(keys, provider));
  const v1::Participant* const known = directory == nullptr ? nullptr : directory->Find(provider);
  if (known != nullptr && !known->place().empty()) {
    standing.terms.push_back(PlaceTerm(keys, known->place()));
  }
  return standing;
}

absl::Status FillStandings(store::Store& store, const audit::KeyRing& keys,
                           const care::Directory* directory) {
  FOSSE_ASSIGN_OR_RETURN(const std::vector<store::Standing> there,
                         store.FindStandings({.limit = 1}));
  if (!there.empty()) return absl::OkStatus();
  FOSSE_ASSIGN_OR_RETURN(const std::unique_ptr<store::Session> session, store.Begin());
  FOSSE_ASSIGN_OR_RETURN(const store::Head head, session->GetHead());
  std::set<store::RecordKey> persons;
  for (uint64_t from = 0; from < head.size; from += kScan) {
    FOSSE_ASSIGN_OR_RETURN(const std::vector<store::Entry> entries,
                           session->ScanEntries(from, kScan));
    for (const store::Entry& entry : entries) {
      if (entry.subject.kind == store::RecordKind::kPerson) persons.insert(entry.subject);
    }
  }
  store::Batch batch;
  for (const store::RecordKey& key : persons) {
    FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Record> stored, session->ReadRecord(key));
    if (!stored.has_value()) continue;
    v1::CareRecord record;
    FOSSE_RETURN_IF_ERROR(
        ReadAndOpen(*session, keys, key, audit::kSealRecord, stored->sealed, record));
    for (const v1::Delegation& delegation : record.delegations()) {
      batch.standings.push_back(StandingOf(keys, key, delegation, directory));
    }
  }
  if (batch.standings.empty()) return absl::OkStatus();
  FOSSE_RETURN_IF_ERROR(session->Stage(batch));
  return session->Commit(head);
}

bool AsksForStandings(const v1::ListDelegationsRequest& request) {
  return !request.overseer().empty() || !request.provider().empty() || request.states_size() > 0 ||
         request.gap() || request.has_due_before() || !request.place().empty();
}

absl::StatusOr<store::StandingSearch> StandingsAskedFor(const audit::KeyRing& keys,
                                                        const v1::ListDelegationsRequest& request,
                                                        ReadNote& note) {
  store::StandingSearch search;
  std::vector<absl::string_view> shape;
  const auto add = [&](const std::string& asked, absl::string_view word, const Digest& term) {
    if (asked.empty()) return;
    shape.push_back(word);
    search.terms.push_back(term);
  };
  add(request.overseer(), "overseer", OverseerTerm(keys, request.overseer()));
  add(request.provider(), "provider", ProviderTerm(keys, request.provider()));
  add(request.place(), "place", PlaceTerm(keys, request.place()));
  if (request.states_size() > 0) shape.push_back("state");
  for (const int state : request.states()) {
    if (state == v1::DELEGATION_STATE_UNSPECIFIED || !v1::DelegationState_IsValid(state)) {
      return NotAsked(FieldPath("states"), "the state is not one that a delegation can be in");
    }
    search.states |= BitOf(static_cast<v1::DelegationState>(state));
  }
  const uint32_t over = BitOf(v1::DELEGATION_STATE_ENDED) | BitOf(v1::DELEGATION_STATE_DECLINED);
  if (request.include_ended()) shape.push_back("include_ended");
  if (search.states == 0 && !request.include_ended()) search.states = ~over;
  if (request.gap()) {
    shape.push_back("gap");
    search.oversight = static_cast<uint8_t>(v1::OVERSIGHT_STATE_GAP);
  }
  if (request.has_due_before()) {
    shape.push_back("due_before");
    search.due_before = ToTime(request.due_before());
  }
  if (request.page_token().size() > kMaxToken) {
    return NotAsked(FieldPath("page_token"), "the page token is not one that was given");
  }
  search.after = request.page_token();
  for (const absl::string_view word : shape) {
    absl::StrAppend(&note.query_shape, note.query_shape.empty() ? "" : ",", word);
  }
  return search;
}

absl::StatusOr<v1::ListDelegationsResponse> FindDelegations(
    const ReadDeps& deps, const v1::ListDelegationsRequest& request, const ReadAs& reader,
    ReadNote& note) {
  FOSSE_ASSIGN_OR_RETURN(store::StandingSearch search, StandingsAskedFor(deps.keys, request, note));
  if (!reader.auditor) search.terms.push_back(PartyTerm(deps.keys, reader.participant.id()));
  const uint32_t page = PageSizeOf(request.page_size());
  search.limit = page + 1;
  const absl::Time now = deps.clock.Now();
  // Whoever answers for many people's care looks for tasks, not for people (CTL-25).
  const bool names = reader.participant.kind() != v1::ORGANISATION_KIND_IPCB &&
                     (!reader.auditor || !request.purpose().empty());
  Records records(deps.store, deps.keys, deps.decoy);
  v1::ListDelegationsResponse response;
  size_t looked_at = 0;
  while (true) {
    FOSSE_ASSIGN_OR_RETURN(const std::vector<store::Standing> rows,
                           deps.store.FindStandings(search));
    for (const store::Standing& row : rows) {
      if (response.delegations_size() == static_cast<int>(page) || looked_at++ == kMaxLookedAt) {
        response.set_next_page_token(search.after);
        note.rows = response.delegations_size();
        return response;
      }
      search.after = row.delegation_id;
      FOSSE_ASSIGN_OR_RETURN(Slot* const slot, records.Find(row.record));
      if (slot == nullptr) continue;
      const v1::Delegation* const shown = Shown(*slot, row.delegation_id, reader, now);
      if (shown == nullptr) continue;
      Add(*shown, slot->person, reader, names, response);
      note.terms.push_back(RecordTerm(deps.keys, slot->key));
    }
    if (rows.size() < search.limit) break;
  }
  note.rows = response.delegations_size();
  return response;
}

}  // namespace fosse::engine
