#include <algorithm>

#include "base/local_date.h"
#include "care/overseer.h"
#include "care/steps.h"
#include "care/times.h"

namespace fosse::care {
namespace {

void CancelTimers(Work& work, const v1::Delegation& delegation) {
  for (const v1::TimerKind kind :
       {v1::TIMER_KIND_RESPONSE_DEADLINE, v1::TIMER_KIND_HELD_DEADLINE, v1::TIMER_KIND_REVIEW_DUE,
        v1::TIMER_KIND_START_DUE, v1::TIMER_KIND_OFFER_PROMPT_DEADLINE,
        v1::TIMER_KIND_OVERRIDE_ENDS, v1::TIMER_KIND_COMPETENCE_WARNING}) {
    work.CancelTimer(kind, delegation.delegation_id());
  }
}

void TakeOffWorkers(Work& work, const v1::Delegation& delegation) {
  for (const v1::Assignment& assignment : delegation.assignments()) {
    if (assignment.worker_key().empty()) continue;
    work.AddConsequence({.kind = Consequence::Kind::kWorkerTask,
                         .person_key = work.person().person_key(),
                         .worker_key = assignment.worker_key(),
                         .delegation_id = delegation.delegation_id(),
                         .removed = true});
  }
}

}  // namespace

void EndDelegation(Work& work, v1::Delegation& delegation, v1::DelegationState state,
                   absl::string_view because, bool need_has_ended, absl::string_view words) {
  std::vector<std::string> tell = PartiesOf(work, delegation);
  for (const std::string& organisation : delegation.told()) {
    if (std::find(tell.begin(), tell.end(), organisation) == tell.end()) {
      tell.push_back(organisation);
    }
  }
  CloseOffer(work, delegation, v1::OFFER_CLOSURE_WITHDRAWN,
             "The offer of oversight has lapsed: the task is over.");
  delegation.set_state(state);
  *delegation.mutable_ended_at() = Timestamp(work.now());
  delegation.set_ended_because(std::string(because));
  delegation.clear_missing_rules();
  delegation.clear_resumes_as();
  delegation.clear_offer_prompted_at();
  ClearOwner(delegation);
  if (delegation.has_oversight()) {
    delegation.mutable_oversight()->set_state(v1::OVERSIGHT_STATE_CLOSED);
    delegation.mutable_oversight()->clear_gap_owner();
  }
  for (const std::string& organisation : tell) {
    if (organisation == work.sender()) continue;
    const auto& told = delegation.told();
    const bool knows = std::find(told.begin(), told.end(), organisation) != told.end();
    work.Tell({.recipient = organisation,
               .kind = knows ? v1::DELIVERY_KIND_WITHDRAWAL : v1::DELIVERY_KIND_TOLD,
               .urgency = v1::URGENCY_SAME_DAY,
               .words = std::string(words),
               .delegation_id = delegation.delegation_id()});
  }
  if (need_has_ended) {
    delegation.clear_interim_deliverer();
    EndCovers(work, delegation);
  } else {
    NameInterim(work, delegation);
  }
  TakeOffWorkers(work, delegation);
  CancelTimers(work, delegation);
  delegation.clear_duplicate_of();
  ClearDuplicatesOf(work, delegation.delegation_id());
}

void Suspend(Work& work, v1::Delegation& delegation, absl::string_view words) {
  delegation.set_resumes_as(v1::DELEGATION_STATE_ACTIVE);
  delegation.set_state(v1::DELEGATION_STATE_SUSPENDED);
  NameInterim(work, delegation);
  PassOwner(work, delegation);
  for (const std::string& party : PartiesOf(work, delegation)) {
    // The provider must act on it: stop.
    const bool provider = party == delegation.proposal().delegated_to();
    if (provider && party == work.sender()) continue;
    work.Tell({.recipient = party,
               .kind = provider ? v1::DELIVERY_KIND_WITHDRAWAL : v1::DELIVERY_KIND_TOLD,
               .urgency = v1::URGENCY_URGENT,
               .words = std::string(words),
               .delegation_id = delegation.delegation_id()});
  }
}

void Pause(Work& work, v1::Delegation& delegation, v1::Urgency urgency, absl::string_view words) {
  delegation.set_resumes_as(v1::DELEGATION_STATE_ACTIVE);
  delegation.set_state(v1::DELEGATION_STATE_PAUSED);
  EndCovers(work, delegation);
  // Somebody delivers from the moment of return until the overseer has answered. No cover order:
  // while the person is away nobody need come.
  if (delegation.interim_deliverer().empty()) {
    delegation.set_interim_deliverer(
        InterimDelivererOf(work.person(), delegation.proposal(), work.directory(), work.rulebook())
            .organisation);
  }
  // Somebody finds out when the person is back, or whether the report is right.
  PassOwner(work, delegation);
  TellParties(work, delegation, urgency, words);
}

void Resume(Work& work, v1::Delegation& delegation) {
  const Lapsed lapsed = AskLapsedOverrides(work, delegation);
  const v1::Facts facts = DelegationFacts(SituationOf(work), delegation);
  const v1::Outcome outcome = work.Ask(v1::QUESTION_CONTINUE, facts, &delegation);
  NoteMissing(work, delegation);
  for (const std::string& rule : lapsed.rules) delegation.add_missing_rules(rule);
  if (outcome != v1::OUTCOME_PERMIT || lapsed.outcome != v1::OUTCOME_PERMIT) {
    TellParties(work, delegation, v1::URGENCY_SAME_DAY,
                "The task does not start again yet: the findings say what is missing.");
    if (outcome == v1::OUTCOME_REFER) {
      Refer(work, delegation);
    } else if (lapsed.outcome == v1::OUTCOME_REFER) {
      ReferTo(work, delegation, lapsed.referred_to);
    } else {
      PassOwner(work, delegation);
    }
    return;
  }
  delegation.set_state(v1::DELEGATION_STATE_ACTIVE);
  delegation.clear_resumes_as();
  work.CancelTimer(v1::TIMER_KIND_HELD_DEADLINE, delegation.delegation_id());
  PassOwner(work, delegation);
  TellParties(work, delegation, v1::URGENCY_SAME_DAY, "The delegated task goes on.");
  StandDownInterim(work, delegation);
  ArmReviewTimer(work, delegation);
}

std::vector<std::string> OverlapsOf(const Work& work, const v1::Delegation& delegation) {
  std::vector<std::string> ids;
  if (!IsLive(delegation)) return ids;
  for (const v1::Delegation& other : work.person().delegations()) {
    if (!IsLive(other) || other.delegation_id() == delegation.delegation_id()) continue;
    v1::CareRecord alone;
    *alone.add_delegations() = other;
    if (CompetingOf(alone, delegation, work.now()) == v1::Facts::COMPETING_DELEGATION_LIVE) {
      ids.push_back(other.delegation_id());
    }
  }
  return ids;
}

void SetReview(Work& work, v1::Delegation& delegation, const std::string& day) {
  delegation.set_review_on(day);
  ArmReviewTimer(work, delegation);
}

ReviewChase NextReviewChase(const Work& work, const v1::Delegation& delegation) {
  const int64_t period = std::max<int64_t>(
      1, work.rulebook().DeadlineFor(v1::TIMER_KIND_HELD_DEADLINE) / absl::Hours(24));
  const absl::CivilDay today = LondonDay(work.now());
  const absl::CivilDay day = ParseLocalDate(delegation.review_on()).value_or(today - 1);
  const int64_t chased = std::max<int64_t>(0, today - day - 1) / period;
  return {LondonStartOfDay(day + 1 + (chased + 1) * period), chased > 0};
}

void ArmReviewTimer(Work& work, const v1::Delegation& delegation) {
  if (!IsLive(delegation)) return;
  // The first instant from now on at which a review is overdue or a worker's competence has lapsed.
  absl::Time due = absl::InfiniteFuture();
  const auto consider = [&](absl::string_view last_day) {
    const std::optional<absl::CivilDay> day = ParseLocalDate(last_day);
    if (day.has_value() && LondonEndOfDay(*day) > work.now()) {
      due = std::min(due, LondonEndOfDay(*day));
    }
  };
  consider(delegation.review_on());
  consider(delegation.proposal().changeover_ends_on());
  for (const v1::Assignment& assignment : delegation.assignments()) {
    if (assignment.assigned()) consider(assignment.competence_until());
  }
  // What is overdue is chased again and again until the review comes.
  if (IsBefore(delegation.review_on(), work.now())) {
    due = std::min(due, NextReviewChase(work, delegation).next);
  }
  if (due == absl::InfiniteFuture()) {
    work.CancelTimer(v1::TIMER_KIND_REVIEW_DUE, delegation.delegation_id());
  } else {
    work.SetTimer(v1::TIMER_KIND_REVIEW_DUE, delegation.delegation_id(), due);
  }
}

}  // namespace fosse::care
