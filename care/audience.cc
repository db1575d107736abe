#include "care/audience.h"

#include "base/field_path.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace fosse::care {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A reader that the directory does not know belongs to no audience but the recipients'.
v1::OrganisationKind KindOf(const Reader& reader) {
  return reader.participant == nullptr ? v1::ORGANISATION_KIND_UNSPECIFIED
                                       : reader.participant->kind();
}

bool IsClinical(const Reader& reader) {
  switch (KindOf(reader)) {
    case v1::ORGANISATION_KIND_PRACTICE:
    case v1::ORGANISATION_KIND_COMMUNITY_HEALTH:
    case v1::ORGANISATION_KIND_ACUTE:
      return true;
    default:
      return reader.is_delegating;
  }
}

bool IsCareTeam(const Reader& reader) {
  switch (KindOf(reader)) {
    case v1::ORGANISATION_KIND_PROVIDER:
    case v1::ORGANISATION_KIND_TRAINING_PROVIDER:
    case v1::ORGANISATION_KIND_SAFEGUARDING:
      return true;
    default:
      return reader.is_delegated_to || IsClinical(reader);
  }
}

bool IsCommissioning(const Reader& reader) {
  switch (KindOf(reader)) {
    case v1::ORGANISATION_KIND_COUNCIL:
    case v1::ORGANISATION_KIND_COMMISSIONER:
    case v1::ORGANISATION_KIND_SHARED_CARE:
      return true;
    default:
      return reader.is_delegating;
  }
}

void Cut(const Reader& reader, const FieldPath& path, Message& message,
         std::vector<std::string>& removed) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const v1::Audience audience = field->options().GetExtension(v1::audience);
    if (!Belongs(reader, audience)) {
      removed.push_back(path.Then(*field).text());
      reflection.ClearField(&message, field);
      continue;
    }
    // Timestamps and other messages that are not ours hold nothing to cut.
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE ||
        field->message_type()->file()->package() != "fosse.v1") {
      continue;
    }
    if (!field->is_repeated()) {
      Cut(reader, path.Then(*field), *reflection.MutableMessage(&message, field), removed);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      Cut(reader, path.ThenItem(*field, i), *reflection.MutableRepeatedMessage(&message, field, i),
          removed);
    }
  }
}

}  // namespace

bool Belongs(const Reader& reader, v1::Audience audience) {
  switch (audience) {
    case v1::AUDIENCE_UNSPECIFIED:  // Of a receipt or an answer: what is in it says who may see it.
    case v1::AUDIENCE_RECIPIENTS:
      return true;
    case v1::AUDIENCE_CLINICAL:
      return IsClinical(reader);
    case v1::AUDIENCE_CARE_TEAM:
      return IsCareTeam(reader);
    case v1::AUDIENCE_COMMISSIONING:
      return IsCommissioning(reader);
    case v1::AUDIENCE_SAFEGUARDING:
      return KindOf(reader) == v1::ORGANISATION_KIND_SAFEGUARDING;
    case v1::AUDIENCE_SENDER_AND_AUDIT:
      return reader.is_sender || reader.is_audit;
    default:
      return false;  // AUDIENCE_GATEWAY, and any that this program does not know.
  }
}

std::vector<std::string> CutToAudience(const Reader& reader, Message& message) {
  std::vector<std::string> removed;
  Cut(reader, FieldPath(), message, removed);
  return removed;
}

bool MaySeePlace(const Reader& reader) {
  return KindOf(reader) == v1::ORGANISATION_KIND_PROVIDER || IsClinical(reader);
}

void ShieldPlace(const Reader& reader, v1::Envelope& message,
                 std::vector<std::string>& removed_paths) {
  const bool may_see = MaySeePlace(reader);
  if (message.has_person_update()) {
    v1::PersonUpdate& update = *message.mutable_person_update();
    if (!update.address().empty()) removed_paths.push_back("person_update.address");
    update.clear_address();
    if (!may_see && !update.registered_practice().empty()) {
      update.clear_registered_practice();
      removed_paths.push_back("person_update.registered_practice");
    }
  }
  if (message.has_person_away() && !may_see) {
    message.mutable_person_away()->clear_place();
    removed_paths.push_back("person_away.place");
  }
}

v1::Envelope MessageFor(const Reader& recipient, const v1::Envelope& envelope,
                        std::vector<std::string>& removed_paths) {
  v1::Envelope message = envelope;
  // Whoever gets it, the sender included: these leave by no delivery.
  if (message.has_original()) removed_paths.push_back("original");
  if (!message.traceparent().empty()) removed_paths.push_back("traceparent");
  message.clear_original();
  message.clear_traceparent();
  for (std::string& path : CutToAudience(recipient, message)) {
    removed_paths.push_back(std::move(path));
  }
  // What a specific competency says of the person it serves is for its sender alone: the worker's
  // other employers do not care for that person.
  if (message.competency_record().has_for_person()) {
    message.mutable_competency_record()->clear_for_person();
    removed_paths.push_back("competency_record.for_person");
  }
  // The board sees cases by their numbers, never by the person (CTL-04).
  if (KindOf(recipient) == v1::ORGANISATION_KIND_IPCB && message.has_subject()) {
    message.clear_subject();
    removed_paths.push_back("subject");
  }
  return message;
}

}  // namespace fosse::care
