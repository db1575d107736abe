#include "engine/working_set.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "audit/leaf.h"
#include "audit/seal.h"
#include "base/canonical.h"
#include "base/log.h"
#include "base/status.h"
#include "engine/index_terms.h"
#include "engine/sealing.h"
#include "engine/standings.h"
#include "engine/timestamps.h"

namespace fosse::engine {
namespace {

constexpr size_t kMaxId = 64;

bool FitsRecord(const v1::Change& change, store::RecordKind kind) {
  switch (change.change_case()) {
    case v1::Change::kIdentity:
    case v1::Change::kEpisode:
    case v1::Change::kDelegation:
    case v1::Change::kConcern:
    case v1::Change::kCover:
    case v1::Change::kPerformance:
    case v1::Change::kMovedAway:
    case v1::Change::kOrigin:
      return kind == store::RecordKind::kPerson;
    case v1::Change::kWorker:
    case v1::Change::kCompetency:
    case v1::Change::kWorkerTask:
      return kind == store::RecordKind::kWorker;
    case v1::Change::kSignOff:
    case v1::Change::kTaskVersion:
    case v1::Change::kTraining:
    case v1::Change::kIssue:
    case v1::Change::kPrecedent:
    case v1::Change::kSweep:
    case v1::Change::kClock:
    case v1::Change::kDocuments:
      return kind == store::RecordKind::kLocality;
    case v1::Change::CHANGE_NOT_SET:
      return false;
  }
  return false;
}

absl::Status Failed(Code what) {
  Log(Severity::kError, "message-failed-check", {{"check", what}});
  return MakeError(absl::StatusCode::kInternal, "MESSAGE_FAILED_CHECK",
                   "the gateway's own check of its work failed; nothing was kept",
                   {{"check", what}});
}

absl::Status CheckDeliveries(const NewEntry& entry) {
  std::set<absl::string_view> ids;
  for (const v1::Delivery& delivery : entry.effect.deliveries) {
    if (delivery.delivery_id().empty() || delivery.delivery_id().size() > kMaxId ||
        !ids.insert(delivery.delivery_id()).second) {
      return Failed("delivery-id");
    }
    if (delivery.kind() == v1::DELIVERY_KIND_UNSPECIFIED) return Failed("delivery-kind");
    if (entry.in_force->directory == nullptr ||
        entry.in_force->directory->Find(delivery.recipient()) == nullptr) {
      return Failed("delivery-recipient");
    }
  }
  return absl::OkStatus();
}

auto Order(const store::Timer& timer) { return std::tie(timer.due_at, timer.timer_id); }

std::string DigestBytes(const Digest& digest) { return std::string(digest.begin(), digest.end()); }

}  // namespace

WorkingSet::WorkingSet(store::Session& session, const audit::KeyRing& keys, const Decoy& decoy,
                       const store::Head& head, std::string locality)
    : session_(session),
      keys_(keys),
      records_(session, keys, decoy),
      locality_(std::move(locality)),
      first_index_(head.size),
      last_entry_time_(head.last_entry_time) {}

absl::StatusOr<std::optional<v1::Receipt>> WorkingSet::FindRepeat(const Message& message) {
  Digest sameness{};
  absl::Time first_seen;
  std::optional<store::Receipt> stored;
  const auto seen = seen_.find(message.key);
  if (seen != seen_.end()) {
    sameness = seen->second.sameness;
    first_seen = ToTime(drafts_[seen->second.draft].detail.now());
  } else {
    FOSSE_ASSIGN_OR_RETURN(stored, session_.FindReceipt(message.key));
    if (!stored.has_value()) return std::optional<v1::Receipt>();
    sameness = stored->sameness;
    first_seen = stored->first_seen;
  }
  if (sameness != message.sameness) {
    return MakeError(absl::StatusCode::kAlreadyExists, "MESSAGE_ID_REUSED",
                     "message id was already used for other content", {{"firstSeen", first_seen}});
  }
  v1::Receipt receipt;
  if (stored.has_value()) {
    FOSSE_RETURN_IF_ERROR(ReadAndOpen(session_, keys_, stored->subject, audit::kSealReceipt,
                                      stored->sealed, receipt));
  } else {
    receipt = drafts_[seen->second.draft].detail.receipt();
  }
  return std::optional<v1::Receipt>(std::move(receipt));
}

absl::StatusOr<bool> WorkingSet::AnyTimerPast(absl::Time now) {
  if (!earliest_timer_.has_value()) {
    FOSSE_ASSIGN_OR_RETURN(const std::optional<absl::Time> next, session_.NextTimer());
    earliest_timer_ = next.value_or(absl::InfiniteFuture());
    for (const auto& [id, timer] : set_timers_) {
      earliest_timer_ = std::min(*earliest_timer_, timer.due_at);
    }
  }
  return *earliest_timer_ < now;
}

absl::Status WorkingSet::ReadTimers(Slot& slot) {
  if (slot.timers_read) return absl::OkStatus();
  FOSSE_ASSIGN_OR_RETURN(slot.timers, session_.TimersOf(slot.key));
  slot.timers_read = true;
  return absl::OkStatus();
}

absl::Status WorkingSet::MoveTimers(Slot& from, const store::RecordKey& to,
                                    absl::FunctionRef<bool(const std::string&)> moves) {
  FOSSE_RETURN_IF_ERROR(ReadTimers(from));
  for (auto& [id, timer] : set_timers_) {
    if (timer.record == from.key && moves(timer.about)) timer.record = to;
  }
  for (const store::Timer& timer : from.timers) {
    if (IsChanged(timer.timer_id) || !moves(timer.about)) continue;
    store::Timer& moved = set_timers_[timer.timer_id];
    moved = timer;
    moved.record = to;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<store::Timer>> WorkingSet::PastTimersOf(Slot& slot, absl::Time now) {
  FOSSE_RETURN_IF_ERROR(ReadTimers(slot));
  std::vector<store::Timer> past;
  for (const store::Timer& timer : slot.timers) {
    if (timer.due_at < now && !IsChanged(timer.timer_id)) past.push_back(timer);
  }
  for (const auto& [id, timer] : set_timers_) {
    if (timer.record == slot.key && timer.due_at < now) past.push_back(timer);
  }
  std::sort(past.begin(), past.end(),
            [](const auto& a, const auto& b) { return Order(a) < Order(b); });
  return past;
}

absl::StatusOr<std::vector<store::Timer>> WorkingSet::PastTimers(absl::Time now, size_t limit) {
  FOSSE_ASSIGN_OR_RETURN(const std::vector<store::Timer> due, session_.TimersDue(now, limit));
  std::vector<store::Timer> past;
  for (const store::Timer& timer : due) {
    if (timer.due_at < now && !IsChanged(timer.timer_id)) past.push_back(timer);
  }
  return past;
}

void WorkingSet::CancelTimer(const std::string& timer_id) {
  set_timers_.erase(timer_id);
  cancelled_timers_.insert(timer_id);
}

void WorkingSet::SetTimer(const store::RecordKey& record, const care::TimerChange& change) {
  if (change.due_at == absl::InfinitePast()) return CancelTimer(change.timer_id);
  cancelled_timers_.erase(change.timer_id);
  set_timers_[change.timer_id] = {change.timer_id, record, static_cast<uint8_t>(change.kind),
                                  WholeMicroseconds(change.due_at), change.about};
  if (earliest_timer_.has_value()) {
    earliest_timer_ = std::min(*earliest_timer_, WholeMicroseconds(change.due_at));
  }
}

absl::StatusOr<std::optional<store::Delivery>> WorkingSet::ReadDelivery(
    absl::string_view delivery_id) {
  FOSSE_ASSIGN_OR_RETURN(std::optional<store::Delivery> delivery,
                         session_.ReadDelivery(delivery_id));
  if (!delivery.has_value()) return delivery;
  const auto changed = delivery_changes_.find(delivery->delivery_id);
  if (changed != delivery_changes_.end()) {
    delivery->state = changed->second.state;
    delivery->state_since = changed->second.since;
  }
  return delivery;
}

void WorkingSet::ChangeDelivery(store::DeliveryChange change) {
  delivery_changes_[change.delivery_id] = std::move(change);
}

void WorkingSet::KeepDocuments(const std::vector<store::Document>& documents) {
  documents_.insert(documents_.end(), documents.begin(), documents.end());
}

absl::Status WorkingSet::Check(const NewEntry& entry) {
  for (const v1::Change& change : entry.effect.changes) {
    if (!FitsRecord(change, entry.about->key.kind)) return Failed("change-kind");
    // A worker's number is the engine's to give, once.
    if (change.has_worker() &&
        change.worker().worker_number() != entry.about->worker.worker_number()) {
      return Failed("worker-number");
    }
  }
  if (entry.effect.recorded.size() != entry.effect.decisions.size()) {
    return Failed("decision-count");
  }
  for (size_t i = 0; i < entry.effect.recorded.size(); ++i) {
    if (entry.effect.recorded[i].outcome() != entry.effect.decisions[i].outcome()) {
      return Failed("decision-outcome");
    }
  }
  for (const care::TimerChange& timer : entry.effect.timers) {
    if (timer.timer_id.empty() || timer.timer_id.size() > kMaxId) return Failed("timer-id");
  }
  v1::LeafView words;  // What the leaf takes from the message.
  words.set_sender(entry.envelope->sender());
  words.set_relay(entry.envelope->relay());
  if (!audit::CheckLeaf(words).ok()) return Failed("leaf");
  return CheckDeliveries(entry);
}

absl::StatusOr<Slot*> WorkingSet::Locality() {
  return records_.Find({store::RecordKind::kLocality, locality_});
}

void WorkingSet::Untell(Draft& draft, absl::FunctionRef<bool(const v1::Delivery&)> whom) {
  std::set<std::string> untold;
  auto& deliveries = draft.deliveries;
  auto& notes = *draft.detail.mutable_receipt()->mutable_deliveries();
  for (auto delivery = deliveries.begin(); delivery != deliveries.end();) {
    if (!whom(*delivery)) {
      ++delivery;
      continue;
    }
    notes.erase(std::remove_if(notes.begin(), notes.end(),
                               [&](const v1::DeliveryNote& note) {
                                 return note.delivery_id() == delivery->delivery_id();
                               }),
                notes.end());
    untold.insert(delivery->recipient());
    delivery = deliveries.erase(delivery);
  }
  for (const v1::Delivery& delivery : deliveries) untold.erase(delivery.recipient());
  for (const std::string& recipient : untold) {
    if (recipient == draft.leaf.sender() || recipient == draft.leaf.relay()) continue;
    const Digest term = OrganisationTerm(keys_, recipient);
    draft.terms.erase(std::remove(draft.terms.begin(), draft.terms.end(), term), draft.terms.end());
  }
}

v1::Receipt WorkingSet::Add(NewEntry entry) {
  held_for_clock_ = held_for_clock_ || entry.effect.held_for_clock;
  const uint64_t index = next_index();
  const google::protobuf::Timestamp now = ToTimestamp(entry.now);
  last_entry_time_ = entry.now;
  Draft& draft = drafts_.emplace_back();
  draft.about = entry.about;

  care::Effect& effect = entry.effect;
  effect.receipt.set_entry_index(index);
  *effect.receipt.mutable_committed_at() = now;
  if (entry.message != nullptr) effect.receipt.set_message_id(entry.envelope->message_id());

  v1::LeafView& leaf = draft.leaf;
  leaf.set_index(index);
  *leaf.mutable_committed_at() = now;
  leaf.set_locality(locality_);
  leaf.set_kind(entry.message == nullptr ? "consequence"
                                         : std::string(BodyNameOf(*entry.envelope)));
  leaf.set_sender(entry.envelope->sender());
  leaf.set_relay(entry.envelope->relay());
  leaf.set_subject_kind(static_cast<v1::SubjectKind>(entry.about->key.kind));
  if (!effect.recorded.empty()) {
    leaf.set_question(effect.recorded[0].question());
    leaf.set_outcome(effect.recorded[0].outcome());
  }
  if (entry.in_force->rulebook != nullptr) {
    leaf.set_rulebook_digest(DigestBytes(entry.in_force->rulebook->digest()));
  }
  if (entry.in_force->directory != nullptr) {
    leaf.set_directory_digest(DigestBytes(entry.in_force->directory->digest()));
  }
  leaf.set_cause(entry.cause);

  v1::EntryDetail& detail = draft.detail;
  *detail.mutable_now() = now;
  detail.set_cause(entry.cause);
  if (entry.message != nullptr) {
    *detail.mutable_envelope() = *entry.envelope;
    draft.message_digest = entry.message->sameness;
  }
  FoldChanges(entry, draft);
  KeepStandings(entry, draft);
  for (const care::TimerChange& timer : effect.timers) SetTimer(entry.about->key, timer);
  for (v1::Delivery& delivery : effect.deliveries) {
    delivery.set_entry_index(index);
    *delivery.mutable_committed_at() = now;
    if (delivery.has_message()) {
      delivery.set_message_digest(DigestBytes(Sha256(delivery.message().SerializeAsString())));
    }
  }
  AddTerms(entry, draft);
  draft.deliveries = std::move(effect.deliveries);
  for (v1::RecordedDecision& decision : effect.recorded) {
    *detail.add_decisions() = std::move(decision);
  }
  *detail.mutable_receipt() = effect.receipt;
  if (entry.message != nullptr && (entry.message->kind == MessageKind::kSubmitted ||
                                   entry.message->kind == MessageKind::kActivation)) {
    draft.receipt_key = entry.message->key;
    seen_[entry.message->key] = {entry.message->sameness, drafts_.size() - 1};
  }
  return std::move(effect.receipt);
}

void WorkingSet::FoldChanges(const NewEntry& entry, Draft& draft) {
  for (const v1::Change& change : entry.changes_before) *draft.detail.add_changes() = change;
  for (const v1::Change& change : entry.effect.changes) *draft.detail.add_changes() = change;
  if (draft.detail.changes().empty()) return;
  Slot& slot = *entry.about;
  slot.changed = true;
  const auto fold = [&draft](auto& record) {
    for (const v1::Change& change : draft.detail.changes()) care::Fold(change, record);
    record.set_version(record.version() + 1);
  };
  switch (slot.key.kind) {
    case store::RecordKind::kPerson:
      fold(slot.person);
      break;
    case store::RecordKind::kWorker:
      fold(slot.worker);
      break;
    case store::RecordKind::kLocality:
      fold(slot.locality);
      break;
  }
  draft.detail.set_record_digest(DigestBytes(CanonicalDigest(slot.record())));
}

void WorkingSet::KeepStandings(const NewEntry& entry, const Draft& draft) {
  for (const v1::Change& change : draft.detail.changes()) {
    if (!change.has_delegation()) continue;
    standings_[change.delegation().delegation_id()] =
        StandingOf(keys_, entry.about->key, change.delegation(), entry.in_force->directory.get());
  }
}

void WorkingSet::KeepStandings(const Slot& person, const care::Directory* directory) {
  for (const v1::Delegation& delegation : person.person.delegations()) {
    standings_[delegation.delegation_id()] = StandingOf(keys_, person.key, delegation, directory);
  }
}

void WorkingSet::AddTerms(const NewEntry& entry, Draft& draft) const {
  std::set<Digest> terms;
  if (entry.message != nullptr) {
    terms.insert(entry.message->terms.begin(), entry.message->terms.end());
  }
  if (entry.about->key.kind != store::RecordKind::kLocality) {
    terms.insert(RecordTerm(keys_, entry.about->key));
  } else if (!draft.detail.changes().empty() || entry.envelope->has_equality_return()) {
    // What the board's reports read, found without looking at every entry.
    terms.insert(FiguresTerm(keys_));
  }
  std::set<absl::string_view> organisations = {entry.envelope->sender()};
  if (!entry.envelope->relay().empty()) organisations.insert(entry.envelope->relay());
  for (const v1::Delivery& delivery : entry.effect.deliveries) {
    organisations.insert(delivery.recipient());
  }
  for (const absl::string_view organisation : organisations) {
    terms.insert(OrganisationTerm(keys_, organisation));
  }
  std::set<absl::string_view> delegations;
  for (const v1::RecordedDecision& decision : entry.effect.recorded) {
    if (!decision.delegation_id().empty()) delegations.insert(decision.delegation_id());
  }
  for (const v1::Change& change : draft.detail.changes()) {
    if (change.has_delegation()) delegations.insert(change.delegation().delegation_id());
    if (change.moved_away().kind() == v1::RECORD_ITEM_KIND_DELEGATION) {
      delegations.insert(change.moved_away().id());
    }
  }
  for (const absl::string_view id : delegations) terms.insert(DelegationTerm(keys_, id));
  draft.terms.assign(terms.begin(), terms.end());
}

}  // namespace fosse::engine
