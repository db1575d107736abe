#ifndef FOSSE_CARE_LOCALITY_H_
#define FOSSE_CARE_LOCALITY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "fosse/v1/record.pb.h"
#include "policy/rulebook.h"

// What the locality itself remembers: sign-offs of trainers, versions of tasks, training, issues,
// precedents. All pure.
namespace fosse::care {

// Limits of the lists. What a decision rests on is never dropped: past its limit a new item is kept
// in the trail alone, and the sender is told. Of the others the oldest go; all are in the trail.
inline constexpr int kMaxSignOffs = 2000;
inline constexpr int kMaxTaskVersions = 500;
inline constexpr int kMaxWaitingWorkers = 5000;  // Over all requests for training.
inline constexpr int kMaxTrainingCounts = 4000;
inline constexpr int kMaxIssues = 1000;
inline constexpr int kMaxPrecedents = 2000;
inline constexpr int kMaxChallenges = 8;  // Of one competency.

// How a task in no catalogue is counted.
inline constexpr char kOtherTask[] = "other";

// The sign-off of this trainer, of this organisation, in this task; null where there is none.
const v1::SignOffState* FindSignOff(const v1::LocalityRecord& locality,
                                    const v1::Practitioner& trainer, absl::string_view organisation,
                                    absl::string_view task_code);

// Whether the locality's record lets this trainer assess the task on `day`: signed off by the
// training provider in force, not withdrawn, observed by one of its registrants (HWB25-11).
bool IsSignedOffHere(const v1::LocalityRecord& locality, const policy::Rulebook& rulebook,
                     const v1::Practitioner& trainer, absl::string_view task_code,
                     absl::CivilDay day);
// Whether the trainer's sign-off in the task was withdrawn by `at` and not renewed.
bool IsWithdrawn(const v1::LocalityRecord& locality, const v1::Practitioner& trainer,
                 absl::string_view task_code, absl::Time at);

// Last day on which training older than a version of the task still serves, over the catalogue's
// version and every later one of the locality's record (B-3.5 box 2). Nothing: it is not older than
// any. `task` null: the task is in no catalogue and has no version.
std::optional<absl::CivilDay> LastDayOfVersion(const v1::CompetencyRecord& record,
                                               const v1::CatalogueTask* task,
                                               const v1::LocalityRecord& locality);
// The day of the latest version known of the task; nothing where none is dated.
std::optional<absl::CivilDay> LatestChange(const v1::CatalogueTask& task,
                                           const v1::LocalityRecord& locality);

// How many workers wait for competence, over all requests.
int WaitingWorkers(const v1::LocalityRecord& locality);

// The case of a delegation, as a precedent without number, decision and day.
v1::Precedent CaseOf(const v1::Delegation& delegation);
// The same task in the same setting at the same risk. What nobody stated is like nothing (B-7.1).
bool IsLikeCase(const v1::Precedent& precedent, const v1::Precedent& other);

}  // namespace fosse::care

#endif  // FOSSE_CARE_LOCALITY_H_
