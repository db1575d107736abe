#ifndef FOSSE_TESTS_ADAPTERS_COUNCIL_SAMPLES_H_
#define FOSSE_TESTS_ADAPTERS_COUNCIL_SAMPLES_H_

#include <functional>
#include <string>

#include "adapters/council/fields.h"
#include "adapters/council/json_fields.h"
#include "adapters/council/translate.h"
#include "fosse/v1/common.pb.h"
#include "fosse/v1/envelope.pb.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::council {

inline constexpr char kSender[] = "1-1000000001";

using Json = nlohmann::ordered_json;

// A message of that kind without its own fields.
inline Json EmptyMessage(const MessageType& type) {
  Json json = {
      {"id", "row-1"}, {"type", std::string(type.name)}, {"sentAt", "2026-11-22T09:30:00+00:00"}};
  if (type.about == About::kWorker) {
    json["worker"] = {{"employer", "1-1000000001"}, {"reference", "staff-7"}};
  } else if (type.about == About::kPerson) {
    json["person"] = {
        {"nhsNumber", "9990000018"}, {"dateOfBirth", "1941-03-09"}, {"familyName", "Quillfeather"}};
  }
  return json;
}

// The field that a dotted path names, and the message that holds it; null where it names none.
struct FoundField {
  google::protobuf::Message* message = nullptr;
  const google::protobuf::FieldDescriptor* field = nullptr;
};
inline FoundField FindField(google::protobuf::Message& root, std::string path) {
  google::protobuf::Message* message = &root;
  while (true) {
    const size_t dot = path.find('.');
    const auto* field = message->GetDescriptor()->FindFieldByName(path.substr(0, dot));
    if (field == nullptr || dot == std::string::npos) return {message, field};
    if (field->message_type() == nullptr || field->is_repeated()) return {};
    message = message->GetReflection()->MutableMessage(message, field);
    path = path.substr(dot + 1);
  }
}

// Gives the field a value of its form, chosen by `pick`, which answers a number below its argument.
inline void Fill(google::protobuf::Message& body, const Field& rule,
                 const std::function<size_t(size_t)>& pick) {
  const FoundField found = FindField(body, std::string(rule.proto));
  const auto& reflection = *found.message->GetReflection();
  switch (rule.form) {
    case Form::kText:
      reflection.SetString(
          found.message, found.field,
          "text of " + std::string(rule.json) + " \xC3\xA9\"\\\n" + std::to_string(pick(1000)));
      break;
    case Form::kTexts:
      for (size_t n = 0; n <= pick(3); ++n) {
        reflection.AddString(found.message, found.field, "one of " + std::to_string(n));
      }
      break;
    case Form::kNumber:
      reflection.SetUInt32(found.message, found.field, 1 + static_cast<uint32_t>(pick(UINT32_MAX)));
      break;
    case Form::kBoolean:
      reflection.SetBool(found.message, found.field, true);  // False is what absent says.
      break;
    case Form::kAnswer:
      reflection.SetEnumValue(found.message, found.field,
                              pick(2) == 0 ? v1::ANSWER_YES : v1::ANSWER_NO);
      break;
    case Form::kChoice: {
      const auto* type = found.field->enum_type();
      reflection.SetEnum(found.message, found.field,
                         type->value(1 + static_cast<int>(pick(type->value_count() - 1))));
      break;
    }
    case Form::kTime: {
      auto* stamp = static_cast<google::protobuf::Timestamp*>(
          reflection.MutableMessage(found.message, found.field));
      stamp->set_seconds(1'600'000'000 + static_cast<int64_t>(pick(200'000'000)));
      stamp->set_nanos(static_cast<int32_t>(pick(1'000'000'000)));
      break;
    }
    case Form::kItems:
      for (size_t n = 0; n <= pick(3); ++n) {
        google::protobuf::Message& item = *reflection.AddMessage(found.message, found.field);
        for (size_t line = 0; line < rule.items_size; ++line) Fill(item, rule.items[line], pick);
      }
      break;
  }
}

inline google::protobuf::Message& BodyOf(v1::Envelope& envelope, const MessageType& type) {
  return *envelope.GetReflection()->MutableMessage(
      &envelope, envelope.GetDescriptor()->FindFieldByName(std::string(type.body)));
}

// A message of that kind with every field that `chosen` takes; the body goes to `envelope`.
inline Json FilledMessage(const MessageType& type, const std::function<size_t(size_t)>& pick,
                          const std::function<bool(const Field&)>& chosen, v1::Envelope& envelope) {
  google::protobuf::Message& body = BodyOf(envelope, type);
  for (const Field& field : type.fields) {
    if (chosen(field)) Fill(body, field, pick);
  }
  Json json = EmptyMessage(type);
  const Json fields = WriteFields(body, type.fields);
  for (const auto& [name, value] : fields.items()) json[name] = value;
  return json;
}

inline Json FullMessage(const MessageType& type) {
  v1::Envelope envelope;
  return FilledMessage(
      type, [](size_t) { return 0; }, [](const Field&) { return true; }, envelope);
}

}  // namespace fosse::adapters::council

#endif  // FOSSE_TESTS_ADAPTERS_COUNCIL_SAMPLES_H_
