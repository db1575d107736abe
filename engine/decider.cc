#include "engine/decider.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "audit/seal.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/status.h"
#include "engine/index_terms.h"
#include "engine/publication.h"
#include "engine/sealing.h"
#include "engine/set_aside.h"
#include "engine/timestamps.h"

namespace fosse::engine {
namespace {

// After this a timer that failed the check comes due again.
constexpr absl::Duration kTryTimerAgain = absl::Minutes(10);

bool IsFinal(store::DeliveryState state) {
  return state == store::DeliveryState::kDelivered || state == store::DeliveryState::kRefused ||
         state == store::DeliveryState::kDead;
}

// Whether a recipient may say that an item in `from` is now in `to`. KEPT may come late, when an
// item was handed out again; it says nothing new then. DEAD is the adapter giving up after its last
// try; PARKED is the gateway's own, of what still waits.
bool MayFollow(store::DeliveryState from, v1::DeliveryState to, bool from_gateway) {
  if (from_gateway) {
    return to == v1::DELIVERY_STATE_PARKED && from == store::DeliveryState::kQueued;
  }
  if (to == v1::DELIVERY_STATE_KEPT) return true;
  if (to != v1::DELIVERY_STATE_DELIVERED && to != v1::DELIVERY_STATE_REFUSED &&
      to != v1::DELIVERY_STATE_DEAD) {
    return false;
  }
  return !IsFinal(from) || static_cast<int>(from) == static_cast<int>(to);
}

bool GivesIdentity(const care::Effect& effect) {
  return std::any_of(effect.changes.begin(), effect.changes.end(),
                     [](const v1::Change& change) { return change.identity().has_reference(); });
}

absl::Status DeliveryNotFound() {
  return MakeError(absl::StatusCode::kNotFound, "DELIVERY_NOT_FOUND",
                   "no such delivery was handed to the caller");
}

absl::Status StateOfDelivery(const store::Delivery& delivery) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "STATE_CONFLICT",
                   "the delivery has another state already",
                   {{"state", CodeOf(static_cast<v1::DeliveryState>(delivery.state))}});
}

absl::Status MissingConsequence() {
  Log(Severity::kError, "message-failed-check", {{"check", Code("consequence-record")}});
  return MakeError(absl::StatusCode::kInternal, "MESSAGE_FAILED_CHECK",
                   "the gateway's own check of its work failed; nothing was kept",
                   {{"check", Code("consequence-record")}});
}

}  // namespace

absl::StatusOr<v1::Receipt> Decider::Decide(const Message& message, const InForce& in_force,
                                            absl::Time now, absl::Time wall, WorkingSet& work) {
  Turn turn{in_force, now, work, wall};
  switch (message.kind) {
    case MessageKind::kSubmitted:
      return DecideSubmitted(message, turn);
    case MessageKind::kAcknowledgement:
      return Acknowledge(message, turn);
    case MessageKind::kReplay:
      return Replay(message, turn);
    case MessageKind::kActivation:
      return Activate(message, turn);
    case MessageKind::kNote:
      return Note(message, turn);
  }
  return MissingConsequence();
}

