#include "engine/sweep.h"

#include <algorithm>
#include <utility>

#include "audit/seal.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/status.h"
#include "engine/index_terms.h"
#include "engine/mass_change.h"
#include "engine/scene.h"
#include "engine/sealing.h"

namespace fosse::engine {
namespace {

using Kind = care::Consequence::Kind;

// A document is activated again now and then; the last activation is the cause.
constexpr size_t kMaxActivations = 1000;

bool IsEmpty(const care::Effect& effect) {
  return effect.recorded.empty() && effect.changes.empty() && effect.deliveries.empty() &&
         effect.timers.empty();
}

absl::Status MissingConsequence() {
  Log(Severity::kError, "message-failed-check", {{"check", Code("consequence-record")}});
  return MakeError(absl::StatusCode::kInternal, "MESSAGE_FAILED_CHECK",
                   "the gateway's own check of its work failed; nothing was kept",
                   {{"check", Code("consequence-record")}});
}

bool IsJoined(const v1::CareRecord& person) { return !person.identity().merged_into().empty(); }

care::Consequence ConsequenceOf(const v1::SweepState& state, const std::string& person_key) {
  const bool worker = state.kind() == v1::SWEEP_KIND_WORKER;
  return {.kind = worker ? Kind::kCompetenceChanged : Kind::kLookAfresh,
          .person_key = person_key,
          .worker_key = state.worker_key(),
          .why = state.kind()};
}

// Whether the sweep has been to everything that the record holds. Tasks of a worker stand under the
// key of the record that they were entered in, joined since or not.
bool HasReached(const v1::SweepState& state, const Slot& person) {
  if (person.key.key > state.cursor()) return false;
  if (state.kind() != v1::SWEEP_KIND_WORKER) return true;
  const auto& joined = person.person.identity().joined();
  return std::all_of(joined.begin(), joined.end(), [&](const v1::JoinedRecord& record) {
    return record.person_key() <= state.cursor();
  });
}

bool IsEverybodys(const care::Consequence& consequence) {
  return consequence.kind == Kind::kLookAfresh && consequence.person_key.empty();
}

// But for what the locality remembers of it.
bool AreOneWorkersPersons(const std::vector<care::Consequence>& consequences) {
  return std::all_of(
      consequences.begin(), consequences.end(), [&](const care::Consequence& consequence) {
        if (consequence.kind == Kind::kLocality) return true;
        return consequence.kind == Kind::kCompetenceChanged && consequence.delegation_id.empty() &&
               consequence.worker_key == consequences[0].worker_key;
      });
}

// Persons of a worker's tasks after `after`, in the order of their keys.
std::vector<std::string> PersonsOf(const v1::WorkerRecord& worker, const std::string& after,
                                   size_t limit) {
  std::set<std::string> persons;
  for (const v1::WorkerTask& task : worker.tasks()) {
    if (!task.removed() && task.person_key() > after) persons.insert(task.person_key());
  }
  std::vector<std::string> next(persons.begin(), persons.end());
  if (next.size() > limit) next.resize(limit);
  return next;
}

// A worker's task may stand under the key of a record that was joined into another since.
absl::StatusOr<Slot*> PersonOf(const care::Consequence& consequence, Records& records) {
  const store::RecordKey key{store::RecordKind::kPerson, consequence.person_key};
  return consequence.kind == Kind::kCompetenceChanged ? records.FindSurvivor(key)
                                                      : records.Find(key);
}

absl::StatusOr<care::View> ViewFor(const care::Consequence& consequence, const Slot& locality,
                                   const InForce& in_force, Records& records) {
  FOSSE_ASSIGN_OR_RETURN(Slot* const person, PersonOf(consequence, records));
  Slot* worker = nullptr;
  if (!consequence.worker_key.empty()) {
    FOSSE_ASSIGN_OR_RETURN(worker,
                           records.Find({store::RecordKind::kWorker, consequence.worker_key}));
  }
  care::View view = ViewOf(person, worker, locality, in_force);
  if (consequence.kind != Kind::kLookAfresh || person == nullptr) return view;
  std::set<std::string> keys;
  for (const v1::Delegation& delegation : person->person.delegations()) {
    for (const v1::Assignment& assignment : delegation.assignments()) {
      if (!assignment.worker_key().empty()) keys.insert(assignment.worker_key());
    }
  }
  for (const std::string& key : keys) {
    FOSSE_ASSIGN_OR_RETURN(Slot* const on_task, records.Find({store::RecordKind::kWorker, key}));
    if (on_task != nullptr) view.workers.push_back(&on_task->worker);
  }
  return view;
}

absl::StatusOr<uint64_t> LastActivation(const audit::KeyRing& keys, const std::string& digest,
                                        WorkingSet& work) {
  FOSSE_ASSIGN_OR_RETURN(
      const std::vector<uint64_t> found,
      work.session().FindEntries({.term = DocumentTerm(keys, digest), .limit = kMaxActivations}));
  return found.empty() ? 0 : found.back();
}

}  // namespace

bool HasSeen(const v1::LocalityRecord& locality, const InForce& in_force) {
  return locality.documents().rulebook_digest() == ByteView(in_force.rulebook->digest()).view() &&
         locality.documents().directory_digest() == ByteView(in_force.directory->digest()).view();
}

absl::Status ArriveWithoutEffect(Records& records, const std::string& locality, Slot* person,
                                 const InForce& in_force, const care::Moment& moment) {
  if (person == nullptr || in_force.rulebook == nullptr || IsJoined(person->person)) {
    return absl::OkStatus();
  }
  FOSSE_ASSIGN_OR_RETURN(Slot* const own, records.Find({store::RecordKind::kLocality, locality}));
  for (const v1::SweepState& state : own->locality.sweeps()) {
    if (HasReached(state, *person)) continue;
    const care::Consequence consequence = ConsequenceOf(state, person->key.key);
    FOSSE_ASSIGN_OR_RETURN(const care::View view, ViewFor(consequence, *own, in_force, records));
    if (view.person == nullptr || !care::IsConcerned(view, consequence, moment.now)) continue;
    const care::Effect effect = care::HandleConsequence(view, consequence, v1::Envelope(), moment);
    for (const v1::Change& change : effect.changes) care::Fold(change, person->person);
  }
  return absl::OkStatus();
}

absl::Status Sweeper::Spread(std::vector<care::Consequence> consequences, const v1::Envelope& cause,
                             uint64_t cause_index, Turn& turn) {
  const auto everybodys = std::stable_partition(
      consequences.begin(), consequences.end(),
      [](const care::Consequence& consequence) { return !IsEverybodys(consequence); });
  std::set<v1::SweepKind> kinds;
  for (auto it = everybodys; it != consequences.end(); ++it) kinds.insert(it->why);
  consequences.erase(everybodys, consequences.end());
  FOSSE_RETURN_IF_ERROR(SpreadToNamed(consequences, cause, cause_index, turn));
  for (const v1::SweepKind kind : kinds) {
    v1::SweepState state;
    state.set_cause_index(cause_index);
    state.set_kind(kind);
    FOSSE_RETURN_IF_ERROR(StepOf(state, intake_.limits.consequences, {}, turn));
  }
  return absl::OkStatus();
}

absl::Status Sweeper::SpreadToNamed(const std::vector<care::Consequence>& consequences,
                                    const v1::Envelope& cause, uint64_t cause_index, Turn& turn) {
  if (consequences.empty()) return absl::OkStatus();
  v1::SweepState state;
  state.set_cause_index(cause_index);
  state.set_kind(v1::SWEEP_KIND_WORKER);
  state.set_worker_key(consequences[0].worker_key);
  if (consequences.size() > intake_.limits.consequences) {
    if (AreOneWorkersPersons(consequences)) {
      for (const care::Consequence& consequence : consequences) {
        if (consequence.kind != Kind::kLocality) continue;
        uint32_t nobody = 0;
        FOSSE_RETURN_IF_ERROR(Run(consequence, cause, cause_index, nobody, turn));
      }
      return StepOf(state, intake_.limits.consequences, {}, turn);
    }
    Log(Severity::kError, "too-many-consequences", {{"count", consequences.size()}});
    return MissingConsequence();
  }
  const size_t first = turn.work.drafts().size();
  uint32_t at_risk = 0;
  FOSSE_RETURN_IF_ERROR(RunAll(consequences, cause, cause_index, at_risk, turn));
  state.set_at_risk(at_risk);
  return Alarm(state, first, /*goes_on=*/false, turn);
}

absl::Status Sweeper::RunAll(const std::vector<care::Consequence>& consequences,
                             const v1::Envelope& cause, uint64_t cause_index, uint32_t& at_risk,
                             Turn& turn) {
  for (const care::Consequence& consequence : consequences) {
    FOSSE_RETURN_IF_ERROR(Run(consequence, cause, cause_index, at_risk, turn));
  }
  return absl::OkStatus();
}

absl::Status Sweeper::Run(const care::Consequence& consequence, const v1::Envelope& cause,
                          uint64_t cause_index, uint32_t& at_risk, Turn& turn) {
  Records& records = turn.work.records();
  FOSSE_ASSIGN_OR_RETURN(Slot* const locality, turn.work.Locality());
  FOSSE_ASSIGN_OR_RETURN(const care::View view,
                         ViewFor(consequence, *locality, turn.in_force, records));
  FOSSE_ASSIGN_OR_RETURN(Slot * about, PersonOf(consequence, records));
  if (consequence.kind == Kind::kWorkerTask) {
    FOSSE_ASSIGN_OR_RETURN(about,
                           records.Find({store::RecordKind::kWorker, consequence.worker_key}));
  }
  if (consequence.kind == Kind::kLocality) about = locality;
  if (about == nullptr) return MissingConsequence();
  NewEntry entry{.about = about,
                 .envelope = &cause,
                 .cause = cause_index + 1,
                 .now = turn.now,
                 .in_force = &turn.in_force};
  entry.effect = care::HandleConsequence(view, consequence, cause, MomentOf(turn));
  if (IsEmpty(entry.effect)) return absl::OkStatus();
  FOSSE_RETURN_IF_ERROR(WorkingSet::Check(entry));
  FOSSE_RETURN_IF_ERROR(NameWorker(entry, turn));
  at_risk += CountPutAtRisk(consequence.kind, about->person, entry.effect);
  const std::vector<care::Consequence> further = std::move(entry.effect.consequences);
  const std::string held_by = about->person.identity().merged_into();
  const v1::Receipt receipt = turn.work.Add(std::move(entry));
  absl::Status spread = MoveNames(consequence, *about, held_by, turn);
  if (spread.ok()) spread = RunAll(further, cause, receipt.entry_index(), at_risk, turn);
  // Half of what it means must not be kept.
  if (!spread.ok()) turn.work.Spoil();
  return spread;
}

absl::Status Sweeper::MoveNames(const care::Consequence& consequence, Slot& slot,
                                const std::string& held_by, Turn& turn) {
  const bool joins = consequence.kind == Kind::kJoined;
  if (!joins && consequence.kind != Kind::kTakenApart) return absl::OkStatus();
  Records& records = turn.work.records();
  const store::RecordKey other{store::RecordKind::kPerson, consequence.other_key};
  const store::RecordKey holder{store::RecordKind::kPerson,
                                held_by.empty() ? slot.key.key : held_by};
  FOSSE_ASSIGN_OR_RETURN(const std::optional<Digest> alias,
                         records.AliasOf(slot.person.identity().reference().nhs_number(), holder));
  if (!alias.has_value()) return MissingConsequence();
  records.AdoptAlias(*alias, joins ? other : slot.key);
  if (joins) return turn.work.MoveTimers(slot, other, [](const std::string&) { return true; });
  FOSSE_ASSIGN_OR_RETURN(Slot* const from, records.Find(other));
  if (from == nullptr) return MissingConsequence();
  const std::set<std::string> about = care::TimersThatGo(consequence);
  return turn.work.MoveTimers(*from, slot.key,
                              [&about](const std::string& id) { return about.count(id) > 0; });
}

absl::Status Sweeper::NameWorker(const NewEntry& entry, Turn& turn) {
  const std::string& sender = entry.envelope->sender();
  for (const v1::Change& change : entry.effect.changes) {
    for (const v1::WorkerReference& reference : change.worker().references()) {
      if (reference.employer().empty() || reference.employer_reference().empty()) continue;
      if (!care::MayNameWorker(reference, sender, *turn.in_force.rulebook)) continue;
      const Digest alias = EmployerAlias(intake_.keys, reference);
      FOSSE_ASSIGN_OR_RETURN(const std::optional<store::RecordKey> taken,
                             turn.work.records().FindAlias(alias));
      if (!taken.has_value()) turn.work.records().AdoptAlias(alias, entry.about->key);
    }
  }
  return absl::OkStatus();
}

absl::Status Sweeper::NoticeDocuments(Turn& turn) {
  FOSSE_ASSIGN_OR_RETURN(Slot* const locality, turn.work.Locality());
  if (HasSeen(locality->locality, turn.in_force)) return absl::OkStatus();
  const std::string rulebook = ByteView(turn.in_force.rulebook->digest()).str();
  const std::string directory = ByteView(turn.in_force.directory->digest()).str();
  for (const v1::SweepKind kind : {v1::SWEEP_KIND_RULEBOOK, v1::SWEEP_KIND_DIRECTORY}) {
    v1::Change seen;
    v1::DocumentsSeen& documents = *seen.mutable_documents();
    documents = locality->locality.documents();
    std::string& known = kind == v1::SWEEP_KIND_RULEBOOK ? *documents.mutable_rulebook_digest()
                                                         : *documents.mutable_directory_digest();
    const std::string& digest = kind == v1::SWEEP_KIND_RULEBOOK ? rulebook : directory;
    if (known == digest) continue;
    known = digest;
    std::vector<v1::Change> changes = {seen};
    for (const v1::SweepState& open : locality->locality.sweeps()) {
      if (open.kind() != kind) continue;
      // The newer document is the cause for whoever the older one's sweep has not reached.
      v1::SweepState& over = *changes.emplace_back().mutable_sweep();
      over = open;
      over.set_finished(true);
    }
    v1::SweepState state;
    state.set_kind(kind);
    FOSSE_ASSIGN_OR_RETURN(const uint64_t cause, LastActivation(intake_.keys, digest, turn.work));
    state.set_cause_index(cause);
    FOSSE_RETURN_IF_ERROR(StepOf(state, intake_.limits.consequences, std::move(changes), turn));
  }
  return absl::OkStatus();
}

absl::Status Sweeper::Step(size_t persons, Turn& turn) {
  FOSSE_ASSIGN_OR_RETURN(Slot* const locality, turn.work.Locality());
  // One that began in this batch has had its share of it.
  if (locality->locality.sweeps().empty() || turn.work.swept()) return absl::OkStatus();
  return StepOf(locality->locality.sweeps(0), persons, {}, turn);
}

absl::Status Sweeper::Arrive(Slot* person, Turn& turn) {
  if (person == nullptr || person->key.kind != store::RecordKind::kPerson) return absl::OkStatus();
  if (IsJoined(person->person)) return absl::OkStatus();
  FOSSE_ASSIGN_OR_RETURN(Slot* const locality, turn.work.Locality());
  for (const v1::SweepState& state : locality->locality.sweeps()) {
    if (HasReached(state, *person)) continue;
    const care::Consequence consequence = ConsequenceOf(state, person->key.key);
    FOSSE_ASSIGN_OR_RETURN(const care::View view,
                           ViewFor(consequence, *locality, turn.in_force, turn.work.records()));
    if (view.person == nullptr || !care::IsConcerned(view, consequence, turn.now)) continue;
    FOSSE_ASSIGN_OR_RETURN(const v1::Envelope cause, CauseOf(state.cause_index(), turn));
    if (stuck_.count(person->key.key) > 0) continue;
    uint32_t at_risk = 0;
    const absl::Status run = Run(consequence, cause, state.cause_index(), at_risk, turn);
    turn.work.AddAhead(state.cause_index(), at_risk);
    if (run.ok()) continue;
    if (turn.work.spoiled()) stuck_.insert(person->key.key);
    // The person's own message is not lost for it.
    if (turn.work.spoiled() || ReasonOf(run) != "MESSAGE_FAILED_CHECK") return run;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> Sweeper::NextPersons(const v1::SweepState& state,
                                                              size_t limit, Turn& turn) {
  if (state.kind() != v1::SWEEP_KIND_WORKER) {
    return turn.work.session().RecordsAfter(store::RecordKind::kPerson, state.cursor(), limit);
  }
  FOSSE_ASSIGN_OR_RETURN(Slot* const worker, turn.work.records().Find(
                                                 {store::RecordKind::kWorker, state.worker_key()}));
  if (worker == nullptr) return std::vector<std::string>();
  return PersonsOf(worker->worker, state.cursor(), limit);
}

absl::StatusOr<v1::Envelope> Sweeper::CauseOf(uint64_t index, Turn& turn) {
  WorkingSet& work = turn.work;
  if (index >= work.first_index()) {
    const size_t draft = index - work.first_index();
    return draft < work.drafts().size() ? work.drafts()[draft].detail.envelope() : v1::Envelope();
  }
  if (const auto known = causes_.find(index); known != causes_.end()) return known->second;
  v1::EntryDetail detail;
  FOSSE_ASSIGN_OR_RETURN(const std::optional<store::Entry> entry, work.session().ReadEntry(index));
  if (entry.has_value() && !entry->detail.empty()) {
    FOSSE_RETURN_IF_ERROR(ReadAndOpen(work.session(), intake_.keys, entry->subject,
                                      audit::kSealDetail, entry->detail, detail));
  }
  // A redacted cause is one all the same.
  if (!detail.has_envelope()) detail.mutable_envelope()->set_sender(std::string(kOwnSender));
  causes_[index] = detail.envelope();
  return detail.envelope();
}

absl::Status Sweeper::StepOf(v1::SweepState state, size_t limit, std::vector<v1::Change> changes,
                             Turn& turn) {
  FOSSE_ASSIGN_OR_RETURN(const std::vector<std::string> persons, NextPersons(state, limit, turn));
  FOSSE_ASSIGN_OR_RETURN(const v1::Envelope cause, CauseOf(state.cause_index(), turn));
  turn.work.SetSwept();
  const size_t first = turn.work.drafts().size();
  v1::SweepStep step;
  uint32_t at_risk = turn.work.TakeAhead(state.cause_index());
  uint32_t reached = 0;
  for (const std::string& key : persons) {
    state.set_cursor(key);
    FOSSE_ASSIGN_OR_RETURN(Slot* const person,
                           turn.work.records().Find({store::RecordKind::kPerson, key}));
    const bool joined = person != nullptr && IsJoined(person->person);
    // The one that it was joined into has a place of its own; a worker's tasks are looked up there.
    if (joined && state.kind() != v1::SWEEP_KIND_WORKER) continue;
    ++reached;
    if (person != nullptr && state.kind() == v1::SWEEP_KIND_DIRECTORY) {
      turn.work.KeepStandings(*person, turn.in_force.directory.get());
    }
    if (stuck_.count(key) > 0) {
      step.set_failed(step.failed() + 1);
      continue;
    }
    const absl::Status run =
        Run(ConsequenceOf(state, key), cause, state.cause_index(), at_risk, turn);
    if (run.ok()) continue;
    if (turn.work.spoiled()) stuck_.insert(key);  // The batch is redone, past this person.
    if (turn.work.spoiled() || ReasonOf(run) != "MESSAGE_FAILED_CHECK") return run;
    step.set_failed(step.failed() + 1);
  }
  state.set_finished(persons.size() < limit);
  state.set_reached(state.reached() + reached);
  state.set_at_risk(state.at_risk() + at_risk);
  step.set_reached(reached);
  step.set_at_risk(at_risk);
  FOSSE_RETURN_IF_ERROR(Alarm(state, first, !state.finished(), turn));
  if (state.finished()) causes_.erase(state.cause_index());
  changes.emplace_back();
  *changes.back().mutable_sweep() = state;
  return AddStep(state, step, std::move(changes), turn);
}

absl::Status Sweeper::AddStep(const v1::SweepState& state, const v1::SweepStep& step,
                              std::vector<v1::Change> changes, Turn& turn) {
  v1::Envelope envelope;
  v1::SweepStep& said = *envelope.mutable_sweep_step();
  said = step;
  said.set_cause_index(state.cause_index());
  said.set_kind(state.kind());
  said.set_cursor(Hex(state.cursor()));
  said.set_finished(state.finished());
  const Message message =
      OwnMessage(intake_, MessageKind::kNote, kOwnSender,
                 "sweep-" + Base32Crockford(random_.Bytes(16)), std::move(envelope), turn.now);
  FOSSE_ASSIGN_OR_RETURN(Slot* const locality, turn.work.Locality());
  NewEntry entry{.about = locality,
                 .message = &message,
                 .envelope = &message.envelope,
                 .cause = state.cause_index() + 1,
                 .now = turn.now,
                 .in_force = &turn.in_force};
  entry.effect.changes = std::move(changes);
  FOSSE_RETURN_IF_ERROR(WorkingSet::Check(entry));
  turn.work.Add(std::move(entry));
  return absl::OkStatus();
}

absl::Status Sweeper::Alarm(v1::SweepState& state, size_t first, bool goes_on, Turn& turn) {
  const uint32_t stated = turn.in_force.rulebook->document().mass_change_limit();
  if (state.at_risk() <= (stated == 0 ? kMassChangeLimit : stated)) return absl::OkStatus();
  const std::set<std::string> alarmed = WhoIsAlarmed(turn.in_force);
  for (size_t i = first; i < turn.work.drafts().size(); ++i) {
    turn.work.Untell(turn.work.drafts()[i], [&](const v1::Delivery& delivery) {
      return alarmed.count(delivery.recipient()) > 0 && OnlyTells(delivery);
    });
  }
  if (state.alarmed()) return absl::OkStatus();
  state.set_alarmed(true);
  v1::Envelope envelope;
  v1::MassChangeAlarm& alarm = *envelope.mutable_mass_change_alarm();
  alarm.set_kind(state.kind());
  alarm.set_delegations(static_cast<uint32_t>(state.at_risk()));
  alarm.set_goes_on(goes_on);
  alarm.set_cause_index(state.cause_index());
  const Message message =
      OwnMessage(intake_, MessageKind::kNote, kOwnSender,
                 "alarm-" + Base32Crockford(random_.Bytes(16)), std::move(envelope), turn.now);
  FOSSE_ASSIGN_OR_RETURN(Slot* const locality, turn.work.Locality());
  NewEntry entry{.about = locality,
                 .message = &message,
                 .envelope = &message.envelope,
                 .cause = state.cause_index() + 1,
                 .now = turn.now,
                 .in_force = &turn.in_force};
  const care::View view{.person = nullptr,
                        .worker = nullptr,
                        .other_person = nullptr,
                        .rulebook = turn.in_force.rulebook.get(),
                        .directory = turn.in_force.directory.get()};
  FOSSE_ASSIGN_OR_RETURN(entry.effect, care::Handle(view, message.envelope, MomentOf(turn)));
  FOSSE_RETURN_IF_ERROR(WorkingSet::Check(entry));
  turn.work.Add(std::move(entry));
  turn.work.CountMassChange();
  return absl::OkStatus();
}

}  // namespace fosse::engine
