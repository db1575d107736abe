#include "engine/watch.h"

#include <algorithm>

#include "audit/seal.h"
#include "base/bytes.h"
#include "base/canonical.h"
#include "base/status.h"
#include "care/handle.h"
#include "care/reading.h"
#include "engine/index_terms.h"
#include "engine/scene.h"
#include "engine/sealing.h"
#include "engine/timestamps.h"

namespace fosse::engine {
namespace {

constexpr size_t kPage = 32;

absl::Status TooMany() {
  return MakeError(absl::StatusCode::kResourceExhausted, "WATCHES_TOO_MANY",
                   "so many people are followed that no more can be",
                   {{"most", Watches::kMost}, {"mostOfOne", Watches::kMostOfOne}});
}

absl::Status TooSlow() {
  return MakeError(absl::StatusCode::kResourceExhausted, "WATCH_TOO_SLOW",
                   "changes were not taken in time; read the person and follow them again");
}

// The reader may not ask, or asked what cannot be asked: nothing was read.
bool LeavesNoEntry(const absl::Status& status) {
  return absl::IsPermissionDenied(status) || absl::IsInvalidArgument(status);
}

}  // namespace

std::shared_ptr<Engine::Watch> Watches::Start(
    const Caller& caller, v1::WatchRequest request,
    std::function<void(absl::StatusOr<v1::WatchResponse>)> on_change) {
  auto watch = std::make_shared<Engine::Watch>(caller, std::move(request), std::move(on_change));
  bool room = false;
  {
    absl::MutexLock lock(&mutex_);
    const auto of_one = std::count_if(open_.begin(), open_.end(), [&](const auto& other) {
      return other->caller_.participant == caller.participant;
    });
    room = open_.size() < kMost && static_cast<size_t>(of_one) < kMostOfOne;
    if (room) open_.push_back(watch);
  }
  if (room) {
    Run(watch);
  } else {
    deps_.executor.Run([self = shared_from_this(), watch] { self->End(watch, TooMany()); });
  }
  return watch;
}

void Watches::Taken(const std::shared_ptr<Engine::Watch>& watch) {
  {
    absl::MutexLock lock(&mutex_);
    watch->out_ = false;
  }
  Run(watch);
}

void Watches::Stop(const std::shared_ptr<Engine::Watch>& watch) {
  absl::MutexLock lock(&mutex_);
  watch->ended_ = true;
  open_.erase(std::remove(open_.begin(), open_.end(), watch), open_.end());
}

void Watches::Notify(const std::set<store::RecordKey>& changed) {
  std::vector<std::shared_ptr<Engine::Watch>> wake;
  std::vector<std::shared_ptr<Engine::Watch>> slow;
  {
    absl::MutexLock lock(&mutex_);
    for (const std::shared_ptr<Engine::Watch>& watch : open_) {
      if (changed.count(watch->wakes_by_) == 0) continue;
      const bool late = watch->out_ && deps_.clock.Monotonic() - watch->out_since_ > kPatience;
      (late ? slow : wake).push_back(watch);
    }
  }
  for (const auto& watch : wake) Run(watch);
  for (const auto& watch : slow) {
    deps_.executor.Run([self = shared_from_this(), watch] { self->End(watch, TooSlow()); });
  }
}

void Watches::Run(const std::shared_ptr<Engine::Watch>& watch) {
  {
    absl::MutexLock lock(&mutex_);
    if (watch->ended_) return;
    watch->again_ = watch->running_ || watch->out_;
    if (watch->again_) return;
    watch->running_ = true;
  }
  std::shared_ptr<void> held = hold_();
  if (held == nullptr) return;
  deps_.executor.Run(
      [self = shared_from_this(), watch, held = std::move(held)] { self->Step(watch); });
}

void Watches::Step(const std::shared_ptr<Engine::Watch>& watch) {
  ReadNote note{.caller = watch->caller_, .method = "Watch", .purpose = watch->request_.purpose()};
  const bool first = !watch->begun_;
  if (const absl::Status purpose = CheckPurpose(note.purpose); !purpose.ok()) {
    return End(watch, purpose);
  }
  Found found = first ? Begin(*watch, note) : Next(*watch, note);
  if (!found.ok() && (!first || LeavesNoEntry(found.status()))) {
    return End(watch, found.status());
  }
  if (!found.ok() || found->has_value()) return Record(watch, std::move(note), std::move(found));
  bool again = false;
  {
    absl::MutexLock lock(&mutex_);
    watch->running_ = false;
    again = watch->again_;
  }
  if (again) Run(watch);
}

void Watches::Record(const std::shared_ptr<Engine::Watch>& watch, ReadNote note, Found found) {
  note.rows = found.ok() ? static_cast<uint32_t>((*found)->delegations_size()) : 0;
  std::shared_ptr<void> held = hold_();
  if (held == nullptr) return;
  RecordRead(deps_, std::move(note),
             [self = shared_from_this(), watch, held = std::move(held),
              found = std::move(found)](absl::StatusOr<uint64_t> index) mutable {
               if (!found.ok()) return self->End(watch, found.status());
               if (!index.ok()) return self->End(watch, index.status());
               {
                 absl::MutexLock lock(&self->mutex_);
                 if (watch->ended_) return;
                 watch->running_ = false;
                 watch->out_ = true;
                 watch->out_since_ = self->deps_.clock.Monotonic();
               }
               (*found)->set_entry_index(*index);
               watch->on_change_(**std::move(found));
             });
}

void Watches::End(const std::shared_ptr<Engine::Watch>& watch, const absl::Status& status) {
  {
    absl::MutexLock lock(&mutex_);
    if (watch->ended_) return;
    watch->ended_ = true;
    open_.erase(std::remove(open_.begin(), open_.end(), watch), open_.end());
  }
  watch->on_change_(status);
}

Watches::Found Watches::Begin(Engine::Watch& watch, ReadNote& note) {
  FOSSE_ASSIGN_OR_RETURN(const ReadAs reader,
                         WhoReads(deps_, note.caller, watch.request_.reader()));
  note.reader = reader.participant.id();
  note.query_shape = "person";
  Records records(deps_.store, deps_.keys, deps_.decoy);
  FOSSE_ASSIGN_OR_RETURN(Slot* const slot,
                         FindVisible(deps_, records, reader, watch.request_.person(), note));
  watch.key_ = slot->key;
  {
    absl::MutexLock lock(&mutex_);
    watch.wakes_by_ = slot->key;  // Before the record is read for good: no change is missed.
  }
  FOSSE_RETURN_IF_ERROR(CatchUp(watch));
  if (!IsVisible(watch.record_, reader, deps_.clock.Now())) return PersonNotVisible();
  // The first one goes out whatever it shows, so that the caller knows that it follows.
  std::optional<v1::WatchResponse> shown = Shown(watch, reader);
  watch.begun_ = true;
  return shown;
}

absl::Status Watches::CatchUp(Engine::Watch& watch) {
  // The head first: what is in the record and not below it is found again by its digest.
  FOSSE_ASSIGN_OR_RETURN(const store::Head head, deps_.store.GetHead());
  Records records(deps_.store, deps_.keys, deps_.decoy);
  FOSSE_ASSIGN_OR_RETURN(Slot* const slot, records.FindSurvivor(watch.key_));
  if (slot == nullptr) return PersonNotVisible();
  if (slot->key != watch.key_) {
    watch.key_ = slot->key;
    absl::MutexLock lock(&mutex_);
    watch.wakes_by_ = slot->key;
  }
  watch.record_ = slot->person;
  watch.next_ = head.size;
  const std::string digest = ByteView(CanonicalDigest(watch.record_)).str();
  store::Search search;
  search.term = RecordTerm(deps_.keys, watch.key_);
  search.after_index = head.size;
  FOSSE_ASSIGN_OR_RETURN(const std::vector<uint64_t> since, deps_.store.FindEntries(search));
  for (const uint64_t index : since) {
    FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Entry> entry, deps_.store.ReadEntry(index));
    if (!entry.has_value() || entry->subject != watch.key_ || entry->detail.empty()) continue;
    v1::EntryDetail detail;
    FOSSE_RETURN_IF_ERROR(ReadAndOpen(deps_.store, deps_.keys, watch.key_, audit::kSealDetail,
                                      entry->detail, detail));
    if (detail.record_digest() == digest) watch.next_ = index + 1;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Watches::FoldIn(Engine::Watch& watch, uint64_t index) {
  watch.next_ = index + 1;
  FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Entry> entry, deps_.store.ReadEntry(index));
  // Readings of the person are found by the same term, and are the locality's entries.
  if (!entry.has_value() || entry->subject != watch.key_) return false;
  if (entry->detail.empty()) {  // Erased: what it changed shows in the record alone.
    FOSSE_RETURN_IF_ERROR(CatchUp(watch));
    return true;
  }
  v1::EntryDetail detail;
  FOSSE_RETURN_IF_ERROR(
      ReadAndOpen(deps_.store, deps_.keys, watch.key_, audit::kSealDetail, entry->detail, detail));
  if (detail.changes().empty()) return false;
  for (const v1::Change& change : detail.changes()) care::Fold(change, watch.record_);
  watch.record_.set_version(watch.record_.version() + 1);
  // Joined into another record: that one is followed from now on.
  if (!watch.record_.identity().merged_into().empty()) FOSSE_RETURN_IF_ERROR(CatchUp(watch));
  return true;
}

Watches::Found Watches::Next(Engine::Watch& watch, ReadNote& note) {
  FOSSE_ASSIGN_OR_RETURN(const ReadAs reader,
                         WhoReads(deps_, note.caller, watch.request_.reader()));
  note.reader = reader.participant.id();
  note.query_shape = "person,change";
  while (true) {
    store::Search search;
    search.term = RecordTerm(deps_.keys, watch.key_);
    search.after_index = watch.next_;
    search.limit = kPage;
    FOSSE_ASSIGN_OR_RETURN(const std::vector<uint64_t> found, deps_.store.FindEntries(search));
    for (const uint64_t index : found) {
      if (index < watch.next_) continue;  // Passed over when catching up.
      FOSSE_ASSIGN_OR_RETURN(const bool changed, FoldIn(watch, index));
      if (!changed) continue;
      if (!IsVisible(watch.record_, reader, deps_.clock.Now())) return PersonNotVisible();
      std::optional<v1::WatchResponse> shown = Shown(watch, reader);
      if (!shown.has_value()) continue;
      shown->set_change_index(index);
      note.terms.push_back(RecordTerm(deps_.keys, watch.key_));
      return shown;
    }
    if (found.size() < kPage) return std::optional<v1::WatchResponse>();
  }
}

std::optional<v1::WatchResponse> Watches::Shown(Engine::Watch& watch, const ReadAs& reader) {
  v1::WatchResponse response;
  for (v1::DelegationStanding& standing : care::StandingsFor(watch.record_, reader.participant)) {
    *response.add_delegations() = std::move(standing);
  }
  if (!reader.auditor) care::CutToAudience({.participant = &reader.participant}, response);
  const std::string standings = response.SerializeAsString();
  const bool same = watch.begun_ && standings == watch.last_sent_;
  watch.last_sent_ = standings;
  if (same) return std::nullopt;
  *response.mutable_as_of() = ToTimestamp(WholeMicroseconds(deps_.clock.Now()));
  return response;
}

}  // namespace fosse::engine
