#include "adapters/fhir/parameters.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "adapters/fhir/persons.h"
#include "adapters/fhir/systems.h"
#include "adapters/kit/field_path.h"
#include "adapters/kit/words.h"
#include "base/participant_id.h"
#include "fosse/v1/delegation.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace fosse::adapters::fhir {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Json = nlohmann::ordered_json;

constexpr size_t kMostParameters = 200;

// The member that holds a value of each form, and another that says the same.
struct Member {
  absl::string_view name;
  absl::string_view other;
};

Member MemberOf(Form form) {
  switch (form) {
    case Form::kText:
      return {"valueString", "valueMarkdown"};
    case Form::kCode:
      return {"valueCode", "valueString"};
    case Form::kChoice:
      return {"valueCode", ""};
    case Form::kAnswer:
    case Form::kBoolean:
      return {"valueBoolean", ""};
    case Form::kNumber:
      return {"valueUnsignedInt", "valueInteger"};
    case Form::kDay:
      return {"valueDate", "valueDateTime"};
    case Form::kTime:
      return {"valueInstant", "valueDateTime"};
    case Form::kOrganisation:
    case Form::kDelegation:
    case Form::kConcern:
      return {"valueIdentifier", ""};
    case Form::kContact:
      return {"valueContactDetail", ""};
    case Form::kConcept:
      return {"valueCodeableConcept", ""};
    case Form::kWorker:
    case Form::kPractitioner:
      break;
  }
  return {"valueReference", ""};
}

Message* MessageAt(const FieldPlace& place) {
  const Reflection& reflection = *place.message->GetReflection();
  return place.field->is_repeated() ? reflection.AddMessage(place.message, place.field)
                                    : reflection.MutableMessage(place.message, place.field);
}

void SetText(const FieldPlace& place, const std::string& text) {
  const Reflection& reflection = *place.message->GetReflection();
  if (place.field->is_repeated()) {
    reflection.AddString(place.message, place.field, text);
  } else {
    reflection.SetString(place.message, place.field, text);
  }
}

void SetTime(const FieldPlace& place, absl::Time time) {
  static_cast<google::protobuf::Timestamp&>(*MessageAt(place)) = StampOf(time);
}

void ReadOrganisation(const Node& identifier, const FieldPlace& place) {
  if (identifier["system"].RequiredText() != kOds) {
    identifier["system"].Invalid(absl::StrCat("name the organisation in ", kOds));
    return;
  }
  const std::string text = identifier["value"].RequiredText();
  if (!text.empty() && !ParticipantId::IsParticipantId(text)) {
    identifier["value"].Invalid("give the organisation's code in capitals, digits and hyphens");
    return;
  }
  SetText(place, text);
}

void ReadDelegation(const Node& identifier, const FieldPlace& place) {
  const std::string system = identifier["system"].RequiredText();
  auto& reference = static_cast<v1::DelegationReference&>(*MessageAt(place));
  if (system == kDelegation) {
    reference.set_reference(identifier["value"].RequiredText());
  } else if (system == kDelegationId) {
    reference.set_delegation_id(identifier["value"].RequiredText());
  } else {
    identifier["system"].Invalid(
        absl::StrCat("name the delegation in ", kDelegation, " or ", kDelegationId));
  }
}