absl::StatusOr<v1::Receipt> Decider::DecideSubmitted(const Message& message, Turn& turn) {
  absl::StatusOr<std::optional<v1::Receipt>> repeat = turn.work.FindRepeat(message);
  if (!repeat.ok()) return RecordReuse(message, std::move(repeat).status(), turn);
  if (repeat->has_value()) return **std::move(repeat);

  absl::StatusOr<Scene> found =
      SetScene({intake_.keys, random_, turn.in_force}, message, turn.now, turn.work.records());
  if (!found.ok()) {
    if (ReasonOf(found.status()) == "PERSON_NOT_VISIBLE") {
      refusals_.Count(message.envelope.sender(), "Submit", "PERSON_NOT_VISIBLE", turn.now);
    }
    return std::move(found).status();
  }
  Scene& scene = *found;
  // What is on its way comes first; to both, so that items moved between them miss nothing.
  if (scene.new_person == nullptr) FOSSE_RETURN_IF_ERROR(sweeper_.Arrive(scene.person, turn));
  if (scene.new_other == nullptr) {
    FOSSE_RETURN_IF_ERROR(sweeper_.Arrive(scene.other_person, turn));
  }
  // Timers already past act first; a message `at` the deadline is in time.
  FOSSE_RETURN_IF_ERROR(RunTimersOf({scene.person, scene.worker, scene.other_person}, turn));

  const v1::Envelope& envelope = message.envelope;
  NewEntry entry{.about = scene.about,
                 .message = &message,
                 .envelope = &envelope,
                 .now = turn.now,
                 .in_force = &turn.in_force};
  FOSSE_ASSIGN_OR_RETURN(entry.effect,
                         care::Handle(scene.ViewWith(turn.in_force), envelope, MomentOf(turn)));
  std::vector<v1::Change> worker_changes = std::move(scene.worker_changes);
  if (!GivesIdentity(entry.effect)) entry.changes_before = std::move(scene.person_changes);
  if (scene.about == scene.worker) entry.changes_before = std::exchange(worker_changes, {});
  FOSSE_RETURN_IF_ERROR(WorkingSet::Check(entry));
  FOSSE_RETURN_IF_ERROR(sweeper_.NameWorker(entry, turn));
  const std::vector<care::Consequence> consequences = std::move(entry.effect.consequences);
  Slot* const worker = scene.worker;
  scene.Adopt(turn.work.records());
  v1::Receipt receipt = turn.work.Add(std::move(entry));
  if (!worker_changes.empty()) {
    // The worker's record changed by being named: an entry of that record's own.
    turn.work.Add({.about = worker,
                   .envelope = &envelope,
                   .cause = receipt.entry_index() + 1,
                   .now = turn.now,
                   .in_force = &turn.in_force,
                   .changes_before = std::move(worker_changes)});
  }
  if (envelope.has_clock_confirmed()) ConfirmClock(envelope, receipt.entry_index(), turn);
  const absl::Status spread = sweeper_.Spread(consequences, envelope, receipt.entry_index(), turn);
  if (!spread.ok()) {
    turn.work.Spoil();
    return spread;
  }
  return receipt;
}

absl::StatusOr<v1::Receipt> Decider::RecordReuse(const Message& message, absl::Status reused,
                                                 Turn& turn) {
  if (ReasonOf(reused) != "MESSAGE_ID_REUSED") return reused;
  // Nothing of the other content is kept: only that it was tried (FLT-20).
  v1::Envelope envelope;
  v1::RefusedAttempts& attempts = *envelope.mutable_refused_attempts();
  attempts.set_method("Submit");
  attempts.set_reason("MESSAGE_ID_REUSED");
  attempts.set_count(1);
  *attempts.mutable_since() = ToTimestamp(turn.now);
  envelope.set_relay(message.envelope.relay());
  Message note =
      OwnMessage(intake_, MessageKind::kNote, message.envelope.sender(),
                 "reuse-" + Base32Crockford(random_.Bytes(16)), std::move(envelope), turn.now);
  note.terms.push_back(message.key);
  FOSSE_RETURN_IF_ERROR(Note(note, turn));
  return reused;
}

Message Decider::LayingAside(const Message& message, const store::Delivery& delivery,
                             const Slot& slot, absl::Time now) const {
  v1::Envelope envelope = message.envelope;
  if (slot.key.kind == store::RecordKind::kPerson) {
    *envelope.mutable_subject()->mutable_person() = slot.person.identity().reference();
  }
  Message laying = OwnMessage(intake_, message.kind, message.envelope.sender(),
                              message.envelope.message_id(), std::move(envelope), now);
  laying.terms = message.terms;
  laying.terms.push_back(SetAsideTerm(intake_.keys, delivery.recipient));
  laying.terms.push_back(SetAsideTerm(intake_.keys, ""));
  return laying;
}

