#include "engine/intake.h"

#include <utility>

#include "base/field_check.h"
#include "base/nhs_number.h"
#include "base/status.h"
#include "engine/index_terms.h"
#include "engine/timestamps.h"

namespace fosse::engine {
namespace {

// Bodies from this field number on are the gateway's own.
constexpr int kFirstInternalBody = 100;

absl::Status CheckCaller(const Caller& caller, const v1::Envelope& envelope,
                         const care::Directory& directory) {
  const v1::Participant* const speaker = directory.Find(caller.participant);
  const bool speakable = envelope.body_case() != v1::Envelope::BODY_NOT_SET &&
                         static_cast<int>(envelope.body_case()) < kFirstInternalBody;
  if (speaker == nullptr ||
      (speakable && !directory.MaySpeakFor(*speaker, envelope.sender(), BodyNameOf(envelope)))) {
    return MakeError(absl::StatusCode::kPermissionDenied, "SENDER_NOT_ALLOWED",
                     "the caller may not send this body in the name of this sender",
                     {{"field", FieldPath("sender")}});
  }
  return absl::OkStatus();
}

absl::Status CheckNumber(const v1::PersonReference& person, bool test_environment,
                         const FieldPath& field) {
  if (IsTestNhsNumber(person.nhs_number()) == test_environment) return absl::OkStatus();
  return test_environment
             ? MakeError(absl::StatusCode::kInvalidArgument, "NHS_NUMBER_NOT_TEST",
                         "a test environment takes numbers of the test range only",
                         {{"field", field}})
             : MakeError(absl::StatusCode::kInvalidArgument, "NHS_NUMBER_IS_TEST",
                         "numbers of the test range are refused outside test environments",
                         {{"field", field}});
}

absl::Status CheckNumbers(const v1::Envelope& envelope, bool test_environment) {
  if (envelope.subject().has_person()) {
    FOSSE_RETURN_IF_ERROR(CheckNumber(envelope.subject().person(), test_environment,
                                      FieldPath("subject.person.nhs_number")));
  }
  if (envelope.competency_record().has_for_person()) {
    FOSSE_RETURN_IF_ERROR(CheckNumber(envelope.competency_record().for_person(), test_environment,
                                      FieldPath("competency_record.for_person.nhs_number")));
  }
  if (envelope.person_update().has_other_person()) {
    FOSSE_RETURN_IF_ERROR(CheckNumber(envelope.person_update().other_person(), test_environment,
                                      FieldPath("person_update.other_person.nhs_number")));
  }
  return absl::OkStatus();
}

// On what ground we believe who acted (CTL-05). What the message itself said of it is replaced.
void SetBasis(const Caller& caller, const care::Directory& directory, v1::Envelope& envelope) {
  if (!envelope.has_acting_person() || !envelope.acting_person().has_practitioner()) {
    return;  // Nobody is named: the basis stays unspecified, which is the fact UNKNOWN.
  }
  const v1::Participant* const relay = directory.Find(caller.participant);
  const v1::Participant* const sender = directory.Find(envelope.sender());
  const bool attested =
      (relay != nullptr && relay->attests()) || (sender != nullptr && sender->attests());
  envelope.mutable_acting_person()->set_basis(
      caller.user_token
          ? v1::PRACTITIONER_BASIS_AUTHENTICATED
          : (attested ? v1::PRACTITIONER_BASIS_ATTESTED : v1::PRACTITIONER_BASIS_ASSERTED));
}

absl::Status CheckLocalityAndAge(const IntakeDeps& deps, const v1::Envelope& envelope,
                                 absl::Time now) {
  if (envelope.locality() != deps.locality) {
    return MakeError(absl::StatusCode::kInvalidArgument, "LOCALITY_NOT_SERVED",
                     "this gateway serves another locality", {{"field", FieldPath("locality")}});
  }
  // Its key may have been forgotten already, so it could be a repeat that nobody would notice.
  if (ToTime(envelope.sent_at()) < now - deps.limits.key_age) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "KEY_TOO_OLD",
                     "the message was sent longer ago than repeats can be told",
                     {{"field", FieldPath("sent_at")},
                      {"keptForHours", absl::ToInt64Hours(deps.limits.key_age)}});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Message> TakeIn(const IntakeDeps& deps, const Caller& caller, v1::Envelope envelope,
                               const care::Directory& directory, absl::Time now,
                               absl::Duration doubt) {
  FOSSE_RETURN_IF_ERROR(CheckCaller(caller, envelope, directory));
  const size_t bytes = envelope.ByteSizeLong();
  if (bytes > deps.limits.message_bytes) {
    return MakeError(absl::StatusCode::kInvalidArgument, "MESSAGE_TOO_LARGE",
                     "the message is too large", {{"maxBytes", deps.limits.message_bytes}});
  }
  FOSSE_RETURN_IF_ERROR(CheckFields(envelope));
  FOSSE_RETURN_IF_ERROR(care::CheckShape(envelope, /*from_gateway=*/false));
  FOSSE_RETURN_IF_ERROR(care::CheckTimes(envelope, now + doubt));
  FOSSE_RETURN_IF_ERROR(CheckNumbers(envelope, directory.document().test_environment()));
  FOSSE_RETURN_IF_ERROR(CheckLocalityAndAge(deps, envelope, now - doubt));

  Message message;
  message.bytes = bytes;
  message.key = MessageTerm(deps.keys, envelope.sender(), envelope.message_id());
  message.wants = care::WhatItWants(envelope);
  if (envelope.has_acting_person()) envelope.mutable_acting_person()->clear_basis();
  message.sameness = SamenessOf(envelope);
  envelope.set_relay(caller.participant);
  SetBasis(caller, directory, envelope);
  if (envelope.has_rulebook_activation() || envelope.has_directory_activation()) {
    message.kind = MessageKind::kActivation;
    message.terms.push_back(DocumentTerm(
        deps.keys, envelope.has_rulebook_activation() ? envelope.rulebook_activation().digest()
                                                      : envelope.directory_activation().digest()));
  }
  if (envelope.has_ruling()) {
    message.terms.push_back(RulingTerm(deps.keys, envelope.ruling().number()));
  }
  message.envelope = std::move(envelope);
  return message;
}

Message OwnMessage(const IntakeDeps& deps, MessageKind kind, absl::string_view sender,
                   std::string message_id, v1::Envelope envelope, absl::Time now) {
  Message message;
  message.kind = kind;
  envelope.set_message_id(std::move(message_id));
  envelope.set_locality(deps.locality);
  envelope.set_sender(std::string(sender));
  *envelope.mutable_sent_at() = ToTimestamp(now);
  message.key = MessageTerm(deps.keys, envelope.sender(), envelope.message_id());
  message.sameness = SamenessOf(envelope);
  message.bytes = envelope.ByteSizeLong();
  message.envelope = std::move(envelope);
  return message;
}

}  // namespace fosse::engine
