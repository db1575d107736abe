#ifndef FOSSE_ENGINE_FIGURES_H_
#define FOSSE_ENGINE_FIGURES_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "care/directory.h"
#include "fosse/v1/reports.pb.h"
#include "fosse/v1/trail.pb.h"

// Counting for reports. Pure: entries go in, oldest first, and figures come out.
namespace fosse::engine {

// Days of a report, both included.
struct ReportDays {
  absl::CivilDay first;
  absl::CivilDay last;

  absl::Time from() const;   // The first instant.
  absl::Time until() const;  // The first instant after.
  bool Has(absl::Time at) const { return from() <= at && at < until(); }
  bool Has(absl::CivilDay day) const { return first <= day && day <= last; }
};

// Median and ninetieth by nearest rank: values that were really taken.
v1::DaysTaken DaysTakenOf(std::vector<uint32_t> days);

// How delegation goes. What stands "now" stands as the last entry given leaves it.
class DelegationCount {
 public:
  explicit DelegationCount(ReportDays days) : days_(days) {}
  void Take(const v1::EntryDetail& detail);
  // Rows of the organisations that `shows` lets through, by place, then organisation.
  std::vector<v1::DelegationRow> Rows(const care::Directory& directory,
                                      const std::function<bool(const std::string&)>& shows) const;

 private:
  // As much of a delegation as counts: none of whom it is about.
  struct Seen {
    std::string delegating;
    std::string delegated_to;
    absl::Time first_proposed = absl::InfiniteFuture();
    absl::Time started = absl::InfinitePast();
    absl::Time declined = absl::InfinitePast();
    v1::DeclineReason decline_reason = v1::DECLINE_REASON_UNSPECIFIED;
    std::string gap_holder;  // Empty: there is no gap.
    bool single_worker = false;
    absl::Time dispute_since = absl::InfiniteFuture();
    uint32_t dispute_days = 0;
  };
  struct Visits {
    std::string cover_by;
    uint32_t before = 0;  // The period.
    uint32_t by_the_end = 0;
  };
  void TakeDelegation(const v1::Delegation& delegation, absl::Time at);
  void TakeDispute(const v1::Delegation& delegation, absl::Time at, Seen& seen);
  // Days of the period on which a dispute open from `since` until `until` was open.
  uint32_t DaysOpen(absl::Time since, absl::Time until) const;
  void Count(const Seen& seen, std::map<std::string, v1::DelegationRow>& rows,
             std::map<std::string, std::vector<uint32_t>>& taken) const;

  const ReportDays days_;
  std::map<std::string, Seen> seen_;
  std::map<std::string, Visits> visits_;
  std::set<std::string> refused_offers_;
  std::map<std::string, uint32_t> refusals_;  // By whom the offer went to.
  absl::Time last_ = absl::InfinitePast();
};

// How long workers waited who became competent in the period.
class WaitCount {
 public:
  explicit WaitCount(ReportDays days) : days_(days) {}
  void Take(const v1::EntryDetail& detail);
  std::vector<v1::TrainingWaitRow> Rows(const v1::LocalityRecord& locality, absl::Time now) const;

 private:
  using Key = std::tuple<std::string, std::string, std::string, std::string>;
  const ReportDays days_;
  std::set<Key> counted_;
  std::map<std::string, std::vector<uint32_t>> taken_;
};

// Questions that no rule answered.
class SilenceCount {
 public:
  explicit SilenceCount(ReportDays days) : days_(days) {}
  void Take(const v1::EntryDetail& detail);
  std::vector<v1::UnansweredTheme> Rows() const;

 private:
  const ReportDays days_;
  std::map<std::pair<int, std::string>, uint32_t> counts_;
};

// Sessions of the months that the days touch.
void CountSessions(const v1::LocalityRecord& locality, const ReportDays& days,
                   v1::GetTrainingFiguresResponse& response);
// Issues by clause and precedents by task.
void CountThemes(const v1::LocalityRecord& locality, const ReportDays& days,
                 v1::GetThemesResponse& response);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_FIGURES_H_