absl::StatusOr<care::Effect> Decider::HandleOutcome(const v1::Envelope& envelope, const Slot& slot,
                                                    const v1::Delivery* of, Turn& turn) {
  const bool is_person = slot.key.kind == store::RecordKind::kPerson;
  if (!is_person && of == nullptr) return care::Effect();
  const bool is_worker = slot.key.kind == store::RecordKind::kWorker;
  FOSSE_ASSIGN_OR_RETURN(const Slot* const locality, turn.work.Locality());
  care::View view =
      ViewOf(is_person ? &slot : nullptr, is_worker ? &slot : nullptr, *locality, turn.in_force);
  view.delivery = of;
  return care::Handle(view, envelope, MomentOf(turn));
}

absl::StatusOr<v1::Receipt> Decider::Acknowledge(const Message& message, Turn& turn) {
  const v1::DeliveryOutcome& outcome = message.envelope.delivery_outcome();
  const bool from_gateway = message.envelope.sender() == kOwnSender;
  FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Delivery> delivery,
                         turn.work.ReadDelivery(outcome.delivery_id()));
  // An item still queued that this caller never had in hand cannot be kept by it.
  if (!delivery.has_value() ||
      (!from_gateway && (delivery->recipient != message.envelope.sender() ||
                         (delivery->state == store::DeliveryState::kQueued && !message.leased)))) {
    refusals_.Count(message.envelope.sender(), "Receive", "DELIVERY_NOT_FOUND", turn.now);
    return DeliveryNotFound();
  }
  if (!MayFollow(delivery->state, outcome.state(), from_gateway)) return StateOfDelivery(*delivery);
  FOSSE_ASSIGN_OR_RETURN(Slot* const slot, turn.work.records().FindSurvivor(delivery->subject));
  if (slot == nullptr) return MissingConsequence();
  if (slot->key.kind == store::RecordKind::kPerson)
    FOSSE_RETURN_IF_ERROR(RunTimersOf({slot}, turn));

  // The same again leaves an entry and moves nothing.
  const auto state = static_cast<store::DeliveryState>(outcome.state());
  const bool moves = state != delivery->state && !IsFinal(delivery->state);
  const bool aside = moves && LiesAside(state);
  const Message laying =
      aside ? LayingAside(message, *delivery, *slot, turn.now) : Message(message);
  v1::Delivery whole;
  if (aside) {
    FOSSE_RETURN_IF_ERROR(ReadAndOpen(turn.work.session(), intake_.keys, delivery->subject,
                                      audit::kSealDelivery, delivery->sealed, whole));
  }
  NewEntry entry{.about = slot,
                 .message = &laying,
                 .envelope = &laying.envelope,
                 .now = turn.now,
                 .in_force = &turn.in_force};
  FOSSE_ASSIGN_OR_RETURN(entry.effect,
                         HandleOutcome(laying.envelope, *slot, aside ? &whole : nullptr, turn));
  FOSSE_RETURN_IF_ERROR(WorkingSet::Check(entry));
  if (moves) turn.work.ChangeDelivery({delivery->delivery_id, state, turn.now});
  return turn.work.Add(std::move(entry));
}

absl::StatusOr<v1::Receipt> Decider::Replay(const Message& message, Turn& turn) {
  const v1::DeliveryReplayed& replayed = message.envelope.delivery_replayed();
  const std::string& caller = message.envelope.sender();
  const care::Directory& directory = *turn.in_force.directory;
  FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Delivery> delivery,
                         turn.work.ReadDelivery(replayed.delivery_id()));
  if (!delivery.has_value() ||
      (!MayCollect(directory, caller, delivery->recipient) && !IsOperator(directory, caller))) {
    refusals_.Count(caller, "Replay", "DELIVERY_NOT_FOUND", turn.now);
    return DeliveryNotFound();
  }
  if (!LiesAside(delivery->state)) return StateOfDelivery(*delivery);
  FOSSE_ASSIGN_OR_RETURN(Slot* const slot, turn.work.records().FindSurvivor(delivery->subject));
  if (slot == nullptr) return MissingConsequence();
  NewEntry entry{.about = slot,
                 .message = &message,
                 .envelope = &message.envelope,
                 .now = turn.now,
                 .in_force = &turn.in_force};
  FOSSE_RETURN_IF_ERROR(WorkingSet::Check(entry));
  turn.work.ChangeDelivery({delivery->delivery_id, store::DeliveryState::kQueued, turn.now});
  return turn.work.Add(std::move(entry));
}

