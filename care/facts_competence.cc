#include <algorithm>

#include "base/local_date.h"
#include "base/registration.h"
#include "care/facts.h"
#include "care/handle.h"
#include "care/locality.h"
#include "care/lookup.h"
#include "care/times.h"

namespace fosse::care {
namespace {

using v1::Facts;

constexpr int kPriorLearningYears = 3;
constexpr uint32_t kBitesizeMinutes = 60;

bool IsForTask(const v1::Competency& competency, const v1::Delegation& delegation) {
  if (!delegation.task_code().empty()) return competency.task_code() == delegation.task_code();
  const v1::Code& wanted = delegation.proposal().task().code();
  const v1::Code& taught = competency.record().task();
  return competency.task_code().empty() && taught.system() == wanted.system() &&
         taught.code() == wanted.code();
}

// Specific training serves one worker with one person (B-4.4), by key or, where the person became
// known only later, by the identity stated then.
bool IsForPerson(const v1::Competency& competency, const v1::CareRecord& person) {
  const auto is_for = [&](const std::string& key, const v1::PersonReference& reference) {
    return (!competency.person_key().empty() && competency.person_key() == key) ||
           IsSamePerson(reference, competency.record().for_person());
  };
  if (is_for(person.person_key(), person.identity().reference())) return true;
  for (const v1::JoinedRecord& joined : person.identity().joined()) {
    if (is_for(joined.person_key(), joined.reference())) return true;
  }
  return false;
}

// What one competency is worth for this delegation at `at`.
Competence WorthOf(const v1::Competency& competency, const v1::CareRecord& person,
                   const v1::Delegation& delegation, const v1::CatalogueTask* task,
                   const v1::LocalityRecord& locality, absl::Time at) {
  const v1::CompetencyRecord& record = competency.record();
  const bool specific = record.training_class() == v1::TRAINING_CLASS_SPECIFIC;
  if (specific && !IsForPerson(competency, person)) {
    return {Facts::WORKER_COMPETENCE_FOR_ANOTHER_PERSON, ""};
  }
  if (competency.has_revoked_at() && TimeOf(competency.revoked_at()) <= at) {
    return {Facts::WORKER_COMPETENCE_REVOKED, ""};
  }
  if (record.result() == v1::COMPETENCY_RESULT_NOT_COMPETENT) {
    return {Facts::WORKER_COMPETENCE_NOT_COMPETENT, ""};
  }
  // Generic training does not reach a task that needs specific training.
  if (!competency.recognised() ||
      (delegation.training_class() == v1::TRAINING_CLASS_SPECIFIC && !specific)) {
    return {Facts::WORKER_COMPETENCE_NOT_RECOGNISED, ""};
  }
  if (competency.rests_on_sign_off() &&
      IsWithdrawn(locality, record.assessor(), competency.task_code(), at)) {
    return {Facts::WORKER_COMPETENCE_NOT_RECOGNISED, ""};
  }
  if (IsBefore(record.refresher_due_on(), at)) return {Facts::WORKER_COMPETENCE_EXPIRED, ""};
  const std::optional<absl::CivilDay> last_day = LastDayOfVersion(record, task, locality);
  if (last_day.has_value() && *last_day < LondonDay(at)) {
    return {Facts::WORKER_COMPETENCE_TASK_CHANGED, ""};
  }
  std::string until = record.refresher_due_on();
  if (last_day.has_value()) {
    const std::string version_ends = FormatLocalDate(*last_day);
    if (until.empty() || version_ends < until) until = version_ends;
  }
  return {Facts::WORKER_COMPETENCE_IN_FORCE, until};
}

// Which of several says most about the worker: what was nearest to being in force.
int Rank(Facts::WorkerCompetence value) {
  constexpr Facts::WorkerCompetence kOrder[] = {
      Facts::WORKER_COMPETENCE_NONE,           Facts::WORKER_COMPETENCE_FOR_ANOTHER_PERSON,
      Facts::WORKER_COMPETENCE_NOT_RECOGNISED, Facts::WORKER_COMPETENCE_EXPIRED,
      Facts::WORKER_COMPETENCE_TASK_CHANGED,   Facts::WORKER_COMPETENCE_IN_FORCE,
  };
  return static_cast<int>(std::find(std::begin(kOrder), std::end(kOrder), value) -
                          std::begin(kOrder));
}

std::string DateAndTime(const v1::Competency& competency) {
  // Text sorts as time does: the day of the assessment, then the second it was recorded.
  return competency.record().assessed_on() +
         absl::FormatTime("T%Y%m%d%H%M%E6S", TimeOf(competency.recorded_at()), absl::UTCTimeZone());
}

std::string RevokedAt(const v1::Competency& competency) {
  const absl::Time at = TimeOf(competency.revoked_at());
  return DayOf(at) + absl::FormatTime("T%Y%m%d%H%M%E6S", at, absl::UTCTimeZone());
}

Facts::Assessor AssessorOf(const v1::Practitioner& assessor, absl::Time now) {
  if (assessor.register_status() == v1::REGISTER_STATUS_NOT_REGISTERED ||
      assessor.register_status() == v1::REGISTER_STATUS_LAPSED) {
    return Facts::ASSESSOR_NOT_REGISTERED;
  }
  if (!IsNamedRegistrant(assessor) || !IsRegisterCurrent(assessor, now)) {
    return Facts::ASSESSOR_UNKNOWN;
  }
  if (assessor.register_() != v1::REGISTER_NMC) return Facts::ASSESSOR_OTHER_REGISTRANT;
  // An NMC PIN alone does not say which part: a nursing associate has one too.
  switch (assessor.register_part()) {
    case v1::REGISTER_PART_NURSE:
      return Facts::ASSESSOR_REGISTERED_NURSE;
    case v1::REGISTER_PART_UNSPECIFIED:
      return Facts::ASSESSOR_UNKNOWN;
    default:
      return Facts::ASSESSOR_OTHER_REGISTRANT;
  }
}

// Counted on from the training, to the day of approval: training on 29 February 2020 serves an
// approval until 28 February 2023. A period that ends on a missing day ends early.
Facts::PriorLearningAge AgeOf(const v1::CompetencyRecord& record) {
  const std::optional<absl::CivilDay> trained = ParseLocalDate(record.trained_on());
  const std::optional<absl::CivilDay> approved = ParseLocalDate(record.assessed_on());
  if (!trained.has_value() || !approved.has_value() || *trained > *approved) {
    return Facts::PRIOR_LEARNING_AGE_UNKNOWN;
  }
  return *approved <= AddYears(*trained, kPriorLearningYears)
             ? Facts::PRIOR_LEARNING_AGE_WITHIN_THREE_YEARS
             : Facts::PRIOR_LEARNING_AGE_OVER_THREE_YEARS;
}

Facts::TrainingMode ModeOf(v1::TrainingMode mode) {
  switch (mode) {
    case v1::TRAINING_MODE_CLASSROOM:
      return Facts::TRAINING_MODE_CLASSROOM;
    case v1::TRAINING_MODE_BITESIZE:
      return Facts::TRAINING_MODE_BITESIZE;
    case v1::TRAINING_MODE_BLENDED:
      return Facts::TRAINING_MODE_BLENDED;
    case v1::TRAINING_MODE_STANDALONE_CHECK:
      return Facts::TRAINING_MODE_STANDALONE_CHECK;
    case v1::TRAINING_MODE_PRIOR_LEARNING:
      return Facts::TRAINING_MODE_PRIOR_LEARNING;
    case v1::TRAINING_MODE_ONE_TO_ONE:
      return Facts::TRAINING_MODE_ONE_TO_ONE;
    case v1::TRAINING_MODE_E_LEARNING_ONLY:
      return Facts::TRAINING_MODE_E_LEARNING_ONLY;
    default:
      return Facts::TRAINING_MODE_UNKNOWN;
  }
}

// The sign-off that the record itself states: for this trainer, of this organisation, in
// this task, in force on the day, observed by somebody of the training provider (HWB25-11).
bool StatesSignOff(const v1::CompetencyRecord& record, const policy::Rulebook& rulebook) {
  const v1::TrainerSignOff& sign_off = record.sign_off();
  const v1::Practitioner& assessor = record.assessor();
  const std::string& trainer = rulebook.document().training_provider();
  const std::optional<absl::CivilDay> day = ParseLocalDate(record.assessed_on());
  const std::optional<absl::CivilDay> from = ParseLocalDate(sign_off.valid_from());
  const std::optional<absl::CivilDay> until = ParseLocalDate(sign_off.valid_until());
  if (sign_off.withdrawn() || !day.has_value() || !from.has_value() || !until.has_value() ||
      *day < *from || *day > *until) {
    return false;
  }
  if (assessor.identifier().empty() || sign_off.organisation() != assessor.organisation() ||
      sign_off.trainer().register_() != assessor.register_() ||
      sign_off.trainer().identifier() != assessor.identifier()) {
    return false;
  }
  const v1::Practitioner& observer = sign_off.observed_by();
  if (!IsNamedRegistrant(observer) ||
      (!observer.organisation().empty() && observer.organisation() != trainer)) {
    return false;
  }
  const v1::CatalogueTask* task = rulebook.FindTask(record.task());
  return task != nullptr &&
         std::any_of(sign_off.tasks().begin(), sign_off.tasks().end(),
                     [&](const v1::Code& code) { return rulebook.FindTask(code) == task; });
}

// Its own word counts, nobody else's that one of its nurses checked, and nobody's own sign-off. An
// outside trainer's organisation is believed of what its trainer found while the training
// provider's sign-off on the locality's record is in force.
Facts::AssessorOrganisation AssessorOrganisationOf(const v1::CompetencyRecord& record,
                                                   const v1::Envelope& envelope,
                                                   const policy::Rulebook& rulebook,
                                                   const v1::LocalityRecord& locality,
                                                   absl::Time now) {
  const std::string& trainer = rulebook.document().training_provider();
  const std::string& organisation = record.assessor().organisation();
  const bool own = envelope.sender() == trainer;
  if (trainer.empty() || (!own && envelope.sender() != organisation)) {
    return Facts::ASSESSOR_ORGANISATION_OTHER;
  }
  if (own && (organisation.empty() || organisation == trainer)) {
    return Facts::ASSESSOR_ORGANISATION_TRAINING_PROVIDER;
  }
  const v1::CatalogueTask* task = rulebook.FindTask(record.task());
  const std::optional<absl::CivilDay> day = ParseLocalDate(record.assessed_on());
  if (task == nullptr || !day.has_value() ||
      IsWithdrawn(locality, record.assessor(), task->code(), now)) {
    return Facts::ASSESSOR_ORGANISATION_OTHER;
  }
  return IsSignedOffHere(locality, rulebook, record.assessor(), task->code(), *day) ||
                 (own && StatesSignOff(record, rulebook))
             ? Facts::ASSESSOR_ORGANISATION_SIGNED_OFF
             : Facts::ASSESSOR_ORGANISATION_OTHER;
}

// Who writes about somebody else's assessment makes nobody competent: the assessor sends it, or a
// body that answers for the assessment (B-4.6, CTL-05).
Facts::AssessorVoucher VoucherOf(const v1::CompetencyRecord& record, const v1::Envelope& envelope,
                                 const Directory& directory, const policy::Rulebook& rulebook) {
  const std::string& trainer = rulebook.document().training_provider();
  if (IsHealthBody(directory, envelope.sender()) ||
      (!trainer.empty() && envelope.sender() == trainer)) {
    return Facts::ASSESSOR_VOUCHER_HEALTH_BODY;
  }
  const v1::Practitioner& assessor = record.assessor();
  if (assessor.identifier().empty()) return Facts::ASSESSOR_VOUCHER_UNKNOWN;
  const v1::ActingPerson& acting = envelope.acting_person();
  const bool same = acting.practitioner().register_() == assessor.register_() &&
                    acting.practitioner().identifier() == assessor.identifier();
  const bool vouched = acting.basis() == v1::PRACTITIONER_BASIS_ATTESTED ||
                       acting.basis() == v1::PRACTITIONER_BASIS_AUTHENTICATED;
  return same && vouched ? Facts::ASSESSOR_VOUCHER_ASSESSOR : Facts::ASSESSOR_VOUCHER_OTHER;
}

// Counted as prior learning is: a year that ends on a missing day ends early.
Facts::Reassessment ReassessmentOf(const v1::CompetencyRecord& record) {
  const std::optional<absl::CivilDay> assessed = ParseLocalDate(record.assessed_on());
  const std::optional<absl::CivilDay> due = ParseLocalDate(record.refresher_due_on());
  if (!assessed.has_value() || !due.has_value()) return Facts::REASSESSMENT_UNKNOWN;
  return *due <= AddYears(*assessed, 1) ? Facts::REASSESSMENT_WITHIN_A_YEAR
                                        : Facts::REASSESSMENT_OVER_A_YEAR;
}

void AddClassAndPerson(const v1::CompetencyRecord& record, Facts& facts) {
  facts.set_specific_person(Facts::SPECIFIC_PERSON_NOT_NEEDED);
  switch (record.training_class()) {
    case v1::TRAINING_CLASS_NONE:
      facts.set_training_class(Facts::TRAINING_CLASS_NONE);
      break;
    case v1::TRAINING_CLASS_GENERIC:
      facts.set_training_class(Facts::TRAINING_CLASS_GENERIC);
      break;
    case v1::TRAINING_CLASS_SPECIFIC:
      facts.set_training_class(Facts::TRAINING_CLASS_SPECIFIC);
      facts.set_specific_person(record.has_for_person() ? Facts::SPECIFIC_PERSON_NAMED
                                                        : Facts::SPECIFIC_PERSON_NOT_NAMED);
      break;
    default:
      facts.set_specific_person(Facts::SPECIFIC_PERSON_UNKNOWN);
  }
}

}  // namespace

Competence CompetenceOf(const v1::WorkerRecord* worker, const v1::CareRecord& person,
                        const v1::Delegation& delegation, const policy::Rulebook& rulebook,
                        const v1::LocalityRecord& locality, absl::Time at) {
  if (delegation.training_class() == v1::TRAINING_CLASS_NONE) {
    return {Facts::WORKER_COMPETENCE_NOT_NEEDED, ""};
  }
  Competence best;
  if (worker == nullptr) return best;
  const v1::CatalogueTask* task = rulebook.FindTask(delegation.task_code());
  std::string best_date;
  std::string failed_date;
  std::string revoked_date;
  for (const v1::Competency& competency : worker->competencies()) {
    if (!IsForTask(competency, delegation) || !IsNotAfter(competency.record().assessed_on(), at)) {
      continue;
    }
    const Competence worth = WorthOf(competency, person, delegation, task, locality, at);
    const std::string date = DateAndTime(competency);
    if (worth.value == Facts::WORKER_COMPETENCE_NOT_COMPETENT) {
      failed_date = std::max(failed_date, date);
    } else if (worth.value == Facts::WORKER_COMPETENCE_REVOKED) {
      revoked_date = std::max(revoked_date, RevokedAt(competency));
    } else if (Rank(worth.value) > Rank(best.value) ||
               (worth.value == best.value && date > best_date)) {
      best = worth;
      best_date = date;
    }
  }
  // Found not competent, or revoked, since: what was found before no longer counts (B-4.2).
  const std::string against = std::max(failed_date, revoked_date);
  if (against.empty() || against < best_date) return best;
  return {against == failed_date ? Facts::WORKER_COMPETENCE_NOT_COMPETENT
                                 : Facts::WORKER_COMPETENCE_REVOKED,
          ""};
}

Facts RecognitionFacts(const v1::CompetencyRecord& record, const v1::Envelope& envelope,
                       const Directory& directory, const policy::Rulebook& rulebook,
                       const v1::LocalityRecord& locality, absl::Time now) {
  Facts facts;
  facts.set_practitioner_basis(BasisOf(envelope.acting_person()));
  v1::DelegatedTask task;
  *task.mutable_code() = record.task();
  Facts of_task;
  AddTaskFacts(rulebook, task, of_task);
  facts.set_task_listing(of_task.task_listing());
  facts.set_task_restriction(of_task.task_restriction());
  facts.set_generic_task(of_task.generic_task());
  AddClassAndPerson(record, facts);
  facts.set_training_mode(ModeOf(record.mode()));
  if (record.session_minutes() > 0) {
    facts.set_session_length(record.session_minutes() <= kBitesizeMinutes
                                 ? Facts::SESSION_LENGTH_WITHIN_60_MINUTES
                                 : Facts::SESSION_LENGTH_OVER_60_MINUTES);
  }
  if (record.competence_was_checked() == v1::ANSWER_YES) {
    facts.set_competence_check(Facts::COMPETENCE_CHECK_CHECKED);
  } else if (record.competence_was_checked() == v1::ANSWER_NO) {
    facts.set_competence_check(Facts::COMPETENCE_CHECK_NOT_CHECKED);
  }
  if (record.mode() == v1::TRAINING_MODE_PRIOR_LEARNING) {
    facts.set_prior_learning_age(AgeOf(record));
  }
  facts.set_assessor(AssessorOf(record.assessor(), now));
  facts.set_assessor_organisation(
      AssessorOrganisationOf(record, envelope, rulebook, locality, now));
  facts.set_assessor_voucher(VoucherOf(record, envelope, directory, rulebook));
  if (record.assessor_competent_in_task() == v1::ANSWER_YES) {
    facts.set_assessor_occupation(Facts::ASSESSOR_OCCUPATION_COMPETENT);
  } else if (record.assessor_competent_in_task() == v1::ANSWER_NO) {
    facts.set_assessor_occupation(Facts::ASSESSOR_OCCUPATION_NOT_COMPETENT);
  }
  facts.set_reassessment(ReassessmentOf(record));
  facts.set_assessment_method(!record.method().empty() && !record.standard().empty()
                                  ? Facts::ASSESSMENT_METHOD_RECORDED
                                  : Facts::ASSESSMENT_METHOD_NOT_RECORDED);
  if (record.result() == v1::COMPETENCY_RESULT_COMPETENT) {
    facts.set_competency_result(Facts::COMPETENCY_RESULT_COMPETENT);
  } else if (record.result() == v1::COMPETENCY_RESULT_NOT_COMPETENT) {
    facts.set_competency_result(Facts::COMPETENCY_RESULT_NOT_COMPETENT);
  }
  return facts;
}

}  // namespace fosse::care
