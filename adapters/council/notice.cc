#include "adapters/council/notice.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "adapters/council/columns/cell_value.h"
#include "adapters/council/json_fields.h"
#include "base/field_check.h"
#include "base/status.h"
#include "pugixml.hpp"

namespace fosse::adapters::council {
namespace {

using Json = nlohmann::json;

constexpr int kDeepest = 3;  // Notice, person, its members.

enum class Kind { kAssessment, kDischarge, kWithdrawal };

struct Member {
  absl::string_view name;
  bool time = false;
  bool required = false;
};
constexpr Member kMembers[] = {
    {"id", false, true},         {"kind", false, true},       {"sentAt", true, true},
    {"hospital", false, true},   {"admittedAt", true, false}, {"proposedDischargeAt", true, false},
    {"withdraws", false, false}, {"person", false, true},
};

void Add(Reading& reading, std::string at, std::string reason, std::string remedy) {
  reading.issues.push_back({0, 0, std::move(at), std::move(reason), std::move(remedy)});
}

const Member* FindMember(const std::string& name) {
  const auto* found = std::find_if(std::begin(kMembers), std::end(kMembers),
                                   [&](const Member& member) { return member.name == name; });
  return found == std::end(kMembers) ? nullptr : found;
}

// Times are taken as tables are: by the clock of Europe/London where there is no offset.
void CheckMembers(Json& notice, Reading& reading) {
  for (auto& [name, value] : notice.items()) {
    const Member* const member = FindMember(name);
    if (member == nullptr) {
      Add(reading, name.size() <= 40 ? "/" + name : "", "FIELD_UNKNOWN",
          "take this member out, or check its spelling");
    } else if (name == "person") {
      continue;  // FromObject() reads it.
    } else if (!value.is_string()) {
      Add(reading, "/" + name, "FIELD_INVALID", "give a text");
    } else if (member->time) {
      const std::optional<absl::Time> time = ReadTime(value.get<std::string>());
      if (!time.has_value()) {
        Add(reading, "/" + name, "FIELD_INVALID", "give a time, such as 2026-11-02T09:30:00Z");
      } else {
        value = absl::FormatTime(absl::RFC3339_full, *time, absl::UTCTimeZone());
      }
    }
  }
  for (const Member& member : kMembers) {
    if (member.required && !notice.contains(std::string(member.name))) {
      Add(reading, absl::StrCat("/", std::string(member.name)), "FIELD_REQUIRED", "add this field");
    }
  }
}

Reading FromNotice(Json notice, absl::string_view bytes, absl::string_view media_type,
                   const Origin& origin) {
  Reading reading;
  CheckMembers(notice, reading);
  const std::string kind =
      notice.contains("kind") && notice["kind"].is_string() ? notice["kind"] : Json("");
  const auto need = [&](const char* name) {
    if (!notice.contains(name)) {
      Add(reading, absl::StrCat("/", name), "FIELD_REQUIRED", "add this field");
    }
  };
  if (kind == "assessment") {
    need("admittedAt");
  } else if (kind == "discharge") {
    need("admittedAt");
    need("proposedDischargeAt");
  } else if (kind == "withdrawal") {
    need("withdraws");
  } else {
    Add(reading, "/kind", "NOTICE_INVALID", "give one of: assessment discharge withdrawal");
  }
  if (!reading.issues.empty()) return reading;

  Json message = {{"id", notice["id"]},
                  {"type", "person-away"},
                  {"place", "hospital"},
                  {"sentAt", notice["sentAt"]},
                  {"person", notice["person"]}};
  message["from"] = notice.value("admittedAt", notice["sentAt"].get<std::string>());
  if (notice.contains("proposedDischargeAt")) message["until"] = notice["proposedDischargeAt"];
  message["correlationId"] = notice.value("withdraws", notice["id"].get<std::string>());
  Translated translated = FromObject(message, origin.sender, origin.locality);
  for (const Issue& issue : translated.issues) Add(reading, issue.at, issue.reason, issue.remedy);
  if (!reading.issues.empty()) return reading;
  translated.envelope.mutable_original()->set_media_type(std::string(media_type));
  translated.envelope.mutable_original()->set_content(bytes.data(), bytes.size());
  if (const absl::Status kept = CheckFields(translated.envelope); !kept.ok()) {
    const auto metadata = MetadataOf(kept);
    Add(reading, metadata.empty() ? "" : metadata.front().second, ReasonOf(kept),
        std::string(kept.message()));
    return reading;
  }
  if (kind == "withdrawal") {
    reading.passed_over = "NOTICE_WITHDRAWN";  // It says nothing of where the person is.
    return reading;
  }
  reading.said.push_back({.type = "person-away", .envelope = std::move(translated.envelope)});
  return reading;
}

// Elements alone: what an attribute says would be lost.
Json FromElement(const pugi::xml_node& element, int depth, const std::string& at,
                 Reading& reading) {
  for (const pugi::xml_attribute& attribute : element.attributes()) {
    const absl::string_view name = attribute.name();
    if (absl::StartsWith(name, "xmlns") || absl::StartsWith(name, "xsi:")) continue;
    Add(reading, at, "FIELD_UNKNOWN", "take the attributes out");
  }
  const bool plain = element
                         .find_child([](const pugi::xml_node& child) {
                           return child.type() == pugi::node_element;
                         })
                         .empty();
  if (plain) return std::string(absl::StripAsciiWhitespace(element.text().get()));
  Json json = Json::object();
  for (const pugi::xml_node& child : element.children()) {
    if (child.type() != pugi::node_element) continue;
    const std::string name = child.name();
    const std::string below = absl::StrCat(at, "/", name.size() <= 40 ? name : "");
    if (depth >= kDeepest) {
      Add(reading, at, "XML_INVALID", "nest no deeper than a notice is");
      return json;
    }
    if (json.contains(name)) Add(reading, below, "FIELD_TWICE", "name each element once");
    json[name] = FromElement(child, depth + 1, below, reading);
  }
  return json;
}

}  // namespace

bool IsNoticeJson(absl::string_view bytes) {
  const Json json = Json::parse(bytes.begin(), bytes.end(), nullptr, /*allow_exceptions=*/false);
  return json.is_object() && json.contains("notice");
}

Reading NoticeFromJson(absl::string_view bytes, const Origin& origin) {
  Reading reading;
  std::vector<Issue> issues;
  const Json json = ParseObject(bytes, issues);
  for (const Issue& issue : issues) Add(reading, issue.at, issue.reason, issue.remedy);
  if (!reading.issues.empty()) return reading;
  if (!json.contains("notice") || !json["notice"].is_object() || json.size() != 1) {
    Add(reading, "", "NOTICE_INVALID", "send one object with one member, notice");
    return reading;
  }
  return FromNotice(json["notice"], bytes, "application/json", origin);
}

Reading NoticeFromXml(absl::string_view bytes, const Origin& origin) {
  Reading reading;
  pugi::xml_document document;
  const pugi::xml_parse_result parsed =
      document.load_buffer(bytes.data(), bytes.size(), pugi::parse_default | pugi::parse_doctype);
  const bool has_type =
      !document
           .find_child([](const pugi::xml_node& node) { return node.type() == pugi::node_doctype; })
           .empty();
  if (!parsed || has_type) {
    Add(reading, "", "XML_INVALID", "send one well-formed document, without a document type");
    return reading;
  }
  const pugi::xml_node root = document.document_element();
  const std::string name = root.name();
  const size_t colon = name.find(':');
  if ((colon == std::string::npos ? name : name.substr(colon + 1)) != "notice") {
    Add(reading, "", "NOTICE_INVALID", "send a notice; its outermost element is notice");
    return reading;
  }
  Json notice = FromElement(root, 1, "", reading);
  if (!reading.issues.empty()) return reading;
  if (!notice.is_object()) notice = Json::object();
  return FromNotice(std::move(notice), bytes, "application/xml", origin);
}

}  // namespace fosse::adapters::council
