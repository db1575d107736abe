#include "tests/care/invariants.h"

#include "absl/strings/str_cat.h"
#include "care/times.h"

namespace fosse::care {
namespace {

bool Live(const v1::Delegation& d) {
  return d.state() == v1::DELEGATION_STATE_ACTIVE || d.state() == v1::DELEGATION_STATE_AT_RISK ||
         d.state() == v1::DELEGATION_STATE_PAUSED || d.state() == v1::DELEGATION_STATE_SUSPENDED;
}

bool Running(const v1::Delegation& d) {
  return d.state() == v1::DELEGATION_STATE_ACTIVE || d.state() == v1::DELEGATION_STATE_AT_RISK;
}

bool HasOpenCover(const v1::CareRecord& record, const std::string& id) {
  for (const v1::CoverOrderState& cover : record.covers()) {
    if (cover.delegation_id() == id && cover.state() != v1::COVER_STATE_ENDED &&
        cover.state() != v1::COVER_STATE_REFUSED) {
      return true;
    }
  }
  return false;
}

const v1::Delegation* Find(const v1::CareRecord& record, const std::string& id) {
  for (const v1::Delegation& delegation : record.delegations()) {
    if (delegation.delegation_id() == id) return &delegation;
  }
  return nullptr;
}

// In whichever record it was: records are joined and taken apart.
const v1::Delegation* Before(const Step& step, const std::string& id) {
  for (const auto& [number, record] : step.before.persons) {
    if (const v1::Delegation* found = Find(*record, id)) return found;
  }
  return nullptr;
}

bool Permitted(const Sent& sent, v1::Question question, const std::string& id) {
  const auto in = [&](const Effect& effect) {
    for (const v1::RecordedDecision& decision : effect.recorded) {
      if (decision.question() == question && decision.delegation_id() == id &&
          decision.outcome() == v1::OUTCOME_PERMIT) {
        return true;
      }
    }
    return false;
  };
  if (in(sent.effect)) return true;
  for (const Effect& effect : sent.consequences) {
    if (in(effect)) return true;
  }
  return false;
}

template <typename Check>
void ForEach(const Step& step, Check check) {
  for (const auto& [person, record] : step.after.persons) {
    for (const v1::Delegation& delegation : record->delegations()) {
      check(person, *record, delegation, Before(step, delegation.delegation_id()));
    }
  }
}

void Append(Broken& all, const Broken& more) { all.insert(all.end(), more.begin(), more.end()); }

// An oracle of its own: some recognised competency in the task, assessed by then, not revoked by
// then, with no later finding against it, and where specific, this person's.
bool WasCompetent(const v1::WorkerRecord& worker, const std::string& task,
                  const std::string& person_key, absl::Time at) {
  bool competent = false;
  std::string latest;
  for (const v1::Competency& competency : worker.competencies()) {
    const v1::CompetencyRecord& record = competency.record();
    if (competency.task_code() != task || record.assessed_on() > DayOf(at)) continue;
    const bool specific = record.training_class() == v1::TRAINING_CLASS_SPECIFIC;
    if (specific && competency.person_key() != person_key) continue;
    if (competency.has_revoked_at() && TimeOf(competency.revoked_at()) <= at) continue;
    if (record.result() == v1::COMPETENCY_RESULT_NOT_COMPETENT) continue;
    if (!record.refresher_due_on().empty() && record.refresher_due_on() < DayOf(at)) continue;
    competent = competent || competency.recognised();
  }
  return competent;
}

}  // namespace

Records::Records(const std::map<std::string, v1::CareRecord>* by_number) {
  for (const auto& [number, record] : *by_number) persons.emplace_back(number, &record);
}

Records::Records(const World* world) : Records(&world->persons()) {
  for (const auto& [reference, worker] : world->workers()) workers.push_back(&worker);
  rulebook = world->rulebook.get();
}

const v1::CareRecord* Records::Find(const std::string& nhs_number) const {
  for (const auto& [number, record] : persons) {
    if (number == nhs_number) return record;
  }
  return nullptr;
}

Broken CheckOverseers(const v1::CareRecord& record) {
  Broken broken;
  for (const v1::Delegation& d : record.delegations()) {
    if (!Live(d)) continue;
    const v1::Oversight& oversight = d.oversight();
    if (oversight.state() == v1::OVERSIGHT_STATE_GAP) {
      if (oversight.gap_owner().empty() || !HasOpenCover(record, d.delegation_id())) {
        broken.push_back("INV-01: a gap without owner or cover order");
      }
      continue;
    }
    const bool held = oversight.state() == v1::OVERSIGHT_STATE_HELD ||
                      oversight.state() == v1::OVERSIGHT_STATE_OFFERED;
    if (!held || oversight.holder().empty()) broken.push_back("INV-01: live without an overseer");
    if (oversight.contacts().in_hours().telephone().empty() ||
        oversight.contacts().out_of_hours().telephone().empty()) {
      broken.push_back("INV-01: an overseer whom nobody can call");
    }
    const bool offered = oversight.has_offer() && !oversight.offer().closed();
    if (offered != (oversight.state() == v1::OVERSIGHT_STATE_OFFERED)) {
      broken.push_back("INV-02: offered, and not said so");
    }
  }
  return broken;
}

Broken CheckReservedTasks(const v1::CareRecord& record, const policy::Rulebook& rulebook) {
  Broken broken;
  for (const v1::Delegation& d : record.delegations()) {
    const v1::CatalogueTask* task = rulebook.FindTask(d.proposal().task().code());
    const bool reserved =
        task != nullptr && task->restriction() == v1::Facts::TASK_RESTRICTION_REGISTERED_NURSE_ONLY;
    if (Live(d) && reserved && d.proposal().performer() != v1::PERFORMER_KIND_REGISTERED_NURSE) {
      broken.push_back("INV-04: a nurse's task is live with somebody who is no nurse");
    }
  }
  return broken;
}

Broken CheckDuplicates(const v1::CareRecord& record) {
  Broken broken;
  for (int i = 0; i < record.delegations_size(); ++i) {
    for (int j = i + 1; j < record.delegations_size(); ++j) {
      const v1::Delegation& a = record.delegations(i);
      const v1::Delegation& b = record.delegations(j);
      const v1::DelegatedTask& one = a.proposal().task();
      const v1::DelegatedTask& other = b.proposal().task();
      if (Live(a) && Live(b) && one.code().code() == other.code().code() &&
          one.setting() == other.setting() && one.slot() == other.slot() &&
          a.proposal().changeover_ends_on().empty() && b.proposal().changeover_ends_on().empty() &&
          // They came from two records of one person, and somebody is asked which one ends.
          (a.duplicate_of() != b.delegation_id() || b.duplicate_of() != a.delegation_id())) {
        broken.push_back("INV-06: two live delegations of one task");
      }
    }
  }
  return broken;
}

namespace {

bool HasTimer(const World& world, const std::string& about) {
  for (const auto& [id, timer] : world.timers()) {
    if (timer.about == about) return true;
  }
  return false;
}

// Quiet: care runs, nothing is missing, nobody has been asked for anything.
bool IsQuiet(const v1::Delegation& d) {
  return d.state() == v1::DELEGATION_STATE_ACTIVE && d.missing_rules().empty() &&
         !d.has_offer_prompted_at() && d.oversight().state() == v1::OVERSIGHT_STATE_HELD;
}

void CheckItem(const World& world, const std::string& what, const std::string& id,
               const std::string& owner, absl::Time by, Broken& broken) {
  if (owner.empty()) broken.push_back(absl::StrCat("CTL-15: nobody owns ", what));
  if (by == absl::InfinitePast()) broken.push_back(absl::StrCat("CTL-15: no next time, ", what));
  if (by != absl::InfinitePast() && by < world.now - absl::Seconds(1)) {
    broken.push_back(absl::StrCat("CTL-15: overdue and not chased, ", what, " since ",
                                  absl::FormatTime(by), " of ", owner));
  }
  if (!HasTimer(world, id)) broken.push_back(absl::StrCat("CTL-15: nothing chases ", what));
}

}  // namespace

Broken CheckOwners(const World& world, const std::string& person) {
  Broken broken;
  const v1::CareRecord& record = world.person(person);
  for (const v1::Delegation& d : record.delegations()) {
    if (d.state() == v1::DELEGATION_STATE_ENDED || d.state() == v1::DELEGATION_STATE_DECLINED) {
      continue;
    }
    const std::string what = absl::StrCat("a delegation, ", v1::DelegationState_Name(d.state()));
    if (!IsQuiet(d) || !d.owner().empty()) {
      CheckItem(world, what, d.delegation_id(), d.owner(), TimeOf(d.next_action_at()), broken);
    } else if (!HasTimer(world, d.delegation_id())) {
      broken.push_back(absl::StrCat("CTL-15: nothing looks again at ", what));
    }
    const v1::OfferState& offer = d.oversight().offer();
    if (d.oversight().has_offer() && !offer.closed()) {
      CheckItem(world, "an offer", offer.offer_id(), offer.offered_to(), TimeOf(offer.deadline()),
                broken);
    }
  }
  for (const v1::ConcernState& concern : record.concerns()) {
    if (!concern.open()) continue;
    CheckItem(world, "a concern", concern.concern_id(), concern.owner(), TimeOf(concern.act_by()),
              broken);
  }
  for (const v1::CoverOrderState& cover : record.covers()) {
    if (cover.state() == v1::COVER_STATE_ENDED || cover.state() == v1::COVER_STATE_REFUSED) {
      continue;
    }
    CheckItem(world, "a cover order", cover.cover_id(), cover.owner(),
              TimeOf(cover.next_action_at()), broken);
  }
  return broken;
}

Broken CheckHandovers(const Step& step) {
  Broken broken;
  ForEach(step, [&](const std::string&, const v1::CareRecord&, const v1::Delegation& now,
                    const v1::Delegation* before) {
    if (before == nullptr || !Live(*before) || !Live(now)) return;
    if (before->oversight().holder() != now.oversight().holder() &&
        !Permitted(*step.sent, v1::QUESTION_TAKE_OVERSIGHT, now.delegation_id())) {
      broken.push_back("INV-02: oversight moved without an acceptance");
    }
  });
  return broken;
}

Broken CheckStarts(const Step& step) {
  Broken broken;
  ForEach(step, [&](const std::string&, const v1::CareRecord&, const v1::Delegation& now,
                    const v1::Delegation* before) {
    const bool was_live = before != nullptr && Live(*before);
    if (!Live(now) || was_live) return;
    const v1::DelegationProposal& proposal = now.proposal();
    bool agreed = false;
    for (const v1::Assignment& assignment : now.assignments()) {
      agreed = agreed ||
               (assignment.assigned() && assignment.assignment().worker_agrees() == v1::ANSWER_YES);
    }
    const v1::CarePlan& plan = proposal.plan();
    if (!now.has_proposed_at() || proposal.mdt().outcome() != v1::MDT_OUTCOME_AGREED ||
        now.response().answer() != v1::DELEGATION_ANSWER_ACCEPTED || !agreed ||
        now.rulebook_id().empty() || plan.ongoing_support().empty() ||
        plan.clinical_reviewer().empty() ||
        (now.training_class() != v1::TRAINING_CLASS_NONE &&
         (plan.training_provided_by().empty() || plan.competence_assessor().empty())) ||
        !Permitted(*step.sent, v1::QUESTION_ACTIVATE, now.delegation_id())) {
      broken.push_back("INV-03: active without everything that it needs");
    }
    if (before == nullptr || before->state() != v1::DELEGATION_STATE_READY) {
      broken.push_back("HAZ-42: active without having been ready");
    }
  });
  return broken;
}

Broken CheckPerformances(const Step& step) {
  Broken broken;
  if (step.envelope == nullptr || !step.envelope->has_task_performed()) return broken;
  const std::string& person = step.envelope->subject().person().nhs_number();
  const v1::CareRecord& record = *step.after.Find(person);
  if (record.performances().empty()) return {"INV-05: a report of care was lost"};
  const v1::Performance& last = record.performances(record.performances_size() - 1);
  if (last.performed_at().SerializeAsString() !=
      step.envelope->task_performed().performed_at().SerializeAsString()) {
    return {"INV-05: a report of care was lost"};
  }
  if (!last.counts()) {
    if (step.sent->Count(step.envelope->sender(), v1::DELIVERY_KIND_INCIDENT) != 1) {
      broken.push_back("INV-05: outside delegation, and no incident");
    }
    return broken;
  }
  const v1::Delegation* d = Find(record, last.delegation_id());
  if (d == nullptr) return broken;
  if (d->training_class() == v1::TRAINING_CLASS_NONE) return broken;
  for (const v1::WorkerRecord* worker : step.after.workers) {
    if (worker->worker_key() == last.worker_key() &&
        WasCompetent(*worker, d->task_code(), record.person_key(), TimeOf(last.performed_at()))) {
      return broken;
    }
  }
  broken.push_back("INV-05: counts, by somebody who was not competent");
  return broken;
}

Broken CheckDisputes(const Step& step) {
  Broken broken;
  if (step.envelope == nullptr || !step.envelope->has_dispute_raised()) return broken;
  ForEach(step, [&](const std::string&, const v1::CareRecord&, const v1::Delegation& now,
                    const v1::Delegation* before) {
    // That there is one is noted; nothing else may be different.
    v1::Delegation unnoted = now;
    unnoted.clear_dispute();
    unnoted.clear_dispute_owner();
    v1::Delegation was = before == nullptr ? v1::Delegation() : *before;
    was.clear_dispute();
    was.clear_dispute_owner();
    if (before == nullptr || was.SerializeAsString() != unnoted.SerializeAsString()) {
      broken.push_back("INV-14: a dispute about funding changed a delegation");
    }
  });
  return broken;
}

Broken CheckNoSilentStop(const Step& step) {
  Broken broken;
  ForEach(step, [&](const std::string&, const v1::CareRecord&, const v1::Delegation& now,
                    const v1::Delegation* before) {
    if (before == nullptr || !Running(*before) || Running(now)) return;
    const bool by_message =
        step.envelope != nullptr &&
        (step.envelope->has_delegation_change() || step.envelope->has_clinical_review() ||
         step.envelope->has_cover_confirmed() || step.envelope->has_person_away() ||
         step.envelope->has_person_update() || step.envelope->has_episode_change());
    if (!by_message) broken.push_back("HAZ-40: running care stopped by itself");
  });
  return broken;
}

Broken Watch::After(const Step& step) {
  Broken broken;
  for (const auto& [person, record] : step.after.persons) {
    Append(broken, CheckOverseers(*record));
    Append(broken, CheckReservedTasks(*record, *step.after.rulebook));
    Append(broken, CheckDuplicates(*record));
  }
  for (const auto check :
       {CheckHandovers, CheckStarts, CheckPerformances, CheckDisputes, CheckNoSilentStop}) {
    Append(broken, check(step));
  }
  std::map<std::string, std::set<std::string>> told;
  step.sent->ForEachDelivery([&](const v1::Delivery& delivery) {
    for (const v1::DelegationStanding& standing : delivery.standings()) {
      told[standing.delegation_id()].insert(delivery.recipient());
    }
  });
  ForEach(step, [&](const std::string&, const v1::CareRecord& record, const v1::Delegation& now,
                    const v1::Delegation* before) {
    const std::string& id = now.delegation_id();
    const bool was_live = before != nullptr && Live(*before);
    if (Live(now) && !was_live) told_of_start[id] = told[id];
    const bool ended = now.state() == v1::DELEGATION_STATE_ENDED &&
                       (before == nullptr || before->state() != v1::DELEGATION_STATE_ENDED);
    if (ended) {
      for (const std::string& organisation : told_of_start[id]) {
        const bool is_sender = step.envelope != nullptr && step.envelope->sender() == organisation;
        if (!is_sender && told[id].count(organisation) == 0) {
          broken.push_back("INV-10: told of the start and not of the end: " + organisation);
        }
      }
      const v1::Envelope* envelope = step.envelope;
      const bool gone =
          now.ended_because() == "died" ||
          (envelope != nullptr && envelope->delegation_change().need_has_ended() == v1::ANSWER_YES);
      if (gone) need_gone.insert(id);
    }
    if (!Running(now) && now.interim_deliverer().empty() && !HasOpenCover(record, id) &&
        need_gone.count(id) == 0) {
      broken.push_back("INV-15: a need that nobody delivers, state " +
                       v1::DelegationState_Name(now.state()));
    }
  });
  return broken;
}

}  // namespace fosse::care
