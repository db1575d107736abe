#include "adapters/fhir/node.h"

#include "absl/strings/str_cat.h"
#include "base/local_date.h"

namespace fosse::adapters::fhir {

using simdjson::dom::element;
using simdjson::dom::element_type;

void IssueList::Add(absl::string_view at, absl::string_view reason, absl::string_view remedy,
                    absl::string_view code) {
  if (issues_.size() >= kMost) return;
  for (const Issue& issue : issues_) {
    if (issue.at == at && issue.reason == reason) return;
  }
  issues_.push_back({std::string(at), std::string(reason), std::string(remedy), std::string(code)});
}

Node Node::operator[](absl::string_view name) const {
  std::string at = absl::StrCat(at_, ".", name);
  if (!value_.has_value()) return Node(std::move(at), *issues_);
  simdjson::dom::object object;
  if (value_->get_object().get(object) != simdjson::SUCCESS) {
    AddIssue("FIELD_INVALID", "give one object here", "structure");
    return Node(std::move(at), *issues_);
  }
  element member;
  if (object.at_key(std::string_view(name.data(), name.size())).get(member) != simdjson::SUCCESS) {
    return Node(std::move(at), *issues_);
  }
  return Node(member, std::move(at), *issues_);
}

std::vector<Node> Node::Items() const {
  std::vector<Node> items;
  if (!value_.has_value()) return items;
  simdjson::dom::array array;
  if (value_->get_array().get(array) != simdjson::SUCCESS) {
    AddIssue("FIELD_INVALID", "give an array here", "structure");
    return items;
  }
  for (const element item : array) {
    items.emplace_back(item, absl::StrCat(at_, "[", items.size(), "]"), *issues_);
  }
  return items;
}

Node Node::Only() const {
  const std::vector<Node> items = Items();
  if (items.empty()) return Node(absl::StrCat(at_, "[0]"), *issues_);
  if (items.size() > 1) {
    items[1].AddIssue("FIELD_TOO_MANY", "give one; a second would be lost", "not-supported");
  }
  return items[0];
}

std::string Node::Text() const {
  if (!value_.has_value()) return "";
  std::string_view text;
  if (value_->get_string().get(text) != simdjson::SUCCESS || text.empty()) {
    Invalid("give a text that is not empty");
    return "";
  }
  return std::string(text);
}

std::string Node::RequiredText() const { return Require() ? Text() : ""; }

std::optional<bool> Node::Boolean() const {
  if (!value_.has_value()) return std::nullopt;
  bool answer;
  if (value_->get_bool().get(answer) != simdjson::SUCCESS) {
    Invalid("give true or false");
    return std::nullopt;
  }
  return answer;
}

std::optional<uint32_t> Node::Number() const {
  if (!value_.has_value()) return std::nullopt;
  uint64_t number;
  if (value_->get_uint64().get(number) != simdjson::SUCCESS || number > UINT32_MAX) {
    Invalid("give a whole number, not negative");
    return std::nullopt;
  }
  return static_cast<uint32_t>(number);
}

std::string Node::Day() const {
  const std::string text = Text();
  if (text.empty()) return "";
  if (text.size() == 10 && ParseLocalDate(text).has_value()) return text;
  absl::Time time;
  if (text.size() > 10 && absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) {
    return FormatLocalDate(LondonDay(time));
  }
  Invalid("give a whole day, such as 2026-11-02");
  return "";
}

std::optional<absl::Time> Node::Time() const {
  const std::string text = Text();
  if (text.empty()) return std::nullopt;
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, nullptr) ||
      time == absl::InfiniteFuture() || time == absl::InfinitePast()) {
    Invalid("give a time with its offset, such as 2026-11-02T09:30:00Z");
    return std::nullopt;
  }
  return time;
}

bool Node::Require() const {
  if (!present()) AddIssue("FIELD_REQUIRED", "add this element", "required");
  return present();
}

std::string CodeIn(const Node& concept_node, absl::string_view system) {
  for (const Node& coding : concept_node["coding"].Items()) {
    if (coding["system"].Text() == system) return coding["code"].RequiredText();
  }
  return "";
}

Node IdentifierIn(const Node& identifiers, absl::string_view system) {
  for (const Node& identifier : identifiers.Items()) {
    if (identifier["system"].Text() == system && identifier["use"].Text() != "old") {
      return identifier["value"];
    }
  }
  return Node(identifiers.at(), identifiers.issues());
}

}  // namespace fosse::adapters::fhir
