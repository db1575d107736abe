#include "tests/explorer/canonical.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/local_date.h"
#include "care/merge_steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

using google::protobuf::Timestamp;

constexpr absl::Duration kDrift = absl::Seconds(1);
constexpr absl::Duration kLongestDeadline =
    absl::Hours(24 * 7 * 12);  // Of the rulebook: a review's.

// Far from a change of the clocks a day is 24 hours, and only what lies between two instants
// matters. Where now, or a timer that waits, is past this the instant itself is kept.
absl::Time ClocksChangeSoon() {
  static const absl::Time soon = LondonStartOfDay(absl::CivilDay(2027, 3, 1));
  return soon;
}

// Whole minutes from now: every deadline of the rulebook and every day begins on one. Timers act a
// millisecond after a deadline, so instants drift by milliseconds; which of two comes first is kept
// by the order of the timers, and whether something lies before, at or after now by its sign.
int64_t MinutesFrom(absl::Time now, absl::Time time) {
  const absl::Duration after = time - now;
  if (after == absl::ZeroDuration()) return 0;
  if (absl::AbsDuration(after) < kDrift) return after > absl::ZeroDuration() ? 1 : -1;
  // Shifted by two, so that a minute is not mistaken for the sign alone.
  const int64_t minutes = absl::ToInt64Minutes(after + absl::Seconds(30));
  return minutes >= 0 ? minutes + 2 : minutes - 2;
}

void Relative(absl::Time now, Timestamp* time) {
  const absl::Time was = TimeOf(*time);
  time->set_nanos(0);
  time->set_seconds(MinutesFrom(now, was));
}

// Days from today.
void RelativeDay(absl::Time now, std::string* day) {
  const std::optional<absl::CivilDay> parsed = ParseLocalDate(*day);
  if (parsed.has_value()) *day = absl::StrCat(*parsed - LondonDay(now));
}

// Of days that are only ever compared with today, all past ones are alike.
void RelativeOrPast(absl::Time now, std::string* day) {
  const std::optional<absl::CivilDay> parsed = ParseLocalDate(*day);
  if (parsed.has_value()) {
    *day = absl::StrCat(std::max<int64_t>(-1, *parsed - LondonDay(now)));
  }
}

// Only whether it is there is ever read.
void OnlyWhether(Timestamp* time) { time->Clear(); }

