#include "adapters/gp/translate_file.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "adapters/fhir/translate.h"
#include "adapters/itk3/answer_codes.h"
#include "adapters/itk3/response.h"
#include "google/protobuf/util/json_util.h"

namespace fosse::adapters::gp {
namespace {

using Json = nlohmann::ordered_json;

constexpr absl::string_view kItk3Answer = "ITK008M";

const char* WordOf(itk3::Effect effect) {
  switch (effect) {
    case itk3::Effect::kTaken:
      return "delivered";
    case itk3::Effect::kRefused:
      return "dead-letter";
    case itk3::Effect::kShown:
      break;
  }
  return "shown";
}

Json CodeJson(const std::string& code) {
  const itk3::AnswerCode* const known = itk3::FindAnswerCode(code);
  if (known == nullptr) return {{"code", code}, {"kind", "unlisted"}, {"effect", "shown"}};
  return {{"code", code},
          {"kind", std::string(itk3::WordOf(known->level))},
          {"effect", WordOf(known->effect)},
          {"words", known->words}};
}

Json IssueJson(const std::string& at, const std::string& reason, const std::string& remedy,
               const std::string& code) {
  return {{"at", at}, {"reason", reason}, {"remedy", remedy}, {"code", code}};
}

void TranslateItk3(const std::string& bytes, absl::string_view event, Json& json) {
  const itk3::ReadResponse read = itk3::ReadResponseMessage(bytes);
  for (const itk3::Issue& issue : read.issues) {
    json["issues"].push_back(IssueJson(issue.at, issue.reason, issue.remedy, "not-supported"));
  }
  if (!event.empty() && event != kItk3Answer) {
    json["issues"].push_back(IssueJson("Bundle/entry[0]/resource/MessageHeader/event",
                                       "EVENT_UNSUPPORTED", "read XML as ITK008M",
                                       "not-supported"));
  }
  if (!json["issues"].empty()) return;
  json["answer"] = {{"inReplyTo", read.response.in_reply_to},
                    {"verdict", read.response.verdict},
                    {"codes", Json::array()},
                    {"movesOversight", false}};
  for (const std::string& code : read.response.codes) {
    json["answer"]["codes"].push_back(CodeJson(code));
  }
}

void TranslateFhir(const std::string& bytes, absl::string_view event, Json& json) {
  fhir::Translated translated = fhir::FromFhir(
      bytes, {.sender = "", .locality = "", .correlation_id = "", .event = std::string(event)});
  for (const fhir::Issue& issue : translated.issues) {
    json["issues"].push_back(IssueJson(issue.at, issue.reason, issue.remedy, issue.code));
  }
  if (!translated.issues.empty()) return;
  std::string envelope;
  translated.envelope.clear_original();
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  if (google::protobuf::util::MessageToJsonString(translated.envelope, &envelope, options).ok()) {
    json["envelope"] = Json::parse(envelope, nullptr, /*allow_exceptions=*/false);
  }
}

}  // namespace

bool LooksLikeXml(absl::string_view bytes) {
  absl::ConsumePrefix(&bytes, "\xef\xbb\xbf");
  return absl::StartsWith(absl::StripLeadingAsciiWhitespace(bytes), "<");
}

Json TranslateBytes(absl::string_view name, const std::string& bytes, absl::string_view event) {
  Json json = {{"file", std::string(name)}, {"issues", Json::array()}};
  (LooksLikeXml(bytes) ? TranslateItk3 : TranslateFhir)(bytes, event, json);
  return json;
}

}  // namespace fosse::adapters::gp