absl::StatusOr<v1::Receipt> Decider::Activate(const Message& message, Turn& turn) {
  absl::StatusOr<std::optional<v1::Receipt>> repeat = turn.work.FindRepeat(message);
  if (!repeat.ok()) return RecordReuse(message, std::move(repeat).status(), turn);
  if (repeat->has_value()) return **std::move(repeat);

  const bool is_rulebook = message.envelope.has_rulebook_activation();
  const auto kind =
      is_rulebook ? store::Document::Kind::kRulebook : store::Document::Kind::kDirectory;
  const std::string& digest_bytes = is_rulebook ? message.envelope.rulebook_activation().digest()
                                                : message.envelope.directory_activation().digest();
  std::vector<store::Document> documents = message.documents;
  if (documents.empty()) {  // Submitted: the document itself must be here already.
    Digest digest{};
    std::copy_n(digest_bytes.begin(), std::min(digest_bytes.size(), digest.size()), digest.begin());
    FOSSE_ASSIGN_OR_RETURN(std::optional<store::Document> known,
                           turn.work.session().ReadDocument(kind, digest));
    if (!known.has_value()) {
      return MakeError(absl::StatusCode::kFailedPrecondition, "DOCUMENT_UNKNOWN",
                       "no document of this digest is kept here");
    }
    documents.push_back(*std::move(known));
    // What this program cannot read must not come into force at its instant: a rulebook is looked
    // at below, with its signature.
    if (!is_rulebook) FOSSE_RETURN_IF_ERROR(care::Directory::Create(documents[0].stored));
  }
  const bool first =
      is_rulebook ? turn.in_force.rulebook == nullptr : turn.in_force.directory == nullptr;
  const google::protobuf::Timestamp& effective_at =
      is_rulebook ? message.envelope.rulebook_activation().effective_at()
                  : message.envelope.directory_activation().effective_at();
  documents[0].effective_at = first ? turn.now : WholeMicroseconds(ToTime(effective_at));
  if (!first) {
    absl::Status checked =
        CheckPublication(message.envelope, documents[0], *turn.in_force.directory, intake_.keys,
                         turn.now, turn.work);
    if (absl::IsPermissionDenied(checked)) {
      refusals_.Count(message.envelope.sender(),
                      is_rulebook ? "PublishRulebook" : "PublishDirectory", ReasonOf(checked),
                      turn.now);
    }
    FOSSE_RETURN_IF_ERROR(checked);
  }
  if (!first && documents[0].effective_at < turn.now + kActivationLead) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "ACTIVATION_IN_PAST",
                     "only the first document takes effect at once; later ones in the future",
                     {{"now", turn.now}});
  }
  turn.work.KeepDocuments(documents);
  if (!first) return Note(message, turn);
  // Nobody is to be asked again: there is nobody yet.
  FOSSE_ASSIGN_OR_RETURN(Slot* const locality, turn.work.Locality());
  v1::Change seen;
  *seen.mutable_documents() = locality->locality.documents();
  std::string& digest = is_rulebook ? *seen.mutable_documents()->mutable_rulebook_digest()
                                    : *seen.mutable_documents()->mutable_directory_digest();
  digest = digest_bytes;
  return Note(message, turn, {seen});
}

