#include "care/locality.h"

#include <algorithm>

#include "base/local_date.h"
#include "care/lookup.h"
#include "care/times.h"

namespace fosse::care {
namespace {

struct Version {
  std::string name;
  absl::CivilDay changed_on;
  std::optional<absl::CivilDay> transition_ends_on;
};

// The catalogue's version and the later ones of the locality, oldest first.
std::vector<Version> VersionsOf(const v1::CatalogueTask& task, const v1::LocalityRecord& locality) {
  std::vector<Version> versions;
  const std::optional<absl::CivilDay> listed = ParseLocalDate(task.version_changed_on());
  if (listed.has_value()) {
    versions.push_back({task.version(), *listed, ParseLocalDate(task.transition_ends_on())});
  }
  for (const v1::TaskVersionState& version : locality.task_versions()) {
    if (version.task_code() != task.code() || version.version() == task.version()) continue;
    const std::optional<absl::CivilDay> changed = ParseLocalDate(version.changed_on());
    if (!changed.has_value() || (listed.has_value() && *changed <= *listed)) continue;
    versions.push_back({version.version(), *changed, ParseLocalDate(version.transition_ends_on())});
  }
  std::stable_sort(versions.begin(), versions.end(),
                   [](const Version& a, const Version& b) { return a.changed_on < b.changed_on; });
  return versions;
}

// The first of `versions` that the training is older than.
size_t FirstMissed(const v1::CompetencyRecord& record, const std::vector<Version>& versions) {
  if (!record.task_version().empty()) {
    for (size_t i = versions.size(); i > 0; --i) {
      if (versions[i - 1].name == record.task_version()) return i;
    }
    return 0;
  }
  const std::string& learnt =
      record.trained_on().empty() ? record.assessed_on() : record.trained_on();
  const std::optional<absl::CivilDay> day = ParseLocalDate(learnt);
  size_t first = 0;
  while (first < versions.size() && day.has_value() && *day >= versions[first].changed_on) ++first;
  return first;
}

}  // namespace

const v1::SignOffState* FindSignOff(const v1::LocalityRecord& locality,
                                    const v1::Practitioner& trainer, absl::string_view organisation,
                                    absl::string_view task_code) {
  for (const v1::SignOffState& sign_off : locality.sign_offs()) {
    if (sign_off.organisation() == organisation && sign_off.task_code() == task_code &&
        sign_off.register_() == trainer.register_() &&
        sign_off.identifier() == trainer.identifier()) {
      return &sign_off;
    }
  }
  return nullptr;
}

bool IsSignedOffHere(const v1::LocalityRecord& locality, const policy::Rulebook& rulebook,
                     const v1::Practitioner& trainer, absl::string_view task_code,
                     absl::CivilDay day) {
  if (trainer.identifier().empty()) return false;
  const v1::SignOffState* found = FindSignOff(locality, trainer, trainer.organisation(), task_code);
  const std::string& office = rulebook.document().training_provider();
  if (found == nullptr || found->has_withdrawn_at() || office.empty() ||
      found->recorded_by() != office) {
    return false;
  }
  const v1::Practitioner& observer = found->observed_by();
  if (!IsNamedRegistrant(observer) ||
      (!observer.organisation().empty() && observer.organisation() != office)) {
    return false;
  }
  const std::optional<absl::CivilDay> from = ParseLocalDate(found->valid_from());
  const std::optional<absl::CivilDay> until = ParseLocalDate(found->valid_until());
  return from.has_value() && until.has_value() && *from <= day && day <= *until;
}

bool IsWithdrawn(const v1::LocalityRecord& locality, const v1::Practitioner& trainer,
                 absl::string_view task_code, absl::Time at) {
  const v1::SignOffState* found = FindSignOff(locality, trainer, trainer.organisation(), task_code);
  return found != nullptr && found->has_withdrawn_at() && TimeOf(found->withdrawn_at()) <= at;
}

std::optional<absl::CivilDay> LastDayOfVersion(const v1::CompetencyRecord& record,
                                               const v1::CatalogueTask* task,
                                               const v1::LocalityRecord& locality) {
  if (task == nullptr) return std::nullopt;
  const std::vector<Version> versions = VersionsOf(*task, locality);
  std::optional<absl::CivilDay> last;
  for (size_t i = FirstMissed(record, versions); i < versions.size(); ++i) {
    const absl::CivilDay day = versions[i].transition_ends_on.value_or(versions[i].changed_on - 1);
    if (!last.has_value() || day < *last) last = day;
  }
  return last;
}

std::optional<absl::CivilDay> LatestChange(const v1::CatalogueTask& task,
                                           const v1::LocalityRecord& locality) {
  const std::vector<Version> versions = VersionsOf(task, locality);
  if (versions.empty()) return std::nullopt;
  return versions.back().changed_on;
}

int WaitingWorkers(const v1::LocalityRecord& locality) {
  int waiting = 0;
  for (const v1::TrainingWait& wait : locality.training_waits()) waiting += wait.waiting_size();
  return waiting;
}

v1::Precedent CaseOf(const v1::Delegation& delegation) {
  v1::Precedent found;
  found.set_task_code(delegation.task_code());
  found.mutable_task()->set_system(delegation.proposal().task().code().system());
  found.mutable_task()->set_code(delegation.proposal().task().code().code());
  found.set_setting(delegation.proposal().task().setting());
  found.set_risk(delegation.proposal().risk().level());
  return found;
}

bool IsLikeCase(const v1::Precedent& precedent, const v1::Precedent& other) {
  if (precedent.setting() != other.setting() || precedent.risk() != other.risk() ||
      other.setting() == v1::CARE_SETTING_UNSPECIFIED ||
      other.risk() == v1::RISK_LEVEL_UNSPECIFIED) {
    return false;
  }
  if (!precedent.task_code().empty() || !other.task_code().empty()) {
    return precedent.task_code() == other.task_code();
  }
  return !other.task().code().empty() && precedent.task().code() == other.task().code() &&
         precedent.task().system() == other.task().system();
}

}  // namespace fosse::care