void ReadValue(const Bundle& bundle, const Parameter& parameter, const Node& value,
               absl::Time sent_at, const FieldPlace& place) {
  const Reflection& reflection = *place.message->GetReflection();
  switch (parameter.form) {
    case Form::kText:
    case Form::kCode:
      SetText(place, value.Text());
      return;
    case Form::kDay:
      SetText(place, value.Day());
      return;
    case Form::kChoice: {
      const int number = FindWord(*place.field->enum_type(), value.Text());
      if (number == 0) value.Invalid(WordsOf(*place.field->enum_type()));
      reflection.SetEnumValue(place.message, place.field, number);
      return;
    }
    case Form::kAnswer:
      if (const std::optional<bool> answer = value.Boolean()) {
        reflection.SetEnumValue(place.message, place.field,
                                *answer ? v1::ANSWER_YES : v1::ANSWER_NO);
      }
      return;
    case Form::kBoolean:
      reflection.SetBool(place.message, place.field, value.Boolean().value_or(false));
      return;
    case Form::kNumber:
      reflection.SetUInt32(place.message, place.field, value.Number().value_or(0));
      return;
    case Form::kTime:
      if (const std::optional<absl::Time> time = value.Time()) SetTime(place, *time);
      return;
    case Form::kOrganisation:
      ReadOrganisation(value, place);
      return;
    case Form::kDelegation:
      ReadDelegation(value, place);
      return;
    case Form::kConcern:
      if (value["system"].RequiredText() != kConcern) {
        value["system"].Invalid(absl::StrCat("name the concern in ", kConcern));
      }
      SetText(place, value["value"].RequiredText());
      return;
    case Form::kContact:
      static_cast<v1::Contact&>(*MessageAt(place)) = ReadContact(value);
      return;
    case Form::kConcept:
      ReadTaskCode(value, static_cast<v1::Code&>(*MessageAt(place)));
      return;
    case Form::kWorker:
      static_cast<v1::WorkerReference&>(*MessageAt(place)) = ReadWorker(bundle, value);
      return;
    case Form::kPractitioner:
      static_cast<v1::Practitioner&>(*MessageAt(place)) = ReadPractitioner(bundle, value, sent_at);
      return;
  }
}

const Parameter* FindParameter(absl::Span<const Parameter> table, absl::string_view code) {
  for (const Parameter& parameter : table) {
    if (parameter.code == code) return &parameter;
  }
  return nullptr;
}

std::string KnownCodes(absl::Span<const Parameter> table) {
  std::string codes = absl::StrCat("take it out, or use a code of ", kParameter, ":");
  for (const Parameter& parameter : table) absl::StrAppend(&codes, " ", parameter.code);
  return codes;
}

// The value of a parameter; absent, with an issue, where it is missing or of another form.
Node ValueNode(const Node& item, const Parameter& parameter) {
  const Member member = MemberOf(parameter.form);
  Node value = item[member.name];
  if (!value.present() && !member.other.empty() && item[member.other].present()) {
    value = item[member.other];
  }
  if (!value.present()) {
    value.AddIssue("FIELD_REQUIRED", absl::StrCat("give the value as ", member.name), "required");
  }
  return value;
}

Json Coded(absl::string_view system, const std::string& value) {
  return Json{{"system", std::string(system)}, {"value", value}};
}

Json ConceptOf(const v1::Code& code) {
  Json coding = {{"system", code.system().empty() ? std::string(kTask) : code.system()},
                 {"code", code.code()}};
  if (!code.display().empty()) coding["display"] = code.display();
  return Json{{"coding", Json::array({coding})}};
}

Json MessageValue(const Message& message, Form form) {
  if (form == Form::kConcept) return ConceptOf(static_cast<const v1::Code&>(message));
  if (form == Form::kWorker)
    return WorkerReference(static_cast<const v1::WorkerReference&>(message));
  if (form == Form::kContact) return ContactDetail(static_cast<const v1::Contact&>(message));
  if (form == Form::kDelegation) {
    const auto& reference = static_cast<const v1::DelegationReference&>(message);
    return reference.delegation_id().empty() ? Coded(kDelegation, reference.reference())
                                             : Coded(kDelegationId, reference.delegation_id());
  }
  return TextOf(static_cast<const google::protobuf::Timestamp&>(message));
}

Json TextValue(const std::string& text, Form form) {
  if (form == Form::kOrganisation) return Coded(kOds, text);
  if (form == Form::kConcern) return Coded(kConcern, text);
  return text;
}