absl::Status Decider::NoticeClock(const ClockWatch::Reading& reading, const InForce& in_force,
                                  absl::Time now, WorkingSet& work) {
  FOSSE_ASSIGN_OR_RETURN(Slot* const locality, work.Locality());
  if (locality->locality.clock().unsure() == reading.unsure) return absl::OkStatus();
  Turn turn{in_force, now, work};
  v1::Envelope envelope;
  v1::ClockNoticed& noticed = *envelope.mutable_clock_noticed();
  noticed.set_unsure(reading.unsure);
  noticed.set_off_ms(absl::ToInt64Milliseconds(reading.off()));
  *noticed.mutable_wall() = ToTimestamp(WholeMicroseconds(reading.wall));
  *noticed.mutable_expected() = ToTimestamp(reading.now);
  if (!reading.unsure) noticed.set_confirmed_by(confirmed_by_);
  if (reading.unsure) {
    Log(Severity::kError, "clock-unsure", {{"offMs", noticed.off_ms()}});
  } else {
    Log(Severity::kWarning, "clock-sure", {{"offMs", noticed.off_ms()}});
  }
  std::vector<v1::Change> changes(1);
  v1::ClockState& state = *changes[0].mutable_clock();
  state.set_unsure(reading.unsure);
  *state.mutable_since() = ToTimestamp(now);
  state.set_off_ms(noticed.off_ms());
  if (!reading.unsure && known_.held_for_clock) {
    // What was held back for want of a sure time is asked again, step by step.
    v1::SweepState& sweep = *changes.emplace_back().mutable_sweep();
    sweep.set_kind(v1::SWEEP_KIND_CLOCK);
    sweep.set_cause_index(work.next_index());
  }
  if (reading.unsure) known_.held_for_clock = false;
  const Message message =
      OwnMessage(intake_, MessageKind::kNote, kOwnSender,
                 "clock-" + Base32Crockford(random_.Bytes(16)), std::move(envelope), now);
  return Note(message, turn, std::move(changes)).status();
}

// Whoever looked says what the time is: a message that was on its way too long confirms nothing.
void Decider::ConfirmClock(const v1::Envelope& envelope, uint64_t entry_index, Turn& turn) {
  const absl::Time seen = ToTime(envelope.clock_confirmed().seen_at());
  const absl::Duration differs = turn.wall - seen;
  if (differs > kConfirmsWithin || differs < -kConfirmsWithin) return;
  turn.work.ConfirmClock(entry_index);
}

absl::Status Decider::Begin(const ClockWatch::Reading& reading, const InForce& in_force,
                            absl::Time now, WorkingSet& work) {
  FOSSE_RETURN_IF_ERROR(NoticeClock(reading, in_force, now, work));
  Turn turn{in_force, now, work};
  return sweeper_.NoticeDocuments(turn);
}

absl::Status Decider::Sweep(size_t persons, const InForce& in_force, absl::Time now,
                            WorkingSet& work) {
  Turn turn{in_force, now, work};
  // One that came into force during this very batch.
  FOSSE_RETURN_IF_ERROR(sweeper_.NoticeDocuments(turn));
  return sweeper_.Step(persons, turn);
}

absl::Status Decider::Remember(const InForce& in_force, WorkingSet& work) {
  FOSSE_ASSIGN_OR_RETURN(Slot* const locality, work.Locality());
  known_.looked = true;
  known_.sweeps = static_cast<size_t>(locality->locality.sweeps_size());
  if (in_force.complete() && !HasSeen(locality->locality, in_force)) ++known_.sweeps;
  known_.unsure = locality->locality.clock().unsure();
  known_.held_for_clock = known_.held_for_clock || work.held_for_clock();
  if (work.clock_confirmed_by().has_value()) confirmed_by_ = *work.clock_confirmed_by() + 1;
  return absl::OkStatus();
}

absl::StatusOr<v1::Receipt> Decider::Note(const Message& message, Turn& turn,
                                          std::vector<v1::Change> changes) {
  FOSSE_ASSIGN_OR_RETURN(
      Slot* const locality,
      turn.work.records().Find({store::RecordKind::kLocality, turn.work.locality()}));
  NewEntry entry{.about = locality,
                 .message = &message,
                 .envelope = &message.envelope,
                 .now = turn.now,
                 .in_force = &turn.in_force};
  entry.effect.changes = std::move(changes);
  FOSSE_RETURN_IF_ERROR(WorkingSet::Check(entry));
  return turn.work.Add(std::move(entry));
}

absl::Status Decider::RunPastTimers(const InForce& in_force, absl::Time now, WorkingSet& work) {
  FOSSE_ASSIGN_OR_RETURN(const bool any, work.AnyTimerPast(now));
  if (!any || !in_force.complete()) return absl::OkStatus();
  Turn turn{in_force, now, work};
  FOSSE_ASSIGN_OR_RETURN(const std::vector<store::Timer> past, work.PastTimers(now, kMaxTimers));
  for (const store::Timer& timer : past) FOSSE_RETURN_IF_ERROR(RunTimer(timer, turn));
  return absl::OkStatus();
}

