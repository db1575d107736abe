#include "adapters/council/json_fields.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "adapters/kit/field_path.h"
#include "adapters/kit/words.h"
#include "fosse/v1/common.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace fosse::adapters::council {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

const absl::Time kFirstTime = absl::FromUnixSeconds(-62135596800);   // 0001-01-01.
const absl::Time kEndOfTimes = absl::FromUnixSeconds(253402300800);  // 10000-01-01.

std::string WantedForm(Form form, const FieldDescriptor& field) {
  switch (form) {
    case Form::kText:
      return "give a text";
    case Form::kTexts:
      return "give an array of texts";
    case Form::kNumber:
      return "give a whole number, not negative";
    case Form::kBoolean:
    case Form::kAnswer:
      return "give true or false";
    case Form::kTime:
      return "give a time with its offset, such as 2026-11-02T09:30:00Z";
    case Form::kItems:
      return "give an array of objects";
    case Form::kChoice:
      break;
  }
  return WordsOf(*field.enum_type());
}

bool SetTime(Message& message, const FieldDescriptor* field, const std::string& text) {
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) return false;
  // The contract's years; ParseTime also takes words for no time at all, and spaces.
  if (time < kFirstTime || time >= kEndOfTimes || text.find(' ') != std::string::npos) return false;
  static_cast<google::protobuf::Timestamp&>(
      *message.GetReflection()->MutableMessage(&message, field)) = StampOf(time);
  return true;
}

bool SetTexts(Message& message, const FieldDescriptor* field, const nlohmann::json& value) {
  if (!value.is_array()) return false;
  for (const nlohmann::json& item : value) {
    if (!item.is_string()) return false;
    message.GetReflection()->AddString(&message, field, item.get<std::string>());
  }
  return true;
}

// False where the value has another form.
bool SetValue(const Field& rule, const FieldPlace& place, const nlohmann::json& value) {
  Message& message = *place.message;
  const Reflection& reflection = *message.GetReflection();
  switch (rule.form) {
    case Form::kText:
      if (!value.is_string()) return false;
      reflection.SetString(&message, place.field, value.get<std::string>());
      return true;
    case Form::kTexts:
      return SetTexts(message, place.field, value);
    case Form::kNumber:
      if (!value.is_number_unsigned() || value.get<uint64_t>() > UINT32_MAX) return false;
      reflection.SetUInt32(&message, place.field, value.get<uint32_t>());
      return true;
    case Form::kBoolean:
      if (!value.is_boolean()) return false;
      reflection.SetBool(&message, place.field, value.get<bool>());
      return true;
    case Form::kAnswer:
      if (!value.is_boolean()) return false;
      reflection.SetEnumValue(&message, place.field,
                              value.get<bool>() ? v1::ANSWER_YES : v1::ANSWER_NO);
      return true;
    case Form::kTime:
      return value.is_string() && SetTime(message, place.field, value.get<std::string>());
    case Form::kChoice: {
      if (!value.is_string()) return false;
      const int choice = FindWord(*place.field->enum_type(), value.get<std::string>());
      if (choice == 0) return false;
      reflection.SetEnumValue(&message, place.field, choice);
      return true;
    }
    case Form::kItems:  // ReadItems() has read them.
      return value.is_array();
  }
  return false;
}

absl::Span<const Field> ItemsOf(const Field& field) { return {field.items, field.items_size}; }

// The objects of an array, each by the lines of its own; what is no object is an issue.
void ReadItems(const Field& rule, const FieldPlace& place, const nlohmann::json& value,
               const std::string& at, std::set<std::string>& read, std::vector<Issue>& issues) {
  for (size_t n = 0; n < value.size(); ++n) {
    const std::string item = absl::StrCat(at, "/", n);
    if (!value[n].is_object()) {
      read.insert(item);
      issues.push_back({item, "FIELD_INVALID", "give an object"});
      continue;
    }
    ReadFields(value[n], item, ItemsOf(rule),
               *place.message->GetReflection()->AddMessage(place.message, place.field), read,
               issues);
  }
}

nlohmann::ordered_json ValueOf(const Message& message, const FieldDescriptor* field, Form form) {
  const Reflection& reflection = *message.GetReflection();
  switch (form) {
    case Form::kText:
      return reflection.GetString(message, field);
    case Form::kTexts: {
      auto texts = nlohmann::ordered_json::array();
      for (int n = 0; n < reflection.FieldSize(message, field); ++n) {
        texts.push_back(reflection.GetRepeatedString(message, field, n));
      }
      return texts;
    }
    case Form::kNumber:
      return reflection.GetUInt32(message, field);
    case Form::kBoolean:
      return reflection.GetBool(message, field);
    case Form::kAnswer:
      return reflection.GetEnumValue(message, field) == v1::ANSWER_YES;
    case Form::kChoice:
      return WordOf(*reflection.GetEnum(message, field));
    case Form::kTime:
      return TextOf(
          static_cast<const google::protobuf::Timestamp&>(reflection.GetMessage(message, field)));
    case Form::kItems:
      break;
  }
  return nullptr;
}

nlohmann::ordered_json ItemsOf(const Message& message, const FieldDescriptor* field,
                               const Field& rule) {
  auto items = nlohmann::ordered_json::array();
  for (int n = 0; n < message.GetReflection()->FieldSize(message, field); ++n) {
    items.push_back(
        WriteFields(message.GetReflection()->GetRepeatedMessage(message, field, n), ItemsOf(rule)));
  }
  return items;
}

}  // namespace

void ReadFields(const nlohmann::json& json, absl::string_view base, absl::Span<const Field> fields,
                Message& message, std::set<std::string>& read, std::vector<Issue>& issues) {
  for (const Field& field : fields) {
    const std::string at = std::string(base) + std::string(field.json);
    const nlohmann::json::json_pointer pointer{std::string(field.json)};
    // Of an array of objects each member of each is looked for by itself.
    const bool items = field.form == Form::kItems && json.contains(pointer) &&
                       json.at(pointer).is_array() && !json.at(pointer).empty();
    if (!items) read.insert(at);
    if (!json.contains(pointer) || json.at(pointer).is_null()) {
      if (field.required) issues.push_back({at, "FIELD_REQUIRED", "add this field"});
      continue;
    }
    const FieldPlace place = MutablePlace(message, field.proto);
    if (!SetValue(field, place, json.at(pointer))) {
      issues.push_back({at, "FIELD_INVALID", WantedForm(field.form, *place.field)});
    } else if (items) {
      ReadItems(field, place, json.at(pointer), at, read, issues);
    }
  }
}

nlohmann::ordered_json WriteFields(const Message& message, absl::Span<const Field> fields) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const Field& field : fields) {
    const ConstFieldPlace place = FindPlace(message, field.proto);
    if (place.field == nullptr) continue;
    json[nlohmann::ordered_json::json_pointer{std::string(field.json)}] =
        field.form == Form::kItems ? ItemsOf(*place.message, place.field, field)
                                   : ValueOf(*place.message, place.field, field.form);
  }
  return json;
}

}  // namespace fosse::adapters::council
