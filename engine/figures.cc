#include "engine/figures.h"

#include <algorithm>

#include "base/local_date.h"
#include "care/lookup.h"
#include "engine/timestamps.h"

namespace fosse::engine {
namespace {

uint32_t WholeDays(absl::Time from, absl::Time until) {
  return static_cast<uint32_t>(std::max<int64_t>(0, absl::ToInt64Hours(until - from) / 24));
}

absl::Time TimeOr(bool has, const google::protobuf::Timestamp& time, absl::Time otherwise) {
  return has ? ToTime(time) : otherwise;
}

std::string MonthOf(absl::CivilDay day) { return FormatLocalDate(day).substr(0, 7); }

// Most first; among equals by name, so that the same figures come in the same order.
template <typename Row, typename Number>
void MostFirst(std::vector<Row>& rows, Number number) {
  std::stable_sort(rows.begin(), rows.end(),
                   [&number](const Row& a, const Row& b) { return number(a) > number(b); });
}

void AddDecline(v1::DeclineReason reason, v1::DelegationRow& row) {
  for (v1::DeclineCount& count : *row.mutable_declines()) {
    if (count.reason() == reason) return count.set_count(count.count() + 1);
  }
  row.add_declines()->set_reason(reason);
  row.mutable_declines()->rbegin()->set_count(1);
}

}  // namespace

absl::Time ReportDays::from() const { return LondonStartOfDay(first); }
absl::Time ReportDays::until() const { return LondonEndOfDay(last); }

v1::DaysTaken DaysTakenOf(std::vector<uint32_t> days) {
  v1::DaysTaken taken;
  if (days.empty()) return taken;
  std::sort(days.begin(), days.end());
  const size_t count = days.size();
  taken.set_counted(static_cast<uint32_t>(count));
  taken.set_median(days[(count * 5 + 9) / 10 - 1]);
  taken.set_ninetieth(days[(count * 9 + 9) / 10 - 1]);
  taken.set_longest(days.back());
  return taken;
}

uint32_t DelegationCount::DaysOpen(absl::Time since, absl::Time until) const {
  const absl::CivilDay first = std::max(days_.first, LondonDay(since));
  const absl::CivilDay last = std::min(days_.last, LondonDay(until));
  return last < first ? 0 : static_cast<uint32_t>(last - first) + 1;
}

void DelegationCount::TakeDispute(const v1::Delegation& delegation, absl::Time at, Seen& seen) {
  const bool was_open = seen.dispute_since != absl::InfiniteFuture();
  const bool open = delegation.dispute().open() && !care::IsOver(delegation);
  if (open && !was_open) seen.dispute_since = at;
  if (!open && was_open) {
    seen.dispute_days += DaysOpen(seen.dispute_since, at);
    seen.dispute_since = absl::InfiniteFuture();
  }
}

void DelegationCount::TakeDelegation(const v1::Delegation& delegation, absl::Time at) {
  Seen& seen = seen_[delegation.delegation_id()];
  seen.delegating = delegation.proposal().delegating();
  seen.delegated_to = delegation.proposal().delegated_to();
  seen.first_proposed = std::min(
      seen.first_proposed, TimeOr(delegation.has_proposed_at(), delegation.proposed_at(), at));
  seen.started = TimeOr(delegation.has_started_at(), delegation.started_at(), absl::InfinitePast());
  const bool declined = delegation.state() == v1::DELEGATION_STATE_DECLINED;
  seen.declined = declined ? TimeOr(delegation.has_ended_at(), delegation.ended_at(), at)
                           : absl::InfinitePast();
  seen.decline_reason = delegation.response().decline_reason();
  seen.gap_holder.clear();
  seen.single_worker = false;
  if (care::IsLive(delegation)) {
    if (delegation.oversight().state() == v1::OVERSIGHT_STATE_GAP) {
      seen.gap_holder = delegation.oversight().holder();
    }
    seen.single_worker =
        std::count_if(delegation.assignments().begin(), delegation.assignments().end(),
                      [](const v1::Assignment& worker) { return worker.assigned(); }) == 1;
  }
  TakeDispute(delegation, at, seen);
  const auto take_offer = [&](const v1::OfferState& offer) {
    if (offer.closure() != v1::OFFER_CLOSURE_DECLINED) return;
    if (refused_offers_.insert(offer.offer_id()).second && days_.Has(at)) {
      ++refusals_[offer.offered_to()];
    }
  };
  take_offer(delegation.oversight().offer());
  for (const v1::OfferState& offer : delegation.oversight().past_offers()) take_offer(offer);
}

void DelegationCount::Take(const v1::EntryDetail& detail) {
  const absl::Time at = ToTime(detail.now());
  last_ = std::max(last_, at);
  for (const v1::Change& change : detail.changes()) {
    if (change.has_delegation()) TakeDelegation(change.delegation(), at);
    if (!change.has_cover()) continue;
    Visits& visits = visits_[change.cover().cover_id()];
    visits.cover_by = change.cover().cover_by();
    visits.by_the_end = change.cover().visits();
    if (at < days_.from()) visits.before = visits.by_the_end;
  }
}

void DelegationCount::Count(const Seen& seen, std::map<std::string, v1::DelegationRow>& rows,
                            std::map<std::string, std::vector<uint32_t>>& taken) const {
  v1::DelegationRow& row = rows[seen.delegated_to];
  if (days_.Has(seen.first_proposed)) row.set_proposed(row.proposed() + 1);
  if (days_.Has(seen.started)) {
    taken[seen.delegated_to].push_back(WholeDays(seen.first_proposed, seen.started));
  }
  if (days_.Has(seen.declined)) AddDecline(seen.decline_reason, row);
  if (seen.single_worker) row.set_single_worker(row.single_worker() + 1);
  if (!seen.gap_holder.empty()) {
    v1::DelegationRow& holder = rows[seen.gap_holder];
    holder.set_open_gaps(holder.open_gaps() + 1);
  }
  uint32_t disputed = seen.dispute_days;
  if (seen.dispute_since != absl::InfiniteFuture()) {
    disputed += DaysOpen(seen.dispute_since, last_);
  }
  if (disputed > 0) {
    v1::DelegationRow& giver = rows[seen.delegating];
    giver.set_dispute_days(giver.dispute_days() + disputed);
  }
}

std::vector<v1::DelegationRow> DelegationCount::Rows(
    const care::Directory& directory, const std::function<bool(const std::string&)>& shows) const {
  std::map<std::string, v1::DelegationRow> rows;
  std::map<std::string, std::vector<uint32_t>> taken;
  for (const auto& [id, seen] : seen_) Count(seen, rows, taken);
  for (auto& [organisation, days] : taken) {
    *rows[organisation].mutable_need_to_active() = DaysTakenOf(std::move(days));
  }
  for (const auto& [organisation, count] : refusals_) {
    if (care::KindOf(directory, organisation) == v1::ORGANISATION_KIND_PRACTICE) {
      rows[organisation].set_practice_refusals(count);
    }
  }
  for (const auto& [id, visits] : visits_) {
    if (visits.by_the_end <= visits.before) continue;
    v1::DelegationRow& row = rows[visits.cover_by];
    row.set_interim_visits(row.interim_visits() + visits.by_the_end - visits.before);
  }
  std::vector<v1::DelegationRow> found;
  for (auto& [organisation, row] : rows) {
    // A row in which nothing was counted says nothing.
    if (row.ByteSizeLong() == 0 || !shows(organisation)) continue;
    row.set_organisation(organisation);
    const v1::Participant* participant = directory.Find(organisation);
    if (participant != nullptr) row.set_place(participant->place());
    found.push_back(std::move(row));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.place() < b.place(); });
  return found;
}