uint64_t Mix(uint64_t a, uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

Fingerprint HashOf(const std::string& text) {
  Fingerprint print{0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f};
  const char* at = text.data();
  for (size_t left = text.size(); left > 0;) {
    uint64_t word = 0;
    const size_t size = std::min<size_t>(left, sizeof(word));
    std::memcpy(&word, at, size);
    at += size;
    left -= size;
    print.high = Mix(print.high ^ word, 0xff51afd7ed558ccd) + size;
    print.low = Mix(print.low + word, 0xc4ceb9fe1a85ec53) ^ (print.high << 7);
  }
  print.high = Mix(print.high ^ text.size(), 0x9fb21c651e98df25);
  print.low = Mix(print.low ^ print.high, 0xa0761d6478bd642f);
  return print;
}

// New names by old ones. A record has a handful, so a list is quicker than a map.
class Names {
 public:
  void Add(const std::string& old, std::string name) { names_.emplace_back(old, std::move(name)); }
  void Rename(std::string* text) const {
    for (const auto& [old, name] : names_) {
      if (old == *text) {
        *text = name;
        return;
      }
    }
  }

 private:
  std::vector<std::pair<std::string, std::string>> names_;
};

// One form under way.
class Former {
 public:
  Former(const State& state, const Symmetry& symmetry, bool swap_persons, bool swap_workers)
      : state_(state),
        now_(state.now),
        symmetry_(symmetry),
        swap_persons_(swap_persons),
        swap_workers_(swap_workers) {
    for (int slot = 0; slot < kPersons; ++slot) NamePerson(slot);
    NameClaims();
    for (int slot = 0; slot < kWorkers; ++slot) {
      const auto& worker = state_.workers[static_cast<size_t>(WorkerAt(slot))];
      if (worker != nullptr) names_.Add(worker->worker_key(), absl::StrCat("w", slot));
    }
  }

  void Write(v1::CareRecord& person, v1::WorkerRecord& worker, std::string& form) {
    form.clear();
    // Where in the day it is: days end at midnight in London.
    const absl::Duration of_day = now_ - LondonStartOfDay(LondonDay(now_));
    absl::StrAppend(&form, absl::ToInt64Minutes(of_day), " ", state_.time_steps, " ",
                    Reach() < ClocksChangeSoon() ? 0 : absl::ToUnixSeconds(now_), "\n");
    for (int slot = 0; slot < kPersons; ++slot) {
      const auto& held = state_.persons[static_cast<size_t>(PersonAt(slot))];
      form += held == nullptr ? '-' : '+';
      if (held == nullptr) continue;
      person = *held;
      Form(person);
      person.AppendToString(&form);
    }
    for (int slot = 0; slot < kWorkers; ++slot) {
      const auto& held = state_.workers[static_cast<size_t>(WorkerAt(slot))];
      form += held == nullptr ? '-' : '+';
      if (held == nullptr) continue;
      worker = *held;
      Form(worker);
      worker.AppendToString(&form);
    }
    WriteTimers(form);
    WriteWatch(form);
  }

 private:
  int PersonAt(int slot) const { return swap_persons_ ? kPersons - 1 - slot : slot; }
  int WorkerAt(int slot) const { return swap_workers_ ? kWorkers - 1 - slot : slot; }

  // The furthest instant that a timer has, or that the next message or timer could set one to.
  absl::Time Reach() const {
    absl::Time reach = now_;
    for (const PendingTimer& timer : state_.timers) reach = std::max(reach, timer.due);
    return std::max(reach, now_ + kLongestDeadline);
  }

  void NamePerson(int slot) {
    // A joined record's episode keeps the reference that the moves give that person's.
    names_.Add(absl::StrCat("E-", NumberOf(PersonAt(slot))), absl::StrCat("e", slot));
    const auto& record = state_.persons[static_cast<size_t>(PersonAt(slot))];
    if (record == nullptr) return;
    names_.Add(record->person_key(), absl::StrCat("p", slot));
    for (int n = 0; n < record->delegations_size(); ++n) {
      const v1::Delegation& delegation = record->delegations(n);
      names_.Add(delegation.delegation_id(), absl::StrCat("p", slot, "d", n));
      if (const std::string& id = delegation.oversight().offer().offer_id(); !id.empty()) {
        names_.Add(id, absl::StrCat("p", slot, "d", n, "o"));
      }
    }
    for (int n = 0, live = 0; n < record->concerns_size(); ++n) {
      if (!record->concerns(n).open()) continue;
      names_.Add(record->concerns(n).concern_id(), absl::StrCat("p", slot, "c", live++));
    }
    for (int n = 0, open = 0; n < record->covers_size(); ++n) {
      if (!IsOpen(record->covers(n))) continue;
      names_.Add(record->covers(n).cover_id(), absl::StrCat("p", slot, "k", open++));
    }
  }

  // What chases a claim of two records.
  void NameClaims() {
    const auto& one = state_.persons[static_cast<size_t>(PersonAt(0))];
    const auto& other = state_.persons[static_cast<size_t>(PersonAt(1))];
    if (one == nullptr || other == nullptr) return;
    names_.Add(ClaimId(one->person_key(), other->person_key()), "p0q");
    names_.Add(ClaimId(other->person_key(), one->person_key()), "p1q");
  }

  void Form(v1::PersonIdentity& identity) {
    identity.clear_reference();  // The person's place among the persons says it.
    names_.Rename(identity.mutable_merged_into());
    for (v1::IdentityClaim& claim : *identity.mutable_claims()) {
      names_.Rename(claim.mutable_other_key());
      OnlyWhether(claim.mutable_claimed_at());
    }
    for (v1::JoinedRecord& joined : *identity.mutable_joined()) {
      names_.Rename(joined.mutable_person_key());
      joined.clear_reference();
      OnlyWhether(joined.mutable_joined_at());
      joined.clear_claimed_by();  // For people to read.
      joined.clear_confirmed_by();
    }
  }

  // Where what the form still holds came from: of closed concerns, covers that are over and reports
  // of care nothing is read, wherever they are.
  void FormOrigins(google::protobuf::RepeatedPtrField<v1::ItemOrigin>& origins) {
    for (int n = origins.size() - 1; n >= 0; --n) {
      v1::RecordItem& item = *origins[n].mutable_item();
      const std::string id = item.id();
      names_.Rename(item.mutable_id());
      if (item.id() == id) {
        origins.DeleteSubrange(n, 1);
      } else {
        names_.Rename(origins[n].mutable_person_key());
      }
    }
    std::sort(origins.pointer_begin(), origins.pointer_end(),
              [](const v1::ItemOrigin* a, const v1::ItemOrigin* b) {
                return std::make_pair(a->item().kind(), a->item().id()) <
                       std::make_pair(b->item().kind(), b->item().id());
              });
  }

  void Form(v1::CareRecord& record) {
    names_.Rename(record.mutable_person_key());
    record.clear_version();  // Counts entries; nothing decides by it.
    Form(*record.mutable_identity());
    for (v1::Episode& episode : *record.mutable_episodes()) {
      names_.Rename(episode.mutable_reference());
      OnlyWhether(episode.mutable_opened_at());
      if (episode.has_closed_at()) OnlyWhether(episode.mutable_closed_at());
      // The moves name the time of the last event, or one before it, and no other.
      if (episode.has_last_event_at()) OnlyWhether(episode.mutable_last_event_at());
    }
    for (v1::Delegation& delegation : *record.mutable_delegations()) Form(delegation);
    FormConcerns(*record.mutable_concerns());
    FormCovers(record);
    FormPerformances(*record.mutable_performances());
    FormOrigins(*record.mutable_origins());
  }

  void Form(v1::Delegation& delegation) {
    names_.Rename(delegation.mutable_delegation_id());
    names_.Rename(delegation.mutable_duplicate_of());
    // When, for people to read: nothing decides by these.
    if (delegation.has_proposed_at()) OnlyWhether(delegation.mutable_proposed_at());
    if (delegation.has_active_since()) OnlyWhether(delegation.mutable_active_since());
    if (delegation.has_next_action_at()) OnlyWhether(delegation.mutable_next_action_at());
    // Who owns what runs undisturbed depends on whether an offer was asked for, not on when.
    if (delegation.has_offer_prompted_at()) OnlyWhether(delegation.mutable_offer_prompted_at());
    std::sort(delegation.mutable_told()->begin(), delegation.mutable_told()->end());  // A set.
    RelativeDay(now_, delegation.mutable_review_on());  // An overdue one is chased from its day on.
    if (symmetry_.late_reports) {
      if (delegation.has_started_at()) Relative(now_, delegation.mutable_started_at());
      if (delegation.has_ended_at()) Relative(now_, delegation.mutable_ended_at());
    } else {
      // Care is only ever reported as given now: after any start, and not before any end.
      if (delegation.has_started_at()) OnlyWhether(delegation.mutable_started_at());
      if (delegation.has_ended_at()) OnlyWhether(delegation.mutable_ended_at());
    }
    for (v1::Assignment& assignment : *delegation.mutable_assignments()) {
      names_.Rename(assignment.mutable_worker_key());
      // Says the same as the key.
      assignment.mutable_assignment()->clear_worker();
      OnlyWhether(assignment.mutable_at());
      RelativeOrPast(now_, assignment.mutable_competence_until());
    }
    for (v1::OverrideState& held : *delegation.mutable_overrides()) {
      OnlyWhether(held.mutable_at());
      RelativeOrPast(now_, held.mutable_until());
    }
    if (delegation.has_shared_care()) {
      v1::SharedCareState& held = *delegation.mutable_shared_care();
      if (held.has_due_at()) OnlyWhether(held.mutable_due_at());  // The timer says it.
      RelativeOrPast(now_, held.mutable_decided_on());
    }
    if (delegation.has_oversight()) Form(*delegation.mutable_oversight());
    if (Over(delegation) && !symmetry_.late_reports) {
      // Of what is over, who had a part in it and what became of its offers is still read. Who
      // did it and under which rules is not, while care is only reported as given now.
      delegation.clear_assignments();
      delegation.clear_response();
      delegation.clear_missing_rules();
      delegation.clear_started_at();
      delegation.clear_active_since();
      delegation.clear_delegator_objects();
      delegation.clear_overrides();
      delegation.clear_review_on();
      delegation.clear_dispute();
      delegation.clear_dispute_owner();
    }
  }

  void Form(v1::Oversight& oversight) {
    OnlyWhether(oversight.mutable_since());
    if (oversight.has_offer()) {
      v1::OfferState& offer = *oversight.mutable_offer();
      names_.Rename(offer.mutable_offer_id());
      OnlyWhether(offer.mutable_offered_at());
      Relative(now_, offer.mutable_deadline());
    }
    auto& past = *oversight.mutable_past_offers();
    for (int n = past.size() - 1; n >= 0; --n) {
      v1::OfferState& offer = past[n];
      // No move can name an offer that a gap made once it is closed.
      if (offer.reference().empty()) {
        past.DeleteSubrange(n, 1);
        continue;
      }
      // What a late answer to it meets: to whom it went, and how it was closed.
      offer.clear_offer_id();
      offer.clear_author();
      offer.clear_offered_at();
      offer.clear_deadline();
    }
  }

  void FormConcerns(google::protobuf::RepeatedPtrField<v1::ConcernState>& concerns) {
    for (int n = concerns.size() - 1; n >= 0; --n) {
      if (!concerns[n].open()) {  // No move names a closed one, and no rule counts it.
        concerns.DeleteSubrange(n, 1);
        continue;
      }
      names_.Rename(concerns[n].mutable_concern_id());
      names_.Rename(concerns[n].mutable_delegation_id());
      OnlyWhether(concerns[n].mutable_act_by());  // The timer says it.
    }
  }

  static bool IsOpen(const v1::CoverOrderState& cover) {
    return cover.state() != v1::COVER_STATE_ENDED && cover.state() != v1::COVER_STATE_REFUSED;
  }

  // To whose record a cover order goes back. Empty: it was never joined, or nobody can say.
  std::string OriginOf(const v1::CareRecord& record, const std::string& cover_id) const {
    for (const v1::ItemOrigin& origin : record.origins()) {
      if (origin.item().id() != cover_id) continue;
      std::string key = origin.person_key();
      names_.Rename(&key);
      return "+" + key;
    }
    return "";
  }

  void FormCovers(v1::CareRecord& record) {
    auto& covers = *record.mutable_covers();
    std::set<std::string> closed;
    for (int n = covers.size() - 1; n >= 0; --n) {
      v1::CoverOrderState& cover = covers[n];
      names_.Rename(cover.mutable_delegation_id());
      if (!IsOpen(cover)) {
        // Nothing more can be said of it, but whom it asked has a part in the task for good.
        v1::CoverOrderState asked;
        asked.set_delegation_id(cover.delegation_id());
        asked.set_cover_by(cover.cover_by());
        asked.set_state(cover.state());
        asked.set_owner(OriginOf(record, cover.cover_id()));
        closed.insert(asked.SerializeAsString());
        covers.DeleteSubrange(n, 1);
        continue;
      }
      names_.Rename(cover.mutable_cover_id());
      OnlyWhether(cover.mutable_from());
      OnlyWhether(cover.mutable_next_action_at());  // The timer says it.
      cover.clear_visits();                         // The moves tell of none.
      // What was said of it, and when, is kept for settlement. Only whether somebody came is read:
      // then somebody is asked to settle once it is over.
      bool came = false;
      for (const v1::CoverEvent& event : cover.events()) {
        came = came || event.state() == v1::COVER_STATE_CONFIRMED ||
               event.state() == v1::COVER_STATE_STARTED;
      }
      cover.clear_events();
      if (came) cover.add_events();
    }
    for (const std::string& asked : closed) covers.Add()->ParseFromString(asked);
  }

  // Reports are kept for reading. Only how many were ad hoc, and when, is counted again.
  void FormPerformances(google::protobuf::RepeatedPtrField<v1::Performance>& performances) {
    for (int n = performances.size() - 1; n >= 0; --n) {
      if (!performances[n].ad_hoc()) {
        performances.DeleteSubrange(n, 1);
        continue;
      }
      names_.Rename(performances[n].mutable_delegation_id());
      names_.Rename(performances[n].mutable_worker_key());
      Relative(now_, performances[n].mutable_performed_at());
    }
  }

  void Form(v1::WorkerRecord& record) {
    names_.Rename(record.mutable_worker_key());
    record.clear_version();
    // Made from the key, and the worker's place among the workers.
    record.clear_worker_number();
    for (v1::WorkerReference& reference : *record.mutable_references()) {
      reference.clear_worker_number();
      reference.clear_employer_reference();
    }
    const bool one = record.competencies_size() <= 1;
    for (v1::Competency& competency : *record.mutable_competencies()) {
      names_.Rename(competency.mutable_person_key());
      v1::CompetencyRecord& stated = *competency.mutable_record();
      stated.clear_reference();  // "K-", the worker and its number: its place says it.
      RelativeOrPast(now_, stated.mutable_refresher_due_on());
      if (one && !symmetry_.late_reports) {
        // Which of two is newer, and whether it was in force earlier, is never asked.
        stated.clear_assessed_on();
        competency.clear_recorded_at();
        if (competency.has_revoked_at()) OnlyWhether(competency.mutable_revoked_at());
      } else {
        RelativeDay(now_, stated.mutable_assessed_on());
        Relative(now_, competency.mutable_recorded_at());
        if (competency.has_revoked_at()) Relative(now_, competency.mutable_revoked_at());
      }
    }
    auto& tasks = *record.mutable_tasks();
    for (int n = tasks.size() - 1; n >= 0; --n) {
      if (tasks[n].removed()) {  // As if it had never been there.
        tasks.DeleteSubrange(n, 1);
        continue;
      }
      names_.Rename(tasks[n].mutable_person_key());
      names_.Rename(tasks[n].mutable_delegation_id());
    }
    std::sort(tasks.pointer_begin(), tasks.pointer_end(),
              [](const v1::WorkerTask* a, const v1::WorkerTask* b) {
                return a->delegation_id() < b->delegation_id();
              });
  }

  // In the order in which they fall due: those due at once in one order of names.
  void WriteTimers(std::string& form) const {
    struct Line {
      absl::Time due;
      std::string words;
    };
    std::vector<Line> lines;
    for (const PendingTimer& timer : state_.timers) {
      std::string about = timer.about;
      names_.Rename(&about);
      const int slot = swap_persons_ ? kPersons - 1 - timer.person : timer.person;
      lines.push_back({timer.due, absl::StrCat(static_cast<int>(timer.kind), about, "/", slot)});
    }
    std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
      return std::tie(a.due, a.words) < std::tie(b.due, b.words);
    });
    absl::Time before = absl::InfinitePast();
    for (const Line& line : lines) {
      absl::StrAppend(&form, line.due == before ? "\n=" : "\n>", line.words, "@",
                      MinutesFrom(now_, line.due));
      before = line.due;
    }
  }

  void WriteWatch(std::string& form) const {
    std::vector<std::string> lines;
    for (const auto& [delegation, told] : state_.watch.told_of_start) {
      if (IsOver(delegation)) continue;  // The end was told, and is not told again.
      std::string line = delegation;
      names_.Rename(&line);
      for (const std::string& organisation : told) absl::StrAppend(&line, ",", organisation);
      lines.push_back(std::move(line));
    }
    for (const std::string& delegation : state_.watch.need_gone) {
      std::string line = delegation;
      names_.Rename(&line);
      lines.push_back(line + "!");
    }
    std::sort(lines.begin(), lines.end());
    for (const std::string& line : lines) absl::StrAppend(&form, "\n", line);
  }

  bool IsOver(const std::string& id) const {
    for (const auto& person : state_.persons) {
      if (person == nullptr) continue;
      for (const v1::Delegation& delegation : person->delegations()) {
        if (delegation.delegation_id() == id) return Over(delegation);
      }
    }
    return false;
  }

  const State& state_;
  const absl::Time now_;
  const Symmetry& symmetry_;
  const bool swap_persons_;
  const bool swap_workers_;
  Names names_;
};

}  // namespace

const std::string& Canonical::Form(const State& state, bool swap_persons, bool swap_workers) {
  Former(state, symmetry_, swap_persons, swap_workers).Write(person_, worker_, form_);
  return form_;
}

Fingerprint Canonical::Of(const State& state) {
  Fingerprint least = HashOf(Form(state, false, false));
  for (const bool persons : {false, true}) {
    for (const bool workers : {false, true}) {
      if ((!persons && !workers) || (persons && !symmetry_.persons) ||
          (workers && !symmetry_.workers)) {
        continue;
      }
      least = std::min(least, HashOf(Form(state, persons, workers)));
    }
  }
  return least;
}

}  // namespace fosse::care