absl::Status Decider::RunTimersOf(const std::vector<Slot*>& slots, Turn& turn) {
  FOSSE_ASSIGN_OR_RETURN(const bool any, turn.work.AnyTimerPast(turn.now));
  if (!any) return absl::OkStatus();
  std::vector<store::Timer> past;
  for (Slot* const slot : slots) {
    if (slot == nullptr) continue;
    FOSSE_ASSIGN_OR_RETURN(const std::vector<store::Timer> of_slot,
                           turn.work.PastTimersOf(*slot, turn.now));
    past.insert(past.end(), of_slot.begin(), of_slot.end());
  }
  std::sort(past.begin(), past.end(), [](const store::Timer& a, const store::Timer& b) {
    return std::tie(a.due_at, a.timer_id) < std::tie(b.due_at, b.timer_id);
  });
  if (past.size() > kMaxTimers) past.resize(kMaxTimers);
  for (const store::Timer& timer : past) FOSSE_RETURN_IF_ERROR(RunTimer(timer, turn));
  return absl::OkStatus();
}

absl::Status Decider::RunTimer(const store::Timer& timer, Turn& turn) {
  turn.work.CancelTimer(timer.timer_id);  // It has run, whatever comes of it; care may set it anew.
  FOSSE_ASSIGN_OR_RETURN(Slot* const slot, turn.work.records().Find(timer.record));
  if (slot == nullptr) return MissingConsequence();
  FOSSE_RETURN_IF_ERROR(sweeper_.Arrive(slot, turn));
  v1::Envelope envelope;
  v1::TimerDue& due = *envelope.mutable_timer_due();
  due.set_timer_id(timer.timer_id);
  due.set_kind(static_cast<v1::TimerKind>(timer.kind));
  *due.mutable_due_at() = ToTimestamp(timer.due_at);
  due.set_about(timer.about);
  if (slot->key.kind == store::RecordKind::kPerson) {
    *envelope.mutable_subject()->mutable_person() = slot->person.identity().reference();
  }
  const Message message =
      OwnMessage(intake_, MessageKind::kNote, kOwnSender,
                 absl::StrCat("timer-", timer.timer_id, "-", absl::ToUnixMicros(timer.due_at)),
                 std::move(envelope), turn.now);
  NewEntry entry{.about = slot,
                 .message = &message,
                 .envelope = &message.envelope,
                 .now = turn.now,
                 .in_force = &turn.in_force};
  const bool is_person = slot->key.kind == store::RecordKind::kPerson;
  const bool is_worker = slot->key.kind == store::RecordKind::kWorker;
  FOSSE_ASSIGN_OR_RETURN(const Slot* const locality, turn.work.Locality());
  const care::View view =
      ViewOf(is_person ? slot : nullptr, is_worker ? slot : nullptr, *locality, turn.in_force);
  absl::StatusOr<care::Effect> effect = care::Handle(view, message.envelope, MomentOf(turn));
  if (effect.ok()) {
    entry.effect = *std::move(effect);
    if (!WorkingSet::Check(entry).ok()) {
      // Nothing of it is done: it comes due again, and the entry shows that it was tried.
      Log(Severity::kError, "timer-put-off", {{"seconds", absl::ToInt64Seconds(kTryTimerAgain)}});
      entry.effect = {};
      entry.effect.timers.push_back({timer.timer_id, static_cast<v1::TimerKind>(timer.kind),
                                     turn.now + kTryTimerAgain, timer.about});
    }
  } else {
    // What it was about is gone. It must not come due for ever, and it leaves its entry.
    Log(Severity::kWarning, "timer-without-effect", {{"status", effect.status()}});
  }
  const std::vector<care::Consequence> consequences = std::move(entry.effect.consequences);
  const v1::Receipt receipt = turn.work.Add(std::move(entry));
  const absl::Status spread =
      sweeper_.Spread(consequences, message.envelope, receipt.entry_index(), turn);
  // Half of what it means must not be kept.
  if (!spread.ok()) turn.work.Spoil();
  return spread;
}

}  // namespace fosse::engine