void WaitCount::Take(const v1::EntryDetail& detail) {
  for (const v1::Change& change : detail.changes()) {
    const v1::TrainingWait& wait = change.training().wait();
    for (const v1::WaitingWorker& waiting : wait.waiting()) {
      if (!waiting.has_competent_at()) continue;
      const absl::Time competent = ToTime(waiting.competent_at());
      const std::string worker = waiting.worker().employer() + "/" +
                                 waiting.worker().employer_reference() + "/" +
                                 waiting.worker().worker_number();
      // The item is given again at each of its changes.
      if (!days_.Has(competent) ||
          !counted_.emplace(wait.requested_by(), wait.reference(), worker, waiting.task_code())
               .second) {
        continue;
      }
      taken_[wait.requested_by()].push_back(WholeDays(ToTime(wait.requested_at()), competent));
    }
  }
}

std::vector<v1::TrainingWaitRow> WaitCount::Rows(const v1::LocalityRecord& locality,
                                                 absl::Time now) const {
  std::map<std::string, v1::TrainingWaitRow> rows;
  for (const auto& [organisation, days] : taken_) {
    *rows[organisation].mutable_taken() = DaysTakenOf(days);
  }
  for (const v1::TrainingWait& wait : locality.training_waits()) {
    for (const v1::WaitingWorker& waiting : wait.waiting()) {
      if (waiting.has_competent_at()) continue;
      v1::TrainingWaitRow& row = rows[wait.requested_by()];
      row.set_still_waiting(row.still_waiting() + 1);
      row.set_longest_waiting_days(
          std::max(row.longest_waiting_days(), WholeDays(ToTime(wait.requested_at()), now)));
    }
  }
  std::vector<v1::TrainingWaitRow> found;
  for (auto& [organisation, row] : rows) {
    row.set_organisation(organisation);
    found.push_back(std::move(row));
  }
  return found;
}

