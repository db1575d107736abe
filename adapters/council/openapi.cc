#include "adapters/council/openapi.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "adapters/council/answer_schemas.h"
#include "adapters/council/fields.h"
#include "adapters/kit/words.h"
#include "fosse/v1/envelope.pb.h"
#include "fosse/v1/terms.pb.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::council {
namespace {

using Json = nlohmann::ordered_json;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr char kProblem[] = "application/problem+json";

const v1::FieldRule& RuleOf(const FieldDescriptor& field) {
  return field.options().GetExtension(v1::rule);
}

// The field at each step of a path below a message.
std::vector<const FieldDescriptor*> Way(const Descriptor& message, absl::string_view path) {
  std::vector<const FieldDescriptor*> way;
  const Descriptor* at = &message;
  for (const absl::string_view name : absl::StrSplit(path, '.')) {
    way.push_back(at->FindFieldByName(std::string(name)));
    at = way.back()->message_type();
  }
  return way;
}

Json WordsIn(const google::protobuf::EnumDescriptor& type) {
  Json words = Json::array();
  for (int n = 0; n < type.value_count(); ++n) {
    const std::string word = WordOf(type, type.value(n)->number());
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

Json TextSchema(const v1::FieldRule& rule) {
  Json schema = {{"type", "string"}};
  // Bytes of UTF-8: of text that is not English fewer characters fit.
  if (rule.max_bytes() > 0) schema["maxLength"] = rule.max_bytes();
  if (rule.min_bytes() > 0) schema["minLength"] = 1;
  switch (rule.format()) {
    case v1::FORMAT_NHS_NUMBER:
      schema["pattern"] = "^[0-9]{10}$";
      break;
    case v1::FORMAT_LOCAL_DATE:
      schema["format"] = "date";
      break;
    case v1::FORMAT_PARTICIPANT:
      schema["pattern"] = "^[A-Z0-9][A-Z0-9-]{1,31}$";
      break;
    case v1::FORMAT_CODE:
      schema["pattern"] = "^[A-Za-z0-9][A-Za-z0-9._:/-]*$";
      break;
    case v1::FORMAT_UUID:
      schema["format"] = "uuid";
      break;
    default:
      break;
  }
  return schema;
}

Json ObjectSchema() {
  return {{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
}

void Require(Json& object, const std::string& name) {
  Json& required = object["required"];
  if (required.is_null()) required = Json::array();
  if (std::find(required.begin(), required.end(), name) == required.end()) required.push_back(name);
}

void AddFields(absl::Span<const Field> fields, const Descriptor& message, Json& object);

Json SchemaOf(const Field& field, const FieldDescriptor& target) {
  const v1::FieldRule& rule = RuleOf(target);
  switch (field.form) {
    case Form::kText:
      return TextSchema(rule);
    case Form::kTexts: {
      Json schema = {{"type", "array"}, {"items", TextSchema(rule)}};
      if (rule.max_items() > 0) schema["maxItems"] = rule.max_items();
      return schema;
    }
    case Form::kNumber: {
      Json schema = {{"type", "integer"}, {"minimum", 0}, {"maximum", UINT32_MAX}};
      if (rule.at_most() > 0) schema["maximum"] = rule.at_most();
      return schema;
    }
    case Form::kBoolean:
      return {{"type", "boolean"}};
    case Form::kAnswer:
      return {{"type", "boolean"}, {"description", "Leave it out where nobody asked."}};
    case Form::kChoice:
      return {{"type", "string"}, {"enum", WordsIn(*target.enum_type())}};
    case Form::kTime:
      return {{"type", "string"}, {"format", "date-time"}};
    case Form::kItems: {
      Json items = ObjectSchema();
      AddFields({field.items, field.items_size}, *target.message_type(), items);
      Json schema = {{"type", "array"}, {"items", std::move(items)}};
      if (rule.max_items() > 0) schema["maxItems"] = rule.max_items();
      return schema;
    }
  }
  return {};
}

// Each line of the table, with what must be there: what the table needs, and what the contract does
// where the JSON has the contract's own parts.
void AddFields(absl::Span<const Field> fields, const Descriptor& message, Json& object) {
  for (const Field& field : fields) {
    const std::vector<std::string> steps = absl::StrSplit(field.json.substr(1), '/');
    const std::vector<const FieldDescriptor*> way = Way(message, field.proto);
    const bool parallel = steps.size() == way.size();
    Json* at = &object;
    for (size_t n = 0; n < steps.size(); ++n) {
      const bool leaf = n + 1 == steps.size();
      const bool needed = field.required || (parallel && RuleOf(*way[n]).required());
      if (needed) Require(*at, steps[n]);
      Json& member = (*at)["properties"][steps[n]];
      if (leaf) {
        member = SchemaOf(field, *way.back());
      } else if (member.is_null()) {
        member = ObjectSchema();
        if (parallel && RuleOf(*way[n]).required()) member["minProperties"] = 1;
      }
      at = &member;
    }
  }
}

std::string NameOf(absl::string_view type) {
  std::string name;
  for (const absl::string_view word : absl::StrSplit(type, '-')) {
    absl::StrAppend(&name, std::string(1, absl::ascii_toupper(word[0])), word.substr(1));
  }
  return name;
}

const Descriptor& BodyOf(const MessageType& type) {
  return *v1::Envelope::descriptor()->FindFieldByName(std::string(type.body))->message_type();
}

Json MessageSchema(const MessageType& type) {
  Json schema = ObjectSchema();
  schema["properties"]["type"] = Json{{"const", type.name}};
  Require(schema, "type");
  AddFields(EnvelopeFields(), *v1::Envelope::descriptor(), schema);
  if (type.about != About::kNobody) {
    const bool worker = type.about == About::kWorker;
    const char* const member = worker ? "worker" : "person";
    Json about = ObjectSchema();
    AddFields(worker ? WorkerFields() : PersonFields(),
              worker ? *v1::WorkerReference::descriptor() : *v1::PersonReference::descriptor(),
              about);
    schema["properties"][member] = std::move(about);
    Require(schema, member);
  }
  Json acting = ObjectSchema();
  AddFields(PractitionerFields(), *v1::Practitioner::descriptor(), acting);
  schema["properties"]["actingPerson"] = std::move(acting);
  AddFields(type.fields, BodyOf(type), schema);
  return schema;
}

// --- Examples ---

Json ExampleValue(const Field& field, const FieldDescriptor& target, bool whole);

// A value for each line; without `whole` for those alone that `object`, their schema, needs.
Json ExampleObject(absl::Span<const Field> fields, const Descriptor& message, bool whole) {
  Json schema = ObjectSchema();
  AddFields(fields, message, schema);
  const auto needed = [&](const std::vector<std::string>& steps) {
    const Json* at = &schema;
    for (const std::string& step : steps) {
      if (!at->contains("required")) return false;
      const Json& names = at->at("required");
      if (std::find(names.begin(), names.end(), step) == names.end()) return false;
      at = &at->at("properties").at(step);
    }
    return true;
  };
  Json object = Json::object();
  for (const Field& field : fields) {
    const std::vector<std::string> steps = absl::StrSplit(field.json.substr(1), '/');
    // A delegation is named by the proposal's reference: its other name would say the same. Of
    // another object that must be there the first member is.
    if (field.proto == "delegation.delegation_id") continue;
    const bool first = steps.size() == 2 && needed({steps[0]}) && !object.contains(steps[0]);
    if (!whole && !first && !needed(steps)) continue;
    Json::json_pointer at{std::string(field.json)};
    object[at] = ExampleValue(field, *Way(message, field.proto).back(), whole);
  }
  return object;
}

std::string ExampleText(const FieldDescriptor& target) {
  switch (RuleOf(target).format()) {
    case v1::FORMAT_NHS_NUMBER:
      return "9990000018";
    case v1::FORMAT_LOCAL_DATE:
      return target.name() == "date_of_birth" ? "1941-03-09" : "2026-11-02";
    case v1::FORMAT_PARTICIPANT:
      return "RT5";
    case v1::FORMAT_UUID:
      return "0a000000-0000-4000-8000-000000000001";
    case v1::FORMAT_CODE:
      return "code-1";
    default:
      return target.name() == "family_name" ? "Okonjo-Bramley" : "Words";
  }
}

Json ExampleValue(const Field& field, const FieldDescriptor& target, bool whole) {
  switch (field.form) {
    case Form::kText:
      return ExampleText(target);
    case Form::kTexts:
      return Json::array({ExampleText(target)});
    case Form::kNumber:
      return 1;
    case Form::kBoolean:
    case Form::kAnswer:
      return true;
    case Form::kChoice:
      return WordsIn(*target.enum_type()).front();
    case Form::kTime:
      return "2026-11-02T09:30:00Z";
    case Form::kItems:
      return Json::array(
          {ExampleObject({field.items, field.items_size}, *target.message_type(), whole)});
  }
  return nullptr;
}

Json Example(const MessageType& type, bool whole) {
  Json example = ExampleObject(EnvelopeFields(), *v1::Envelope::descriptor(), whole);
  example["id"] = "row-4711";
  example["type"] = type.name;
  if (type.about == About::kPerson) {
    example["person"] = ExampleObject(PersonFields(), *v1::PersonReference::descriptor(), whole);
  } else if (type.about == About::kWorker) {
    example["worker"] = Json{{"employer", "1-1000000001"}, {"reference", "hc-117"}};
  }
  if (whole) {
    example["actingPerson"] =
        ExampleObject(PractitionerFields(), *v1::Practitioner::descriptor(), whole);
  }
  example.update(ExampleObject(type.fields, BodyOf(type), whole));
  return example;
}

// --- The document ---

Json Reference(absl::string_view name) {
  return {{"$ref", absl::StrCat("#/components/schemas/", name)}};
}

Json Answer(absl::string_view words, absl::string_view media, Json schema) {
  return {{"description", words},
          {"content", Json{{std::string(media), Json{{"schema", std::move(schema)}}}}}};
}

Json Problems(std::initializer_list<std::pair<const char*, const char*>> statuses) {
  Json answers = Json::object();
  for (const auto& [status, words] : statuses) {
    answers[status] = Answer(words, kProblem, Reference("Problem"));
  }
  return answers;
}

Json With(Json answers, Json problems) {
  answers.update(problems);
  return answers;
}

constexpr std::pair<const char*, const char*> kStranger = {
    "403", "The certificate is not known here, or may not do this."};
constexpr std::pair<const char*, const char*> kAway = {
    "503", "Not now: errors/0/reason says whether it is kept. Send the same again later."};

Json SubmitOperation(const Json& examples) {
  Json content = {{"schema", Reference("Message")}, {"examples", examples}};
  return {
      {"operationId", "submitMessage"},
      {"summary", "One message: answered with its receipt"},
      {"description",
       "`id` is the sender's own: the same message again gets the stored receipt, other content "
       "under it 409. A refusal by the framework is a 200: its findings say why, and what to do."},
      {"requestBody",
       Json{{"required", true}, {"content", Json{{"application/json", std::move(content)}}}}},
      {"responses",
       With(Json{{"200", Answer("Taken and decided.", "application/json", Reference("Receipt"))}},
            Problems({{"400", "Faults of the message, each with its place; nothing was kept."},
                      kStranger,
                      {"404", "No such person for this sender, or no such delegation."},
                      {"409", "The id was used for other content."},
                      {"413", "Longer than 1 MiB."},
                      {"415", "Not application/json, or compressed."},
                      {"422", "Right in form, and not possible now."},
                      {"500", "The gateway is in trouble."},
                      kAway}))}};
}

// What is read as a table.
Json TableOperation(const char* id, const char* summary) {
  return {
      {"get", Json{{"operationId", id},
                   {"summary", summary},
                   {"description", "No cell starts a formula."},
                   {"responses", With(Json{{"200", Answer("UTF-8, with a header row.", "text/csv",
                                                          Json{{"type", "string"}})}},
                                      Problems({kStranger, kAway}))}}}};
}

Json Paths(const Json& examples) {
  const Json id = {
      {"name", "id"}, {"in", "path"}, {"required", true}, {"schema", Json{{"type", "string"}}}};
  const Json known = {
      {"name", "If-None-Match"}, {"in", "header"}, {"schema", Json{{"type", "string"}}}};
  return {
      {"/messages", Json{{"post", SubmitOperation(examples)}}},
      {"/worklist",
       Json{{"get", Json{{"operationId", "listWorkList"},
                         {"summary", "What waits for the caller's organisation, oldest first"},
                         {"responses",
                          With(Json{{"200", Answer("The list: at most 200 items.",
                                                   "application/json", Reference("WorkList"))}},
                               Problems({kStranger, kAway}))}}}}},
      {"/worklist.csv", TableOperation("downloadWorkList", "The same for a spreadsheet")},
      {"/training/queue.csv",
       TableOperation("downloadTrainingQueue",
                      "Who waits for training: asked for by the caller, or asked of it")},
      {"/training/register.csv",
       TableOperation(
           "downloadTrainingRegister",
           "Who was found competent in what: recorded by the caller, or of its workers")},
      {"/worklist/{id}/taken",
       Json{{"post",
             Json{{"operationId", "takeItem"},
                  {"summary", "The caller's system has that item: it leaves the list"},
                  {"parameters", Json::array({id})},
                  {"responses",
                   With(Json{{"200", Answer("It is delivered. Nobody has acted by that.",
                                            "application/json", Json{{"type", "object"}})}},
                        Problems({kStranger, {"404", "No such item waits for the caller."}}))}}}}},
      {"/links",
       Json{{"post",
             Json{{"operationId", "makeLink"},
                  {"summary",
                   "A link to the providers' page for somebody whom the caller vouches for"},
                  {"requestBody",
                   Json{{"required", true},
                        {"content",
                         Json{{"application/json", Json{{"schema", Reference("LinkRequest")}}}}}}},
                  {"responses",
                   With(Json{{"200",
                              Answer("It serves once.", "application/json", Reference("NewLink"))}},
                        Problems({{"400", "Faults, each with its place."},
                                  {"403", "The caller does not vouch for this participant."},
                                  {"404", "There is no such page here."},
                                  kAway}))}}}}},
      {"/openapi.json",
       Json{{"get",
             Json{{"operationId", "getOpenApi"},
                  {"summary", "This document"},
                  {"parameters", Json::array({known})},
                  {"responses", With(Json{{"200", Answer("OpenAPI 3.1.", "application/json",
                                                         Json{{"type", "object"}})},
                                          {"304", Json{{"description", "As the caller has it."}}}},
                                     Problems({kStranger}))}}}}}};
}

std::string MakeDocument() {
  Json schemas = Json::parse(kAnswerSchemas);
  Json one_of = Json::array();
  Json mapping = Json::object();
  Json examples = Json::object();
  for (const MessageType& type : MessageTypes()) {
    const std::string name = NameOf(type.name);
    schemas[name] = MessageSchema(type);
    one_of.push_back(Reference(name));
    mapping[std::string(type.name)] = absl::StrCat("#/components/schemas/", name);
    examples[std::string(type.name)] = Json{{"value", Example(type, /*whole=*/false)}};
  }
  schemas["Message"] = {{"oneOf", std::move(one_of)},
                        {"discriminator", Json{{"propertyName", "type"}, {"mapping", mapping}}}};
  const Json document = {
      {"openapi", "3.1.0"},
      {"info",
       Json{{"title", "Fosse for councils, care providers and training offices"},
            {"version", "1"},
            {"description",
             "Delegated care: what is asked of whom, who answers, who oversees. The certificate "
             "says who sends; the message never does."},
            {"license", Json{{"name", "MIT"}, {"identifier", "MIT"}}}}},
      {"servers", Json::array({Json{{"url", "/"}}})},
      {"security", Json::array({Json{{"certificate", Json::array()}}})},
      {"paths", Paths(examples)},
      {"components", Json{{"schemas", std::move(schemas)},
                          {"securitySchemes",
                           Json{{"certificate", Json{{"type", "mutualTLS"},
                                                     {"description",
                                                      "A client certificate of the locality's "
                                                      "authority, listed by the adapter."}}}}}}}};
  return document.dump(2) + "\n";
}

}  // namespace

const std::string& OpenApi() {
  static const std::string& document = *new std::string(MakeDocument());
  return document;
}

std::string ExampleOf(absl::string_view type, bool whole) {
  const MessageType* const found = FindByName(type);
  return found == nullptr ? "" : Example(*found, whole).dump(2) + "\n";
}

}  // namespace fosse::adapters::council
