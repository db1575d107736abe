#include "adapters/council/link_door.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "adapters/council/http_answers.h"
#include "adapters/council/translate.h"
#include "nlohmann/json.hpp"

namespace fosse::adapters::council {
namespace {

using Json = nlohmann::ordered_json;
constexpr size_t kMostText = 100;

// A member that must be a short text; says so where it is not.
std::string TextOf(const Json& json, const std::string& name, std::vector<Issue>& issues) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_string() || found->get_ref<const std::string&>().empty()) {
    issues.push_back({absl::StrCat("/", name), "FIELD_REQUIRED", "give a text"});
    return "";
  }
  const std::string& text = found->get_ref<const std::string&>();
  if (text.size() > kMostText) {
    issues.push_back({absl::StrCat("/", name), "FIELD_TOO_LONG", "give at most 100 bytes"});
  }
  return text;
}

}  // namespace

HttpResponse MakeLink(page::ProviderDoor& page, const std::string& caller,
                      const std::string& body) {
  const Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return ErrorAnswer(400, "JSON_INVALID", "send one JSON object");
  }
  std::vector<Issue> issues;
  const page::Colleague colleague{.subject = "",
                                  .participant = TextOf(json, "participant", issues),
                                  .name = TextOf(json, "name", issues),
                                  .reference = TextOf(json, "reference", issues)};
  for (const auto& [name, value] : json.items()) {
    if (name == "participant" || name == "name" || name == "reference") continue;
    issues.push_back({"/", "FIELD_UNKNOWN", "give participant, name and reference alone"});
    break;
  }
  if (!issues.empty()) return JsonAnswer(400, IssuesJson(issues));
  const absl::StatusOr<page::NewLink> made = page.MakeLink(caller, colleague);
  if (absl::IsPermissionDenied(made.status())) {
    return JsonAnswer(403, IssuesJson({{"/participant", "NOT_VOUCHED_FOR",
                                        "the adapter's config says who vouches for whom"}}));
  }
  if (!made.ok()) return ErrorAnswer(503, "OUTBOX_FAILED", "try again later");
  const Json answer = {
      {"link", made->address},
      {"code", made->code},
      {"until", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", made->until, absl::UTCTimeZone())}};
  return JsonAnswer(200, answer.dump() + "\n");
}

}  // namespace fosse::adapters::council
