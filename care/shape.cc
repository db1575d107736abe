#include "absl/strings/string_view.h"
#include "base/status.h"
#include "care/handle.h"
#include "care/shared_care/steps.h"
#include "care/times.h"
#include "fosse/v1/terms.pb.h"
#include "google/protobuf/descriptor.h"

namespace fosse::care {
namespace {

// By how much other clocks may be ahead of ours. Ours.
constexpr absl::Duration kClocksDiffer = absl::Minutes(5);

// Whom a body must be about.
enum class About { kPerson, kWorker, kNobody, kPersonOrNobody, kAnybody };

About WhomAbout(v1::Envelope::BodyCase body) {
  switch (body) {
    case v1::Envelope::kCompetencyRecord:
    case v1::Envelope::kCompetencyRevoked:
    case v1::Envelope::kCompetencyChallenged:
      return About::kWorker;
    case v1::Envelope::kTrainingSession:
    case v1::Envelope::kTaskVersionChanged:
    case v1::Envelope::kTrainerSignOff:
    case v1::Envelope::kIssueReport:
    case v1::Envelope::kRuling:
    case v1::Envelope::kRulebookActivation:
    case v1::Envelope::kDirectoryActivation:
    case v1::Envelope::kEqualityReturn:
    case v1::Envelope::kClockConfirmed:
      return About::kNobody;
    case v1::Envelope::kTrainingRequest:
      return About::kPersonOrNobody;
    case v1::Envelope::kLegalHold:
    case v1::Envelope::kRedaction:
      return About::kAnybody;
    default:
      return About::kPerson;
  }
}

bool IsInternal(v1::Envelope::BodyCase body) {
  switch (body) {
    case v1::Envelope::kTimerDue:
    case v1::Envelope::kDeliveryOutcome:
    case v1::Envelope::kAccessRecorded:
    case v1::Envelope::kRefusedAttempts:
    case v1::Envelope::kSweepStep:
    case v1::Envelope::kClockNoticed:
    case v1::Envelope::kMassChangeAlarm:
      return true;
    default:
      return false;
  }
}

absl::Status Missing(const FieldPath& field) {
  return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_REQUIRED",
                   "a required field is missing", {{"field", field}});
}

absl::Status CheckSubject(const v1::Envelope& envelope, About about) {
  const v1::Subject& subject = envelope.subject();
  const bool person = subject.has_person();
  const bool worker = subject.has_worker();
  if (about == About::kPerson && !person && !worker) return Missing(FieldPath("subject.person"));
  if (about == About::kWorker && !person && !worker) return Missing(FieldPath("subject.worker"));
  const bool wrong = (about == About::kPerson && worker) || (about == About::kWorker && person) ||
                     (about == About::kNobody && (person || worker)) ||
                     (about == About::kPersonOrNobody && worker);
  if (!wrong) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "SUBJECT_WRONG",
                   "the subject is not one that this body can be about",
                   {{"field", FieldPath("subject")}});
}

// Joining and taking apart need two: whose record goes on, and the other one.
absl::Status CheckTwoPersons(const v1::Envelope& envelope) {
  const v1::PersonUpdate& update = envelope.person_update();
  if (update.kind() != v1::PERSON_UPDATE_KIND_MERGE &&
      update.kind() != v1::PERSON_UPDATE_KIND_UN_MERGE) {
    return absl::OkStatus();
  }
  if (!update.has_other_person()) return Missing(FieldPath("person_update.other_person"));
  if (!IsSamePerson(envelope.subject().person(), update.other_person())) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                   "the other person must be named by another number or other details",
                   {{"field", FieldPath("person_update.other_person")}});
}

// A worker is named by number, or by employer and the employer's reference.
bool IsNamed(const v1::WorkerReference& worker) {
  return !worker.worker_number().empty() ||
         (!worker.employer().empty() && !worker.employer_reference().empty());
}

// References that are there must name something; those that are required, the field terms ask for.
absl::Status CheckReferences(const google::protobuf::Message& message, const FieldPath& path) {
  if (const auto* worker = dynamic_cast<const v1::WorkerReference*>(&message)) {
    return IsNamed(*worker) ? absl::OkStatus()
                            : Missing(path.Then(*v1::WorkerReference::descriptor()->field(0)));
  }
  if (const auto* delegation = dynamic_cast<const v1::DelegationReference*>(&message)) {
    return !delegation->delegation_id().empty() || !delegation->reference().empty()
               ? absl::OkStatus()
               : Missing(path.Then(*v1::DelegationReference::descriptor()->field(0)));
  }
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      FOSSE_RETURN_IF_ERROR(
          CheckReferences(message.GetReflection()->GetMessage(message, field), path.Then(*field)));
      continue;
    }
    for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
      FOSSE_RETURN_IF_ERROR(
          CheckReferences(message.GetReflection()->GetRepeatedMessage(message, field, i),
                          path.ThenItem(*field, i)));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckShape(const v1::Envelope& envelope, bool from_gateway) {
  if (envelope.body_case() == v1::Envelope::BODY_NOT_SET) {
    return MakeError(absl::StatusCode::kInvalidArgument, "BODY_MISSING", "the message has no body");
  }
  if (IsInternal(envelope.body_case())) {
    if (from_gateway) return absl::OkStatus();
    return MakeError(absl::StatusCode::kInvalidArgument, "BODY_INTERNAL",
                     "only the gateway itself sends this body");
  }
  FOSSE_RETURN_IF_ERROR(CheckSubject(envelope, WhomAbout(envelope.body_case())));
  // Nobody opens or closes an episode of somebody else: oversight follows it (B-5.5c).
  if (envelope.has_episode_change() &&
      envelope.episode_change().organisation() != envelope.sender()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "FIELD_INVALID",
                     "an episode is reported by the organisation that has it: name the sender",
                     {{"field", FieldPath("episode_change.organisation")}});
  }
  // A start by nobody named could not be held against anybody's competence.
  if (envelope.has_start_confirmed() && !envelope.start_confirmed().has_worker()) {
    return Missing(FieldPath("start_confirmed.worker"));
  }
  FOSSE_RETURN_IF_ERROR(CheckSharedCare(envelope));
  FOSSE_RETURN_IF_ERROR(CheckTwoPersons(envelope));
  return CheckReferences(envelope, FieldPath());
}

