#include "adapters/gp/translate_itk3.h"

#include <cstdio>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "adapters/itk3/answer_codes.h"
#include "adapters/itk3/response.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::gp {
namespace {

using Json = nlohmann::ordered_json;

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

}  // namespace

bool LooksLikeXml(absl::string_view bytes) {
  absl::ConsumePrefix(&bytes, "\xef\xbb\xbf");
  return absl::StartsWith(absl::StripLeadingAsciiWhitespace(bytes), "<");
}

bool TranslateItk3(absl::string_view path, const std::string& bytes) {
  const itk3::ReadResponse read = itk3::ReadResponseMessage(bytes);
  Json json = {{"file", std::string(path)}};
  if (read.issues.empty()) {
    json["answer"] = {{"inReplyTo", read.response.in_reply_to},
                      {"verdict", read.response.verdict},
                      {"codes", Json::array()},
                      {"movesOversight", false}};
    for (const std::string& code : read.response.codes) {
      json["answer"]["codes"].push_back(CodeJson(code));
    }
  }
  json["issues"] = Json::array();
  for (const itk3::Issue& issue : read.issues) {
    json["issues"].push_back(
        {{"at", issue.at}, {"reason", issue.reason}, {"remedy", issue.remedy}});
  }
  std::printf("%s\n", json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
  return read.issues.empty();
}

}  // namespace fosse::adapters::gp
