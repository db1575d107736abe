#include "tests/explorer/step.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "care/times.h"
#include "tests/explorer/checks.h"

namespace fosse::care {
namespace {

constexpr int kNobody = -1;

int PersonNumbered(const std::string& number) {
  for (int person = 0; person < kPersons; ++person) {
    if (NumberOf(person) == number) return person;
  }
  return kNobody;
}

int WorkerNamed(const std::string& reference) {
  for (int worker = 0; worker < kWorkers; ++worker) {
    if (ReferenceOf(worker) == reference) return worker;
  }
  return kNobody;
}

template <typename Records, typename KeyOf>
int IndexOf(const Records& records, KeyOf same) {
  for (size_t n = 0; n < records.size(); ++n) {
    if (records[n] != nullptr && same(*records[n])) return static_cast<int>(n);
  }
  return kNobody;
}

template <typename Record, size_t kSize>
const Record* At(const std::array<std::shared_ptr<const Record>, kSize>& records, int index) {
  return index == kNobody ? nullptr : records[static_cast<size_t>(index)].get();
}

absl::Time FirstDue(const State& state) {
  absl::Time first = absl::InfiniteFuture();
  for (const PendingTimer& timer : state.timers) first = std::min(first, timer.due);
  return first;
}

// Timers due at once, in one order whatever their ids.
std::vector<PendingTimer> DueAt(const State& state, absl::Time due) {
  std::vector<PendingTimer> timers;
  for (const PendingTimer& timer : state.timers) {
    if (timer.due == due) timers.push_back(timer);
  }
  return timers;
}

// The second record that a message names. Where both numbers lead to one record it is what was
// joined into that.
int OtherPerson(const State& state, const Wants& wants, const v1::Envelope& envelope, int person) {
  if (!wants.other_person) return kNobody;
  const int named = PersonNumbered(wants.other_person_reference.nhs_number());
  if (named == kNobody || state.persons[static_cast<size_t>(named)] == nullptr) return kNobody;
  const int other = HolderOf(state, named);
  if (other != person) return other;
  const std::string joined = JoinedKeyOf(state.persons[static_cast<size_t>(person)]->identity(),
                                         envelope.subject().person(), wants.other_person_reference);
  if (joined.empty()) return other;
  return IndexOf(state.persons,
                 [&](const v1::CareRecord& record) { return record.person_key() == joined; });
}

// Of a record that is joined into another all timers go there; of one that is taken apart those
// about its own.
void MoveTimers(const Consequence& consequence, int person, State& state) {
  if (consequence.kind != Consequence::Kind::kJoined &&
      consequence.kind != Consequence::Kind::kTakenApart) {
    return;
  }
  const int other = IndexOf(state.persons, [&](const v1::CareRecord& record) {
    return record.person_key() == consequence.other_key;
  });
  const bool joins = consequence.kind == Consequence::Kind::kJoined;
  const std::set<std::string> about = TimersThatGo(consequence);
  for (PendingTimer& timer : state.timers) {
    if (joins && timer.person == person) timer.person = other;
    if (!joins && timer.person == other && about.count(timer.about) > 0) timer.person = person;
  }
}

v1::Envelope TimerMessage(const PendingTimer& timer) {
  v1::Envelope envelope;
  envelope.set_message_id(timer.id);
  envelope.set_locality("QK1");
  v1::TimerDue& due = *envelope.mutable_timer_due();
  due.set_timer_id(timer.id);
  due.set_kind(timer.kind);
  *due.mutable_due_at() = Timestamp(timer.due);
  due.set_about(timer.about);
  return envelope;
}

}  // namespace

Stepper::Stepper(std::shared_ptr<const policy::Rulebook> rulebook,
                 std::shared_ptr<const Directory> directory, Bounds bounds, HandleFunction handle)
    : rulebook_(std::move(rulebook)),
      directory_(std::move(directory)),
      bounds_(bounds),
      handle_(std::move(handle)) {}

std::optional<Taken> Stepper::Take(const State& state, const Move& move) const {
  if (move.row < 0) return LetTimePass(state, move);
  if (FirstDue(state) <= state.now) return std::nullopt;
  v1::Envelope envelope;
  if (!MessageOf(move, state, bounds_, envelope)) return std::nullopt;
  return Send(state, envelope);
}

std::optional<Taken> Stepper::LetTimePass(const State& state, const Move& move) const {
  const absl::Time due = FirstDue(state);
  if (due == absl::InfiniteFuture()) return std::nullopt;
  const std::vector<PendingTimer> timers = DueAt(state, due);
  // What is due already costs no time: it must act before anything else can.
  const bool waits = due > state.now;
  if (waits && state.time_steps >= bounds_.time_steps) return std::nullopt;

  Taken taken;
  taken.after = state;
  if (waits) ++taken.after.time_steps;
  if (move.at_deadline) {
    // The timer acts a millisecond after the deadline, at which an answer is still in time.
    const absl::Time deadline = due - absl::Milliseconds(1);
    if (timers.front().kind != v1::TIMER_KIND_OFFER_DEADLINE || deadline <= state.now) {
      return std::nullopt;
    }
    taken.after.now = deadline;
    taken.changed = true;
    return taken;
  }
  if (static_cast<size_t>(move.which) >= timers.size()) return std::nullopt;
  const PendingTimer timer = timers[static_cast<size_t>(move.which)];
  taken.after.now = std::max(state.now, due);
  auto& pending = taken.after.timers;
  pending.erase(std::find_if(pending.begin(), pending.end(),
                             [&](const PendingTimer& other) { return other.id == timer.id; }));
  taken.changed = true;
  taken.envelope = TimerMessage(timer);
  Handle(state, timer.person, kNobody, kNobody, *taken.envelope, taken);
  return taken;
}

Taken Stepper::Send(const State& state, const v1::Envelope& envelope) const {
  Taken taken;
  taken.after = state;
  taken.envelope = envelope;
  const Wants wants = WhatItWants(envelope);
  int person = kNobody;
  // An acknowledgement is about a delivery; the engine finds the person by it.
  if (wants.person || envelope.has_delivery_outcome()) {
    person = PersonNumbered(envelope.subject().person().nhs_number());
    auto& record = taken.after.persons[static_cast<size_t>(person)];
    if (record == nullptr) {
      if (!wants.may_create_person) {
        taken.status = absl::NotFoundError("no such person");
        return taken;
      }
      auto made = std::make_shared<v1::CareRecord>();
      made->set_person_key(absl::StrCat("person-", person));
      record = made;
    }
    person = HolderOf(taken.after, person);
  }
  int worker = kNobody;
  if (wants.worker) {
    worker = WorkerNamed(wants.worker_reference.employer_reference());
    FOSSE_CHECK(worker != kNobody);
    auto& record = taken.after.workers[static_cast<size_t>(worker)];
    if (record == nullptr && wants.may_create_worker) {
      auto made = std::make_shared<v1::WorkerRecord>();
      made->set_worker_key(absl::StrCat("worker-", worker));
      record = made;
    }
  }
  Handle(state, person, worker, OtherPerson(taken.after, wants, envelope, person), envelope, taken);
  return taken;
}

void Stepper::Handle(const State& state, int person, int worker, int other,
                     const v1::Envelope& envelope, Taken& taken) const {
  const View view{At(taken.after.persons, person), At(taken.after.workers, worker),
                  At(taken.after.persons, other), rulebook_.get(), directory_.get()};
  absl::StatusOr<Effect> effect = handle_(view, envelope, NextMoment(taken.after));
  if (!effect.ok()) {
    taken.status = effect.status();
    taken.broken = CheckRefusal(envelope, effect.status());
    taken.after = state;
    taken.changed = false;
    return;
  }
  taken.sent.effect = *std::move(effect);
  const Effect& done = taken.sent.effect;
  taken.changed =
      taken.changed || !done.changes.empty() || !done.timers.empty() || !done.consequences.empty();
  Apply(done, person, worker, taken.after);
  HandleConsequences(done.consequences, envelope, taken);
  Check(state, taken);
}

void Stepper::Apply(const Effect& effect, int person, int worker, State& state) const {
  std::shared_ptr<v1::CareRecord> record;
  std::shared_ptr<v1::WorkerRecord> worker_record;
  for (const v1::Change& change : effect.changes) {
    if (change.has_worker() || change.has_competency() || change.has_worker_task()) {
      if (worker_record == nullptr) {
        worker_record = std::make_shared<v1::WorkerRecord>(*At(state.workers, worker));
      }
      Fold(change, *worker_record);
    } else {
      if (record == nullptr) {
        record = std::make_shared<v1::CareRecord>(*At(state.persons, person));
      }
      Fold(change, *record);
    }
  }
  if (record != nullptr) state.persons[static_cast<size_t>(person)] = std::move(record);
  if (worker_record != nullptr) state.workers[static_cast<size_t>(worker)] = worker_record;
  for (const TimerChange& timer : effect.timers) {
    auto& pending = state.timers;
    pending.erase(
        std::remove_if(pending.begin(), pending.end(),
                       [&](const PendingTimer& other) { return other.id == timer.timer_id; }),
        pending.end());
    if (timer.due_at == absl::InfinitePast()) continue;
    const PendingTimer set{timer.timer_id, timer.kind, timer.due_at, timer.about, person};
    pending.insert(std::upper_bound(pending.begin(), pending.end(), set,
                                    [](const PendingTimer& a, const PendingTimer& b) {
                                      return std::tie(a.kind, a.person, a.id) <
                                             std::tie(b.kind, b.person, b.id);
                                    }),
                   set);
  }
}

void Stepper::HandleConsequences(const std::vector<Consequence>& consequences,
                                 const v1::Envelope& envelope, Taken& taken) const {
  using Kind = Consequence::Kind;
  State& state = taken.after;
  for (const Consequence& consequence : consequences) {
    // No part of a state: no move here asks what rests on the locality's record.
    if (consequence.kind == Kind::kLocality) continue;
    const int person = IndexOf(state.persons, [&](const v1::CareRecord& record) {
      return record.person_key() == consequence.person_key;
    });
    const int worker = IndexOf(state.workers, [&](const v1::WorkerRecord& record) {
      return record.worker_key() == consequence.worker_key;
    });
    const bool about_worker = consequence.kind == Kind::kWorkerTask;
    const bool about_both = consequence.kind == Kind::kCompetenceChanged;
    if ((about_worker || about_both) ? worker == kNobody : person == kNobody) continue;
    const View view{about_worker ? nullptr : At(state.persons, person),
                    about_worker || about_both ? At(state.workers, worker) : nullptr, nullptr,
                    rulebook_.get(), directory_.get()};
    const Effect effect = HandleConsequence(view, consequence, envelope, NextMoment(state));
    taken.sent.consequences.push_back(effect);
    Apply(effect, about_worker ? kNobody : person, about_worker ? worker : kNobody, state);
    if (!about_worker) MoveTimers(consequence, person, state);
    HandleConsequences(effect.consequences, envelope, taken);
  }
}

void Stepper::Check(const State& before, Taken& taken) const {
  const bool timer = taken.envelope.has_value() && taken.envelope->has_timer_due();
  const Step step{timer ? nullptr : &*taken.envelope, &taken.sent,
                  before.AllRecords(rulebook_.get()), taken.after.AllRecords(rulebook_.get())};
  taken.broken = taken.after.watch.After(step);
  const Broken more = CheckMore(step, taken.after);
  taken.broken.insert(taken.broken.end(), more.begin(), more.end());
}

// Seeds never repeat along one history, and are short: nothing asks more of them here.
Moment Stepper::NextMoment(State& state) const {
  return {state.now, absl::StrCat("seed", state.seeds++)};
}

std::shared_ptr<const policy::Rulebook> ExplorerRulebook() {
  static const std::shared_ptr<const policy::Rulebook> rulebook = [] {
    auto loaded = policy::Rulebook::Create(StoredRulebook());
    FOSSE_CHECK(loaded.ok());
    return std::shared_ptr<const policy::Rulebook>(*std::move(loaded));
  }();
  return rulebook;
}

std::shared_ptr<const Directory> ExplorerDirectory() {
  static const std::shared_ptr<const Directory> directory = [] {
    auto created = Directory::Create(StoredDirectory());
    FOSSE_CHECK(created.ok());
    return std::shared_ptr<const Directory>(*std::move(created));
  }();
  return directory;
}

absl::Time FirstInstant() {
  absl::Time at;
  FOSSE_CHECK(absl::ParseTime(absl::RFC3339_full, "2026-11-02T09:00:00Z", &at, nullptr));
  return at;
}

}  // namespace fosse::care