void SilenceCount::Take(const v1::EntryDetail& detail) {
  if (!days_.Has(ToTime(detail.now()))) return;
  for (const v1::RecordedDecision& decision : detail.decisions()) {
    if (decision.outcome() != v1::OUTCOME_REFER || !decision.rule_ids().empty()) continue;
    std::string task;
    for (const v1::Change& change : detail.changes()) {
      if (change.delegation().delegation_id() == decision.delegation_id()) {
        task = change.delegation().task_code();
      }
    }
    ++counts_[{decision.question(), task}];
  }
}

std::vector<v1::UnansweredTheme> SilenceCount::Rows() const {
  std::vector<v1::UnansweredTheme> rows;
  for (const auto& [about, count] : counts_) {
    v1::UnansweredTheme& row = rows.emplace_back();
    row.set_question(static_cast<v1::Question>(about.first));
    row.set_task_code(about.second);
    row.set_count(count);
  }
  MostFirst(rows, [](const v1::UnansweredTheme& row) { return row.count(); });
  return rows;
}

void CountSessions(const v1::LocalityRecord& locality, const ReportDays& days,
                   v1::GetTrainingFiguresResponse& response) {
  std::vector<v1::TrainingCount> rows;
  for (const v1::TrainingCount& count : locality.training_counts()) {
    if (count.month() < MonthOf(days.first) || count.month() > MonthOf(days.last)) continue;
    if (!count.task_code().empty()) {
      rows.push_back(count);
      continue;
    }
    response.set_sessions(response.sessions() + count.sessions());
    response.set_people(response.people() + count.people());
  }
  std::sort(rows.begin(), rows.end(), [](const v1::TrainingCount& a, const v1::TrainingCount& b) {
    const int a_mode = a.mode();
    const int b_mode = b.mode();
    return std::tie(a.month(), a_mode, a.task_code()) < std::tie(b.month(), b_mode, b.task_code());
  });
  for (v1::TrainingCount& row : rows) *response.add_rows() = std::move(row);
}

void CountThemes(const v1::LocalityRecord& locality, const ReportDays& days,
                 v1::GetThemesResponse& response) {
  std::map<std::string, v1::ClauseTheme> clauses;
  for (const v1::IssueState& issue : locality.issues()) {
    if (!issue.has_reported_at() || !days.Has(ToTime(issue.reported_at()))) continue;
    v1::ClauseTheme& theme = clauses[issue.clause()];
    theme.set_clause(issue.clause());
    theme.set_issues(theme.issues() + 1);
    if (!issue.ruling().empty()) theme.set_ruled(theme.ruled() + 1);
  }
  std::map<std::string, v1::TaskTheme> tasks;
  for (const v1::Precedent& precedent : locality.precedents()) {
    const std::optional<absl::CivilDay> day = ParseLocalDate(precedent.decided_on());
    if (!day.has_value() || !days.Has(*day)) continue;
    const std::string& task =
        precedent.task_code().empty() ? precedent.task().code() : precedent.task_code();
    v1::TaskTheme& theme = tasks[task];
    theme.set_task(task);
    theme.set_precedents(theme.precedents() + 1);
    if (precedent.may_be_delegated() == v1::ANSWER_YES) {
      theme.set_may_be_delegated(theme.may_be_delegated() + 1);
    }
  }
  std::vector<v1::ClauseTheme> by_clause;
  for (auto& [clause, theme] : clauses) by_clause.push_back(std::move(theme));
  MostFirst(by_clause, [](const v1::ClauseTheme& theme) { return theme.issues(); });
  for (v1::ClauseTheme& theme : by_clause) *response.add_clauses() = std::move(theme);
  std::vector<v1::TaskTheme> by_task;
  for (auto& [task, theme] : tasks) by_task.push_back(std::move(theme));
  MostFirst(by_task, [](const v1::TaskTheme& theme) { return theme.precedents(); });
  for (v1::TaskTheme& theme : by_task) *response.add_tasks() = std::move(theme);
}

}  // namespace fosse::engine