Json ScalarValue(const ConstFieldPlace& place, Form form) {
  const Reflection& reflection = *place.message->GetReflection();
  switch (place.field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return TextValue(reflection.GetString(*place.message, place.field), form);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(*place.message, place.field);
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.GetUInt32(*place.message, place.field);
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number = reflection.GetEnumValue(*place.message, place.field);
      if (form == Form::kAnswer) return number == v1::ANSWER_YES;
      return WordOf(*place.field->enum_type(), number);
    }
    default:
      return MessageValue(reflection.GetMessage(*place.message, place.field), form);
  }
}

}  // namespace

absl::string_view MemberNameOf(Form form) { return MemberOf(form).name; }

void ReadTaskCode(const Node& concept_node, v1::Code& code) {
  Node chosen(concept_node.at() + ".coding[0]", concept_node.issues());
  for (const Node& coding : concept_node["coding"].Items()) {
    const bool ours = coding["system"].Text() == kTask;
    if (!chosen.present() || ours) chosen = coding;
    if (ours) break;
  }
  if (!chosen.Require()) return;
  const std::string system = chosen["system"].RequiredText();
  if (system != kTask) code.set_system(system);
  code.set_code(chosen["code"].RequiredText());
  code.set_display(chosen["display"].Text());
}

void ReadParameters(const Bundle& bundle, const Node& list, absl::Span<const Parameter> table,
                    absl::Time sent_at, Message& body) {
  std::set<absl::string_view> seen;
  const std::vector<Node> items = list.Items();
  if (items.size() > kMostParameters) {
    list.AddIssue("FIELD_TOO_MANY", "send at most 200 parameters", "too-long");
    return;
  }
  for (const Node& item : items) {
    const Parameter* parameter = FindParameter(table, CodeIn(item["type"], kParameter));
    if (parameter == nullptr) {
      item["type"].AddIssue("PARAMETER_UNKNOWN", KnownCodes(table), "not-supported");
      continue;
    }
    const FieldPlace place = MutablePlace(body, parameter->proto);
    if (!seen.insert(parameter->code).second && !place.field->is_repeated()) {
      item["type"].AddIssue("PARAMETER_TWICE", "give this parameter once", "duplicate");
      continue;
    }
    const Node value = ValueNode(item, *parameter);
    if (value.present()) ReadValue(bundle, *parameter, value, sent_at, place);
  }
  for (const Parameter& parameter : table) {
    if (parameter.required && !seen.contains(parameter.code)) {
      list.AddIssue("FIELD_REQUIRED", absl::StrCat("add the parameter ", parameter.code),
                    "required");
    }
  }
}

nlohmann::ordered_json ParameterJson(absl::string_view code, absl::string_view member, Json value) {
  const Json coding = {{"system", kParameter}, {"code", std::string(code)}};
  Json parameter = {{"type", Json{{"coding", Json::array({coding})}}}};
  parameter[std::string(member)] = std::move(value);
  return parameter;
}

nlohmann::ordered_json WriteParameters(const Message& body, absl::Span<const Parameter> table) {
  Json list = Json::array();
  for (const Parameter& parameter : table) {
    const ConstFieldPlace place = FindPlace(body, parameter.proto);
    if (place.field == nullptr || parameter.form == Form::kPractitioner) continue;
    const absl::string_view member = MemberOf(parameter.form).name;
    if (!place.field->is_repeated()) {
      list.push_back(ParameterJson(parameter.code, member, ScalarValue(place, parameter.form)));
      continue;
    }
    const Reflection& reflection = *place.message->GetReflection();
    for (int n = 0; n < reflection.FieldSize(*place.message, place.field); ++n) {
      Json value = place.field->cpp_type() == FieldDescriptor::CPPTYPE_STRING
                       ? TextValue(reflection.GetRepeatedString(*place.message, place.field, n),
                                   parameter.form)
                       : MessageValue(reflection.GetRepeatedMessage(*place.message, place.field, n),
                                      parameter.form);
      list.push_back(ParameterJson(parameter.code, member, std::move(value)));
    }
  }
  return list;
}

}  // namespace fosse::adapters::fhir