absl::Status CheckTimes(const v1::Envelope& envelope, absl::Time now) {
  const auto check = [now](const google::protobuf::Timestamp& stated, const FieldPath& field) {
    // One that is absent is infinitely past.
    if (TimeOf(stated) <= now + kClocksDiffer) return absl::OkStatus();
    return MakeError(absl::StatusCode::kInvalidArgument, "TIME_IN_FUTURE",
                     "the time stated has not come; set the clock, or report it once it happened",
                     {{"field", field}});
  };
  FOSSE_RETURN_IF_ERROR(check(envelope.sent_at(), FieldPath("sent_at")));
  switch (envelope.body_case()) {
    case v1::Envelope::kTaskPerformed:
      return check(envelope.task_performed().performed_at(),
                   FieldPath("task_performed.performed_at"));
    case v1::Envelope::kStartConfirmed:
      return check(envelope.start_confirmed().started_at(),
                   FieldPath("start_confirmed.started_at"));
    case v1::Envelope::kEpisodeChange:
      return check(envelope.episode_change().occurred_at(),
                   FieldPath("episode_change.occurred_at"));
    case v1::Envelope::kConcernRaised:
      return check(envelope.concern_raised().noticed_at(), FieldPath("concern_raised.noticed_at"));
    case v1::Envelope::kClinicalReview:
      return check(envelope.clinical_review().reviewed_at(),
                   FieldPath("clinical_review.reviewed_at"));
    default:
      return absl::OkStatus();
  }
}

bool MayNameWorker(const v1::WorkerReference& reference, absl::string_view sender,
                   const policy::Rulebook& rulebook) {
  return reference.employer() == sender ||
         (!sender.empty() && sender == rulebook.document().training_provider());
}

Wants WhatItWants(const v1::Envelope& envelope) {
  Wants wants;
  wants.person = envelope.subject().has_person();
  const auto want_worker = [&wants](const v1::WorkerReference& reference) {
    wants.worker = true;
    wants.worker_reference = reference;
  };
  if (envelope.subject().has_worker()) want_worker(envelope.subject().worker());
  switch (envelope.body_case()) {
    case v1::Envelope::kWorkerAssignment: {
      const v1::WorkerReference& worker = envelope.worker_assignment().worker();
      want_worker(worker);
      wants.may_create_worker =
          !envelope.worker_assignment().removes() && worker.employer() == envelope.sender();
      break;
    }
    case v1::Envelope::kStartConfirmed:
      want_worker(envelope.start_confirmed().worker());
      break;
    case v1::Envelope::kTaskPerformed:
      want_worker(envelope.task_performed().worker());
      break;
    case v1::Envelope::kCompetencyRecord:
      wants.may_create_worker = true;
      if (envelope.competency_record().has_for_person()) {
        wants.other_person = true;
        wants.other_person_reference = envelope.competency_record().for_person();
      }
      break;
    case v1::Envelope::kEpisodeChange:
      // A discharge of somebody unknown is kept too: refusing it would only hide it.
      wants.may_create_person = true;
      break;
    case v1::Envelope::kRegistrationChange:
      wants.may_create_person = true;
      break;
    case v1::Envelope::kPersonUpdate:
      wants.may_create_other = envelope.person_update().kind() == v1::PERSON_UPDATE_KIND_MERGE;
      wants.other_person = wants.may_create_other ||
                           envelope.person_update().kind() == v1::PERSON_UPDATE_KIND_UN_MERGE;
      wants.other_person_reference = envelope.person_update().other_person();
      break;
    default:
      break;
  }
  return wants;
}

bool NeedsRelationship(const v1::Envelope& envelope) {
  if (!envelope.subject().has_person() || IsInternal(envelope.body_case())) return false;
  switch (envelope.body_case()) {
    case v1::Envelope::kEpisodeChange:
    case v1::Envelope::kRegistrationChange:
      return false;
    default:
      return true;
  }
}

}  // namespace fosse::care
